"""Threads on X: sentences packed into posts, numbered, each within X's 280 as X counts."""

from collections.abc import Sequence

from agents.content.repurpose_models import MAX_POSTS, CountedText
from hub.agent_kit.platforms import ELLIPSIS, LIMITS, fits, length, shortened

_X = "x"
_NUMBERING = f" {MAX_POSTS}/{MAX_POSTS}"
"""The longest: room is kept for it in every post."""

ROOM = LIMITS[_X].max_length - len(_NUMBERING)


def pieces(sentence: str) -> list[str]:
    """A sentence in parts that fit into a numbered post: mostly one. Cut ends carry …"""
    made: list[str] = []
    rest = sentence
    while rest:
        head = f"{ELLIPSIS}{rest}" if made else rest
        kept = shortened(_X, head, _NUMBERING)
        made.append(kept)
        if kept == head:
            break
        taken = len(kept.removesuffix(ELLIPSIS).rstrip()) - len(head) + len(rest)
        if taken <= 0:
            # A single sign that does not fit: nothing a post could show.
            break
        rest = rest[taken:].lstrip(" \n\t,;:")
    return made


def weighed(sentence: str) -> list[tuple[str, int]]:
    """The parts of a sentence, each with its length as X counts."""
    return [(part, length(_X, part)) for part in pieces(sentence)]


def packed(sentences: Sequence[Sequence[tuple[str, int]]]) -> list[str]:
    """Posts without numbers: as many of the parts in each, in order, as fit."""
    posts: list[str] = []
    weight = 0
    for part, size in (part for sentence in sentences for part in sentence):
        # With a space between them, texts weigh what they weigh alone.
        if posts and weight + 1 + size <= ROOM:
            posts[-1] = f"{posts[-1]} {part}"
            weight += 1 + size
        else:
            posts.append(part)
            weight = size
    return posts


def thread(posts: Sequence[str], link: str | None) -> tuple[CountedText, ...]:
    """The posts as they are published: the link after the last, numbered if there are several."""
    texts = [post.strip() for post in posts]
    if link:
        last = f"{texts[-1]}\n\n{link}"
        if fits(_X, last + _NUMBERING):
            texts.append(link)
        else:
            texts[-1] = last
    total = len(texts)
    if total > 1:
        texts = [f"{text} {number}/{total}" for number, text in enumerate(texts, 1)]
    limit = LIMITS[_X].max_length
    return tuple(CountedText(text=t, length=length(_X, t), limit=limit) for t in texts)
