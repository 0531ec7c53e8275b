"""Groups keywords that one page can serve.

A keyword joins the cluster of its own intent whose head is most like it; if none is like enough,
it becomes the head of a new one. Two keywords are alike by the share of topic stems they have in
common (Jaccard), or by their common trigrams (Dice) where that is high, which finds spellings such
as "e-mail" and "email". Keywords come in a fixed order, seeds first, then by impressions, so the
same keywords always give the same clusters; one that comes later never moves an earlier one.
"""

from collections.abc import Iterable

from agents.seo.keywords.candidates import Candidate

LIKE = 0.5
"""Half of the topic words in common."""

SAME_SPELLING = 0.65
"""Trigrams in common, from which on two phrases are one phrase spelled differently."""


class Clusters:
    """Clusters that grow by one keyword at a time. The first of a cluster is its head."""

    def __init__(self, candidates: Iterable[Candidate] = ()) -> None:
        self.groups: list[list[Candidate]] = []
        self._index: dict[str, list[int]] = {}
        for candidate in candidates:
            self.add(candidate)

    def add(self, candidate: Candidate) -> int:
        """Put a keyword where it belongs; the number of its cluster, from 0."""
        best, closest = -1, 0.0
        for number in self._possible(candidate):
            alike = likeness(candidate, self.groups[number][0])
            if alike > closest:
                best, closest = number, alike
        if closest >= LIKE:
            self.groups[best].append(candidate)
            return best
        self.groups.append([candidate])
        number = len(self.groups) - 1
        for key in _keys(candidate):
            self._index.setdefault(key, []).append(number)
        return number

    def _possible(self, candidate: Candidate) -> list[int]:
        """Clusters that have something in common with it, the oldest first."""
        found = {number for key in _keys(candidate) for number in self._index.get(key, ())}
        return sorted(found)


def likeness(one: Candidate, other: Candidate) -> float:
    """0 to 1: how alike two keywords of the same intent are; 0 for different intents."""
    if one.intent != other.intent:
        return 0.0
    shared = len(one.topic & other.topic) / len(one.topic | other.topic)
    spelling = 2 * len(one.grams & other.grams) / (len(one.grams) + len(other.grams))
    return max(shared, spelling if spelling >= SAME_SPELLING else 0.0)


def _keys(candidate: Candidate) -> set[str]:
    start = candidate.text.replace(" ", "")[:3]
    by_topic = {f"{candidate.intent} {stem}" for stem in candidate.topic}
    return by_topic | {f"{candidate.intent}^{start}"}
