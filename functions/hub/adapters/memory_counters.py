"""CounterStore in memory: the twin of the DynamoDB store, held to the same contract tests."""

import threading
from datetime import datetime


class MemoryCounters:
    """Counts in a dictionary. A counter's key names its time, so that none has to end here."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        # What DynamoDB does in one step must be one step here too.
        self._one_at_a_time = threading.Lock()

    def take(self, key: str, limit: int, expires_at: datetime) -> bool:
        """Count one more under a key; False, and nothing is counted, if its limit is reached."""
        del expires_at
        with self._one_at_a_time:
            if self.counts.get(key, 0) >= limit:
                return False
            self.counts[key] = self.counts.get(key, 0) + 1
            return True
