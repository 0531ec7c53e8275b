"""WhatsApp as data: over Twilio, or over Meta's Cloud API."""

from connectors.whatsapp.inputs import GetStatus, SendSessionMessage, SendTemplate
from hub.connector_kit.meta import API_VERSION
from hub.connector_kit.spec import (
    Action,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    Setting,
    Webhook,
)
from hub.connector_kit.twilio import BASE_URL, CREDENTIALS
from hub.domain.outcome import Effect

GRAPH_URL = "https://graph.facebook.com"

_SENT = {"messageId": "id of the message", "status": "queued, accepted, …"}

SPEC = ConnectorSpec(
    kind="whatsapp",
    display_name="WhatsApp",
    description="Send WhatsApp templates and answers, through Twilio or Meta's Cloud API.",
    category="messaging",
    base_url=BASE_URL,
    auth=Auth(
        type=AuthType.BASIC,
        credentials=(
            *CREDENTIALS,
            Credential("accessToken", "Meta: permanent token of a system user.", required=False),
            Credential(
                "appSecret",
                "Meta: the app's secret; signs its webhooks and our calls.",
                required=False,
            ),
            Credential("verifyToken", "Meta: the token you chose for webhooks.", required=False),
        ),
        scopes=("whatsapp_business_messaging", "whatsapp_business_management"),
    ),
    actions=(
        Action(
            id="send_template",
            name="Send a template",
            description="Sends an approved template to one recipient, at any time.",
            input=SendTemplate,
            effect=Effect.WRITE,
            output=_SENT,
        ),
        Action(
            id="send_session_message",
            name="Send a session message",
            description="Sends text or media within 24 hours of the recipient's last message.",
            input=SendSessionMessage,
            effect=Effect.WRITE,
            output=_SENT,
        ),
        Action(
            id="get_status",
            name="Get the status",
            description="Tells what became of a message (Twilio; Meta tells by webhook alone).",
            input=GetStatus,
            effect=Effect.READ,
            output={
                "messageId": "id",
                "status": "delivered, read, failed, …",
                "errorCode": "or null",
                "mayRetry": "whether it may arrive if sent again later; null without an error",
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the account or the phone number; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"account": "id", "name": "its name", "status": "active, quality, …"},
        ),
    ),
    limits="80 messages a second and number (up to 1,000); one message in 6 seconds to the same "
    "recipient over time; templates to a number of new recipients a day that grows with quality. "
    "Text 1,600 characters over Twilio, 4,096 over Meta; captions 1,024.",
    reference="https://www.twilio.com/docs/whatsapp/api and "
    "https://developers.facebook.com/documentation/business-messaging/whatsapp",
    contract="Parameter lists of Twilio's own SDK (twilio); a JSON Schema of Meta's Cloud API "
    "reference",
    settings=(
        Setting("provider", "twilio or meta: who carries the messages", "twilio"),
        Setting("from", "Twilio: WhatsApp number to send from, when an action names none"),
        Setting("messagingServiceSid", "Twilio: messaging service when an action names no sender"),
        Setting("phoneNumberId", "Meta: id of the business phone number"),
        Setting("apiVersion", "Meta: version of the Graph API", API_VERSION),
    ),
    webhook=Webhook(
        "Twilio: HMAC-SHA1 over URL and parameters; Meta: sha256= HMAC-SHA256 over the body",
        "X-Twilio-Signature or X-Hub-Signature-256",
    ),
)
