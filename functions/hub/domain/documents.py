"""Documents: what an organization tells NeonHub to know, and the chunks they are kept in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from hub.domain.knowledge import Dataset
from hub.domain.model import Instant, Record


class Source(StrEnum):
    """What a document was made from."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"
    URL = "url"
    RUN = "run"


class Document(Record):
    """A document without its text. `characters` counts what was extracted, `chunks` its parts.

    `id` follows from organization, dataset, title, URL and text: the same document twice is one.
    `preview` is the beginning of the text. `blocks` is how many items its chunks are kept in.
    """

    id: str
    organization_id: str
    dataset: Dataset
    title: str
    source: Source
    url: str | None = None
    run_id: str | None = None
    characters: int
    chunks: int
    blocks: int
    preview: str
    created_at: Instant


class Chunk(NamedTuple):
    """A part of a document, in Markdown.

    `heading` is the path of headings that it stands under, as in `Returns > Refunds`. The first
    `overlap` characters of the text are repeated from the chunk before.
    """

    heading: str
    text: str
    overlap: int = 0


@dataclass(frozen=True)
class Block:
    """Chunks of a document that are stored, embedded and embedded anew together.

    `first` is the number of its first chunk. `model` names what made the vectors and what keeps
    them, None if nothing has yet; `vectors` are the chunks' vectors one after the other as
    little-endian float32, or empty where an index of its own keeps them.
    """

    document_id: str
    number: int
    first: int
    chunks: tuple[Chunk, ...]
    model: str | None = None
    vectors: bytes = b""


class Head(NamedTuple):
    """What passages tell of their document."""

    document_id: str
    title: str
    url: str | None


@dataclass(frozen=True)
class Shelf:
    """One dataset of one organization. `version` grows with each change, 0 if it has none yet.

    `model` is what embedded every chunk on it, None while some wait for it.
    """

    organization_id: str
    dataset: Dataset
    version: int = 0
    model: str | None = None


def chunk_id(document_id: str, number: int) -> str:
    """The id of a chunk, in the order of its document."""
    return f"{document_id}-{number:05d}"
