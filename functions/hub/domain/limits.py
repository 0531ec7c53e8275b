"""Limits: whose a platform's limit is, how fast runs may start, and when an agent rests."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class LimitScope(StrEnum):
    """What a platform's rate limit is counted for."""

    ACCOUNT = "account"
    APP = "app"
    ACTION = "action"


WINDOW = timedelta(minutes=1)
"""What runs are counted in: minutes of the clock, so that one write counts and decides."""


def window_of(now: datetime) -> tuple[int, float]:
    """The number of the present window, and the seconds until the next one begins."""
    number, passed = divmod(now.timestamp(), WINDOW.total_seconds())
    return int(number), WINDOW.total_seconds() - passed


CIRCUIT_FAILURES = 3
"""So many runs in a row that their agent could not plan open its circuit."""

CIRCUIT_OPEN = timedelta(seconds=10)
"""How long a circuit stays open after a failure, or after the one run that it let through."""

CIRCUIT_KEPT = timedelta(days=1)
"""How long failures count: those of another day are no row."""


@dataclass(frozen=True)
class AgentFailure:
    """A run whose agent failed, and when it ended."""

    run_id: str
    at: datetime


@dataclass(frozen=True)
class Circuit:
    """What is known of how an agent does for one organization.

    It is read, not kept: whether it is open follows from the latest failures, the latest success
    and the latest run let through, in whatever order these became known, and however often.
    """

    failures: frozenset[AgentFailure] = frozenset()
    succeeded_at: datetime | None = None
    probed_at: datetime | None = None

    def closed_again_at(self, now: datetime) -> datetime | None:
        """When the next run may be let through; None for a closed circuit.

        A time that has passed: the circuit is half open, and one run may find out.
        """
        ended = [failure.at for failure in self.failures if now - failure.at < CIRCUIT_KEPT]
        row = [at for at in ended if self.succeeded_at is None or at > self.succeeded_at]
        if len(row) < CIRCUIT_FAILURES:
            return None
        return max(*row, self.probed_at or row[0]) + CIRCUIT_OPEN
