"""ConnectionStore over one DynamoDB table.

Items of an organization share the partition `ORG#<organization>`: connections under
`CONNECTION#<id>`, the state of a connection's sandbox twin under `SANDBOX#<id>`, what it remembers
under `NOTE#<id>#<key>`. Notes outlive their connection: who opted out stays so. Sealed credentials
are the binary attribute `sealed` of the connection's item; only `sealed()` asks for it.
`OWNER#<id>` leads from a connection to its organization, for webhooks. `LEASE#<id>` reserves the
renewal of its token. `BUDGET#<key>` says until when a platform wants no more calls.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import from_item, milliseconds, moment, to_item
from hub.domain.connection import Connection
from hub.domain.errors import ConflictError, PayloadTooLargeError
from hub.domain.model import Json
from hub.observability import logger
from hub.ports import Clock

SANDBOX_LIMIT = 350 * 1024
"""A DynamoDB item holds 400 KB; a twin's state is kept below, with room for its keys."""

SANDBOX_KEPT = timedelta(days=7)
"""A twin forgets everything this long after its last call."""

_REFUSED = "ConditionalCheckFailedException"
_FIELDS = [field.alias or name for name, field in Connection.model_fields.items()]
_NAMES = {f"#{index}": name for index, name in enumerate(_FIELDS)}
_CHANGING = ("status", "statusReason", "grant", "hasCredentials", "updatedAt")
# Everything but the sealed credentials: they do not even leave the table.
_SHOWN = {"ProjectionExpression": ", ".join(_NAMES), "ExpressionAttributeNames": _NAMES}


