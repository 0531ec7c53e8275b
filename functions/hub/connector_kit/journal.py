"""What a call of several parts has done so far.

Publishing a thread, uploading a video, creating a container and then publishing it: such a call can
stop in its middle, at a rate limit, a lost answer or a platform still at work. Each part that
succeeded is kept under the call's key, so the same call made again goes on where it stopped.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from hub.domain.model import Json
from hub.domain.outcome import Outcome, OutcomeKind

KEPT = timedelta(days=14)
"""As long as Step Functions may redrive a run."""


class Notes(Protocol):
    """What a connection remembers, by key. Nobody else sees it."""

    def get(self, key: str) -> Json:
        """What was kept, or None."""
        ...

    def put(self, key: str, value: Json, kept: timedelta | None = None) -> None:
        """Keep a value, for ever or for a time."""
        ...

    def delete(self, key: str) -> None:
        """Forget a value; harmless if there is none."""
        ...


class MemoryNotes:
    """Notes in a dictionary, for one process."""

    def __init__(self) -> None:
        self._notes: dict[str, Json] = {}

    def get(self, key: str) -> Json:
        """What was kept, or None."""
        return self._notes.get(key)

    def put(self, key: str, value: Json, kept: timedelta | None = None) -> None:
        """Keep a value; it does not expire here."""
        del kept
        self._notes[key] = value

    def delete(self, key: str) -> None:
        """Forget a value."""
        self._notes.pop(key, None)


class Journal:
    """The parts of one call that are done, with what each answered."""

    def __init__(self, notes: Notes, call_key: str) -> None:
        self._notes = notes
        self._key = f"call#{call_key}"
        self._parts: dict[str, Json] | None = None

    def __contains__(self, part: str) -> bool:
        return part in self._load()

    def get(self, part: str) -> Json:
        """What a part answered, or None if it is not done."""
        return self._load().get(part)

    def put(self, part: str, answer: Json) -> None:
        """Keep what a part answered."""
        parts = self._load()
        parts[part] = answer
        self._notes.put(self._key, parts, KEPT)

    def once(self, part: str, call: Callable[[], Outcome]) -> Outcome:
        """The kept answer of a part as an ok outcome, or the call's outcome, kept if it is ok."""
        if part in self:
            return Outcome(kind=OutcomeKind.OK, data=self.get(part))
        outcome = call()
        if outcome.ok:
            self.put(part, outcome.data)
        return outcome

    def _load(self) -> dict[str, Json]:
        if self._parts is None:
            self._parts = dict(self._notes.get(self._key) or {})
        return self._parts
