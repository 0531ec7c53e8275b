"""A run with a real model's server on the deployed template: repaired, throttled, refused."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.e2e.stack import Stack, slack

pytestmark = pytest.mark.e2e

DRAFT = {
    "title": "Tea is here",
    "summary": "Our shop opens on Monday with tea.",
    "introduction": "Our shop opens on Monday.",
    "sections": [{"heading": "Tea", "paragraphs": ["Tea is free all week."]}],
    "metaDescription": "Our shop opens on Monday.",
}
TOO_LONG = {**DRAFT, "title": "x" * 300}
BRIEF = {
    "brief": "Our shop opens on Monday. Tea is free all week.",
    "grounding": {"enabled": False},
}


class Server(http.server.ThreadingHTTPServer):
    """Speaks OpenAI's chat completions; gives the answers it was told to, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Chat)
        self.answers: list[Any] = []
        self.asked: list[dict[str, Any]] = []


class Chat(http.server.BaseHTTPRequestHandler):
    """One request."""

    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(json.loads(body))
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        status = answer if isinstance(answer, int) else 200
        message = {"role": "assistant", "content": json.dumps(answer)}
        said = {
            "choices": [{"message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 100},
        }
        content = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def writing(deployed: Stack, server: Server) -> Iterator[Server]:
    """The content agent writes with the server; with the offline writer again at the end."""
    url = f"http://127.0.0.1:{server.server_port}/v1"
    chosen = {
        "MODEL_PROVIDER": "openai",
        "MODEL_BASE_URL": url,
        "MODEL_ID": "small",
        "MODEL_INPUT_PRICE": "1",
        "MODEL_OUTPUT_PRICE": "4",
    }
    with configured(deployed, "agent-content", chosen):
        yield server


@contextmanager
def configured(stack: Stack, function: str, variables: dict[str, str]) -> Iterator[None]:
    """A function with other variables for a while."""
    functions = stack.aws("lambda")
    name = f"{stack.name}-{function}"
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=name, Environment={"Variables": {**before, **variables}}
    )
    try:
        yield
    finally:
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": before}
        )


def test_a_models_tokens_and_cost_are_on_the_run(stack: Stack, writing: Server) -> None:
    writing.answers = [DRAFT]
    run = stack.wait(begin(stack))
    assert run["status"] == "completed", run
    assert run["output"]["engine"] == "openai:small"
    assert run["output"]["title"] == "Tea is here"
    metrics = run["metrics"]
    assert (metrics["inputTokens"], metrics["outputTokens"]) == (1000, 100)
    # 1,000 tokens at 1 USD and 100 at 4 USD a million, and seven transitions less the steps'.
    assert metrics["costUsd"] > 0.0014


def begin(stack: Stack, **more: Any) -> str:
    body = {"intent": "generate-draft", "input": {**BRIEF, **more}}
    started: str = stack.data("POST", "/api/agents/content/runs", body)["runId"]
    return started


def test_an_answer_off_its_schema_is_repaired_and_paid_for(stack: Stack, writing: Server) -> None:
    writing.asked.clear()
    writing.answers = [TOO_LONG, DRAFT]
    run = stack.wait(begin(stack), "completed")
    assert run["metrics"]["inputTokens"] == 2000
    assert "title" in writing.asked[1]["messages"][-1]["content"]


def test_an_output_that_stays_off_its_schema_fails_the_run_and_names_the_field(
    stack: Stack, writing: Server
) -> None:
    writing.asked.clear()
    writing.answers = [TOO_LONG]
    run = stack.wait(begin(stack))
    assert (run["status"], run["errorCode"]) == ("failed", "INVALID_OUTPUT")
    assert "output.title" in run["errorMessage"]
    assert len(writing.asked) == 2


def test_a_throttled_model_is_asked_again_by_the_state_machine(
    stack: Stack, writing: Server
) -> None:
    writing.answers = [429, 503, DRAFT]
    run_id = begin(stack)
    run = stack.wait(run_id, "completed")
    assert run["metrics"]["retries"] == 2


def test_a_model_that_obeys_a_command_in_the_brief_calls_nothing_more(
    stack: Stack, writing: Server
) -> None:
    obeyed = {**DRAFT, "steps": [{"connector": "stripe", "action": "create_refund"}]}
    writing.answers = [obeyed]
    over = stack.connection("slack")
    run = stack.wait(begin(stack, deliver=[slack(over)]))
    assert (run["status"], run["errorCode"]) == ("failed", "INVALID_OUTPUT")
    assert "steps" in run["errorMessage"]
    assert run.get("steps", []) == []
