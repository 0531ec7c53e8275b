"""Schedules over HTTP, in the shapes clients know."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.domain.errors import InvalidRequestError
from hub.domain.run import Priority, RunMetrics, RunStatus
from hub.domain.schedule import Schedule
from tests.support import START, FrozenClock
from tests.unit.api.schedules_world import ID, World, call, data, refused, showing

NO_SCHEDULE = {"scheduleExpression": None, "scheduleEnabled": False, "nextRunAt": None}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World().wire(monkeypatch)


# ---------------------------------------------------------------- set a schedule


def test_a_schedule_is_stored_and_fires(world: World) -> None:
    answer = data("put")
    wanted = {
        "id": "content",
        "name": "ContentAgent",
        "scheduleExpression": "0 9 * * MON-FRI",
        "scheduleEnabled": True,
        "nextRunAt": "2026-03-03T08:00:00.000Z",
        "timezone": "Europe/Berlin",
        "priority": "HIGH",
    }
    assert {name: answer[name] for name in wanted} == wanted
    assert len(answer["nextRuns"]) == 5
    assert answer["nextRuns"][0] == answer["nextRunAt"]
    assert world.schedule.input["brief"] == "What our customers asked this week"
    assert world.schedule.priority is Priority.HIGH
    assert world.timetable.firing(ID) == ("cron(0 9 ? * MON-FRI *)",)


def test_only_the_expression_is_needed(world: World) -> None:
    answer = data("put", {"cronExpression": "30 6 * * *"})
    assert (answer["timezone"], answer["priority"]) == ("UTC", "NORMAL")
    assert answer["scheduleEnabled"] is True
    assert world.schedule.intent == "generate-draft"
    assert world.schedule.input["brief"] == "What is new this week, in short."


def test_an_update_without_intent_and_input_keeps_those_there_are(world: World) -> None:
    data("put")
    world.clock.advance(60)
    data("put", {"cronExpression": "30 6 * * *"})
    assert world.schedule.input["brief"] == "What our customers asked this week"
    assert world.schedule.created_at == START
    assert world.schedule.updated_at == START + timedelta(seconds=60)
    data("put", {"cronExpression": "30 6 * * *", "input": {"brief": "Something new"}})
    assert world.schedule.input["brief"] == "Something new"


def test_the_runs_of_a_schedule_may_need_an_approval(world: World) -> None:
    expression = {"cronExpression": "30 6 * * *"}
    shown = data("put", {**expression, "approval": {"timeoutSeconds": 3600}})
    assert shown["approval"] == {"timeoutSeconds": 3600}
    assert data("get")["approval"] == {"timeoutSeconds": 3600}
    assert data("put", expression)["approval"] is None
    assert world.schedule.approval is None


def test_an_either_or_cron_fires_on_two_expressions(world: World) -> None:
    data("put", {"cronExpression": "0 9 1 * MON"})
    assert world.timetable.firing(ID) == ("cron(0 9 1 * ? *)", "cron(0 9 ? * MON *)")


def test_a_disabled_schedule_does_not_fire_and_has_no_next_run(world: World) -> None:
    answer = data("put", {"cronExpression": "0 9 * * *", "enabled": False})
    assert (answer["scheduleEnabled"], answer["nextRunAt"], answer["nextRuns"]) == (False, None, [])
    assert world.schedule.enabled is False
    assert world.timetable.firing(ID) == ()


def test_a_local_time_stays_the_same_across_daylight_saving(world: World) -> None:
    """In Berlin clocks go forward on 29 March 2026: 09:00 is 08:00 UTC before, 07:00 after."""
    world.clock = FrozenClock(datetime(2026, 3, 27, 12, tzinfo=UTC))
    answer = data("put", {"cronExpression": "0 9 * * *", "timezone": "Europe/Berlin"})
    assert answer["nextRuns"] == [
        "2026-03-28T08:00:00.000Z",
        "2026-03-29T07:00:00.000Z",
        "2026-03-30T07:00:00.000Z",
        "2026-03-31T07:00:00.000Z",
        "2026-04-01T07:00:00.000Z",
    ]


def test_a_time_in_the_gap_is_skipped_and_a_repeated_one_fires_once(world: World) -> None:
    berlin = {"cronExpression": "30 2 * * *", "timezone": "Europe/Berlin"}
    world.clock = FrozenClock(datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert data("put", berlin)["nextRunAt"] == "2026-03-30T00:30:00.000Z"
    world.clock = FrozenClock(datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert data("get")["nextRuns"][:2] == ["2026-10-25T00:30:00.000Z", "2026-10-26T01:30:00.000Z"]


def test_a_rate_counts_from_when_it_was_set_and_not_from_the_look(world: World) -> None:
    set_at = data("put", {"cronExpression": "rate(2 hours)"})
    assert set_at["nextRunAt"] == "2026-03-02T11:00:00.000Z"
    world.clock.advance(3 * 3600 + 60)
    assert data("get")["nextRuns"][:2] == ["2026-03-02T13:00:00.000Z", "2026-03-02T15:00:00.000Z"]


@pytest.mark.parametrize(
    ("expression", "field_name"),
    [
        ("61 9 * * *", "minute"),
        ("0 25 * * *", "hour"),
        ("0 9 * * FUNDAY", "day-of-week"),
        ("0 9 * *", "expression"),
        ("", "expression"),
        ("rate(5 fortnights)", "rate"),
        ("at(2026-03-02T08:59:00)", "expression"),
    ],
)
def test_a_malformed_cron_is_refused_by_the_field(
    world: World, expression: str, field_name: str
) -> None:
    status, error = refused("put", {"cronExpression": expression})
    assert (status, error["code"]) == (400, "INVALID_INPUT")
    assert error["details"]["field"] == "cronExpression"
    assert error["details"]["cronField"] == field_name
    assert error["details"]["reason"]
    assert "cronExpression" in error["message"]
    assert world.writes == []


@pytest.mark.parametrize("zone", ["Mars/Olympus", "europe/berlin", "", "../etc/passwd", "America"])
def test_a_bad_time_zone_is_refused_by_name(world: World, zone: str) -> None:
    status, error = refused("put", {"cronExpression": "0 9 * * *", "timezone": zone})
    assert (status, error["details"]["field"]) == (400, "timezone")
    assert "IANA" in error["message"]
    assert world.writes == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"intent": "generate-draft", "input": {}}, "input.brief"),
        ({"input": {"brief": "Hello", "tone": "shrill"}}, "input.tone"),
        ({"input": {"brief": "Hello", "colour": "red"}}, "input.colour"),
    ],
)
def test_input_is_checked_by_the_agents_own_model(
    world: World, body: dict[str, Any], named: str
) -> None:
    status, error = refused("put", {"cronExpression": "0 9 * * *", **body})
    assert (status, error["code"]) == (400, "INVALID_INPUT")
    assert [item["field"] for item in error["details"]["fields"]] == [named]
    assert world.writes == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"cronExpression": "0 9 * * *", "priority": "URGENT"}, "priority"),
        ({"priority": "LOW"}, "cronExpression"),
        ({"cronExpression": "0 9 * * *", "organizationId": "globex"}, "organizationId"),
    ],
)
def test_a_body_off_the_schema_is_refused_by_field(
    world: World, body: dict[str, Any], named: str
) -> None:
    status, error = refused("put", body)
    assert (status, error["code"]) == (400, "INVALID_INPUT")
    assert any(item["field"].endswith(named) for item in error["details"]["fields"])
    assert world.writes == []


def test_an_intent_nobody_has_is_refused(world: World) -> None:
    status, error = refused("put", {"cronExpression": "0 9 * * *", "intent": "dance"})
    assert (status, error["code"]) == (400, "UNSUPPORTED_INTENT")
    assert "generate-draft" in error["message"]
    assert world.writes == []


@pytest.mark.parametrize("sample", ["put", "get", "delete", "sessions"])
def test_an_unknown_agent_is_a_404_that_names_those_there_are(world: World, sample: str) -> None:
    status, error = refused(sample, agent="oracle")
    assert (status, error["code"]) == (404, "AGENT_NOT_REGISTERED")
    assert "content" in error["message"]
    assert world.writes == []


@pytest.mark.parametrize(
    ("sample", "role", "status"),
    [
        ("put", "viewer", 403),
        ("delete", "viewer", 403),
        ("get", "viewer", 200),
        ("sessions", "viewer", 200),
        ("status", "viewer", 200),
        ("put", "operator", 200),
        ("delete", "operator", 200),
    ],
)
def test_who_may_do_what(world: World, sample: str, role: str, status: int) -> None:
    assert call(sample, role=role)[0] == status


@pytest.mark.parametrize("sample", ["put", "get", "delete", "sessions", "status"])
def test_without_a_credential_there_is_no_answer(world: World, sample: str) -> None:
    assert refused(sample, organizationId="")[0] == 401


# ---------------------------------------------------------------- the order of the two writes


ON, OFF = {"cronExpression": "0 9 * * *"}, {"cronExpression": "0 9 * * *", "enabled": False}


@pytest.mark.parametrize("before", [None, ON, OFF], ids=["none", "enabled", "disabled"])
@pytest.mark.parametrize(
    ("sample", "body"), [("put", ON), ("put", OFF), ("delete", None)], ids=["on", "off", "delete"]
)
@pytest.mark.parametrize("method", ["put", "delete"])
@pytest.mark.parametrize("place", ["store", "timetable"])
def test_a_crash_never_leaves_a_schedule_firing_that_does_not_show_as_enabled(
    world: World,
    before: dict[str, Any] | None,
    sample: str,
    body: dict[str, Any] | None,
    method: str,
    place: str,
) -> None:
    if before:
        data("put", before)
    world.crash_at = f"{place}.{method}"
    call(sample, body)
    assert showing(world) or not world.timetable.firing(ID)
    world.crash_at = None
    data(sample, body)
    assert showing(world) is bool(world.timetable.firing(ID)) is (body is ON)


@pytest.mark.parametrize(
    ("sample", "body", "order"),
    [
        ("put", ON, ["store.put", "timetable.put"]),
        ("put", OFF, ["timetable.put", "store.put"]),
        ("delete", None, ["timetable.delete", "store.delete"]),
    ],
)
def test_the_order_of_writes(
    world: World, sample: str, body: dict[str, Any] | None, order: list[str]
) -> None:
    data(sample, body)
    assert world.writes == order


@pytest.mark.parametrize("before", [True, False], ids=["changed", "new"])
def test_what_the_scheduler_refuses_is_not_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    if before:
        data("put")
    stored = world.schedules.get("acme", "content")
    fires = world.timetable.firing(ID)

    def refuse(_schedule: Schedule, _expressions: Sequence[str]) -> None:
        raise InvalidRequestError("EventBridge Scheduler refused it")

    monkeypatch.setattr(world.timetable, "put", refuse)
    assert refused("put", {"cronExpression": "0 7 * * *"})[0] == 400
    assert world.schedules.get("acme", "content") == stored
    assert world.timetable.firing(ID) == fires


# ---------------------------------------------------------------- show and delete


def test_an_agent_without_a_schedule_shows_nulls(world: World) -> None:
    answer = data("get")
    assert {name: answer[name] for name in NO_SCHEDULE} == NO_SCHEDULE
    assert (answer["id"], answer["name"]) == ("content", "ContentAgent")
    assert (answer["taskDetails"], answer["lastRunAt"]) == (None, None)
    assert (answer["status"], answer["nextRuns"]) == ("idle", [])


def test_a_schedule_shows_its_task(world: World) -> None:
    data("put")
    answer = data("get")
    assert answer["scheduleExpression"] == "0 9 * * MON-FRI"
    assert answer["taskDetails"] == {
        "agentId": "content",
        "agentName": "ContentAgent",
        "priority": "HIGH",
        "nextRunTime": "2026-03-03T08:00:00.000Z",
        "retryCount": 0,
        "isRunning": False,
    }
    assert (answer["lastRunAt"], answer["status"]) == (None, "scheduled")


def test_what_ran_last_shows_in_the_schedule(world: World) -> None:
    data("put")
    world.run("run_1", RunStatus.RUNNING, metrics=RunMetrics(retries=2))
    world.schedules.record_firing("acme", "content", "run_1", START)
    answer = data("get")
    assert (answer["lastRunAt"], answer["status"]) == ("2026-03-02T09:00:00.000Z", "running")
    assert answer["taskDetails"]["isRunning"] is True
    assert answer["taskDetails"]["retryCount"] == 2


def test_a_disabled_schedule_shows_as_paused_without_a_task(world: World) -> None:
    data("put", OFF)
    answer = data("get")
    assert (answer["status"], answer["taskDetails"]) == ("paused", None)
    assert answer["scheduleExpression"] == "0 9 * * *"


def test_after_a_delete_nothing_is_left(world: World) -> None:
    data("put")
    assert "ContentAgent" in data("delete")["message"]
    assert world.timetable.entries == {}
    answer = data("get")
    assert {name: answer[name] for name in NO_SCHEDULE} == NO_SCHEDULE


def test_deleting_no_schedule_is_fine(world: World) -> None:
    assert data("delete")["message"]


def test_a_delete_removes_entries_of_which_the_store_knows_nothing(world: World) -> None:
    data("put")
    world.schedules.delete("acme", "content")
    data("delete")
    assert world.timetable.entries == {}


def test_the_schedule_of_an_agent_that_is_gone_can_be_removed(world: World) -> None:
    data("put")
    left = world.schedule.model_copy(update={"agent_id": "oracle"})
    world.schedules.put(left)
    world.timetable.put(left, ("rate(1 day)",))
    data("delete", agent="oracle")
    assert world.schedules.get("acme", "oracle") is None
    assert list(world.timetable.entries) == [ID]


def test_another_organization_neither_sees_nor_touches_a_schedule(world: World) -> None:
    data("put")
    world.run("run_1", RunStatus.COMPLETED)
    theirs = data("get", organizationId="globex")
    assert {name: theirs[name] for name in NO_SCHEDULE} == NO_SCHEDULE
    data("delete", organizationId="globex")
    assert data("status", organizationId="globex")["tasks"] == []
    assert data("sessions", organizationId="globex")["sessions"] == []
    assert world.schedule.enabled
    assert world.timetable.firing(ID)


# ---------------------------------------------------------------- sessions


def test_sessions_are_the_agents_runs_newest_first(world: World) -> None:
    world.run("run_1", RunStatus.COMPLETED, output={"engine": "x", "title": "T", "summary": "S"})
    world.clock.advance(60)
    world.run("run_2", RunStatus.FAILED, output={"summary": "of a failed run"})
    world.clock.advance(60)
    world.run("run_3", RunStatus.RUNNING)
    world.run("run_4", RunStatus.COMPLETED, agent_id="social")
    answer = data("sessions")
    assert [session["id"] for session in answer["sessions"]] == ["run_3", "run_2", "run_1"]
    running, failed, completed = answer["sessions"]
    assert (completed["startedAt"], completed["completedAt"], completed["duration"]) == (
        "2026-03-02T09:00:00.000Z",
        "2026-03-02T09:00:02.000Z",
        2000,
    )
    assert (completed["success"], completed["errorMessage"]) == (True, None)
    assert completed["outputSummary"] == "S"
    assert (failed["success"], failed["errorMessage"]) == (False, "it broke")
    assert failed["outputSummary"] is None
    assert [running[k] for k in ("success", "completedAt", "duration")] == [None, None, None]
    assert answer["pagination"] == {"total": 3, "limit": 20, "offset": 0, "cursor": None}


@pytest.mark.parametrize(
    ("output", "summary"),
    [
        ({"engine": "offline", "title": "T", "body": "B"}, "T"),
        ({"engine": "offline", "body": "B" * 300}, "B" * 200),
        ({"engine": "offline", "items": [1]}, None),
        ({}, None),
        (None, None),
        (["text"], None),
    ],
)
def test_a_session_tells_its_output_in_short(world: World, output: Any, summary: Any) -> None:
    world.run("run_1", RunStatus.COMPLETED, output=output)
    assert data("sessions")["sessions"][0]["outputSummary"] == summary


def seven_runs(world: World) -> None:
    for number in range(7):
        world.run(f"run_{number}", RunStatus.COMPLETED)
        world.clock.advance(60)


@pytest.mark.parametrize(
    ("limit", "offset", "found"),
    [
        ("3", "0", [6, 5, 4]),
        ("3", "3", [3, 2, 1]),
        ("3", "6", [0]),
        ("3", "9", []),
        ("7", "0", [6]),
    ],
)
def test_sessions_by_offset(world: World, limit: str, offset: str, found: list[int]) -> None:
    seven_runs(world)
    answer = data("sessions", query={"limit": limit, "offset": offset})
    ids = [session["id"] for session in answer["sessions"]]
    assert ids[: len(found)] == [f"run_{number}" for number in found]
    assert len(ids) <= int(limit)
    assert answer["pagination"]["total"] == 7
    assert answer["pagination"]["offset"] == int(offset)


def test_sessions_by_cursor_reach_every_run_once(world: World) -> None:
    seven_runs(world)
    seen: list[str] = []
    query = {"limit": "3"}
    for _ in range(3):
        answer = data("sessions", query=query)
        seen += [session["id"] for session in answer["sessions"]]
        assert answer["pagination"]["total"] == 7
        query = {"limit": "3", "cursor": answer["pagination"]["cursor"]}
    assert seen == [f"run_{number}" for number in reversed(range(7))]
    assert answer["pagination"]["cursor"] is None


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"offset": "-1"}])
def test_sessions_beyond_the_limits_are_refused(world: World, query: dict[str, str]) -> None:
    assert refused("sessions", query=query)[0] == 400


# ---------------------------------------------------------------- the scheduler


def test_the_scheduler_counts_what_is_there(world: World) -> None:
    data("put")
    world.schedules.put(world.schedule.model_copy(update={"agent_id": "social", "enabled": False}))
    world.run("run_1", RunStatus.FAILED, metrics=RunMetrics(retries=1))
    world.clock.advance(60)
    world.run("run_2", RunStatus.QUEUED)
    world.run("run_3", RunStatus.RUNNING, agent_id="email")
    world.run("run_4", RunStatus.WAITING_RATE_LIMIT, agent_id="seo")
    world.run("run_5", RunStatus.WAITING_APPROVAL, agent_id="seo")
    world.run("run_6", RunStatus.RUNNING, organization_id="globex")
    assert data("status") == {
        "isRunning": True,
        "scheduledTasksCount": 1,
        "runningAgentsCount": 2,
        "queuedTasksCount": 1,
        "maxConcurrentAgents": 1000,
        "tasks": [
            {
                "agentId": "content",
                "agentName": "ContentAgent",
                "priority": "HIGH",
                "nextRunTime": "2026-03-03T08:00:00.000Z",
                "retryCount": 0,
                "lastError": "it broke",
                "isRunning": False,
            }
        ],
    }


def test_the_last_error_is_gone_when_a_run_ended_well(world: World) -> None:
    data("put")
    world.run("run_1", RunStatus.FAILED)
    world.clock.advance(60)
    world.run("run_2", RunStatus.COMPLETED)
    (task,) = data("status")["tasks"]
    assert task["lastError"] is None


def test_runs_stuck_since_before_yesterday_are_not_counted(world: World) -> None:
    world.run("run_1", RunStatus.QUEUED)
    assert data("status")["queuedTasksCount"] == 1
    world.clock.advance(86401)
    assert data("status")["queuedTasksCount"] == 0
