"""Cuts a text into chunks of about 600 characters, where an author would.

Chunks end at paragraph borders; a longer paragraph is cut between sentences, a list between items.
A heading stays with the text after it. Code blocks and tables stay whole up to 950 characters, and
are cut between lines beyond. A chunk that goes on within a section begins with the last sentence of
the chunk before, so that no thought falls between two chunks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from hub.domain.documents import Chunk

TARGET = 600
"""Characters that a chunk is filled up to."""

LIMIT = 1200
"""Characters that no chunk exceeds: a heading with a whole code block stays below."""

OVERLAP = 160
"""Characters that are repeated of the chunk before, at most."""

_WHOLE = 950
_HEADING = 200
_SECTION = 200
"""A section that begins after less than this goes into the same chunk: small ones stay together."""

_TITLE = re.compile(r"(#{1,6})\s+(\S.*)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+\S")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
_SPACE = re.compile(r"\s+")


class _Kind(Enum):
    HEADING = auto()
    PROSE = auto()
    LIST = auto()
    WHOLE = auto()


@dataclass(frozen=True)
class _Piece:
    """Text that is not cut any more. `glue` is what joins it to the piece before.

    `titles` are the headings that it is or begins with, each with its level.
    """

    kind: _Kind
    text: str
    glue: str = "\n\n"
    titles: tuple[tuple[int, str], ...] = ()


def chunked(text: str) -> list[Chunk]:
    """The chunks of a text or Markdown document, in its order; none for an empty one."""
    packer = _Packer()
    for block in _blocks(text):
        for piece in _pieces(block):
            packer.add(piece)
    return packer.done()


class _Packer:
    """Fills one chunk after the other."""

    def __init__(self) -> None:
        self._chunks: list[Chunk] = []
        self._text = ""
        self._fresh = 0
        self._titles: list[tuple[int, str]] = []
        self._path = ""
        self._waiting: list[_Piece] = []

    def add(self, piece: _Piece) -> None:
        """Take the next piece; a heading waits for the text after it."""
        if piece.kind is _Kind.HEADING:
            if not self._waiting and len(self._text) >= _SECTION:
                self._flush()
            self._waiting.append(piece)
            return
        for unit in self._with_headings(piece):
            self._place(unit)

    def done(self) -> list[Chunk]:
        """All chunks."""
        for heading in self._waiting:
            self._place(heading)
        self._flush()
        return self._chunks

    def _with_headings(self, piece: _Piece) -> Iterator[_Piece]:
        """The piece under the headings before it, as one where that is not too long."""
        whole = piece
        while self._waiting and len(self._waiting[-1].text) + 2 + len(whole.text) <= LIMIT:
            heading = self._waiting.pop()
            text = f"{heading.text}\n\n{whole.text}"
            whole = _Piece(piece.kind, text, titles=heading.titles + whole.titles)
        yield from self._waiting
        self._waiting = []
        yield whole

    def _place(self, piece: _Piece) -> None:
        size = len(self._text) + len(piece.glue) + len(piece.text)
        if self._text and size > TARGET:
            self._continue(piece)
        for title in piece.titles:
            self._titles = [*(t for t in self._titles if t[0] < title[0]), title]
        if not self._text:
            self._path = self._where()
        self._text += (piece.glue if self._text else "") + piece.text

    def _continue(self, piece: _Piece) -> None:
        """End the chunk; the next begins with its last sentences where the text goes on."""
        last = self._text[self._fresh :]
        self._flush()
        if piece.kind is _Kind.PROSE and not piece.titles:
            self._text = _last_sentences(last)
            self._fresh = len(self._text)
            self._path = self._where()

    def _flush(self) -> None:
        if self._text:
            self._chunks.append(Chunk(self._path, self._text, self._fresh))
        self._text, self._fresh = "", 0

    def _where(self) -> str:
        return " > ".join(title for _, title in self._titles)[:_HEADING]


def _heading(line: str) -> tuple[int, str] | None:
    """Level and title of a heading. What is too long for one is a paragraph."""
    match = _TITLE.fullmatch(line) if len(line) <= _HEADING else None
    return (len(match[1]), match[2].strip(" #")) if match else None


def _last_sentences(text: str) -> str:
    """The last whole sentences that fit into the overlap; none of code, lists and tables."""
    paragraph = text.rpartition("\n\n")[2]
    if not _is_prose(paragraph):
        return ""
    kept = ""
    for sentence in reversed(_SENTENCE_END.split(paragraph)):
        longer = f"{sentence} {kept}".strip()
        if len(longer) > OVERLAP:
            break
        kept = longer
    return "" if kept == text.strip() else kept


def _is_prose(paragraph: str) -> bool:
    first = paragraph.lstrip()[:1]
    return not (first in ("|", "`", "~", "") or _ITEM.match(paragraph) or _TITLE.match(paragraph))


def _blocks(text: str) -> Iterator[_Piece]:
    """The document's blocks: headings, code and tables, lists, paragraphs."""
    lines: list[str] = []
    fence = ""
    title: tuple[int, str] | None = None
    for line in [*text.split("\n"), ""]:
        mark = _FENCE.match(line)
        if fence:
            lines.append(line)
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
                yield from _block(lines, _Kind.WHOLE)
                lines = []
        elif mark:
            yield from _block(lines)
            lines, fence = [line], mark[1]
        elif line.strip() and not (title := _heading(line)):
            lines.append(line)
        else:
            yield from _block(lines)
            lines = []
            if line.strip():
                yield _Piece(_Kind.HEADING, line.rstrip(), titles=(title,) if title else ())
    yield from _block(lines, _Kind.WHOLE if fence else None)


