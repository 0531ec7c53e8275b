"""Schedules as a user writes them: what EventBridge Scheduler gets and when they fire."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.domain.cron import CronFieldError, parse_cron
from hub.domain.schedule_expression import parse_expression

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
SYDNEY = ZoneInfo("Australia/Sydney")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
ETC_UTC = ZoneInfo("Etc/UTC")
MINUTE = timedelta(minutes=1)


@st.composite
def _items(draw: st.DrawFn, low: int, high: int) -> str:
    first, last = sorted(draw(st.tuples(st.integers(low, high), st.integers(low, high))))
    return f"{first}-{last}{draw(st.sampled_from(('', '', '/2', '/3')))}"


def _fields(low: int, high: int) -> st.SearchStrategy[str]:
    lists = st.lists(_items(low, high), min_size=1, max_size=3).map(",".join)
    return st.one_of(st.sampled_from(("*", "*/2", "*/5", str(low))), lists)


BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
CRONS = st.tuples(*(_fields(*bounds) for bounds in BOUNDS)).map(" ".join)


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MOMENTS = st.integers(0, 90 * 365 * 24 * 60).map(lambda n: _utc("2000-01-01") + n * MINUTE)


@pytest.mark.parametrize(
    ("text", "kind", "scheduler_expressions"),
    [
        ("0 9 * * 1-5", "five-field", ["cron(0 9 ? * MON-FRI *)"]),
        ("@daily", "five-field", ["cron(0 0 * * ? *)"]),
        ("0 0 13 * 5", "five-field", ["cron(0 0 13 * ? *)", "cron(0 0 ? * FRI *)"]),
        ("cron(0 9 ? * MON-FRI *)", "cron", ["cron(0 9 ? * MON-FRI *)"]),
        (" CRON( 0/5  8-17 ? * mon-fri * ) ", "cron", ["cron(0/5 8-17 ? * MON-FRI *)"]),
        ("cron(0 9 LW * ? *)", "cron", ["cron(0 9 LW * ? *)"]),
        ("cron(0 9 15W * ? *)", "cron", ["cron(0 9 15W * ? *)"]),
        ("cron(0 9 ? * 6L *)", "cron", ["cron(0 9 ? * 6L *)"]),
        ("cron(0 9 ? * FRI#2 *)", "cron", ["cron(0 9 ? * FRI#2 *)"]),
        ("cron(0 9 1 1 ? 2030-2040/5)", "cron", ["cron(0 9 1 1 ? 2030-2040/5)"]),
        ("rate(5 minutes)", "rate", ["rate(5 minutes)"]),
        ("rate( 1  hour )", "rate", ["rate(1 hour)"]),
        ("rate(1 hours)", "rate", ["rate(1 hours)"]),
        ("Rate(2 DAYS)", "rate", ["rate(2 days)"]),
        ("at(2030-01-31T08:30:00)", "at", ["at(2030-01-31T08:30:00)"]),
    ],
)
def test_accepts_every_form(text: str, kind: str, scheduler_expressions: list[str]) -> None:
    parsed = parse_expression(text)
    assert (parsed.text, parsed.kind) == (text.strip(), kind)
    assert list(parsed.scheduler_expressions) == scheduler_expressions


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        ("", "expression", "is empty"),
        ("0 9 * * MON *", "expression", "as cron(...)"),
        ("0 0 */2 * MON", "day-of-month", "cannot express"),
        ("x" * 257, "expression", "is longer than 256"),
        ("cron(0 9 * * ? *", "expression", "closing bracket"),
        ("cron()", "expression", "has 0 fields in its brackets, but 6 are needed"),
        ("cron(0 9 * * *)", "expression", "has 5 fields in its brackets, but 6 are needed"),
        ("cron(60 9 * * ? *)", "minute", "is out of range 0-59"),
        ("cron(0 9 ? * 0 *)", "day-of-week", "is out of range 1-7"),
        ("cron(0 9 ? * 8L *)", "day-of-week", "is out of range 1-7"),
        ("cron(0 9 ? * FRI#6 *)", "day-of-week", "after # out of range 1-5"),
        ("cron(0 9 ? * FRI-MON *)", "day-of-week", "write it as two: 6-7,1-2"),
        ("cron(0 9 ? * MON#1,FRI#2 *)", "day-of-week", "is not a number"),
        ("cron(0 9 32W * ? *)", "day-of-month", "is out of range 1-31"),
        ("cron(0 9 1W,15W * ? *)", "day-of-month", "is not a number"),
        ("cron(0 9 L * ? 1969)", "year", "is out of range 1970-2199"),
        ("cron(0 9 30 2 ? *)", "day-of-month", "does not exist"),
        ("cron(0 9 30W 2 ? *)", "day-of-month", "does not exist"),
        ("cron(0 9 * * * *)", "day-of-week", "must be ?"),
        ("cron(0 9 ? * ? *)", "day-of-week", "must be ?"),
        ("cron(0 9 13 * FRI *)", "day-of-week", "must be ?"),
        ("cron(? 9 * * ? *)", "minute", "is not a number"),
        ("rate(5)", "rate", "is not a whole number"),
        ("rate(0 minutes)", "rate", "must be at least 1"),
        ("rate(5 minute)", "rate", "needs the plural: 5 minutes"),
        ("rate(5 weeks)", "rate", "is not a whole number"),
        ("rate(1000000 days)", "rate", "up to 999999"),
        ("at(2030-01-31T08:30:00Z)", "at", "yyyy-mm-ddThh:mm:ss"),
        ("at(2030-02-30T08:30:00)", "at", "is not a time that exists"),
        ("at(2030-01-31T24:00:00)", "at", "is not a time that exists"),
        ("at(0001-01-01T00:00:00)", "at", "is out of range 1970-2199"),
    ],
)
def test_refuses_naming_the_field_and_the_reason(text: str, field: str, reason: str) -> None:
    with pytest.raises(CronFieldError) as caught:
        parse_expression(text)
    assert caught.value.field == field
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("text", "after", "firings"),
    [
        ("cron(0/25 9 * * ? *)", "2025-06-01", ["06-01 09:00", "06-01 09:25", "06-01 09:50"]),
        ("cron(0 9 ? * 2-6 *)", "2025-06-06", ["06-06 09:00", "06-09 09:00", "06-10 09:00"]),
        ("cron(0 9 ? * 2/3 *)", "2025-06-01", ["06-02 09:00", "06-05 09:00", "06-09 09:00"]),
        ("cron(0 9 ? * SUN *)", "2025-06-01", ["06-01 09:00", "06-08 09:00", "06-15 09:00"]),
        ("cron(0 9 ? * L *)", "2025-06-01", ["06-07 09:00", "06-14 09:00", "06-21 09:00"]),
        ("cron(0 9 L * ? *)", "2025-01-31 09:00", ["02-28 09:00", "03-31 09:00", "04-30 09:00"]),
        # 31 May falls on a Saturday, 31 August and 30 November on a Sunday.
        ("cron(0 9 LW 5-8 ? *)", "2025-05-01", ["05-30 09:00", "06-30 09:00", "07-31 09:00"]),
        ("cron(0 9 LW 8,11 ? *)", "2025-08-01", ["08-29 09:00", "11-28 09:00", "08-31 09:00"]),
        # 1 February and 1 March fall on a Saturday, 15 June on a Sunday, 15 November on a Saturday.
        ("cron(0 9 1W 2-8 ? *)", "2025-02-01", ["02-03 09:00", "03-03 09:00", "04-01 09:00"]),
        ("cron(0 9 15W 6-8 ? *)", "2025-06-01", ["06-16 09:00", "07-15 09:00", "08-15 09:00"]),
        ("cron(0 9 15W 11 ? *)", "2025-11-01", ["11-14 09:00", "11-16 09:00", "11-15 09:00"]),
        ("cron(0 9 31W 4-8 ? *)", "2025-04-01", ["05-30 09:00", "07-31 09:00", "08-29 09:00"]),
        ("cron(0 9 ? * FRIL *)", "2025-06-01", ["06-27 09:00", "07-25 09:00", "08-29 09:00"]),
        ("cron(0 9 ? * MON#1 *)", "2025-06-01", ["06-02 09:00", "07-07 09:00", "08-04 09:00"]),
        ("cron(0 9 ? * 2#5 *)", "2025-06-01", ["06-30 09:00", "09-29 09:00", "12-29 09:00"]),
        ("0 0 13 * 5", "2025-06-01", ["06-06 00:00", "06-13 00:00", "06-20 00:00"]),
        ("at(2025-06-02T08:30:15)", "2025-06-01", ["06-02 08:30"]),
        ("at(2025-06-02T08:30:15)", "2025-06-02 08:30:15", []),
        ("cron(0 9 1 1 ? 2024)", "2025-06-01", []),
    ],
)
def test_fires_next(text: str, after: str, firings: list[str]) -> None:
    moments = parse_expression(text).next_firings(_utc(after), ETC_UTC, 3)
    assert [f"{moment:%m-%d %H:%M}" for moment in moments] == firings


def test_rate_counts_elapsed_time_from_after() -> None:
    # Berlin's clocks go forward in between: a day is 24 hours all the same.
    after = datetime(2025, 3, 29, 12, 0, 30, tzinfo=BERLIN)
    moments = parse_expression("rate(1 day)").next_firings(after, BERLIN, 2)
    assert moments == [_utc("2025-03-30T11:00:30"), _utc("2025-03-31T11:00:30")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 29 2 *", ["2028", "2032"]),
        ("cron(0 0 ? 2 SUN#5 *)", ["2032"]),
        ("cron(0 0 ? 2 MON#5 *)", []),  # 29 February 2044
        ("cron(0 9 1 1 ? 2030,2080/50)", ["2030", "2080", "2130", "2180"]),
        ("rate(999999 days)", []),
        ("rate(1000 days)", ["2028", "2030"]),
    ],
)
def test_search_ends_after_nine_matching_calendar_years(text: str, expected: list[str]) -> None:
    moments = parse_expression(text).next_firings(_utc("2025-06-01"), ETC_UTC, 100)
    assert [str(moment.year) for moment in moments] == expected


def test_a_leap_day_is_found_across_the_century_without_one() -> None:
    moments = parse_expression("0 0 29 2 *").next_firings(_utc("2096-03-01"), ETC_UTC, 1)
    assert moments == [_utc("2104-02-29")]


@pytest.mark.parametrize("count", [0, -1])
def test_no_count_no_firings(count: int) -> None:
    assert parse_expression("* * * * *").next_firings(_utc("2025-06-01"), BERLIN, count) == []


def test_a_naive_after_is_refused() -> None:
    naive = _utc("2025-06-01").replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"):
        parse_expression("* * * * *").next_firings(naive, BERLIN, 1)


@pytest.mark.parametrize(
    ("text", "tz", "after", "firings"),
    [
        # The gap: 02:30 does not exist on that day.
        ("30 2 * * *", BERLIN, "2025-03-29T00:00", ["2025-03-29T01:30", "2025-03-31T00:30"]),
        ("30 2 * * *", NEW_YORK, "2025-03-08T12:00", ["2025-03-10T06:30", "2025-03-11T06:30"]),
        ("30 2 * * *", SYDNEY, "2025-10-04T12:00", ["2025-10-05T15:30", "2025-10-06T15:30"]),
        ("15 2 * * *", LORD_HOWE, "2025-10-04T12:00", ["2025-10-05T15:15", "2025-10-06T15:15"]),
        ("30 2 * * *", LORD_HOWE, "2025-10-04T12:00", ["2025-10-04T15:30", "2025-10-05T15:30"]),
        # The repeated hour: the first time only, also when `after` lies in the second.
        ("30 2 * * *", BERLIN, "2025-10-26T00:00", ["2025-10-26T00:30", "2025-10-27T01:30"]),
        ("30 2 * * *", BERLIN, "2025-10-26T01:15", ["2025-10-27T01:30", "2025-10-28T01:30"]),
        ("30 1 * * *", NEW_YORK, "2025-11-02T00:00", ["2025-11-02T05:30", "2025-11-03T06:30"]),
        ("30 2 * * *", SYDNEY, "2025-04-05T12:00", ["2025-04-05T15:30", "2025-04-06T16:30"]),
        ("45 1 * * *", LORD_HOWE, "2025-04-05T12:00", ["2025-04-05T14:45", "2025-04-06T15:15"]),
        ("at(2025-03-30T02:30:00)", BERLIN, "2025-03-01T00:00", []),
        ("at(2025-10-26T02:30:00)", BERLIN, "2025-03-01T00:00", ["2025-10-26T00:30"]),
    ],
)
def test_skips_the_gap_and_fires_once_in_the_repeated_hour(
    text: str, tz: ZoneInfo, after: str, firings: list[str]
) -> None:
    moments = parse_expression(text).next_firings(_utc(after), tz, 2)
    assert moments == [_utc(firing) for firing in firings]


def _walls(tz: ZoneInfo, day: date) -> list[tuple[datetime, datetime]]:
    """Each local minute of `day` with the moment it is first shown, found by watching a clock."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - 14 * 60 * MINUTE
    shown: dict[datetime, datetime] = {}
    for moment in (start + n * MINUTE for n in range(46 * 60)):
        shown.setdefault(moment.astimezone(tz).replace(tzinfo=None), moment)
    return [(wall, moment) for wall, moment in shown.items() if wall.date() == day]


