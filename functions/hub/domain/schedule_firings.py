"""What has become of a schedule's firings, and how each thing that happens changes it."""

from collections.abc import Sequence
from datetime import datetime

from hub.domain.model import Instant, Record, iso


class Firings(Record):
    """The state of a schedule's firings. Times that firings were due, not when they came.

    `version` grows with each change. `active_run_id` is the run started last, and is under way
    unless it has ended; `waiting` are firings that are started one after the other when it has.
    `missed` counts firings that did not come, the last of them due at `last_missed_at`.
    `failures` counts runs that failed in a row; endings up to `counted_to` are counted.
    """

    version: int = 0
    active_run_id: str | None = None
    active_since: Instant | None = None
    waiting: tuple[Instant, ...] = ()
    last_due_at: Instant | None = None
    last_missed_at: Instant | None = None
    missed: int = 0
    failures: int = 0
    counted_to: str = ""

    def fired(self, due: datetime, missed: Sequence[datetime]) -> "Firings":
        """A firing came, and those in between did not. One that came late changes nothing."""
        if self.last_due_at and due <= self.last_due_at:
            return self
        told = {"missed": self.missed + len(missed), "last_missed_at": missed[-1]} if missed else {}
        return self.model_copy(update={"last_due_at": due, **told})

    def started(self, run_id: str, at: datetime) -> "Firings":
        """A run is under way now; its firing waits no more."""
        return self.model_copy(update={"active_run_id": run_id, "active_since": at})

    def queued(self, due: Sequence[datetime]) -> "Firings":
        """More firings wait."""
        return self.model_copy(update={"waiting": (*self.waiting, *due)})

    def next_taken(self) -> "Firings":
        """The first one waits no more."""
        return self.model_copy(update={"waiting": self.waiting[1:]})

    def ended(self, run_id: str, at: datetime, failed: bool) -> "Firings":
        """A run has ended. An ending is counted once, and none that is older than one counted."""
        counted = f"{iso(at)} {run_id}"
        if counted <= self.counted_to:
            return self
        failures = self.failures + 1 if failed else 0
        return self.model_copy(update={"failures": failures, "counted_to": counted})

    def forgiven(self) -> "Firings":
        """No run has failed in a row."""
        return self.model_copy(update={"failures": 0})
