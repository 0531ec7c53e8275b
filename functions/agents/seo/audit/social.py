"""Checks of what a link to the page looks like when it is shared: Open Graph and Twitter card.

https://ogp.me; X takes title, description and image from Open Graph where it has no tags of its
own, so only the card itself is asked for.
"""

from html import escape

from agents.seo.audit.finding import Check, Fault, Held, Look, Subject, held, same_page
from agents.seo.audit.indexing import canonicals
from hub.agent_kit.text import clipped


def lacks(name: str, say: str) -> Look:
    """A check that the page has an Open Graph value."""

    def look(subject: Subject) -> Fault | Held:
        known = {
            "og:title": subject.title,
            "og:description": subject.description,
            "og:url": subject.url or "",
        }
        content = escape(known.get(name, "") or "…")
        return held(bool(subject.page.open_graph(name))) or Fault(
            f"there is no {name}", say, f'<meta property="{name}" content="{content}">'
        )

    return look


def image_relative(subject: Subject) -> Fault | Held:
    """An image that others cannot load."""
    image = subject.page.open_graph("og:image")
    if not image:
        return Held.NOT_APPLICABLE
    return held(image.lower().startswith(("http://", "https://"))) or Fault(
        f"og:image is “{clipped(image, 120)}”", "Write the image's URL with scheme and host."
    )


def url_conflict(subject: Subject) -> Fault | Held:
    """Another URL for sharing than for searching."""
    shared = subject.page.open_graph("og:url")
    named = next(iter(canonicals(subject)), "")
    if not shared or not named:
        return Held.NOT_APPLICABLE
    canonical = subject.resolve(named) or named
    return held(same_page(subject.resolve(shared) or shared, canonical)) or Fault(
        f"og:url is “{clipped(shared, 120)}”, the canonical URL “{clipped(canonical, 120)}”",
        "Use the canonical URL for both, so that shares are counted together.",
    )


def card_missing(subject: Subject) -> Fault | Held:
    """No Twitter card."""
    return held(bool(subject.page.open_graph("twitter:card"))) or Fault(
        "there is no twitter:card",
        "Say how X shall show the page.",
        '<meta name="twitter:card" content="summary_large_image">',
    )


CHECKS = (
    Check(
        "og-title",
        3,
        "There is no og:title",
        "There is an og:title",
        lacks("og:title", "Say what the title is when the page is shared."),
    ),
    Check(
        "og-description",
        2,
        "There is no og:description",
        "There is an og:description",
        lacks("og:description", "Say what the page offers when it is shared."),
    ),
    Check(
        "og-image",
        3,
        "There is no og:image",
        "There is an og:image",
        lacks("og:image", "Give an image of 1200 × 630 pixels."),
    ),
    Check(
        "og-url",
        1,
        "There is no og:url",
        "There is an og:url",
        lacks("og:url", "Give the canonical URL."),
    ),
    Check("og-image-relative", 2, "og:image is relative", "og:image is absolute", image_relative),
    Check(
        "og-url-conflict",
        3,
        "og:url is not the canonical URL",
        "og:url is the canonical URL",
        url_conflict,
    ),
    Check("twitter-card", 1, "There is no Twitter card", "There is a Twitter card", card_missing),
)
