"""What SMS takes and how Twilio says no."""

from typing import Any

from hub.domain.outcome import Effect
from tests.contract.failed import Failed

TO = "+4915112345678"
SERVICE = "MG" + "1" * 32
CONTENT = "HX" + "a" * 32
SENT, SCHEDULED = ("SM" + f"{number:032x}" for number in (1, 2))

VALID: dict[str, dict[str, Any]] = {
    "send_sms": {"to": TO, "body": "Hello"},
    "schedule_sms": {"to": TO, "body": "Tomorrow", "sendAt": "2026-03-03T10:00:00+01:00"},
    "cancel_scheduled": {"sid": SCHEDULED},
    "get_status": {"sid": SENT},
    "list_messages": {"to": TO},
    "check_opt_out": {"number": TO},
    "test_connection": {},
}

MORE: list[tuple[str, dict[str, Any]]] = [
    ("send_sms", {"to": TO, "body": "Hi", "from": "NeonHub", "statusCallback": "https://a.co/s"}),
    ("send_sms", {"to": TO, "body": "Hi", "messagingServiceSid": SERVICE, "from": "+15005550006"}),
    ("send_sms", {"to": TO, "body": "https://a.co", "shortenUrls": True, "smartEncoded": False}),
    ("send_sms", {"to": TO, "body": "Hi", "validityPeriod": 60, "riskCheck": "disable"}),
    ("send_sms", {"to": TO, "body": "Hi", "sendAsMms": True, "messageIntent": "marketing"}),
    (
        "send_sms",
        {"to": TO, "body": "Hi", "contentRetention": "discard", "addressRetention": "obfuscate"},
    ),
    ("send_sms", {"to": TO, "body": "Look", "media": [{"url": "https://a.co/1.png"}]}),
    (
        "send_sms",
        {"to": TO, "media": [{"url": "https://a.co/1.png"}, {"objectKey": "uploads/u1/2.png"}]},
    ),
    ("send_sms", {"to": TO, "contentSid": CONTENT}),
    ("send_sms", {"to": TO, "contentSid": CONTENT, "contentVariables": {"1": "Änn", "2": "X1"}}),
    (
        "schedule_sms",
        {
            "to": TO,
            "contentSid": CONTENT,
            "messagingServiceSid": SERVICE,
            "sendAt": "2026-04-06T08:59:00Z",
        },
    ),
    ("list_messages", {"from": "+15005550006", "limit": 1, "sentBefore": "2026-03-02T09:00:00Z"}),
    ("list_messages", {"sentAfter": "2026-03-01T00:00:00Z"}),
    ("list_messages", {"cursor": "PageSize=1&Page=1&PageToken=PASM1&To=%2B4915112345678"}),
]


def _said(code: int, kind: str, status: int = 400, effect: Effect = Effect.WRITE) -> Failed:
    body = {"code": code, "message": "why", "more_info": "https://…", "status": status}
    return Failed(f"{status}-{code}-{effect}", status, kind, body, effect=effect, code=str(code))


FAILURES = [
    Failed("429", 429, "rate_limited", {"code": 20429, "message": "Too many"}, retry_after=30),
    _said(20429, "rate_limited", 429),
    *[_said(21611, "rate_limited", status) for status in (400, 429)],
    Failed("429-told", 429, "rate_limited", "", {"Retry-After": "7"}, retry_after=7),
    _said(20003, "needs_reauth", 401),
    _said(20003, "needs_reauth", 403, Effect.READ),
    Failed("401", 401, "needs_reauth", "<html>"),
    # Numbers, senders, opt-outs.
    *[
        _said(code, "invalid_request")
        for code in (21211, 21603, 21604, 21606, 21608, 21610, 21612, 21614, 21617, 21619, 21910)
    ],
    # Scheduling.
    *[_said(code, "invalid_request") for code in (35111, 35114, 35115, 35117, 35118, 35125, 35126)],
    # Templates.
    *[_said(code, "invalid_request") for code in (21654, 21655, 21656)],
    _said(30409, "invalid_request", 409, Effect.IDEMPOTENT_WRITE),
    _said(20404, "invalid_request", 404, Effect.READ),
    _said(20503, "unknown_outcome", 503),
    _said(20503, "transient", 503, Effect.READ),
    _said(20500, "unknown_outcome", 500),
    Failed("502", 502, "unknown_outcome", "<html>", code="HTTP_502"),
]

HARMLESS = ()
