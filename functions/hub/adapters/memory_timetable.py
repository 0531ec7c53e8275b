"""Timetable in memory, for tests."""

from collections.abc import Sequence

from hub.domain.schedule import Schedule


class MemoryTimetable:
    """Remembers what would fire. `entries` maps a schedule's id to it and its expressions."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[Schedule, tuple[str, ...]]] = {}

    def put(self, schedule: Schedule, expressions: Sequence[str]) -> None:
        """Fire exactly on these expressions, or on none while it is not enabled."""
        self.entries[schedule.id] = (schedule, tuple(expressions))

    def delete(self, schedule_id: str) -> None:
        """Fire no more. What is gone already is fine."""
        self.entries.pop(schedule_id, None)

    def firing(self, schedule_id: str) -> tuple[str, ...]:
        """The expressions a schedule fires on now; none while it is disabled or deleted."""
        schedule, expressions = self.entries.get(schedule_id, (None, ()))
        return expressions if schedule and schedule.enabled else ()
