"""Words are counted as BM25 counts them, and added to meaning."""

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.knowledge.lexical import Bm25, words
from hub.knowledge.ranking import MEANING, WORDS, best, blended

TEXTS = ["red kettle", "blue kettle kettle", "a long text about grinders and beans and red mills"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kettles, GRINDERS!", ["kettle", "grinder"]),
        ("companies queries", ["company", "query"]),
        ("classes glass bus", ["classe", "glass", "bus"]),
        ("LF-1002 Straße", ["lf", "1002", "strasse"]),
        ("shoes ties was", ["shoe", "ties", "was"]),
    ],
)
def test_words_are_folded(text: str, expected: list[str]) -> None:
    found = words(text)
    assert found[0] == expected[0]
    assert len(found) == len(expected)


def test_plural_and_singular_meet() -> None:
    for one, many in (("policy", "policies"), ("price", "prices"), ("grinder", "grinders")):
        assert words(one) == words(many)


def test_a_score_is_the_formulas() -> None:
    scores = Bm25(TEXTS).scores("kettle")
    idf = log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    average = (2 + 3 + 10) / 3
    expected = idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 3 / average))
    assert scores == {0: pytest.approx(idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / average))),
                      1: pytest.approx(expected)}  # fmt: skip


def test_a_rare_word_counts_more_than_a_frequent_one() -> None:
    scores = Bm25(TEXTS).scores("blue red")
    assert scores[1] > scores[0]


def test_a_word_that_nothing_has_lowers_the_coverage_of_everything() -> None:
    index = Bm25(TEXTS)
    assert index.coverage("kettle zeppelin")[0] < index.coverage("kettle")[0]
    assert index.scores("kettle zeppelin") == index.scores("kettle")
    assert index.coverage("zeppelin") == {}


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=40))
def test_coverage_is_a_share(texts: list[str], query: str) -> None:
    assert all(0 < share < 1 for share in Bm25(texts).coverage(query).values())


@given(st.lists(st.floats(-1, 1), max_size=8), st.dictionaries(st.integers(0, 7), st.floats(0, 1)))
def test_scores_stay_between_zero_and_one(similar: list[float], coverage: dict[int, float]) -> None:
    assert all(0 <= score <= 1 for score in blended(similar, coverage))


def test_meaning_and_words_are_added_up() -> None:
    assert blended([0.5, -0.5, 1.0], {0: 0.2, 2: 0.9}) == [
        pytest.approx(MEANING * 0.5 + WORDS * 0.2), 0.0, 1.0,
    ]  # fmt: skip


def test_the_best_come_first_and_nothing_else_comes() -> None:
    assert best([0.1, 0.0, 0.9, 0.9, 0.2], 3) == [2, 3, 4]
