"""A firing becomes one run, or says why it did not."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hub.adapters.scheduler_timetable import SchedulerTimetable
from hub.domain.errors import InvalidRequestError
from hub.domain.run import AgentRun, Priority, RunStatus, Trigger
from hub.domain.schedule_expression import parse_expression
from hub.ports import Change
from hub.settings import ScheduleSettings
from operations.admission import handler
from tests.support import START
from tests.unit.operations.schedule_world import World, metrics

EVENTS = Path(__file__).parents[3] / "events"
FIRING = json.loads((EVENTS / "admission-firing.json").read_text())
CONTEXT = SimpleNamespace(
    function_name="admission",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:admission",
    aws_request_id="request-1",
)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World().wire(monkeypatch)


def fire(**changes: str) -> dict[str, Any]:
    answer: dict[str, Any] = handler({**FIRING, **changes}, CONTEXT)
    return answer


def test_a_firing_starts_the_schedules_intent_with_its_input_and_priority(world: World) -> None:
    schedule = world.put()
    answer = fire()
    run = world.runs.get("acme", answer["runId"])
    assert run
    assert answer == {"runId": run.id, "status": "queued"}
    assert (run.trigger, run.schedule_id) == (Trigger.SCHEDULE, schedule.id)
    assert (run.agent_id, run.intent, run.priority) == ("content", "generate-draft", Priority.HIGH)
    assert run.input["brief"] == "What is new"
    assert world.executions.started == [run.id]


def test_a_firing_of_a_schedule_with_approval_makes_a_run_that_needs_one(world: World) -> None:
    world.put(approval_seconds=60)
    run = world.runs.get("acme", fire()["runId"])
    assert run
    assert run.approval
    assert run.approval.timeout_seconds == 60


def test_the_run_id_says_which_firing_it_was(world: World) -> None:
    world.put()
    # sha256 of "acme:content:2026-03-02T09:00:00Z"
    assert fire()["runId"] == "run_0003f3b4602e427336aa9f75"


def test_the_firing_is_remembered_in_the_schedule(world: World) -> None:
    world.put()
    world.clock.advance(2)
    answer = fire()
    schedule = world.schedules.get("acme", "content")
    assert schedule
    assert schedule.last_run_id == answer["runId"]
    assert schedule.last_run_at == START + timedelta(seconds=2)


def test_a_firing_delivered_twice_is_one_run_and_one_execution(world: World) -> None:
    world.put()
    first = fire()
    world.clock.advance(90)
    assert fire() == first
    assert [run.id for run in world.all_runs()] == [first["runId"]]
    assert world.executions.started == [first["runId"]]
    schedule = world.schedules.get("acme", "content")
    assert schedule
    assert schedule.last_run_at == START


def test_a_second_delivery_after_the_run_has_ended_starts_nothing(world: World) -> None:
    world.put()
    run = world.runs.get("acme", fire()["runId"])
    assert run
    started: list[str] = []
    world.executions.start = lambda run: started.append(run.id)  # type: ignore[method-assign]
    end_all(world)
    assert fire() == {"runId": run.id, "status": "failed"}
    assert started == []


def end_all(world: World) -> None:
    for run in world.all_runs():
        world.runs.update(
            run.organization_id,
            run.id,
            lambda run, sequence: Change(run.ended(RunStatus.FAILED, sequence, START)),
        )


@pytest.mark.parametrize(
    "change",
    [
        {"input": {"brief": "Something else"}},
        {"enabled": False},
        None,
    ],
    ids=["edited", "disabled", "deleted"],
)
def test_a_start_lost_in_a_crash_is_made_good_by_the_next_delivery(
    world: World, change: dict[str, Any] | None
) -> None:
    world.put()

    def crash(run: AgentRun) -> None:
        raise ConnectionError("the function died here")

    start, world.executions.start = world.executions.start, crash  # type: ignore[method-assign]
    with pytest.raises(Exception, match="internal error"):
        fire()
    (run,) = world.all_runs()
    world.executions.start = start  # type: ignore[method-assign]
    if change is None:
        world.schedules.delete("acme", "content")
    else:
        world.put(**change)
    assert fire() == {"runId": run.id, "status": "queued"}
    assert world.executions.started == [run.id]
    stored = world.runs.get("acme", run.id)
    assert stored
    assert stored.input["brief"] == "What is new"


@pytest.mark.parametrize(
    "changes",
    [{"scheduledTime": "2026-03-03T09:00:00Z"}, {"organizationId": "globex"}],
    ids=["another time", "another organization"],
)
def test_another_firing_is_another_run(world: World, changes: dict[str, str]) -> None:
    world.put(overlap="allow")
    world.put(organization_id="globex")
    first, second = fire(), fire(**changes)
    assert first["runId"] != second["runId"]
    assert world.executions.started == [first["runId"], second["runId"]]


@pytest.mark.parametrize("exists", [True, False], ids=["disabled", "deleted"])
def test_a_schedule_disabled_or_deleted_meanwhile_does_not_run(
    world: World, capsys: pytest.CaptureFixture[str], exists: bool
) -> None:
    if exists:
        world.put(enabled=False)
    assert fire() == {"runId": None, "status": None}
    assert world.all_runs() == []
    assert world.executions.started == []
    assert ("ScheduledFirings", "ignored", 1) in metrics(capsys.readouterr().out)


def test_a_schedule_of_another_organization_does_not_fire_for_this_one(world: World) -> None:
    world.put(organization_id="globex")
    assert fire()["runId"] is None
    assert world.executions.started == []


@pytest.mark.parametrize(
    ("more", "code", "named"),
    [
        ({"input": {"tone": "friendly"}}, "INVALID_INPUT", "input.brief"),
        ({"input": {"brief": "Hello", "tone": "shrill"}}, "INVALID_INPUT", "input.tone"),
        ({"intent": "forgotten"}, "UNSUPPORTED_INTENT", "'forgotten'"),
    ],
)
def test_a_schedule_that_cannot_work_any_more_leaves_a_skipped_run_with_the_reason(
    world: World,
    capsys: pytest.CaptureFixture[str],
    more: dict[str, Any],
    code: str,
    named: str,
) -> None:
    schedule = world.put(**more)
    answer = fire()
    run = world.runs.get("acme", answer["runId"])
    assert run
    assert answer["status"] == run.status == RunStatus.SKIPPED
    assert (run.trigger, run.schedule_id) == (Trigger.SCHEDULE, schedule.id)
    assert run.error_code == code
    assert named in (run.error_message or "")
    assert run.completed_at == START
    assert world.executions.started == []
    assert ("ScheduledFirings", "skipped", 1) in metrics(capsys.readouterr().out)


def test_a_skipped_run_of_an_agent_that_is_gone_names_the_ones_there_are(world: World) -> None:
    world.put(agent_id="oracle")
    run = world.runs.get("acme", fire(agentId="oracle")["runId"])
    assert run
    assert (run.status, run.error_code) == (RunStatus.SKIPPED, "AGENT_NOT_REGISTERED")
    assert "content" in (run.error_message or "")


def test_followers_hear_of_a_skipped_run_once(world: World) -> None:
    world.put(input={})
    run_id = fire()["runId"]
    (event,) = world.runs.events("acme", run_id, since=0, limit=10)
    assert (event.id, event.event, event.data["errorCode"]) == (1, "agent:failed", "INVALID_INPUT")
    assert world.runs.events("acme", run_id, since=1, limit=10) == []


def test_a_skipped_firing_delivered_again_after_the_correction_stays_skipped(world: World) -> None:
    world.put(input={})
    first = fire()
    world.put()
    assert fire() == first
    assert world.executions.started == []


def test_lateness_is_measured(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.put()
    world.clock.advance(7200)
    fire()
    found = metrics(capsys.readouterr().out)
    assert ("ScheduleDelay", None, 7200) in found
    assert ("ScheduledFirings", "started", 1) in found


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"scheduledTime": "<aws.scheduler.scheduled-time>"}, "event.scheduledTime"),
        ({"scheduledTime": "2026-03-02T09:00:00"}, "event.scheduledTime"),
        ({"more": "x"}, "event.more"),
    ],
)
def test_an_event_that_is_no_firing_is_refused(
    world: World, changes: dict[str, str], named: str
) -> None:
    world.put()
    with pytest.raises(InvalidRequestError, match=named):
        fire(**changes)
    assert world.all_runs() == []


def test_an_either_or_cron_is_two_entries_and_one_run_when_both_fire(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    schedule = world.put(expression="0 9 1 * MON")
    expressions = parse_expression(schedule.expression).scheduler_expressions
    with mock_aws():
        client = boto3.client("scheduler", region_name="us-east-1")
        client.create_schedule_group(Name="neonhub")
        SchedulerTimetable(client, timetable_settings()).put(schedule, expressions)
        names = [entry["Name"] for entry in client.list_schedules()["Schedules"]]
        entries = [client.get_schedule(GroupName="neonhub", Name=name) for name in names]
    # Monday, 1 June 2026: both fire.
    inputs = [delivered(entry["Target"]["Input"], "2026-06-01T09:00:00Z") for entry in entries]
    answers = [handler(given, CONTEXT) for given in inputs]
    assert len(answers) == 2
    assert answers[0] == answers[1]
    assert [run.id for run in world.all_runs()] == [answers[0]["runId"]]
    assert world.executions.started == [answers[0]["runId"]]


def delivered(target_input: str, at: str) -> dict[str, Any]:
    """What EventBridge Scheduler makes of a target's input."""
    given: dict[str, Any] = json.loads(target_input.replace("<aws.scheduler.scheduled-time>", at))
    return given


def timetable_settings() -> ScheduleSettings:
    return ScheduleSettings.load(
        {
            "RUNS_TABLE": "runs",
            "PAYLOAD_BUCKET": "payloads",
            "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:agent-run",
            "SCHEDULE_GROUP": "neonhub",
            "SCHEDULE_TARGET_ARN": "arn:aws:lambda:us-east-1:123456789012:function:admission",
            "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/scheduler",
            "SCHEDULE_DLQ_ARN": "arn:aws:sqs:us-east-1:123456789012:dead-letters",
        }
    )
