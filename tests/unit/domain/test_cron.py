"""Five-field cron: how it is read, refused and translated.

`croniter` is the reference for the reading: an implementation of its own, with Vixie's star rule
(`implement_cron_bug`).
"""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from croniter import CroniterBadDateError, croniter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.domain.cron import MAX_LENGTH, CronFieldError, parse_cron, to_scheduler_expressions
from hub.domain.schedule_expression import parse_expression

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

type Names = tuple[str, ...]


@st.composite
def _items(draw: st.DrawFn, low: int, high: int, names: Names, wraps: bool) -> str:
    """One list item, without what croniter reads its own way: a-a, a step on a wrapped range."""
    first, last = draw(st.lists(st.integers(low, high), min_size=2, max_size=2, unique=True))
    if first > last and (last == 0 or not wraps):
        first, last = last, first
    words = [str(value) for value in (first, last)]
    if draw(st.booleans()) and names:
        words = [names[(value - low) % len(names)] for value in (first, last)]
        assume(words[0] != words[1])
    shape = draw(st.sampled_from(("value", "range", "step")))
    if shape == "value":
        return draw(st.sampled_from((words[0], words[0].lower())))
    if shape == "range" or first > last or last == 7:
        return "-".join(words)
    return f"{'-'.join(words)}/{draw(st.integers(1, 7))}"


def _fields(low: int, high: int, names: Names = (), wraps: bool = False) -> st.SearchStrategy[str]:
    items = _items(low, high, names, wraps)
    return st.one_of(
        st.just("*"),
        st.integers(1, 7).map(lambda step: f"*/{step}"),
        st.lists(items, min_size=1, max_size=3).map(",".join),
    )


EXPRESSIONS = st.tuples(
    _fields(0, 59),
    _fields(0, 23),
    _fields(1, 31),
    _fields(1, 12, MONTHS),
    _fields(0, 7, WEEKDAYS, wraps=True),
).map(" ".join)
STARTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2090-01-01"))


def vixie(expression: str, start: datetime, count: int) -> list[datetime]:
    """croniter's next firings of `expression` after `start` (naive), at most `count`."""
    times = croniter(expression, start, ret_type=datetime, implement_cron_bug=True)
    firings: list[datetime] = []
    with suppress(CroniterBadDateError):
        firings.extend(islice(times, count))
    return firings


@pytest.mark.parametrize(
    ("expression", "scheduler_expressions"),
    [
        ("* * * * *", ["cron(* * * * ? *)"]),
        ("0 9 * * *", ["cron(0 9 * * ? *)"]),
        (" 0\t9  * * * ", ["cron(0 9 * * ? *)"]),
        ("0 9 * * 1-5", ["cron(0 9 ? * MON-FRI *)"]),
        ("0 9 * * mon-Fri", ["cron(0 9 ? * MON-FRI *)"]),
        ("0 9 * * 0", ["cron(0 9 ? * SUN *)"]),
        ("0 9 * * 7", ["cron(0 9 ? * SUN *)"]),
        ("0 9 * * SUN", ["cron(0 9 ? * SUN *)"]),
        ("0 9 * * 6", ["cron(0 9 ? * SAT *)"]),
        ("0 9 * * 5-7", ["cron(0 9 ? * SUN,FRI,SAT *)"]),
        ("0 9 * * SAT-SUN", ["cron(0 9 ? * SUN,SAT *)"]),
        ("0 9 * * FRI-MON", ["cron(0 9 ? * SUN,MON,FRI,SAT *)"]),
        ("0 9 * * 5-1", ["cron(0 9 ? * SUN,MON,FRI,SAT *)"]),
        ("0 9 * * 7-2", ["cron(0 9 ? * SUN-TUE *)"]),
        ("0 9 * * 5-1/2", ["cron(0 9 ? * SUN,FRI *)"]),
        ("0 9 * * 1-7/2", ["cron(0 9 ? * SUN,MON,WED,FRI *)"]),
        ("0 9 * * */2", ["cron(0 9 ? * SUN,TUE,THU,SAT *)"]),
        ("0 9 * * 0-7", ["cron(0 9 * * ? *)"]),
        ("0 9 * * 5-5", ["cron(0 9 ? * FRI *)"]),
        ("*/15 */6 * * *", ["cron(0,15,30,45 0,6,12,18 * * ? *)"]),
        ("5/20 0 * * *", ["cron(5,25,45 0 * * ? *)"]),
        ("*/60 0 * * *", ["cron(0 0 * * ? *)"]),
        ("10-30/10 8-18 * * *", ["cron(10,20,30 8-18 * * ? *)"]),
        ("0-9,30,50-51 * * * *", ["cron(0-9,30,50,51 * * * ? *)"]),
        ("0 0 1,15 * *", ["cron(0 0 1,15 * ? *)"]),
        ("0 0 */10 * *", ["cron(0 0 1,11,21,31 * ? *)"]),
        ("0 0 1 JAN,jul *", ["cron(0 0 1 1,7 ? *)"]),
        ("0 0 1 */3 *", ["cron(0 0 1 1,4,7,10 ? *)"]),
        ("0 0 29 2 *", ["cron(0 0 29 2 ? *)"]),
        ("0 0 13 * FRI", ["cron(0 0 13 * ? *)", "cron(0 0 ? * FRI *)"]),
        ("0 0 1-31 * FRI", ["cron(0 0 * * ? *)"]),
        ("0 0 13 * 0-6", ["cron(0 0 * * ? *)"]),
        ("0 0 30 2 MON", ["cron(0 0 ? 2 MON *)"]),
        ("0 0 */1 * FRI", ["cron(0 0 ? * FRI *)"]),
        ("0 0 13 * */1", ["cron(0 0 13 * ? *)"]),
        ("@hourly", ["cron(0 * * * ? *)"]),
        ("@Daily", ["cron(0 0 * * ? *)"]),
        ("@midnight", ["cron(0 0 * * ? *)"]),
        ("@weekly", ["cron(0 0 ? * SUN *)"]),
        ("@monthly", ["cron(0 0 1 * ? *)"]),
        ("@yearly", ["cron(0 0 1 1 ? *)"]),
        ("@annually", ["cron(0 0 1 1 ? *)"]),
    ],
)
def test_translates_to_eventbridge_scheduler(
    expression: str, scheduler_expressions: list[str]
) -> None:
    assert list(to_scheduler_expressions(parse_cron(expression))) == scheduler_expressions


