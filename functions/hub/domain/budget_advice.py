"""What follows from a simulated budget: recommendations with the numbers they follow from.

They hold for returns in proportion to money, as simulated. Real channels saturate, so a channel is
worth raising in steps.
"""

from dataclasses import dataclass
from typing import Literal

from hub.domain.budget_limits import channel_limits, ruled_limits
from hub.domain.budget_outcomes import ChannelOutcome
from hub.domain.budget_plan import BudgetPlan, BudgetRecord
from hub.domain.budget_shares import cents
from hub.domain.budget_simulation import Simulation

Action = Literal["review_plan", "reduce", "review_minimum", "test", "increase", "review_maximum"]


class Recommendation(BudgetRecord):
    """One thing to do. Without a channel it is about the whole plan."""

    channel: str | None = None
    action: Action
    reason: str
    numbers: dict[str, float]


@dataclass(frozen=True)
class _Position:
    """A channel's outcome, and the money its limits let go and let in."""

    outcome: ChannelOutcome
    spare: float
    room: float

    @property
    def roi(self) -> float:
        """The ROI it is expected to have."""
        return self.outcome.expected_roi


def recommend(plan: BudgetPlan, simulation: Simulation) -> tuple[Recommendation, ...]:
    """At most one recommendation for the plan and one for each channel, in the plan's order."""
    positions = _positions(plan, simulation)
    spending = [position for position in positions if position.spare]
    weakest = min(spending, key=lambda p: (p.roi, p.outcome.channel), default=None)
    overall = simulation.allocation.estimates.expected_roi or 0.0
    found = [_of_plan(simulation)]
    for position in positions:
        found.append(_of_risk(position) or _of_chance(position, weakest, overall))
    return tuple(one for one in found if one)


def _positions(plan: BudgetPlan, simulation: Simulation) -> list[_Position]:
    total = cents(plan.total_budget)
    limits = ruled_limits(plan, channel_limits(plan))
    given = {name: cents(amount) for name, amount in simulation.allocation.amounts().items()}
    return [
        _Position(
            outcome,
            spare=(given[outcome.channel] - limits[outcome.channel].lower) / 100,
            room=(min(limits[outcome.channel].upper, total) - given[outcome.channel]) / 100,
        )
        for outcome in simulation.outcomes
    ]


def _of_plan(simulation: Simulation) -> Recommendation | None:
    summary = simulation.summary
    interval = summary.confidence_interval
    if interval.lower >= 0:
        return None
    lost = summary.probability_of_loss
    return Recommendation(
        action="review_plan",
        reason=f"the plan costs more than it returns in {100 * lost:.1f} % of the outcomes",
        numbers={
            "probabilityOfLoss": lost,
            "lower": interval.lower,
            "upper": interval.upper,
            "level": interval.level,
        },
    )


def _of_risk(position: _Position) -> Recommendation | None:
    """What to do about a channel that loses, or may."""
    outcome, interval = position.outcome, position.outcome.confidence_interval
    numbers = {
        "amount": outcome.amount,
        "expectedROI": position.roi,
        "probabilityOfLoss": outcome.probability_of_loss,
    }
    if position.roi < 0:
        loses = f"it is expected to lose {-position.roi:.2f} of each 1.00"
        if position.spare:
            numbers["spare"] = position.spare
            return _advice(outcome, "reduce", f"{loses}, and gets more than it must", numbers)
        return _advice(outcome, "review_minimum", f"{loses}, and gets only what it must", numbers)
    if interval.lower < 0:
        numbers |= {"lower": interval.lower, "upper": interval.upper, "level": interval.level}
        lost = 100 * outcome.probability_of_loss
        reason = (
            f"it loses in {lost:.1f} % of the outcomes: try it with little before you rely on it"
        )
        return _advice(outcome, "test", reason, numbers)
    return None


def _of_chance(
    position: _Position, weakest: _Position | None, overall: float
) -> Recommendation | None:
    """What to do with a channel that returns more than the plan, if another can give."""
    if weakest is None or position.roi <= max(overall, weakest.roi):
        return None
    gain = round(position.roi - weakest.roi, 6)
    told = (
        f"each 1.00 here instead of in {weakest.outcome.channel} is expected to return {gain:.2f}"
    )
    numbers = {"amount": position.outcome.amount, "expectedROI": position.roi, "planROI": overall}
    numbers |= {"gainPerUnit": gain}
    if position.room:
        numbers["movable"] = min(position.room, weakest.spare)
        return _advice(position.outcome, "increase", f"{told} more", numbers)
    return _advice(position.outcome, "review_maximum", f"{told} more; its maximum is met", numbers)


def _advice(
    outcome: ChannelOutcome, action: Action, reason: str, numbers: dict[str, float]
) -> Recommendation:
    return Recommendation(channel=outcome.channel, action=action, reason=reason, numbers=numbers)
