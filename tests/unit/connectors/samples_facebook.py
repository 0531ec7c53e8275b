"""What Facebook takes and how it says no."""

import json
from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

AD_SET = "120210000000000001"
AD = "120210000000000002"
POST = "100000000000001_122100000000000001"
IMAGE = {"url": "https://media.example.com/a.jpg"}
VIDEO = {"url": "https://media.example.com/b.mp4"}
SOON = "2026-03-02T10:00:00Z"

VALID: dict[str, dict[str, Any]] = {
    "create_campaign": {"name": "Summer", "objective": "OUTCOME_TRAFFIC"},
    "pause_ad_set": {"adSetId": AD_SET},
    "update_creative": {
        "adId": AD,
        "linkAd": {"link": "https://shop.example.com/linen", "message": "New in", "image": IMAGE},
    },
    "create_post": {"message": "Doors open at nine."},
    "schedule_post": {"message": "Doors open in an hour.", "publishAt": SOON},
    "get_insights": {"of": "page", "metrics": ["page_follows"], "period": "day"},
    "test_connection": {},
}

MORE = [
    (
        "create_campaign",
        {
            "name": "Jobs",
            "objective": "OUTCOME_LEADS",
            "status": "ACTIVE",
            "specialAdCategories": ["EMPLOYMENT"],
            "specialAdCategoryCountry": ["DE", "AT"],
            "dailyBudget": 2500,
            "bidStrategy": "LOWEST_COST_WITHOUT_CAP",
            "spendCap": 100_000,
            "startTime": "2026-03-03T00:00:00+01:00",
        },
    ),
    (
        "create_campaign",
        {
            "name": "Week",
            "objective": "OUTCOME_SALES",
            "lifetimeBudget": 70_000,
            "startTime": "2026-03-03T00:00:00Z",
            "stopTime": "2026-03-10T00:00:00Z",
            "validateOnly": True,
        },
    ),
    (
        "create_campaign",
        {"name": "Shared", "objective": "OUTCOME_AWARENESS", "shareAdsetBudgets": True},
    ),
    (
        "update_creative",
        {
            "adId": AD,
            "name": "Linen, spring",
            "linkAd": {
                "link": "https://shop.example.com/linen",
                "headline": "Linen",
                "description": "Light and cool",
                "displayLink": "shop.example.com",
                "imageHash": "0" * 32,
                "button": "SHOP_NOW",
            },
            "instagramUserId": "17841400000000001",
            "urlTags": "utm_source=facebook",
        },
    ),
    (
        "update_creative",
        {
            "adId": AD,
            "videoAd": {
                "videoId": "1",
                "thumbnail": IMAGE,
                "message": "See it move",
                "title": "Linen",
                "linkDescription": "All sizes",
                "link": "https://shop.example.com/linen",
                "button": "LEARN_MORE",
            },
        },
    ),
    ("update_creative", {"adId": AD, "videoAd": {"videoId": "1", "imageHash": "a" * 32}}),
    ("update_creative", {"adId": AD, "postId": POST, "instagramUserId": "17841400000000001"}),
    ("create_post", {"message": "Read this", "link": "https://shop.example.com/blog"}),
    ("create_post", {"link": "https://shop.example.com/blog", "countries": ["DE"]}),
    (
        "create_post",
        {"message": "One view", "photos": [{"media": IMAGE, "altText": "A shirt"}]},
    ),
    (
        "create_post",
        {"message": "Two views", "photos": [{"media": IMAGE, "altText": "A"}, {"media": IMAGE}]},
    ),
    (
        "create_post",
        {"message": "It moves", "video": {"media": VIDEO, "title": "Linen"}, "countries": ["DE"]},
    ),
    ("schedule_post", {"link": "https://shop.example.com/blog", "publishAt": SOON}),
    ("schedule_post", {"message": "One", "photos": [{"media": IMAGE}], "publishAt": SOON}),
    ("schedule_post", {"video": {"media": VIDEO}, "publishAt": SOON}),
    (
        "get_insights",
        {
            "of": "ad_account",
            "fields": ["campaign_name", "impressions", "spend", "actions"],
            "level": "campaign",
            "breakdowns": ["age", "gender"],
            "timeIncrement": 1,
            "filters": [{"field": "spend", "operator": "GREATER_THAN", "value": 0}],
            "since": "2026-02-01",
            "until": "2026-02-28",
            "limit": 2,
        },
    ),
    (
        "get_insights",
        {"of": "ad_account", "fields": ["reach"], "datePreset": "last_7d", "cursor": "2"},
    ),
    (
        "get_insights",
        {"of": "ad_account", "fields": ["reach"], "timeIncrement": "monthly", "level": "ad"},
    ),
    (
        "get_insights",
        {
            "of": "page",
            "metrics": ["page_follows", "page_media_view"],
            "period": "days_28",
            "since": "2026-02-01",
            "until": "2026-02-28",
        },
    ),
    ("get_insights", {"of": "page", "metrics": ["page_follows"], "datePreset": "last_28d"}),
    ("get_insights", {"of": "post", "postId": POST, "metrics": ["post_media_view"]}),
]

