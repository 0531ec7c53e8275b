"""SMS over Twilio as data."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.media import Media
from hub.connector_kit.spec import (
    Action,
    ActionInput,
    Auth,
    AuthType,
    ConnectorSpec,
    NoInput,
    Setting,
    Webhook,
)
from hub.connector_kit.twilio import (
    BASE_URL,
    CREDENTIALS,
    MAX_BODY,
    ContentSid,
    ContentVariables,
    MessageSid,
    MessagingServiceSid,
    Phone,
)
from hub.domain.outcome import Effect

Sender = Annotated[
    str,
    Field(
        pattern=r"^(\+[1-9]\d{6,14}|\d{3,8}|[A-Za-z0-9 +_&-]{1,11}|rcs:[A-Za-z0-9_-]{1,64})$",
        description="Your Twilio number, short code or alphanumeric sender id.",
    ),
]
Intent = Literal[
    "otp",
    "notifications",
    "marketing",
    "fraud",
    "security",
    "customercare",
    "delivery",
    "education",
    "polling",
    "announcements",
    "events",
]


class Message(ActionInput):
    """What a message has, sent now or later. Without a sender, the connection's is used."""

    to: Phone
    body: str | None = Field(default=None, min_length=1, max_length=MAX_BODY)
    media: tuple[Media, ...] = Field(
        default=(), max_length=10, description="Makes it an MMS: 5 MB in all; US and Canada mostly."
    )
    content_sid: ContentSid | None = None
    content_variables: ContentVariables | None = None
    from_: Sender | None = Field(default=None, alias="from")
    messaging_service_sid: MessagingServiceSid | None = None
    status_callback: PublicUrl | None = Field(
        default=None, description="Where Twilio shall tell what becomes of the message."
    )
    validity_period: int | None = Field(
        default=None, ge=1, le=36_000, description="Seconds Twilio may keep trying; best over 5."
    )
    shorten_urls: bool | None = Field(
        default=None, description="Shorten links; needs a messaging service with a link domain."
    )
    smart_encoded: bool | None = Field(
        default=None, description="Replace Unicode look-alikes, so that fewer segments are paid."
    )
    risk_check: Literal["enable", "disable"] | None = Field(
        default=None, description="SMS pumping protection for this message."
    )
    send_as_mms: bool | None = Field(
        default=None, description="Send a long text as one MMS instead of several segments."
    )
    message_intent: Intent | None = Field(default=None, description="What the message is for.")
    content_retention: Literal["retain", "discard"] | None = Field(
        default=None, description="Whether Twilio keeps the text after delivery."
    )
    address_retention: Literal["retain", "obfuscate"] | None = Field(
        default=None, description="Whether Twilio keeps the recipient's number."
    )

    @model_validator(mode="after")
    def _one_content(self) -> "Message":
        own = self.body is not None or bool(self.media)
        if own == (self.content_sid is not None):
            raise ValueError("give either body or media, or contentSid")
        if self.content_variables is not None and self.content_sid is None:
            raise ValueError("contentVariables need a contentSid")
        return self


class SendSms(Message):
    """Input of `send_sms`."""


class ScheduleSms(Message):
    """Input of `schedule_sms`. It needs a messaging service, here or in the settings."""

    send_at: AwareDatetime = Field(description="ISO 8601 with zone; 5 minutes to 35 days ahead.")


class OneMessage(ActionInput):
    """Input of `get_status` and `cancel_scheduled`."""

    sid: MessageSid


class ListMessages(ActionInput):
    """Input of `list_messages`. `cursor` continues a list, with what was asked for then."""

    to: Phone | None = None
    from_: str | None = Field(default=None, alias="from", min_length=1, max_length=40)
    sent_after: AwareDatetime | None = None
    sent_before: AwareDatetime | None = None
    limit: int = Field(default=50, ge=1, le=1000)
    cursor: str | None = Field(default=None, min_length=1, max_length=1000)


class CheckOptOut(ActionInput):
    """Input of `check_opt_out`."""

    number: Phone


_SENT = {"sid": "id of the message", "status": "queued, accepted, …", "segments": "0 if not known"}

SPEC = ConnectorSpec(
    kind="sms",
    display_name="SMS",
    description="Send text messages through Twilio, now or later, and see whether they arrived.",
    category="messaging",
    base_url=BASE_URL,
    auth=Auth(type=AuthType.BASIC, credentials=CREDENTIALS),
    actions=(
        Action(
            id="send_sms",
            name="Send an SMS",
            description="Sends a text or MMS to one recipient, unless the recipient opted out.",
            input=SendSms,
            effect=Effect.WRITE,
            output=_SENT,
        ),
        Action(
            id="schedule_sms",
            name="Schedule an SMS",
            description="Has Twilio send a message at a fixed time, from a messaging service.",
            input=ScheduleSms,
            effect=Effect.WRITE,
            output={**_SENT, "sendAt": "when it will be sent"},
        ),
        Action(
            id="cancel_scheduled",
            name="Cancel a scheduled SMS",
            description="Cancels a message that waits for its time; harmless if it is cancelled.",
            input=OneMessage,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"sid": "id", "status": "canceled"},
        ),
        Action(
            id="get_status",
            name="Get the status",
            description="Tells what became of a message.",
            input=OneMessage,
            effect=Effect.READ,
            output={
                "sid": "id",
                "status": "delivered, failed, …",
                "errorCode": "or null",
                "mayRetry": "whether it may arrive if sent again later; null without an error",
            },
        ),
        Action(
            id="list_messages",
            name="List messages",
            description="Lists sent and received messages, newest first, a page at a time.",
            input=ListMessages,
            effect=Effect.READ,
            output={
                "messages": "sid, status, direction, from, to, body, segments, sentAt, createdAt",
                "cursor": "next page or null",
            },
        ),
        Action(
            id="check_opt_out",
            name="Check an opt-out",
            description="Tells whether a number opted out: from this connection's own table, and "
            "from the keywords that the number sent in.",
            input=CheckOptOut,
            effect=Effect.READ,
            output={
                "optedOut": "true or false",
                "since": "when, or null",
                "source": "send_refused, status_callback, inbound or null",
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the account; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"accountSid": "id", "name": "friendly name", "status": "active, …"},
        ),
    ),
    limits="Twilio queues by sender: 1 to 100+ messages a second, for up to 10 hours; HTTP 429 on "
    "too many calls at once. Text 1,600 characters, 10 media. Schedules 5 minutes to 35 days "
    "ahead, at most 500,000 an account.",
    reference="https://www.twilio.com/docs/messaging/api/message-resource",
    contract="Parameter lists of Twilio's own SDK (twilio)",
    settings=(
        Setting("from", "sender when an action names none"),
        Setting("messagingServiceSid", "messaging service when an action names no sender"),
    ),
    webhook=Webhook("HMAC-SHA1 over URL and parameters", "X-Twilio-Signature"),
)
