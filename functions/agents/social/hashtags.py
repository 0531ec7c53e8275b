"""Hashtags made regular, and those that do harm left out."""

import re
import unicodedata
from collections.abc import Iterable

MAX_LENGTH = 100
"""Letters of a hashtag, without #. Instagram takes no longer ones; others are not known to."""

_APOSTROPHES = "'’‘`´"
_VERBS = "follow|like|comment|share|shoutout|spam|recent|sub|view|tag|save"
_SPAM = re.compile(
    rf"^(?:{_VERBS}|[flcs])s?(?:4|for)(?:{_VERBS}|[flcs])s?(?:back|ed)?\d*$"
    r"|^(?:please)?(?:follow|like)(?:me|us|back|now|all|ers|train|party|always)+\d*$"
    r"|^(?:insta|tt|quick|free|more|getmore|buy)?(?:follow(?:s|ers)?|likes?)(?:4life|back|free)?$"
    r"|^teamfollow(?:back)?$|^tags?(?:for|4)likes?\w*$|^gain(?:with|tricks?|party|post|train)\w*$"
    r"|^(?:sub|follow)(?:4|for)\w+$|^dm(?:for|4)\w*$|^adult$|^nsfw$|^sexy?$|^porn\w*$"
)
_NO_SUBJECT = (
    "reels reel explore explorepage explorer fyp foryou foryoupage viral viralpost trending "
    "trendingnow instagood instadaily photooftheday picoftheday repost"
)
_GENERIC = frozenset(_NO_SUBJECT.split())


def normalized(raw: str) -> str | None:
    """A text as one hashtag without #: letters, marks, digits and _ of any script; None if none is.

    Words are joined with their first letters large, so that screen readers tell them apart; one
    word stays as it is. A hashtag has a letter (only digits link nowhere) and at most 100.
    """
    text = unicodedata.normalize("NFC", raw)
    kept = "".join(_letter(letter) for letter in text if letter not in _APOSTROPHES)
    parts = [word for word in (_without_marks_first(part) for part in kept.split()) if word]
    joined = parts[0] if len(parts) == 1 else "".join(p[0].upper() + p[1:] for p in parts)
    tag = unicodedata.normalize("NFC", joined)
    lettered = any(unicodedata.category(letter).startswith("L") for letter in tag)
    return tag if lettered and len(tag) <= MAX_LENGTH else None


def _letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    return letter if kind[0] in "LM" or kind == "Nd" or letter == "_" else " "


def _without_marks_first(word: str) -> str:
    while word and unicodedata.category(word[0]).startswith("M"):
        word = word[1:]
    return word


def refusal(tag: str) -> str | None:
    """Why a hashtag should not be used, or None: trades of followers and likes, or no subject.

    The first kind marks accounts as spam on every platform; of the second (#reels, #explore)
    Instagram itself says since 2025-12 that they harm a post.
    """
    plain = tag.casefold().replace("_", "")
    if _SPAM.match(plain):
        return "asks for followers or likes, or is blocked on platforms"
    if plain in _GENERIC:
        return "says nothing of the subject"
    return None


def distinct(tags: Iterable[str]) -> list[str]:
    """Hashtags in order, each once: large and small letters are the same."""
    seen: dict[str, str] = {}
    for tag in tags:
        seen.setdefault(key(tag), tag)
    return list(seen.values())


def key(tag: str) -> str:
    """What two spellings of one hashtag share."""
    return unicodedata.normalize("NFC", tag.casefold())


def usable(raw: Iterable[str]) -> list[str]:
    """Texts as hashtags: regular, each once, without those that do harm."""
    tags = (normalized(text) for text in raw)
    return distinct(tag for tag in tags if tag and not refusal(tag))


def parts_of(tag: str) -> list[str]:
    """The words in a hashtag, by its large letters, digits and underscores, in small letters."""
    spaced = re.sub(r"(?<=[^\W_A-Z])(?=[A-Z])|_", " ", tag)
    return [word.casefold() for word in spaced.split()]
