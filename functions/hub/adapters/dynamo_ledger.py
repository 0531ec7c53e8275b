"""AttemptLedger over one DynamoDB table: an item an attempt, under its `key`.

An attempt whose deadline passed without an answer stays: `begin` shows it as not fresh, with that
deadline. Whether it may be made again depends on the effect of what was asked, which the ledger
does not know: a repeatable call may be, by any number of callers at once, and a write may not.
"""

import json
from datetime import datetime, timedelta
from typing import Any, cast

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import from_item, to_item
from hub.domain.model import Json, iso
from hub.observability import logger
from hub.ports import Attempt, Clock

KEPT = timedelta(days=14)
"""How long an attempt is remembered: as long as Step Functions can redrive a run."""

# Conditions ask for `digest`, which every item has: `key` is a reserved word of DynamoDB.
_REFUSED = "ConditionalCheckFailedException"


class DynamoLedger:
    """Keeps attempts in DynamoDB. A key already begins with its organization."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def begin(self, key: str, digest: str, deadline: datetime) -> Attempt:
        """A fresh attempt for a new key; for a known one what is known, its first digest included.

        `deadline` is when the attempt must have ended. Of any number of callers at once exactly one
        gets the fresh attempt.
        """
        now = self._clock.now()
        item = {
            "key": key,
            "digest": digest,
            "deadline": iso(deadline),
            "expiresAt": int((now + KEPT).timestamp()),
        }
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(item),
                # DynamoDB removes expired items late; until then they are overlooked.
                ConditionExpression="attribute_not_exists(digest) OR expiresAt <= :now",
                ExpressionAttributeValues=to_item({":now": int(now.timestamp())}),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            stored = cast("dict[str, Any]", error.response)["Item"]
            return _attempt(from_item(stored))
        return Attempt(fresh=True, digest=digest, deadline=deadline)

    def settle(self, key: str, answer: Json) -> None:
        """Store the answer of an attempt: a JSON object, never null.

        If the attempt was forgotten meanwhile the answer is not kept, and the log says so: what was
        asked has been done, and must not look as if it had failed.
        """
        kept = self._change(
            "update_item",
            key,
            UpdateExpression="SET answer = :answer",
            ConditionExpression="attribute_exists(digest)",
            ExpressionAttributeValues=to_item({":answer": json.dumps(answer)}),
        )
        if not kept:
            logger.warning("the attempt was forgotten before its answer came", extra={"key": key})

    def forget(self, key: str) -> None:
        """Remove an attempt without an answer, so that the key may be used again.

        An answer stays: another caller may have settled the key meanwhile.
        """
        self._change("delete_item", key, ConditionExpression="attribute_not_exists(answer)")

    def _change(self, operation: str, key: str, **change: Any) -> bool:
        try:
            getattr(self._client, operation)(
                TableName=self._table, Key=to_item({"key": key}), **change
            )
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            return False
        return True


def _attempt(item: dict[str, Json]) -> Attempt:
    return Attempt(
        fresh=False,
        digest=item["digest"],
        deadline=datetime.fromisoformat(item["deadline"]),
        answer=json.loads(item["answer"]) if "answer" in item else None,
    )
