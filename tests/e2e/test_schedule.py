"""Schedules on the deployed template."""

import json
import time

import pytest

from tests.e2e.stack import Stack

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
        answer = stack.aws("lambda").invoke(
            FunctionName=f"{stack.name}-admission", Payload=json.dumps(target)
        )
        assert "FunctionError" not in answer, answer["Payload"].read()
    (session,) = sessions(stack)
    assert stack.wait(str(session["id"]))["status"] == "completed"


def firing(stack: Stack) -> dict[str, str]:
    """What EventBridge Scheduler sends for this organization's schedule."""
    scheduler = stack.aws("scheduler")
    for entry in scheduler.list_schedules(GroupName=stack.name)["Schedules"]:
        found = scheduler.get_schedule(GroupName=stack.name, Name=entry["Name"])
        target: dict[str, str] = json.loads(found["Target"]["Input"])
        mine = stack.data("GET", "/api/agents/content/schedule")
        if found["ScheduleExpressionTimezone"] == mine["timezone"]:
            return {**target, "scheduledTime": "2026-03-02T08:00:00Z"}
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
