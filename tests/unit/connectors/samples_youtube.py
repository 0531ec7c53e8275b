"""What YouTube takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

# The twin's first upload is this video.
_VIDEO = "sbx00000001"
_URL = {"url": "https://media.example.com/launch.mp4"}

VALID: dict[str, dict[str, Any]] = {
    "upload_video": {"media": _URL, "title": "Launch"},
    "schedule_video": {"videoId": _VIDEO, "publishAt": "2026-12-01T09:00:00+01:00"},
    "update_video": {"videoId": _VIDEO, "title": "Launch day"},
    "get_video_stats": {"videoIds": [_VIDEO, "dQw4w9WgXcQ"]},
    "get_analytics": {"startDate": "2026-11-01", "endDate": "2026-11-07"},
    "test_connection": {},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    (
        "upload_video",
        {
            "media": {"objectKey": "uploads/u1/launch.mov", "contentType": "video/quicktime"},
            "title": "Launch",
            "description": "All about it",
            "tags": ["launch", "new shoes"],
            "categoryId": "26",
            "defaultLanguage": "en",
            "defaultAudioLanguage": "de-DE",
            "privacyStatus": "private",
            "publishAt": "2026-12-01T09:00:00Z",
            "selfDeclaredMadeForKids": False,
            "embeddable": True,
            "license": "creativeCommon",
            "publicStatsViewable": False,
            "containsSyntheticMedia": True,
            "notifySubscribers": False,
        },
    ),
    ("upload_video", {"media": {**_URL, "contentType": "application/octet-stream"}, "title": "B"}),
    (
        "update_video",
        {
            "videoId": _VIDEO,
            "description": "New words",
            "tags": ["a"],
            "categoryId": "24",
            "defaultLanguage": "fr",
            "defaultAudioLanguage": "fr",
        },
    ),
    ("update_video", {"videoId": _VIDEO, "privacyStatus": "unlisted"}),
    (
        "update_video",
        {
            "videoId": _VIDEO,
            "title": "Both",
            "selfDeclaredMadeForKids": True,
            "embeddable": False,
            "license": "youtube",
            "publicStatsViewable": True,
            "containsSyntheticMedia": False,
        },
    ),
    (
        "get_analytics",
        {
            "startDate": "2026-11-01",
            "endDate": "2026-11-07",
            "metrics": ["views", "likes"],
            "dimensions": ["video"],
            "filters": ["country==DE", "video==sbx00000001,dQw4w9WgXcQ"],
            "sort": ["-views", "video"],
            "currency": "EUR",
            "ids": "contentOwner==neon",
            "includeHistoricalChannelData": True,
            "limit": 2,
            "cursor": "3",
        },
    ),
]

# A session that nobody uses is never seen, and a piece put into one has its place: Content-Range
# tells pieces of the same bytes apart, and a session makes one video.
HARMLESS = ("uploadType=resumable",)


def said(status: int, reason: str, domain: str = "youtube.video") -> dict[str, Any]:
    """An error as YouTube has it."""
    error = {"domain": domain, "reason": reason, "message": f"YouTube says {reason}."}
    return {"error": {"code": status, "message": error["message"], "errors": [error]}}


def _said(
    status: int, reason: str, kind: str, effect: Effect = Effect.WRITE, **more: Any
) -> Failed:
    return Failed(
        f"{status} {reason}", status, kind, said(status, reason), effect=effect, code=reason, **more
    )


# The tests' clock shows 09:00 UTC on 2 March 2026: one o'clock at night in California.
_TO_MIDNIGHT = 23 * 3600

FAILURES = [
    _said(403, "quotaExceeded", "rate_limited", retry_after=_TO_MIDNIGHT),
    _said(403, "dailyLimitExceeded", "rate_limited", Effect.READ, retry_after=_TO_MIDNIGHT),
    _said(400, "uploadLimitExceeded", "rate_limited", retry_after=24 * 3600),
    _said(403, "rateLimitExceeded", "rate_limited", retry_after=30),
    _said(403, "userRateLimitExceeded", "rate_limited"),
    Failed("429", 429, "rate_limited", "slow down", {"Retry-After": "12"}, retry_after=12),
    _said(401, "authError", "needs_reauth"),
    _said(401, "youtubeSignupRequired", "needs_reauth"),
    Failed("401", 401, "needs_reauth", {"error": {"code": 401, "status": "UNAUTHENTICATED"}}),
    _said(403, "forbidden", "invalid_request"),
    _said(403, "insufficientPermissions", "invalid_request"),
    _said(403, "forbiddenPrivacySetting", "invalid_request"),
    _said(400, "invalidTitle", "invalid_request"),
    _said(400, "invalidPublishAt", "invalid_request"),
    _said(400, "invalidVideoMetadata", "invalid_request"),
    _said(400, "mediaBodyRequired", "invalid_request"),
    _said(404, "videoNotFound", "invalid_request"),
    Failed("308 outside of an upload", 308, "invalid_request"),
    _said(500, "internalError", "unknown_outcome"),
    _said(503, "backendError", "transient", Effect.READ),
    _said(503, "backendError", "transient", Effect.IDEMPOTENT_WRITE, table="UPLOAD_TABLE"),
    _said(403, "quotaExceeded", "rate_limited", retry_after=_TO_MIDNIGHT, table="UPLOAD_TABLE"),
    Failed("404 of a session", 404, "invalid_request", "Not Found", table="UPLOAD_TABLE"),
    Failed("502 of a piece", 502, "unknown_outcome", "<html>", table="UPLOAD_TABLE"),
]
