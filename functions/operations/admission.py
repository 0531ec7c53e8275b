"""Admission: a firing of EventBridge Scheduler becomes one run.

The run's id is derived from the schedule and the scheduled time, and its execution is named after
the run. So a firing that is delivered twice, or that both halves of an either-or cron make in the
same minute, is one run with one execution. With a flexible window the scheduled time is still the
one the expression names, and not when the firing came:
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
"""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator

from hub import wiring
from hub.domain.model import Json, Record
from hub.domain.run import AgentRun, RunStatus
from hub.domain.schedule import Schedule, firing_run_id
from hub.entrypoint import Event, entrypoint
from hub.observability import count, logger
from hub.schedule_runs import begin, take
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
    def due(self) -> datetime:
        """When it was due."""
        return datetime.fromisoformat(self.scheduled_time)

    @property
    def run_id(self) -> str:
        """The id of the one run of this firing."""
        return firing_run_id(self.organization_id, self.agent_id, self.due)


def admit(event: Event, _context: Any = None) -> dict[str, Json]:
    """Start the run of a firing and answer its id and status; a null status while it waits.

    The id is null, too, when there shall be no run. Repeatable after a crash at any point. Raises
    InvalidRequestError for an event that is no firing; Lambda delivers a failed event again and in
    the end to the dead-letter queue.
    """
    if event.get("task") == "deliver":
        return deliver(event)
    firing = parse(Firing, event, "event")
    schedule = wiring.schedules().get(firing.organization_id, firing.agent_id)
    _measure_delay(firing, schedule)
    earlier = wiring.runs().get(firing.organization_id, firing.run_id)
    if earlier:
        return _answer(firing, begin(earlier))
    if why := _refusal(firing, schedule):
        _tell("ignored", firing, why)
        return {"runId": None, "status": None}
    assert schedule is not None
    return _answer(firing, take(schedule, firing.due))


def _refusal(firing: Firing, schedule: Schedule | None) -> str | None:
    """Why a firing shall have no run: its schedule was changed since it fired."""
    if schedule is None:
        return "it was deleted"
    if not schedule.enabled:
        return "the schedule is disabled"
    return None if schedule.covers(firing.due) else "it is before the start or after the end"


def _answer(firing: Firing, run: AgentRun | None) -> dict[str, Json]:
    if run is None:
        _tell("waiting", firing, "the run before is still under way")
        return {"runId": firing.run_id, "status": None}
    outcome = "skipped" if run.status is RunStatus.SKIPPED else "started"
    _tell(outcome, firing, run.error_message or "admitted")
    return {"runId": run.id, "status": run.status}


def _measure_delay(firing: Firing, schedule: Schedule | None) -> None:
    """How late the firing came, in seconds, so that late schedules can raise an alarm.

    What its flexible window allows is not late.
    """
    window = timedelta(minutes=schedule.flexible_minutes if schedule else 0)
    delay = wiring.clock().now() - firing.due - window
    count("ScheduleDelay", max(0.0, delay.total_seconds()), "Seconds")


def _tell(outcome: str, firing: Firing, reason: str) -> None:
    told = {"outcome": outcome, "reason": reason, "agentId": firing.agent_id}
    logger.info("schedule fired", extra={**told, "scheduledTime": firing.scheduled_time})
    count("ScheduledFirings", outcome=outcome)


handler = entrypoint(task=admit)
