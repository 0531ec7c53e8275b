"""RunStore over one DynamoDB table.

Items of a run share the partition `ORG#<organization>#RUN#<run>`: the record under `RUN`, its
events under `EVENT#<sequence>`. A change and its event are one transaction on the condition that
nobody changed the run since it was read, so events can be neither lost, doubled nor reordered.
"""

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import (
    decode_cursor,
    encode_cursor,
    from_item,
    to_attribute,
    to_item,
)
from hub.adapters.run_documents import decode, encode
from hub.domain import events
from hub.domain.errors import NotFoundError, TransientError
from hub.domain.model import Json, iso
from hub.domain.run import AgentRun, RunEvent
from hub.ports import BlobStore, Change, Clock, Decide, Page, RunFilter

_ATTEMPTS = 10
_CONFLICTS = frozenset({"ConditionalCheckFailedException", "TransactionCanceledException"})
_SCANNED_PAGES = 10


def partition(organization_id: str, run_id: str) -> str:
    """The partition key of a run."""
    return f"ORG#{organization_id}#RUN#{run_id}"


class DynamoRunStore:
    """Keeps runs in DynamoDB, large payloads in the blob store."""

    def __init__(
        self,
        client: Any,
        table: str,
        blobs: BlobStore,
        clock: Clock,
        *,
        run_retention_days: int = 365,
        event_retention_days: int = 30,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._blobs = blobs
        self._clock = clock
        self._run_retention = timedelta(days=run_retention_days)
        self._event_retention = timedelta(days=event_retention_days)
        self._sleep = sleep

    def create(self, run: AgentRun) -> AgentRun:
        """Store a new run; if its id is taken, return the run that has it."""
        document = encode(run, self._blobs)
        organization = f"ORG#{run.organization_id}"
        item = {
            **document,
            "pk": partition(run.organization_id, run.id),
            "sk": "RUN",
            "byOrganization": organization,
            "byAgent": f"{organization}#AGENT#{run.agent_id}",
            "listKey": f"{iso(run.created_at)}#{run.id}",
            "expiresAt": self._expiry(self._run_retention),
        }
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(item),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            return self._load(run.organization_id, run.id)
        return run

    def get(self, organization_id: str, run_id: str) -> AgentRun | None:
        """A run with all its payloads, as it is now."""
        answer = self._client.get_item(
            TableName=self._table, Key=_run_key(organization_id, run_id), ConsistentRead=True
        )
        item = answer.get("Item")
        return decode(from_item(item), self._blobs) if item else None

    def update(
        self, organization_id: str, run_id: str, decide: Decide, known: AgentRun | None = None
    ) -> AgentRun:
        """Apply a decision with its event, atomically, on the newest run."""
        run = known or self._load(organization_id, run_id)
        for attempt in range(_ATTEMPTS):
            change = decide(run, run.sequence + 1)
            if change is None:
                return run
            new = change.run.model_copy(update={"sequence": run.sequence + 1})
            if self._commit(run, Change(new, change.event)):
                return new
            self._sleep(random.uniform(0, min(0.2, 0.01 * 2**attempt)))  # noqa: S311
            run = self._load(organization_id, run_id)
        raise TransientError(f"the run {run_id} is being changed by others; try again in a second")

    def list(
        self, organization_id: str, where: RunFilter, limit: int, cursor: str | None = None
    ) -> Page[AgentRun]:
        """Runs, newest first. A status filter may return fewer than `limit` with a cursor."""
        index, value = "byOrganization", f"ORG#{organization_id}"
        if where.agent_id:
            index, value = "byAgent", f"ORG#{organization_id}#AGENT#{where.agent_id}"
        query = _list_query(self._table, index, value, where)
        start = decode_cursor(cursor, **{index: value})
        runs: list[AgentRun] = []
        for _ in range(_SCANNED_PAGES):
            page = {"Limit": limit - len(runs), **({"ExclusiveStartKey": start} if start else {})}
            answer = self._client.query(**query, **page)
            runs += [decode(from_item(item), self._blobs) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if not start or len(runs) >= limit:
                break
        return Page(runs, encode_cursor(start))

    def events(
        self, organization_id: str, run_id: str, since: int, limit: int
    ) -> Sequence[RunEvent]:
        """Events after `since`; the ending is derived from the record of an ended run."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item(
                {
                    ":pk": partition(organization_id, run_id),
                    ":first": _event_key(since + 1),
                    ":last": "EVENT#~",
                }
            ),
            ConsistentRead=True,
            Limit=limit,
        )
        found = [event_of(from_item(item)) for item in answer["Items"]]
        run = self._load(organization_id, run_id)
        return events.with_ending(run, found, since)[:limit]

    def _load(self, organization_id: str, run_id: str) -> AgentRun:
        run = self.get(organization_id, run_id)
        if run is None:
            raise NotFoundError(f"there is no run {run_id!r} in your organization")
        return run

    def _commit(self, old: AgentRun, change: Change) -> bool:
        update = self._update_of(old, change.run)
        try:
            if change.event is None:
                self._client.update_item(**update)
            else:
                put = {"TableName": self._table, "Item": self._event_item(change)}
                self._client.transact_write_items(TransactItems=[{"Update": update}, {"Put": put}])
        except ClientError as error:
            if error_code(error) not in _CONFLICTS:
                raise
            return False
        return True

    def _update_of(self, old: AgentRun, new: AgentRun) -> dict[str, Any]:
        changes = _changes(encode(old, self._blobs), encode(new, self._blobs))
        names = {f"#{i}": path[0] for i, (path, _) in enumerate(changes)}
        values = {f":{i}": to_attribute(value) for i, (_, value) in enumerate(changes)}
        sets = [f"#{i}{path[1]} = :{i}" for i, (path, _) in enumerate(changes)]
        return {
            "TableName": self._table,
            "Key": _run_key(old.organization_id, old.id),
            "UpdateExpression": "SET " + ", ".join(sets),
            "ConditionExpression": "#sequence = :expected",
            "ExpressionAttributeNames": {**names, "#sequence": "sequence"},
            "ExpressionAttributeValues": {**values, ":expected": {"N": str(old.sequence)}},
        }

    def _event_item(self, change: Change) -> dict[str, Any]:
        event = change.event
        assert event is not None
        run = change.run
        return to_item(
            {
                **event.to_json(),
                "pk": partition(run.organization_id, run.id),
                "sk": _event_key(event.id),
                "organizationId": run.organization_id,
                "expiresAt": self._expiry(self._event_retention),
            }
        )

    def _expiry(self, keep: timedelta) -> int:
        return int((self._clock.now() + keep).timestamp())


def event_of(item: dict[str, Json]) -> RunEvent:
    """The event of a stored item."""
    return RunEvent(id=item["id"], event=item["event"], data=item["data"])


def _run_key(organization_id: str, run_id: str) -> dict[str, Any]:
    return to_item({"pk": partition(organization_id, run_id), "sk": "RUN"})


def _event_key(sequence: int) -> str:
    return f"EVENT#{sequence:09d}"


def _changes(old: dict[str, Json], new: dict[str, Json]) -> list[tuple[tuple[str, str], Json]]:
    """What differs, as ((attribute, index suffix), value); a single step by its index."""
    found: list[tuple[tuple[str, str], Json]] = []
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name == "steps" and before and after and len(before) == len(after):
            pairs = enumerate(zip(before, after, strict=True))
            found += [((name, f"[{i}]"), b) for i, (a, b) in pairs if a != b]
        else:
            found.append(((name, ""), after))
    return found


def _list_query(table: str, index: str, value: str, where: RunFilter) -> dict[str, Any]:
    condition, names = "#index = :index", {"#index": index}
    values: dict[str, Json] = {":index": value}
    if where.since:
        condition += " AND listKey >= :since"
        values[":since"] = iso(where.since)
    query: dict[str, Any] = {
        "TableName": table,
        "IndexName": index,
        "KeyConditionExpression": condition,
        "ScanIndexForward": False,
    }
    if where.status:
        query["FilterExpression"] = "#status = :status"
        names["#status"] = "status"
        values[":status"] = where.status
    return {
        **query,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": to_item(values),
    }
