"""Five-field cron, and its exact translation to EventBridge Scheduler.

The reading is Vixie's (crontab(5)): day-of-week 0 and 7 are Sunday, and when day-of-month and
day-of-week are both restricted, a day matches if either does; a field that starts with `*` counts
as unrestricted for that rule, so `*/2` must match as well. EventBridge Scheduler counts weekdays
from SUN = 1 and wants a `?` in one of the two day fields:
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

MAX_LENGTH = 256
"""Characters in a ScheduleExpression that EventBridge Scheduler accepts."""

WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MACROS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_WORD = r"[0-9]{1,9}|[A-Z]{3}"
_ITEM = re.compile(
    rf"(?:(?P<star>\*)|(?P<first>{_WORD})(?:-(?P<last>{_WORD}))?)(?:/(?P<step>[0-9]{{1,9}}))?"
)


class CronFieldError(ValueError):
    """The user must change the expression.

    `field` is the part at fault ("minute", "day-of-week", "rate", "expression"), `value` its text
    and `reason` what is wrong with it; the message joins the three and may be shown to the user.
    """

    def __init__(self, field: str, value: str, reason: str) -> None:
        shown = value if len(value) <= 60 else f"{value[:57]}..."
        super().__init__(f"cronExpression: {field} '{shown}' {reason}")
        self.field = field
        self.value = value
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What one field may hold: `low`-`high` inclusive, `names`, and whether ranges wrap (FRI-MON).

    A wrapping field is five-field cron's day-of-week, where 0 and 7 are the same day.
    """

    name: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)
    wraps: bool = False

    @property
    def size(self) -> int:
        """How many different values the field has."""
        return self.high - self.low + (0 if self.wraps else 1)


