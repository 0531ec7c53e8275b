"""What the content agent takes and gives: `generate-draft`, and what all its intents share."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field

from hub.agent_kit.deliveries import WithDeliveries
from hub.agent_kit.grounding import Citation, WithGrounding
from hub.agent_kit.spec import Call, IntentModel

Tone = Literal["neutral", "friendly", "professional", "playful", "bold"]
Length = Literal["short", "medium", "long"]
Keyword = Annotated[str, Field(min_length=1, max_length=80)]
Audience = Annotated[str, Field(max_length=200, description="Who it is written for.")]
Https = Annotated[str, Field(pattern=r"^https://[^\s<>\"]+$", max_length=500)]

MAX_TITLE = 110
"""Of a headline: what Google documents for schema.org's Article as the length to stay within."""

MAX_META = 160
MAX_SUMMARY = 300


def _on_one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


OneLine = BeforeValidator(_on_one_line)
"""White space, line ends too, becomes single spaces."""


def listed(value: Any) -> Any:
    """One thing where a list of things is wanted is a list of one."""
    return [value] if isinstance(value, dict) else value


class Author(IntentModel):
    """Who the article names as its author."""

    name: str = Field(min_length=1, max_length=120)
    type: Literal["Person", "Organization"] = "Person"
    url: Https | None = None


class WordpressPost(IntentModel):
    """Publish the draft on a WordPress site: title, body as HTML, excerpt and slug."""

    platform: Literal["wordpress"]
    connection_id: str | None = Field(
        default=None, description="Connection to use; without one, the built-in sandbox."
    )
    status: Literal["draft", "pending", "private", "publish"] = "draft"
    at: AwareDatetime | None = Field(
        default=None, description="When to do it, at the earliest; within a year. Default: at once."
    )


class DraftInput(WithGrounding, WithDeliveries):
    """Input of `generate-draft`."""

    brief: str = Field(min_length=3, max_length=4000, description="What to write about.")
    keywords: tuple[Keyword, ...] = Field(
        default=(), max_length=20, description="Each appears in the body."
    )
    tone: Tone = "neutral"
    length: Length = Field(
        default="medium", description="About 150, 400 or 900 words, where there is so much to say."
    )
    audience: Audience | None = None
    author: Author | None = Field(default=None, description="Named in jsonLd; nobody if left out.")
    date_published: date | None = Field(
        default=None, description="Stands in jsonLd; nothing if left out."
    )
    publish: Annotated[
        tuple[WordpressPost, ...],
        BeforeValidator(listed, json_schema_input_type=WordpressPost | tuple[WordpressPost, ...]),
    ] = Field(default=(), max_length=5, description="Where to publish it, before `deliver`.")

    def allowed_calls(self) -> frozenset[Call]:
        """The deliveries, and a new post for each `publish`."""
        posts = (Call("wordpress", "create_post", p.connection_id) for p in self.publish)
        return super().allowed_calls() | frozenset(posts)


class WrittenSection(IntentModel):
    """A section as it is written."""

    heading: Annotated[str, OneLine] = Field(
        min_length=1, max_length=150, description="Without # or numbering."
    )
    paragraphs: tuple[Annotated[str, Field(min_length=1, max_length=4000)], ...] = Field(
        min_length=1,
        max_length=12,
        description="Paragraphs or lists, in Markdown without headings.",
    )


class WrittenDraft(IntentModel):
    """What is written of a draft; everything else of the output is computed."""

    title: Annotated[str, OneLine] = Field(min_length=1, max_length=MAX_TITLE)
    summary: Annotated[str, OneLine] = Field(
        min_length=1, max_length=MAX_SUMMARY, description="What it says, in one or two sentences."
    )
    introduction: str = Field(min_length=1, max_length=2000)
    sections: tuple[WrittenSection, ...] = Field(min_length=1, max_length=12)
    meta_description: Annotated[str, OneLine] = Field(
        min_length=1, max_length=MAX_META, description="Plain text."
    )
    sources: tuple[int, ...] = Field(
        default=(), max_length=40, description="Numbers of the sources that were used."
    )


class Section(IntentModel):
    """One section of the outline."""

    heading: str
    points: tuple[str, ...]


class DraftOutput(IntentModel):
    """Output of `generate-draft`.

    `body` is Markdown with the title; sources are cited in it as [n]. `html` is the same without
    the title, for websites: a cited source with a public address is a link, others are left out.
    `jsonLd` is schema.org's Article.
    """

    engine: str
    title: str = Field(max_length=MAX_TITLE)
    slug: str = Field(min_length=1, max_length=200)
    summary: str = Field(max_length=MAX_SUMMARY)
    meta_description: str = Field(max_length=MAX_META)
    outline: tuple[Section, ...]
    body: str
    html: str
    word_count: int = Field(ge=0)
    reading_time_minutes: int = Field(ge=1)
    keywords: tuple[str, ...]
    json_ld: dict[str, Any]
    citations: tuple[Citation, ...] = ()
    unsupported: tuple[str, ...] = Field(
        default=(),
        description="Numbers and links that neither input nor sources have: check them.",
    )
