"""When the mails of a sequence go out: so many days on, at the same local time of day.

A day is a day of the calendar in the sequence's time zone, not 24 hours: a mail of 09:00 in Berlin
stays one of 09:00 when the clocks change. A local time that the change leaves out moves on by what
was left out (02:30 becomes 03:30), so that no mail is lost; one that comes twice is its first.
That is PEP 495's reading with fold 0. The start itself is a moment, and taken exactly.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from hub.domain.errors import InvalidRequestError

Cadence = Literal["daily", "every_other_day", "weekly", "fading"]

MAX_DAYS = 364
"""A run lives for a year at most, and its last mail must be sent within it."""

_GRACE = timedelta(minutes=5)
_GAPS = {"daily": 1, "every_other_day": 2, "weekly": 7}


def days_of(count: int, cadence: Cadence) -> tuple[int, ...]:
    """The days of so many mails, from 0. `fading` waits a day longer each time: 0, 2, 5, 9, 14."""
    if cadence == "fading":
        return tuple(mail * (mail + 3) // 2 for mail in range(count))
    return tuple(mail * _GAPS[cadence] for mail in range(count))


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of a name. Raises ValueError that says so if there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; no name at all; a folder of names
        raise ValueError(
            f"{name[:60]!r} is not an IANA time zone, such as Europe/Berlin or UTC"
        ) from None


def moment(start: datetime, zone: ZoneInfo, days: int) -> datetime:
    """The moment, in UTC, `days` calendar days after `start` at its time of day in `zone`."""
    if days == 0:
        return start.astimezone(UTC)
    wall = start.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def moments(
    start: datetime, zone_name: str, days: Sequence[int], created_at: datetime
) -> list[datetime]:
    """The moments of all mails of a run made at `created_at`.

    InvalidRequestError for a start before that, or a last mail that its run would not live to send.
    """
    if start < created_at - _GRACE:
        raise InvalidRequestError(
            "input.send.startAt is past; give a time to come, or leave it out to start at once",
            details={"field": "input.send.startAt"},
        )
    zone = zone_of(zone_name)
    found = [moment(start, zone, day) for day in days]
    if found[-1] > created_at + timedelta(days=MAX_DAYS):
        raise InvalidRequestError(
            f"input.send: the last mail would go out more than {MAX_DAYS} days from now, and a run "
            "lives a year; start earlier, or make the sequence shorter",
            details={"field": "input.send.startAt"},
        )
    return found
