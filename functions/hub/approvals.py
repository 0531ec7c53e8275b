"""Deciding about runs that wait for approval, and letting their executions go on.

A step's execution waits with a token. The token may come before the decision or after it, so both
sides look at the record after they have written to it: whichever comes second lets the execution
go on. Resuming twice is harmless.
"""

from dataclasses import dataclass

from hub.domain import events
from hub.domain.approval import Decision
from hub.domain.errors import ConflictError
from hub.domain.model import Record
from hub.domain.run import AgentRun, RunStatus, StepStatus
from hub.ports import Change, Clock, Executions, RunStore

_WORDS = {Decision.APPROVED: "approved", Decision.REJECTED: "rejected"}


class ApprovalTask(Record):
    """What the state machine hands over when a step begins to wait."""

    task: str
    organization_id: str
    run_id: str
    step_index: int
    token: str


@dataclass(frozen=True)
class Approvals:
    """Approves and rejects runs."""

    runs: RunStore
    executions: Executions
    clock: Clock

    def wait(self, task: ApprovalTask) -> None:
        """Keep the token of a step that begins to wait; one that need not wait goes on at once."""

        def keep(run: AgentRun, _sequence: int) -> Change | None:
            step = run.steps[task.step_index]
            if step.status is not StepStatus.WAITING_APPROVAL or not self._is_open(run):
                return None
            kept = step.model_copy(update={"approval_token": task.token})
            return Change(run.with_step(task.step_index, kept))

        run = self.runs.update(task.organization_id, task.run_id, keep)
        if run.steps[task.step_index].approval_token != task.token or not self._is_open(run):
            self.executions.resume(task.token)

    def decide(
        self, organization_id: str, run_id: str, decision: Decision, by: str, comment: str | None
    ) -> AgentRun:
        """Approve or reject a run, which can be repeated. ConflictError if it is too late."""

        def change(run: AgentRun, sequence: int) -> Change | None:
            at = self.clock.now()
            _refuse(run, decision, run.approval.as_of(at) if run.approval else None)
            if run.approval is None or run.approval.decision is decision:
                return None
            approval = run.approval.decided(decision, at, by, comment)
            new = run.model_copy(update={"approval": approval})
            if run.status is RunStatus.WAITING_APPROVAL:
                new = new.with_status(RunStatus.RUNNING)
            message = f"{_WORDS[decision]} by {by}" + (f": {comment}" if comment else "")
            return Change(new, events.progressed(new, sequence, at, new.progress, message))

        run = self.runs.update(organization_id, run_id, change)
        for step in run.steps:
            if step.approval_token:
                self.executions.resume(step.approval_token)
        return run

    def _is_open(self, run: AgentRun) -> bool:
        at = self.clock.now()
        return run.approval is not None and run.approval.as_of(at) is Decision.OPEN


def _refuse(run: AgentRun, wanted: Decision, now: Decision | None) -> None:
    """ConflictError if a run cannot be decided so."""
    status = {"status": run.status, "decision": now}
    if now is None:
        message = f"the run {run.id} needs no approval; start it with approval"
        raise ConflictError(message, code="NO_APPROVAL", details=status)
    if now is wanted:
        return
    if wanted is Decision.APPROVED and not run.planned:
        message = f"the run {run.id} is not planned yet; look at what it would do, then approve it"
        raise ConflictError(message, code="NOT_PLANNED", details=status)
    if run.status.terminal or now is Decision.EXPIRED:
        message = f"the run {run.id} had already ended: {run.status}, {now}"
        raise ConflictError(message, code="RUN_ENDED", details=status)
    if now is not Decision.OPEN:
        by = run.approval.decided_by if run.approval else None
        message = f"the run {run.id} was {now} by {by} before"
        raise ConflictError(message, code="ALREADY_DECIDED", details=status)
