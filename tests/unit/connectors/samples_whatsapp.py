"""What WhatsApp takes, over Twilio and over Meta, and how both say no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

TO = "+4915112345678"
CONTENT = "HX" + "a" * 32
SERVICE = "MG" + "1" * 32
IMAGE = {"url": "https://a.co/1.png"}

VALID: dict[str, dict[str, Any]] = {
    "send_template": {"to": TO, "contentSid": CONTENT, "contentVariables": {"1": "Ann"}},
    "send_session_message": {"to": TO, "text": "Thanks"},
    "get_status": {"messageId": "SM" + f"{1:032x}"},
    "test_connection": {},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    ("send_template", {"to": TO, "contentSid": CONTENT}),
    ("send_template", {"to": TO, "contentSid": CONTENT, "messagingServiceSid": SERVICE}),
    ("send_template", {"to": TO, "contentSid": CONTENT, "from": "+14155238886"}),
    ("send_session_message", {"to": TO, "media": IMAGE}),
    (
        "send_session_message",
        {"to": TO, "text": "Look", "media": {"objectKey": "uploads/u1/2.pdf"}},
    ),
    ("send_session_message", {"to": TO, "text": "Hi", "statusCallback": "https://a.co/s"}),
]

_BODY = {
    "type": "body",
    "parameters": [
        {"type": "text", "text": "Ann", "parameterName": "first_name"},
        {
            "type": "currency",
            "currency": {"fallbackValue": "$9.90", "code": "USD", "amount1000": 9900},
        },
        {"type": "date_time", "dateTime": {"fallbackValue": "2 March"}},
    ],
}
_BUTTONS = [
    {
        "type": "button",
        "subType": "quick_reply",
        "index": 0,
        "parameters": [{"type": "payload", "payload": "yes"}],
    },
    {
        "type": "button",
        "subType": "url",
        "index": 1,
        "parameters": [{"type": "text", "text": "summer"}],
    },
    {
        "type": "button",
        "subType": "copy_code",
        "index": 2,
        "parameters": [{"type": "coupon_code", "couponCode": "LAUNCH"}],
    },
]


def _header(kind: str, url: str, **more: str) -> dict[str, Any]:
    media = {"url": url, **more}
    return {"type": "header", "parameters": [{"type": kind, "media": media}]}


def _template(*components: Any) -> dict[str, Any]:
    named = {"name": "launch_day", "language": "en_US"}
    return {"to": TO, "template": {**named, "components": list(components)}}


META: list[tuple[str, dict[str, Any]]] = [
    ("send_template", {"to": TO, "template": {"name": "hello_world", "language": "en"}}),
    ("send_template", _template(_BODY)),
    ("send_template", _template(_header("image", "https://a.co/1.png"), _BODY, *_BUTTONS)),
    ("send_template", _template(_header("video", "https://a.co/1.mp4"))),
    ("send_template", _template(_header("document", "https://a.co/1.pdf", filename="terms.pdf"))),
    (
        "send_template",
        _template({"type": "button", "subType": "catalog", "index": 0}) | {"replyTo": "wamid.A1="},
    ),
    ("send_session_message", {"to": TO, "text": "Hi"}),
    ("send_session_message", {"to": TO, "text": "https://a.co", "previewUrl": True}),
    ("send_session_message", {"to": TO, "text": "Hi", "replyTo": "wamid.A1="}),
    ("send_session_message", {"to": TO, "media": IMAGE, "text": "Look"}),
    ("send_session_message", {"to": TO, "media": {"url": "https://a.co/1.mp4"}}),
    ("send_session_message", {"to": TO, "media": {"url": "https://a.co/1.mp3"}}),
    ("send_session_message", {"to": TO, "media": {"url": "https://a.co/1.webp"}}),
    (
        "send_session_message",
        {
            "to": TO,
            "text": "Terms",
            "media": {"url": "https://a.co/1.pdf", "filename": "terms.pdf"},
        },
    ),
    ("send_session_message", {"to": TO, "media": IMAGE, "mediaType": "document"}),
    ("test_connection", {}),
]
"""Actions of a connection whose provider is Meta."""


def _twilio(code: int, kind: str, status: int = 400, effect: Effect = Effect.WRITE) -> Failed:
    body = {"code": code, "message": "why", "more_info": "https://…", "status": status}
    name = f"twilio-{status}-{code}-{effect}"
    return Failed(name, status, kind, body, effect=effect, code=str(code))


def _meta(
    code: int, kind: str, status: int = 400, effect: Effect = Effect.WRITE, **more: Any
) -> Failed:
    error = {"message": f"(#{code}) why", "type": "OAuthException", "code": code, **more}
    name = f"meta-{status}-{code}-{effect}-{len(more)}"
    body = {"error": {**error, "fbtrace_id": "A1"}}
    return Failed(name, status, kind, body, effect=effect, table="META_TABLE")


FAILURES = [
    *[_twilio(code, "rate_limited", 429) for code in (20429, 21611)],
    *[_twilio(code, "rate_limited") for code in (63018, 63119)],
    _twilio(20003, "needs_reauth", 401),
    *[
        _twilio(code, "invalid_request")
        for code in (21211, 21610, 21654, 21655, 21656, 21910, 50526, 63016, 63021, 63024)
    ],
    _twilio(20404, "invalid_request", 404, Effect.READ),
    _twilio(20503, "unknown_outcome", 503),
    _twilio(20503, "transient", 503, Effect.READ),
    *[_meta(code, "rate_limited") for code in (4, 80007, 130429, 131056)],
    _meta(130429, "rate_limited", 429),
    Failed(
        "meta-usage",
        400,
        "rate_limited",
        {"error": {"code": 80007, "message": "WABA limit"}},
        {"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 3}]}'},
        retry_after=180,
        table="META_TABLE",
    ),
    *[_meta(code, "needs_reauth", 401) for code in (0, 190)],
    _meta(190, "needs_reauth", 400, Effect.READ),
    *[
        _meta(code, "invalid_request")
        for code in (
            *(10, 33, 100, 200, 368, 130472, 131008, 131009, 131021, 131026, 131031, 131042),
            *(131045, 131047, 131048, 131049, 131051, 131053, 132000, 132005, 132007, 132012),
            *(132015, 132016),
        )
    ],
    _meta(131005, "invalid_request", 403),
    _meta(132001, "invalid_request", 404),
    _meta(131000, "transient", 500),
    _meta(131016, "transient", 503),
    _meta(133004, "transient", 503),
    _meta(131057, "transient"),
    *[_meta(code, "unknown_outcome", 500) for code in (1, 2)],
    _meta(2, "transient", 503, Effect.READ),
    _meta(999, "unknown_outcome", 400, is_transient=True),
    Failed("meta-502", 502, "unknown_outcome", "<html>", table="META_TABLE"),
]
