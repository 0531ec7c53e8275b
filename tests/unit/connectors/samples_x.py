"""What X takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

# The twin numbers what it makes: the upload is first, the posts follow.
IMAGE = "1900000000000000001"
FIRST = "1900000000000000002"
OTHERS = "1346889436626259968"

VALID = {
    "test_connection": {},
    "upload_media": {
        "media": {"url": "https://example.com/launch.png"},
        "altText": "A rocket at dawn",
    },
    "post_tweet": {"text": "We are live: https://example.com/launch #launch"},
    "post_thread": {
        "tweets": [
            {"text": "1/3 Why we built it", "mediaIds": [IMAGE]},
            {"text": "2/3 How it works: https://example.com/how"},
            {"text": "3/3 Try it & tell us <3"},
        ],
        "replySettings": "following",
    },
    "search_tweets": {"query": "from:neonhub_sandbox launch"},
    "get_metrics": {"ids": [FIRST]},
    "delete_tweet": {"id": FIRST},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    ("post_tweet", {"mediaIds": [IMAGE], "taggedUserIds": ["2244994945"]}),
    (
        "post_tweet",
        {
            "text": "We are live",
            "media": [
                {"media": {"url": "https://example.com/launch.png"}, "altText": "A rocket at dawn"},
                {"media": {"objectKey": "uploads/abc/team.jpg"}},
            ],
            "taggedUserIds": ["2244994945"],
        },
    ),
    ("post_tweet", {"media": [{"media": {"url": "https://example.com/clip.mp4"}}]}),
    ("post_tweet", {"text": "Thanks!", "replyTo": OTHERS, "excludeReplyUserIds": ["12"]}),
    ("post_tweet", {"text": "Worth reading", "quoteTweetId": OTHERS, "replySettings": "verified"}),
    (
        "post_tweet",
        {
            "text": "Which one?",
            "poll": {"options": ["Red", "Blue"], "durationMinutes": 1440},
            "replySettings": "mentionedUsers",
        },
    ),
    (
        "post_tweet",
        {
            "text": "For the community",
            "communityId": "1493446837214187523",
            "madeWithAi": True,
            "paidPartnership": True,
        },
    ),
    (
        "post_thread",
        {
            "tweets": [{"text": "One"}, {"mediaIds": [IMAGE]}],
            "madeWithAi": True,
            "paidPartnership": False,
        },
    ),
    (
        "post_thread",
        {
            "tweets": [
                {
                    "text": "Our week",
                    "media": [
                        {"media": {"url": "https://example.com/mon.png"}, "altText": "Monday"},
                        {"media": {"url": "https://example.com/tue.png"}},
                    ],
                },
                {"media": [{"media": {"objectKey": "uploads/abc/wed.webp"}, "altText": "Rain"}]},
                {"text": "And now?", "mediaIds": [IMAGE]},
            ]
        },
    ),
    ("upload_media", {"media": {"url": "https://example.com/clip.mp4"}}),
    (
        "upload_media",
        {
            "media": {"objectKey": "uploads/abc/loop.gif"},
            "category": "tweet_gif",
            "additionalOwners": ["2244994945"],
        },
    ),
    (
        "search_tweets",
        {
            "query": "launch",
            "limit": 50,
            "sortOrder": "relevancy",
            "startTime": "2026-03-01T00:00:00Z",
            "endTime": "2026-03-02T08:00:00+01:00",
            "sinceId": "1",
            "untilId": "1999999999999999999",
        },
    ),
    ("search_tweets", {"query": "launch", "cursor": "0"}),
    ("get_metrics", {"ids": [FIRST, "1"], "privateMetrics": True}),
    (
        "get_metrics",
        {
            "ids": [FIRST],
            "startTime": "2026-03-01T00:00:00Z",
            "endTime": "2026-03-02T00:00:00Z",
            "granularity": "daily",
        },
    ),
]

PROBLEMS = "https://api.x.com/2/problems/"


def _problem(name: str, status: int, kind: str, type_: str = "about:blank", **more: Any) -> Failed:
    body = {"type": type_, "title": name, "detail": f"{name} happened.", "status": status}
    return Failed(name, status, kind, body, **more)


FAILURES = [
    _problem(
        "Too Many Requests",
        429,
        "rate_limited",
        headers={
            "x-rate-limit-limit": "100",
            "x-rate-limit-remaining": "0",
            # 2026-03-02T09:01:30Z
            "x-rate-limit-reset": "1772442090",
        },
        retry_after=90,
    ),
    _problem(
        "a day's posts are used up",
        429,
        "rate_limited",
        headers={
            "x-rate-limit-remaining": "99",
            "x-rate-limit-reset": "1772442090",
            "x-user-limit-24hour-remaining": "0",
            "x-user-limit-24hour-reset": "1772445600",
        },
        retry_after=3600,
    ),
    _problem(
        "a window that ended just now",
        429,
        "rate_limited",
        headers={"x-rate-limit-remaining": "0", "x-rate-limit-reset": "1772441999"},
        retry_after=1,
    ),
    _problem("429 without headers", 429, "rate_limited", retry_after=30),
    _problem(
        "rate limit by its type",
        429,
        "rate_limited",
        PROBLEMS + "rate-limit-exceeded",
        code="rate-limit-exceeded",
    ),
    _problem(
        "UsageCapExceeded",
        429,
        "invalid_request",
        PROBLEMS + "usage-capped",
        code="usage-capped",
        headers={"x-rate-limit-reset": "1772442090"},
    ),
    _problem("CreditsDepleted", 402, "invalid_request", code="HTTP_402"),
    _problem("Unauthorized", 401, "needs_reauth", code="HTTP_401"),
    _problem("Unauthorized read", 401, "needs_reauth", effect=Effect.READ),
    _problem(
        "client-forbidden",
        403,
        "invalid_request",
        PROBLEMS + "client-forbidden",
        code="client-forbidden",
    ),
    Failed(
        "duplicate content",
        403,
        "invalid_request",
        {
            "detail": "You are not allowed to create a Tweet with duplicate content.",
            "type": "about:blank",
            "title": "Forbidden",
            "status": 403,
        },
        code="duplicate-content",
    ),
    _problem(
        "invalid-request",
        400,
        "invalid_request",
        PROBLEMS + "invalid-request",
        code="invalid-request",
    ),
    Failed(
        "400 in the older form",
        400,
        "invalid_request",
        {"errors": [{"code": 89, "message": "Invalid or expired token"}]},
        code="89",
    ),
    _problem(
        "resource-not-found",
        404,
        "invalid_request",
        PROBLEMS + "resource-not-found",
        code="resource-not-found",
    ),
    Failed(
        "errors without data inside 200",
        200,
        "invalid_request",
        {
            "errors": [
                {
                    "type": PROBLEMS + "resource-not-found",
                    "title": "Not Found Error",
                    "detail": "Could not find tweet with ids: [1].",
                }
            ]
        },
        effect=Effect.READ,
        code="resource-not-found",
    ),
    Failed(
        "errors without data inside 201",
        201,
        "invalid_request",
        {"errors": [{"title": "Forbidden", "detail": "No.", "type": "about:blank", "code": 1}]},
        code="1",
    ),
    Failed(
        "an internal error inside 200",
        200,
        "unknown_outcome",
        {"errors": [{"type": PROBLEMS + "internal-error", "title": "x", "detail": "y"}]},
        code="internal-error",
    ),
    _problem("500", 500, "unknown_outcome"),
    _problem("502", 502, "transient", effect=Effect.READ),
    _problem("503", 503, "unknown_outcome"),
    Failed("504", 504, "unknown_outcome", "upstream request timeout"),
    _problem("503 of a deletion", 503, "transient", effect=Effect.IDEMPOTENT_WRITE),
]
