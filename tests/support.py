"""What many tests need: a clock that stands still until it is told to move."""

from datetime import UTC, datetime, timedelta

from hub.adapters.memory_circuits import MemoryCircuits
from hub.adapters.memory_counters import MemoryCounters
from hub.run_gate import RunGate

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FrozenClock:
    """A clock that shows a given moment."""

    def __init__(self, moment: datetime = START) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def advance(self, seconds: float) -> None:
        self._moment += timedelta(seconds=seconds)


class CountingIds:
    """Identifiers `run_1`, `run_2`, …"""

    def __init__(self) -> None:
        self._count = 0

    def new(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}_{self._count}"


def gate_of(clock: FrozenClock, per_minute: int = 0) -> RunGate:
    """A gate before new runs with nothing behind it yet; without a limit if none is given."""
    return RunGate(MemoryCounters(), MemoryCircuits(), clock, per_minute)
