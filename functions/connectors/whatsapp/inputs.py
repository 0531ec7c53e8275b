"""What WhatsApp's actions take. Limits: WhatsApp's own, and those of Twilio and Meta.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/template-messages
and https://www.twilio.com/docs/whatsapp/guidance-whatsapp-media-messages, read 2026-11.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.media import Media
from hub.connector_kit.spec import ActionInput
from hub.connector_kit.twilio import (
    ContentSid,
    ContentVariables,
    MessagingServiceSid,
    Phone,
)

MAX_TEXT = 4096
"""Characters of a text over Meta; over Twilio 1,600."""

MAX_CAPTION = 1024

MediaType = Literal["image", "video", "audio", "document", "sticker"]
_MEDIA = ("image", "video", "document")

MessageId = Annotated[
    str,
    Field(
        pattern=r"^((SM|MM)[0-9a-fA-F]{32}|wamid\.[A-Za-z0-9+/=_-]{1,256})$",
        description="Id of a message: SM… or MM… from Twilio, wamid.… from Meta.",
    ),
]


class Currency(ActionInput):
    """An amount in a template. `fallbackValue` is shown where it cannot be localized."""

    fallback_value: str = Field(min_length=1, max_length=100)
    code: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217.")
    amount_1000: int = Field(alias="amount1000", description="The amount times 1,000.")


class DateTime(ActionInput):
    """A time in a template, as text."""

    fallback_value: str = Field(min_length=1, max_length=100)


class Parameter(ActionInput):
    """One value of a template's component (Meta). `type` says which field holds it."""

    type: Literal[
        "text", "currency", "date_time", "image", "video", "document", "payload", "coupon_code"
    ]
    parameter_name: str | None = Field(
        default=None, pattern=r"^[a-z0-9_]{1,64}$", description="For templates with named values."
    )
    text: str | None = Field(default=None, min_length=1, max_length=1024)
    currency: Currency | None = None
    date_time: DateTime | None = None
    media: Media | None = Field(default=None, description="Of an image, video or document.")
    payload: str | None = Field(default=None, min_length=1, max_length=256)
    coupon_code: str | None = Field(default=None, min_length=1, max_length=20)

    @model_validator(mode="after")
    def _value_of_its_type(self) -> "Parameter":
        holder = "media" if self.type in _MEDIA else self.type
        fields = ("text", "currency", "date_time", "media", "payload", "coupon_code")
        given = [name for name in fields if getattr(self, name) is not None]
        if given != [holder]:
            raise ValueError(f"a parameter of type {self.type} has its value in {holder} alone")
        return self


class Component(ActionInput):
    """One part of a template with the values for it (Meta). `index` counts buttons from 0."""

    type: Literal["header", "body", "button"]
    sub_type: Literal["quick_reply", "url", "catalog", "copy_code"] | None = None
    index: int | None = Field(default=None, ge=0, le=9)
    parameters: tuple[Parameter, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _button_is_named(self) -> "Component":
        named = (self.sub_type is not None, self.index is not None)
        if named != (self.type == "button",) * 2:
            raise ValueError("a button, and nothing else, has subType and index")
        return self


class MetaTemplate(ActionInput):
    """A template of Meta's: its name, its language as it was approved, and the values for it."""

    name: str = Field(pattern=r"^[a-z0-9_]{1,512}$")
    language: str = Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2,3})?$", description="Like en or pt_BR.")
    components: tuple[Component, ...] = Field(default=(), max_length=12)


class Addressed(ActionInput):
    """What every message has. Twilio alone knows `from`, `messagingServiceSid` and
    `statusCallback`; Meta alone `replyTo`.
    """

    to: Phone
    from_: Phone | None = Field(
        default=None, alias="from", description="WhatsApp number to send from (Twilio)."
    )
    messaging_service_sid: MessagingServiceSid | None = None
    status_callback: PublicUrl | None = Field(
        default=None, description="Where Twilio shall tell what becomes of the message."
    )
    reply_to: str | None = Field(
        default=None,
        pattern=r"^wamid\.[A-Za-z0-9+/=_-]{1,256}$",
        description="Message this one answers (Meta).",
    )


class SendTemplate(Addressed):
    """Input of `send_template`: `contentSid` over Twilio, `template` over Meta."""

    content_sid: ContentSid | None = None
    content_variables: ContentVariables | None = None
    template: MetaTemplate | None = None

    @model_validator(mode="after")
    def _one_template(self) -> "SendTemplate":
        if (self.content_sid is None) == (self.template is None):
            raise ValueError("give either contentSid (Twilio) or template (Meta)")
        if self.content_variables is not None and self.content_sid is None:
            raise ValueError("contentVariables need a contentSid")
        return self


class SendSessionMessage(Addressed):
    """Input of `send_session_message`: text, media with or without text as caption."""

    text: str | None = Field(default=None, min_length=1, max_length=MAX_TEXT)
    media: Media | None = Field(default=None, description="16 MB over Twilio; images 5 MB.")
    media_type: MediaType | None = Field(default=None, description="Else as its content type.")
    preview_url: bool | None = Field(default=None, description="Show a link's preview (Meta).")

    @model_validator(mode="after")
    def _some_content(self) -> "SendSessionMessage":
        if self.text is None and self.media is None:
            raise ValueError("give text, media or both")
        if self.media_type is not None and self.media is None:
            raise ValueError("mediaType needs media")
        if self.preview_url is not None and self.media is not None:
            raise ValueError("previewUrl goes with text alone")
        return self


class GetStatus(ActionInput):
    """Input of `get_status`."""

    message_id: MessageId
