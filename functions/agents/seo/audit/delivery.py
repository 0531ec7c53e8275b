"""Checks of how the page came and what it weighs."""

from agents.seo.audit.finding import Check, Fault, Held, Subject, examples, held, same_page
from hub.agent_kit.text import clipped

SLOW_SECONDS = 1.8
"""From here on a first byte is "poor": https://web.dev/articles/ttfb. Ours is the whole fetch."""

MAX_HTML_BYTES = 500_000
MAX_INLINE_BYTES = 100_000
MIN_TEXT_PERCENT = 5.0
"""Budgets of ours: HTML pages rarely weigh a third of the first; none is a rule of Google."""


def http_status(subject: Subject) -> Fault | Held:
    """An answer that says there is no such page."""
    if subject.status is None:
        return Held.NOT_APPLICABLE
    return held(subject.status < 400) or Fault(
        f"the server answered {subject.status}",
        "Answer 200 for a page that shall be found; redirect a moved one.",
    )


def redirect(subject: Subject) -> Fault | Held:
    """The URL is not the page's own."""
    if subject.requested is None:
        return Held.NOT_APPLICABLE
    return held(same_page(subject.requested, subject.url)) or Fault(
        f"{clipped(subject.requested, 200)} leads to {clipped(subject.url or '', 200)}",
        "Link to the final URL, and see that the redirect is permanent (301 or 308).",
    )


def slow(subject: Subject) -> Fault | Held:
    """A page that takes long to come."""
    if subject.seconds is None:
        return Held.NOT_APPLICABLE
    return held(subject.seconds <= SLOW_SECONDS) or Fault(
        f"the page took {subject.seconds:.1f} seconds to come",
        "Cache the page, or make the server faster: visitors and robots wait for it.",
    )


def insecure(subject: Subject) -> Fault | Held:
    """A page over http."""
    if subject.url is None:
        return Held.NOT_APPLICABLE
    return held(subject.secure) or Fault(
        f"the page is served at {clipped(subject.url, 200)}",
        "Serve it over https and redirect the http URL.",
    )


def mixed(subject: Subject) -> Fault | Held:
    """Parts over http in a page over https: browsers block or mark them."""
    if not subject.secure:
        return Held.NOT_APPLICABLE
    found = subject.page.insecure
    return held(not found) or Fault(examples(found), "Load these files over https.")


def heavy_html(subject: Subject) -> Fault | Held:
    """A large page."""
    return held(subject.html_bytes <= MAX_HTML_BYTES) or Fault(
        f"the HTML has {subject.html_bytes // 1000} kB",
        f"Bring it below {MAX_HTML_BYTES // 1000} kB: move data, styles and scripts to files.",
    )


def heavy_inline(subject: Subject) -> Fault | Held:
    """Much script and style in the page itself."""
    script, style = subject.page.script_bytes, subject.page.style_bytes
    return held(script + style <= MAX_INLINE_BYTES) or Fault(
        f"{script // 1000} kB of script and {style // 1000} kB of style are in the page itself",
        "Move them to files, which browsers keep.",
    )


def text_percent(subject: Subject) -> float:
    """The page's own text in percent of its HTML, both in bytes."""
    return round(100 * len(subject.page.text.encode()) / max(1, subject.html_bytes), 1)


def little_text(subject: Subject) -> Fault | Held:
    """Much markup for little text."""
    share = text_percent(subject)
    return held(share >= MIN_TEXT_PERCENT) or Fault(
        f"text is {share} % of the HTML", "Cut markup that carries nothing, or write more."
    )


CHECKS = (
    Check("http-status", 90, "The page answers with an error", "The page answers", http_status),
    Check("redirect", 3, "The URL redirects", "The URL does not redirect", redirect),
    Check("slow-answer", 8, "The page comes slowly", "The page comes fast", slow),
    Check(
        "page-insecure",
        15,
        "The page is served over http",
        "The page is served over https",
        insecure,
    ),
    Check(
        "mixed-content", 10, "Parts are loaded over http", "No parts are loaded over http", mixed
    ),
    Check("html-heavy", 5, "The HTML is large", "The HTML is small", heavy_html),
    Check(
        "inline-heavy",
        4,
        "Much script or style is inline",
        "Little script and style is inline",
        heavy_inline,
    ),
    Check(
        "text-ratio",
        2,
        "There is little text in the HTML",
        "Text is a fair part of the HTML",
        little_text,
    ),
)
