"""Further keywords: seeds put into templates, titles of the organization's own documents, and what
a model thinks of. All are marked as suggestions; none has a figure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest

from agents.seo.keywords.candidates import Candidate, Maker
from agents.seo.models import WrittenSuggestion
from agents.seo.words import normal, stems, words
from hub.agent_kit.grounding import Sources

MAX_CHARACTERS = 80
MAX_WORDS = 10
TEMPLATES = {
    "en": (
        "what is {seed}",
        "best {seed}",
        "{seed} price",
        "how to choose {seed}",
        "{seed} alternatives",
        "{seed} examples",
        "{seed} for beginners",
        "{seed} checklist",
    ),
    "de": (
        "was ist {seed}",
        "{seed} vergleich",
        "{seed} kosten",
        "{seed} anleitung",
        "{seed} alternative",
        "{seed} beispiele",
        "{seed} tipps",
    ),
    "fr": (
        "comment choisir {seed}",
        "{seed} comparatif",
        "{seed} prix",
        "{seed} avis",
        "{seed} exemples",
        "{seed} conseils",
    ),
    "es": (
        "cómo elegir {seed}",
        "{seed} comparativa",
        "{seed} precio",
        "{seed} opiniones",
        "{seed} ejemplos",
        "{seed} consejos",
    ),
}
"""Ways to ask about a seed. A language that is missing gets none: English words would not fit."""

_ALLOWED = re.compile(r"[\w\s&'’+.\-]+")
_ADDRESS = re.compile(r"https?|www\.|\w\.(com|net|org|io|dev)\b")
_HEADING = re.compile(r"^#{1,4}\s+(.+)$", re.MULTILINE)


@dataclass
class Sieve:
    """Lets through new, sensible keywords. `refused` counts the others by reason."""

    maker: Maker
    about: frozenset[str]
    digits: frozenset[str]
    seen: set[tuple[str, ...]] = field(default_factory=set)
    refused: dict[str, int] = field(default_factory=dict)

    @classmethod
    def after(cls, known: Iterable[Candidate], maker: Maker, material: str) -> "Sieve":
        """A sieve for what comes after these keywords. `material` is all that was given."""
        listed = list(known)
        about = frozenset(stem for candidate in listed for stem in candidate.topic)
        sieve = cls(maker, about, frozenset(re.findall(r"\d+", material)))
        sieve.seen = {stems(candidate.text, maker.language) for candidate in listed}
        return sieve

    def take(self, phrase: str, citation: int | None = None) -> Candidate | None:
        """The keyword of a phrase, or None if it is refused."""
        text = normal(phrase)
        reason = self._fault(text)
        if reason:
            self.refused[reason] = self.refused.get(reason, 0) + 1
            return None
        self.seen.add(stems(text, self.maker.language))
        return self.maker.make(text, "suggestion", citation=citation)

    def _fault(self, text: str) -> str | None:
        if not 2 <= len(text) <= MAX_CHARACTERS or len(words(text)) > MAX_WORDS:
            return "too long or too short"
        if not _ALLOWED.fullmatch(text) or _ADDRESS.search(text) or not words(text):
            return "not a search phrase"
        if set(re.findall(r"\d+", text)) - self.digits:
            return "has a number that nothing given has"
        if stems(text, self.maker.language) in self.seen:
            return "a duplicate"
        if not self.maker.topic(text) & self.about:
            return "off the topic"
        return None


def template_phrases(seeds: Sequence[str], language: str) -> Iterator[str]:
    """Templates filled with seeds, taking turns among the seeds.

    A template whose own words are all in the seed already is left out.
    """
    filled = ([_fill(template, seed) for seed in seeds] for template in TEMPLATES.get(language, ()))
    return (phrase for phrase in chain.from_iterable(filled) if phrase)


def _fill(template: str, seed: str) -> str:
    added = template.replace("{seed}", "").split()
    return "" if set(added) & set(words(seed)) else template.format(seed=seed)


def document_phrases(sources: Sources) -> tuple[WrittenSuggestion, ...]:
    """Titles and Markdown headings of the passages found, with the number of their source."""
    listed = [
        [WrittenSuggestion(keyword=title, source=number) for title in _titles(passage)]
        for number, passage in enumerate(((p.title, p.text) for p in sources.facts), 1)
    ]
    turns = chain.from_iterable(zip_longest(*listed))
    return tuple(suggestion for suggestion in turns if suggestion)


def _titles(passage: tuple[str, str]) -> list[str]:
    title, text = passage
    return [title, *(found.strip() for found in _HEADING.findall(text))]
