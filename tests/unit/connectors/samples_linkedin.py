"""What LinkedIn takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

# The twin numbers what it makes: the image is first, the post follows.
IMAGE = "urn:li:image:C4E10AQ00000001"
POST = "urn:li:share:7300000000000000002"
PAGE = "urn:li:organization:2414183"
MEMBER = "urn:li:person:sAndb0x_Mm"
TARGETING = {
    "include": {"and": [{"or": {"urn:li:adTargetingFacet:locations": ["urn:li:geo:103644278"]}}]}
}
CAMPAIGN: dict[str, Any] = {
    "name": "Launch (spring, EU): phase 1",
    "campaignGroupId": "602277684",
    "type": "SPONSORED_UPDATES",
    "costType": "CPC",
    "unitCost": {"amount": "5.00", "currencyCode": "EUR"},
    "dailyBudget": {"amount": "50", "currencyCode": "EUR"},
    "locale": {"country": "DE", "language": "de"},
    "targetingCriteria": TARGETING,
    "politicalIntent": "NOT_POLITICAL",
}

VALID: dict[str, dict[str, Any]] = {
    "test_connection": {},
    "upload_image": {"media": {"url": "https://example.com/launch.png"}},
    "publish_post": {"text": "We are live (finally)! #Launch & 100 % <new> [v1_0]"},
    "schedule_post": {"text": "In a month", "publishAt": "2026-04-02T09:00:00+02:00"},
    "cancel_scheduled": {"scheduledId": "later_key-1"},
    "create_ad_campaign": CAMPAIGN,
    "get_share_statistics": {},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    ("upload_image", {"media": {"objectKey": "uploads/abc/team.jpg"}, "owner": MEMBER}),
    (
        "publish_post",
        {
            "author": MEMBER,
            "text": "Thanks to @[Devtest_co](urn:li:organization:2414183) #1",
            "visibility": "CONNECTIONS",
            "reshareDisabled": True,
        },
    ),
    (
        "publish_post",
        {
            "text": "Read on",
            "article": {"source": "https://example.com/launch", "title": "We are live"},
        },
    ),
    (
        "publish_post",
        {"images": [{"id": IMAGE, "altText": "A rocket at dawn", "title": "Launch"}]},
    ),
    (
        "publish_post",
        {"text": "Both sides", "images": [{"id": IMAGE}, {"id": IMAGE, "altText": "Again"}]},
    ),
    (
        "publish_post",
        {
            "article": {
                "source": "https://example.com/launch",
                "title": "We are live",
                "description": "What we built and why",
                "thumbnail": IMAGE,
                "thumbnailAltText": "A rocket at dawn",
            },
            "visibility": "LOGGED_IN",
        },
    ),
    (
        "publish_post",
        {
            "text": "Launch day",
            "images": [
                {
                    "media": {"url": "https://example.com/launch.png"},
                    "altText": "A rocket at dawn",
                    "title": "Launch",
                }
            ],
        },
    ),
    (
        "publish_post",
        {
            "author": MEMBER,
            "images": [
                {"media": {"objectKey": "uploads/abc/team.jpg"}, "altText": "The team"},
                {"media": {"url": "https://example.com/launch.gif"}},
                {"id": IMAGE},
            ],
        },
    ),
    (
        "publish_post",
        {
            "text": "See it fly",
            "video": {"media": {"url": "https://example.com/launch.mp4"}, "title": "Launch"},
        },
    ),
    ("publish_post", {"video": {"media": {"objectKey": "uploads/abc/launch.mp4"}}}),
    (
        "schedule_post",
        {
            "text": "In a week",
            "publishAt": "2026-03-09T09:00:00Z",
            "images": [{"media": {"objectKey": "uploads/abc/team.jpg"}, "altText": "The team"}],
        },
    ),
    ("publish_post", {"text": "Again", "reshareOf": "urn:li:ugcPost:7132564752928563200"}),
    (
        "create_ad_campaign",
        {
            **CAMPAIGN,
            "accountId": "12345",
            "totalBudget": {"amount": "900", "currencyCode": "EUR"},
            "status": "DRAFT",
            "offsiteDeliveryEnabled": True,
            "audienceExpansionEnabled": True,
            "startAt": "2026-04-01T00:00:00Z",
            "endAt": "2026-04-30T00:00:00Z",
            "objectiveType": "WEBSITE_VISITS",
            "format": "STANDARD_UPDATE",
            "associatedEntity": PAGE,
            "creativeSelection": "ROUND_ROBIN",
            "optimizationTargetType": "MAX_CLICK",
            "pacingStrategy": "LIFETIME",
            "connectedTelevisionOnly": True,
        },
    ),
    (
        "get_share_statistics",
        {"organization": PAGE, "posts": [POST, "urn:li:ugcPost:7132564752928563200"]},
    ),
    (
        "get_share_statistics",
        {
            "startTime": "2026-01-01T00:00:00Z",
            "endTime": "2026-03-01T00:00:00Z",
            "granularity": "MONTH",
        },
    ),
    ("get_share_statistics", {"posts": [POST]}),
]

HARMLESS = ("action=initializeUpload", "dms-uploads", "action=finalizeUpload")

# From 2026-03-02T09:00Z to the next midnight in UTC.
UNTIL_MIDNIGHT = 15 * 3600


def _said(status: int, kind: str, message: str, code: str | None = None, **more: Any) -> Failed:
    body = {"message": message, "status": status, **more.pop("body", {})}
    return Failed(message, status, kind, body, code=code, **more)


def _input(status: int, code: str, message: str) -> Failed:
    inputs = [{"description": message, "input": {}, "code": code}]
    details = {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "errorDetails": {"inputErrors": inputs},
    }
    return _said(status, "invalid_request", message, code, body=details)


FAILURES = [
    _said(
        429,
        "rate_limited",
        "Resource level throttle APPLICATION DAY limit for calls to this resource is reached.",
        "101",
        body={"serviceErrorCode": 101},
        retry_after=UNTIL_MIDNIGHT,
    ),
    Failed("429 with nothing", 429, "rate_limited", None, retry_after=UNTIL_MIDNIGHT),
    Failed("429 with a time", 429, "rate_limited", None, {"Retry-After": "60"}, retry_after=60),
    _said(
        401,
        "needs_reauth",
        "Empty oauth2_access_token",
        "401",
        body={"serviceErrorCode": 401},
    ),
    _said(
        401,
        "needs_reauth",
        "The token used in the request has been revoked by the user",
        "REVOKED_ACCESS_TOKEN",
        body={"serviceErrorCode": 65601, "code": "REVOKED_ACCESS_TOKEN"},
    ),
    _said(
        401,
        "needs_reauth",
        "The token used in the request has expired",
        "EXPIRED_ACCESS_TOKEN",
        body={"serviceErrorCode": 65602, "code": "EXPIRED_ACCESS_TOKEN"},
        effect=Effect.READ,
    ),
    _said(
        403,
        "invalid_request",
        "Not enough permissions to access: POST /posts",
        "ACCESS_DENIED",
        body={"serviceErrorCode": 100, "code": "ACCESS_DENIED"},
    ),
    _input(422, "DUPLICATE_POST", "Content is a duplicate of urn:li:share:7141138937766391808"),
    _said(
        422,
        "invalid_request",
        "Something is wrong",
        "UNPROCESSABLE_ENTITY",
        body={"code": "UNPROCESSABLE_ENTITY"},
    ),
    _said(
        426,
        "invalid_request",
        "Requested version 20250901 is not active",
        "NONEXISTENT_VERSION",
        body={"code": "NONEXISTENT_VERSION"},
    ),
    _said(
        400,
        "invalid_request",
        "A version must be present. Please specify a version",
        "VERSION_MISSING",
        body={"code": "VERSION_MISSING"},
    ),
    _said(
        400,
        "invalid_request",
        "Media asset is waiting upload",
        "MEDIA_ASSET_WAITING_UPLOAD",
        body={"code": "MEDIA_ASSET_WAITING_UPLOAD"},
    ),
    _said(
        400,
        "invalid_request",
        "Media asset failed processing",
        "MEDIA_ASSET_PROCESSING_FAILED",
        body={"code": "MEDIA_ASSET_PROCESSING_FAILED"},
    ),
    _said(
        403,
        "invalid_request",
        "Accessing this video resource is forbidden. Please check your permissions",
        "HTTP_403",
    ),
    _input(400, "FIELD_LENGTH_TOO_LONG", "/commentary :: is too long"),
    _said(404, "invalid_request", "Not found", "HTTP_404"),
    _said(411, "invalid_request", "Content-Length is needed", "HTTP_411"),
    _said(
        409, "transient", "Write conflict, retry the request", "CONFLICT", body={"code": "CONFLICT"}
    ),
    _said(500, "unknown_outcome", "Internal Server Error", "HTTP_500"),
    _said(500, "transient", "Internal Server Error of a read", effect=Effect.READ),
    Failed("503", 503, "unknown_outcome", "upstream"),
    Failed("504", 504, "unknown_outcome", {"message": "Gateway Timeout", "status": 504}),
]
