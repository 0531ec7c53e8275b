"""Approval: a person decides whether a run may act on platforms.

A run with an approval is planned as always; then its steps wait, for free, until somebody approves
or rejects the run, or the time is over. What was planned is in the record to be looked at.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from hub.domain.model import Instant, Record

DEFAULT_SECONDS = 7 * 24 * 3600
MAX_SECONDS = 90 * 24 * 3600


class Decision(StrEnum):
    """What was decided, or became of it."""

    OPEN = "open"
    APPROVED = "approved"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Approval(Record):
    """What a run waits for. `timeout_seconds` counts from when the run was taken up."""

    timeout_seconds: int = Field(default=DEFAULT_SECONDS, ge=1, le=MAX_SECONDS)
    expires_at: Instant | None = None
    decision: Decision = Decision.OPEN
    decided_at: Instant | None = None
    decided_by: str | None = None
    comment: str | None = None

    def asked(self, at: datetime) -> "Approval":
        """The approval, its time running from now on."""
        return self.model_copy(update={"expires_at": at + timedelta(seconds=self.timeout_seconds)})

    def decided(
        self, decision: Decision, at: datetime, by: str, comment: str | None = None
    ) -> "Approval":
        """The approval with somebody's decision."""
        return self.model_copy(
            update={
                "decision": decision,
                "decided_at": at,
                "decided_by": by,
                "comment": comment,
            }
        )

    def as_of(self, at: datetime) -> Decision:
        """The decision as it is at a time: one that is open expires."""
        if self.decision is Decision.OPEN and self.expires_at and at >= self.expires_at:
            return Decision.EXPIRED
        return self.decision

    def seconds_left(self, at: datetime) -> float:
        """Until it expires."""
        if self.expires_at is None:
            return float(self.timeout_seconds)
        return max(0.0, (self.expires_at - at).total_seconds())
