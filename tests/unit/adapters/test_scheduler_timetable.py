"""EventBridge Scheduler fires what a schedule says, and nothing else."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from hub.adapters.memory_timetable import MemoryTimetable
from hub.adapters.scheduler_timetable import SchedulerTimetable, entry_names
from hub.domain.errors import InvalidRequestError, TransientError
from hub.domain.schedule import Schedule
from hub.domain.schedule_expression import parse_expression
from hub.settings import ScheduleSettings
from tests.support import START

SETTINGS = ScheduleSettings.load(
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
EITHER_OR = "0 9 1 * MON"


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("scheduler", region_name="us-east-1")
        client.create_schedule_group(Name=SETTINGS.schedule_group)
        yield client


def schedule(expression: str = "0 9 * * *", **more: object) -> Schedule:
    fields: dict[str, object] = {
        "organization_id": "acme",
        "agent_id": "content",
        "expression": expression,
        "timezone": "Europe/Berlin",
        "intent": "generate-draft",
        "created_at": START,
        "updated_at": START,
        **more,
    }
    return Schedule.model_validate(fields)


def put(client: Any, wanted: Schedule) -> None:
    expressions = parse_expression(wanted.expression).scheduler_expressions
    SchedulerTimetable(client, SETTINGS).put(wanted, expressions)


def entries(client: Any) -> list[dict[str, Any]]:
    found = client.list_schedules(GroupName="neonhub")["Schedules"]
    names = sorted(entry["Name"] for entry in found)
    return [client.get_schedule(GroupName="neonhub", Name=name) for name in names]


def test_a_schedule_fires_admission_with_all_it_needs_to_find_the_run(scheduler: Any) -> None:
    put(scheduler, schedule())
    (entry,) = entries(scheduler)
    assert entry["Name"] == entry_names("acme:content")[0]
    assert entry["GroupName"] == "neonhub"
    assert entry["ScheduleExpression"] == "cron(0 9 * * ? *)"
    assert entry["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert entry["FlexibleTimeWindow"] == {"Mode": "OFF"}
    assert entry["State"] == "ENABLED"
    assert entry["Description"] == "NeonHub: agent content of acme"
    assert entry["Target"]["Arn"] == SETTINGS.schedule_target_arn
    assert entry["Target"]["RoleArn"] == SETTINGS.schedule_role_arn
    assert entry["Target"]["RetryPolicy"] == {
        "MaximumRetryAttempts": 3,
        "MaximumEventAgeInSeconds": 3600,
    }
    assert entry["Target"]["DeadLetterConfig"] == {"Arn": SETTINGS.schedule_dlq_arn}
    assert json.loads(entry["Target"]["Input"]) == {
        "task": "admit",
        "organizationId": "acme",
        "agentId": "content",
        "scheduledTime": "<aws.scheduler.scheduled-time>",
    }


@pytest.mark.parametrize("schedule_id", ["acme:content", "ö" * 300, "a/b c:d"])
def test_names_are_short_and_legal_whatever_the_organization_is_called(schedule_id: str) -> None:
    for number, name in enumerate(entry_names(schedule_id)):
        stem, _, suffix = name.partition("-")
        assert (len(stem), suffix) == (24, str(number))
        assert set(stem) <= set("0123456789abcdef")


def test_different_schedules_have_different_names() -> None:
    assert not set(entry_names("acme:content")) & set(entry_names("acme:social"))


def test_an_either_or_cron_has_two_entries(scheduler: Any) -> None:
    put(scheduler, schedule(EITHER_OR))
    found = [entry["ScheduleExpression"] for entry in entries(scheduler)]
    assert found == ["cron(0 9 1 * ? *)", "cron(0 9 ? * MON *)"]


def test_a_left_over_second_entry_is_removed(scheduler: Any) -> None:
    put(scheduler, schedule(EITHER_OR))
    put(scheduler, schedule("30 7 * * *"))
    assert [entry["ScheduleExpression"] for entry in entries(scheduler)] == ["cron(30 7 * * ? *)"]


def test_a_change_replaces_everything_and_may_be_repeated(scheduler: Any) -> None:
    put(scheduler, schedule())
    for _ in range(2):
        put(scheduler, schedule(EITHER_OR, timezone="UTC", enabled=False))
    found = entries(scheduler)
    assert [entry["State"] for entry in found] == ["DISABLED", "DISABLED"]
    assert {entry["ScheduleExpressionTimezone"] for entry in found} == {"UTC"}


def test_a_put_that_stopped_half_way_is_completed_by_the_next(scheduler: Any) -> None:
    put(scheduler, schedule(EITHER_OR))
    scheduler.delete_schedule(GroupName="neonhub", Name=entry_names("acme:content")[0])
    put(scheduler, schedule(EITHER_OR))
    assert len(entries(scheduler)) == 2


def test_a_rate_first_fires_when_one_period_has_passed(scheduler: Any) -> None:
    tomorrow = schedule("rate(2 hours)", updated_at=START + timedelta(days=3650))
    put(scheduler, tomorrow)
    (entry,) = entries(scheduler)
    assert entry["StartDate"] == tomorrow.updated_at + timedelta(hours=2)


SOON = START + timedelta(days=3650)


def test_dates_bound_when_it_fires(scheduler: Any) -> None:
    dates = {"start_at": SOON + timedelta(days=1), "end_at": SOON + timedelta(days=2)}
    put(scheduler, schedule(EITHER_OR, updated_at=SOON, **dates))
    assert len(entries(scheduler)) == 2
    for entry in entries(scheduler):
        assert (entry["StartDate"], entry["EndDate"]) == (dates["start_at"], dates["end_at"])


def test_a_start_that_has_passed_is_left_out(scheduler: Any) -> None:
    """EventBridge Scheduler refuses one that is more than five minutes ago."""
    put(scheduler, schedule(start_at=START - timedelta(days=1)))
    assert "StartDate" not in entries(scheduler)[0]


@pytest.mark.parametrize("expression", ["0 9 * * *", "rate(2 hours)"])
def test_one_that_is_switched_off_has_no_dates(scheduler: Any, expression: str) -> None:
    dates = {"start_at": START + timedelta(days=1), "end_at": START + timedelta(days=2)}
    put(scheduler, schedule(expression, enabled=False, **dates))
    (entry,) = entries(scheduler)
    assert "StartDate" not in entry
    assert "EndDate" not in entry


def test_a_rate_begins_at_its_start(scheduler: Any) -> None:
    start = SOON + timedelta(minutes=5)
    put(scheduler, schedule("rate(2 hours)", updated_at=SOON, start_at=start))
    assert entries(scheduler)[0]["StartDate"] == start


def test_a_flexible_window_is_passed_on_and_taken_away(scheduler: Any) -> None:
    put(scheduler, schedule(flexible_minutes=15))
    window = entries(scheduler)[0]["FlexibleTimeWindow"]
    assert window == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    put(scheduler, schedule())
    assert entries(scheduler)[0]["FlexibleTimeWindow"] == {"Mode": "OFF"}


def test_deleting_removes_every_entry_of_this_schedule_only(scheduler: Any) -> None:
    put(scheduler, schedule(EITHER_OR))
    put(scheduler, schedule(agent_id="social"))
    timetable = SchedulerTimetable(scheduler, SETTINGS)
    timetable.delete("acme:content")
    timetable.delete("acme:content")
    assert [entry["Name"] for entry in entries(scheduler)] == [entry_names("acme:social")[0]]


def test_more_expressions_than_entries_are_refused_and_not_dropped(scheduler: Any) -> None:
    with pytest.raises(ValueError, match="zip"):
        SchedulerTimetable(scheduler, SETTINGS).put(schedule(), ["rate(1 day)"] * 3)


class RefusingScheduler:
    """Answers every call with one AWS error."""

    def __init__(self, code: str) -> None:
        self._error = ClientError({"Error": {"Code": code, "Message": "internal text"}}, "Put")

    def update_schedule(self, **_: Any) -> None:
        raise self._error

    def delete_schedule(self, **_: Any) -> None:
        raise self._error


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("ValidationException", InvalidRequestError),
        ("ConflictException", TransientError),
        ("AccessDeniedException", ClientError),
    ],
)
def test_refusals_tell_what_to_do(code: str, wanted: type[Exception]) -> None:
    with pytest.raises(wanted) as caught:
        put(RefusingScheduler(code), schedule())
    if wanted is InvalidRequestError:
        assert caught.value.details == {"field": "cronExpression"}  # type: ignore[attr-defined]
        assert "internal text" not in str(caught.value)
        assert "Europe/Berlin" in str(caught.value)


def test_a_delete_that_failed_is_not_taken_for_done() -> None:
    with pytest.raises(ClientError):
        SchedulerTimetable(RefusingScheduler("AccessDeniedException"), SETTINGS).delete("acme:x")


def test_the_twin_fires_the_same_expressions() -> None:
    timetable = MemoryTimetable()
    timetable.put(schedule(), ["cron(0 9 * * ? *)"])
    assert timetable.firing("acme:content") == ("cron(0 9 * * ? *)",)
    timetable.put(schedule(enabled=False), ["cron(0 9 * * ? *)"])
    assert timetable.firing("acme:content") == ()
    timetable.delete("acme:content")
    timetable.delete("acme:content")
    assert timetable.firing("acme:content") == ()
