"""When a schedule fires: between its dates, on its clock, at the same time wherever one looks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.schedule import Schedule, firing_run_id
from hub.domain.schedule_times import missed_before, next_times, preview, times_between
from tests.support import START

HOUR = timedelta(hours=1)
EXPRESSIONS = (
    "0 9 * * *",
    "30 2 * * *",
    "*/17 * * * *",
    "0 9 1 * MON",
    "rate(90 minutes)",
    "cron(0 12 ? * 2#1 *)",
)
ZONES = ("UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York")


def schedule(expression: str = "0 * * * *", **more: Any) -> Schedule:
    fields: dict[str, object] = {
        "organization_id": "acme",
        "agent_id": "content",
        "expression": expression,
        "intent": "generate-draft",
        "created_at": START,
        "updated_at": START,
        **more,
    }
    return Schedule.model_validate(fields)


@pytest.mark.parametrize(
    ("dates", "hours"),
    [
        ({}, [1, 2, 3]),
        ({"start_at": START + 2 * HOUR}, [2, 3, 4]),
        ({"start_at": START + timedelta(minutes=61)}, [2, 3, 4]),
        ({"start_at": START - HOUR}, [1, 2, 3]),
        ({"end_at": START + 3 * HOUR}, [1, 2]),
        ({"end_at": START + HOUR}, []),
        ({"start_at": START + 2 * HOUR, "end_at": START + 3 * HOUR}, [2]),
    ],
)
def test_it_fires_from_its_start_on_and_before_its_end(
    dates: dict[str, Any], hours: list[int]
) -> None:
    assert next_times(schedule(**dates), START, 3) == [START + HOUR * n for n in hours]


@pytest.mark.parametrize(
    ("more", "first"),
    [
        ({}, START + 2 * HOUR),
        ({"start_at": START + HOUR}, START + HOUR),
        ({"start_at": START - HOUR}, START + 2 * HOUR),
        ({"updated_at": START + timedelta(microseconds=700_000)}, START + 2 * HOUR),
    ],
)
def test_a_rate_is_a_grid_from_when_it_was_set_or_starts(
    more: dict[str, Any], first: datetime
) -> None:
    made = schedule("rate(2 hours)", **more)
    grid = [first + 2 * HOUR * n for n in range(4)]
    assert next_times(made, START, 4) == grid
    assert next_times(made, first, 3) == grid[1:]
    assert next_times(made, grid[2] - HOUR, 2) == grid[2:]
    assert times_between(made, START - 100 * HOUR, grid[3], 10) == grid[:3]


def test_one_that_is_switched_off_has_no_next_time() -> None:
    assert next_times(schedule(enabled=False), START, 3) == []


@given(
    st.sampled_from(EXPRESSIONS),
    st.sampled_from(ZONES),
    st.integers(0, 400 * 24),
    st.integers(1, 400),
)
def test_what_lies_between_is_what_comes_next(
    expression: str, zone: str, begin: int, length: int
) -> None:
    """A backfill starts the very firings that the schedule would have had, and no other."""
    made = schedule(expression, timezone=zone)
    start = START + begin * HOUR
    end = start + length * HOUR
    between = times_between(made, start, end, 2000)
    following = next_times(made, start - timedelta(microseconds=1), len(between) + 1)
    assert between == following[: len(between)]
    assert all(time < end for time in between)
    assert len(following) == len(between) or following[-1] >= end
    assert between == sorted(set(between))


@given(st.sampled_from(EXPRESSIONS), st.sampled_from(ZONES), st.integers(0, 400 * 24))
def test_a_preview_fires_when_the_schedule_does(expression: str, zone: str, begin: int) -> None:
    made = schedule(expression, timezone=zone)
    after = START + begin * HOUR
    shown = preview(made, after, 6)
    assert [time.at for time in shown if time.at] == next_times(made, after, 6)
    assert all(("skipped" in "".join(time.notes)) is (time.at is None) for time in shown)


def test_a_time_skipped_after_the_end_is_not_shown() -> None:
    made = schedule(
        "30 2 * * *",
        timezone="Europe/Berlin",
        end_at=datetime(2026, 3, 29, tzinfo=UTC),
    )
    shown = preview(made, datetime(2026, 3, 27, 12, tzinfo=UTC), 5)
    assert [time.local for time in shown] == ["2026-03-28T02:30:00+01:00"]


@pytest.mark.parametrize(
    ("fired", "due", "flexible", "missed"),
    [
        (1, 2, 0, []),
        (1, 4, 0, [2, 3]),
        (None, 1, 0, []),
        (None, 3, 0, [1, 2]),
        (3, 2, 0, []),
        (1, 4, 61, [2]),
        (1, 4, 181, []),
    ],
)
def test_missed_is_what_should_have_come_in_between(
    fired: int | None, due: int, flexible: int, missed: list[int]
) -> None:
    made = schedule(flexible_minutes=flexible)
    if fired:
        last = made.firings.fired(START + HOUR * fired, [])
        made = made.model_copy(update={"firings": last})
    now = START + HOUR * due
    assert missed_before(made, now, now) == [START + HOUR * n for n in missed]


def test_a_run_id_is_that_of_the_time_in_whatever_zone_and_precision() -> None:
    made = schedule()
    berlin = datetime.fromisoformat("2026-03-02T10:00:00.500+01:00")
    assert made.run_id(START) == made.run_id(berlin) == "run_0003f3b4602e427336aa9f75"
    assert made.run_id(START) != firing_run_id("acme", "social", START)
    assert made.run_id(START) != made.run_id(START + timedelta(seconds=1))
