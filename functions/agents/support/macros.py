"""Which prepared answers fit a message.

The query is the key terms of the message's question (coverage.py); a macro is a document of three
fields, in which a term counts by its field: 3 in the title, 2 in a tag, 1 in the body.

    sat(t)    = w(t) / (w(t) + 1.2 · (0.25 + 0.75 · length / mean length))
                with w(t) the weighted count of t in the macro; the saturation of BM25, k1 = 1.2,
                b = 0.75: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
                Beyond", 2009
    idf(t)    = 1 + ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)), N macros, n(t) of them with t
    relevance = Σ idf(t) · sat(t) over the query / Σ idf(t) over the query
    score     = 0.8 · relevance + 0.2 · (1 if message and macro have the same category, not `other`)

BM25's sum is divided by what a perfect macro would have, so that scores are 0 to 1 and mean the
same for any message. A macro is suggested from LEAST on, if at least one term is shared.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from agents.support.classify import classify
from agents.support.coverage import key, key_terms, question
from agents.support.models import (
    Category,
    Macro,
    MacroInput,
    MacroOutput,
    Suggestion,
    Why,
)
from agents.support.sentiment import sentiment
from agents.support.text import guess_language, plain_words
from hub.agent_kit.grounding import ground
from hub.agent_kit.spec import IntentModel, Plan, PlanContext
from hub.domain.knowledge import Dataset

LEAST = 0.25

_K1, _B = 1.2, 0.75
_WEIGHTS = {"title": 3, "tags": 2, "body": 1}
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z][\w.]*)\s*\}\}")


@dataclass(frozen=True)
class Document:
    """A macro to search in: its weighted terms and its category."""

    macro: Macro
    terms: Mapping[str, int]
    length: int
    category: Category


@dataclass(frozen=True)
class Query:
    """What to look for: terms with their words and weights, the mean length of macros."""

    terms: Mapping[str, str]
    idf: Mapping[str, float]
    mean: float
    category: Category


def plan_macros(given: IntentModel, context: PlanContext) -> Plan:
    """Rank macros for a message; those of the support dataset when none are given."""
    assert isinstance(given, MacroInput)
    macros, grounding = given.macros, 0
    if not macros:
        sources = ground(given.grounding, given.message, Dataset.SUPPORT, context)
        macros = tuple(
            Macro(id=p.chunk_id[:100], title=p.title[:200] or p.chunk_id, body=p.text[:8000])
            for p in sources.facts
            if p.text
        )
        grounding = sources.count
    output = suggest(given, macros)
    context.report(30, f"{len(macros)} macros compared, {len(output.suggestions)} fit")
    return Plan(output=output, items=len(output.suggestions), grounding=grounding)


def suggest(given: MacroInput, macros: Sequence[Macro]) -> MacroOutput:
    """The macros that fit, best first; level ones in the order they came."""
    category = classify(given.message, sentiment(given.message)).category
    terms = question(given.message, guess_language(given.message)).terms
    scored = _scored([_document(macro) for macro in macros], terms, category, given.customer)
    fitting = sorted(
        (found for found in scored if found.score >= LEAST and found.why.matched_terms),
        key=lambda found: -found.score,
    )
    return MacroOutput(
        engine="offline",
        category=category,
        suggestions=tuple(fitting[: given.limit]),
        considered=len(macros),
        reason=_reason(fitting, macros),
    )


def fill(body: str, customer: Mapping[str, str]) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """A body with its placeholders filled, which were, and which could not be.

    `{{name}}` and `{{customer.name}}` are the customer's field `name`, in any case of letters.
    What is filled in is not looked at again: a value is text, even if it has braces.
    """
    fields = {name.lower(): value for name, value in customer.items() if value}
    filled: dict[str, str] = {}
    unfilled: dict[str, None] = {}

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        known = fields.get(name.lower()) or fields.get(name.lower().removeprefix("customer."))
        if known is None:
            unfilled[name] = None
            return match.group()
        filled[name] = known
        return known

    return _PLACEHOLDER.sub(value, body), filled, tuple(unfilled)


def _document(macro: Macro) -> Document:
    texts = {"title": macro.title, "tags": " ".join(macro.tags), "body": macro.body}
    counts: Counter[str] = Counter()
    for name, text in texts.items():
        plain = _PLACEHOLDER.sub(" ", text).replace("_", " ")
        wanted = key_terms(plain)
        for term in map(key, plain_words(plain)):
            if term in wanted:
                counts[term] += _WEIGHTS[name]
    whole = " ".join(texts.values()).replace("_", " ")
    category = classify(_PLACEHOLDER.sub(" ", whole), sentiment("")).category
    return Document(macro, counts, sum(counts.values()), category)


def _scored(
    documents: Sequence[Document],
    terms: Mapping[str, str],
    category: Category,
    customer: Mapping[str, str],
) -> list[Suggestion]:
    mean = sum(d.length for d in documents) / len(documents) if documents else 0.0
    idf = {term: _idf(term, documents) for term in terms}
    query = Query(terms, idf, mean or 1.0, category)
    return [_suggestion(document, query, customer) for document in documents]


def _idf(term: str, documents: Sequence[Document]) -> float:
    having = sum(term in document.terms for document in documents)
    return 1 + log(1 + (len(documents) - having + 0.5) / (having + 0.5))


def _suggestion(document: Document, query: Query, customer: Mapping[str, str]) -> Suggestion:
    terms, idf, category = query.terms, query.idf, query.category
    norm = _K1 * (1 - _B + _B * document.length / query.mean)
    matched = {t: document.terms[t] for t in terms if t in document.terms}
    gained = sum(idf[t] * weight / (weight + norm) for t, weight in matched.items())
    relevance = gained / sum(idf.values()) if idf else 0.0
    same = category == document.category != "other"
    text, filled, unfilled = fill(document.macro.body, customer)
    shown = tuple(terms[t] for t in matched)
    return Suggestion(
        macro_id=document.macro.id,
        title=document.macro.title,
        score=round(0.8 * relevance + (0.2 if same else 0.0), 4),
        why=Why(
            matched_terms=shown,
            relevance=round(relevance, 4),
            category_match=same,
            explanation=_explanation(shown, len(terms), category if same else None),
        ),
        text=text,
        filled=filled,
        unfilled=unfilled,
    )


def _explanation(shown: Sequence[str], asked: int, category: Category | None) -> str:
    also = f"; both are about {category}" if category else ""
    return f"it has {len(shown)} of {asked} terms of the message ({', '.join(shown)}){also}"


def _reason(fitting: Sequence[Suggestion], macros: Sequence[Macro]) -> str:
    if fitting:
        return f"{len(fitting)} of {len(macros)} macros fit."
    if not macros:
        return "There are no macros: give some, or add documents to the support dataset."
    return f"None of {len(macros)} macros fits: none scores {LEAST} or more with a shared term."
