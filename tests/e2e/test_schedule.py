"""Schedules on the deployed template."""

import json
import time

import pytest

from tests.e2e.stack import Stack, slack

pytestmark = pytest.mark.e2e

WEEKLY = {"brief": "What is new this week."}


def sessions(stack: Stack) -> list[dict[str, object]]:
    found: list[dict[str, object]] = stack.data("GET", "/api/agents/content/sessions")["sessions"]
    return found


@pytest.mark.slow
def test_a_schedule_fires_a_run_by_itself(stack: Stack) -> None:
    body = {"cronExpression": "* * * * *", "priority": "HIGH", "input": WEEKLY}
    made = stack.data("POST", "/api/agents/content/schedule", body)
    assert made["scheduleEnabled"] is True
    assert made["nextRunAt"]
    until = time.monotonic() + 75
    while not sessions(stack) and time.monotonic() < until:
        time.sleep(0.5)
    (session,) = sessions(stack)
    run = stack.wait(str(session["id"]), "completed")
    assert (run["trigger"], run["priority"]) == ("schedule", "HIGH")
    assert run["input"]["brief"] == WEEKLY["brief"]
    stack.data("DELETE", "/api/agents/content/schedule")
    gone = stack.data("GET", "/api/agents/content/schedule")
    assert (gone["scheduleEnabled"], gone["nextRunAt"]) == (False, None)


def test_a_firing_delivered_twice_is_one_run(stack: Stack) -> None:
    """Pain: two deliveries, two posts."""
    body = {"cronExpression": "0 9 * * 1", "timezone": "Europe/Berlin", "input": WEEKLY}
    stack.data("POST", "/api/agents/content/schedule", body)
    target = firing(stack)
    for _ in range(2):
        fire(stack, target, "2026-03-02T08:00:00Z")
    (session,) = sessions(stack)
    assert stack.wait(str(session["id"]))["status"] == "completed"


def fire(stack: Stack, target: dict[str, str], at: str) -> dict[str, object]:
    """A firing of this time comes; what admission answers."""
    answer = stack.aws("lambda").invoke(
        FunctionName=f"{stack.name}-admission", Payload=json.dumps({**target, "scheduledTime": at})
    )
    found: dict[str, object] = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, found
    return found


def schedule_until(stack: Stack, name: str, wanted: object) -> dict[str, object]:
    """The content agent's schedule once a field of it is as wanted."""
    until = time.monotonic() + 40
    while True:
        found: dict[str, object] = stack.data("GET", "/api/agents/content/schedule")
        if found[name] == wanted:
            return found
        assert time.monotonic() < until, found
        time.sleep(0.2)


def test_one_firing_waits_for_the_run_before_it_and_the_next_is_skipped(stack: Stack) -> None:
    """Pain: the cadence changed silently when a run outlasted its interval."""
    body = {
        "cronExpression": "0 9 * * 1",
        "timezone": "Asia/Tokyo",
        "input": {**WEEKLY, "deliver": [slack(stack.connection("slack"))]},
        "overlap": "queue_one",
        "approval": {},
    }
    stack.data("POST", "/api/agents/content/schedule", body)
    target = firing(stack)
    first = str(fire(stack, target, "2026-03-02T00:00:00Z")["runId"])
    stack.wait(first, "waiting_approval")
    second = fire(stack, target, "2026-03-09T00:00:00Z")
    third = fire(stack, target, "2026-03-16T00:00:00Z")
    assert (second["status"], third["status"]) == (None, "skipped")
    waiting = stack.data("GET", "/api/agents/content/schedule")["waitingFirings"]
    assert waiting == ["2026-03-09T00:00:00.000Z"]
    skipped = stack.data("GET", f"/api/runs/{third['runId']}")
    assert (skipped["errorCode"], first in skipped["errorMessage"]) == ("SCHEDULE_OVERLAP", True)

    stack.data("POST", f"/api/runs/{first}/reject")
    schedule_until(stack, "waitingFirings", [])
    assert stack.wait(str(second["runId"]), "waiting_approval")["trigger"] == "schedule"
    stack.data("POST", f"/api/runs/{second['runId']}/reject")


