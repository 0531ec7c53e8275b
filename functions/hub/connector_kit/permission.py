"""Whether a step of a run may call its platform at all."""

from datetime import datetime

from hub.domain.approval import Decision
from hub.domain.run import AgentRun, Failure, Step, StepStatus

_UNCALLED = (StepStatus.PENDING, StepStatus.WAITING_APPROVAL)
"""Where a step stands before its first call. Afterwards its run was approved."""


def why_not(run: AgentRun, index: int, at: datetime) -> Failure | None:
    """Why a step may not call and never will; None if it may, or must wait."""
    if run.cancel_requested_at or run.status.terminal:
        return Failure(code="CANCELLED", message="the run was cancelled before this step")
    refused = _refusal(run, at)
    if refused:
        return refused
    unfinished = [s for s in run.steps[:index] if s.status is not StepStatus.SUCCEEDED]
    if run.ordered and unfinished:
        return Failure(
            code="EARLIER_STEP_FAILED", message=f"the step {unfinished[0].name} did not succeed"
        )
    return None


def awaits_approval(run: AgentRun, step: Step, at: datetime) -> bool:
    """Whether a step must wait until somebody has decided about its run."""
    if step.status not in _UNCALLED or run.approval is None:
        return False
    return run.approval.as_of(at) is Decision.OPEN


def _refusal(run: AgentRun, at: datetime) -> Failure | None:
    """Why a run that needs an approval may not act."""
    if run.approval is None:
        return None
    match run.approval.as_of(at):
        case Decision.REJECTED:
            words = f": {run.approval.comment}" if run.approval.comment else ""
            by = run.approval.decided_by
            return Failure(code="REJECTED", message=f"the run was rejected by {by}{words}")
        case Decision.EXPIRED:
            return Failure(
                code="APPROVAL_EXPIRED",
                message="nobody approved the run in time; replay it to ask again",
            )
    return None
