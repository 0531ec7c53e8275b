"""Writes mails and subjects by rules, from sentences of the brief and of the sources.

It adds no fact: what it says besides those sentences is about the mails themselves. English.
"""

from dataclasses import dataclass

from agents.email import facts
from agents.email.models import (
    SequenceInput,
    SubjectInput,
    WrittenMail,
    WrittenSequence,
    WrittenSubject,
    WrittenSubjects,
)
from agents.email.scoring import calmed
from hub.agent_kit.grounding import Sources
from hub.agent_kit.text import ended

_GREETINGS = {
    "neutral": "Hello",
    "friendly": "Hi",
    "professional": "Dear",
    "playful": "Hey",
    "bold": "Hello",
}
_CLOSINGS = {
    "neutral": "Best regards,",
    "friendly": "Warm wishes,",
    "professional": "Kind regards,",
    "playful": "See you soon,",
    "bold": "Yours,",
}
_FIRST = {
    "neutral": "Here is what this is about.",
    "friendly": "It is good to write to you. Here is what this is about.",
    "professional": "We are writing to share the essentials with you.",
    "playful": "Got a minute? This one is short.",
    "bold": "Straight to the point.",
}
_MIDDLE = ("Here is the next point.", "There is more to say.", "One thing to add.")
_AGAIN = "Here it is once more, in short."
_LAST = "This is the last mail of this series."
# One for each mail but the first of the longest sequence, so that no two subjects are the same.
_AGAIN_SUBJECTS = (
    "In short: {}",
    "Once more: {}",
    "A reminder: {}",
    "At a glance: {}",
    "For you: {}",
    "To keep: {}",
    "For later: {}",
    "Again: {}",
    "Still here: {}",
)

SUBJECT_LENGTH = 60
PREVIEW_LENGTH = 90
BODY_LENGTH = 5600
_PER_SOURCE = 2
_RECAP = 4


@dataclass(frozen=True)
class Fact:
    """A sentence to write, and the number of the source that it is from; 0 is the brief."""

    text: str
    source: int = 0


def compose_sequence(given: SequenceInput, sources: Sources) -> WrittenSequence:
    """The mails of a brief: deterministic, each fact once, recaps when there are no more facts."""
    known = gathered(given.brief, sources)
    shares = _shared(known, len(given.days))
    mails = tuple(_mail(given, known, shares, index) for index in range(len(shares)))
    return WrittenSequence(mails=mails)


def compose_subjects(given: SubjectInput, sources: Sources) -> WrittenSubjects:
    """Subjects from the given ones, calmed down, and from the facts, at several angles."""
    known = gathered(given.brief or " ".join(given.subjects), sources)
    calm = [Fact(facts.clip(calmed(text), SUBJECT_LENGTH)) for text in given.subjects]
    angles = [_angles(fact, given.personalization) for fact in known]
    # Angle by angle, so that few subjects are not all of the first fact.
    candidates = calm + [angle for same in zip(*angles, strict=True) for angle in same]
    seen = {text.casefold() for text in given.subjects}
    kept: list[WrittenSubject] = []
    for fact in candidates:
        if fact.text and fact.text.casefold() not in seen:
            seen.add(fact.text.casefold())
            kept.append(WrittenSubject(subject=fact.text, sources=_numbers([fact])))
    return WrittenSubjects(subjects=tuple(kept[: given.max_variants]))


def gathered(brief: str, sources: Sources) -> list[Fact]:
    """What may be said: the brief's statements, then sentences of sources that are about it."""
    said = [Fact(text) for text in facts.statements(brief)]
    about = facts.telling_words(brief)
    for number, passage in enumerate(sources.facts, 1):
        fitting = [
            sentence
            for sentence in facts.usable(passage.text)
            if about & facts.telling_words(sentence)
            and all(facts.likeness(sentence, fact.text) < 0.8 for fact in said)
        ]
        said += [Fact(sentence, number) for sentence in fitting[:_PER_SOURCE]]
    return said


