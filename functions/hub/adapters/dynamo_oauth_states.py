"""OAuthStates over the connections table: `OAUTH#<hash of the state>`, gone with its first use.

Who comes back from a platform has only the state, so the organization is in the item and not in
its key; the hash tells nothing to those who read the table.
"""

import json
from typing import Any

from hub.adapters.dynamo import from_item, to_item
from hub.domain.model import Json
from hub.ports import Clock
from hub.token_ports import PendingGrant


class DynamoOAuthStates:
    """Keeps started connections in DynamoDB."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def put(self, key: str, pending: PendingGrant, sealed: bytes) -> None:
        """Keep what was started; DynamoDB removes it some time after its end."""
        item = {
            **_key(key),
            "pending": json.dumps(pending.to_json()),
            "sealed": sealed,
            "expiresAt": int(pending.expires_at.timestamp()),
        }
        self._client.put_item(TableName=self._table, Item=to_item(item))

    def take(self, key: str) -> tuple[PendingGrant, bytes] | None:
        """What was kept, once: reading it removes it."""
        answer = self._client.delete_item(
            TableName=self._table, Key=to_item(_key(key)), ReturnValues="ALL_OLD"
        )
        item = from_item(answer.get("Attributes", {}))
        if not item:
            return None
        pending = PendingGrant.model_validate_json(item["pending"])
        if pending.expires_at <= self._clock.now():
            return None
        return pending, bytes(item["sealed"])


def _key(key: str) -> dict[str, Json]:
    return {"pk": f"OAUTH#{key}", "sk": "OAUTH"}
