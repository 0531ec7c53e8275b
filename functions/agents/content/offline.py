"""Writes a draft by rules: sentences of the brief and of the sources, arranged.

It adds no fact that they have not. What the brief asks for ("Write a post about our sale") is taken
as the subject, not as a fact.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.content.citing import marked, without_own_marks
from agents.content.models import (
    MAX_META,
    MAX_SUMMARY,
    MAX_TITLE,
    DraftInput,
    WrittenDraft,
    WrittenSection,
)
from agents.content.ranking import ALIKE, overlap
from agents.content.text import claims, count_words, mentions, sentences, terms
from hub.agent_kit.grounding import Sources
from hub.agent_kit.text import clipped, ended
from hub.domain.knowledge import Passage

_OPENINGS = {
    "neutral": "Here is what matters.",
    "friendly": "Good to have you here. Let us look at it together.",
    "professional": "This article sets out the essentials.",
    "playful": "Ready? This will be fun.",
    "bold": "Let us get straight to the point.",
}
_SECTIONS = {"short": 2, "medium": 3, "long": 5}
_OF_A_SOURCE = {"short": 1, "medium": 2, "long": 4}
_HEADINGS = ("The essentials", "In detail", "What else to know", "Further points", "To remember")
_MAX_PARAGRAPH = 4000

_ASKED = (
    r"(?:please\s+|can you\s+|could you\s+)?(?:write|create|draft|compose|prepare|produce)\b"
    r"(?:\s+[\w-]+){0,10}?\s+"
)
_REQUESTS = tuple(
    re.compile(rf"{_ASKED}(?:{words})\s+(?P<subject>\S.*)", re.IGNORECASE)
    for words in ("about|on|announcing|introducing|explaining", "for")
)


@dataclass(frozen=True)
class _Brief:
    """What a brief is about, and the facts it gives. `asked`: it says what to write about."""

    subject: str
    facts: tuple[str, ...]
    asked: bool = False


def compose_draft(given: DraftInput, sources: Sources) -> WrittenDraft:
    """The draft of a brief: deterministic, the same input gives the same output."""
    brief = _read(given.brief)
    known = tuple(_known(given, brief, sources))
    told = brief.facts or tuple(fact for _, facts in known for fact in facts[:1])
    lead = " ".join(ended(fact) for fact in told[:2]) or ended(brief.subject)
    introduction = _introduction(given, brief)
    sections = _sections(given, brief, known)
    return WrittenDraft(
        title=clipped(_headline(brief.subject), MAX_TITLE),
        summary=clipped(lead, MAX_SUMMARY),
        introduction=introduction,
        sections=_with_keywords(given, introduction, sections),
        meta_description=clipped(lead, MAX_META),
    )


def _read(text: str) -> _Brief:
    facts = sentences(without_own_marks(text)) or [text.strip()]
    request = next((m for pattern in _REQUESTS if (m := pattern.match(facts[0]))), None)
    if request is None:
        return _Brief(facts[0], tuple(facts))
    return _Brief(request["subject"], tuple(facts[1:]), asked=True)


def _headline(fact: str) -> str:
    bare = fact.rstrip(".!?… ") or fact
    return bare[:1].upper() + bare[1:]


def _introduction(given: DraftInput, brief: _Brief) -> str:
    audience = without_own_marks(given.audience or "")
    parts = [_OPENINGS[given.tone]]
    if brief.asked and brief.facts:
        parts.append(f"This article is about {ended(brief.subject)}")
    if audience:
        parts.append(f"Written for {ended(audience)}")
    return " ".join(parts)


def _known(
    given: DraftInput, brief: _Brief, sources: Sources
) -> Iterator[tuple[Passage, tuple[str, ...]]]:
    """Of each source the sentences that say something of the subject, with its marker."""
    subject = set(terms(f"{given.brief} {' '.join(given.keywords)}"))
    said = [set(claims(fact)) for fact in brief.facts]
    for number, passage in enumerate(sources.facts, 1):
        fitting: list[tuple[int, int, str]] = []
        for place, sentence in enumerate(sentences(without_own_marks(passage.text))):
            words = set(claims(sentence))
            if words & subject and _is_whole(sentence) and not _said(words, said):
                fitting.append((-len(words & subject), place, sentence))
                said.append(words)
        best = sorted(sorted(fitting)[: _OF_A_SOURCE[given.length]], key=lambda found: found[1])
        if best:
            yield passage, tuple(marked(sentence, number) for _, _, sentence in best)


def _is_whole(sentence: str) -> bool:
    """Whether a sentence of a passage stands for itself."""
    return 4 <= count_words(sentence) <= 60 and not sentence[0].islower()


def _said(words: set[str], said: Sequence[set[str]]) -> bool:
    return any(overlap(words, before) >= ALIKE for before in said)


def _sections(
    given: DraftInput, brief: _Brief, known: Sequence[tuple[Passage, tuple[str, ...]]]
) -> list[WrittenSection]:
    """The brief's facts first, then a section for each document that knows something."""
    facts = brief.facts or (f"This article is about {ended(brief.subject)}",)
    count = min(_SECTIONS[given.length], max(1, len(facts) // 2))
    size = -(-len(facts) // count)
    shares = [facts[at : at + size] for at in range(0, len(facts), size)]
    made = [_section(_HEADINGS[i], [share]) for i, share in enumerate(shares)]
    documents: dict[str, list[tuple[str, ...]]] = {}
    for passage, told in known:
        title = clipped(without_own_marks(passage.title), 150) or _HEADINGS[2]
        documents.setdefault(title, []).append(told)
    return made + [_section(title, parts) for title, parts in documents.items()][: 11 - len(made)]


def _section(heading: str, parts: Sequence[Sequence[str]]) -> WrittenSection:
    texts = (" ".join(ended(fact) for fact in part) for part in parts)
    return WrittenSection(
        heading=heading, paragraphs=tuple(text[:_MAX_PARAGRAPH] for text in texts)[:12]
    )


def _with_keywords(
    given: DraftInput, introduction: str, sections: Sequence[WrittenSection]
) -> tuple[WrittenSection, ...]:
    """Keywords that the text lacks stand in headings, one each; the others in a list of topics."""
    text = "\n".join([introduction, *("\n".join([s.heading, *s.paragraphs]) for s in sections)])
    wanted = [" ".join(without_own_marks(word).split()) for word in given.keywords]
    lacking = [word for word in dict.fromkeys(wanted) if not mentions(text, word)]
    made = [
        section.model_copy(update={"heading": f"{section.heading}: {lacking.pop(0)}"})
        if lacking and section.heading in _HEADINGS
        else section
        for section in sections
    ]
    if lacking:
        topics = WrittenSection(heading="Topics", paragraphs=(f"{', '.join(lacking)}.",))
        made.append(topics)
    return tuple(made)