class DynamoConnectionStore:
    """Keeps connections in DynamoDB."""

    def __init__(self, client: Any, table: str, clock: Clock) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def create(self, connection: Connection, sealed: bytes | None) -> None:
        """Store a new connection with its sealed credentials; ConflictError if its id is taken."""
        item = {**connection.to_json(), **_key(connection.organization_id, connection.id)}
        if sealed is not None:
            item["sealed"] = sealed
        if not self._put(item, ConditionExpression="attribute_not_exists(pk)"):
            raise ConflictError(f"there is a connection {connection.id} already; use another id")
        # Written second: a webhook of a connection that is not there yet is refused either way.
        self._put({**_owner_key(connection.id), "organizationId": connection.organization_id})

    def get(self, organization_id: str, connection_id: str) -> Connection | None:
        """A connection as it is now, or None."""
        item = self._get(_key(organization_id, connection_id), **_SHOWN)
        return Connection.model_validate(item) if item else None

    def owner(self, connection_id: str) -> str | None:
        """The organization of a connection; None if there is none."""
        found: str | None = self._get(_owner_key(connection_id)).get("organizationId")
        return found

    def sealed(self, organization_id: str, connection_id: str) -> bytes | None:
        """The sealed credentials of a connection; None if there are none."""
        key = _key(organization_id, connection_id)
        item = self._get(key, ProjectionExpression="sealed")
        sealed = item.get("sealed")
        return bytes(sealed) if sealed is not None else None

    def list(self, organization_id: str) -> Sequence[Connection]:
        """All connections of an organization, oldest first (ids are ordered by time)."""
        items = self._items(organization_id)
        return [Connection.model_validate(from_item(item)) for item in items]

    def delete(self, organization_id: str, connection_id: str) -> bool:
        """Remove a connection, its credentials and its twin's state; False if there is none."""
        key = to_item(_key(organization_id, connection_id))
        if not self._changed("delete_item", Key=key, ConditionExpression="attribute_exists(pk)"):
            return False
        for key in (_sandbox_key(organization_id, connection_id), _owner_key(connection_id)):
            self._client.delete_item(TableName=self._table, Key=to_item(key))
        return True

    def update(self, connection: Connection, sealed: bytes | None, version: int) -> bool:
        """Replace status, grant and sealed credentials if the token is still of this version."""
        changed = connection.to_json()
        values: dict[str, Json] = {name: changed.get(name) for name in _CHANGING}
        if sealed is not None:
            values["sealed"] = sealed
        names = {f"#{name}": name for name in [*values, "tokenVersion"]}
        # Without a grant there has been no token yet but what the user typed in.
        same = "#grant.#tokenVersion = :version"
        if version == 0:
            same = f"({same} OR attribute_not_exists(#grant) OR attribute_type(#grant, :null))"
        given = {**{f":{name}": value for name, value in values.items()}, ":version": version}
        return self._changed(
            "update_item",
            Key=to_item(_key(connection.organization_id, connection.id)),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
            ConditionExpression=f"attribute_exists(pk) AND {same}",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=to_item(
                {**given, ":null": "NULL"} if version == 0 else given
            ),
        )

    def take_lease(
        self, organization_id: str, connection_id: str, owner: str, until: datetime
    ) -> bool:
        """Reserve the renewal of a connection's token; False while somebody else has it.

        The condition looks at the lease's own time: DynamoDB removes what is over when it likes.
        """
        item = {
            **_lease_key(organization_id, connection_id),
            "owner": owner,
            "until": int(until.timestamp() * 1000),
            "expiresAt": int(until.timestamp()) + 3600,
        }
        return self._put(
            item,
            ConditionExpression="attribute_not_exists(pk) OR #until <= :now",
            ExpressionAttributeNames={"#until": "until"},
            ExpressionAttributeValues=to_item({":now": int(self._clock.now().timestamp() * 1000)}),
        )

    def release_lease(self, organization_id: str, connection_id: str, owner: str) -> None:
        """Give a lease back; harmless if it ended and somebody else has it now."""
        self._changed(
            "delete_item",
            Key=to_item(_lease_key(organization_id, connection_id)),
            ConditionExpression="#owner = :owner",
            ExpressionAttributeNames={"#owner": "owner"},
            ExpressionAttributeValues=to_item({":owner": owner}),
        )

    def load_sandbox(self, organization_id: str, key: str) -> tuple[dict[str, Json], int]:
        """The twin's state and its version; an empty state of version 0 if there is none."""
        item = self._get(_sandbox_key(organization_id, key))
        if not item:
            return {}, 0
        return json.loads(item["state"]), item["version"]

    def save_sandbox(
        self, organization_id: str, key: str, state: dict[str, Json], version: int
    ) -> bool:
        """Store the state if its version is still the one loaded; False if it is not.

        A state over 350 KB loses the oldest of its longest lists.
        """
        expires = self._clock.now() + SANDBOX_KEPT
        item = {
            **_sandbox_key(organization_id, key),
            "state": fitted(state),
            "version": version + 1,
            "expiresAt": int(expires.timestamp()),
        }
        if version == 0:
            return self._put(item, ConditionExpression="attribute_not_exists(pk)")
        return self._put(
            item,
            ConditionExpression="#version = :loaded",
            ExpressionAttributeNames={"#version": "version"},
            ExpressionAttributeValues=to_item({":loaded": version}),
        )

    def load_note(self, organization_id: str, connection_id: str, key: str) -> Json:
        """What a connection remembers under a key; None if nothing or expired."""
        item = self._get(_note_key(organization_id, connection_id, key))
        if not item or item.get("expiresAt", float("inf")) <= self._clock.now().timestamp():
            return None
        return json.loads(item["value"])

    def save_note(
        self,
        organization_id: str,
        connection_id: str,
        key: str,
        value: Json,
        expires_at: datetime | None = None,
    ) -> None:
        """Remember a value under a key, until a time or for ever."""
        item = {**_note_key(organization_id, connection_id, key), "value": json.dumps(value)}
        if expires_at:
            item["expiresAt"] = int(expires_at.timestamp())
        self._put(item)

    def delete_note(self, organization_id: str, connection_id: str, key: str) -> None:
        """Forget a value; harmless if there is none."""
        note = to_item(_note_key(organization_id, connection_id, key))
        self._client.delete_item(TableName=self._table, Key=note)

    def blocked_until(self, organization_id: str, keys: Sequence[str]) -> datetime | None:
        """The latest time that any of the keys is blocked until; None if none ever was."""
        wanted = [to_item(_budget_key(organization_id, key)) for key in keys]
        request = {self._table: {"Keys": wanted, "ConsistentRead": True}}
        # What DynamoDB leaves unprocessed counts as not blocked: the platform says so itself.
        answer = self._client.batch_get_item(RequestItems=request)["Responses"]
        found = [from_item(item)["blockedUntil"] for item in answer.get(self._table, ())]
        return moment(max(found)) if found else None

    def block(self, organization_id: str, key: str, until: datetime) -> datetime | None:
        """Block a key until a time, unless it is blocked for longer; until when it was before."""
        blocked = milliseconds(until)
        item = {
            **_budget_key(organization_id, key),
            "blockedUntil": blocked,
            "expiresAt": blocked // 1000 + 3600,
        }
        try:
            before = self._client.put_item(
                TableName=self._table,
                Item=to_item(item),
                ConditionExpression="attribute_not_exists(pk) OR blockedUntil < :until",
                ExpressionAttributeValues=to_item({":until": blocked}),
                ReturnValues="ALL_OLD",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            ).get("Attributes")
        except ClientError as error:
            if error_code(error) != _REFUSED:
                logger.warning("a rate limit could not be written down", exc_info=error)
                return None
            before = cast("dict[str, Any]", error.response)["Item"]
        return moment(from_item(before)["blockedUntil"]) if before else None

    def _put(self, item: dict[str, Json], **condition: Any) -> bool:
        return self._changed("put_item", Item=to_item(item), **condition)

    def _changed(self, operation: str, **request: Any) -> bool:
        """Make a change; False if its condition does not hold."""
        try:
            getattr(self._client, operation)(TableName=self._table, **request)
        except ClientError as error:
            if error_code(error) != _REFUSED:
                raise
            return False
        return True

    def _get(self, key: dict[str, Json], **projection: Any) -> dict[str, Json]:
        answer = self._client.get_item(
            TableName=self._table, Key=to_item(key), ConsistentRead=True, **projection
        )
        return from_item(answer.get("Item", {}))

    def _items(self, organization_id: str) -> Iterator[dict[str, Any]]:
        first = _key(organization_id, "")
        query = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
            "ExpressionAttributeValues": to_item({":pk": first["pk"], ":sk": first["sk"]}),
            "ConsistentRead": True,
            **_SHOWN,
        }
        page = self._client.query(**query)
        yield from page["Items"]
        while start := page.get("LastEvaluatedKey"):
            page = self._client.query(**query, ExclusiveStartKey=start)
            yield from page["Items"]


