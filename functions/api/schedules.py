"""Schedules over HTTP: set, show and remove an agent's schedule; its sessions; the scheduler."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from hub import wiring
from hub.agent_kit.catalog import load_agent, resolve
from hub.agent_kit.deliveries import check_deliveries
from hub.agent_kit.routes import ApprovalBody
from hub.agent_kit.spec import AgentSpec
from hub.domain.cron import CronFieldError
from hub.domain.errors import InvalidRequestError
from hub.domain.events import agent_name
from hub.domain.model import Json, iso
from hub.domain.principal import Role
from hub.domain.run import AgentRun, Priority, RunStatus
from hub.domain.schedule import Schedule
from hub.domain.schedule_expression import ScheduleExpression, parse_expression
from hub.entrypoint import entrypoint
from hub.http import Api, Body, reply
from hub.ports import RunFilter
from hub.scheduler_counts import UNDER_WAY, scheduler_counts
from hub.validation import parse

api = Api()

_NEXT_RUNS = 5
_MAX_COUNTED = 1000
"""Sessions are counted up to here; cursors go further."""

_RECENT_RUNS = 20
_SUMMARY_LENGTH = 200


class ScheduleBody(Body):
    """The body of a schedule. Without intent or input, those it has, or else the agent's own."""

    cron_expression: str = Field(description="Five fields, or cron(…), rate(…) or at(…).")
    priority: Priority = Priority.NORMAL
    enabled: bool = True
    timezone: str = Field(default="UTC", description="IANA name, for example Europe/Berlin.")
    intent: str | None = None
    input: dict[str, Any] | None = None
    approval: ApprovalBody | None = Field(default=None, description="Its runs wait for approval.")


@dataclass(frozen=True)
class Activity:
    """What an agent did last: its newest runs, newest first."""

    runs: Sequence[AgentRun]

    @property
    def running(self) -> bool:
        """Whether one of them is under way."""
        return any(run.status in UNDER_WAY for run in self.runs)

    @property
    def retries(self) -> int:
        """How often work of the newest run was repeated."""
        metrics = self.runs[0].metrics if self.runs else None
        return metrics.retries if metrics else 0

    @property
    def last_error(self) -> str | None:
        """The error of the newest run that ended; None if it ended well."""
        return next((run.error_message for run in self.runs if run.status.terminal), None)


@api.post("/api/agents/<agent_id>/schedule", role=Role.OPERATOR)
def put_schedule(agent_id: str, body: ScheduleBody) -> Any:
    """Make an agent run by itself, or change when and with what it does."""
    agent = load_agent(agent_id)
    organization = api.principal.organization_id
    known = wiring.schedules().get(organization, agent_id)
    expression = _expression(body.cron_expression)
    intent, given = _work(agent, body, known)
    now = wiring.clock().now()
    schedule = Schedule(
        organization_id=organization,
        agent_id=agent_id,
        expression=expression.text,
        timezone=_zone(body.timezone).key,
        priority=body.priority,
        enabled=body.enabled,
        intent=intent,
        input=given,
        approval_seconds=body.approval.timeout_seconds if body.approval else 0,
        created_at=known.created_at if known else now,
        updated_at=now,
    )
    if schedule.enabled and not _next_runs(schedule, now):
        raise _bad_expression("expression", "never fires again")
    _write(schedule, expression, known)
    return reply(_shown(schedule, now))


@api.get("/api/agents/<agent_id>/schedule")
def show_schedule(agent_id: str) -> Any:
    """An agent's schedule. An agent without one has `scheduleEnabled` false and nulls."""
    load_agent(agent_id)
    organization = api.principal.organization_id
    schedule = wiring.schedules().get(organization, agent_id)
    activity = _activity(organization, agent_id)
    now = wiring.clock().now()
    shown = _shown(schedule, now) if schedule else _unscheduled(agent_id)
    last = schedule.last_run_at if schedule else None
    task = _task(schedule, activity, now) if schedule and schedule.enabled else None
    shown |= {"lastRunAt": iso(last) if last else None, "status": _status(schedule, activity)}
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
    tasks = [_task_with_error(schedule, now) for schedule in schedules if schedule.enabled]
    counts = scheduler_counts(wiring.runs(), schedules, organization, now)
    return reply({**counts, "tasks": tasks})


