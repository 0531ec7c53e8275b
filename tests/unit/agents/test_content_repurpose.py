"""Repurposing: one text for several places, each within its limits, no key fact lost."""

import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.content.text import sentences
from agents.content.threads import ROOM, pieces
from hub.domain.errors import InvalidOutputError, InvalidRequestError
from hub.domain.x_text import weighted_length
from tests.unit.agents.content_world import ToldModel, World

TEXT = """NeonHub opened its Berlin office on 3 March 2026. The team is small. It likes tea.

Revenue grew by 34% to 1.2 million euros. Churn fell to 2.5%. The garden is nice."""
ALL = ["linkedin", "x_thread", "email", "outline"]
LONG = " ".join(
    f"Fact {n} is that place {n * 7} has {n * 13} people, as we know." for n in range(60)
)


def made(*targets: str, **more: Any) -> dict[str, Any]:
    return World().output("repurpose", **{"text": TEXT, "targets": list(targets), **more})


def test_each_target_gets_its_piece_and_others_none() -> None:
    output = made(*ALL)
    assert {"linkedin", "xThread", "email", "outline"} <= output.keys()
    assert output["title"] == "NeonHub opened its Berlin office on 3 March 2026"
    assert output["unsupported"] == []
    only = made("email")
    assert "email" in only
    assert not {"linkedin", "xThread", "outline"} & only.keys()


def test_a_linkedin_post_has_the_first_sentence_alone_and_the_link_last() -> None:
    post = made("linkedin", link="https://example.com/a")["linkedin"]
    assert post["text"] == (
        "NeonHub opened its Berlin office on 3 March 2026.\n\nThe team is small. It likes tea.\n\n"
        "Revenue grew by 34% to 1.2 million euros. Churn fell to 2.5%. The garden is nice.\n\n"
        "https://example.com/a"
    )
    assert post["length"] == len(post["text"])
    assert post["limit"] == 3000


def test_a_thread_is_numbered_and_within_280_of_xs_characters() -> None:
    posts = made("x_thread", text=LONG, link="https://example.com/" + "a" * 300)["xThread"]
    total = len(posts)
    assert 2 <= total <= 25
    for number, post in enumerate(posts, 1):
        assert post["text"].endswith(f" {number}/{total}")
        assert post["length"] == weighted_length(post["text"]) <= post["limit"] == 280
    assert "https://example.com/aaa" in posts[-1]["text"]


def test_a_text_for_one_post_is_one_post_without_a_number() -> None:
    (post,) = made("x_thread", text="Tea is here since 2026, friends.")["xThread"]
    assert post["text"] == "Tea is here since 2026, friends."


def test_key_facts_come_before_idle_talk() -> None:
    talk = "Then everybody talked about many other nice things of the day for a while. "
    text = "We begin here. " + talk.replace("day", "{}") * 40 + " It grew by 77%."
    text = text.format(*(f"day {chr(97 + n % 26)}x" for n in range(40)))
    output = made("linkedin", "x_thread", "email", text=text)
    for piece in (output["linkedin"]["text"], str(output["xThread"]), output["email"]["body"]):
        assert "We begin here." in piece
        assert "77%" in piece
    assert len(output["linkedin"]["text"]) <= 1500
    assert len(output["xThread"]) <= 8
    assert len(output["email"]["body"]) <= 2000


def test_key_facts_are_kept_as_far_as_the_hard_limit_goes() -> None:
    output = made("linkedin", "x_thread", text=LONG)
    assert 1500 < output["linkedin"]["length"] <= 3000
    assert 8 < len(output["xThread"]) <= 25
    told = " ".join(post["text"] for post in output["xThread"])
    assert all(f"has {n * 13} people" in told for n in range(60))


def test_a_mail_has_a_subject_a_preview_and_a_body() -> None:
    title = "A very long title that says so much that no inbox would show all of it"
    mail = made("email", title=title, tone="friendly", link="https://example.com/a")["email"]
    assert mail["subject"] == "A very long title that says so much that no inbox would…"
    assert mail["preview"] == "NeonHub opened its Berlin office on 3 March 2026."
    assert mail["body"].startswith("Hi there,\n\nNeonHub opened")
    assert mail["html"].endswith('<p><a href="https://example.com/a">Read it all</a></p>')


def test_an_outline_is_nested_by_headings_or_paragraphs() -> None:
    assert made("outline")["outline"] == [
        {
            "text": "NeonHub opened its Berlin office on 3 March 2026.",
            "points": ["The team is small.", "It likes tea."],
        },
        {
            "text": "Revenue grew by 34% to 1.2 million euros.",
            "points": ["Churn fell to 2.5%.", "The garden is nice."],
        },
    ]
    headed = made("outline", text=f"# Spring\n{TEXT}\n\n# Autumn\nIt rains.")["outline"]
    assert [point["text"] for point in headed] == ["Spring", "Autumn"]
    assert "Churn fell to 2.5%." in headed[0]["points"]


