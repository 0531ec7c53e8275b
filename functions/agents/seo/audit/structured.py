"""Checks of schema.org data in JSON-LD, after Google's documentation of each type.

https://developers.google.com/search/docs/appearance/structured-data/search-gallery: Product
(snippet), BreadcrumbList and FAQPage have required properties; Article and Organization have
recommended ones only. FAQ rich results are no longer shown since 7 May 2026; the data stays valid.
"""

from collections.abc import Callable, Iterator
from typing import Any

from agents.seo.audit.finding import Check, Fault, Held, Subject, examples, held
from hub.agent_kit.text import clipped

_EXAMPLE = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "WebPage", '
    '"name": "…"}</script>'
)
_RECOMMENDED = {
    "Article": ("headline", "image", "datePublished", "author"),
    "NewsArticle": ("headline", "image", "datePublished", "author"),
    "BlogPosting": ("headline", "image", "datePublished", "author"),
    "Organization": ("name", "url", "logo"),
}
_MOST_NODES = 500


def schema_absent(subject: Subject) -> Fault | Held:
    """No structured data, neither JSON-LD nor microdata."""
    present = bool(subject.page.json_ld) or subject.page.microdata
    return held(present) or Fault(
        "there is no schema.org data", "Describe the page in JSON-LD.", _EXAMPLE
    )


def schema_invalid(subject: Subject) -> Fault | Held:
    """JSON-LD that is no JSON."""
    blocks = subject.page.json_ld
    if not blocks:
        return Held.NOT_APPLICABLE
    pairs = zip(blocks, subject.documents, strict=True)
    broken = [text for text, value in pairs if not isinstance(value, (dict, list))]
    return held(not broken) or Fault(
        examples([text or "(empty)" for text in broken], len(blocks)),
        "Correct the JSON; a comma too many or a quote too few is usual.",
        share=len(broken) / len(blocks),
    )


def schema_context(subject: Subject) -> Fault | Held:
    """A block that does not say its vocabulary."""
    roots = list(_roots(subject))
    if not roots:
        return Held.NOT_APPLICABLE
    wrong = [root for root in roots if "schema.org" not in str(root.get("@context", ""))]
    return held(not wrong) or Fault(
        examples([str(types_of(root) or list(root))[:100] for root in wrong], len(roots)),
        "Say the vocabulary in each block.",
        '"@context": "https://schema.org"',
        share=len(wrong) / len(roots),
    )


def schema_type(subject: Subject) -> Fault | Held:
    """A thing that does not say what it is."""
    things = list(nodes(subject))
    if not things:
        return Held.NOT_APPLICABLE
    wrong = [thing for thing in things if not types_of(thing) and not _is_reference(thing)]
    return held(not wrong) or Fault(
        examples([", ".join(list(thing)[:6]) for thing in wrong], len(things)),
        "Say with each thing what it is.",
        '"@type": "Article"',
        share=len(wrong) / len(things),
    )


def schema_required(subject: Subject) -> Fault | Held:
    """A thing without what Google requires of its type."""
    known = [(name, thing) for name, thing in _typed(subject) if name in _REQUIRED]
    if not known:
        return Held.NOT_APPLICABLE
    missing = [f"{name}: {gap}" for name, thing in known for gap in _REQUIRED[name](thing)]
    return held(not missing) or Fault(
        examples(missing), "Add what is missing: without it there is no rich result."
    )


def schema_recommended(subject: Subject) -> Fault | Held:
    """A thing without what Google recommends for its type."""
    known = [(name, thing) for name, thing in _typed(subject) if name in _RECOMMENDED]
    if not known:
        return Held.NOT_APPLICABLE
    missing = [
        f"{name}: {wanted}"
        for name, thing in known
        for wanted in _RECOMMENDED[name]
        if not thing.get(wanted)
    ]
    return held(not missing) or Fault(
        examples(missing), "Add these properties where you have them."
    )


