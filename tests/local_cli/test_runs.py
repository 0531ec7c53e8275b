"""`neonhub run` and `neonhub runs`."""

import json
from pathlib import Path

import httpx
import pytest

from local.stackfile import LocalStack
from tests.local_cli.conftest import Run
from tests.local_cli.fakes import API, RUN, STORY, FakeApi, refusal

pytestmark = pytest.mark.usefixtures("local_stack")

START = ("run", "content", "generate-draft", "--input", "-")


def test_a_run_starts_with_the_input_of_a_file(run: Run, api: FakeApi, tmp_path: Path) -> None:
    file = tmp_path / "input.json"
    file.write_text('{"brief": "News."}')
    result = run(
        *("run", "content", "generate-draft", "--input", str(file)),
        *("--idempotency-key", "once", "--simulate-model-failures", "2"),
    )
    assert result.exit_code == 0
    assert result.stdout == "run run_1: queued\n"
    assert api.body()["input"] == {"brief": "News."}
    assert api.body()["simulate"] == {"modelFailures": 2}
    assert api.seen[0].headers["idempotency-key"] == "once"
    assert api.seen[0].headers["authorization"] == "Bearer nh_key"


def test_a_followed_run_prints_each_event_and_then_the_record(run: Run) -> None:
    result = run(*START, "--follow", stdin="{}")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split()[-len(words) :] for line, words in zip(lines, _ENDS, strict=False)] == _ENDS
    assert "\x1b" not in result.output, "no control codes where nobody looks at a screen"
    assert "run run_1: completed" in lines
    assert "step_1  slack.post_message  succeeded  1 (3.00 s)  3.05 s  ts=17.01" in result.stdout
    assert "$0.000250 for 10 transitions" in result.stdout


_ENDS = [
    ["ContentAgent", "takes", "up", "generate-draft"],
    ["40", "%", "agent:progress", "planned:", "1", "step(s)"],
    ["rate", "limited,", "waiting", "as", "told"],
    ["100", "%", "agent:progress", "slack.post_message:", "done"],
    ["agent:completed", "completed", "in", "3.05", "s"],
]


@pytest.mark.parametrize("status", ["failed", "cancelled", "needs_review", "timed_out"])
def test_a_followed_run_that_did_not_complete_has_another_exit_status(
    run: Run, api: FakeApi, status: str
) -> None:
    api.run = {**RUN, "status": status, "errorCode": "no_text", "errorMessage": "Slack refused"}
    result = run(*START, "--follow", stdin="{}")
    assert result.exit_code == 1
    assert "no_text: Slack refused" in result.stdout


def test_for_machines_a_followed_run_is_json_lines(run: Run) -> None:
    result = run(*START, "--follow", "--json", stdin="{}")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines == [*STORY, RUN]


@pytest.mark.parametrize(
    ("stdin", "words"), [("{", "- is not JSON"), ("[1]", "must hold a JSON object")]
)
def test_a_wrong_input_is_wrong_usage(run: Run, api: FakeApi, stdin: str, words: str) -> None:
    result = run(*START, stdin=stdin)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert words in result.stderr
    assert api.seen == []


def test_a_missing_input_file_is_wrong_usage(run: Run) -> None:
    result = run("run", "content", "generate-draft", "--input", "/no/such/file")
    assert result.exit_code == 2
    assert "cannot read /no/such/file: No such file" in result.stderr


def test_runs_are_listed_with_their_filters(run: Run, api: FakeApi) -> None:
    result = run(
        *("runs", "list", "--agent", "content", "--status", "completed", "--limit", "5"),
        *("--since", "2026-03-02T10:00:00+01:00", "--cursor", "abc"),
    )
    assert dict(api.seen[0].url.params) == {
        "agent": "content",
        "status": "completed",
        "since": "2026-03-02T09:00:00.000Z",
        "limit": "5",
        "cursor": "abc",
    }
    header, row = result.stdout.splitlines()
    columns = ["RUN", "AGENT", "INTENT", "STATUS", "TRIGGER", "CREATED", "TOOK", "COST"]
    assert header.split() == columns
    assert row.split()[:5] == ["run_1", "content", "generate-draft", "completed", "api"]
    assert row.endswith("$0.000250")
    assert "--cursor next-page" in result.stderr


def test_no_id_is_ever_cut_off(run: Run, api: FakeApi) -> None:
    long = "run_" + "0123456789" * 30
    api.run = {**RUN, "id": long}
    assert long in run("runs", "list").stdout


def test_a_list_for_machines_is_the_answer_itself(run: Run) -> None:
    result = run("runs", "list", "--json")
    assert json.loads(result.stdout) == {"runs": [RUN], "cursor": "next-page"}
    assert result.stderr == ""


def test_a_run_is_shown(run: Run) -> None:
    result = run("runs", "show", "run_1")
    assert "content / generate-draft (api)" in result.stdout
    assert "offline" in result.stdout
    assert json.loads(run("runs", "show", "run_1", "--json").stdout) == RUN


def test_events_come_page_by_page_from_since(run: Run, api: FakeApi) -> None:
    result = run("runs", "events", "run_1", "--since", "2", "--json")
    assert [json.loads(line) for line in result.stdout.splitlines()] == STORY[2:]
    assert [request.url.params["since"] for request in api.seen] == ["2", "6"]


def test_events_are_followed_even_if_no_socket_can_be_had(run: Run) -> None:
    result = run("runs", "events", "run_1", "--follow")
    assert len(result.stdout.splitlines()) == len(STORY)
    assert "no live socket at ws://127.0.0.1:9/dev" in result.stderr


