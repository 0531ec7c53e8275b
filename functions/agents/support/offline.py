"""Answers by rules: the sentences of the passages that cover the question best, word for word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agents.support.channels import LIMITS, fits, without_marks
from agents.support.coverage import Judged, Question, key_terms
from agents.support.evidence import facts
from agents.support.models import SupportInput
from agents.support.phrases import CLOSING, GREETING, OPENING, Spoken
from agents.support.written import WrittenReply
from hub.agent_kit.guard import gives_orders
from hub.agent_kit.text import ended, sentences

_HEADING = re.compile(r"^#{1,6}\s")
_BULLET = re.compile(r"^(?:[-*•]|\d{1,2}[.)])\s+")
_EMPHASIS = re.compile(r"\*\*|__|`")
_LEAST_LETTERS = 12


@dataclass(frozen=True)
class Candidate:
    """A sentence of a passage: which source, where in it, which terms of the question it has.

    `liking` counts what else speaks for it: its title is about the question, and it has the kind
    of thing that is asked for.
    """

    source: int
    place: int
    text: str
    terms: frozenset[str]
    liking: int = 0


def compose_reply(
    given: SupportInput, asked: Question, judged: Judged, language: Spoken
) -> WrittenReply:
    """The reply to a question that the passages answer; the same input gives the same reply."""
    chosen = _chosen(asked, judged, LIMITS[given.channel].sentences)
    if not chosen:
        return WrittenReply(reply="-", answered=False)
    # What does not fit goes, the least useful first; the first sentence is cut if it must be.
    while len(chosen) > 1 and not fits(_text(given, chosen, language), given.channel):
        chosen = chosen[:-1]
    if not fits(_text(given, chosen, language), given.channel):
        chosen = [_cut(given, chosen[0], language)]
    text = _text(given, chosen, language)
    return WrittenReply(reply=text, used=tuple(sorted({c.source for c in chosen})))


def _cut(given: SupportInput, only: Candidate, language: Spoken) -> Candidate:
    """A sentence with as many of its words as the channel can carry."""
    # One letter outside the GSM alphabet would more than double an SMS.
    dots = "..." if given.channel == "sms" else "…"
    words = only.text.split()

    def cut(count: int) -> Candidate:
        return replace(only, text=" ".join(words[:count]).rstrip(",;:") + dots)

    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        fitting = fits(_text(given, [cut(middle)], language), given.channel)
        low, high = (middle, high) if fitting else (low, middle - 1)
    return cut(low)


def _chosen(asked: Question, judged: Judged, most: int) -> list[Candidate]:
    """The best sentence for what no chosen one covers yet, until nothing is gained."""
    candidates = _candidates(asked, judged)
    chosen: list[Candidate] = []
    covered: set[str] = set()
    while len(chosen) < most and candidates:
        best = max(
            candidates, key=lambda c: (len(c.terms - covered), c.liking, -c.source, -c.place)
        )
        if not best.terms - covered:
            break
        chosen.append(best)
        covered |= best.terms
        candidates.remove(best)
    following = _following(chosen, candidates) if len(chosen) < most else None
    return [*chosen, following] if following else chosen


def _following(chosen: Sequence[Candidate], left: Sequence[Candidate]) -> Candidate | None:
    """The sentence after the best one: what to do often stands after what is so."""
    if not chosen:
        return None
    best = chosen[0]
    return next((c for c in left if (c.source, c.place) == (best.source, best.place + 1)), None)


def _candidates(asked: Question, judged: Judged) -> list[Candidate]:
    wanted = asked.terms.keys()
    found: list[Candidate] = []
    for source, passage in enumerate(judged.facts, 1):
        title = key_terms(passage.title)
        for place, (sentence, above) in enumerate(_statements(passage.text)):
            own = key_terms(sentence) | above
            # What the title says each sentence is about, but the title alone answers nothing.
            terms = (own | title) & wanted if own & wanted else set()
            liking = bool(title & wanted) + bool(asked.wants & _kinds(sentence))
            found.append(Candidate(source, place, sentence, frozenset(terms), liking))
    return found


def _kinds(sentence: str) -> set[str]:
    return {said.fact[0] for said in facts(sentence)}


def _statements(text: str) -> list[tuple[str, set[str]]]:
    """The sentences of a passage, each with the key terms of the heading or question above it.

    Without Markdown, and without what gives the reader orders.
    """
    found: list[tuple[str, set[str]]] = []
    above: set[str] = set()
    for line in text.split("\n"):
        plain = _EMPHASIS.sub("", _BULLET.sub("", without_marks(line.strip())))
        for part in sentences(_HEADING.sub("", plain)):
            if _HEADING.match(plain) or part.endswith("?"):
                above = key_terms(part)
            elif len(part) >= _LEAST_LETTERS and not gives_orders(part):
                found.append((part, above))
    return found


def _text(given: SupportInput, chosen: Sequence[Candidate], language: Spoken) -> str:
    cites = LIMITS[given.channel].cites
    in_order = sorted(chosen, key=lambda c: (c.source, c.place))
    body = " ".join(_cited(c) if cites else ended(c.text) for c in in_order)
    if given.channel == "sms":
        return body
    opening = OPENING[language][given.tone]
    if given.channel != "email":
        return f"{opening} {body}"
    return letter(f"{opening}\n\n{body}", given.customer.name, language)


def letter(text: str, name: str | None, language: Spoken) -> str:
    """A text as an e-mail: with a greeting, by name if there is one, and a closing."""
    greeted = f" {' '.join(name.split())}" if name else ""
    return f"{GREETING[language]}{greeted},\n\n{text}\n\n{CLOSING[language]}"


def _cited(candidate: Candidate) -> str:
    whole = ended(candidate.text)
    return f"{whole[:-1]} [{candidate.source}]{whole[-1]}"
