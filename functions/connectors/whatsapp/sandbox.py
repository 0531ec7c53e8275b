"""WhatsApp, played: Twilio's messaging, and Meta's Cloud API on its own host."""

from datetime import datetime
from urllib.parse import urlsplit

import httpx

from connectors.whatsapp.spec import GRAPH_URL
from hub.connector_kit.meta_sandbox import MetaTwin, ok, refused, required
from hub.connector_kit.sandbox import TwinRequest, route
from hub.connector_kit.twilio_twin import OPTED_OUT, UNREACHABLE, TwilioTwin
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

NUMBER_ID = "106540352242922"
MISSING_TEMPLATE = "missing_template"
"""Meta's twin has every template but this."""

_GRAPH_HOST = urlsplit(GRAPH_URL).hostname or ""
_LINKED = ("image", "video", "audio", "document", "sticker")


class WhatsAppTwin(TwilioTwin):
    """Which host is asked decides who is played."""

    credentials = {
        "accountSid": "AC" + "0" * 32,
        "authToken": "sandbox-auth-token",
        "accessToken": "EAAsandboxsystemusertoken",
    }
    settings = {"from": "+14155238886", "phoneNumberId": NUMBER_ID}

    def answer(
        self, request: httpx.Request, state: dict[str, Json], now: datetime
    ) -> httpx.Response:
        """The answer of the host that is asked."""
        if request.url.host == _GRAPH_HOST:
            return CloudTwin().answer(request, state, now)
        return super().answer(request, state, now)

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure of the host that is asked."""
        return (
            CloudTwin().failure(failure) if self.host == _GRAPH_HOST else super().failure(failure)
        )


class CloudTwin(MetaTwin):
    """Meta's Cloud API for one phone number. What is sent is kept, but cannot be read."""

    credentials = WhatsAppTwin.credentials
    tells_wait = False

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """The Cloud API's own errors where it has some."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                return refused(130429, "Rate limit hit", status=429)
            case Injection.BUSINESS_ERROR:
                return refused(131026, "Message undeliverable")
            case _:
                return super().failure(failure)

    @route("POST", "/{version}/{number}/messages")
    def send(self, request: TwinRequest) -> httpx.Response:
        """Takes a message; what becomes of it a webhook would tell."""
        given = request.json()
        no = _cannot_send(given) if isinstance(given, dict) else required("messaging_product")
        if request.path["number"] != NUMBER_ID:
            return refused(33, "The business phone number has been deleted")
        if no:
            return no
        wamid = f"wamid.HBgLSANDBOX{request.next_number():020d}AA=="
        request.remember("cloud", {"id": wamid, **given})
        to = given["to"]
        return ok(
            {
                "messaging_product": "whatsapp",
                "contacts": [{"input": to, "wa_id": to.lstrip("+")}],
                "messages": [{"id": wamid, "message_status": "accepted"}],
            }
        )

    @route("GET", "/{version}/{number}")
    def number(self, request: TwinRequest) -> httpx.Response:
        """The business phone number."""
        if request.path["number"] != NUMBER_ID:
            return refused(33, "The business phone number has been deleted")
        fields = request.request.url.params.get("fields", "").split(",")
        known = {
            "id": NUMBER_ID,
            "display_phone_number": "+1 555-078-3881",
            "verified_name": "NeonHub Sandbox",
            "quality_rating": "GREEN",
        }
        return ok({name: value for name, value in known.items() if name in ("id", *fields)})


def _cannot_send(given: dict[str, Json]) -> httpx.Response | None:
    """Meta's refusal of a message; None for one that it takes."""
    if given.get("messaging_product") != "whatsapp":
        return required("messaging_product")
    if not given.get("to"):
        return required("to")
    kind = given.get("type", "text")
    content = given.get(kind)
    if not isinstance(content, dict):
        return refused(131008, f"Required parameter is missing: {kind}")
    if given["to"] == OPTED_OUT:
        return refused(131026, "Message undeliverable")
    if kind != "template" and given["to"] == UNREACHABLE:
        return refused(131047, "Re-engagement message")
    return _template_missing(content) if kind == "template" else _content_missing(kind, content)


def _template_missing(template: dict[str, Json]) -> httpx.Response | None:
    code = (template.get("language") or {}).get("code")
    if not template.get("name") or not code:
        return refused(131008, "Required parameter is missing: template name and language")
    if template["name"] == MISSING_TEMPLATE:
        return refused(132001, "Template name does not exist in the translation", status=404)
    return None


def _content_missing(kind: str, content: dict[str, Json]) -> httpx.Response | None:
    if kind == "text" and not content.get("body"):
        return refused(131008, "Required parameter is missing: text.body")
    if kind in _LINKED and not (content.get("link") or content.get("id")):
        return refused(131008, f"Required parameter is missing: {kind}.link")
    if kind in ("audio", "sticker") and "caption" in content:
        return refused(100, f"Unexpected key caption on param {kind}")
    return None
