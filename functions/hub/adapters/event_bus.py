"""EventBus over EventBridge."""

import json
from collections.abc import Sequence
from itertools import batched
from typing import Any

from hub.domain.errors import TransientError
from hub.domain.model import Json

SOURCE = "neonhub"
_CHUNK = 10
"""PutEvents takes this many entries at most."""


class EventBridgeBus:
    """Puts events of source `neonhub` on one bus."""

    def __init__(self, client: Any, bus: str) -> None:
        self._client = client
        self._bus = bus

    def publish(self, detail_type: str, details: Sequence[Json]) -> None:
        """Tell the bus of each detail. TransientError if it took not all: publish all again.

        Events can arrive more than once; receivers tell them apart by their ids.
        """
        for chunk in batched(details, _CHUNK, strict=False):
            answer = self._client.put_events(Entries=[self._entry(detail_type, d) for d in chunk])
            if answer["FailedEntryCount"]:
                codes = sorted({e["ErrorCode"] for e in answer["Entries"] if "ErrorCode" in e})
                raise TransientError(
                    f"the event bus {self._bus} refused {answer['FailedEntryCount']} of "
                    f"{len(chunk)} events ({', '.join(codes)}); publish them again"
                )

    def _entry(self, detail_type: str, detail: Json) -> dict[str, str]:
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": detail_type,
            "Detail": json.dumps(detail),
        }
