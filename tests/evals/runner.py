"""Runs cases of the evals through the agents, as the state machine does: start, plan, validate."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_knowledge import MemoryKnowledge
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.offline_model import OfflineModel
from hub.agent_kit.catalog import load_agent
from hub.agent_kit.planner import Planner, PlanTask
from hub.agent_kit.start import RunOrder, RunStarter
from hub.domain.errors import HubError
from hub.ports import ModelClient
from tests.evals.case import Case
from tests.support import CountingIds, FrozenClock

ORGANIZATION = "acme"


@dataclass(frozen=True)
class Result:
    """What became of a case: `problems` is empty if it holds."""

    case: Case
    problems: tuple[str, ...]
    checks: int


def cases() -> list[Case]:
    """Every case, by agent."""
    files = sorted(Path(__file__).parent.glob("cases_*.py"))
    found = [case for file in files for case in import_module(f"tests.evals.{file.stem}").CASES]
    assert len({case.id for case in found}) == len(found), "two cases have the same id"
    return found


def run_case(case: Case, model: ModelClient | None = None) -> Result:
    """One case with a model; the offline writer without one."""
    try:
        output = _output(case, model or OfflineModel())
    except HubError as error:
        expected = error.error_code == case.expect_error
        told = () if expected else (f"failed with {error.error_code}: {error.message}",)
        return Result(case, told, 1)
    if case.expect_error:
        return Result(case, (f"did not fail with {case.expect_error}",), 1)
    problems = tuple(wrong for check in case.checks if (wrong := check(output)))
    return Result(case, problems, len(case.checks))


def run_all(wanted: Sequence[Case], model: ModelClient | None = None) -> Iterator[Result]:
    """Every case in turn."""
    for case in wanted:
        yield run_case(case, model)


def _output(case: Case, model: ModelClient) -> dict[str, Any]:
    agent, clock, runs = load_agent(case.agent), FrozenClock(), MemoryRunStore()
    knowledge = MemoryKnowledge()
    knowledge.put(ORGANIZATION, *case.knowledge)
    starter = RunStarter(runs, MemoryExecutions(), clock, CountingIds())
    run, _ = starter.start(RunOrder(agent, ORGANIZATION, case.intent, case.input))
    planner = Planner(agent, runs, model, clock, lambda: knowledge, _no_pages)
    planner.plan(PlanTask(task="plan", organization_id=ORGANIZATION, run_id=run.id))
    planned = runs.get(ORGANIZATION, run.id)
    assert planned is not None
    output: dict[str, Any] = planned.output
    return output


def _no_pages() -> Any:
    raise LookupError("evals fetch no pages: give the HTML itself")
