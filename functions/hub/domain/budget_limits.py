"""What each channel may have at least and at most, and whether a total fits in there."""

from collections.abc import Sequence
from math import ceil, floor

from hub.domain.budget_plan import BudgetPlan, CapShare, Channel, FloorShare
from hub.domain.budget_shares import Bounds, Limits, cents, fraction, money
from hub.domain.errors import InvalidRequestError


def channel_limits(plan: BudgetPlan) -> Limits:
    """The channels' own limits. InvalidRequestError if the total does not fit."""
    total = cents(plan.total_budget)
    limits = {channel.channel: _own(channel, total) for channel in plan.channels}
    _check(limits, total)
    return limits


def ruled_limits(plan: BudgetPlan, limits: Limits) -> Limits:
    """The limits with those of the rules. InvalidRequestError if the total does not fit."""
    total = cents(plan.total_budget)
    ruled = dict(limits)
    for rule in plan.rules:
        if isinstance(rule, CapShare):
            most = floor(total * fraction(rule.share))
            now = ruled[rule.channel]
            ruled[rule.channel] = Bounds(now.lower, min(now.upper, most))
        if isinstance(rule, FloorShare):
            least = ceil(total * fraction(rule.share))
            now = ruled[rule.channel]
            ruled[rule.channel] = Bounds(max(now.lower, least), now.upper)
    _check(ruled, total)
    return ruled


def _own(channel: Channel, total: int) -> Bounds:
    most = channel.max_allocation
    return Bounds(cents(channel.min_allocation), total if most is None else cents(most))


def _check(limits: Limits, total: int) -> None:
    for name, bounds in sorted(limits.items()):
        if bounds.lower > bounds.upper:
            raise _infeasible(
                f"{name} must get at least {money(bounds.lower)} and at most "
                f"{money(bounds.upper)}. Lower the one or raise the other; rules count too.",
                [name],
            )
    least = sum(bounds.lower for bounds in limits.values())
    if least > total:
        wanting = sorted(name for name, bounds in limits.items() if bounds.lower)
        raise _infeasible(
            f"the minimums of {', '.join(wanting)} add up to {money(least)}, which is "
            f"{money(least - total)} more than the total. Lower them or raise totalBudget.",
            wanting,
        )
    most = sum(bounds.upper for bounds in limits.values())
    if most < total:
        raise _infeasible(
            f"the maximums of {', '.join(sorted(limits))} add up to {money(most)}, so "
            f"{money(total - most)} of the total has no place. Raise one or lower totalBudget.",
            sorted(limits),
        )


def _infeasible(message: str, channels: Sequence[str]) -> InvalidRequestError:
    details = {"channels": list(channels)}
    return InvalidRequestError(message, code="BUDGET_INFEASIBLE", details=details)
