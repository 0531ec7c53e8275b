"""What Slack takes and how it says no."""

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

VALID = {
    "post_message": {"channel": "#launch", "text": "Hello"},
    "schedule_message": {
        "channel": "#launch",
        "text": "Later & better",
        "postAt": "2026-03-03T09:00:00Z",
    },
    "delete_scheduled": {"channel": "C0LAUNCH01", "scheduledMessageId": "Q0000000002"},
    "list_channels": {"limit": 2},
    "upload_file": {"media": {"url": "https://example.com/a.png"}, "channel": "C0LAUNCH01"},
    "get_history": {"channel": "C0LAUNCH01"},
    "test_connection": {},
}

_BLOCKS = [{"type": "section", "text": {"type": "mrkdwn", "text": "*Hi*"}}]

MORE = [
    ("post_message", {"channel": "C0LAUNCH01", "markdownText": "**Hello**"}),
    ("post_message", {"channel": "#launch", "text": "Hi", "threadTs": "1.2", "unfurlLinks": False}),
    (
        "post_message",
        {
            "channel": "#launch",
            "text": "Hi",
            "blocks": _BLOCKS,
            "threadTs": "1.2",
            "replyBroadcast": True,
            "unfurlMedia": False,
            "username": "Herald",
            "iconEmoji": ":mega:",
            "mrkdwn": False,
        },
    ),
    (
        "post_message",
        {"channel": "#launch", "blocks": _BLOCKS, "iconUrl": "https://example.com/i.png"},
    ),
    (
        "schedule_message",
        {
            "channel": "C0LAUNCH01",
            "blocks": _BLOCKS,
            "threadTs": "1.2",
            "replyBroadcast": True,
            "unfurlLinks": True,
            "unfurlMedia": True,
            "postAt": "2026-06-29T11:00:00+02:00",
        },
    ),
    (
        "schedule_message",
        {"channel": "#launch", "markdownText": "_Hi_", "postAt": "2026-03-02T09:05:00Z"},
    ),
    (
        "list_channels",
        {
            "cursor": "2",
            "types": "public_channel,private_channel",
            "excludeArchived": False,
            "teamId": "T0SANDBOX1",
        },
    ),
    (
        "upload_file",
        {
            "media": {"objectKey": "uploads/u1/report.csv", "filename": "Bericht für März.csv"},
            "channel": "C0LAUNCH01",
            "title": "Report",
            "initialComment": "Here it is",
            "threadTs": "1.2",
            "altText": "A table",
            "snippetType": "csv",
        },
    ),
    (
        "get_history",
        {
            "channel": "C0LAUNCH01",
            "oldest": "2026-03-01T00:00:00Z",
            "latest": "2026-03-03T00:00:00Z",
            "inclusive": True,
            "limit": 15,
            "cursor": "0",
        },
    ),
    ("get_history", {"channel": "C0LAUNCH01", "threadTs": "1.2", "limit": 1}),
]

HARMLESS = ("auth.test", "files.getUploadURLExternal", "/upload/v1/")
"""An address to upload to, and bytes there, are seen by nobody until the file is shared."""


def _said(error: str, kind: str, effect: Effect = Effect.WRITE) -> Failed:
    return Failed(error, 200, kind, {"ok": False, "error": error}, effect=effect, code=error)


FAILURES = [
    _said("ratelimited", "rate_limited"),
    _said("rate_limited", "rate_limited"),
    _said("token_expired", "needs_reauth"),
    _said("invalid_auth", "needs_reauth", Effect.READ),
    _said("token_revoked", "needs_reauth"),
    _said("account_inactive", "needs_reauth"),
    _said("not_authed", "needs_reauth"),
    _said("channel_not_found", "invalid_request"),
    _said("not_in_channel", "invalid_request"),
    _said("is_archived", "invalid_request"),
    _said("msg_too_long", "invalid_request"),
    _said("missing_scope", "invalid_request"),
    _said("invalid_blocks", "invalid_request"),
    _said("time_in_past", "invalid_request"),
    _said("time_too_far", "invalid_request"),
    _said("restricted_too_many", "invalid_request"),
    _said("invalid_scheduled_message_id", "invalid_request", Effect.IDEMPOTENT_WRITE),
    _said("never_heard_of", "invalid_request"),
    _said("internal_error", "unknown_outcome"),
    _said("internal_error", "transient", Effect.IDEMPOTENT_WRITE),
    _said("fatal_error", "unknown_outcome"),
    _said("service_unavailable", "transient", Effect.READ),
    _said("request_timeout", "unknown_outcome"),
    Failed(
        "429",
        429,
        "rate_limited",
        {"ok": False, "error": "ratelimited"},
        {"Retry-After": "30"},
        code="ratelimited",
        retry_after=30,
    ),
    Failed("500", 500, "unknown_outcome", "Internal Server Error", code="HTTP_500"),
    Failed("503", 503, "unknown_outcome", "upstream"),
]
