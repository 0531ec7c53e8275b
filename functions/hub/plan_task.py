"""What answers the state machine's Plan: for an agent, or for a run of one call that needs none."""

from datetime import datetime
from typing import Any

from hub.domain import events
from hub.domain.run import AgentRun, RunMetrics, RunStatus
from hub.ports import Change


def take_up(run: AgentRun, sequence: int, at: datetime) -> Change | None:
    """Queued to running, with its event; None for a run that was taken up before."""
    if run.status is not RunStatus.QUEUED:
        return None
    approval = run.approval.asked(at) if run.approval else None
    taken: dict[str, Any] = {"status": RunStatus.RUNNING, "started_at": at, "approval": approval}
    new = run.model_copy(update=taken)
    return Change(new, events.started(new, sequence, at))


def plan_answer(run: AgentRun, attempt: int) -> dict[str, Any]:
    """A planned run as the state machine goes on with it. `attempt` counts from 0."""
    metrics = run.metrics or RunMetrics()
    return {
        "steps": [{"index": i, "connector": s.connector} for i, s in enumerate(run.steps)],
        "concurrency": 1 if run.ordered else 10,
        "retries": attempt,
        "metrics": metrics.to_json(),
    }
