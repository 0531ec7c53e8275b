"""A simulation agrees with what can be computed, and one seed has one answer."""

from math import exp, inf, log, log1p, nextafter, pi, sqrt
from statistics import NormalDist, fmean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.domain import budget_simulation
from hub.domain.budget_outcomes import ConfidenceInterval, quantile
from hub.domain.budget_simulation import MAX_DRAWN, Simulation, SimulationOrder, simulate
from hub.domain.errors import InvalidRequestError

MANY = 20_000
SEEDS = (1, 2, 3, 4, 5)

type Wire = dict[str, Any]

ONE: tuple[Wire, ...] = ({"channel": "google_ads", "historicalROI": 0.4},)
THREE: tuple[Wire, ...] = (
    {"channel": "google_ads", "priority": 5, "historicalROI": 1.5, "costPerThousand": 8},
    {"channel": "facebook", "priority": 3, "historicalROI": 0.2, "costPerThousand": 5},
    {"channel": "tiktok", "priority": 2, "historicalROI": -0.6},
)


GOLDEN = {
    "meanROI": 1.083054,
    "medianROI": 1.054667,
    "minROI": 0.290733,
    "maxROI": 2.594472,
    "stdDevROI": 0.308102,
    "meanReach": 130996,
    "medianReach": 128986,
    "minReach": 90080,
    "maxReach": 209086,
    "meanReturns": 2070.67,
    "meanCost": 999.46,
    "probabilityOfLoss": 0.0,
    "confidenceInterval": {"lower": 0.550058, "upper": 1.737322, "level": 0.95},
}


def run(*channels: Wire, total: float = 1000, **more: Any) -> Simulation:
    return simulate(ordered(*channels, total=total, **more))


def ordered(*channels: Wire, total: float = 1000, **more: Any) -> SimulationOrder:
    plan = {"totalBudget": total, "channels": list(channels)}
    return SimulationOrder.model_validate({"plan": plan, **more})


def variance(returns: float, cost: float, reach: float = 0) -> Wire:
    return {"roiVariance": returns, "costVariance": cost, "reachVariance": reach}


def ratio(roi: float, returns: float, cost: float) -> tuple[float, float]:
    """The parameters of returns over cost of one channel, which is lognormal too."""
    one, other = log1p(returns**2), log1p(cost**2)
    return log(1 + roi) - one / 2 + other / 2, sqrt(one + other)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("returns", "cost"), [(0.15, 0.1), (0.6, 0), (0, 0.3), (0.5, 0.5)])
def test_one_channel_has_the_mean_median_and_spread_of_the_lognormal(
    seed: int, returns: float, cost: float
) -> None:
    found = run(*ONE, iterations=MANY, seed=seed, variance=variance(returns, cost)).summary
    mu, sigma = ratio(0.4, returns, cost)
    mean = exp(mu + sigma**2 / 2)
    deviation = mean * sqrt(exp(sigma**2) - 1)
    assert found.mean_roi == pytest.approx(mean - 1, abs=4 * deviation / sqrt(MANY))
    assert found.std_dev_roi == pytest.approx(deviation, rel=0.06)
    # The standard error of a median is that of the density there.
    error = exp(mu) * sigma * sqrt(2 * pi) / (2 * sqrt(MANY))
    assert found.median_roi == pytest.approx(exp(mu) - 1, abs=4 * error)


@pytest.mark.parametrize("seed", SEEDS)
def test_at_known_costs_the_mean_is_that_of_the_allocation(seed: int) -> None:
    result = run(*THREE, iterations=MANY, seed=seed, variance=variance(0.3, 0))
    amounts = {name: float(amount) for name, amount in result.allocation.amounts().items()}
    returned = [amounts[c["channel"]] * (1 + c["historicalROI"]) for c in THREE]
    deviation = sqrt(sum((one * 0.3) ** 2 for one in returned)) / 1000
    mean = sum(returned) / 1000 - 1
    assert result.allocation.estimates.expected_roi == pytest.approx(mean)
    assert result.summary.mean_roi == pytest.approx(mean, abs=4 * deviation / sqrt(MANY))
    assert result.summary.std_dev_roi == pytest.approx(deviation, rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_returns_costs_and_reach_have_the_means_they_were_given(seed: int) -> None:
    result = run(*THREE, iterations=MANY, seed=seed, variance=variance(0.2, 0.2, 0.4))
    estimates, found = result.allocation.estimates, result.summary
    assert found.mean_cost == pytest.approx(1000, abs=4 * 200 / sqrt(MANY))
    expected = 1000 * (1 + (estimates.expected_roi or 0))
    assert found.mean_returns == pytest.approx(expected, abs=4 * 0.2 * expected / sqrt(MANY))
    reach = estimates.total_reach or 0
    assert found.mean_reach == pytest.approx(reach, abs=4 * 0.4 * reach / sqrt(MANY))


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.99])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_interval_covers_the_share_of_outcomes_that_it_promises(
    level: float, seed: int
) -> None:
    found = run(*ONE, iterations=MANY, seed=seed, confidenceLevel=level).summary
    mu, sigma = ratio(0.4, 0.15, 0.1)
    outcomes = NormalDist(mu, sigma)
    interval = found.confidence_interval
    below = outcomes.cdf(log(1 + interval.lower))
    above = 1 - outcomes.cdf(log(1 + interval.upper))
    tail = (1 - level) / 2
    error = 4 * sqrt(tail * (1 - tail) / MANY)
    assert interval.level == level
    assert below == pytest.approx(tail, abs=error)
    assert above == pytest.approx(tail, abs=error)


