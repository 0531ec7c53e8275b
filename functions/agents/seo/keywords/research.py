"""Puts a keyword research together: clusters with their figures, the best opportunities, words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.seo.keywords.candidates import Candidate, Maker, given_candidates
from agents.seo.keywords.clicks import page_of, usual_ctr, within_reach
from agents.seo.keywords.clusters import Clusters
from agents.seo.keywords.scoring import difficulty, opportunity
from agents.seo.keywords.suggestions import Sieve, template_phrases
from agents.seo.models import (
    Cluster,
    Keyword,
    Opportunity,
    ResearchInput,
    Score,
    WrittenLabel,
    WrittenSuggestion,
)
from agents.seo.words import language_of, normal, plain
from hub.agent_kit.text import clipped

MAX_PAGES = 3
MAX_NAME = 80
ON_TOP = 3
"""Up to this position, the way to more clicks is a better title and description."""


@dataclass
class Research:
    """A research under way: `clusters` of what was given and of templates, `sieve` for more."""

    given: ResearchInput
    clusters: Clusters
    sieve: Sieve
    suggestions: int

    @classmethod
    def begin(cls, given: ResearchInput, material: str) -> "Research":
        """Cluster what the input names, and suggestions by template.

        Templates take up half of the suggestions at most, so that there is room for others.
        """
        listed = given_candidates(given)
        language = language_of(given.locale)
        sieve = Sieve.after(listed, Maker(language, given.brand_terms), material)
        clusters = Clusters(listed)
        research = cls(given, clusters, sieve, 0)
        seeds = [normal(seed) or seed for seed in given.seeds]
        for phrase in template_phrases(seeds, language):
            if research.suggestions < (given.max_suggestions + 1) // 2:
                research._suggest(phrase, None)
        sieve.refused.clear()  # Templates that were not new are no news to anybody.
        return research

    def add(self, written: Sequence[WrittenSuggestion], sources: int) -> None:
        """Let in written suggestions, as many as there is room for."""
        for suggestion in written:
            if self.suggestions >= self.given.max_suggestions:
                return
            number = suggestion.source
            cited = number if number is not None and 1 <= number <= sources else None
            self._suggest(suggestion.keyword, cited)

    def _suggest(self, phrase: str, citation: int | None) -> None:
        candidate = self.sieve.take(phrase, citation)
        if candidate:
            self.clusters.add(candidate)
            self.suggestions += 1

    def finish(self, labels: Sequence[WrittenLabel]) -> tuple[Cluster, ...]:
        """The clusters with figures and names, best first, those that were measured before all."""
        names = _names(self.clusters.groups, labels)
        made = [_cluster(g, name) for g, name in zip(self.clusters.groups, names, strict=True)]
        return tuple(sorted(made, key=_rank))


def name_of(group: Sequence[Candidate]) -> str:
    """A name for a cluster from its own keywords: a seed, else the most shown, else its head."""
    best = max(group, key=lambda c: (c.seed, c.figures.impressions if c.figures else -1))
    return clipped(best.text, MAX_NAME)


def _names(groups: Sequence[list[Candidate]], labels: Sequence[WrittenLabel]) -> list[str]:
    """Written names where they hold, computed ones elsewhere.

    A written one does not hold if it is there already, could mention or format something where it
    is posted, or has a number that none of its keywords has.
    """
    written = {label.cluster - 1: clipped(label.name, MAX_NAME) for label in labels}
    names: list[str] = []
    for number, group in enumerate(groups):
        name = written.get(number, "")
        new = bool(name) and name not in names and name == plain(name, MAX_NAME)
        holds = new and not _numbers(name) - _numbers_of(group)
        names.append(name if holds else name_of(group))
    return names


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def _numbers_of(group: Sequence[Candidate]) -> set[str]:
    return {number for candidate in group for number in _numbers(candidate.text)}


def _rank(cluster: Cluster) -> tuple[bool, int, int, str, str]:
    measured = any(keyword.basis == "search_console" for keyword in cluster.keywords)
    shown = cluster.impressions or 0
    return (not measured, -cluster.opportunity_score, -shown, cluster.name, cluster.intent)


def _cluster(group: Sequence[Candidate], name: str) -> Cluster:
    keywords = sorted((_keyword(candidate) for candidate in group), key=_order)
    measured = [keyword for keyword in keywords if keyword.basis == "search_console"]
    best = max(keyword.opportunity_score for keyword in measured or keywords)
    return Cluster(
        name=name,
        intent=group[0].intent,
        intent_reason=group[0].reason,
        difficulty=round(sum(k.difficulty for k in keywords) / len(keywords)),
        opportunity_score=best,
        impressions=sum(k.impressions or 0 for k in measured) if measured else None,
        clicks=sum(k.clicks or 0 for k in measured) if measured else None,
        keywords=tuple(keywords),
    )


def _order(keyword: Keyword) -> tuple[bool, int, int, str]:
    shown = keyword.impressions
    return (shown is None, -(shown or 0), -keyword.opportunity_score, keyword.keyword)


def _keyword(candidate: Candidate) -> Keyword:
    known = candidate.figures
    hard = difficulty(candidate.word_count, candidate.intent, known.position if known else None)
    score: Score = opportunity(hard, candidate.intent, known)
    if known is None:
        return Keyword(
            keyword=candidate.text,
            source=candidate.source,
            difficulty=hard,
            opportunity_score=score,
            basis="estimate",
            citation=candidate.citation,
            why=f"search volume unknown: an estimate from {_count(candidate.word_count, 'word')} "
            f"and {candidate.intent} intent",
        )
    return Keyword(
        keyword=candidate.text,
        source=candidate.source,
        impressions=known.impressions,
        clicks=known.clicks,
        ctr=round(known.ctr, 4),
        position=known.position,
        pages=known.pages[:MAX_PAGES],
        extra_clicks=round(known.extra_clicks, 1),
        difficulty=hard,
        opportunity_score=score,
        basis="search_console",
        why=_measured_why(candidate),
    )


def _measured_why(candidate: Candidate) -> str:
    known = candidate.figures
    assert known is not None
    reach = within_reach(known.position)
    usual = f"{usual_ctr(known.position):.1%} is usual there"
    parts = [
        f"{known.impressions} impressions at position {known.position:g}, clicked {known.ctr:.1%} "
        f"of the time ({usual})",
        f"about {known.extra_clicks:.0f} more clicks at position {reach:g}",
    ]
    if len(known.pages) > 1:
        parts.append(f"{len(known.pages)} of your pages compete for it")
    return "; ".join(parts)


def top_opportunities(clusters: Sequence[Cluster], limit: int) -> tuple[Opportunity, ...]:
    """The best keywords: measured ones with something to gain first, then estimates."""
    every = [(keyword, cluster) for cluster in clusters for keyword in cluster.keywords]
    wanted = [pair for pair in every if pair[0].opportunity_score > 0]
    wanted.sort(
        key=lambda pair: (
            pair[0].basis == "estimate",
            -pair[0].opportunity_score,
            -(pair[0].extra_clicks or 0.0),
            pair[0].keyword,
        )
    )
    return tuple(_opportunity(keyword, cluster) for keyword, cluster in wanted[:limit])


def _opportunity(keyword: Keyword, cluster: Cluster) -> Opportunity:
    return Opportunity(
        keyword=keyword.keyword,
        cluster=cluster.name,
        intent=cluster.intent,
        opportunity_score=keyword.opportunity_score,
        difficulty=keyword.difficulty,
        basis=keyword.basis,
        impressions=keyword.impressions,
        position=keyword.position,
        extra_clicks=keyword.extra_clicks,
        why=keyword.why,
        action=_action(keyword),
    )


def _action(keyword: Keyword) -> str:
    if keyword.position is None:
        return "Look up its search volume; if people search for it, write a page that answers it."
    where = f" of {keyword.pages[0]}" if keyword.pages else " of the page that ranks"
    if len(keyword.pages) > 1:
        return f"Let one page answer it, {keyword.pages[0]}, and link to it from the others."
    if keyword.position <= ON_TOP:
        return f"Make the title and description{where} a better answer to the query."
    if page_of(keyword.position) == 1:
        return (
            f"Name the query in title and main heading{where}, and link to it from related pages."
        )
    return f"Deepen the content{where} for this query, or write a page of its own for it."


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
