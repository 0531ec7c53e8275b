"""Numbers are compared by value, however they are written; what nobody says is found."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.agent_kit.numbers import canonical, numbers, unsupported, values


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("1,200", "1200"),
        ("1.200", "1,200"),
        ("1 200 people", "1200 people"),
        ("1\u202f200,50 €", "1200.5"),
        ("1'200", "1200"),
        ("1.2k", "1,200"),
        ("1.2M", "1.2 million euros"),
        ("3 Mio", "3,000,000"),
        ("2 millions d'euros", "2000000"),
        ("dos mil: 2 mil", "2.000"),
        ("34.5%", "34,5 %"),
        ("$49.00", "49 USD"),
        ("5-10 days", "between 5 and 10"),
        ("24/7", "7 days, 24 hours"),
        ("03.03.2026", "3 March 2026"),
        ("3 engineers", "three engineers"),
        ("5 m", "5 meters"),
    ],
)
def test_one_value_in_two_notations_supports_itself(text: str, source: str) -> None:
    assert unsupported(text, [source]) == []


@pytest.mark.parametrize(
    ("text", "source", "invented"),
    [
        ("45%", "34%", ["45"]),
        ("1.2 euros", "1.2 million", ["1.2"]),
        ("10 million", "10", ["10 million"]),
        ("12 and 13 and 13", "12", ["13"]),
        ("2026/27", "2026", ["2026/27"]),
        ("v2", "nothing", []),
        ("共12个，共99个", "12", ["99"]),
    ],
)
def test_a_number_that_no_source_has_is_found(text: str, source: str, invented: list[str]) -> None:
    assert unsupported(text, [source]) == invented


@given(st.text(alphabet="ab 12.,'/:km%€-\n", max_size=80))
def test_every_text_supports_itself(text: str) -> None:
    assert unsupported(text, [text]) == []


@given(st.integers(0, 10**12), st.sampled_from([",", ".", " ", "'", "\u202f"]))
def test_grouping_does_not_change_a_number(number: int, mark: str) -> None:
    grouped = f"{number:,}".replace(",", mark)
    assert Decimal(number) in values([grouped])
    if mark != " ":
        assert canonical(grouped) == canonical(str(number)) == str(number)
    assert unsupported(f"about {number + 1}", [f"exactly {number} of them"]) == [str(number + 1)]


@given(st.decimals(0, 10**6, places=2))
def test_a_decimal_is_one_value_with_a_point_or_a_comma(number: Decimal) -> None:
    for text in (f"{number}", f"{number}".replace(".", ",")):
        assert number in values([text])
        assert Decimal(canonical(text)) == number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,200.50", "1200.5"),
        ("1.200,50", "1200.5"),
        ("1'200", "1200"),
        ("1200.00", "1200"),
        ("0,5", "0.5"),
        ("007", "7"),
        ("0", "0"),
        ("9" * 6000, "9" * 6000),
    ],
)
def test_numbers_have_one_notation(written: str, value: str) -> None:
    assert canonical(written) == value


def test_a_number_of_thousands_of_digits_is_read() -> None:
    assert numbers("9" * 5000)[0].shown == "9" * 5000
    assert canonical("9" * 5000) == "9" * 5000
