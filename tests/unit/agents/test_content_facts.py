"""Numbers, names and links that a text invents are found; those of its source are let through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.content.facts import links, names, numbers, unsupported

SOURCE = (
    "NeonHub opened in Berlin on 3 March 2026 with 12 people. Revenue grew by 34.5% to 1.2 million "
    "euros, and support answered 9,400 tickets. Marie Lind leads the B2B team; see "
    "https://example.com/report or write to hello@example.com. They hired three engineers."
)


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("34.5% of 9400 tickets", []),
        ("9.400 tickets, 1,200,000 euros", []),
        ("€1.2M and 1200k", []),
        ("3 engineers and three engineers", []),
        ("on 03.03.2026", []),
        ("45%", ["45"]),
        ("34%", ["34"]),
        ("1.2 euros", ["1.2"]),
        ("10 million", ["10 million"]),
        ("seven engineers", ["seven"]),
        ("one engineer", []),
        ("12 and 13 and 13", ["13"]),
        ("in 2026/27", ["2026/27"]),
        ("共12个，共99个", ["99"]),
    ],
)
def test_numbers_are_compared_by_value(text: str, invented: list[str]) -> None:
    assert numbers(text, SOURCE) == invented


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("NeonHub opened in Berlin.", []),
        ("The office of Marie Lind's team opened.", []),
        ("It opened in Hamburg.", ["Hamburg"]),
        ("Overall, people came.", []),
        ("NeonHub hired Ada Lovelace", ["Ada", "Lovelace"]),
        ("AcmeHub opened.", ["AcmeHub"]),
        ("A B2C team", ["B2C"]),
        ("They said I'm here", []),
        ("One thing: People came", []),
        ('He said "Come in"', []),
        ("In Peru they opened", ["Peru"]),
    ],
)
def test_names_are_looked_up(text: str, invented: list[str]) -> None:
    assert names(text, SOURCE) == invented


def test_capitals_of_a_language_that_has_many_tell_nothing() -> None:
    source = (
        "Das Team in Berlin baut mit viel Freude gute Werkzeuge für das Marketing der Kunden. " * 4
    )
    assert names("Das Unternehmen wächst.", source) == []
    assert names("Das Unternehmen AcmeHub wächst.", source) == ["AcmeHub"]


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("See https://example.com/report.", []),
        ("See https://evil.example now", ["https://evil.example"]),
        ("Mail hello@example.com or x@evil.example", ["x@evil.example"]),
        ("www.evil.example", ["www.evil.example"]),
    ],
)
def test_links_are_looked_up(text: str, invented: list[str]) -> None:
    assert links(text, SOURCE) == invented


def test_a_number_in_a_link_is_no_claim() -> None:
    assert unsupported("https://example.com/99 is new", SOURCE) == ["https://example.com/99"]


@given(st.text(max_size=300))
def test_a_text_supports_itself(text: str) -> None:
    assert unsupported(text, text) == []


@given(st.text(alphabet="ab 12.,'/:km%€-\n", max_size=80))
def test_every_notation_of_a_number_supports_itself(text: str) -> None:
    assert numbers(text, text) == []


@given(st.integers(100, 10**9))
def test_a_number_that_no_text_has_is_found(number: int) -> None:
    assert numbers(f"about {number}", "no numbers") == [str(number)]
    assert numbers(f"about {number:,}", f"exactly {number}") == []
    assert numbers(f"about {number}", f"exactly {number + 1}") == [str(number)]
