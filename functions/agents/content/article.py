"""Makes a draft of what was written: Markdown, HTML, outline, schema.org data, and all counts."""

import unicodedata
from math import ceil
from urllib.parse import quote

from agents.content.citing import cited, linked, unmarked, without_own_marks
from agents.content.facts import links, numbers
from agents.content.models import Author, DraftInput, DraftOutput, Section, WrittenDraft
from agents.content.text import count_words, mentions, plain, sentences
from hub.agent_kit.grounding import Sources
from hub.agent_kit.markdown import to_html
from hub.agent_kit.text import clipped
from hub.domain.model import Json

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction, the mean of 190 studies: M. Brysbaert, "How many words do
we read per minute?", Journal of Memory and Language 109 (2019)."""

_MAX_SLUG = 200
"""WordPress keeps 200 bytes of a slug, percent-encoded."""

_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


def draft_problems(written: WrittenDraft, given: DraftInput, sources: Sources) -> list[str]:
    """What is wrong with a draft: keywords it lacks, sources it cites that there are not."""
    text = unmarked(_markdown(written))
    shown = f"{text}\n{plain(text)}"
    lacking = [word for word in given.keywords if not mentions(shown, without_own_marks(word))]
    problems = [f"output.sections: the keyword {word!r} is missing" for word in lacking]
    if cited(" ".join([written.title, *(section.heading for section in written.sections)])):
        problems.append("output.title: sources are cited in paragraphs only, not in headings")
    known = len(sources.facts)
    wrong = sorted({n for n in _used(written) if not 1 <= n <= known})
    problems += [
        f"output.sections: the text cites source [{n}], and there are {known} sources"
        for n in wrong
    ]
    return problems


def draft_output(
    written: WrittenDraft, given: DraftInput, sources: Sources, engine: str
) -> DraftOutput:
    """The output of a draft without problems."""
    body = _markdown(written)
    citations = sources.citations(_used(written))
    count = _word_count(written)
    return DraftOutput(
        engine=engine,
        title=written.title,
        slug=slug(written.title),
        summary=unmarked(written.summary),
        meta_description=unmarked(written.meta_description),
        outline=_outline(written),
        body=f"# {written.title}\n\n{body}\n",
        html=to_html(linked(body, citations)),
        word_count=count,
        reading_time_minutes=reading_minutes(count),
        keywords=given.keywords,
        json_ld=_json_ld(written, given, count),
        citations=citations,
        unsupported=_unsupported(body, given, sources),
    )


def reading_minutes(count: int) -> int:
    """Whole minutes to read that many words, at least one."""
    return max(1, ceil(count / WORDS_A_MINUTE))


def slug(title: str) -> str:
    """The last part of an address: lower case words with hyphens between, `article` without any.

    Latin letters lose their accents, other scripts stay as they are.
    """
    folded = unicodedata.normalize("NFKD", title.casefold().translate(_LETTERS))
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    letters = unicodedata.normalize("NFC", bare)
    parts = "".join(c if c.isalnum() else " " for c in letters.replace("'", "").replace("’", ""))
    kept = ""
    for part in parts.split():
        longer = f"{kept}-{part}" if kept else part
        if len(quote(longer)) > _MAX_SLUG:
            break
        kept = longer
    return kept or "article"


def _markdown(written: WrittenDraft) -> str:
    """The text without its title."""
    parts = [written.introduction]
    for section in written.sections:
        parts += [f"## {section.heading}", *section.paragraphs]
    return "\n\n".join(part.strip() for part in parts)


def _used(written: WrittenDraft) -> list[int]:
    """The numbers of the sources that were used: those in the text and those that are listed."""
    texts = (written.summary, written.meta_description, _markdown(written))
    return [*written.sources, *(number for text in texts for number in cited(text))]


def _word_count(written: WrittenDraft) -> int:
    parts = [written.introduction]
    for section in written.sections:
        parts += [section.heading, *section.paragraphs]
    return sum(count_words(plain(unmarked(part))) for part in parts)


def _outline(written: WrittenDraft) -> tuple[Section, ...]:
    """Each section's heading, and how each of its paragraphs begins."""
    return tuple(
        Section(
            heading=section.heading,
            points=tuple(clipped(first, 200) for p in section.paragraphs if (first := _first(p))),
        )
        for section in written.sections
    )


def _first(paragraph: str) -> str:
    return next(iter(sentences(unmarked(paragraph))), "")


def _unsupported(body: str, given: DraftInput, sources: Sources) -> tuple[str, ...]:
    known = [given.brief, *given.keywords, given.audience or ""]
    known += [f"{p.title}\n{p.text}\n{p.url or ''}" for p in (*sources.facts, *sources.voice)]
    text, source = unmarked(body), "\n".join(known)
    return (*links(text, source), *numbers(text, source))


def _json_ld(written: WrittenDraft, given: DraftInput, count: int) -> dict[str, Json]:
    """https://schema.org/Article. What is not known is left out."""
    data: dict[str, Json] = {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": written.title,
        "description": unmarked(written.meta_description),
        "wordCount": count,
        "timeRequired": f"PT{reading_minutes(count)}M",
    }
    if given.keywords:
        data["keywords"] = list(given.keywords)
    if given.author:
        data["author"] = _author(given.author)
    if given.date_published:
        data["datePublished"] = given.date_published.isoformat()
    return data


def _author(author: Author) -> dict[str, Json]:
    named = {"@type": author.type, "name": author.name}
    return {**named, "url": author.url} if author.url else named
