"""The statistics hold against published values, an exact oracle, and what must be so."""

import math
from fractions import Fraction
from statistics import NormalDist

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.email.rates import (
    detectable,
    fisher_exact,
    holm,
    newcombe,
    sample_size,
    uncorrected_size,
    wilson,
)

cells = st.integers(0, 40)
counts = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def exact(a: int, b: int, c: int, d: int) -> Fraction:
    """Fisher's two-sided p in whole numbers: no tolerance, no logarithms."""
    low, high = max(0, a - d), min(a + b, a + c)
    weights = [math.comb(a + b, x) * math.comb(c + d, a + c - x) for x in range(low, high + 1)]
    seen = weights[a - low]
    return Fraction(sum(w for w in weights if w <= seen), sum(weights))


@pytest.mark.parametrize(
    ("table", "p", "source"),
    [
        ((3, 1, 1, 3), 0.4857143, "Fisher's lady tasting tea; R ?fisher.test, two-sided"),
        ((2, 10, 15, 3), 0.0005367241, "R ?fisher.test, twins of convicts, Fisher 1962"),
        ((1, 9, 11, 3), 0.0027594562, "Wikipedia, Fisher's exact test: men, women and diets"),
        ((8, 2, 1, 5), 0.0349650350, "SciPy fisher_exact, whales and sharks"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_fishers_p_is_the_published_one(
    table: tuple[int, int, int, int], p: float, source: str
) -> None:
    assert fisher_exact(*table) == pytest.approx(p, rel=1e-6), source


@given(cells, cells, cells, cells)
@settings(max_examples=300)
def test_fishers_p_is_that_of_whole_numbers(a: int, b: int, c: int, d: int) -> None:
    assert fisher_exact(a, b, c, d) == pytest.approx(float(exact(a, b, c, d)), rel=1e-9)


@given(cells, cells, cells, cells)
def test_fishers_p_does_not_depend_on_how_the_table_is_turned(
    a: int, b: int, c: int, d: int
) -> None:
    p = fisher_exact(a, b, c, d)
    assert 0 < p <= 1
    for turned in ((c, d, a, b), (b, a, d, c), (a, c, b, d)):
        assert fisher_exact(*turned) == pytest.approx(p, rel=1e-9)


@given(st.integers(1, 1_000_000), st.data())
@settings(max_examples=50)
def test_equal_rates_of_large_samples_have_p_of_one(n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    assert fisher_exact(successes, n - successes, successes, n - successes) == 1.0


def test_fishers_p_of_large_samples_nears_that_of_the_normal_distribution() -> None:
    # 20,0 % against 20,2 % of a million: z with a pooled rate and the continuity correction.
    a, c, n = 200_000, 202_000, 1_000_000
    pooled = (a + c) / (2 * n)
    z = ((c - a) / n - 1 / n) / math.sqrt(pooled * (1 - pooled) * 2 / n)
    normal = 2 * (1 - NormalDist().cdf(z))
    assert fisher_exact(a, n - a, c, n - c) == pytest.approx(normal, rel=2e-3)


def test_a_difference_beyond_doubt_has_a_p_of_about_none() -> None:
    assert fisher_exact(0, 1_000_000, 1_000_000, 0) == 0.0
    assert fisher_exact(100, 900, 300, 700) < 1e-25


def test_an_empty_table_shows_nothing() -> None:
    assert fisher_exact(0, 0, 3, 4) == 1.0
    assert fisher_exact(0, 5, 0, 5) == 1.0


@pytest.mark.parametrize(
    ("values", "corrected"),
    [
        # R: p.adjust(c(0.01, 0.04, 0.03), "holm")
        ([0.01, 0.04, 0.03], [0.03, 0.06, 0.06]),
        # R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
        ([0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]),
        ([0.9, 0.8], [1.0, 1.0]),
        ([0.2], [0.2]),
    ],
)
def test_holms_correction_is_that_of_r(values: list[float], corrected: list[float]) -> None:
    assert holm(values) == pytest.approx(corrected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=10))
def test_holms_correction_keeps_the_order_and_is_no_milder_than_none(values: list[float]) -> None:
    corrected = holm(values)
    assert all(value <= new <= 1 for value, new in zip(values, corrected, strict=True))
    ranked = [new for _, new in sorted(zip(values, corrected, strict=True))]
    assert ranked == sorted(ranked)
    smallest = min(values)
    assert corrected[values.index(smallest)] == pytest.approx(min(1.0, len(values) * smallest))


@pytest.mark.parametrize(
    ("successes", "count", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, Table I, method 3 (Wilson).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_newcombes_table(
    successes: int, count: int, low: float, high: float
) -> None:
    assert wilson(successes, count, 0.05) == pytest.approx((low, high), abs=5e-5)


@given(counts, st.sampled_from([0.01, 0.05, 0.2]))
def test_wilsons_interval_has_the_rate_in_it_and_mirrors(
    seen: tuple[int, int], significance: float
) -> None:
    successes, count = seen
    low, high = wilson(successes, count, significance)
    assert 0 <= low <= high <= 1
    if count:
        assert low - 1e-12 <= successes / count <= high + 1e-12
        assert wilson(count - successes, count, significance) == pytest.approx((1 - high, 1 - low))
    else:
        assert (low, high) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 873-890, Table II, method 10.
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((0, 29), (5, 56), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.2775, 0.1611),
    ],
)
def test_the_interval_of_a_difference_is_newcombes_table(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert newcombe(one, other, 0.05) == pytest.approx((low, high), abs=6e-5)


@given(counts, counts)
def test_the_interval_of_a_difference_turns_with_its_sides(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    low, high = newcombe(one, other, 0.05)
    assert newcombe(other, one, 0.05) == pytest.approx((-high, -low))


def test_the_uncorrected_size_is_that_of_power_prop_test() -> None:
    # R ?power.prop.test: power.prop.test(p1 = .50, p2 = .75, power = .90)  # => n = 76.7
    assert uncorrected_size(0.5, 0.75, 0.05, 0.9) == pytest.approx(76.7, abs=0.05)


@pytest.mark.parametrize(
    ("p1", "p2", "power"), [(0.2, 0.6, 0.8), (0.05, 0.4, 0.9), (0.5, 0.9, 0.8)]
)
def test_the_size_gives_fishers_test_the_power_it_says(p1: float, p2: float, power: float) -> None:
    n = sample_size(p1, p2, 0.05, power)
    assert power - 0.015 < _power(p1, p2, n) < power + 0.06
    assert _power(p1, p2, round(n * 0.7)) < power


def _power(p1: float, p2: float, n: int) -> float:
    """The chance of p ≤ 0.05, over all tables."""
    first = [math.comb(n, x) * p1**x * (1 - p1) ** (n - x) for x in range(n + 1)]
    second = [math.comb(n, x) * p2**x * (1 - p2) ** (n - x) for x in range(n + 1)]
    return sum(
        first[a] * second[c]
        for a in range(n + 1)
        for c in range(n + 1)
        if fisher_exact(a, n - a, c, n - c) <= 0.05
    )


rates = st.floats(0.01, 0.98)


@given(rates, rates, st.sampled_from([0.01, 0.05]), st.sampled_from([0.8, 0.9]))
def test_sizes_are_whole_alike_from_both_sides_and_larger_for_more_certainty(
    p1: float, p2: float, significance: float, power: float
) -> None:
    assume(abs(p1 - p2) > 0.001)
    n = sample_size(p1, p2, significance, power)
    assert n >= uncorrected_size(p1, p2, significance, power)
    assert sample_size(p2, p1, significance, power) == n
    assert sample_size(1 - p1, 1 - p2, significance, power) in (n - 1, n, n + 1)
    assert sample_size(p1, p2, significance / 2, power) >= n
    assert sample_size(p1, p2, significance, power + 0.05) >= n


def test_equal_rates_have_no_size() -> None:
    with pytest.raises(ValueError, match="cannot be told apart"):
        sample_size(0.2, 0.2, 0.05, 0.8)


@given(st.floats(0.02, 0.6), st.floats(0.02, 0.3))
@settings(max_examples=50)
def test_what_a_size_can_detect_is_what_it_was_computed_for(rate: float, effect: float) -> None:
    n = sample_size(rate, rate + effect, 0.05, 0.8)
    found = detectable(rate, n, 0.05, 0.8)
    assert found is not None
    assert found <= effect + 1e-5
    assert sample_size(rate, rate + found, 0.05, 0.8) <= n


def test_few_recipients_detect_nothing() -> None:
    assert detectable(0.5, 3, 0.05, 0.8) is None
