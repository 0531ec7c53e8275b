"""What simulated outcomes look like: their middle, spread and interval.

The interval is one of outcomes, not of their mean: `level` 0.95 says that 95 % of what may happen
lies within. An interval of the mean would say how well the simulation knows its own average, which
shrinks with the iterations and tells nothing of the budget. Its ends are quantiles at the rank
p * (n + 1) (number 6 of R. J. Hyndman, Y. Fan, The American Statistician 50, 1996): a further
outcome lies between them with exactly the probability `level`, whatever the distribution.
"""

from bisect import bisect_left
from collections.abc import Sequence
from math import floor, fsum, sqrt
from typing import Self

from pydantic import Field

from hub.domain.budget_plan import BudgetRecord

DECIMALS = 6
"""Figures are rounded to so many, where the last bit of a machine's logarithm does not show."""


class ConfidenceInterval(BudgetRecord):
    """The ROI between which the share `level` of the outcomes lies, with equal tails."""

    lower: float
    upper: float
    level: float

    @classmethod
    def of(cls, ordered: Sequence[float], level: float) -> Self:
        """The interval of outcomes in ascending order."""
        tail = (1 - level) / 2
        lower, upper = quantile(ordered, tail), quantile(ordered, 1 - tail)
        return cls(lower=round(lower, DECIMALS), upper=round(upper, DECIMALS), level=level)


class Summary(BudgetRecord):
    """All channels together. Reach is absent if no channel has a costPerThousand."""

    mean_roi: float
    median_roi: float
    min_roi: float
    max_roi: float
    std_dev_roi: float
    mean_reach: int | None = None
    median_reach: int | None = None
    min_reach: int | None = None
    max_reach: int | None = None
    mean_returns: float
    mean_cost: float
    probability_of_loss: float = Field(description="The share of outcomes with an ROI below 0.")
    confidence_interval: ConfidenceInterval

    @classmethod
    def of(
        cls,
        roi: Sequence[float],
        returns: Sequence[float],
        costs: Sequence[float],
        reach: Sequence[float] | None,
        level: float,
    ) -> Self:
        """The summary of outcomes; ROI and reach in ascending order."""
        return cls(
            mean_roi=round(mean(roi), DECIMALS),
            median_roi=round(quantile(roi, 0.5), DECIMALS),
            min_roi=round(roi[0], DECIMALS),
            max_roi=round(roi[-1], DECIMALS),
            std_dev_roi=round(deviation(roi), DECIMALS),
            mean_reach=round(mean(reach)) if reach else None,
            median_reach=round(quantile(reach, 0.5)) if reach else None,
            min_reach=round(reach[0]) if reach else None,
            max_reach=round(reach[-1]) if reach else None,
            mean_returns=round(mean(returns), 2),
            mean_cost=round(mean(costs), 2),
            probability_of_loss=loss_share(roi),
            confidence_interval=ConfidenceInterval.of(roi, level),
        )


class ChannelOutcome(BudgetRecord):
    """One channel that got money. `expected_roi` is its historicalROI."""

    channel: str
    amount: float
    expected_roi: float
    mean_roi: float
    probability_of_loss: float
    confidence_interval: ConfidenceInterval


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean, rounded once."""
    return fsum(values) / len(values)


def deviation(values: Sequence[float]) -> float:
    """The standard deviation of a sample of at least two."""
    middle = mean(values)
    return sqrt(fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def quantile(ordered: Sequence[float], p: float) -> float:
    """The value below which the share p lies; the extremes where the sample is too small for p."""
    rank = p * (len(ordered) + 1)
    below = floor(rank)
    if below < 1:
        return ordered[0]
    if below >= len(ordered):
        return ordered[-1]
    return ordered[below - 1] + (rank - below) * (ordered[below] - ordered[below - 1])


def loss_share(ordered: Sequence[float]) -> float:
    """The share of outcomes, in ascending order, that are below zero."""
    return round(bisect_left(ordered, 0) / len(ordered), DECIMALS)
