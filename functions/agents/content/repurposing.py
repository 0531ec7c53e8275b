"""Pieces for other places, composed from a text's own sentences.

The first sentence and those with numbers are key: they are taken before all others, and as long as
a platform's hard limit allows. Others follow, the ones that say most first, as long as the piece
stays short enough to be read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from agents.content.ranking import chosen
from agents.content.repurpose_models import (
    MAX_MAIL,
    MAX_POSTS,
    MAX_PREVIEW,
    MAX_SUBJECT,
    OutlinePoint,
    RepurposeInput,
    WrittenMail,
    WrittenPieces,
)
from agents.content.text import Block, blocks
from agents.content.threads import packed, weighed
from hub.agent_kit.platforms import LIMITS, fits, length
from hub.agent_kit.text import clipped
from hub.domain.errors import InvalidRequestError

_GOOD_POSTS = 8
_GOOD_MAIL = 2000
_MAX_POINT = 400
_MAX_BELOW = 5
_MAX_TOP = 30
_GREETINGS = {"friendly": "Hi there,", "playful": "Hi there!", "bold": "Hello!"}
_ANY = 1_000_000


@dataclass(frozen=True)
class Original:
    """A text to repurpose."""

    given: RepurposeInput

    @cached_property
    def blocks(self) -> list[Block]:
        """Its blocks. InvalidRequestError if there is no sentence in it."""
        made = blocks(self.given.text)
        if not made:
            raise InvalidRequestError(
                "input.text: there is no sentence in it to repurpose; give a text with some",
                code="NO_TEXT",
                details={"field": "input.text"},
            )
        return made

    @cached_property
    def home(self) -> dict[str, int]:
        """Which block each sentence stands in first."""
        found = reversed(list(enumerate(self.blocks)))
        return {sentence: place for place, block in found for sentence in block.sentences}

    @cached_property
    def said(self) -> list[str]:
        """Its sentences, each once."""
        return list(dict.fromkeys(s for block in self.blocks for s in block.sentences))

    @cached_property
    def key(self) -> list[int]:
        """The places of the sentences that must not be lost."""
        return [place for place, sentence in enumerate(self.said) if not place or _counts(sentence)]

    @property
    def title(self) -> str:
        """The title that was given, or the first heading, or the first sentence."""
        return self.given.title or self.blocks[0].heading or self.said[0].rstrip(".!?…。")


def compose_pieces(given: RepurposeInput) -> WrittenPieces:
    """What was asked for, from the text's sentences: deterministic, nothing is added."""
    original = Original(given)
    wanted = given.targets
    return WrittenPieces(
        linkedin=_linkedin(original) if "linkedin" in wanted else None,
        x_thread=_thread(original) if "x_thread" in wanted else None,
        email=_mail(original) if "email" in wanted else None,
        outline=_outline(original) if "outline" in wanted else None,
    )


def link_tail(given: RepurposeInput) -> str:
    """What stands after a post: the link, if there is one."""
    return f"\n\n{given.link}" if given.link else ""


def _counts(sentence: str) -> bool:
    return any(letter.isdigit() for letter in sentence)


def _linkedin(original: Original) -> str:
    good = LIMITS["linkedin"].good_length[1]
    tail = link_tail(original.given)

    def fitting(places: Sequence[int]) -> bool:
        text = _paragraphs(original, places) + tail
        return not fits("linkedin", text) and (
            length("linkedin", text) <= good or set(places) <= set(original.key)
        )

    return _paragraphs(original, chosen(original.said, fitting, _ANY, original.key))


def _paragraphs(original: Original, places: Sequence[int]) -> str:
    """Sentences in paragraphs: the first alone, others as they stand together in the text."""
    said = [original.said[place] for place in places]
    parts = [said[:1]] if said else []
    parts += [list(group) for _, group in groupby(said[1:], key=original.home.__getitem__)]
    return "\n\n".join(" ".join(part) for part in parts)


def _thread(original: Original) -> tuple[str, ...]:
    link = original.given.link
    split = [weighed(sentence) for sentence in original.said]
    room = MAX_POSTS - bool(link)

    def fitting(places: Sequence[int]) -> bool:
        count = len(packed([split[place] for place in places]))
        return count <= (room if set(places) <= set(original.key) else _GOOD_POSTS)

    places = chosen(original.said, fitting, _ANY, original.key)
    return tuple(packed([split[place] for place in places]))


def _mail(original: Original) -> WrittenMail:
    given = original.given

    def text(places: Sequence[int]) -> str:
        more = f"\n\n[Read it all]({given.link})" if given.link else ""
        return f"{_GREETINGS.get(given.tone, 'Hello,')}\n\n{_paragraphs(original, places)}{more}"

    def fitting(places: Sequence[int]) -> bool:
        size = len(text(places))
        return size <= (MAX_MAIL if set(places) <= set(original.key) else _GOOD_MAIL)

    subject = clipped(original.title, MAX_SUBJECT)
    others = [s for s in original.said if not s.startswith(subject.rstrip("…"))]
    return WrittenMail(
        subject=subject,
        preview=clipped((others or original.said)[0], MAX_PREVIEW),
        body=text(chosen(original.said, fitting, _ANY, original.key)),
    )


def _outline(original: Original) -> tuple[OutlinePoint, ...]:
    """A point for each section, or for each paragraph of a text without headings."""
    made: list[OutlinePoint] = []
    for heading, group in groupby(original.blocks, key=lambda block: block.heading):
        parts = [list(block.sentences) for block in group]
        if heading is not None:
            parts = [[sentence for part in parts for sentence in part]]
        made += [_point(heading, part) for part in parts]
    return tuple(made[:_MAX_TOP])


def _point(heading: str | None, said: list[str]) -> OutlinePoint:
    top, below = (heading, said) if heading is not None else (said[0], said[1:])
    key = [place for place, sentence in enumerate(below) if _counts(sentence)]
    places = chosen(below, lambda _places: True, _MAX_BELOW, key)
    return OutlinePoint(
        text=clipped(top, _MAX_POINT),
        points=tuple(clipped(below[place], _MAX_POINT) for place in places),
    )
