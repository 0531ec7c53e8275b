"""Allocates a budget: priority, then past returns, then limits, then rules, to the exact total.

Each step divides the whole total anew, and says what it moved and why. Shares are exact fractions
of cents until the last step, which rounds them by largest remainder; so the amounts add up to the
total, every limit holds to the cent, and the order of the channels is of no account.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import fsum

from hub.domain import budget_reasoning as told
from hub.domain.budget_limits import channel_limits, ruled_limits
from hub.domain.budget_plan import BudgetPlan, BudgetRecord, Channel, Money
from hub.domain.budget_shares import (
    Shares,
    bounded,
    cents,
    fraction,
    money,
    proportional,
    whole_cents,
)

LEAST_FACTOR, MOST_FACTOR = Fraction(1, 2), Fraction(2)
"""Past returns at most halve or double a weight: they adjust a priority and do not replace it."""


class ChannelAllocation(BudgetRecord):
    """What a channel gets. `percentage` is of the total, with two decimals."""

    channel: str
    amount: Money
    percentage: float
    reasoning: tuple[str, ...]


class Estimates(BudgetRecord):
    """What the past says of this allocation; absent where the past is not known.

    `expected_roi` is that of the money in channels with a historicalROI, and `confidence` the share
    of the total that this money is. `total_reach` counts the channels with a costPerThousand.
    """

    expected_roi: float | None
    total_reach: int | None
    confidence: float


class Allocation(BudgetRecord):
    """What `POST /api/budgets/allocate` answers. Channels are in the order of the plan."""

    total_allocated: Money
    currency: str | None
    allocations: tuple[ChannelAllocation, ...]
    reasoning: tuple[told.ReasoningStep, ...]
    estimates: Estimates

    def amounts(self) -> dict[str, Decimal]:
        """What each channel gets, by its name."""
        return {given.channel: given.amount for given in self.allocations}


def allocate(plan: BudgetPlan) -> Allocation:
    """Divide the plan's total among its channels.

    InvalidRequestError (BUDGET_INFEASIBLE) names the channels whose limits no division can keep.
    """
    total = cents(plan.total_budget)
    limits = channel_limits(plan)
    ruled = ruled_limits(plan, limits)
    priorities = {c.channel: Fraction(c.priority) for c in plan.channels}
    factors = _factors(plan.channels)
    weights = {name: weight * factors[name] for name, weight in priorities.items()}
    by_return = proportional(total, weights)
    within = bounded(total, weights, limits)
    multiplied = _multiplied(plan, within)
    exact = whole_cents(total, bounded(total, multiplied, ruled))
    steps = [
        told.priority_step(plan, proportional(total, priorities)),
        told.return_step(plan, by_return, factors),
        told.bounds_step(by_return, within, limits),
        told.rules_step(plan, within, multiplied, ruled),
        told.last_step(plan, exact),
    ]
    return _allocation(plan, exact, told.reasoning(steps))


def _factors(channels: Sequence[Channel]) -> Shares:
    """What each weight is multiplied by: the channel's past return over the mean past return.

    The mean is the plain one, so that a channel's priority does not change the factors of others.
    """
    known = {c.channel: c.returned for c in channels if c.returned is not None}
    mean = sum(known.values(), Fraction(0)) / max(1, len(known))
    factors = dict.fromkeys((c.channel for c in channels), Fraction(1))
    if mean:
        factors |= {n: min(max(r / mean, LEAST_FACTOR), MOST_FACTOR) for n, r in known.items()}
    return factors


def _multiplied(plan: BudgetPlan, shares: Shares) -> Shares:
    """Each channel's share times the factors of all rules that apply to it."""
    after = dict(shares)
    for channel in plan.channels:
        for rule in plan.multipliers(channel):
            after[channel.channel] *= fraction(rule.multiply_by)
    return after


def _allocation(
    plan: BudgetPlan, exact: Mapping[str, int], reasoning: tuple[told.ReasoningStep, ...]
) -> Allocation:
    total = cents(plan.total_budget)
    allocations = tuple(
        ChannelAllocation(
            channel=channel.channel,
            amount=money(exact[channel.channel]),
            percentage=round(100 * exact[channel.channel] / total, 2),
            reasoning=told.of_channel(channel.channel, reasoning),
        )
        for channel in plan.channels
    )
    return Allocation(
        total_allocated=money(sum(exact.values())),
        currency=plan.currency,
        allocations=allocations,
        reasoning=reasoning,
        estimates=_estimates(plan, exact),
    )


def _estimates(plan: BudgetPlan, exact: Mapping[str, int]) -> Estimates:
    known = {c.channel: c.returned for c in plan.channels if c.returned is not None}
    invested = sum(exact[name] for name in known)
    returned = sum((exact[name] * back for name, back in known.items()), Fraction(0))
    reach = [
        exact[c.channel] * 10 / c.cost_per_thousand  # cents, and thousands
        for c in plan.channels
        if c.cost_per_thousand is not None
    ]
    return Estimates(
        expected_roi=round(float(returned / invested - 1), 6) if invested else None,
        total_reach=round(fsum(reach)) if reach else None,
        confidence=round(invested / sum(exact.values()), 4),
    )
