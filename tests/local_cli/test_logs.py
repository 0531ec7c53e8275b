"""`neonhub logs`."""

import json
import time
from typing import Any

import pytest

from tests.local_cli.conftest import Run
from tests.local_cli.fakes import FakeAws

pytestmark = pytest.mark.usefixtures("local_stack")

AT = 1_772_442_000_000  # 2026-03-02T09:00:00Z


def line(stream: str, message: Any, at: int = AT) -> dict[str, Any]:
    """A log event, structured if the message is no text."""
    text = message if isinstance(message, str) else json.dumps(message)
    return {"logStreamName": stream, "timestamp": at, "message": text}


def wrote(function: str, message: str, **more: Any) -> dict[str, Any]:
    """A structured line of a function of the stack."""
    return {"level": "INFO", "message": message, "function_name": f"local-{function}", **more}


def test_a_function_is_told_from_others_in_the_shared_group_of_aws(run: Run, aws: FakeAws) -> None:
    aws.log_events = [
        [
            line("2026/03/02/local-runs[$LATEST]aa", "START RequestId: 1"),
            line("2026/03/02/local-runs[$LATEST]aa", wrote("runs", "listed", runId="run_1")),
            line("2026/03/02/local-catalog[$LATEST]bb", wrote("catalog", "well")),
        ]
    ]
    result = run("logs", "runs", "--since", "2026-03-02T08:00:00Z")
    assert result.stdout.splitlines() == [
        "09:00:00  PLATFORM  runs  START RequestId: 1",
        "09:00:00  INFO      runs  listed  runId=run_1",
    ]
    assert aws.filtered == [{"logGroupName": "/neonhub/local", "startTime": 1_772_438_400_000}]


def test_on_the_embedded_aws_the_lines_name_their_function(run: Run, aws: FakeAws) -> None:
    aws.log_events = [
        [
            line("2026/03/02/[$LATEST]aa", "START RequestId: 1"),
            line("2026/03/02/[$LATEST]aa", wrote("runs", "listed")),
            line("2026/03/02/[$LATEST]bb", wrote("catalog", "well")),
            line("2026/03/02/[$LATEST]cc", "START RequestId: 3"),
            line("2026/03/02/[$LATEST]dd", {"_aws": {}, "EventsPushed": [1.0]}),
            line("2026/03/02/[$LATEST]ee", "Unable to import module 'api.runs'"),
        ]
    ]
    result = run("logs", "local-runs")
    assert [text.split("  ")[-1] for text in result.stdout.splitlines()] == [
        *("START RequestId: 1", "listed", "Unable to import module 'api.runs'")
    ]


def test_a_stack_without_a_shared_group_has_one_for_each_function(run: Run, aws: FakeAws) -> None:
    aws.outputs = []
    aws.log_events = [[line("2026/03/02/[$LATEST]aa", "plain text")]]
    assert "runs  plain text" in run("logs", "runs").stdout
    assert aws.filtered[0]["logGroupName"] == "/aws/lambda/local-runs"


def test_only_what_was_written_for_a_run(run: Run, aws: FakeAws) -> None:
    aws.log_events = [
        [
            line("s", wrote("agent-content", "planned", runId="run_1")),
            line("s", wrote("agent-content", "planned", runId="run_2")),
        ]
    ]
    result = run("logs", "agent-content", "--run", "run_1", "--json")
    (record,) = map(json.loads, result.stdout.splitlines())
    assert record["runId"] == "run_1"
    assert record["function"] == "agent-content"
    assert aws.filtered[0]["filterPattern"] == '"run_1"'


def test_an_exception_is_shown_with_its_trace(run: Run, aws: FakeAws) -> None:
    broken = wrote("runs", "unforeseen", level="ERROR", exception="Traceback\nKeyError: 'x'")
    aws.log_events = [[line("s", broken)]]
    assert run("logs", "runs").stdout.splitlines()[1:] == ["    Traceback", "    KeyError: 'x'"]


def test_following_prints_each_line_once(
    run: Run, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = line("s", wrote("runs", "one")), line("s", wrote("runs", "two"), AT + 5)
    aws.log_events = [[first], [first, second], [second]]
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", wait)
    result = run("logs", "runs", "--follow", "--since", "2026-03-02T08:00:00Z")
    assert result.exit_code == 130
    assert [text.split()[-1] for text in result.stdout.splitlines()] == ["one", "two"]
    assert [asked["startTime"] for asked in aws.filtered] == [1_772_438_400_000, AT, AT + 5]


def test_nothing_is_said_to_be_nothing(run: Run) -> None:
    result = run("logs", "runs", "--since", "2026-03-02T08:00:00Z")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "nothing from local-runs since 2026-03-02 08:00:00 UTC" in result.stderr
