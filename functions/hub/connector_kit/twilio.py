"""What Twilio's messaging shares between SMS and WhatsApp: addresses, credentials, error codes.

Errors are `{"code", "message", "more_info", "status"}`; a code's page is
https://www.twilio.com/docs/api/errors/<code>. Contract:
https://www.twilio.com/docs/messaging/api/message-resource, read 2026-11.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.spec import Credential

BASE_URL = "https://api.twilio.com/2010-04-01"
CONTENT_URL = "https://content.twilio.com/v1"

MAX_BODY = 1600
"""Characters of a message's text; Twilio refuses more with 21617."""

Phone = Annotated[
    str, Field(pattern=r"^\+[1-9]\d{6,14}$", description="Phone number in E.164, like +4915112345.")
]
MessageSid = Annotated[
    str, Field(pattern=r"^(SM|MM)[0-9a-fA-F]{32}$", description="Id of a message, as sending gave.")
]
MessagingServiceSid = Annotated[
    str, Field(pattern=r"^MG[0-9a-fA-F]{32}$", description="Messaging service whose pool sends.")
]
ContentSid = Annotated[
    str, Field(pattern=r"^HX[0-9a-fA-F]{32}$", description="Content template to send.")
]


def _sendable(value: str) -> str:
    """Twilio refuses other values with 21656 when it sends, which may be after it said yes."""
    if re.search(r"[\n\r\t]| {5}", value):
        raise ValueError("must not contain line breaks, tabs or more than four spaces in a row")
    return value


ContentVariables = Annotated[
    dict[
        Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,64}$")],
        Annotated[str, Field(min_length=1, max_length=1600), AfterValidator(_sendable)],
    ],
    Field(min_length=1, max_length=100, description='Values of the template: {"1": "Ann"}.'),
]

CREDENTIALS = (
    Credential("accountSid", "Account SID; begins with AC.", secret=False, required=False),
    Credential(
        "authToken",
        "Auth token of the account; Twilio signs its webhooks with it.",
        required=False,
    ),
    Credential(
        "apiKeySid", "API key SID, instead of the auth token.", secret=False, required=False
    ),
    Credential("apiKeySecret", "Secret of the API key.", required=False),
    Credential(
        "webhookKey", "Shared key of webhooks, where they are signed with one.", required=False
    ),
)
"""All optional: an account signs in by its auth token or by an API key, and the client refuses a
connection that has neither."""

TWILIO_ROWS = (
    # Too many concurrent requests, or the sender's queue is full: of both Twilio documents that
    # the request was not processed.
    *rows(Verdict.RATE_LIMITED, 20429, 21611),
    *rows(Verdict.NEEDS_REAUTH, 20003),
)


def twilio_table(*own: Row) -> OutcomeTable:
    """Twilio's outcome table with a connector's own rows before it."""
    return OutcomeTable(rows=(*own, *TWILIO_ROWS), reason=twilio_reason)


def twilio_reason(answer: Answer) -> Reason:
    """Twilio's code and words."""
    request_id = answer.headers.get("twilio-request-id")
    if answer.status < 300 or not isinstance(answer.body, dict):
        return Reason(request_id=request_id)
    code = answer.body.get("code")
    return Reason(str(code) if code else None, answer.body.get("message"), request_id)
