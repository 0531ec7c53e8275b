"""Divides whole cents by weights: exactly, within bounds, with nothing left over.

Amounts are cents, weights and shares fractions, so no result depends on the order of the channels
or on how a computer rounds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

_DECIMALS = 10**6

type Shares = dict[str, Fraction]
"""What each channel has, in cents, before it is rounded to whole ones."""


def cents(amount: Decimal) -> int:
    """An amount of at most two decimals in cents."""
    return int(amount * 100)


def money(whole: int) -> Decimal:
    """Cents as an amount with two decimals."""
    return Decimal(whole).scaleb(-2)


def fraction(number: float) -> Fraction:
    """A number as it is written, to six decimals: 0.1 is a tenth."""
    return Fraction(round(number * _DECIMALS), _DECIMALS)


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a channel may have, in cents."""

    lower: int
    upper: int

    def clamp(self, share: Fraction) -> Fraction:
        """The nearest share within the bounds."""
        return min(max(share, Fraction(self.lower)), Fraction(self.upper))


type Limits = Mapping[str, Bounds]
"""The bounds of each channel."""


def proportional(total: int, weights: Mapping[str, Fraction]) -> Shares:
    """The total divided by the weights, which are not all zero."""
    scale = total / sum(weights.values(), Fraction(0))
    return {name: weight * scale for name, weight in weights.items()}


def bounded(total: int, weights: Mapping[str, Fraction], bounds: Limits) -> Shares:
    """The total divided by the weights within bounds that allow it.

    It is the one division in which all channels strictly between their bounds have shares in
    proportion to their weights. Found as CSS finds flexible lengths (Flexible Box Layout, 9.7):
    divide, hold those at their bound that break it on the heavier side, divide the rest again.
    """
    held: Shares = {}
    while True:
        free = {name: weight for name, weight in weights.items() if name not in held}
        rest = total - sum(held.values(), Fraction(0))
        weight = sum(free.values(), Fraction(0))
        shares = {name: free[name] * rest / weight if weight else Fraction(0) for name in free}
        missing = {n: bounds[n].lower - s for n, s in shares.items() if s < bounds[n].lower}
        excess = {n: s - bounds[n].upper for n, s in shares.items() if s > bounds[n].upper}
        lacking = sum(missing.values()) - sum(excess.values())
        if lacking == 0:
            return held | {name: bounds[name].clamp(share) for name, share in shares.items()}
        for name in missing if lacking > 0 else excess:
            held[name] = bounds[name].clamp(shares[name])


def whole_cents(total: int, shares: Mapping[str, Fraction]) -> dict[str, int]:
    """Shares that add up to the total, as whole cents that do: the largest remainders round up.

    Equal remainders go by name. Each result is its share rounded down or up, so whole bounds hold.
    """
    whole = {name: share.numerator // share.denominator for name, share in shares.items()}
    left = total - sum(whole.values())
    for name in sorted(shares, key=lambda name: (whole[name] - shares[name], name))[:left]:
        whole[name] += 1
    return whole
