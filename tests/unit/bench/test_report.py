"""The report: its tables, and that it says where a target is missed."""

from dataclasses import replace
from datetime import date

import pytest

from bench.report import Machine, markdown, table, terminal, verdicts
from bench.results import Results
from tests.unit.bench.samples import latency, results, warm

QUIET = Machine(cores=2, architecture="arm64", system="Linux", python="3.13.0", load=0.1)
DAY = date(2026, 3, 2)


def lines(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(start)]


def report(found: Results, machine: Machine = QUIET) -> str:
    return markdown(found, machine, DAY, "9 cold starts")


def test_a_table_aligns_its_numbers_right() -> None:
    made = table(("what", "ms"), [("run", "12"), ("call", "3")])
    assert made == "| what | ms |\n| :-- | --: |\n| run | 12 |\n| call | 3 |"


def test_the_report_says_when_where_and_how_often() -> None:
    made = report(results())
    assert "2026-03-02" in made
    assert "Linux, arm64, 2 cores, Python 3.13.0, load average before the start 0.1\n" in made
    assert "9 cold starts" in made


@pytest.mark.parametrize(("load", "warned"), [(0.9, False), (1.1, True)])
def test_a_busy_machine_is_named_as_such(load: float, warned: bool) -> None:
    machine = replace(QUIET, load=load)
    assert machine.busy is warned
    assert ("measure again" in report(results(), machine)) is warned


def test_cold_starts_are_shares_of_importing_everything_uncompiled() -> None:
    made = report(results(slowest=450))
    assert lines(made, "| runs ") == ["| runs | 450 | 405 to 900 | 45% | met |"]
    assert lines(made, "| catalog ") == ["| catalog | 200 | 180 to 400 | 20% | met |"]
    assert lines(made, "| imports everything, without") == [
        "| imports everything, without bytecode | 1000 | 900 to 2000 | 100% |  |"
    ]


def test_functions_come_slowest_first() -> None:
    cold = results().cold
    assert cold
    assert cold.functions == ["runs", "catalog"]


@pytest.mark.parametrize(("slowest", "verdict"), [(450, "met"), (451, "MISSED by runs")])
def test_a_function_over_the_target_is_named(slowest: float, verdict: str) -> None:
    found = results(slowest=slowest)
    assert verdicts(found)[0][2] == verdict
    assert verdict in report(found)
    assert ("over the target" in terminal(found)) is (verdict != "met")


def test_what_was_not_measured_is_named() -> None:
    assert "no event is known: unheard" in report(results())
    assert "unheard: not measured" in terminal(results())


@pytest.mark.parametrize(("ours", "verdict"), [(3.0, "met"), (3.01, "MISSED")])
def test_the_warm_target_is_for_our_own_code(ours: float, verdict: str) -> None:
    made = verdicts(Results(warm=warm(ours)))
    assert made == [
        (
            "our own code in all handlers of a run at most 15 ms",
            f"{5 * ours:.1f} ms, with the AWS SDK's share {5 * ours + 10:.1f} ms",
            verdict,
        )
    ]


def test_one_run_is_the_sum_of_its_handlers() -> None:
    made = report(results())
    assert lines(made, "| publisher ") == ["| publisher | 3 | 3 | 7.0 | 4.0 | 2.0 | 1.0 |"]
    assert lines(made, "| **one run**") == ["| **one run** | 7 | 15 | 35.0 | 20.0 | 10.0 | 5.0 |"]
    assert "dynamodb.GetItem 8, events.PutEvents 1" in made


def test_hops_are_shares_of_a_run_beside_what_happens_in_our_handlers() -> None:
    made = report(results())
    assert lines(made, "| Plan task") == ["| Plan task | 10.0 | 17% | 17% | 7.0 | 3.0 |"]
    assert lines(made, "| Finish task") == ["| Finish task (DynamoDB) | 10.0 | 17% | 17% |  |  |"]
    # Of the publisher, the one batch that brings the ending.
    assert lines(made, "| end of the execution")[0].endswith("| 2.3 | 1.0 |")
    assert "**8.2 runs per second** at concurrency 16" in made


def test_sizes_are_in_megabytes() -> None:
    assert "| layer DepsLayer | 12.0 | 36.0 |" in report(results())


def test_the_cost_has_its_total_and_verdict() -> None:
    made = report(results())
    (total,) = lines(made, "| **total**")
    assert total.startswith("| **total** |  | **0.2")
    assert "missed, but under the limit" in made


def test_parts_that_were_not_measured_have_no_section() -> None:
    made = report(Results(latency=latency()))
    assert "## Latency" in made
    assert [name for name in ("Cold", "Sizes", "Warm", "Cost") if f"## {name}" in made] == []
    assert lines(made, "| Plan task") == ["| Plan task | 10.0 | 17% | 17% |  |  |"]
