"""Mails go out on their day, at the same local time, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.email.timetable import MAX_DAYS, days_of, moment, moments
from hub.domain.errors import InvalidRequestError
from tests.support import START

BERLIN, NEW_YORK, SYDNEY = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Australia/Sydney"))


@pytest.mark.parametrize(
    ("cadence", "days"),
    [
        ("daily", (0, 1, 2, 3)),
        ("every_other_day", (0, 2, 4, 6)),
        ("weekly", (0, 7, 14, 21)),
        ("fading", (0, 2, 5, 9)),
    ],
)
def test_a_cadence_is_a_list_of_days(cadence: str, days: tuple[int, ...]) -> None:
    assert days_of(4, cadence) == days  # type: ignore[arg-type]
    assert days_of(10, cadence)[-1] <= MAX_DAYS  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("zone", "start", "days", "expected"),
    [
        # Berlin leaves 02:00–03:00 out on 29 March 2026: 09:00 stays 09:00, an hour earlier in UTC.
        (BERLIN, "2026-03-28T08:00:00+00:00", 1, "2026-03-29T07:00:00+00:00"),
        (BERLIN, "2026-03-28T08:00:00+00:00", 0, "2026-03-28T08:00:00+00:00"),
        # 02:30 does not exist that day, and becomes 03:30.
        (BERLIN, "2026-03-28T01:30:00+00:00", 1, "2026-03-29T01:30:00+00:00"),
        (BERLIN, "2026-03-28T01:30:00+00:00", 2, "2026-03-30T00:30:00+00:00"),
        # 02:30 comes twice on 25 October 2026; the first is in summer time.
        (BERLIN, "2026-10-24T00:30:00+00:00", 1, "2026-10-25T00:30:00+00:00"),
        (NEW_YORK, "2026-10-31T13:00:00+00:00", 1, "2026-11-01T14:00:00+00:00"),
        (SYDNEY, "2026-04-03T23:00:00+00:00", 2, "2026-04-06T00:00:00+00:00"),
    ],
)
def test_the_local_time_of_day_stays(zone: ZoneInfo, start: str, days: int, expected: str) -> None:
    assert moment(datetime.fromisoformat(start), zone, days) == datetime.fromisoformat(expected)


starts = st.integers(0, 5 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@given(starts, st.integers(0, MAX_DAYS), st.sampled_from([BERLIN, NEW_YORK, SYDNEY]))
def test_a_mail_is_on_its_calendar_day_at_its_time_or_in_the_gap(
    start: datetime, days: int, zone: ZoneInfo
) -> None:
    first, sent = start.astimezone(zone), moment(start, zone, days).astimezone(zone)
    assert sent.date() - first.date() == timedelta(days=days)
    wall = datetime.combine(sent.date(), first.time())
    exists = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) == wall
    moved = timedelta(0) if exists else timedelta(hours=1)
    assert sent.replace(tzinfo=None) - wall == moved


@given(starts, st.lists(st.integers(0, MAX_DAYS - 1), min_size=2, unique=True).map(sorted))
def test_mails_keep_their_order(start: datetime, days: list[int]) -> None:
    found = moments(start, "Europe/Berlin", days, start)
    assert found == sorted(found)
    assert len(set(found)) == len(found)


def test_a_start_in_the_past_is_refused_but_for_the_minutes_a_run_waited() -> None:
    assert moments(START - timedelta(minutes=4), "UTC", [0], START)
    with pytest.raises(InvalidRequestError, match="startAt is past"):
        moments(START - timedelta(minutes=6), "UTC", [0], START)


def test_a_mail_after_the_end_of_its_run_is_refused() -> None:
    assert moments(START, "UTC", [0, 364], START)
    with pytest.raises(InvalidRequestError, match="more than 364 days"):
        moments(START + timedelta(days=1), "UTC", [0, 364], START)
