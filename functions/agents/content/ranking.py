"""Which sentences say most of a text: extraction by word frequency, position and novelty.

With n(t) the occurrences of a term t in the text (stop words left out), T(s) the distinct terms of
the sentence s, and i its place from 0:

    weight(t)   = n(t) / max n
    tf(s)       = sum of weight(t) over T(s) / sqrt(|T(s)|)
    position(i) = 1 + 1 / (1 + i)
    figures(s)  = 1.5 if s has a digit, else 1: what is measured is seldom idle talk
    score(s)    = tf(s) * position(i) * figures(s)

Sentences are taken greedily by score(s) * (1 - max overlap with one that was taken), overlap being
the Jaccard index of their terms and figures; from `ALIKE` on a sentence is dropped. Frequency is
after H. P. Luhn (1958), position after H. P. Edmundson (1969), the penalty after J. Carbonell and
J. Goldstein (1998, maximal marginal relevance). One text, one result.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from math import sqrt

from agents.content.text import claims, terms

ALIKE = 0.6
FIGURES = 1.5

_MISSES = 30
"""After so many sentences in a row that do not fit, none is looked for any more."""


def overlap(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """The Jaccard index of two sets of words, 0 to 1."""
    return len(one & other) / len(one | other) if one and other else 0.0


def scores(sentences: Sequence[str]) -> list[float]:
    """The score of each sentence; 0 for one without terms."""
    found = [terms(sentence) for sentence in sentences]
    counts = Counter(term for sentence in found for term in sentence)
    most = max(counts.values(), default=1)
    made = []
    for place, (sentence, bag) in enumerate(zip(sentences, map(set, found), strict=True)):
        frequency = sum(counts[term] for term in bag) / most / sqrt(len(bag) or 1)
        figures = FIGURES if any(letter.isdigit() for letter in sentence) else 1
        made.append(frequency * (1 + 1 / (1 + place)) * figures)
    return made


def chosen(
    sentences: Sequence[str],
    fits: Callable[[Sequence[int]], bool],
    limit: int,
    first: Sequence[int] = (),
) -> list[int]:
    """The places of the sentences that say most, in the text's order, at most `limit`.

    Those in `first` are taken before all others. `fits` tells whether places, in order, fit
    together; one that does not is passed over.
    """
    bags = [frozenset(claims(sentence)) for sentence in sentences]
    value = scores(sentences)
    taken: list[int] = []
    misses = 0
    for place in first:
        if len(taken) < limit and misses < _MISSES and place not in taken:
            fitting = fits(sorted([*taken, place]))
            misses = 0 if fitting else misses + 1
            taken += [place] if fitting else []
    closest = [max((overlap(bag, bags[t]) for t in taken), default=0.0) for bag in bags]
    left = {place for place in range(len(sentences)) if value[place] > 0} - set(taken)
    misses = 0
    while left and len(taken) < limit and misses < _MISSES:
        best = max(left, key=lambda place: (value[place] * (1 - closest[place]), -place))
        left.remove(best)
        if closest[best] >= ALIKE or not fits(sorted([*taken, best])):
            misses += 1
            continue
        misses = 0
        taken.append(best)
        closest = [max(c, overlap(bag, bags[best])) for c, bag in zip(closest, bags, strict=True)]
    return sorted(taken)
