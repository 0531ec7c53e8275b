"""Reads messages: words with their clause and case, terms found among them, and the language.

Everything here ignores case and is linear in the length of the text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from agents.support.models import Language
from agents.support.words import STOP_WORDS

_EMOJI = "👍👎😀😃😄😊🙂😍❤🎉🙏😡😠🤬😞😢😭☹🙁"
_PIECE = re.compile(
    rf"(?P<word>[^\W_]+(?:['’][^\W_]+)*)|(?P<face>:-?[()](?!\w)|[{_EMOJI}])|(?P<end>[.,;:!?\n()]+)"
)
_JOINED = {
    "cannot": ("can", "not"),
    "can't": ("can", "not"),
    "cant": ("can", "not"),
    "won't": ("will", "not"),
    "wont": ("will", "not"),
    "dont": ("do", "not"),
    "doesnt": ("does", "not"),
    "didnt": ("did", "not"),
    "isnt": ("is", "not"),
    "wasnt": ("was", "not"),
    "im": ("i", "am"),
    "aujourd'hui": ("aujourd'hui",),
}
_ELIDED = frozenset({"l", "d", "j", "m", "t", "s", "c", "n", "qu", "jusqu", "lorsqu"})
"""What French leaves before an apostrophe; the word after it is the one to look up."""


@dataclass(frozen=True)
class Word:
    """A word in lower case. `clause` counts the punctuation before it, `upper` is ALL CAPS."""

    text: str
    clause: int
    upper: bool


class Hit(NamedTuple):
    """A term found: where it begins (index of its first word), how many words, its weight."""

    term: str
    start: int
    size: int
    weight: float


def words(text: str) -> list[Word]:
    """The words and emoji of a text; `don't` is the two words `do` and `not`."""
    found: list[Word] = []
    clause = 0
    for piece in _PIECE.finditer(text):
        if piece.lastgroup == "end":
            clause += 1
            continue
        raw = piece.group()
        upper = len(raw) > 2 and raw.isupper()
        # Folded twice: an upper-case letter may fold into the two that its lower case does not.
        found += [Word(part, clause, upper) for part in _parts(raw.upper().casefold())]
    return found


def plain_words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return [word.text for word in words(text)]


def _parts(word: str) -> Sequence[str]:
    word = word.replace("’", "'")
    if word in _JOINED:
        return _JOINED[word]
    if word.endswith("n't"):
        return (word[:-3], "not")
    head, mark, tail = word.partition("'")
    if not mark:
        return (word,)
    # Possessives and 's, 're, 've say nothing here; l'adresse is about the address.
    return (head, *_parts(tail)) if head in _ELIDED else (head,)


class Terms:
    """Words and phrases with weights. A `*` at the end of a word stands for any ending."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._exact: dict[str, list[tuple[str, list[str], float]]] = {}
        self._begun: dict[str, list[tuple[str, list[str], float]]] = {}
        for term, weight in weights.items():
            pattern = [part for word in term.split() for part in _pattern(word)]
            first = pattern[0]
            index = self._begun if first.endswith("*") else self._exact
            index.setdefault(first.rstrip("*"), []).append((term, pattern, weight))
        self._longest = max(map(len, self._begun), default=0)

    def hits(self, text: Sequence[str]) -> list[Hit]:
        """Every term found in the words of a text, in order; longer ones first at one place."""
        found: list[Hit] = []
        for start, word in enumerate(text):
            candidates = list(self._exact.get(word, ()))
            for size in range(2, min(len(word), self._longest) + 1):
                candidates += self._begun.get(word[:size], ())
            here = [
                Hit(term, start, len(pattern), weight)
                for term, pattern, weight in candidates
                if _fits(pattern, text, start)
            ]
            found += sorted(here, key=lambda hit: (-hit.size, hit.term))
        return found

    def longest(self, text: Sequence[str]) -> list[Hit]:
        """The terms found that do not overlap: at each place the longest, from the left."""
        kept: list[Hit] = []
        end = 0
        for hit in self.hits(text):
            if hit.start >= end:
                kept.append(hit)
                end = hit.start + hit.size
        return kept


def _pattern(word: str) -> list[str]:
    if word.endswith("*"):
        return [word[:-1].upper().casefold() + "*"]
    return plain_words(word)


def _fits(pattern: Sequence[str], text: Sequence[str], start: int) -> bool:
    if start + len(pattern) > len(text):
        return False
    return all(
        word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted
        for wanted, word in zip(pattern, text[start:], strict=False)
    )


def term_list(lines: str) -> Iterable[str]:
    """The terms of a table: separated by `|` or line ends."""
    return (term.strip() for term in re.split(r"[|\n]", lines) if term.strip())


def weighted(table: Mapping[float, str]) -> dict[str, float]:
    """`{weight: "term | term"}` as `{term: weight}`."""
    return {term: weight for weight, lines in table.items() for term in term_list(lines)}


def guess_language(text: str) -> Language:
    """The language with the most stop words (words.STOP_WORDS), each time they occur.

    `other` when two languages are level, or the best has fewer than two and than a fifth of the
    words. A word of two languages counts for both.
    """
    present = plain_words(text)
    counts = {name: sum(word in stop for word in present) for name, stop in STOP_WORDS.items()}
    best = max(counts.values())
    leaders = [name for name, count in counts.items() if count == best]
    enough = best >= 2 or 5 * best >= len(present) > 0
    return leaders[0] if best and enough and len(leaders) == 1 else "other"
