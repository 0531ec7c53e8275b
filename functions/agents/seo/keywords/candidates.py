"""The keywords of a research, before they are scored: each once, with where it comes from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.seo.keywords.intent import function_words, intent_of, telling_words
from agents.seo.keywords.scoring import Figures
from agents.seo.models import ResearchInput, SearchIntent, SearchRow, Source
from agents.seo.words import language_of, normal, stem, words

RELEVANT = 0.1
"""The share of a query's impressions from which on a page takes part."""


@dataclass(frozen=True)
class Candidate:
    """A keyword. `topic` are its stems without function words and words that tell an intent."""

    text: str
    source: Source
    intent: SearchIntent
    reason: str
    topic: frozenset[str]
    grams: frozenset[str]
    figures: Figures | None = None
    seed: bool = False
    citation: int | None = None

    @property
    def word_count(self) -> int:
        """How many words it has."""
        return max(1, len(words(self.text)))


@dataclass(frozen=True)
class Maker:
    """Makes candidates in one language."""

    language: str
    brand_terms: tuple[str, ...] = ()

    def make(
        self,
        text: str,
        source: Source,
        figures: Figures | None = None,
        *,
        seed: bool = False,
        citation: int | None = None,
    ) -> Candidate:
        """The candidate of a phrase."""
        intent, reason = intent_of(text, self.language, self.brand_terms)
        topic = self._topic(text)
        return Candidate(
            text=text,
            source=source,
            intent=intent,
            reason=reason,
            topic=frozenset(topic),
            grams=trigrams("".join(topic)),
            figures=figures,
            seed=seed,
            citation=citation,
        )

    def topic(self, text: str) -> frozenset[str]:
        """The stems a phrase is about; all of them if it has no others, itself if it has none."""
        return frozenset(self._topic(text))

    def _topic(self, text: str) -> list[str]:
        said = words(text)
        silent = function_words(self.language) | telling_words(self.language)
        about = [word for word in said if word not in silent] or said or [text]
        return [stem(word, self.language) for word in about]


def trigrams(text: str) -> frozenset[str]:
    """The runs of three characters in a text; a shorter text is its own only one."""
    return frozenset(text[i : i + 3] for i in range(max(1, len(text) - 2)))


def figures_by_query(rows: Iterable[SearchRow]) -> dict[str, Figures]:
    """Rows added up by query: Search Console has one for each page. Pages with most first."""
    grouped: dict[str, list[SearchRow]] = {}
    for row in rows:
        grouped.setdefault(normal(row.query) or row.query, []).append(row)
    return {query: _total(same) for query, same in grouped.items()}


def _total(rows: Sequence[SearchRow]) -> Figures:
    impressions = sum(row.impressions for row in rows)
    if impressions:
        position = sum(row.position * row.impressions for row in rows) / impressions
    else:
        position = min(row.position for row in rows)
    ranked = sorted(rows, key=lambda row: (-row.impressions, row.page or ""))
    return Figures(
        impressions=impressions,
        clicks=sum(row.clicks for row in rows),
        position=max(1.0, round(position, 2)),
        pages=_pages(ranked, impressions),
    )


def _pages(ranked: Sequence[SearchRow], impressions: int) -> tuple[str, ...]:
    """The pages that matter: the first, and those with at least a tenth of the impressions."""
    pages = [row for row in ranked if row.page]
    shown = [row.page for row in pages if row.impressions >= RELEVANT * impressions] or [
        row.page for row in pages[:1]
    ]
    return tuple(dict.fromkeys(page for page in shown if page))


def given_candidates(given: ResearchInput) -> list[Candidate]:
    """What the input names: seeds, then queries of Search Console, then competitors' terms.

    A phrase that is there twice is kept once, with its figures; its source is the one that knows
    most of it: Search Console, seed, competitor.
    """
    maker = Maker(language_of(given.locale), given.brand_terms)
    measured = figures_by_query(given.rows)
    seeds = [normal(seed) or seed for seed in given.seeds]
    rest = sorted(measured, key=lambda query: (-measured[query].impressions, query))
    terms = [normal(term) or term for term in given.competitors]
    made: dict[str, Candidate] = {}
    kinds: tuple[tuple[Source, list[str]], ...] = (
        ("seed", seeds),
        ("search_console", rest),
        ("competitor", terms),
    )
    for kind, phrases in kinds:
        for phrase in phrases:
            if phrase not in made:
                known = measured.get(phrase)
                source: Source = "search_console" if known else kind
                made[phrase] = maker.make(phrase, source, known, seed=kind == "seed")
    return list(made.values())
