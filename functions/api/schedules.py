"""Schedules over HTTP: set, show and remove an agent's schedule; its sessions; the scheduler."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query

from api.schedule_body import ScheduleBody, schedule_of
from api.schedule_controls import (
    BackfillBody,
    PreviewBody,
    ReasonBody,
    backfill_span,
    foreseen,
    pause,
    resume,
    set_schedule,
)
from api.schedule_view import (
    activity_of,
    shown_schedule,
    shown_task,
    status_of,
    task_with_error,
    unscheduled,
)
from hub import wiring
from hub.agent_kit.catalog import load_agent
from hub.domain.events import agent_name
from hub.domain.model import Json, iso
from hub.domain.principal import Role
from hub.domain.run import AgentRun, RunStatus
from hub.domain.schedule import Schedule
from hub.entrypoint import entrypoint
from hub.http import Api, reply
from hub.ports import RunFilter
from hub.scheduler_counts import scheduler_counts
from hub.validation import found

api = Api()

_MAX_COUNTED = 1000
"""Sessions are counted up to here; cursors go further."""

_SUMMARY_LENGTH = 200


@api.post("/api/agents/<agent_id>/schedule", role=Role.OPERATOR)
def put_schedule(agent_id: str, body: ScheduleBody) -> Any:
    """Make an agent run by itself, or change when and with what it does."""
    agent = load_agent(agent_id)
    organization = api.principal.organization_id
    known = wiring.schedules().get(organization, agent_id)
    now = wiring.clock().now()
    schedule = schedule_of(body, agent, organization, known, now)
    return reply(shown_schedule(set_schedule(schedule, known), now))


@api.get("/api/agents/<agent_id>/schedule")
def show_schedule(agent_id: str) -> Any:
    """An agent's schedule. An agent without one has `scheduleEnabled` false and nulls."""
    load_agent(agent_id)
    organization = api.principal.organization_id
    schedule = wiring.schedules().get(organization, agent_id)
    activity = activity_of(organization, agent_id)
    now = wiring.clock().now()
    shown = shown_schedule(schedule, now) if schedule else unscheduled(agent_id)
    last = schedule.last_run_at if schedule else None
    task = shown_task(schedule, activity, now) if schedule and schedule.enabled else None
    shown |= {"lastRunAt": iso(last) if last else None, "status": status_of(schedule, activity)}
    return reply({**shown, "taskDetails": task})


@api.delete("/api/agents/<agent_id>/schedule", role=Role.OPERATOR)
def delete_schedule(agent_id: str) -> Any:
    """Remove an agent's schedule; removing none is fine.

    The timetable goes first and always: after a crash in between the store shows a schedule that
    does not fire, never the other way round, and the call can be repeated.
    """
    organization = api.principal.organization_id
    if wiring.schedules().get(organization, agent_id) is None:
        load_agent(agent_id)
    wiring.timetable().delete(f"{organization}:{agent_id}")
    wiring.schedules().delete(organization, agent_id)
    return reply({"message": f"{agent_name(agent_id)} is not scheduled any more"})


@api.post("/api/agents/<agent_id>/schedule/pause", role=Role.OPERATOR)
def pause_schedule(agent_id: str, body: ReasonBody | None = None) -> Any:
    """Let a schedule fire no more until it is resumed. What is under way goes on."""
    now, reason = wiring.clock().now(), body.reason if body else None
    paused = pause(_known(agent_id), api.principal.subject, reason, now)
    return reply(shown_schedule(paused, now))


@api.post("/api/agents/<agent_id>/schedule/resume", role=Role.OPERATOR)
def resume_schedule(agent_id: str, body: ReasonBody | None = None) -> Any:
    """Let a schedule fire again. Failures are forgotten, and a rate counts from now."""
    now, reason = wiring.clock().now(), body.reason if body else None
    resumed = resume(_known(agent_id), api.principal.subject, reason, now)
    return reply(shown_schedule(resumed, now))


@api.post("/api/agents/<agent_id>/schedule/preview", role=Role.VIEWER)
def preview_schedule(agent_id: str, body: PreviewBody) -> Any:
    """When a schedule would fire, on its own clock and in UTC. Nothing is stored."""
    agent = load_agent(agent_id)
    organization = api.principal.organization_id
    known = wiring.schedules().get(organization, agent_id)
    now = wiring.clock().now()
    wanted = body.model_copy(update={"enabled": True})
    schedule = schedule_of(wanted, agent, organization, known, now)
    return reply(foreseen(schedule, now, body.count))


@api.post("/api/agents/<agent_id>/schedule/backfill", role=Role.OPERATOR)
def backfill_schedule(agent_id: str, body: BackfillBody) -> Any:
    """Start the runs of firings in the past that have none, each once."""
    return reply(backfill_span(_known(agent_id), body, wiring.clock().now()))


@api.get("/api/agents/<agent_id>/sessions")
def list_sessions(
    agent_id: str,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=_MAX_COUNTED)] = 0,
    cursor: str | None = None,
) -> Any:
    """The agent's runs, newest first. With a cursor, `offset` counts from there."""
    load_agent(agent_id)
    organization = api.principal.organization_id
    where = RunFilter(agent_id=agent_id)
    page = wiring.runs().list(organization, where, offset + limit, cursor)
    total = len(page.items)
    if cursor or page.cursor:
        total = max(total, len(wiring.runs().list(organization, where, _MAX_COUNTED).items))
    sessions = [_session(run) for run in page.items[offset:]]
    pagination = {"total": total, "limit": limit, "offset": offset, "cursor": page.cursor}
    return reply({"sessions": sessions, "pagination": pagination})


@api.get("/api/agents/scheduler/status")
def scheduler_status() -> Any:
    """What is scheduled and under way. Runs are counted up to 100 a status, of the last day."""
    organization = api.principal.organization_id
    now = wiring.clock().now()
    schedules = wiring.schedules().list(organization)
    tasks = [task_with_error(schedule, now) for schedule in schedules if schedule.enabled]
    counts = scheduler_counts(wiring.runs(), schedules, organization, now)
    return reply({**counts, "tasks": tasks})


def _known(agent_id: str) -> Schedule:
    load_agent(agent_id)
    schedule = wiring.schedules().get(api.principal.organization_id, agent_id)
    return found(schedule, "schedule of the agent", agent_id)


def _session(run: AgentRun) -> dict[str, Json]:
    """A run as a session. `success` is null until it has ended; `duration` is in milliseconds."""
    metrics = run.metrics if run.status.terminal else None
    return {
        "id": run.id,
        "startedAt": iso(run.started_at or run.created_at),
        "completedAt": iso(run.completed_at) if run.completed_at else None,
        "success": run.status is RunStatus.COMPLETED if run.status.terminal else None,
        "duration": metrics.duration_ms if metrics else None,
        "outputSummary": _output_summary(run) if run.status is RunStatus.COMPLETED else None,
        "errorMessage": run.error_message,
        "status": run.status,
        "intent": run.intent,
    }


def _output_summary(run: AgentRun) -> str | None:
    """The start of the output's summary, title or first text; read, as lists carry no outputs."""
    full = wiring.runs().get(run.organization_id, run.id)
    output = full.output if full and isinstance(full.output, dict) else {}
    texts = {name: text for name, text in output.items() if isinstance(text, str)}
    texts.pop("engine", None)
    shown = texts.get("summary") or texts.get("title") or next(iter(texts.values()), None)
    return shown and shown[:_SUMMARY_LENGTH]


handler = entrypoint(http=api)
