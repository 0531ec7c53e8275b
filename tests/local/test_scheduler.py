"""Schedules on the embedded AWS behave as on EventBridge Scheduler."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.local.cloud import Cloud, eventually, run_inside

# East of Greenwich: read as UTC, its wall clock lies hours ahead.
SYDNEY = "Australia/Sydney"
INPUT = {"at": "<aws.scheduler.scheduled-time>", "schedule": "<aws.scheduler.schedule-arn>"}


def _schedule(cloud: Cloud, name: str, target_arn: str) -> None:
    moment = datetime.now(ZoneInfo(SYDNEY)) - timedelta(seconds=5)
    cloud.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
        ScheduleExpressionTimezone=SYDNEY,
        FlexibleTimeWindow={"Mode": "OFF"},
        ActionAfterCompletion="DELETE",
        Target={
            "Arn": target_arn,
            "RoleArn": cloud.outputs["Role"],
            "Input": json.dumps(INPUT),
            "DeadLetterConfig": {"Arn": cloud.outputs["UndeliveredArn"]},
        },
    )


def test_a_schedule_fires_by_its_time_zone_with_its_attributes(patched: Cloud, bare: Cloud) -> None:
    for cloud in (bare, patched):
        _schedule(cloud, "once", cloud.outputs["ScheduledArn"])

    event = json.loads(eventually(lambda: patched.message("Scheduled"), 8))

    assert datetime.fromisoformat(event["at"]).tzinfo is not None
    assert event["schedule"].endswith(":schedule/default/once")
    assert not bare.message("Scheduled")
    assert not patched.client("scheduler").list_schedules()["Schedules"]


def test_the_event_of_a_missing_target_goes_to_the_dead_letters(patched: Cloud) -> None:
    missing = patched.outputs["ScheduledArn"].split(":sqs:")[0].replace(":sqs", "")
    account = patched.outputs["ScheduledArn"].split(":")[4]
    _schedule(patched, "lost", f"{missing}:lambda:us-east-1:{account}:function:missing")

    assert eventually(lambda: patched.message("Undelivered"), 8)


def test_the_next_firing_is_the_wall_clocks() -> None:
    assert run_inside("schedule_times.py") == {
        "at": "2026-10-25T00:30:00+00:00",
        "at, after it fired": None,
        "cron before the clocks change": "2026-03-28T08:00:00+00:00",
        "cron after the clocks changed": "2026-03-29T07:00:00+00:00",
        "rate": "2026-03-28T00:05:00+00:00",
        "bare": "2026-03-28T09:00:00+00:00",
    }


def test_an_unreadable_expression_disables_its_schedule_only() -> None:
    assert run_inside("schedule_errors.py") == {"broken": "DISABLED", "good": "ENABLED"}
