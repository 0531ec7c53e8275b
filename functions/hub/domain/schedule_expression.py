"""What a user may write as a schedule, what EventBridge Scheduler gets, and when it fires next.

Takes five-field cron, `cron(six fields)`, `rate(n unit)` and `at(yyyy-mm-ddThh:mm:ss)`:
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from hub.domain.cron import (
    DAY_OF_MONTH,
    HOUR,
    MINUTE,
    MONTH,
    WEEKDAYS,
    Cron,
    CronFieldError,
    FieldSpec,
    check_dates,
    check_length,
    parse_cron,
    parse_field,
    to_scheduler_expressions,
)

Kind = Literal["five-field", "cron", "rate", "at"]

_AWS_DAY_OF_WEEK = FieldSpec("day-of-week", 1, 7, {name: i for i, name in enumerate(WEEKDAYS, 1)})
_YEAR = FieldSpec("year", 1970, 2199)
_YEARS_SEARCHED = 9
"""Calendar years, the present one included: from 29 February 2096 the next is in 2104."""
_RATE_HORIZON = timedelta(days=8 * 366)
_UNITS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
}

_CALL = re.compile(r"(cron|rate|at)\s*\((.*)\)", re.IGNORECASE | re.DOTALL | re.ASCII)
_UNCLOSED = re.compile(r"(cron|rate|at)\s*\(", re.IGNORECASE | re.ASCII)
_RATE = re.compile(r"([0-9]{1,6})\s+(minute|hour|day)(s?)", re.ASCII)
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")
_NEAREST_WEEKDAY = re.compile(r"([0-9]{1,2})W")
_LAST_OR_NTH = re.compile(r"([0-9]|[A-Z]{3})(?:L|#([0-9]))")

_DayRule = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A time that an expression names: `wall` on the schedule's clock, `moment` in UTC.

    It does not fire if daylight saving skips it: then `moment` is as long after the gap's start as
    `wall` is. `repeated` if the clock shows it twice, and then `moment` is the first time.
    """

    wall: datetime
    moment: datetime
    fires: bool = True
    repeated: bool = False

    @property
    def at(self) -> datetime | None:
        """The moment, if it fires then."""
        return self.moment if self.fires else None


class _Timetable(Protocol):
    def occurrences(self, after: datetime, tz: ZoneInfo) -> Iterator[Occurrence]: ...


@dataclass(frozen=True, slots=True)
class ScheduleExpression:
    """A valid schedule. `text` is what the user wrote, without the white space around it.

    `scheduler_expressions` holds one ScheduleExpression for EventBridge Scheduler, or two whose
    firings overlap where both day fields match: drop a second firing with the same scheduled time.
    """

    text: str
    kind: Kind
    scheduler_expressions: tuple[str, ...]
    _timetable: _Timetable = field(repr=False, compare=False)

    def next_firings(self, after: datetime, tz: ZoneInfo, count: int) -> list[datetime]:
        """The next `count` firings later than `after` (aware), ascending, in UTC.

        `tz` is the schedule's zone. A local time that daylight saving skips does not fire, and one
        it repeats fires the first time only, as EventBridge Scheduler does:
        https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
        The same is assumed for `at`, of which that page says nothing. A rate counts from `after`
        in elapsed time (a day is 24 hours). The list is shorter than `count` when there are no
        more firings within about eight years. Raises ValueError for a naive `after`.
        """
        fires = (occurrence.at for occurrence in self.occurrences(after, tz) if occurrence.at)
        return list(islice(fires, max(count, 0)))

    def occurrences(self, after: datetime, tz: ZoneInfo) -> Iterator[Occurrence]:
        """What the expression names later than `after`, in order, also times that do not fire.

        Raises ValueError for a naive `after`.
        """
        if after.tzinfo is None:
            raise ValueError("after must be an aware datetime")
        return (o for o in self._timetable.occurrences(after, tz) if o.moment > after)

    @property
    def period(self) -> timedelta | None:
        """How long a rate takes from one firing to the next; None for the other kinds."""
        return self._timetable.period if isinstance(self._timetable, _Rate) else None


