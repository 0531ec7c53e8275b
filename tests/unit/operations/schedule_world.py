"""A scheduler in memory: what stands around a schedule's firings and the ends of its runs."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Self

import pytest

from hub import wiring
from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.memory_schedules import MemoryScheduleStore
from hub.adapters.memory_timetable import MemoryTimetable
from hub.domain.model import iso
from hub.domain.run import AgentRun, Priority, RunStatus
from hub.domain.schedule import Schedule
from hub.domain.schedule_firings import Firings
from hub.ports import Change, RunFilter
from operations import admission, starter
from tests.support import START, CountingIds, FrozenClock

CONTEXT = SimpleNamespace(
    function_name="operations",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:operations",
    aws_request_id="request-1",
)


@dataclass
class World:
    """The stores behind admission and the starter."""

    runs: MemoryRunStore = field(default_factory=MemoryRunStore)
    schedules: MemoryScheduleStore = field(default_factory=MemoryScheduleStore)
    timetable: MemoryTimetable = field(default_factory=MemoryTimetable)
    executions: MemoryExecutions = field(default_factory=MemoryExecutions)
    clock: FrozenClock = field(default_factory=FrozenClock)

    def wire(self, monkeypatch: pytest.MonkeyPatch) -> Self:
        """Put them in the place of the real ones."""
        for name in ("runs", "schedules", "timetable", "executions", "clock"):
            monkeypatch.setattr(wiring, name, lambda name=name: getattr(self, name))
        monkeypatch.setattr(wiring, "ids", CountingIds)
        return self

    def all_runs(self, organization: str = "acme") -> list[AgentRun]:
        return list(self.runs.list(organization, RunFilter(), 100).items)

    def put(self, **more: object) -> Schedule:
        fields: dict[str, object] = {
            "organization_id": "acme",
            "agent_id": "content",
            "expression": "0 9 * * *",
            "priority": Priority.HIGH,
            "intent": "generate-draft",
            "input": {"brief": "What is new"},
            "created_at": START,
            "updated_at": START,
            **more,
        }
        schedule = Schedule.model_validate(fields)
        self.schedules.put(schedule)
        return schedule

    @property
    def schedule(self) -> Schedule:
        found = self.schedules.get("acme", "content")
        assert found
        return found

    @property
    def firings(self) -> Firings:
        return self.schedule.firings

    def run(self, run_id: str) -> AgentRun:
        found = self.runs.get("acme", run_id)
        assert found
        return found

    def fire(self, due: datetime) -> dict[str, Any]:
        """The firing due then comes; what admission answers."""
        event = {
            "task": "admit",
            "organizationId": "acme",
            "agentId": "content",
            "scheduledTime": f"{due:%Y-%m-%dT%H:%M:%SZ}",
        }
        answer: dict[str, Any] = admission.handler(event, CONTEXT)
        return answer

    def end(self, run_id: str, status: RunStatus = RunStatus.COMPLETED) -> dict[str, Any]:
        """End a run; the record that the stream tells of it."""
        at = self.clock.now()
        ended = self.runs.update(
            "acme", run_id, lambda run, sequence: Change(run.ended(status, sequence, at))
        )
        image = {
            "organizationId": "acme",
            "agentId": ended.agent_id,
            "scheduleId": ended.schedule_id,
            "id": run_id,
            "status": status,
            "completedAt": iso(at),
        }
        return {
            "eventID": f"event-{run_id}",
            "eventName": "MODIFY",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "SequenceNumber": "1",
                "NewImage": {name: {"S": value} for name, value in image.items()},
            },
        }

    def tell(self, *records: dict[str, Any]) -> Any:
        """The stream tells the starter; its answer."""
        return starter.handler({"Records": list(records)}, CONTEXT)


def metrics(printed: str) -> list[tuple[str, str | None, float]]:
    """The metrics among the printed lines, as (name, outcome, value)."""
    lines = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    found = []
    for line in lines:
        name = line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"]
        found.append((name, line.get("outcome"), line[name][0]))
    return found
