"""Why an allocation is as it is: each step in words and money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hub.domain.budget_plan import BudgetPlan, BudgetRecord, Money
from hub.domain.budget_shares import Limits, Shares, money


class Impact(BudgetRecord):
    """What a step did to a channel; `adjustment` is the money it gave or took."""

    channel: str
    adjustment: Money
    reason: str


class ReasoningStep(BudgetRecord):
    """A step of the allocation. Channels whose money it left alone are not in `impact`."""

    step: int
    rule: str
    decision: str
    impact: tuple[Impact, ...]


@dataclass(frozen=True)
class Step:
    """A step as computed: what each channel has after it, in cents, and why."""

    rule: str
    decision: str
    shares: Shares
    reasons: Mapping[str, str]


def priority_step(plan: BudgetPlan, shares: Shares) -> Step:
    """By priority alone."""
    everything = sum(channel.priority for channel in plan.channels)
    reasons = {c.channel: f"priority {c.priority} of {everything} in all" for c in plan.channels}
    return Step("priority", "divide the total by priority", shares, reasons)


def return_step(plan: BudgetPlan, shares: Shares, factors: Shares) -> Step:
    """By priority and past return."""
    reasons = {c.channel: _return_told(c.returned, factors[c.channel]) for c in plan.channels}
    decision = "weigh each channel by its past return over the mean one, 0.5 to 2 times"
    if all(channel.returned is None for channel in plan.channels):
        decision = "no channel has a historicalROI: nothing to adjust"
    return Step("historical_return", decision, shares, reasons)


def bounds_step(before: Shares, after: Shares, limits: Limits) -> Step:
    """Within the channels' own limits."""
    other = "its part of what the limits of others left or took"
    reasons = {name: _limit_met(before[name], name, limits) or other for name in before}
    decision = "keep each channel within its limits and divide the rest by weight"
    if after == before:
        decision = "every channel is within its limits"
    return Step("bounds", decision, after, reasons)


def rules_step(plan: BudgetPlan, before: Shares, multiplied: Shares, ruled: Limits) -> Step:
    """Shows what the rules ask for; it need not add up to the total yet."""
    after = {name: ruled[name].clamp(share) for name, share in multiplied.items()}
    reasons = {}
    for channel in plan.channels:
        factors = [f"times {r.multiply_by:g}" for r in plan.multipliers(channel)]
        met = _limit_met(multiplied[channel.channel], channel.channel, ruled)
        reasons[channel.channel] = ", ".join([*factors, *([met] if met else [])])
    decision = f"apply {len(plan.rules)} rules" if plan.rules else "there are no rules"
    if plan.rules and after == before:
        decision = "no rule changes anything"
    return Step("rules", decision, after, reasons)


def last_step(plan: BudgetPlan, exact: Mapping[str, int]) -> Step:
    """In whole cents that add up."""
    left = "its part of what the rules left or took, to the cent"
    reason = left if plan.rules else "rounded to the cent, largest remainders up"
    shares = {name: Fraction(whole) for name, whole in exact.items()}
    decision = f"add up to {money(sum(exact.values()))}, within all limits"
    return Step("normalization", decision, shares, dict.fromkeys(shares, reason))


def reasoning(steps: Sequence[Step]) -> tuple[ReasoningStep, ...]:
    """The steps with what each moved. A channel's adjustments add up to its amount, to the cent."""
    told = []
    before = dict.fromkeys(steps[0].shares, 0)
    for number, step in enumerate(steps, 1):
        after = {name: round(share) for name, share in step.shares.items()}
        impact = [
            Impact(channel=n, adjustment=money(after[n] - before[n]), reason=step.reasons[n])
            for n in before
            if after[n] != before[n]
        ]
        told.append(
            ReasoningStep(step=number, rule=step.rule, decision=step.decision, impact=tuple(impact))
        )
        before = {name: after[name] for name in before}
    return tuple(told)


def of_channel(name: str, steps: Sequence[ReasoningStep]) -> tuple[str, ...]:
    """What each step did to one channel."""
    return tuple(
        f"{step.rule}: {impact.adjustment:+} ({impact.reason})"
        for step in steps
        for impact in step.impact
        if impact.channel == name
    )


def _return_told(returned: Fraction | None, factor: Fraction) -> str:
    if returned is None:
        return "no historicalROI: its weight stays, those of others changed"
    return f"{float(returned):.2f} came back for each 1.00: weight times {float(factor):.3f}"


def _limit_met(share: Fraction, name: str, limits: Limits) -> str | None:
    if share < limits[name].lower:
        return f"raised to its minimum of {money(limits[name].lower)}"
    if share > limits[name].upper:
        return f"lowered to its maximum of {money(limits[name].upper)}"
    return None
