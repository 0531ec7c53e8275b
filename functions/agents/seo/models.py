"""What the SEO agent takes and gives."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from hub.agent_kit.deliveries import WithDeliveries
from hub.agent_kit.grounding import Citation, WithGrounding
from hub.agent_kit.spec import IntentModel

MAX_ROWS = 1000
MAX_HTML = 240_000
"""Characters of HTML in a request; a request's body may be 256 KB. Larger pages go by URL."""

SearchIntent = Literal["informational", "navigational", "commercial", "transactional"]
Source = Literal["search_console", "seed", "competitor", "suggestion"]
Severity = Literal["critical", "high", "medium", "low"]
Score = Annotated[int, Field(ge=0, le=100)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
PageUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=2048)]


class SearchRow(IntentModel):
    """One row of Search Console, as `google_search_console.query_search_analytics` gives it.

    That action names `query` and `page` by position, in `keys`: rows of the dimensions QUERY, or
    QUERY and PAGE in any order, may be handed over as they came.
    """

    query: str = Field(min_length=1, max_length=500)
    clicks: int = Field(ge=0, le=10**12)
    impressions: int = Field(ge=0, le=10**12)
    ctr: float = Field(ge=0, le=1, description="Clicks by impressions, 0 to 1.")
    position: float = Field(ge=0, le=10_000, description="Average position; 1 is the top.")
    page: str | None = Field(default=None, max_length=2048)

    @model_validator(mode="before")
    @classmethod
    def _named(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "keys" not in data or "query" in data:
            return data
        keys = data["keys"]
        if not isinstance(keys, (list, tuple)) or not all(isinstance(key, str) for key in keys):
            raise ValueError("keys must be a list of texts")
        pages = [key for key in keys if key.startswith(("http://", "https://"))]
        queries = [key for key in keys if key not in pages]
        if len(queries) != 1 or len(pages) > 1:
            raise ValueError("ask Search Console for the dimensions QUERY, or QUERY and PAGE, only")
        rest = {name: value for name, value in data.items() if name != "keys"}
        return {**rest, "query": queries[0], "page": pages[0] if pages else None}


class ResearchInput(WithGrounding, WithDeliveries):
    """Input of `keyword-research`."""

    seeds: tuple[Term, ...] = Field(
        min_length=1, max_length=20, description="What you want to be found for."
    )
    locale: str = Field(
        default="en",
        pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$",
        description="Language of the keywords, like en or de-AT.",
    )
    rows: tuple[SearchRow, ...] = Field(
        default=(),
        max_length=MAX_ROWS,
        description="Search Console rows. Without them, volumes are unknown.",
    )
    competitors: tuple[Term, ...] = Field(
        default=(), max_length=100, description="Terms that competitors are found for."
    )
    brand_terms: tuple[Term, ...] = Field(
        default=(), max_length=10, description="Names by which people look for you."
    )
    limit: int = Field(default=10, ge=1, le=50, description="How many top opportunities to list.")
    max_suggestions: int = Field(
        default=20, ge=0, le=100, description="How many further keywords to suggest, at most."
    )


class Keyword(IntentModel):
    """One keyword with its figures; a figure that is not known is absent.

    `basis` says what the score was computed from. `extraClicks` estimates the clicks to be gained
    in the time that the rows cover.
    """

    keyword: str
    source: Source
    impressions: int | None = None
    clicks: int | None = None
    ctr: float | None = None
    position: float | None = None
    pages: tuple[str, ...] = Field(default=(), max_length=3)
    extra_clicks: float | None = None
    difficulty: Score
    opportunity_score: Score
    basis: Literal["search_console", "estimate"]
    citation: int | None = None
    why: str


class Cluster(IntentModel):
    """Keywords that one page can serve. Its score is that of its best keyword."""

    name: str = Field(max_length=80)
    intent: SearchIntent
    intent_reason: str
    difficulty: Score
    opportunity_score: Score
    impressions: int | None = None
    clicks: int | None = None
    keywords: tuple[Keyword, ...]


class Opportunity(IntentModel):
    """A keyword worth working on, and what to do."""

    keyword: str
    cluster: str
    intent: SearchIntent
    opportunity_score: Score
    difficulty: Score
    basis: Literal["search_console", "estimate"]
    impressions: int | None = None
    position: float | None = None
    extra_clicks: float | None = None
    why: str
    action: str


class ResearchOutput(IntentModel):
    """Output of `keyword-research`. `summary` is plain text, fit to be posted."""

    engine: str
    summary: str = Field(max_length=1000)
    locale: str
    volumes_known: bool
    rows: int
    keyword_count: int
    suggestions: int
    clusters: tuple[Cluster, ...]
    top_opportunities: tuple[Opportunity, ...]
    method: str
    citations: tuple[Citation, ...] = ()


class WrittenLabel(IntentModel):
    """A name for a cluster; `cluster` is its number in the prompt."""

    cluster: int
    name: str


class WrittenSuggestion(IntentModel):
    """A further keyword; `source` is the number of the source it comes from, if it does."""

    keyword: str
    source: int | None = None


class ResearchWritten(IntentModel):
    """What a model adds to keyword research: words, never numbers."""

    labels: tuple[WrittenLabel, ...] = ()
    suggestions: tuple[WrittenSuggestion, ...] = ()


class AuditInput(WithDeliveries):
    """Input of `seo-audit`: a page by its URL, or its HTML."""

    url: PageUrl | None = Field(default=None, description="Public page to fetch.")
    html: str | None = Field(
        default=None, min_length=1, max_length=MAX_HTML, description="The page itself."
    )
    base_url: PageUrl | None = Field(
        default=None, description="With html: where the page is or will be."
    )
    keyword: Term | None = Field(default=None, description="What it shall be found for.")

    @model_validator(mode="after")
    def _one_page(self) -> "AuditInput":
        if (self.url is None) == (self.html is None):
            raise ValueError("give url or html, one of them")
        if self.base_url is not None and self.html is None:
            raise ValueError("baseUrl goes with html only")
        return self


class Finding(IntentModel):
    """A fault. `impact` is what it takes off the score, in percent of what is left of it."""

    id: str
    severity: Severity
    impact: Score
    title: str
    evidence: str
    fix: str
    snippet: str | None = None


class Passed(IntentModel):
    """A check that held."""

    id: str
    title: str


class LinkFacts(IntentModel):
    """The links of a page."""

    total: int
    internal: int
    external: int
    nofollow: int


class PageFacts(IntentModel):
    """What the page is, as counted. Bytes are of UTF-8, seconds of the fetch."""

    title: str | None = None
    title_pixels: int | None = None
    description: str | None = None
    description_pixels: int | None = None
    h1: tuple[str, ...] = ()
    headings: int
    canonical: str | None = None
    robots: str | None = None
    lang: str | None = None
    words: int
    sentences: int
    words_per_sentence: float | None = None
    reading_ease: float | None = None
    images: int
    images_without_alt: int
    links: LinkFacts
    schema_types: tuple[str, ...] = ()
    open_graph: tuple[str, ...] = ()
    html_bytes: int
    inline_script_bytes: int
    inline_style_bytes: int
    text_percent: float
    seconds: float | None = None


class AuditOutput(IntentModel):
    """Output of `seo-audit`. `status` is absent for HTML that was not fetched."""

    engine: str
    summary: str = Field(max_length=1000)
    url: str | None = None
    status: int | None = None
    score: Score
    keyword: str | None = None
    findings: tuple[Finding, ...]
    passed: tuple[Passed, ...]
    facts: PageFacts
