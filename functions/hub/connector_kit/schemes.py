"""How platforms deliver webhooks: which secret signs, how they ask whose address it is, what they
call an event.
"""

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hub.connector_kit import signatures
from hub.connector_kit.signatures import Inbound
from hub.domain.model import Json

type Secrets = Mapping[str, str]
type Text = tuple[str, str]
"""A body and its content type."""

_NOTHING: Text = ("", "text/plain")
_JSON = "application/json"


@dataclass(frozen=True)
class Received:
    """A verified delivery. Without an `event_id` it is known by its content.

    `answer` is what the platform wants to hear; `told`: whether it is an event at all, and not a
    question of the platform's.
    """

    type: str
    data: Json
    event_id: str | None = None
    status: int = 200
    answer: Text = _NOTHING
    told: bool = True


def _no_challenge(_inbound: Inbound, _secrets: Secrets) -> Text | None:
    return None


@dataclass(frozen=True)
class Scheme:
    """One platform's way. `secret` names the credential that signs; without it nothing is taken."""

    secret: str
    check: Callable[[Inbound, str, datetime], None]
    read: Callable[[Inbound], Received]
    challenge: Callable[[Inbound, Secrets], Text | None] = _no_challenge
    other_secret: Callable[[Inbound], str | None] = lambda _inbound: None

    def secret_for(self, inbound: Inbound) -> str:
        """The name of the credential that this request is verified with."""
        return self.other_secret(inbound) or self.secret

    def verify(self, inbound: Inbound, secrets: Secrets, now: datetime) -> None:
        """Raises UnauthenticatedError unless the platform sent it, just now."""
        self.check(inbound, secrets.get(self.secret_for(inbound)) or "", now)


def _slack(inbound: Inbound) -> Received:
    body = inbound.json()
    if not isinstance(body, dict):
        fields = dict(inbound.pairs())
        return Received(fields.get("command") or "interaction", fields)
    if body.get("type") == "url_verification":
        return Received(
            "url_verification", None, answer=(body["challenge"], "text/plain"), told=False
        )
    kind = (body.get("event") or {}).get("type") or str(body.get("type"))
    return Received(kind, body, body.get("event_id"))


def _stripe(inbound: Inbound) -> Received:
    body = inbound.json() or {}
    return Received(str(body.get("type")), body, body.get("id"))


def _twilio(inbound: Inbound) -> Received:
    fields = dict(inbound.pairs()) or inbound.json() or {}
    status = fields.get("MessageStatus") or fields.get("SmsStatus")
    sid = fields.get("MessageSid") or fields.get("SmsSid")
    kind = f"status.{status}" if "MessageStatus" in fields else "message"
    event_id = f"{sid}.{status or 'received'}" if sid else None
    return Received(kind, fields, event_id, answer=("<Response/>", "text/xml"))


def _meta(inbound: Inbound) -> Received:
    body = inbound.json() or {}
    return Received(str(body.get("object")), body)


def _meta_challenge(inbound: Inbound, secrets: Secrets) -> Text | None:
    known, given = secrets.get("verifyToken") or "", inbound.query.get("hub.verify_token") or ""
    if not known or not hmac.compare_digest(known.encode(), given.encode()):
        return None
    challenge = inbound.query.get("hub.challenge")
    asks = inbound.query.get("hub.mode") == "subscribe" and challenge is not None
    return (challenge or "", "text/plain") if asks else None


def _shopify(inbound: Inbound) -> Received:
    def header(name: str) -> str:
        return inbound.header(f"x-shopify-{name}") or inbound.header(f"shopify-{name}")

    return Received(header("topic"), inbound.json(), header("webhook-id") or None)


def _x(inbound: Inbound) -> Received:
    body = inbound.json() or {}
    kinds = [name for name in body if name.endswith("_events")]
    return Received(kinds[0] if kinds else "event", body)


def _x_challenge(inbound: Inbound, secrets: Secrets) -> Text | None:
    """The challenge-response check (CRC)."""
    token, secret = inbound.query.get("crc_token"), secrets.get("consumerSecret")
    if not token or not secret:
        return None
    made = hmac.new(secret.encode(), token.encode(), "sha256").digest()
    return json.dumps({"response_token": "sha256=" + base64.b64encode(made).decode()}), _JSON


def _discord(inbound: Inbound) -> Received:
    """Interactions (`type` 1 is a ping) and webhook events (`type` 0 is one)."""
    body = inbound.json() or {}
    if "event" in body or body.get("type") == 0:
        kind = (body.get("event") or {}).get("type") or "ping"
        return Received(str(kind), body, status=204, told=body.get("type") != 0)
    if body.get("type") == 1:
        return Received("ping", None, answer=('{"type": 1}', _JSON), told=False)
    # 5: "we heard you, more will follow"; Discord wants an answer within 3 seconds.
    return Received("interaction", body, body.get("id"), answer=('{"type": 5}', _JSON))


def _tiktok(inbound: Inbound) -> Received:
    body = inbound.json() or {}
    return Received(str(body.get("event") or body.get("object")), body, body.get("request_id"))


def _shared_key(inbound: Inbound) -> str | None:
    """Deliveries that name a key are signed with it, and not with the auth token."""
    settings = inbound.header("x-twilio-webhooks-signature-settings")
    return "webhookKey" if "key=" in settings else None


def _by_meta(inbound: Inbound) -> bool:
    """WhatsApp comes over Twilio or from Meta itself: only Meta asks, and signs with its header."""
    return inbound.method == "GET" or "x-hub-signature-256" in inbound.headers


def _whatsapp_secret(inbound: Inbound) -> str | None:
    if not _by_meta(inbound):
        return _shared_key(inbound)
    return "verifyToken" if inbound.method == "GET" else "appSecret"


def _whatsapp_check(inbound: Inbound, secret: str, now: datetime) -> None:
    check = signatures.meta if _by_meta(inbound) else signatures.twilio
    check(inbound, secret, now)


def _whatsapp(inbound: Inbound) -> Received:
    return _meta(inbound) if _by_meta(inbound) else _twilio(inbound)


SLACK = Scheme("signingSecret", signatures.slack, _slack)
STRIPE = Scheme("webhookSecret", signatures.stripe, _stripe)
TWILIO = Scheme("authToken", signatures.twilio, _twilio, other_secret=_shared_key)
META = Scheme("appSecret", signatures.meta, _meta, _meta_challenge)
WHATSAPP = Scheme(
    "authToken", _whatsapp_check, _whatsapp, _meta_challenge, other_secret=_whatsapp_secret
)
SHOPIFY = Scheme("clientSecret", signatures.shopify, _shopify)
X = Scheme("consumerSecret", signatures.x, _x, _x_challenge)
DISCORD = Scheme("publicKey", signatures.discord, _discord)
TIKTOK = Scheme("clientSecret", signatures.tiktok, _tiktok)
