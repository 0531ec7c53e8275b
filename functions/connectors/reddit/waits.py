"""How Reddit says when to come back: in words, in two families of headers.

Posts and comments: `RATELIMIT` inside HTTP 200 with words ("… try again in 5 minutes."), and
x-ratelimit-reset, the seconds until the window of ten minutes ends. Ads: the header RateLimit, as
in `"campaign-management-write";r=0;t=42`, remaining calls and seconds for each policy.
"""

import re
from datetime import datetime

from hub.connector_kit.outcomes import Answer, parse_retry_after
from hub.connector_kit.waits import first, header_seconds

_UNITS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_AMOUNT = re.compile(r"(\d{1,6}) ?(millisecond|second|minute|hour|day)s?\b")
_POLICY = re.compile(r"r=(\d+);\s*t=(\d+)")


def seconds_in(words: str) -> float | None:
    """Seconds in words like "try again in 1 hour and 5 minutes"; None without an amount."""
    found = _AMOUNT.findall(words.lower())
    return sum(int(amount) * _UNITS[unit] for amount, unit in found) if found else None


def errors_of(body: object) -> list[list[str]]:
    """The entries of `json.errors`: code, message, field; those that are none left out."""
    inner = body.get("json") if isinstance(body, dict) else None
    errors = inner.get("errors") if isinstance(inner, dict) else None
    if not isinstance(errors, list):
        return []
    return [
        [str(part) for part in error if part]
        for error in errors
        if isinstance(error, list) and error
    ]


def _in_words(answer: Answer, _now: datetime) -> float | None:
    limited = [error for error in errors_of(answer.body) if error[0] == "RATELIMIT"]
    told = [seconds_in(" ".join(error[1:])) for error in limited]
    return max((seconds for seconds in told if seconds is not None), default=None)


def _of_policies(answer: Answer, _now: datetime) -> float | None:
    """The longest wait of the policies that are used up."""
    policies = _POLICY.findall(answer.headers.get("ratelimit", ""))
    return max((float(wait) for left, wait in policies if left == "0"), default=None)


def _retry_after(answer: Answer, now: datetime) -> float | None:
    return parse_retry_after(answer.headers.get("retry-after"), now)


reddit_wait = first(_in_words, _of_policies, _retry_after, header_seconds("x-ratelimit-reset"))
"""Seconds to wait: what is said of this very call goes before what is said of a window."""
