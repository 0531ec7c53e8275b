"""Discounts and orders of Shopify's twin."""

from typing import Any

import httpx

from connectors.shopify import sandbox_objects as objects
from connectors.shopify.sandbox_answers import answered, done, error, newest, refused
from hub.connector_kit.sandbox import TwinRequest
from hub.domain.model import Json


def on_discount_create(request: TwinRequest, variables: Json) -> httpx.Response:
    """discountCodeBasicCreate: a code is there once, whatever its case."""
    name, given = "discountCodeBasicCreate", variables["basicCodeDiscount"]
    kept = request.state.setdefault("discounts", {})
    at = "basicCodeDiscount"
    for field in ("title", "code", "startsAt", "customerGets", "context"):
        if not given.get(field):
            blank = error(f"{field} can't be blank", "BLANK", at, field)
            return refused(name, "codeDiscountNode", blank)
    if given["code"].lower() in kept:
        taken = error("Code must be unique. Please try a different code.", "TAKEN", at, "code")
        return refused(name, "codeDiscountNode", taken)
    if given["customerGets"]["value"].get("percentage", 0) > 1:
        outside = error("Value must be between 0.0 and 1.0", "VALUE_OUTSIDE_RANGE", at)
        return refused(name, "codeDiscountNode", outside)
    made = objects.discount(request.next_number(), request.now, given)
    kept[given["code"].lower()] = made
    return done(name, codeDiscountNode=made)


def on_discount_by_code(request: TwinRequest, variables: Json) -> httpx.Response:
    """codeDiscountNodeByCode."""
    found = request.state.get("discounts", {}).get(variables["code"].lower())
    return answered({"data": {"codeDiscountNodeByCode": found}})


def on_draft_create(request: TwinRequest, variables: Json) -> httpx.Response:
    """draftOrderCreate."""
    given = variables["input"]
    if not given.get("lineItems"):
        empty = error("Add at least 1 product", None, "lineItems")
        return refused("draftOrderCreate", "draftOrder", empty)
    made = objects.draft(request.next_number(), request.now, given)
    request.remember("drafts", made)
    return done("draftOrderCreate", draftOrder=made)


def on_draft_complete(request: TwinRequest, variables: Json) -> httpx.Response:
    """draftOrderComplete: makes an order of a draft, once."""
    found = _kept_draft(request, variables["id"])
    if found is None or found["order"]:
        words = "This order has been paid" if found else "Draft order does not exist"
        return refused("draftOrderComplete", "draftOrder", error(words, None, "id"))
    total = found["totalPriceSet"]["presentmentMoney"]["amount"]
    made = objects.order(10 + request.next_number(), request.now, total, sourceName="neonhub")
    request.remember("orders", made)
    found |= {"status": "COMPLETED", "order": {"id": made["id"], "name": made["name"]}}
    return done("draftOrderComplete", draftOrder=found)


def _kept_draft(request: TwinRequest, id_: str) -> dict[str, Any] | None:
    every: list[dict[str, Any]] = request.state.get("drafts", [])
    return next((draft for draft in every if draft["id"] == id_), None)


def on_draft(request: TwinRequest, variables: Json) -> httpx.Response:
    """draftOrder."""
    return answered({"data": {"draftOrder": _kept_draft(request, variables["id"])}})


def on_drafts(request: TwinRequest, variables: Json) -> httpx.Response:
    """draftOrders, newest first."""
    page = newest(request.state.get("drafts", []), variables["first"])
    return answered({"data": {"draftOrders": page}})


def on_orders(request: TwinRequest, variables: Json) -> httpx.Response:
    """orders, a page."""
    every = objects.orders(request.now, request.state.get("orders", []))
    ids = [order["id"] for order in every]
    after = variables.get("after")
    start = ids.index(after) + 1 if after in ids else 0
    page = every[start : start + variables["first"]]
    kept = {"customer": variables["withCustomer"], "lineItems": variables["withLines"]}
    nodes = [{name: v for name, v in order.items() if kept.get(name, True)} for order in page]
    more = start + len(page) < len(every)
    info = {"hasNextPage": more, "endCursor": page[-1]["id"] if page else None}
    return answered({"data": {"orders": {"nodes": nodes, "pageInfo": info}}})


def on_shop(_request: TwinRequest, _variables: Json) -> httpx.Response:
    """shop and currentAppInstallation."""
    scopes = {"accessScopes": [{"handle": handle} for handle in objects.SCOPES]}
    return answered({"data": {"shop": objects.SHOP, "currentAppInstallation": scopes}})
