"""A product feed: one product is set at once, several run as a bulk operation.

Bulk, after https://shopify.dev/docs/api/usage/bulk-operations/imports (read 2026-11): a file of
JSON lines goes to a staged target, an operation runs `productSet` for each line, and its result is
a file again. Shopify tells neither an operation's clientIdentifier nor lets one search for it, but
it shows the operation's document: so its name carries the call's token.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.shopify import documents
from connectors.shopify.platform import Shopify
from connectors.shopify.products import Product, SyncProductFeed
from hub.connector_kit.client import MAX_BODY_BYTES, ClientContext
from hub.connector_kit.connector import ReadBack
from hub.domain.model import Json
from hub.domain.outcome import (
    Effect,
    Outcome,
    OutcomeKind,
    Reconciliation,
    in_progress,
    invalid,
)

_PAGE = 50
_SHOWN_PRODUCTS, _SHOWN_ERRORS = 100, 50
_SOONEST, _LATEST = 5.0, 300.0
_AT_WORK = frozenset({"CREATED", "RUNNING", "CANCELING"})


class FeedSync:
    """Syncs one call's feed; made again, the call goes on where it stopped."""

    def __init__(self, context: ClientContext, shopify: Shopify) -> None:
        self._context = context
        self._shopify = shopify
        self._token = context.token(32)

    def sync(self, given: SyncProductFeed) -> Outcome:
        """Set one product, or run several in bulk."""
        if len(given.products) == 1:
            return self._set_one(given.products[0])
        return self._bulk(given.products)

    def _set_one(self, product: Product) -> Outcome:
        # With an identifier the same product is set, however often.
        effect = Effect.IDEMPOTENT_WRITE
        variables = product.variables()
        return self._shopify.call(documents.PRODUCT_SET, variables, effect, _synced_one)

    # ------------------------------------------------------------------ bulk

    def _bulk(self, products: list[Product]) -> Outcome:
        journal = self._context.journal
        uploaded = journal.once("upload", lambda: self._upload(products))
        path = (uploaded.data or {}).get("path") if uploaded.ok else None
        if path is None:
            return uploaded
        run = journal.once("run", lambda: self._run(path))
        operation_id = (run.data or {}).get("id") if run.ok else None
        return run if operation_id is None else self._poll(operation_id)

    def _upload(self, products: list[Product]) -> Outcome:
        """A staged target and the file on it: one part, because a target is good for a day only."""
        target = {
            "resource": "BULK_MUTATION_VARIABLES",
            "filename": f"{self._token}.jsonl",
            "mimeType": "text/jsonl",
            "httpMethod": "POST",
        }
        staged = self._shopify.call(
            documents.STAGED_UPLOADS_CREATE,
            {"input": [target]},
            Effect.IDEMPOTENT_WRITE,
            lambda data: data["stagedUploadsCreate"]["stagedTargets"][0],
        )
        if not staged.ok or "url" not in staged.data:
            return staged
        fields = [(field["name"], field["value"]) for field in staged.data["parameters"]]
        sent = self._send(staged.data["url"], fields, f"{self._token}.jsonl", products)
        path = dict(fields).get("key")
        return sent if not sent.ok else sent.model_copy(update={"data": {"path": path}})

    def _send(
        self, url: str, fields: list[tuple[str, str]], filename: str, products: list[Product]
    ) -> Outcome:
        boundary = f"neonhub-{self._token}"
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields
        )
        # What comes after the file is not read.
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{filename}"\r\nContent-Type: text/jsonl\r\n\r\n'
        )
        tail = f"\r\n--{boundary}--\r\n"
        size = len(head.encode()) + sum(map(len, lines(products))) + len(tail.encode())

        def body() -> Iterator[bytes]:
            yield head.encode()
            yield from lines(products)
            yield tail.encode()

        return self._shopify.files.call(
            "POST",
            url,
            Effect.IDEMPOTENT_WRITE,
            content=body(),
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Content-Length": str(size),
            },
        )

    def _run(self, path: str) -> Outcome:
        variables = {
            "mutation": documents.bulk_product_set(self._name),
            "stagedUploadPath": path,
            "clientIdentifier": self._token,
        }
        return self._shopify.call(
            documents.BULK_RUN,
            variables,
            Effect.WRITE,
            lambda data: {"id": data["bulkOperationRunMutation"]["bulkOperation"]["id"]},
        )

    @property
    def _name(self) -> str:
        return f"NeonHub_{self._token}"

    def _poll(self, operation_id: str) -> Outcome:
        seen = self._shopify.call(
            documents.BULK_OPERATION, {"id": operation_id}, read=lambda data: data["bulkOperation"]
        )
        if not seen.ok:
            return seen
        operation = seen.data
        if operation is None:
            return invalid(
                "NO_SUCH_OPERATION", f"Shopify knows no operation {operation_id} any more"
            )
        if "status" not in operation:
            return seen
        if operation["status"] in _AT_WORK:
            done = operation.get("rootObjectCount") or 0
            return in_progress(f"Shopify has set {done} products so far", self._pause(operation))
        return self._result(operation)

    def _pause(self, operation: Json) -> float:
        """A quarter of the time it has taken so far: bulk operations may take a day."""
        began = datetime.fromisoformat(operation["createdAt"])
        taken = (self._context.clock.now() - began).total_seconds()
        return min(_LATEST, max(_SOONEST, round(taken / 4)))

    def _result(self, operation: Json) -> Outcome:
        url = operation.get("url") or operation.get("partialDataUrl")
        size = int(operation.get("fileSize") or 0)
        told: list[Any] = []
        if url and size <= MAX_BODY_BYTES:
            answer = self._shopify.files.call("GET", url, Effect.READ)
            if not answer.ok:
                return answer
            told = _parsed(answer.data)
        counted = _counted(operation, told)
        if operation["status"] != "COMPLETED":
            return _ended_badly(operation, counted)
        if counted["errors"] and not counted["synced"]:
            first = counted["errors"][0]
            return invalid(first["code"], f"no product was synced: {first['message']}")
        return Outcome(kind=OutcomeKind.OK, data=counted)

    # ------------------------------------------------------------------ read back

    def reconcile(self, given: SyncProductFeed, since: datetime) -> ReadBack:
        """NOT_DONE wherever sending again does no harm: to set one product, to upload, to poll.

        The operation itself is looked for by its name in the app's operations, newest first.
        """
        journal = self._context.journal
        again = ReadBack(Reconciliation.NOT_DONE)
        if len(given.products) == 1 or "upload" not in journal or "run" in journal:
            return again
        listed = self._shopify.call(
            documents.BULK_OPERATIONS,
            {"first": _PAGE, "query": "operation_type:mutation"},
            read=lambda data: data["bulkOperations"],
        )
        if not listed.ok or "nodes" not in listed.data:
            return ReadBack(Reconciliation.UNKNOWN)
        nodes = listed.data["nodes"]
        for node in nodes:
            if self._name in node["query"]:
                journal.put("run", {"id": node["id"]})
                return again
        return again if reaches(listed.data, since) else ReadBack(Reconciliation.UNKNOWN)


