"""New runs that nobody started are started; those that run are left alone."""

import pytest

from hub import wiring
from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_runs import MemoryRunStore
from hub.domain.run import AgentRun, RunStatus
from operations.starter import handler
from tests.http_events import Context, load
from tests.support import START


class World:
    def __init__(self) -> None:
        self.runs = MemoryRunStore()
        self.executions = MemoryExecutions()

    def add(self, run_id: str, status: RunStatus) -> None:
        self.runs.create(
            AgentRun(
                id=run_id,
                agent_id="content",
                organization_id="acme",
                intent="generate-draft",
                objective="Draft",
                status=status,
                created_at=START,
            )
        )


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(wiring, "runs", lambda: made.runs)
    monkeypatch.setattr(wiring, "executions", lambda: made.executions)
    return made


def test_only_a_run_still_queued_is_started(world: World) -> None:
    world.add("run_1", RunStatus.QUEUED)
    world.add("run_2", RunStatus.RUNNING)
    assert handler(load("starter-new-runs"), Context()) == {"batchItemFailures": []}
    assert world.executions.started == ["run_1"]


def test_a_run_that_is_gone_is_passed_over(world: World) -> None:
    world.add("run_2", RunStatus.QUEUED)
    handler(load("starter-new-runs"), Context())
    assert world.executions.started == ["run_2"]


def test_a_start_that_fails_is_tried_again_from_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.add("run_1", RunStatus.QUEUED)
    world.add("run_2", RunStatus.QUEUED)

    def start(run: AgentRun) -> None:
        if run.id == "run_2":
            raise RuntimeError("throttled")
        world.executions.started.append(run.id)

    monkeypatch.setattr(world.executions, "start", start)
    answer = handler(load("starter-new-runs"), Context())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "102"}]}
    assert world.executions.started == ["run_1"]
