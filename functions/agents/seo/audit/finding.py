"""Checks, what they find, and what it costs.

Each check has a weight, 1 to 100: the percentage it takes off what is left of the score when all of
the page is at fault. `impact` is that weight, for a fault in part of many things (say 2 of 10
images) between half and the whole of it:

    impact = max(1, round(weight × (0.5 + 0.5 × share)))
    score  = round(100 × Π (1 - impact / 100)) over all findings

So the score is 0 to 100, no order matters, and each further finding lowers it. The severity follows
from the weight: critical from 40, high from 15, medium from 6, else low.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from agents.seo.audit.page import Page
from agents.seo.audit.readability import Reading, read
from agents.seo.models import Finding, Passed, Severity
from agents.seo.words import language_of
from hub.agent_kit.text import clipped

MAX_EXAMPLES = 5
_LIMITS: tuple[tuple[int, Severity], ...] = ((40, "critical"), (15, "high"), (6, "medium"))


class Held(Enum):
    """What a check answers when it finds no fault."""

    YES = "yes"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class Fault:
    """What a check found. `share` is the part of the page's things that are at fault."""

    evidence: str
    fix: str
    snippet: str | None = None
    share: float = 1.0


@dataclass(frozen=True)
class Subject:
    """A page under audit and what is known of how it came; None is not known."""

    page: Page
    html: str
    html_bytes: int
    url: str | None = None
    requested: str | None = None
    status: int | None = None
    headers: Mapping[str, str] | None = None
    seconds: float | None = None
    keyword: str | None = None

    @property
    def title(self) -> str:
        """The first title."""
        return self.page.titles[0] if self.page.titles else ""

    @property
    def description(self) -> str:
        """The first meta description."""
        return next(iter(self.page.meta("description")), "")

    @property
    def h1(self) -> list[str]:
        """The texts of the main headings."""
        return [heading.text for heading in self.page.headings if heading.level == 1]

    @property
    def secure(self) -> bool:
        """Whether the page is known to be served over HTTPS."""
        return (self.url or "").lower().startswith("https://")

    @property
    def language(self) -> str:
        """The language the page says it is in, or nothing."""
        return language_of(self.page.lang or "")

    @cached_property
    def documents(self) -> list[Any]:
        """Its JSON-LD blocks; None for one that is no JSON."""
        return [_json(text) for text in self.page.json_ld]

    @cached_property
    def reading(self) -> Reading:
        """Its text in numbers."""
        return read(self.page.text, self.language)

    def header(self, name: str) -> str:
        """A header of the answer, or nothing."""
        return (self.headers or {}).get(name, "")

    def resolve(self, href: str) -> str | None:
        """A link as an absolute URL; None for one that cannot be, or when the base is unknown."""
        try:
            base = urljoin(self.url or "", self.page.base or "")
            found = urljoin(base, href.strip())
            return found if urlsplit(found).hostname else None
        except ValueError:
            return None


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


type Look = Callable[[Subject], Fault | Held]


@dataclass(frozen=True)
class Check:
    """A check. `held` and `fault` name the two cases in words."""

    id: str
    weight: int
    fault: str
    held: str
    look: Look

    @property
    def severity(self) -> Severity:
        """How bad its fault is."""
        return next((name for limit, name in _LIMITS if self.weight >= limit), "low")


def run_checks(
    checks: Iterable[Check], subject: Subject
) -> tuple[tuple[Finding, ...], tuple[Passed, ...]]:
    """The findings, worst first, and the checks that held. Those that do not apply are neither."""
    findings, passed = [], []
    for check in checks:
        seen = check.look(subject)
        if isinstance(seen, Fault):
            findings.append(_finding(check, seen))
        elif seen is Held.YES:
            passed.append(Passed(id=check.id, title=check.held))
    return tuple(sorted(findings, key=lambda f: (-f.impact, f.id))), tuple(passed)


def _finding(check: Check, fault: Fault) -> Finding:
    share = min(1.0, max(0.0, fault.share))
    return Finding(
        id=check.id,
        severity=check.severity,
        impact=max(1, round(check.weight * (0.5 + 0.5 * share))),
        title=check.fault,
        evidence=fault.evidence,
        fix=fault.fix,
        snippet=fault.snippet,
    )


def score_of(findings: Iterable[Finding]) -> int:
    """The score, 0 to 100, of a page with these findings; 100 without any."""
    return round(100 * math.prod(1 - finding.impact / 100 for finding in findings))


def examples(things: Sequence[str], total: int | None = None) -> str:
    """The first few of many things, quoted, with how many there are."""
    shown = "; ".join(f"“{clipped(thing, 120)}”" for thing in things[:MAX_EXAMPLES])
    count = len(things)
    of = f" of {total}" if total is not None else ""
    more = "; …" if count > MAX_EXAMPLES else ""
    return f"{count}{of}: {shown}{more}"


def held(holds: bool) -> Held | None:
    """`Held.YES` for what holds, None for what does not: `held(ok) or Fault(…)`."""
    return Held.YES if holds else None


def host_of(url: str | None) -> str:
    """The host of a URL without www., lower case; nothing if it has none."""
    try:
        return (urlsplit(url or "").hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def same_page(one: str | None, other: str | None) -> bool:
    """Whether two URLs name the same page: host in lower case, no fragment, path at least /."""
    return _comparable(one) == _comparable(other)


def _comparable(url: str | None) -> tuple[str, str, str, str]:
    try:
        parts = urlsplit(url or "")
        port = parts.port
    except ValueError:
        return ("", "", url or "", "")
    usual = {"http": 80, "https": 443}.get(parts.scheme.lower())
    place = f":{port}" if port not in (None, usual) else ""
    host = (parts.hostname or "").lower() + place
    return (parts.scheme.lower(), host, parts.path or "/", parts.query)
