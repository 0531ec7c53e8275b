"""The gate before new runs: how many a caller may start, and whether their agent is at work.

It stands before starts over HTTP only. A schedule cannot start faster than it was told to, and its
runs are what finds out that an agent works again when nobody else asks.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.domain.errors import RateLimitedError, TransientError
from hub.domain.limits import CIRCUIT_FAILURES, WINDOW, window_of
from hub.limit_ports import CircuitStore, CounterStore
from hub.ports import Clock


@dataclass(frozen=True)
class RunGate:
    """Lets runs through. `per_minute` is for each agent and caller; 0 is no limit."""

    counters: CounterStore
    circuits: CircuitStore
    clock: Clock
    per_minute: int

    def admit(self, organization_id: str, agent_id: str, subject: str) -> None:
        """Let a caller start one new run of an agent.

        Raises RateLimitedError (RATE_LIMITED) with the seconds until the next minute, and
        TransientError (CIRCUIT_OPEN) while the agent rests after three failures in a row. When its
        rest is over one run is let through, and then none until it has ended or 10 s have passed.
        """
        now = self.clock.now()
        circuit = self.circuits.load(organization_id, agent_id)
        until = circuit.closed_again_at(now)
        if until and now < until:
            raise _resting(agent_id, until - now)
        self._count(organization_id, agent_id, subject, now)
        if until and not self.circuits.probe(organization_id, agent_id, circuit, now):
            again = self.circuits.load(organization_id, agent_id).closed_again_at(now)
            raise _resting(agent_id, (again or now) - now)

    def _count(self, organization_id: str, agent_id: str, subject: str, now: datetime) -> None:
        if not self.per_minute:
            return
        window, left = window_of(now)
        # The subject comes last: it is another's words, and may hold anything.
        key = f"ORG#{organization_id}#RUNS#{agent_id}#{window}#{subject}"
        if self.counters.take(key, self.per_minute, now + 2 * WINDOW):
            return
        wait = math.ceil(left)
        error = RateLimitedError(
            f"you have started {self.per_minute} runs of the agent {agent_id} this minute, which "
            f"is the limit of this stack; wait {wait} s",
            retry_after=wait,
        )
        error.details |= {"agentId": agent_id, "limit": self.per_minute, "windowSeconds": 60}
        raise error


def _resting(agent_id: str, left: timedelta) -> TransientError:
    wait = max(1, math.ceil(left.total_seconds()))
    return TransientError(
        f"the last {CIRCUIT_FAILURES} runs of the agent {agent_id} failed in a row because it did "
        f"not work: look at its model and its log, and try again in {wait} s",
        code="CIRCUIT_OPEN",
        details={"agentId": agent_id, "retryAfter": wait},
    )
