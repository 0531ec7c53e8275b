"""Audits a page: all checks, the score, the facts, and a summary."""

from agents.seo.audit import (
    basics,
    content,
    delivery,
    head,
    indexing,
    social,
    structured,
    wording,
)
from agents.seo.audit.finding import Check, Subject, host_of, run_checks, score_of
from agents.seo.audit.page import Page, read_page
from agents.seo.audit.widths import DESCRIPTION_PIXELS, TITLE_PIXELS, pixels
from agents.seo.models import AuditOutput, Finding, LinkFacts, PageFacts
from agents.seo.words import plain
from hub.agent_kit.text import clipped
from hub.ports import FetchedPage

CHECKS: tuple[Check, ...] = (
    *delivery.CHECKS,
    *indexing.CHECKS,
    *head.CHECKS,
    *basics.CHECKS,
    *content.CHECKS,
    *structured.CHECKS,
    *social.CHECKS,
    *wording.CHECKS,
)
"""Every check there is."""

_OPEN_GRAPH = ("og:title", "og:description", "og:image", "og:url", "og:type", "twitter:card")
_NAMED = 3


def audit_page(fetched: FetchedPage, requested: str, keyword: str | None = None) -> AuditOutput:
    """The audit of a page that was fetched by a URL."""
    return audit(
        Subject(
            page=read_page(fetched.html),
            html=fetched.html,
            html_bytes=fetched.size,
            url=fetched.url,
            requested=requested,
            status=fetched.status,
            headers=fetched.headers,
            seconds=fetched.seconds,
            keyword=keyword,
        )
    )


def audit_html(html: str, base_url: str | None = None, keyword: str | None = None) -> AuditOutput:
    """The audit of HTML that did not come over the web: nothing is said of status and speed."""
    size = len(html.encode(errors="replace"))
    return audit(Subject(read_page(html), html, size, url=base_url, keyword=keyword))


def audit(subject: Subject) -> AuditOutput:
    """The audit of a subject. What its checks look at is in `facts`."""
    findings, passed = run_checks(CHECKS, subject)
    score = score_of(findings)
    return AuditOutput(
        engine="offline",
        summary=_summary(subject, score, findings),
        url=subject.url,
        status=subject.status,
        score=score,
        keyword=subject.keyword,
        findings=findings,
        passed=passed,
        facts=_facts(subject),
    )


def _summary(subject: Subject, score: int, findings: tuple[Finding, ...]) -> str:
    """Plain text for a message. Nothing of the page's own text is in it."""
    what = plain(host_of(subject.url)) or "the page"
    lines = [f"SEO audit of {what}: {score} of 100, {_count(len(findings))}."]
    for number, finding in enumerate(findings[:_NAMED], 1):
        lines.append(f"{number}. {finding.title} ({finding.severity}). {plain(finding.fix, 160)}")
    return "\n".join(lines)


def _count(findings: int) -> str:
    return {0: "no findings", 1: "1 finding"}.get(findings, f"{findings} findings")


def _facts(subject: Subject) -> PageFacts:
    page, reading = subject.page, subject.reading
    title, description = subject.title or None, subject.description or None
    return PageFacts(
        title=title and clipped(title, 500),
        title_pixels=pixels(title, TITLE_PIXELS) if title else None,
        description=description and clipped(description, 1000),
        description_pixels=pixels(description, DESCRIPTION_PIXELS) if description else None,
        h1=tuple(clipped(text, 200) for text in subject.h1[:5]),
        headings=len(page.headings),
        canonical=next((clipped(href, 500) for href in indexing.canonicals(subject)), None),
        robots=clipped(", ".join(sorted(indexing.directives(subject))), 200) or None,
        lang=page.lang and clipped(page.lang, 60),
        words=reading.words,
        sentences=reading.sentences,
        words_per_sentence=reading.words_per_sentence,
        reading_ease=reading.ease,
        images=len(page.images),
        images_without_alt=sum(image.alt is None for image in page.images),
        links=_links(subject),
        schema_types=structured.schema_types(subject),
        open_graph=tuple(name for name in _OPEN_GRAPH if page.open_graph(name)),
        html_bytes=subject.html_bytes,
        inline_script_bytes=page.script_bytes,
        inline_style_bytes=page.style_bytes,
        text_percent=delivery.text_percent(subject),
        seconds=None if subject.seconds is None else round(subject.seconds, 3),
    )


def _links(subject: Subject) -> LinkFacts:
    page: Page = subject.page
    return LinkFacts(
        total=len(page.anchors),
        internal=sum(content.is_internal(subject, anchor) for anchor in page.anchors),
        external=sum(content.is_external(subject, anchor) for anchor in page.anchors),
        nofollow=sum(anchor.nofollow for anchor in page.anchors),
    )
