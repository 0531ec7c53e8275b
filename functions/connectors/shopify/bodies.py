"""The variables of Shopify's mutations, made of the actions' inputs."""

from datetime import datetime
from typing import Any

from connectors.shopify.selling import CreateDiscountCode, CreateOrder, OrderLine
from hub.connector_kit.spec import ActionInput
from hub.domain.model import iso

MARK = "neonhub_call"
"""The note attribute that carries a call's token, by which a lost order is found again."""

_AS_THEY_ARE = {
    "code", "usage_limit", "applies_once_per_customer", "recurring_cycle_limit", "combines_with",
    "tags",
}  # fmt: skip


def _fields(given: ActionInput, **which: Any) -> dict[str, Any]:
    dumped: dict[str, Any] = given.model_dump(
        mode="json", by_alias=True, exclude_none=True, **which
    )
    return dumped


def discount(given: CreateDiscountCode, now: datetime) -> dict[str, Any]:
    """A DiscountCodeBasicInput. Who may use it is its `context`; `customerSelection` is gone by."""
    body = _fields(given, include=_AS_THEY_ARE)
    body |= {
        "title": given.title or given.code,
        "startsAt": iso(given.starts_at or now),
        "context": _context(given),
        "customerGets": _customer_gets(given),
    }
    if given.ends_at:
        body["endsAt"] = iso(given.ends_at)
    if given.minimum_subtotal is not None:
        least = {"greaterThanOrEqualToSubtotal": str(given.minimum_subtotal)}
        body["minimumRequirement"] = {"subtotal": least}
    if given.minimum_quantity is not None:
        # An UnsignedInt64 is written as text.
        few = {"greaterThanOrEqualToQuantity": str(given.minimum_quantity)}
        body["minimumRequirement"] = {"quantity": few}
    return body


def _context(given: CreateDiscountCode) -> dict[str, Any]:
    if given.customers:
        return {"customers": {"add": given.customers}}
    if given.customer_segments:
        return {"customerSegments": {"add": given.customer_segments}}
    return {"all": "ALL"}


def _customer_gets(given: CreateDiscountCode) -> dict[str, Any]:
    gets = _fields(given, include={"applies_on_subscription", "applies_on_one_time_purchase"})
    if given.percent_off is not None:
        # Shopify counts from 0 to 1.
        gets["value"] = {"percentage": float(given.percent_off / 100)}
    else:
        each = bool(given.applies_on_each_item)
        amount = {"amount": str(given.amount_off), "appliesOnEachItem": each}
        gets["value"] = {"discountAmount": amount}
    gets["items"] = _items(given)
    return gets


def _items(given: CreateDiscountCode) -> dict[str, Any]:
    if given.collections:
        return {"collections": {"add": given.collections}}
    only = {"productsToAdd": given.products, "productVariantsToAdd": given.variants}
    named = {name: ids for name, ids in only.items() if ids}
    return {"products": named} if named else {"all": True}


def draft_order(given: CreateOrder, token: str) -> dict[str, Any]:
    """A DraftOrderInput; the call's token goes along as a note attribute."""
    apart = {"complete", "customer_id", "line_items", "shipping_line", "payment_terms"}
    body = _fields(given, exclude=apart)
    body["lineItems"] = [_line(line) for line in given.line_items]
    body.setdefault("customAttributes", []).append({"key": MARK, "value": token})
    if given.customer_id:
        body["purchasingEntity"] = {"customerId": given.customer_id}
    if given.shipping_line:
        price = _fields(given.shipping_line.price)
        body["shippingLine"] = {"title": given.shipping_line.title, "priceWithCurrency": price}
    if given.payment_terms:
        terms: dict[str, Any] = {"paymentTermsTemplateId": given.payment_terms.template_id}
        schedule = _fields(given.payment_terms, exclude={"template_id"})
        body["paymentTerms"] = terms | ({"paymentSchedules": [schedule]} if schedule else {})
    return body


def _line(line: OrderLine) -> dict[str, Any]:
    body = _fields(line, exclude={"price"})
    if line.price:
        body["originalUnitPriceWithCurrency"] = _fields(line.price)
    return body
