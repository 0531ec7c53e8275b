r"""The statistics of A/B tests of rates, exact where it matters.

`fisher_exact` is Fisher's exact test, two-sided: with all margins of the 2×2 table fixed, its first
cell is hypergeometric, and p is the probability of all tables that are no likelier than the one
seen (R. A. Fisher, Statistical Methods for Research Workers, §21.02; the two-sided rule is that of
R's `fisher.test`, its tolerance of 1e-7 for equal probabilities included).

`wilson` is Wilson's score interval (E. B. Wilson, JASA 22, 1927), `newcombe` the interval for a
difference made of two of them (R. G. Newcombe, Statistics in Medicine 17, 1998, method 10), `holm`
the correction for many comparisons (S. Holm, Scandinavian Journal of Statistics 6, 1979).

`sample_size` is the number for each variant at which a two-sided test finds a difference
d = p2 - p1 with the given power (J. L. Fleiss, B. Levin, M. C. Paik, Statistical Methods for Rates
and Proportions, 3rd ed., 2003, chapter 4), with p̄ = (p1 + p2) / 2:

    n0 = (z(1 - α/2) √(2 p̄ (1 - p̄)) + z(power) √(p1 (1 - p1) + p2 (1 - p2)))² / d²
    n  = n0 / 4 · (1 + √(1 + 4 / (n0 d)))²

n0 is what R's `power.prop.test` gives; n adds the continuity correction, as Fisher's test needs
(J. T. Casagrande, M. C. Pike, P. G. Smith, Biometrics 34, 1978).
"""

import math
from collections.abc import Sequence

MAX_COUNT = 1_000_000
"""Recipients of a variant. Beyond, the logarithms of factorials lose the digits that ties need."""

_TIE = 1e-7
_NEGLIGIBLE = 1e-18


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """The two-sided p of the table [[a, b], [c, d]]: successes and failures of two variants."""
    low, high = max(0, (a + c) - (c + d)), min(a + b, a + c)
    if low == high:
        return 1.0
    table = _Hypergeometric(a + b, c + d, a + c)
    seen = table.log(a)
    mode = min(high, max(low, (a + b + 1) * (a + c + 1) // (a + b + c + d + 2)))
    if seen >= table.log(mode) - _TIE:
        return 1.0
    left = table.last_at_most(seen, low, mode)
    right = table.first_at_most(seen, mode, high)
    return min(1.0, table.tail(left, low, -1) + table.tail(right, high, 1))


class _Hypergeometric:
    """The first cell x of a table with rows of `one` and `other` and a first column of `column`."""

    def __init__(self, one: int, other: int, column: int) -> None:
        self.one, self.other, self.column = one, other, column
        self._all = _log_choose(one + other, column)

    def log(self, x: int) -> float:
        """The logarithm of the probability of x."""
        rest = _log_choose(self.other, self.column - x)
        return _log_choose(self.one, x) + rest - self._all

    def last_at_most(self, limit: float, low: int, mode: int) -> int:
        """The last x before the mode that is no likelier than the limit; low - 1 if none is."""
        first, end = low, mode
        while first < end:
            middle = (first + end) // 2
            if self.log(middle) <= limit + _TIE:
                first = middle + 1
            else:
                end = middle
        return first - 1

    def first_at_most(self, limit: float, mode: int, high: int) -> int:
        """The first x after the mode that is no likelier than the limit; high + 1 if none is."""
        first, end = mode + 1, high + 1
        while first < end:
            middle = (first + end) // 2
            if self.log(middle) <= limit + _TIE:
                end = middle
            else:
                first = middle + 1
        return first

    def tail(self, start: int, end: int, direction: int) -> float:
        """The probability of all x from `start` outwards to `end`."""
        if (end - start) * direction < 0:
            return 0.0
        total = term = 1.0
        x = start
        while x != end and term > _NEGLIGIBLE * total:
            term *= self._ratio(x, direction)
            total += term
            x += direction
        return math.exp(self.log(start)) * total

    def _ratio(self, x: int, direction: int) -> float:
        """The probability of x's neighbour over that of x."""
        if direction > 0:
            above = (self.one - x) * (self.column - x)
            return above / ((x + 1) * (self.other - self.column + x + 1))
        return x * (self.other - self.column + x) / ((self.one - x + 1) * (self.column - x + 1))


def holm(values: Sequence[float]) -> list[float]:
    """The p values, corrected so that the chance of any false finding stays what it shall be."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, index in enumerate(order):
        highest = max(highest, min(1.0, (len(values) - rank) * values[index]))
        corrected[index] = highest
    return corrected


def wilson(successes: int, count: int, significance: float) -> tuple[float, float]:
    """The interval of a rate at confidence 1 - significance; 0 to 1 when nothing is known."""
    if count == 0:
        return 0.0, 1.0
    z = _quantile(1 - significance / 2)
    rate, square = successes / count, z * z
    middle = (rate + square / (2 * count)) / (1 + square / count)
    spread = math.sqrt(rate * (1 - rate) / count + square / (4 * count * count))
    half = z / (1 + square / count) * spread
    # At none and at all, the bound is exactly 0 and 1; rounding would leave a trace.
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    return low, 1.0 if successes == count else min(1.0, middle + half)


def newcombe(
    one: tuple[int, int], other: tuple[int, int], significance: float
) -> tuple[float, float]:
    """The interval of the difference other - one of two rates, each given as (successes, count)."""
    low1, high1 = wilson(*one, significance)
    low2, high2 = wilson(*other, significance)
    rate1, rate2 = _rate(one, low1, high1), _rate(other, low2, high2)
    below = math.hypot(rate2 - low2, high1 - rate1)
    above = math.hypot(high2 - rate2, rate1 - low1)
    return max(-1.0, rate2 - rate1 - below), min(1.0, rate2 - rate1 + above)


def sample_size(p1: float, p2: float, significance: float, power: float) -> int:
    """The recipients each variant needs to tell rates p1 and p2 apart. ValueError if p1 = p2."""
    if p1 == p2:
        raise ValueError("equal rates cannot be told apart")
    difference = abs(p2 - p1)
    plain = uncorrected_size(p1, p2, significance, power)
    return math.ceil(plain / 4 * (1 + math.sqrt(1 + 4 / (plain * difference))) ** 2)


def uncorrected_size(p1: float, p2: float, significance: float, power: float) -> float:
    """`sample_size` without the continuity correction, not rounded: n0 above."""
    middle = (p1 + p2) / 2
    chance = _quantile(1 - significance / 2) * math.sqrt(2 * middle * (1 - middle))
    found = _quantile(power) * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    return float((chance + found) ** 2 / (p2 - p1) ** 2)


def detectable(p1: float, count: int, significance: float, power: float) -> float | None:
    """The smallest rise over p1 that so many recipients a variant can show; None if none can be."""
    low, high = 0.0, 1 - p1
    if sample_size(p1, 1.0, significance, power) > count:
        return None
    while high - low > 1e-6:
        middle = (low + high) / 2
        if sample_size(p1, p1 + middle, significance, power) <= count:
            high = middle
        else:
            low = middle
    return high


def _rate(counts: tuple[int, int], low: float, high: float) -> float:
    successes, count = counts
    return successes / count if count else (low + high) / 2


def _quantile(probability: float) -> float:
    # Imported where it is used: most runs of this agent need no statistics.
    from statistics import NormalDist

    return NormalDist().inv_cdf(probability)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
