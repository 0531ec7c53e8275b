"""Slack as data: what it can do, what it takes, and how it fails."""

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
    Webhook,
)
from hub.domain.outcome import Effect

Channel = Annotated[
    str, Field(min_length=1, max_length=80, description="Channel id (C…) or name with #.")
]


class PostMessage(ActionInput):
    """Input of `post_message`: `text` or `markdown_text`, one of them."""

    channel: Channel
    text: str | None = Field(default=None, min_length=1, max_length=40_000)
    markdown_text: str | None = Field(default=None, min_length=1, max_length=12_000)
    thread_ts: str | None = Field(default=None, description="Parent message's ts, to reply to it.")
    reply_broadcast: bool | None = None
    unfurl_links: bool | None = None

    @model_validator(mode="after")
    def _one_text(self) -> "PostMessage":
        if (self.text is None) == (self.markdown_text is None):
            raise ValueError("give either text or markdownText")
        return self


class ListChannels(ActionInput):
    """Input of `list_channels`. `cursor` continues a list."""

    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str | None = None
    types: str = Field(default="public_channel", description="Comma list of channel types.")
    exclude_archived: bool = True


SPEC = ConnectorSpec(
    kind="slack",
    display_name="Slack",
    description="Post messages to channels and list them.",
    category="messaging",
    base_url="https://slack.com/api",
    auth=Auth(
        type=AuthType.API_KEY,
        credentials=(Credential("botToken", "Bot token of your Slack app; begins with xoxb-."),),
        scopes=("chat:write", "chat:write.public", "channels:read", "channels:history"),
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
            id="list_channels",
            name="List channels",
            description="Lists channels, a page at a time.",
            input=ListChannels,
            effect=Effect.READ,
            output={"channels": "id, name, isArchived, isMember", "cursor": "next page or null"},
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
    limits="Posting about 1 a second and channel; other methods 1 to 100+ a minute by tier.",
    reference="https://docs.slack.dev/reference/methods",
    contract="Method signatures of Slack's own SDK (slack_sdk)",
    webhook=Webhook("v0 HMAC-SHA256", "X-Slack-Signature"),
)
