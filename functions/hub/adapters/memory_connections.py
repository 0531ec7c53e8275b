"""ConnectionStore in memory: the twin of the DynamoDB store, held to the same contract tests."""

import json
import threading
from collections.abc import Sequence
from datetime import datetime

from hub.adapters.dynamo_connections import fitted
from hub.clock import SystemClock
from hub.domain.connection import Connection
from hub.domain.errors import ConflictError
from hub.domain.model import Json
from hub.ports import Clock

_CHANGING = ("status", "status_reason", "grant", "has_credentials", "updated_at")


class MemoryConnectionStore:
    """Keeps connections in dictionaries; a twin's state as JSON, so that nobody shares it."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._connections: dict[tuple[str, str], tuple[Connection, bytes | None]] = {}
        self._sandboxes: dict[tuple[str, str], tuple[str, int]] = {}
        self._notes: dict[tuple[str, str, str], tuple[str, datetime | None]] = {}
        self._leases: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._blocks: dict[tuple[str, str], datetime] = {}
        # What DynamoDB does in one step must be one step here too.
        self._one_at_a_time = threading.Lock()

    def create(self, connection: Connection, sealed: bytes | None) -> None:
        """Store a new connection with its sealed credentials; ConflictError if its id is taken."""
        key = (connection.organization_id, connection.id)
        if key in self._connections:
            raise ConflictError(f"there is a connection {connection.id} already; use another id")
        self._connections[key] = (connection, sealed)

    def get(self, organization_id: str, connection_id: str) -> Connection | None:
        """A connection, or None."""
        known = self._connections.get((organization_id, connection_id))
        return known[0] if known else None

    def owner(self, connection_id: str) -> str | None:
        """The organization of a connection; None if there is none."""
        return next((owner for owner, known in self._connections if known == connection_id), None)

    def sealed(self, organization_id: str, connection_id: str) -> bytes | None:
        """The sealed credentials of a connection; None if there are none."""
        known = self._connections.get((organization_id, connection_id))
        return known[1] if known else None

    def list(self, organization_id: str) -> Sequence[Connection]:
        """All connections of an organization, oldest first (ids are ordered by time)."""
        mine = [c for (owner, _), (c, _) in self._connections.items() if owner == organization_id]
        return sorted(mine, key=lambda connection: connection.id)

    def delete(self, organization_id: str, connection_id: str) -> bool:
        """Remove a connection, its credentials and its twin's state; False if there is none."""
        key = (organization_id, connection_id)
        if self._connections.pop(key, None) is None:
            return False
        self._sandboxes.pop(key, None)
        return True

    def update(self, connection: Connection, sealed: bytes | None, version: int) -> bool:
        """Replace status, grant and sealed credentials if the token is still of this version."""
        key = (connection.organization_id, connection.id)
        with self._one_at_a_time:
            known, kept = self._connections.get(key, (None, None))
            if known is None or known.token_version != version:
                return False
            changing = {name: getattr(connection, name) for name in _CHANGING}
            update = known.model_copy(update=changing)
            self._connections[key] = (update, kept if sealed is None else sealed)
            return True

    def take_lease(
        self, organization_id: str, connection_id: str, owner: str, until: datetime
    ) -> bool:
        """Reserve the renewal of a connection's token; False while somebody else has it."""
        key = (organization_id, connection_id)
        with self._one_at_a_time:
            held = self._leases.get(key)
            if held and held[1] > self._clock.now():
                return False
            self._leases[key] = (owner, until)
            return True

    def release_lease(self, organization_id: str, connection_id: str, owner: str) -> None:
        """Give a lease back; harmless if it ended and somebody else has it now."""
        key = (organization_id, connection_id)
        with self._one_at_a_time:
            if self._leases.get(key, ("",))[0] == owner:
                del self._leases[key]

    def load_sandbox(self, organization_id: str, key: str) -> tuple[dict[str, Json], int]:
        """The twin's state and its version; an empty state of version 0 if there is none."""
        text, version = self._sandboxes.get((organization_id, key), ("{}", 0))
        return json.loads(text), version

    def save_sandbox(
        self, organization_id: str, key: str, state: dict[str, Json], version: int
    ) -> bool:
        """Store the state if its version is still the one loaded; False if it is not."""
        _, present = self._sandboxes.get((organization_id, key), ("", 0))
        if present != version:
            return False
        self._sandboxes[(organization_id, key)] = (fitted(state), version + 1)
        return True

    def load_note(self, organization_id: str, connection_id: str, key: str) -> Json:
        """What a connection remembers under a key; None if nothing or expired."""
        text, expires_at = self._notes.get((organization_id, connection_id, key), ("null", None))
        return None if expires_at and expires_at <= self._clock.now() else json.loads(text)

    def save_note(
        self,
        organization_id: str,
        connection_id: str,
        key: str,
        value: Json,
        expires_at: datetime | None = None,
    ) -> None:
        """Remember a value under a key, until a time or for ever."""
        self._notes[(organization_id, connection_id, key)] = (json.dumps(value), expires_at)

    def delete_note(self, organization_id: str, connection_id: str, key: str) -> None:
        """Forget a value; harmless if there is none."""
        self._notes.pop((organization_id, connection_id, key), None)

    def blocked_until(self, organization_id: str, keys: Sequence[str]) -> datetime | None:
        """The latest time that any of the keys is blocked until; None if none ever was."""
        blocks = [self._blocks.get((organization_id, key)) for key in keys]
        return max((until for until in blocks if until), default=None)

    def block(self, organization_id: str, key: str, until: datetime) -> datetime | None:
        """Block a key until a time, unless it is blocked for longer; until when it was before."""
        with self._one_at_a_time:
            before = self._blocks.get((organization_id, key))
            self._blocks[(organization_id, key)] = max(until, before or until)
            return before
