"""A connector and a run around it, all in memory, for tests of what happens between them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from connectors.slack.app import CONNECTOR as SLACK
from hub.adapters.memory_connections import MemoryConnectionStore
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.memory_vault import MemoryVault
from hub.connector_kit.connector import Caller, Connector
from hub.connector_kit.later import MemoryLater
from hub.connector_kit.steps import StepRunner, StepTask
from hub.domain.connection import Connection, Mode, SandboxFailure
from hub.domain.outcome import Outcome
from hub.domain.run import AgentRun, RunStatus, Step
from tests.support import START, FrozenClock

ORGANIZATION = "acme"


def connection(
    kind: str, *failures: SandboxFailure, mode: Mode = Mode.SANDBOX, **more: Any
) -> Connection:
    """A connection of a kind; its twin shows the given failures."""
    return Connection(
        id=f"con_{kind}",
        organization_id=ORGANIZATION,
        kind=kind,
        name="test",
        mode=mode,
        sandbox=failures,
        created_at=START,
        updated_at=START,
        **more,
    )


@dataclass
class Harness:
    """Executes steps of a run with one connector."""

    connector: Connector = SLACK
    clock: FrozenClock = field(default_factory=FrozenClock)
    runs: MemoryRunStore = field(default_factory=MemoryRunStore)
    connections: MemoryConnectionStore = field(init=False)
    vault: MemoryVault = field(default_factory=MemoryVault)
    later: MemoryLater = field(default_factory=MemoryLater)
    mode: Mode = Mode.SANDBOX

    def __post_init__(self) -> None:
        # On the same clock: what a call has done expires by it.
        self.connections = MemoryConnectionStore(self.clock)

    @property
    def caller(self) -> Caller:
        return Caller(
            self.connector,
            self.connections,
            self.vault,
            self.clock,
            self.mode,
            10,
            later=lambda _connection: self.later,
        )

    @property
    def runner(self) -> StepRunner:
        return StepRunner(self.runs, self.caller, self.clock, timedelta(seconds=20))

    def connect(self, *failures: SandboxFailure, **more: Any) -> Connection:
        """A connection of the connector's kind."""
        made = connection(self.connector.spec.kind, *failures, **more)
        self.connections.create(made, None)
        return made

    def plan(self, *steps: Step, **more: Any) -> AgentRun:
        """A running run with these steps."""
        return self.runs.create(
            AgentRun(
                id="run_1",
                agent_id="content",
                organization_id=ORGANIZATION,
                intent="generate-draft",
                objective="test",
                status=RunStatus.RUNNING,
                planned=True,
                steps=steps,
                created_at=START,
                **more,
            )
        )

    def execute(self, index: int = 0, **more: Any) -> dict[str, Any]:
        """Execute a step."""
        return self.runner.execute(self._task("execute", index, more))

    def reconcile(self, index: int = 0) -> dict[str, Any]:
        """Reconcile a step."""
        return self.runner.reconcile(self._task("reconcile", index, {}))

    def step(self, index: int = 0) -> Step:
        """A step as recorded."""
        return self.run.steps[index]

    @property
    def run(self) -> AgentRun:
        """The run as recorded."""
        run = self.runs.get(ORGANIZATION, "run_1")
        assert run is not None
        return run

    def act(self, action_id: str, data: dict[str, Any], over: Connection | None = None) -> Outcome:
        """Call an action directly."""
        action = self.connector.spec.action(action_id)
        given = action.input.model_validate(data)
        used = over or self.caller.connection(ORGANIZATION, None)
        return self.caller.perform(used, action, given, "key-1")

    def _task(self, task: str, index: int, more: dict[str, Any]) -> StepTask:
        return StepTask(
            task=task, organization_id=ORGANIZATION, run_id="run_1", step_index=index, **more
        )


def post(number: int = 1, **more: Any) -> Step:
    """A step that posts to Slack."""
    fields: dict[str, Any] = {
        "id": f"step_{number}",
        "name": "slack.post_message",
        "connector": "slack",
        "action": "post_message",
        "connection_id": "con_slack",
        "payload": {"channel": "#launch", "text": f"Hello {number}"},
        **more,
    }
    return Step(**fields)
