"""Checks of language, hreflang, viewport and character encoding.

hreflang: https://developers.google.com/search/docs/specialty/international/localized-versions.
"""

import re
from collections import defaultdict
from html import escape

from agents.seo.audit.finding import Check, Fault, Held, Subject, examples, held, same_page
from hub.agent_kit.text import clipped

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_HREFLANG = re.compile(r"x-default|[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?", re.IGNORECASE)
_NOT_COUNTRIES = frozenset({"uk", "eu"})
"""Taken for countries by mistake: Britain is GB, and the EU is none."""

_CHARSET_BYTES = 1024
"""Where the declaration must be: HTML standard, 4.2.5.4."""

_CHARSET = re.compile(r"<meta[^>]{0,200}charset", re.IGNORECASE)


def lang_missing(subject: Subject) -> Fault | Held:
    """No language on the html element."""
    return held(bool(subject.page.lang)) or Fault(
        "<html> has no lang", "Say which language the page is in.", '<html lang="en">'
    )


def lang_invalid(subject: Subject) -> Fault | Held:
    """A language that is no language tag."""
    if not subject.page.lang:
        return Held.NOT_APPLICABLE
    return held(bool(_LANGUAGE.fullmatch(subject.page.lang))) or Fault(
        f'lang="{clipped(subject.page.lang, 60)}"', "Use a language tag such as en or de-AT."
    )


def viewport_missing(subject: Subject) -> Fault | Held:
    """No viewport: phones show the page as on a desktop."""
    return held(any(subject.page.meta("viewport"))) or Fault(
        "there is no viewport",
        "Let the page fit the screen.",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
    )


def viewport_zoom(subject: Subject) -> Fault | Held:
    """A viewport that keeps people from enlarging the page."""
    told = next((text for text in subject.page.meta("viewport") if text), "")
    if not told:
        return Held.NOT_APPLICABLE
    tight = re.search(r"user-scalable\s*=\s*(no|0)|maximum-scale\s*=\s*(1(\.0+)?|0)(?![\d.])", told)
    return held(not tight) or Fault(
        f"viewport “{clipped(told, 120)}”",
        "Let visitors zoom: remove user-scalable and maximum-scale.",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
    )


def charset_missing(subject: Subject) -> Fault | Held:
    """No character encoding declared, neither in the page nor in its header."""
    by_header = "charset=" in subject.header("content-type").lower()
    return held(by_header or _declares_charset(subject)) or Fault(
        "no character encoding is declared", "Declare UTF-8 first thing.", '<meta charset="utf-8">'
    )


def charset_late(subject: Subject) -> Fault | Held:
    """A declaration after the first 1,024 bytes, where browsers look for it."""
    if not _declares_charset(subject):
        return Held.NOT_APPLICABLE
    begin = subject.html[:_CHARSET_BYTES].encode()[:_CHARSET_BYTES].decode(errors="ignore")
    return held(bool(_CHARSET.search(begin))) or Fault(
        f"the charset is declared after the first {_CHARSET_BYTES} bytes",
        "Move it to the top of <head>.",
        '<meta charset="utf-8">',
    )


def _declares_charset(subject: Subject) -> bool:
    metas = subject.page.metas
    by_type = (meta.get("content", "") for meta in metas if "http-equiv" in meta)
    return any("charset" in meta for meta in metas) or any("charset=" in text for text in by_type)


def versions(subject: Subject) -> list[tuple[str, str]]:
    """The language versions that the page names: code and URL as written."""
    found = subject.page.related("alternate")
    listed = ((link.get("hreflang", "").strip(), link.get("href", "").strip()) for link in found)
    return [(code, href) for code, href in listed if code]


def hreflang_invalid(subject: Subject) -> Fault | Held:
    """A language or country code that there is not."""
    codes = [code for code, _href in versions(subject)]
    if not codes:
        return Held.NOT_APPLICABLE
    wrong = [code for code in codes if not _HREFLANG.fullmatch(code) or _bad_country(code)]
    return held(not wrong) or Fault(
        examples(wrong, len(codes)),
        "Use a language (ISO 639-1), with a country (ISO 3166-1) where needed, or x-default.",
        share=len(wrong) / len(codes),
    )


def _bad_country(code: str) -> bool:
    return "-" in code and code.lower().rsplit("-", 1)[1] in _NOT_COUNTRIES


def hreflang_relative(subject: Subject) -> Fault | Held:
    """A language version without a full URL."""
    found = versions(subject)
    if not found:
        return Held.NOT_APPLICABLE
    wrong = [href for _c, href in found if not href.lower().startswith(("http://", "https://"))]
    return held(not wrong) or Fault(
        examples(wrong, len(found)),
        "Write the URLs of language versions with scheme and host.",
        share=len(wrong) / len(found),
    )


def hreflang_self(subject: Subject) -> Fault | Held:
    """The page is missing among its own language versions."""
    found = versions(subject)
    if not found or subject.url is None:
        return Held.NOT_APPLICABLE
    names = [full for _code, href in found if (full := subject.resolve(href))]
    own = any(same_page(name, subject.url) for name in names)
    lang = subject.page.lang or "en"
    return held(own) or Fault(
        examples([f"{code} {href}" for code, href in found]),
        "List the page itself, too: versions that do not name each other are ignored.",
        f'<link rel="alternate" hreflang="{escape(lang)}" href="{escape(subject.url)}">',
    )


def hreflang_conflict(subject: Subject) -> Fault | Held:
    """One language with two URLs."""
    found = versions(subject)
    if not found:
        return Held.NOT_APPLICABLE
    urls: defaultdict[str, set[str]] = defaultdict(set)
    for code, href in found:
        urls[code.lower()].add(subject.resolve(href) or href)
    twice = [f"{code}: {', '.join(sorted(many))}" for code, many in urls.items() if len(many) > 1]
    return held(not twice) or Fault(examples(twice), "Give each language one URL.")


CHECKS = (
    Check(
        "lang-missing", 6, "The language is not declared", "A language is declared", lang_missing
    ),
    Check(
        "lang-invalid",
        3,
        "The language is no language tag",
        "The language is a language tag",
        lang_invalid,
    ),
    Check("viewport-missing", 12, "There is no viewport", "There is a viewport", viewport_missing),
    Check("viewport-zoom", 3, "Visitors cannot zoom", "Visitors can zoom", viewport_zoom),
    Check(
        "charset-missing",
        4,
        "No character encoding is declared",
        "A character encoding is declared",
        charset_missing,
    ),
    Check(
        "charset-late",
        2,
        "The character encoding is declared too late",
        "The character encoding is declared in time",
        charset_late,
    ),
    Check(
        "hreflang-invalid",
        6,
        "hreflang has bad codes",
        "hreflang has valid codes",
        hreflang_invalid,
    ),
    Check(
        "hreflang-relative",
        4,
        "hreflang has relative URLs",
        "hreflang has absolute URLs",
        hreflang_relative,
    ),
    Check(
        "hreflang-self",
        4,
        "hreflang leaves the page out",
        "hreflang has the page itself",
        hreflang_self,
    ),
    Check(
        "hreflang-conflict",
        5,
        "hreflang has two URLs for one language",
        "hreflang has one URL for each language",
        hreflang_conflict,
    ),
)
