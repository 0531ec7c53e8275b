"""Discord as data: what it can do, what it takes, and its limits.

Lengths and counts are Discord's own, from https://docs.discord.com/developers/resources/message and
/webhook and its OpenAPI description (discord/discord-api-spec), read 2026-11.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from hub.connector_kit.fence import PublicUrl
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

EMBED_CHARACTERS = 6000
"""Of all embeds of a message together."""

Snowflake = Annotated[
    str, Field(pattern=r"^(0|[1-9][0-9]{0,19})$", description="Discord id: digits.")
]

Flags = Annotated[
    Literal[4, 4096, 4100],
    Field(description="4 shows no embeds of links, 4096 notifies nobody, 4100 both."),
]


class EmbedAuthor(ActionInput):
    """Who an embed names as its author."""

    name: str = Field(min_length=1, max_length=256)
    url: PublicUrl | None = None
    icon_url: PublicUrl | None = None


class EmbedImage(ActionInput):
    """A picture by its address."""

    url: PublicUrl


class EmbedFooter(ActionInput):
    """The line under an embed."""

    text: str = Field(min_length=1, max_length=2048)
    icon_url: PublicUrl | None = None


class EmbedField(ActionInput):
    """One name and value; `inline` ones stand beside each other."""

    name: str = Field(min_length=1, max_length=256)
    value: str = Field(min_length=1, max_length=1024)
    inline: bool | None = None


class Embed(ActionInput):
    """A card under the text. `color` is 0xRRGGBB as a number."""

    title: str | None = Field(default=None, min_length=1, max_length=256)
    description: str | None = Field(default=None, min_length=1, max_length=4096)
    url: PublicUrl | None = None
    color: int | None = Field(default=None, ge=0, le=0xFFFFFF)
    timestamp: AwareDatetime | None = None
    author: EmbedAuthor | None = None
    image: EmbedImage | None = None
    thumbnail: EmbedImage | None = None
    footer: EmbedFooter | None = None
    fields: list[EmbedField] | None = Field(default=None, max_length=25)

    @property
    def characters(self) -> int:
        """What counts towards the limit of all embeds together."""
        texts = [self.title, self.description]
        texts += [self.footer.text if self.footer else None]
        texts += [self.author.name if self.author else None]
        texts += [text for field in self.fields or () for text in (field.name, field.value)]
        return sum(len(text.strip()) for text in texts if text)


class AllowedMentions(ActionInput):
    """Who a message may notify: kinds in `parse`, or single ids."""

    parse: list[Literal["users", "roles", "everyone"]] = Field(default=[], max_length=3)
    users: list[Snowflake] | None = Field(default=None, max_length=100)
    roles: list[Snowflake] | None = Field(default=None, max_length=100)
    replied_user: bool | None = None

    @model_validator(mode="after")
    def _kind_or_ids(self) -> "AllowedMentions":
        for kind, ids in (("users", self.users), ("roles", self.roles)):
            if ids and kind in self.parse:
                raise ValueError(f"give either {kind} in parse or a list of {kind}")
        return self


class MessageReference(ActionInput):
    """The message that this one answers."""

    message_id: Snowflake
    channel_id: Snowflake | None = None
    guild_id: Snowflake | None = None
    fail_if_not_exists: bool | None = None


class Message(ActionInput):
    """What a bot's and a webhook's message have in common.

    Without `allowedMentions`, people and roles are notified and @everyone is not: a text that was
    written by a model must not wake up a whole server.
    """

    content: str | None = Field(default=None, min_length=1, max_length=2000)
    embeds: list[Embed] | None = Field(default=None, min_length=1, max_length=10)
    allowed_mentions: AllowedMentions = AllowedMentions(parse=["users", "roles"])
    flags: Flags | None = None

    @field_validator("embeds")
    @classmethod
    def _not_too_long(cls, embeds: list[Embed] | None) -> list[Embed] | None:
        if sum(embed.characters for embed in embeds or ()) > EMBED_CHARACTERS:
            raise ValueError(f"all embeds together may have {EMBED_CHARACTERS} characters")
        return embeds

    @model_validator(mode="after")
    def _not_empty(self) -> "Message":
        if not (self.content or "").strip() and not self.embeds:
            raise ValueError("give content or embeds")
        return self


class SendMessage(Message):
    """Input of `send_message`: a message of the bot."""

    channel_id: Snowflake
    message_reference: MessageReference | None = None


class ExecuteWebhook(Message):
    """Input of `execute_webhook`. In a forum, name a thread or begin one with `threadName`."""

    username: str | None = Field(default=None, min_length=1, max_length=80)
    avatar_url: PublicUrl | None = None
    thread_id: Snowflake | None = None
    thread_name: str | None = Field(default=None, min_length=1, max_length=100)
    applied_tags: list[Snowflake] | None = Field(default=None, max_length=5)

    @field_validator("username")
    @classmethod
    def _not_reserved(cls, username: str | None) -> str | None:
        for reserved in ("clyde", "discord"):
            if reserved in (username or "").lower():
                raise ValueError(f"Discord takes no name with {reserved} in it")
        return username

    @model_validator(mode="after")
    def _one_thread(self) -> "ExecuteWebhook":
        if self.thread_id and self.thread_name:
            raise ValueError("give either threadId or threadName")
        if self.applied_tags and not self.thread_name:
            raise ValueError("appliedTags are for a thread that threadName begins")
        return self


class ListChannels(ActionInput):
    """Input of `list_channels`. Without a guild, the connection's setting is used."""

    guild_id: Snowflake | None = None


