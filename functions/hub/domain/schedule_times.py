"""When a schedule fires: its expression, between its start and its end, on its clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from hub.domain.schedule import Schedule
from hub.domain.schedule_expression import Occurrence, parse_expression

_BEFORE = timedelta(microseconds=1)
_MAX_MISSED = 1000
"""Missed firings are counted up to here at a time."""


def first_of_rate(schedule: Schedule, period: timedelta) -> datetime:
    """When a rate fires first: at its start, or else one period after it was set.

    It never counts from when somebody looks. EventBridge Scheduler keeps dates to the second.
    """
    if schedule.start_at and schedule.start_at > schedule.updated_at:
        return schedule.start_at
    return (schedule.updated_at + period).replace(microsecond=0)


def next_times(schedule: Schedule, after: datetime, count: int) -> list[datetime]:
    """The next `count` firings later than `after`, in UTC; none while it is not enabled."""
    if not schedule.enabled:
        return []
    found = (occurrence.at for occurrence in occurrences(schedule, after) if occurrence.at)
    return list(islice(found, count))


def times_between(schedule: Schedule, start: datetime, end: datetime, count: int) -> list[datetime]:
    """At most `count` firings from `start` on and before `end`, as the schedule is now."""
    found = (o.at for o in occurrences(schedule, start - _BEFORE) if o.at)
    return list(islice(takewhile(lambda at: at < end, found), count))


def occurrences(schedule: Schedule, after: datetime) -> Iterator[Occurrence]:
    """What the expression names later than `after`; a time that the clocks skip has no `at`."""
    expression, zone = parse_expression(schedule.expression), ZoneInfo(schedule.timezone)
    if expression.period:
        after = _rate_before(first_of_rate(schedule, expression.period), expression.period, after)
    elif schedule.start_at and schedule.start_at > after:
        after = schedule.start_at - _BEFORE
    for occurrence in expression.occurrences(after, zone):
        if schedule.end_at and occurrence.moment >= schedule.end_at:
            return
        yield occurrence


def _rate_before(first: datetime, period: timedelta, after: datetime) -> datetime:
    """The time on a rate's grid from which the next is its first one later than `after`."""
    passed = max((after - first) // period, -1)
    return first + period * passed


def missed_before(schedule: Schedule, due: datetime, now: datetime) -> list[datetime]:
    """The firings that should have come between the last one known and the one due at `due`.

    Not those whose window is still open: they may come yet. A gap before the schedule was last
    changed is none, because its times were others.
    """
    last = schedule.firings.last_due_at
    since = max(last, schedule.updated_at) if last else schedule.updated_at
    until = min(due, now - timedelta(minutes=schedule.flexible_minutes))
    return times_between(schedule, since + _BEFORE, until, _MAX_MISSED)


@dataclass(frozen=True)
class Foreseen:
    """A time in a preview. `local` is on the schedule's clock; `at` is None if it does not fire."""

    at: datetime | None
    local: str
    notes: tuple[str, ...]


def preview(schedule: Schedule, after: datetime, count: int) -> list[Foreseen]:
    """The next `count` firings, with those in between that the clocks skip."""
    zone = ZoneInfo(schedule.timezone)
    found: list[Foreseen] = []
    firing = 0
    for occurrence in occurrences(schedule, after):
        found.append(_foreseen(occurrence, zone, schedule.flexible_minutes))
        firing += occurrence.at is not None
        if firing == count:
            break
    return found


def _foreseen(occurrence: Occurrence, zone: ZoneInfo, flexible_minutes: int) -> Foreseen:
    if occurrence.at is None:
        note = "skipped: in the gap of a clock change, the clocks never show this time"
        return Foreseen(None, occurrence.wall.isoformat(timespec="seconds"), (note,))
    notes = []
    if occurrence.repeated:
        notes.append("fires once: the clocks show this time twice, this is the first")
    if flexible_minutes:
        notes.append(f"may start up to {flexible_minutes} minutes later")
    local = occurrence.at.astimezone(zone).isoformat(timespec="seconds")
    return Foreseen(occurrence.at.astimezone(UTC), local, tuple(notes))
