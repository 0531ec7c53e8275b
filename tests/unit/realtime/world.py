"""A stack in memory around the realtime functions."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hub import wiring
from hub.adapters.memory_bus import MemoryBus
from hub.adapters.memory_circuits import MemoryCircuits
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.memory_schedules import MemoryScheduleStore
from hub.adapters.memory_sockets import MemorySockets, MemorySocketStore
from hub.domain import events
from hub.domain.run import AgentRun, RunStatus
from hub.ports import Change
from tests.support import START, FrozenClock

EVENTS = Path(__file__).parents[3] / "events"
CONTEXT = SimpleNamespace(
    function_name="realtime",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:realtime",
    aws_request_id="request-1",
)
EXPIRES = 1772449800


class World:
    """Every collaborator of the realtime functions."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.runs = MemoryRunStore()
        self.schedules = MemoryScheduleStore()
        self.socket_store = MemorySocketStore()
        self.sockets = MemorySockets()
        self.bus = MemoryBus()
        self.circuits = MemoryCircuits()

    def wire(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put them in the place of the real ones."""
        for name, made in vars(self).items():
            monkeypatch.setattr(wiring, name, lambda made=made: made)

    def listen(self, socket: str, *topics: str) -> None:
        """An open socket that listens to these topics."""
        self.socket_store.connect(socket, topics[0].split("#")[1], EXPIRES)
        for topic in topics:
            self.socket_store.subscribe(socket, topic, EXPIRES)

    def received(self, socket: str) -> list[Any]:
        """What was sent to a socket, in order."""
        return [message for receiver, message in self.sockets.sent if receiver == socket]

    def start(self, events_count: int = 0, organization: str = "acme") -> AgentRun:
        """A running run with so many events."""
        run = self.runs.create(
            AgentRun(
                id="run_1",
                agent_id="content",
                organization_id=organization,
                intent="generate-draft",
                objective="test",
                status=RunStatus.RUNNING,
                created_at=START,
            )
        )
        for _ in range(events_count):
            self.runs.update(organization, run.id, _progress)
        return run


def _progress(run: AgentRun, sequence: int) -> Change:
    text = f"step {sequence}"
    return Change(run, events.progressed(run, sequence, START, sequence % 101, text))


def load(name: str) -> dict[str, Any]:
    """A sample event."""
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded
