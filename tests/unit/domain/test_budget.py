"""An allocation adds up to the cent, keeps every limit and rule, and says what it did."""

import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.domain.budget import allocate
from hub.domain.budget_plan import BudgetPlan
from hub.domain.errors import InvalidRequestError

NAMES = ["email", "facebook", "google_ads", "linkedin", "Plakate Köln", "reddit", "tiktok"]

type Wire = dict[str, Any]


def plan(total: object, *channels: Wire, rules: tuple[Wire, ...] = ()) -> BudgetPlan:
    return BudgetPlan.model_validate(
        {"totalBudget": total, "channels": list(channels), "rules": list(rules)}
    )


def amounts(total: object, *channels: Wire, rules: tuple[Wire, ...] = ()) -> dict[str, str]:
    given = allocate(plan(total, *channels, rules=rules)).amounts()
    return {name: str(amount) for name, amount in given.items()}


def channel(name: str, **more: object) -> Wire:
    return {"channel": name, **more}


@st.composite
def free_plans(draw: st.DrawFn, least: int = 1) -> BudgetPlan:
    """Plans without limits and rules."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    priorities, returns = st.integers(1, 10), st.none() | st.floats(-1, 20)
    cents = draw(st.integers(least, 10**9))
    return plan(
        str(Decimal(cents) / 100),
        *(channel(n, priority=draw(priorities), historicalROI=draw(returns)) for n in names),
    )


@st.composite
def limited_plans(draw: st.DrawFn) -> BudgetPlan:
    """Plans with limits and rules that at least equal parts keep."""
    free = draw(free_plans(least=1000))
    cents, count = int(free.total_budget * 100), len(free.channels)
    limited = [
        one.to_json()
        | {
            "minAllocation": str(Decimal(draw(st.integers(0, cents // count))) / 100),
            "maxAllocation": str(Decimal(draw(st.integers(-(-cents // count), cents))) / 100),
        }
        for one in free.channels
    ]
    named = st.sampled_from([one.channel for one in free.channels])
    caps, floors = st.floats(min(1, 1 / count + 0.01), 1), st.floats(0.001, 1 / count - 0.01)
    factors, limits = st.floats(0.01, 100), st.floats(-1, 5)
    rule: st.SearchStrategy[Wire] = st.one_of(
        st.fixed_dictionaries({"type": st.just("cap_share"), "channel": named, "share": caps}),
        st.fixed_dictionaries({"type": st.just("floor_share"), "channel": named, "share": floors}),
        st.fixed_dictionaries(
            {"type": st.just("multiply"), "multiplyBy": factors, "ifRoiBelow": limits},
            optional={"channel": named, "ifRoiAbove": limits},
        ),
    )
    rules = tuple(draw(st.lists(rule, max_size=4)))
    return plan(str(free.total_budget), *limited, rules=rules)


@settings(deadline=None)
@given(limited_plans())
def test_amounts_add_up_to_the_total_and_are_whole_cents(wanted: BudgetPlan) -> None:
    result = allocate(wanted)
    assert sum(result.amounts().values()) == result.total_allocated == wanted.total_budget
    assert all(amount == round(amount, 2) for amount in result.amounts().values())


@settings(deadline=None)
@given(limited_plans())
def test_every_limit_and_share_holds(wanted: BudgetPlan) -> None:
    given_to = allocate(wanted).amounts()
    for one in wanted.channels:
        assert one.max_allocation is not None
        assert one.min_allocation <= given_to[one.channel] <= one.max_allocation
    for rule in wanted.rules:
        if rule.type != "multiply":
            bound = Decimal(f"{rule.share:.6f}") * wanted.total_budget
            amount = given_to[rule.channel]
            assert amount <= bound if rule.type == "cap_share" else amount >= bound


@settings(deadline=None)
@given(limited_plans(), st.randoms(use_true_random=False))
def test_the_order_of_channels_does_not_matter(wanted: BudgetPlan, luck: random.Random) -> None:
    channels = list(wanted.channels)
    luck.shuffle(channels)
    other = wanted.model_copy(update={"channels": tuple(channels)})
    assert allocate(other).amounts() == allocate(wanted).amounts()


def with_change(wanted: BudgetPlan, index: int, **changed: object) -> BudgetPlan:
    channels = list(wanted.channels)
    channels[index] = channels[index].model_copy(update=changed)
    return wanted.model_copy(update={"channels": tuple(channels)})


@settings(deadline=None)
@given(free_plans(), st.data())
def test_more_priority_never_means_less_budget(wanted: BudgetPlan, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(wanted.channels) - 1))
    chosen = wanted.channels[index]
    higher = data.draw(st.integers(chosen.priority, 10))
    after = allocate(with_change(wanted, index, priority=higher))
    assert after.amounts()[chosen.channel] >= allocate(wanted).amounts()[chosen.channel]


@settings(deadline=None)
@given(free_plans(), st.data())
def test_a_better_past_never_means_less_budget(wanted: BudgetPlan, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(wanted.channels) - 1))
    chosen = wanted.channels[index].channel
    worse, better = sorted(data.draw(st.tuples(st.floats(-1, 20), st.floats(-1, 20))))
    before = allocate(with_change(wanted, index, historical_roi=worse))
    after = allocate(with_change(wanted, index, historical_roi=better))
    assert after.amounts()[chosen] >= before.amounts()[chosen]


@settings(deadline=None)
@given(limited_plans())
def test_the_reasoning_adds_up_to_each_amount(wanted: BudgetPlan) -> None:
    result = allocate(wanted)
    told = dict.fromkeys(result.amounts(), Decimal(0))
    for step in result.reasoning:
        for impact in step.impact:
            told[impact.channel] += impact.adjustment
            assert impact.reason
    assert told == result.amounts()


def test_the_steps_are_those_of_the_contract_in_its_order() -> None:
    steps = allocate(plan(10, channel("a"))).reasoning
    assert [(step.step, step.rule) for step in steps] == [
        (1, "priority"),
        (2, "historical_return"),
        (3, "bounds"),
        (4, "rules"),
        (5, "normalization"),
    ]
    assert [len(step.impact) for step in steps] == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("total", "channels", "expected"),
    [
        # Priority alone; without one it is 5.
        (1000, [channel("a", priority=6), channel("b", priority=4)], ["600.00", "400.00"]),
        (1000, [channel("a"), channel("b", priority=5)], ["500.00", "500.00"]),
        # Equal remainders: the first names round up.
        ("0.02", [channel("c"), channel("b"), channel("a")], ["0.00", "0.01", "0.01"]),
        (100, [channel("c"), channel("b"), channel("a")], ["33.33", "33.33", "33.34"]),
        # Returns of 3 and 1: a mean of 2, so 1.5 and 0.5 times.
        (
            1000,
            [channel("a", historicalROI=2), channel("b", historicalROI=0)],
            ["750.00", "250.00"],
        ),
        # Returns of 30 and 1: not 1.94 and 0.06 times, but 1.94 and 0.5.
        (
            1000,
            [channel("a", historicalROI=29), channel("b", historicalROI=0)],
            ["794.70", "205.30"],
        ),
        # Who has no history stays as it was: 1.5, 0.5 and 1 times.
        (
            300,
            [channel("a", historicalROI=2), channel("b", historicalROI=0), channel("c")],
            ["150.00", "50.00", "100.00"],
        ),
        # Nothing ever came back: nothing to tell them apart.
        (
            100,
            [channel("a", historicalROI=-1), channel("b", historicalROI=-1)],
            ["50.00", "50.00"],
        ),
        # Returns of 41, 1 and 0 times: a mean of 14, so 2 at most, and 0.5 at least, twice.
        (
            3000,
            [
                channel("a", historicalROI=40),
                channel("b", historicalROI=0),
                channel("c", historicalROI=-1),
            ],
            ["2000.00", "500.00", "500.00"],
        ),
        # What a maximum leaves goes to the others by weight, and may lift them to theirs.
        (
            1000,
            [
                channel("a", priority=8, maxAllocation=100),
                channel("b", priority=1, maxAllocation=200),
                channel("c", priority=1),
            ],
            ["100.00", "200.00", "700.00"],
        ),
        # A minimum takes from the others by weight.
        (
            1000,
            [channel("a", priority=1, minAllocation=400), channel("b", priority=6), channel("c")],
            ["400.00", "327.27", "272.73"],
        ),
        # Both at once, on different sides.
        (
            1000,
            [
                channel("a", priority=10, maxAllocation=300),
                channel("b", priority=1, minAllocation=500),
                channel("c", priority=5),
            ],
            ["300.00", "500.00", "200.00"],
        ),
        # Set to an amount.
        (90, [channel("a", minAllocation=70, maxAllocation=70), channel("b")], ["70.00", "20.00"]),
        (90, [channel("a", maxAllocation=0), channel("b")], ["0.00", "90.00"]),
    ],
)
def test_money_goes_by_priority_past_and_limits(
    total: object, channels: list[Wire], expected: list[str]
) -> None:
    assert list(amounts(total, *channels).values()) == expected


TWO = channel("a", historicalROI=0, priority=5), channel("b", historicalROI=0, priority=5)


@pytest.mark.parametrize(
    ("channels", "rules", "expected"),
    [
        (TWO, [{"type": "multiply", "channel": "a", "multiplyBy": 3}], ["750.00", "250.00"]),
        (
            TWO,
            [
                {"type": "multiply", "channel": "a", "multiplyBy": 3},
                {"type": "multiply", "channel": "a", "multiplyBy": 2},
            ],
            ["857.14", "142.86"],
        ),
        # A condition is strict, and needs a history.
        (
            TWO,
            [{"type": "multiply", "channel": "a", "ifRoiBelow": 0, "multiplyBy": 9}],
            ["500.00", "500.00"],
        ),
        (
            TWO,
            [{"type": "multiply", "channel": "a", "ifRoiAbove": 0, "multiplyBy": 9}],
            ["500.00", "500.00"],
        ),
        (
            (channel("a"), channel("b")),
            [{"type": "multiply", "channel": "a", "ifRoiBelow": 9, "multiplyBy": 9}],
            ["500.00", "500.00"],
        ),
        (
            (channel("a", historicalROI=0.5), channel("b", historicalROI=0.5)),
            [
                {"type": "multiply", "channel": "b", "ifRoiAbove": 0.4, "multiplyBy": 3},
                {"type": "multiply", "channel": "a", "ifRoiAbove": 0.6, "multiplyBy": 9},
            ],
            ["250.00", "750.00"],
        ),
        (TWO, [{"type": "cap_share", "channel": "b", "share": 0.3}], ["700.00", "300.00"]),
        (TWO, [{"type": "floor_share", "channel": "b", "share": 0.7}], ["300.00", "700.00"]),
        # A channel's own limits hold against a rule.
        (
            (channel("a", maxAllocation=600), channel("b")),
            [{"type": "multiply", "channel": "a", "multiplyBy": 9}],
            ["600.00", "400.00"],
        ),
        # A share of the total that is no whole cent: at most and at least.
        (
            (channel("a", historicalROI=0), channel("b", historicalROI=0)),
            [{"type": "cap_share", "channel": "b", "share": 0.333333}],
            ["666.67", "333.33"],
        ),
        (
            TWO,
            [{"type": "cap_share", "channel": "b", "share": 0.333338}],
            ["666.67", "333.33"],
        ),
        (
            TWO,
            [{"type": "floor_share", "channel": "b", "share": 0.666662}],
            ["333.33", "666.67"],
        ),
        # The strictest of several shares counts.
        (
            TWO,
            [
                {"type": "cap_share", "channel": "b", "share": 0.2},
                {"type": "cap_share", "channel": "b", "share": 0.4},
            ],
            ["800.00", "200.00"],
        ),
    ],
)
def test_rules_change_what_the_limits_left(
    channels: tuple[Wire, ...], rules: list[Wire], expected: list[str]
) -> None:
    assert list(amounts(1000, *channels, rules=tuple(rules)).values()) == expected


@pytest.mark.parametrize(
    ("total", "channels", "rules", "named", "told"),
    [
        (
            1000,
            [channel("a", minAllocation=700), channel("b", minAllocation=400), channel("c")],
            [],
            ["a", "b"],
            "the minimums of a, b add up to 1100.00, which is 100.00 more than the total",
        ),
        (
            1000,
            [channel("b", maxAllocation=700), channel("a", maxAllocation=200)],
            [],
            ["a", "b"],
            "the maximums of a, b add up to 900.00, so 100.00 of the total has no place",
        ),
        (
            1000,
            [channel("a", minAllocation=700, maxAllocation=600), channel("b")],
            [],
            ["a"],
            "a must get at least 700.00 and at most 600.00",
        ),
        (
            1000,
            [channel("a", minAllocation=700), channel("b")],
            [{"type": "cap_share", "channel": "a", "share": 0.5}],
            ["a"],
            "a must get at least 700.00 and at most 500.00",
        ),
        (
            1000,
            [channel("a"), channel("b"), channel("c")],
            [
                {"type": "floor_share", "channel": "a", "share": 0.6},
                {"type": "floor_share", "channel": "b", "share": 0.5},
            ],
            ["a", "b"],
            "the minimums of a, b add up to 1100.00",
        ),
        (
            1000,
            [channel("a"), channel("b")],
            [
                {"type": "cap_share", "channel": "a", "share": 0.4},
                {"type": "cap_share", "channel": "b", "share": 0.5},
            ],
            ["a", "b"],
            "the maximums of a, b add up to 900.00",
        ),
    ],
)
def test_limits_that_nothing_can_keep_are_refused_with_their_channels(
    total: int, channels: list[Wire], rules: list[Wire], named: list[str], told: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        allocate(plan(total, *channels, rules=tuple(rules)))
    assert refused.value.error_code == "BUDGET_INFEASIBLE"
    assert refused.value.details == {"channels": named}
    assert told in refused.value.message


@pytest.mark.parametrize(
    ("wire", "told"),
    [
        (lambda: plan(1, channel("a"), channel("A")), "named more than once: a"),
        (
            lambda: plan(
                1, channel("a"), rules=({"type": "cap_share", "channel": "b", "share": 0.5},)
            ),
            "rules name channels that the plan does not have: b",
        ),
        (
            lambda: plan(1, channel("a"), rules=({"type": "multiply", "multiplyBy": 2},)),
            "needs a channel, ifRoiBelow or ifRoiAbove",
        ),
    ],
)
def test_names_that_do_not_fit_are_refused(wire: Callable[[], object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        wire()


def test_estimates_tell_what_the_past_says_and_how_much_of_it_is_known() -> None:
    estimates = allocate(
        plan(
            1000,
            channel("a", historicalROI=1, costPerThousand=8, minAllocation=600, maxAllocation=600),
            channel("b", historicalROI=-0.5, minAllocation=200, maxAllocation=200),
            channel("c", costPerThousand=5),
        )
    ).estimates
    # (600 * 1 - 200 * 0.5) / 800; 600 / 8 + 200 / 5 thousand people; 800 of 1,000.
    assert estimates.expected_roi == 0.625
    assert estimates.total_reach == 115_000
    assert estimates.confidence == 0.8


def test_what_is_not_known_is_left_out() -> None:
    assert allocate(plan(1000, channel("a"))).estimates.to_json() == {"confidence": 0.0}
