"""SocketStore over one DynamoDB table.

    SOCKET#<connection>  SOCKET           the open socket and its organization
    SOCKET#<connection>  TOPIC#<topic>    what it listens to, to find it when the socket ends
    <topic>              <connection>     who listens to a topic, to find it when something happens

The last two are written together and only while the first exists; a disconnect removes the first
before it looks for the others. So a subscription racing with a disconnect leaves nothing behind.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import from_item, to_item
from hub.domain.errors import NotFoundError, TransientError
from hub.domain.model import Json

_BATCH = 25
"""BatchWriteItem takes this many items at most."""

_ROUNDS = 8
"""How often what BatchWriteItem left over is sent again."""


class DynamoSocketStore:
    """Keeps sockets and their subscriptions in DynamoDB; `expiresAt` (seconds) is the TTL."""

    def __init__(
        self, client: Any, table: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def connect(self, connection_id: str, organization_id: str, expires_at: int) -> None:
        """Remember an open socket and its organization."""
        item = {
            **_socket(connection_id),
            "organizationId": organization_id,
            "expiresAt": expires_at,
        }
        self._client.put_item(TableName=self._table, Item=to_item(item))

    def organization(self, connection_id: str) -> str | None:
        """The organization of an open socket, or None."""
        answer = self._client.get_item(
            TableName=self._table, Key=to_item(_socket(connection_id)), ConsistentRead=True
        )
        return from_item(answer.get("Item", {})).get("organizationId")

    def subscribe(self, connection_id: str, topic: str, expires_at: int) -> None:
        """Let an open socket listen to a topic; NotFoundError if the socket is gone."""
        rows = [{**key, "expiresAt": expires_at} for key in _subscription(connection_id, topic)]
        check = {
            "TableName": self._table,
            "Key": to_item(_socket(connection_id)),
            "ConditionExpression": "attribute_exists(pk)",
        }
        puts = [{"Put": {"TableName": self._table, "Item": to_item(row)}} for row in rows]
        try:
            self._client.transact_write_items(TransactItems=[{"ConditionCheck": check}, *puts])
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            raise _refused(error, connection_id) from error

    def unsubscribe(self, connection_id: str, topic: str) -> None:
        """Let a socket no longer listen to a topic; nothing happens if it did not."""
        self._delete(_subscription(connection_id, topic))

    def listeners(self, topics: Sequence[str]) -> set[str]:
        """The sockets that listen to any of the topics."""
        return {connection for topic in topics for connection in self._sort_keys(topic)}

    def disconnect(self, connection_id: str) -> None:
        """Forget a socket with all its subscriptions; nothing happens if it is not known."""
        self._delete([_socket(connection_id)])
        topics = [sk.removeprefix("TOPIC#") for sk in self._sort_keys(f"SOCKET#{connection_id}")]
        self._delete([key for topic in topics for key in _subscription(connection_id, topic)])

    def _sort_keys(self, pk: str) -> Iterator[str]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": pk}),
            ProjectionExpression="sk",
            # A client that subscribes and then starts a run must not miss its first event.
            ConsistentRead=True,
        )
        for page in pages:
            yield from (from_item(item)["sk"] for item in page["Items"])

    def _delete(self, keys: Sequence[dict[str, Json]]) -> None:
        for some in batched(keys, _BATCH, strict=False):
            self._write([{"DeleteRequest": {"Key": to_item(key)}} for key in some])

    def _write(self, requests: list[dict[str, Any]]) -> None:
        left = {self._table: requests}
        for attempt in range(_ROUNDS):
            left = self._client.batch_write_item(RequestItems=left).get("UnprocessedItems")
            if not left:
                return
            self._sleep(random.uniform(0, min(0.4, 0.02 * 2**attempt)))  # noqa: S311
        raise TransientError("the sockets table is busy; try again in a few seconds")


def _socket(connection_id: str) -> dict[str, Json]:
    return {"pk": f"SOCKET#{connection_id}", "sk": "SOCKET"}


def _subscription(connection_id: str, topic: str) -> list[dict[str, Json]]:
    return [
        {"pk": topic, "sk": connection_id},
        {"pk": f"SOCKET#{connection_id}", "sk": f"TOPIC#{topic}"},
    ]


def _refused(error: ClientError, connection_id: str) -> Exception:
    reasons = error.response.get("CancellationReasons", [])
    if any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons):
        return NotFoundError(f"the socket {connection_id} is gone; connect again")
    return TransientError("the subscription could not be stored just now; subscribe again")
