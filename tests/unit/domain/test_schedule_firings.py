"""Failures are counted once each, in the order of their endings, however often they are told."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.schedule_firings import Firings
from tests.support import START

MINUTE = timedelta(minutes=1)


def counted(endings: list[tuple[int, bool]]) -> Firings:
    firings = Firings()
    for number, failed in endings:
        firings = firings.ended(f"run_{number}", START + number * MINUTE, failed)
    return firings


def in_a_row(failed: list[bool]) -> int:
    return next((n for n, bad in enumerate(reversed(failed)) if not bad), len(failed))


@given(st.lists(st.booleans(), max_size=12), st.data())
def test_endings_told_again_change_nothing(failed: list[bool], data: st.DataObject) -> None:
    told: list[tuple[int, bool]] = []
    for ending in enumerate(failed):
        told.append(ending)
        told += data.draw(st.lists(st.sampled_from(told), max_size=3))
    assert counted(told) == counted(list(enumerate(failed)))
    assert counted(told).failures == in_a_row(failed)


def test_two_endings_in_the_same_moment_both_count() -> None:
    firings = Firings().ended("run_a", START, True).ended("run_b", START, True)
    assert firings.failures == 2


@pytest.mark.parametrize("again", [0, 1])
def test_a_firing_that_comes_late_or_again_changes_nothing(again: int) -> None:
    firings = Firings().fired(START + MINUTE, [START])
    assert firings.fired(START + again * MINUTE, [START]) == firings
    assert (firings.missed, firings.last_missed_at) == (1, START)


def test_missed_firings_add_up_and_the_last_one_stays_known() -> None:
    firings = Firings().fired(START, [START - MINUTE, START]).fired(START + MINUTE, [])
    assert (firings.missed, firings.last_missed_at) == (2, START)


def test_what_waits_is_taken_in_its_order() -> None:
    firings = Firings().queued([START]).queued([START + MINUTE])
    assert firings.waiting == (START, START + MINUTE)
    assert firings.next_taken().waiting == (START + MINUTE,)
    assert Firings().next_taken() == Firings()
