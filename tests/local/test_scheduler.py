"""Schedules on the embedded AWS behave as on EventBridge Scheduler."""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.local.cloud import Cloud, eventually, run_inside

# East of Greenwich: read as UTC, its wall clock lies hours ahead.
SYDNEY = "Australia/Sydney"
INPUT = {"at": "<aws.scheduler.scheduled-time>", "schedule": "<aws.scheduler.schedule-arn>"}


def _schedule(cloud: Cloud, name: str, target_arn: str, window: int = 0) -> None:
    moment = datetime.now(ZoneInfo(SYDNEY)) - timedelta(seconds=5)
    cloud.client("scheduler").create_schedule(
        Name=name,
        ScheduleExpression=f"at({moment:%Y-%m-%dT%H:%M:%S})",
        ScheduleExpressionTimezone=SYDNEY,
        FlexibleTimeWindow=(
            {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": window} if window else {"Mode": "OFF"}
        ),
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


def test_dates_bound_a_schedule_and_what_was_due_before_a_change_is_not_made_good() -> None:
    assert run_inside("schedule_dates.py") == {
        "before the start": "not active",
        "at the start": "02 09:00",
        "started long ago": "05 09:00",
        "before the end": "02 09:00",
        "after the end": None,
        "a rate at its start": "02 09:00",
        "a rate after its start": "02 11:00",
        "resumed after its time": "04 09:00",
        "once, set anew after it fired": "03 12:00",
        "once, whatever its dates": "03 12:00",
    }


def test_a_schedule_with_a_flexible_window_fires_at_its_first_moment(patched: Cloud) -> None:
    """On AWS it may be any moment of the window; what counts is that the window is accepted."""
    _schedule(patched, "flexible", patched.outputs["ScheduledArn"], window=1440)

    event = json.loads(eventually(lambda: patched.message("Scheduled"), 8))

    assert event["schedule"].endswith(":schedule/default/flexible")
