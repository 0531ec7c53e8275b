"""An order in parts: a draft, and if asked for an order of it.

The call's token is a note attribute of the draft. A lost draft is looked for in the newest drafts
and not by a search, because what was just made is not in the search index yet.
"""

from datetime import datetime
from typing import Any

from connectors.shopify import bodies, documents
from connectors.shopify.feed import reaches
from connectors.shopify.platform import Shopify
from connectors.shopify.selling import CreateOrder
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation

_PAGE = 50


class Ordering:
    """Makes one call's order; each part once."""

    def __init__(self, context: ClientContext, shopify: Shopify) -> None:
        self._journal = context.journal
        self._shopify = shopify
        self._token = context.token(32)

    def create(self, given: CreateOrder) -> Outcome:
        """The draft, then the order of it."""
        outcome = self._journal.once("draft", lambda: self._draft(given))
        draft_id = (outcome.data or {}).get("draftOrderId") if outcome.ok else None
        if draft_id is None or not given.complete:
            return outcome
        return self._journal.once("order", lambda: self._complete(draft_id))

    def _draft(self, given: CreateOrder) -> Outcome:
        return self._shopify.call(
            documents.DRAFT_CREATE,
            {"input": bodies.draft_order(given, self._token)},
            Effect.WRITE,
            lambda data: draft(data["draftOrderCreate"]["draftOrder"]),
        )

    def _complete(self, draft_id: str) -> Outcome:
        return self._shopify.call(
            documents.DRAFT_COMPLETE,
            {"id": draft_id},
            Effect.WRITE,
            lambda data: draft(data["draftOrderComplete"]["draftOrder"]),
        )

    def reconcile(self, given: CreateOrder, since: datetime) -> ReadBack:
        """Marks the parts done that Shopify shows; NOT_DONE if one is left to do."""
        if "draft" not in self._journal:
            found = self._find(since)
            if found.verdict is not Reconciliation.DONE:
                return found
            self._journal.put("draft", found.data)
        made = self._journal.get("draft")
        if not given.complete:
            return ReadBack(Reconciliation.DONE, made)
        return self._completed(made["draftOrderId"])

    def _find(self, since: datetime) -> ReadBack:
        listed = self._shopify.call(
            documents.DRAFTS, {"first": _PAGE}, read=lambda data: data["draftOrders"]
        )
        if not listed.ok or "nodes" not in listed.data:
            return ReadBack(Reconciliation.UNKNOWN)
        for node in listed.data["nodes"]:
            attributes = {item["key"]: item["value"] for item in node["customAttributes"]}
            if attributes.get(bodies.MARK) == self._token:
                return ReadBack(Reconciliation.DONE, draft(node))
        whole = reaches(listed.data, since)
        return ReadBack(Reconciliation.NOT_DONE if whole else Reconciliation.UNKNOWN)

    def _completed(self, draft_id: str) -> ReadBack:
        seen = self._shopify.call(
            documents.DRAFT, {"id": draft_id}, read=lambda data: draft(data["draftOrder"])
        )
        if not seen.ok or "status" not in seen.data:
            return ReadBack(Reconciliation.UNKNOWN)
        if seen.data["orderId"]:
            self._journal.put("order", seen.data)
            return ReadBack(Reconciliation.DONE, seen.data)
        # Completed without an order to show: it is being made.
        at_work = seen.data["status"] == "COMPLETED"
        return ReadBack(Reconciliation.UNKNOWN if at_work else Reconciliation.NOT_DONE)


def draft(node: Any) -> Json:
    """A draft order, and the order that was made of it."""
    order = node.get("order") or {}
    total = (node.get("totalPriceSet") or {}).get("presentmentMoney") or {}
    return {
        "draftOrderId": node["id"],
        "name": node["name"],
        "status": node["status"],
        "invoiceUrl": node.get("invoiceUrl"),
        "total": total.get("amount"),
        "currency": total.get("currencyCode"),
        "orderId": order.get("id"),
        "orderName": order.get("name"),
    }
