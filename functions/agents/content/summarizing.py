"""Summaries: the offline writer's, what must hold of any, and the output made of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.content.facts import unsupported
from agents.content.ranking import chosen, scores
from agents.content.summary_models import (
    MAX_POINTS,
    MAX_TEXT,
    SummarizeInput,
    SummaryOutput,
    SummarySource,
    WrittenSummary,
)
from agents.content.text import count_words, sentences, within_words
from hub.agent_kit.text import ended
from hub.domain.errors import InvalidRequestError
from hub.ports import FetchedPage

_HTML = ("text/html", "application/xhtml+xml")
_TEXT = ("text/plain", "text/markdown")
_ANY_SENTENCES = 100
_TRIED = 20


@dataclass(frozen=True)
class Material:
    """A text to summarize, and where it comes from."""

    text: str
    source: SummarySource


def material_of_text(text: str) -> Material:
    """A text that was given. InvalidRequestError if it says nothing."""
    return _material(text, SummarySource(word_count=count_words(text)), "input.text")


def material_of_page(page: FetchedPage) -> Material:
    """The readable text of a page, cut at a paragraph's end where it is too long.

    InvalidRequestError: the page is an error, is not text, or has none.
    """
    from hub.knowledge.extract import extract_html, extract_text

    if page.status >= 400:
        raise _unusable(page, f"answers with status {page.status}")
    kind = page.headers.get("content-type", _HTML[0]).split(";")[0].strip().lower()
    if kind not in (*_HTML, *_TEXT):
        raise _unusable(page, f"is {kind[:60]}, not a web page or text")
    read = extract_html(page.html) if kind in _HTML else extract_text(page.html)
    text = _cut(read.text)
    source = SummarySource(
        url=page.url,
        title=read.title,
        word_count=count_words(text),
        truncated=len(text) < len(read.text),
    )
    return _material(text, source, "input.url")


def compose_summary(given: SummarizeInput, text: str) -> WrittenSummary:
    """The sentences that say most, as they stand in the text; the only change is to shorten one."""
    said = list(dict.fromkeys(sentences(text)))
    if given.style != "headline":
        limit = MAX_POINTS if given.style == "bullets" else _ANY_SENTENCES
        counts = [count_words(sentence) for sentence in said]
        places = chosen(said, lambda taken: sum(counts[p] for p in taken) <= given.words, limit)
        if places:
            return WrittenSummary(points=tuple(said[place] for place in places))
    return WrittenSummary(points=(_shortened(said, given, text),))


def _shortened(said: Sequence[str], given: SummarizeInput, text: str) -> str:
    """The best sentence, shortened; another cut where one would change a number or name."""
    value = scores(said)
    best = sorted(range(len(said)), key=lambda place: -value[place])
    tried = [(place, given.words) for place in best[:_TRIED]]
    tried += [(best[0], fewer) for fewer in range(given.words - 1, 0, -1)][:_TRIED]
    short = (within_words(said[place], most) for place, most in tried)
    if given.style == "headline":
        short = (sentence.rstrip(".。") or sentence for sentence in short)
    known = _known(text)
    found = (sentence for sentence in short if not unsupported(sentence, known))
    return next(found, within_words(said[best[0]], given.words))


def summary_problems(written: WrittenSummary, given: SummarizeInput, text: str) -> list[str]:
    """What is wrong with a summary: its length, its form, and what the text does not say."""
    whole = "\n".join(written.points)
    problems = []
    if (count := count_words(whole)) > given.words:
        problems.append(f"output.points: {count} words, and {given.words} are the limit")
    if not count:
        problems.append("output.points: there are no words in it")
    if given.style == "headline" and len(written.points) != 1:
        problems.append(f"output.points: {len(written.points)} for a headline, which is one")
    missing = unsupported(whole, _known(text))
    problems += [f"output.points: {fact!r} is not in the text" for fact in missing]
    return problems


def _known(text: str) -> str:
    """The text as it is written, and as its readers see it: without marks of Markdown."""
    return "\n".join([text, *sentences(text)])


def summary_output(
    written: WrittenSummary, given: SummarizeInput, material: Material, engine: str
) -> SummaryOutput:
    """The output of a summary without problems."""
    return SummaryOutput(
        engine=engine,
        style=given.style,
        summary=_shown(written.points, given),
        points=written.points,
        word_count=count_words("\n".join(written.points)),
        max_words=given.words,
        source=material.source,
    )


def _shown(points: Sequence[str], given: SummarizeInput) -> str:
    if given.style == "bullets":
        return "\n".join(f"- {point}" for point in points)
    return points[0] if given.style == "headline" else " ".join(ended(point) for point in points)


def _material(text: str, source: SummarySource, field: str) -> Material:
    if not sentences(text):
        raise InvalidRequestError(
            f"{field}: there is no sentence in it to summarize; give a text with some",
            code="NO_TEXT",
            details={"field": field},
        )
    return Material(text, source)


def _cut(text: str) -> str:
    """At most the first MAX_TEXT characters, ended at a paragraph, sentence or word."""
    if len(text) <= MAX_TEXT:
        return text
    kept = text[:MAX_TEXT]
    for border in ("\n\n", "\n", ". ", " "):
        at = kept.rfind(border)
        if at > MAX_TEXT // 2:
            return kept[: at + 1].rstrip()
    return kept


def _unusable(page: FetchedPage, why: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"input.url: the page {page.url[:200]} {why}; give another URL, or the text itself",
        code="PAGE_NOT_AVAILABLE",
        details={"field": "input.url"},
    )
