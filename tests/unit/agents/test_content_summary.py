"""Summaries: short enough, and saying nothing that the text does not say."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.content.text import sentences
from hub.agent_kit.guard import RULE
from hub.domain.errors import InvalidOutputError, InvalidRequestError
from hub.domain.knowledge import Dataset
from tests.unit.agents.content_world import OnePage, ToldModel, World

TEXT = """# Spring report

NeonHub opened its Berlin office on 3 March 2026. The weather was nice. Revenue grew by 34% to 1.2
million euros. Revenue growth came from Europe.

- Support answered 9,400 tickets.
- Everyone liked the garden.
"""


def test_bullets_are_the_sentences_that_say_most_in_their_order() -> None:
    output = World().output("summarize", text=TEXT, style="bullets", maxWords=22)
    assert output["summary"] == (
        "- NeonHub opened its Berlin office on 3 March 2026.\n"
        "- Revenue grew by 34% to 1.2 million euros.\n"
        "- Support answered 9,400 tickets."
    )
    assert output["points"] == [line[2:] for line in output["summary"].split("\n")]
    assert (output["wordCount"], output["maxWords"]) == (21, 22)
    assert output["source"] == {"wordCount": 36, "truncated": False}
    assert output["engine"] == "offline"


def test_a_paragraph_is_one_line_of_sentences() -> None:
    output = World().output("summarize", text=TEXT, maxWords=18)
    assert output["summary"] == " ".join(output["points"])
    assert output["summary"].startswith("NeonHub opened its Berlin office")
    assert "\n" not in output["summary"]


def test_a_headline_is_one_sentence_without_its_end() -> None:
    output = World().output("summarize", text=TEXT, style="headline")
    assert output["summary"] == "NeonHub opened its Berlin office on 3 March 2026"


def test_a_sentence_that_is_too_long_is_cut_between_words() -> None:
    output = World().output("summarize", text=TEXT, style="headline", maxWords=5)
    assert output["summary"] == "NeonHub opened its Berlin office…"


def test_what_is_said_twice_is_summarized_once() -> None:
    text = "Tea from Assam is strong. Coffee is from Peru. Tea from Assam is strong."
    output = World().output("summarize", text=text, style="bullets")
    assert output["points"] == ["Tea from Assam is strong.", "Coffee is from Peru."]


WORDS = st.sampled_from(
    ["Tea", "ships", "in", "2", "10", "million", "days", "Berlin", "数据", "is"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(lambda words: " ".join(words) + ". ")


@settings(max_examples=80, deadline=None)
@given(
    st.lists(SENTENCES, min_size=1, max_size=12).map("".join),
    st.sampled_from(["bullets", "paragraph", "headline"]),
    st.integers(3, 40),
)
def test_the_offline_writer_keeps_its_limit_and_invents_nothing(
    text: str, style: str, most: int
) -> None:
    assume(len(text.strip()) >= 20)
    output = World().output("summarize", text=text, style=style, maxWords=most)
    assert 1 <= output["wordCount"] <= most
    whole = " ".join(sentences(text))
    assert all(point.rstrip("….").rstrip() in whole for point in output["points"])


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=20, max_size=400))
def test_any_text_is_summarized_or_refused_for_having_no_sentence(text: str) -> None:
    try:
        output = World().output("summarize", text=text, maxWords=10)
    except InvalidRequestError as refused:
        assert "sentence" in refused.message or "input" in refused.message
    else:
        assert output["wordCount"] <= 10


# ------------------------------------------------------------------ pages

PAGE = (
    "<html><head><title>Our report</title></head><body><nav>Home</nav><main><h1>Spring</h1>"
    "<p>NeonHub opened in Berlin in 2026.</p><script>evil()</script></main></body></html>"
)


def test_a_page_is_read_and_named() -> None:
    world = World(pages=OnePage(PAGE))
    output = world.output("summarize", url="https://example.com/a")
    assert output["summary"] == "NeonHub opened in Berlin in 2026."
    assert output["source"] == {
        "url": "https://example.com/a",
        "title": "Our report",
        "wordCount": 7,
        "truncated": False,
    }
    assert world.reports[0] == (5, "page read: 7 words")


def test_plain_text_is_read_too() -> None:
    world = World(pages=OnePage("NeonHub <opened> in Berlin.", "text/plain"))
    assert world.output("summarize", url="https://a.example")["summary"] == (
        "NeonHub <opened> in Berlin."
    )


def test_of_a_long_page_the_beginning_is_used_and_said() -> None:
    page = "".join(f"<p>Paragraph {n} tells about number {n} and so on.</p>" for n in range(4000))
    world = World(pages=OnePage(page))
    output = world.output("summarize", url="https://example.com/a", maxWords=30)
    assert output["source"]["truncated"] is True
    assert world.reports[0][1].endswith("the beginning of it is used")


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (OnePage(PAGE, status=404), "PAGE_NOT_AVAILABLE"),
        (OnePage("%PDF-1.7", "application/pdf"), "PAGE_NOT_AVAILABLE"),
        (OnePage("<html><body><nav>Home</nav></body></html>"), "NO_TEXT"),
        (OnePage("<p>...</p>"), "NO_TEXT"),
    ],
)
def test_a_page_without_readable_text_is_refused(page: OnePage, code: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        World(pages=page).plan("summarize", url="https://example.com/a")
    assert refused.value.error_code == code


@pytest.mark.parametrize(
    "given_input",
    [
        {},
        {"text": TEXT, "url": "https://example.com"},
        {"text": "short"},
        {"text": "x" * 100_001},
        {"url": "ftp://example.com"},
        {"text": TEXT, "maxWords": 2},
        {"text": TEXT, "style": "poem"},
    ],
)
def test_bad_input_is_refused(given_input: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequestError, match="input"):
        World().plan("summarize", **given_input)


# ------------------------------------------------------------------ with a model


def test_a_model_summarizes_in_its_own_words() -> None:
    model = ToldModel(points=["Revenues rose 34%\nto 1.2M euros", "The Berlin office opened"])
    output = World(model).output("summarize", text=TEXT)
    assert output["summary"] == "Revenues rose 34% to 1.2M euros. The Berlin office opened."
    assert output["engine"] == "told"
    assert output["wordCount"] == 10


@pytest.mark.parametrize(
    ("points", "style", "words"),
    [
        (["Revenue grew by 43%."], "paragraph", "'43' is not in the text"),
        (["The office in Hamburg opened."], "paragraph", "'Hamburg' is not in the text"),
        (["More at https://evil.example."], "bullets", "'https://evil.example' is not"),
        (["word " * 31], "paragraph", "31 words, and 30 are the limit"),
        (["One", "Two"], "headline", "2 for a headline"),
        (["…"], "paragraph", "no words"),
    ],
)
def test_a_summary_that_the_text_does_not_support_is_refused(
    points: list[str], style: str, words: str
) -> None:
    asked = {"text": TEXT, "style": style, "maxWords": 30}
    with pytest.raises(ValidationError, match=words):
        World(ToldModel(points=points)).plan("summarize", **asked)
    with pytest.raises(InvalidOutputError, match=words):
        World(ToldModel(points=points, unchecked=True)).plan("summarize", **asked)


def test_of_the_knowledge_only_the_voice_goes_along() -> None:
    world = World(model := ToldModel(points=["Revenue grew by 34%."]))
    world.know("Revenue grew in spring, says the office.", dataset=Dataset.CONTENT)
    world.know("Write office and revenue plainly.", dataset=Dataset.BRAND_VOICE)
    text = "Revenue grew by 34% in the office."
    plan = world.plan("summarize", text=text, grounding={"datasets": ["content"]})
    prompt = model.asked[0].prompt
    assert "plainly" in prompt
    assert "says the office" not in prompt
    assert plan.grounding == 1
    assert RULE in model.asked[0].system


def test_a_summary_is_delivered_where_asked() -> None:
    call = {"connector": "slack", "action": "post_message", "connectionId": "con_1"}
    given = {"channel": "#news", "text": "{{summary}}"}
    plan = World().plan("summarize", text=TEXT, deliver=[{**call, "input": given}], maxWords=9)
    assert [step.payload for step in plan.steps] == [
        {"channel": "#news", "text": "NeonHub opened its Berlin office on 3 March 2026."}
    ]
