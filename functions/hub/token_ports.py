"""What keeping connections alive needs from outside, beside `hub.ports`."""

from datetime import datetime
from typing import Protocol

from pydantic import ConfigDict

from hub.domain.connection import Connection, Mode
from hub.domain.model import Instant, Json, Record


class NoteStore(Protocol):
    """The part of a ConnectionStore that keeps what connections remember."""

    def load_note(self, organization_id: str, connection_id: str, key: str) -> Json:
        """What a connection remembers under a key; None if nothing or expired."""
        ...

    def save_note(
        self,
        organization_id: str,
        connection_id: str,
        key: str,
        value: Json,
        expires_at: datetime | None = None,
    ) -> None: ...

    def delete_note(self, organization_id: str, connection_id: str, key: str) -> None: ...


class TokenStore(NoteStore, Protocol):
    """The part of a ConnectionStore that tokens are renewed with."""

    def update(self, connection: Connection, sealed: bytes | None, version: int) -> bool:
        """Replace status, grant and sealed credentials if the token is still of this version.

        Without `sealed` the credentials stay. False if somebody else renewed the token meanwhile,
        or if the connection is gone.
        """
        ...

    def take_lease(
        self, organization_id: str, connection_id: str, owner: str, until: datetime
    ) -> bool:
        """Reserve the renewal of a connection's token; False while somebody else has it.

        A lease ends at its time, whatever became of its owner.
        """
        ...

    def release_lease(self, organization_id: str, connection_id: str, owner: str) -> None:
        """Give a lease back; harmless if it ended and somebody else has it now."""
        ...


class PendingGrant(Record):
    """What a state stands for: who connects what, until when. Its secrets are sealed beside it."""

    model_config = ConfigDict(defer_build=True)

    organization_id: str
    connection_id: str
    kind: str
    name: str
    mode: Mode
    flow: str = ""
    settings: dict[str, Json]
    scopes: tuple[str, ...]
    client_id: str
    redirect_uri: str
    reconnects: bool
    started_at: Instant
    expires_at: Instant


class OAuthStates(Protocol):
    """Keeps what was started until the platform sends its user back. Keys are hashes."""

    def put(self, key: str, pending: PendingGrant, sealed: bytes) -> None: ...

    def take(self, key: str) -> tuple[PendingGrant, bytes] | None:
        """What was kept, once: whoever asks again, or too late, gets None."""
        ...
