"""What the core needs from outside. Adapters implement these; tests use in-memory twins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel

from hub.domain.connection import Connection
from hub.domain.knowledge import Dataset, Passage
from hub.domain.model import Json
from hub.domain.principal import ApiKey
from hub.domain.run import AgentRun, ModelUsage, RunEvent, RunStatus
from hub.domain.schedule import Schedule
from hub.firing_ports import FiringStore
from hub.limit_ports import BudgetStore
from hub.token_ports import TokenStore


class Clock(Protocol):
    """Tells the time, always with a zone."""

    def now(self) -> datetime: ...


class Ids(Protocol):
    """Makes new identifiers, ordered by time."""

    def new(self, prefix: str) -> str: ...


@dataclass(frozen=True)
class Change:
    """A decided change of a run: the run as it shall be and the event to append, if any."""

    run: AgentRun
    event: RunEvent | None = None


Decide = Callable[[AgentRun, int], Change | None]
"""Takes the run as it is and the next sequence number; returns the change, or None for no change.

It may be called again on a newer run when somebody else changed it first, so it must be pure.
"""


@dataclass(frozen=True)
class RunFilter:
    """Which runs to list. `since` is the earliest creation time."""

    agent_id: str | None = None
    status: RunStatus | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Page[T]:
    """One page of a list; `cursor` asks for the next, None means there is no more."""

    items: Sequence[T]
    cursor: str | None = None


class RunStore(Protocol):
    """Keeps runs and their events."""

    def create(self, run: AgentRun) -> AgentRun:
        """Store a new run and return it; if its id exists already, return the stored one."""
        ...

    def get(self, organization_id: str, run_id: str) -> AgentRun | None: ...

    def update(
        self, organization_id: str, run_id: str, decide: Decide, known: AgentRun | None = None
    ) -> AgentRun:
        """Apply a decision atomically with its event; NotFoundError if there is no such run.

        `known` spares the first read. Raises TransientError if others keep changing the run.
        """
        ...

    def list(
        self, organization_id: str, where: RunFilter, limit: int, cursor: str | None = None
    ) -> Page[AgentRun]:
        """Runs, newest first, without input, output and steps."""
        ...

    def events(
        self, organization_id: str, run_id: str, since: int, limit: int
    ) -> Sequence[RunEvent]:
        """The events of a run after `since`, in order, with the ending if the run has ended."""
        ...


class Executions(Protocol):
    """Runs the agent_run state machine."""

    def start(self, run: AgentRun) -> None:
        """Start the execution named after the run; starting it again changes nothing."""
        ...

    def stop(self, run_id: str, cause: str) -> bool:
        """Stop a run's execution. False if it was not running any more."""
        ...

    def resume(self, token: str) -> bool:
        """Let an execution that waits with a token go on. False if it does not wait any more."""
        ...


@dataclass(frozen=True)
class StoredObject:
    """What is known of an object without reading it. `size` is in bytes."""

    size: int
    content_type: str


