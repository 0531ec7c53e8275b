"""What `generate-sequence` and `optimize-subject` take and give."""

from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, model_validator

from agents.email.facts import sentences
from agents.email.placeholders import undeclared
from agents.email.timetable import MAX_DAYS, Cadence, days_of, zone_of
from hub.agent_kit.deliveries import WithDeliveries
from hub.agent_kit.grounding import Citation, WithGrounding
from hub.agent_kit.spec import Call, IntentModel
from hub.connector_kit.fence import PublicUrl
from hub.domain.model import Instant

MAX_STEPS = 20
"""Steps of a plan: what a delivery list may hold, too."""

SEND = ("gmail", "send_email")
"""What `send` becomes."""

# One line without controls: a line break in a header would begin another header.
LINE = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_~-]+"
_HOST = r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
_BARE = rf"{_ATOM}(\.{_ATOM})*@{_HOST}"
_NAME = r"[^<>\x00-\x1f\x7f-\x9f\u2028\u2029]{0,200}"
ADDRESS = rf"^({_BARE}|{_NAME}<{_BARE}>)$"

Origin = Literal["given", "written"]
Tone = Literal["neutral", "friendly", "professional", "playful", "bold"]
Token = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z][A-Za-z0-9_]{0,39}$",
        description="Name of a placeholder: firstName stands for {{firstName}}.",
    ),
]
Personalization = Annotated[
    tuple[Token, ...],
    Field(max_length=10, description="The placeholders that texts may have, and no others."),
]
Line = Annotated[str, Field(pattern=LINE)]
Link = Annotated[
    str,
    Field(
        max_length=2000,
        pattern=r"^https?://[^\s()<>\[\]{}\"'\\]+$",
        description="http(s) URL; brackets and quotes percent-encoded.",
    ),
]


def _zone(name: str) -> str:
    zone_of(name)
    return name


Zone = Annotated[str, Field(max_length=60), AfterValidator(_zone)]


class Recipient(IntentModel):
    """Who gets the mails. An address alone may stand for it."""

    model_config = ConfigDict(json_schema_extra={"type": ["object", "string"]})

    address: str = Field(
        pattern=ADDRESS, max_length=520, description="ann@example.com or Ann <ann@example.com>."
    )
    values: dict[Token, Annotated[Line, Field(max_length=200)]] = Field(
        default_factory=dict,
        max_length=10,
        description="What stands in the place of each placeholder in this recipient's mails.",
    )

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, raw: Any) -> Any:
        return {"address": raw} if isinstance(raw, str) else raw

    @property
    def mailbox(self) -> str:
        """The bare address in small letters."""
        return self.address.rpartition("<")[2].removesuffix(">").casefold()


class Send(IntentModel):
    """Sends each mail to each recipient over Gmail, as a copy of their own."""

    connection_id: str | None = Field(
        default=None, description="Gmail connection; without one, the built-in sandbox."
    )
    to: tuple[Recipient, ...] = Field(min_length=1, max_length=MAX_STEPS)
    start_at: AwareDatetime | None = Field(
        default=None,
        description="When day 0 is, with its zone. Default: at once. Later mails go out at the "
        "same local time of day in `timezone`, also across changes of the clocks; a time that such "
        "a change leaves out moves on by what was left out.",
    )
    timezone: Zone = Field(default="UTC", description="IANA zone, for example Europe/Berlin.")
    list_unsubscribe: PublicUrl | None = Field(
        default=None, description="One-click unsubscribe URL (RFC 8058); https."
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen: set[str] = set()
        for recipient in self.to:
            if recipient.mailbox in seen:
                raise ValueError(f"{recipient.mailbox} is named twice; each gets every mail once")
            seen.add(recipient.mailbox)
        return self


class SequenceInput(WithGrounding, WithDeliveries):
    """Input of `generate-sequence`. With `send`, the steps run side by side, each at its time."""

    brief: str = Field(min_length=3, max_length=4000, description="What the mails say: the facts.")
    goal: str | None = Field(
        default=None, max_length=300, description="What readers shall do in the end; not printed."
    )
    audience: str | None = Field(default=None, max_length=200, description="Who reads it.")
    count: int | None = Field(
        default=None, ge=1, le=10, description="Mails. Default: one a day offset, else 3."
    )
    day_offsets: tuple[Annotated[int, Field(ge=0, le=MAX_DAYS)], ...] = Field(
        default=(), max_length=10, description="Day of each mail from the start, ascending."
    )
    cadence: Cadence = Field(
        default="fading",
        description="Days when there are no offsets; fading waits a day longer each time: 0, 2, 5, "
        "9, 14.",
    )
    tone: Tone = "neutral"
    sender_name: Annotated[Line, Field(max_length=100)] | None = None
    link: Link | None = Field(default=None, description="Where the call to action leads.")
    call_to_action: str | None = Field(
        default=None,
        max_length=80,
        pattern=r"^[^\[\]*\n]*$",
        description="The words of the link; without brackets, stars and line breaks.",
    )
    unsubscribe_text: str | None = Field(
        default=None, max_length=500, description="Goes under every mail."
    )
    personalization: Personalization = ()
    send: Send | None = None

    @property
    def days(self) -> tuple[int, ...]:
        """The day of each mail."""
        return self.day_offsets or days_of(self.count or 3, self.cadence)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _check_words(self.brief)
        _check_days(self.count, self.day_offsets)
        _check_placeholders(
            self.personalization,
            brief=self.brief,
            callToAction=self.call_to_action,
            senderName=self.sender_name,
            unsubscribeText=self.unsubscribe_text,
        )
        if self.send:
            self._check_send(self.send)
        return self

    def _check_send(self, send: Send) -> None:
        mails, others = len(self.days), len(self.deliver)
        steps = mails * len(send.to) + others
        if steps > MAX_STEPS:
            more = f" and {others} deliveries" if others else ""
            raise ValueError(
                f"{mails} mails to {len(send.to)} recipients{more} are {steps} steps, and a plan "
                f"has at most {MAX_STEPS}; split the recipients over several runs"
            )
        for index, recipient in enumerate(send.to):
            missing = [name for name in self.personalization if name not in recipient.values]
            if missing:
                raise ValueError(f"send.to.{index} has no value for {', '.join(missing)}")

    def allowed_calls(self) -> frozenset[Call]:
        """The deliveries' calls, and sending if it was asked for."""
        calls = super().allowed_calls()
        return calls | {Call(*SEND, self.send.connection_id)} if self.send else calls


class MailWarning(IntentModel):
    """Something to look at before sending. `mail` counts from 1; without it, it is about all."""

    mail: int | None = None
    field: str
    message: str


class Mail(IntentModel):
    """One mail. Its placeholders stand as they are; `words` counts those of the text."""

    day: int
    send_at: Instant | None = Field(default=None, description="When it goes out, if it is sent.")
    subject: str = Field(min_length=1, max_length=150)
    preview: str = Field(max_length=200, description="What inboxes show after the subject.")
    body_markdown: str
    body_text: str
    body_html: str
    words: int
    sources: tuple[int, ...] = Field(default=(), description="Numbers of the citations it used.")


class SequenceOutput(IntentModel):
    """Output of `generate-sequence`. `document` is the whole sequence in Markdown."""

    engine: str
    summary: str
    mails: tuple[Mail, ...]
    document: str
    warnings: tuple[MailWarning, ...]
    citations: tuple[Citation, ...]


Subject = Annotated[str, Field(min_length=1, max_length=200, pattern=LINE)]


class SubjectInput(WithGrounding, WithDeliveries):
    """Input of `optimize-subject`: subjects to score, a brief to write others from, or both."""

    subjects: tuple[Subject, ...] = Field(default=(), max_length=10)
    brief: str | None = Field(
        default=None, min_length=3, max_length=4000, description="What the mail is about."
    )
    audience: str | None = Field(default=None, max_length=200, description="Who reads it.")
    preview: str | None = Field(
        default=None, max_length=200, pattern=LINE, description="The mail's preview text."
    )
    tone: Tone = "neutral"
    personalization: Personalization = ()
    max_variants: int = Field(
        default=5, ge=0, le=20, description="New subjects to write; 0 only scores those given."
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.subjects and (self.brief is None or self.max_variants == 0):
            raise ValueError("give subjects to score, or a brief and maxVariants to write some")
        if self.brief:
            _check_words(self.brief)
        texts = {f"subjects.{index}": text for index, text in enumerate(self.subjects)}
        _check_placeholders(self.personalization, brief=self.brief, preview=self.preview, **texts)
        return self


class Reason(IntentModel):
    """One check of a subject: the points it gave or took, and why."""

    check: str
    points: int
    message: str


class SubjectVariant(IntentModel):
    """A subject and its score of 0 to 100. `onPhone` is what a phone shows of it."""

    rank: int
    subject: str
    origin: Origin
    score: int = Field(ge=0, le=100)
    characters: int
    words: int
    on_phone: str
    reasons: tuple[Reason, ...]
    sources: tuple[int, ...] = ()


class SubjectOutput(IntentModel):
    """Output of `optimize-subject`, best first. `leftOut` names what was written and not kept."""

    engine: str
    best: str
    variants: tuple[SubjectVariant, ...]
    left_out: tuple[str, ...] = ()
    citations: tuple[Citation, ...]


class WrittenMail(IntentModel):
    """What a writer writes of one mail; link, sender and unsubscribe text are put in by code."""

    subject: str = Field(min_length=1, max_length=150, description="Best within 40 characters.")
    preview: str = Field(min_length=1, max_length=200, description="Adds to the subject.")
    greeting: str = Field(max_length=100, description="For example: Hello,")
    body: str = Field(
        min_length=1, max_length=6000, description="Markdown: paragraphs, - lists, **bold**."
    )
    closing: str = Field(max_length=100, description="Before the sender's name: Best regards,")
    sources: tuple[int, ...] = Field(default=(), max_length=20, description="Source numbers used.")


class WrittenSequence(IntentModel):
    """What a writer writes for `generate-sequence`."""

    mails: tuple[WrittenMail, ...] = Field(min_length=1, max_length=10)


class WrittenSubject(IntentModel):
    """A subject, and the numbers of the sources it was written from."""

    subject: str = Field(min_length=1, max_length=150)
    sources: tuple[int, ...] = Field(default=(), max_length=20)


class WrittenSubjects(IntentModel):
    """What a writer writes for `optimize-subject`."""

    subjects: tuple[WrittenSubject, ...] = Field(max_length=20)


def _check_words(brief: str) -> None:
    if not sentences(brief):
        raise ValueError("brief has no words; say what to write about")


def _check_days(count: int | None, offsets: tuple[int, ...]) -> None:
    if count is not None and offsets and count != len(offsets):
        raise ValueError(f"count is {count} and dayOffsets has {len(offsets)}; make them agree")
    if any(later <= earlier for earlier, later in pairwise(offsets)):
        raise ValueError("dayOffsets must ascend, with one mail a day at most")


def _check_placeholders(declared: tuple[str, ...], **texts: str | None) -> None:
    for field, text in texts.items():
        unknown = undeclared(text or "", declared)
        if unknown:
            raise ValueError(f"{field} has {{{{{unknown[0]}}}}}; name it in personalization")
