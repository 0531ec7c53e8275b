"""KnowledgeStore over one DynamoDB table.

Under `ORG#<organization>` are a document's record, `DOCUMENT#<id>`, and the state of each shelf,
`SHELF#<dataset>`: its version, and the model that embedded all of it. Under
`ORG#<organization>#DATASET#<dataset>` is what a search loads: `BLOCK#<document>#<number>` with
compressed chunks and their vectors as float32, and `HEAD#<document>` with what passages tell of it.

Blocks are written first; then record, head and the shelf's version in one transaction. A block
without its head is not there for anybody.
"""

import json
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import batched
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import decode_cursor, encode_cursor, from_item, to_item
from hub.domain.documents import Block, Chunk, Document, Head, Shelf
from hub.domain.errors import TransientError
from hub.domain.knowledge import Dataset
from hub.domain.model import Json, iso
from hub.knowledge.ports import Contents
from hub.ports import Page

INDEX = "byOrganization"
_REFUSED = "ConditionalCheckFailed"
_CONFLICT = "TransactionConflict"
_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds to wait for a busy table: less than two, the rest is the caller's."""

_WRITTEN_AT_ONCE = 25
_SCANNED_PAGES = 10


class DynamoKnowledgeStore:
    """Keeps documents, chunks and vectors in DynamoDB."""

    def __init__(
        self, client: Any, table: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._table = table
        self._sleep = sleep

    def add(self, document: Document, blocks: Sequence[Block]) -> None:
        """Store a document: its blocks, then all at once that it is there."""
        requests = [{"PutRequest": {"Item": _block_item(document, block)}} for block in blocks]
        self._write(requests)
        head = {"title": document.title, **({"url": document.url} if document.url else {})}
        puts = [
            {"Put": {"TableName": self._table, "Item": _document_item(document)}},
            {"Put": {"TableName": self._table, "Item": to_item({**head, **_head_key(document)})}},
        ]
        shelf = Shelf(document.organization_id, document.dataset)
        models = {block.model for block in blocks}
        model = models.pop() if len(models) == 1 else None
        # On a shelf that is embedded by another model, or not all of it, this is one more to do.
        fitting = "attribute_not_exists(version) OR model = :model"
        if model is None or not self._commit(puts, self._bumped(shelf, model, fitting)):
            self._commit(puts, self._bumped(shelf))

    def get(self, organization_id: str, document_id: str) -> Document | None:
        """A document, or None."""
        answer = self._client.get_item(
            TableName=self._table,
            Key=to_item(_document_key(organization_id, document_id)),
            ConsistentRead=True,
        )
        return _document(answer["Item"]) if "Item" in answer else None

    def list(
        self, organization_id: str, dataset: Dataset | None, limit: int, cursor: str | None = None
    ) -> Page[Document]:
        """Documents, newest first. Of one dataset it may be fewer than `limit` with a cursor."""
        partition = _organization(organization_id)
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": INDEX,
            "KeyConditionExpression": f"{INDEX} = :pk",
            "ExpressionAttributeValues": {":pk": {"S": partition}},
            "ScanIndexForward": False,
        }
        if dataset:
            query["FilterExpression"] = "dataset = :dataset"
            query["ExpressionAttributeValues"][":dataset"] = {"S": dataset}
        start = decode_cursor(cursor, **{INDEX: partition})
        documents: list[Document] = []
        for _ in range(_SCANNED_PAGES):
            more = {"ExclusiveStartKey": start} if start else {}
            answer = self._client.query(**query, **more, Limit=limit - len(documents))
            documents += [_document(item) for item in answer["Items"]]
            start = answer.get("LastEvaluatedKey")
            if not start or len(documents) >= limit:
                break
        return Page(documents, encode_cursor(start))

    def present(self, organization_id: str, document_ids: Sequence[str]) -> set[str]:
        """Which of the documents are there."""
        keys = [to_item(_document_key(organization_id, found)) for found in set(document_ids)]
        items = self._get_all(keys, ProjectionExpression="sk")
        return {item["sk"]["S"].removeprefix("DOCUMENT#") for item in items}

    def blocks(self, document: Document) -> Sequence[Block]:
        """The blocks of a document, in order."""
        shelf = Shelf(document.organization_id, document.dataset)
        return [_block(item) for item in self._items(shelf, f"BLOCK#{document.id}#")]

    def delete(self, document: Document) -> bool:
        """Remove the blocks, then record and head; so a deletion that broke off can be repeated."""
        shelf = Shelf(document.organization_id, document.dataset)
        keys = [_block_key(shelf, document.id, number) for number in range(document.blocks)]
        self._write([{"DeleteRequest": {"Key": to_item(key)}} for key in keys])
        record = {
            "TableName": self._table,
            "Key": to_item(_document_key(document.organization_id, document.id)),
            "ConditionExpression": "attribute_exists(pk)",
        }
        head = {"TableName": self._table, "Key": to_item(_head_key(document))}
        changed = self._bumped(shelf, keep_model=True)
        return self._commit([{"Delete": record}, {"Delete": head}], changed)

    def shelves(self, organization_id: str, datasets: Sequence[Dataset]) -> Sequence[Shelf]:
        """The shelves as they are now; one without documents has version 0."""
        wanted = [Shelf(organization_id, dataset) for dataset in datasets]
        items = self._get_all([to_item(_shelf_key(shelf)) for shelf in wanted])
        known = {item["sk"]["S"]: from_item(item) for item in items}
        found = [known.get(str(_shelf_key(shelf)["sk"]), {}) for shelf in wanted]
        return [
            Shelf(organization_id, shelf.dataset, item.get("version", 0), item.get("model"))
            for shelf, item in zip(wanted, found, strict=True)
        ]

    def contents(self, shelf: Shelf) -> Contents:
        """What is on a shelf now. Blocks sort before heads, so all of it is one query."""
        heads: dict[str, Head] = {}
        blocks: list[Block] = []
        for item in self._items(shelf, ""):
            if item["sk"]["S"].startswith("HEAD#"):
                head = _head(item)
                heads[head.document_id] = head
            else:
                blocks.append(_block(item))
        return Contents(heads, [block for block in blocks if block.document_id in heads])

    def replace(self, shelf: Shelf, blocks: Sequence[Block], model: str | None) -> None:
        """Store blocks anew where they still are, and that the shelf has changed."""
        for block in blocks:
            key = _block_key(shelf, block.document_id, block.number)
            self._put(to_item({**_block_attributes(block), **key}))
        if model is not None:
            unchanged = "version = :version"
            if self._commit([], self._bumped(shelf, model, unchanged)):
                return
        self._commit([], self._bumped(shelf, keep_model=True))

    def _bumped(
        self,
        shelf: Shelf,
        model: str | None = None,
        condition: str | None = None,
        *,
        keep_model: bool = False,
    ) -> dict[str, Any]:
        """The update of a shelf that has changed; without a model, part of it is not embedded."""
        values: dict[str, Json] = {":one": 1}
        change = "ADD version :one"
        if model is not None:
            change = f"SET model = :model {change}"
            values[":model"] = model
        elif not keep_model:
            change = f"REMOVE model {change}"
        update: dict[str, Any] = {"TableName": self._table, "Key": to_item(_shelf_key(shelf))}
        if condition:
            update["ConditionExpression"] = condition
            if ":version" in condition:
                values[":version"] = shelf.version
        return {
            **update,
            "UpdateExpression": change,
            "ExpressionAttributeValues": to_item(values),
        }

    def _commit(self, others: Sequence[dict[str, Any]], shelf: dict[str, Any]) -> bool:
        """Write all of it or nothing; False if a condition does not hold."""
        for pause in (*_PAUSES, None):
            try:
                self._client.transact_write_items(TransactItems=[*others, {"Update": shelf}])
            except ClientError as error:
                reasons = _reasons(error)
                if _REFUSED in reasons:
                    return False
                if _CONFLICT not in reasons:
                    raise
            else:
                return True
            if pause is not None:
                self._sleep(pause)
        raise TransientError("others are changing the same dataset; try again in a second")

    def _write(self, requests: Sequence[dict[str, Any]]) -> None:
        """Put or delete many items; what a busy table leaves out is repeated for a while."""
        for part in batched(requests, _WRITTEN_AT_ONCE, strict=False):
            left: list[dict[str, Any]] = [*part]
            for pause in (*_PAUSES, None):
                answer = self._client.batch_write_item(RequestItems={self._table: left})
                left = answer.get("UnprocessedItems", {}).get(self._table, [])
                if not left:
                    break
                if pause is None:
                    raise TransientError(
                        "the knowledge table is busy; send the same again in a few seconds"
                    )
                self._sleep(pause)

    def _put(self, item: dict[str, Any]) -> None:
        """Replace an item, if it is still there."""
        try:
            self._client.put_item(
                TableName=self._table, Item=item, ConditionExpression="attribute_exists(pk)"
            )
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise

    def _get_all(self, keys: Sequence[dict[str, Any]], **projection: Any) -> Sequence[Any]:
        """Items by their keys, as they are now, in no order; those that are there."""
        found: list[Any] = []
        request = {"Keys": [*keys], "ConsistentRead": True, **projection}
        for pause in (*_PAUSES, None):
            if not request["Keys"]:
                return found
            answer = self._client.batch_get_item(RequestItems={self._table: request})
            found += answer["Responses"].get(self._table, [])
            left = answer.get("UnprocessedKeys", {}).get(self._table)
            if not left:
                return found
            request["Keys"] = left["Keys"]
            if pause is not None:
                self._sleep(pause)
        raise TransientError("the knowledge table is busy; try again in a few seconds")

    def _items(self, shelf: Shelf, prefix: str) -> Iterator[dict[str, Any]]:
        condition = "pk = :pk" + (" AND begins_with(sk, :sk)" if prefix else "")
        values = {":pk": {"S": _shelf(shelf)}, **({":sk": {"S": prefix}} if prefix else {})}
        query = {
            "TableName": self._table,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
            "ConsistentRead": True,
        }
        page = self._client.query(**query)
        yield from page["Items"]
        while start := page.get("LastEvaluatedKey"):
            page = self._client.query(**query, ExclusiveStartKey=start)
            yield from page["Items"]


