"""`python -m bench.retrieval`: how well the search finds, beside BM25, on labelled queries.

Writes nothing; docs/knowledge.md has the table. The documents and queries are those of
`bench/data/retrieval`, which its README describes.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

from bench.report import table

FUNCTIONS = Path(__file__).parent.parent / "functions"
DATA = Path(__file__).parent / "data/retrieval"
FUSION = 60
"""The constant of reciprocal rank fusion: Cormack, Clarke, Büttcher, SIGIR 2009."""

Ranker = Callable[[str], Sequence[str]]
"""Ranks all documents for a query: their ids, best first."""


@dataclass(frozen=True)
class Query:
    """A query with its documents' grades: 2 answers it, 1 belongs to it."""

    text: str
    relevant: Mapping[str, int]


@dataclass(frozen=True)
class Quality:
    """Means over queries, 0 to 1. `recall` counts all graded documents in the first five."""

    queries: int
    recall: float
    answered: float
    ndcg: float


def load(folder: Path = DATA) -> tuple[dict[str, str], list[Query]]:
    """The documents by id, each with its title above its text, and the queries."""
    documents = {d["id"]: f"{d['title']}\n{d['text']}" for d in _lines(folder / "documents.jsonl")}
    queries = [Query(q["text"], q["relevant"]) for q in _lines(folder / "queries.jsonl")]
    return documents, queries


def recall_at(ranking: Sequence[str], relevant: Mapping[str, int], count: int = 5) -> float:
    """The share of the graded documents that are among the first `count`."""
    return len(set(ranking[:count]) & set(relevant)) / min(count, len(relevant))


def answered_at(ranking: Sequence[str], relevant: Mapping[str, int], count: int = 5) -> float:
    """The share of the documents of the highest grade that are among the first `count`."""
    highest = max(relevant.values())
    return recall_at(ranking, {k: v for k, v in relevant.items() if v == highest}, count)


def ndcg_at(ranking: Sequence[str], relevant: Mapping[str, int], count: int = 10) -> float:
    """Normalized discounted cumulative gain, with the gain 2^grade - 1."""
    ideal = _gain(sorted(relevant.values(), reverse=True)[:count])
    return _gain([relevant.get(found, 0) for found in ranking[:count]]) / ideal


def fused(rankings: Sequence[Sequence[str]]) -> list[str]:
    """One ranking of several: each gives 1 / (60 + rank) to what it ranks."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, found in enumerate(ranking, 1):
            scores[found] = scores.get(found, 0.0) + 1 / (FUSION + rank)
    return sorted(scores, key=lambda found: -scores[found])


def measure(ranker: Ranker, queries: Sequence[Query]) -> Quality:
    """The quality of a ranker."""
    rankings = [(ranker(query.text), query.relevant) for query in queries]

    def mean(score: Callable[[Sequence[str], Mapping[str, int]], float]) -> float:
        return sum(score(*ranking) for ranking in rankings) / len(rankings)

    return Quality(len(queries), mean(recall_at), mean(answered_at), mean(ndcg_at))


def rankers(documents: Mapping[str, str]) -> dict[str, Ranker]:
    """BM25, vectors, the fusion of their ranks, and what the product does."""
    import numpy as np

    from hub.adapters.wordllama_embedder import WordLlamaEmbedder
    from hub.knowledge.lexical import Bm25
    from hub.knowledge.ranking import best, blended

    ids, texts = list(documents), list(documents.values())
    embedder, lexical = WordLlamaEmbedder(), Bm25(texts)
    vectors = np.array([np.frombuffer(v, np.float32) for v in embedder.embed(texts)])

    def similarities(query: str) -> list[float]:
        (vector,) = embedder.embed([query])
        found: list[float] = (vectors @ np.frombuffer(vector, np.float32)).tolist()
        return found

    def by_words(query: str) -> list[str]:
        scores = lexical.scores(query)
        return [ids[row] for row in sorted(scores, key=lambda row: (-scores[row], row))]

    def by_meaning(query: str) -> list[str]:
        found = similarities(query)
        return [ids[row] for row in sorted(range(len(ids)), key=lambda row: (-found[row], row))]

    def blend(query: str) -> list[str]:
        scores = blended(similarities(query), lexical.coverage(query))
        return [ids[row] for row in best(scores, len(ids))]

    return {
        "BM25 (baseline)": by_words,
        "wordllama vectors": by_meaning,
        "reciprocal rank fusion of both": lambda q: fused([by_meaning(q), by_words(q)]),
        "**weighted sum of both (the search)**": blend,
    }


def report(folder: Path = DATA) -> str:
    """The table: every ranker on all queries, and on each half of them."""
    documents, queries = load(folder)
    rows = []
    for name, ranker in rankers(documents).items():
        every = measure(ranker, queries)
        halves = [measure(ranker, queries[start::2]).ndcg for start in (0, 1)]
        numbers = (every.recall, every.answered, every.ndcg, *halves)
        rows.append((name, *(f"{number:.3f}" for number in numbers)))
    head = ("ranking", "recall@5", "answers@5", "nDCG@10", "nDCG@10 odd", "nDCG@10 even")
    return f"{table(head, rows)}\n\n{len(documents)} documents, {len(queries)} queries."


def _gain(grades: Sequence[int]) -> float:
    return sum(float(2**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


if __name__ == "__main__":
    sys.path.insert(0, str(FUNCTIONS))
    print(report())
