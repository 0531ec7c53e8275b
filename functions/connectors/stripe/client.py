"""Stripe's actions. Every POST carries an Idempotency-Key, so it may be sent again.

Contract: https://docs.stripe.com/api (2026-10-28.endive), read 2026-11.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from connectors.stripe import bodies
from connectors.stripe.inputs import CreateCustomer, CreateRefund, ListCharges
from connectors.stripe.invoices import Invoicing
from connectors.stripe.platform import MARK, TABLE, Stripe
from connectors.stripe.results import (
    account,
    canceled,
    charges,
    checkout_session,
    customer,
    payment_link,
    refund,
    subscription,
)
from connectors.stripe.selling import (
    CancelSubscription,
    CreateCheckoutSession,
    CreateInvoice,
    CreatePaymentLink,
    CreateSubscription,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import iso
from hub.domain.outcome import Outcome, OutcomeKind, Reconciliation, invalid

__all__ = ["TABLE", "StripeClient"]

KEY_LIFE = timedelta(hours=23)
"""Stripe forgets a key after 24 hours; a call that began longer ago is looked up first."""

_SOONEST, _LATEST = timedelta(minutes=30), timedelta(hours=24)
_PAGE = 100
_SKEW = timedelta(minutes=5)

type Created = (
    CreateCustomer | CreateCheckoutSession | CreatePaymentLink | CreateRefund | CreateSubscription
)

# Where a lost call's object is looked for, and how it is read.
_LISTS = {
    "create_customer": ("/customers", customer),
    "create_checkout_session": ("/checkout/sessions", checkout_session),
    "create_payment_link": ("/payment_links", payment_link),
    "create_refund": ("/refunds", refund),
    "create_subscription": ("/subscriptions", subscription),
}


class StripeClient:
    """Calls Stripe for one connection. Settings: `apiVersion`, `account`."""

    def __init__(self, context: ClientContext) -> None:
        self._clock = context.clock
        self._journal = context.journal
        self._stripe = Stripe(context)
        self._invoicing = Invoicing(context, self._stripe)

    def create_customer(self, given: CreateCustomer) -> Outcome:
        """POST /customers."""
        return self._create("create_customer", given, bodies.fields(given))

    def create_checkout_session(self, given: CreateCheckoutSession) -> Outcome:
        """POST /checkout/sessions."""
        if given.expires_at:
            ahead = given.expires_at - self._clock.now()
            if not _SOONEST <= ahead <= _LATEST:
                return invalid(
                    "EXPIRES_AT_OUT_OF_RANGE",
                    "expiresAt must be 30 minutes to 24 hours ahead; leave it out for 24 hours",
                )
        return self._create("create_checkout_session", given, bodies.checkout_session(given))

    def create_payment_link(self, given: CreatePaymentLink) -> Outcome:
        """POST /payment_links."""
        return self._create("create_payment_link", given, bodies.payment_link(given))

    def create_refund(self, given: CreateRefund) -> Outcome:
        """POST /refunds."""
        return self._create("create_refund", given, bodies.fields(given))

    def create_subscription(self, given: CreateSubscription) -> Outcome:
        """POST /subscriptions."""
        return self._create("create_subscription", given, bodies.subscription(given))

    def cancel_subscription(self, given: CancelSubscription) -> Outcome:
        """DELETE /subscriptions/{id}, or POST with `cancel_at_period_end`.

        Stripe answers 404 to the deletion of what is canceled already; a repeated call must not
        look failed, so then the subscription is read.
        """
        path, details = f"/subscriptions/{given.subscription}", bodies.cancellation(given)
        if given.at_period_end:
            body = {"cancel_at_period_end": True, **details}
            return self._stripe.post(path, body, canceled, part="cancel")
        outcome = self._stripe.delete(path, details, canceled)
        if outcome.code != "resource_missing":
            return outcome
        seen = self._stripe.get(path, read=canceled)
        return seen if seen.ok and seen.data.get("status") == "canceled" else outcome

    def create_invoice(self, given: CreateInvoice) -> Outcome:
        """An invoice in parts: draft, lines, finalized, sent."""
        return self._once("create_invoice", given, lambda: self._invoicing.create(given))

    def list_charges(self, given: ListCharges) -> Outcome:
        """GET /charges, one page."""
        params = {
            "limit": given.limit,
            "starting_after": given.cursor,
            "customer": given.customer,
            "payment_intent": given.payment_intent,
            "created": {"gte": given.created_from, "lte": given.created_to},
        }
        return self._stripe.get("/charges", params, charges)

    def test_connection(self, _given: NoInput) -> Outcome:
        """GET /account."""
        return self._stripe.get("/account", read=account)

    def _create(self, action: str, given: Created, body: dict[str, Any]) -> Outcome:
        path, read = _LISTS[action]
        marked = {**body, "metadata": self._stripe.marked(given.metadata)}
        return self._once(action, given, lambda: self._stripe.post(path, marked, read))

    def _once(self, action: str, given: ActionInput, make: Callable[[], Outcome]) -> Outcome:
        """Make a thing; if the first attempt is older than its key lives, only if it is not there.

        A run may be taken up again for two weeks.
        """
        now = self._clock.now()
        began = self._journal.get("began")
        if began is None:
            self._journal.put("began", iso(now))
            return make()
        since = datetime.fromisoformat(began)
        if now - since < KEY_LIFE:
            return make()
        seen = self.reconcile(action, given, since)
        match seen.verdict:
            case Reconciliation.DONE:
                return Outcome(kind=OutcomeKind.OK, data=seen.data)
            case Reconciliation.NOT_DONE:
                return make()
            case Reconciliation.UNKNOWN:
                words = "Stripe has forgotten the key of this call, and does not show what it did"
                return Outcome(kind=OutcomeKind.UNKNOWN, code="KEY_EXPIRED", message=words)

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for the call's token in the metadata of what was made since then.

        Needed where Stripe keeps a 500 for the key and says not to try again. The call is sent with
        the same key even so, never a new one: Stripe advises against it, as the first may yet have
        effects. https://docs.stripe.com/error-low-level#server-errors. Also for calls older than
        their key.
        """
        if isinstance(given, CancelSubscription):
            return self._canceled(given)
        if isinstance(given, CreateInvoice):
            return self._invoicing.reconcile(given, since - _SKEW)
        if action not in _LISTS:
            return ReadBack(Reconciliation.UNKNOWN)
        path, read = _LISTS[action]
        params = {"limit": _PAGE, **_narrowed(given)}
        if action != "create_payment_link":
            params["created"] = {"gte": since - _SKEW}
        outcome = self._stripe.get(path, params)
        return found(outcome, self._stripe.mark, read)

    def _canceled(self, given: CancelSubscription) -> ReadBack:
        seen = self._stripe.get(f"/subscriptions/{given.subscription}", read=canceled)
        if not seen.ok or "status" not in seen.data:
            return ReadBack(Reconciliation.UNKNOWN)
        later = given.at_period_end and seen.data["cancelAtPeriodEnd"]
        done = seen.data["status"] == "canceled" or later
        verdict = Reconciliation.DONE if done else Reconciliation.NOT_DONE
        return ReadBack(verdict, seen.data if done else None)


def _narrowed(given: ActionInput) -> dict[str, Any]:
    """What narrows a list to where the lost object would be."""
    match given:
        case CreateRefund():
            return {"charge": given.charge, "payment_intent": given.payment_intent}
        case CreateSubscription():
            return {"customer": given.customer, "status": "all"}
        case CreateCustomer():
            return {"email": given.email}
        case _:
            return {}


def found(outcome: Outcome, mark: str, read: Any) -> ReadBack:
    """The verdict of a list: whether the marked object is on it, and the list is whole."""
    if not outcome.ok or not isinstance(outcome.data, dict) or "data" not in outcome.data:
        return ReadBack(Reconciliation.UNKNOWN)
    for item in outcome.data["data"]:
        if (item.get("metadata") or {}).get(MARK) == mark:
            return ReadBack(Reconciliation.DONE, read(item))
    more = outcome.data.get("has_more")
    return ReadBack(Reconciliation.UNKNOWN if more else Reconciliation.NOT_DONE)
