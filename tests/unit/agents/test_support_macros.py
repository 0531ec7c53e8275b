"""Macros: ranked by a documented score, filled from given fields only, none when none fits."""

from math import log
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.support.macros import LEAST, fill, suggest
from agents.support.models import Macro, MacroInput
from tests.unit.agents.support_world import World

TRACKING = {
    "id": "tracking",
    "title": "Where is my parcel",
    "body": "Hello {{name}}, your parcel travels under {{tracking_number}}.",
    "tags": ["shipping"],
}
REFUND = {
    "id": "refund",
    "title": "Refund policy",
    "body": "Refunds are paid within 14 days.",
    "tags": ["refund"],
}
PASSWORD = {
    "id": "password",
    "title": "Reset a password",
    "body": "Choose Forgot password on the sign-in page.",
    "tags": ["account"],
}
MACROS = [REFUND, TRACKING, PASSWORD]


def suggested(message: str, **given_too: Any) -> dict[str, Any]:
    given_input = {"message": message, "macros": MACROS, **given_too}
    output: dict[str, Any] = World().plan("macro-suggest", **given_input).output.to_json()
    return output


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("Where is my parcel?", "tracking"),
        ("WHERE IS MY PARCEL?", "tracking"),
        ("My package is late", "tracking"),
        ("I'd like to be reimbursed", "refund"),
        ("I forgot my password", "password"),
    ],
)
def test_the_macro_that_fits_comes_first(message: str, first: str) -> None:
    assert suggested(message)["suggestions"][0]["macroId"] == first


@pytest.mark.parametrize("message", ["Do you have a shop in Lyon?", "asdf", "?!", "Where, please?"])
def test_nothing_is_suggested_when_nothing_fits(message: str) -> None:
    output = suggested(message)
    assert output["suggestions"] == []
    assert output["considered"] == 3
    assert "None of 3 macros fits" in output["reason"]


def test_one_shared_word_of_many_is_not_enough() -> None:
    message = "My violin teacher sold a parcel of land beside the river to a famous painter"
    assert suggested(message)["suggestions"] == []


def test_the_score_is_the_documented_formula() -> None:
    one = {"id": "a", "title": "Bicycle", "body": "Bicycle bells ring", "tags": []}
    output = suggested("bicycle bells ring pump", macros=[one])
    why = output["suggestions"][0]["why"]
    norm = 1.2 * (0.25 + 0.75 * 1)
    known, unknown = 1 + log(1 + 0.5 / 1.5), 1 + log(1 + 1.5 / 0.5)
    gained = known * (4 / (4 + norm) + 1 / (1 + norm) + 1 / (1 + norm))
    relevance = gained / (3 * known + unknown)
    assert why["relevance"] == round(relevance, 4)
    assert why["categoryMatch"] is False
    assert output["suggestions"][0]["score"] == round(0.8 * relevance, 4)
    assert why["explanation"] == "it has 3 of 4 terms of the message (bicycle, bells, ring)"


def test_the_same_category_counts_but_is_not_enough_alone() -> None:
    with_it = suggested("Where is my parcel?")["suggestions"][0]
    assert with_it["why"]["categoryMatch"] is True
    assert with_it["score"] == round(0.8 * with_it["why"]["relevance"] + 0.2, 4)
    assert suggested("The courier vanished")["suggestions"] == []


def test_a_title_counts_more_than_a_body() -> None:
    title = {"id": "title", "title": "Bicycle", "body": "bells ring", "tags": []}
    body = {"id": "body", "title": "Bells", "body": "bicycle ring", "tags": []}
    found = suggested("bicycle", macros=[body, title])["suggestions"]
    assert [s["macroId"] for s in found] == ["title", "body"]


def test_placeholders_are_filled_from_the_customer_and_the_rest_is_named() -> None:
    found = suggested("Where is my parcel?", customer={"name": "Kim"})["suggestions"][0]
    assert found["text"] == "Hello Kim, your parcel travels under {{tracking_number}}."
    assert found["filled"] == {"name": "Kim"}
    assert found["unfilled"] == ["tracking_number"]


@pytest.mark.parametrize(
    ("body", "text", "unfilled"),
    [
        ("{{ NAME }}", "Kim", ()),
        ("{{customer.name}}", "Kim", ()),
        ("{{customer.plan}}", "{{customer.plan}}", ("customer.plan",)),
        ("{{x}} {{x}} {{y}}", "{{x}} {{x}} {{y}}", ("x", "y")),
        ("{{trick}}", "{{name}}", ()),
        ("{name} {{}} {{1}}", "{name} {{}} {{1}}", ()),
        ("{{empty}}", "{{empty}}", ("empty",)),
    ],
)
def test_only_given_fields_are_filled_in(body: str, text: str, unfilled: tuple[str, ...]) -> None:
    fields = {"name": "Kim", "trick": "{{name}}", "empty": ""}
    assert fill(body, fields)[0] == text
    assert fill(body, fields)[2] == unfilled


def test_without_macros_the_support_dataset_is_used() -> None:
    world = World()
    plan = world.plan("macro-suggest", message="How do I reset my password?")
    output = plan.output.to_json()
    assert [s["macroId"] for s in output["suggestions"]] == ["support3"]
    assert plan.grounding > 0
    assert plan.items == 1


def test_without_macros_and_knowledge_the_reason_says_so() -> None:
    output = World(known=()).plan("macro-suggest", message="Help").output.to_json()
    assert (output["suggestions"], output["considered"]) == ([], 0)
    assert "support dataset" in output["reason"]


def test_no_more_are_suggested_than_asked_for() -> None:
    many = [{**TRACKING, "id": str(number)} for number in range(200)]
    output = suggested("Where is my parcel?", macros=many, limit=2)
    assert [s["macroId"] for s in output["suggestions"]] == ["0", "1"]
    assert output["reason"] == "200 of 200 macros fit."


@given(
    st.text(min_size=1, max_size=200),
    st.lists(st.text(alphabet="parcel refund bicycle {}name", min_size=1, max_size=40), max_size=5),
)
def test_scores_are_bounded_repeatable_and_falling(message: str, bodies: list[str]) -> None:
    macros = [Macro(id=str(n), title=body, body=body) for n, body in enumerate(bodies)]
    wanted = MacroInput(message=message, limit=10)
    found = suggest(wanted, macros)
    scores = [s.score for s in found.suggestions]
    assert scores == sorted(scores, reverse=True)
    assert all(LEAST <= score <= 1 for score in scores)
    assert found == suggest(wanted, macros)
