"""Markers of sources in a text: [2], or [1, 3]."""

import re
from collections.abc import Sequence

from hub.agent_kit.grounding import Citation
from hub.agent_kit.markdown import safe_link

_MARK = re.compile(r"\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\](?!\()")
_MARK_AND_SPACE = re.compile(rf"\s*{_MARK.pattern}")


def without_own_marks(text: str) -> str:
    """A text whose numbers in brackets cannot be taken for markers of sources."""
    return _MARK.sub(r"(\1)", text)


def marked(sentence: str, number: int) -> str:
    """A sentence with the marker of its source before its end."""
    body = sentence.rstrip()
    end = ""
    while body and body[-1] in ".!?…":
        body, end = body[:-1], body[-1] + end
    return f"{body} [{number}]{end or '.'}"


def cited(text: str) -> list[int]:
    """The numbers of the sources that a text cites, in order, each as often as it stands."""
    return [int(n) for match in _MARK.finditer(text) for n in match[1].split(",")]


def unmarked(text: str) -> str:
    """A text without its markers."""
    return _MARK_AND_SPACE.sub("", text)


def linked(markdown: str, citations: Sequence[Citation]) -> str:
    """Markdown whose markers are links to the sources, for readers outside the organization.

    Sources without a public address are not shown to them.
    """
    addresses = {c.number: _target(c.url) for c in citations if c.url and safe_link(c.url)}

    def links(match: re.Match[str]) -> str:
        shown = [int(n) for n in match[1].split(",") if int(n) in addresses]
        return "".join(f" [({n})]({addresses[n]})" for n in shown)

    return _MARK_AND_SPACE.sub(links, markdown)


def _target(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29")
