"""What a writer may not bring in: links, mentions and sources that nobody gave it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.social.words import unlinked
from hub.agent_kit.grounding import Sources
from hub.agent_kit.numbers import unsupported
from hub.agent_kit.platforms import links, mentions
from hub.domain.errors import InvalidOutputError

_MARK = re.compile(r"[ \t]*\[(\d{1,2})\]")
_DOMAIN = re.compile(r"(?<![\w@/.-])(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[a-z]{2,24}(?![\w-])")
# Mentions of LinkedIn, Discord and Slack in their own notations.
_CALLING = re.compile(r"@\[[^\]]*\]\([^)]*\)|<[@!#][^>]*>")


@dataclass(frozen=True)
class Material:
    """What a text may have its facts from. `given` is the caller's own; `sources` are material.

    Numbers may be from either. Links and mentions may be from the caller alone, and links from the
    addresses of the documents: a document's text may have been written by somebody else.
    """

    given: str
    sources: Sources

    @property
    def facts(self) -> str:
        """All of it, as one text."""
        return "\n".join((self.given, *(f"{p.title}\n{p.text}" for p in self.sources.facts)))

    @property
    def addresses(self) -> str:
        """Where its links may lead, as one text."""
        return "\n".join((self.given, *(p.url or "" for p in self.sources.facts)))


def material_of(parts: Sequence[str | None], sources: Sources) -> Material:
    """The material of the caller's texts and the sources found."""
    return Material("\n".join(part for part in parts if part), sources)


def without_marks(text: str, sources: Sources) -> tuple[str, list[int]]:
    """A text without [n] of its sources, which a post does not show, and those numbers."""
    known = range(1, len(sources.facts) + 1)
    found = [int(number) for number in _MARK.findall(text) if int(number) in known]

    def kept(match: re.Match[str]) -> str:
        return "" if int(match.group(1)) in known else match.group()

    return _MARK.sub(kept, text), found


def check_invented(field: str, text: str, material: Material) -> None:
    """InvalidOutputError for a link or a mention in a text that nobody gave.

    An injected instruction in some document could otherwise lead readers anywhere, and a made-up
    mention would call up a stranger, or everybody in a channel.
    """
    addresses = material.addresses
    known = {link.rstrip("/") for link in links(addresses)}
    _refuse(field, "leads to", (x for x in links(text) if x.rstrip("/") not in known))
    # X and others make links of names like example.com, too.
    plain = addresses.casefold()
    hosts = (match.group() for match in _DOMAIN.finditer(text))
    _refuse(field, "leads to", (x for x in hosts if x.casefold() not in plain))
    named = (f"@{name}" for name in mentions(text))
    own = material.given.casefold()
    _refuse(field, "mentions", (x for x in named if x.casefold() not in own))
    _refuse(field, "mentions", (x for x in _CALLING.findall(text) if x not in material.given))


def _refuse(field: str, does: str, found: Iterable[str]) -> None:
    for what in found:
        raise InvalidOutputError(
            f"{field}: the text {does} {what}, which the input does not have; nothing was "
            "published. Run again, or name it in the input"
        )


def number_warnings(text: str, material: Material) -> list[str]:
    """A warning for numbers that the material has not; they may be made up."""
    unknown = unsupported(unlinked(text), [unlinked(material.facts)])
    if not unknown:
        return []
    return [f"check {', '.join(unknown)}: neither the input nor the knowledge has it"]
