"""Gmail as data."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.google import google_auth
from hub.connector_kit.media import Media
from hub.connector_kit.spec import Action, ActionInput, ConnectorSpec, NoInput, Setting
from hub.domain.outcome import Effect

MAX_MESSAGE_BYTES = 36_700_160
"""Of a whole message as it is sent, its attachments in base64 (the contract's `maxSize`)."""

MAX_RECIPIENTS = 500
"""Gmail's own limit is 100 to 500 a message, by the account."""

# One line: a line break would begin another header. The ranges are the control characters and the
# two Unicode line separators.
_LINE = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]"
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
_NAME = r"[^<>\x00-\x1f\x7f-\x9f\u2028\u2029]{0,200}"

ADDRESS_PATTERN = rf"^({_LOCAL}@{_DOMAIN}|{_NAME}<{_LOCAL}@{_DOMAIN}>)$"
"""`ann@example.com` or `Ann Lee <ann@example.com>`."""

Address = Annotated[
    str,
    Field(
        pattern=ADDRESS_PATTERN,
        max_length=520,
        description="ann@example.com or Ann Lee <ann@example.com>; international domains as xn--….",
    ),
]
MailId = Annotated[
    str, Field(pattern=r"^<[!-;=?-~]{3,500}>$", description="Message-ID, with its < and >.")
]
GmailId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class EmailContent(ActionInput):
    """What an email is made of: `text`, `html` or both, as alternatives.

    To reply: `threadId`, `inReplyTo` and the thread's `subject`, with or without `Re:`. Gmail puts
    a message into a thread only when all three fit (its contract, at `threadId`).
    """

    to: list[Address] = Field(default=[], max_length=MAX_RECIPIENTS)
    cc: list[Address] = Field(default=[], max_length=MAX_RECIPIENTS)
    bcc: list[Address] = Field(default=[], max_length=MAX_RECIPIENTS)
    from_: Address | None = Field(
        default=None, alias="from", description="One of the account's own addresses or aliases."
    )
    reply_to: list[Address] = Field(default=[], max_length=20)
    subject: str = Field(default="", max_length=900, pattern=rf"^{_LINE}*$")
    text: str | None = Field(default=None, min_length=1, max_length=500_000)
    html: str | None = Field(default=None, min_length=1, max_length=1_000_000)
    attachments: list[Media] = Field(
        default=[], max_length=25, description="35 MB in all, counted in base64."
    )
    thread_id: GmailId | None = None
    in_reply_to: MailId | None = None
    references: list[MailId] = Field(
        default=[], max_length=100, description="Message-IDs of the thread; else just inReplyTo."
    )
    list_unsubscribe: PublicUrl | None = Field(
        default=None, description="One-click unsubscribe URL (RFC 8058); wanted of bulk mail."
    )

    @model_validator(mode="after")
    def _content(self) -> "EmailContent":
        if self.text is None and self.html is None:
            raise ValueError("give text, html or both")
        if len(self.to) + len(self.cc) + len(self.bcc) > MAX_RECIPIENTS:
            raise ValueError(f"an email has at most {MAX_RECIPIENTS} recipients in all")
        if self.thread_id and not self.in_reply_to:
            raise ValueError("give inReplyTo with threadId: Gmail wants both to join a thread")
        if self.references and not self.in_reply_to:
            raise ValueError("give inReplyTo with references")
        return self


class SendEmail(EmailContent):
    """Input of `send_email`."""

    @model_validator(mode="after")
    def _recipient(self) -> "SendEmail":
        if not (self.to or self.cc or self.bcc):
            raise ValueError("name a recipient in to, cc or bcc")
        return self


class CreateDraft(EmailContent):
    """Input of `create_draft`. A draft may be without recipients."""


class SendDraft(ActionInput):
    """Input of `send_draft`."""

    draft_id: GmailId


class ListThreads(ActionInput):
    """Input of `list_threads`. `cursor` continues a list."""

    query: str | None = Field(
        default=None, min_length=1, max_length=2000, description="As in Gmail's search box."
    )
    label_ids: list[GmailId] = Field(default=[], max_length=50, description="Having all of these.")
    include_spam_trash: bool = False
    limit: int = Field(default=50, ge=1, le=500)
    cursor: str | None = Field(default=None, min_length=1, max_length=2000)


class GetThread(ActionInput):
    """Input of `get_thread`. `metadata` is headers without bodies, `minimal` neither."""

    thread_id: GmailId
    format: Literal["full", "metadata", "minimal"] = "full"


_SENT = {
    "messageId": "Gmail's id of the message",
    "threadId": "id of its thread",
    "labelIds": "its labels",
}

SPEC = ConnectorSpec(
    kind="gmail",
    display_name="Gmail",
    description="Send email, write drafts and read threads of a Gmail account.",
    category="email",
    base_url="https://gmail.googleapis.com",
    auth=google_auth(
        "https://www.googleapis.com/auth/gmail.compose",
        "https://www.googleapis.com/auth/gmail.readonly",
    ),
    actions=(
        Action(
            id="send_email",
            name="Send an email",
            description="Sends an email with text, HTML and attachments, or replies in a thread.",
            input=SendEmail,
            effect=Effect.WRITE,
            output=_SENT,
        ),
        Action(
            id="create_draft",
            name="Create a draft",
            description="Writes an email without sending it.",
            input=CreateDraft,
            effect=Effect.WRITE,
            output={
                "draftId": "id to send it by",
                "messageId": "Gmail's id of its message",
                "threadId": "id of its thread",
            },
        ),
        Action(
            id="send_draft",
            name="Send a draft",
            description="Sends a draft as it is.",
            input=SendDraft,
            effect=Effect.WRITE,
            output=_SENT,
        ),
        Action(
            id="list_threads",
            name="List threads",
            description="Finds threads by search and label, a page at a time.",
            input=ListThreads,
            effect=Effect.READ,
            output={"threads": "id, snippet, historyId", "cursor": "next page or null"},
        ),
        Action(
            id="get_thread",
            name="Get a thread",
            description="Reads the messages of a thread, with what a reply needs.",
            input=GetThread,
            effect=Effect.READ,
            output={
                "threadId": "id",
                "messages": "messageId, labelIds, receivedAt, from, to, cc, subject, inReplyTo, "
                "references, rfc822MessageId, snippet, text, html, attachments",
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the account's profile; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"emailAddress": "the account's", "messagesTotal": "n", "threadsTotal": "n"},
        ),
    ),
    limits="6,000 units a minute and user (15,000 in older projects); a send is 100 units, so "
    "about 60 emails a minute. 500 (Gmail) or 2,000 (Workspace) emails a day; 100 to 500 "
    "recipients an email. 35 MB an email, attachments in base64.",
    reference="https://developers.google.com/workspace/gmail/api/reference/rest",
    contract="Google's discovery document gmail.v1 (google-api-python-client)",
    settings=(
        Setting("apiVersion", "version of the API in its paths", default="v1"),
        Setting("from", "sender when an email names none; else the account's own address"),
    ),
)
