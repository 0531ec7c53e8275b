"""EventBus in memory, for tests."""

from collections.abc import Sequence

from hub.domain.model import Json


class MemoryBus:
    """Remembers what was published, as (detail type, detail)."""

    def __init__(self) -> None:
        self.published: list[tuple[str, Json]] = []

    def publish(self, detail_type: str, details: Sequence[Json]) -> None:
        """Remember each detail."""
        self.published += [(detail_type, detail) for detail in details]
