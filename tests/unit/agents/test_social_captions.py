"""Captions are scored by rules that are written down, and improved without being made worse."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.social import scoring
from agents.social.improving import improve
from agents.social.models import OptimizeCaptionInput
from agents.social.words import emoji, readability, terms, without_emoji
from hub.agent_kit.platforms import fits, hashtags
from hub.domain.errors import InvalidOutputError
from tests.unit.agents.social_world import ToldModel, World

GOOD = (
    "Do you know where your tea grows?\n\n"
    "Ours comes from one farm in Uji. We pick it by hand in May and ship it in two days.\n\n"
    "Order your first tin today.\n\n#GreenTea #Uji #TeaTime"
)
POOR = (
    "#fyp It is tea!!!! 😀😀😀😀😀😀 https://example.com/t It is new   and it is good, and "
    "we are glad to have it in our shop for all who want to taste it with us "
    "#tea #tea #follow4follow"
)


def points(platform: str, caption: str, name: str, call: str | None = None) -> int:
    found = {part.name: part.points for part in scoring.criteria(platform, caption, call)}
    return found[name]


def better(caption: str, platform: str = "instagram", **more: Any) -> str:
    given = {"caption": caption, "platform": platform, **more}
    return improve(OptimizeCaptionInput.model_validate(given)).caption


def test_a_good_caption_has_every_point() -> None:
    parts = scoring.criteria("instagram", GOOD)
    assert {p.name: p.points for p in parts} == {p.name: p.maximum for p in parts}
    assert sum(part.maximum for part in parts) == 100
    assert scoring.score("instagram", GOOD) == 100


@pytest.mark.parametrize(
    ("platform", "caption", "name", "expected"),
    [
        ("instagram", "a" * 70, "length", 20),
        ("instagram", "a" * 35, "length", 10),
        ("instagram", "a" * 1500, "length", 15),
        ("instagram", "a" * 2201, "length", 0),
        ("x", "a " * 140, "length", 20),
        ("instagram", "Tea is here", "hook", 14),
        ("instagram", "Is tea here?", "hook", 20),
        ("instagram", "12 new teas", "hook", 20),
        ("instagram", "tea " * 40, "hook", 4),
        ("instagram", "#tea is here for you", "hook", 16),
        ("x", "Order now", "callToAction", 15),
        ("x", "What is it?", "callToAction", 10),
        ("x", "It is tea", "callToAction", 0),
        ("instagram", "#a #b #c", "hashtags", 15),
        ("instagram", "#a #b", "hashtags", 11),
        ("instagram", "#a #b #b", "hashtags", 12),
        ("instagram", "#a #b #f4f", "hashtags", 11),
        ("reddit", "no tags", "hashtags", 15),
        ("reddit", "#tag", "hashtags", 11),
        ("x", "It is good tea.", "readability", 15),
        ("x", "123", "readability", 0),
        ("x", "one two three four five six seven eight 😀", "emoji", 5),
        ("x", "one two 😀", "emoji", 0),
        ("x", "no link", "links", 5),
        ("x", "tea https://a.example", "links", 5),
        ("x", "https://a.example tea", "links", 2),
        ("x", "tea https://a.example https://b.example", "links", 3),
        ("instagram", "tea https://a.example", "links", 0),
        ("x", "@ann makes tea", "mentions", 0),
        ("instagram", "@ann makes tea", "mentions", 5),
        ("x", "by @a1 @b1 @c1 @d1 @e1", "mentions", 3),
    ],
)
def test_each_criterion_gives_the_points_it_says(
    platform: str, caption: str, name: str, expected: int
) -> None:
    assert points(platform, caption, name) == expected


def test_your_own_call_to_action_counts_as_one() -> None:
    assert points("x", "Tea. Brew it!", "callToAction", "brew IT") == 15


def test_what_cannot_be_posted_scores_low_however_good() -> None:
    assert scoring.score("instagram", GOOD + " tea" * 600) == scoring.CAP_UNFIT


@given(st.text(max_size=400), st.sampled_from(["x", "instagram", "linkedin", "reddit"]))
def test_a_score_is_between_0_and_100(caption: str, platform: str) -> None:
    assert 0 <= scoring.score(platform, caption) <= 100


def test_a_poor_caption_is_improved_and_each_change_named() -> None:
    output = World().output(
        "optimize-caption", caption=POOR, platform="linkedin", callToAction="Taste it today."
    )
    assert output["improvedScore"] >= output["score"] + 20
    caption = output["caption"]
    assert "!!" not in caption
    assert "  " not in caption
    assert "Taste it today." in caption
    assert hashtags(caption).count("tea") == 1
    assert not {"fyp", "follow4follow"} & set(hashtags(caption))
    assert len(emoji(caption)) == 3
    assert "https://example.com/t" in caption
    told = " | ".join(output["changes"])
    for change in ("! and ?", "emoji: 6 became 3", "call to action", "#follow4follow"):
        assert change in told
    assert output["engine"] == "offline"
    assert sum(reason["points"] for reason in output["reasons"]) == output["score"]


def test_a_caption_that_is_good_stays_as_it_is() -> None:
    output = World().output("optimize-caption", caption=GOOD, platform="instagram")
    assert output["caption"] == GOOD
    assert output["changes"] == []
    assert output["score"] == output["improvedScore"] == 100


def test_a_caption_that_is_too_long_keeps_its_call_and_hashtags() -> None:
    caption = better("Our tea is good. " * 40 + "#tea", "x", callToAction="Try it.")
    assert fits("x", caption) == []
    assert "Try it." in caption
    assert caption.endswith("#tea")


def test_a_link_that_stands_first_goes_behind_the_text() -> None:
    caption = better("https://example.com/t Our tea is here. #tea", "x")
    assert caption == "Our tea is here.\n\nhttps://example.com/t\n\n#tea"


def test_a_first_line_that_is_cut_off_is_divided() -> None:
    caption = better("Is it tea? " + "It is good and it is here. " * 6)
    assert caption.startswith("Is it tea?\n\nIt is good")


def test_your_call_to_action_is_added_once() -> None:
    caption = better("Check it out. #tea", callToAction="Order today.")
    assert caption.count("Order today.") == 1
    assert better(caption, callToAction="order TODAY.").count("rder") == 1


@pytest.mark.parametrize("caption", ["We all love #tea", "We are #1", "Tea is #1 #2"])
def test_the_end_of_a_sentence_is_no_block_of_hashtags(caption: str) -> None:
    assert better(caption, "x").startswith(caption)


def test_hashtags_in_sentences_stay_words() -> None:
    caption = better("Our #tea is #good and #fresh and #cold and #hot and #rare today")
    assert "and hot and rare today" in caption.replace("#", "")
    assert len(hashtags(caption)) <= 5


@given(
    st.text(min_size=1, max_size=400)
    | st.builds(
        "".join, st.lists(st.sampled_from(["#tea ", "😀", "!! ", "Try it. ", "@a ", "\n"]))
    ),
    st.sampled_from(["x", "instagram", "linkedin", "reddit", "discord"]),
)
def test_an_improved_caption_fits_and_is_never_worse(caption: str, platform: str) -> None:
    if not caption:
        return
    new = better(caption, platform)
    assert fits(platform, new) == []
    if not fits(platform, caption):
        assert scoring.score(platform, new) >= scoring.score(platform, caption)


@given(st.text(alphabet="ab .!?\n", min_size=1, max_size=200))
def test_rules_add_no_words_but_hashtags_and_the_call(caption: str) -> None:
    new = better(caption, "reddit")
    assert set(new.split()) <= {part for word in caption.split() for part in _tamed(word)}


def _tamed(word: str) -> set[str]:
    """A word, and with its repeated signs made one."""
    calm = word
    for sign in "!?":
        while sign * 2 in calm:
            calm = calm.replace(sign * 2, sign)
    return {word, calm}


def told(caption: str, **more: Any) -> World:
    return World(ToldModel({"platform": "instagram", "caption": caption, **more}))


def test_a_models_better_caption_is_taken_with_what_changed_computed() -> None:
    output = told(GOOD).output("optimize-caption", caption=POOR, platform="instagram")
    assert output["caption"] == GOOD
    assert output["engine"] == "told"
    assert output["improvedScore"] == 100
    assert any(change.startswith("hashtags: ") for change in output["changes"])
    assert output["warnings"] == []


def test_a_models_worse_caption_is_not_taken() -> None:
    output = told("x").output("optimize-caption", caption=GOOD, platform="instagram")
    assert output["caption"] == GOOD
    assert "was not taken" in output["changes"][-1]


def test_numbers_of_a_model_are_warned_about() -> None:
    wrong = GOOD.replace("one farm", "40 farms")
    output = told(wrong).output("optimize-caption", caption=POOR, platform="instagram")
    assert output["warnings"] == ["check 40: neither the input nor the knowledge has it"]


@pytest.mark.parametrize(
    ("caption", "more", "reason"),
    [
        ("Go to https://evil.example", {}, r"output\.caption.*evil\.example"),
        ("Ask @stranger", {}, r"output\.caption.*@stranger"),
        (GOOD, {"sources": [1]}, "there are 0 sources"),
        ("a" * 300, {"platform": "linkedin"}, r"output\.caption: X takes 280"),
    ],
)
def test_a_model_may_not_bring_in_what_nobody_gave_it(
    caption: str, more: dict[str, Any], reason: str
) -> None:
    platform = "x" if more.get("platform") else "instagram"
    with pytest.raises(InvalidOutputError, match=reason):
        told(caption, **more).output("optimize-caption", caption=POOR, platform=platform)


def test_sources_of_a_models_caption_are_cited() -> None:
    world = told(GOOD.replace("Uji.", "Uji [1]."))
    world.know("Order your tea from Uji in May: one farm, by hand, two days")
    output = world.output("optimize-caption", caption="Order tea from Uji", platform="instagram")
    assert output["caption"] == GOOD
    assert [citation["number"] for citation in output["citations"]] == [1]


def test_a_delivery_may_use_the_improved_caption() -> None:
    call = {"connector": "slack", "action": "post_message", "input": {"text": "{{caption}}"}}
    plan = World().plan("optimize-caption", caption=POOR, platform="x", deliver=[call])
    assert plan.steps[0].payload["text"] == plan.output.caption  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "lix"),
    [
        ("It is good tea.", 4.0),
        ("We extraordinarily appreciate tea. It is good.", 32.1),
        ("12 #tag https://a.example 😀", None),
    ],
)
def test_readability_is_lix(text: str, lix: float | None) -> None:
    assert readability(text) == lix


def test_emoji_are_counted_whole_and_taken_out_whole() -> None:
    text = "a 👩‍👩‍👧‍👦 b 👍🏽 c 🇯🇵 d"
    assert len(emoji(text)) == 3
    assert without_emoji(text, 1) == "a 👩‍👩‍👧‍👦 b c d"


def test_terms_are_noun_phrases_and_names() -> None:
    found = [term for term, _ in terms(["Our really new green tea is here. It grows in Uji now."])]
    assert found == ["green tea", "tea", "Uji"]
