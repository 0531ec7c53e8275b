"""The statistics of the benchmarks."""

import pytest

from bench.stats import Summary, chunks, mean, percentile


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7], 0.5, 7),
        ([3, 1, 2], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2.5),
        ([10, 20], 0.95, 19.5),
        (list(range(101)), 0.95, 95),
        ([5, 1, 9], 0, 1),
        ([5, 1, 9], 1, 9),
    ],
)
def test_a_percentile_lies_between_its_neighbours(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == pytest.approx(expected)


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_a_summary_tells_the_middle_and_the_ends() -> None:
    summary = Summary.of([4.0, 2.0, 9.0])
    assert summary == Summary(count=3, p50=4.0, p95=8.5, low=2.0, high=9.0)


def test_the_mean_of_nothing_is_nothing() -> None:
    assert mean([]) == 0
    assert mean([1, 2, 6]) == 3


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [14]), (4, [4, 3, 3, 4]), (6, [2, 3, 2, 2, 3, 2]), (99, [1] * 14)]
)
def test_chunks_are_even_and_keep_the_order(count: int, sizes: list[int]) -> None:
    items = list(range(14))
    made = chunks(items, count)
    assert [len(part) for part in made] == sizes
    assert [item for part in made for item in part] == items
