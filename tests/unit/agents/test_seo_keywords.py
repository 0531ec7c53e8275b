"""Keyword research: every number has its formula, every row its cluster, nothing is invented."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.seo.keywords.candidates import Maker, figures_by_query
from agents.seo.keywords.clicks import (
    FIRST_PAGE,
    extra_clicks,
    page_of,
    usual_ctr,
    within_reach,
)
from agents.seo.keywords.clusters import likeness
from agents.seo.keywords.intent import intent_of
from agents.seo.keywords.research import Research, top_opportunities
from agents.seo.keywords.scoring import VALUE, Figures, difficulty, opportunity
from agents.seo.keywords.suggestions import TEMPLATES
from agents.seo.models import (
    Cluster,
    ResearchInput,
    SearchIntent,
    SearchRow,
    WrittenLabel,
    WrittenSuggestion,
)
from agents.seo.words import count_words, normal, stems

INTENTS: tuple[SearchIntent, ...] = (
    "informational",
    "navigational",
    "commercial",
    "transactional",
)
POSITIONS = st.floats(min_value=0, max_value=500)
COUNTS = st.integers(min_value=0, max_value=10**7)
VOCABULARY = [
    "green",
    "tea",
    "teas",
    "best",
    "buy",
    "how",
    "to",
    "brew",
    "black",
    "price",
    "日本茶",
]
QUERIES = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=5).map(" ".join) | st.text(
    min_size=1, max_size=20
)


def row(query: str, impressions: int = 100, clicks: int = 1, position: float = 9.0) -> SearchRow:
    ctr = min(1.0, clicks / impressions) if impressions else 0.0
    return SearchRow(
        query=query, clicks=clicks, impressions=impressions, ctr=ctr, position=position
    )


def asked(*seeds: str, **more: Any) -> ResearchInput:
    return ResearchInput.model_validate({"seeds": seeds or ("green tea",), **more})


def researched(given: ResearchInput, material: str = "") -> tuple[Cluster, ...]:
    return Research.begin(given, material).finish(())


def keywords(clusters: tuple[Cluster, ...]) -> list[str]:
    return [keyword.keyword for cluster in clusters for keyword in cluster.keywords]


def test_the_click_curve_is_the_published_one() -> None:
    assert [usual_ctr(position) for position in range(1, 11)] == list(FIRST_PAGE)
    assert usual_ctr(1.5) == pytest.approx((0.285 + 0.157) / 2)
    assert usual_ctr(0) == 0.285
    assert usual_ctr(11) < 0.01


@given(POSITIONS, POSITIONS)
def test_a_worse_position_is_never_clicked_more(one: float, other: float) -> None:
    better, worse = sorted((one, other))
    assert usual_ctr(better) >= usual_ctr(worse) >= 0


def test_extra_clicks_are_counted_to_half_the_position() -> None:
    assert within_reach(8) == 4
    assert within_reach(1.5) == 1
    assert extra_clicks(1000, 0.03, 8) == pytest.approx(1000 * (0.080 - 0.03))
    assert extra_clicks(1000, 0.5, 8) == 0


@pytest.mark.parametrize(("position", "page"), [(0, 1), (1, 1), (10.4, 1), (10.6, 2), (20.6, 3)])
def test_ten_results_are_a_page(position: float, page: int) -> None:
    assert page_of(position) == page


@pytest.mark.parametrize(
    ("count", "intent", "position", "expected"),
    [
        (1, "informational", None, 80),
        (1, "transactional", None, 90),
        (3, "commercial", None, 56),
        (9, "navigational", None, 25),
        (2, "informational", 0, 32),
        (2, "informational", 1, 32),
        (2, "informational", 11, 58),
        (2, "informational", 400, 82),
    ],
)
def test_difficulty_is_as_documented(
    count: int, intent: SearchIntent, position: float | None, expected: int
) -> None:
    assert difficulty(count, intent, position) == expected


def test_opportunity_is_as_documented() -> None:
    # 1,000 × (8.0 % - 3.0 %) = 50 extra clicks; ln 51 / ln 1001 = 0.5691.
    figures = Figures(impressions=1000, clicks=30, position=8)
    assert opportunity(40, "commercial", figures) == round(
        100 * 0.5691 * (0.6 + 0.25 * 0.6 + 0.15 * 0.8)
    )
    assert opportunity(40, "commercial", None) == round(50 * (0.625 * 0.6 + 0.375 * 0.8))


@given(st.integers(0, 12), st.sampled_from(INTENTS), st.none() | POSITIONS, COUNTS, COUNTS)
def test_scores_are_in_range(
    count: int, intent: SearchIntent, position: float | None, impressions: int, clicks: int
) -> None:
    hard = difficulty(count, intent, position)
    assert 0 <= hard <= 100
    known = None if position is None else Figures(impressions, clicks, max(1.0, position))
    score = opportunity(hard, intent, known)
    assert 0 <= score <= (50 if known is None else 100)


@given(st.sampled_from(INTENTS), POSITIONS, COUNTS, COUNTS, COUNTS)
def test_more_impressions_at_the_same_position_never_lower_the_opportunity(
    intent: SearchIntent, position: float, one: int, other: int, clicks: int
) -> None:
    few, many = sorted((one, other))
    place = max(1.0, position)
    hard = difficulty(2, intent, place)
    fewer, more = (opportunity(hard, intent, Figures(n, clicks, place)) for n in (few, many))
    assert fewer <= more


@given(st.sampled_from(INTENTS), POSITIONS, COUNTS, COUNTS, COUNTS)
def test_fewer_clicks_at_the_same_impressions_never_lower_the_opportunity(
    intent: SearchIntent, position: float, impressions: int, one: int, other: int
) -> None:
    few, many = sorted((one, other))
    place = max(1.0, position)
    hard = difficulty(2, intent, place)
    fewer, more = (opportunity(hard, intent, Figures(impressions, n, place)) for n in (few, many))
    assert fewer >= more


@given(st.integers(1, 9), st.sampled_from(INTENTS), POSITIONS, POSITIONS)
def test_difficulty_falls_with_words_and_rises_with_the_position(
    count: int, intent: SearchIntent, one: float, other: float
) -> None:
    better, worse = sorted((one, other))
    assert difficulty(count + 1, intent, better) <= difficulty(count, intent, better)
    assert difficulty(count, intent, better) <= difficulty(count, intent, worse)


@given(st.integers(0, 100), st.integers(0, 100), COUNTS, POSITIONS)
def test_an_easier_or_more_valuable_keyword_never_scores_lower(
    one: int, other: int, impressions: int, position: float
) -> None:
    easy, hard = sorted((one, other))
    figures = Figures(impressions, 0, max(1.0, position))
    for known in (figures, None):
        for intent in INTENTS:
            assert opportunity(easy, intent, known) >= opportunity(hard, intent, known)
        by_value = sorted(INTENTS, key=lambda intent: VALUE[intent])
        scores = [opportunity(easy, intent, known) for intent in by_value]
        assert scores == sorted(scores)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(QUERIES, COUNTS, COUNTS, POSITIONS), max_size=30), st.randoms())
def test_every_row_lands_in_exactly_one_cluster_whatever_the_order(
    drawn: list[tuple[str, int, int, float]], shuffled: random.Random
) -> None:
    rows = [row(query, max(shown, clicks), clicks, place) for query, shown, clicks, place in drawn]
    clusters = researched(asked("green tea", rows=tuple(rows), competitors=("black tea",)))
    measured = [k for c in clusters for k in c.keywords if k.source == "search_console"]
    wanted = {normal(each.query) or each.query for each in rows}
    assert {keyword.keyword for keyword in measured} == wanted
    assert len(measured) == len(wanted)
    assert len(set(keywords(clusters))) == len(keywords(clusters))
    assert sum(k.impressions or 0 for k in measured) == sum(each.impressions for each in rows)
    assert sum(k.clicks or 0 for k in measured) == sum(each.clicks for each in rows)
    again = list(rows)
    shuffled.shuffle(again)
    assert researched(asked("green tea", rows=tuple(again), competitors=("black tea",))) == clusters


def test_without_rows_no_figure_is_made_up_and_the_scores_say_so() -> None:
    for cluster in researched(asked("green tea", competitors=("matcha set",))):
        assert cluster.impressions is None
        assert cluster.clicks is None
        for keyword in cluster.keywords:
            assert keyword.basis == "estimate"
            assert keyword.source in ("seed", "competitor", "suggestion")
            figures = (keyword.impressions, keyword.clicks, keyword.ctr, keyword.position)
            assert figures == (None,) * 4
            assert "search volume unknown" in keyword.why
            assert keyword.opportunity_score <= 50


def test_like_keywords_of_one_intent_are_one_cluster() -> None:
    rows = [
        row("green tea benefits", 900),
        row("benefits of green teas", 300),
        row("e-mail marketing", 700),
        row("email marketing", 600),
        row("buy green tea", 500),
        row("car insurance", 400),
        row("car insurance rates", 300),
        row("travel insurance", 200),
    ]
    clusters = researched(asked("tea ceremony", rows=tuple(rows), maxSuggestions=0))
    grouped = {frozenset(k.keyword for k in cluster.keywords) for cluster in clusters}
    assert grouped == {
        frozenset({"tea ceremony"}),
        frozenset({"green tea benefits", "benefits of green teas"}),
        frozenset({"e-mail marketing", "email marketing"}),
        frozenset({"buy green tea"}),
        frozenset({"car insurance", "car insurance rates"}),
        frozenset({"travel insurance"}),
    }


@given(QUERIES, QUERIES)
def test_likeness_goes_both_ways_and_is_full_with_itself(one: str, other: str) -> None:
    maker = Maker("en")
    first, second = maker.make(one, "seed"), maker.make(other, "seed")
    assert likeness(first, second) == likeness(second, first)
    assert likeness(first, first) == 1
    assert 0 <= likeness(first, second) <= 1


@pytest.mark.parametrize(
    ("query", "language", "intent", "word"),
    [
        ("buy green tea", "en", "transactional", "buy"),
        ("green tea near me", "en", "transactional", "near me"),
        ("where to buy matcha", "en", "transactional", "where to buy"),
        ("how to buy a domain", "en", "informational", "how"),
        ("best green tea", "en", "commercial", "best"),
        ("zapier vs n8n", "en", "commercial", "vs"),
        ("neonhub login", "en", "navigational", "login"),
        ("neonhub agents", "en", "navigational", "neonhub"),
        ("neonhub pricing", "en", "transactional", "pricing"),
        ("green tea benefits", "en", "informational", "benefits"),
        ("green tea", "en", "informational", "assumed"),
        ("bestseller list", "en", "informational", "assumed"),
        ("grüner tee kaufen", "de", "transactional", "kaufen"),
        ("comment choisir un thé", "fr", "informational", "comment"),
        ("mejor té verde", "es", "commercial", "mejor"),
        ("buy te", "sv", "transactional", "buy"),
    ],
)
def test_the_intent_is_told_from_words_and_the_reason_names_them(
    query: str, language: str, intent: str, word: str
) -> None:
    found, reason = intent_of(query, language, ("NeonHub",))
    assert found == intent
    assert word in reason


def test_rows_of_one_query_are_added_up_and_its_pages_kept() -> None:
    rows = [
        row("Tea?", 300, 6, 4).model_copy(update={"page": "https://a.example/1"}),
        row("tea", 100, 2, 8).model_copy(update={"page": "https://a.example/2"}),
        row("tea", 5, 0, 60).model_copy(update={"page": "https://a.example/3"}),
    ]
    total = figures_by_query(rows)["tea"]
    assert (total.impressions, total.clicks) == (405, 8)
    assert total.position == pytest.approx((300 * 4 + 100 * 8 + 5 * 60) / 405, abs=0.01)
    # A page with few of the impressions does not compete.
    assert total.pages == ("https://a.example/1", "https://a.example/2")
    clusters = researched(asked("tea", rows=tuple(rows), maxSuggestions=0))
    top = top_opportunities(clusters, 1)[0]
    assert "2 of your pages compete" in top.why
    assert "https://a.example/1" in top.action


@pytest.mark.parametrize(
    ("keys", "query", "page"),
    [
        (["tea"], "tea", None),
        (["tea", "https://a.example/"], "tea", "https://a.example/"),
        (["https://a.example/", "tea"], "tea", "https://a.example/"),
    ],
)
def test_rows_are_taken_as_search_console_gives_them(
    keys: list[str], query: str, page: str | None
) -> None:
    data = {"keys": keys, "clicks": 3.0, "impressions": 40.0, "ctr": 0.075, "position": 7.5}
    taken = SearchRow.model_validate(data)
    assert (taken.query, taken.page, taken.clicks) == (query, page, 3)


@pytest.mark.parametrize("keys", [[], ["tea", "deu"], ["tea", "deu", "MOBILE"], "tea", [1]])
def test_rows_of_other_dimensions_are_refused(keys: Any) -> None:
    with pytest.raises(ValidationError, match=r"QUERY|list of texts"):
        SearchRow.model_validate(
            {"keys": keys, "clicks": 1, "impressions": 1, "ctr": 1, "position": 1}
        )


def test_the_click_rate_is_computed_not_trusted() -> None:
    wrong = row("tea", 1000, 10).model_copy(update={"ctr": 0.9})
    found = researched(asked("tea", rows=(wrong,)))[0].keywords[0]
    assert found.ctr == 0.01


def test_suggestions_come_by_template_and_are_marked() -> None:
    clusters = researched(asked("green tea", "matcha", maxSuggestions=6))
    made = [k for c in clusters for k in c.keywords if k.source == "suggestion"]
    assert {keyword.keyword for keyword in made} == {
        "what is green tea",
        "what is matcha",
        "best green tea",
    }


def test_a_template_whose_words_are_in_the_seed_is_left_out() -> None:
    found = keywords(researched(asked("best green tea", maxSuggestions=40)))
    assert not any(phrase.startswith("best best") for phrase in found)


def test_a_language_without_templates_gets_none() -> None:
    assert "sv" not in TEMPLATES
    assert keywords(researched(asked("grönt te", locale="sv-SE"))) == ["grönt te"]


@pytest.mark.parametrize(
    ("phrase", "refused"),
    [
        ("green teas", "a duplicate"),
        ("green tea " * 9, "too long or too short"),
        ("x", "too long or too short"),
        ("green tea at www.spam.example", "not a search phrase"),
        ("green tea <script>", "not a search phrase"),
        ("green tea trends 2031", "has a number that nothing given has"),
        ("cheap watches", "off the topic"),
    ],
)
def test_senseless_suggestions_are_refused(phrase: str, refused: str) -> None:
    research = Research.begin(asked("green tea", maxSuggestions=4), "in 2026")
    research.add([WrittenSuggestion(keyword=phrase)], 0)
    assert research.sieve.refused == {refused: 1}
    assert phrase not in keywords(research.finish(()))


def test_written_suggestions_join_with_their_source_and_no_figure() -> None:
    research = Research.begin(asked("green tea", maxSuggestions=4), "the 2026 harvest")
    before = [list(group) for group in research.clusters.groups]
    written = [
        WrittenSuggestion(keyword="Green tea harvest 2026", source=1),
        WrittenSuggestion(keyword="green tea farms", source=7),
        WrittenSuggestion(keyword="green tea ceremony"),
    ]
    research.add(written, 1)
    found = {k.keyword: k for c in research.finish(()) for k in c.keywords}
    assert found["green tea harvest 2026"].citation == 1
    assert found["green tea farms"].citation is None
    assert found["green tea harvest 2026"].impressions is None
    # There was room for four, two of them by template.
    assert "green tea ceremony" not in found
    assert research.suggestions == 4
    for old, new in zip(before, research.clusters.groups, strict=False):
        assert new[: len(old)] == old


def test_labels_name_clusters_but_never_with_numbers_of_their_own() -> None:
    research = Research.begin(asked("green tea", rows=(row("car insurance 2026"),)), "")
    groups = research.clusters.groups
    numbered = {group[0].text: number for number, group in enumerate(groups, 1)}
    labels = [
        WrittenLabel(cluster=numbered["green tea"], name="All  about green tea"),
        WrittenLabel(cluster=numbered["best green tea"], name="<!channel> best tea"),
        WrittenLabel(cluster=numbered["car insurance 2026"], name="Top 10 insurances"),
        WrittenLabel(cluster=99, name="Nothing"),
    ]
    names = {c.keywords[0].keyword: c.name for c in research.finish(labels)}
    assert names["car insurance 2026"] == "car insurance 2026"
    assert "All about green tea" in names.values()
    assert names["best green tea"] == "best green tea"
    assert "Nothing" not in names.values()


def test_measured_opportunities_come_before_estimates() -> None:
    rows = (row("green tea tin", 40, 1, 12), row("green tea cup", 5000, 10, 6))
    top = top_opportunities(researched(asked("green tea", rows=rows)), 50)
    assert [o.keyword for o in top[:2]] == ["green tea cup", "green tea tin"]
    assert {o.basis for o in top[2:]} == {"estimate"}
    assert [o.opportunity_score for o in top[2:]] == sorted(
        (o.opportunity_score for o in top[2:]), reverse=True
    )


def test_a_keyword_with_nothing_to_gain_is_no_opportunity() -> None:
    rows = (row("green tea tin", 100, 60, 1),)
    top = top_opportunities(researched(asked("green tea", rows=rows)), 50)
    assert "green tea tin" not in [o.keyword for o in top]


@pytest.mark.parametrize(
    ("position", "action"),
    [(2, "title and description"), (6, "main heading"), (14, "Deepen the content")],
)
def test_the_action_follows_the_position(position: float, action: str) -> None:
    rows = (row("green tea tin", 1000, 1, position),)
    top = top_opportunities(researched(asked("green tea", rows=rows)), 1)[0]
    assert action in top.action


def test_a_thousand_rows_are_clustered_in_time() -> None:
    rows = tuple(
        row(f"{a} tea {b} {c}", 100 + i)
        for i, (a, b, c) in enumerate(
            (a, b, c)
            for a in (
                "green",
                "black",
                "white",
                "red",
                "iced",
                "herbal",
                "oolong",
                "mint",
                "milk",
                "chai",
            )
            for b in ("cup", "pot", "set", "tin", "box", "bag", "leaf", "farm", "shop", "gift")
            for c in (
                "red",
                "blue",
                "large",
                "small",
                "old",
                "new",
                "glass",
                "clay",
                "iron",
                "wood",
            )
        )
    )
    clusters = researched(asked("green tea", rows=rows))
    assert sum(k.source == "search_console" for c in clusters for k in c.keywords) == 1000


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Berries and boxes", "en", ("berry", "and", "boxe")),
        ("glass bus tea's", "en", ("glass", "bus", "tea")),
        ("Bücher", "de", ("büch",)),
        ("thés", "fr", ("thé",)),
        ("teas", "sv", ("teas",)),
    ],
)
def test_stems_lose_plural_endings(text: str, language: str, expected: tuple[str, ...]) -> None:
    assert stems(text, language) == expected


@given(st.text(max_size=60))
def test_a_normal_phrase_stays_as_it_is(text: str) -> None:
    assert normal(normal(text)) == normal(text)


def test_words_are_counted_where_no_spaces_are() -> None:
    assert count_words("three short words") == 3
    assert count_words("日本茶です") == 3
