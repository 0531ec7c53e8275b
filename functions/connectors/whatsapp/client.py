"""WhatsApp over the provider that the connection's setting `provider` names."""

from datetime import datetime
from typing import Any

from connectors.whatsapp.inputs import GetStatus, SendSessionMessage, SendTemplate
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.meta import meta_table
from hub.connector_kit.outcomes import Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.twilio import twilio_table
from hub.domain.outcome import Outcome, Reconciliation, invalid

TABLE = twilio_table(
    # The channel's own rate limit, and Meta's behind it.
    *rows(Verdict.RATE_LIMITED, 63018, 63119),
)

META_TABLE = meta_table(
    # Throughput of the number; of the pair of numbers; limits by past complaints are refusals.
    *rows(Verdict.RATE_LIMITED, 130429, 131056),
    *rows(Verdict.NEEDS_REAUTH, 0),
    # Of these Meta says that the message failed to send, and to try again.
    *rows(Verdict.TRANSIENT, 131000, 131016, 131057, 133004),
)
"""https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes,
of 2026-05-15: 131047 is more than 24 hours since the recipient's last message, 132001 a template
that does not exist in that language or is not approved."""


class WhatsAppClient:
    """Sends WhatsApp messages for one connection. Setting: `provider`, twilio or meta."""

    def __init__(self, context: ClientContext) -> None:
        self._provider = _provider(context)

    def send_template(self, given: SendTemplate) -> Outcome:
        """Sends an approved template. Neither provider has an idempotency key: see `reconcile`."""
        return self._do("send_template", given)

    def send_session_message(self, given: SendSessionMessage) -> Outcome:
        """Sends text or media inside the 24 hours after the recipient's last message.

        Outside them Twilio takes the message and fails it a moment later with 63016 (`get_status`
        shows it); Meta refuses it, or tells by webhook, with 131047.
        """
        return self._do("send_session_message", given)

    def get_status(self, given: GetStatus) -> Outcome:
        """Tells what became of a message; over Meta a refusal, as it tells by webhook alone."""
        return self._do("get_status", given)

    def test_connection(self, given: NoInput) -> Outcome:
        """Reads the account, or the phone number."""
        return self._do("test_connection", given)

    def reconcile(self, _action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Over Twilio, looks for the same message to the same recipient since then.

        Meta's Cloud API cannot list what was sent; its webhook tells, with the call's key.
        """
        known = isinstance(given, SendTemplate | SendSessionMessage)
        if self._provider is None or not known:
            return ReadBack(Reconciliation.UNKNOWN)
        found: ReadBack = self._provider.reconcile(given, since)
        return found

    def _do(self, action: str, given: ActionInput) -> Outcome:
        if self._provider is None:
            return invalid("UNKNOWN_PROVIDER", "set the connection's provider to twilio or meta")
        outcome: Outcome = getattr(self._provider, action)(given)
        return outcome


def _provider(context: ClientContext) -> Any:
    """The provider of a connection; its code is loaded when it is used."""
    match context.setting("provider").lower():
        case "twilio":
            from connectors.whatsapp.over_twilio import WhatsAppOverTwilio

            return WhatsAppOverTwilio(context, TABLE)
        case "meta":
            from connectors.whatsapp.over_meta import WhatsAppOverMeta

            return WhatsAppOverMeta(context, META_TABLE)
    return None
