"""What limits need from outside, beside `hub.ports`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from hub.domain.limits import AgentFailure, Circuit


class BudgetStore(Protocol):
    """The part of a ConnectionStore that keeps until when a platform wants no more calls."""

    def blocked_until(self, organization_id: str, keys: Sequence[str]) -> datetime | None:
        """The latest time that any of the keys is blocked until; None if none ever was.

        It may have passed. One read, whatever the number of keys.
        """
        ...

    def block(self, organization_id: str, key: str, until: datetime) -> datetime | None:
        """Block a key until a time, unless it is blocked for longer already.

        Answers until when it was blocked before. A block that cannot be written is logged, and no
        error: a call that was made must not look as if it had failed.
        """
        ...


class CounterStore(Protocol):
    """Counts what may be had a limited number of times."""

    def take(self, key: str, limit: int, expires_at: datetime) -> bool:
        """Count one more under a key; False, and nothing is counted, if its limit is reached."""
        ...


class CircuitStore(Protocol):
    """Keeps how agents do. Whatever is told twice or late changes nothing."""

    def load(self, organization_id: str, agent_id: str) -> Circuit: ...

    def failed(self, organization_id: str, agent_id: str, failure: AgentFailure) -> None: ...

    def succeeded(self, organization_id: str, agent_id: str, at: datetime) -> None: ...

    def probe(self, organization_id: str, agent_id: str, seen: Circuit, at: datetime) -> bool:
        """Let one run through a half-open circuit; False if somebody else did since it was read."""
        ...
