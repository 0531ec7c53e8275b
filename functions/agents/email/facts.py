"""What a text says: its sentences, words, numbers and links, and whether others support them."""

import re
from collections.abc import Iterable

from agents.email.placeholders import PLACEHOLDER, without_broken
from hub.agent_kit.guard import gives_orders
from hub.agent_kit.numbers import numbers as numbers_of
from hub.agent_kit.numbers import unsupported
from hub.agent_kit.text import clipped
from hub.agent_kit.text import sentences as split

_BULLET = re.compile(r"^(?:[-*•]|\d+[.)]|#{1,6}|>)\s+")
_LIST_NUMBER = re.compile(r"^\s*\d+[.)]\s+", re.MULTILINE)
# Also what mail programs make a link of by themselves: addresses, and names that end like domains.
_TOP = "com net org io co app dev ai info biz shop store online site xyz link me de uk eu us fr ru"
_LINK = re.compile(
    r"https?://[^\s<>\"')\]]+"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    rf"|(?<![\w@.-])(?:www\.[\w-]+(?:\.[\w-]+)*|(?:[a-z0-9-]+\.)+(?:{_TOP.replace(' ', '|')}))"
    r"(?![\w-])(?:/[^\s<>\"')\]]*)?",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)
SOURCE_MARK = re.compile(r"\s?\[(\d{1,2})\](?!\()")
"""A source cited inside a text, as in `made in Assam [1]`."""

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_COMMON_WORDS = (
    "about after also been before both does each even every from have here into just like made "
    "make many more most much need only other over some such than that their them then there "
    "these they this those very want were what when where which while will with would your"
)
_COMMON = frozenset(_COMMON_WORDS.split())
# What is said to a writer, not to a reader.
_ORDER = re.compile(
    r"^(?:please\s+)?(?:write|create|draft|compose|generate|prepare|make|produce|send)\b"
    r"[^.!?\n]*?\b(?:about|on|for|announcing|introducing)\s+",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences and lines of a text, without list and source marks, in order, each once."""
    lines = (_BULLET.sub("", line.strip()) for line in SOURCE_MARK.sub("", text).split("\n"))
    parts = (part for line in lines for part in split(line))
    return list(dict.fromkeys(part for part in parts if _WORD.search(part)))


def statements(brief: str) -> list[str]:
    """The sentences of a brief that may be said to readers.

    Orders to the writer are left out. If there is nothing else, what an order is about remains.
    """
    found = sentences(brief)
    said = [sentence for sentence in found if not _ORDER.match(sentence)]
    topics = [capitalized(_ORDER.sub("", sentence)) for sentence in found]
    return said or [topic for topic in topics if _WORD.search(topic)] or found


def usable(passage: str) -> list[str]:
    """The sentences of a document that may be quoted: no links, placeholders, orders to models."""
    return [
        sentence
        for sentence in sentences(passage)
        if not (_LINK.search(sentence) or PLACEHOLDER.search(sentence) or gives_orders(sentence))
    ]


def words(text: str) -> list[str]:
    """The words of a text; a placeholder or a link is one word, an `x`."""
    return _WORD.findall(_LINK.sub(" x ", PLACEHOLDER.sub(" x ", text)))


def telling_words(text: str) -> set[str]:
    """The words that a text is about, in small letters."""
    return {w for w in map(str.casefold, words(text)) if len(w) > 3 and w not in _COMMON}


def likeness(a: str, b: str) -> float:
    """How alike the words of two texts are: shared words over all words, 0 to 1 (Jaccard)."""
    one, other = set(map(str.casefold, words(a))), set(map(str.casefold, words(b)))
    return len(one & other) / len(one | other) if one | other else 0.0


def numbers(text: str) -> list[str]:
    """The numbers in a text as they are written; not those of links, list marks or placeholders."""
    return [number.shown for number in numbers_of(_counted(text))]


def unsupported_numbers(text: str, material: Iterable[str]) -> list[str]:
    """The numbers of a text that none of the material has, by value, each once."""
    return unsupported(_counted(text), material)


def _counted(text: str) -> str:
    return _LIST_NUMBER.sub("", _LINK.sub(" ", PLACEHOLDER.sub(" ", text)))


def links(text: str) -> list[str]:
    """The links, domains and addresses in a text, without the punctuation around them."""
    return [match.rstrip(".,;:!?*") for match in _LINK.findall(text)]


def foreign_links(text: str, allowed: Iterable[str]) -> list[str]:
    """The links of a text that are none of those allowed, nor the site of one."""
    known = {_bare(link) for link in allowed}
    known |= {link.partition("/")[0] for link in known}
    return [link for link in links(text) if _bare(link) not in known]


def _bare(link: str) -> str:
    return _SCHEME.sub("", link).rstrip("/").casefold()


def clip(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, and no part of a placeholder in it."""
    cut = clipped(text, limit)
    if not cut.endswith("…") or "{" not in cut:
        return cut
    return without_broken(cut[:-1]).rstrip(" ,;:–-") + "…"


def headline(sentence: str) -> str:
    """A sentence as a title: a capital in front, no full stop behind."""
    return capitalized(sentence.rstrip(".! "))


def capitalized(text: str) -> str:
    """The text with a capital in front."""
    return text[:1].upper() + text[1:]
