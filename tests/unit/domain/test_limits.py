"""When an agent rests, and what minute it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.limits import CIRCUIT_KEPT, CIRCUIT_OPEN, AgentFailure, Circuit, window_of
from tests.support import START


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def circuit(*failed: float, succeeded: float | None = None, probed: float | None = None) -> Circuit:
    return Circuit(
        frozenset(AgentFailure(f"run_{seconds}", at(seconds)) for seconds in failed),
        None if succeeded is None else at(succeeded),
        None if probed is None else at(probed),
    )


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (circuit(), None),
        (circuit(1, 2), None),
        (circuit(1, 2, 3), 13),
        (circuit(3, 1, 2, 9), 19),
        (circuit(1, 2, 3, succeeded=0), 13),
        (circuit(1, 2, 3, succeeded=1), None),
        (circuit(1, 2, 3, succeeded=2.5), None),
        (circuit(1, 2, 3, succeeded=20), None),
        (circuit(1, 2, 3, 4, succeeded=1), 14),
        # One run was let through at 15: nobody else for another ten seconds.
        (circuit(1, 2, 3, probed=15), 25),
        # It failed at 17.
        (circuit(1, 2, 3, 17, probed=15), 27),
        # It succeeded.
        (circuit(1, 2, 3, probed=15, succeeded=17), None),
        # A probe of an earlier time does not make this one longer.
        (circuit(31, 32, 33, probed=15), 43),
        (circuit(-CIRCUIT_KEPT.total_seconds(), 2, 3), None),
    ],
)
def test_three_failures_in_a_row_open_a_circuit(known: Circuit, expected: float | None) -> None:
    assert known.closed_again_at(at(30)) == (None if expected is None else at(expected))


TIMES = st.lists(st.integers(0, 1000), max_size=8)


@given(TIMES, st.none() | st.integers(0, 1000), st.integers(1001, 2000))
def test_a_later_success_always_closes(failed: list[int], probed: int | None, late: int) -> None:
    assert circuit(*failed, probed=probed, succeeded=late).closed_again_at(at(2001)) is None


@given(TIMES, st.none() | st.integers(0, 1000), st.none() | st.integers(0, 1000))
def test_a_circuit_is_open_for_ten_seconds_after_what_was_last(
    failed: list[int], succeeded: int | None, probed: int | None
) -> None:
    row = {seconds for seconds in failed if succeeded is None or seconds > succeeded}
    until = circuit(*failed, succeeded=succeeded, probed=probed).closed_again_at(at(1001))
    assert (until is not None) == (len(row) >= 3)
    if until is not None:
        assert until == at(max(*row, probed or 0)) + CIRCUIT_OPEN


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_window_is_a_minute_of_the_clock(now: datetime) -> None:
    number, left = window_of(now)
    assert 0 < left <= 60
    assert now.replace(second=0, microsecond=0).timestamp() == number * 60
    assert window_of(now + timedelta(seconds=left + 0.001))[0] == number + 1
