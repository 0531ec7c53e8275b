"""What Slack takes and how it says no."""

from hub.domain.outcome import Effect
from tests.contract.samples import Failed

VALID = {
    "post_message": {"channel": "#launch", "text": "Hello"},
    "list_channels": {"limit": 2},
    "test_connection": {},
}

MORE = [
    ("post_message", {"channel": "C0LAUNCH01", "markdownText": "**Hello**"}),
    ("post_message", {"channel": "#launch", "text": "Hi", "threadTs": "1.2", "unfurlLinks": False}),
    ("list_channels", {"cursor": "2", "types": "private_channel", "excludeArchived": False}),
]

HARMLESS = ("auth.test",)


def _said(error: str, kind: str, effect: Effect = Effect.WRITE) -> Failed:
    return Failed(error, 200, kind, {"ok": False, "error": error}, effect=effect, code=error)


FAILURES = [
    _said("ratelimited", "rate_limited"),
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
    _said("never_heard_of", "invalid_request"),
    _said("internal_error", "unknown_outcome"),
    _said("fatal_error", "unknown_outcome"),
    _said("service_unavailable", "transient", Effect.READ),
    _said("request_timeout", "unknown_outcome"),
    Failed(
        "429",
        429,
        "rate_limited",
        {"ok": False, "error": "ratelimited"},
        {"Retry-After": "30"},
        retry_after=30,
    ),
    Failed("503", 503, "unknown_outcome", "upstream"),
]
