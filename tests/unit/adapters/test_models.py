"""Real models: structured output, one repair, what it took, and how each failure ends."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import httpx
import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import ANY, Stubber
from pydantic import BaseModel, Field

from hub import settings, wiring
from hub.adapters.bedrock_model import BedrockModel
from hub.adapters.offline_model import OfflineModel
from hub.adapters.openai_model import OpenAiModel, ResponseFormat
from hub.adapters.structured_model import Prices
from hub.domain.errors import InvalidOutputError, MisconfiguredError, TransientError
from hub.ports import ModelClient, ModelRequest

PRICES = Prices(input=1.0, output=4.0)


class Headline(BaseModel):
    """What the model shall write."""

    title: str = Field(max_length=20)


REQUEST = ModelRequest(
    task="content.headline",
    system="You write headlines.",
    prompt="About tea.",
    output=Headline,
    compose=lambda: Headline(title="composed"),
    max_tokens=100,
)
GOOD = {"title": "Tea is here"}
LONG = {"title": "x" * 21}


class Served:
    """A service that gives these answers in turn, and what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def next(self, asked: dict[str, Any]) -> Any:
        self.asked.append(asked)
        return self.answers.pop(0)


def openai(served: Served, response_format: ResponseFormat = "json_schema") -> OpenAiModel:
    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "http://models.example.com/v1/chat/completions"
        found = served.next(json.loads(request.content))
        if isinstance(found, httpx.Response):
            return found
        if isinstance(found, Exception):
            raise found
        text, end = found if isinstance(found, tuple) else (json.dumps(found), "stop")
        choice = {"message": {"role": "assistant", "content": text}, "finish_reason": end}
        usage = {"prompt_tokens": 100, "completion_tokens": 10}
        return httpx.Response(200, json={"choices": [choice], "usage": usage})

    return OpenAiModel(
        "http://models.example.com/v1/",
        "small",
        PRICES,
        lambda: "k",
        transport=httpx.MockTransport(answer),
        response_format=response_format,
    )


