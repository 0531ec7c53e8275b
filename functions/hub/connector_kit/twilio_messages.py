"""Twilio's Message resource: send, cancel, fetch, list, and find a message whose answer was lost.

Contract: https://www.twilio.com/docs/messaging/api/message-resource, read 2026-11.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.outcomes import OutcomeTable
from hub.connector_kit.twilio import CONTENT_URL
from hub.connector_kit.twilio_client import TwilioPlatform
from hub.connector_kit.waits import number
from hub.domain.model import Json, iso
from hub.domain.outcome import Effect, Outcome, Reconciliation

_READ_BACK_PAGE = 1000
_NOT_YET = ("scheduled", "canceled")

_MAY_ARRIVE_LATER = frozenset({30001, 30003, 30008, 63018, 63119})
"""Errors after which the same message may arrive when it is sent again later: queue overflow,
unreachable handset, unknown error, and two rate limits."""


@dataclass(frozen=True)
class Template:
    """A content template as it was sent."""

    sid: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lost:
    """A message that may have been created: the form that was sent, and the template in it."""

    form: Mapping[str, Any]
    template: Template | None = None

    @property
    def scheduled(self) -> bool:
        """Whether it was to be sent later."""
        return "SendAt" in self.form


class TwilioMessages:
    """The messages of one account."""

    def __init__(self, context: ClientContext, base_url: str, table: OutcomeTable) -> None:
        self._twilio = TwilioPlatform(context, table)
        self._account = f"{base_url}/Accounts/{self._twilio.account_sid}"

    def create(self, form: Mapping[str, Any]) -> Outcome:
        """Creates a Message. Twilio has no idempotency key for it: see `read_back`."""
        url = f"{self._account}/Messages.json"
        return self._twilio.call("POST", url, Effect.WRITE, sent, form=form)

    def cancel(self, sid: str) -> Outcome:
        """Cancels a scheduled message; ok as well if it is cancelled already.

        Twilio refuses to cancel what is not scheduled any more with 30409, cancelled or not.
        """
        url = f"{self._account}/Messages/{sid}.json"
        form = {"Status": "canceled"}
        outcome = self._twilio.call("POST", url, Effect.IDEMPOTENT_WRITE, _canceled, form=form)
        if outcome.code != "30409":
            return outcome
        now = self.fetch(sid)
        gone = now.ok and now.data.get("status") == "canceled"
        return now.model_copy(update={"data": _canceled(now.data)}) if gone else outcome

    def fetch(self, sid: str) -> Outcome:
        """Fetches a Message."""
        return self._twilio.call("GET", f"{self._account}/Messages/{sid}.json", Effect.READ, status)

    def page(self, params: Mapping[str, Any]) -> Outcome:
        """Lists Messages, newest first; `cursor` continues."""
        url = f"{self._account}/Messages.json"
        return self._twilio.call("GET", url, Effect.READ, _page, params=params)

    def account(self) -> Outcome:
        """Fetches the Account; a message for an API key, which may not read accounts."""
        sid = self._twilio.account_sid
        if not self._twilio.by_key:
            return self._twilio.call("GET", f"{self._account}.json", Effect.READ, _account)
        url = f"{self._account}/Messages.json"
        known = {"accountSid": sid, "name": None, "status": None}
        return self._twilio.call(
            "GET", url, Effect.READ, lambda _body: known, params={"PageSize": 1}
        )

    def read_back(self, lost: Lost, since: datetime) -> ReadBack:
        """Looks for the same text to the same recipient since then.

        Twilio may alter a text on its way (smart encoding, shortened links), so another text to
        the recipient in that time proves nothing, and only silence means that it was not sent.
        """
        params = {"To": lost.form["To"], "PageSize": _READ_BACK_PAGE}
        outcome = self.page(params)
        if not outcome.ok or "messages" not in outcome.data:
            return ReadBack(Reconciliation.UNKNOWN)
        recent = [one for one in outcome.data["messages"] if _may_be(one, lost, since)]
        texts = self._texts(lost) if recent else []
        for one in recent:
            if _is(one, lost, texts):
                result = {name: one[name] for name in ("sid", "status", "segments")}
                return ReadBack(Reconciliation.DONE, result)
        # With more pages than we read, absence proves nothing.
        unsure = recent or outcome.data["cursor"]
        return ReadBack(Reconciliation.UNKNOWN if unsure else Reconciliation.NOT_DONE)

    def _texts(self, lost: Lost) -> list[str]:
        """The texts that the message may show: its own, or its template's with the values in."""
        if lost.template is None:
            return [lost.form.get("Body", "")]
        url = f"{CONTENT_URL}/Content/{lost.template.sid}"
        outcome = self._twilio.call("GET", url, Effect.READ)
        return rendered(outcome.data, lost.template.variables) if outcome.ok else []


