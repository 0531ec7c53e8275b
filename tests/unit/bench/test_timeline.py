"""How a run's time is cut into hops."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bench.timeline import (
    BETWEEN,
    EXECUTING,
    FINISHING,
    PLANNING,
    PUSHING,
    REQUEST,
    Followed,
    hops,
    hops_of,
    transitions,
)

BEGAN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(milliseconds: int, kind: str, name: str = "") -> dict[str, Any]:
    entered = {"stateEnteredEventDetails": {"name": name}} if name else {}
    return {"type": kind, "timestamp": BEGAN + timedelta(milliseconds=milliseconds), **entered}


def task(begin: int, end: int, name: str) -> list[dict[str, Any]]:
    return [
        at(begin, "TaskStateEntered", name),
        at(begin + 1, "TaskScheduled"),
        at(end, "TaskSucceeded"),
        at(end, "TaskStateExited"),
    ]


HISTORY = [
    at(0, "ExecutionStarted"),
    *task(0, 31, "Plan"),
    at(31, "MapStateEntered", "Steps"),
    *task(32, 63, "Execute"),
    at(63, "ChoiceStateEntered", "Outcome"),
    at(64, "PassStateEntered", "Settled"),
    at(66, "ChoiceStateEntered", "AllDone"),
    *task(67, 70, "Finish"),
    at(71, "ExecutionSucceeded"),
]


def followed() -> Followed:
    began = BEGAN.timestamp()
    return Followed(sent=began - 0.012, pushed=began + 0.091, history=HISTORY)


def test_the_hops_are_the_whole_time() -> None:
    times = hops_of(followed())
    expected = {
        REQUEST: 12,
        PLANNING: 30,
        EXECUTING: 30,
        FINISHING: 2,
        BETWEEN: 9,
        PUSHING: 20,
    }
    assert times == pytest.approx(expected, abs=0.01)
    assert sum(times.values()) == pytest.approx(followed().milliseconds, abs=0.01)


def test_a_step_tried_twice_counts_both_tries() -> None:
    again = [*HISTORY[:-1], *task(71, 82, "Execute"), at(83, "ExecutionSucceeded")]
    times = hops_of(Followed(BEGAN.timestamp(), BEGAN.timestamp() + 1, again))
    assert times[EXECUTING] == pytest.approx(40, abs=0.01)


def test_hops_of_many_runs_come_in_order_with_their_handlers() -> None:
    found = hops([followed(), followed()])
    assert [hop.name for hop in found] == [
        REQUEST, PLANNING, EXECUTING, FINISHING, BETWEEN, PUSHING,
    ]  # fmt: skip
    assert found[1].handlers == ("agent-content: plan",)
    assert found[1].time.count == 2


def test_every_state_entered_is_a_transition() -> None:
    assert transitions(HISTORY) == 7
