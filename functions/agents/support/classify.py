"""What a message is about, by the terms of a lexicon and by what its words were learned to say.

The points of a category are
- the weights of the different terms found of it (lexicon.CATEGORY_TERMS; where terms overlap the
  longest counts; a term said to be unwanted does not); for praise 2 × a positive sentiment, for
  complaint 1.5 × a negative one, for spam 2 for a link beside another sign of spam; praise counts
  half once something went wrong or is asked for: all of that × TERM;
- and the points that its words have by themselves (learned.py).

The best category wins; a message in which nothing was found, or words alone and of less confidence
than LEAST, is `other`. What is called spam is not read any more, so without a term of the lexicon
it takes a confidence of SURE. confidence is the category's share of exp(points), 0 where nothing
was found.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp

from agents.support.learned import CATEGORIES, Learned, learned, signals
from agents.support.lexicon import CATEGORY_TERMS, NOT_WANTED
from agents.support.models import Category, Sentiment
from agents.support.text import Hit, Terms, plain_words, weighted
from agents.support.words import STOPS

TERM = 0.7
"""What the weight of a term of the lexicon is worth in points."""

LEAST = 0.15
"""Words alone must make a category so sure; less is `other`. Of eleven, 0.09 is pure chance."""

SURE = 0.3
"""Words alone must make spam so sure. It and LEAST were chosen on the development half."""

_NAMED = 0.25
"""Points from which a word is told as a reason."""

_SUBJECTS: tuple[Category, ...] = (
    "refund",
    "billing",
    "technical",
    "account",
    "shipping",
    "feature_request",
)
_TERMS = {category: Terms(weighted(table)) for category, table in CATEGORY_TERMS.items()}
_UNWANTED = Terms(dict.fromkeys(NOT_WANTED, 1.0))
_LINK = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)


@dataclass(frozen=True)
class Classified:
    """A category, how sure it is (0 to 1), and what decided it, heaviest first."""

    category: Category
    confidence: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What a text has: its words; the lexicon's terms and their sums; what words are known by."""

    words: Sequence[str]
    terms: Mapping[Category, Mapping[str, float]]
    weights: Mapping[Category, float]
    signals: Mapping[str, Sequence[str]]


def classify(text: str, feeling: Sentiment) -> Classified:
    """The category of a text, the same for the same text."""
    seen = found(text, feeling)
    said = learned(seen.signals)
    if not seen.words or not (any(seen.weights.values()) or any(said.words.values())):
        return Classified("other", 0.0, ())
    points = {c: TERM * seen.weights[c] + said.points[c] for c in CATEGORIES}
    shares = _shares(points)
    if shares["spam"] < SURE and not seen.terms["spam"]:
        del points["spam"]
    best = max(points, key=lambda category: points[category])
    if shares[best] < LEAST and not seen.terms[best]:
        return Classified("other", 0.0, ())
    return Classified(best, round(shares[best], 4), _because(best, seen, said))


def _shares(points: Mapping[Category, float]) -> dict[Category, float]:
    highest = max(points.values())
    weights = {category: exp(value - highest) for category, value in points.items()}
    return {category: weight / sum(weights.values()) for category, weight in weights.items()}


def found(text: str, feeling: Sentiment) -> Found:
    """What a text has that says what it is about."""
    # An address is no sentence: the login in its path is not about an account.
    plain = plain_words(_LINK.sub(" ", text))
    linked = bool(_LINK.search(text))
    unwanted = _UNWANTED.hits(plain)
    terms = {category: _counted(category, plain, unwanted) for category in CATEGORIES}
    weights = {category: sum(hits.values()) for category, hits in terms.items()}
    _feel(weights, feeling)
    if weights["spam"] and linked:
        weights["spam"] += 2
    return Found(plain, terms, weights, signals(_telling(plain), asks="?" in text, links=linked))


def _telling(plain: Sequence[str]) -> list[str]:
    return [word for word in plain if word not in STOPS]


def _because(best: Category, seen: Found, said: Learned) -> tuple[str, ...]:
    """Terms and words with their points; a word that a term has already told is left out."""
    reasons = {term: TERM * weight for term, weight in seen.terms[best].items()}
    told = {part.rstrip("*") for term in reasons for part in term.split()}
    for word, points in said.words.items():
        if points.get(best, 0.0) >= _NAMED and not any(map(word.startswith, told)):
            reasons[word] = points[best]
    ordered = sorted(reasons, key=lambda reason: (-reasons[reason], reason))
    return tuple(ordered[:5])


def _counted(category: Category, plain: Sequence[str], unwanted: Sequence[Hit]) -> dict[str, float]:
    hits = _TERMS[category].longest(plain)
    return {hit.term: hit.weight for hit in hits if not _refused(hit, unwanted)}


def _refused(hit: Hit, unwanted: Sequence[Hit]) -> bool:
    return any(0 <= hit.start - (no.start + no.size) < 3 for no in unwanted)


def _feel(weights: dict[Category, float], feeling: Sentiment) -> None:
    weights["praise"] += 2 * max(0.0, feeling.score)
    weights["complaint"] += 1.5 * max(0.0, -feeling.score)
    if max(weights[subject] for subject in _SUBJECTS) > 1:
        weights["praise"] /= 2
