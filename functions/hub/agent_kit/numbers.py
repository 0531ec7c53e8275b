"""Numbers of texts, compared by value: what a text says must stand in what it was written from.

`1,200`, `1.200`, `1 200`, `1'200`, `1200`, `1.2k` and `1.2 thousand` are the same. Where a notation
may mean several values (`1.200` is a thousand in Berlin and one in Boston, `3/4` a date or a share)
any of its readings counts. Signs of percent and money are left to those who need them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_CASED = "A-Za-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u04ff"
_SPACES = " \u00a0\u202f"
# Bounded, so that a text of nothing but digits is read in linear time.
DIGITS = r"\d{1,30}(?:[.,'’\u00a0\u202f]\d{1,30}){0,9}"
"""A number in digits, for patterns: with marks of thousands and decimals, no plain spaces."""

_NUMBER = re.compile(
    rf"(?<![{_CASED}])(?:\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?(?![\d])"
    r"|\d+(?:[.,'’:/]\d+)*)"
    r"(?:(?P<attached>k|K|m|M|bn|Mio|mio|Mrd|B)\b"
    r"|[\s-]?(?P<scale>thousand|million|billion|trillion|Tsd|Mio|Mrd|Million(?:en)?"
    r"|Milliarden?|mille|millions|milliards?|mil|millón|millones)\b)?"
)
_SCALES = {
    "k": 3, "thousand": 3, "tsd": 3, "mille": 3, "mil": 3,
    "m": 6, "mio": 6, "million": 6, "millionen": 6, "millions": 6, "millón": 6, "millones": 6,
    "b": 9, "bn": 9, "billion": 9, "mrd": 9, "milliarde": 9, "milliarden": 9,
    "milliard": 9, "milliards": 9,
    "trillion": 12,
}  # fmt: skip
_GROUPED = re.compile(rf"\d{{1,3}}(?:[.,'’{_SPACES}]\d{{3}})+")
_WORD = re.compile(r"[^\W\d_]+")
_LOW = "two three four five six seven eight nine ten eleven twelve"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = {name: Decimal(value) for value, name in enumerate(_LOW.split(), 2)}
"""Spelled numbers that a text is held to: `one` is seldom a number."""

_SPELLED = {
    **SMALL,
    **{name: Decimal(value) for value, name in enumerate(("first", "second", "third"), 1)},
    **{name: Decimal(tens * 10) for tens, name in enumerate(_TENS.split(), 2)},
    "one": Decimal(1), "fifteen": Decimal(15), "hundred": Decimal(100), "thousand": Decimal(1000),
}  # fmt: skip
"""What a source may spell out."""


@dataclass(frozen=True)
class Number:
    """A number as it is written, and what it may mean: sets of values that stand together."""

    shown: str
    readings: tuple[frozenset[Decimal], ...]

    def in_values(self, known: set[Decimal]) -> bool:
        """Whether one of its readings is known."""
        return any(reading <= known for reading in self.readings)


def numbers(text: str) -> list[Number]:
    """The numbers of a text in digits, in order."""
    return [_number(text, match) for match in _NUMBER.finditer(text)]


def values(texts: Iterable[str]) -> set[Decimal]:
    """Every value that texts may state, in digits or spelled out in English."""
    known: set[Decimal] = set()
    for text in texts:
        known |= {v for found in numbers(text) for reading in found.readings for v in reading}
        known |= {_SPELLED[w] for w in map(str.casefold, _WORD.findall(text)) if w in _SPELLED}
    return known


def unsupported(text: str, sources: Iterable[str]) -> list[str]:
    """The numbers of a text in digits that no source has, as they are written, each once."""
    known = values(sources)
    return list(dict.fromkeys(n.shown for n in numbers(text) if not n.in_values(known)))


def canonical(written: str) -> str:
    """A number in one notation, groups of three taken for thousands: `1,200.50` is `1200.5`."""
    at = max(written.rfind("."), written.rfind(","))
    if at < 0 or _GROUPED.fullmatch(written):
        at = len(written)
    # Not by int(): a text may have a number of thousands of digits.
    whole = _digits(written[:at]).lstrip("0") or "0"
    part = _digits(written[at:]).rstrip("0")
    return f"{whole}.{part}" if part else whole


def _digits(written: str) -> str:
    return "".join(letter for letter in written if letter.isdigit())


def _number(text: str, match: re.Match[str]) -> Number:
    mark = match["attached"] or match["scale"]
    end = match.start(match.lastgroup) if match.lastgroup and mark else match.end()
    readings = _readings(text[match.start() : end].rstrip(f"\t\n-{_SPACES}"))
    if mark:
        factor = Decimal(10) ** _SCALES[mark.casefold()]
        scaled = [{value * factor for value in reading} for reading in readings]
        # 5 m may be meters.
        readings = scaled + (readings if mark in ("m", "B") else [])
    return Number(match.group(), tuple(map(frozenset, readings)))


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
