"""An invoice in parts: a draft, its lines, finalized, sent.

The draft comes first and the lines name it. Lines made first would wait on the customer: a break in
between would leave them there to go on whatever is billed next, and collecting them would collect
whatever else waits. https://docs.stripe.com/api/invoiceitems/create, read 2026-11.
"""

from datetime import datetime
from typing import Any

from connectors.stripe import bodies, results
from connectors.stripe.platform import MARK, Stripe
from connectors.stripe.selling import CreateInvoice, InvoiceItem
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.domain.model import Json
from hub.domain.outcome import Outcome, OutcomeKind, Reconciliation, in_progress

_PAGE = 100
_TRIED = "send-tried"
DEFAULT_DAYS_UNTIL_DUE = 30
_APART = {"items", "pending_items", "auto_advance", "automatic_tax", "finalize", "send"}


class Invoicing:
    """Makes one call's invoice. Each part has a key of its own and is done once."""

    def __init__(self, context: ClientContext, stripe: Stripe) -> None:
        self._context = context
        self._stripe = stripe

    def create(self, given: CreateInvoice) -> Outcome:
        """Go on from the first part that is not done; the last part's answer is the invoice."""
        outcome = self._context.journal.once("draft", lambda: self._draft(given))
        invoice_id = (outcome.data or {}).get("id") if outcome.ok else None
        if invoice_id is None:
            return outcome
        stopped = self._items(given, invoice_id)
        if stopped:
            return stopped
        finished = outcome
        if given.finalize:
            finished = self._finalized(given, invoice_id)
        if finished.ok and _sends(given):
            finished = self._sent(invoice_id)
        return _told(finished, sent=_sends(given)) if finished.ok else finished

    def _draft(self, given: CreateInvoice) -> Outcome:
        body = bodies.fields(given, _APART) | {
            "pending_invoice_items_behavior": given.pending_items,
            # Stripe must not finalize it by itself before its lines are there.
            "auto_advance": False,
            "metadata": self._stripe.marked(given.metadata),
        }
        if given.automatic_tax is not None:
            body["automatic_tax"] = {"enabled": given.automatic_tax}
        if given.collection_method == "send_invoice" and given.due_date is None:
            body.setdefault("days_until_due", DEFAULT_DAYS_UNTIL_DUE)
        return self._stripe.post("/invoices", body, results.invoice)

    def _items(self, given: CreateInvoice, invoice_id: str) -> Outcome | None:
        """What stopped the making of the lines; None if all are there."""
        for number, item in enumerate(given.items, 1):
            part = _item_part(number)
            if part not in self._context.journal and self._context.time_is_up:
                return in_progress(f"{number - 1} of {len(given.items)} lines are made", 1)
            body = self._line(given, item, invoice_id, part)
            outcome = self._part(part, "/invoiceitems", body, _line_id)
            if not outcome.ok:
                return outcome
        return None

    def _line(
        self, given: CreateInvoice, item: InvoiceItem, invoice_id: str, part: str
    ) -> dict[str, Any]:
        body = bodies.fields(item, {"price"}) | {
            "customer": given.customer,
            "invoice": invoice_id,
            "metadata": self._stripe.marked({}, part),
        }
        if item.price:
            body["pricing"] = {"price": item.price}
        if item.amount is not None:
            body.setdefault("currency", given.currency)
        return body

    def _finalized(self, given: CreateInvoice, invoice_id: str) -> Outcome:
        # An invoice that we send needs no advancing: Stripe would email it a second time.
        charges = given.collection_method == "charge_automatically"
        advance = charges if given.auto_advance is None else given.auto_advance
        body = {"auto_advance": advance}
        return self._part("finalize", f"/invoices/{invoice_id}/finalize", body)

    def _sent(self, invoice_id: str) -> Outcome:
        # Stripe does not show that an invoice was emailed: remember that it was tried.
        if _TRIED not in self._context.journal:
            self._context.journal.put(_TRIED, True)
        return self._part("send", f"/invoices/{invoice_id}/send", {})

    def _part(self, part: str, path: str, body: dict[str, Any], read: Any = None) -> Outcome:
        return self._context.journal.once(
            part, lambda: self._stripe.post(path, body, read or results.invoice, part=part)
        )

    def reconcile(self, given: CreateInvoice, since: datetime) -> ReadBack:
        """Marks the parts done that the platform shows, so that the call goes on after them.

        NOT_DONE if a part is left to do: it goes out with its own key, which does it once. That an
        invoice was emailed Stripe does not show.
        """
        journal = self._context.journal
        if "draft" not in journal:
            found = self._find_draft(given, since)
            if found.verdict is not Reconciliation.DONE:
                return found
            journal.put("draft", found.data)
        invoice_id = (journal.get("draft") or {}).get("id")
        seen = self._stripe.get(f"/invoices/{invoice_id}")
        lines = self._stripe.get("/invoiceitems", {"invoice": invoice_id, "limit": _PAGE})
        if not (_readable(seen, "status") and _readable(lines, "data")):
            return ReadBack(Reconciliation.UNKNOWN)
        self._keep_lines(given, lines.data)
        return self._verdict(given, seen.data)

    def _find_draft(self, given: CreateInvoice, since: datetime) -> ReadBack:
        params = {"customer": given.customer, "created": {"gte": since}, "limit": _PAGE}
        listed = self._stripe.get("/invoices", params)
        if not _readable(listed, "data"):
            return ReadBack(Reconciliation.UNKNOWN)
        for body in listed.data["data"]:
            if (body.get("metadata") or {}).get(MARK) == self._stripe.mark:
                return ReadBack(Reconciliation.DONE, results.invoice(body))
        more = listed.data.get("has_more")
        return ReadBack(Reconciliation.UNKNOWN if more else Reconciliation.NOT_DONE)

    def _keep_lines(self, given: CreateInvoice, lines: Any) -> None:
        marks = {(line.get("metadata") or {}).get(MARK): line["id"] for line in lines["data"]}
        for number in range(1, len(given.items) + 1):
            part = _item_part(number)
            line_id = marks.get(f"{self._stripe.mark}.{part}")
            if line_id and part not in self._context.journal:
                self._context.journal.put(part, {"id": line_id})

    def _verdict(self, given: CreateInvoice, body: Any) -> ReadBack:
        journal = self._context.journal
        if given.finalize and body["status"] != "draft":
            journal.put("finalize", results.invoice(body))
        made = all(_item_part(n) in journal for n in range(1, len(given.items) + 1))
        final = made and ("finalize" in journal or not given.finalize)
        if not final:
            return ReadBack(Reconciliation.NOT_DONE)
        if not _sends(given) or "send" in journal:
            return ReadBack(Reconciliation.DONE, {**results.invoice(body), "sent": _sends(given)})
        tried = _TRIED in journal
        return ReadBack(Reconciliation.UNKNOWN if tried else Reconciliation.NOT_DONE)


def _sends(given: CreateInvoice) -> bool:
    """Only an invoice to be paid on invoice can be sent, and only a finalized one."""
    return given.send and given.finalize and given.collection_method == "send_invoice"


def _item_part(number: int) -> str:
    return f"item-{number}"


def _line_id(body: Any) -> Json:
    return {"id": body["id"]}


def _readable(outcome: Outcome, name: str) -> bool:
    return outcome.ok and isinstance(outcome.data, dict) and name in outcome.data


def _told(outcome: Outcome, sent: bool) -> Outcome:
    data = outcome.data if isinstance(outcome.data, dict) else {}
    if "id" not in data:
        return outcome
    return Outcome(
        kind=OutcomeKind.OK,
        data={**data, "sent": sent},
        provider_request_id=outcome.provider_request_id,
    )
