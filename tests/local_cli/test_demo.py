"""`neonhub demo`, with the tools it drives replaced and its stack played."""

import json
import re
import signal
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner
from websockets.sync.server import ServerConnection

from local.aws import deploy
from local.aws.process import EmulatorError
from local.aws.tools import ToolError
from local.cli import demo, demo_screen
from local.cli.main import app
from local.cli.session import Session
from tests.local_cli.fakes import (
    API,
    QUICK,
    RUN,
    STORY,
    FakeApi,
    FakeAws,
    heard,
    sockets,
    subscribed,
    tell,
)


class Emulator:
    """An embedded AWS that is none."""

    endpoint = "http://127.0.0.1:5555"
    failure: Exception | None = None
    ends: list[str] = []

    def start(self) -> None:
        if self.failure:
            raise self.failure

    def stop(self) -> None:
        self.ends.append("stopped")

    def log_tail(self) -> str:
        return "the emulator's last words"


@pytest.fixture(autouse=True)
def tools_replaced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(Emulator, "ends", [])
    monkeypatch.setattr(Emulator, "failure", None)
    monkeypatch.setattr(demo, "EmbeddedAws", Emulator)
    monkeypatch.setattr(deploy, "build", lambda: None)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def play(api: FakeApi, aws: FakeAws, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the demo against a stack whose socket plays the story; the result."""

    def act(socket: ServerConnection) -> None:
        assert heard(socket) == {"action": "agent:subscribe", "agentId": "content"}
        tell(socket, {"event": "subscribed", "data": {"action": "agent:subscribe"}})
        assert heard(socket) == {"action": "run:subscribe", "runId": "run_1", "since": 0}
        tell(socket, subscribed(lastEventId=0), *api.events)

    with sockets(act) as fake:
        outputs = {"ApiUrl": API, "SocketUrl": fake.url}
        monkeypatch.setattr(demo, "deploy_stack", lambda _name, _endpoint: outputs)
        own = Session(transport=api.transport, timing=QUICK, make_client=aws.client)
        return CliRunner().invoke(app, ["demo"], obj=own)


def test_the_demo_shows_every_event_the_record_and_what_it_took(
    api: FakeApi, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = play(api, aws, monkeypatch)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    out = result.stdout
    for phase in ("emulator", "build", "deploy", "connect"):
        assert re.search(rf"^  {phase} +\d+\.\d s", out, re.MULTILINE), phase
    assert out.count("agent:progress") == 3
    assert "rate limited, waiting as told" in out
    assert "slack.post_message  succeeded  1 (3.00 s)" in out
    assert "writer    offline (the built-in one, by rules: no model was asked)" in out
    assert "$0.000250 for 10 transitions" in out
    assert "events    5 over socket" in out
    last = out.splitlines()[-1]
    assert re.fullmatch(r"demo: completed run=run_1 events=5 seconds=\d+\.\d", last)
    assert Emulator.ends == ["stopped"]


def test_without_a_terminal_there_are_no_control_codes(
    api: FakeApi, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = play(api, aws, monkeypatch).stdout
    assert [c for c in out if not c.isprintable() and c != "\n"] == []


def test_the_run_is_asked_for_as_promised(
    api: FakeApi, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(api, aws, monkeypatch)
    slack, sms, start = (json.loads(request.content) for request in api.seen[:3])
    limited = {"kind": "rate_limit", "times": 1, "retryAfter": 3}
    assert (slack["kind"], slack["mode"], slack["sandbox"]) == ("slack", "sandbox", [limited])
    assert (sms["kind"], sms["mode"]) == ("sms", "sandbox")
    assert start["intent"] == "generate-draft"
    assert start["input"]["deliver"] == [
        {
            "connector": "slack",
            "action": "post_message",
            "connectionId": "con_slack",
            "input": {"channel": "#launch", "text": "*{{title}}*\n{{summary}}"},
        },
        {
            "connector": "sms",
            "action": "send_sms",
            "connectionId": "con_sms",
            "input": {"to": "+4915112345678", "body": "{{title}}"},
        },
    ]


def test_a_run_that_fails_fails_the_demo_with_the_logs(
    api: FakeApi, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.run = {**RUN, "status": "failed", "errorCode": "no_text", "errorMessage": "Slack refused"}
    written = [{"level": level, "message": f"a line of {level}"} for level in ("INFO", "ERROR")]
    aws.log_events = [
        [
            {"logStreamName": "s", "timestamp": 1, "message": json.dumps(line)}
            for line in [{"function_name": "neonhub-demo-connector-slack"}, *written]
        ]
    ]
    result = play(api, aws, monkeypatch)
    assert result.exit_code == 1
    first, last = result.stderr.splitlines()
    assert "connector-slack  a line of ERROR" in first
    assert last == "error: the run run_1 ended as failed (no_text: Slack refused)"
    assert "demo: completed" not in result.stdout
    assert Emulator.ends == ["stopped"]


def test_a_run_without_the_wait_is_no_demo(
    api: FakeApi, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.events = [STORY[0], STORY[-1]]
    result = play(api, aws, monkeypatch)
    assert result.exit_code == 1
    assert "completed without the wait" in result.stderr


@pytest.mark.parametrize(
    ("failure", "lines"),
    [
        (ToolError("sam deploy failed\nROLLBACK"), ["error: sam deploy failed", "ROLLBACK"]),
        (EmulatorError("it did not start\nbad port"), ["error: it did not start", "bad port"]),
    ],
)
def test_a_failing_tool_is_told_and_nothing_is_left_behind(
    api: FakeApi,
    aws: FakeAws,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    lines: list[str],
) -> None:
    if isinstance(failure, EmulatorError):
        monkeypatch.setattr(Emulator, "failure", failure)

    def fail(_name: str, _endpoint: str) -> None:
        raise failure

    monkeypatch.setattr(demo, "deploy_stack", fail)
    result = CliRunner().invoke(app, ["demo"], obj=Session(make_client=aws.client))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == lines
    assert Emulator.ends == ["stopped"]


def test_an_interrupted_demo_stops_what_it_started(
    api: FakeApi, aws: FakeAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(deploy, "build", interrupt)
    result = CliRunner().invoke(app, ["demo"], obj=Session(make_client=aws.client))
    assert (result.exit_code, result.stderr) == (130, "interrupted\n")
    assert Emulator.ends == ["stopped"]


def test_on_a_terminal_a_bar_moves_below_the_events(monkeypatch: pytest.MonkeyPatch) -> None:
    screen_file = StringIO()
    terminal = Console(file=screen_file, force_terminal=True, width=100, highlight=False)
    monkeypatch.setattr(demo_screen, "console", lambda: terminal)
    screen = demo_screen.DemoScreen()
    with screen.phase("build", "sam build"):
        pass
    assert screen.events(STORY) == STORY
    shown = screen_file.getvalue()
    assert "\x1b[?25l" in shown, "the cursor is hidden while the bar moves"
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l"), "and shown again afterwards"
    assert "100%" in shown
    assert all(str(event["event"]) in shown for event in STORY)
