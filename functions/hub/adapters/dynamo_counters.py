"""CounterStore over the idempotency table: it ages by itself, and nothing listens to it.

A counter is the item with its key, which begins `ORG#<organization>`. One update counts and
decides; a refusal counts nothing.
"""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import to_item

_REFUSED = "ConditionalCheckFailedException"


class DynamoCounters:
    """Counts in DynamoDB."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def take(self, key: str, limit: int, expires_at: datetime) -> bool:
        """Count one more under a key; False, and nothing is counted, if its limit is reached."""
        values = {":one": 1, ":limit": limit, ":expires": int(expires_at.timestamp())}
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_item({"key": key}),
                UpdateExpression="ADD #count :one SET expiresAt = :expires",
                ConditionExpression="attribute_not_exists(#count) OR #count < :limit",
                ExpressionAttributeNames={"#count": "count"},
                ExpressionAttributeValues=to_item(values),
            )
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            return False
        return True
