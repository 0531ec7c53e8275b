"""Twilio's messaging, played: messages are kept per connection and age as they are looked at.

Its answers are those of https://www.twilio.com/docs/messaging/api/message-resource and of the pages
of its error codes, read 2026-11.
"""

import base64
import json
import re
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import parse_qs, urlencode

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

_ACCOUNT = "/2010-04-01/Accounts/{account}"
SOONEST, LATEST = timedelta(seconds=300), timedelta(days=35)

OPTED_OUT = "+15005550004"
"""Sending here is refused as Twilio refuses a recipient who sent STOP."""

INVALID = "+15005550001"
"""Sending here is refused as an invalid number."""

UNREACHABLE = "+15005550009"
"""A message to here is taken and then fails: on WhatsApp because the 24 hours are over."""

TEMPLATE = "Hello {{1}}, your code is {{2}}."
_DEFAULTS = {"1": "there", "2": "LAUNCH"}
_GONE = "HX" + "f" * 32


def refused(status: int, code: int, message: str) -> httpx.Response:
    """A failure as Twilio words it."""
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    headers = {"Twilio-Request-Id": "RQ" + "0" * 32}
    return httpx.Response(status, headers=headers, json=body)


class TwilioTwin(Twin):
    """Three magic numbers fail; every other recipient is reached.

    Twilio does not say how long to wait after 429: it asks for growing waits.
    """

    tells_wait = False

    def authorized(self, request: httpx.Request) -> bool:
        """Twilio takes Basic authentication with an account or API key SID."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        user = base64.b64decode(value).decode(errors="replace") if scheme == "Basic" else ""
        return re.match(r"(AC|SK)\w{32}:.", user) is not None

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Twilio's 404."""
        return refused(404, 20404, f"The requested resource {request.url.path} was not found")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status, headers and body that Twilio uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                return refused(429, 20429, "Too Many Requests")
            case Injection.REAUTH:
                return refused(401, 20003, "Authenticate")
            case Injection.BUSINESS_ERROR:
                return refused(400, 21614, "'To' number is not a valid mobile number")
            case _:
                return refused(503, 20503, "Service Unavailable")

    @route("POST", _ACCOUNT + "/Messages.json")
    def create(self, request: TwinRequest) -> httpx.Response:
        """Queues or schedules a message."""
        form = parse_qs(request.request.content.decode(), keep_blank_values=True)
        first = {name: values[0] for name, values in form.items()}
        no = _cannot_send(first, form, request.now)
        if no:
            return no
        message = _message(request, first, len(form.get("MediaUrl", ())))
        request.remember("messages", message)
        return httpx.Response(201, json=shown(message))

    @route("POST", _ACCOUNT + "/Messages/{sid}.json")
    def update(self, request: TwinRequest) -> httpx.Response:
        """Cancels a message that is scheduled."""
        message = _found(request)
        if message is None:
            return self.unknown(request.request)
        if request.form().get("Status") != "canceled":
            return refused(400, 20001, "Status must be canceled")
        if _aged(message, request.now)["status"] != "scheduled":
            return refused(409, 30409, "This message cannot be canceled")
        message["status"] = "canceled"
        return httpx.Response(200, json=shown(message))

    @route("GET", _ACCOUNT + "/Messages/{sid}.json")
    def fetch(self, request: TwinRequest) -> httpx.Response:
        """A message: sent when it is first looked at, delivered from then on."""
        message = _found(request)
        if message is None:
            return self.unknown(request.request)
        _aged(message, request.now)
        body = shown(message)
        message["looks"] += 1
        return httpx.Response(200, json=body)

    @route("GET", _ACCOUNT + "/Messages.json")
    def list_messages(self, request: TwinRequest) -> httpx.Response:
        """Messages, newest first, in pages."""
        params = request.request.url.params
        kept = [*request.state.get("messages", []), _stop(request.path["account"])]
        found = [one for one in kept if _matches(_aged(one, request.now), params)]
        size, page = int(params.get("PageSize", 50)), int(params.get("Page", 0))
        start = size * page
        more = start + size < len(found)
        query = {**params, "PageSize": size, "Page": page + 1, "PageToken": f"PASM{start + size}"}
        body = {
            "messages": [shown(message) for message in found[start : start + size]],
            "next_page_uri": f"{request.request.url.path}?{urlencode(query)}" if more else None,
            "page": page,
            "page_size": size,
        }
        return httpx.Response(200, json=body)

    @route("GET", "/v1/Content/{sid}")
    def content(self, request: TwinRequest) -> httpx.Response:
        """A content template; every SID but one is of the same."""
        sid = request.path["sid"]
        if sid == _GONE:
            return self.unknown(request.request)
        types = {"twilio/text": {"body": TEMPLATE}}
        body = {"sid": sid, "language": "en", "variables": _DEFAULTS, "types": types}
        return httpx.Response(200, json=body)

    @route("GET", _ACCOUNT + ".json")
    def account(self, request: TwinRequest) -> httpx.Response:
        """The account."""
        who = {"sid": request.path["account"], "friendly_name": "Sandbox", "status": "active"}
        return httpx.Response(200, json=who)


def shown(message: Json) -> dict[str, Json]:
    """A message as Twilio shows it."""
    own = ("looks", "send_at")
    return {name: value for name, value in message.items() if name not in own}


