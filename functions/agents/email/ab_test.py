"""Plans and evaluates A/B tests. No model has a say in it.

**Assignment** hangs on the test's id and the recipient's alone: the same recipient always gets the
same variant, whoever else is there and in whatever order, and another test deals anew.

**Verdict.** Looking at a running test again and again and stopping at the first low p finds winners
that are none (peeking). So there is no verdict before every variant has the number of recipients
that was planned, or that the minimum effect needs: until then it is `keep_running`, whatever p is.
Then a `winner` is better than each of the others at the test's significance, after Holm's
correction; else it is `no_difference`.
"""

import hashlib
from itertools import combinations

from agents.email import ab_words, rates
from agents.email.ab_models import (
    AbEvaluation,
    AbPlan,
    AbTestInput,
    AbTestOutput,
    Assignment,
    Comparison,
    Variant,
    VariantResult,
    Verdict,
)

ALGORITHM = (
    "SHA-256 of '<testId>\\n<recipient>' in UTF-8; its first 8 bytes as a big-endian number, times "
    "the number of variants, divided by 2^64 and rounded down, is the variant's index from 0"
)
FORMULA = (
    "n0 = (z(1-a/2)·sqrt(2·p(1-p)) + z(power)·sqrt(p1(1-p1) + p2(1-p2)))^2 / (p2-p1)^2 with "
    "p = (p1+p2)/2 and a = significancePerComparison; n = n0/4·(1 + sqrt(1 + 4/(n0·|p2-p1|)))^2 "
    "(Fleiss, Levin, Paik 2003; continuity correction as Fisher's exact test needs)"
)
TEST = "Fisher's exact test, two-sided"


def run_test(given: AbTestInput) -> AbTestOutput:
    """The plan of a test, or its evaluation."""
    return _planned(given) if given.mode == "plan" else _evaluated(given)


def index_of(test_id: str, recipient: str, variants: int) -> int:
    """The index of the variant that a recipient gets in a test; see `ALGORITHM`."""
    hashed = hashlib.sha256(f"{test_id}\n{recipient}".encode()).digest()
    return int.from_bytes(hashed[:8], "big") * variants >> 64


def _planned(given: AbTestInput) -> AbTestOutput:
    baseline = given.baseline_rate or 0.0
    pairs, level = _levels(given)
    needed = rates.sample_size(baseline, baseline + given.minimum_effect, level, given.power)
    shown = (
        rates.detectable(baseline, given.sample_size, level, given.power)
        if given.sample_size
        else None
    )
    assignments = _assigned(given)
    plan = AbPlan(
        baseline_rate=baseline,
        minimum_effect=given.minimum_effect,
        significance=given.significance,
        power=given.power,
        comparisons=pairs,
        significance_per_comparison=round(level, 8),
        required_sample_size=needed,
        required_in_all=needed * len(given.variants),
        enough=given.sample_size >= needed if given.sample_size else None,
        detectable_effect=None if shown is None else round(shown, 6),
        formula=FORMULA,
        algorithm=ALGORITHM,
        counts={
            variant.name: sum(item.variant == variant.name for item in assignments)
            for variant in given.variants
        },
        assignments=assignments,
    )
    return _output(given, ab_words.planned(given, plan), plan=plan)


def _assigned(given: AbTestInput) -> tuple[Assignment, ...]:
    """The variant of each recipient, one named twice once."""
    count = len(given.variants)
    return tuple(
        Assignment(
            recipient=recipient,
            variant=given.variants[index_of(given.test_id, recipient, count)].name,
        )
        for recipient in dict.fromkeys(given.recipients)
    )


def _evaluated(given: AbTestInput) -> AbTestOutput:
    minimum = given.sample_size or _minimum(given)
    smallest = min(_counts(variant)[1] for variant in given.variants)
    comparisons = _compared(given)
    evaluation = AbEvaluation(
        test=TEST if len(comparisons) == 1 else f"{TEST}, in pairs with Holm's correction",
        significance=given.significance,
        minimum_sample_size=minimum,
        smallest_sample=smallest,
        results=tuple(_result(variant, given.significance) for variant in given.variants),
        comparisons=comparisons,
    )
    leader = _leader(given)
    verdict, winner, reason = _judged(given, evaluation, leader)
    return _output(given, reason, verdict=verdict, winner=winner, evaluation=evaluation)


