"""ScheduleStore in memory: the twin of the DynamoDB store, held to the same contract tests."""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.schedule import Schedule
from hub.domain.schedule_firings import Firings


class MemoryScheduleStore:
    """Keeps schedules in a dictionary."""

    def __init__(self) -> None:
        self._schedules: dict[tuple[str, str], Schedule] = {}

    def put(self, schedule: Schedule) -> None:
        """Store a schedule, new or changed; what became of its firings stays as it is."""
        key = (schedule.organization_id, schedule.agent_id)
        old = self._schedules.get(key)
        fired = {
            "last_run_id": old.last_run_id if old else None,
            "last_run_at": old.last_run_at if old else None,
            "firings": old.firings if old else Firings(),
        }
        self._schedules[key] = schedule.model_copy(update=fired)

    def replace(self, schedule: Schedule, known: Schedule) -> bool:
        """Store a schedule in place of a known one; False if somebody changed or removed it."""
        old = self.get(schedule.organization_id, schedule.agent_id)
        if old is None or old.updated_at != known.updated_at:
            return False
        self.put(schedule)
        return True

    def save_firings(self, schedule: Schedule, firings: Firings) -> bool:
        """Keep what the firings of a schedule have become.

        False if they changed since the schedule was read, or if it is gone.
        """
        old = self.get(schedule.organization_id, schedule.agent_id)
        if old is None or old.firings.version != schedule.firings.version:
            return False
        new = firings.model_copy(update={"version": old.firings.version + 1})
        key = (schedule.organization_id, schedule.agent_id)
        self._schedules[key] = old.model_copy(update={"firings": new})
        return True

    def get(self, organization_id: str, agent_id: str) -> Schedule | None:
        """The schedule of an agent."""
        return self._schedules.get((organization_id, agent_id))

    def list(self, organization_id: str) -> Sequence[Schedule]:
        """The organization's schedules by agent."""
        mine = [s for (owner, _), s in self._schedules.items() if owner == organization_id]
        return sorted(mine, key=lambda schedule: schedule.agent_id)

    def delete(self, organization_id: str, agent_id: str) -> bool:
        """Remove a schedule. False if there was none."""
        return self._schedules.pop((organization_id, agent_id), None) is not None

    def record_firing(self, organization_id: str, agent_id: str, run_id: str, at: datetime) -> None:
        """Remember the run of the newest firing. An older firing, told late, changes nothing."""
        schedule = self.get(organization_id, agent_id)
        if schedule and (schedule.last_run_at is None or schedule.last_run_at <= at):
            fired = schedule.model_copy(update={"last_run_id": run_id, "last_run_at": at})
            self._schedules[organization_id, agent_id] = fired
