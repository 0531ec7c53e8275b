"""What the content agent takes and gives: `repurpose`."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BeforeValidator, Field, model_validator

from agents.content.models import Audience, Https, OneLine, Tone, listed
from hub.agent_kit.deliveries import WithDeliveries
from hub.agent_kit.grounding import Citation, WithGrounding
from hub.agent_kit.platforms import LIMITS
from hub.agent_kit.spec import Call, IntentModel

TargetName = Literal["linkedin", "x_thread", "email", "outline"]

MAX_POSTS = 25
"""Of a thread: what x.post_thread takes."""

MAX_SUBJECT = 60
MAX_PREVIEW = 110
"""Of a mail's preview text: about what the widest mail programs show of it."""

MAX_MAIL = 10_000
MAX_LINKEDIN = LIMITS["linkedin"].max_length
MAX_X = LIMITS["x"].max_length
_NEEDED: dict[str, TargetName] = {"linkedin": "linkedin", "x": "x_thread"}


class PublishedPost(IntentModel):
    """Publish the LinkedIn post, or the thread on X."""

    platform: Literal["linkedin", "x"]
    connection_id: str | None = Field(
        default=None, description="Connection to use; without one, the built-in sandbox."
    )
    at: AwareDatetime | None = Field(
        default=None, description="When to do it, at the earliest; within a year. Default: at once."
    )


class RepurposeInput(WithGrounding, WithDeliveries):
    """Input of `repurpose`.

    In `deliver`, {{linkedin}}, {{xThread}}, {{emailSubject}}, {{emailPreview}}, {{emailBody}},
    {{emailHtml}} and {{outline}} stand for the texts that were made.
    """

    text: str = Field(min_length=20, max_length=50_000, description="Plain text or Markdown.")
    title: Annotated[str, OneLine] | None = Field(default=None, min_length=1, max_length=300)
    targets: tuple[TargetName, ...] = Field(min_length=1, max_length=4)
    tone: Tone = "neutral"
    audience: Audience | None = None
    link: Https | None = Field(
        default=None, description="Where the whole text is; stands at the end of what is posted."
    )
    publish: Annotated[
        tuple[PublishedPost, ...],
        BeforeValidator(listed, json_schema_input_type=PublishedPost | tuple[PublishedPost, ...]),
    ] = Field(default=(), max_length=10, description="What to publish, before `deliver`.")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.targets)) < len(self.targets):
            raise ValueError("targets: name each once")
        for index, post in enumerate(self.publish):
            if (needed := _NEEDED[post.platform]) not in self.targets:
                raise ValueError(f"publish.{index}.platform: add {needed} to targets")
        return self

    def allowed_calls(self) -> frozenset[Call]:
        """The deliveries, and what `publish` comes to."""
        actions = {"linkedin": ("publish_post",), "x": ("post_thread", "post_tweet")}
        calls = (
            Call(post.platform, action, post.connection_id)
            for post in self.publish
            for action in actions[post.platform]
        )
        return super().allowed_calls() | frozenset(calls)


Post = Annotated[str, Field(min_length=1, max_length=1000)]
Point = Annotated[str, OneLine, Field(min_length=1, max_length=400)]


class WrittenMail(IntentModel):
    """A mail as it is written."""

    subject: Annotated[str, OneLine] = Field(min_length=1, max_length=MAX_SUBJECT)
    preview: Annotated[str, OneLine] = Field(
        min_length=1, max_length=MAX_PREVIEW, description="What inboxes show after the subject."
    )
    body: str = Field(min_length=1, max_length=MAX_MAIL, description="Markdown.")


class OutlinePoint(IntentModel):
    """A point of an outline, and the points below it."""

    text: Point
    points: tuple[Point, ...] = Field(default=(), max_length=20)


class WrittenPieces(IntentModel):
    """What is written: one field for each target, absent for others."""

    linkedin: str | None = Field(
        default=None, min_length=1, max_length=MAX_LINKEDIN, description="Plain text."
    )
    x_thread: tuple[Post, ...] | None = Field(
        default=None, min_length=1, max_length=MAX_POSTS, description="Posts without numbering."
    )
    email: WrittenMail | None = None
    outline: tuple[OutlinePoint, ...] | None = Field(default=None, min_length=1, max_length=30)
    sources: tuple[int, ...] = Field(
        default=(), max_length=40, description="Numbers of the sources that were used."
    )


class CountedText(IntentModel):
    """A text for a platform. `length` is as the platform counts, of `limit`."""

    text: str
    length: int
    limit: int


class Mail(IntentModel):
    """A mail: `body` is Markdown, `html` the same as HTML."""

    subject: str = Field(max_length=MAX_SUBJECT)
    preview: str = Field(max_length=MAX_PREVIEW)
    body: str
    html: str
    word_count: int


class RepurposeOutput(IntentModel):
    """Output of `repurpose`: one field for each target."""

    engine: str
    title: str
    linkedin: CountedText | None = None
    x_thread: tuple[CountedText, ...] | None = Field(default=None, max_length=MAX_POSTS)
    email: Mail | None = None
    outline: tuple[OutlinePoint, ...] | None = None
    citations: tuple[Citation, ...] = ()
    unsupported: tuple[str, ...] = Field(
        default=(),
        description="Numbers and links that neither input nor sources have: check them.",
    )

    def texts(self) -> dict[str, Any]:
        """What deliveries may fill in."""
        filled: dict[str, Any] = {"title": self.title, "engine": self.engine}
        if self.linkedin:
            filled["linkedin"] = self.linkedin.text
        if self.x_thread:
            filled["xThread"] = "\n\n".join(post.text for post in self.x_thread)
        if self.email:
            filled |= {
                "emailSubject": self.email.subject,
                "emailPreview": self.email.preview,
                "emailBody": self.email.body,
                "emailHtml": self.email.html,
            }
        if self.outline:
            filled["outline"] = outline_markdown(self.outline)
        return filled


def outline_markdown(outline: tuple[OutlinePoint, ...]) -> str:
    """An outline as nested Markdown lists."""
    lines = []
    for point in outline:
        lines += [f"- {point.text}", *(f"  - {below}" for below in point.points)]
    return "\n".join(lines)
