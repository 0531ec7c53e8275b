"""What the content agent takes and gives."""

from typing import Annotated, Any, Literal

from pydantic import Field

from hub.agent_kit.deliveries import WithDeliveries
from hub.agent_kit.spec import IntentModel

Tone = Literal["neutral", "friendly", "professional", "playful", "bold"]
Length = Literal["short", "medium", "long"]
Keyword = Annotated[str, Field(min_length=1, max_length=80)]


class DraftInput(WithDeliveries):
    """Input of `generate-draft`."""

    brief: str = Field(min_length=3, max_length=4000, description="What to write about.")
    keywords: tuple[Keyword, ...] = Field(default=(), max_length=20)
    tone: Tone = "neutral"
    length: Length = "medium"
    audience: str | None = Field(default=None, max_length=200)


class Section(IntentModel):
    """One section of the outline."""

    heading: str
    points: tuple[str, ...]


class DraftOutput(IntentModel):
    """Output of `generate-draft`. `body` is Markdown, `jsonLd` schema.org data of the article."""

    engine: str
    title: str = Field(max_length=120)
    summary: str = Field(max_length=300)
    meta_description: str = Field(max_length=160)
    outline: tuple[Section, ...]
    body: str
    word_count: int
    keywords: tuple[str, ...]
    json_ld: dict[str, Any]
    citations: tuple[str, ...] = ()
