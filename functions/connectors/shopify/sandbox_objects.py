"""The objects of Shopify's twin, as Shopify has them."""

from datetime import datetime, timedelta
from typing import Any

from hub.domain.model import Json

HANDLE = "neon-shirt"
"""A product that is always there."""

FILES_HOST = "https://shopify-staged-uploads.storage.googleapis.com/sandbox-uploads/"
RESULTS_HOST = "https://storage.googleapis.com/sandbox-results/"
SHOP = {
    "id": "gid://shopify/Shop/1",
    "name": "NeonHub Sandbox",
    "myshopifyDomain": "neonhub-sandbox.myshopify.com",
    "currencyCode": "EUR",
    "ianaTimezone": "Europe/Berlin",
    "primaryDomain": {"url": "https://shop.example.com"},
}
SCOPES = ("read_products", "write_products", "write_discounts", "read_orders", "write_draft_orders")


def stamp(moment: datetime) -> str:
    """A time as Shopify writes it: whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def product(number: int, now: datetime, given: Json) -> dict[str, Any]:
    """A product as given, with what Shopify adds."""
    variants = given.get("variants") or [{"price": "0.00"}]
    return {
        "id": f"gid://shopify/Product/{number}",
        "handle": given["handle"],
        "title": given["title"],
        "status": given.get("status", "ACTIVE"),
        "descriptionHtml": given.get("descriptionHtml", ""),
        "vendor": given.get("vendor", "NeonHub Sandbox"),
        "productType": given.get("productType", ""),
        "tags": given.get("tags", []),
        "totalInventory": 0,
        "onlineStoreUrl": f"https://shop.example.com/products/{given['handle']}",
        "createdAt": stamp(now),
        "updatedAt": stamp(now),
        "options": [
            {"name": option["name"], "optionValues": option["values"]}
            for option in given.get("productOptions", [])
        ],
        "variants": {
            "nodes": [
                _variant(number, index, variant) for index, variant in enumerate(variants, 1)
            ],
            "pageInfo": {"hasNextPage": False},
        },
        "media": {
            "nodes": [
                {"alt": file.get("alt"), "preview": {"image": {"url": file["originalSource"]}}}
                for file in given.get("files", [])
            ]
        },
        "metafields": given.get("metafields", []),
    }


def _variant(number: int, index: int, given: Json) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/ProductVariant/{number}{index:03d}",
        "title": " / ".join(value["name"] for value in given.get("optionValues", []))
        or "Default Title",
        "sku": given.get("sku"),
        "barcode": given.get("barcode"),
        "price": given.get("price", "0.00"),
        "compareAtPrice": given.get("compareAtPrice"),
        "inventoryQuantity": 0,
    }


def discount(number: int, now: datetime, given: Json) -> dict[str, Any]:
    """A basic code discount."""
    return {
        "id": f"gid://shopify/DiscountCodeNode/{number}",
        "codeDiscount": {
            "title": given["title"],
            "status": "SCHEDULED" if given["startsAt"] > stamp(now) else "ACTIVE",
            "startsAt": given["startsAt"],
            "endsAt": given.get("endsAt"),
            "createdAt": stamp(now),
            "summary": f"{given['title']} for {', '.join(given['context'])}",
        },
    }


def draft(number: int, now: datetime, given: Json) -> dict[str, Any]:
    """An open draft order. A variant of the sandbox is 10.00 a piece."""
    total = sum(_price(line) * line["quantity"] for line in given["lineItems"])
    return {
        "id": f"gid://shopify/DraftOrder/{number}",
        "name": f"#D{number}",
        "status": "OPEN",
        "createdAt": stamp(now),
        "invoiceUrl": f"https://neonhub-sandbox.myshopify.com/1/invoices/{number:032x}",
        "customAttributes": given.get("customAttributes", []),
        "tags": given.get("tags", []),
        "totalPriceSet": {
            "presentmentMoney": {
                "amount": f"{total:.2f}",
                "currencyCode": given.get("presentmentCurrencyCode", SHOP["currencyCode"]),
            }
        },
        "order": None,
    }


def _price(line: Json) -> float:
    return float((line.get("originalUnitPriceWithCurrency") or {}).get("amount", 10))


def order(number: int, now: datetime, total: str = "19.99", **more: Json) -> dict[str, Any]:
    """An order."""
    return {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{1000 + number}",
        "createdAt": stamp(now),
        "cancelledAt": None,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "sourceName": "web",
        "tags": [],
        "discountCodes": [],
        "currentTotalPriceSet": {"shopMoney": {"amount": total, "currencyCode": "EUR"}},
        "customer": {
            "id": "gid://shopify/Customer/1",
            "displayName": "Ada Lovelace",
            "defaultEmailAddress": {"emailAddress": "ada@example.com"},
        },
        "lineItems": {"nodes": [{"title": "Neon shirt", "sku": "NEON-S", "quantity": 1}]},
        **more,
    }


def orders(now: datetime, made: list[Json]) -> list[Json]:
    """The orders there are, newest first: those made, and three from before."""
    return [*made, *(order(number, now - timedelta(days=4 - number)) for number in (3, 2, 1))]


def operation(number: int, now: datetime, given: Json, results: list[Json]) -> dict[str, Any]:
    """A bulk operation that has just begun, and what it will have done."""
    return {
        "id": f"gid://shopify/BulkOperation/{number}",
        "status": "CREATED",
        "errorCode": None,
        "createdAt": stamp(now),
        "completedAt": None,
        "rootObjectCount": "0",
        "fileSize": None,
        "url": None,
        "partialDataUrl": None,
        "query": given["mutation"],
        "results": results,
    }