@pytest.mark.parametrize("sentence", ["x" * 900, "word " * 180, "数" * 400, "🎉" * 300])
def test_a_sentence_too_long_for_a_post_goes_on_in_the_next(sentence: str) -> None:
    parts = pieces(sentence.strip())
    assert len(parts) > 1
    assert all(weighted_length(part) <= ROOM for part in parts)
    together = "".join(part.strip("…").strip() for part in parts)
    assert together.replace(" ", "") == sentence.replace(" ", "")


WORDS = st.sampled_from(
    ["Tea", "2026", "🎉", "数据", "https://a.example/x", "is", "really", "x" * 90, "#tag", "a.b"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=40).map(lambda words: " ".join(words) + ".\n")


@settings(max_examples=60, deadline=None)
@given(st.lists(SENTENCES, min_size=1, max_size=12).map("".join), st.booleans())
def test_any_text_becomes_pieces_within_their_limits(text: str, linked: bool) -> None:
    """The planner's checks of limits are run on the way; a piece over one would be refused."""
    assume(len(text.strip()) >= 20)
    link = {"link": "https://example.com/a"} if linked else {}
    output = made(*ALL, text=text, **link)
    assert all(weighted_length(post["text"]) <= 280 for post in output["xThread"])
    assert len(output["email"]["subject"]) <= 60
    assert sentences(text)[0][:50] in output["linkedin"]["text"]
    assert bool(linked) == output["linkedin"]["text"].endswith("https://example.com/a")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=20, unique=True))
def test_no_number_is_lost_where_there_is_room(figures: list[int]) -> None:
    text = "We begin. " + " ".join(f"Place {n} is one of ours, friends." for n in figures)
    output = made("linkedin", "x_thread", "email", text=text)
    posts = " ".join(re.sub(r" \d+/\d+$", "", post["text"]) for post in output["xThread"])
    for piece in (output["linkedin"]["text"], posts, output["email"]["body"]):
        assert {int(n) for n in re.findall(r"\d+", piece)} == set(figures)


# ------------------------------------------------------------------ with a model

ANSWER: dict[str, Any] = {
    "linkedin": "NeonHub is in Berlin.",
    "xThread": ["NeonHub is in Berlin.", "It grew by 34%."],
    "email": {"subject": "Berlin", "preview": "We are there", "body": "Hello **you**"},
    "outline": [{"text": "Berlin", "points": ["since 2026"]}],
}


def test_what_a_model_writes_is_numbered_and_counted() -> None:
    model = ToldModel(**ANSWER)
    output = World(model).output("repurpose", text=TEXT, targets=["x_thread", "email"])
    assert [post["text"] for post in output["xThread"]] == [
        "NeonHub is in Berlin. 1/2",
        "It grew by 34%. 2/2",
    ]
    assert output["email"]["html"] == "<p>Hello <strong>you</strong></p>"
    assert "linkedin" not in output, "nobody asked for it"
    assert "- linkedin:" not in model.asked[0].prompt


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"linkedin": None}, "output.linkedin: it was asked for and is missing"),
        ({"linkedin": "x" * 2995}, "LinkedIn takes 3,000 characters"),
        ({"xThread": ["fine", "数" * 140]}, r"output.xThread.1: X takes 280 characters"),
        ({"xThread": ["a", " "]}, "a post is empty"),
        ({"xThread": ["y" * 250] * 25}, "26 posts with the link"),
        ({"email": {"subject": "x" * 61, "preview": "p", "body": "b"}}, "subject"),
        (
            {"email": {"subject": "s", "preview": "p", "body": " "}},
            "output.email.body: it is empty",
        ),
        ({"sources": [1]}, "there is no source"),
    ],
)
def test_a_piece_over_its_limit_is_refused_and_named(changes: dict[str, Any], words: str) -> None:
    asked: dict[str, Any] = {"text": TEXT, "targets": ALL, "link": "https://example.com/a"}
    answer = {**ANSWER, **changes}
    with pytest.raises(ValidationError, match=words):
        World(ToldModel(**answer)).plan("repurpose", **asked)
    try:
        ToldModel(unchecked=True, **answer)
        with pytest.raises(InvalidOutputError, match=words):
            World(ToldModel(unchecked=True, **answer)).plan("repurpose", **asked)
    except ValidationError:
        assert words == "subject", "only what the schema itself refuses"


def test_invented_numbers_are_told() -> None:
    answer = {**ANSWER, "linkedin": "It grew by 99% at https://evil.example."}
    output = World(ToldModel(**answer)).output("repurpose", text=TEXT, targets=["linkedin"])
    assert output["unsupported"] == ["https://evil.example", "99"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"targets": []}, "input.targets"),
        ({"targets": ["email", "email"]}, "name each once"),
        ({"targets": ["fax"]}, "input.targets.0"),
        ({"text": "too short"}, "input.text"),
        ({"text": "...... !!!!!! ...... !!!!!!"}, "input.text: there is no sentence"),
        ({"link": "http://example.com"}, "input.link"),
        ({"publish": {"platform": "x"}, "targets": ["email"]}, "add x_thread to targets"),
    ],
)
def test_bad_input_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidRequestError, match=words):
        World().plan("repurpose", **{"text": TEXT, "targets": ["email"], **more})
