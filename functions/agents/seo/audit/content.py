"""Checks of headings, images and links."""

from itertools import pairwise

from agents.seo.audit.finding import Check, Fault, Held, Subject, examples, held, host_of
from agents.seo.audit.page import Anchor
from agents.seo.words import normal

_SAYING_NOTHING = (
    "click here|here|read more|more|learn more|this page|link|more info|details|continue|go|"
    "hier|hier klicken|mehr|mehr erfahren|weiterlesen|mehr lesen|"
    "cliquez ici|ici|en savoir plus|lire la suite|plus|"
    "haz clic aquí|aquí|leer más|más|ver más"
)
GENERIC = frozenset(_SAYING_NOTHING.split("|"))
"""Link texts that say nothing of where the link leads."""

_NO_PAGE = ("mailto:", "tel:", "sms:", "javascript:", "data:")


def h1_missing(subject: Subject) -> Fault | Held:
    """No main heading."""
    return held(bool(subject.h1)) or Fault(
        "there is no <h1>", "Give the page one main heading that says what it is about."
    )


def h1_multiple(subject: Subject) -> Fault | Held:
    """More than one main heading."""
    if not subject.h1:
        return Held.NOT_APPLICABLE
    return held(len(subject.h1) == 1) or Fault(
        examples(subject.h1), "Keep one <h1> and make the others <h2>."
    )


def heading_skipped(subject: Subject) -> Fault | Held:
    """A heading more than one level below the one before it."""
    found = subject.page.headings
    if not found:
        return Held.NOT_APPLICABLE
    pairs = pairwise(found)
    jumps = [f"h{a.level} → h{b.level} {b.text}" for a, b in pairs if b.level > a.level + 1]
    return held(not jumps) or Fault(
        examples(jumps),
        "Go down one level at a time, whatever size the headings shall have.",
        share=len(jumps) / len(found),
    )


def heading_empty(subject: Subject) -> Fault | Held:
    """A heading without text."""
    found = subject.page.headings
    if not found:
        return Held.NOT_APPLICABLE
    empty = [f"<h{heading.level}>" for heading in found if not heading.text]
    return held(not empty) or Fault(
        examples(empty, len(found)),
        "Give these headings a text, or remove them.",
        share=len(empty) / len(found),
    )


def alt_missing(subject: Subject) -> Fault | Held:
    """Images without an alt attribute; decorative ones may say so otherwise."""
    found = subject.page.images
    if not found:
        return Held.NOT_APPLICABLE
    wrong = [image.src for image in found if image.alt is None and not image.decorative]
    return held(not wrong) or Fault(
        examples(wrong, len(found)),
        'Say in alt what the image shows; alt="" for one that only decorates.',
        share=len(wrong) / len(found),
    )


def alt_empty_linked(subject: Subject) -> Fault | Held:
    """Links that hold nothing but images, and nothing names them."""
    found = [anchor for anchor in subject.page.anchors if anchor.images]
    if not found:
        return Held.NOT_APPLICABLE
    bare = [a.href for a in found if a.empty_alts and not a.text and not a.label]
    return held(not bare) or Fault(
        examples(bare, len(found)),
        "Say in the image's alt where the link leads.",
        share=len(bare) / len(found),
    )


def image_unsized(subject: Subject) -> Fault | Held:
    """Images without width and height: the page jumps when they come."""
    found = subject.page.images
    if not found:
        return Held.NOT_APPLICABLE
    wrong = [image.src for image in found if not image.sized]
    return held(not wrong) or Fault(
        examples(wrong, len(found)),
        "Give each image its width and height, so that its place is kept (CLS).",
        '<img src="…" alt="…" width="1200" height="800">',
        share=len(wrong) / len(found),
    )


def image_lazy_first(subject: Subject) -> Fault | Held:
    """The first image loads late: it is usually what visitors wait for."""
    if not subject.page.images:
        return Held.NOT_APPLICABLE
    first = subject.page.images[0]
    return held(not first.lazy) or Fault(
        f'the first image, “{first.src[:120]}”, has loading="lazy"',
        "Remove loading=lazy from the first image; keep it for those further down (LCP).",
    )


