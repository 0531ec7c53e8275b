"""Prints the shortest and the longest delay of a retry with jitter, with and without the patch."""

import json
import random

from ministack.services import stepfunctions

from local.aws.patches import stepfunctions as patches

RETRIER = {
    "ErrorEquals": ["States.ALL"],
    "IntervalSeconds": 2,
    "BackoffRate": 2,
    "JitterStrategy": "FULL",
}


def delays(draws: list[float]) -> list[float]:
    drawn = iter(draws)
    random.uniform = lambda low, high: low + (high - low) * next(drawn)  # type: ignore[assignment]
    found = (stepfunctions._find_matching_retrier([RETRIER], "Busy", {0: 2}) for _ in draws)
    return [retrier["IntervalSeconds"] for retrier, _ in found]


bare = delays([0, 1])
patches.retry_delays()
print(json.dumps({"bare": bare, "patched": delays([0, 1])}))