# Pointing the ad to a creative, which it may be twice.
HARMLESS = (f"/{AD}",)


def said(
    code: int,
    kind: str,
    subcode: int | None = None,
    status: int = 400,
    effect: Effect = Effect.WRITE,
    **more: Any,
) -> Failed:
    """An error of the Graph API and its outcome."""
    error = {"message": "why", "type": "OAuthException", "code": code, "error_subcode": subcode}
    name = f"{code}-{subcode}-{status}-{effect}"
    shown = more.pop("shown", str(code))
    body = {"error": {**error, "fbtrace_id": "A6L", **more}}
    return Failed(name, status, kind, body, effect=effect, code=shown)


def limited(code: int, headers: dict[str, Any], seconds: float, name: str) -> Failed:
    """A rate limit, with usage headers and the wait that they tell."""
    body = {"error": {"message": "too many", "code": code, "error_subcode": 2446079}}
    written = {key: json.dumps(value) for key, value in headers.items()}
    return Failed(name, 403, "rate_limited", body, written, code=str(code), retry_after=seconds)


def regain(minutes: int) -> dict[str, Any]:
    """A business use case's usage that tells the minutes until access is regained."""
    return {"1": [{"type": "ads_management", "estimated_time_to_regain_access": minutes}]}


FAILURES = [
    *[said(code, "rate_limited") for code in (4, 17, 32, 341, 613, *range(80000, 80007), 80008)],
    *[said(code, "rate_limited", status=403) for code in (4, 17, 32, 613, 80004)],
    limited(17, {"X-Business-Use-Case-Usage": regain(60)}, 3600, "the account is blocked an hour"),
    limited(80004, {"X-Business-Use-Case-Usage": regain(2)}, 120, "two minutes"),
    limited(
        17,
        {"X-Ad-Account-Usage": {"acc_id_util_pct": 100, "reset_time_duration": 90}},
        90,
        "the ad account is used up",
    ),
    limited(
        80004,
        {
            "X-Ad-Account-Usage": {"acc_id_util_pct": 9.67, "reset_time_duration": 900},
            "X-Business-Use-Case-Usage": regain(1),
        },
        60,
        "the ad account is not",
    ),
    limited(4, {"X-App-Usage": {"call_count": 100}}, 30, "nothing is told"),
    *[said(190, "needs_reauth", subcode, 401) for subcode in range(458, 468)],
    said(190, "needs_reauth", effect=Effect.READ),
    said(102, "needs_reauth"),
    *[said(1, "unknown_outcome", status=status) for status in (400, 500)],
    said(2, "unknown_outcome", status=503),
    said(2, "transient", status=500, effect=Effect.READ),
    said(2, "transient", status=500, effect=Effect.IDEMPOTENT_WRITE),
    said(2601, "unknown_outcome", is_transient=True, shown="transient"),
    said(1, "invalid_request", 99, shown="1/99"),
    said(100, "invalid_request", 33),
    said(100, "invalid_request", 1487851, error_data='{"blame_field_specs":[["daily_budget"]]}'),
    said(100, "invalid_request", 4834011),
    said(100, "invalid_request", 1363041),
    *[said(code, "invalid_request", status=403) for code in (10, 200, 210, 294, 299)],
    said(368, "invalid_request", 1390008),
    said(506, "invalid_request", 1455006),
    said(2635, "invalid_request"),
    said(3001, "invalid_request", 1504028, effect=Effect.READ),
    said(100, "invalid_request", status=200),
    Failed("success is false", 200, "invalid_request", {"success": False}, code="unsuccessful"),
    Failed("429", 429, "rate_limited", {"error": {"message": "slow", "code": 99}}),
    Failed("500 without a body", 500, "unknown_outcome", ""),
    Failed("502 of a read", 502, "transient", "<html>", effect=Effect.READ),
]
