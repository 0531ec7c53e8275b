"""What Stripe takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

CUSTOMER = "cus_NeonHubSandbox"
SHIRT = {"currency": "EUR", "unitAmount": 1999, "productData": {"name": "Shirt"}}

VALID = {
    "create_customer": {"email": "ada@example.com", "name": "Ada"},
    "create_checkout_session": {
        "lineItems": [{"price": "price_1", "quantity": 2}],
        "successUrl": "https://shop.example.com/thanks?session={CHECKOUT_SESSION_ID}",
    },
    "create_payment_link": {"lineItems": [{"price": "price_1"}]},
    "create_subscription": {"customer": CUSTOMER, "items": [{"price": "price_monthly"}]},
    "cancel_subscription": {"subscription": "sub_sandbox00000004"},
    "create_invoice": {
        "customer": CUSTOMER,
        "currency": "eur",
        "items": [
            {"price": "price_1", "quantity": 3},
            {"amount": 4900, "description": "Setup"},
        ],
    },
    "list_charges": {"limit": 2},
    "create_refund": {"charge": "ch_3SandboxA"},
    "test_connection": {},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    (
        "create_customer",
        {
            "businessName": "Ada Ltd",
            "individualName": "Ada L",
            "phone": "+4915112345678",
            "description": "From the spring campaign",
            "address": {
                "line1": "Main St 1",
                "line2": "2nd floor",
                "city": "Berlin",
                "state": "BE",
                "postalCode": "10115",
                "country": "DE",
            },
            "shipping": {"name": "Ada", "phone": "+49151", "address": {"line1": "Main St 1"}},
            "preferredLocales": ["de", "en"],
            "paymentMethod": "pm_1",
            "invoiceSettings": {"defaultPaymentMethod": "pm_1", "footer": "Thank you"},
            "taxExempt": "reverse",
            "metadata": {"campaign": "spring & summer=2026"},
        },
    ),
    (
        "create_checkout_session",
        {
            "mode": "subscription",
            "lineItems": [
                {
                    "priceData": {**SHIRT, "recurring": {"interval": "month", "intervalCount": 3}},
                    "adjustableQuantity": {"enabled": True, "minimum": 1, "maximum": 9},
                },
                {"price": "price_metered", "quantity": None},
            ],
            "successUrl": "https://shop.example.com/thanks",
            "cancelUrl": "https://shop.example.com/cart",
            "customer": CUSTOMER,
            "clientReferenceId": "cart-1",
            "discounts": [{"promotionCode": "promo_1"}],
            "expiresAt": "2026-03-02T10:00:00Z",
            "locale": "de",
            "consentToPromotions": "auto",
            "recoverAbandoned": True,
            "trialPeriodDays": 14,
            "trialWithoutPaymentMethod": "cancel",
            "paymentMethodCollection": "if_required",
            "metadata": {"campaign": "spring"},
        },
    ),
    (
        "create_checkout_session",
        {
            "lineItems": [
                {
                    "priceData": {
                        "currency": "usd",
                        "unitAmount": 0,
                        "taxBehavior": "inclusive",
                        "productData": {
                            "name": "Mug",
                            "description": "A mug",
                            "images": ["https://shop.example.com/mug.png"],
                        },
                    }
                }
            ],
            "successUrl": "https://shop.example.com/thanks",
            "customerEmail": "ada@example.com",
            "customerCreation": "always",
            "allowPromotionCodes": True,
            "automaticTax": True,
            "billingAddressCollection": "required",
            "phoneNumberCollection": True,
            "shippingCountries": ["DE", "AT"],
            "submitType": "pay",
            "taxIdCollection": False,
        },
    ),
    (
        "create_checkout_session",
        {"mode": "setup", "currency": "eur", "successUrl": "https://shop.example.com/saved"},
    ),
    (
        "create_payment_link",
        {
            "lineItems": [{"priceData": {"currency": "eur", "unitAmount": 5, "product": "prod_1"}}],
            "redirectUrl": "https://shop.example.com/thanks",
            "completedSessionsLimit": 100,
            "inactiveMessage": "Sold out",
            "allowPromotionCodes": True,
            "automaticTax": True,
            "currency": "eur",
            "customerCreation": "if_required",
            "shippingCountries": ["DE"],
            "submitType": "book",
        },
    ),
    (
        "create_payment_link",
        {
            "lineItems": [{"price": "price_monthly"}],
            "confirmationMessage": "See you soon",
            "trialPeriodDays": 7,
            "trialWithoutPaymentMethod": "pause",
            "paymentMethodCollection": "always",
            "phoneNumberCollection": True,
            "taxIdCollection": True,
            "billingAddressCollection": "auto",
        },
    ),
    (
        "create_subscription",
        {
            "customer": CUSTOMER,
            "items": [
                {
                    "priceData": {
                        "currency": "eur",
                        "unitAmount": 900,
                        "product": "prod_1",
                        "recurring": {"interval": "year"},
                        "taxBehavior": "exclusive",
                    },
                    "quantity": 2,
                }
            ],
            "discounts": [{"coupon": "SPRING"}],
            "defaultPaymentMethod": "pm_1",
            "paymentBehavior": "default_incomplete",
            "saveDefaultPaymentMethod": "on_subscription",
            "trialPeriodDays": 30,
            "trialWithoutPaymentMethod": "create_invoice",
            "cancelAtPeriodEnd": True,
            "automaticTax": False,
            "offSession": True,
            "currency": "eur",
            "description": "Fan club",
            "metadata": {"tier": "gold"},
        },
    ),
    (
        "create_subscription",
        {
            "customer": CUSTOMER,
            "items": [{"price": "price_monthly", "quantity": 1}],
            "collectionMethod": "send_invoice",
            "daysUntilDue": 14,
            "trialEnd": "2026-04-01T00:00:00Z",
            "billingCycleAnchor": "2026-04-01T00:00:00Z",
            "prorationBehavior": "none",
            "cancelAt": "2027-03-02T00:00:00Z",
        },
    ),
    (
        "cancel_subscription",
        {
            "subscription": "sub_sandbox00000004",
            "invoiceNow": True,
            "prorate": True,
            "comment": "Moved away",
            "feedback": "other",
        },
    ),
    (
        "cancel_subscription",
        {"subscription": "sub_sandbox00000004", "atPeriodEnd": True, "feedback": "too_expensive"},
    ),
    (
        "create_invoice",
        {
            "customer": CUSTOMER,
            "items": [
                {
                    "amount": -500,
                    "currency": "usd",
                    "discountable": False,
                    "taxRates": ["txr_1"],
                },
                {"price": "price_1", "discounts": [{"coupon": "SPRING"}]},
            ],
            "pendingItems": "include",
            "dueDate": "2026-04-01T00:00:00Z",
            "automaticTax": True,
            "customFields": [{"name": "PO", "value": "42"}],
            "description": "March",
            "discounts": [{"promotionCode": "promo_1"}],
            "footer": "Thank you",
            "statementDescriptor": "NEON SHOP",
            "autoAdvance": True,
            "metadata": {"campaign": "spring"},
        },
    ),
    (
        "create_invoice",
        {
            "customer": CUSTOMER,
            "items": [{"price": "price_1"}],
            "collectionMethod": "charge_automatically",
            "defaultPaymentMethod": "pm_1",
        },
    ),
    (
        "create_invoice",
        {
            "customer": CUSTOMER,
            "pendingItems": "include",
            "daysUntilDue": 7,
            "finalize": False,
        },
    ),
    (
        "list_charges",
        {
            "cursor": "ch_3SandboxC",
            "customer": CUSTOMER,
            "paymentIntent": "pi_3SandboxB",
            "createdFrom": "2026-03-01T00:00:00Z",
            "createdTo": "2026-03-02T09:00:00Z",
        },
    ),
    (
        "create_refund",
        {
            "paymentIntent": "pi_3SandboxB",
            "amount": 900,
            "reason": "requested_by_customer",
            "instructionsEmail": "ada@example.com",
            "refundApplicationFee": False,
            "reverseTransfer": False,
            "metadata": {"ticket": "7"},
        },
    ),
]


def _said(
    name: str,
    status: int,
    kind: str,
    *,
    retry: str = "",
    effect: Effect = Effect.IDEMPOTENT_WRITE,
    headers: dict[str, str] | None = None,
    wait: float | None = None,
    type_: str = "invalid_request_error",
) -> Failed:
    code = None if name.endswith("_error") else name
    error = {"message": "why", "type": name if code is None else type_, "code": code}
    advice = {"Stripe-Should-Retry": retry} if retry else {}
    return Failed(
        f"{status} {name} {retry} {effect}",
        status,
        kind,
        {"error": error},
        {**advice, **(headers or {})},
        effect,
        name,
        wait,
    )


READ, KEYED = Effect.READ, Effect.IDEMPOTENT_WRITE
REPLAYED = {"Idempotent-Replayed": "true"}

FAILURES = [
    _said("parameter_missing", 400, "invalid_request"),
    _said("resource_missing", 404, "invalid_request"),
    _said("charge_already_refunded", 400, "invalid_request"),
    _said("invalid_request_error", 403, "invalid_request"),
    _said("account_invalid", 403, "invalid_request"),
    _said("card_declined", 402, "invalid_request", type_="card_error"),
    _said("idempotency_error", 400, "invalid_request"),
    _said("invalid_request_error", 401, "needs_reauth"),
    _said("api_key_expired", 401, "needs_reauth"),
    _said("rate_limit", 429, "rate_limited", wait=30),
    _said("rate_limit", 429, "rate_limited", retry="false"),
    _said("rate_limit", 429, "rate_limited", retry="true"),
    _said("rate_limit", 429, "rate_limited", headers={"Retry-After": "9"}, wait=9),
    _said("rate_limit", 400, "rate_limited"),
    _said("lock_timeout", 429, "rate_limited", wait=2),
    _said("idempotency_key_in_use", 409, "transient"),
    _said("idempotency_error", 409, "transient"),
    _said("conflict", 409, "transient", retry="true"),
    _said("conflict", 409, "invalid_request", retry="false"),
    _said("parameter_invalid", 400, "transient", retry="true"),
    _said("parameter_invalid", 400, "invalid_request", retry="false"),
    _said("api_error", 500, "transient"),
    _said("api_error", 500, "transient", retry="true"),
    _said("api_error", 500, "unknown_outcome", retry="false"),
    _said("api_error", 503, "unknown_outcome", retry="false"),
    _said("api_error", 500, "unknown_outcome", headers=REPLAYED),
    _said("api_error", 500, "transient", retry="true", headers=REPLAYED),
    _said("api_error", 500, "transient", effect=READ),
    _said("api_error", 500, "invalid_request", retry="false", effect=READ),
    Failed("502 from a gateway", 502, "transient", "<html>", effect=KEYED, code="HTTP_502"),
    Failed("429 without a body", 429, "rate_limited", "", effect=READ, code="HTTP_429"),
]
