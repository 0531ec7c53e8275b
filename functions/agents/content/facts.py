"""Facts of a text that can be checked by code: its numbers, names and links.

What a text claims of these must stand in what it was written from. Numbers are compared by value:
`1,200`, `1.200`, `1200`, `1.2k` and `1.2 thousand` are the same; where a notation may mean two
values, either one counts. Words are compared without their endings.

Names are words with a capital letter within a sentence, and words with inner capitals or digits
(`NeonHub`, `B2B`) anywhere. The first word of a sentence tells nothing. Where a source writes much
else with capitals (German nouns, headlines) capitals tell nothing either, and only the second kind
is checked.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from agents.content.text import sentences, words

_CASED = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u04ff"
"""Letters of scripts with capitals, and digits. Words of other scripts may have no borders."""

_NUMBER = re.compile(
    rf"(?<![{_CASED}])(?:\d{{1,3}}(?:[ \u00a0\u202f]\d{{3}})+(?![\d])|\d+(?:[.,'’:/]\d+)*)"
    r"(?:(?P<attached>k|K|m|M|bn|Mio|mio|B)\b"
    r"|[\s-]?(?P<scale>thousand|million|billion|trillion|Tsd|Mio|Mrd|Million(?:en)?"
    r"|Milliarden?)\b)?"
)
_SCALES = {
    "k": 3, "thousand": 3, "tsd": 3,
    "m": 6, "mio": 6, "million": 6, "millionen": 6,
    "b": 9, "bn": 9, "billion": 9, "mrd": 9, "milliarde": 9, "milliarden": 9,
    "trillion": 12,
}  # fmt: skip
_LOW = "two three four five six seven eight nine ten eleven twelve"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {name: Decimal(value) for value, name in enumerate(_LOW.split(), 2)}
_SPELLED = {
    **_SMALL,
    **{name: Decimal(value) for value, name in enumerate(("first", "second", "third"), 1)},
    **{name: Decimal(tens * 10) for tens, name in enumerate(_TENS.split(), 2)},
    "one": Decimal(1), "fifteen": Decimal(15), "hundred": Decimal(100), "thousand": Decimal(1000),
}  # fmt: skip
"""What a source may spell out. Of a text only `_SMALL` is checked: `one` is seldom a number."""

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
    known = _values(source)
    found = [shown for shown, readings in _numbers(_unlinked(text)) if not _any(readings, known)]
    spelled = (w for w in words(_unlinked(text)) if w.casefold() in _SMALL)
    return list(dict.fromkeys([*found, *(w for w in spelled if _SMALL[w.casefold()] not in known)]))


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


def _any(readings: list[set[Decimal]], known: set[Decimal]) -> bool:
    return any(reading <= known for reading in readings)


def _values(source: str) -> set[Decimal]:
    values = {v for _, readings in _numbers(source) for reading in readings for v in reading}
    return values | {_SPELLED[w] for w in map(str.casefold, words(source)) if w in _SPELLED}


def _numbers(text: str) -> Iterator[tuple[str, list[set[Decimal]]]]:
    """Each number as it is written, and what it may mean: sets of values."""
    for match in _NUMBER.finditer(text):
        mark = match["attached"] or match["scale"]
        end = match.start(match.lastgroup) if match.lastgroup and mark else match.end()
        readings = _readings(text[match.start() : end].rstrip(" \t\n\u00a0\u202f-"))
        if mark:
            factor = Decimal(10) ** _SCALES[mark.casefold()]
            scaled = [{value * factor for value in reading} for reading in readings]
            # 5 m may be meters.
            readings = scaled + (readings if mark in ("m", "B") else [])
        yield match.group(), readings


def _readings(digits: str) -> list[set[Decimal]]:
    """What digits with separators may mean: a grouped number, a decimal, or parts of a date."""
    parts = re.split(r"[^\d]", digits)
    marks = re.findall(r"[^\d]", digits)
    if not marks:
        return [{Decimal(digits)}]
    grouped = all(len(part) == 3 for part in parts[1:]) and len(parts[0]) <= 3
    if len(marks) == 1:
        if marks[0] in ":/":
            return [{Decimal(part) for part in parts}]
        whole = _grouped(parts, marks[0]) if grouped and parts[0] != "0" else []
        decimal = [{Decimal(".".join(parts))}] if marks[0] in ".," else []
        return whole + decimal or [{Decimal(part) for part in parts}]
    if len(set(marks)) == 1 and grouped:
        return _grouped(parts, marks[0])
    if len(set(marks[:-1])) == 1 and marks[-1] in ".," and marks[-1] != marks[0]:
        return [{Decimal("".join(parts[:-1]) + "." + parts[-1])}]
    return [{Decimal(part) for part in parts}]


def _grouped(parts: list[str], mark: str) -> list[set[Decimal]]:
    """A number in groups of three. With spaces between, it may be several numbers too."""
    several = [{Decimal(part) for part in parts}] if mark.isspace() else []
    return [{Decimal("".join(parts))}, *several]


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