def nodes(subject: Subject) -> Iterator[dict[str, Any]]:
    """The things that the page describes: of each block, or of its @graph."""
    count = 0
    for root in _roots(subject):
        graph = root.get("@graph")
        inner = graph if isinstance(graph, list) else [graph] if isinstance(graph, dict) else [root]
        for thing in inner:
            if isinstance(thing, dict) and count < _MOST_NODES:
                count += 1
                yield thing


def types_of(thing: dict[str, Any]) -> list[str]:
    """The types of a thing, without the vocabulary's address."""
    said = thing.get("@type")
    listed = said if isinstance(said, list) else [said]
    names = (name for name in listed if isinstance(name, str))
    return [short for name in names if (short := name.rsplit("/", 1)[-1].rsplit(":", 1)[-1])]


def _roots(subject: Subject) -> Iterator[dict[str, Any]]:
    for document in subject.documents:
        every = document if isinstance(document, list) else [document]
        yield from (root for root in every if isinstance(root, dict))


def _typed(subject: Subject) -> list[tuple[str, dict[str, Any]]]:
    things = (thing for thing in nodes(subject) if not _is_reference(thing))
    return [(name, thing) for thing in things for name in types_of(thing)]


def _is_reference(thing: dict[str, Any]) -> bool:
    return "@id" in thing and not set(thing) - {"@id", "@type", "@context"}


def _product(thing: dict[str, Any]) -> Iterator[str]:
    if not thing.get("name"):
        yield "name"
    if not any(thing.get(name) for name in ("review", "aggregateRating", "offers")):
        yield "one of review, aggregateRating, offers"


def _breadcrumbs(thing: dict[str, Any]) -> Iterator[str]:
    items = _things(thing.get("itemListElement"))
    if not items:
        yield "itemListElement"
    for number, item in enumerate(items, 1):
        target = item.get("item")
        named = item.get("name") or (isinstance(target, dict) and target.get("name"))
        gaps = {"position": item.get("position") is not None, "name": named}
        gaps["item"] = bool(target) or number == len(items)
        yield from (f"{gap} of item {number}" for gap, there in gaps.items() if not there)


def _questions(thing: dict[str, Any]) -> Iterator[str]:
    questions = _things(thing.get("mainEntity"))
    if not questions:
        yield "mainEntity"
    for number, question in enumerate(questions, 1):
        if not question.get("name"):
            yield f"name of question {number}"
        answers = _things(question.get("acceptedAnswer"))
        if not any(answer.get("text") for answer in answers):
            yield f"acceptedAnswer.text of question {number}"


def _things(value: Any) -> list[dict[str, Any]]:
    listed = value if isinstance(value, list) else [value]
    return [thing for thing in listed if isinstance(thing, dict)][:_MOST_NODES]


_REQUIRED: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "Product": _product,
    "BreadcrumbList": _breadcrumbs,
    "FAQPage": _questions,
}


def schema_types(subject: Subject) -> tuple[str, ...]:
    """The types that the page has, sorted, at most twenty."""
    found = {clipped(name, 60) for thing in nodes(subject) for name in types_of(thing)}
    return tuple(sorted(found))[:20]


CHECKS = (
    Check(
        "schema-absent", 5, "There is no schema.org data", "There is schema.org data", schema_absent
    ),
    Check(
        "schema-invalid", 10, "JSON-LD is not valid JSON", "JSON-LD is valid JSON", schema_invalid
    ),
    Check(
        "schema-context",
        6,
        "JSON-LD lacks its vocabulary",
        "JSON-LD has its vocabulary",
        schema_context,
    ),
    Check(
        "schema-type",
        6,
        "JSON-LD does not say of what type it is",
        "JSON-LD says of what type it is",
        schema_type,
    ),
    Check(
        "schema-required",
        8,
        "Structured data lacks required properties",
        "Structured data has the required properties",
        schema_required,
    ),
    Check(
        "schema-recommended",
        2,
        "Structured data lacks recommended properties",
        "Structured data has the recommended properties",
        schema_recommended,
    ),
)
