"""CircuitStore in memory: the twin of the DynamoDB store, held to the same contract tests."""

import threading
from dataclasses import replace
from datetime import datetime

from hub.domain.limits import AgentFailure, Circuit


class MemoryCircuits:
    """Keeps circuits in a dictionary."""

    def __init__(self) -> None:
        self._circuits: dict[tuple[str, str], Circuit] = {}
        # What DynamoDB does in one step must be one step here too.
        self._one_at_a_time = threading.Lock()

    def load(self, organization_id: str, agent_id: str) -> Circuit:
        """What is known of how an agent does."""
        return self._circuits.get((organization_id, agent_id), Circuit())

    def failed(self, organization_id: str, agent_id: str, failure: AgentFailure) -> None:
        """Keep a failure."""
        with self._one_at_a_time:
            known = self.load(organization_id, agent_id)
            new = replace(known, failures=known.failures | {failure})
            self._circuits[(organization_id, agent_id)] = new

    def succeeded(self, organization_id: str, agent_id: str, at: datetime) -> None:
        """Keep the time of a success, unless there was a later one."""
        with self._one_at_a_time:
            known = self.load(organization_id, agent_id)
            new = replace(known, succeeded_at=max(at, known.succeeded_at or at))
            self._circuits[(organization_id, agent_id)] = new

    def probe(self, organization_id: str, agent_id: str, seen: Circuit, at: datetime) -> bool:
        """Let one run through a half-open circuit; False if somebody else did since it was read."""
        with self._one_at_a_time:
            known = self.load(organization_id, agent_id)
            if known.probed_at != seen.probed_at:
                return False
            self._circuits[(organization_id, agent_id)] = replace(known, probed_at=at)
            return True
