"""Whether the knowledge answers a question, and how sure that is.

The key terms of a question are the words of its asking sentences (those that end in `?` or begin
like a question; without any, the whole message) that are no stop words and no fillers, brought to
their stems, words of the same meaning to one of them (words.SAME). Numbers and the customer's name
are none.

    coverage   = key terms found in the passages / key terms
    strength   = 0.7 · best passage's score + 0.3 · mean of their scores
    confidence = 0.5 · strength + 0.5 · coverage, at most 0.3 when ungrounded

Passages count from a score of ANSWER_SCORE. A question is grounded when there is such a passage,
coverage is at least LEAST_COVERAGE, and no name it asks about (a capitalized word or abbreviation
within a sentence; not in German, where every noun is one) is missing from the passages: the
terms for shipping to Germany do not answer a question about Norway.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.support.models import Language
from agents.support.text import plain_words
from agents.support.words import COURTESY, FILLERS, SAME, STOPS, word_set
from hub.agent_kit.guard import gives_orders
from hub.agent_kit.text import sentences
from hub.domain.knowledge import Passage

ANSWER_SCORE = 0.3
LEAST_COVERAGE = 0.6
UNGROUNDED_CONFIDENCE = 0.3

_ASKS = word_set(
    "how what can could do does did is are where when which who why will would should may wie was "
    "wann wo kann können gibt welche warum darf comment combien où quand puis pouvez est quel "
    "quelle pourquoi cómo cuándo dónde puedo pueden hay cuál cuánto qué"
)
_WANTED = (
    (
        "duration",
        re.compile(
            r"\bhow (?:long|fast|soon|quickly)\b|\bwhen\b|\bwie (?:lange|schnell)\b|\bwann\b"
            r"|\bcombien de temps\b|\bquand\b|\bcuánto tarda\w*|\bcuándo\b",
            re.IGNORECASE,
        ),
    ),
    (
        "price",
        re.compile(
            r"\bhow much\b|\b(?:cost|costs|price|fee)\b|\bkostet\b|\bpreis\b|\bcoûte\b|\bprix\b"
            r"|\bcuesta\b|\bprecio\b",
            re.IGNORECASE,
        ),
    ),
)
_RAW_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENDINGS = (
    *("ations", "ation", "ungen", "ments", "ungs", "ings", "ing", "ung", "ies", "ied"),
    *("ers", "ed", "es", "en", "er", "em", "e", "s", "y", "n"),
)


@dataclass(frozen=True)
class Question:
    """What a message asks. `query` is for the search, `terms` maps each key term to a word.

    `wants` are the kinds of facts (evidence.py) that would answer: "how long" wants a duration.
    """

    query: str
    terms: dict[str, str]
    names: frozenset[str]
    wants: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judged:
    """How well passages answer a question. `missing` are words of it that they do not have."""

    facts: tuple[Passage, ...]
    grounded: bool
    coverage: float
    confidence: float
    missing: tuple[str, ...]


def only_courtesy(message: str) -> bool:
    """Whether a message only says thanks or goodbye, and so asks for nothing."""
    found = plain_words(message)
    return bool(found) and "?" not in message and all(word in COURTESY for word in found)


def question(message: str, language: Language, name: str | None = None) -> Question:
    """What a message asks. Sentences that try to give the reader orders do not count."""
    said = [part for part in sentences(message) if not gives_orders(part)]
    asking = [part for part in said if _asks(part)]
    used = asking or said
    ignored = set(plain_words(name or ""))
    terms: dict[str, str] = {}
    for word in plain_words(" ".join(used)):
        if word not in ignored and _is_content(word):
            terms.setdefault(key(word), word)
    names = frozenset() if language == "de" or not asking else _names(asking)
    query = " ".join(terms.values()) or " ".join(used) or message
    return Question(query[:500], terms, names & terms.keys(), _wants(" ".join(used)))


def judge(asked: Question, facts: Sequence[Passage]) -> Judged:
    """How well passages answer: see the module for the formulas."""
    strong = tuple(passage for passage in facts if passage.score >= ANSWER_SCORE)
    known = {term for p in strong for term in key_terms(f"{p.title}\n{p.text}")}
    missing = {term: word for term, word in asked.terms.items() if not _known(term, known)}
    coverage = 1 - len(missing) / len(asked.terms) if asked.terms else 0.0
    grounded = bool(strong) and coverage >= LEAST_COVERAGE and not asked.names & missing.keys()
    confidence = 0.5 * _strength(strong) + 0.5 * coverage
    if not grounded:
        confidence = min(confidence, UNGROUNDED_CONFIDENCE)
    # Searches may score a hair above 1.
    confidence = max(0.0, min(1.0, round(confidence, 4)))
    return Judged(strong, grounded, round(coverage, 4), confidence, tuple(missing.values())[:20])


def key_terms(text: str) -> set[str]:
    """The key terms of a text."""
    return {key(word) for word in plain_words(text) if _is_content(word)}


def key(word: str) -> str:
    """A word's stem, or the word that stands for those of its meaning."""
    return _STEMMED.get(_stem(word)) or _stem(word)


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= 4:
            return rest[:-1] if len(rest) > 4 and rest[-1] == rest[-2] else rest
    return word


_STEMMED = {_stem(word): stands for word, stands in SAME.items()}


def _known(term: str, known: set[str]) -> bool:
    """Whether a term is there, or is the beginning of one that is, or begins with one."""
    if term in known:
        return True
    return len(term) >= 5 and any(
        len(other) >= 5 and (other.startswith(term) or term.startswith(other)) for other in known
    )


def _is_content(word: str) -> bool:
    if len(word) < 3 or word in STOPS or word in FILLERS or word.isdigit():
        return False
    # Order and serial numbers: knowledge cannot have them.
    return not (len(word) >= 5 and any(letter.isdigit() for letter in word))


def _asks(sentence: str) -> bool:
    found = plain_words(sentence)
    return sentence.rstrip(" )\"'").endswith("?") or (bool(found) and found[0] in _ASKS)


def _wants(text: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in _WANTED if pattern.search(text))


def _names(asking: Sequence[str]) -> frozenset[str]:
    names: set[str] = set()
    for sentence in asking:
        found = _RAW_WORD.findall(sentence)
        capitals = [word for word in found[1:] if word[0].isupper() and len(word) > 1]
        # In a text in capitals they mean nothing.
        if 2 * len(capitals) <= len(found):
            names |= {key(part) for word in capitals for part in plain_words(word)}
    return frozenset(names)


def _strength(strong: Sequence[Passage]) -> float:
    if not strong:
        return 0.0
    scores = [min(1.0, passage.score) for passage in strong]
    return 0.7 * max(scores) + 0.3 * sum(scores) / len(scores)
