"""WhatsApp over Twilio: the same Message resource as SMS, with addresses `whatsapp:+…`.

Contract: https://www.twilio.com/docs/whatsapp/api, read 2026-11.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors.whatsapp.inputs import Addressed, GetStatus, SendSessionMessage, SendTemplate
from connectors.whatsapp.spec import SPEC
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.outcomes import OutcomeTable
from hub.connector_kit.spec import NoInput
from hub.connector_kit.twilio import MAX_BODY
from hub.connector_kit.twilio_messages import Lost, Template, TwilioMessages, message_form
from hub.domain.model import Json
from hub.domain.outcome import Outcome, invalid

_CHANNEL = "whatsapp:"


class WhatsAppOverTwilio:
    """Settings: `from`, `messagingServiceSid`."""

    def __init__(self, context: ClientContext, table: OutcomeTable) -> None:
        self._context = context
        self._messages = TwilioMessages(context, SPEC.base_url, table)

    def send_template(self, given: SendTemplate) -> Outcome:
        """Creates a Message of a content template."""
        if given.content_sid is None:
            message = "over Twilio a template is named by contentSid; template is for Meta"
            return invalid("NEEDS_CONTENT_SID", message)
        return self._create(given)

    def send_session_message(self, given: SendSessionMessage) -> Outcome:
        """Creates a Message with text, media or both."""
        if given.preview_url is not None:
            return invalid("ONLY_META", "previewUrl is for Meta; leave it out over Twilio")
        if given.text is not None and len(given.text) > MAX_BODY:
            return invalid("TEXT_TOO_LONG", f"over Twilio a text has at most {MAX_BODY} characters")
        return self._create(given)

    def get_status(self, given: GetStatus) -> Outcome:
        """Fetches a Message."""
        if given.message_id.startswith("wamid."):
            return invalid(
                "NOT_TWILIO", "this message was sent over Meta, the connection is Twilio"
            )
        return _named(self._messages.fetch(given.message_id))

    def test_connection(self, _given: NoInput) -> Outcome:
        """Fetches the Account."""
        outcome = self._messages.account()
        if not outcome.ok or "accountSid" not in outcome.data:
            return outcome
        data = outcome.data
        shown = {"account": data["accountSid"], "name": data["name"], "status": data["status"]}
        return outcome.model_copy(update={"data": shown})

    def reconcile(self, given: SendTemplate | SendSessionMessage, since: datetime) -> ReadBack:
        """Looks for the same message to the same recipient since then."""
        template = None
        if isinstance(given, SendTemplate) and given.content_sid:
            template = Template(given.content_sid, given.content_variables or {})
        seen = self._messages.read_back(Lost(self._form(given), template), since)
        return ReadBack(seen.verdict, _with_message_id(seen.data) if seen.data else None)

    def _create(self, given: SendTemplate | SendSessionMessage) -> Outcome:
        if given.reply_to:
            return invalid("ONLY_META", "replyTo is for Meta; leave it out over Twilio")
        form = self._form(given)
        if "From" not in form and "MessagingServiceSid" not in form:
            return invalid(
                "NO_SENDER",
                "name a sender: from or messagingServiceSid in the input, or in the connection's "
                "settings",
            )
        return _named(self._messages.create(form))

    def _form(self, given: SendTemplate | SendSessionMessage) -> dict[str, Any]:
        content: dict[str, Any]
        if isinstance(given, SendTemplate):
            content = {
                "ContentSid": given.content_sid,
                "ContentVariables": given.content_variables,
            }
        else:
            media = given.media
            urls = [self._context.media.link(media)] if media else []
            content = {"Body": given.text, "MediaUrl": urls}
        return message_form(
            To=_CHANNEL + given.to,
            **self._sender(given),
            **content,
            StatusCallback=given.status_callback,
        )

    def _sender(self, given: Addressed) -> Mapping[str, str | None]:
        """The sender named, a number of the service's pool if both are; else the settings'."""
        number, service = given.from_, given.messaging_service_sid
        if not number and not service:
            number = self._context.setting("from").removeprefix(_CHANNEL)
            service = "" if number else self._context.setting("messagingServiceSid")
        own = _CHANNEL + number if number else None
        return {"From": own, "MessagingServiceSid": service or None}


def _named(outcome: Outcome) -> Outcome:
    if not outcome.ok or "sid" not in outcome.data:
        return outcome
    return outcome.model_copy(update={"data": _with_message_id(outcome.data)})


def _with_message_id(data: Mapping[str, Json]) -> dict[str, Json]:
    """Twilio's `sid` under the name that both providers share; segments are of SMS."""
    rest = {name: value for name, value in data.items() if name not in ("sid", "segments")}
    return {"messageId": data["sid"], **rest}
