"""Calls at another time, for platforms that cannot schedule."""

from datetime import datetime
from typing import Protocol

from hub.domain.model import Json


class Later(Protocol):
    """Makes one action's call at a given time, as a run of its own that can be watched."""

    def put(self, action: str, payload: Json, at: datetime, call_key: str) -> str:
        """Schedule the call; the same call key schedules it once. Returns its id.

        Raises InvalidRequestError for a time that is past or more than a year away.
        """
        ...

    def cancel(self, later_id: str) -> bool:
        """Make the call no more; False if there is none, or its time has come."""
        ...


class MemoryLater:
    """Calls at another time, kept in a dictionary by their key; nothing makes them."""

    def __init__(self) -> None:
        self.calls: dict[str, tuple[str, Json, datetime]] = {}

    def put(self, action: str, payload: Json, at: datetime, call_key: str) -> str:
        """Keep the call; the same call key keeps it once. Returns its id."""
        self.calls.setdefault(call_key, (action, payload, at))
        return f"later_{call_key}"

    def cancel(self, later_id: str) -> bool:
        """Forget the call; False if there is none."""
        return self.calls.pop(later_id.removeprefix("later_"), None) is not None
