"""What TikTok takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

# Ids as the twin gives them: in the order of VALID, and those that were there before.
CAMPAIGN, AD_GROUP, AD = (f"180000000000000{number}" for number in (1, 2, 3))
SMART_CAMPAIGN, SMART_AD_GROUP, SMART_AD = (f"179000000000000{number}" for number in (1, 2, 3))
SMART = {"route": "smart_plus"}

_AD_GROUP = {
    "campaignId": CAMPAIGN,
    "name": "Berlin",
    "optimizationGoal": "CLICK",
    "billingEvent": "CPC",
    "budgetMode": "BUDGET_MODE_DAY",
    "budget": "20.00",
    "scheduleStart": "2026-03-03T10:00:00+01:00",
}
_CREATIVE = {
    "adFormat": "SINGLE_VIDEO",
    "identityType": "TT_USER",
    "identityId": "a1b2c3d4",
    "videoId": "v10033g50000abc",
}
_AD = {"adgroupId": AD_GROUP, "name": "Spring video", "creatives": [_CREATIVE], "texts": ["Hello"]}
_REPORT = {"startDate": "2026-02-01", "endDate": "2026-02-07"}

VIDEO_POST, PHOTO_POST = "v_pub_file~v2-1.1", "p_pub_url~v2.2"
VIDEO = {"url": "https://example.com/tea.mp4"}
PHOTO = {"url": "https://example.com/tea.jpg"}

VALID: dict[str, dict[str, Any]] = {
    "publish_video": {"media": VIDEO, "caption": "Our tea is here. #tea"},
    "publish_photos": {"images": [PHOTO], "description": "Our tea is here. #tea"},
    "get_post": {"publishId": VIDEO_POST},
    "get_creator": {},
    "create_campaign": {"name": "Spring", "objectiveType": "TRAFFIC"},
    "create_ad_group": _AD_GROUP,
    "create_ad": _AD,
    "adjust_budget": {"id": AD_GROUP, "budget": "35.5"},
    "turn_off_ad": {"ids": [AD]},
    "get_report": _REPORT,
    "test_connection": {},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    (
        "publish_video",
        {
            "media": {"objectKey": "uploads/upl_1/tea.webm", "contentType": "video/webm"},
            "caption": "Everything",
            "privacyLevel": "MUTUAL_FOLLOW_FRIENDS",
            "disableComment": True,
            "disableDuet": False,
            "disableStitch": True,
            "coverTimestampMs": 1500,
            "brandContent": True,
            "brandOrganic": True,
            "isAigc": True,
        },
    ),
    ("publish_video", {"media": VIDEO, "privacyLevel": "SELF_ONLY"}),
    (
        "publish_photos",
        {
            "images": [PHOTO, {"url": "https://example.com/2.webp"}],
            "title": "Tea",
            "description": "Everything",
            "privacyLevel": "PUBLIC_TO_EVERYONE",
            "disableComment": True,
            "coverIndex": 1,
            "autoAddMusic": True,
            "brandOrganic": True,
        },
    ),
    (
        "create_campaign",
        {
            "name": "Everything",
            "advertiserId": "7000000000000000001",
            "objectiveType": "WEB_CONVERSIONS",
            "budgetMode": "BUDGET_MODE_DAY",
            "budget": 100,
            "budgetOptimizeOn": True,
            "operationStatus": "DISABLE",
            "campaignType": "REGULAR_CAMPAIGN",
            "catalogEnabled": False,
            "salesDestination": "WEBSITE",
            "specialIndustries": ["HOUSING"],
            "poNumber": "PO-7",
        },
    ),
    (
        "create_campaign",
        {
            **SMART,
            "name": "Smart",
            "objectiveType": "APP_PROMOTION",
            "appPromotionType": "APP_INSTALL",
            "appId": "7100000000000000001",
            "budgetMode": "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
            "budget": "50",
        },
    ),
    (
        "create_ad_group",
        {
            **_AD_GROUP,
            "name": "Everything",
            "promotionType": "WEBSITE",
            "budgetMode": "BUDGET_MODE_TOTAL",
            "scheduleEnd": "2026-03-31T10:00:00+01:00",
            "pacing": "PACING_MODE_FAST",
            "bidType": "BID_TYPE_CUSTOM",
            "bidPrice": "0.35",
            "conversionBidPrice": "4.20",
            "pixelId": "7200000000000000001",
            "optimizationEvent": "SHOPPING",
            "appId": "7100000000000000001",
            "placementType": "PLACEMENT_TYPE_NORMAL",
            "placements": ["PLACEMENT_TIKTOK"],
            "dayparting": "01" * 168,
            "commentDisabled": True,
            "shareDisabled": False,
            "videoDownloadDisabled": True,
            "operationStatus": "DISABLE",
            "targeting": {
                "locationIds": ["2950159"],
                "ageGroups": ["AGE_25_34", "AGE_35_44"],
                "gender": "GENDER_UNLIMITED",
                "languages": ["de"],
                "operatingSystems": ["IOS"],
                "networkTypes": ["WIFI"],
                "interestCategoryIds": ["12"],
                "audienceIds": ["31"],
                "excludedAudienceIds": ["32"],
            },
        },
    ),
    (
        "create_ad_group",
        {key: value for key, value in _AD_GROUP.items() if not key.startswith("budget")}
        | {"name": "Its campaign has the budget"},
    ),
    (
        "create_ad_group",
        {
            **_AD_GROUP,
            **SMART,
            "campaignId": SMART_CAMPAIGN,
            "promotionType": "WEBSITE",
            "targeting": {"locationIds": ["2950159"]},
        },
    ),
    (
        "create_ad",
        {
            **_AD,
            "name": "Everything",
            "creatives": [
                {
                    **_CREATIVE,
                    "identityType": "BC_AUTH_TT",
                    "identityAuthorizedBcId": "7300000000000000001",
                    "imageIds": ["ad-site-i18n/1"],
                    "musicId": "7001",
                    "tiktokItemId": "7400000000000000001",
                    "aigcDisclosureType": "SELF_DISCLOSURE",
                }
            ],
            "callsToAction": ["SHOP_NOW"],
            "landingPageUrl": "https://example.com/spring",
            "clickTrackingUrl": "https://example.com/click",
            "impressionTrackingUrl": "https://example.com/seen",
            "operationStatus": "DISABLE",
        },
    ),
    (
        "create_ad",
        {
            **_AD,
            **SMART,
            "adgroupId": SMART_AD_GROUP,
            "creatives": [
                _CREATIVE,
                {
                    "adFormat": "CAROUSEL_ADS",
                    "identityType": "TT_USER",
                    "identityId": "a1b2c3d4",
                    "imageIds": ["ad-site-i18n/1", "ad-site-i18n/2"],
                    "musicId": "7001",
                },
            ],
            "texts": ["Hello", "Hi"],
            "callsToAction": ["SHOP_NOW", "LEARN_MORE"],
            "landingPageUrl": "https://example.com/spring",
            "clickTrackingUrl": "https://example.com/click",
            "operationStatus": "ENABLE",
        },
    ),
    ("adjust_budget", {"level": "campaign", "id": CAMPAIGN, "budget": "500"}),
    ("adjust_budget", {**SMART, "id": SMART_AD_GROUP, "budget": "500"}),
    ("adjust_budget", {**SMART, "level": "campaign", "id": SMART_CAMPAIGN, "budget": "500"}),
    ("turn_off_ad", {"level": "adgroup", "ids": [AD_GROUP], "allowPartialSuccess": True}),
    ("turn_off_ad", {"level": "campaign", "ids": [CAMPAIGN]}),
    ("turn_off_ad", {**SMART, "ids": [SMART_AD]}),
    ("turn_off_ad", {**SMART, "level": "adgroup", "ids": [SMART_AD_GROUP]}),
    ("turn_off_ad", {**SMART, "level": "campaign", "ids": [SMART_CAMPAIGN]}),
    (
        "get_report",
        {
            **_REPORT,
            "reportType": "AUDIENCE",
            "serviceType": "AUCTION",
            "dataLevel": "AUCTION_ADVERTISER",
            "dimensions": ["advertiser_id", "stat_time_day"],
            "filtering": [
                {"fieldName": "campaign_ids", "filterType": "IN", "filterValue": '["1"]'}
            ],
            "orderField": "spend",
            "orderType": "DESC",
            "enableTotalMetrics": True,
            "limit": 5,
            "cursor": "2",
        },
    ),
    ("get_report", {"queryLifetime": True, "dimensions": ["campaign_id"]}),
    ("test_connection", {"advertiserId": "7000000000000000001"}),
]


def _said(
    code: int,
    kind: str,
    message: str = "no",
    effect: Effect = Effect.WRITE,
    wait: float | None = None,
) -> Failed:
    body = {"code": code, "message": message, "request_id": "r1", "data": {}}
    name = f"{code} {effect} {message}"
    return Failed(name, 200, kind, body, effect=effect, code=str(code), retry_after=wait)


HARMLESS = ("creator_info/query", "status/fetch", "video/init")
"""Reads, and a start: without its video it is never seen."""


def _posting(status: int, code: str, kind: str, **more: Any) -> Failed:
    body = {"data": {}, "error": {"code": code, "message": "no", "log_id": "l1"}}
    name = f"{status} {code} {more.get('effect', '')}"
    return Failed(name, status, kind, body, code=code, table="POSTING_TABLE", **more)


# START, the tests' present, is 09:00 UTC.
UNTIL_MIDNIGHT = 15 * 3600

FAILURES = [
    _said(40100, "rate_limited", "Too many requests, QPS limit reached", wait=1),
    _said(40100, "rate_limited", "The QPM limit of the app is reached", wait=300),
    _said(40100, "rate_limited", "You reached the limit of 600 requests per minute", wait=300),
    _said(40100, "rate_limited", "The daily limit is reached", wait=UNTIL_MIDNIGHT),
    _said(40100, "rate_limited", "Too many requests", wait=30),
    _said(40016, "rate_limited", "Your app made too many requests per second", wait=1),
    _said(40132, "rate_limited", "QPM exceeded", wait=300),
    _said(40133, "rate_limited", "QPD exceeded", wait=UNTIL_MIDNIGHT),
    *(_said(code, "needs_reauth") for code in (40102, 40103, 40104, 40105, 40107, 40110)),
    *(_said(code, "transient") for code in (40202, 40201, 40901)),
    *(_said(code, "unknown_outcome") for code in (50000, 50002, 51305, 60001)),
    _said(50000, "transient", effect=Effect.READ),
    _said(51305, "transient", effect=Effect.IDEMPOTENT_WRITE),
    *(_said(code, "invalid_request") for code in (40000, 40001, 40002, 40006, 40007, 40011)),
    *(_said(code, "invalid_request") for code in (40050, 40118, 40300, 40502)),
    _said(49999, "invalid_request", "a code TikTok does not have yet"),
    _said(20001, "invalid_request", "Partial success"),
    Failed(
        "a list of errors beside OK",
        200,
        "invalid_request",
        {
            "code": 0,
            "message": "OK",
            "data": {"error_list": [{"campaign_id": "1", "error_message": "deleted"}]},
        },
        code="20001",
    ),
    Failed("404 without the slash", 404, "invalid_request", "404 page not found", code="HTTP_404"),
    Failed(
        "429 of a gateway", 429, "rate_limited", "slow down", {"Retry-After": "9"}, retry_after=9
    ),
    Failed("401", 401, "needs_reauth", "", effect=Effect.READ),
    Failed("502", 502, "unknown_outcome", "<html>"),
    Failed("500 with a code", 500, "unknown_outcome", {"code": 50000, "message": "system error"}),
    Failed("503 of a read", 503, "transient", None, effect=Effect.READ),
    _posting(429, "rate_limit_exceeded", "rate_limited", retry_after=60),
    _posting(
        429,
        "rate_limit_exceeded",
        "rate_limited",
        headers={"Retry-After": "7"},
        retry_after=7,
        effect=Effect.READ,
    ),
    # Of creator_info/query these come inside HTTP 200.
    _posting(200, "spam_risk_too_many_posts", "rate_limited", retry_after=3600),
    _posting(403, "spam_risk_too_many_posts", "rate_limited", retry_after=3600),
    _posting(200, "reached_active_user_cap", "rate_limited", retry_after=3600),
    _posting(200, "spam_risk_user_banned_from_posting", "invalid_request"),
    _posting(401, "access_token_invalid", "needs_reauth"),
    _posting(401, "scope_not_authorized", "needs_reauth"),
    _posting(401, "a_new_word", "needs_reauth"),
    *(
        _posting(403, code, "invalid_request")
        for code in (
            "spam_risk_user_banned_from_posting",
            "unaudited_client_can_only_post_to_private_accounts",
            "url_ownership_unverified",
            "privacy_level_option_mismatch",
        )
    ),
    *(
        _posting(400, code, "invalid_request")
        for code in (
            "invalid_param",
            "invalid_publish_id",
            "token_not_authorized_for_specified_publish_id",
        )
    ),
    _posting(500, "internal_error", "unknown_outcome"),
    _posting(502, "a_new_word", "unknown_outcome"),
    _posting(500, "internal_error", "transient", effect=Effect.READ),
]
