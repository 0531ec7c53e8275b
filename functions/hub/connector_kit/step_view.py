"""What a step looks like from outside: to the state machine, and to those who follow the run."""

from enum import StrEnum

from hub.connector_kit.budget import RATE_BUDGET_SPENT
from hub.domain.model import iso
from hub.domain.run import AgentRun, Step, StepStatus

SETTLE_SECONDS = 2.0
"""How long a platform gets to show a write whose answer was lost, before it is read back."""


FINAL = frozenset(
    {StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.NEEDS_REVIEW}
)
"""Where a step's life ends."""


class Next(StrEnum):
    """What the state machine shall do next with the step."""

    DONE = "done"
    WAIT = "wait"
    APPROVE = "approve"
    RECONCILE = "reconcile"
    EXECUTE = "execute"
    FAILED = "failed"
    NEEDS_REVIEW = "needs_review"


def progress_of(run: AgentRun) -> int:
    """Planning is the first 40 %, each finished step an equal share of the rest."""
    done = sum(step.status in FINAL for step in run.steps)
    return 40 + round(60 * done / max(1, len(run.steps)))


def message_of(step: Step) -> str:
    """What the step is doing, in words for whoever follows the run."""
    match step.status:
        case StepStatus.CALLING:
            return f"calling {step.name}"
        case StepStatus.WAITING_APPROVAL:
            return f"{step.name}: waiting for approval"
        case StepStatus.WAITING_RATE_LIMIT:
            told = step.error.message if step.error else "too many requests"
            if step.error and step.error.code == RATE_BUDGET_SPENT:
                return f"{step.name}: not called, waiting {step.retry_after or 0:g} s ({told})"
            return (
                f"{step.name}: rate limited, waiting {step.retry_after or 0:g} s as told ({told})"
            )
        case StepStatus.IN_PROGRESS:
            told = step.error.message if step.error else "at work"
            return f"{step.name}: {told}; looking again in {step.retry_after or 0:g} s"
        case StepStatus.SCHEDULED:
            return f"{step.name}: scheduled for {iso(step.not_before)}" if step.not_before else ""
        case StepStatus.UNKNOWN:
            return f"{step.name}: no clear answer, asking {step.connector} what became of it"
        case StepStatus.SUCCEEDED:
            return f"{step.name}: done"
        case _:
            return f"{step.name}: {step.status}" + (f", {step.error.message}" if step.error else "")


def next_of(step: Step) -> tuple[Next, float]:
    """What the state machine shall do with the step, and after how many seconds."""
    match step.status:
        case StepStatus.WAITING_RATE_LIMIT | StepStatus.IN_PROGRESS | StepStatus.SCHEDULED:
            return Next.WAIT, step.retry_after or 0.0
        case StepStatus.WAITING_APPROVAL:
            return Next.APPROVE, 0.0
        case StepStatus.UNKNOWN | StepStatus.CALLING:
            return Next.RECONCILE, SETTLE_SECONDS
        case StepStatus.PENDING:
            return Next.EXECUTE, 0.0
        case StepStatus.NEEDS_REVIEW:
            return Next.NEEDS_REVIEW, 0.0
        case StepStatus.SUCCEEDED:
            return Next.DONE, 0.0
        case _:
            return Next.FAILED, 0.0
