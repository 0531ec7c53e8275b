"""How long to wait, as platforms say it."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connector_kit.outcomes import Answer
from hub.connector_kit.waits import (
    body_seconds,
    first,
    header_seconds,
    header_unix,
    number,
    until_midnight,
    used_up,
)
from tests.support import START

AT = START.timestamp()


def answer(body: Any = None, **headers: str) -> Answer:
    return Answer(429, {name.replace("_", "-"): value for name, value in headers.items()}, body)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3.0),
        (0.5, 0.5),
        ("12.25", 12.25),
        (" 7 ", 7.0),
        ("", None),
        ("soon", None),
        (None, None),
        (True, None),
        ([], None),
        ("inf", None),
        ("nan", None),
        (float("nan"), None),
    ],
)
def test_a_number_is_read_from_whatever_holds_one(value: object, expected: float | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    ("wait", "given_answer", "expected"),
    [
        (header_seconds("x-reset"), answer(x_reset="42.5"), 42.5),
        (header_seconds("x-reset"), answer(), None),
        (header_unix("x-reset"), answer(x_reset=str(AT + 90)), 90.0),
        (header_unix("x-reset"), answer(x_reset=str(AT - 5)), 0.0),
        (header_unix("x-reset"), answer(x_reset="later"), None),
        (body_seconds("retry_after"), answer({"retry_after": 1.5}), 1.5),
        (body_seconds("retry_after"), answer("no JSON"), None),
        (first(header_seconds("a"), header_seconds("b")), answer(b="3"), 3.0),
        (first(header_seconds("a"), header_seconds("b")), answer(a="0", b="3"), 0.0),
        (first(header_seconds("a")), answer(), None),
    ],
)
def test_a_platforms_way_of_saying_it(
    wait: Any, given_answer: Answer, expected: float | None
) -> None:
    assert wait(given_answer, START) == expected


@pytest.mark.parametrize(
    ("zone", "now", "hours"),
    [
        ("UTC", datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 15),
        ("America/Los_Angeles", datetime(2026, 3, 2, 9, 0, tzinfo=UTC), 23),
        # The clock springs forward on this day in California: it has 23 hours.
        ("America/Los_Angeles", datetime(2026, 3, 8, 8, 0, tzinfo=UTC), 23),
        # And falls back on this one: it has 25.
        ("America/Los_Angeles", datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 25),
    ],
)
def test_a_daily_quota_begins_anew_at_midnight(zone: str, now: datetime, hours: float) -> None:
    assert until_midnight(zone, now) == hours * 3600


@given(st.integers(1_577_836_800, 2_051_222_400))
def test_the_next_midnight_is_ahead_and_within_a_day_and_an_hour(moment: int) -> None:
    now = datetime.fromtimestamp(moment, UTC)
    seconds = until_midnight("America/Los_Angeles", now)
    assert 0 < seconds <= 25 * 3600
    midnight = datetime.fromtimestamp(now.timestamp() + seconds, ZoneInfo("America/Los_Angeles"))
    assert (midnight.hour, midnight.minute, midnight.second) == (0, 0, 0)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"x_ratelimit_remaining": "0"}, None),
        ({"x_ratelimit_reset": "60"}, None),
        ({"x_ratelimit_remaining": "1", "x_ratelimit_reset": "60"}, None),
        ({"x_ratelimit_remaining": "many", "x_ratelimit_reset": "60"}, None),
        ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": "soon"}, None),
        # Reddit: seconds, and a count in fractions.
        ({"x_ratelimit_remaining": "0.4", "x_ratelimit_reset": "421"}, 421.0),
        # Discord: both, and the seconds are meant for us.
        (
            {
                "x_ratelimit_remaining": "0",
                "x_ratelimit_reset": str(AT + 2),
                "x_ratelimit_reset_after": "1.75",
            },
            1.75,
        ),
        # X: unix time.
        ({"x_rate_limit_remaining": "0", "x_rate_limit_reset": str(AT + 90)}, 90.0),
        ({"x_rate_limit_remaining": "0", "x_rate_limit_reset": str(AT - 90)}, 0.0),
    ],
)
def test_a_limit_that_is_used_up_says_when_it_begins_anew(
    headers: dict[str, str], expected: float | None
) -> None:
    assert used_up(answer(**headers), START) == expected


@given(st.text(), st.text(), st.text())
def test_whatever_the_headers_say_the_wait_is_none_or_no_less_than_zero(
    left: str, reset: str, after: str
) -> None:
    given_answer = Answer(
        200,
        {
            "x-ratelimit-remaining": left,
            "x-ratelimit-reset": reset,
            "x-ratelimit-reset-after": after,
        },
        None,
    )
    wait = used_up(given_answer, START)
    assert wait is None or wait >= 0
