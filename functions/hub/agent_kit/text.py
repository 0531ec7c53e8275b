"""Sentences: where they end, in prose and in what people type, without a language model.

One home for what all agents share of taking texts apart. A full stop ends no sentence after an
abbreviation or initial, within a number, name or address, or before a small letter; the last holds
only in texts that begin with a capital, since many people write without any. Chinese, Japanese,
Arabic and Indian marks end sentences, too.
"""

import re
import textwrap
from collections.abc import Iterator

MAX_SENTENCE = 1000
"""Characters; no author writes more without an end."""

_CLOSING = "\"'”’»)\\]」』）"
# Only where a run of stops begins, and never given back: a text of stops takes linear time.
_END = re.compile(rf"(?<![.!?…؟۔।॥])[.!?…؟۔।॥]++[{_CLOSING}]*+(?=\s)|[。！？｡]++[{_CLOSING}]*+")
_ENDED = re.compile(rf"[.!?…:。！？｡؟۔।॥][{_CLOSING}]*$")
_SPACE = re.compile(r"\s+")
_OPENING = "([\"'“‘„«¿¡"

# Written with a full stop that ends no sentence, in English, German, French and Spanish. Single
# letters are initials.
_SHORT = (
    "dr mr mrs ms prof st vs eg ie inc ltd corp approx ca bzw nr fig vol jan feb apr jun jul aug "
    "sep sept oct nov dec gen sen rep dept est tel str usw abs art bd evtl ggf inkl max min mio "
    "mrd sog vgl ing mme mlle env chap sr sra srta dra ud uds pág núm mt capt col sgt nos "
    "pp ch sec ave jr hr fr dipl bspw zzgl exkl geb gest"
)
_ABBREVIATIONS = frozenset(_SHORT.split())
_BEFORE_NUMBERS = frozenset(("no", "p", "pp", "n", "núm", "art", "sec", "fig"))
"""Words that are abbreviations before a number only: `No. 5` is one, `No. We do not` is none."""

_LONGEST_SHORT = 12
# In German a date is "am 4. Mai".
_DATED = re.compile(
    r"\s*(?:Jan|Feb|Mär|Apr|Mai\b|Jun[i.]|Jul[i.]|Aug|Sep|Okt|Nov|Dez|Quartal|Jahrhundert)"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text as they stand, trimmed, in order; the end of a line ends one too.

    Each is a part of the text, and between them is nothing but white space.
    """
    small = _begins_small(text)
    return [part for line in text.splitlines() for part in _parts(line, small)]


def of_line(line: str) -> Iterator[str]:
    """The sentences of one line of prose, trimmed; one that is too long comes in parts."""
    for part in _parts(line, _begins_small(line)):
        if len(part) <= MAX_SENTENCE:
            yield part
            continue
        wrapped = textwrap.wrap(part, MAX_SENTENCE, break_long_words=False, break_on_hyphens=False)
        # What has no space in so many letters says nothing.
        yield from (piece for piece in wrapped if len(piece) <= MAX_SENTENCE)


def has_end(text: str) -> bool:
    """Whether a text ends like a sentence, or with a colon."""
    return bool(_ENDED.search(text))


def ended(sentence: str) -> str:
    """A sentence with a full stop, unless it has an end."""
    return sentence if not sentence or has_end(sentence) else f"{sentence}."


def one_line(text: str) -> str:
    """A text on one line, with single spaces."""
    return _SPACE.sub(" ", text).strip()


def clipped(text: str, limit: int) -> str:
    """A text on one line that has at most `limit` characters (2 or more), cut at a word border.

    A word is cut where its border is so far to the left that almost nothing would be left.
    """
    line = one_line(text)
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    in_word = line[limit - 1] != " "
    kept = cut.rsplit(" ", 1)[0] if in_word and " " in cut[limit // 3 :] else cut
    return kept.rstrip(" ,;:–—-.!?") + "…"


def _parts(line: str, small: bool) -> Iterator[str]:
    at = 0
    for match in _END.finditer(line):
        if _is_end(line, match, small):
            yield from _told(line[at : match.end()])
            at = match.end()
    yield from _told(line[at:])


def _told(part: str) -> Iterator[str]:
    if trimmed := part.strip():
        yield trimmed


def _begins_small(text: str) -> bool:
    """Whether a text begins with a small letter: then small letters begin sentences."""
    first = next((letter for letter in text if letter.isalpha()), "")
    return first.islower()


def _is_end(line: str, match: re.Match[str], small: bool) -> bool:
    following = line[match.end() : match.end() + 20].lstrip().split(" ", 1)[0].lstrip(_OPENING)
    marks = match.group()
    if following[:1].islower() and not _has_capital(following) and (not small or _trails(marks)):
        return False
    if not marks.startswith(".") or marks.startswith(".."):
        return True
    # Only the last word is looked at: a line may be a whole book.
    before = line[max(0, match.start() - _LONGEST_SHORT) : match.start()].split()
    word = before[-1].lstrip(_OPENING) if before else ""
    if word.isdigit() and len(word) <= 2 and _DATED.match(line, match.end()):
        return False
    return not _is_short(word, following)


def _has_capital(word: str) -> bool:
    """Whether a word has a capital after its first letter, as names have: iPhone, eBay."""
    return any(letter.isupper() for letter in word[1:])


def _trails(marks: str) -> bool:
    return marks.startswith("…") or marks.startswith("..")


def _is_short(word: str, following: str) -> bool:
    """Whether a word before a full stop is an abbreviation, given the word that follows it."""
    if "." in word and len(word) <= 4 and word[0].isalpha():
        return following[:1].isalnum()  # e.g., U.S.
    low = word.casefold()
    if len(word) == 1 and word.isalpha():
        # An initial, or the first half of z. B.
        return word.isupper() or following[1:2] == "." or following[:1].isdigit()
    return low in _ABBREVIATIONS or (low in _BEFORE_NUMBERS and following[:1].isdigit())
