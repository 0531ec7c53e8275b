"""SocketStore and Sockets in memory: twins of the AWS adapters, for tests."""

from collections.abc import Sequence

from hub.domain.errors import NotFoundError
from hub.domain.model import Json


class MemorySocketStore:
    """Keeps sockets and their subscriptions in dictionaries."""

    def __init__(self) -> None:
        self._organizations: dict[str, str] = {}
        self._topics: dict[str, set[str]] = {}
        self.expiries: dict[str, int] = {}

    def connect(self, connection_id: str, organization_id: str, expires_at: int) -> None:
        """Remember an open socket."""
        self._organizations[connection_id] = organization_id
        self.expiries[connection_id] = expires_at

    def organization(self, connection_id: str) -> str | None:
        """The organization of an open socket, or None."""
        return self._organizations.get(connection_id)

    def subscribe(self, connection_id: str, topic: str, expires_at: int) -> None:
        """Let an open socket listen to a topic; NotFoundError if the socket is gone."""
        if connection_id not in self._organizations:
            raise NotFoundError(f"the socket {connection_id} is gone; connect again")
        self._topics.setdefault(topic, set()).add(connection_id)
        self.expiries[f"{connection_id} {topic}"] = expires_at

    def unsubscribe(self, connection_id: str, topic: str) -> None:
        """Let a socket no longer listen to a topic."""
        self._topics.get(topic, set()).discard(connection_id)

    def listeners(self, topics: Sequence[str]) -> set[str]:
        """The sockets that listen to any of the topics."""
        return set[str]().union(*(self._topics.get(topic, set()) for topic in topics))

    def disconnect(self, connection_id: str) -> None:
        """Forget a socket with all its subscriptions."""
        self._organizations.pop(connection_id, None)
        for listening in self._topics.values():
            listening.discard(connection_id)


class MemorySockets:
    """Remembers what was sent to whom, in order. Sockets in `gone` are closed.

    A send to a socket in `failing` raises the error it is mapped to.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[str, Json]] = []
        self.gone: set[str] = set()
        self.failing: dict[str, Exception] = {}

    def send(self, connection_id: str, message: Json) -> bool:
        """Remember the message; False if the socket is gone."""
        if connection_id in self.failing:
            raise self.failing[connection_id]
        if connection_id in self.gone:
            return False
        self.sent.append((connection_id, message))
        return True
