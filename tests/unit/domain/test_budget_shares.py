"""Cents are divided exactly: held against a search for the same division by other means."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.budget_shares import Bounds, Limits, Shares, bounded, proportional, whole_cents

type Case = tuple[int, Shares, Limits]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A total, weights, and bounds that the total fits in."""
    parts = draw(st.lists(st.integers(0, 1000), min_size=1, max_size=7))
    total = max(1, sum(parts))
    parts[0] += total - sum(parts)
    weights = {f"c{i}": Fraction(draw(st.integers(1, 1000)), 7) for i in range(len(parts))}
    bounds = {
        f"c{i}": Bounds(draw(st.integers(0, part)), part + draw(st.integers(0, 1000)))
        for i, part in enumerate(parts)
    }
    return total, weights, bounds


def searched(total: int, weights: Shares, bounds: Limits) -> dict[str, float]:
    """The one scale at which the clamped weights add up to the total, found by halving."""
    low, high = 0.0, float(max(bound.upper for bound in bounds.values())) * 7
    for _ in range(200):
        scale = (low + high) / 2
        shares = {
            n: min(max(float(w) * scale, bounds[n].lower), bounds[n].upper)
            for n, w in weights.items()
        }
        low, high = (scale, high) if sum(shares.values()) < total else (low, scale)
    return shares


@settings(deadline=None)
@given(cases())
def test_shares_within_bounds_are_those_that_a_search_finds(case: Case) -> None:
    total, weights, bounds = case
    found, expected = bounded(total, weights, bounds), searched(total, weights, bounds)
    assert sum(found.values()) == total
    assert all(abs(float(found[name]) - expected[name]) < 1e-6 for name in weights)


@settings(deadline=None)
@given(cases())
def test_whole_cents_are_each_share_rounded_down_or_up(case: Case) -> None:
    total, weights, _ = case
    shares = proportional(total, weights)
    whole = whole_cents(total, shares)
    assert sum(whole.values()) == total
    assert all(abs(whole[name] - share) < 1 for name, share in shares.items())


@settings(deadline=None)
@given(cases())
def test_whoever_is_rounded_up_had_no_smaller_remainder_than_whoever_is_not(case: Case) -> None:
    total, weights, _ = case
    shares = proportional(total, weights)
    whole = whole_cents(total, shares)
    up = [share % 1 for name, share in shares.items() if whole[name] > share]
    down = [share % 1 for name, share in shares.items() if whole[name] <= share]
    assert not up or not down or min(up) >= max(down)