def _organization(organization_id: str) -> str:
    return f"ORG#{organization_id}"


def _shelf(shelf: Shelf) -> str:
    return f"ORG#{shelf.organization_id}#DATASET#{shelf.dataset}"


def _shelf_key(shelf: Shelf) -> dict[str, Json]:
    return {"pk": _organization(shelf.organization_id), "sk": f"SHELF#{shelf.dataset}"}


def _document_key(organization_id: str, document_id: str) -> dict[str, Json]:
    return {"pk": _organization(organization_id), "sk": f"DOCUMENT#{document_id}"}


def _head_key(document: Document) -> dict[str, Json]:
    shelf = Shelf(document.organization_id, document.dataset)
    return {"pk": _shelf(shelf), "sk": f"HEAD#{document.id}"}


def _block_key(shelf: Shelf, document_id: str, number: int) -> dict[str, Json]:
    return {"pk": _shelf(shelf), "sk": f"BLOCK#{document_id}#{number:05d}"}


def _document_item(document: Document) -> dict[str, Any]:
    listed = {
        INDEX: _organization(document.organization_id),
        "listKey": f"{iso(document.created_at)}#{document.id}",
    }
    key = _document_key(document.organization_id, document.id)
    return to_item({**document.to_json(), **listed, **key})


def _document(item: dict[str, Any]) -> Document:
    record = from_item(item)
    return Document.model_validate({k: v for k, v in record.items() if k in _FIELDS})


