"""LinkedIn's little text: nothing is cut off, and what was written comes back."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.linkedin_text import RESERVED, little_text, plain_text

TEXTS = st.text(max_size=80)
MARKED = st.text(alphabet=RESERVED + "#＃ab1é_ /\n", max_size=80)
# No reserved character but after a backslash or in an element.
GRAMMAR = re.compile(
    r"(?:[^\\|{}@\[\]()<>#*_~]|\\[\\|{}@\[\]()<>#*_~]|\{hashtag\|(?:\\#|＃)\|[^\W_]+\}"
    r"|@\[(?:[^\\|{}@\[\]()<>#*_~]|\\.)+\]\(urn:li:(?:person|organization):[\w-]+\))*"
)


@pytest.mark.parametrize(
    ("text", "commentary"),
    [
        ("Hello, world!", "Hello, world!"),
        ("(a) [b] {c} <d>", r"\(a\) \[b\] \{c\} \<d\>"),
        ("a|b *c* _d_ ~e~ @f", r"a\|b \*c\* \_d\_ \~e\~ \@f"),
        ("back\\slash", r"back\\slash"),
        ("#Launch day", r"{hashtag|\#|Launch} day"),
        (
            "We #build, #2026goals (#café)",
            r"We {hashtag|\#|build}, {hashtag|\#|2026goals} \({hashtag|\#|café}\)",
        ),
        ("＃日本 here", "{hashtag|＃|日本} here"),
        # A number, the end of a word, a part of a link, a chain: no hashtags.
        ("#1 and C# and a#b", r"\#1 and C\# and a\#b"),
        ("https://example.com/a_b?c=1#top", r"https://example.com/a\_b?c=1\#top"),
        ("https://example.com/#top", r"https://example.com/\#top"),
        ("#snake_case", r"\#snake\_case"),
        ("##twice #a#b", r"\#\#twice \#a\#b"),
        ("&#39;", r"&\#39;"),
        (
            "Hi @[Devtest_co](urn:li:organization:2414183)!",
            r"Hi @[Devtest\_co](urn:li:organization:2414183)!",
        ),
        ("@[Eddy](urn:li:person:fukds_ETss)", "@[Eddy](urn:li:person:fukds_ETss)"),
        ("@[x](https://example.com)", r"\@\[x\]\(https://example.com\)"),
        ("@[](urn:li:person:a)", r"\@\[\]\(urn:li:person:a\)"),
        (r"{hashtag|\#|fake}", r"\{hashtag\|\\\#\|fake\}"),
    ],
)
def test_reserved_characters_are_escaped_but_in_hashtags_and_mentions(
    text: str, commentary: str
) -> None:
    assert little_text(text) == commentary
    assert plain_text(commentary) == text


@given(st.one_of(TEXTS, MARKED))
def test_what_was_written_comes_back(text: str) -> None:
    assert plain_text(little_text(text)) == text


@given(st.one_of(TEXTS, MARKED))
def test_nothing_is_left_that_linkedin_would_cut_off_at(text: str) -> None:
    assert GRAMMAR.fullmatch(little_text(text))


@given(st.text(alphabet="abc äé.,!?123\n", max_size=60))
def test_a_text_without_reserved_characters_stays_as_it_is(text: str) -> None:
    assert little_text(text) == text


def test_a_hashtag_that_linkedin_wrote_itself_is_read_too() -> None:
    assert plain_text("{hashtag|#|coding} @[Co](urn:li:organization:1)") == (
        "#coding @[Co](urn:li:organization:1)"
    )
