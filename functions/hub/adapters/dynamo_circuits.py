"""CircuitStore over the idempotency table: it ages by itself, and nothing listens to it.

The item `ORG#<organization>#CIRCUIT#<agent>` has a set `failed` of `<milliseconds>#<run>`, and the
latest `succeededAt` and `probedAt`. A set that is added to and a time that only grows come out the
same in whatever order, and however often, the endings of runs arrive.
"""

from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import from_item, milliseconds, moment, to_item
from hub.domain.limits import CIRCUIT_FAILURES, CIRCUIT_KEPT, AgentFailure, Circuit
from hub.domain.model import Json
from hub.ports import Clock

_REFUSED = "ConditionalCheckFailedException"
_MANY = 20
"""More failures than these are not kept: the newest three decide."""


class DynamoCircuits:
    """Keeps circuits in DynamoDB."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def load(self, organization_id: str, agent_id: str) -> Circuit:
        """What is known of how an agent does."""
        answer = self._client.get_item(
            TableName=self._table, Key=_key(organization_id, agent_id), ConsistentRead=True
        )
        item = from_item(answer.get("Item", {}))
        return Circuit(
            failures=frozenset(_failure(text) for text in item.get("failed", ())),
            succeeded_at=_moment(item, "succeededAt"),
            probed_at=_moment(item, "probedAt"),
        )

    def failed(self, organization_id: str, agent_id: str, failure: AgentFailure) -> None:
        """Keep a failure. Of very many the oldest are forgotten."""
        key = _key(organization_id, agent_id)
        text = f"{milliseconds(failure.at):015d}#{failure.run_id}"
        new = self._client.update_item(
            TableName=self._table,
            Key=key,
            UpdateExpression="ADD failed :failed SET expiresAt = :expires",
            ExpressionAttributeValues={":failed": {"SS": [text]}, **self._expiry},
            ReturnValues="ALL_NEW",
        )["Attributes"]
        kept = sorted(new["failed"]["SS"])
        if len(kept) > _MANY:
            self._client.update_item(
                TableName=self._table,
                Key=key,
                UpdateExpression="DELETE failed :old",
                ExpressionAttributeValues={":old": {"SS": kept[:-CIRCUIT_FAILURES]}},
            )

    def succeeded(self, organization_id: str, agent_id: str, at: datetime) -> None:
        """Keep the time of a success, unless there was a later one."""
        self._change(
            organization_id,
            agent_id,
            UpdateExpression="SET succeededAt = :at, expiresAt = :expires",
            ConditionExpression="attribute_not_exists(succeededAt) OR succeededAt < :at",
            ExpressionAttributeValues={**to_item({":at": milliseconds(at)}), **self._expiry},
        )

    def probe(self, organization_id: str, agent_id: str, seen: Circuit, at: datetime) -> bool:
        """Let one run through a half-open circuit; False if somebody else did since it was read."""
        before = {":seen": milliseconds(seen.probed_at)} if seen.probed_at else {}
        return self._change(
            organization_id,
            agent_id,
            UpdateExpression="SET probedAt = :at, expiresAt = :expires",
            ConditionExpression="probedAt = :seen" if before else "attribute_not_exists(probedAt)",
            ExpressionAttributeValues={
                **to_item({":at": milliseconds(at), **before}),
                **self._expiry,
            },
        )

    def _change(self, organization_id: str, agent_id: str, **change: Any) -> bool:
        """Make a change; False if its condition does not hold."""
        key = _key(organization_id, agent_id)
        try:
            self._client.update_item(TableName=self._table, Key=key, **change)
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            return False
        return True

    @property
    def _expiry(self) -> dict[str, Any]:
        return to_item({":expires": int((self._clock.now() + CIRCUIT_KEPT).timestamp())})


def _key(organization_id: str, agent_id: str) -> dict[str, Any]:
    return to_item({"key": f"ORG#{organization_id}#CIRCUIT#{agent_id}"})


def _failure(text: str) -> AgentFailure:
    at, run_id = text.split("#", 1)
    return AgentFailure(run_id, moment(int(at)))


def _moment(item: dict[str, Json], name: str) -> datetime | None:
    return moment(item[name]) if name in item else None
