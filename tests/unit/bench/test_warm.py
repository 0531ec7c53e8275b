"""How invocations become the warm times of a run."""

from typing import Any

import pytest

from bench.warm import AUTHORIZER, EXECUTE, NOTICE, PLAN, PUBLISH, START, OneRun, summarize


def told(total: float, *calls: tuple[str, str, float, float], wire: float = 1.0) -> dict[str, Any]:
    return {
        "total": total,
        "wire": wire,
        "sdk": 0.5,
        "calls": [
            {"service": "dynamodb", "operation": name, "table": table, "reads": r, "writes": w}
            for name, table, r, w in calls
        ],
    }


def played(slower: float = 0.0) -> OneRun:
    run = OneRun(records=[{}] * 14, writes=30.0)
    for label in (AUTHORIZER, START, PLAN, EXECUTE, NOTICE):
        run.invocations[label].append(told(3.0 + slower, ("GetItem", "x-KeysTable-1", 1, 0)))
    run.invocations[EXECUTE].append(told(1.5, ("PutItem", "x-ConnectionsTable-1", 0, 2)))
    run.invocations[PUBLISH] += [told(2.0, ("UpdateItem", "x-RunsTable-1", 0, 1))] * 3
    return run


def test_our_share_is_what_neither_the_wire_nor_the_sdk_took() -> None:
    warm = summarize([played(), played(), played(slower=9)])
    times = {handler.label: handler for handler in warm.handlers}
    assert times[PLAN].total.p50 == 3.0
    assert times[PLAN].ours.p50 == 1.5
    assert times[PLAN].ours.high == 10.5
    assert warm.ours == pytest.approx(4 * 1.5 + 1.5 + 3 * 0.5)
    assert warm.with_sdk == pytest.approx(warm.ours + 9 * 0.5)


def test_invocations_of_a_handler_are_summed_over_the_run() -> None:
    warm = summarize([played()])
    (publisher,) = [handler for handler in warm.handlers if handler.label == PUBLISH]
    assert publisher.invocations == 3
    assert publisher.total.p50 == 6.0
    assert warm.invocations == 9


def test_writes_to_the_run_table_are_those_of_its_stream() -> None:
    warm = summarize([played(), played()])
    assert warm.units.writes == 30 + 2
    assert warm.units.reads == 5
    assert warm.units.requests["dynamodb.GetItem"] == 5
    assert warm.records == 14
