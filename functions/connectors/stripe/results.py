"""What Stripe's actions answer, made of Stripe's objects. Times are unix seconds."""

from typing import Any

from hub.domain.model import Json


def customer(body: Any) -> Json:
    """A customer."""
    shown = ("email", "name", "created", "livemode")
    return {"id": body["id"], **{name: body.get(name) for name in shown}}


def checkout_session(body: Any) -> Json:
    """A checkout session; `url` is the page to send the buyer to."""
    return {
        "id": body["id"],
        "url": body["url"],
        "status": body.get("status"),
        "paymentStatus": body.get("payment_status"),
        "expiresAt": body.get("expires_at"),
    }


def payment_link(body: Any) -> Json:
    """A payment link."""
    return {"id": body["id"], "url": body["url"], "active": body.get("active")}


def refund(body: Any) -> Json:
    """A refund; `amount` in minor units."""
    return {
        "id": body["id"],
        "status": body.get("status"),
        "amount": body.get("amount"),
        "currency": body.get("currency"),
        "charge": _id(body.get("charge")),
        "paymentIntent": _id(body.get("payment_intent")),
    }


def subscription(body: Any) -> Json:
    """A subscription. Its period is on its items since Basil (2025-03-31)."""
    items = (body.get("items") or {}).get("data") or []
    return {
        "id": body["id"],
        "status": body["status"],
        "customer": _id(body.get("customer")),
        "currentPeriodEnd": max(
            (item["current_period_end"] for item in items if item.get("current_period_end")),
            default=None,
        ),
        "latestInvoice": _id(body.get("latest_invoice")),
    }


def canceled(body: Any) -> Json:
    """A subscription that ends."""
    return {
        "id": body["id"],
        "status": body["status"],
        "cancelAtPeriodEnd": bool(body.get("cancel_at_period_end")),
        "canceledAt": body.get("canceled_at"),
    }


def invoice(body: Any) -> Json:
    """An invoice; `total` in minor units. Its subscription is under `parent` since Basil."""
    parent = (body.get("parent") or {}).get("subscription_details") or {}
    return {
        "id": body["id"],
        "number": body.get("number"),
        "status": body.get("status"),
        "total": body.get("total"),
        "currency": body.get("currency"),
        "hostedInvoiceUrl": body.get("hosted_invoice_url"),
        "invoicePdf": body.get("invoice_pdf"),
        "subscription": _id(parent.get("subscription")),
    }


def charges(body: Any) -> Json:
    """A page of charges; the cursor is the last one's id while there are more."""
    page = body["data"]
    return {
        "charges": [_charge(charge) for charge in page],
        "cursor": page[-1]["id"] if body.get("has_more") and page else None,
    }


def _charge(charge: Any) -> Json:
    return {
        "id": charge["id"],
        "amount": charge["amount"],
        "amountRefunded": charge.get("amount_refunded"),
        "currency": charge["currency"],
        "status": charge["status"],
        "refunded": charge.get("refunded"),
        "customer": _id(charge.get("customer")),
        "paymentIntent": _id(charge.get("payment_intent")),
        "created": charge.get("created"),
        "description": charge.get("description"),
        "failureCode": charge.get("failure_code"),
    }


def account(body: Any) -> Json:
    """The account of the key."""
    profile = body.get("business_profile") or {}
    return {
        "id": body["id"],
        "name": profile.get("name"),
        "email": body.get("email"),
        "country": body.get("country"),
        "chargesEnabled": body.get("charges_enabled"),
    }


def _id(value: Any) -> Json:
    """The id of what may have been expanded."""
    return value.get("id") if isinstance(value, dict) else value
