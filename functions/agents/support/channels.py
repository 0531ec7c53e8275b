"""What each channel can carry, and how it counts.

email: 4,000 characters (our own limit). chat: 2,000 (our own). discord: 2,000, a message's content.
slack: 4,000, where Slack says texts are best kept, counted with & < > escaped. whatsapp: 1,600,
what a text may have over Twilio (over Meta it is 4,096). sms: 4 segments (hub.domain.sms_text),
612 letters of the GSM alphabet or 268 of others.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from agents.support.models import Channel, ReplySize
from hub.domain.errors import InvalidOutputError
from hub.domain.sms_text import sms_size
from hub.domain.utf16 import utf16_length

_MARK = re.compile(r"[ \t]*\[(\d{1,3})\]")
_LATE_MARKS = re.compile(r"([.!?])[ \t]*((?:\[\d{1,3}\][ \t]*)+)")
_PINGS = re.compile(r"<[!@#][^>\s]*>|(?<!\w)@(?=everyone\b|here\b|channel\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Limit:
    """A channel's limit. `cites` is whether [n] is of use to its readers."""

    unit: Literal["characters", "segments"]
    most: int
    count: Callable[[str], int] = len
    cites: bool = True
    sentences: int = 4


def _escaped(text: str) -> int:
    return utf16_length(html.escape(text, quote=False))


def _segments(text: str) -> int:
    return sms_size(text).segments


LIMITS: dict[Channel, Limit] = {
    "email": Limit("characters", 4000),
    "chat": Limit("characters", 2000, sentences=3),
    "sms": Limit("segments", 4, _segments, cites=False, sentences=2),
    "whatsapp": Limit("characters", 1600, utf16_length, sentences=3),
    "slack": Limit("characters", 4000, _escaped, sentences=3),
    "discord": Limit("characters", 2000, sentences=3),
}


def size(text: str, channel: Channel) -> ReplySize:
    """How long a text is on a channel."""
    limit = LIMITS[channel]
    return ReplySize(unit=limit.unit, size=limit.count(text), limit=limit.most)


def fits(text: str, channel: Channel) -> bool:
    """Whether a channel can carry a text."""
    return LIMITS[channel].count(text) <= LIMITS[channel].most


def check_size(text: str, channel: Channel) -> None:
    """InvalidOutputError for a reply that the channel cannot carry."""
    counted = size(text, channel)
    if counted.size > counted.limit:
        raise InvalidOutputError(
            f"output.reply: it has {counted.size} {counted.unit}, and {channel} takes "
            f"{counted.limit}; run again, or choose another channel"
        )


def tamed(text: str) -> str:
    """A text that calls nobody: without Slack's and Discord's mentions."""
    return _PINGS.sub("", text).strip()


def marks(text: str) -> set[int]:
    """The numbers of the sources that a text cites."""
    return {int(number) for number in _MARK.findall(text)}


def inner_marks(text: str) -> str:
    """`Done. [1]` as `Done [1].`, so that a mark stays with its sentence."""
    return _LATE_MARKS.sub(lambda m: f" {m.group(2).strip()}{m.group(1)} ", text).strip()


def without_marks(text: str, keep: frozenset[int] = frozenset()) -> str:
    """A text without its citation marks, but those to keep."""
    return _MARK.sub(lambda m: m.group() if int(m.group(1)) in keep else "", text).strip()
