"""Checks of title and meta description."""

from html import escape

from agents.seo.audit.finding import Check, Fault, Held, Subject, examples, held
from agents.seo.audit.widths import DESCRIPTION_PIXELS, TITLE_PIXELS, pixels
from hub.agent_kit.text import clipped

TITLE_MIN_CHARACTERS, TITLE_MIN_PIXELS = 30, 260
TITLE_MAX_CHARACTERS, TITLE_MAX_PIXELS = 65, 580
DESCRIPTION_MIN_CHARACTERS, DESCRIPTION_MIN_PIXELS = 70, 400
DESCRIPTION_MAX_CHARACTERS, DESCRIPTION_MAX_PIXELS = 160, 990
"""Conventions of the trade. Google sets no limit and cuts to the width of the device:
https://developers.google.com/search/docs/appearance/title-link and /snippet."""


def title_missing(subject: Subject) -> Fault | Held:
    """No title element at all."""
    return held(bool(subject.page.titles)) or Fault(
        "there is no <title>", "Write a title that says what this page is about.", _title(subject)
    )


def title_empty(subject: Subject) -> Fault | Held:
    """A title without text."""
    if not subject.page.titles:
        return Held.NOT_APPLICABLE
    return held(bool(subject.title)) or Fault(
        "<title></title>", "Write a title that says what this page is about.", _title(subject)
    )


def title_multiple(subject: Subject) -> Fault | Held:
    """More than one title."""
    titles = subject.page.titles
    if not titles:
        return Held.NOT_APPLICABLE
    return held(len(titles) == 1) or Fault(
        examples(titles),
        "Keep one <title> and remove the others.",
        f"<title>{escape(clipped(subject.title, TITLE_MAX_CHARACTERS))}</title>",
    )


def title_short(subject: Subject) -> Fault | Held:
    """A title that leaves most of its room unused."""
    if not subject.title:
        return Held.NOT_APPLICABLE
    wide = pixels(subject.title, TITLE_PIXELS)
    enough = len(subject.title) >= TITLE_MIN_CHARACTERS or wide >= TITLE_MIN_PIXELS
    return held(enough) or Fault(
        f"“{subject.title}”: {len(subject.title)} characters, about {wide} pixels",
        f"Use {TITLE_MIN_CHARACTERS} to {TITLE_MAX_CHARACTERS} characters: add what the page "
        "offers and for whom.",
    )


def title_long(subject: Subject) -> Fault | Held:
    """A title that results will cut."""
    if not subject.title:
        return Held.NOT_APPLICABLE
    wide = pixels(subject.title, TITLE_PIXELS)
    fits = len(subject.title) <= TITLE_MAX_CHARACTERS and wide <= TITLE_MAX_PIXELS
    return held(fits) or Fault(
        f"“{clipped(subject.title, 200)}”: {len(subject.title)} characters, about {wide} pixels",
        f"Shorten it to {TITLE_MAX_CHARACTERS} characters and about {TITLE_MAX_PIXELS} pixels, "
        "the most important words first.",
    )


def _title(subject: Subject) -> str | None:
    name = next((text for text in subject.h1 if text), "")
    return f"<title>{escape(clipped(name, TITLE_MAX_CHARACTERS))}</title>" if name else None


def description_missing(subject: Subject) -> Fault | Held:
    """No description, or an empty one."""
    return held(bool(subject.description)) or Fault(
        "there is no meta description with text",
        "Say in one or two sentences what the visitor gets here.",
        '<meta name="description" content="…">',
    )


def description_multiple(subject: Subject) -> Fault | Held:
    """More than one description."""
    found = subject.page.meta("description")
    if not found:
        return Held.NOT_APPLICABLE
    return held(len(found) == 1) or Fault(
        examples(found), "Keep one meta description and remove the others."
    )


def description_short(subject: Subject) -> Fault | Held:
    """A description that says little."""
    text = subject.description
    if not text:
        return Held.NOT_APPLICABLE
    wide = pixels(text, DESCRIPTION_PIXELS)
    enough = len(text) >= DESCRIPTION_MIN_CHARACTERS or wide >= DESCRIPTION_MIN_PIXELS
    return held(enough) or Fault(
        f"“{text}”: {len(text)} characters, about {wide} pixels",
        f"Use {DESCRIPTION_MIN_CHARACTERS} to {DESCRIPTION_MAX_CHARACTERS} characters.",
    )


def description_long(subject: Subject) -> Fault | Held:
    """A description that results will cut."""
    text = subject.description
    if not text:
        return Held.NOT_APPLICABLE
    wide = pixels(text, DESCRIPTION_PIXELS)
    fits = len(text) <= DESCRIPTION_MAX_CHARACTERS and wide <= DESCRIPTION_MAX_PIXELS
    return held(fits) or Fault(
        f"“{clipped(text, 200)}”: {len(text)} characters, about {wide} pixels",
        f"Shorten it to {DESCRIPTION_MAX_CHARACTERS} characters.",
    )


CHECKS = (
    Check("title-missing", 30, "The page has no title", "There is a title", title_missing),
    Check("title-empty", 30, "The title is empty", "The title has text", title_empty),
    Check("title-multiple", 6, "There are several titles", "There is one title", title_multiple),
    Check("title-short", 6, "The title is too short", "The title is long enough", title_short),
    Check("title-long", 6, "The title is too long", "The title is short enough", title_long),
    Check(
        "description-missing",
        12,
        "There is no meta description",
        "There is a meta description",
        description_missing,
    ),
    Check(
        "description-multiple",
        4,
        "There are several meta descriptions",
        "There is one meta description",
        description_multiple,
    ),
    Check(
        "description-short",
        4,
        "The meta description is too short",
        "The meta description is long enough",
        description_short,
    ),
    Check(
        "description-long",
        4,
        "The meta description is too long",
        "The meta description is short enough",
        description_long,
    ),
)
