"""How a writer feels, from -1 to 1, by a weighted lexicon.

The score of a text is s / sqrt(s² + 15), where s adds up the weights (-3 to 3, in
feelings.FEELINGS) of the longest terms found, each
- turned and damped (× -0.74) by a negation among the three words before it in its clause,
- × 1.25 by a strengthening word right before it, × 0.7 by a weakening one,
- × 1.25 when it is written in CAPITALS in a text that is not,
- × 0.5 before and × 1.5 after a "but" (the last one counts),
and the sum × (1 + 0.1 · min(exclamation marks, 4)). The damping of a negation, the normalization
and the treatment of "but" are VADER's: Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model
for Sentiment Analysis of Social Media Text", ICWSM 2014. Weights and terms are our own.
"""

from collections.abc import Sequence
from math import sqrt

from agents.support.feelings import CONTRASTS, FEELINGS, NEGATIONS, STRONGER, WEAKER
from agents.support.models import Sentiment
from agents.support.text import Hit, Terms, Word, weighted, words

NEGATED = -0.74
NEUTRAL = 0.15
"""Scores nearer to 0 than this say nothing."""

_SCOPE = 3
_TERMS = Terms(weighted(FEELINGS))


def sentiment(text: str) -> Sentiment:
    """The sentiment of a text, the same for the same text."""
    found = words(text)
    plain = [word.text for word in found]
    shouted = not any(letter.islower() for letter in text)
    contrast = max((i for i, word in enumerate(plain) if word in CONTRASTS), default=None)
    total = sum(
        _value(hit, found, shouted) * _side(hit.start, contrast) for hit in _TERMS.longest(plain)
    )
    total *= 1 + 0.1 * min(text.count("!"), 4)
    score = round(total / sqrt(total * total + 15), 4)
    return Sentiment(score=score, label=_label(score))


def _value(hit: Hit, found: Sequence[Word], shouted: bool) -> float:
    first = found[hit.start]
    before = found[max(0, hit.start - _SCOPE) : hit.start]
    near = [word.text for word in before if word.clause == first.clause]
    value = hit.weight
    if any(word in NEGATIONS for word in near):
        value *= NEGATED
    if near and near[-1] in STRONGER:
        value *= 1.25
    elif near and near[-1] in WEAKER:
        value *= 0.7
    if first.upper and not shouted:
        value *= 1.25
    return value


def _side(start: int, contrast: int | None) -> float:
    if contrast is None:
        return 1.0
    return 1.5 if start > contrast else 0.5


def _label(score: float) -> str:
    if abs(score) < NEUTRAL:
        return "neutral"
    return "positive" if score > 0 else "negative"