@pytest.mark.parametrize(
    ("expression", "field", "value", "reason"),
    [
        ("61 * * * *", "minute", "61", "is out of range 0-59"),
        ("* 24 * * *", "hour", "24", "is out of range 0-23"),
        ("* * 0 * *", "day-of-month", "0", "is out of range 1-31"),
        ("* * 1-32 * *", "day-of-month", "32", "is out of range 1-31"),
        ("* * * 13 *", "month", "13", "is out of range 1-12"),
        ("* * * * 8", "day-of-week", "8", "is out of range 0-7"),
        ("5-99 * * * *", "minute", "99", "is out of range 0-59"),
        ("-1 * * * *", "minute", "-1", "is not a number, a range"),
        ("* * * * FRIDAY", "day-of-week", "FRIDAY", "a name such as SUN"),
        ("* * * FOO *", "month", "FOO", "a name such as JAN"),
        ("MON * * * *", "minute", "MON", "is not a number, a range"),
        ("² * * * *", "minute", "²", "is not a number"),
        ("*-5 * * * *", "minute", "*-5", "is not a number"),
        ("1- * * * *", "minute", "1-", "is not a number"),
        ("1-2-3 * * * *", "minute", "1-2-3", "is not a number"),
        ("*/5/5 * * * *", "minute", "*/5/5", "is not a number"),
        ("0 9 ? * 1", "day-of-month", "?", "is not a number"),
        ("0 9 L * *", "day-of-month", "L", "is not a number"),
        ("1,,2 * * * *", "minute", "", "has an empty place in its list"),
        ("50-10 * * * *", "minute", "50-10", "write it as two: 50-59,0-10"),
        ("* 22-6 * * *", "hour", "22-6", "write it as two: 22-23,0-6"),
        ("* * * NOV-FEB *", "month", "NOV-FEB", "write it as two: 11-12,1-2"),
        ("*/0 * * * *", "minute", "*/0", "has a step out of range 1-60"),
        ("*/90 * * * *", "minute", "*/90", "has a step out of range 1-60"),
        ("* * * * */8", "day-of-week", "*/8", "has a step out of range 1-7"),
        ("* * * * 1/2", "day-of-week", "1/2", "needs a range before the step"),
        ("0 0 30 2 *", "day-of-month", "30", "does not exist in the given months"),
        ("0 0 31 2,4,JUN,9,11 *", "day-of-month", "31", "does not exist in the given months"),
        ("", "expression", "", "is empty"),
        ("@reboot", "expression", "@reboot", "is not one of @hourly"),
        ("*", "expression", "*", "has 1 field, but 5 are needed"),
        ("* * * *", "expression", "* * * *", "has 4 fields, but 5 are needed"),
        ("0 9 * * ? *", "expression", "0 9 * * ? *", "six-field AWS expression as cron(...)"),
        ("1," * 200 + "1 * * * *", "expression", "1," * 200 + "1 * * * *", "is longer than 256"),
    ],
)
def test_refuses_naming_the_field_the_value_and_the_reason(
    expression: str, field: str, value: str, reason: str
) -> None:
    with pytest.raises(CronFieldError) as caught:
        parse_cron(expression)
    assert (caught.value.field, caught.value.value) == (field, value)
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"cronExpression: {field} '")
    assert str(caught.value).endswith(caught.value.reason)


