"""Knowledge in memory: finds passages by the words they share with the question."""

import re
from collections.abc import Sequence

from hub.domain.knowledge import Dataset, Passage

_WORD = re.compile(r"\w+")


class MemoryKnowledge:
    """Keeps passages by organization."""

    def __init__(self) -> None:
        self._passages: dict[str, list[Passage]] = {}

    def put(self, organization_id: str, *passages: Passage) -> None:
        """Know these passages. Their own scores do not matter."""
        self._passages.setdefault(organization_id, []).extend(passages)

    def search(
        self, organization_id: str, query: str, datasets: Sequence[Dataset], limit: int
    ) -> Sequence[Passage]:
        """The passages of those datasets that share words with the query, best first."""
        wanted = _words(query)
        known = [p for p in self._passages.get(organization_id, []) if p.dataset in datasets]
        scored = [p.model_copy(update={"score": _likeness(wanted, p.text)}) for p in known]
        fitting = sorted((p for p in scored if p.score > 0), key=lambda p: -p.score)
        return fitting[:limit]


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text) if len(word) > 2}


def _likeness(wanted: set[str], text: str) -> float:
    """The share of the question's words that the text has."""
    return len(wanted & _words(text)) / len(wanted) if wanted else 0.0
