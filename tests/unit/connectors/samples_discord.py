"""What Discord takes and how it says no."""

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

_LAUNCH = "1100000000000000002"

_EMBED = {
    "title": "Launch",
    "description": "It is here",
    "url": "https://example.com/launch",
    "color": 0xFF00AA,
    "timestamp": "2026-03-02T09:00:00Z",
    "author": {
        "name": "Herald",
        "url": "https://example.com",
        "iconUrl": "https://example.com/i.png",
    },
    "image": {"url": "https://example.com/a.png"},
    "thumbnail": {"url": "https://example.com/t.png"},
    "footer": {"text": "Acme", "iconUrl": "https://example.com/f.png"},
    "fields": [{"name": "Price", "value": "9", "inline": True}, {"name": "When", "value": "now"}],
}

VALID = {
    "send_message": {"channelId": _LAUNCH, "content": "Hello"},
    "execute_webhook": {"content": "Hello from the webhook"},
    "list_channels": {},
    "test_connection": {},
}

MORE = [
    ("send_message", {"channelId": _LAUNCH, "embeds": [_EMBED]}),
    (
        "send_message",
        {
            "channelId": _LAUNCH,
            "content": "Hi <@1>",
            "embeds": [{"title": "One"}, {"description": "Two"}],
            "allowedMentions": {"users": ["1"], "roles": ["2"], "repliedUser": False},
            "messageReference": {
                "messageId": "3",
                "channelId": _LAUNCH,
                "guildId": "1100000000000000000",
                "failIfNotExists": False,
            },
            "flags": 4096,
        },
    ),
    (
        "send_message",
        {"channelId": _LAUNCH, "content": "@everyone", "allowedMentions": {"parse": ["everyone"]}},
    ),
    ("send_message", {"channelId": _LAUNCH, "content": "Hush", "flags": 4100}),
    (
        "send_message",
        {"channelId": _LAUNCH, "embeds": [{"image": {"url": "https://example.com/a.png"}}]},
    ),
    (
        "send_message",
        {
            "channelId": _LAUNCH,
            "content": "Once more",
            "messageReference": {"messageId": "3", "failIfNotExists": False},
            "allowedMentions": {"repliedUser": True},
        },
    ),
    (
        "execute_webhook",
        {
            "content": "Hello",
            "embeds": [_EMBED],
            "username": "Herald",
            "avatarUrl": "https://example.com/i.png",
            "threadId": "1100000000000000777",
            "allowedMentions": {"parse": []},
            "flags": 4,
        },
    ),
    ("execute_webhook", {"embeds": [{"title": "One"}], "threadId": "1100000000000000777"}),
    ("execute_webhook", {"content": "Psst", "flags": 4096, "username": "Herald"}),
    (
        "execute_webhook",
        {"content": "Hi <@1>", "allowedMentions": {"users": ["1"], "roles": ["2"]}},
    ),
    ("list_channels", {"guildId": "1100000000000000000"}),
]


def _said(
    code: int, status: int, kind: str, effect: Effect = Effect.WRITE, name: str = ""
) -> Failed:
    body = {"message": "why", "code": code}
    return Failed(name or str(code), status, kind, body, effect=effect, code=str(code))


_PERMANENT = (
    *((code, 404) for code in (10003, 10004, 10008, 10015)),
    *((code, 403) for code in (50001, 50007, 50013, 160002)),
    *((code, 400) for code in (50006, 50035, 50109, 220001, 220002, 220003, 240000, 200000)),
    (40005, 413),
)

_LIMITED = {"message": "You are being rate limited.", "retry_after": 64.57, "global": False}

FAILURES = [
    *[_said(code, status, "invalid_request") for code, status in _PERMANENT],
    _said(20028, 429, "rate_limited"),
    _said(20016, 429, "rate_limited"),
    _said(40062, 429, "rate_limited"),
    _said(20016, 400, "rate_limited", name="20016 in a 400"),
    _said(130000, 503, "unknown_outcome"),
    _said(130000, 503, "transient", Effect.READ, "130000 of a read"),
    _said(40001, 401, "needs_reauth"),
    _said(50014, 401, "needs_reauth"),
    _said(50027, 401, "needs_reauth"),
    Failed(
        "401", 401, "needs_reauth", {"message": "401: Unauthorized", "code": 0}, code="HTTP_401"
    ),
    Failed(
        "429 of a user",
        429,
        "rate_limited",
        _LIMITED,
        {"Retry-After": "65", "X-RateLimit-Reset-After": "64.57", "X-RateLimit-Scope": "user"},
        retry_after=64.57,
    ),
    Failed(
        "429 of a resource",
        429,
        "rate_limited",
        {"message": "The resource is being rate limited.", "retry_after": 1336.57, "global": False},
        {"Retry-After": "1337", "X-RateLimit-Reset-After": "64.57", "X-RateLimit-Scope": "shared"},
        retry_after=1336.57,
    ),
    Failed(
        "429 for the whole bot",
        429,
        "rate_limited",
        {**_LIMITED, "global": True},
        {"Retry-After": "65", "X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"},
        retry_after=64.57,
    ),
    Failed(
        "429 before Discord",
        429,
        "rate_limited",
        "error code: 1015",
        {"Retry-After": "600"},
        retry_after=600,
    ),
    Failed(
        "429 with the bucket alone",
        429,
        "rate_limited",
        {"message": "x"},
        {"X-RateLimit-Reset-After": "1.5"},
        retry_after=1.5,
    ),
    Failed("500", 500, "unknown_outcome", {"message": "500: Internal Server Error", "code": 0}),
    Failed("502", 502, "unknown_outcome", "<html>Bad Gateway</html>"),
    Failed("504 of a read", 504, "transient", "", effect=Effect.READ),
]
