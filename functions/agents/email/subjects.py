"""Finishes `optimize-subject`: gathers subjects, scores them by code, and ranks them."""

from collections.abc import Sequence

from agents.email import facts
from agents.email.models import (
    Origin,
    SubjectInput,
    SubjectOutput,
    SubjectVariant,
    WrittenSubject,
)
from agents.email.placeholders import check_written
from agents.email.scoring import Score, score_subject
from hub.agent_kit.grounding import Sources
from hub.agent_kit.text import one_line
from hub.domain.errors import InvalidOutputError

type Candidate = tuple[str, Origin, tuple[int, ...]]
"""A subject, whether it was given or written, and its sources."""


def finish_subjects(
    given: SubjectInput, written: tuple[WrittenSubject, ...], sources: Sources, engine: str
) -> SubjectOutput:
    """All subjects with scores and reasons, best first.

    A written subject that says a number or a link which the material has not is left out, and said
    so; of subjects with the same words, all but the best are scored as duplicates. Of equal scores
    the shorter is first, then the alphabet decides. Raises InvalidOutputError for a placeholder
    that was not declared, a source there is not, or when nothing remains.
    """
    kept, left_out = _sifted(given, [_cleaned(item) for item in written], sources)
    candidates: list[Candidate] = [(text, "given", ()) for text in given.subjects]
    candidates += [(item.subject, "written", item.sources) for item in kept]
    if not candidates:
        raise InvalidOutputError(
            f"output.subjects: none could be kept ({'; '.join(left_out)}); run again, or "
            "say more in the brief"
        )
    variants = _ranked(candidates, given.preview)
    used = {number for variant in variants for number in variant.sources}
    return SubjectOutput(
        engine=engine,
        best=variants[0].subject,
        variants=variants,
        left_out=tuple(left_out),
        citations=sources.citations(sorted(used)),
    )


def _cleaned(item: WrittenSubject) -> WrittenSubject:
    """A subject in one line, with sources cited in its text moved out of it."""
    cited = {int(number) for number in facts.SOURCE_MARK.findall(item.subject)}
    text = one_line(facts.SOURCE_MARK.sub("", item.subject))
    return WrittenSubject(
        subject=text or item.subject, sources=tuple(sorted({*item.sources, *cited}))
    )


def _sifted(
    given: SubjectInput, written: list[WrittenSubject], sources: Sources
) -> tuple[list[WrittenSubject], list[str]]:
    material = (given.brief or "", given.preview or "", given.audience or "", *given.subjects)
    material += tuple(f"{passage.title} {passage.text}" for passage in sources.facts)
    allowed = [link for text in (given.brief or "", *given.subjects) for link in facts.links(text)]
    seen = {text.casefold() for text in given.subjects}
    kept: list[WrittenSubject] = []
    left_out: list[str] = []
    for index, item in enumerate(written):
        check_written(f"output.subjects.{index}", item.subject, given.personalization)
        unknown = facts.unsupported_numbers(item.subject, material)
        unknown += facts.foreign_links(item.subject, allowed)
        if unknown:
            left_out.append(f"“{item.subject}”: nothing given says {', '.join(unknown)}")
        elif item.subject.casefold() in seen:
            left_out.append(f"“{item.subject}”: is there already")
        elif len(kept) < given.max_variants:
            kept.append(item)
            seen.add(item.subject.casefold())
    return kept, left_out


def _ranked(candidates: list[Candidate], preview: str | None) -> tuple[SubjectVariant, ...]:
    """Ranked twice: first each by itself, then with those that repeat a better one behind."""
    alone = sorted((_scored(item, preview, ()) for item in candidates), key=_order)
    texts = [text for _, (text, _, _) in alone]
    scored = [_scored(item, preview, texts[:index]) for index, (_, item) in enumerate(alone)]
    return tuple(_variant(rank, *item) for rank, item in enumerate(sorted(scored, key=_order), 1))


def _scored(item: Candidate, preview: str | None, better: Sequence[str]) -> tuple[Score, Candidate]:
    return score_subject(item[0], preview, better), item


def _order(scored: tuple[Score, Candidate]) -> tuple[int, int, str, str]:
    score, (text, origin, _) = scored
    return -score.score, score.characters, text, origin


def _variant(rank: int, score: Score, candidate: Candidate) -> SubjectVariant:
    text, origin, numbers = candidate
    return SubjectVariant(
        rank=rank,
        subject=text,
        origin=origin,
        score=score.score,
        characters=score.characters,
        words=score.words,
        on_phone=score.on_phone,
        reasons=score.reasons,
        sources=numbers,
    )
