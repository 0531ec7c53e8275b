r"""What a budget may bring: Monte Carlo over returns, costs and reach.

In each iteration every channel's returns, cost and reach are drawn. Each has its expected value as
mean, and its variance factor as standard deviation relative to the mean (0.15 is 15 % of it):

    returns ~ amount * (1 + historicalROI)        reach ~ 1000 * amount / costPerThousand
    cost ~ amount

    ROI = (all returns - all costs) / all costs

The distribution is lognormal: returns, costs and reach are never negative, they are products of
factors that vary (price, click rate, conversion rate), and surprises upwards are larger than those
downwards. With relative standard deviation v, sigma² = ln(1 + v²) and mu = ln(mean) - sigma² / 2
(N. L. Johnson, S. Kotz, N. Balakrishnan, Continuous Univariate Distributions 1, chapter 14).
Channels and quantities are drawn independently.

A seed has one answer. Draws invert the normal distribution at numbers of `Random.random`, whose
sequence Python promises to keep (library reference, "Notes on Reproducibility"). Each channel and
quantity has a stream of its own, so the order of channels is of no account, and two plans under
one seed meet the same luck: what differs between their answers differs because of the plans.
"""

from dataclasses import dataclass
from functools import reduce
from math import exp, log1p, sqrt
from operator import add, sub, truediv
from random import Random
from typing import Self

from pydantic import Field, model_validator

from hub.domain.budget import Allocation, allocate
from hub.domain.budget_outcomes import (
    DECIMALS,
    ChannelOutcome,
    ConfidenceInterval,
    Summary,
    loss_share,
    mean,
)
from hub.domain.budget_plan import BudgetPlan, BudgetRecord, Channel
from hub.domain.errors import InvalidRequestError

MAX_ITERATIONS = 100_000

MAX_DRAWN = 1_000_000
"""Iterations times channels. So much takes a processor a few seconds."""

MAX_SEED = 2**53 - 1
"""The largest number that every JSON parser reads exactly."""

_NOT_ZERO = 2.0**-54
"""Stands for a random number of 0, at which the normal distribution has no quantile."""


class Variance(BudgetRecord):
    """How far outcomes vary: standard deviations relative to the expected value."""

    roi_variance: float = Field(default=0.15, ge=0, le=2, description="Of returns.")
    cost_variance: float = Field(default=0.10, ge=0, le=2, description="Of costs.")
    reach_variance: float = Field(default=0.20, ge=0, le=2, description="Of people reached.")


class SimulationOrder(BudgetRecord):
    """What `POST /api/budgets/simulate` takes."""

    plan: BudgetPlan = Field(description="It is allocated first, as by /api/budgets/allocate.")
    iterations: int = Field(default=1000, ge=100, le=MAX_ITERATIONS)
    confidence_level: float = Field(
        default=0.95, ge=0.5, le=0.999, description="The share of outcomes within the interval."
    )
    variance: Variance = Variance()
    seed: int = Field(default=1, ge=0, le=MAX_SEED, description="One seed, one answer.")

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        count = len(self.plan.channels)
        if self.iterations * count > MAX_DRAWN:
            raise ValueError(f"{count} channels can have at most {MAX_DRAWN // count} iterations")
        return self


@dataclass(frozen=True)
class Simulation:
    """A simulated plan. `outcomes` are those of the channels that got money, in its order."""

    allocation: Allocation
    summary: Summary
    outcomes: tuple[ChannelOutcome, ...]


@dataclass(frozen=True)
class _Draws:
    """What each iteration drew, for one channel or for several together."""

    returns: list[float]
    costs: list[float]
    reach: list[float] | None

    def __add__(self, other: "_Draws") -> "_Draws":
        reach = self.reach or other.reach
        if self.reach and other.reach:
            reach = _sums(self.reach, other.reach)
        return _Draws(_sums(self.returns, other.returns), _sums(self.costs, other.costs), reach)

    def roi(self) -> list[float]:
        """The ROI of each iteration, in ascending order."""
        return sorted(map(truediv, map(sub, self.returns, self.costs), self.costs))


def simulate(order: SimulationOrder) -> Simulation:
    """Allocate the plan and draw what may come of it.

    InvalidRequestError names the channels that get money and have no historicalROI.
    """
    allocation = allocate(order.plan)
    amounts = {name: float(amount) for name, amount in allocation.amounts().items() if amount}
    funded = [channel for channel in order.plan.channels if channel.channel in amounts]
    _check_known(funded)
    outcomes: dict[str, ChannelOutcome] = {}

    def drawn(channel: Channel) -> _Draws:
        name = channel.channel
        draws = _draws(channel, amounts[name], order)
        outcomes[name] = _outcome(channel, amounts[name], draws.roi(), order.confidence_level)
        return draws

    # The sum of floats depends on their order, so it goes by name.
    together = reduce(add, map(drawn, sorted(funded, key=lambda channel: channel.channel)))
    reach = sorted(together.reach) if together.reach else None
    summary = Summary.of(
        together.roi(), together.returns, together.costs, reach, order.confidence_level
    )
    return Simulation(allocation, summary, tuple(outcomes[c.channel] for c in funded))


def _check_known(funded: list[Channel]) -> None:
    unknown = sorted(c.channel for c in funded if c.historical_roi is None)
    if unknown:
        raise InvalidRequestError(
            f"{', '.join(unknown)} would get money and has no historicalROI to simulate with. "
            "Give what came back, or what you expect to; or set maxAllocation to 0.",
            details={"channels": unknown},
        )


def _draws(channel: Channel, amount: float, order: SimulationOrder) -> _Draws:
    variance, count = order.variance, order.iterations
    stream = f"{order.seed}:{{}}:{channel.channel}"
    returned = amount * float(channel.returned or 0)
    reach = None
    if channel.cost_per_thousand is not None:
        reached = 1000 * amount / channel.cost_per_thousand
        reach = _lognormal(stream.format("reach"), reached, variance.reach_variance, count)
    return _Draws(
        _lognormal(stream.format("returns"), returned, variance.roi_variance, count),
        _lognormal(stream.format("cost"), amount, variance.cost_variance, count),
        reach,
    )


def _lognormal(stream: str, expected: float, spread: float, count: int) -> list[float]:
    """Draws of the mean `expected` and the relative standard deviation `spread`."""
    from statistics import NormalDist

    sigma = sqrt(log1p(spread * spread))
    median = expected * exp(-sigma * sigma / 2)
    number = Random(stream).random  # noqa: S311 -- for luck, not for secrets
    quantile = NormalDist().inv_cdf
    return [median * exp(sigma * quantile(number() or _NOT_ZERO)) for _ in range(count)]


def _outcome(channel: Channel, amount: float, roi: list[float], level: float) -> ChannelOutcome:
    return ChannelOutcome(
        channel=channel.channel,
        amount=amount,
        expected_roi=float((channel.returned or 0) - 1),
        mean_roi=round(mean(roi), DECIMALS),
        probability_of_loss=loss_share(roi),
        confidence_interval=ConfidenceInterval.of(roi, level),
    )


def _sums(one: list[float], other: list[float]) -> list[float]:
    return list(map(add, one, other))
