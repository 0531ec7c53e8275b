"""Subjects are scored by rules, the same in every mode, and ranked by their scores."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.email.scoring import calmed, characters, score_subject, shouted
from hub.domain.errors import InvalidOutputError, InvalidRequestError
from hub.domain.knowledge import Dataset
from tests.unit.agents.email_world import BRIEF, ToldModel, World, normal, passage

PREVIEW = "Picked in the first garden of the year"


def points(text: str, check: str, **more: Any) -> int | None:
    found = [r.points for r in score_subject(text, **more).reasons if r.check == check]
    return found[0] if found else None


def told(*subjects: str, sources: tuple[int, ...] = ()) -> ToldModel:
    return ToldModel({"subjects": [{"subject": text, "sources": sources} for text in subjects]})


# ------------------------------------------------------------------ checks


@pytest.mark.parametrize(
    ("text", "check", "expected"),
    [
        ("Tea", "length", -10),
        ("Our spring tea is here", "length", 8),
        ("x " * 20, "length", 8),
        ("x" * 40, "length", 8),
        ("x" * 41, "length", 0),
        ("x" * 60, "length", 0),
        ("x" * 61, "length", -12),
        ("x" * 90, "length", -12),
        ("x" * 91, "length", -25),
        ("Tea", "words", -6),
        ("Our spring tea is here for all of you", "words", 4),
        ("Our spring tea is here for all of you today", "words", -6),
        ("Our free tea", "spam words", -10),
        ("Free gift, act now", "spam words", -20),
        ("free cash prize, act now, buy now, urgent", "spam words", -40),
        ("Our tea is here", "spam words", None),
        ("OUR SPRING TEA IS HERE", "capitals", -25),
        ("Our SPRING tea is here today", "capitals", -4),
        ("Our SPRING SALE in the gardens of AUTUMN and further away", "capitals", -12),
        ("News of the USA", "capitals", None),
        ("Our tea is here!!!", "punctuation", -12),
        ("Our tea for $$", "punctuation", -12),
        ("Tea! It is here!", "punctuation", -6),
        ("Tea: it, too, is here, now.", "punctuation", -5),
        ("Our tea is here!", "punctuation", None),
        ("Our tea is here 🍵", "emoji", 0),
        ("Our tea 🍵 is here 🎉", "emoji", -8),
        ("Our family 👨‍👩‍👧 tea", "emoji", 0),
        ("Our tea from 🇩🇪", "emoji", 0),
        ("{{firstName}}, our tea is here", "personalization", 5),
        ("Our tea has 200 boxes", "number", 3),
        ("{{offer2}} is our tea", "number", None),
        ("Is our tea here?", "question", 2),
        ("Re: our tea", "pretended reply", -20),
        ("FWD: our tea", "pretended reply", -20),
        ("Reading tea leaves", "pretended reply", None),
    ],
)
def test_a_check_gives_its_points(text: str, check: str, expected: int | None) -> None:
    assert points(text, check) == expected


@pytest.mark.parametrize(
    ("preview", "expected"),
    [
        (PREVIEW, 3),
        ("Our spring tea is here, finally", -8),
        ("Our spring tea is here: it was picked by hand in the first garden of all", -8),
        ("Short", -3),
        ("x" * 101, -3),
        (None, None),
    ],
)
def test_the_preview_text_counts(preview: str | None, expected: int | None) -> None:
    assert points("Our spring tea is here", "preview", preview=preview) == expected


def test_what_says_the_same_as_a_better_one_loses() -> None:
    better = ["Our spring tea is here now"]
    assert points("Our spring tea is here", "duplicate", better=better) == -30
    assert points("A walk through Assam", "duplicate", better=better) is None


def test_the_score_is_the_sum_that_is_documented() -> None:
    scored = score_subject("{{firstName}}, did 200 boxes reach you?", PREVIEW)
    assert sum(reason.points for reason in scored.reasons) == 25
    assert scored.score == 100
    plain = score_subject("Our spring tea is here")
    assert (plain.score, plain.characters, plain.words) == (75 + 8 + 4, 22, 5)


@given(st.text(max_size=200), st.one_of(st.none(), st.text(max_size=200)))
def test_any_subject_has_a_score_that_its_reasons_add_up_to(text: str, preview: str | None) -> None:
    scored = score_subject(text, preview)
    total = 75 + sum(reason.points for reason in scored.reasons)
    assert scored.score == max(0, min(100, total))
    assert score_subject(text, preview) == scored


@given(
    st.sampled_from(["Our spring tea", "Tea from Assam for you", "The first harvest of the year"])
)
def test_shouting_never_pays(text: str) -> None:
    base = score_subject(text).score
    for worse in (text.upper(), f"{text}!!!", f"Re: {text}", f"Act now: {text}", f"{text} 🎉🎉"):
        assert score_subject(worse).score < base


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Cafe\u0301", 4),
        ("👨‍👩‍👧 tea", 5),
        ("🇩🇪", 1),
        ("👍🏽", 1),
        ("", 0),
        ("茶が来た", 4),
        ("1️⃣", 1),
    ],
)
def test_characters_are_counted_as_people_see_them(text: str, count: int) -> None:
    assert characters(text) == count


def test_a_placeholder_counts_as_a_name_and_is_shown_whole_or_not_at_all() -> None:
    text = "{{firstName}}, our spring tea is here now"
    scored = score_subject(text)
    assert scored.characters == 8 + len(", our spring tea is here now")
    assert scored.on_phone == text
    late = score_subject("Our spring tea is here, and all for {{firstName}} and friends")
    assert late.on_phone == "Our spring tea is here, and all for…"
    long = score_subject("{{a}} " + "word " * 10 + "{{b}}").on_phone
    assert long.startswith("{{a}} word")
    assert len(long) <= 40
    assert "b" not in long


@pytest.mark.parametrize(
    ("text", "calm"),
    [
        ("FREE TEA!!! Act now $$$", "Free tea Act now"),
        ("RE: our tea", "Our tea"),
        ("🎉 Our SPRING tea 🎉", "Our spring tea"),
        ("Really??", "Really?"),
        ("Our tea is here", "Our tea is here"),
        ("News of the USA", "News of the USA"),
        ("!!!", ""),
    ],
)
def test_a_calmed_subject_does_not_shout(text: str, calm: str) -> None:
    assert calmed(text) == calm
    assert shouted(calmed(text)) == []


# ------------------------------------------------------------------ the intent


def test_given_and_written_subjects_are_ranked_by_score() -> None:
    world = World(told("Our spring tea is here", "Spring tea: 200 boxes from Assam"))
    output = world.write("optimize-subject", subjects=["BUY NOW!!! SPRING TEA"], brief=BRIEF)
    scores = [variant.score for variant in output.variants]
    assert scores == sorted(scores, reverse=True)
    assert [variant.rank for variant in output.variants] == [1, 2, 3]
    assert output.best == output.variants[0].subject == "Spring tea: 200 boxes from Assam"
    assert output.variants[-1].origin == "given"
    assert output.engine == "told"


def test_a_model_is_asked_for_no_scores() -> None:
    model = told("Our spring tea is here")
    World(model).write("optimize-subject", brief=BRIEF)
    asked = model.asked[0].output.model_json_schema()["$defs"]["WrittenSubject"]["properties"]
    assert set(asked) == {"subject", "sources"}


def test_of_subjects_that_say_the_same_only_the_best_keeps_its_score() -> None:
    subjects = ["OUR SPRING TEA IS HERE", "Our spring tea is here"]
    output = World().write("optimize-subject", subjects=subjects, maxVariants=0)
    assert [variant.subject for variant in output.variants] == subjects[::-1]
    duplicate = [[r.check for r in v.reasons].count("duplicate") for v in output.variants]
    assert duplicate == [0, 1]


def test_the_order_of_the_input_does_not_change_the_ranking() -> None:
    subjects = ["Tea from Assam", "Tea for Munich", "Our spring tea is here", "ACT NOW"]
    one = World().write("optimize-subject", subjects=subjects, maxVariants=0)
    other = World().write("optimize-subject", subjects=subjects[::-1], maxVariants=0)
    assert one.variants == other.variants


def test_only_scoring_asks_no_model_and_no_knowledge() -> None:
    model = told("x")
    world = World(model)
    plan = world.plan("optimize-subject", subjects=["Our spring tea is here"], maxVariants=0)
    assert model.asked == []
    assert (plan.usage, plan.grounding, plan.items) == (None, 0, 1)
    assert plan.output.engine == "offline"  # type: ignore[attr-defined]


def test_numbers_and_links_that_nobody_gave_are_left_out() -> None:
    world = World(told("50 % off spring tea", "Tea at evil.com", "200 boxes of spring tea"))
    output = world.write("optimize-subject", brief=BRIEF)
    assert [variant.subject for variant in output.variants] == ["200 boxes of spring tea"]
    assert output.left_out == (
        "“50 % off spring tea”: nothing given says 50",
        "“Tea at evil.com”: nothing given says evil.com",
    )


def test_a_written_subject_that_is_there_already_is_left_out() -> None:
    world = World(told("our tea", "Our tea", "Spring tea"))
    output = world.write("optimize-subject", brief=BRIEF, subjects=["OUR TEA"])
    assert {variant.subject for variant in output.variants} == {"OUR TEA", "Spring tea"}
    assert len(output.left_out) == 2


def test_nothing_left_is_an_error_that_says_why() -> None:
    with pytest.raises(InvalidOutputError, match="nothing given says 50"):
        World(told("50 % off")).write("optimize-subject", brief=BRIEF)


def test_more_than_asked_for_is_not_kept() -> None:
    world = World(told("Spring tea", "Assam tea", "Harvest boxes"))
    assert len(world.write("optimize-subject", brief=BRIEF, maxVariants=2).variants) == 2


def test_an_undeclared_placeholder_of_a_model_is_refused() -> None:
    with pytest.raises(InvalidOutputError, match=r"output\.subjects\.0 has \{\{name\}\}"):
        World(told("{{name}}, tea")).write("optimize-subject", brief=BRIEF)


def test_sources_are_cited_and_must_exist() -> None:
    world = World(told("Spring tea in two days [1]"))
    world.know(passage("Spring tea from Assam ships within two days"))
    output = world.write("optimize-subject", brief=BRIEF)
    assert output.variants[0].subject == "Spring tea in two days"
    assert output.variants[0].sources == (1,)
    assert [citation.document_id for citation in output.citations] == ["email1"]
    lost = World(told("Spring tea", sources=(4,)))
    with pytest.raises(InvalidOutputError, match=r"source \[4\]"):
        lost.write("optimize-subject", brief=BRIEF)


# ------------------------------------------------------------------ offline


def test_the_offline_writer_writes_from_the_brief_alone() -> None:
    output = World().write("optimize-subject", brief=BRIEF, maxVariants=8)
    said = {variant.subject for variant in output.variants}
    assert "Our spring tea is here" in said
    assert "The first harvest has 200 boxes" in said
    assert len(output.variants) == 8
    assert all(variant.characters <= 60 for variant in output.variants)
    assert output.left_out == ()


def test_the_offline_writer_calms_what_shouts() -> None:
    output = World().write("optimize-subject", subjects=["SPRING TEA IS HERE!!!", "!!!"])
    best = output.variants[0]
    assert (best.subject, best.origin) == ("Spring tea is here", "written")
    assert output.variants[-1].score < best.score


def test_the_offline_writer_uses_a_first_name_but_not_a_companys() -> None:
    asked = {"brief": BRIEF, "personalization": ["companyName"], "maxVariants": 20}
    plain = World().write("optimize-subject", **asked)
    assert not any("{{" in variant.subject for variant in plain.variants)
    asked["personalization"] = ["companyName", "first_name"]
    named = World().write("optimize-subject", **asked)
    assert named.best.startswith("{{first_name}}: ")


def test_the_offline_writer_cites_what_it_uses() -> None:
    world = World()
    world.know(
        passage("Spring tea from Assam ships within 2 days."),
        passage("Write short.", dataset=Dataset.BRAND_VOICE),
    )
    output = world.write("optimize-subject", brief=BRIEF, maxVariants=20)
    shipped = [v for v in output.variants if "within 2 days" in v.subject]
    assert shipped
    assert all(variant.sources == (1,) for variant in shipped)
    assert len(output.citations) == 1


# ------------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("asked", "told_why"),
    [
        ({}, "give subjects to score"),
        ({"brief": BRIEF, "maxVariants": 0}, "give subjects to score"),
        ({"subjects": ["Hi {{firstName}}"]}, r"subjects.0 has \{\{firstName\}\}"),
        ({"subjects": ["two\nlines"]}, r"input\.subjects\.0"),
        ({"subjects": ["x"] * 11}, r"input\.subjects"),
        ({"subjects": ["x"], "personalization": ["first name"]}, r"personalization\.0"),
        ({"subjects": ["x"], "maxVariants": 21}, r"input\.maxVariants"),
    ],
)
def test_what_cannot_be_scored_is_refused(asked: dict[str, Any], told_why: str) -> None:
    with pytest.raises(InvalidRequestError, match=told_why):
        normal("optimize-subject", **asked)
