"""How much is scheduled and under way: the counts of the status route and of `scheduler:status`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hub.domain.model import Json
from hub.domain.run import RunStatus
from hub.domain.schedule import Schedule
from hub.ports import RunFilter, RunStore

UNDER_WAY = (RunStatus.RUNNING, RunStatus.WAITING_RATE_LIMIT)

MAX_CONCURRENT_AGENTS = 1000
"""Lambda's default limit of concurrent executions: NeonHub sets none of its own."""

_LOOK_BACK = timedelta(days=1)
_MAX_COUNTED = 100


def scheduler_counts(
    runs: RunStore, schedules: Sequence[Schedule], organization_id: str, at: datetime
) -> dict[str, Json]:
    """The counts; runs are counted up to 100 a status, of the last day.

    Queued are runs that nobody has taken up, and firings that wait for the run before.
    """

    def number(*statuses: RunStatus) -> int:
        filters = [RunFilter(status=status, since=at - _LOOK_BACK) for status in statuses]
        return sum(len(runs.list(organization_id, f, _MAX_COUNTED).items) for f in filters)

    waiting = sum(len(schedule.firings.waiting) for schedule in schedules)
    return {
        # EventBridge Scheduler is a managed service: there is nothing that could be stopped.
        "isRunning": True,
        "scheduledTasksCount": sum(schedule.enabled for schedule in schedules),
        "runningAgentsCount": number(*UNDER_WAY),
        "queuedTasksCount": number(RunStatus.QUEUED) + waiting,
        "maxConcurrentAgents": MAX_CONCURRENT_AGENTS,
    }