CHANGES = [
    (tz, date.fromisoformat(day))
    for tz, *days in (
        (BERLIN, "2025-03-30", "2025-10-26"),
        (NEW_YORK, "2025-03-09", "2025-11-02"),
        (SYDNEY, "2025-04-06", "2025-10-05"),
        (LORD_HOWE, "2025-04-06", "2025-10-05"),
    )
    for day in days
]
CLOCKS = {change: _walls(*change) for change in CHANGES}


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(CHANGES), _fields(0, 59), st.one_of(_fields(0, 23), _fields(0, 3)))
@example(CHANGES[1], "*", "*")
@example(CHANGES[7], "*", "*")
def test_fires_when_a_clock_on_the_wall_first_shows_the_time(
    change: tuple[ZoneInfo, date], minutes: str, hours: str
) -> None:
    tz, day = change
    text = f"{minutes} {hours} {day.day} {day.month} *"
    cron = parse_cron(text)
    shown = [(wall, at) for wall, at in CLOCKS[change] if wall.hour in cron.hours]
    wanted = [at for wall, at in shown if wall.minute in cron.minutes]
    before = CLOCKS[change][0][1] - MINUTE
    moments = parse_expression(text).next_firings(before, tz, len(wanted) + 1)
    assert moments[: len(wanted)] == wanted
    assert all(moment.year > day.year for moment in moments[len(wanted) :])


