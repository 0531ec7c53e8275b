"""What Gmail takes and how it says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

THREAD = "19a8c0ffee000001"
QUESTION = "<question-1@customer.example>"

VALID = {
    "send_email": {
        "to": ["Ann Lee <ann@example.com>"],
        "subject": "Launch",
        "text": "We are live.",
    },
    "create_draft": {"to": ["ann@example.com"], "subject": "Offer", "html": "<p>20 % off</p>"},
    "send_draft": {"draftId": "r3"},
    "list_threads": {"limit": 5},
    "get_thread": {"threadId": THREAD},
    "test_connection": {},
}

_PDF = {"url": "https://media.example.com/price%20list.pdf"}
_UPLOADED = {
    "objectKey": "uploads/u1/Grüße.png",
    "contentType": "image/png",
    "filename": "Grüße.png",
}
_EVERYTHING: dict[str, Any] = {
    "to": ["Jörg Müller <joerg@example.com>", "b@example.com"],
    "cc": ['"Doe, Jane" <jane@example.com>'],
    "bcc": ["hidden@example.com"],
    "from": "Shop <shop@example.com>",
    "replyTo": ["help@example.com", "Sales <sales@example.com>"],
    "subject": "Grüße ✓ " * 20,
    "text": "Hallo ü\n.\nFrom here\n",
    "html": "<p>Hallo ü</p>" * 200,
    "listUnsubscribe": "https://example.com/u?id=1&list=news",
}
_REPLY = {
    "to": ["kari@customer.example"],
    "subject": "Re: Shipping",
    "text": "We do.",
    "threadId": THREAD,
    "inReplyTo": QUESTION,
}

MORE = [
    ("send_email", {"bcc": ["a@example.com"], "html": "<b>Only hidden</b>"}),
    ("send_email", _EVERYTHING),
    ("send_email", _REPLY),
    ("send_email", {**_REPLY, "references": ["<first@customer.example>", QUESTION]}),
    ("send_email", {**_EVERYTHING, "attachments": [_PDF, _UPLOADED]}),
    ("send_email", {**_REPLY, "attachments": [_PDF]}),
    ("create_draft", {"text": "To nobody yet"}),
    ("create_draft", _EVERYTHING),
    ("create_draft", _REPLY),
    ("create_draft", {"text": "See below", "attachments": [_UPLOADED]}),
    ("create_draft", {**_REPLY, "attachments": [_PDF]}),
    ("list_threads", {"query": "from:kari@customer.example"}),
    ("list_threads", {"labelIds": ["INBOX", "UNREAD"], "includeSpamTrash": True}),
    ("list_threads", {"query": "in:sent", "limit": 1, "cursor": "1"}),
    ("get_thread", {"threadId": THREAD, "format": "metadata"}),
    ("get_thread", {"threadId": THREAD, "format": "minimal"}),
]


def error(status: int, reason: str, message: str = "No.", name: str = "") -> dict[str, Any]:
    """Google's error object."""
    first = {"domain": "global", "reason": reason, "message": message}
    body = {"code": status, "message": message, "errors": [first]}
    return {"error": {**body, "status": name} if name else body}


def _said(
    status: int, reason: str, kind: str, effect: Effect = Effect.WRITE, **more: Any
) -> Failed:
    told = {"body": error(status, reason), "code": reason, **more}
    return Failed(f"{status} {reason}", status, kind, effect=effect, **told)


FAILURES = [
    _said(429, "rateLimitExceeded", "rate_limited"),
    _said(429, "userRateLimitExceeded", "rate_limited"),
    _said(403, "rateLimitExceeded", "rate_limited"),
    _said(403, "userRateLimitExceeded", "rate_limited", Effect.READ),
    # The moment is in the words: START is 2026-03-02 09:00.
    _said(
        403,
        "rateLimitExceeded",
        "rate_limited",
        body=error(
            403,
            "rateLimitExceeded",
            "User-rate limit exceeded.  Retry after 2026-03-02T09:00:42.500Z",
            "PERMISSION_DENIED",
        ),
        retry_after=42.5,
    ),
    _said(
        429,
        "rateLimitExceeded",
        "rate_limited",
        body=error(429, "rateLimitExceeded", "Retry after 2026-03-02T08:59:00Z (Mail sending)"),
        retry_after=0,
    ),
    Failed("429 bare", 429, "rate_limited", "", {"Retry-After": "7"}, retry_after=7),
    Failed("429 silent", 429, "rate_limited", None, retry_after=30, code="HTTP_429"),
    Failed(
        "429 with details",
        429,
        "rate_limited",
        {
            "error": {
                "code": 429,
                "message": "Quota exceeded for quota metric 'Queries'",
                "status": "RESOURCE_EXHAUSTED",
                "details": [
                    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3.5s"}
                ],
            }
        },
        retry_after=3.5,
    ),
    _said(401, "authError", "needs_reauth"),
    Failed("401 bare", 401, "needs_reauth", "", effect=Effect.READ),
    _said(403, "dailyLimitExceeded", "invalid_request"),
    _said(403, "insufficientPermissions", "invalid_request"),
    _said(403, "domainPolicy", "invalid_request"),
    _said(403, "accessNotConfigured", "invalid_request"),
    _said(400, "badRequest", "invalid_request"),
    _said(400, "invalidArgument", "invalid_request"),
    _said(400, "failedPrecondition", "invalid_request"),
    _said(404, "notFound", "invalid_request", Effect.READ),
    _said(413, "uploadTooLarge", "invalid_request"),
    _said(500, "backendError", "unknown_outcome"),
    _said(503, "backendError", "transient", Effect.READ),
    Failed("500 bare", 500, "unknown_outcome", "Internal Server Error"),
    Failed("502", 502, "unknown_outcome", "<title>Error 502 (Server Error)!!1</title>"),
    Failed("504", 504, "transient", "", effect=Effect.READ),
]
