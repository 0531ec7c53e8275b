"""Writes a draft by rules: sentences of the brief, arranged. It adds no fact the brief has not."""

import re

from agents.content.models import DraftInput, DraftOutput, Section

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_OPENINGS = {
    "neutral": "Here is what matters.",
    "friendly": "Good to have you here. Let us look at it together.",
    "professional": "This article sets out the essentials.",
    "playful": "Ready? This will be fun.",
    "bold": "Let us get straight to the point.",
}
_SECTIONS = {"short": 2, "medium": 3, "long": 5}
_ASPECTS = ("What it is", "Why it matters", "How to start", "What to watch", "What comes next")


def compose_draft(given: DraftInput) -> DraftOutput:
    """The draft of a brief: deterministic, the same input gives the same output."""
    facts = [part.strip() for part in _SENTENCE.split(given.brief) if part.strip()]
    title = _clip(_headline(facts[0]), 120)
    outline = tuple(_section(given, facts, i) for i in range(_SECTIONS[given.length]))
    body = _markdown(given, title, outline)
    summary = _clip(" ".join(facts[:2]), 300)
    meta = _clip(summary, 160)
    return DraftOutput(
        engine="offline",
        title=title,
        summary=summary,
        meta_description=meta,
        outline=outline,
        body=body,
        word_count=len(body.split()),
        keywords=given.keywords,
        json_ld={
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": title,
            "description": meta,
            "keywords": list(given.keywords),
        },
    )


def _headline(fact: str) -> str:
    plain = fact.rstrip(".!?")
    return plain[:1].upper() + plain[1:]


def _section(given: DraftInput, facts: list[str], index: int) -> Section:
    share = [fact for i, fact in enumerate(facts) if i % _SECTIONS[given.length] == index]
    aspect = _ASPECTS[index]
    keyword = given.keywords[index % len(given.keywords)] if given.keywords else None
    heading = f"{aspect}: {keyword}" if keyword else aspect
    return Section(heading=heading, points=tuple(share or facts[:1]))


def _markdown(given: DraftInput, title: str, outline: tuple[Section, ...]) -> str:
    audience = f" Written for {given.audience}." if given.audience else ""
    parts = [f"# {title}", f"{_OPENINGS[given.tone]}{audience}"]
    for section in outline:
        parts += [f"## {section.heading}", " ".join(_sentence(point) for point in section.points)]
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _clip(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