def _shared(known: list[Fact], count: int) -> list[list[Fact]]:
    """The facts spread over so many mails, in order; the last ones get none if they are few."""
    size, rest = divmod(len(known), count)
    shares: list[list[Fact]] = []
    at = 0
    for index in range(count):
        width = size + (1 if index < rest else 0)
        shares.append(known[at : at + width])
        at += width
    return shares


def _mail(
    given: SequenceInput, known: list[Fact], shares: list[list[Fact]], index: int
) -> WrittenMail:
    own = shares[index]
    told = _fitting(own or known[:_RECAP])
    topic = facts.headline(known[0].text)
    return WrittenMail(
        subject=_subject(own, topic, index),
        preview=facts.clip(_preview(given, told, topic, index), PREVIEW_LENGTH),
        greeting=_greeting(given),
        body="\n\n".join(_paragraphs(given, own, told, index, len(shares))),
        closing=_CLOSINGS[given.tone],
        sources=_numbers(told),
    )


def _fitting(told: list[Fact]) -> list[Fact]:
    """The facts that fit into one mail, from the first on, each with room for a list mark."""
    room = BODY_LENGTH
    kept: list[Fact] = []
    for fact in told:
        room -= len(fact.text) + 4
        if room < 0 and kept:
            break
        kept.append(fact)
    return kept


def _subject(own: list[Fact], topic: str, index: int) -> str:
    if own:
        return facts.clip(facts.headline(own[0].text), SUBJECT_LENGTH)
    again = _AGAIN_SUBJECTS[index % len(_AGAIN_SUBJECTS)]
    return again.format(facts.clip(topic, SUBJECT_LENGTH - len(again) + 2))


def _preview(given: SequenceInput, told: list[Fact], topic: str, index: int) -> str:
    """What the subject does not say yet: the second fact, the opening, or what it belongs to."""
    if len(told) > 1:
        return told[1].text
    return f"More on: {topic}" if index else _FIRST[given.tone]


def _greeting(given: SequenceInput) -> str:
    word = _GREETINGS[given.tone]
    name = _name_of(given.personalization)
    if name is None:
        return "Hello," if word == "Dear" else f"{word},"
    return f"{word} {{{{{name}}}}},"


def _paragraphs(
    given: SequenceInput, own: list[Fact], told: list[Fact], index: int, count: int
) -> list[str]:
    opening = _FIRST[given.tone] if index == 0 else _MIDDLE[index % len(_MIDDLE)]
    lines = [ended(fact.text) for fact in told]
    parts = [opening if own else _AGAIN, *_body(lines)]
    if index and index == count - 1:
        parts.append(_LAST)
    return parts


def _body(lines: list[str]) -> list[str]:
    """One paragraph, or the first sentence and the others as a list."""
    if len(lines) < 3:
        return [" ".join(lines)]
    return [lines[0], "\n".join(f"- {line}" for line in lines[1:])]


def _angles(fact: Fact, personalization: tuple[str, ...]) -> list[Fact]:
    """A fact as subjects: short enough for a phone, whole, to a person or in short, as a teaser."""
    title = facts.headline(calmed(fact.text))
    small = facts.clip(title, 40)
    name = _name_of(personalization)
    return [
        Fact(text, fact.source)
        for text in (
            small,
            facts.clip(title, SUBJECT_LENGTH),
            # A placeholder counts as 8 characters, and ": " comes after it.
            f"{{{{{name}}}}}: {facts.clip(title, 30)}" if name else f"In short: {small}",
            f"Did you know? {facts.clip(title, 44)}",
        )
    ]


def _name_of(personalization: tuple[str, ...]) -> str | None:
    """The placeholder to greet by: a first name or a whole one, not that of a company."""
    plain = {name.casefold().replace("_", ""): name for name in personalization}
    return next((plain[kind] for kind in ("firstname", "name", "fullname") if kind in plain), None)


def _numbers(told: list[Fact]) -> tuple[int, ...]:
    return tuple(sorted({fact.source for fact in told if fact.source}))
