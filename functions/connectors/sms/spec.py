"""SMS over Twilio as data."""

from typing import Annotated

from pydantic import Field, model_validator

from hub.connector_kit.spec import (
    Action,
    ActionInput,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    Setting,
    Webhook,
)
from hub.domain.outcome import Effect

Phone = Annotated[
    str, Field(pattern=r"^\+[1-9]\d{6,14}$", description="Phone number in E.164, like +4915112345.")
]
MessageSid = Annotated[str, Field(pattern=r"^(SM|MM)[0-9a-fA-F]{32}$")]


class SendSms(ActionInput):
    """Input of `send_sms`. Without a sender, the connection's setting is used."""

    to: Phone
    body: str = Field(min_length=1, max_length=1600)
    from_: str | None = Field(
        default=None, alias="from", description="Sender: your Twilio number or sender id."
    )
    messaging_service_sid: str | None = Field(default=None, pattern=r"^MG[0-9a-fA-F]{32}$")
    validity_period: int | None = Field(
        default=None, ge=1, le=36_000, description="Seconds Twilio may keep trying."
    )

    @model_validator(mode="after")
    def _one_sender(self) -> "SendSms":
        if self.from_ and self.messaging_service_sid:
            raise ValueError("give either from or messagingServiceSid")
        return self


class GetStatus(ActionInput):
    """Input of `get_status`."""

    sid: MessageSid


SPEC = ConnectorSpec(
    kind="sms",
    display_name="SMS",
    description="Send text messages through Twilio and see whether they arrived.",
    category="messaging",
    base_url="https://api.twilio.com/2010-04-01",
    auth=Auth(
        type=AuthType.BASIC,
        credentials=(
            Credential("accountSid", "Account SID; begins with AC.", secret=False),
            Credential("authToken", "Auth token of the account."),
            Credential("apiKeySid", "API key SID, instead of the auth token.", required=False),
            Credential("apiKeySecret", "Secret of the API key.", required=False),
        ),
    ),
    actions=(
        Action(
            id="send_sms",
            name="Send an SMS",
            description="Sends a text message to one recipient.",
            input=SendSms,
            effect=Effect.WRITE,
            output={"sid": "id of the message", "status": "queued, accepted, …", "segments": "n"},
        ),
        Action(
            id="get_status",
            name="Get the status",
            description="Tells what became of a message.",
            input=GetStatus,
            effect=Effect.READ,
            output={"sid": "id", "status": "delivered, failed, …", "errorCode": "or null"},
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
    limits="Twilio queues by sender: 1 to 100+ messages a second. HTTP 429 on too many at once.",
    reference="https://www.twilio.com/docs/messaging/api/message-resource",
    contract="Parameter lists of Twilio's own SDK (twilio)",
    settings=(
        Setting("from", "sender when an action names none"),
        Setting("messagingServiceSid", "messaging service when an action names no sender"),
    ),
    webhook=Webhook("HMAC-SHA1 over URL and parameters", "X-Twilio-Signature"),
)
