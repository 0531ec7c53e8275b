"""Prints the states of a broken and a good schedule after one look at them."""

import json
import logging

from ministack.services import scheduler

from local.aws.patches import scheduler as patches

logging.disable()


def schedule(name: str, expression: str, zone: str) -> tuple[tuple[str, str, str], dict[str, str]]:
    record = {
        "Name": name,
        "State": "ENABLED",
        "ScheduleExpression": expression,
        "ScheduleExpressionTimezone": zone,
    }
    return ("000000000000", "us-east-1", f"default/{name}"), record


scheduler._schedules._data.update(
    [
        schedule("broken", "rate(5 minutes)", "Mars/Olympus"),
        schedule("good", "cron(0 9 * * ? *)", "Europe/Berlin"),
    ]
)
patches.schedules()
scheduler._tick_schedules()
print(json.dumps({item["Name"]: item["State"] for item in scheduler._schedules._data.values()}))
