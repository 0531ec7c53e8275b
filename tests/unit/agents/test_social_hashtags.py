"""Hashtags: regular, ranked by what is known, and without those that do harm."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.social.hashtags import MAX_LENGTH, key, normalized, parts_of, refusal
from agents.social.models import HashtagRow
from agents.social.ranking import record
from hub.agent_kit.platforms import limits
from tests.unit.agents.social_world import ToldModel, World

TOPIC = "Our new green tea from Uji is here. Green tea is picked in May."


def pack(world: World | None = None, **given: Any) -> dict[str, Any]:
    return (world or World()).output("hashtag-pack", **{"topic": TOPIC, **given})


def tags(output: dict[str, Any], group: str) -> list[str]:
    return [tag["hashtag"] for tag in output["groups"][group]]


def row(hashtag: str, impressions: int, engagements: int) -> dict[str, Any]:
    return {"hashtag": hashtag, "impressions": impressions, "engagements": engagements}


@pytest.mark.parametrize(
    ("raw", "tag"),
    [
        ("green tea", "GreenTea"),
        ("#GreenTea", "GreenTea"),
        ("serverless", "serverless"),
        ("R&D", "RD"),
        ("don't stop", "DontStop"),
        ("tea-time 2026", "TeaTime2026"),
        ("新しいお茶", "新しいお茶"),
        ("हिन्दी चाय", "हिन्दीचाय"),
        ("cafe\u0301", "caf\u00e9"),
        ("2026", None),
        ("😀", None),
        ("_", None),
        ("", None),
        ("a" * 100, "a" * 100),
        ("a" * 101, None),
    ],
)
def test_a_text_becomes_one_regular_hashtag_or_none(raw: str, tag: str | None) -> None:
    assert normalized(raw) == tag


@given(st.text(max_size=150))
def test_a_regular_hashtag_has_letters_no_spaces_and_stays_itself(raw: str) -> None:
    tag = normalized(raw)
    if tag is None:
        return
    assert 0 < len(tag) <= MAX_LENGTH
    assert not any(letter.isspace() or letter in "#＃" for letter in tag)
    assert any(unicodedata.category(letter).startswith("L") for letter in tag)
    assert normalized(tag) == tag


@pytest.mark.parametrize(
    "tag",
    ["follow4follow", "F4F", "like4like", "LikeForLikes", "l4l", "s4s", "followback", "FollowMe",
     "instalike", "TagsForLikes", "gaintrick", "sub4sub", "teamfollowback", "FreeFollowers",
     "follow_me", "fyp", "Explore", "REELS", "viral"],
)  # fmt: skip
def test_hashtags_that_do_harm_are_refused(tag: str) -> None:
    assert refusal(tag) is not None


@pytest.mark.parametrize(
    "tag",
    ["GreenTea", "Likelihood", "FollowTheSun", "TeamAutomation", "FreeTraining", "Sextant", "Gains",
     "Subway", "TagManagement", "Lifestyle", "Reelection", "Commerce", "sxs", "新茶"],
)  # fmt: skip
def test_hashtags_that_only_look_like_them_are_not(tag: str) -> None:
    assert refusal(tag) is None


def test_hashtags_are_grouped() -> None:
    output = pack(keywords=["matcha", "tea ceremony"], brands=["Leaf & Co"])
    assert "#matcha" in tags(output, "broad")
    assert {"#TeaCeremony", "#GreenTea"} <= set(tags(output, "niche"))
    assert tags(output, "branded") == ["#LeafCo"]


def test_each_hashtag_stands_once_whatever_its_letters() -> None:
    output = pack(keywords=["Green Tea", "greentea", "#GREENTEA"], brands=["Uji"])
    every = [key(tag) for group in output["groups"] for tag in tags(output, group)]
    assert len(every) == len(set(every))
    assert tags(output, "branded") == ["#Uji"]


def test_groups_are_ranked_and_no_longer_than_asked() -> None:
    output = pack(topic=" ".join(f"Our tea{c}pot is new." for c in "abcdefghijklmno"), perGroup=4)
    scores = [tag["score"] for tag in output["groups"]["broad"]]
    assert len(scores) == 4
    assert scores == sorted(scores, reverse=True)


def test_your_own_rows_move_a_hashtag_up_and_down() -> None:
    rows = [row("#matcha", 50_000, 5_000), row("#sencha", 50_000, 500)]
    output = pack(keywords=["sencha", "bancha", "matcha"], performance=rows)
    scores = {tag["hashtag"]: tag for tag in output["groups"]["broad"]}
    order = [tag for tag in tags(output, "broad") if tag.endswith("cha")]
    assert order == ["#matcha", "#bancha", "#sencha"]
    assert scores["#bancha"]["score"] == 50
    assert scores["#matcha"]["score"] == 90
    assert scores["#sencha"]["score"] == 25
    shown = {"impressions": 50_000, "engagements": 5_000, "rate": 0.1}
    assert scores["#matcha"]["performance"] == shown
    assert "performance" not in scores["#bancha"]


def test_a_rate_of_few_impressions_says_little() -> None:
    rows = [HashtagRow(hashtag="lucky", impressions=10, engagements=10)]
    rows += [HashtagRow(hashtag="steady", impressions=100_000, engagements=5_000)]
    own = record(rows)
    assert own.factor("lucky") < 1.2
    assert own.factor("steady") == pytest.approx(1.0, abs=0.01)
    assert own.factor("unknown") == 1.0


@given(
    st.lists(
        st.builds(
            HashtagRow,
            hashtag=st.sampled_from(["a", "#A", "b", "c"]),
            impressions=st.integers(1, 10**6),
            engagements=st.integers(0, 10**6),
        )
    )
)
def test_a_performance_factor_stays_between_half_and_double(rows: list[HashtagRow]) -> None:
    own = record(rows)
    assert all(0.5 <= own.factor(tag) <= 2 for tag in "abcd")
    assert sum(r.impressions for r in own.rows.values()) == sum(r.impressions for r in rows)


def test_rows_that_have_nothing_to_do_with_the_topic_are_left_out_and_said_so() -> None:
    rows = [
        row("#UjiTea", 100, 10),
        row("#coffee", 10**6, 10**5),
        row("#f4f", 5, 5),
        row("#1", 1, 0),
    ]
    output = pack(performance=rows)
    assert "#UjiTea" in tags(output, "niche")
    dropped = {item["hashtag"]: item["reason"] for item in output["dropped"]}
    assert set(dropped) == {"#coffee", "#f4f", "#1"}
    assert dropped["#coffee"] == "is not about this topic"


def test_no_popularity_is_made_up() -> None:
    output = pack(keywords=["matcha"])
    for group in output["groups"].values():
        for tag in group:
            assert set(tag) == {"hashtag", "score", "source"}


def test_packs_are_no_larger_than_platforms_recommend() -> None:
    platforms = ["x", "instagram", "tiktok", "linkedin", "reddit", "slack"]
    output = pack(platforms=platforms, keywords=["a1", "b2", "c3", "d4", "e5", "f6", "g7"])
    found = {item["platform"]: item for item in output["platforms"]}
    sizes = {name: len(item["hashtags"]) for name, item in found.items()}
    assert sizes == {"x": 2, "instagram": 5, "tiktok": 5, "linkedin": 5, "reddit": 0, "slack": 0}
    assert found["instagram"]["maximum"] == limits("instagram").max_hashtags == 30
    assert "maximum" not in found["x"]
    assert "use none" in found["reddit"]["note"]
    assert output["text"] == " ".join(found["x"]["hashtags"])


def test_a_pack_is_mixed_of_all_groups() -> None:
    output = pack(platforms=["instagram"], keywords=["a1", "b2", "c3"], brands=["Leaf"])
    assert {"#GreenTea", "#a1", "#Leaf"} <= set(output["platforms"][0]["hashtags"])


def test_hashtags_of_a_caption_are_kept_and_its_spam_dropped() -> None:
    output = pack(topic="Tea is here #TeaLovers #likeforlike #teaLovers")
    assert "#TeaLovers" in tags(output, "niche")
    assert [item["hashtag"] for item in output["dropped"]] == ["#likeforlike"]


def test_knowledge_gives_terms_of_the_topic_with_a_citation() -> None:
    world = World()
    world.know("Green tea from Uji picked in May has the tea master seal.")
    output = pack(world)
    found = {tag["hashtag"]: tag["source"] for tag in output["groups"]["niche"]}
    assert [name for name, source in found.items() if source == "knowledge"]
    assert [citation["documentId"] for citation in output["citations"]] == ["social1"]


def test_without_terms_of_the_knowledge_nothing_is_cited() -> None:
    assert pack()["citations"] == []


def test_ideas_of_a_model_are_made_regular_ranked_and_cleaned() -> None:
    model = ToldModel({"hashtags": ["japanese tea", "follow for follow", "😀", "GREEN tea"]})
    output = pack(World(model))
    found = {tag["hashtag"]: tag for tag in output["groups"]["niche"]}
    assert found["#JapaneseTea"]["source"] == "writer"
    assert found["#JapaneseTea"]["score"] == 30
    assert [name for name in found if key(name) == "#greentea"] == ["#GreenTea"]
    assert {item["hashtag"] for item in output["dropped"]} == {"#FollowForFollow", "#😀"}
    assert output["engine"] == "told"


def test_the_words_of_a_hashtag_are_found_again() -> None:
    assert parts_of("GreenTea_from2Uji") == ["green", "tea", "from2", "uji"]
    assert parts_of("greentea") == ["greentea"]
