"""A model that can be seen through: a text's vector says which of eight words it has."""

from array import array
from collections.abc import Sequence

WORDS = ("grinder", "kettle", "coffee", "return", "refund", "price", "winter", "farm")


class ToyEmbedder:
    """Embeds by words. Remembers every batch."""

    dimensions = 8

    def __init__(self, model: str = "toy", at_once: int = 1000) -> None:
        self.model = model
        self.at_once = at_once
        self.batches: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> list[array[float]]:
        """One number a word, of length 1."""
        self.batches.append([*texts])
        return [self._vector(text.lower()) for text in texts]

    @property
    def embedded(self) -> int:
        """How many texts were embedded."""
        return sum(len(batch) for batch in self.batches)

    def _vector(self, text: str) -> array[float]:
        numbers = [float(text.count(word)) for word in WORDS]
        length = sum(number * number for number in numbers) ** 0.5
        return array("f", [number / length if length else 0.0 for number in numbers])


class OtherEmbedder(ToyEmbedder):
    """Another model: the same words at other places."""

    def _vector(self, text: str) -> array[float]:
        return array("f", reversed(super()._vector(text)))
