"""AgentRun: the durable record of one agent run, and how each change folds into it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from hub.domain.approval import Approval
from hub.domain.model import Instant, Json, Record


class RunStatus(StrEnum):
    """Where a run is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING_APPROVAL = "waiting_approval"
    WAITING_RATE_LIMIT = "waiting_rate_limit"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    SKIPPED = "skipped"
    NEEDS_REVIEW = "needs_review"

    @property
    def terminal(self) -> bool:
        """Whether a run in this status can never change again."""
        return self in TERMINAL


DELIVERY = "delivery"
"""The agent of runs that no agent planned: one call of a connector, made later."""

TERMINAL = frozenset(
    {
        RunStatus.COMPLETED,
        RunStatus.FAILED,
        RunStatus.CANCELLED,
        RunStatus.TIMED_OUT,
        RunStatus.SKIPPED,
        RunStatus.NEEDS_REVIEW,
    }
)


class Trigger(StrEnum):
    """What started a run."""

    API = "api"
    SCHEDULE = "schedule"
    WEBHOOK = "webhook"
    CAMPAIGN = "campaign"
    BATCH = "batch"
    REPLAY = "replay"


class Priority(StrEnum):
    """A schedule's or run's urgency; clients see the name."""

    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class StepStatus(StrEnum):
    """Where a step is in its life.

    `calling` means the platform may have been reached, `in_progress` that it took the work and is
    asked again later.
    """

    PENDING = "pending"
    WAITING_APPROVAL = "waiting_approval"
    CALLING = "calling"
    WAITING_RATE_LIMIT = "waiting_rate_limit"
    IN_PROGRESS = "in_progress"
    UNKNOWN = "unknown"
    SCHEDULED = "scheduled"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    NEEDS_REVIEW = "needs_review"


class Failure(Record):
    """Why something failed: a stable code and a sentence for the user."""

    code: str
    message: str


class Step(Record):
    """One platform call of a run's plan, with all that became of it.

    `waits` counts platform-told waits, `polls` those of them that waited for work in progress
    or for waits that other calls were told,
    `idle_polls` the last ones of these that saw nothing move;
    `retry_after` is the present one, in seconds. `retries` counts further attempts after
    infrastructure errors.
    `not_before` is when it may be called at the earliest.
    `call_deadline` is when a call now under way must have ended: until then its outcome is open.
    `approval_token` lets its execution go on once the run is decided; no client sees it.
    """

    id: str
    name: str
    connector: str
    action: str
    connection_id: str | None = None
    payload: Json = None
    not_before: Instant | None = None
    status: StepStatus = StepStatus.PENDING
    result: Json = None
    error: Failure | None = None
    waits: int = 0
    polls: int = 0
    idle_polls: int = 0
    waited_ms: int = 0
    retry_after: float | None = None
    retries: int = 0
    started_at: Instant | None = None
    completed_at: Instant | None = None
    duration_ms: int | None = None
    call_deadline: Instant | None = None
    approval_token: str | None = None
    provider_request_id: str | None = None


class ModelUsage(Record):
    """What the model work of a run took. Cost is in US dollars."""

    engine: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


class RunMetrics(Record):
    """A finished run in numbers. Durations in milliseconds, cost in US dollars.

    `grounding` counts the passages of the organization's knowledge that it was written from.
    """

    duration_ms: int = 0
    items: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    grounding: int = 0
    retries: int = 0
    waits: int = 0
    waited_ms: int = 0
    transitions: int = 0
    cost_usd: float = 0.0


class AgentRun(Record):
    """The record of one run.

    `sequence` grows with each change and numbers the run's events; `ended_sequence` is that of the
    change that ended it. `input_digest` is the SHA-256 of what was asked, so that an
    `Idempotency-Key` used again for something else is noticed. `simulate` asks the offline engine
    for failures. Without an `approval` its steps need none.
    """

    id: str
    agent_id: str
    organization_id: str
    intent: str
    objective: str
    status: RunStatus = RunStatus.QUEUED
    priority: Priority = Priority.NORMAL
    trigger: Trigger = Trigger.API
    parent_run_id: str | None = None
    schedule_id: str | None = None
    input: Json = None
    input_digest: str = ""
    output: Json = None
    ordered: bool = True
    simulate: dict[str, int] = Field(default_factory=dict)
    planned: bool = False
    steps: tuple[Step, ...] = ()
    usage: ModelUsage | None = None
    metrics: RunMetrics | None = None
    error_code: str | None = None
    error_message: str | None = None
    approval: Approval | None = None
    cancel_requested_at: Instant | None = None
    created_at: Instant
    started_at: Instant | None = None
    completed_at: Instant | None = None
    sequence: int = 0
    ended_sequence: int | None = None
    progress: int = 0

    @property
    def planner(self) -> str:
        """The function that plans it: its agent's, or for one call that of its connector."""
        if self.agent_id == DELIVERY:
            return f"connector-{self.steps[0].connector}"
        return f"agent-{self.agent_id}"

    @property
    def failed_step(self) -> Step | None:
        """The first step that ended otherwise than well, if any."""
        bad = (StepStatus.FAILED, StepStatus.NEEDS_REVIEW)
        return next((step for step in self.steps if step.status in bad), None)

    def with_step(self, index: int, step: Step) -> "AgentRun":
        """This run with one step replaced."""
        steps = (*self.steps[:index], step, *self.steps[index + 1 :])
        return self.model_copy(update={"steps": steps})

    def with_status(self, status: RunStatus) -> "AgentRun":
        """This run in another status; a terminal status is never left."""
        return self if self.status.terminal else self.model_copy(update={"status": status})

    def ended(
        self, status: RunStatus, sequence: int, at: datetime, failure: Failure | None = None
    ) -> "AgentRun":
        """This run, ended by the change of that sequence. Its duration counts from its creation."""
        duration = round((at - self.created_at).total_seconds() * 1000)
        steps = self.steps if failure is None else tuple(_given_up(s, failure) for s in self.steps)
        metrics = (self.metrics or RunMetrics()).model_copy(update={"duration_ms": duration})
        return self.model_copy(
            update={
                "status": status,
                "steps": steps,
                "ended_sequence": sequence,
                "completed_at": at,
                "metrics": metrics,
                "error_code": failure.code if failure else None,
                "error_message": failure.message if failure else None,
            }
        )


_NOT_CALLED = frozenset(
    {
        StepStatus.PENDING,
        StepStatus.WAITING_APPROVAL,
        StepStatus.WAITING_RATE_LIMIT,
        StepStatus.IN_PROGRESS,
        StepStatus.SCHEDULED,
    }
)


def _given_up(step: Step, failure: Failure) -> Step:
    """A step that will not be called any more. One under way stays: its result may still come."""
    if step.status not in _NOT_CALLED:
        return step
    return step.model_copy(update={"status": StepStatus.SKIPPED, "error": failure})


EventName = Literal[
    "agent:started", "agent:progress", "agent:completed", "agent:failed", "scheduler:status"
]


class RunEvent(Record):
    """One live event of a run. `id` orders the events of a run; resume with `since=<id>`."""

    id: int
    event: EventName
    data: dict[str, Json]
