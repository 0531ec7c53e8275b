"""Facts of a text that can be checked by code: its numbers, names and links.

What a text claims of these must stand in what it was written from. Numbers are compared by value
(hub.agent_kit.numbers), words without their endings.

Names are words with a capital letter within a sentence, and words with inner capitals or digits
(`NeonHub`, `B2B`) anywhere. The first word of a sentence tells nothing. Where a source writes much
else with capitals (German nouns, headlines) capitals tell nothing either, and only the second kind
is checked.
"""

import re
from collections.abc import Iterator

from agents.content.text import sentences, words
from hub.agent_kit.numbers import SMALL, values
from hub.agent_kit.numbers import numbers as numbers_of

_CASED = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u04ff"
"""Letters of scripts with capitals, and digits. Words of other scripts may have no borders."""

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]+|(?<![\w.+-])[\w.+-]{1,64}+@[\w-]+\.[\w.-]+", re.IGNORECASE
)
_NAME = re.compile(rf"[{_CASED}]+(?:['’][{_CASED}]+)*")
_OPENS = re.compile(r"(?:^|[:–—|(\[\"“„«‘]|\d[.)])[\s\"“„«‘(*_]*$")
_ENDINGS = ("'s", "’s", "ings", "ing", "ed", "es", "s", "e")
_MUCH = 0.25
_ENOUGH = 30
"""With fewer words than this, a share of capitals says nothing of how a text uses them."""


def unsupported(text: str, source: str) -> list[str]:
    """The numbers, names and links of a text that its source has not, in order, each once."""
    return [*links(text, source), *numbers(text, source), *names(text, source)]


def numbers(text: str, source: str) -> list[str]:
    """The numbers of a text that its source has not, as they are written."""
    known = values([source])
    plain = _unlinked(text)
    found = [number.shown for number in numbers_of(plain) if not number.in_values(known)]
    spelled = [
        w for w in words(plain) if w.casefold() in SMALL and SMALL[w.casefold()] not in known
    ]
    return list(dict.fromkeys([*found, *(w for w in spelled if SMALL[w.casefold()] not in known)]))


def links(text: str, source: str) -> list[str]:
    """The links and addresses of a text that its source has not."""
    known = {_link(match) for match in _LINK.finditer(source)}
    return list(dict.fromkeys(m for m in map(_link, _LINK.finditer(text)) if m not in known))


def names(text: str, source: str) -> list[str]:
    """The names of a text that its source has not, word by word."""
    known = {form for word in _NAME.findall(source) for form in _forms(word)}
    plain = _capitals_tell(source)
    found = (name for sentence in sentences(_unlinked(text)) for name in _names(sentence, plain))
    return list(dict.fromkeys(name for name in found if not _forms(name) & known))


def _unlinked(text: str) -> str:
    return _LINK.sub(" ", text)


def _link(match: re.Match[str]) -> str:
    return match.group().rstrip(".,;:!?…").casefold()


def _names(sentence: str, plain: bool) -> Iterator[str]:
    for match in _NAME.finditer(sentence):
        word = match.group()
        if _is_marked(word) or (plain and _is_name(word, sentence[: match.start()])):
            yield word


def _is_name(word: str, before: str) -> bool:
    """Whether a word has a capital that the place where it stands does not ask for."""
    if len(word) == 1 or word.startswith(("I'", "I’")):
        return False
    return word[0].isupper() and not _OPENS.search(before)


def _is_marked(word: str) -> bool:
    """Whether a word looks like a name wherever it stands: NeonHub, B2B, EU."""
    return word[0].isalpha() and any(c.isupper() or c.isdigit() for c in word[1:])


def _forms(word: str) -> set[str]:
    low = word.casefold()
    made = {low}
    for ending in _ENDINGS:
        if low.endswith(ending) and len(low) - len(ending) >= 3:
            made.add(low.removesuffix(ending))
    return made


def _capitals_tell(source: str) -> bool:
    """Whether a source writes only names with a capital within a sentence."""
    inner = [
        match.group()
        for sentence in sentences(source)
        for match in _NAME.finditer(sentence)
        if match.group()[0].isalpha() and match.start() > 0
    ]
    if len(inner) < _ENOUGH:
        return True
    return sum(word[0].isupper() for word in inner) / len(inner) <= _MUCH