def _cannot_send(
    form: dict[str, str], every: dict[str, list[str]], now: datetime
) -> httpx.Response | None:
    """Twilio's refusal of a form; None for one that it takes."""
    to, sender = form.get("To", ""), form.get("From", "")
    channel, _, number = to.rpartition(":")
    content = form.get("ContentSid")
    checks = (
        (not to, 21604, "A 'To' phone number is required."),
        (not sender and not form.get("MessagingServiceSid"), 21603, "A 'From' number is required."),
        (bool(sender) and sender.rpartition(":")[0] != channel, 21910, "Invalid From and To pair"),
        (
            number == INVALID or not re.fullmatch(r"\+\d{7,15}", number),
            21211,
            f"Invalid 'To': {to}",
        ),
        (number == OPTED_OUT, 21610, "Attempt to send to unsubscribed recipient"),
        (not content and "ContentVariables" in form, 21654, "ContentSid Required"),
        (content == _GONE, 21655, "The ContentSid is Invalid"),
        (not _variables(form), 21656, "The ContentVariables Parameter is invalid"),
        (
            not (content or form.get("Body") or "MediaUrl" in form),
            21619,
            "A text message body, media urls or a content SID must be specified",
        ),
        (len(form.get("Body", "")) > 1600, 21617, "The concatenated message body exceeds 1600"),
        (len(every.get("MediaUrl", ())) > 10, 21623, "Number of media files exceeds 10"),
        (form.get("ScheduleType") == "fixed" and "SendAt" not in form, 35111, "SendAt is missing"),
        (not _in_window(form, now), 35115, "Scheduling does not support this timestamp"),
    )
    return next((refused(400, code, words) for bad, code, words in checks if bad), None)


def _variables(form: dict[str, str]) -> bool:
    try:
        return isinstance(json.loads(form.get("ContentVariables", "{}")), dict)
    except ValueError:
        return False


def _in_window(form: dict[str, str], now: datetime) -> bool:
    if not _scheduled(form):
        return True
    try:
        ahead = datetime.fromisoformat(form["SendAt"]) - now
    except (ValueError, TypeError):
        return False
    return SOONEST < ahead <= LATEST


def _scheduled(form: dict[str, str]) -> bool:
    """Without a messaging service Twilio ignores the schedule and sends at once."""
    return "SendAt" in form and "MessagingServiceSid" in form


def _message(request: TwinRequest, form: dict[str, str], media: int) -> dict[str, Json]:
    at = format_datetime(request.now)
    scheduled = _scheduled(form)
    pooled = "MessagingServiceSid" in form
    body = form.get("Body", "")
    if "ContentSid" in form:
        body = TEMPLATE
        values = {**_DEFAULTS, **json.loads(form.get("ContentVariables", "{}"))}
        for name, value in values.items():
            body = body.replace("{{" + name + "}}", value)
    return {
        "sid": f"{'MM' if media else 'SM'}{request.next_number():032x}",
        "account_sid": request.path["account"],
        "to": form["To"],
        "from": form.get("From"),
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "body": body,
        "num_segments": "0" if pooled else str(-(-len(body) // 160)),
        "num_media": str(media),
        "status": "scheduled" if scheduled else "accepted" if pooled else "queued",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "date_created": at,
        "date_updated": at,
        "date_sent": None,
        "send_at": form["SendAt"] if scheduled else None,
        "looks": 0,
    }


def _stop(account: str) -> dict[str, Json]:
    """The STOP that the opted-out number once sent."""
    at = format_datetime(datetime.fromisoformat("2026-01-05T12:00:00Z"))
    return {
        "sid": "SM" + "e" * 32,
        "account_sid": account,
        "to": "+15005550006",
        "from": OPTED_OUT,
        "messaging_service_sid": None,
        "body": "Stop",
        "num_segments": "1",
        "num_media": "0",
        "status": "received",
        "direction": "inbound",
        "error_code": None,
        "error_message": None,
        "date_created": at,
        "date_updated": at,
        "date_sent": at,
    }


def _found(request: TwinRequest) -> dict[str, Json] | None:
    kept: list[dict[str, Json]] = request.state.get("messages", [])
    return next((one for one in kept if one["sid"] == request.path["sid"]), None)


def _aged(message: dict[str, Json], now: datetime) -> dict[str, Json]:
    """The message as it has become: sent, then delivered or failed; a scheduled one in its time."""
    if message["direction"] == "inbound" or message["status"] == "canceled":
        return message
    if message["send_at"] and now < datetime.fromisoformat(message["send_at"]):
        return message
    message["date_sent"] = message["date_sent"] or format_datetime(now)
    if not message["to"].endswith(UNREACHABLE):
        message["status"] = "delivered" if message["looks"] else "sent"
        return message
    window = message["to"].startswith("whatsapp:")
    message["status"] = "undelivered"
    message["error_code"] = 63016 if window else 30003
    message["error_message"] = "Outside messaging window" if window else "Unreachable handset"
    return message


def _matches(message: dict[str, Json], params: httpx.QueryParams) -> bool:
    if params.get("To") not in (None, message["to"]):
        return False
    if params.get("From") not in (None, message["from"]):
        return False
    if not message["date_sent"]:
        return not any(name.startswith("DateSent") for name in params)
    sent = parsedate_to_datetime(message["date_sent"])
    return all(_at_or(sent, name, params[name]) for name in params if name.startswith("DateSent"))


def _at_or(sent: datetime, name: str, value: str) -> bool:
    moment = datetime.fromisoformat(value)
    if name == "DateSent":
        return sent.date() == moment.date()
    return sent <= moment if name == "DateSent<" else sent >= moment