def fitted(state: dict[str, Json]) -> str:
    """A twin's state as JSON of at most 350 KB.

    Twins keep lists newest first, so while it is too large the longest list, counted in bytes,
    loses its last tenth. PayloadTooLargeError if what is left without lists is still too large.
    """
    text = json.dumps(state, separators=(",", ":"))
    while len(text) > SANDBOX_LIMIT:
        state = json.loads(text)
        longest = max(_lists(state), key=lambda records: len(json.dumps(records)), default=None)
        if not longest:
            raise PayloadTooLargeError(
                f"the sandbox cannot remember more than {SANDBOX_LIMIT // 1024} KB; send less"
            )
        del longest[-max(1, len(longest) // 10) :]
        text = json.dumps(state, separators=(",", ":"))
    return text


def _lists(value: Json) -> Iterator[list[Json]]:
    """The lists of a state that hold records: those in its objects, not those in the records."""
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _lists(item)


def _key(organization_id: str, connection_id: str) -> dict[str, Json]:
    return {"pk": f"ORG#{organization_id}", "sk": f"CONNECTION#{connection_id}"}


def _owner_key(connection_id: str) -> dict[str, Json]:
    return {"pk": f"OWNER#{connection_id}", "sk": "OWNER"}


def _lease_key(organization_id: str, connection_id: str) -> dict[str, Json]:
    return {"pk": f"ORG#{organization_id}", "sk": f"LEASE#{connection_id}"}


def _budget_key(organization_id: str, key: str) -> dict[str, Json]:
    return {"pk": f"ORG#{organization_id}", "sk": f"BUDGET#{key}"}


def _note_key(organization_id: str, connection_id: str, key: str) -> dict[str, Json]:
    return {"pk": f"ORG#{organization_id}", "sk": f"NOTE#{connection_id}#{key}"}


def _sandbox_key(organization_id: str, key: str) -> dict[str, Json]:
    return {"pk": f"ORG#{organization_id}", "sk": f"SANDBOX#{key}"}
