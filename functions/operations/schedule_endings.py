"""What the end of a scheduled run means for its schedule.

Failures in a row are counted and may pause it, and a firing that waited for this run is started.
Every part is repeatable: an ending may be told more than once.
"""

from collections.abc import Mapping
from typing import Any, Self

from hub import wiring
from hub.domain.model import Instant, Record
from hub.domain.run import RunStatus
from hub.domain.schedule import Schedule
from hub.domain.schedule_firings import Firings
from hub.observability import count, logger
from hub.schedule_runs import change_firings, start_waiting
from hub.schedule_writes import pause_known

_FAILED = frozenset({RunStatus.FAILED, RunStatus.TIMED_OUT, RunStatus.NEEDS_REVIEW})
BY_FAILURES = "failures"
"""Who paused a schedule when it was nobody."""


class EndedRun(Record):
    """The end of a run that a schedule started."""

    organization_id: str
    agent_id: str
    schedule_id: str
    run_id: str
    status: RunStatus
    completed_at: Instant

    @classmethod
    def from_image(cls, image: Mapping[str, Any]) -> Self:
        """The end that an image of a closed run's record tells of."""
        return cls(
            organization_id=image["organizationId"],
            agent_id=image["agentId"],
            schedule_id=image["scheduleId"],
            run_id=image["id"],
            status=image["status"],
            completed_at=image["completedAt"],
        )


def scheduled_run_ended(run: EndedRun) -> None:
    """Count the ending, pause the schedule if too many failed in a row, start what waits."""

    def counted(schedule: Schedule) -> Firings | None:
        failed = run.status in _FAILED
        if schedule.id != run.schedule_id or not (failed or run.status is RunStatus.COMPLETED):
            return None
        return schedule.firings.ended(run.run_id, run.completed_at, failed)

    schedule = change_firings(run.organization_id, run.agent_id, counted)
    if schedule is None or schedule.id != run.schedule_id:
        return
    if schedule.enabled and schedule.failed_too_often:
        _pause(schedule, run)
    start_waiting(run.organization_id, run.agent_id)


def _pause(schedule: Schedule, run: EndedRun) -> None:
    failures = schedule.firings.failures
    runs = f"{failures} runs in a row" if failures > 1 else "a run"
    reason = (
        f"{runs} failed, the last one is {run.run_id}; see why it failed, then resume the schedule"
    )
    paused = schedule.paused(wiring.clock().now(), BY_FAILURES, reason)
    if pause_known(schedule, paused):
        told = {"scheduleId": schedule.id, "failures": failures, "runId": run.run_id}
        logger.warning("schedule paused after failures", extra=told)
        count("SchedulesPaused")
