"""A call made for later: scheduled once, for its connection only, and gone when it fired."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hub.adapters.scheduler_later import SchedulerLater
from hub.domain.errors import InvalidRequestError
from hub.settings import TimetableSettings
from tests.harness import connection
from tests.support import START, FrozenClock

SETTINGS = TimetableSettings.load(
    {
        "SCHEDULE_GROUP": "neonhub",
        "SCHEDULE_TARGET_ARN": "arn:aws:lambda:us-east-1:123456789012:function:admission",
        "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/scheduler",
        "SCHEDULE_DLQ_ARN": "arn:aws:sqs:us-east-1:123456789012:dead-letters",
    }
)
POST = {"text": "Hello"}
SOON = START + timedelta(hours=2)


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with mock_aws():
        client = boto3.client("scheduler", region_name="us-east-1")
        client.create_schedule_group(Name=SETTINGS.schedule_group)
        yield client


def later(client: Any, kind: str = "linkedin") -> SchedulerLater:
    return SchedulerLater(client, SETTINGS, FrozenClock(), connection(kind))


def entries(client: Any) -> list[Any]:
    names = [entry["Name"] for entry in client.list_schedules()["Schedules"]]
    return [client.get_schedule(Name=name, GroupName="neonhub") for name in names]


def test_a_call_is_scheduled_once_to_fire_once(scheduler: Any) -> None:
    ids = {later(scheduler).put("publish_post", POST, SOON, "run_1.step_1") for _ in range(2)}
    assert len(ids) == 1
    (entry,) = entries(scheduler)
    assert entry["ScheduleExpression"] == "at(2026-03-02T11:00:00)"
    assert entry["ActionAfterCompletion"] == "DELETE"
    assert entry["Target"]["DeadLetterConfig"]["Arn"].endswith("dead-letters")
    task = json.loads(entry["Target"]["Input"])
    assert task == {
        "task": "deliver",
        "laterId": ids.pop(),
        "organizationId": "acme",
        "connectionId": "con_linkedin",
        "connector": "linkedin",
        "action": "publish_post",
        "payload": POST,
    }


def test_a_cancelled_call_is_gone(scheduler: Any) -> None:
    later_id = later(scheduler).put("publish_post", POST, SOON, "k")
    assert later(scheduler).cancel(later_id) is True
    assert entries(scheduler) == []
    assert later(scheduler).cancel(later_id) is False


def test_another_connection_cannot_cancel_it(scheduler: Any) -> None:
    later_id = later(scheduler).put("publish_post", POST, SOON, "k")
    assert later(scheduler, "slack").cancel(later_id) is False
    assert len(entries(scheduler)) == 1


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_time_past_or_too_far_away_is_refused(scheduler: Any, days: int) -> None:
    with pytest.raises(InvalidRequestError, match="within the next 365 days") as refused:
        later(scheduler).put("publish_post", POST, START + timedelta(days=days), "k")
    assert refused.value.error_code == "TIME_OUT_OF_RANGE"
    assert entries(scheduler) == []
