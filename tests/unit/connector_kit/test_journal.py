"""A call of several parts goes on where it stopped."""

import pytest

from hub.adapters.memory_connections import MemoryConnectionStore
from hub.connector_kit.connector import ConnectionNotes
from hub.connector_kit.journal import KEPT, Journal, MemoryNotes, Notes
from hub.domain.outcome import Outcome, OutcomeKind, in_progress
from tests.harness import connection
from tests.support import FrozenClock


def done(value: str) -> Outcome:
    return Outcome(kind=OutcomeKind.OK, data=value)


@pytest.fixture(params=["memory", "connection"])
def notes(request: pytest.FixtureRequest) -> Notes:
    if request.param == "memory":
        return MemoryNotes()
    clock = FrozenClock()
    return ConnectionNotes(MemoryConnectionStore(clock), connection("slack"), clock)


def test_a_part_that_succeeded_is_not_called_again(notes: Notes) -> None:
    calls: list[int] = []

    def call() -> Outcome:
        calls.append(1)
        return done("container-1")

    for _ in range(2):
        outcome = Journal(notes, "run_1.step_1").once("container", call)
        assert (outcome.kind, outcome.data) == ("ok", "container-1")
    assert len(calls) == 1


@pytest.mark.parametrize(
    "outcome",
    [
        in_progress("at work", 5),
        Outcome(kind=OutcomeKind.RATE_LIMITED, retry_after=3),
        Outcome(kind=OutcomeKind.UNKNOWN),
    ],
)
def test_a_part_that_did_not_succeed_is_not_kept(notes: Notes, outcome: Outcome) -> None:
    journal = Journal(notes, "run_1.step_1")
    assert journal.once("container", lambda: outcome) is outcome
    assert "container" not in journal
    assert journal.once("container", lambda: done("2")).data == "2"


def test_calls_and_parts_do_not_mix(notes: Notes) -> None:
    first = Journal(notes, "run_1.step_1")
    first.put("tweet-1", "11")
    first.put("tweet-2", "12")
    again = Journal(notes, "run_1.step_1")
    assert (again.get("tweet-1"), again.get("tweet-2"), again.get("tweet-3")) == ("11", "12", None)
    assert "tweet-1" not in Journal(notes, "run_1.step_2")


def test_a_part_may_have_answered_nothing(notes: Notes) -> None:
    Journal(notes, "k").put("deleted", None)
    assert "deleted" in Journal(notes, "k")


def test_a_journal_is_forgotten_after_two_weeks() -> None:
    clock = FrozenClock()
    notes = ConnectionNotes(MemoryConnectionStore(clock), connection("slack"), clock)
    Journal(notes, "k").put("part", 1)
    clock.advance(KEPT.total_seconds() - 1)
    assert "part" in Journal(notes, "k")
    clock.advance(1)
    assert "part" not in Journal(notes, "k")


def test_what_is_deleted_is_gone(notes: Notes) -> None:
    notes.put("a", 1)
    notes.delete("a")
    notes.delete("a")
    assert notes.get("a") is None