class BlobStore(Protocol):
    """Keeps payloads too large for a record, and uploaded media."""

    def put(self, key: str, data: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...

    def describe(self, key: str) -> StoredObject | None: ...

    def read(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Bytes `start` to `end` (not included), in pieces."""
        ...

    def link(self, key: str, seconds: int) -> str:
        """A URL that anybody can read the object at for so long."""
        ...

    def upload_link(self, key: str, content_type: str, size: int, seconds: int) -> str:
        """A URL that takes exactly this object with one PUT within that time."""
        ...


class ConnectionStore(TokenStore, BudgetStore, Protocol):
    """Keeps connections, their sealed credentials, and the state of sandbox twins."""

    def create(self, connection: Connection, sealed: bytes | None) -> None: ...

    def get(self, organization_id: str, connection_id: str) -> Connection | None: ...

    def owner(self, connection_id: str) -> str | None:
        """The organization of a connection, for webhooks, which know only its id."""
        ...

    def sealed(self, organization_id: str, connection_id: str) -> bytes | None: ...

    def list(self, organization_id: str) -> Sequence[Connection]: ...

    def delete(self, organization_id: str, connection_id: str) -> bool: ...

    def load_sandbox(self, organization_id: str, key: str) -> tuple[dict[str, Json], int]:
        """The twin's state and its version (0 if it has none yet)."""
        ...

    def save_sandbox(
        self, organization_id: str, key: str, state: dict[str, Json], version: int
    ) -> bool:
        """Store the state if its version is still the one loaded; False if it is not."""
        ...


class Vault(Protocol):
    """Seals credentials so that only the same organization and connection can open them."""

    def seal(
        self, organization_id: str, connection_id: str, secret: Mapping[str, str]
    ) -> bytes: ...

    def open(self, organization_id: str, connection_id: str, sealed: bytes) -> dict[str, str]: ...


class KeyStore(Protocol):
    """Keeps API keys."""

    def put(self, key: ApiKey) -> None: ...

    def get(self, key_id: str) -> ApiKey | None: ...

    def list(self, organization_id: str) -> Sequence[ApiKey]: ...

    def revoke(self, organization_id: str, key_id: str, at: datetime) -> bool: ...


class ScheduleStore(FiringStore, Protocol):
    """Keeps schedules."""

    def put(self, schedule: Schedule) -> None: ...

    def get(self, organization_id: str, agent_id: str) -> Schedule | None: ...

    def list(self, organization_id: str) -> Sequence[Schedule]: ...

    def delete(self, organization_id: str, agent_id: str) -> bool: ...

    def record_firing(
        self, organization_id: str, agent_id: str, run_id: str, at: datetime
    ) -> None: ...


class Timetable(Protocol):
    """Fires schedules (EventBridge Scheduler)."""

    def put(self, schedule: Schedule, expressions: Sequence[str]) -> None:
        """Make the timetable fire exactly on these expressions, in the schedule's zone."""
        ...

    def delete(self, schedule_id: str) -> None: ...


class AttemptLedger(Protocol):
    """Remembers what became of calls made with an Idempotency-Key."""

    def begin(self, key: str, digest: str, deadline: datetime) -> "Attempt": ...

    def settle(self, key: str, answer: Json) -> None: ...

    def forget(self, key: str) -> None: ...


@dataclass(frozen=True)
class Attempt:
    """What the ledger knows of a key: a new attempt, one under way, or one with its answer."""

    fresh: bool
    digest: str
    deadline: datetime
    answer: Json = None


class SocketStore(Protocol):
    """Keeps who listens to what. A topic already contains its organization."""

    def connect(self, connection_id: str, organization_id: str, expires_at: int) -> None: ...

    def organization(self, connection_id: str) -> str | None: ...

    def subscribe(self, connection_id: str, topic: str, expires_at: int) -> None: ...

    def unsubscribe(self, connection_id: str, topic: str) -> None: ...

    def listeners(self, topics: Sequence[str]) -> set[str]: ...

    def disconnect(self, connection_id: str) -> None: ...


class Sockets(Protocol):
    """Sends to open sockets."""

    def send(self, connection_id: str, message: Json) -> bool:
        """Push a JSON message; False if the socket is gone."""
        ...


class EventBus(Protocol):
    """Tells the rest of the account what happened."""

    def publish(self, detail_type: str, details: Sequence[Json]) -> None: ...


@dataclass(frozen=True)
class ModelRequest[T: BaseModel]:
    """Work for a language model.

    `compose` does the same work without one, from the same facts: the offline writer calls it.
    """

    task: str
    system: str
    prompt: str
    output: type[T]
    compose: Callable[[], T]
    max_tokens: int = 2000
    simulate: Mapping[str, int] = field(default_factory=dict)
    attempt: int = 0


class Knowledge(Protocol):
    """Finds what an organization knows. Nobody finds another organization's."""

    def search(
        self, organization_id: str, query: str, datasets: Sequence[Dataset], limit: int
    ) -> Sequence[Passage]:
        """The passages that fit best, best first; none if there are none.

        Raises TransientError if the search cannot be made now.
        """
        ...


class Pages(Protocol):
    """Fetches web pages that users name."""

    def fetch(self, url: str) -> "FetchedPage":
        """The page. InvalidRequestError if it may not, or cannot, be fetched."""
        ...


@dataclass(frozen=True)
class FetchedPage:
    """A page as it came. `size` is in bytes, `seconds` is what it took, headers are lower case."""

    url: str
    status: int
    html: str
    headers: Mapping[str, str]
    size: int
    seconds: float


class ModelClient(Protocol):
    """Writes structured output. `engine` names what does the writing."""

    engine: str

    def generate[T: BaseModel](self, request: ModelRequest[T]) -> tuple[T, ModelUsage]:
        """The validated output and what it took.

        Raises TransientError (throttled, unreachable), InvalidOutputError (off-schema twice).
        """
        ...