@dataclass(frozen=True, slots=True)
class _Calendar:
    """Every minute of every hour of the days in `months` and `years` that `day_rule` allows."""

    minutes: Collection[int]
    hours: Collection[int]
    months: Collection[int]
    years: Collection[int]
    day_rule: _DayRule

    def occurrences(self, after: datetime, tz: ZoneInfo) -> Iterator[Occurrence]:
        times = [
            time(hour, minute) for hour in sorted(self.hours) for minute in sorted(self.minutes)
        ]
        for day in self._days(after.astimezone(tz).date()):
            for clock in times:
                yield _occurrence(datetime.combine(day, clock), tz)

    def _days(self, start: date) -> Iterator[date]:
        years = [year for year in sorted(self.years) if year >= start.year]
        for year in years[:_YEARS_SEARCHED]:
            for month in sorted(self.months):
                for day in _days_of_month(year, month):
                    if day >= start and self.day_rule(day):
                        yield day


@dataclass(frozen=True, slots=True)
class _Rate:
    period: timedelta

    def occurrences(self, after: datetime, tz: ZoneInfo) -> Iterator[Occurrence]:
        start = after.astimezone(UTC)
        for n in range(1, _RATE_HORIZON // self.period + 1):
            at = start + self.period * n
            yield Occurrence(at.astimezone(tz).replace(tzinfo=None), at)


@dataclass(frozen=True, slots=True)
class _At:
    wall: datetime

    def occurrences(self, after: datetime, tz: ZoneInfo) -> Iterator[Occurrence]:  # noqa: ARG002
        yield _occurrence(self.wall, tz)


def _occurrence(wall: datetime, tz: ZoneInfo) -> Occurrence:
    """It fires at the first moment the clock in `tz` shows `wall`, if it ever does."""
    first, second = (wall.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    shown = first.astimezone(tz).replace(tzinfo=None) == wall
    return Occurrence(wall, first, fires=shown, repeated=shown and first != second)


def parse_expression(text: str) -> ScheduleExpression:
    """Parse any of the four forms in the module's head.

    Raises CronFieldError, also for a five-field expression that EventBridge Scheduler cannot say.
    A `cron(...)` is checked for shape and ranges, as `at` and `rate` are; EventBridge Scheduler may
    still refuse one, such as an `at` in the past.
    """
    text = check_length(text)
    match = _CALL.fullmatch(text)
    if match:
        return _PARSERS[match[1].lower()](text, match[2].strip())
    if _UNCLOSED.match(text):
        raise CronFieldError("expression", text, "does not end with its closing bracket")
    cron = parse_cron(text)
    return ScheduleExpression(text, "five-field", to_scheduler_expressions(cron), _calendar(cron))


def _calendar(cron: Cron) -> _Calendar:
    years = range(_YEAR.low, _YEAR.high + 1)
    return _Calendar(cron.minutes, cron.hours, cron.months, years, cron.matches_day)


def _parse_rate(text: str, body: str) -> ScheduleExpression:
    match = _RATE.fullmatch(body.lower())
    if match is None:
        reason = "is not a whole number up to 999999 and minutes, hours or days"
        raise CronFieldError("rate", body, reason)
    value, unit, plural = int(match[1]), match[2], match[3]
    if value == 0:
        raise CronFieldError("rate", body, "must be at least 1")
    if value > 1 and not plural:
        raise CronFieldError("rate", body, f"needs the plural: {value} {unit}s")
    expression = f"rate({value} {unit}{plural})"
    return ScheduleExpression(text, "rate", (expression,), _Rate(value * _UNITS[unit]))


def _parse_at(text: str, body: str) -> ScheduleExpression:
    body = body.upper()
    if not _AT.fullmatch(body):
        raise CronFieldError("at", body, "is not a time written yyyy-mm-ddThh:mm:ss")
    try:
        wall = datetime.fromisoformat(body)
    except ValueError:
        raise CronFieldError("at", body, "is not a time that exists") from None
    if not _YEAR.low <= wall.year <= _YEAR.high:
        raise CronFieldError("at", body, f"is out of range {_YEAR.low}-{_YEAR.high}")
    return ScheduleExpression(text, "at", (f"at({body})",), _At(wall))


def _parse_aws_cron(text: str, body: str) -> ScheduleExpression:
    parts = body.upper().split()
    if len(parts) != 6:
        needed = "minutes hours day-of-month month day-of-week year"
        reason = f"has {len(parts)} fields in its brackets, but 6 are needed: {needed}"
        raise CronFieldError("expression", text, reason)
    minutes, hours = parse_field(MINUTE, parts[0]), parse_field(HOUR, parts[1])
    months, years = parse_field(MONTH, parts[3]), parse_field(_YEAR, parts[5])
    rule = _day_rule(parts[2], parts[4], months)
    timetable = _Calendar(minutes, hours, months, years, rule)
    return ScheduleExpression(text, "cron", (f"cron({' '.join(parts)})",), timetable)


def _day_rule(days: str, weekdays: str, months: Collection[int]) -> _DayRule:
    if (days == "?") == (weekdays == "?"):
        reason = "must be ? when day-of-month is not, and the other way round"
        raise CronFieldError(_AWS_DAY_OF_WEEK.name, weekdays, reason)
    if days == "?":
        return _weekday_rule(weekdays)
    return _day_of_month_rule(days, months)


def _day_of_month_rule(text: str, months: Collection[int]) -> _DayRule:
    """Plain values, `L` (last day), `LW` (last weekday), `nW` (weekday nearest to the nth, in the
    same month; a month without an nth day has none)."""
    if text == "L":
        return lambda day: day == _days_of_month(day.year, day.month)[-1]
    if text == "LW":
        return lambda day: day == _nearest_weekday(day, None)
    match = _NEAREST_WEEKDAY.fullmatch(text)
    allowed = parse_field(DAY_OF_MONTH, match[1] if match else text)
    check_dates(text, allowed, months)
    if match:
        return lambda day: day == _nearest_weekday(day, *allowed)
    return lambda day: day.day in allowed


def _weekday_rule(text: str) -> _DayRule:
    """Plain values, `L` (Saturday), `nL` (last such weekday of the month), `n#k` (the kth)."""
    if text == "L":
        return lambda day: _aws_weekday(day) == _AWS_DAY_OF_WEEK.high
    match = _LAST_OR_NTH.fullmatch(text)
    allowed = parse_field(_AWS_DAY_OF_WEEK, match[1] if match else text)
    if match is None:
        return lambda day: _aws_weekday(day) in allowed
    if match[2] is None:
        return lambda day: (
            _aws_weekday(day) in allowed and (day + timedelta(days=7)).month != day.month
        )
    nth = int(match[2])
    if not 1 <= nth <= 5:
        raise CronFieldError(_AWS_DAY_OF_WEEK.name, text, "has a number after # out of range 1-5")
    return lambda day: _aws_weekday(day) in allowed and (day.day + 6) // 7 == nth


def _aws_weekday(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _days_of_month(year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    days = (first + timedelta(days=n) for n in range(31))
    return [day for day in days if day.month == month]


def _nearest_weekday(day: date, nth: int | None) -> date | None:
    """The Monday to Friday nearest to the `nth` (None: last) day of `day`'s month, within it."""
    days = _days_of_month(day.year, day.month)
    if nth is not None and nth > len(days):
        return None
    target = days[nth - 1 if nth else -1]
    if target.isoweekday() == 6:
        return target + timedelta(days=2 if target.day == 1 else -1)
    if target.isoweekday() == 7:
        return target + timedelta(days=-2 if target == days[-1] else 1)
    return target


_PARSERS: dict[str, Callable[[str, str], ScheduleExpression]] = {
    "cron": _parse_aws_cron,
    "rate": _parse_rate,
    "at": _parse_at,
}
