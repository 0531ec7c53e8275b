"""What Reddit takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

# As the twin gives them, in the order of VALID.
CAMPAIGN = "2200000000000000001"
AD_GROUP = "2100000000000000001"

_REPORT = {"startsAt": "2026-02-01T00:00:00Z", "endsAt": "2026-02-08T00:00:00Z"}
_CBO = {
    "goalType": "DAILY_SPEND",
    "goalValueMicros": 50_000_000,
    "startTime": "2026-03-10T00:00:00+01:00",
    "bidStrategy": "MAXIMIZE_VOLUME",
    "bidType": "CPC",
    "bidValueMicros": 350_000,
    "conversionPixelId": "a2_sandbox1",
}

VALID: dict[str, dict[str, Any]] = {
    "create_campaign": {
        "name": "Spring",
        "objective": "CLICKS",
        "isCampaignBudgetOptimization": True,
        **_CBO,
    },
    "adjust_budget": {"id": AD_GROUP, "goalValueMicros": 20_000_000},
    "list_campaigns": {"limit": 2},
    "get_report": _REPORT,
    "submit_post": {"subreddit": "test", "title": "Hello", "text": "Hello, **world**"},
    "submit_comment": {"parentId": "t3_1a2b3c", "text": "Thanks"},
    "test_connection": {},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    (
        "create_campaign",
        {
            "name": "Its ad groups have the budget",
            "adAccountId": "a2_sandbox1",
            "configuredStatus": "ACTIVE",
            "objective": "SALES",
            "fundingInstrumentId": "246",
            "spendCapMicros": 500_000_000,
            "specialAdCategories": ["NONE"],
            "invoiceLabel": "Q-1KO32",
            "useCatalog": True,
        },
    ),
    (
        "create_campaign",
        {
            "name": "A lifetime",
            "objective": "CONVERSIONS",
            "isCampaignBudgetOptimization": True,
            **_CBO,
            "goalType": "LIFETIME_SPEND",
            "endTime": "2026-04-10T00:00:00Z",
            "optimizationGoal": "PURCHASE",
            "viewThroughConversionType": "SEVEN_DAY_CLICKS_ONE_DAY_VIEW",
        },
    ),
    (
        "create_campaign",
        {
            "name": "Reddit Max",
            "type": "AUTOMATED",
            "objective": "APP_INSTALLS",
            "appId": "com.example.app",
            **_CBO,
        },
    ),
    ("adjust_budget", {"level": "campaign", "id": CAMPAIGN, "goalValueMicros": 70_000_000}),
    ("list_campaigns", {"ids": [CAMPAIGN, "1"]}),
    (
        "list_campaigns",
        {
            "cursor": "https://ads-api.reddit.com/api/v3/ad_accounts/a2_sandbox1/campaigns"
            "?page.size=2&page.token=2"
        },
    ),
    (
        "get_report",
        {
            **_REPORT,
            "fields": ["SPEND", "VIDEO_WATCHED_25_PERCENT"],
            "breakdowns": ["CAMPAIGN_ID", "DATE", "COUNTRY", "REGION"],
            "filter": "campaign:id==1",
            "timeZoneId": "Europe/Berlin",
            "limit": 5,
        },
    ),
    (
        "get_report",
        {
            **_REPORT,
            "breakdowns": ["DATE"],
            "cursor": "https://ads-api.reddit.com/api/v3/ad_accounts/a2_sandbox1/reports"
            "?page.size=5&page.token=5",
        },
    ),
    (
        "submit_post",
        {
            "subreddit": "u_neonhub",
            "title": "A link",
            "url": "https://example.com/spring",
            "text": "With a text",
            "flairId": "0a1b2c3d-0000-11ee-8000-0a1b2c3d4e5f",
            "flairText": "News",
            "nsfw": True,
            "spoiler": True,
            "sendreplies": False,
            "resubmit": True,
        },
    ),
    ("submit_post", {"subreddit": "test", "title": "Only a link", "url": "https://example.com/"}),
    ("submit_post", {"subreddit": "test", "title": "Only a title"}),
    ("submit_comment", {"parentId": "t1_9z8y7x", "text": "A reply"}),
    ("test_connection", {"api": "organic"}),
]

HARMLESS = ("/reports",)


def _inside(code: str, kind: str, message: str = "no", wait: float | None = None) -> Failed:
    body = {"json": {"errors": [[code, message, "field"]]}}
    return Failed(f"{code} {message}", 200, kind, body, code=code, retry_after=wait)


def _ads(status: int, kind: str, message: str = "no", effect: Effect = Effect.WRITE) -> Failed:
    body = {"error": {"code": status, "message": message}}
    return Failed(f"ads {status} {effect}", status, kind, body, effect=effect)


def _plain(status: int, kind: str, effect: Effect = Effect.WRITE, **body: Any) -> Failed:
    answer = {"message": "no", "error": status, **body}
    return Failed(f"posts {status} {effect}", status, kind, answer, effect=effect)


_LIMITED = {"x-ratelimit-used": "996", "x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "421"}

FAILURES = [
    _inside("RATELIMIT", "rate_limited", "Take a break for 5 minutes before trying again.", 300),
    _inside("RATELIMIT", "rate_limited", "Try again in 30 seconds.", 30),
    _inside("RATELIMIT", "rate_limited", "try again in 1 hour", 3600),
    _inside("RATELIMIT", "rate_limited", "try again in 541 milliseconds", 0.541),
    _inside("RATELIMIT", "rate_limited", "you are doing that too much", 30),
    Failed(
        "RATELIMIT whose words say no time",
        200,
        "rate_limited",
        {"json": {"errors": [["RATELIMIT", "slow down", "ratelimit"]]}},
        _LIMITED,
        retry_after=421,
    ),
    _inside("USER_REQUIRED", "needs_reauth", "Please log in to do that."),
    *(
        _inside(code, "invalid_request")
        for code in (
            "SUBREDDIT_NOEXIST",
            "SUBREDDIT_NOTALLOWED",
            "NO_TEXT",
            "TOO_LONG",
            "ALREADY_SUB",
            "DELETED_LINK",
            "THREAD_LOCKED",
            "NEVER_HEARD_OF",
        )
    ),
    Failed(
        "429 of posts",
        429,
        "rate_limited",
        {"message": "Too Many Requests", "error": 429},
        _LIMITED,
        retry_after=421,
    ),
    Failed(
        "429 of ads",
        429,
        "rate_limited",
        {"error": {"code": 429, "message": "Too many requests"}},
        {"RateLimit": '"a";r=3;t=900,"b";r=0;t=42,"c";r=0;t=5'},
        retry_after=42,
    ),
    Failed("429 with Retry-After", 429, "rate_limited", None, {"Retry-After": "7"}, retry_after=7),
    Failed("429 without a word", 429, "rate_limited", None, retry_after=30),
    _plain(401, "needs_reauth"),
    _ads(401, "needs_reauth", effect=Effect.READ),
    Failed(
        "403 without the scope",
        403,
        "invalid_request",
        {"message": "Forbidden", "error": 403},
        {"WWW-Authenticate": 'Bearer realm="reddit", error="insufficient_scope"'},
        code="INSUFFICIENT_SCOPE",
    ),
    _plain(400, "invalid_request", reason="NO_TEXT", explanation="we need something here"),
    _plain(403, "invalid_request", reason="private"),
    _plain(404, "invalid_request"),
    *(_ads(status, "invalid_request") for status in (400, 403, 404, 410)),
    *(_ads(status, "unknown_outcome") for status in (408, 500, 502, 503, 504, 520, 522)),
    *(_plain(status, "transient", Effect.READ) for status in (408, 500, 502, 503, 504, 520, 522)),
    _ads(503, "transient", effect=Effect.IDEMPOTENT_WRITE),
]
