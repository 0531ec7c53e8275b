"""The live events of a run, as clients receive them on the socket and from the events route."""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.model import Json, iso
from hub.domain.run import AgentRun, EventName, RunEvent, RunStatus, Step


def _event(run: AgentRun, sequence: int, name: EventName, at: datetime, **data: Json) -> RunEvent:
    common = {"agentId": run.agent_id, "sessionId": run.id, "runId": run.id, "status": run.status}
    return RunEvent(id=sequence, event=name, data={**common, **data, "timestamp": iso(at)})


def started(run: AgentRun, sequence: int, at: datetime) -> RunEvent:
    """`agent:started`: the agent has taken up the run."""
    return _event(
        run,
        sequence,
        "agent:started",
        at,
        priority=run.priority,
        agentName=agent_name(run.agent_id),
        agentType=run.agent_id,
        intent=run.intent,
    )


def progressed(  # noqa: PLR0917 -- the wire shape has this many parts
    run: AgentRun,
    sequence: int,
    at: datetime,
    progress: int,
    message: str,
    step: Step | None = None,
) -> RunEvent:
    """`agent:progress`: a real step happened. `progress` is 0–100; `step` says which, if any."""
    tool = {"step": _tool_execution(step)} if step else {}
    return _event(run, sequence, "agent:progress", at, progress=progress, message=message, **tool)


def ended(run: AgentRun) -> RunEvent:
    """`agent:completed` or `agent:failed`, derived from the finished record itself.

    The ending is written once, by whoever ends the run, as part of the record: deriving its event
    means that a run can never be finished without its event, nor twice.
    """
    at = run.completed_at or run.created_at
    sequence = run.ended_sequence or run.sequence
    duration = run.metrics.duration_ms if run.metrics else 0
    agent = {"agentName": agent_name(run.agent_id), "agentType": run.agent_id, "duration": duration}
    if run.status is RunStatus.COMPLETED:
        return _event(run, sequence, "agent:completed", at, **agent)
    retries = run.metrics.retries if run.metrics else 0
    return _event(
        run,
        sequence,
        "agent:failed",
        at,
        **agent,
        error=run.error_message or f"the run ended as {run.status}",
        errorCode=run.error_code or run.status.upper(),
        retryCount=retries,
    )


def with_ending(run: AgentRun, stored: Sequence[RunEvent], since: int) -> list[RunEvent]:
    """Stored events after `since` with the run's ending in its place, if it has ended."""
    found = list(stored)
    if run.status.terminal and (run.ended_sequence or run.sequence) > since:
        found.append(ended(run))
    return sorted(found, key=lambda event: event.id)


def agent_name(agent_id: str) -> str:
    """The display name of an agent: `content` → `ContentAgent`, `seo` → `SEOAgent`."""
    return ("SEO" if agent_id == "seo" else agent_id.capitalize()) + "Agent"


def _tool_execution(step: Step) -> dict[str, Json]:
    """A step as the tool execution clients expect: small, with no payload."""
    names = {
        "id",
        "name",
        "connector",
        "action",
        "status",
        "error",
        "waits",
        "retry_after",
        "duration_ms",
    }
    times = {"started_at", "completed_at"}
    shown = step.model_dump(mode="json", by_alias=True, exclude_none=True, include=names | times)
    return {**shown, "tool": f"{step.connector}.{step.action}"}
