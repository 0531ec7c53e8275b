"""A schedule: when an agent runs by itself, and with what input."""

from hub.domain.approval import Approval
from hub.domain.model import Instant, Json, Record
from hub.domain.run import Priority


class Schedule(Record):
    """One agent's schedule in one organization. `expression` is as the user gave it.

    `approval_seconds` is how long its runs wait for approval; 0 if they need none.
    """

    organization_id: str
    agent_id: str
    expression: str
    timezone: str = "UTC"
    priority: Priority = Priority.NORMAL
    enabled: bool = True
    intent: str
    input: Json = None
    approval_seconds: int = 0
    last_run_id: str | None = None
    last_run_at: Instant | None = None
    created_at: Instant
    updated_at: Instant

    @property
    def id(self) -> str:
        """The schedule's identity: one schedule an agent and organization."""
        return f"{self.organization_id}:{self.agent_id}"

    @property
    def approval(self) -> Approval | None:
        """What its runs wait for before they act."""
        seconds = self.approval_seconds
        return Approval(timeout_seconds=seconds) if seconds else None
