"""What Instagram takes and how it says no."""

import json

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

IMAGE = {"url": "https://media.example.com/a.jpg"}
VIDEO = {"url": "https://media.example.com/b.mp4"}

VALID = {
    "publish_post": {"image": IMAGE, "caption": "New in: linen #summer"},
    "publish_story": {"image": IMAGE},
    "respond_dm": {"recipientId": "1234567890", "text": "It ships on Monday."},
    "get_insights": {"metrics": ["reach", "views"], "period": "day", "metricType": "total_value"},
    "quota": {},
    "test_connection": {},
}

MORE = [
    (
        "publish_post",
        {
            "image": {"objectKey": "uploads/abc/a.jpg"},
            "altText": "A linen shirt",
            "collaborators": ["linen.house", "second_shop"],
            "userTags": [{"username": "linen.house", "x": 0.5, "y": 0.25}],
            "productTags": [{"productId": "3231775643511089", "x": 0.1, "y": 1}],
            "locationId": "7640348500",
            "isAiGenerated": True,
            "isPaidPartnership": False,
        },
    ),
    (
        "publish_post",
        {
            "reel": VIDEO,
            "caption": "Behind the scenes",
            "shareToFeed": True,
            "cover": IMAGE,
            "audioName": "Our song",
            "userTags": [{"username": "linen.house"}],
        },
    ),
    (
        "publish_post",
        {"reel": VIDEO, "thumbOffset": 1500, "shareToFeed": False, "trial": "SS_PERFORMANCE"},
    ),
    (
        "publish_post",
        {
            "carousel": [
                {"image": IMAGE, "altText": "Front"},
                {"image": IMAGE, "userTags": [{"username": "linen.house", "x": 0, "y": 0}]},
                {"image": IMAGE, "productTags": [{"productId": "1"}]},
            ],
            "caption": "Three views",
            "collaborators": ["linen.house"],
            "locationId": "7640348500",
        },
    ),
    ("publish_post", {"carousel": [{"image": IMAGE}, {"video": VIDEO}]}),
    ("publish_story", {"video": VIDEO, "userTags": [{"username": "linen.house"}]}),
    (
        "respond_dm",
        {"recipientId": "1234567890", "text": "Sorry!", "humanAgent": True, "replyTo": "aWdfZAG1"},
    ),
    (
        "get_insights",
        {
            "metrics": ["follower_demographics"],
            "period": "lifetime",
            "metricType": "total_value",
            "timeframe": "last_30_days",
            "breakdown": ["age", "gender"],
        },
    ),
    (
        "get_insights",
        {
            "metrics": ["reach"],
            "period": "day",
            "metricType": "time_series",
            "since": "2026-02-01T00:00:00Z",
            "until": "2026-03-01T00:00:00Z",
        },
    ),
    ("get_insights", {"mediaId": "17900000000000001", "metrics": ["views", "saved", "shares"]}),
    (
        "get_insights",
        {
            "mediaId": "17900000000000001",
            "metrics": ["profile_activity"],
            "period": "lifetime",
            "breakdown": ["action_type"],
        },
    ),
]

# A container that nobody published is seen by nobody. The proof follows the edge's name.
HARMLESS = ("/media?",)


def said(
    code: int,
    kind: str,
    subcode: int | None = None,
    status: int = 400,
    shown: str | None = None,
    effect: Effect = Effect.WRITE,
) -> Failed:
    """An error of the Graph API and its outcome."""
    error = {"message": "why", "type": "OAuthException", "code": code, "error_subcode": subcode}
    name = f"{code}-{subcode}-{status}-{effect}"
    body = {"error": {**error, "fbtrace_id": "A6L"}}
    return Failed(name, status, kind, body, effect=effect, code=shown or str(code))


def used_up(header: str, usage: object, seconds: float, code: int = 80002) -> Failed:
    """A rate limit with a usage header and the wait that it tells."""
    body = {"error": {"message": "too many", "code": code}}
    headers = {header: json.dumps(usage)}
    return Failed(
        f"{header} {seconds}",
        403,
        "rate_limited",
        body,
        headers,
        code=str(code),
        retry_after=seconds,
    )


FAILURES = [
    *[said(code, "rate_limited") for code in (4, 17, 32, 341, 613, *range(80000, 80007), 80008)],
    *[said(code, "rate_limited", status=403) for code in (4, 32, 80002)],
    said(9, "rate_limited", 2207042),
    used_up(
        "X-Business-Use-Case-Usage",
        {"1784": [{"type": "instagram", "estimated_time_to_regain_access": 3}]},
        180,
    ),
    used_up("X-App-Usage", {"call_count": 100, "total_time": 3}, 30, 4),
    *[said(190, "needs_reauth", subcode, 401) for subcode in range(458, 468)],
    said(190, "needs_reauth", effect=Effect.READ),
    said(102, "needs_reauth"),
    *[said(1, "unknown_outcome", status=status) for status in (400, 500)],
    said(2, "unknown_outcome", status=503),
    said(2, "transient", status=503, effect=Effect.READ),
    said(-1, "unknown_outcome", 2207001),
    # The media could not be fetched, or is not ready: nothing was published.
    said(-2, "transient", 2207003, shown="-2/2207003"),
    said(-1, "transient", 2207032, shown="-1/2207032"),
    said(-1, "transient", 2207053, shown="-1/2207053"),
    said(9004, "transient", 2207052, shown="9004/2207052"),
    said(9007, "transient", 2207027, shown="9007/2207027"),
    said(24, "transient", 2207008, shown="24/2207008"),
    # A wrong parameter and a suspicion of spam, under codes that otherwise pass.
    said(1, "invalid_request", 2207057, shown="1/2207057"),
    said(4, "invalid_request", 2207051, shown="4/2207051"),
    said(-2, "invalid_request", 2207020),
    said(24, "invalid_request", 2207006),
    said(25, "invalid_request", 2207050),
    said(100, "invalid_request", 2207023),
    said(100, "invalid_request", 33),
    said(352, "invalid_request", 2207026),
    said(36000, "invalid_request", 2207004),
    said(36001, "invalid_request", 2207005),
    said(36003, "invalid_request", 2207009),
    said(36004, "invalid_request", 2207010),
    said(10, "invalid_request", 2534022),
    *[said(code, "invalid_request", status=403) for code in (10, 200, 230, 299)],
    said(368, "invalid_request"),
    said(506, "invalid_request"),
    said(100, "invalid_request", status=200),
    Failed(
        "is_transient",
        400,
        "unknown_outcome",
        {"error": {"message": "wait", "code": 999, "is_transient": True}},
        code="transient",
    ),
    Failed("429", 429, "rate_limited", {"error": {"message": "slow", "code": 99}}),
    Failed("500 without a body", 500, "unknown_outcome", "Sorry, something went wrong"),
    Failed("502 of a read", 502, "transient", "<html>", effect=Effect.READ),
]
