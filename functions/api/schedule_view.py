"""A schedule as clients see it: what it is, what became of its firings, and how its agent does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import wiring
from hub.domain.events import agent_name
from hub.domain.model import Json, iso
from hub.domain.run import AgentRun
from hub.domain.schedule import Schedule
from hub.domain.schedule_times import next_times, times_between
from hub.ports import RunFilter
from hub.scheduler_counts import UNDER_WAY

_NEXT_RUNS = 5
_RECENT_RUNS = 20
_GRACE = timedelta(minutes=5)
"""A firing that is later than this, and than its window, is overdue."""


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


def activity_of(organization_id: str, agent_id: str) -> Activity:
    """What an agent did last."""
    where = RunFilter(agent_id=agent_id)
    return Activity(wiring.runs().list(organization_id, where, _RECENT_RUNS).items)


def shown_schedule(schedule: Schedule, now: datetime) -> dict[str, Json]:
    """A schedule with its next firings; times of firings are when they are due."""
    times = [iso(moment) for moment in next_times(schedule, now, _NEXT_RUNS)]
    seconds = schedule.approval_seconds
    return {
        "id": schedule.agent_id,
        "name": agent_name(schedule.agent_id),
        "scheduleExpression": schedule.expression,
        "scheduleEnabled": schedule.enabled,
        "nextRunAt": times[0] if times else None,
        "nextRuns": times,
        "timezone": schedule.timezone,
        "priority": schedule.priority,
        "intent": schedule.intent,
        "input": schedule.input,
        "approval": {"timeoutSeconds": seconds} if seconds else None,
        "overlap": schedule.overlap,
        "startAt": _iso(schedule.start_at),
        "endAt": _iso(schedule.end_at),
        "flexibleMinutes": schedule.flexible_minutes,
        "pauseAfterFailures": schedule.pause_after_failures,
        **_shown_firings(schedule, now),
    }


def _shown_firings(schedule: Schedule, now: datetime) -> dict[str, Json]:
    pause, firings = schedule.pause, schedule.firings
    return {
        "pausedAt": _iso(pause.at) if pause else None,
        "pausedBy": pause.by if pause else None,
        "pausedReason": pause.reason if pause else None,
        "consecutiveFailures": firings.failures,
        "waitingFirings": [iso(due) for due in firings.waiting],
        "missedFirings": firings.missed,
        "lastMissedAt": _iso(firings.last_missed_at),
        "overdueSince": _iso(overdue_since(schedule, now)),
    }


def overdue_since(schedule: Schedule, now: datetime) -> datetime | None:
    """When the first firing was due that should have come by now and did not; None if all came."""
    if not schedule.enabled:
        return None
    last = schedule.firings.last_due_at
    since = max(last, schedule.updated_at) if last else schedule.updated_at
    until = now - _GRACE - timedelta(minutes=schedule.flexible_minutes)
    found = times_between(schedule, since + timedelta(microseconds=1), until, 1)
    return found[0] if found else None


def unscheduled(agent_id: str) -> dict[str, Json]:
    """The shape of a schedule, for an agent that has none."""
    nothing = (
        *("scheduleExpression", "nextRunAt", "timezone", "priority", "intent", "input"),
        *("approval", "overlap", "startAt", "endAt", "flexibleMinutes", "pauseAfterFailures"),
        *("pausedAt", "pausedBy", "pausedReason", "lastMissedAt", "overdueSince"),
    )
    counts = {"consecutiveFailures": 0, "waitingFirings": [], "missedFirings": 0}
    shown = {"id": agent_id, "name": agent_name(agent_id), "scheduleEnabled": False, "nextRuns": []}
    return {**shown, **dict.fromkeys(nothing), **counts}


def status_of(schedule: Schedule | None, activity: Activity) -> str:
    """`running`, `scheduled`, `paused` or `idle`."""
    if activity.running:
        return "running"
    if schedule is None:
        return "idle"
    return "scheduled" if schedule.enabled else "paused"


def shown_task(schedule: Schedule, activity: Activity, now: datetime) -> dict[str, Json]:
    """A schedule as a task of the scheduler."""
    times = next_times(schedule, now, 1)
    return {
        "agentId": schedule.agent_id,
        "agentName": agent_name(schedule.agent_id),
        "priority": schedule.priority,
        "nextRunTime": iso(times[0]) if times else None,
        "retryCount": activity.retries,
        "isRunning": activity.running,
    }


def task_with_error(schedule: Schedule, now: datetime) -> dict[str, Json]:
    """A schedule as a task of the scheduler, with the last error of its agent."""
    activity = activity_of(schedule.organization_id, schedule.agent_id)
    return {**shown_task(schedule, activity, now), "lastError": activity.last_error}


def _iso(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None