SPEC = ConnectorSpec(
    kind="discord",
    display_name="Discord",
    description="Post to channels as a bot or through a webhook, and list a server's channels.",
    category="messaging",
    base_url="https://discord.com/api",
    auth=Auth(
        type=AuthType.API_KEY,
        credentials=(
            Credential("botToken", "Token of your application's bot.", required=False),
            Credential(
                "webhookId",
                "Of a webhook: the number in its URL.",
                secret=False,
                required=False,
            ),
            Credential("webhookToken", "Of a webhook: the last part of its URL.", required=False),
            Credential(
                "publicKey",
                "Public key of the application, in hex; verifies what Discord sends in.",
                secret=False,
                required=False,
            ),
        ),
        scopes=("bot", "webhook.incoming", "identify"),
    ),
    actions=(
        Action(
            id="send_message",
            name="Send a message",
            description="Posts a message to a channel or thread as the bot.",
            input=SendMessage,
            effect=Effect.WRITE,
            output={"id": "id of the message", "channelId": "id of the channel"},
        ),
        Action(
            id="execute_webhook",
            name="Execute the webhook",
            description="Posts through the connection's webhook, under any name and picture.",
            input=ExecuteWebhook,
            effect=Effect.WRITE,
            output={"id": "id of the message", "channelId": "id of the channel"},
        ),
        Action(
            id="list_channels",
            name="List channels",
            description="Lists a server's channels, without threads; Discord gives all at once.",
            input=ListChannels,
            effect=Effect.READ,
            output={"channels": "id, name, type, parentId, position", "cursor": "always null"},
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the bot, or the webhook of a connection without a bot.",
            input=NoInput,
            effect=Effect.READ,
            output={"id": "id", "name": "name", "type": "bot or webhook"},
        ),
    ),
    limits="50 calls a second for each bot, fewer by route as Discord tells; 10,000 refusals "
    "(401, 403, 429) in 10 minutes block the address.",
    reference="https://docs.discord.com/developers/resources/message",
    contract="JSON Schema with the facts of Discord's OpenAPI description (discord-api-spec)",
    settings=(
        Setting("apiVersion", "version in the URL; Discord's own default is the old v6", "v10"),
        Setting("guildId", "server whose channels are listed when an action names none"),
        Setting(
            "botUrl",
            "page about your bot, in the User-Agent that Discord asks for",
            "https://docs.discord.com/developers",
        ),
    ),
    webhook=Webhook("Ed25519 over timestamp and body", "X-Signature-Ed25519"),
)
