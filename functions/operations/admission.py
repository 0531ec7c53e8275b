"""Admission: a firing of EventBridge Scheduler becomes one run.

The run's id is derived from the schedule and the scheduled time, and its execution is named after
the run. So a firing that is delivered twice, or that both halves of an either-or cron make in the
same minute, is one run with one execution.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator

from hub import wiring
from hub.agent_kit.catalog import load_agent
from hub.agent_kit.start import RunOrder, RunStarter
from hub.domain.errors import InvalidRequestError, NotFoundError
from hub.domain.model import Json, Record
from hub.domain.run import AgentRun, Failure, RunStatus, Trigger
from hub.domain.schedule import Schedule
from hub.entrypoint import Event, entrypoint
from hub.observability import count, logger
from hub.validation import parse
from operations.delivery import deliver


def _with_zone(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a scheduled time needs a zone, for example 2026-03-02T09:00:00Z")
    return text


class Firing(Record):
    """What EventBridge Scheduler delivers. `scheduled_time` is when it was due, in ISO 8601."""

    task: str
    organization_id: str
    agent_id: str
    scheduled_time: Annotated[str, AfterValidator(_with_zone)]

    @property
    def run_id(self) -> str:
        """The id of the one run of this firing."""
        text = f"{self.organization_id}:{self.agent_id}:{self.scheduled_time}"
        return "run_" + hashlib.sha256(text.encode()).hexdigest()[:24]


def admit(event: Event, _context: Any = None) -> dict[str, Json]:
    """Start the run of a firing and answer its id and status, or a null id when none shall be.

    Repeatable after a crash at any point. Raises InvalidRequestError for an event that is no
    firing; Lambda delivers a failed event again and in the end to the dead-letter queue.
    """
    if event.get("task") == "deliver":
        return deliver(event)
    firing = parse(Firing, event, "event")
    _measure_delay(firing)
    drafted = _drafted(firing)
    if drafted is None:
        return {"runId": None, "status": None}
    run = wiring.runs().create(drafted)
    if not run.status.terminal:
        wiring.executions().start(run)
    organization, agent = firing.organization_id, firing.agent_id
    wiring.schedules().record_firing(organization, agent, run.id, run.created_at)
    outcome = "skipped" if run.status is RunStatus.SKIPPED else "started"
    _tell(outcome, firing, run.error_message or "admitted")
    return {"runId": run.id, "status": run.status}


def _drafted(firing: Firing) -> AgentRun | None:
    """The run of a firing, not stored yet: queued, or skipped if its schedule cannot work any more.

    None if the schedule was deleted or disabled since it fired; unless this firing had a run
    before that, whose start may have been lost.
    """
    schedule = wiring.schedules().get(firing.organization_id, firing.agent_id)
    if schedule is None or not schedule.enabled:
        earlier = wiring.runs().get(firing.organization_id, firing.run_id)
        if earlier is None:
            _tell("ignored", firing, "the schedule is disabled" if schedule else "it was deleted")
        return earlier
    try:
        return _queued(schedule, firing)
    except (InvalidRequestError, NotFoundError) as error:
        return _skipped(schedule, firing, Failure(code=error.error_code, message=error.message))


def _queued(schedule: Schedule, firing: Firing) -> AgentRun:
    order = RunOrder(
        agent=load_agent(schedule.agent_id),
        organization_id=schedule.organization_id,
        intent=schedule.intent,
        input=schedule.input,
        trigger=Trigger.SCHEDULE,
        run_id=firing.run_id,
        priority=schedule.priority,
        schedule_id=schedule.id,
        approval=schedule.approval,
    )
    starter = RunStarter(wiring.runs(), wiring.executions(), wiring.clock(), wiring.ids())
    return starter.draft(order)


def _skipped(schedule: Schedule, firing: Firing, why: Failure) -> AgentRun:
    """A record of a firing that was not run. Its only change, number 1, is its ending."""
    now = wiring.clock().now()
    reason = f"the scheduled run was skipped: {why.message}. Correct the schedule of this agent."
    run = AgentRun(
        id=firing.run_id,
        agent_id=schedule.agent_id,
        organization_id=schedule.organization_id,
        intent=schedule.intent,
        objective=f"Scheduled {schedule.intent}",
        priority=schedule.priority,
        trigger=Trigger.SCHEDULE,
        schedule_id=schedule.id,
        input=schedule.input,
        sequence=1,
        created_at=now,
    )
    return run.ended(RunStatus.SKIPPED, 1, now, Failure(code=why.code, message=reason))


def _measure_delay(firing: Firing) -> None:
    """How late the firing came, in seconds, so that late schedules can raise an alarm."""
    delay = wiring.clock().now() - datetime.fromisoformat(firing.scheduled_time)
    count("ScheduleDelay", max(0.0, delay.total_seconds()), "Seconds")


def _tell(outcome: str, firing: Firing, reason: str) -> None:
    told = {"outcome": outcome, "reason": reason, "agentId": firing.agent_id}
    logger.info("schedule fired", extra={**told, "scheduledTime": firing.scheduled_time})
    count("ScheduledFirings", outcome=outcome)


handler = entrypoint(task=admit)
