"""`neonhub schedules`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.local_cli.conftest import Run
from tests.local_cli.fakes import FakeApi

pytestmark = pytest.mark.usefixtures("local_stack")

PATH = "/api/agents/content/schedule"
SCHEDULE: dict[str, Any] = {
    "id": "content",
    "name": "ContentAgent",
    "scheduleExpression": "0 9 * * MON-FRI",
    "scheduleEnabled": True,
    "status": "scheduled",
    "nextRunAt": "2026-03-03T08:00:00.000Z",
    "nextRuns": ["2026-03-03T08:00:00.000Z", "2026-03-04T08:00:00.000Z"],
    "lastRunAt": "2026-03-02T08:00:01.000Z",
    "timezone": "Europe/Berlin",
    "priority": "NORMAL",
    "intent": "generate-draft",
    "overlap": "skip",
    "pausedAt": None,
    "consecutiveFailures": 0,
    "waitingFirings": [],
    "missedFirings": 0,
    "overdueSince": None,
}
NONE = {"id": "social", "scheduleExpression": None, "scheduleEnabled": False}


def answers(api: FakeApi, key: str, data: Any) -> None:
    api.answers[key] = (200, {"success": True, "data": data})


def test_schedules_are_listed_without_agents_that_have_none(run: Run, api: FakeApi) -> None:
    answers(api, "GET /api/agents", {"agents": [{"id": "content"}, {"id": "social"}]})
    answers(api, f"GET {PATH}", SCHEDULE)
    answers(api, "GET /api/agents/social/schedule", NONE)
    lines = run("schedules", "list").stdout.splitlines()
    assert len(lines) == 2
    assert lines[1].split() == [
        *("content", "0", "9", "*", "*", "MON-FRI", "Europe/Berlin", "scheduled"),
        *("2026-03-03", "08:00:00", "2026-03-02", "08:00:01", "skip"),
    ]
    assert json.loads(run("schedules", "list", "--json").stdout) == {"schedules": [SCHEDULE]}


def test_where_there_are_none_the_list_says_so(run: Run, api: FakeApi) -> None:
    answers(api, "GET /api/agents", {"agents": []})
    assert "no schedules" in run("schedules", "list").stderr


def test_a_schedule_shows_only_what_is_worth_knowing(run: Run, api: FakeApi) -> None:
    answers(api, f"GET {PATH}", SCHEDULE)
    assert run("schedules", "show", "content").stdout.splitlines() == [
        "content: 0 9 * * MON-FRI (Europe/Berlin), enabled",
        "  intent   generate-draft, priority NORMAL",
        "  overlap  skip",
        "  next     2026-03-03 08:00:00",
        "  next     2026-03-04 08:00:00",
    ]


def test_a_paused_schedule_shows_why_and_what_became_of_its_firings(run: Run, api: FakeApi) -> None:
    paused = {
        **SCHEDULE,
        "scheduleEnabled": False,
        "nextRuns": [],
        "pausedAt": "2026-03-02T09:00:00.000Z",
        "pausedBy": "failures",
        "pausedReason": "3 runs in a row failed",
        "consecutiveFailures": 3,
        "waitingFirings": ["2026-03-02T08:00:00.000Z"],
        "missedFirings": 2,
        "lastMissedAt": "2026-03-01T08:00:00.000Z",
        "overdueSince": "2026-03-02T08:00:00.000Z",
    }
    answers(api, f"GET {PATH}", paused)
    assert run("schedules", "show", "content").stdout.splitlines()[3:] == [
        "  paused   since 2026-03-02 09:00:00 by failures: 3 runs in a row failed",
        "  failed   3 in a row",
        "  waiting  1, the first due 2026-03-02 08:00:00",
        "  missed   2, the last due 2026-03-01 08:00:00",
        "  overdue  since 2026-03-02 08:00:00",
    ]


def test_an_agent_without_a_schedule_says_so(run: Run, api: FakeApi) -> None:
    answers(api, "GET /api/agents/social/schedule", NONE)
    assert run("schedules", "show", "social").stdout == "social: no schedule\n"


def test_a_schedule_is_set_with_all_that_was_given(run: Run, api: FakeApi, tmp_path: Path) -> None:
    answers(api, f"POST {PATH}", SCHEDULE)
    brief = tmp_path / "brief.json"
    brief.write_text('{"brief": "News"}')
    result = run(
        *("schedules", "set", "content", "0 9 * * MON-FRI", "--timezone", "Europe/Berlin"),
        *("--intent", "generate-draft", "--input", str(brief), "--priority", "HIGH"),
        *("--overlap", "queue_one", "--start", "2026-04-01T00:00Z", "--end", "2026-05-01T00:00Z"),
        *("--flexible-minutes", "15", "--pause-after-failures", "3", "--approval"),
    )
    assert result.stdout.startswith("content: 0 9 * * MON-FRI (Europe/Berlin), enabled\n")
    assert api.body() == {
        "cronExpression": "0 9 * * MON-FRI",
        "timezone": "Europe/Berlin",
        "startAt": "2026-04-01T00:00:00.000Z",
        "endAt": "2026-05-01T00:00:00.000Z",
        "flexibleMinutes": 15,
        "priority": "HIGH",
        "overlap": "queue_one",
        "pauseAfterFailures": 3,
        "intent": "generate-draft",
        "input": {"brief": "News"},
        "approval": {},
    }


def test_what_was_not_given_is_not_sent(run: Run, api: FakeApi) -> None:
    answers(api, f"POST {PATH}", SCHEDULE)
    assert json.loads(run("schedules", "set", "content", "@daily", "--json").stdout) == SCHEDULE
    assert api.body() == {
        "cronExpression": "@daily",
        "timezone": "UTC",
        "priority": "NORMAL",
        "overlap": "skip",
        "pauseAfterFailures": 0,
    }


def test_a_schedule_is_paused_with_a_reason_and_resumed(run: Run, api: FakeApi) -> None:
    answers(api, f"POST {PATH}/pause", SCHEDULE)
    answers(api, f"POST {PATH}/resume", SCHEDULE)
    assert run("schedules", "pause", "content", "--reason", "Easter").stdout == "content: paused\n"
    assert api.body() == {"reason": "Easter"}
    assert run("schedules", "resume", "content").stdout == "content: next at 2026-03-03 08:00:00\n"


def test_a_preview_shows_both_clocks(run: Run, api: FakeApi) -> None:
    firings = [
        {"at": None, "local": "2026-03-29T02:30:00", "fires": False, "notes": ["skipped: …"]},
        {"at": "2026-03-30T00:30:00.000Z", "local": "2026-03-30T02:30:00+02:00", "notes": []},
    ]
    answers(api, f"POST {PATH}/preview", {"firings": firings})
    arguments = ("schedules", "preview", "content", "30 2 * * *", "--count", "2")
    lines = [line.split() for line in run(*arguments).stdout.splitlines()]
    assert lines[1:] == [
        ["2026-03-29T02:30:00", "-", "skipped:", "…"],
        ["2026-03-30T02:30:00+02:00", "2026-03-30T00:30:00.000Z"],
    ]
    body = {"cronExpression": "30 2 * * *", "timezone": "UTC", "count": 2}
    assert api.body() == body
    assert json.loads(run(*arguments, "--json").stdout) == {"firings": firings}


def test_a_backfill_shows_what_was_started_and_where_to_go_on(run: Run, api: FakeApi) -> None:
    firing = {
        "at": "2026-03-01T09:00:00.000Z",
        "runId": "run_1",
        "outcome": "started",
        "status": "queued",
    }
    done = {
        "firings": [firing],
        "started": ["run_1"],
        "waiting": [],
        "existed": [],
        "nextFrom": "2026-03-02T09:00:00.000Z",
    }
    answers(api, f"POST {PATH}/backfill", done)
    arguments = ("schedules", "backfill", "content", "--from", "2026-03-01T00:00Z", "--limit", "1")
    result = run(*arguments, "--to", "2026-03-08T00:00Z")
    assert result.stdout.splitlines()[1].split() == [
        *("2026-03-01", "09:00:00", "run_1", "started", "queued"),
    ]
    assert "1 started, 0 waiting, 0 existed" in result.stderr
    assert "more: --from 2026-03-02T09:00:00.000Z" in result.stderr
    assert api.body() == {
        "from": "2026-03-01T00:00:00.000Z",
        "to": "2026-03-08T00:00:00.000Z",
        "limit": 1,
    }
    assert json.loads(run(*arguments, "--json").stdout) == done
    assert api.body()["to"] > "2026-03-08"


def test_a_schedule_is_deleted(run: Run, api: FakeApi) -> None:
    answers(api, f"DELETE {PATH}", {"message": "ContentAgent is not scheduled any more"})
    assert "not scheduled any more" in run("schedules", "delete", "content").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("set", "content", "@daily", "--overlap", "cancel"),
        ("set", "content", "@daily", "--start", "soon"),
        ("preview", "content", "@daily", "--count", "51"),
        ("backfill", "content"),
    ],
)
def test_wrong_options_are_wrong_usage(run: Run, api: FakeApi, arguments: tuple[str, ...]) -> None:
    assert run("schedules", *arguments).exit_code == 2
    assert api.seen == []
