"""Prints when schedules are due, as UTC: by the patch, and once by the emulator's own reading."""

import json
from datetime import UTC, datetime

from ministack.services import eventbridge, scheduler

from local.aws.patches import scheduler as patches

KEY = ("000000000000", "us-east-1", "default/one")


def due(expression: str, zone: str, last: str | None, now: str) -> str | None:
    scheduler._schedule_last_fired.clear()
    if last:
        scheduler._schedule_last_fired[KEY] = datetime.fromisoformat(last).timestamp()
    schedule = {"ScheduleExpression": expression, "ScheduleExpressionTimezone": zone}
    moment = patches.due_at(KEY, schedule, datetime.fromisoformat(now).timestamp())
    return datetime.fromtimestamp(moment, UTC).isoformat() if moment else None


def bare_due(expression: str, last: str) -> str:
    fields = eventbridge._parse_cron_fields(expression)
    return str(eventbridge._cron_next_fire(fields, datetime.fromisoformat(last)).isoformat())


MIDNIGHT, NEXT = "2026-03-28T00:00:00+00:00", "2026-03-28T12:00:00+00:00"
NINE = "cron(0 9 * * ? *)"
print(
    json.dumps(
        {
            "at": due("at(2026-10-25T02:30:00)", "Europe/Berlin", None, MIDNIGHT),
            "at, after it fired": due("at(2026-03-28T12:30:00)", "Europe/Berlin", NEXT, NEXT),
            "cron before the clocks change": due(NINE, "Europe/Berlin", MIDNIGHT, MIDNIGHT),
            "cron after the clocks changed": due(NINE, "Europe/Berlin", NEXT, NEXT),
            "rate": due("rate(5 minutes)", "Europe/Berlin", MIDNIGHT, MIDNIGHT),
            "bare": bare_due(NINE, MIDNIGHT),
        }
    )
)