def _write(schedule: Schedule, expression: ScheduleExpression, known: Schedule | None) -> None:
    """Store a schedule and make it fire.

    What fires must show as enabled, even if this crashes between the two writes. So an enabled
    schedule is stored before it fires, and one that is switched off stops firing before it is
    stored. Either way the call can be repeated, and admission refuses what the store does not
    show as enabled.
    """
    store, timetable = wiring.schedules(), wiring.timetable()
    if not schedule.enabled:
        timetable.put(schedule, expression.scheduler_expressions)
        store.put(schedule)
        return
    store.put(schedule)
    try:
        timetable.put(schedule, expression.scheduler_expressions)
    except InvalidRequestError:
        # Refused, so it will never fire like this: show again what was there before.
        _restore(schedule, known)
        raise


def _restore(refused: Schedule, known: Schedule | None) -> None:
    if known:
        wiring.schedules().put(known)
        return
    wiring.timetable().delete(refused.id)
    wiring.schedules().delete(refused.organization_id, refused.agent_id)


def _work(agent: AgentSpec, body: ScheduleBody, known: Schedule | None) -> tuple[str, Json]:
    """The intent and input to run; InvalidRequestError names what is wrong, as `input.brief`."""
    name = body.intent or (known.intent if known else agent.default_intent)
    intent = resolve(agent.id, name).intent(name)
    given: Json = body.input
    if given is None and known and known.intent == name:
        given = known.input
    if given is None:
        given = dict(agent.default_input) if name == agent.default_intent else {}
    work = parse(intent.input, given, "input")
    check_deliveries(work)
    return name, work.to_json()


def _expression(text: str) -> ScheduleExpression:
    try:
        return parse_expression(text)
    except CronFieldError as error:
        raise _bad_expression(error.field, error.reason, str(error)) from None


def _bad_expression(field: str, reason: str, message: str | None = None) -> InvalidRequestError:
    details = {"field": "cronExpression", "cronField": field, "reason": reason}
    return InvalidRequestError(message or f"cronExpression: {reason}", details=details)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; no name at all; a folder of names
        reason = "is not an IANA time zone, such as Europe/Berlin or UTC"
        raise InvalidRequestError(
            f"timezone: {name[:60]!r} {reason}", details={"field": "timezone", "reason": reason}
        ) from None


def _next_runs(schedule: Schedule, now: datetime) -> list[datetime]:
    """The next firings in UTC; none while the schedule is disabled."""
    if not schedule.enabled:
        return []
    expression, zone = parse_expression(schedule.expression), ZoneInfo(schedule.timezone)
    after = now
    if expression.kind == "rate":
        # A rate counts from when it was set, not from when somebody looks.
        first = expression.next_firings(schedule.updated_at, zone, 1)[0]
        period = first - schedule.updated_at
        after = schedule.updated_at + period * ((now - schedule.updated_at) // period)
    return expression.next_firings(after, zone, _NEXT_RUNS)


def _shown(schedule: Schedule, now: datetime) -> dict[str, Json]:
    firings = [iso(moment) for moment in _next_runs(schedule, now)]
    seconds = schedule.approval_seconds
    return {
        "id": schedule.agent_id,
        "name": agent_name(schedule.agent_id),
        "scheduleExpression": schedule.expression,
        "scheduleEnabled": schedule.enabled,
        "nextRunAt": firings[0] if firings else None,
        "nextRuns": firings,
        "timezone": schedule.timezone,
        "priority": schedule.priority,
        "intent": schedule.intent,
        "input": schedule.input,
        "approval": {"timeoutSeconds": seconds} if seconds else None,
    }


def _unscheduled(agent_id: str) -> dict[str, Json]:
    nothing = (
        *("scheduleExpression", "nextRunAt", "timezone", "priority", "intent", "input"),
        "approval",
    )
    shown = {"id": agent_id, "name": agent_name(agent_id), "scheduleEnabled": False, "nextRuns": []}
    return {**shown, **dict.fromkeys(nothing)}


def _status(schedule: Schedule | None, activity: Activity) -> str:
    if activity.running:
        return "running"
    if schedule is None:
        return "idle"
    return "scheduled" if schedule.enabled else "paused"


def _task(schedule: Schedule, activity: Activity, now: datetime) -> dict[str, Json]:
    firings = _next_runs(schedule, now)
    return {
        "agentId": schedule.agent_id,
        "agentName": agent_name(schedule.agent_id),
        "priority": schedule.priority,
        "nextRunTime": iso(firings[0]) if firings else None,
        "retryCount": activity.retries,
        "isRunning": activity.running,
    }


def _task_with_error(schedule: Schedule, now: datetime) -> dict[str, Json]:
    activity = _activity(schedule.organization_id, schedule.agent_id)
    return {**_task(schedule, activity, now), "lastError": activity.last_error}


def _activity(organization_id: str, agent_id: str) -> Activity:
    where = RunFilter(agent_id=agent_id)
    return Activity(wiring.runs().list(organization_id, where, _RECENT_RUNS).items)


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
