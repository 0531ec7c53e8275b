"""Recommendations follow from the numbers they carry, and from nothing else."""

from typing import Any

import pytest

from hub.domain.budget_advice import Recommendation, recommend
from hub.domain.budget_simulation import SimulationOrder, simulate

type Wire = dict[str, Any]


def advice(*channels: Wire, rules: tuple[Wire, ...] = ()) -> list[Recommendation]:
    plan = {"totalBudget": 1000, "channels": list(channels), "rules": list(rules)}
    order = SimulationOrder.model_validate({"plan": plan})
    return list(recommend(order.plan, simulate(order)))


def channel(name: str, roi: float, **more: object) -> Wire:
    return {"channel": name, "historicalROI": roi, **more}


CAP = ({"type": "cap_share", "channel": "good", "share": 0.3},)


@pytest.mark.parametrize(
    ("channels", "rules", "expected"),
    [
        ((channel("good", 2),), (), []),
        ((channel("good", 2), channel("other", 2)), (), []),
        ((channel("good", 3), channel("other", 1)), (), [("good", "increase")]),
        (
            (channel("good", 3, maxAllocation=400), channel("other", 1)),
            (),
            [("good", "review_maximum")],
        ),
        ((channel("good", 3), channel("other", 1)), CAP, [("good", "review_maximum")]),
        # Nothing can be taken from the other.
        ((channel("good", 3, maxAllocation=400), channel("other", 1, minAllocation=600)), (), []),
        (
            (channel("good", 3, maxAllocation=900), channel("bad", -0.5)),
            (),
            [("good", "increase"), ("bad", "reduce")],
        ),
        (
            (channel("good", 3), channel("bad", -0.5, minAllocation=500)),
            (),
            [("bad", "review_minimum")],
        ),
        ((channel("good", 3, maxAllocation=950), channel("risky", 0.1)), (), [
            ("good", "increase"), ("risky", "test"),
        ]),
        # No channel returns more than both the plan and the weakest that can give.
        (
            (channel("good", 3, maxAllocation=400), channel("weak", 1, minAllocation=600)),
            (),
            [],
        ),
        ((channel("bad", -0.5),), (), [(None, "review_plan"), ("bad", "reduce")]),
    ],
)  # fmt: skip
def test_each_is_given_when_its_numbers_call_for_it(
    channels: tuple[Wire, ...], rules: tuple[Wire, ...], expected: list[tuple[str | None, str]]
) -> None:
    assert [(one.channel, one.action) for one in advice(*channels, rules=rules)] == expected


def test_the_gain_is_the_difference_to_the_weakest_channel_that_can_give() -> None:
    (one,) = advice(
        channel("good", 3, maxAllocation=800, minAllocation=500),
        channel("weak", 0.9, minAllocation=300, maxAllocation=300),
        channel("middle", 1.5, minAllocation=100),
    )
    assert one.action == "increase"
    assert one.numbers["gainPerUnit"] == 1.5
    assert one.numbers["movable"] == 100.0
    assert "instead of in middle" in one.reason


def test_no_more_can_move_than_the_maximum_has_room_for() -> None:
    (one,) = advice(channel("good", 3, maxAllocation=700, minAllocation=650), channel("weak", 1))
    assert one.numbers["amount"] == 666.67
    assert one.numbers["movable"] == 33.33


def test_the_numbers_are_those_of_the_simulation() -> None:
    order = SimulationOrder.model_validate(
        {"plan": {"totalBudget": 100, "channels": [channel("risky", 0.1)]}}
    )
    simulation = simulate(order)
    (outcome,), summary = simulation.outcomes, simulation.summary
    whole, one = recommend(order.plan, simulation)
    interval = summary.confidence_interval
    assert whole.numbers["probabilityOfLoss"] == summary.probability_of_loss
    assert whole.numbers["lower"] == interval.lower
    assert f"{100 * summary.probability_of_loss:.1f} %" in whole.reason
    assert one.numbers == {
        "amount": 100.0,
        "expectedROI": 0.1,
        "probabilityOfLoss": outcome.probability_of_loss,
        "lower": outcome.confidence_interval.lower,
        "upper": outcome.confidence_interval.upper,
        "level": 0.95,
    }
