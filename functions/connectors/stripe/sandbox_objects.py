"""The objects that Stripe's twin makes, as Stripe has them."""

from datetime import datetime, timedelta
from typing import Any

from hub.domain.model import Json

CUSTOMER = "cus_NeonHubSandbox"
"""A customer that is always there."""

MONTH = timedelta(days=30)
_CHARGES = ((1999, "ch_3SandboxC"), (4900, "ch_3SandboxB"), (2500, "ch_3SandboxA"))


def customer(given: Json, number: int, now: datetime) -> dict[str, Any]:
    """A customer as it was given."""
    kept = ("email", "name", "phone", "description", "address", "shipping", "invoice_settings")
    return {
        "id": f"cus_sandbox{number:08d}",
        "object": "customer",
        "created": int(now.timestamp()),
        "livemode": False,
        "metadata": given.get("metadata", {}),
        **{name: given.get(name) for name in kept},
    }


def checkout_session(given: Json, number: int, now: datetime) -> dict[str, Any]:
    """An open checkout session, good for a day."""
    id_ = f"cs_test_sandbox{number:08d}"
    created = int(now.timestamp())
    return {
        "id": id_,
        "object": "checkout.session",
        "created": created,
        "expires_at": int(given.get("expires_at") or created + 86_400),
        "mode": given["mode"],
        "status": "open",
        "payment_status": "no_payment_required" if given["mode"] == "setup" else "unpaid",
        "customer": given.get("customer"),
        "customer_email": given.get("customer_email"),
        "client_reference_id": given.get("client_reference_id"),
        "metadata": given.get("metadata", {}),
        "url": f"https://checkout.stripe.com/c/pay/{id_}",
        "livemode": False,
    }


def payment_link(given: Json, number: int, _now: datetime) -> dict[str, Any]:
    """An active payment link."""
    return {
        "id": f"plink_sandbox{number:08d}",
        "object": "payment_link",
        "active": True,
        "metadata": given.get("metadata", {}),
        "url": f"https://buy.stripe.com/test_sandbox{number:08d}",
        "livemode": False,
    }


def subscription(given: Json, number: int, now: datetime) -> dict[str, Any]:
    """An active subscription, or a trialing one; its period is on its items."""
    created = int(now.timestamp())
    period = {"current_period_start": created, "current_period_end": created + 2_592_000}
    trial = given.get("trial_period_days") or given.get("trial_end")
    items = [
        {"id": f"si_sandbox{number:08d}{index}", "object": "subscription_item", **item, **period}
        for index, item in enumerate(given["items"])
    ]
    return {
        "id": f"sub_sandbox{number:08d}",
        "object": "subscription",
        "created": created,
        "customer": given["customer"],
        "status": "trialing" if trial else "active",
        "cancel_at_period_end": given.get("cancel_at_period_end") == "true",
        "canceled_at": None,
        "items": {"object": "list", "data": items, "has_more": False},
        "latest_invoice": f"in_sandboxsub{number:08d}",
        "metadata": given.get("metadata", {}),
        "livemode": False,
    }


def invoice(given: Json, number: int, now: datetime) -> dict[str, Any]:
    """A draft without lines."""
    return {
        "id": f"in_sandbox{number:08d}",
        "object": "invoice",
        "created": int(now.timestamp()),
        "customer": given["customer"],
        "collection_method": given.get("collection_method", "charge_automatically"),
        "auto_advance": given.get("auto_advance") == "true",
        "status": "draft",
        "number": None,
        "currency": given.get("currency", "usd"),
        "total": 0,
        "hosted_invoice_url": None,
        "invoice_pdf": None,
        "parent": None,
        "metadata": given.get("metadata", {}),
        "livemode": False,
    }


def invoice_item(given: Json, number: int, now: datetime) -> dict[str, Any]:
    """A line. A price of the sandbox is 10.00 a piece."""
    quantity = int(given.get("quantity", 1))
    return {
        "id": f"ii_sandbox{number:08d}",
        "object": "invoiceitem",
        "date": int(now.timestamp()),
        "amount": int(given["amount"]) if "amount" in given else 1000 * quantity,
        "currency": given.get("currency", "usd"),
        "customer": given["customer"],
        "invoice": given.get("invoice"),
        "description": given.get("description"),
        "pricing": given.get("pricing"),
        "quantity": quantity,
        "metadata": given.get("metadata", {}),
    }


def finalized(draft: dict[str, Any]) -> dict[str, Any]:
    """An invoice that is open, with a number and a page to pay it at."""
    page = f"https://invoice.stripe.com/i/acct_sandbox/{draft['id']}"
    return {
        **draft,
        "status": "open",
        "number": f"SANDBOX-{draft['id'][-4:]}",
        "hosted_invoice_url": page,
        "invoice_pdf": f"{page}/pdf",
    }


def refund(given: Json, number: int, now: datetime, charge: Json) -> dict[str, Any]:
    """A refund that succeeded."""
    return {
        "id": f"re_sandbox{number:08d}",
        "object": "refund",
        "created": int(now.timestamp()),
        "amount": int(given.get("amount") or charge["amount"] - charge["amount_refunded"]),
        "currency": charge["currency"],
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "reason": given.get("reason"),
        "status": "succeeded",
        "metadata": given.get("metadata", {}),
    }


def charges(now: datetime, refunded: dict[str, int]) -> list[dict[str, Any]]:
    """The charges there are, newest first."""
    return [
        {
            "id": id_,
            "object": "charge",
            "amount": amount,
            "amount_refunded": refunded.get(id_, 0),
            "refunded": refunded.get(id_, 0) == amount,
            "currency": "usd",
            "status": "succeeded",
            "customer": CUSTOMER,
            "payment_intent": id_.replace("ch_", "pi_"),
            "created": int((now - timedelta(hours=age)).timestamp()),
            "description": None,
            "failure_code": None,
            "metadata": {},
        }
        for age, (amount, id_) in enumerate(_CHARGES, 1)
    ]


ACCOUNT = {
    "id": "acct_sandbox",
    "object": "account",
    "business_profile": {"name": "NeonHub Sandbox"},
    "email": "billing@example.com",
    "country": "US",
    "charges_enabled": True,
}
