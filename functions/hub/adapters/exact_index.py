"""VectorIndex by exact search: every chunk of the shelves is compared, in memory.

The vectors stay in the blocks of the KnowledgeStore. A shelf is loaded at its first search and kept
for the life of the process, until its version changes.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hub.domain.documents import Block, Chunk, Head, Shelf, chunk_id
from hub.domain.knowledge import Dataset, Passage
from hub.knowledge.documents import embedded_text
from hub.knowledge.lexical import Bm25
from hub.knowledge.ports import KnowledgeStore, Question
from hub.knowledge.ranking import best, blended

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_CHUNKS = 60_000
"""Chunks kept in memory by one process, about 5 KB each; shelves not used longest go first."""


@dataclass(frozen=True)
class _Row:
    """Where a vector comes from."""

    head: Head
    number: int
    chunk: Chunk


@dataclass(frozen=True)
class _Loaded:
    """A shelf ready to be searched: the chunks that one model has embedded."""

    version: int
    model: str
    rows: Sequence[_Row]
    vectors: "NDArray[np.float32]"
    lexical: Bm25


class ExactIndex:
    """Compares the question with every chunk of the shelves."""

    place = "table"

    def __init__(self, store: KnowledgeStore, max_chunks: int = MAX_CHUNKS) -> None:
        self._store = store
        self._max_chunks = max_chunks
        self._loaded: OrderedDict[tuple[str, Dataset], _Loaded] = OrderedDict()

    def take(
        self, shelf: Shelf, heads: Mapping[str, Head], blocks: Sequence[Block]
    ) -> Sequence[Block]:
        """The blocks as they are: the store keeps their vectors."""
        del shelf, heads
        return blocks

    def drop(self, organization_id: str, blocks: Sequence[Block]) -> None:
        """Nothing to forget: vectors go with their blocks."""

    def search(self, shelves: Sequence[Shelf], question: Question, limit: int) -> Sequence[Passage]:
        """The passages that fit best, best first."""
        found = [passage for shelf in shelves for passage in self._search(shelf, question, limit)]
        return sorted(found, key=lambda passage: -passage.score)[:limit]

    def _search(self, shelf: Shelf, question: Question, limit: int) -> list[Passage]:
        import numpy as np

        loaded = self._of(shelf, question.model)
        if not loaded.rows:
            return []
        similarities = loaded.vectors @ np.frombuffer(question.vector, np.float32)
        scores = blended(similarities.tolist(), loaded.lexical.coverage(question.text))
        return [_passage(shelf, loaded.rows[i], scores[i]) for i in best(scores, limit)]

    def _of(self, shelf: Shelf, model: str) -> _Loaded:
        key = (shelf.organization_id, shelf.dataset)
        known = self._loaded.get(key)
        if known is None or (known.version, known.model) != (shelf.version, model):
            self._loaded.pop(key, None)
            known = self._load(shelf, model)
            self._loaded[key] = known
        self._loaded.move_to_end(key)
        kept = sum(len(loaded.rows) for loaded in self._loaded.values())
        while kept > self._max_chunks and len(self._loaded) > 1:
            _, gone = self._loaded.popitem(last=False)
            kept -= len(gone.rows)
        return known

    def _load(self, shelf: Shelf, model: str) -> _Loaded:
        import numpy as np

        contents = self._store.contents(shelf)
        # Only vectors of the question's own model can be compared with it.
        blocks = [block for block in contents.blocks if block.model == model]
        rows = [
            _Row(contents.heads[block.document_id], block.first + offset, chunk)
            for block in blocks
            for offset, chunk in enumerate(block.chunks)
        ]
        vectors = np.frombuffer(b"".join(block.vectors for block in blocks), np.float32)
        lexical = Bm25([embedded_text(row.head.title, row.chunk) for row in rows])
        shaped = vectors.reshape(len(rows), -1) if rows else vectors
        return _Loaded(shelf.version, model, rows, shaped, lexical)


def _passage(shelf: Shelf, row: _Row, score: float) -> Passage:
    return Passage(
        chunk_id=chunk_id(row.head.document_id, row.number),
        document_id=row.head.document_id,
        dataset=shelf.dataset,
        title=row.head.title,
        text=row.chunk.text,
        score=score,
        url=row.head.url,
    )
