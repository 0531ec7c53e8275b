"""The library: takes documents in, forgets them, finds passages in them.

A document is cut into chunks, which are stored and embedded in blocks of 48. Every block says which
model made its vectors. Blocks that another model made, or none yet, are embedded before the next
search or write, as many as one request has time for; searches do not see the rest until then.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched

from hub.domain.documents import Block, Chunk, Document, Head, Shelf, Source
from hub.domain.knowledge import Dataset, Passage
from hub.domain.model import digest
from hub.knowledge.chunking import chunked
from hub.knowledge.ports import Embedder, KnowledgeStore, Question, VectorIndex
from hub.ports import Clock
from hub.validation import found

BLOCK = 48
"""Chunks of a block: at most 280 KB with their vectors, and a DynamoDB item holds 400 KB."""

_PREVIEW = 2000
_SHORT_TITLE = 80


@dataclass(frozen=True)
class Draft:
    """A document that is to be taken in. `text` is Markdown."""

    dataset: Dataset
    source: Source
    text: str
    title: str | None = None
    url: str | None = None
    run_id: str | None = None


@dataclass(frozen=True)
class Ingested:
    """A document taken in, now or before; `pending` chunks of its dataset wait for embedding."""

    document: Document
    created: bool
    pending: int


@dataclass(frozen=True)
class Found:
    """The passages found; `pending` chunks of the datasets were not looked at yet."""

    passages: tuple[Passage, ...]
    pending: int = 0


class Library:
    """What organizations know. Nothing of one organization is ever read for another."""

    def __init__(
        self, store: KnowledgeStore, index: VectorIndex, embedder: Embedder, clock: Clock
    ) -> None:
        self._store = store
        self._index = index
        self._embedder = embedder
        self._clock = clock
        # What a block says of its vectors: with another index they must be made anew, too.
        self._model = f"{embedder.model}@{index.place}"

    def ingest(self, organization_id: str, draft: Draft) -> Ingested:
        """Take a document in. The same document again changes nothing."""
        title = draft.title or _first_words(draft.text)
        document_id = _identity(organization_id, draft, title)
        known = self._store.get(organization_id, document_id)
        budget = _Budget(self._embedder.at_once)
        (shelf,) = self._store.shelves(organization_id, [draft.dataset])
        if known is None:
            blocks = _blocks_of(document_id, chunked(draft.text))
            heads = {document_id: Head(document_id, title, draft.url)}
            taken = self._embedded(shelf, heads, list(budget.affordable(blocks)))
            document = self._document(organization_id, document_id, draft, title, blocks)
            self._store.add(document, [*taken, *blocks[len(taken) :]])
        _, pending = self._refreshed(organization_id, [draft.dataset], budget)
        return Ingested(known or document, known is None, pending)

    def documents(
        self, organization_id: str, dataset: Dataset | None, limit: int, cursor: str | None
    ) -> tuple[Sequence[Document], str | None]:
        """One page of documents, newest first, and the cursor of the next."""
        page = self._store.list(organization_id, dataset, limit, cursor)
        return page.items, page.cursor

    def document(self, organization_id: str, document_id: str) -> Document:
        """One document; NotFoundError if the organization has none of that id."""
        return found(self._store.get(organization_id, document_id), "document", document_id)

    def delete(self, organization_id: str, document_id: str) -> Document:
        """Forget a document and all that was made of it. NotFoundError if there is none."""
        document = self.document(organization_id, document_id)
        # The record goes last: whatever fails before it can be done again.
        self._index.drop(organization_id, self._store.blocks(document))
        self._store.delete(document)
        return document

    def search(
        self, organization_id: str, query: str, datasets: Sequence[Dataset], limit: int
    ) -> Found:
        """The passages of the datasets that fit the query best, best first."""
        budget = _Budget(self._embedder.at_once)
        shelves, pending = self._refreshed(organization_id, tuple(dict.fromkeys(datasets)), budget)
        if not shelves or not query.strip():
            return Found((), pending)
        (vector,) = self._embedder.embed([query])
        question = Question(query, vector, self._model)
        return Found(tuple(self._index.search(shelves, question, limit)), pending)

    def _refreshed(
        self, organization_id: str, datasets: Sequence[Dataset], budget: "_Budget"
    ) -> tuple[list[Shelf], int]:
        """The shelves that have anything, and how many of their chunks are not embedded yet."""
        shelves = [s for s in self._store.shelves(organization_id, datasets) if s.version]
        stale = [shelf for shelf in shelves if shelf.model != self._model]
        if not stale:
            return shelves, 0
        pending = sum(self._refresh(shelf, budget) for shelf in stale)
        return list(self._store.shelves(organization_id, [s.dataset for s in shelves])), pending

    def _refresh(self, shelf: Shelf, budget: "_Budget") -> int:
        """Embed what another model embedded, or none, within the budget; returns what is left."""
        contents = self._store.contents(shelf)
        stale = [block for block in contents.blocks if block.model != self._model]
        affordable = list(budget.affordable(stale))
        taken = self._embedded(shelf, contents.heads, affordable)
        left = sum(len(block.chunks) for block in stale[len(affordable) :])
        if taken or not left:
            self._store.replace(shelf, taken, None if left else self._model)
        self._index.drop(shelf.organization_id, [block for block in affordable if block.model])
        return left

    def _embedded(
        self, shelf: Shelf, heads: Mapping[str, Head], blocks: Sequence[Block]
    ) -> list[Block]:
        """Blocks with the vectors of the present model, as the store shall keep them."""
        if not blocks:
            return []
        texts = [
            embedded_text(heads[block.document_id].title, chunk)
            for block in blocks
            for chunk in block.chunks
        ]
        vectors = iter(self._embedder.embed(texts))
        made = [
            replace(block, model=self._model, vectors=_packed(vectors, len(block.chunks)))
            for block in blocks
        ]
        return list(self._index.take(shelf, heads, made))

    def _document(
        self,
        organization_id: str,
        document_id: str,
        draft: Draft,
        title: str,
        blocks: Sequence[Block],
    ) -> Document:
        return Document(
            id=document_id,
            organization_id=organization_id,
            dataset=draft.dataset,
            title=title,
            source=draft.source,
            url=draft.url,
            run_id=draft.run_id,
            characters=len(draft.text),
            chunks=sum(len(block.chunks) for block in blocks),
            blocks=len(blocks),
            preview=draft.text[:_PREVIEW],
            created_at=self._clock.now(),
        )


class _Budget:
    """How many chunks may still be embedded in this request."""

    def __init__(self, chunks: int) -> None:
        self._left = chunks

    def affordable(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """The first blocks, as many as there is room for."""
        for block in blocks:
            if len(block.chunks) > self._left:
                self._left = 0
                return
            self._left -= len(block.chunks)
            yield block


def embedded_text(title: str, chunk: Chunk) -> str:
    """What is embedded of a chunk, and searched for words: where it stands, and what it says."""
    above = [title]
    if chunk.heading and not chunk.text.startswith("#"):
        above.append(chunk.heading)
    return "\n".join([*above, chunk.text])


def _blocks_of(document_id: str, chunks: Sequence[Chunk]) -> list[Block]:
    return [
        Block(document_id=document_id, number=number, first=number * BLOCK, chunks=part)
        for number, part in enumerate(batched(chunks, BLOCK, strict=False))
    ]


def _packed(vectors: Iterator[array[float]], count: int) -> bytes:
    return b"".join(next(vectors).tobytes() for _ in range(count))


def _identity(organization_id: str, draft: Draft, title: str) -> str:
    named = [organization_id, draft.dataset, title, draft.url, draft.text]
    return f"doc_{digest(named)[:24]}"


def _first_words(text: str) -> str:
    """A title for a document without one: how it begins."""
    line = text.strip().split("\n", 1)[0].lstrip("#*->| ").strip() or "Untitled"
    if len(line) <= _SHORT_TITLE:
        return line
    return f"{line[: _SHORT_TITLE - 1].rsplit(' ', 1)[0]}…"
