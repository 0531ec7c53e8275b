"""Twilio Programmable Messaging through Twilio's SDK.

Contract: https://www.twilio.com/docs/messaging/api/message-resource, read 2026-11.
"""

from datetime import UTC, datetime
from typing import Any

from connectors.sms.spec import GetStatus, SendSms
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.twilio_client import TwilioPlatform
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation

_READ_BACK_LIMIT = 50


class SmsClient:
    """Sends SMS for one connection. Settings: `from`, `messagingServiceSid`."""

    def __init__(self, context: ClientContext) -> None:
        self._twilio = TwilioPlatform(context)
        self._settings = context.settings

    def send_sms(self, given: SendSms) -> Outcome:
        """Creates a Message. Twilio has no idempotency key for it: see `reconcile`."""
        sender = self._sender(given)
        if sender is None:
            return Outcome(
                kind=OutcomeKind.INVALID_REQUEST,
                code="NO_SENDER",
                message="name a sender: from or messagingServiceSid in the input, or in the "
                "connection's settings",
            )
        fields: dict[str, Any] = {"to": given.to, "body": given.body, **sender}
        if given.validity_period:
            fields["validity_period"] = given.validity_period
        return self._twilio.call(
            Effect.WRITE, lambda sdk: sdk.messages.create(**fields), read=_sent
        )

    def get_status(self, given: GetStatus) -> Outcome:
        """Fetches a Message."""
        return self._twilio.call(
            Effect.READ, lambda sdk: sdk.messages(given.sid).fetch(), read=_status
        )

    def test_connection(self, _given: NoInput) -> Outcome:
        """Fetches the Account."""
        sid = self._twilio.account_sid
        return self._twilio.call(
            Effect.READ, lambda sdk: sdk.api.v2010.accounts(sid).fetch(), read=_account
        )

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for the same text to the same recipient since then.

        Twilio may alter a text on its way (smart encoding, shortened links), so another text to
        the recipient in that time proves nothing, and only silence means that it was not sent.
        """
        if action != "send_sms" or not isinstance(given, SendSms):
            return ReadBack(Reconciliation.UNKNOWN)
        outcome = self._twilio.call(
            Effect.READ,
            lambda sdk: sdk.messages.list(to=given.to, limit=_READ_BACK_LIMIT),
            read=lambda messages: [_seen(message) for message in messages],
        )
        if not outcome.ok:
            return ReadBack(Reconciliation.UNKNOWN)
        recent = [seen for seen in outcome.data if seen["created"] >= since.replace(microsecond=0)]
        same = next((seen for seen in recent if seen["body"] == given.body), None)
        if same:
            return ReadBack(Reconciliation.DONE, {"sid": same["sid"], "status": same["status"]})
        full = len(outcome.data) >= _READ_BACK_LIMIT and len(recent) == len(outcome.data)
        return ReadBack(Reconciliation.UNKNOWN if recent or full else Reconciliation.NOT_DONE)

    def _sender(self, given: SendSms) -> dict[str, str] | None:
        choices = (
            ("from_", given.from_),
            ("messaging_service_sid", given.messaging_service_sid),
            ("from_", self._settings.get("from")),
            ("messaging_service_sid", self._settings.get("messagingServiceSid")),
        )
        return next(({name: str(value)} for name, value in choices if value), None)


def _sent(message: Any) -> Json:
    return {
        "sid": message.sid,
        "status": str(message.status),
        "segments": int(message.num_segments or 1),
    }


def _status(message: Any) -> Json:
    return {
        "sid": message.sid,
        "status": str(message.status),
        "errorCode": message.error_code,
        "errorMessage": message.error_message,
    }


def _account(account: Any) -> Json:
    return {
        "accountSid": account.sid,
        "name": account.friendly_name,
        "status": str(account.status),
    }


def _seen(message: Any) -> dict[str, Any]:
    created = message.date_created or datetime.max.replace(tzinfo=UTC)
    return {
        "sid": message.sid,
        "status": str(message.status),
        "body": message.body,
        "created": created,
    }
