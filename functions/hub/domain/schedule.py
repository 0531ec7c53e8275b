"""A schedule: when an agent runs by itself, with what input, and what has become of its firings."""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum

from hub.domain.approval import Approval
from hub.domain.model import Instant, Json, Record
from hub.domain.run import Priority
from hub.domain.schedule_firings import Firings

MAX_FLEXIBLE_MINUTES = 1440
"""The longest window EventBridge Scheduler takes: a day."""


class Overlap(StrEnum):
    """What becomes of a firing while a run of the same schedule is under way.

    A run that waits, for an approval or for a platform, is under way.
    """

    SKIP = "skip"
    QUEUE_ONE = "queue_one"
    ALLOW = "allow"


class Pause(Record):
    """Since when a schedule does not fire, why, and who decided so: a subject, or `failures`."""

    at: Instant
    by: str
    reason: str | None = None


class Schedule(Record):
    """One agent's schedule in one organization. `expression` is as the user gave it.

    It fires from `start_at` on and before `end_at`, and up to `flexible_minutes` later than it is
    due. `approval_seconds` is how long its runs wait for approval; 0 if they need none.
    `pause_after_failures` is how many failed runs in a row pause it; 0 if none do.
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
    overlap: Overlap = Overlap.SKIP
    start_at: Instant | None = None
    end_at: Instant | None = None
    flexible_minutes: int = 0
    pause_after_failures: int = 0
    pause: Pause | None = None
    firings: Firings = Firings()
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

    @property
    def failed_too_often(self) -> bool:
        """Whether so many runs failed in a row that it shall pause."""
        return 0 < self.pause_after_failures <= self.firings.failures

    def covers(self, due: datetime) -> bool:
        """Whether a time lies between its start and its end. The end itself does not."""
        after_start = self.start_at is None or self.start_at <= due
        return after_start and (self.end_at is None or due < self.end_at)

    def run_id(self, due: datetime) -> str:
        """The id of the one run of the firing that was due then, however it came to be started."""
        return firing_run_id(self.organization_id, self.agent_id, due)

    def paused(self, at: datetime, by: str, reason: str | None = None) -> "Schedule":
        """This schedule, not firing."""
        pause = Pause(at=at, by=by, reason=reason)
        return self.model_copy(update={"enabled": False, "pause": pause, "updated_at": at})

    def resumed(self, at: datetime) -> "Schedule":
        """This schedule, firing again."""
        return self.model_copy(update={"enabled": True, "pause": None, "updated_at": at})


def firing_run_id(organization_id: str, agent_id: str, due: datetime) -> str:
    """The id of the one run of the firing of an agent's schedule that was due then."""
    text = f"{organization_id}:{agent_id}:{due.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return "run_" + hashlib.sha256(text.encode()).hexdigest()[:24]
