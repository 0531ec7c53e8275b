"""How passages are ranked: by meaning and by words together.

Vectors find what is said in other words, words find names, codes and numbers. The two are added up,
weighted, which Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM
TOIS 2023) found to be better than fusing ranks; so did we (docs/knowledge.md). The weights are from
a coarse grid on the labelled queries in `bench/data/retrieval`: the least weight of words that has
most of the gain. They keep the score of a passage that says nothing about the question below 0.25
as often as its similarity alone would.
"""

from collections.abc import Mapping, Sequence

MEANING = 0.9
"""The weight of the similarity of query and passage: the cosine of their vectors."""

WORDS = 0.45
"""The weight of the share of the query that the passage has in words: `Bm25.coverage`."""


def blended(similarities: Sequence[float], coverage: Mapping[int, float]) -> list[float]:
    """The scores of passages, 0 to 1, from their similarities and, by position, their coverage."""
    return [
        min(1.0, MEANING * max(0.0, float(similarity)) + WORDS * coverage.get(row, 0.0))
        for row, similarity in enumerate(similarities)
    ]


def best(scores: Sequence[float], limit: int) -> list[int]:
    """The positions of the highest scores above 0, best first; equal ones in their order."""
    rows = (row for row, score in enumerate(scores) if score > 0)
    return sorted(rows, key=lambda row: (-scores[row], row))[:limit]