def _output(
    given: AbTestInput,
    reason: str,
    *,
    verdict: Verdict | None = None,
    winner: str | None = None,
    plan: AbPlan | None = None,
    evaluation: AbEvaluation | None = None,
) -> AbTestOutput:
    return AbTestOutput(
        engine="offline",
        mode=given.mode,
        test_id=given.test_id,
        metric=given.metric,
        verdict=verdict,
        winner=winner,
        reason=reason,
        plan=plan,
        evaluation=evaluation,
    )


def _levels(given: AbTestInput) -> tuple[int, float]:
    """How many pairs are compared, and the significance of the strictest of them."""
    count = len(given.variants)
    pairs = count * (count - 1) // 2
    return pairs, given.significance / pairs


def _minimum(given: AbTestInput) -> int:
    """What the minimum effect needs, from the known rate, else from that of all variants."""
    rate = given.baseline_rate
    if rate is None:
        counts = [_counts(variant) for variant in given.variants]
        seen = sum(count for _, count in counts)
        rate = sum(successes for successes, _ in counts) / seen if seen else 0.5
    other = rate + given.minimum_effect
    if other > 1:
        other = rate - given.minimum_effect
    return rates.sample_size(rate, other, _levels(given)[1], given.power)


def _counts(variant: Variant) -> tuple[int, int]:
    return variant.successes or 0, variant.recipients or 0


def _result(variant: Variant, significance: float) -> VariantResult:
    successes, count = _counts(variant)
    low, high = rates.wilson(successes, count, significance)
    return VariantResult(
        name=variant.name,
        recipients=count,
        successes=successes,
        rate=round(successes / count, 6) if count else None,
        low=round(low, 6),
        high=round(high, 6),
    )


def _compared(given: AbTestInput) -> tuple[Comparison, ...]:
    pairs = list(combinations(given.variants, 2))
    values = [_p_value(one, other) for one, other in pairs]
    return tuple(
        _comparison(given, one, other, value, corrected)
        for (one, other), value, corrected in zip(pairs, values, rates.holm(values), strict=True)
    )


def _p_value(one: Variant, other: Variant) -> float:
    (a, first), (c, second) = _counts(one), _counts(other)
    return rates.fisher_exact(a, first - a, c, second - c)


def _comparison(
    given: AbTestInput, one: Variant, other: Variant, value: float, corrected: float
) -> Comparison:
    low, high = rates.newcombe(_counts(one), _counts(other), given.significance)
    rate, difference = _rate(one), _rate(other) - _rate(one)
    return Comparison(
        one=one.name,
        other=other.name,
        difference=round(difference, 6),
        low=round(low, 6),
        high=round(high, 6),
        relative=round(difference / rate, 6) if rate else None,
        p_value=float(f"{value:.6g}"),
        adjusted_p_value=float(f"{corrected:.6g}"),
        significant=corrected <= given.significance,
    )


def _rate(variant: Variant) -> float:
    successes, count = _counts(variant)
    return successes / count if count else 0.0


def _leader(given: AbTestInput) -> str | None:
    """The variant with the highest rate; None if two share it."""
    best = max(map(_rate, given.variants))
    leaders = [variant.name for variant in given.variants if _rate(variant) == best]
    return leaders[0] if len(leaders) == 1 else None


def _judged(
    given: AbTestInput, evaluation: AbEvaluation, leader: str | None
) -> tuple[Verdict, str | None, str]:
    if evaluation.smallest_sample < evaluation.minimum_sample_size:
        return "keep_running", None, ab_words.too_early(given, evaluation, leader)
    against = [pair for pair in evaluation.comparisons if leader in (pair.one, pair.other)]
    if leader and all(pair.significant for pair in against):
        return "winner", leader, ab_words.won(given, evaluation, leader, against)
    return "no_difference", None, ab_words.undecided(given, evaluation, leader, against)
