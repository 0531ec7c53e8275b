"""Prints when schedules with dates, or changed ones, are due next, as UTC."""

import json
from datetime import UTC, datetime
from typing import Any

from ministack.services import scheduler

from local.aws.patches import scheduler as patches

KEY = ("000000000000", "us-east-1", "default/one")
NINE = "cron(0 9 * * ? *)"


def at(text: str) -> float:
    return datetime.fromisoformat(f"{text}:00+00:00").timestamp()


def due(expression: str, now: str, last: str | None = None, **dates: str) -> str | None:
    scheduler._schedule_last_fired.clear()
    if last:
        scheduler._schedule_last_fired[KEY] = at(last)
    schedule: dict[str, Any] = {name: at(date) for name, date in dates.items()}
    schedule |= {"ScheduleExpression": expression, "State": "ENABLED"}
    if not patches._is_active(schedule, at(now)):
        return "not active"
    moment = patches.due_at(KEY, schedule, at(now))
    return f"{datetime.fromtimestamp(moment, UTC):%d %H:%M}" if moment else None


print(
    json.dumps(
        {
            "before the start": due(NINE, "2026-03-02T08:00", StartDate="2026-03-02T09:00"),
            "at the start": due(NINE, "2026-03-02T09:00", StartDate="2026-03-02T09:00"),
            "started long ago": due(NINE, "2026-03-04T10:00", StartDate="2026-03-02T09:00"),
            "before the end": due(NINE, "2026-03-02T08:00", EndDate="2026-03-02T10:00"),
            "after the end": due(NINE, "2026-03-02T09:30", EndDate="2026-03-02T10:00"),
            "a rate at its start": due(
                "rate(2 hours)",
                "2026-03-02T09:01",
                CreationDate="2026-03-02T08:30",
                StartDate="2026-03-02T09:00",
            ),
            "a rate after its start": due(
                "rate(2 hours)",
                "2026-03-02T09:01",
                last="2026-03-02T09:00",
                StartDate="2026-03-02T09:00",
            ),
            "resumed after its time": due(
                NINE,
                "2026-03-03T12:00",
                last="2026-03-02T09:00",
                LastModificationDate="2026-03-03T11:00",
            ),
            "once, set anew after it fired": due(
                "at(2026-03-03T12:00:00)", "2026-03-03T11:00", last="2026-03-02T09:00"
            ),
            "once, whatever its dates": due(
                "at(2026-03-03T12:00:00)",
                "2026-03-03T11:00",
                StartDate="2026-03-04T00:00",
                EndDate="2026-03-02T00:00",
            ),
        }
    )
)
