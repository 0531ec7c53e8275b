"""Ranking by the words that query and text share: Okapi BM25.

Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the idf
of Lucene, which is never negative; k1 = 1.2, b = 0.75.
"""

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from math import log

K1 = 1.2
B = 0.75

_WORD = re.compile(r"\w+")


def words(text: str) -> list[str]:
    """The words of a text as they are compared: case folded, English plurals as singulars."""
    return [_singular(word) for word in _WORD.findall(text.casefold())]


def _singular(word: str) -> str:
    """The S-stemmer of Harman, "How effective is suffixing?" (1991)."""
    if len(word) > 4 and word.endswith("ies") and word[-4] not in "ae":
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("es") and word[-3] not in "aeo":
        return word[:-1]
    if len(word) > 3 and word.endswith("s") and word[-2] not in "us":
        return word[:-1]
    return word


class Bm25:
    """An index over texts, in memory. Texts are known by their position."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._rows: dict[str, array[int]] = {}
        self._counts: dict[str, array[int]] = {}
        self._lengths = array("I")
        for row, text in enumerate(texts):
            found = words(text)
            self._lengths.append(len(found))
            for word, count in Counter(found).items():
                self._rows.setdefault(word, array("I")).append(row)
                self._counts.setdefault(word, array("I")).append(count)
        self._average = sum(self._lengths) / max(1, len(self._lengths)) or 1.0

    def scores(self, query: str) -> dict[int, float]:
        """The scores of the texts that share a word with the query; all are above 0."""
        scores: dict[int, float] = {}
        for word, times in Counter(words(query)).items():
            rows = self._rows.get(word)
            if rows is None:
                continue
            weight = times * self._idf(len(rows)) * (K1 + 1)
            for row, count in zip(rows, self._counts[word], strict=True):
                length = 1 - B + B * self._lengths[row] / self._average
                gain = weight * count / (count + K1 * length)
                scores[row] = scores.get(row, 0.0) + gain
        return scores

    def coverage(self, query: str) -> dict[int, float]:
        """The scores as shares of the highest that a text could have: above 0 and below 1.

        About 0.45 means that a text of average length has each word of the query once.
        """
        asked = Counter(words(query))
        counted = ((times, len(self._rows.get(word, ()))) for word, times in asked.items())
        highest = sum(times * self._idf(count) for times, count in counted) * (K1 + 1)
        return {row: score / highest for row, score in self.scores(query).items()}

    def _idf(self, count: int) -> float:
        """How much a word tells that is in so many of the texts."""
        return log(1 + (len(self._lengths) - count + 0.5) / (count + 0.5))