def lines(products: list[Product]) -> Iterator[bytes]:
    """The feed as JSON lines, one at a time."""
    for product in products:
        yield json.dumps(product.variables(), separators=(",", ":")).encode() + b"\n"


def reaches(page: Any, since: datetime) -> bool:
    """Whether a page, newest first, goes back to a moment: what is not on it was not made since."""
    if not page["pageInfo"]["hasNextPage"]:
        return True
    return bool(page["nodes"]) and datetime.fromisoformat(page["nodes"][-1]["createdAt"]) < since


def _synced_one(data: Any) -> Json:
    product = data["productSet"]["product"]
    return {
        "synced": 1,
        "failed": 0,
        "products": [{"id": product["id"], "handle": product["handle"]}],
        "errors": [],
        "operationId": None,
    }


def _parsed(body: Any) -> list[Any]:
    """The lines of a result; a single line has been parsed already. A broken last line is left."""
    if not isinstance(body, str):
        return [body] if body else []
    found = []
    for line in body.splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def _counted(operation: Json, told: list[Any]) -> dict[str, Any]:
    products, errors, failed = [], [], 0
    for line in told:
        payload = (line.get("data") or {}).get("productSet") or {}
        refused = [*payload.get("userErrors", ()), *(line.get("errors") or ())]
        failed += bool(refused)
        errors += [_line_error(line, error) for error in refused]
        product = payload.get("product")
        if product and not refused:
            products.append({"id": product["id"], "handle": product["handle"]})
    synced = len(products) if told else int(operation.get("rootObjectCount") or 0)
    return {
        "operationId": operation["id"],
        "synced": synced,
        "failed": failed,
        "products": products[:_SHOWN_PRODUCTS],
        "errors": errors[:_SHOWN_ERRORS],
    }


def _line_error(line: Json, error: Json) -> dict[str, Any]:
    number = line.get("__lineNumber")
    return {
        "line": number + 1 if isinstance(number, int) else None,
        "field": ".".join(map(str, error.get("field") or ())) or None,
        "code": error.get("code") or (error.get("extensions") or {}).get("code") or "ERROR",
        "message": error.get("message"),
    }


def _ended_badly(operation: Json, counted: dict[str, Any]) -> Outcome:
    status = operation["status"]
    reason = operation.get("errorCode")
    return invalid(
        f"BULK_{status}",
        f"the bulk operation ended as {status}{f' ({reason})' if reason else ''} after "
        f"{counted['synced']} products; sync the feed again",
    )
