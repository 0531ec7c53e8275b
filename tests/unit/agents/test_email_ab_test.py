"""A/B tests: the same recipient always gets the same variant, and no verdict comes too early."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.email.ab_test import index_of
from agents.email.rates import sample_size
from hub.domain.errors import InvalidRequestError
from tests.unit.agents.email_world import World, normal

NAMES = ("A", "B", "C", "D", "E")


def plan(count: int = 2, **more: Any) -> Any:
    variants = [{"name": name} for name in NAMES[:count]]
    asked = {"mode": "plan", "testId": "spring", "baselineRate": 0.2, "variants": variants, **more}
    return World().write("ab-test", **asked)


def evaluate(*counts: tuple[int, int], **more: Any) -> Any:
    variants = [
        {"name": name, "successes": successes, "recipients": recipients}
        for name, (successes, recipients) in zip(NAMES, counts, strict=False)
    ]
    asked = {"mode": "evaluate", "testId": "spring", "variants": variants, **more}
    return World().write("ab-test", **asked)


# ------------------------------------------------------------------ assignment


@given(st.text(max_size=30), st.text(max_size=60), st.integers(2, 5))
def test_an_assignment_is_one_of_the_variants_and_always_the_same(
    test: str, recipient: str, count: int
) -> None:
    index = index_of(test, recipient, count)
    assert 0 <= index < count
    assert index_of(test, recipient, count) == index


def test_an_assignment_is_what_its_description_says() -> None:
    # printf 'spring\nann@example.com' | sha256sum → first 16 digits, by hand.
    import hashlib

    digits = hashlib.sha256(b"spring\nann@example.com").hexdigest()[:16]
    assert index_of("spring", "ann@example.com", 3) == int(digits, 16) * 3 // 2**64


@given(st.lists(st.text("abcdef0123456789", min_size=1), min_size=1, max_size=40), st.randoms())
@settings(max_examples=30)
def test_who_else_is_there_and_in_what_order_changes_nothing(ids: list[str], chance: Any) -> None:
    everyone = {item.recipient: item.variant for item in _assigned(ids)}
    some = chance.sample(ids, chance.randint(1, len(ids)))
    assert {item.recipient: item.variant for item in _assigned(some)}.items() <= everyone.items()


def _assigned(ids: list[str]) -> Any:
    return plan(3, recipients=ids).plan.assignments


@given(st.text("abcdefghij", min_size=1, max_size=10), st.integers(2, 5))
@settings(max_examples=30)
def test_assignments_are_balanced(test: str, count: int) -> None:
    n = 2000
    dealt = Counter(index_of(test, f"user-{number}@example.com", count) for number in range(n))
    spread = (n * (1 / count) * (1 - 1 / count)) ** 0.5
    assert all(abs(dealt[index] - n / count) < 6 * spread for index in range(count))


def test_another_test_deals_anew() -> None:
    ids = [f"user-{number}" for number in range(2000)]
    same = sum(index_of("spring", name, 2) == index_of("autumn", name, 2) for name in ids)
    assert 850 < same < 1150


def test_a_recipient_named_twice_is_assigned_once_and_counted_once() -> None:
    planned = plan(recipients=["a", "b", "a"]).plan
    assert [item.recipient for item in planned.assignments] == ["a", "b"]
    assert sum(planned.counts.values()) == 2
    assert set(planned.counts) == {"A", "B"}


# ------------------------------------------------------------------ plan


def test_a_plan_says_how_many_are_needed_and_why() -> None:
    output = plan(minimumEffect=0.03)
    needed = sample_size(0.2, 0.23, 0.05, 0.8)
    assert output.plan.required_sample_size == needed
    assert output.plan.required_in_all == 2 * needed
    assert f"{needed:,} recipients" in output.reason
    assert "3 percentage points from a rate of 20 %" in output.reason
    assert (output.verdict, output.winner, output.engine) == (None, None, "offline")


def test_more_variants_need_more_recipients_each() -> None:
    planned = plan(3).plan
    assert planned.comparisons == 3
    assert planned.significance_per_comparison == pytest.approx(0.05 / 3)
    assert planned.required_sample_size == sample_size(0.2, 0.22, 0.05 / 3, 0.8)
    assert planned.required_sample_size > plan(2).plan.required_sample_size


def test_a_given_size_is_judged() -> None:
    small, large = plan(sampleSize=1000), plan(sampleSize=100_000)
    assert (small.plan.enough, large.plan.enough) == (False, True)
    assert small.plan.detectable_effect > 0.02 > large.plan.detectable_effect
    assert "1,000 recipients a variant show a rise of 5.34 percentage points" in small.reason
    assert "show" not in large.reason


def test_a_size_that_can_show_nothing_is_told_so() -> None:
    output = plan(sampleSize=2, baselineRate=0.9)
    assert output.plan.detectable_effect is None
    assert "can show no rise at all" in output.reason


# ------------------------------------------------------------------ evaluate


def test_a_winner_is_named_with_its_test() -> None:
    output = evaluate((800, 4000), (900, 4000), baselineRate=0.2, minimumEffect=0.03)
    assert (output.verdict, output.winner) == ("winner", "B")
    (pair,) = output.evaluation.comparisons
    # R: fisher.test(matrix(c(800, 900, 3200, 3100), 2))$p.value, and by exact whole numbers.
    assert pair.p_value == pytest.approx(0.00680443, rel=1e-4)
    assert (pair.difference, pair.relative, pair.significant) == (0.025, 0.125, True)
    assert pair.low > 0
    assert "B has the highest open rate (A 20 %, B 22.5 %)" in output.reason
    assert "Fisher's exact test, two-sided" in output.reason


def test_a_low_p_is_no_verdict_before_the_sample_is_complete() -> None:
    output = evaluate((20, 100), (40, 100), baselineRate=0.2)
    assert output.evaluation.comparisons[0].significant
    assert (output.verdict, output.winner) == ("keep_running", None)
    needed = sample_size(0.2, 0.22, 0.05, 0.8)
    assert output.evaluation.minimum_sample_size == needed
    assert f"A has 100 of the {needed:,} recipients" in output.reason
    assert "B leads so far" in output.reason


@pytest.mark.parametrize(("recipients", "verdict"), [(99, "keep_running"), (100, "winner")])
def test_the_planned_sample_decides_when_there_is_a_verdict(recipients: int, verdict: str) -> None:
    output = evaluate((50, 500), (40, recipients), sampleSize=100)
    assert output.verdict == verdict
    assert ("the number planned" in output.reason) is (verdict == "keep_running")


def test_a_loser_is_not_a_winner() -> None:
    output = evaluate((90, 200), (30, 200), sampleSize=200)
    assert (output.verdict, output.winner) == ("winner", "A")
    assert output.evaluation.comparisons[0].difference < 0


def test_a_complete_sample_without_a_difference_says_so() -> None:
    output = evaluate((100, 500), (105, 500), sampleSize=500)
    assert (output.verdict, output.winner) == ("no_difference", None)
    assert "cannot be told from A" in output.reason
    assert "lies between" in output.reason


def test_equal_rates_have_no_leader() -> None:
    output = evaluate((100, 500), (100, 500), sampleSize=500)
    assert output.verdict == "no_difference"
    assert "the best rates are the same" in output.reason
    assert evaluate((1, 10), (1, 10), sampleSize=500).reason.count("no variant leads") == 1


def test_a_winner_beats_each_of_the_others() -> None:
    both = evaluate((20, 100), (22, 100), (5, 100), sampleSize=100)
    assert both.verdict == "no_difference"
    assert "cannot be told from A" in both.reason
    clear = evaluate((10, 200), (12, 200), (60, 200), sampleSize=200)
    assert (clear.verdict, clear.winner) == ("winner", "C")
    assert "differs from each of the others" in clear.reason


def test_pairs_are_corrected_for_their_number() -> None:
    # One pair at p = 0.03 alone would win; as one of three it does not.
    alone = evaluate((20, 100), (34, 100), sampleSize=100)
    among = evaluate((20, 100), (34, 100), (19, 100), sampleSize=100)
    assert (alone.verdict, among.verdict) == ("winner", "no_difference")
    pair = among.evaluation.comparisons[0]
    assert pair.p_value < 0.05 < pair.adjusted_p_value
    assert "Holm" in among.evaluation.test


def test_a_test_without_anything_yet_keeps_running() -> None:
    output = evaluate((0, 0), (0, 0))
    assert output.verdict == "keep_running"
    assert output.evaluation.results[0].rate is None
    assert output.evaluation.results[0].high == 1.0
    assert "A none yet" in output.reason


def test_rates_near_all_still_have_a_minimum() -> None:
    output = evaluate((100, 100), (100, 100))
    assert output.evaluation.minimum_sample_size == sample_size(1.0, 0.98, 0.05, 0.8)


seen = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(seen, min_size=2, max_size=4))
@settings(max_examples=60)
def test_the_order_of_the_variants_does_not_change_the_verdict(
    counts: list[tuple[int, int]],
) -> None:
    one = evaluate(*counts, sampleSize=50)
    turned = evaluate(*reversed(counts), sampleSize=50)
    assert one.verdict == turned.verdict
    at = {name: count for name, count in zip(NAMES, counts, strict=False)}
    back = {name: count for name, count in zip(NAMES, reversed(counts), strict=False)}
    if one.winner:
        assert at[one.winner] == back[turned.winner]
        rate = at[one.winner][0] / at[one.winner][1]
        assert all(rate >= successes / count for successes, count in counts)


# ------------------------------------------------------------------ refused


TWO = [{"name": "A"}, {"name": "B"}]


@pytest.mark.parametrize(
    ("given_input", "told"),
    [
        ({"mode": "plan", "variants": TWO}, "plan needs baselineRate"),
        ({"mode": "plan", "variants": TWO[:1], "baselineRate": 0.1}, "input.variants"),
        ({"mode": "plan", "variants": [*TWO, {"name": "a"}], "baselineRate": 0.1}, "same name"),
        ({"mode": "plan", "variants": TWO, "baselineRate": 0.99}, "are more than 1"),
        ({"mode": "plan", "variants": TWO, "baselineRate": 1.5}, "input.baselineRate"),
        ({"mode": "evaluate", "variants": TWO}, "variants.0.recipients"),
        ({"mode": "guess", "variants": TWO}, "input.mode"),
        (
            {"mode": "evaluate", "variants": [{"name": "A", "recipients": 3, "successes": 4}]},
            "A has 4 successes of 3 recipients",
        ),
    ],
)
def test_what_cannot_be_tested_is_refused(given_input: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidRequestError, match=told):
        normal("ab-test", testId="spring", **given_input)


def test_recipients_are_not_assigned_while_evaluating() -> None:
    with pytest.raises(InvalidRequestError, match="leave them out of evaluate"):
        evaluate((1, 2), (1, 2), recipients=["a"])
