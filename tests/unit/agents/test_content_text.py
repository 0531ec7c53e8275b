"""Texts are taken apart where their readers would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.content.ranking import chosen, overlap, scores
from agents.content.text import (
    Block,
    blocks,
    count_words,
    mentions,
    plain,
    sentences,
    within_words,
)
from hub.agent_kit.text import MAX_SENTENCE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It costs 3.50 at Dr. Lind. Fine.", ["It costs 3.50 at Dr. Lind.", "Fine."]),
        (
            "Use tools, e.g. ours, in the U.S. market.",
            ["Use tools, e.g. ours, in the U.S. market."],
        ),
        ("Ask J. Smith. He knows.", ["Ask J. Smith.", "He knows."]),
        ('He said "Go." Then he went.', ['He said "Go."', "Then he went."]),
        ("Wait... what? Yes.", ["Wait... what?", "Yes."]),
        ("数据很重要。我们保护它！", ["数据很重要。", "我们保护它！"]),
        ("Am 4. Mai. Um 3. Dann nie.", ["Am 4. Mai.", "Um 3.", "Dann nie."]),
        ("First line\nSecond line", ["First line", "Second line"]),
        ("A sentence that is\nwrapped over lines.", ["A sentence that is wrapped over lines."]),
        ("# Title\nText.\n\n- Item one\n- Item two", ["Text.", "Item one", "Item two"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["a | b", "1 | 2"]),
        ("Before.\n```\ncode. Code.\n```\nAfter.", ["Before.", "After."]),
        ("**Bold** and [a link](https://a.example).", ["Bold and a link."]),
        ("... !!! ---", []),
        ("", []),
    ],
)
def test_sentences_end_where_they_end(text: str, found: list[str]) -> None:
    assert sentences(text) == found


def test_a_block_knows_its_heading() -> None:
    text = "Intro.\n\n# One\n\nAa. Bb.\n\nC.\n\n## Two\n- D"
    assert blocks(text) == [
        Block(None, ("Intro.",)),
        Block("One", ("Aa.", "Bb.")),
        Block("One", ("C.",)),
        Block("Two", ("D",)),
    ]


def test_a_sentence_without_an_end_comes_in_parts() -> None:
    parts = sentences("word " * 1000)
    assert all(len(part) <= MAX_SENTENCE for part in parts)
    assert sum(map(count_words, parts)) == 1000
    assert sentences("x" * 5000) == []


@given(st.text(alphabet='ab .!?…\n#-|`*_[]()。7Ä"', max_size=300))
def test_sentences_keep_every_letter_of_prose_in_order(text: str) -> None:
    told = "".join(sentences(text))
    assert all(
        sentence == sentence.strip() and "\n" not in sentence for sentence in sentences(text)
    )
    letters = [c for c in told if c.isalpha()]
    rest = iter(text)
    assert all(letter in rest for letter in letters), "a letter that the text has not there"


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("- # *", 0), ("two words", 2), ("don't 1,200 well-known", 3), ("数据很", 3)],
)
def test_words_are_counted(text: str, count: int) -> None:
    assert count_words(text) == count


@pytest.mark.parametrize(
    ("text", "phrase", "found"),
    [
        ("Try a Free  Trial now", "free trial", True),
        ("said", "AI", False),
        ("said AI.", "ai", True),
        ("C++ rules", "C++", True),
        ("喝咖啡吧", "咖啡", True),
        ("teapot tea", "tea", True),
        ("teapot", "tea", False),
        ("7", "17", False),
        ("", "x", False),
    ],
)
def test_a_phrase_is_found_in_whole_words(text: str, phrase: str, found: bool) -> None:
    assert mentions(text, phrase) is found


@pytest.mark.parametrize(
    ("sentence", "limit", "short"),
    [
        ("One two three.", 3, "One two three."),
        ("One two, three four five.", 3, "One two…"),
        ("Sales rose to 10 million euros.", 4, "Sales rose to…"),
        ("One, two three four five.", 4, "One, two three four…"),
    ],
)
def test_a_sentence_is_cut_where_it_may_be(sentence: str, limit: int, short: str) -> None:
    assert within_words(sentence, limit) == short


@given(st.text(alphabet="ab, 1;.数", min_size=1, max_size=200), st.integers(1, 20))
def test_a_cut_sentence_is_within_its_words(sentence: str, limit: int) -> None:
    assert count_words(within_words(sentence, limit)) <= limit


def test_marks_of_markdown_are_not_seen() -> None:
    assert plain("**a** `b` snake_case 5*3") == "a b snake_case 5*3"
    assert plain("_see_ **https://a.example/_x_/y**") == "see https://a.example/_x_/y"


def test_scores_are_those_of_the_formula() -> None:
    """Two terms: tea twice, hot once; weights 1 and 1/2."""
    first, second = scores(["Tea is hot", "Tea"])
    assert first == pytest.approx((1 + 0.5) / 2**0.5 * 2)
    assert second == pytest.approx(1 * 1.5)
    assert scores(["Tea 7"])[0] == pytest.approx(1 * 2 * 1.5)
    assert scores(["and so"]) == [0]


def test_what_was_said_is_not_taken_twice() -> None:
    said = ["Tea from Assam is strong.", "Strong is tea from Assam.", "Coffee comes from Peru."]
    assert chosen(said, lambda _: True, 3) == [0, 2]
    assert chosen(said, lambda _: True, 3, first=[1]) == [1, 2]
    assert chosen(said, lambda places: len(places) < 2, 3) == [0]
    assert chosen(["Tea has 3 leaves", "Tea has 5 leaves"], lambda _: True, 3) == [0, 1]


@given(st.lists(st.text(alphabet="abc ", max_size=12), max_size=12), st.integers(0, 5))
def test_what_is_chosen_is_in_order_and_within_the_limit(said: list[str], limit: int) -> None:
    places = chosen(said, lambda _: True, limit)
    assert places == sorted(set(places))
    assert len(places) <= limit


@given(st.frozensets(st.sampled_from("abc")), st.frozensets(st.sampled_from("abc")))
def test_overlap_is_a_share(one: frozenset[str], other: frozenset[str]) -> None:
    assert 0 <= overlap(one, other) == overlap(other, one) <= 1
