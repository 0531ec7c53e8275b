"""What keeping schedules' firings needs from their store, besides keeping the schedules."""

from typing import Protocol

from hub.domain.schedule import Schedule
from hub.domain.schedule_firings import Firings


class FiringStore(Protocol):
    """Keeps what has become of a schedule's firings, beside the schedule."""

    def save_firings(self, schedule: Schedule, firings: Firings) -> bool:
        """Keep what the firings of a schedule have become.

        False if they changed since the schedule was read, or if it is gone.
        """
        ...

    def replace(self, schedule: Schedule, known: Schedule) -> bool:
        """Store a schedule in place of a known one; False if somebody changed or removed it."""
        ...
