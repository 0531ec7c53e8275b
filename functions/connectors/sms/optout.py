"""Who does not want our messages: a connection's own table, one note for each number.

Twilio has no way to ask for one recipient, so the table is fed by what Twilio tells in passing: a
send that it refuses with 21610, a status callback with 21610, an inbound STOP.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from hub.connector_kit.journal import Notes
from hub.domain.model import iso

type Source = Literal["send_refused", "status_callback", "inbound"]

REFUSED = "21610"
"""Twilio's code for a recipient who has opted out."""


@dataclass(frozen=True)
class OptOut:
    """An opt-out: since when (ISO 8601 UTC), and how we know."""

    since: str
    source: str


class OptOuts:
    """The table of one connection."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def get(self, number: str) -> OptOut | None:
        """The opt-out of a number in E.164, or None."""
        kept = self._notes.get(_key(number))
        return OptOut(kept["since"], kept["source"]) if kept else None

    def add(self, number: str, at: datetime, source: Source) -> None:
        """Keep an opt-out, for ever; one that is kept already stays as it is."""
        if self.get(number) is None:
            self._notes.put(_key(number), {"since": iso(at), "source": source})

    def remove(self, number: str) -> None:
        """Forget an opt-out; harmless if there is none."""
        self._notes.delete(_key(number))


def _key(number: str) -> str:
    return f"optout#{number}"
