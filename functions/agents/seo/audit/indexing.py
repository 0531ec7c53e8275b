"""Checks of what decides whether, and under which URL, a page is found: canonical and robots.

https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls and
https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag.
"""

import re
from html import escape

from agents.seo.audit.finding import Check, Fault, Held, Subject, examples, held, host_of
from hub.agent_kit.text import clipped

_VALUED = ("max-snippet", "max-image-preview", "max-video-preview", "unavailable_after")


def canonicals(subject: Subject) -> list[str]:
    """The canonical URLs that the page names, as written, empty ones left out."""
    found = (link.get("href", "").strip() for link in subject.page.related("canonical"))
    return [href for href in found if href]


def canonical_missing(subject: Subject) -> Fault | Held:
    """No canonical URL."""
    snippet = f'<link rel="canonical" href="{escape(subject.url)}">' if subject.url else None
    return held(bool(canonicals(subject))) or Fault(
        'there is no <link rel="canonical"> with a URL',
        "Name the one URL under which this page shall be found.",
        snippet,
    )


def canonical_multiple(subject: Subject) -> Fault | Held:
    """The same canonical URL several times."""
    found = canonicals(subject)
    if not found or len(_resolved(subject)) > 1:
        return Held.NOT_APPLICABLE
    return held(len(found) == 1) or Fault(examples(found), "Keep one canonical link.")


def canonical_conflict(subject: Subject) -> Fault | Held:
    """Several canonical URLs that differ: search engines then ignore them all."""
    found = _resolved(subject)
    if not found:
        return Held.NOT_APPLICABLE
    return held(len(found) == 1) or Fault(
        examples(found), "Decide for one canonical URL and remove the other links."
    )


def _resolved(subject: Subject) -> list[str]:
    return sorted({subject.resolve(href) or href for href in canonicals(subject)})


def canonical_relative(subject: Subject) -> Fault | Held:
    """A canonical URL without scheme and host."""
    found = canonicals(subject)
    if not found:
        return Held.NOT_APPLICABLE
    wrong = [href for href in found if not re.match(r"https?://[^/]", href, re.IGNORECASE)]
    full = subject.resolve(wrong[0]) if wrong else None
    return held(not wrong) or Fault(
        examples(wrong),
        "Write the canonical URL with scheme and host.",
        f'<link rel="canonical" href="{escape(full)}">' if full else None,
    )


def canonical_host(subject: Subject) -> Fault | Held:
    """A canonical URL on another host: the page gives itself up for that one."""
    found = [full for href in canonicals(subject) if (full := subject.resolve(href))]
    if not found or subject.url is None or len(set(found)) > 1:
        return Held.NOT_APPLICABLE
    return held(host_of(found[0]) == host_of(subject.url)) or Fault(
        f"the page is on {host_of(subject.url)}, its canonical URL is “{clipped(found[0], 200)}”",
        "Unless the page is a copy of that one on purpose, name its own URL.",
        f'<link rel="canonical" href="{escape(subject.url)}">',
    )


def canonical_insecure(subject: Subject) -> Fault | Held:
    """A canonical URL over http on a page over https."""
    found = canonicals(subject)
    if not found or not subject.secure:
        return Held.NOT_APPLICABLE
    wrong = [href for href in found if href.lower().startswith("http://")]
    return held(not wrong) or Fault(
        examples(wrong), "Name the https URL as canonical, as the page is served by it."
    )


def directives(subject: Subject) -> set[str]:
    """What robots are told by the page and by its headers, as far as it is for Google or all."""
    told = [*subject.page.meta("robots"), *subject.page.meta("googlebot")]
    said = {part.strip().lower() for text in told for part in text.split(",")}
    agent = ""
    for part in subject.header("x-robots-tag").lower().split(","):
        name, colon, rest = part.strip().partition(":")
        if colon and name.strip() not in _VALUED:
            agent, name = name.strip(), rest
        if agent in ("", "googlebot"):
            said.add(name.strip())
    return said - {""}


def noindex(subject: Subject) -> Fault | Held:
    """The page keeps itself out of the index."""
    return held(not directives(subject) & {"noindex", "none"}) or Fault(
        _where(subject), "Remove noindex if this page shall be found."
    )


def nofollow(subject: Subject) -> Fault | Held:
    """The page keeps robots from following any link."""
    return held(not directives(subject) & {"nofollow", "none"}) or Fault(
        _where(subject), "Remove nofollow: mark single links instead where it is meant."
    )


def _where(subject: Subject) -> str:
    header = subject.header("x-robots-tag")
    told = [*subject.page.meta("robots"), *subject.page.meta("googlebot")]
    parts = [f"robots meta “{clipped(text, 100)}”" for text in told]
    parts += [f"header X-Robots-Tag “{clipped(header, 100)}”"] if header else []
    return "; ".join(parts)


CHECKS = (
    Check(
        "noindex",
        80,
        "Search engines may not index the page",
        "Search engines may index the page",
        noindex,
    ),
    Check(
        "nofollow",
        25,
        "Robots may follow none of its links",
        "Robots may follow its links",
        nofollow,
    ),
    Check(
        "canonical-missing",
        6,
        "There is no canonical URL",
        "There is a canonical URL",
        canonical_missing,
    ),
    Check(
        "canonical-multiple",
        2,
        "The canonical URL is given several times",
        "The canonical URL is given once",
        canonical_multiple,
    ),
    Check(
        "canonical-conflict",
        12,
        "Canonical URLs contradict each other",
        "No canonical URLs contradict each other",
        canonical_conflict,
    ),
    Check(
        "canonical-relative",
        4,
        "The canonical URL is relative",
        "The canonical URL is absolute",
        canonical_relative,
    ),
    Check(
        "canonical-host",
        15,
        "The canonical URL is on another host",
        "The canonical URL is on the page's host",
        canonical_host,
    ),
    Check(
        "canonical-insecure",
        8,
        "The canonical URL is http on an https page",
        "The canonical URL is https",
        canonical_insecure,
    ),
)
