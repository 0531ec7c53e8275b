"""Twilio Programmable Messaging through Twilio's SDK.

Contract: https://www.twilio.com/docs/messaging/api/message-resource and
https://www.twilio.com/docs/messaging/features/message-scheduling, read 2026-11. How early a message
may be scheduled: the page of error 35115, of 2026-04-27, says more than 5 minutes; older pages, and
that of 35114, say 15. Twilio, not we, refuses what lies between.
"""

from datetime import datetime, timedelta
from typing import Any

from connectors.sms.inbound import OptChange, opt_change, record
from connectors.sms.optout import REFUSED, OptOut, OptOuts
from connectors.sms.spec import (
    SPEC,
    CheckOptOut,
    ListMessages,
    Message,
    OneMessage,
    ScheduleSms,
    SendSms,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.twilio import twilio_table
from hub.connector_kit.twilio_messages import (
    Lost,
    Template,
    TwilioMessages,
    cursor_params,
    message_form,
)
from hub.domain.model import Json, iso
from hub.domain.outcome import Outcome, OutcomeKind, Reconciliation, invalid

TABLE = twilio_table()

_SOONEST = timedelta(minutes=5)
_LATEST = timedelta(days=35)
_KEYWORDS_PAGE = 200


class SmsClient:
    """Sends SMS for one connection. Settings: `from`, `messagingServiceSid`."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._messages = TwilioMessages(context, SPEC.base_url, TABLE)
        self._opt_outs = OptOuts(context.notes)

    def send_sms(self, given: SendSms) -> Outcome:
        """Creates a Message. Twilio has no idempotency key for it: see `reconcile`."""
        form = self._form(given)
        return self._refusal(given, form) or self._create(given, form)

    def schedule_sms(self, given: ScheduleSms) -> Outcome:
        """Creates a Message that Twilio sends at `sendAt`.

        Refused before any call without a messaging service: Twilio would ignore the time and send
        at once.
        """
        form = self._form(given)
        ahead = given.send_at - self._context.clock.now()
        if "MessagingServiceSid" not in form:
            message = "name a messagingServiceSid, in the input or in the connection's settings"
            return invalid("NO_MESSAGING_SERVICE", f"to schedule a message, {message}")
        if ahead <= _SOONEST:
            return invalid("SEND_AT_TOO_SOON", "sendAt must be more than 5 minutes from now")
        if ahead > _LATEST:
            return invalid("SEND_AT_TOO_LATE", "sendAt must be at most 35 days from now")
        outcome = self._refusal(given, form) or self._create(given, form)
        if not outcome.ok or "sid" not in outcome.data:
            return outcome
        told = {**outcome.data, "sendAt": iso(given.send_at)}
        return outcome.model_copy(update={"data": told})

    def cancel_scheduled(self, given: OneMessage) -> Outcome:
        """Sets a Message's status to canceled."""
        return self._messages.cancel(given.sid)

    def get_status(self, given: OneMessage) -> Outcome:
        """Fetches a Message; one that failed because of an opt-out is kept in our table."""
        outcome = self._messages.fetch(given.sid)
        told = outcome.data if outcome.ok else {}
        number = str(told.get("to"))
        if str(told.get("errorCode")) == REFUSED and number.startswith("+"):
            self._opt_outs.add(number, self._context.clock.now(), "send_refused")
        return outcome

    def list_messages(self, given: ListMessages) -> Outcome:
        """Lists Messages, a page at a time."""
        if given.cursor:
            params = cursor_params(given.cursor)
            if "Page" not in params:
                return invalid("BAD_CURSOR", "give the cursor as the last page gave it")
            return self._messages.page(params)
        filters = {
            "To": given.to,
            "From": given.from_,
            "DateSent>": given.sent_after,
            "DateSent<": given.sent_before,
            "PageSize": given.limit,
        }
        return self._messages.page(message_form(**filters))

    def check_opt_out(self, given: CheckOptOut) -> Outcome:
        """Our own table, brought up to date with the keywords the number sent to our sender.

        So an opt-in counts even where no webhook told of it. If the messages cannot be read, what
        the table knows is the answer.
        """
        params = {"From": given.number, "To": self._own_number(), "PageSize": _KEYWORDS_PAGE}
        outcome = self._messages.page(message_form(**params))
        kept = self._opt_outs.get(given.number)
        if outcome.ok:
            self._catch_up(outcome.data.get("messages", []), kept)
            kept = self._opt_outs.get(given.number)
        elif kept is None:
            return outcome
        told = {"since": kept.since, "source": kept.source} if kept else {}
        shown = {"number": given.number, "optedOut": bool(kept), "since": None, "source": None}
        return Outcome(kind=OutcomeKind.OK, data={**shown, **told})

    def test_connection(self, _given: NoInput) -> Outcome:
        """Fetches the Account."""
        return self._messages.account()

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for the same text to the same recipient since then."""
        if action not in ("send_sms", "schedule_sms") or not isinstance(given, Message):
            return ReadBack(Reconciliation.UNKNOWN)
        sid, variables = given.content_sid, given.content_variables or {}
        template = Template(sid, variables) if sid else None
        seen = self._messages.read_back(Lost(self._form(given), template), since)
        if seen.verdict is Reconciliation.DONE and isinstance(given, ScheduleSms):
            return ReadBack(seen.verdict, {**seen.data, "sendAt": iso(given.send_at)})
        return seen

    # ------------------------------------------------------------------ parts

    def _create(self, given: Message, form: dict[str, Any]) -> Outcome:
        outcome = self._messages.create(form)
        if outcome.code == REFUSED:
            self._opt_outs.add(given.to, self._context.clock.now(), "send_refused")
        return outcome

    def _refusal(self, given: Message, form: dict[str, Any]) -> Outcome | None:
        """What we refuse before any call."""
        if "From" not in form and "MessagingServiceSid" not in form:
            return invalid(
                "NO_SENDER",
                "name a sender: from or messagingServiceSid in the input, or in the connection's "
                "settings",
            )
        if given.shorten_urls and "MessagingServiceSid" not in form:
            return invalid("NO_MESSAGING_SERVICE", "shortenUrls needs a messagingServiceSid")
        out = self._opt_outs.get(given.to)
        if out:
            return invalid(
                "OPTED_OUT",
                f"{given.to} opted out (known since {out.since}); it can opt in again by sending "
                "START, then check_opt_out",
            )
        return None

    def _form(self, given: Message) -> dict[str, Any]:
        at = given.send_at if isinstance(given, ScheduleSms) else None
        return message_form(
            To=given.to,
            **self._sender(given, at is not None),
            Body=given.body,
            MediaUrl=[self._context.media.link(media) for media in given.media],
            ContentSid=given.content_sid,
            ContentVariables=given.content_variables,
            StatusCallback=given.status_callback,
            ValidityPeriod=given.validity_period,
            ShortenUrls=given.shorten_urls,
            SmartEncoded=given.smart_encoded,
            RiskCheck=given.risk_check,
            SendAsMms=given.send_as_mms,
            MessageIntent=given.message_intent,
            ContentRetention=given.content_retention,
            AddressRetention=given.address_retention,
            ScheduleType="fixed" if at else None,
            SendAt=at,
        )

    def _sender(self, given: Message, pooled: bool) -> dict[str, Any]:
        """The sender named, a number of the service's pool if both are; else the settings'.

        The settings' number goes before their service, unless only a service will do.
        """
        setting = self._context.setting
        number, service = given.from_, given.messaging_service_sid
        pooled = pooled or bool(given.shorten_urls)
        if pooled:
            service = service or setting("messagingServiceSid")
        if not number and not service:
            number = setting("from")
            service = "" if number else setting("messagingServiceSid")
        return {"From": number or None, "MessagingServiceSid": service or None}

    def _own_number(self) -> str | None:
        """The number that replies come to; None if a service's pool sends, or a name."""
        number = self._context.setting("from")
        return number if number.startswith("+") else None

    def _catch_up(self, messages: list[Json], kept: OptOut | None) -> None:
        """Record the newest keyword among these messages if it is newer than what is kept."""
        service = "" if self._own_number() else self._context.setting("messagingServiceSid")
        said = [
            (message["sentAt"] or message["createdAt"], change)
            for message in messages
            if (change := _keyword(message))
            and (not service or message["messagingServiceSid"] == service)
        ]
        at, change = max(said, key=lambda one: one[0] or "", default=("", None))
        if change and at and (kept is None or at > kept.since):
            record(self._context.notes, change, datetime.fromisoformat(at))


def _keyword(message: Json) -> OptChange | None:
    if message["direction"] != "inbound":
        return None
    return opt_change({"From": message["from"] or "", "Body": message["body"] or ""})
