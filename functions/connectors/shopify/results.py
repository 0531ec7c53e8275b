"""What Shopify's reads answer. Amounts are text, as Shopify gives them."""

from datetime import datetime
from typing import Any

from hub.domain.model import Json


def orders(data: Any) -> Json:
    """A page of orders."""
    page = data["orders"]
    more = page["pageInfo"]["hasNextPage"]
    return {
        "orders": [_order(node) for node in page["nodes"]],
        "cursor": page["pageInfo"]["endCursor"] if more else None,
    }


def _order(node: Any) -> Json:
    total = (node.get("currentTotalPriceSet") or {}).get("shopMoney") or {}
    shown: dict[str, Json] = {
        "id": node["id"],
        "name": node["name"],
        "createdAt": node["createdAt"],
        "cancelledAt": node.get("cancelledAt"),
        "financialStatus": node.get("displayFinancialStatus"),
        "fulfillmentStatus": node.get("displayFulfillmentStatus"),
        "total": total.get("amount"),
        "currency": total.get("currencyCode"),
        "discountCodes": node.get("discountCodes", []),
        "sourceName": node.get("sourceName"),
        "tags": node.get("tags", []),
    }
    if "customer" in node:
        shown["customer"] = _customer(node["customer"])
    if "lineItems" in node:
        shown["lines"] = node["lineItems"]["nodes"]
    return shown


def _customer(node: Any) -> Json:
    if not node:
        return None
    email = (node.get("defaultEmailAddress") or {}).get("emailAddress")
    return {"id": node["id"], "name": node.get("displayName"), "email": email}


def product(data: Any) -> Json:
    """A product; empty if there is none."""
    node = data["productByIdentifier"]
    if node is None:
        return {}
    plain = (
        "id", "handle", "title", "status", "descriptionHtml", "vendor", "productType", "tags",
        "totalInventory", "onlineStoreUrl", "createdAt", "updatedAt",
    )  # fmt: skip
    media = [{"alt": item.get("alt"), "url": _image(item)} for item in node["media"]["nodes"]]
    return {
        **{name: node.get(name) for name in plain},
        "options": [
            {"name": option["name"], "values": [value["name"] for value in option["optionValues"]]}
            for option in node["options"]
        ],
        "variants": node["variants"]["nodes"],
        "moreVariants": node["variants"]["pageInfo"]["hasNextPage"],
        "media": media,
    }


def _image(item: Any) -> Json:
    return ((item.get("preview") or {}).get("image") or {}).get("url")


def shop(data: Any) -> Json:
    """The shop, and what the app may do there."""
    node = data["shop"]
    return {
        "id": node["id"],
        "name": node["name"],
        "domain": node["myshopifyDomain"],
        "url": (node.get("primaryDomain") or {}).get("url"),
        "currency": node.get("currencyCode"),
        "timezone": node.get("ianaTimezone"),
        "scopes": [scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]],
    }


def discount(node: Any, code: str) -> Json:
    """A code discount."""
    about = node["codeDiscount"]
    return {
        "id": node["id"],
        "code": code,
        "title": about.get("title"),
        "status": about.get("status"),
        "startsAt": about.get("startsAt"),
        "endsAt": about.get("endsAt"),
        "summary": about.get("summary"),
    }


def created_since(node: Any, since: datetime) -> bool:
    """Whether a basic code discount was made at a moment or after it."""
    made = node["codeDiscount"].get("createdAt")
    return made is not None and datetime.fromisoformat(made) >= since.replace(microsecond=0)
