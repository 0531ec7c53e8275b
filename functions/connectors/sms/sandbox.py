"""Twilio Messaging, played: messages are kept per connection and age from queued to delivered."""

import base64
from email.utils import format_datetime

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

_ACCOUNT = "/2010-04-01/Accounts/{account}"
OPTED_OUT = "+15005550004"
"""Sending here is refused as Twilio refuses a recipient who sent STOP."""

INVALID = "+15005550001"
"""Sending here is refused as an invalid number."""


def _refused(status: int, code: int, message: str, **headers: str) -> httpx.Response:
    body = {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return httpx.Response(status, headers=headers, json=body)


class SmsTwin(Twin):
    """Twilio's two magic numbers refuse; every other recipient is reached."""

    credentials = {"accountSid": "AC" + "0" * 32, "authToken": "sandbox-auth-token"}
    settings = {"from": "+15005550006"}

    def authorized(self, request: httpx.Request) -> bool:
        """Twilio takes Basic authentication with an account or API key SID."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        user = base64.b64decode(value).decode(errors="replace") if scheme == "Basic" else ""
        return user.startswith(("AC", "SK"))

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Twilio's 404."""
        return _refused(404, 20404, f"The requested resource {request.url.path} was not found")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status, headers and body that Twilio uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                wait = {"Retry-After": str(failure.retry_after)}
                return _refused(429, 20429, "Too Many Requests", **wait)
            case Injection.REAUTH:
                return _refused(401, 20003, "Authenticate")
            case Injection.BUSINESS_ERROR:
                return _refused(400, 21610, "Attempt to send to unsubscribed recipient")
            case _:
                return _refused(503, 20503, "Service Unavailable")

    @route("POST", _ACCOUNT + "/Messages.json")
    def create(self, request: TwinRequest) -> httpx.Response:
        """Queues a message."""
        form = request.form()
        to, body = form.get("To", ""), form.get("Body", "")
        if to == OPTED_OUT:
            return _refused(400, 21610, "Attempt to send to unsubscribed recipient")
        if to == INVALID:
            return _refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
        sent = format_datetime(request.now)
        message = {
            "sid": f"SM{request.next_number():032x}",
            "account_sid": request.path["account"],
            "to": to,
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": body,
            "num_segments": str(-(-len(body) // 160)),
            "status": "queued",
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "date_created": sent,
            "date_updated": sent,
            "date_sent": None,
        }
        request.remember("messages", message)
        return httpx.Response(201, json=message)

    @route("GET", _ACCOUNT + "/Messages/{sid}.json")
    def fetch(self, request: TwinRequest) -> httpx.Response:
        """A message; one that was queued has been delivered by now."""
        for message in request.state.get("messages", []):
            if message["sid"] == request.path["sid"]:
                return httpx.Response(200, json={**message, "status": "delivered"})
        return self.unknown(request.request)

    @route("GET", _ACCOUNT + "/Messages.json")
    def list_messages(self, request: TwinRequest) -> httpx.Response:
        """Messages to a recipient, newest first, on one page."""
        to = request.request.url.params.get("To")
        kept: list[Json] = request.state.get("messages", [])
        found = [message for message in kept if to in (None, message["to"])]
        page = {"messages": found, "next_page_uri": None, "page": 0, "page_size": 50}
        return httpx.Response(200, json=page)

    @route("GET", _ACCOUNT + ".json")
    def account(self, request: TwinRequest) -> httpx.Response:
        """The account."""
        who = {"sid": request.path["account"], "friendly_name": "Sandbox", "status": "active"}
        return httpx.Response(200, json=who)
