"""KnowledgeStore in memory: the twin of the DynamoDB store, held to the same contract tests."""

from collections.abc import Sequence
from dataclasses import replace

from hub.domain.documents import Block, Document, Head, Shelf
from hub.domain.errors import InvalidRequestError
from hub.domain.knowledge import Dataset
from hub.knowledge.ports import Contents
from hub.ports import Page


class MemoryKnowledgeStore:
    """Keeps documents, blocks and shelves in dictionaries."""

    def __init__(self) -> None:
        self._documents: dict[tuple[str, str], Document] = {}
        self._blocks: dict[tuple[str, str, int], Block] = {}
        self._shelves: dict[tuple[str, Dataset], Shelf] = {}

    def add(self, document: Document, blocks: Sequence[Block]) -> None:
        """Store a document."""
        organization = document.organization_id
        self._documents[(organization, document.id)] = document
        for block in blocks:
            self._blocks[(organization, document.id, block.number)] = block
        (shelf,) = self.shelves(organization, [document.dataset])
        models = {block.model for block in blocks}
        same = len(models) == 1 and (models == {shelf.model} or not shelf.version)
        self._change(shelf, models.pop() if same else None)

    def get(self, organization_id: str, document_id: str) -> Document | None:
        """A document, or None."""
        return self._documents.get((organization_id, document_id))

    def list(
        self, organization_id: str, dataset: Dataset | None, limit: int, cursor: str | None = None
    ) -> Page[Document]:
        """Documents, newest first; a cursor is the place to go on at."""
        mine = [d for (owner, _), d in self._documents.items() if owner == organization_id]
        wanted = [d for d in mine if dataset in (None, d.dataset)]
        wanted.sort(key=lambda d: (d.created_at, d.id), reverse=True)
        if cursor and not cursor.isdigit():
            raise InvalidRequestError("the cursor is not one this list gave; start again")
        start = int(cursor or 0)
        more = len(wanted) > start + limit
        return Page(wanted[start : start + limit], str(start + limit) if more else None)

    def present(self, organization_id: str, document_ids: Sequence[str]) -> set[str]:
        """Which of the documents are there."""
        return {found for found in document_ids if (organization_id, found) in self._documents}

    def blocks(self, document: Document) -> Sequence[Block]:
        """The blocks of a document, in order."""
        whose = (document.organization_id, document.id)
        mine = [block for key, block in self._blocks.items() if key[:2] == whose]
        return sorted(mine, key=lambda block: block.number)

    def delete(self, document: Document) -> bool:
        """Remove a document; False if it is not there."""
        whose = (document.organization_id, document.id)
        if self._documents.pop(whose, None) is None:
            return False
        self._blocks = {key: b for key, b in self._blocks.items() if key[:2] != whose}
        (shelf,) = self.shelves(document.organization_id, [document.dataset])
        self._change(shelf, shelf.model)
        return True

    def shelves(self, organization_id: str, datasets: Sequence[Dataset]) -> Sequence[Shelf]:
        """The shelves as they are now."""
        keys = [(organization_id, dataset) for dataset in datasets]
        return [self._shelves.get(key, Shelf(*key)) for key in keys]

    def contents(self, shelf: Shelf) -> Contents:
        """What is on a shelf."""
        mine = [
            document
            for (owner, _), document in self._documents.items()
            if owner == shelf.organization_id and document.dataset is shelf.dataset
        ]
        blocks = [b for document in sorted(mine, key=lambda d: d.id) for b in self.blocks(document)]
        return Contents({d.id: Head(d.id, d.title, d.url) for d in mine}, blocks)

    def replace(self, shelf: Shelf, blocks: Sequence[Block], model: str | None) -> None:
        """Store blocks anew where they still are."""
        for block in blocks:
            key = (shelf.organization_id, block.document_id, block.number)
            if key in self._blocks:
                self._blocks[key] = block
        (present,) = self.shelves(shelf.organization_id, [shelf.dataset])
        settled = model is not None and present.version == shelf.version
        self._change(present, model if settled else present.model)

    def _change(self, shelf: Shelf, model: str | None) -> None:
        key = (shelf.organization_id, shelf.dataset)
        self._shelves[key] = replace(shelf, version=shelf.version + 1, model=model)
