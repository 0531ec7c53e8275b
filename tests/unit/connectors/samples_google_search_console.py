"""What Search Console takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

DOMAIN = "sc-domain:example.com"
PREFIX = "https://www.example.com/"

VALID = {
    "query_search_analytics": {"siteUrl": DOMAIN, "dimensions": ["QUERY"], "limit": 3},
    "inspect_url": {"siteUrl": DOMAIN, "inspectionUrl": "https://www.example.com/shop"},
    "submit_sitemap": {"siteUrl": PREFIX, "sitemapUrl": "https://www.example.com/sitemap.xml"},
    "list_sitemaps": {"siteUrl": PREFIX},
    "list_sites": {},
    "test_connection": {},
}

_DAYS = {"startDate": "2026-02-01", "endDate": "2026-02-20"}


def _filter(dimension: str, operator: str, expression: str) -> dict[str, Any]:
    one = {"dimension": dimension, "operator": operator, "expression": expression}
    return {"groupType": "AND", "filters": [one]}


MORE = [
    ("query_search_analytics", {}),
    ("query_search_analytics", {**_DAYS, "siteUrl": PREFIX}),
    (
        "query_search_analytics",
        {
            **_DAYS,
            "dimensions": ["DATE", "PAGE", "COUNTRY", "DEVICE"],
            "type": "IMAGE",
            "aggregationType": "BY_PAGE",
            "dataState": "ALL",
            "limit": 10_000,
            "cursor": "25",
            "dimensionFilterGroups": [
                _filter("QUERY", "CONTAINS", "shop"),
                _filter("COUNTRY", "EQUALS", "deu"),
                _filter("PAGE", "INCLUDING_REGEX", "/(shop|blog)"),
            ],
        },
    ),
    ("query_search_analytics", {"dimensions": ["HOUR"], "dataState": "HOURLY_ALL"}),
    ("query_search_analytics", {"dimensions": ["SEARCH_APPEARANCE"], "type": "NEWS"}),
    ("query_search_analytics", {"type": "DISCOVER", "aggregationType": "AUTO"}),
    (
        "query_search_analytics",
        {**_DAYS, "dimensionFilterGroups": [_filter("DEVICE", "NOT_EQUALS", "MOBILE")]},
    ),
    ("query_search_analytics", {**_DAYS, "dataState": "FINAL", "aggregationType": "BY_PROPERTY"}),
    ("inspect_url", {"inspectionUrl": "https://example.com/", "languageCode": "de-CH"}),
    ("inspect_url", {"siteUrl": PREFIX, "inspectionUrl": "https://www.example.com/a?b=c&d=ü"}),
    ("submit_sitemap", {"sitemapUrl": "https://example.com/maps/a%20b.xml?x=1&y=/2"}),
    ("list_sitemaps", {"sitemapIndex": "https://example.com/index.xml"}),
]


def error(status: int, reason: str, message: str = "No.") -> dict[str, Any]:
    """Google's error object."""
    first = {"domain": "usageLimits", "reason": reason, "message": message}
    return {"error": {"code": status, "message": message, "errors": [first]}}


def _said(status: int, reason: str, kind: str, message: str = "No.", **more: Any) -> Failed:
    name = f"{status} {reason} {message}"
    return Failed(name, status, kind, error(status, reason, message), code=reason, **more)


_LOAD = "Search Analytics load quota exceeded. Learn about usage limits: https://…/limits."
_PERMISSION = "User does not have sufficient permission for site 'https://example.com/'."

FAILURES = [
    _said(403, "rateLimitExceeded", "rate_limited", retry_after=30),
    _said(403, "userRateLimitExceeded", "rate_limited", retry_after=30),
    _said(403, "quotaExceeded", "rate_limited", _LOAD, retry_after=900),
    _said(403, "quotaExceeded", "rate_limited", retry_after=900),
    _said(429, "rateLimitExceeded", "rate_limited", "Quota exceeded: queries per minute"),
    _said(429, "rateLimitExceeded", "rate_limited", _LOAD, retry_after=900),
    # START is 2026-03-02 09:00 UTC, 1:00 in the morning in California.
    _said(
        429,
        "rateLimitExceeded",
        "rate_limited",
        "Quota exceeded for quota metric 'URL inspections' and limit 'Queries per day'",
        retry_after=23 * 3600,
    ),
    _said(403, "quotaExceeded", "rate_limited", "Daily quota exceeded", retry_after=23 * 3600),
    Failed(
        "429 with details",
        429,
        "rate_limited",
        {
            "error": {
                "code": 429,
                "message": "Quota exceeded … per day",
                "status": "RESOURCE_EXHAUSTED",
                "details": [
                    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "12s"}
                ],
            }
        },
        retry_after=12,
        code="RESOURCE_EXHAUSTED",
    ),
    Failed("429 bare", 429, "rate_limited", None, {"Retry-After": "9"}, retry_after=9),
    _said(401, "authError", "needs_reauth"),
    Failed("401 bare", 401, "needs_reauth", ""),
    _said(403, "forbidden", "invalid_request", _PERMISSION),
    _said(403, "dailyLimitExceeded", "invalid_request"),
    _said(403, "insufficientPermissions", "invalid_request"),
    Failed(
        "403 not in the property",
        403,
        "invalid_request",
        {
            "error": {
                "code": 403,
                "message": "You do not own this site, or the inspected URL is not part of this "
                "property.",
                "status": "PERMISSION_DENIED",
            }
        },
        code="PERMISSION_DENIED",
    ),
    _said(400, "invalidParameter", "invalid_request"),
    _said(404, "notFound", "invalid_request"),
    Failed("411", 411, "invalid_request", "<title>Error 411 (Length Required)!!1</title>"),
    Failed("500 to a read", 500, "transient", error(500, "backendError"), effect=Effect.READ),
    Failed("503 to a put", 503, "transient", "", effect=Effect.IDEMPOTENT_WRITE),
    # No action of ours is a write that may not be repeated; the table would know what to do.
    Failed("503 to a write", 503, "unknown_outcome", error(503, "backendError")),
]
