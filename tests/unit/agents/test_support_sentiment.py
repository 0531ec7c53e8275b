"""Sentiment: bounded, repeatable, blind to case, turned by negation, and never failing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.support.feelings import FEELINGS
from agents.support.models import Incoming
from agents.support.sentiment import NEUTRAL, sentiment
from agents.support.text import weighted
from agents.support.triaging import read

FELT = sorted(term.removesuffix("*") for term, weight in weighted(FEELINGS).items() if weight)
LATIN = st.text(alphabet="abcxyzäöüéñABCXYZÄÖÜÉÑ '.,!?\n", max_size=200)
SENTENCES = st.lists(
    st.sampled_from([*FELT, "not", "very", "slightly", "but", "the", "app", "!", ",", "is", "NO"]),
    max_size=60,
).map(" ".join)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("This is great", "positive"),
        ("This is terrible", "negative"),
        ("The parcel is blue", "neutral"),
        ("Not bad at all", "positive"),
        ("Not good", "negative"),
        ("I don't love it", "negative"),
        ("Das ist nicht gut", "negative"),
        ("Ce n'est pas génial", "negative"),
        ("No es bueno", "negative"),
        ("It would be great if you could help", "neutral"),
        ("Great idea, but it is terrible", "negative"),
        ("Terrible start, but now it is great", "positive"),
        ("Good morning", "neutral"),
        ("I could not be happier", "positive"),
        ("👎", "negative"),
        ("", "neutral"),
    ],
)
def test_feelings_are_read(text: str, label: str) -> None:
    assert sentiment(text).label == label


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("it is bad", "it is very bad"),
        ("it is bad", "it is BAD"),
        ("it is bad", "it is bad!"),
        ("it is bad!", "it is bad!!!"),
        ("it is slightly bad", "it is bad"),
        ("it is bad", "it is terrible"),
        ("it is good", "it is really good"),
        ("it is good", "it is GOOD"),
    ],
)
def test_intensity_counts(weaker: str, stronger: str) -> None:
    assert abs(sentiment(weaker).score) < abs(sentiment(stronger).score)
    assert sentiment(weaker).label == sentiment(stronger).label


@pytest.mark.parametrize("term", FELT)
def test_negation_flips_the_sign_of_every_term(term: str) -> None:
    plain, negated = sentiment(f"it is {term}").score, sentiment(f"it is not {term}").score
    assert plain * negated < 0
    assert abs(negated) < abs(plain)


def test_negation_ends_with_its_clause() -> None:
    assert sentiment("No, it is good").score == sentiment("it is good").score


@given(st.one_of(st.text(max_size=500), SENTENCES))
def test_scores_are_bounded_and_repeatable(text: str) -> None:
    found = sentiment(text)
    assert -1 <= found.score <= 1
    assert found == sentiment(text)
    assert (found.label == "neutral") is (abs(found.score) < NEUTRAL)


@given(st.one_of(LATIN, SENTENCES))
def test_a_text_in_one_case_scores_as_in_the_other(text: str) -> None:
    assert sentiment(text.upper()) == sentiment(text.lower())


@given(SENTENCES, st.integers(min_value=1, max_value=400))
def test_longer_text_never_fails(text: str, times: int) -> None:
    long = ((text + " ") * times)[:8000] or "a"
    row = read(1, Incoming(text=long))
    assert -1 <= row.feeling.score <= 1
    assert 0 <= row.category.confidence <= 1