def test_a_run_is_cancelled(run: Run) -> None:
    result = run("runs", "cancel", "run_1")
    assert (result.exit_code, result.stdout) == (0, "run run_1: cancelled\n")


def test_a_cancel_that_came_too_late_tells_the_truth(run: Run, api: FakeApi) -> None:
    late = {"runId": "run_1", "cancelled": False, "status": "completed"}
    api.answers["POST /api/runs/run_1/cancel"] = (200, {"success": True, "data": late})
    result = run("runs", "cancel", "run_1")
    assert (result.exit_code, result.stdout) == (1, "run run_1: completed\n")


def test_what_the_api_says_cannot_command_the_terminal(run: Run, api: FakeApi) -> None:
    api.run = {**RUN, "objective": "\x1b[31mred\n[bold]x"}
    shown = run("runs", "show", "run_1").stdout
    assert "\x1b" not in shown
    assert "[31mred [bold]x" in shown


def test_a_refusal_is_one_line_on_stderr(run: Run, api: FakeApi) -> None:
    api.answers["GET /api/runs/run_1"] = refusal(401, "UNAUTHENTICATED", "send\na key")
    result = run("runs", "show", "run_1")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == "error: UNAUTHENTICATED: send a key (request id req-1)\n"


def test_named_stacks_win_over_the_local_one(
    run: Run, api: FakeApi, local_stack: LocalStack
) -> None:
    run("--url", "https://other.example.com/dev", "--api-key", "nh_other", "runs", "show", "run_1")
    request = api.seen[0]
    assert request.url.host == "other.example.com"
    assert request.headers["authorization"] == "Bearer nh_other"
    run("--api-key", "nh_other", "runs", "show", "run_1")
    assert str(api.seen[1].url).startswith(local_stack.api_url)
    assert api.seen[1].headers["authorization"] == "Bearer nh_other"


def test_the_environment_names_a_stack(
    run: Run, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEONHUB_URL", API + "/")
    monkeypatch.setenv("NEONHUB_API_KEY", "nh_env")
    run("runs", "events", "run_1", "--follow")
    assert all(request.headers["authorization"] == "Bearer nh_env" for request in api.seen)
    assert str(api.seen[0].url).startswith(API + "/api/")


def test_the_local_key_is_never_sent_elsewhere(run: Run, api: FakeApi) -> None:
    result = run("--url", "https://other.example.com", "runs", "list")
    assert result.exit_code == 1
    assert result.stderr == "error: no API key for https://other.example.com: set NEONHUB_API_KEY\n"
    assert api.seen == []


def test_a_key_that_is_none_is_one_line(run: Run) -> None:
    result = run("--api-key", "ключ", "runs", "list")
    assert result.exit_code == 1
    assert "copy it again" in result.stderr


def test_nothing_listening_is_one_line_with_the_url(
    run: Run, api: FakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno 111] Connection refused")

    monkeypatch.setattr(api, "_handle", refuse)
    result = run("runs", "list")
    assert result.exit_code == 1
    assert result.stderr == f"error: nothing answers at {API} ([Errno 111] Connection refused)\n"


# ---------------------------------------------------------------------- decide and replay

WAITING = {
    **RUN,
    "status": "waiting_approval",
    "steps": [
        {
            "id": "step_1",
            "name": "x.post_tweet",
            "status": "waiting_approval",
            "payload": {"text": "Tea is here.\n\n#tea", "media": [{"url": "https://a.example/1"}]},
        }
    ],
}


def test_a_run_can_be_started_to_wait_for_approval(run: Run, api: FakeApi) -> None:
    assert run(*START, "--approval", stdin="{}").exit_code == 0
    assert api.body()["approval"] == {}


def test_a_run_that_waits_shows_what_it_would_send(run: Run, api: FakeApi) -> None:
    api.run = WAITING
    shown = run("runs", "show", "run_1").stdout
    told = [line.strip() for line in shown.splitlines()]
    assert "x.post_tweet would send" in told
    assert told[told.index("text:") + 1 :][:3] == ["Tea is here.", "", "#tea"]
    assert 'media: [{"url": "https://a.example/1"}]' in told
    assert told[-1] == "neonhub runs approve run_1, or reject it"


@pytest.mark.parametrize(("command", "decision"), [("approve", "approved"), ("reject", "rejected")])
def test_a_run_is_decided(run: Run, api: FakeApi, command: str, decision: str) -> None:
    decided = {**WAITING, "approval": {"decision": decision, "decidedBy": "key:anna"}}
    answer = (200, {"success": True, "data": decided})
    api.answers[f"POST /api/runs/run_1/{command}"] = answer
    result = run("runs", command, "run_1", "--comment", "Go.")
    assert (result.exit_code, result.stdout) == (0, f"run run_1: {decision} by key:anna\n")
    assert json.loads(api.seen[-1].content) == {"comment": "Go."}


def test_a_decision_that_came_too_late_says_why(run: Run, api: FakeApi) -> None:
    api.answers["POST /api/runs/run_1/approve"] = refusal(409, "ALREADY_DECIDED", "it was rejected")
    result = run("runs", "approve", "run_1")
    assert result.exit_code == 1
    assert "ALREADY_DECIDED: it was rejected" in result.stderr


def test_a_run_is_replayed_from_where_it_is_told(run: Run, api: FakeApi) -> None:
    again = {"runId": "run_2", "parentRunId": "run_1", "status": "queued"}
    api.answers["POST /api/runs/run_1/replay"] = (202, {"success": True, "data": again})
    assert run("runs", "replay", "run_1").stdout == "run run_2: queued\n"
    assert json.loads(api.seen[-1].content) == {}
    run("runs", "replay", "run_1", "--from", "start")
    assert json.loads(api.seen[-1].content) == {"from": "start"}
