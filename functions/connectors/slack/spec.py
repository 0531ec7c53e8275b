"""Slack as data: what it can do, what it takes, and its limits.

Lengths and counts are Slack's own: https://docs.slack.dev/reference/methods, read 2026-11.
"""

from typing import Annotated, Any

from pydantic import AwareDatetime, Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.media import Media
from hub.connector_kit.spec import (
    Action,
    ActionInput,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    OAuth,
    Webhook,
    app_credentials,
)
from hub.domain.outcome import Effect
from hub.domain.token import TokenNames

Channel = Annotated[
    str, Field(min_length=1, max_length=80, description="Channel id (C…) or name with #.")
]
ChannelId = Annotated[
    str, Field(pattern=r"^[CDG][A-Z0-9]{1,20}$", description="Channel id, like C0123456789.")
]
Timestamp = Annotated[str, Field(pattern=r"^\d+\.\d+$", description="A message's ts.")]
Cursor = Annotated[str, Field(max_length=1000, description="As the page before gave it.")]


class Message(ActionInput):
    """What posting and scheduling have in common.

    `text`, `blocks` (Block Kit; `text` is then what notifications show), or `markdownText`.
    """

    channel: Channel
    text: str | None = Field(default=None, min_length=1, max_length=40_000)
    markdown_text: str | None = Field(default=None, min_length=1, max_length=12_000)
    blocks: list[dict[str, Any]] | None = Field(default=None, min_length=1, max_length=50)
    thread_ts: Timestamp | None = Field(
        default=None, description="Parent message's ts, to reply to it."
    )
    reply_broadcast: bool | None = Field(
        default=None, description="Show a reply in the channel too."
    )
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None

    @model_validator(mode="after")
    def _one_text(self) -> "Message":
        plain = self.text is not None or self.blocks is not None
        if plain == (self.markdown_text is not None):
            raise ValueError("give either text or markdownText; blocks may stand with text alone")
        if self.reply_broadcast and self.thread_ts is None:
            raise ValueError("replyBroadcast needs threadTs")
        return self


class PostMessage(Message):
    """Input of `post_message`. Another name or icon needs the scope chat:write.customize."""

    username: str | None = Field(default=None, min_length=1, max_length=80)
    icon_emoji: str | None = Field(default=None, pattern=r"^:[^:\s]+:$")
    icon_url: PublicUrl | None = None
    mrkdwn: bool | None = Field(default=None, description="false shows text as it is written.")


class ScheduleMessage(Message):
    """Input of `schedule_message`. `postAt` is at most 120 days away."""

    post_at: AwareDatetime


class DeleteScheduled(ActionInput):
    """Input of `delete_scheduled`."""

    channel: ChannelId
    scheduled_message_id: str = Field(pattern=r"^[A-Za-z0-9]{1,40}$")


class ListChannels(ActionInput):
    """Input of `list_channels`. `cursor` continues a list."""

    limit: int = Field(default=100, ge=1, le=999)
    cursor: Cursor | None = None
    types: str = Field(
        default="public_channel",
        pattern=r"^(public_channel|private_channel|mpim|im)(,(public_channel|private_channel|mpim|im))*$",
        description="Comma list of public_channel, private_channel, mpim, im.",
    )
    exclude_archived: bool = True
    team_id: str | None = Field(default=None, description="For tokens of a whole organization.")


class UploadFile(ActionInput):
    """Input of `upload_file`. `altText` is read to those who cannot see an image."""

    media: Media
    channel: ChannelId
    title: str | None = Field(default=None, min_length=1, max_length=255)
    initial_comment: str | None = Field(default=None, min_length=1, max_length=40_000)
    thread_ts: Timestamp | None = None
    alt_text: str | None = Field(default=None, min_length=1, max_length=1000)
    snippet_type: str | None = Field(default=None, pattern=r"^[a-z0-9_+#-]{1,40}$")


class GetHistory(ActionInput):
    """Input of `get_history`: messages of a channel, or of one thread, newest first."""

    channel: ChannelId
    thread_ts: Timestamp | None = None
    oldest: AwareDatetime | None = None
    latest: AwareDatetime | None = None
    inclusive: bool | None = None
    limit: int = Field(default=100, ge=1, le=999)
    cursor: Cursor | None = None


SPEC = ConnectorSpec(
    kind="slack",
    display_name="Slack",
    description="Post, schedule and read messages, share files, list channels.",
    category="messaging",
    base_url="https://slack.com/api",
    auth=Auth(
        type=AuthType.API_KEY,
        credentials=(
            Credential("botToken", "Bot token of your Slack app; begins with xoxb-."),
            Credential(
                "signingSecret", "Signing secret of the app; signs webhooks.", required=False
            ),
            *app_credentials(),
        ),
        scopes=(
            "chat:write",
            "chat:write.public",
            "chat:write.customize",
            "channels:read",
            "groups:read",
            "channels:history",
            "groups:history",
            "files:write",
            "files:read",
        ),
        # Tokens end, after 12 hours, only for apps with token rotation; then each renewal ends the
        # refresh token it was made with. https://docs.slack.dev/authentication/using-token-rotation
        oauth=OAuth(
            authorize_url="https://slack.com/oauth/v2/authorize",
            token_url="https://slack.com/api/oauth.v2.access",  # noqa: S106 -- an address
            scope_separator=",",
            ended=("invalid_refresh_token", "token_revoked", "token_expired", "account_inactive"),
            names=TokenNames(access="botToken"),
        ),
    ),
    actions=(
        Action(
            id="post_message",
            name="Post a message",
            description="Posts a message to a channel or thread.",
            input=PostMessage,
            effect=Effect.WRITE,
            output={"ts": "id of the message", "channel": "id of the channel"},
        ),
        Action(
            id="schedule_message",
            name="Schedule a message",
            description="Has Slack post a message at a time up to 120 days away.",
            input=ScheduleMessage,
            effect=Effect.WRITE,
            output={
                "scheduledMessageId": "id, to delete it",
                "channel": "id of the channel",
                "postAt": "unix seconds",
            },
        ),
        Action(
            id="delete_scheduled",
            name="Delete a scheduled message",
            description="Takes back a scheduled message that is more than a minute away.",
            input=DeleteScheduled,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"deleted": "true"},
        ),
        Action(
            id="list_channels",
            name="List channels",
            description="Lists channels, a page at a time.",
            input=ListChannels,
            effect=Effect.READ,
            output={"channels": "id, name, isArchived, isMember", "cursor": "next page or null"},
        ),
        Action(
            id="upload_file",
            name="Upload a file",
            description="Uploads a file of any size and shares it in a channel or thread.",
            input=UploadFile,
            effect=Effect.WRITE,
            output={"fileId": "id of the file", "permalink": "its page, or null"},
        ),
        Action(
            id="get_history",
            name="Get the history",
            description="Reads a channel's or thread's messages, a page at a time.",
            input=GetHistory,
            effect=Effect.READ,
            output={"messages": "ts, text, user, botId, threadTs", "cursor": "next page or null"},
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Asks Slack who the token belongs to; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"team": "workspace", "user": "bot user"},
        ),
    ),
    limits="Posting about 1 a second and channel; at most 30 scheduled messages in 5 minutes of a "
    "channel; other methods 1 to 100+ a minute by tier.",
    reference="https://docs.slack.dev/reference/methods",
    contract="Method signatures of Slack's own SDK (slack_sdk)",
    webhook=Webhook("v0 HMAC-SHA256", "X-Slack-Signature"),
)