MINUTE = FieldSpec("minute", 0, 59)
HOUR = FieldSpec("hour", 0, 23)
DAY_OF_MONTH = FieldSpec("day-of-month", 1, 31)
MONTH = FieldSpec("month", 1, 12, {name: i for i, name in enumerate(_MONTHS, 1)})
DAY_OF_WEEK = FieldSpec("day-of-week", 0, 7, {n: i for i, n in enumerate(WEEKDAYS)}, wraps=True)
_FIELDS = (MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK)


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed five-field expression: the values each field allows. Weekdays are 0-6, Sunday 0.

    `expression` is the five fields in upper case, macros resolved, joined by one space.
    """

    expression: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @property
    def day_star(self) -> bool:
        """Whether day-of-month starts with `*`."""
        return self.expression.split()[2].startswith("*")

    @property
    def weekday_star(self) -> bool:
        """Whether day-of-week starts with `*`."""
        return self.expression.split()[4].startswith("*")

    @property
    def is_either_or(self) -> bool:
        """Whether a day matches when one of the two day fields does, rather than both."""
        return not self.day_star and not self.weekday_star

    def matches_day(self, day: date) -> bool:
        """Whether the two day fields allow `day`. The month is not looked at."""
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (in_month or in_week) if self.is_either_or else (in_month and in_week)


def parse_cron(expression: str) -> Cron:
    """Parse `minute hour day-of-month month day-of-week`, or a macro such as `@daily`.

    Takes lists, ranges, steps, names in any case, and weekday ranges that wrap (FRI-MON, 5-7).
    Raises CronFieldError, also for a date that never comes (30 February).
    """
    text = _resolve_macro(check_length(expression)).upper()
    parts = text.split()
    if len(parts) != len(_FIELDS):
        raise CronFieldError("expression", text, _count_reason(len(parts)))
    minutes, hours, days, months, weekdays = (
        parse_field(spec, part) for spec, part in zip(_FIELDS, parts, strict=True)
    )
    cron = Cron(" ".join(parts), minutes, hours, days, months, frozenset(d % 7 for d in weekdays))
    if not cron.is_either_or:
        check_dates(parts[2], days, months)
    return cron


def check_length(expression: str) -> str:
    """`expression` without the white space around it. Raises CronFieldError if it is too long."""
    text = expression.strip()
    if len(text) > MAX_LENGTH:
        raise CronFieldError("expression", text, f"is longer than {MAX_LENGTH} characters")
    return text


def check_dates(text: str, days: Collection[int], months: Collection[int]) -> None:
    """Raise CronFieldError when none of `days` (1-31) exists in any of `months` (1-12)."""
    if not _has_dates(days, months):
        raise CronFieldError(DAY_OF_MONTH.name, text, "does not exist in the given months")


def _has_dates(days: Collection[int], months: Collection[int]) -> bool:
    return min(days) <= max(_LONGEST_MONTH[month - 1] for month in months)


def _resolve_macro(text: str) -> str:
    if not text.startswith("@"):
        return text
    try:
        return _MACROS[text.lower()]
    except KeyError:
        known = ", ".join(_MACROS)
        raise CronFieldError("expression", text, f"is not one of {known}") from None


def _count_reason(count: int) -> str:
    if count == 0:
        return "is empty"
    needed = "minute hour day-of-month month day-of-week"
    reason = f"has {count} field{'s' if count > 1 else ''}, but 5 are needed: {needed}"
    if count == 6:
        reason += "; write a six-field AWS expression as cron(...)"
    return reason


def parse_field(spec: FieldSpec, text: str) -> frozenset[int]:
    """The values `text` (upper case) allows, between `spec.low` and, for a wrapped range, beyond
    `spec.high`. Raises CronFieldError."""
    return frozenset(value for item in text.split(",") for value in _expand(spec, item))


def _expand(spec: FieldSpec, item: str) -> range:
    match = _ITEM.fullmatch(item)
    if match is None:
        raise CronFieldError(spec.name, item, _shape_reason(spec, item))
    step = _parse_step(spec, item, match["step"])
    if match["star"]:
        return range(spec.low, spec.low + spec.size, step)
    first = _parse_value(spec, match["first"])
    if match["last"]:
        return range(*_order(spec, item, first, _parse_value(spec, match["last"])), step)
    if match["step"] is None:
        return range(first, first + 1)
    if spec.wraps:
        # Tools disagree on whether 1/2 ends on Saturday or on Sunday (7).
        raise CronFieldError(spec.name, item, "needs a range before the step, such as 1-6/2")
    return range(first, spec.high + 1, step)


def _shape_reason(spec: FieldSpec, item: str) -> str:
    if not item:
        return "has an empty place in its list"
    names = f", a name such as {next(iter(spec.names))}" if spec.names else ""
    return f"is not a number{names}, a range (a-b), a list (a,b) or a step (*/n)"


def _parse_value(spec: FieldSpec, word: str) -> int:
    value = int(word) if word.isdigit() else spec.names.get(word)
    if value is None:
        raise CronFieldError(spec.name, word, _shape_reason(spec, word))
    if not spec.low <= value <= spec.high:
        raise CronFieldError(spec.name, word, f"is out of range {spec.low}-{spec.high}")
    return value


def _parse_step(spec: FieldSpec, item: str, digits: str | None) -> int:
    step = 1 if digits is None else int(digits)
    if not 1 <= step <= spec.size:
        raise CronFieldError(spec.name, item, f"has a step out of range 1-{spec.size}")
    return step


def _order(spec: FieldSpec, item: str, first: int, last: int) -> tuple[int, int]:
    """First and one past the last value; a wrapped range runs on past Saturday (FRI-MON: 5-8)."""
    if first > last and not spec.wraps:
        reason = f"runs backwards; write it as two: {first}-{spec.high},{spec.low}-{last}"
        raise CronFieldError(spec.name, item, reason)
    return first, (last if first <= last else last + 7) + 1


def to_scheduler_expressions(cron: Cron) -> tuple[str, ...]:
    """One or two `cron(minute hour day-of-month month day-of-week year)` that fire exactly when
    `cron` does, with every step written out.

    Two when the either-or rule needs one for each day field. Both then fire on a day that matches
    both, so the receiver must drop the second firing with the same scheduled time. Raises
    CronFieldError when both day fields must match (`*/2` beside a restricted one), which
    EventBridge Scheduler cannot say.
    """
    return tuple(_render(cron, days, weekdays) for days, weekdays in _day_fields(cron))


def _day_fields(cron: Cron) -> list[tuple[str, str]]:
    days_full = len(cron.days) == DAY_OF_MONTH.size
    weekdays_full = len(cron.weekdays) == DAY_OF_WEEK.size
    by_day = (_compact(cron.days, DAY_OF_MONTH), "?")
    by_weekday = ("?", _compact_weekdays(cron.weekdays))
    if cron.is_either_or:
        if days_full or weekdays_full:
            return [("*", "?")]
        return [by_day, by_weekday] if _has_dates(cron.days, cron.months) else [by_weekday]
    if weekdays_full:
        return [by_day]
    if days_full:
        return [by_weekday]
    raise _both_needed(cron)


def _both_needed(cron: Cron) -> CronFieldError:
    parts = cron.expression.split()
    starred, other = (2, 4) if cron.day_star else (4, 2)
    reason = (
        f"starts with *, so a day would have to match {_FIELDS[other].name} '{parts[other]}' too, "
        "which EventBridge Scheduler cannot express; restrict one of the two only"
    )
    return CronFieldError(_FIELDS[starred].name, parts[starred], reason)


def _render(cron: Cron, days: str, weekdays: str) -> str:
    minutes, hours = _compact(cron.minutes, MINUTE), _compact(cron.hours, HOUR)
    return f"cron({minutes} {hours} {days} {_compact(cron.months, MONTH)} {weekdays} *)"


def _compact(values: Collection[int], spec: FieldSpec) -> str:
    return "*" if len(values) == spec.size else ",".join(_runs(values))


def _compact_weekdays(weekdays: Collection[int]) -> str:
    return ",".join(_runs(weekdays, WEEKDAYS))


def _runs(values: Collection[int], names: tuple[str, ...] | None = None) -> list[str]:
    """`values` as numbers (or `names`), three or more in a row as a range."""
    runs: list[list[int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    words = [[names[v] if names else str(v) for v in run] for run in runs]
    return [f"{run[0]}-{run[-1]}" if len(run) > 2 else ",".join(run) for run in words]
