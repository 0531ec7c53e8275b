"""Schedules' API in memory: its stores, how often and in which order they are written."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from api.schedules import handler
from hub import wiring
from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.memory_schedules import MemoryScheduleStore
from hub.adapters.memory_timetable import MemoryTimetable
from hub.domain.run import AgentRun, Failure, RunStatus
from hub.domain.schedule import Schedule
from hub.ports import Change
from tests.support import CountingIds, FrozenClock

EVENTS = Path(__file__).parents[3] / "events"
CONTEXT = SimpleNamespace(
    function_name="schedules",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:schedules",
    aws_request_id="request-1",
)
ID = "acme:content"


class CrashError(Exception):
    """The function dies here."""


@dataclass
class World:
    """The stores behind the API. `writes` tells their order; `crash_at` dies instead of one."""

    runs: MemoryRunStore = field(default_factory=MemoryRunStore)
    schedules: MemoryScheduleStore = field(default_factory=MemoryScheduleStore)
    timetable: MemoryTimetable = field(default_factory=MemoryTimetable)
    executions: MemoryExecutions = field(default_factory=MemoryExecutions)
    clock: FrozenClock = field(default_factory=FrozenClock)
    writes: list[str] = field(default_factory=list)
    crash_at: str | None = None

    def __post_init__(self) -> None:
        for place, name in (("store", "schedules"), ("timetable", "timetable")):
            for method in ("put", "delete"):
                port = getattr(self, name)
                setattr(port, method, self._told(f"{place}.{method}", getattr(port, method)))

    def wire(self, monkeypatch: pytest.MonkeyPatch) -> Self:
        """Put them in the place of the real ones."""
        for name in ("runs", "schedules", "timetable", "executions", "clock"):
            monkeypatch.setattr(wiring, name, lambda name=name: getattr(self, name))
        monkeypatch.setattr(wiring, "ids", CountingIds)
        return self

    def _told(self, name: str, write: Callable[..., Any]) -> Callable[..., Any]:
        def told(*arguments: Any) -> Any:
            if name == self.crash_at:
                raise CrashError
            self.writes.append(name)
            return write(*arguments)

        return told

    @property
    def schedule(self) -> Schedule:
        found = self.schedules.get("acme", "content")
        assert found
        return found

    def run(self, run_id: str, status: RunStatus, **more: object) -> None:
        """Record a run of two seconds that began now."""
        made: dict[str, object] = {
            "id": run_id,
            "agent_id": "content",
            "organization_id": "acme",
            "intent": "generate-draft",
            "objective": "Draft",
            "created_at": self.clock.now(),
            "started_at": self.clock.now(),
            **more,
        }
        self.runs.create(AgentRun.model_validate(made))
        at = self.clock.now() + timedelta(seconds=2)
        failure = Failure(code="X", message="it broke") if status is RunStatus.FAILED else None

        def reach(run: AgentRun, sequence: int) -> Change:
            if status.terminal:
                return Change(run.ended(status, sequence, at, failure))
            return Change(run.with_status(status))

        self.runs.update(str(made["organization_id"]), run_id, reach)


def call(
    sample: str,
    body: dict[str, Any] | None = None,
    *,
    agent: str = "content",
    query: dict[str, str] | None = None,
    **caller: str,
) -> tuple[int, Any]:
    """Send a sample request, changed; the status and the parsed envelope."""
    event = json.loads((EVENTS / f"schedules-{sample}.json").read_text())
    event["rawPath"] = event["rawPath"].replace("content", agent)
    event["requestContext"]["http"]["path"] = event["rawPath"]
    event["requestContext"]["authorizer"]["lambda"].update(caller)
    if body is not None:
        event["body"] = json.dumps(body)
    if query is not None:
        event["queryStringParameters"] = query
    answer = handler(event, CONTEXT)
    return answer["statusCode"], json.loads(answer["body"])


def data(sample: str, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    status, envelope = call(sample, body, **more)
    assert (status, envelope["success"]) == (200, True), envelope
    found: dict[str, Any] = envelope["data"]
    return found


def refused(sample: str, body: dict[str, Any] | None = None, **more: Any) -> tuple[int, Any]:
    status, envelope = call(sample, body, **more)
    assert envelope["success"] is False
    return status, envelope["error"]


def showing(world: World) -> bool:
    """Whether the schedule shows as enabled."""
    found = world.schedules.get("acme", "content")
    return bool(found and found.enabled)
