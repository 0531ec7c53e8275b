"""Says in words what an A/B test came to."""

from agents.email.ab_models import AbEvaluation, AbPlan, AbTestInput, Comparison


def planned(given: AbTestInput, plan: AbPlan) -> str:
    """The size a test needs, and what a smaller one can show."""
    said = (
        f"To tell a difference of {_points(plan.minimum_effect)} from a rate of "
        f"{_percent(plan.baseline_rate)}, with {_percent(plan.power)} power at a significance of "
        f"{_percent(plan.significance)}, each of the {len(given.variants)} variants needs "
        f"{plan.required_sample_size:,} recipients, {plan.required_in_all:,} in all. Evaluate "
        "once, when they have them."
    )
    if given.sample_size is None or plan.enough:
        return said
    if plan.detectable_effect is None:
        return f"{said} {given.sample_size:,} recipients a variant can show no rise at all."
    return (
        f"{said} {given.sample_size:,} recipients a variant show a rise of "
        f"{_points(plan.detectable_effect)} or more."
    )


def too_early(given: AbTestInput, evaluation: AbEvaluation, leader: str | None) -> str:
    """Why there is no verdict yet."""
    smallest = min(evaluation.results, key=lambda result: result.recipients)
    so_far = f"{leader} leads so far" if leader else "no variant leads so far"
    return (
        f"{smallest.name} has {smallest.recipients:,} of the {evaluation.minimum_sample_size:,} "
        f"recipients that each variant needs before a verdict ({_why_so_many(given)}). {so_far} "
        f"({_rates(evaluation)}), but a verdict before that finds winners that are none, so it "
        "says nothing yet. Keep running."
    )


def _why_so_many(given: AbTestInput) -> str:
    if given.sample_size:
        return "the number planned"
    return (
        f"to tell a difference of {_points(given.minimum_effect)} with {_percent(given.power)} "
        "power"
    )


def won(
    given: AbTestInput, evaluation: AbEvaluation, leader: str, against: list[Comparison]
) -> str:
    """Why a variant wins."""
    weakest = max(against, key=lambda pair: pair.adjusted_p_value)
    others = "each of the others" if len(against) > 1 else _other(weakest, leader)
    return (
        f"{leader} has the highest {given.metric} rate ({_rates(evaluation)}) and differs from "
        f"{others}: p = {_p(weakest.adjusted_p_value)}, at most {given.significance:g} "
        f"({evaluation.test}). Every variant has the {evaluation.minimum_sample_size:,} recipients "
        "that were needed."
    )


def undecided(
    given: AbTestInput, evaluation: AbEvaluation, leader: str | None, against: list[Comparison]
) -> str:
    """Why no variant wins."""
    enough = f"Every variant has the {evaluation.minimum_sample_size:,} recipients that were needed"
    if leader is None:
        return f"{enough}, and the best rates are the same ({_rates(evaluation)}). Take either."
    open_pairs = [pair for pair in against if not pair.significant]
    names = " and ".join(_other(pair, leader) for pair in open_pairs)
    closest = max(open_pairs, key=lambda pair: pair.adjusted_p_value)
    return (
        f"{enough}. {leader} has the highest rate ({_rates(evaluation)}), but cannot be told from "
        f"{names}: p = {_p(closest.adjusted_p_value)} is above {given.significance:g}. The "
        f"difference of {closest.other} to {closest.one} lies between {_points(closest.low)} and "
        f"{_points(closest.high)}, with {_percent(1 - given.significance)} confidence. Take either."
    )


def _other(pair: Comparison, leader: str) -> str:
    return pair.other if pair.one == leader else pair.one


def _rates(evaluation: AbEvaluation) -> str:
    return ", ".join(
        f"{result.name} {'none yet' if result.rate is None else _percent(result.rate)}"
        for result in evaluation.results
    )


def _percent(rate: float) -> str:
    return f"{100 * rate:.4g} %"


def _points(difference: float) -> str:
    return f"{100 * difference:.3g} percentage points"


def _p(value: float) -> str:
    return f"{value:.3g}"
