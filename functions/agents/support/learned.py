"""What the words of a message say about its category, as learned from labelled messages.

tools/triage_weights.py makes the weights (triage_weights.json, hundredths of a point) from the
development half of tests/evals/data and proves that they can be made again. A word that is no stop
word is known by its first six letters and by its pieces of four letters, so that a typing error or
an ending leaves most of it. With n different features in a message,

    points(category) = bias(category) + 3 / sqrt(n) * sum of the weights of the features

It is the linear model of multinomial logistic regression, on top of the points of the lexicon.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path
from typing import get_args

from agents.support.models import Category

CATEGORIES: tuple[Category, ...] = get_args(Category)
WEIGHTS = Path(__file__).parent / "triage_weights.json"
SPREAD = 3.0
"""What the features of a message have together, whatever their number."""

_PIECE = 4
_STEM = 6
_UNIT = 0.01


@dataclass(frozen=True)
class Weights:
    """`bias` by category, in their order; `features`: category, weight, category, weight …"""

    bias: Sequence[int]
    features: Mapping[str, Sequence[int]]


@dataclass(frozen=True)
class Learned:
    """What a message has: points of each category, and what each of its words adds to them."""

    points: Mapping[Category, float]
    words: Mapping[str, Mapping[Category, float]]


def features(word: str) -> tuple[str, ...]:
    """The features of a word in lower case: its beginning, and its pieces."""
    if word.isdigit():
        return (">#",)
    whole = f"^{word}$"
    return (
        f">{word[:_STEM]}",
        *(whole[at : at + _PIECE] for at in range(len(whole) - _PIECE + 1)),
    )


def signals(found: Iterable[str], *, asks: bool, links: bool) -> dict[str, tuple[str, ...]]:
    """The features of a message by what has them: its words, a question mark, a link."""
    seen = {"a number" if word.isdigit() else word: features(word) for word in found}
    marks = {"a question": asks, "a link": links}
    return seen | {name: (f"<{name}>",) for name, there in marks.items() if there}


def learned(signal: Mapping[str, Sequence[str]]) -> Learned:
    """The points of a message, from what it has (`signals`)."""
    weights = _weights()
    size = len({feature for own in signal.values() for feature in own})
    share = SPREAD / sqrt(size or 1)
    words: dict[str, Mapping[Category, float]] = {}
    counted: set[str] = set()
    for name, own in signal.items():
        # A piece that two words have counts once.
        words[name] = _added(weights, set(own) - counted, share)
        counted |= set(own)
    points = {
        category: bias * _UNIT + sum(word.get(category, 0.0) for word in words.values())
        for category, bias in zip(CATEGORIES, weights.bias, strict=True)
    }
    return Learned(points, words)


def _added(weights: Weights, own: Iterable[str], share: float) -> dict[Category, float]:
    added: dict[Category, float] = {}
    for feature in sorted(own):
        pairs = weights.features.get(feature, ())
        for at in range(0, len(pairs), 2):
            category = CATEGORIES[pairs[at]]
            added[category] = added.get(category, 0.0) + pairs[at + 1] * _UNIT * share
    return added


@cache
def _weights() -> Weights:
    return Weights(**json.loads(WEIGHTS.read_text(encoding="utf-8")))