def _block_item(document: Document, block: Block) -> dict[str, Any]:
    shelf = Shelf(document.organization_id, document.dataset)
    return to_item({**_block_attributes(block), **_block_key(shelf, document.id, block.number)})


def _block_attributes(block: Block) -> dict[str, Json]:
    chunks = zlib.compress(json.dumps(block.chunks, ensure_ascii=False).encode())
    attributes: dict[str, Json] = {"first": block.first, "chunks": chunks}
    if block.model is not None:
        attributes["model"] = block.model
    if block.vectors:
        attributes["vectors"] = block.vectors
    return attributes


def _block(item: dict[str, Any]) -> Block:
    _, document_id, number = item["sk"]["S"].split("#")
    chunks = json.loads(zlib.decompress(bytes(item["chunks"]["B"])))
    return Block(
        document_id=document_id,
        number=int(number),
        first=int(item["first"]["N"]),
        chunks=tuple(Chunk(*chunk) for chunk in chunks),
        model=item["model"]["S"] if "model" in item else None,
        vectors=bytes(item["vectors"]["B"]) if "vectors" in item else b"",
    )


def _head(item: dict[str, Any]) -> Head:
    record = from_item(item)
    return Head(record["sk"].removeprefix("HEAD#"), record["title"], record.get("url"))


def _reasons(error: ClientError) -> set[str]:
    return {str(reason.get("Code")) for reason in error.response.get("CancellationReasons", ())}


_FIELDS = frozenset(field.alias or name for name, field in Document.model_fields.items())
