"""What a message is about, by weighted terms.

The score of a category is the sum of the weights of the different terms found of it
(lexicon.CATEGORY_TERMS; where terms overlap the longest counts; a term said to be unwanted does
not). Added are, for praise, 2 × a positive sentiment, and for complaint 1.5 × a negative one; for
spam, 2 for a link beside another sign of spam. Praise counts half once something went wrong or is
asked for. The best category wins if it has at least 1, else it is `other`; level categories go by
ORDER. confidence = best / (sum of all + 1), and 0 where nothing was found.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.support.lexicon import CATEGORY_TERMS, NOT_WANTED
from agents.support.models import Category, Sentiment
from agents.support.text import Hit, Terms, plain_words, weighted

ORDER: tuple[Category, ...] = (
    "refund",
    "billing",
    "technical",
    "account",
    "shipping",
    "feature_request",
    "sales",
    "complaint",
    "spam",
    "praise",
    "other",
)
LEAST = 1.0
"""What a category must have; less is `other`."""

_TERMS = {category: Terms(weighted(table)) for category, table in CATEGORY_TERMS.items()}
_UNWANTED = Terms(dict.fromkeys(NOT_WANTED, 1.0))
_LINK = re.compile(r"(?:https?://|www\.)\S*", re.IGNORECASE)


@dataclass(frozen=True)
class Classified:
    """A category, how sure it is (0 to 1), and the terms that decided it, heaviest first."""

    category: Category
    confidence: float
    because: tuple[str, ...]


def classify(text: str, feeling: Sentiment) -> Classified:
    """The category of a text, the same for the same text."""
    # An address is no sentence: the login in its path is not about an account.
    found = plain_words(_LINK.sub(" ", text))
    unwanted = _UNWANTED.hits(found)
    hits = {category: _counted(category, found, unwanted) for category in ORDER}
    scores = {category: sum(weights.values()) for category, weights in hits.items()}
    _feel(scores, feeling)
    if scores["spam"] and _LINK.search(text):
        scores["spam"] += 2
    best = max(ORDER, key=lambda category: scores[category])
    if scores[best] < LEAST:
        return Classified("other", 0.0, ())
    because = sorted(hits[best], key=lambda term: (-hits[best][term], term))
    confidence = scores[best] / (sum(scores.values()) + 1)
    return Classified(best, round(confidence, 4), tuple(because[:5]))


def _counted(category: Category, found: Sequence[str], unwanted: Sequence[Hit]) -> dict[str, float]:
    hits = _TERMS[category].longest(found)
    return {hit.term: hit.weight for hit in hits if not _refused(hit, unwanted)}


def _refused(hit: Hit, unwanted: Sequence[Hit]) -> bool:
    return any(0 <= hit.start - (no.start + no.size) < 3 for no in unwanted)


def _feel(scores: dict[Category, float], feeling: Sentiment) -> None:
    scores["praise"] += 2 * max(0.0, feeling.score)
    scores["complaint"] += 1.5 * max(0.0, -feeling.score)
    subjects: tuple[Category, ...] = (
        "refund",
        "billing",
        "technical",
        "account",
        "shipping",
        "feature_request",
    )
    if max(scores[subject] for subject in subjects) > LEAST:
        scores["praise"] /= 2
