"""How many runs a caller may start, and when an agent rests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from hub.domain.errors import HubError, RateLimitedError, TransientError
from hub.domain.limits import AgentFailure
from hub.run_gate import RunGate
from tests.support import FrozenClock, gate_of

CALLER = ("acme", "content", "key:k1")


@pytest.fixture
def clock() -> FrozenClock:
    made = FrozenClock()
    made.advance(12.5)
    return made


def refused(admit: Callable[[], None]) -> HubError:
    with pytest.raises(HubError) as caught:
        admit()
    return caught.value


def test_the_sixty_first_run_of_a_minute_is_refused_until_the_next(clock: FrozenClock) -> None:
    gate = gate_of(clock, per_minute=60)
    for _ in range(60):
        gate.admit(*CALLER)
    error = refused(lambda: gate.admit(*CALLER))
    assert isinstance(error, RateLimitedError)
    assert (error.error_code, error.status, error.retry_after) == ("RATE_LIMITED", 429, 48)
    assert error.details == {
        "retryAfter": 48, "agentId": "content", "limit": 60, "windowSeconds": 60,
    }  # fmt: skip
    clock.advance(47.4)
    refused(lambda: gate.admit(*CALLER))
    clock.advance(0.6)
    gate.admit(*CALLER)


@pytest.mark.parametrize(
    "other",
    [
        ("acme", "content", "key:k2"),
        ("acme", "social", "key:k1"),
        ("acme2", "content", "key:k1"),
        ("acme", "content", "key:k1#1"),
    ],
)
def test_every_caller_and_agent_has_its_own_minute(
    clock: FrozenClock, other: tuple[str, str, str]
) -> None:
    gate = gate_of(clock, per_minute=1)
    gate.admit(*CALLER)
    gate.admit(*other)
    assert isinstance(refused(lambda: gate.admit(*CALLER)), RateLimitedError)


def test_no_limit_counts_nothing(clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = gate_of(clock, per_minute=0)

    def never(*_given: Any) -> bool:
        raise AssertionError("there is nothing to count")

    monkeypatch.setattr(gate.counters, "take", never)
    for _ in range(100):
        gate.admit(*CALLER)


def fail(gate: RunGate, clock: FrozenClock, *runs: str) -> None:
    for run_id in runs:
        gate.circuits.failed("acme", "content", AgentFailure(run_id, clock.now()))


def test_an_agent_that_failed_three_times_rests_for_ten_seconds(clock: FrozenClock) -> None:
    gate = gate_of(clock)
    fail(gate, clock, "run_1", "run_2")
    gate.admit(*CALLER)
    fail(gate, clock, "run_3")
    clock.advance(2.5)
    error = refused(lambda: gate.admit(*CALLER))
    assert isinstance(error, TransientError)
    assert (error.error_code, error.status) == ("CIRCUIT_OPEN", 503)
    assert error.details == {"agentId": "content", "retryAfter": 8}
    gate.admit("acme", "social", "key:k1")
    gate.admit("other", "content", "key:k1")


def test_then_one_run_is_let_through_whose_success_closes_it(clock: FrozenClock) -> None:
    gate = gate_of(clock)
    fail(gate, clock, "run_1", "run_2", "run_3")
    clock.advance(10)
    gate.admit(*CALLER)
    clock.advance(1)
    assert refused(lambda: gate.admit(*CALLER)).details["retryAfter"] == 9
    gate.circuits.succeeded("acme", "content", clock.now())
    gate.admit(*CALLER)
    gate.admit(*CALLER)


def test_or_whose_failure_opens_it_again(clock: FrozenClock) -> None:
    gate = gate_of(clock)
    fail(gate, clock, "run_1", "run_2", "run_3")
    clock.advance(10)
    gate.admit(*CALLER)
    clock.advance(4)
    fail(gate, clock, "run_4")
    assert refused(lambda: gate.admit(*CALLER)).details["retryAfter"] == 10
    clock.advance(10)
    gate.admit(*CALLER)


def test_a_run_let_through_that_never_ends_does_not_keep_it_shut(clock: FrozenClock) -> None:
    gate = gate_of(clock)
    fail(gate, clock, "run_1", "run_2", "run_3")
    clock.advance(10)
    gate.admit(*CALLER)
    clock.advance(10)
    gate.admit(*CALLER)


def test_of_two_at_once_one_is_let_through(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = gate_of(clock)
    fail(gate, clock, "run_1", "run_2", "run_3")
    clock.advance(10)
    seen = gate.circuits.load("acme", "content")
    assert gate.circuits.probe("acme", "content", seen, clock.now() - timedelta(seconds=1))
    answers = iter([seen])
    load = gate.circuits.load
    monkeypatch.setattr(gate.circuits, "load", lambda *who: next(answers, None) or load(*who))
    assert refused(lambda: gate.admit(*CALLER)).details["retryAfter"] == 9


def test_a_refusal_of_either_kind_uses_up_nothing_of_the_other(clock: FrozenClock) -> None:
    gate = gate_of(clock, per_minute=1)
    fail(gate, clock, "run_1", "run_2", "run_3")
    for _ in range(5):
        assert refused(lambda: gate.admit(*CALLER)).error_code == "CIRCUIT_OPEN"
    clock.advance(10)
    gate.admit(*CALLER)
    clock.advance(10)
    assert refused(lambda: gate.admit(*CALLER)).error_code == "RATE_LIMITED"
    gate.admit("acme", "content", "key:k2")
