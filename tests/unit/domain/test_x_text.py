"""How X counts a text: the examples of its documentation, and what holds for every text."""

import html
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.domain.x_text import URL_WEIGHT, comparable, weighted_length

LETTERS = st.text(alphabet="abc xyzÄéЖ,", max_size=60)
TEXTS = st.text(max_size=80)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Hello, world! 👋", 16),
        ("cafe\u0301", 4),
        ("日本語", 6),
        ("Grüße, Привет, مرحبا", 20),
        ("“quotes” – and ‘dashes’ …", 26),
        ("👾", 2),
        ("🙋🏽", 2),
        ("👨‍🎤", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇩🇪🇫🇷", 4),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("1\ufe0f\u20e3 one", 6),
        ("© 2026", 6),
        ("©\ufe0f", 2),
        ("☀️❤️", 4),
        ("#1 of 9*", 8),
    ],
)
def test_letters_and_emoji_weigh_what_x_says(text: str, length: int) -> None:
    assert weighted_length(text) == length


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://example.com", 0),
        ("http://example.com/very/long/path?with=a&query=b#and-more", 0),
        ("See https://example.com/a.", len("See .")),
        ("(https://example.com/wiki/Rocket_(disambiguation))", len("()")),
        ("example.com and shop.example.co.uk/sale, yes", len(" and , yes") + URL_WEIGHT),
        ("日本語https://example.com/を読む", 6 + 6),
        ("https://a.example.com https://b.example.com", 1 + URL_WEIGHT),
        ("https://müller.example/straße", 0),
    ],
)
def test_a_link_counts_23_however_long_it_is(text: str, words: int) -> None:
    assert weighted_length(text) == words + URL_WEIGHT


@pytest.mark.parametrize(
    "text", ["e.g. this", "me@example.com", "#example.com", "$2.50", "3.14", "Node.js", "a..b", "."]
)
def test_what_only_looks_like_a_link_counts_as_it_is(text: str) -> None:
    assert weighted_length(text) == len(text)


@given(LETTERS, LETTERS)
def test_plain_texts_add_up(first: str, second: str) -> None:
    assert weighted_length(f"{first} {second}") == weighted_length(first) + 1 + weighted_length(
        second
    )


@given(TEXTS)
def test_a_text_weighs_the_same_however_its_accents_are_written(text: str) -> None:
    assert weighted_length(unicodedata.normalize("NFD", text)) == weighted_length(text)


@given(TEXTS)
def test_no_text_weighs_less_than_nothing_or_more_than_two_a_letter_and_its_links(
    text: str,
) -> None:
    composed = unicodedata.normalize("NFC", text)
    dots = composed.count(".")
    assert 0 <= weighted_length(text) <= 2 * len(composed) + URL_WEIGHT * dots


@given(st.lists(st.sampled_from(["👨‍👩‍👧‍👦", "🙋🏽", "👾", "❤️"]), max_size=20))
def test_an_emoji_counts_two_whatever_it_is_made_of(emoji: list[str]) -> None:
    assert weighted_length(" ".join(emoji)) == 2 * len(emoji) + max(0, len(emoji) - 1)


@given(TEXTS)
@example("write &amp; or &amp;lt; in HTML")
def test_a_text_is_recognized_as_x_shows_it_again(text: str) -> None:
    shown = html.escape(text, quote=False) + " https://t.co/AbCdEf1234"
    assert comparable(shown) == comparable(text)


@given(LETTERS, st.sampled_from(["https://example.com/a?b=c", "example.com", "http://a.io/x"]))
def test_a_link_is_recognized_in_its_short_form(words: str, link: str) -> None:
    assert comparable(f"{words} {link} end") == comparable(f"{words} https://t.co/x1 end")


def test_other_words_make_another_text() -> None:
    assert comparable("One https://a.example") != comparable("Two https://a.example")
    assert comparable("https://a.example") == ""
