"""WhatsApp over Meta's Cloud API.

Contract: https://developers.facebook.com/documentation/business-messaging/whatsapp/reference, read
2026-11; `recipient_type` and the language's `policy` are sent as Meta's own OpenAPI document has
them required.
"""

import mimetypes
import re
from datetime import datetime
from typing import Any

from connectors.whatsapp.inputs import (
    MAX_CAPTION,
    Component,
    GetStatus,
    MediaType,
    MetaTemplate,
    Parameter,
    SendSessionMessage,
    SendTemplate,
)
from connectors.whatsapp.spec import GRAPH_URL
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.media import Media, MediaSource, name_of
from hub.connector_kit.meta import appsecret_proof
from hub.connector_kit.outcomes import OutcomeTable
from hub.connector_kit.spec import NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

_SHOWN = "id,display_phone_number,verified_name,quality_rating"
_NO_CAPTION = ("audio", "sticker")


class WhatsAppOverMeta:
    """Credentials: `accessToken`, maybe `appSecret`. Settings: `phoneNumberId`, `apiVersion`."""

    def __init__(self, context: ClientContext, table: OutcomeTable) -> None:
        token = context.credentials.get("accessToken", "")
        secret = context.credentials.get("appSecret")
        self._media = context.media
        self._call_key = context.call_key
        self._number = context.setting("phoneNumberId")
        self._refusal = _refusal(token, self._number, context.setting("apiVersion"))
        self._params = {"appsecret_proof": appsecret_proof(secret, token)} if secret else {}
        self._graph = PlatformClient(
            context,
            f"{GRAPH_URL}/{context.setting('apiVersion')}",
            table,
            headers={"Authorization": f"Bearer {token}"},
        )

    def send_template(self, given: SendTemplate) -> Outcome:
        """POST /{phone_number_id}/messages of type template."""
        if given.template is None:
            message = "over Meta a template is named by template; contentSid is for Twilio"
            return invalid("NEEDS_TEMPLATE", message)
        return self._send(given, "template", _template(given.template, self._media))

    def send_session_message(self, given: SendSessionMessage) -> Outcome:
        """POST /{phone_number_id}/messages of type text or of the media's."""
        if given.media is None:
            text: dict[str, Json] = {"body": given.text}
            if given.preview_url is not None:
                text["preview_url"] = given.preview_url
            return self._send(given, "text", text)
        kind = given.media_type or media_type(given.media)
        if given.text and kind in _NO_CAPTION:
            message = f"WhatsApp shows no text with {kind}; send the text as its own message"
            return invalid("NO_CAPTION", message)
        if given.text and len(given.text) > MAX_CAPTION:
            return invalid("TEXT_TOO_LONG", f"text with media has at most {MAX_CAPTION} characters")
        media = {"link": self._media.link(given.media)}
        if given.text:
            media["caption"] = given.text
        if kind == "document" and given.media.filename:
            media["filename"] = given.media.filename
        return self._send(given, kind, media)

    def get_status(self, _given: GetStatus) -> Outcome:
        """A refusal: the Cloud API has no such read."""
        return invalid(
            "STATUS_ONLY_BY_WEBHOOK",
            "Meta tells what became of a message by webhook alone: subscribe the app to the field "
            "messages",
        )

    def test_connection(self, _given: NoInput) -> Outcome:
        """GET /{phone_number_id}."""
        if self._refusal:
            return self._refusal
        params = {"fields": _SHOWN, **self._params}
        return self._graph.call("GET", f"/{self._number}", Effect.READ, _number, params=params)

    def reconcile(self, _given: SendTemplate | SendSessionMessage, _since: datetime) -> ReadBack:
        """The Cloud API cannot list what was sent."""
        return ReadBack(Reconciliation.UNKNOWN)

    def _send(
        self, given: SendTemplate | SendSessionMessage, kind: str, content: dict[str, Json]
    ) -> Outcome:
        """The call's key rides along; Meta shows it in its webhooks of the message."""
        if self._refusal:
            return self._refusal
        if given.from_ or given.messaging_service_sid or given.status_callback:
            message = "from, messagingServiceSid and statusCallback are for Twilio; leave them out"
            return invalid("ONLY_TWILIO", message)
        body: dict[str, Json] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": given.to,
            "type": kind,
            kind: content,
            "biz_opaque_callback_data": self._call_key[:512],
        }
        if given.reply_to:
            body["context"] = {"message_id": given.reply_to}
        path = f"/{self._number}/messages"
        return self._graph.call(
            "POST", path, Effect.WRITE, _sent, json=body, params=self._params or None
        )


def media_type(media: Media) -> MediaType:
    """How WhatsApp shows media, by its content type or else its name; webp is for stickers."""
    name = media.filename or name_of(media.url or media.object_key or "")
    kind = media.content_type or mimetypes.guess_type(name)[0] or ""
    if kind == "image/webp":
        return "sticker"
    for shown in ("image", "video", "audio"):
        if kind.startswith(shown + "/"):
            return shown
    return "document"


def _refusal(token: str, number: str, version: str) -> Outcome | None:
    if not token:
        message = "with provider meta this connection needs the credential accessToken"
        return invalid("NO_CREDENTIALS", message)
    if not re.fullmatch(r"\d{1,25}", number):
        message = "set the connection's phoneNumberId: the number's id at Meta, digits only"
        return invalid("NO_PHONE_NUMBER_ID", message)
    if not re.fullmatch(r"v\d{1,3}\.\d{1,2}", version):
        return invalid("BAD_API_VERSION", "set the connection's apiVersion to one like v26.0")
    return None


def _template(template: MetaTemplate, media: MediaSource) -> dict[str, Json]:
    shown: dict[str, Json] = {
        "name": template.name,
        "language": {"policy": "deterministic", "code": template.language},
    }
    if template.components:
        shown["components"] = [_component(one, media) for one in template.components]
    return shown


def _component(component: Component, media: MediaSource) -> dict[str, Json]:
    shown: dict[str, Json] = {"type": component.type}
    if component.type == "button":
        shown |= {"sub_type": component.sub_type, "index": str(component.index)}
    if component.parameters:
        shown["parameters"] = [_parameter(one, media) for one in component.parameters]
    return shown


def _parameter(parameter: Parameter, media: MediaSource) -> dict[str, Json]:
    shown = parameter.model_dump(mode="json", exclude_none=True, exclude={"media"})
    if parameter.media:
        found: dict[str, Any] = {"link": media.link(parameter.media)}
        if parameter.type == "document" and parameter.media.filename:
            found["filename"] = parameter.media.filename
        shown[parameter.type] = found
    return shown


def _sent(body: Any) -> Json:
    message = body["messages"][0]
    return {"messageId": message["id"], "status": message.get("message_status", "accepted")}


def _number(body: Any) -> Json:
    return {
        "account": body["id"],
        "name": body["verified_name"],
        "number": body["display_phone_number"],
        "status": body.get("quality_rating"),
    }
