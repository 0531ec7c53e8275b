"""A run's output as a document: what was written, not what was counted."""

import pytest

from hub.domain.model import Json
from hub.knowledge.run_text import run_text


def test_an_article_becomes_its_text() -> None:
    output = {
        "engine": "offline",
        "title": "Descale  your\nkettle",
        "metaDescription": "How and when.",
        "body": "## Why\n\nLimescale.",
        "wordCount": 2,
        "keywords": ["kettle", "", "care"],
        "jsonLd": {"@type": "Article", "headline": "no"},
        "citations": [{"title": "no"}],
    }
    assert run_text(output) == (
        "# Descale your kettle\n\n## Meta description\n\nHow and when.\n\n## Why\n\nLimescale."
        "\n\n## Keywords\n\n- kettle\n- care"
    )


def test_what_lies_deeper_stands_under_deeper_headings() -> None:
    output = {
        "mails": [{"subject": "Hello", "dayOffset": 0, "body": "Welcome."}, {"subject": "Bye"}]
    }
    assert run_text(output) == (
        "## Mails\n\n### Subject\n\nHello\n\nWelcome.\n\n### Subject\n\nBye"
    )


@pytest.mark.parametrize("output", [None, {}, {"score": 3, "ok": True}, [], "  ", {"a": {"b": []}}])
def test_an_output_without_words_is_empty(output: Json) -> None:
    assert run_text(output) == ""