@settings(max_examples=200, deadline=None)
@given(CRONS, MOMENTS, st.sampled_from((BERLIN, NEW_YORK, SYDNEY, LORD_HOWE, ETC_UTC)))
@example("0 0 13 * 5", _utc("2025-06-01"), BERLIN)
@example("*/5 2 26 10 0", _utc("2025-10-25"), BERLIN)
def test_the_translation_fires_when_the_original_does(
    text: str, after: datetime, tz: ZoneInfo
) -> None:
    try:
        schedule = parse_expression(text)
    except CronFieldError as error:
        assert "does not exist" in error.reason or "cannot express" in error.reason
        return
    translated = [parse_expression(one) for one in schedule.scheduler_expressions]
    assert {one.kind for one in translated} == {"cron"}
    firings = {moment for one in translated for moment in one.next_firings(after, tz, 12)}
    assert sorted(firings)[:12] == schedule.next_firings(after, tz, 12)


FRAGMENTS = st.text("0123456789*/-,?LW# MONFRIJA@()", max_size=40)
CALLS = st.tuples(st.sampled_from(("cron", "rate", "at", "CRON", "")), FRAGMENTS | st.text())
AWS_WORDS = st.sampled_from(
    ("*", "?", "L", "LW", "1W", "31W", "1", "5", "5-9", "0/5", "*/3", "FRI", "FRIL", "2#5", "2030")
)
SIX_FIELDS = st.lists(AWS_WORDS | FRAGMENTS, min_size=6, max_size=6)


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.text(),
        FRAGMENTS,
        CALLS.map(lambda call: f"{call[0]}({call[1]})"),
        SIX_FIELDS.map(lambda words: f"cron({' '.join(words)})"),
    )
)
@example("9" * 5000)
@example("rate(" + "9" * 200 + " days)")
@example("ſun * * * *")
@example("٣ * * * *")
@example("at(٢٠٢٥-01-01T00:00:00)")
def test_any_text_parses_or_is_refused_with_a_reason(text: str) -> None:
    try:
        schedule = parse_expression(text)
    except CronFieldError as error:
        assert error.field
        assert error.reason
        assert str(error).startswith(f"cronExpression: {error.field} '")
    else:
        assert 1 <= len(schedule.scheduler_expressions) <= 2
        assert len(schedule.next_firings(_utc("2025-06-01"), BERLIN, 2)) <= 2
