"""Shopify, played: keeps products, discounts, drafts and bulk operations, and refuses as Shopify
refuses, mostly inside HTTP 200.
"""

import re
from typing import Any

import httpx

from connectors.shopify import sandbox_orders as orders
from connectors.shopify import sandbox_products as products
from connectors.shopify.sandbox_answers import broken, error, jsonl, refused, throttled
from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure

_OPERATION = re.compile(r"\s*(?:query|mutation)\s+(\w+)")
_SHOP_HOST = re.compile(r"[a-z0-9][a-z0-9-]*\.myshopify\.com")
_POLICY = ("key", "policy", "x-goog-signature")


class ShopifyTwin(Twin):
    """One product and three orders are there from the beginning."""

    credentials = {"accessToken": "shpat_sandbox0000"}
    settings = {"shop": "neonhub-sandbox"}

    def authorized(self, request: httpx.Request) -> bool:
        """The shop takes access tokens; the file store must not see them."""
        token = str(request.headers.get("x-shopify-access-token", ""))
        at_shop = _SHOP_HOST.fullmatch(request.url.host)
        return token.startswith("shp") if at_shop else not token

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Shopify's 404."""
        del request
        return httpx.Response(404, json={"errors": "Not Found"})

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status and body that Shopify uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                return throttled(failure.retry_after)
            case Injection.REAUTH:
                words = (
                    "[API] Invalid API key or access token (unrecognized login or wrong password)"
                )
                return httpx.Response(401, json={"errors": words})
            case Injection.BUSINESS_ERROR:
                taken = error("Code must be unique.", "TAKEN", "basicCodeDiscount", "code")
                return refused("discountCodeBasicCreate", "codeDiscountNode", taken)
            case _:
                words = "Internal error. Looks like something went wrong on our end."
                return broken(words, "INTERNAL_SERVER_ERROR")

    @route("POST", "/admin/api/{version}/graphql.json")
    def graphql(self, request: TwinRequest) -> httpx.Response:
        """Answers a document by the name of its operation."""
        if not request.request.headers.get("content-type", "").startswith("application/json"):
            return httpx.Response(400, json={"errors": {"query": "Required parameter missing"}})
        body = request.json()
        named = _OPERATION.match(body.get("query", ""))
        answer = _OPERATIONS.get(named[1]) if named else None
        if answer is None:
            return broken("Parse error on the document", "parseError")
        response: httpx.Response = answer(request, body.get("variables", {}))
        return response

    @route("POST", "/sandbox-uploads/")
    def upload(self, request: TwinRequest) -> httpx.Response:
        """Google's store: takes the file that was signed for, and nothing after it."""
        names, fields, file = _parts(request.request)
        if names[-1:] != ["file"] or any(name not in fields for name in _POLICY):
            return httpx.Response(400, text="<Error><Code>InvalidPolicyDocument</Code></Error>")
        request.state.setdefault("files", {})[fields["key"]] = file
        return httpx.Response(201, text="<PostResponse></PostResponse>")

    @route("GET", "/sandbox-results/{number}")
    def results(self, request: TwinRequest) -> httpx.Response:
        """The result of a bulk operation."""
        for operation in request.state.get("operations", []):
            if (operation["url"] or "").endswith(f"/{request.path['number']}"):
                return httpx.Response(200, text=jsonl(operation["results"]))
        return httpx.Response(404, text="<Error><Code>NoSuchKey</Code></Error>")


def _parts(request: httpx.Request) -> tuple[list[str], dict[str, str], str]:
    """The names of a multipart form in order, its fields, and its file."""
    boundary = request.headers.get("content-type", "").partition("boundary=")[2]
    names, fields = [], {}
    for part in request.read().decode().split(f"--{boundary}")[1:-1]:
        head, _, value = part.strip("\r\n").partition("\r\n\r\n")
        name = re.search(r'name="([^"]*)"', head)
        names.append(name[1] if name else "")
        fields[names[-1]] = value
    return names, fields, fields.pop("file", "")


_OPERATIONS: dict[str, Any] = {
    "Shop": orders.on_shop,
    "Orders": orders.on_orders,
    "Product": products.on_product,
    "ProductSet": products.on_product_set,
    "StagedUploadsCreate": products.on_stage,
    "BulkRun": products.on_bulk_run,
    "BulkOperation": products.on_bulk_operation,
    "BulkOperations": products.on_bulk_operations,
    "DiscountCreate": orders.on_discount_create,
    "DiscountByCode": orders.on_discount_by_code,
    "DraftCreate": orders.on_draft_create,
    "DraftComplete": orders.on_draft_complete,
    "Draft": orders.on_draft,
    "Drafts": orders.on_drafts,
}
