"""What the content agent takes and gives: `summarize`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from agents.content.models import OneLine
from hub.agent_kit.deliveries import WithDeliveries
from hub.agent_kit.grounding import WithGrounding
from hub.agent_kit.spec import IntentModel

Style = Literal["bullets", "paragraph", "headline"]

MAX_TEXT = 100_000
DEFAULT_WORDS: dict[Style, int] = {"bullets": 120, "paragraph": 100, "headline": 12}
MAX_POINTS = 12


class SummarizeInput(WithGrounding, WithDeliveries):
    """Input of `summarize`: a text, or the URL of a page."""

    text: str | None = Field(
        default=None, min_length=20, max_length=MAX_TEXT, description="Plain text or Markdown."
    )
    url: str | None = Field(
        default=None,
        max_length=2000,
        pattern=r"^https?://\S+$",
        description=f"A web page; of its text the first {MAX_TEXT:,} characters are used.",
    )
    style: Style = "paragraph"
    max_words: int | None = Field(
        default=None,
        ge=3,
        le=500,
        description="Default: 120 for bullets, 100 for a paragraph, 12 for a headline.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> "SummarizeInput":
        if (self.text is None) == (self.url is None):
            raise ValueError("give either text or url")
        return self

    @property
    def words(self) -> int:
        """How many words the summary may have."""
        return self.max_words or DEFAULT_WORDS[self.style]


class WrittenSummary(IntentModel):
    """What is written of a summary; how it is put together and counted is computed."""

    points: tuple[Annotated[str, OneLine, Field(min_length=1, max_length=2000)], ...] = Field(
        min_length=1,
        max_length=40,
        description="For bullets the bullets, for a paragraph its sentences, for a headline "
        "exactly one. Plain text without list marks.",
    )


class SummarySource(IntentModel):
    """What was summarized. `truncated`: the page had more text than was used."""

    url: str | None = None
    title: str | None = None
    word_count: int
    truncated: bool = False


class SummaryOutput(IntentModel):
    """Output of `summarize`. `summary` is text: bullets are lines that begin with a hyphen."""

    engine: str
    style: Style
    summary: str
    points: tuple[str, ...]
    word_count: int = Field(ge=1)
    max_words: int
    source: SummarySource
