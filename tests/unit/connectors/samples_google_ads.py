"""What Google Ads takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

VALID = {
    "create_budget": {"name": "Spring sale", "amountMicros": 5_000_000},
    "create_campaign": {
        "name": "Spring sale",
        "dailyBudgetMicros": 12_500_000,
        "bidding": {"type": "maximizeConversions", "targetCpaMicros": 4_000_000},
    },
    # Ids of the twin: the second thing of the second call is the campaign.
    "update_bid_strategy": {
        "campaignId": "20000000003",
        "bidding": {"type": "maximizeConversionValue", "targetRoas": 3.5},
    },
    "search": {"query": "SELECT campaign.id, campaign.name FROM campaign LIMIT 10"},
    "get_campaign_metrics": {"startDate": "2026-11-01", "endDate": "2026-11-07"},
    "test_connection": {},
}

_CAMPAIGN = {"name": "Another", "budgetId": "20000000001", "bidding": {"type": "manualCpc"}}
_UPDATE = {"campaignId": "20000000003"}

MORE: list[tuple[str, dict[str, Any]]] = [
    (
        "create_budget",
        {"name": "Bob's \\ budget", "totalAmountMicros": 900_000_000, "customerId": "123-456-7890"},
    ),
    (
        "create_budget",
        {
            "name": "Shared",
            "amountMicros": 1,
            "explicitlyShared": True,
            "deliveryMethod": "ACCELERATED",
        },
    ),
    ("create_campaign", _CAMPAIGN),
    (
        "create_campaign",
        {
            "name": "A week",
            "totalBudgetMicros": 70_000_000,
            "biddingStrategyId": "700",
            "startDateTime": "2026-12-01 00:00:00",
            "endDateTime": "2026-12-07 23:59:59",
            "networkSettings": {"targetContentNetwork": True},
            "trackingUrlTemplate": "https://track.example.com/?u={lpurl}",
            "finalUrlSuffix": "utm_source=google",
            "containsEuPoliticalAdvertising": True,
            "status": "ENABLED",
        },
    ),
    (
        "create_campaign",
        {
            "name": "Shoes",
            "advertisingChannelType": "SHOPPING",
            "dailyBudgetMicros": 1_000_000,
            "bidding": {"type": "targetRoas", "targetRoas": 4},
            "shoppingSetting": {
                "merchantId": "123456",
                "feedLabel": "DE",
                "campaignPriority": 1,
                "enableLocal": True,
            },
        },
    ),
    (
        "create_campaign",
        {
            "name": "All of it",
            "advertisingChannelType": "PERFORMANCE_MAX",
            "brandGuidelinesEnabled": False,
            "dailyBudgetMicros": 1_000_000,
            "bidding": {"type": "maximizeConversionValue"},
        },
    ),
    (
        "create_campaign",
        {
            "name": "Display",
            "advertisingChannelType": "DISPLAY",
            "dailyBudgetMicros": 1_000_000,
            "bidding": {"type": "manualCpm"},
        },
    ),
    ("update_bid_strategy", {**_UPDATE, "bidding": {"type": "manualCpc"}}),
    ("update_bid_strategy", {**_UPDATE, "bidding": {"type": "manualCpv"}}),
    ("update_bid_strategy", {**_UPDATE, "bidding": {"type": "maximizeConversions"}}),
    ("update_bid_strategy", {**_UPDATE, "bidding": {"type": "targetCpa", "targetCpaMicros": 9}}),
    (
        "update_bid_strategy",
        {**_UPDATE, "bidding": {"type": "targetSpend", "cpcBidCeilingMicros": 700_000}},
    ),
    (
        "update_bid_strategy",
        {
            **_UPDATE,
            "bidding": {
                "type": "targetImpressionShare",
                "location": "TOP_OF_PAGE",
                "locationFractionMicros": 650_000,
                "cpcBidCeilingMicros": 2_000_000,
            },
        },
    ),
    ("update_bid_strategy", {**_UPDATE, "biddingStrategyId": "700"}),
    (
        "update_bid_strategy",
        {
            "biddingStrategyId": "700",
            "bidding": {
                "type": "targetCpa",
                "targetCpaMicros": 4_500_000,
                "cpcBidCeilingMicros": 2_000_000,
                "cpcBidFloorMicros": 100_000,
            },
        },
    ),
    (
        "search",
        {
            "query": "SELECT campaign_budget.name FROM campaign_budget",
            "cursor": "1",
            "total": True,
            "summary": True,
        },
    ),
    (
        "get_campaign_metrics",
        {
            "startDate": "2026-11-01",
            "endDate": "2026-11-07",
            "campaignIds": ["20000000003", "20000000009"],
            "metrics": [
                "impressions",
                "averageCpc",
                "averageCpm",
                "ctr",
                "interactions",
                "costPerConversion",
                "conversionsFromInteractionsRate",
                "allConversions",
                "searchImpressionShare",
            ],
            "segments": [
                "date",
                "week",
                "month",
                "dayOfWeek",
                "hour",
                "device",
                "adNetworkType",
            ],
            "limit": 50,
        },
    ),
    (
        "get_campaign_metrics",
        {"startDate": "2026-11-01", "endDate": "2026-11-01", "cursor": "0"},
    ),
]

HARMLESS = ("googleAds:search",)


def failed(status: int, kind: str, code: str, details: Any = None, **more: Any) -> dict[str, Any]:
    """An answer with a GoogleAdsFailure."""
    error = {"errorCode": {kind: code}, "message": f"Google says {code}."}
    failure = {
        "@type": "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure",
        "errors": [{**error, "details": details} if details else error],
        "requestId": "abc",
    }
    return {"error": {"code": status, "message": "no", "details": [failure], **more}}


def _said(
    status: int, error: str, code: str, kind: str, effect: Effect = Effect.WRITE, **more: Any
) -> Failed:
    return Failed(code, status, kind, failed(status, error, code), effect=effect, code=code, **more)


def _told(seconds: str) -> dict[str, Any]:
    return {"quotaErrorDetails": {"rateScope": "ACCOUNT", "retryDelay": seconds}}


_PARTIAL = {
    "partialFailureError": {
        "code": 3,
        "message": "Multiple errors in 'details'.",
        "details": failed(400, "campaignError", "DUPLICATE_CAMPAIGN_NAME")["error"]["details"],
    },
    "results": [{}],
}
_PARTIAL_QUOTA = {
    "partialFailureError": {
        "code": 8,
        "details": failed(429, "quotaError", "RESOURCE_EXHAUSTED", _told("41s"))["error"][
            "details"
        ],
    },
    "results": [{}],
}

FAILURES = [
    Failed(
        "quota with a delay",
        429,
        "rate_limited",
        failed(429, "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED", _told("5.5s")),
        code="RESOURCE_TEMPORARILY_EXHAUSTED",
        retry_after=5.5,
    ),
    _said(429, "quotaError", "RESOURCE_EXHAUSTED", "rate_limited", retry_after=30),
    _said(
        429,
        "quotaError",
        "EXCESSIVE_SHORT_TERM_QUERY_RESOURCE_CONSUMPTION",
        "rate_limited",
    ),
    _said(
        429,
        "quotaError",
        "EXCESSIVE_LONG_TERM_QUERY_RESOURCE_CONSUMPTION",
        "rate_limited",
    ),
    Failed(
        "429 without a failure", 429, "rate_limited", {"error": {"status": "RESOURCE_EXHAUSTED"}}
    ),
    _said(401, "authenticationError", "OAUTH_TOKEN_EXPIRED", "needs_reauth"),
    _said(401, "authenticationError", "OAUTH_TOKEN_REVOKED", "needs_reauth"),
    _said(401, "authenticationError", "OAUTH_TOKEN_INVALID", "needs_reauth", Effect.READ),
    _said(401, "authenticationError", "NOT_ADS_USER", "needs_reauth"),
    Failed(
        "401 before Google Ads",
        401,
        "needs_reauth",
        {"error": {"code": 401, "message": "no", "status": "UNAUTHENTICATED"}},
    ),
    _said(401, "authenticationError", "TWO_STEP_VERIFICATION_NOT_ENROLLED", "invalid_request"),
    _said(401, "authenticationError", "CUSTOMER_NOT_FOUND", "invalid_request"),
    _said(403, "authorizationError", "USER_PERMISSION_DENIED", "invalid_request"),
    _said(403, "authorizationError", "CUSTOMER_NOT_ENABLED", "invalid_request"),
    _said(
        403, "authorizationError", "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION", "invalid_request"
    ),
    _said(400, "campaignError", "DUPLICATE_CAMPAIGN_NAME", "invalid_request"),
    _said(400, "campaignBudgetError", "DUPLICATE_NAME", "invalid_request"),
    _said(400, "requestError", "UNSUPPORTED_VERSION", "invalid_request"),
    _said(400, "requestError", "PAGE_SIZE_NOT_SUPPORTED", "invalid_request", Effect.READ),
    _said(400, "mutateError", "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED", "invalid_request"),
    _said(400, "fieldError", "REQUIRED", "invalid_request"),
    _said(404, "mutateError", "RESOURCE_NOT_FOUND", "invalid_request"),
    Failed("a part failed", 200, "invalid_request", _PARTIAL, code="DUPLICATE_CAMPAIGN_NAME"),
    Failed("a part was limited", 200, "rate_limited", _PARTIAL_QUOTA, retry_after=41),
    Failed(
        "a part failed without details",
        200,
        "invalid_request",
        {"partialFailureError": {"code": 3, "message": "no"}},
        code="PARTIAL_FAILURE",
    ),
    _said(409, "databaseError", "CONCURRENT_MODIFICATION", "transient"),
    _said(500, "internalError", "INTERNAL_ERROR", "unknown_outcome"),
    _said(500, "internalError", "TRANSIENT_ERROR", "unknown_outcome"),
    _said(500, "internalError", "TRANSIENT_ERROR", "transient", Effect.READ),
    _said(504, "internalError", "DEADLINE_EXCEEDED", "unknown_outcome"),
    Failed("503", 503, "unknown_outcome", {"error": {"code": 503, "status": "UNAVAILABLE"}}),
    Failed("504", 504, "transient", "upstream", effect=Effect.IDEMPOTENT_WRITE),
]
