"""The few statistics that the benchmarks report."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed, interpolated between two.

    Raises ValueError without values.
    """
    if not values:
        raise ValueError("there is no percentile of nothing")
    ordered = sorted(values)
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


@dataclass(frozen=True)
class Summary:
    """What is told of many measurements of one thing, in their unit."""

    count: int
    p50: float
    p95: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """The summary of at least one value."""
        return cls(
            count=len(values),
            p50=percentile(values, 0.5),
            p95=percentile(values, 0.95),
            low=min(values),
            high=max(values),
        )


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def chunks[T](items: Sequence[T], count: int) -> list[Sequence[T]]:
    """The items in order, in `count` parts whose sizes differ by one at most; none is empty."""
    parts = max(1, min(count, len(items)))
    edges = [round(i * len(items) / parts) for i in range(parts + 1)]
    return [items[first:last] for first, last in pairwise(edges)]
