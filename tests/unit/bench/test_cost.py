"""What runs cost, from what they take."""

import pytest

from bench.cost import billed_ms, cost_of
from tests.unit.bench.samples import handler, warm


def test_computing_takes_longer_on_the_share_of_a_processor_and_waiting_does_not() -> None:
    each = handler("authorizer", ours=1.0, sdk=1.0, wire=4.0)
    assert billed_ms(each) == 11  # 4 + 2 × 3.46 = 10.9, rounded up


def test_each_invocation_is_rounded_up_by_itself() -> None:
    three = handler("publisher", ours=0.0, sdk=0.0, wire=3.3, times=3)
    assert billed_ms(three) == 6


def test_the_cost_is_the_sum_of_what_is_paid_for() -> None:
    cost = cost_of(warm(), transitions=7)
    dollars = {line.name: line.usd for line in cost.lines}
    assert dollars["state transitions"] == pytest.approx(0.175)
    assert dollars["DynamoDB writes"] == pytest.approx(40 * 0.625 / 1000)
    assert dollars["DynamoDB reads"] == pytest.approx(16 * 0.125 / 1000)
    assert dollars["Lambda requests"] == pytest.approx(7 * 0.2 / 1000)
    assert dollars["WebSocket API, one listener"] == pytest.approx(0.007)
    assert dollars["event bus"] == pytest.approx(0.001)
    assert cost.total == pytest.approx(sum(dollars.values()))


def test_lambdas_duration_is_paid_by_gigabyte_second() -> None:
    cost = cost_of(warm(), transitions=7)
    (duration,) = [line for line in cost.lines if line.name == "Lambda duration"]
    # Four handlers of 4 + 3 × 3.46 ms, and three batches that share as much.
    milliseconds = 4 * 15 + 3 * 5
    assert duration.per_run == f"{milliseconds} ms at 512 MB"
    assert duration.usd == pytest.approx(milliseconds / 2 * 0.0000133334)


@pytest.mark.parametrize(
    ("transitions", "verdict"),
    [
        (2, "met"),
        (7, "missed, but under the limit of $0.25"),
        (9, "MISSED, and over the limit of $0.25"),
    ],
)
def test_the_verdict_knows_the_target_and_the_limit(transitions: int, verdict: str) -> None:
    assert cost_of(warm(), transitions).verdict == verdict