class Converse:
    """The part of Bedrock's client that is used."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def converse(self, **asked: Any) -> Any:
        found = self._served.next(asked)
        if isinstance(found, Exception):
            raise found
        text, end = found if isinstance(found, tuple) else (None, "tool_use")
        part = (
            {"text": text} if text else {"toolUse": {"toolUseId": "1", "name": "n", "input": found}}
        )
        return {
            "output": {"message": {"role": "assistant", "content": [part]}},
            "stopReason": {"length": "max_tokens", "content_filter": "content_filtered"}.get(
                end, end
            ),
            "usage": {"inputTokens": 100, "outputTokens": 10},
        }


def bedrock(served: Served) -> BedrockModel:
    return BedrockModel(lambda: Converse(served), "nova-lite", PRICES)


both = pytest.mark.parametrize("make", [openai, bedrock])
type Make = Callable[[Served], ModelClient]


@both
def test_a_good_answer_is_taken_with_what_it_took(make: Make) -> None:
    served = Served(GOOD)
    output, usage = make(served).generate(REQUEST)
    assert output == Headline(title="Tea is here")
    assert (usage.input_tokens, usage.output_tokens) == (100, 10)
    assert usage.cost_usd == pytest.approx(0.00014)
    assert usage.engine in ("openai:small", "bedrock:nova-lite")


@both
def test_an_answer_off_its_schema_is_repaired_once(make: Make) -> None:
    served = Served(LONG, GOOD)
    output, usage = make(served).generate(REQUEST)
    assert output.title == "Tea is here"
    assert (usage.input_tokens, usage.output_tokens) == (200, 20)
    told = json.dumps(served.asked[1]["messages"])
    assert "output.title" in told
    assert "at most 20 characters" in told


@both
@pytest.mark.parametrize("bad", [LONG, {}, {"title": 7}, ("no JSON at all", "stop")])
def test_a_second_answer_off_its_schema_fails_and_names_the_field(make: Make, bad: Any) -> None:
    served = Served(bad, bad)
    with pytest.raises(InvalidOutputError, match="output"):
        make(served).generate(REQUEST)
    assert len(served.asked) == 2


@both
def test_an_answer_that_was_cut_off_is_not_repaired(make: Make) -> None:
    served = Served(('{"title": "Te', "length"))
    with pytest.raises(InvalidOutputError, match="cut off at 100 tokens"):
        make(served).generate(REQUEST)
    assert len(served.asked) == 1


@both
def test_a_model_that_will_not_write_is_told_of(make: Make) -> None:
    with pytest.raises(InvalidOutputError, match="would not write") as refused:
        make(Served(("no", "content_filter"))).generate(REQUEST)
    assert refused.value.error_code == "MODEL_REFUSED"


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (httpx.Response(429), TransientError, "MODEL_THROTTLED"),
        (httpx.Response(500), TransientError, "MODEL_BUSY"),
        (httpx.Response(503), TransientError, "MODEL_BUSY"),
        (httpx.Response(401), MisconfiguredError, None),
        (httpx.Response(404), MisconfiguredError, None),
        (httpx.Response(200, text="<html>"), MisconfiguredError, None),
        (httpx.Response(200, json={"choices": []}), MisconfiguredError, None),
        (httpx.ReadTimeout("slow"), TransientError, "MODEL_TIMEOUT"),
        (httpx.ConnectError("gone"), TransientError, "MODEL_TIMEOUT"),
    ],
)
def test_what_a_server_answers_instead(answer: Any, error: type[Any], code: str | None) -> None:
    with pytest.raises(error) as raised:
        openai(Served(answer)).generate(REQUEST)
    assert code is None or raised.value.error_code == code


@pytest.mark.parametrize(
    ("aws", "error", "code"),
    [
        ("ThrottlingException", TransientError, "MODEL_THROTTLED"),
        ("ServiceUnavailableException", TransientError, "MODEL_BUSY"),
        ("ModelTimeoutException", TransientError, "MODEL_BUSY"),
        ("AccessDeniedException", MisconfiguredError, None),
        ("ValidationException", MisconfiguredError, None),
        ("ResourceNotFoundException", MisconfiguredError, None),
    ],
)
def test_what_bedrock_answers_instead(
    aws: str, error: type[Any], code: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = boto3.client("bedrock-runtime", region_name="us-east-1")
    with Stubber(client) as stubber:
        stubber.add_client_error("converse", aws)
        with pytest.raises(error) as raised:
            BedrockModel(lambda: client, "nova-lite", PRICES).generate(REQUEST)
    assert code is None or raised.value.error_code == code


def test_bedrock_takes_the_request_as_its_model_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore checks the request and the answer by Bedrock's own service model."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = boto3.client("bedrock-runtime", region_name="us-east-1")
    asked = {name: ANY for name in ("system", "messages", "inferenceConfig", "toolConfig")}
    with Stubber(client) as stubber:
        stubber.add_response(
            "converse", _whole(Converse(Served(GOOD)).converse()), {"modelId": "nova-lite", **asked}
        )
        output, _ = BedrockModel(lambda: client, "nova-lite", PRICES).generate(REQUEST)
        stubber.assert_no_pending_responses()
    assert output.title == "Tea is here"


def _whole(answer: dict[str, Any]) -> dict[str, Any]:
    answer["usage"]["totalTokens"] = 110
    return {**answer, "metrics": {"latencyMs": 5}}


def test_bedrock_that_does_not_answer_in_time_is_transient() -> None:
    slow = ReadTimeoutError(endpoint_url="https://bedrock.example.com")
    with pytest.raises(TransientError) as raised:
        bedrock(Served(slow)).generate(REQUEST)
    assert raised.value.error_code == "MODEL_TIMEOUT"


def test_the_answer_is_asked_for_by_its_schema() -> None:
    by_openai, by_bedrock = Served(GOOD), Served(GOOD)
    openai(by_openai).generate(REQUEST)
    bedrock(by_bedrock).generate(REQUEST)
    said = by_openai.asked[0]["response_format"]["json_schema"]
    tool = by_bedrock.asked[0]["toolConfig"]["tools"][0]["toolSpec"]
    assert said["schema"] == tool["inputSchema"]["json"] == Headline.model_json_schema()
    assert said["name"] == tool["name"] == "content_headline"
    assert by_bedrock.asked[0]["toolConfig"]["toolChoice"] == {"tool": {"name": tool["name"]}}


def test_a_server_of_llamas_kind_takes_the_schema_its_own_way() -> None:
    served = Served(GOOD)
    assert openai(served, "json_object").generate(REQUEST)[0].title == "Tea is here"
    asked = served.asked[0]["response_format"]
    assert asked == {"type": "json_object", "schema": Headline.model_json_schema()}


def test_json_between_marks_is_read_too() -> None:
    served = Served((f"```json\n{json.dumps(GOOD)}\n```", "stop"))
    assert openai(served).generate(REQUEST)[0].title == "Tea is here"


ENVIRONMENT = {
    "RUNS_TABLE": "runs",
    "PAYLOAD_BUCKET": "payloads",
    "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:x",
}


@pytest.mark.parametrize(
    ("provider", "engine"),
    [("offline", "offline"), ("bedrock", "bedrock:m"), ("openai", "openai:m")],
)
def test_the_stack_chooses_what_writes(
    provider: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = {"MODEL_PROVIDER": provider, "MODEL_ID": "m", "MODEL_BASE_URL": "http://m/v1"}
    for name, value in {**ENVIRONMENT, **chosen}.items():
        monkeypatch.setenv(name, value)
    settings.load.cache_clear()
    wiring.model.cache_clear()
    try:
        assert wiring.model().engine == engine
    finally:
        settings.load.cache_clear()
        wiring.model.cache_clear()


def test_the_offline_writer_composes() -> None:
    assert OfflineModel().generate(REQUEST)[0].title == "composed"
