"""The labelled queries are sound, the measures the textbook's, and the search holds its floor."""

import pytest

from bench import retrieval
from bench.retrieval import answered_at, fused, load, measure, ndcg_at, rankers, recall_at

GRADES = {"a": 2, "b": 1}


def test_every_label_names_a_document_and_every_query_has_an_answer() -> None:
    documents, queries = load()
    assert len(documents) >= 60
    assert len(queries) >= 40
    assert len({query.text for query in queries}) == len(queries)
    for query in queries:
        assert set(query.relevant) <= set(documents)
        assert max(query.relevant.values()) == 2
        assert set(query.relevant.values()) <= {1, 2}


@pytest.mark.parametrize(
    ("ranking", "recall", "answered", "ndcg"),
    [
        (["a", "b", "c"], 1, 1, 1),
        (["c", "a", "b"], 1, 1, (3 / 1.58496 + 1 / 2) / (3 + 1 / 1.58496)),
        (["b", "c", "d", "e", "f", "a"], 0.5, 0, (1 + 3 / 2.80735) / (3 + 1 / 1.58496)),
        (["c"], 0, 0, 0),
        ([], 0, 0, 0),
    ],
)
def test_measures_are_the_textbooks(
    ranking: list[str], recall: float, answered: float, ndcg: float
) -> None:
    assert recall_at(ranking, GRADES) == recall
    assert answered_at(ranking, GRADES) == answered
    assert ndcg_at(ranking, GRADES) == pytest.approx(ndcg, abs=1e-5)


def test_fusion_prefers_what_both_rank_high() -> None:
    assert fused([["a", "b", "c"], ["b", "d"]])[0] == "b"


def test_the_search_is_better_than_words_and_vectors_alone_and_holds_its_floor() -> None:
    documents, queries = load()
    words, vectors, _, search = (measure(r, queries) for r in rankers(documents).values())
    assert search.ndcg >= 0.7
    assert search.answered >= 0.8
    assert search.recall >= 0.62
    assert search.ndcg > vectors.ndcg > words.ndcg


def test_the_page_shows_what_is_measured() -> None:
    page = (retrieval.FUNCTIONS.parent / "docs/knowledge.md").read_text()
    assert retrieval.report() in page
