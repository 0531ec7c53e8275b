"""How platforms say when to come back: seconds, unix times, minutes, midnights.

Each function makes a reader for an `OutcomeTable`: answer and present time in, seconds out, None
where the answer does not say. `first` tries several in order.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hub.connector_kit.outcomes import Answer

type Wait = Callable[[Answer, datetime], float | None]

_UNIX = 1_000_000_000
"""A larger number is no duration in seconds but a moment, in unix time."""


def number(value: object) -> float | None:
    """A number, or a text that is one; None for anything else, infinities and NaN too."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None


def header_seconds(name: str) -> Wait:
    """A header that holds seconds to wait."""
    return lambda answer, _now: number(answer.headers.get(name))


def header_unix(name: str) -> Wait:
    """A header that holds the unix time, in seconds, at which to come back."""

    def read(answer: Answer, now: datetime) -> float | None:
        moment = number(answer.headers.get(name))
        return None if moment is None else max(0.0, moment - now.timestamp())

    return read


def body_seconds(name: str) -> Wait:
    """A field of the body that holds seconds to wait."""

    def read(answer: Answer, _now: datetime) -> float | None:
        return number(answer.body.get(name)) if isinstance(answer.body, dict) else None

    return read


def first(*waits: Wait) -> Wait:
    """The first of several that says something."""

    def read(answer: Answer, now: datetime) -> float | None:
        told = (wait(answer, now) for wait in waits)
        return next((seconds for seconds in told if seconds is not None), None)

    return read


def used_up(answer: Answer, now: datetime) -> float | None:
    """Seconds until a rate limit begins anew, if the answer says that this call was its last.

    `X-RateLimit-Remaining` beside `-Reset-After` in seconds (Discord) or `-Reset` in seconds
    (Reddit); `X-Rate-Limit-Remaining` beside a reset in unix time (X).
    """
    return _window(answer, now, "x-ratelimit") or _window(answer, now, "x-rate-limit")


def _window(answer: Answer, now: datetime, name: str) -> float | None:
    left = number(answer.headers.get(f"{name}-remaining"))
    # Some count in fractions: less than one is not enough for another call.
    if left is None or left >= 1:
        return None
    after = number(answer.headers.get(f"{name}-reset-after"))
    reset = after if after is not None else number(answer.headers.get(f"{name}-reset"))
    if reset is None:
        return None
    return max(0.0, reset - now.timestamp() if reset > _UNIX else reset)


def until_midnight(zone: str, now: datetime) -> float:
    """Seconds until the next midnight in a zone: daily quotas begin anew then."""
    local = now.astimezone(ZoneInfo(zone))
    tomorrow = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    # Through UTC: a day with a change of the clock is not 24 hours long.
    return (tomorrow.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
