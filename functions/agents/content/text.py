"""Blocks and words of a text: how Markdown is taken apart.

Texts are plain or Markdown. Headings, items of lists and rows of tables are lines of their own;
other lines may be wrapped anywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hub.agent_kit.text import has_end, of_line, one_line

_MARKER = re.compile(r"\s*(?:(#{1,6})\s+|[-*+•]\s+|\d{1,3}[.)]\s+|>\s?)(?=\S)")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_FULL_LINE = 60
"""A line with more characters than this was wrapped, not ended."""

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’.,&/-][^\W_{_CJK}]+)*")
_LINK = re.compile(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)")
# Links are passed over whole: what looks like a mark in one belongs to it.
_MARKUP = re.compile(r"(https?://[^\s*]+)|(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)")

_SAYS_NOTHING = (
    "a about above after again all also am an and any are as at be because been before being below "
    "between both but by can could did do does doing down during each few for from further had has "
    "have having he her here hers him his how i if in into is it its itself just may me might more "
    "most must my no nor not now of off on once only or other our ours out over own same shall she "
    "should so some such than that the their theirs them then there these they this those through "
    "to too under until up upon us very was we were what when where which while who whom why will "
    "with would you your yours "
    "aber als am an auch auf aus bei bis da das dass dem den der des die doch du durch ein eine "
    "einem einen einer eines er es für hat ich ihr im in ist ja kann man mit nach nicht noch nur "
    "oder sein sich sie sind so um und uns unser von vor war was wenn wer werden wie wir wird zu "
    "zum zur über"
)
STOP_WORDS = frozenset(_SAYS_NOTHING.split())
"""What says nothing of a text's subject, in English and German."""


@dataclass(frozen=True)
class Block:
    """A paragraph or list, and the heading it stands under, if any."""

    heading: str | None
    sentences: tuple[str, ...]


def blocks(text: str) -> list[Block]:
    """The blocks of a text in order. Code is left out: it is no prose."""
    made: list[Block] = []
    heading: str | None = None
    for title, lines in _groups(text):
        if title is not None:
            heading = title
        sentences = tuple(s for line in _joined(lines) for s in _split(line))
        if sentences:
            made.append(Block(heading, sentences))
    return made


def sentences(text: str) -> list[str]:
    """All sentences of a text, each on one line and without Markdown around it."""
    return [sentence for block in blocks(text) for sentence in block.sentences]


def words(text: str) -> list[str]:
    """The words of a text. Chinese and Japanese set no spaces: each of their letters is a word."""
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """How many words a text has."""
    return len(words(text))


def claims(text: str) -> list[str]:
    """The words that say something, lower case: terms and figures."""
    return [word for word in map(str.casefold, words(text)) if word not in STOP_WORDS]


def terms(text: str) -> list[str]:
    """The words that say something of the subject, lower case. Figures do not."""
    return [word for word in claims(text) if not word[0].isdigit()]


def mentions(text: str, phrase: str) -> bool:
    """Whether a text has a phrase, in whole words and in any case; white space does not count."""
    low, wanted = (one_line(part).casefold() for part in (text, phrase))
    at = low.find(wanted)
    while at >= 0 and wanted:
        end = at + len(wanted)
        if not (_runs_on(low[:at][-1:], wanted[0]) or _runs_on(wanted[-1], low[end : end + 1])):
            return True
        at = low.find(wanted, at + 1)
    return False


def _runs_on(before: str, after: str) -> bool:
    """Whether two letters belong to one word. Scripts without capitals may set no spaces."""
    return all(c.isdigit() or c.upper() != c.lower() for c in (before, after) if c) and bool(
        before and after
    )


def plain(text: str) -> str:
    """A line of Markdown as its readers see it: links by their text, no emphasis or code marks."""
    return one_line(_MARKUP.sub(r"\1", _LINK.sub(r"\1", text)))


def within_words(sentence: str, limit: int) -> str:
    """A sentence of at most `limit` words, at least 1: cut where a clause ends, else anywhere.

    What was cut ends with …
    """
    found = list(_WORD.finditer(sentence))
    if len(found) <= limit:
        return sentence
    last = limit - 1
    while last and found[last].group()[0].isdigit():
        # A number may go on in the next word: 10 million.
        last -= 1
    kept = sentence[: found[last].end()]
    clauses = [m.start() for m in re.finditer(r"[,;:–—](?=\s)", kept)]
    fitting = [at for at in clauses if count_words(kept[:at]) * 2 >= limit]
    return (kept[: fitting[-1]] if fitting else kept).rstrip() + "…"


def _groups(text: str) -> Iterator[tuple[str | None, list[str]]]:
    """Lines that stand together, and the heading right before them."""
    title: str | None = None
    lines: list[str] = []
    code = False
    for line in [*text.split("\n"), ""]:
        if _FENCE.match(line):
            code = not code
            continue
        if code:
            continue
        heading = _heading(line)
        if lines and (heading or not line.strip()):
            yield title, lines
            title, lines = None, []
        if heading:
            title = heading
        elif line.strip():
            lines.append(line)


def _heading(line: str) -> str | None:
    match = _MARKER.match(line)
    return plain(line[match.end() :].rstrip(" #")) if match and match[1] else None


def _joined(lines: list[str]) -> Iterator[str]:
    """Wrapped lines made one; items and rows stay on their own."""
    parts: list[str] = []
    after_row = False
    for line in lines:
        row = line.lstrip().startswith("|")
        marked = _MARKER.match(line)
        text = line.strip(" \t|") if row else line[marked.end() if marked else 0 :].strip()
        if parts and (marked or row or after_row or not _goes_on(parts[-1], text)):
            yield " ".join(parts)
            parts = []
        parts.append(text)
        after_row = row
    yield " ".join(parts)


def _goes_on(before: str, line: str) -> bool:
    """Whether a line continues the one before. Two sentences are two, however they are joined."""
    if has_end(before[-10:]) or len(before) > _FULL_LINE:
        return True
    return line[:1].islower()


def _split(line: str) -> Iterator[str]:
    """The sentences of a line as their readers see them, without what has no letter."""
    shown = (plain(sentence) for sentence in of_line(line))
    return (sentence for sentence in shown if any(letter.isalnum() for letter in sentence))
