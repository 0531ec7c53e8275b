"""What knowledge needs from outside: something that embeds, places for documents and vectors."""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hub.domain.documents import Block, Document, Head, Shelf
from hub.domain.knowledge import Dataset, Passage
from hub.ports import Page


class Embedder(Protocol):
    """Makes vectors of texts: the more alike in meaning, the higher their cosine.

    `model` names what makes them: vectors of different models are never compared. `at_once` is how
    many texts can be embedded within one request.
    """

    model: str
    dimensions: int
    at_once: int

    def embed(self, texts: Sequence[str]) -> Sequence[array[float]]:
        """The vectors of texts in their order, float32. TransientError if it cannot be done now."""
        ...


@dataclass(frozen=True)
class Contents:
    """What is on a shelf: the heads of its documents by id, and the documents' blocks."""

    heads: Mapping[str, Head]
    blocks: Sequence[Block]


class KnowledgeStore(Protocol):
    """Keeps documents and their chunks, on one shelf for each dataset of an organization."""

    def add(self, document: Document, blocks: Sequence[Block]) -> None:
        """Store a document. It is there once all of its blocks are.

        Raises TransientError if the store is too busy; adding it again goes on where it ended.
        """
        ...

    def get(self, organization_id: str, document_id: str) -> Document | None: ...

    def list(
        self, organization_id: str, dataset: Dataset | None, limit: int, cursor: str | None = None
    ) -> Page[Document]:
        """Documents, newest first, of one dataset or all."""
        ...

    def present(self, organization_id: str, document_ids: Sequence[str]) -> set[str]:
        """Which of at most 100 documents are there."""
        ...

    def blocks(self, document: Document) -> Sequence[Block]: ...

    def delete(self, document: Document) -> bool:
        """Remove a document with its blocks; False if it is not there."""
        ...

    def shelves(self, organization_id: str, datasets: Sequence[Dataset]) -> Sequence[Shelf]:
        """The shelves of datasets as they are now, in that order."""
        ...

    def contents(self, shelf: Shelf) -> Contents: ...

    def replace(self, shelf: Shelf, blocks: Sequence[Block], model: str | None) -> None:
        """Store blocks that were embedded anew, if their documents are still there.

        With a `model`, all of the shelf is embedded by it, unless the shelf was changed meanwhile.
        """
        ...


@dataclass(frozen=True)
class Question:
    """What is searched for: the words, and their vector with the model that made it."""

    text: str
    vector: array[float]
    model: str


class VectorIndex(Protocol):
    """Finds passages by meaning and words. It looks at nothing but the shelves it is given.

    `place` names where it keeps vectors: those that another index keeps are not there for it.
    """

    place: str

    def take(
        self, shelf: Shelf, heads: Mapping[str, Head], blocks: Sequence[Block]
    ) -> Sequence[Block]:
        """Take the vectors of blocks; returns the blocks as the store shall keep them."""
        ...

    def drop(self, organization_id: str, blocks: Sequence[Block]) -> None:
        """Forget the vectors of blocks; harmless if there are none."""
        ...

    def search(self, shelves: Sequence[Shelf], question: Question, limit: int) -> Sequence[Passage]:
        """The passages that fit best, best first."""
        ...