def _block(lines: list[str], kind: _Kind | None = None) -> Iterator[_Piece]:
    text = "\n".join(lines).rstrip().strip("\n")
    if not text:
        return
    if kind is None:
        table = all(line.lstrip().startswith("|") for line in lines)
        kind = _Kind.WHOLE if table else _Kind.LIST if _ITEM.match(text) else _Kind.PROSE
    yield _Piece(kind, text)


def _pieces(block: _Piece) -> Iterator[_Piece]:
    """A block in pieces that fit: whole, or cut where it reads best."""
    if len(block.text) <= (_WHOLE if block.kind is _Kind.WHOLE else TARGET):
        yield block
    elif block.kind is _Kind.WHOLE:
        yield from _filled(block, block.text.split("\n"), "\n", _WHOLE)
    elif block.kind is _Kind.LIST:
        yield from _filled(block, _items(block.text), "\n", TARGET)
    else:
        yield from _filled(block, _SENTENCE_END.split(block.text), " ", TARGET)


def _items(text: str) -> list[str]:
    """The items of a list, each with the lines that belong to it."""
    items: list[list[str]] = []
    for line in text.split("\n"):
        if items and not _ITEM.match(line):
            items[-1].append(line)
        else:
            items.append([line])
    return ["\n".join(lines) for lines in items]


def _filled(block: _Piece, parts: list[str], glue: str, size: int) -> Iterator[_Piece]:
    """Pieces of a block, each of as many parts as fit. A part that is too long is cut by words."""
    fine = [
        cut for part in parts for cut in (_by_words(part, size) if len(part) > size else [part])
    ]
    filled = ""
    begun = False
    for part in fine:
        if filled and len(filled) + len(glue) + len(part) > size:
            yield replace(block, text=filled, glue=glue if begun else "\n\n")
            filled, begun = part, True
        else:
            filled = f"{filled}{glue}{part}" if filled else part
    if filled:
        yield replace(block, text=filled, glue=glue if begun else "\n\n")


def _by_words(text: str, size: int) -> list[str]:
    """A text cut between words; a word that is too long is cut anywhere."""
    cuts: list[str] = []
    filled = ""
    for word in _SPACE.split(text):
        for start in range(0, len(word), size):
            part = word[start : start + size]
            if filled and len(filled) + 1 + len(part) > size:
                cuts.append(filled)
                filled = part
            else:
                filled = f"{filled} {part}" if filled else part
    return [*cuts, filled] if filled else cuts
