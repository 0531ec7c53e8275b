"""What Shopify takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

SHIRT = {
    "identifier": {"handle": "cotton-shirt"},
    "title": "Cotton shirt",
    "options": [{"name": "Size", "values": ["S", "M"]}],
    "variants": [
        {"optionValues": [{"optionName": "Size", "name": "S"}], "sku": "C-S", "price": "19.99"},
        {"optionValues": [{"optionName": "Size", "name": "M"}], "sku": "C-M", "price": 21},
    ],
}
MUG = {"identifier": {"handle": "mug"}, "title": "Mug"}
VARIANT = "gid://shopify/ProductVariant/1001"
CUSTOMER = "gid://shopify/Customer/1"

VALID = {
    "sync_product_feed": {"products": [SHIRT, MUG]},
    "create_discount_code": {"code": "SPRING10", "percentOff": 10},
    "list_orders": {"limit": 2},
    "create_order": {"lineItems": [{"variantId": VARIANT, "quantity": 2}], "complete": True},
    "get_product": {"handle": "neon-shirt"},
    "test_connection": {},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    ("sync_product_feed", {"products": [SHIRT]}),
    (
        "sync_product_feed",
        {
            "products": [
                {
                    "identifier": {"customId": {"namespace": "erp", "key": "sku", "value": "42"}},
                    "title": "Poster",
                    "descriptionHtml": "<p>Large &amp; bright</p>",
                    "vendor": "Neon",
                    "productType": "Print",
                    "status": "DRAFT",
                    "handle": "poster-a1",
                    "redirectNewHandle": True,
                    "category": "gid://shopify/TaxonomyCategory/hg-3-4",
                    "collections": ["gid://shopify/Collection/1"],
                    "tags": ["spring", "print"],
                    "seo": {"title": "Poster", "description": "A poster"},
                    "giftCard": False,
                    "requiresSellingPlan": False,
                    "templateSuffix": "print",
                    "files": [
                        {
                            "originalSource": "https://cdn.example.com/poster.png",
                            "alt": "Poster",
                            "contentType": "IMAGE",
                            "filename": "poster.png",
                            "duplicateResolutionMode": "REPLACE",
                        }
                    ],
                    "metafields": [
                        {"namespace": "erp", "key": "sku", "type": "id", "value": "42"},
                        {"key": "note", "value": "limited"},
                    ],
                }
            ]
        },
    ),
    (
        "sync_product_feed",
        {
            "products": [
                {
                    "identifier": {"id": "gid://shopify/Product/1"},
                    "options": [{"name": "Color", "values": ["Red"]}],
                    "variants": [
                        {
                            "id": VARIANT,
                            "optionValues": [{"optionName": "Color", "name": "Red"}],
                            "barcode": "4006381333931",
                            "compareAtPrice": "25.00",
                            "position": 1,
                            "taxable": True,
                            "inventoryPolicy": "CONTINUE",
                            "inventoryItem": {
                                "cost": "8.50",
                                "tracked": True,
                                "requiresShipping": True,
                                "sku": "N-R",
                                "countryCodeOfOrigin": "DE",
                                "harmonizedSystemCode": "610910",
                            },
                            "inventoryQuantities": [
                                {"locationId": "gid://shopify/Location/1", "quantity": 7}
                            ],
                            "metafields": [{"key": "dye", "value": "plant"}],
                            "file": {"originalSource": "https://cdn.example.com/red.png"},
                        }
                    ],
                }
            ]
        },
    ),
    (
        "create_discount_code",
        {
            "code": "MEMBERS",
            "title": "For members",
            "amountOff": "5.00",
            "appliesOnEachItem": True,
            "products": ["gid://shopify/Product/1"],
            "variants": [VARIANT],
            "customers": [CUSTOMER],
            "minimumSubtotal": "30.00",
            "startsAt": "2026-03-01T00:00:00Z",
            "endsAt": "2026-04-01T00:00:00Z",
            "usageLimit": 100,
            "appliesOncePerCustomer": True,
            "combinesWith": {
                "orderDiscounts": False,
                "productDiscounts": True,
                "shippingDiscounts": True,
            },
            "tags": ["spring"],
        },
    ),
    (
        "create_discount_code",
        {
            "code": "SUBSCRIBE",
            "percentOff": "12.5",
            "collections": ["gid://shopify/Collection/1"],
            "customerSegments": ["gid://shopify/Segment/1"],
            "minimumQuantity": 2,
            "appliesOnSubscription": True,
            "appliesOnOneTimePurchase": False,
            "recurringCycleLimit": 3,
        },
    ),
    (
        "list_orders",
        {
            "limit": 1,
            "cursor": "gid://shopify/Order/3",
            "query": "financial_status:paid",
            "sortKey": "CREATED_AT",
            "reverse": True,
            "withCustomer": True,
            "withLines": True,
        },
    ),
    (
        "create_order",
        {
            "lineItems": [
                {
                    "quantity": 1,
                    "title": "Engraving",
                    "price": {"amount": "7.50", "currencyCode": "EUR"},
                    "sku": "ENG",
                    "taxable": True,
                    "requiresShipping": False,
                    "appliedDiscount": {"value": 1, "valueType": "FIXED_AMOUNT"},
                    "customAttributes": [{"key": "text", "value": "For Ada"}],
                }
            ],
            "customerId": CUSTOMER,
            "email": "ada@example.com",
            "phone": "+4915112345678",
            "shippingAddress": {
                "firstName": "Ada",
                "lastName": "Lovelace",
                "company": "Engines",
                "address1": "Main St 1",
                "address2": "2nd floor",
                "city": "Berlin",
                "provinceCode": "BE",
                "zip": "10115",
                "countryCode": "DE",
                "phone": "+4915112345678",
            },
            "billingAddress": {"address1": "Main St 1", "city": "Berlin", "countryCode": "DE"},
            "shippingLine": {"title": "Post", "price": {"amount": "4.90", "currencyCode": "EUR"}},
            "appliedDiscount": {
                "value": 5,
                "valueType": "PERCENTAGE",
                "title": "Friend",
                "description": "Of the house",
            },
            "discountCodes": ["SPRING10"],
            "acceptAutomaticDiscounts": True,
            "allowDiscountCodesInCheckout": False,
            "presentmentCurrencyCode": "EUR",
            "paymentTerms": {
                "templateId": "gid://shopify/PaymentTermsTemplate/4",
                "issuedAt": "2026-03-02T00:00:00Z",
                "dueAt": "2026-04-01T00:00:00Z",
            },
            "note": "Ring twice",
            "poNumber": "PO-7",
            "tags": ["phone"],
            "taxExempt": True,
            "reserveInventoryUntil": "2026-03-05T00:00:00Z",
            "visibleToCustomer": True,
            "customAttributes": [{"key": "campaign", "value": "spring"}],
        },
    ),
    (
        "create_order",
        {
            "lineItems": [{"variantId": VARIANT, "quantity": 1}],
            "useCustomerDefaultAddress": True,
            "paymentTerms": {"templateId": "gid://shopify/PaymentTermsTemplate/1"},
        },
    ),
    ("get_product", {"id": "gid://shopify/Product/1"}),
]

HARMLESS = ("sandbox-uploads",)
HARMLESS_BODIES = (
    b'{"query":"query ',
    b'{"query":"mutation ProductSet(',
    b'{"query":"mutation StagedUploadsCreate(',
)
"""Reads, and what may be sent again: the same product, another place to upload to."""

READ, KEYED = Effect.READ, Effect.IDEMPOTENT_WRITE


def _error(code: str, kind: str, effect: Effect = Effect.WRITE, **more: Any) -> Failed:
    body = {"errors": [{"message": "why", "extensions": {"code": code}}], **more}
    return Failed(f"{code} {effect}", 200, kind, body, effect=effect, code=code)


def _user_error(mutation: str, code: str, kind: str, effect: Effect = Effect.WRITE) -> Failed:
    told = {"field": ["input"], "message": "why", "code": code}
    body = {"data": {mutation: {"userErrors": [told]}}}
    return Failed(f"{mutation} {code} {effect}", 200, kind, body, effect=effect, code=code)


def _cost(requested: float, available: float, rate: float) -> dict[str, Any]:
    status = {
        "maximumAvailable": 2000.0,
        "currentlyAvailable": available,
        "restoreRate": rate,
    }
    cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": status}
    return {"extensions": {"cost": cost}}


def _throttled(wait: float, message: str = "Throttled", **more: Any) -> Failed:
    error = {"message": message, "extensions": {"code": "THROTTLED"}}
    body = {"errors": [error], **more}
    return Failed(
        f"throttled {wait}", 200, "rate_limited", body, code="THROTTLED", retry_after=wait
    )


FAILURES = [
    _throttled(4, **_cost(202, 2, 50)),
    _throttled(1, **_cost(70, 66, 50)),
    _throttled(30),
    _throttled(30, **_cost(70, 66, 0)),
    Failed(
        "throttled without a code",
        200,
        "rate_limited",
        {"errors": [{"message": "Throttled"}], **_cost(202, 118, 50)},
        code="THROTTLED",
        retry_after=1.68,
    ),
    _error("ACCESS_DENIED", "invalid_request"),
    _error("SHOP_INACTIVE", "invalid_request"),
    _error("MAX_COST_EXCEEDED", "invalid_request", READ),
    _error("undefinedField", "invalid_request"),
    _error("INTERNAL_SERVER_ERROR", "unknown_outcome"),
    _error("INTERNAL_SERVER_ERROR", "transient", READ),
    _error("INTERNAL_SERVER_ERROR", "unknown_outcome", data=None),
    _error("TIMEOUT", "unknown_outcome"),
    Failed(
        "an error without a code",
        200,
        "invalid_request",
        {"errors": [{"message": "syntax error"}]},
        code="GRAPHQL_ERROR",
    ),
    _user_error("discountCodeBasicCreate", "TAKEN", "invalid_request"),
    _user_error("discountCodeBasicCreate", "VALUE_OUTSIDE_RANGE", "invalid_request"),
    _user_error("discountCodeBasicCreate", "INTERNAL_ERROR", "unknown_outcome"),
    _user_error("productSet", "PRODUCT_DOES_NOT_EXIST", "invalid_request", KEYED),
    _user_error("productSet", "GENERIC_ERROR", "transient", KEYED),
    _user_error("bulkOperationRunMutation", "OPERATION_IN_PROGRESS", "rate_limited"),
    _user_error("bulkOperationRunMutation", "LIMIT_REACHED", "rate_limited"),
    _user_error("bulkOperationRunMutation", "NO_SUCH_FILE", "invalid_request"),
    _user_error("bulkOperationRunMutation", "INTERNAL_FILE_SERVER_ERROR", "transient"),
    Failed(
        "draftOrderCreate without a code",
        200,
        "invalid_request",
        {"data": {"draftOrderCreate": {"userErrors": [{"field": None, "message": "why"}]}}},
        code="USER_ERROR",
    ),
    Failed("401", 401, "needs_reauth", {"errors": "[API] Invalid API key or access token"}),
    Failed("402", 402, "invalid_request", {"errors": "Unavailable Shop"}),
    Failed("403", 403, "invalid_request", {"errors": "Forbidden"}),
    Failed("404", 404, "invalid_request", {"errors": "Not Found"}),
    Failed("400", 400, "invalid_request", {"errors": {"query": "Required parameter missing"}}),
    Failed("423", 423, "invalid_request", {"errors": "This shop is unavailable"}),
    Failed("430", 430, "invalid_request", "<html>"),
    Failed("429", 429, "rate_limited", "", {"Retry-After": "2.0"}, retry_after=2),
    Failed("503 waiting", 503, "rate_limited", "", {"Retry-After": "5"}, retry_after=5),
    Failed("503", 503, "unknown_outcome", ""),
    Failed("503 of a read", 503, "transient", "", effect=READ),
    Failed("500", 500, "unknown_outcome", {"errors": "Internal Server Error"}),
    Failed("502", 502, "unknown_outcome", "<html>"),
    Failed("504", 504, "unknown_outcome", ""),
    Failed("a file refused", 403, "invalid_request", "<Error/>", table="FILES", effect=KEYED),
    Failed("a file store's 503", 503, "transient", "<Error/>", table="FILES", effect=KEYED),
    Failed("a file store's 429", 429, "rate_limited", "", table="FILES", effect=READ),
]
