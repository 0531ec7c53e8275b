"""Off-schema input never reaches an agent, off-schema output never leaves it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.content.plan import AGENT
from hub.agent_kit.normalize import normalize_input, normalize_output, validate_context
from hub.agent_kit.spec import IntentModel
from hub.domain.errors import InvalidOutputError, InvalidRequestError

DRAFT = AGENT.intent("generate-draft")


def normalized(raw: Any) -> Any:
    return normalize_input(DRAFT, raw)


def test_text_is_made_regular_everywhere() -> None:
    raw = {"brief": "  Cafe\u0301 opens\r\nat nine\x00\x1b  ", "keywords": [" te\u0301a "]}
    given_input = normalized(raw)
    assert given_input.brief == "Caf\u00e9 opens\nat nine"
    assert given_input.keywords == ("t\u00e9a",)


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "input.brief"),
        ({"brief": "   "}, "input.brief"),
        ({"brief": "Fine", "tone": "rude"}, "input.tone"),
        ({"brief": "Fine", "colour": "red"}, "input.colour"),
        ({"brief": "Fine", "keywords": ["\x00 "]}, "input.keywords.0"),
        ("no object", "input"),
        (None, "input"),
    ],
)
def test_a_bad_field_is_named(raw: Any, field: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        normalized(raw)
    assert field in refused.value.message


def test_input_without_a_bottom_is_refused() -> None:
    deep: Any = "x"
    for _ in range(50):
        deep = [deep]
    with pytest.raises(InvalidRequestError, match="nested deeper"):
        normalized({"brief": deep})


@given(st.text(min_size=3, max_size=100))
def test_what_is_regular_stays_as_it_is(text: str) -> None:
    try:
        once = normalized({"brief": text}).brief
    except InvalidRequestError:
        return
    assert normalized({"brief": once}).brief == once


class Other(IntentModel):
    """Not what the intent gives."""

    title: str


def test_an_output_off_its_model_is_refused_with_the_field() -> None:
    with pytest.raises(InvalidOutputError, match=r"output\.body") as refused:
        normalize_output(DRAFT, Other(title="x"))
    assert refused.value.error_code == "INVALID_OUTPUT"


def test_an_output_built_without_validation_is_validated() -> None:
    built = DRAFT.output.model_construct(title="x" * 1000)
    with pytest.raises(InvalidOutputError, match=r"output\.title"):
        normalize_output(DRAFT, built)


@pytest.mark.parametrize(
    ("values", "missing"), [(("", "a", "r"), "organizationId"), (("o", "", ""), "agentId, runId")]
)
def test_a_run_without_its_context_is_refused(values: tuple[str, str, str], missing: str) -> None:
    with pytest.raises(InvalidRequestError, match=missing):
        validate_context(*values)
