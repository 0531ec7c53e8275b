"""Texts are counted as platforms count, and cut so that they fit and stay readable."""

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hub.agent_kit.platforms import (
    LIMITS,
    fits,
    hashtags,
    length,
    limits,
    links,
    mentions,
    shortened,
    slack_text,
)
from hub.domain.errors import InvalidRequestError

PLATFORMS = sorted(LIMITS)
FAMILY = "👩‍👩‍👧‍👦"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"

# What texts are made of, so that cuts fall into all of it.
_PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "word ",
            "https://example.com/a/path?q=1 ",
            "www.example.com/x ",
            "#hashtag ",
            "@someone ",
            "新しいお茶です。",
            FAMILY,
            SCOTLAND,
            "🇯🇵🇩🇪",
            "e\u0301\u0301",
            "क्षि",
            "&<>",
            "\r\n",
            "각",
        ]
    ),
)
TEXTS = st.builds(
    lambda parts, times: "".join(parts) * times,
    st.lists(_PIECES, max_size=12),
    st.sampled_from([1, 1, 3, 40]),
)


@pytest.mark.parametrize(
    ("platform", "text", "counted"),
    [
        ("x", "a" * 10, 10),
        ("x", "https://example.com/" + "a" * 300, 23),
        ("x", "茶" + FAMILY, 4),
        ("linkedin", "😀", 2),
        ("tiktok", "😀é", 3),
        ("discord", "😀", 1),
        ("slack", "a & b <c>", 19),
        ("instagram", "plain", 5),
        ("sms", "€", 1),
    ],
)
def test_each_platform_counts_in_its_own_way(platform: str, text: str, counted: int) -> None:
    assert length(platform, text) == counted


@pytest.mark.parametrize(
    ("platform", "most"),
    [
        ("x", 280),
        ("linkedin", 3000),
        ("instagram", 2200),
        ("facebook", 63_206),
        ("reddit", 40_000),
        ("reddit_title", 300),
        ("tiktok", 2200),
        ("slack", 40_000),
        ("discord", 2000),
        ("sms", 1600),
        ("email_subject", 900),
    ],
)
def test_a_text_of_the_limit_fits_and_one_letter_more_does_not(platform: str, most: int) -> None:
    assert fits(platform, "a" * most) == []
    (wrong,) = fits(platform, "a" * (most + 1))
    assert f"{most:,} characters; this has {most + 1:,}" in wrong


@pytest.mark.parametrize(
    ("platform", "text", "wrong"),
    [
        ("instagram", "#a " * 31, "30 hashtags; this has 31"),
        ("instagram", "@a " * 21, "20 mentions; this has 21"),
        ("tiktok", "#a " * 6, "5 hashtags; this has 6"),
        ("reddit_title", "two\nlines", "one line"),
        ("email_subject", "ends with one\n", "one line"),
    ],
)
def test_what_else_does_not_fit_is_named(platform: str, text: str, wrong: str) -> None:
    (found,) = fits(platform, text)
    assert wrong in found


def test_a_full_instagram_caption_fits() -> None:
    assert fits("instagram", "#a " * 30 + "@b " * 20) == []


def test_an_unknown_platform_is_answered_with_those_there_are() -> None:
    with pytest.raises(InvalidRequestError, match=r"'myspace'.*linkedin"):
        limits("myspace")


def test_only_what_readers_see_as_hashtags_and_mentions_is_found() -> None:
    text = "C# #1 a#b /#c #Tea2 ＃茶 mail@example.com @ann.lee, https://x.com/@bob (@carl)"
    assert hashtags(text) == ["Tea2", "茶"]
    assert mentions(text) == ["ann.lee", "carl"]


def test_links_end_before_the_sentence_around_them() -> None:
    text = "See (https://a.example/b), https://c.example/d_(e). “https://f.example” https://g.example。お茶"
    assert links(text) == [
        "https://a.example/b",
        "https://c.example/d_(e)",
        "https://f.example",
        "https://g.example",
    ]


def test_slack_gets_no_signs_that_notify_everybody() -> None:
    assert slack_text("<!channel> R&D") == "&lt;!channel&gt; R&amp;D"


def test_a_long_text_is_cut_after_a_whole_word() -> None:
    text = "seven letters, again " * 20
    cut = shortened("x", text)
    assert cut.endswith("…")
    assert cut[:-1] == text[: len(cut) - 1]
    assert re.search(r"(seven|letters|again)…$", cut)
    assert length("x", cut) > 270


def test_an_ellipsis_does_not_touch_a_link() -> None:
    link = "https://example.com/" + "p" * 40
    cut = shortened("discord", f"{'a ' * 950}{link} {'b' * 100}")
    assert cut.endswith(f"{link} …")


@pytest.mark.parametrize("whole", [FAMILY, SCOTLAND, "🇯🇵", "e\u0301", "क्षि", "👍🏽", "각"])
@pytest.mark.parametrize("before", range(4))
def test_what_is_one_letter_to_readers_is_not_divided(whole: str, before: int) -> None:
    cut = shortened("discord", "a" * before + whole * 2000)
    kept = cut[before:-1]
    assert kept
    assert kept == whole * (len(kept) // len(whole))


def test_a_script_without_spaces_is_cut_between_letters_and_uses_the_room() -> None:
    cut = shortened("x", "見よ " + "新" * 300)
    assert length("x", cut) > 270
    assert fits("x", cut) == []


def test_what_comes_after_has_its_room() -> None:
    tail = "\n\nhttps://example.com/tea #tea"
    cut = shortened("x", "green tea " * 50, tail)
    assert fits("x", cut + tail) == []
    assert fits("x", cut + tail + " green tea") != []


def test_an_ending_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="280 characters"):
        shortened("x", "short", "a" * 280)


def test_surplus_hashtags_are_cut_off() -> None:
    cut = shortened("tiktok", "Tea #a #b #c #d #e #f")
    assert hashtags(cut) == ["a", "b", "c", "d", "e"]


def test_a_subject_becomes_one_line() -> None:
    assert shortened("email_subject", "two\n lines") == "two lines"


@given(st.sampled_from(PLATFORMS), TEXTS)
@example("x", "\r\n" * 200)
@example("x", "https://" + "a" * 400)
def test_a_shortened_text_always_fits(platform: str, text: str) -> None:
    assert fits(platform, shortened(platform, text)) == []


@given(st.sampled_from(PLATFORMS), TEXTS)
def test_a_text_that_fits_stays_as_it_is(platform: str, text: str) -> None:
    assume(not fits(platform, text))
    assert shortened(platform, text) == text


@given(st.sampled_from(["x", "discord", "sms"]), st.lists(_PIECES, min_size=1, max_size=30))
def test_nothing_is_cut_in_the_middle(platform: str, parts: list[str]) -> None:
    once = "".join(parts)
    text = once * (limits(platform).max_length // max(1, length(platform, once)) + 1)
    assume(fits(platform, text))
    cut = shortened(platform, text)
    kept = cut.removesuffix("…").rstrip()
    assert text.startswith(kept)
    rest = text[len(kept) :]
    # No mark, joiner or half of a flag begins what was left out.
    assert not rest or not unicodedata.category(rest[0]).startswith("M")
    assert not (kept.endswith("\u200d") or rest.startswith("\u200d"))
    urls = r"https?://\S+"
    assert set(re.findall(urls, kept)) <= set(re.findall(urls, text))