def test_runs_that_fail_pause_their_schedule_until_it_is_resumed(stack: Stack) -> None:
    broken = stack.connection("slack", {"kind": "business_error", "times": 9})
    body = {
        "cronExpression": "0 9 * * 1",
        "timezone": "America/Lima",
        "input": {**WEEKLY, "deliver": [slack(broken)]},
        "pauseAfterFailures": 2,
    }
    stack.data("POST", "/api/agents/content/schedule", body)
    target = firing(stack)
    for day, failures in (("02", 1), ("09", 2)):
        run_id = str(fire(stack, target, f"2026-03-{day}T14:00:00Z")["runId"])
        assert stack.wait(run_id)["status"] == "failed"
        schedule_until(stack, "consecutiveFailures", failures)
    paused = schedule_until(stack, "scheduleEnabled", False)
    assert paused["pausedBy"] == "failures"
    assert run_id in str(paused["pausedReason"])
    assert entry_state(stack, "America/Lima") == "DISABLED"
    assert fire(stack, target, "2026-03-16T14:00:00Z")["runId"] is None

    resumed = stack.data("POST", "/api/agents/content/schedule/resume")
    assert (resumed["scheduleEnabled"], resumed["consecutiveFailures"]) == (True, 0)
    assert entry_state(stack, "America/Lima") == "ENABLED"
    stack.data("DELETE", "/api/agents/content/schedule")


def test_a_backfill_runs_each_past_firing_once_and_one_after_the_other(stack: Stack) -> None:
    body = {"cronExpression": "0 9 * * *", "timezone": "Africa/Lagos", "input": WEEKLY}
    foreseen = stack.data("POST", "/api/agents/content/schedule/preview", {**body, "count": 3})
    assert [firing["local"][11:] for firing in foreseen["firings"]] == ["09:00:00+01:00"] * 3
    assert stack.data("GET", "/api/agents/content/schedule")["scheduleExpression"] is None

    stack.data("POST", "/api/agents/content/schedule", body)
    span = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-05T00:00:00Z"}
    done = stack.data("POST", "/api/agents/content/schedule/backfill", span)
    assert (len(done["started"]), len(done["waiting"])) == (1, 2)
    schedule_until(stack, "waitingFirings", [])
    for run_id in [*done["started"], *done["waiting"]]:
        assert stack.wait(run_id)["status"] == "completed"
    again = stack.data("POST", "/api/agents/content/schedule/backfill", span)
    assert (again["started"], len(again["existed"])) == ([], 3)
    stack.data("DELETE", "/api/agents/content/schedule")


def entry_state(stack: Stack, zone: str) -> str:
    """Whether EventBridge Scheduler fires the schedule of this time zone."""
    scheduler = stack.aws("scheduler")
    for entry in scheduler.list_schedules(GroupName=stack.name)["Schedules"]:
        found = scheduler.get_schedule(GroupName=stack.name, Name=entry["Name"])
        if found["ScheduleExpressionTimezone"] == zone:
            return str(found["State"])
    raise AssertionError(f"no schedule of {zone}")


def firing(stack: Stack) -> dict[str, str]:
    """What EventBridge Scheduler sends for this organization's schedule."""
    scheduler = stack.aws("scheduler")
    for entry in scheduler.list_schedules(GroupName=stack.name)["Schedules"]:
        found = scheduler.get_schedule(GroupName=stack.name, Name=entry["Name"])
        target: dict[str, str] = json.loads(found["Target"]["Input"])
        mine = stack.data("GET", "/api/agents/content/schedule")
        if found["ScheduleExpressionTimezone"] == mine["timezone"]:
            return target
    raise AssertionError("the schedule is not in EventBridge Scheduler")


@pytest.mark.parametrize(
    ("cron", "field"),
    [("61 * * * *", "minute"), ("0 9 * * 8", "day-of-week"), ("every day", "expression")],
)
def test_a_malformed_cron_says_which_field_and_why(stack: Stack, cron: str, field: str) -> None:
    body = {"cronExpression": cron, "input": WEEKLY}
    answer = stack.request("POST", "/api/agents/content/schedule", body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["details"]["cronField"] == field
    assert "cronExpression" in error["message"]
