"""Replaying a run: a new run from its first step that did not succeed, or from the top.

What succeeded is kept and not done again. What is in doubt is done again: whoever replays a run
that needs review has looked at the platform.
"""

from datetime import datetime
from enum import StrEnum

from hub.domain.approval import Approval
from hub.domain.errors import ConflictError
from hub.domain.model import digest
from hub.domain.run import DELIVERY, AgentRun, RunMetrics, Step, StepStatus, Trigger


class Start(StrEnum):
    """Where a replay begins."""

    FAILED = "failed"
    TOP = "start"


def replay_of(run: AgentRun, run_id: str, at: datetime, start: Start | None) -> AgentRun:
    """The queued run that replays another; ConflictError if there is nothing to replay.

    Without a `start` it begins at the step that failed, if the run got so far.
    """
    if not run.status.terminal:
        raise ConflictError(
            f"the run {run.id} has not ended: {run.status}; cancel it first",
            code="RUN_NOT_ENDED",
            details={"status": run.status},
        )
    left = [step for step in run.steps if step.status is not StepStatus.SUCCEEDED]
    if start is Start.FAILED and not (run.planned and left):
        raise ConflictError(
            f"the run {run.id} has no step that is left to do; replay it from start",
            code="NOTHING_TO_REPLAY",
        )
    from_top = start is Start.TOP or not (run.planned and left)
    again = _from_top(run) if from_top else _from_failed(run)
    return again.model_copy(
        update={"id": run_id, "created_at": at, "input_digest": digest([run.id, from_top])}
    )


def _from_top(run: AgentRun) -> AgentRun:
    # A call that was made for later has its step from the start: no agent plans it.
    called = run.agent_id == DELIVERY
    steps = tuple(_again(step) for step in run.steps) if called else ()
    return _anew(run).model_copy(update={"steps": steps, "planned": called})


def _from_failed(run: AgentRun) -> AgentRun:
    done = StepStatus.SUCCEEDED
    metrics = run.metrics or RunMetrics()
    return _anew(run).model_copy(
        update={
            "planned": True,
            "output": run.output,
            "ordered": run.ordered,
            "steps": tuple(s if s.status is done else _again(s) for s in run.steps),
            "usage": run.usage,
            # The model's work was paid for by the run before.
            "metrics": RunMetrics(items=metrics.items, grounding=metrics.grounding),
        }
    )


def _anew(run: AgentRun) -> AgentRun:
    """The run as it was asked for. Where it needed an approval, it needs one again."""
    approval = run.approval
    return AgentRun(
        id=run.id,
        agent_id=run.agent_id,
        organization_id=run.organization_id,
        intent=run.intent,
        objective=run.objective,
        priority=run.priority,
        trigger=Trigger.REPLAY,
        parent_run_id=run.id,
        schedule_id=run.schedule_id,
        input=run.input,
        simulate=run.simulate,
        approval=Approval(timeout_seconds=approval.timeout_seconds) if approval else None,
        created_at=run.created_at,
    )


def _again(step: Step) -> Step:
    """The step as it was planned."""
    return Step(
        id=step.id,
        name=step.name,
        connector=step.connector,
        action=step.action,
        connection_id=step.connection_id,
        payload=step.payload,
        not_before=step.not_before,
    )