def rendered(content: Any, variables: Mapping[str, str]) -> list[str]:
    """The text of each type of a content template, with values or else its defaults put in."""
    if not isinstance(content, dict) or not isinstance(content.get("types"), dict):
        return []
    values = {**(content.get("variables") or {}), **variables}
    texts = []
    for kind in content["types"].values():
        text = str(kind.get("body") or "") if isinstance(kind, dict) else ""
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", str(value))
        if text:
            texts.append(text)
    return texts


def _may_be(one: Mapping[str, Any], lost: Lost, since: datetime) -> bool:
    """Whether a listed message is of that time; one that waits is none that was sent at once."""
    if not lost.scheduled and one["status"] in _NOT_YET:
        return False
    created = one["createdAt"]
    return created is None or created >= iso(since.replace(microsecond=0))


def _is(one: Mapping[str, Any], lost: Lost, texts: list[str]) -> bool:
    form = lost.form
    senders = ((one["from"], "From"), (one["messagingServiceSid"], "MessagingServiceSid"))
    return (
        (one["body"] or "") in texts
        and (lost.template is not None or one["media"] == len(form.get("MediaUrl", ())))
        and all(form.get(name) in (None, told) for told, name in senders if told)
    )


def message_form(**fields: Any) -> dict[str, Any]:
    """A form of Twilio's: absent fields left out, truth values and numbers as it writes them."""
    return {name: _written(value) for name, value in fields.items() if value not in (None, (), [])}


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return list(value) if isinstance(value, tuple | list) else str(value)


def cursor_params(cursor: str) -> dict[str, str]:
    """The page that a cursor means: Twilio's own query, and nothing else that a caller adds."""
    known = ("PageSize", "Page", "PageToken", "To", "From", "DateSent", "DateSent<", "DateSent>")
    return {name: value for name, value in parse_qsl(cursor) if name in known}


def sent(message: Any) -> dict[str, Json]:
    """What sending answers."""
    return {
        "sid": message["sid"],
        "status": message["status"],
        "segments": _count(message.get("num_segments")),
    }


def status(message: Any) -> dict[str, Json]:
    """What became of a message. `mayRetry`: whether it may arrive when it is sent again later."""
    code = message.get("error_code")
    return {
        "sid": message["sid"],
        "status": message["status"],
        "errorCode": code,
        "errorMessage": message.get("error_message"),
        "mayRetry": number(code) in _MAY_ARRIVE_LATER if code else None,
        "to": message.get("to"),
        "sentAt": _moment(message.get("date_sent")),
    }


def _listed(message: Any) -> dict[str, Json]:
    return {
        **status(message),
        "from": message.get("from"),
        "messagingServiceSid": message.get("messaging_service_sid"),
        "direction": message.get("direction"),
        "body": message.get("body"),
        "segments": _count(message.get("num_segments")),
        "media": _count(message.get("num_media")),
        "createdAt": _moment(message.get("date_created")),
    }


def _page(body: Any) -> Json:
    following = body.get("next_page_uri")
    return {
        "messages": [_listed(message) for message in body["messages"]],
        "cursor": urlsplit(following).query if following else None,
    }


def _canceled(message: Any) -> Json:
    return {"sid": message["sid"], "status": message["status"]}


def _account(account: Any) -> Json:
    return {
        "accountSid": account["sid"],
        "name": account["friendly_name"],
        "status": account["status"],
    }


def _count(value: Any) -> int:
    """A number that Twilio writes as text; 0 for none. It must not fail: the message is sent."""
    return int(number(value) or 0)


def _moment(text: str | None) -> str | None:
    """Twilio's RFC 2822 time as ours; None for none, or one that cannot be read."""
    try:
        return iso(parsedate_to_datetime(text)) if text else None
    except (ValueError, TypeError):
        return None