def test_message_reads_as_a_sentence() -> None:
    with pytest.raises(CronFieldError) as caught:
        parse_cron("61 * * * *")
    assert str(caught.value) == "cronExpression: minute '61' is out of range 0-59"


def test_message_cuts_a_long_value() -> None:
    with pytest.raises(CronFieldError) as caught:
        parse_cron("9" * 200 + " * * * *")
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("expression", "field", "value"),
    [
        ("0 0 */2 * MON", "day-of-month", "*/2"),
        ("0 0 13 * */2", "day-of-week", "*/2"),
        ("0 0 */2 * */3", "day-of-month", "*/2"),
    ],
)
def test_refuses_to_translate_two_day_fields_that_must_both_match(
    expression: str, field: str, value: str
) -> None:
    with pytest.raises(CronFieldError) as caught:
        to_scheduler_expressions(parse_cron(expression))
    assert (caught.value.field, caught.value.value) == (field, value)
    assert "cannot express" in caught.value.reason


def test_weekday_numbers_are_those_of_cron() -> None:
    sunday = date(2025, 6, 1)
    for number in range(8):
        cron = parse_cron(f"0 0 * * {number}")
        matched = [n for n in range(7) if cron.matches_day(sunday + timedelta(days=n))]
        assert matched == [number % 7]


def test_a_translation_as_long_as_they_get_fits_eventbridge_scheduler() -> None:
    minutes = "0,2,4,6,8," + ",".join(f"{m},{m + 1}" for m in range(10, 59, 3))
    hours = "0,2,4,6,8," + ",".join(f"{h},{h + 1}" for h in range(10, 23, 3))
    days = "1,3,5,7," + ",".join(f"{d},{d + 1}" for d in range(9, 31, 3))
    cron = parse_cron(f"{minutes} {hours} {days} 1,3,5,7,8,10,11 *")
    assert 200 < max(map(len, to_scheduler_expressions(cron))) <= MAX_LENGTH


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS, STARTS)
def test_allows_the_days_that_croniter_allows(expression: str, start: datetime) -> None:
    try:
        cron = parse_cron(expression)
    except CronFieldError as error:
        assert "does not exist" in error.reason
        assert vixie(expression, start, 1) == []
        return
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    every_day = [midnight + timedelta(days=n) for n in range(120)]
    ours = [day for day in every_day if day.month in cron.months and cron.matches_day(day.date())]
    once_a_day = " ".join(["0", "0", *expression.split()[2:]])
    theirs = vixie(once_a_day, midnight - timedelta(minutes=1), 120)
    assert ours == [day for day in theirs if day <= every_day[-1]]


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS, STARTS)
def test_fires_when_croniter_does(expression: str, start: datetime) -> None:
    try:
        schedule = parse_expression(expression)
    except CronFieldError as error:
        assert "does not exist" in error.reason or "cannot express" in error.reason
        return
    firings = schedule.next_firings(start.replace(tzinfo=UTC), ZoneInfo("Etc/UTC"), 5)
    ours = [moment.replace(tzinfo=None) for moment in firings]
    theirs = vixie(expression, start, 5)
    assert ours == theirs[: len(ours)]
    assert all(moment.year > start.year + 8 for moment in theirs[len(ours) :])


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS, STARTS)
def test_croniter_reads_the_translation_as_it_reads_the_original(
    expression: str, start: datetime
) -> None:
    """The translation names weekdays and spells steps out, so croniter reads it as AWS does."""
    try:
        translated = to_scheduler_expressions(parse_cron(expression))
    except CronFieldError as error:
        assert "does not exist" in error.reason or "cannot express" in error.reason
        return
    assert max(map(len, translated)) <= MAX_LENGTH
    firings: set[datetime] = set()
    for one in translated:
        fields = one.removeprefix("cron(").removesuffix(" *)").replace("?", "*")
        firings.update(vixie(fields, start, 10))
    assert sorted(firings)[:10] == vixie(expression, start, 10)


@settings(max_examples=50)
@given(EXPRESSIONS)
def test_case_and_space_do_not_matter(expression: str) -> None:
    try:
        cron = parse_cron(expression)
    except CronFieldError:
        assume(False)
    assert parse_cron(f"\t{expression.lower().replace(' ', '   ')} ") == cron
