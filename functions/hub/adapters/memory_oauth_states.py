"""OAuthStates in memory: the twin of the DynamoDB store, held to the same contract tests."""

from hub.ports import Clock
from hub.token_ports import PendingGrant


class MemoryOAuthStates:
    """Keeps started connections in a dictionary."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[PendingGrant, bytes]] = {}

    def put(self, key: str, pending: PendingGrant, sealed: bytes) -> None:
        """Keep what was started."""
        self._kept[key] = (pending, sealed)

    def take(self, key: str) -> tuple[PendingGrant, bytes] | None:
        """What was kept, once: reading it removes it."""
        found = self._kept.pop(key, None)
        return found if found and found[0].expires_at > self._clock.now() else None