def link_empty(subject: Subject) -> Fault | Held:
    """Links with nothing to read in them."""
    found = subject.page.anchors
    if not found:
        return Held.NOT_APPLICABLE
    empty = [a.href for a in found if not a.text and not a.label and not a.images]
    return held(not empty) or Fault(
        examples(empty, len(found)),
        "Give these links a text, or an aria-label.",
        share=len(empty) / len(found),
    )


def link_generic(subject: Subject) -> Fault | Held:
    """Links whose text does not tell where they lead."""
    found = subject.page.anchors
    if not found:
        return Held.NOT_APPLICABLE
    wrong = [f"{a.text} → {a.href}" for a in found if normal(a.text) in GENERIC and not a.label]
    return held(not wrong) or Fault(
        examples(wrong, len(found)),
        "Name in the link's text what is behind it.",
        share=len(wrong) / len(found),
    )


def link_no_target(subject: Subject) -> Fault | Held:
    """Links that lead nowhere without a script."""
    found = subject.page.anchors
    if not found:
        return Held.NOT_APPLICABLE
    wrong = [
        f"{a.text} → {a.href}"
        for a in found
        if a.href in ("", "#") or a.href.lower().startswith("javascript:")
    ]
    return held(not wrong) or Fault(
        examples(wrong, len(found)),
        "Link to a URL, or make it a <button>.",
        share=len(wrong) / len(found),
    )


def link_nofollow(subject: Subject) -> Fault | Held:
    """Links within the site that robots shall not follow."""
    found = [anchor for anchor in subject.page.anchors if is_internal(subject, anchor)]
    if not found:
        return Held.NOT_APPLICABLE
    wrong = [anchor.href for anchor in found if anchor.nofollow]
    return held(not wrong) or Fault(
        examples(wrong, len(found)),
        "Remove nofollow from links to your own pages.",
        share=len(wrong) / len(found),
    )


def link_insecure(subject: Subject) -> Fault | Held:
    """http links on an https page."""
    found = subject.page.anchors
    if not found or not subject.secure:
        return Held.NOT_APPLICABLE
    wrong = [anchor.href for anchor in found if anchor.href.lower().startswith("http://")]
    return held(not wrong) or Fault(
        examples(wrong, len(found)),
        "Link to the https URLs.",
        share=len(wrong) / len(found),
    )


def is_internal(subject: Subject, anchor: Anchor) -> bool:
    """Whether a link leads to a page of the same site, which may be this one."""
    href = anchor.href.lower()
    if not href or href.startswith(_NO_PAGE):
        return False
    full = subject.resolve(anchor.href)
    if full is None:
        # A relative link of a page whose URL is not known; what is left is no URL at all.
        return not href.startswith(("http:", "https:", "//"))
    return bool(subject.url) and host_of(full) == host_of(subject.url)


def is_external(subject: Subject, anchor: Anchor) -> bool:
    """Whether a link leads to a page of another site."""
    full = (subject.resolve(anchor.href) or "").lower()
    return full.startswith(("http://", "https://")) and not is_internal(subject, anchor)


CHECKS = (
    Check("h1-missing", 12, "There is no main heading", "There is a main heading", h1_missing),
    Check(
        "h1-multiple",
        4,
        "There are several main headings",
        "There is one main heading",
        h1_multiple,
    ),
    Check(
        "heading-skipped",
        3,
        "Heading levels are skipped",
        "No heading level is skipped",
        heading_skipped,
    ),
    Check("heading-empty", 3, "Headings are empty", "All headings have text", heading_empty),
    Check("img-alt-missing", 8, "Images have no alt", "All images have alt", alt_missing),
    Check(
        "img-alt-empty-linked",
        6,
        "Linked images have an empty alt",
        "Linked images are named",
        alt_empty_linked,
    ),
    Check("img-unsized", 4, "Images have no size", "All images have their size", image_unsized),
    Check(
        "img-lazy-first",
        4,
        "The first image is loaded lazily",
        "The first image is loaded at once",
        image_lazy_first,
    ),
    Check("link-empty", 5, "Links have no text", "All links have a text", link_empty),
    Check("link-generic", 3, "Link texts say nothing", "Link texts are telling", link_generic),
    Check("link-no-target", 4, "Links have no URL", "All links have a URL", link_no_target),
    Check(
        "link-nofollow-internal",
        4,
        "Links to own pages are nofollow",
        "Links to own pages are followed",
        link_nofollow,
    ),
    Check("link-insecure", 3, "Links use http", "All links use https", link_insecure),
)