@pytest.mark.parametrize(("count", "level"), [(100, 0.95), (100, 0.5), (400, 0.99)])
def test_it_does_so_in_small_samples_as_well(count: int, level: float) -> None:
    """Of uniform outcomes an interval covers exactly its length."""
    from random import Random

    number = Random(7).random
    intervals = [
        ConfidenceInterval.of(sorted(number() for _ in range(count)), level) for _ in range(2000)
    ]
    covered = fmean(interval.upper - interval.lower for interval in intervals)
    assert covered == pytest.approx(level, abs=0.004)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**53 - 1), roi=st.floats(-1, 20), spread=st.floats(0, 2))
def test_whatever_the_seed_the_same_order_has_the_same_answer(
    seed: int, roi: float, spread: float
) -> None:
    given_to = {"channel": "a", "historicalROI": roi, "costPerThousand": 3}
    spreads = variance(spread, spread, spread)
    more: Wire = {"seed": seed, "iterations": 100, "variance": spreads}
    first, again = run(given_to, **more), run(given_to, **more)
    assert first == again
    found = first.summary
    assert -1 <= found.min_roi <= found.median_roi <= found.max_roi
    assert 0 <= (found.min_reach or 0) <= (found.max_reach or 0)


def test_seeds_differ_and_iterations_refine() -> None:
    assert run(*THREE, seed=1).summary != run(*THREE, seed=2).summary
    far = [abs(run(*ONE, seed=s, iterations=100).summary.mean_roi - 0.414) for s in SEEDS]
    near = [abs(run(*ONE, seed=s, iterations=50_000).summary.mean_roi - 0.414) for s in SEEDS]
    assert max(near) < fmean(far) / 3


def test_an_answer_is_the_same_on_every_machine_and_in_every_process() -> None:
    """Written down once. A change here changes what every user's seed has told them."""
    found = run(*THREE, seed=42).summary.to_json()
    assert found == GOLDEN


def test_the_last_bit_of_a_machines_logarithms_does_not_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The standard leaves it open, so machines differ in it."""
    monkeypatch.setattr(budget_simulation, "exp", lambda x: nextafter(exp(x), inf))
    assert run(*THREE, seed=42).summary.to_json() == GOLDEN


def test_the_order_of_channels_does_not_matter() -> None:
    one, other = run(*THREE), run(*reversed(THREE))
    assert one.summary == other.summary
    assert set(one.outcomes) == set(other.outcomes)


def test_two_plans_under_one_seed_meet_the_same_luck() -> None:
    alone, beside = run(*ONE, total=100), run(*ONE, *THREE[1:], total=500)
    assert alone.outcomes[0].mean_roi == beside.outcomes[0].mean_roi
    assert alone.outcomes[0].confidence_interval == beside.outcomes[0].confidence_interval


def test_without_variance_there_is_one_outcome() -> None:
    found = run(*THREE, variance=variance(0, 0)).summary
    assert found.min_roi == found.median_roi == found.max_roi == found.mean_roi
    assert found.std_dev_roi == 0
    assert found.confidence_interval.lower == found.confidence_interval.upper == found.mean_roi


def test_a_channel_that_returns_nothing_loses_all_in_every_outcome() -> None:
    found = run({"channel": "a", "historicalROI": -1}).summary
    assert (found.min_roi, found.max_roi, found.probability_of_loss) == (-1, -1, 1)


def test_the_probability_of_loss_is_that_of_the_distribution() -> None:
    found = run(*ONE, iterations=MANY, variance=variance(0.5, 0.2)).summary
    mu, sigma = ratio(0.4, 0.5, 0.2)
    lost = NormalDist(mu, sigma).cdf(0)
    assert found.probability_of_loss == pytest.approx(lost, abs=4 * sqrt(lost / MANY))


def test_reach_counts_those_whose_cost_is_known_and_is_left_out_if_none_is() -> None:
    assert "meanReach" not in run(*ONE).summary.to_json()
    some = ({"channel": "a first", "historicalROI": 1}, *THREE)
    both = run(*some, variance=variance(0, 0, 0))
    assert both.summary.mean_reach == both.allocation.estimates.total_reach


def test_who_gets_money_needs_a_history_and_who_gets_none_does_not() -> None:
    with pytest.raises(InvalidRequestError, match="a, b would get money") as refused:
        run({"channel": "b"}, {"channel": "a"}, *ONE)
    assert refused.value.details == {"channels": ["a", "b"]}
    unfunded = run({"channel": "b", "maxAllocation": 0}, *ONE)
    assert [outcome.channel for outcome in unfunded.outcomes] == ["google_ads"]


def test_what_would_take_too_long_is_refused_with_what_would_not() -> None:
    channels = [{"channel": f"c{number}", "historicalROI": 1} for number in range(20)]
    assert ordered(*channels, iterations=MAX_DRAWN // 20)
    with pytest.raises(ValidationError, match="20 channels can have at most 50000 iterations"):
        ordered(*channels, iterations=MAX_DRAWN // 20 + 1)


@pytest.mark.parametrize(
    ("p", "value"), [(0.5, 3.0), (0.25, 1.5), (0.75, 4.5), (0.1, 1.0), (0.01, 1.0), (0.99, 5.0)]
)
def test_quantiles_are_at_the_rank_p_times_n_plus_one(p: float, value: float) -> None:
    assert quantile([1, 2, 3, 4, 5], p) == pytest.approx(value)
