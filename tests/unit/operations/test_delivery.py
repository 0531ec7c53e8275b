"""A call whose time has come becomes one run, which its connector plans and carries out."""

from typing import Any

import pytest

from connectors.slack.app import CONNECTOR
from hub import wiring
from hub.adapters.memory_executions import MemoryExecutions
from hub.connector_kit.app import connector_handler
from hub.domain.errors import InvalidRequestError
from operations.admission import handler as admission
from tests.harness import ORGANIZATION, Harness
from tests.http_events import Context, load


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Harness:
    made, started = Harness(), MemoryExecutions()
    monkeypatch.setattr(wiring, "runs", lambda: made.runs)
    monkeypatch.setattr(wiring, "clock", lambda: made.clock)
    monkeypatch.setattr(wiring, "executions", lambda: started)
    monkeypatch.setattr("hub.connector_kit.app.caller_of", lambda _connector: made.caller)
    return made


def due(**changes: Any) -> dict[str, Any]:
    answered: dict[str, Any] = admission({**load("admission-delivery"), **changes}, Context())
    return answered


def test_a_call_that_is_due_becomes_one_run_however_often_it_is_delivered(world: Harness) -> None:
    first, second = due(), due()
    assert first == second
    run = world.runs.get(ORGANIZATION, first["runId"])
    assert run is not None
    assert (run.agent_id, run.intent, run.status) == ("delivery", "slack.post_message", "queued")
    assert run.planner == "connector-slack"
    assert wiring.executions().started == [run.id]  # type: ignore[attr-defined]
    other = due(laterId="another")
    assert other["runId"] != run.id


def test_the_connector_plans_and_carries_out_the_run(world: Harness) -> None:
    run_id = due(connectionId="sandbox-slack")["runId"]
    handler = connector_handler(CONNECTOR)
    task = {"organizationId": ORGANIZATION, "runId": run_id, "attempt": 0}
    plan = handler({"task": "plan", **task}, Context())
    assert plan["steps"] == [{"index": 0, "connector": "slack"}]
    assert handler({"task": "plan", **task}, Context()) == plan
    run = world.runs.get(ORGANIZATION, run_id)
    assert run is not None
    assert run.status == "running"
    names = [event.event for event in world.runs.events(ORGANIZATION, run_id, 0, 10)]
    assert names == ["agent:started"]
    state, _ = world.connections.load_sandbox(ORGANIZATION, "sandbox-slack")
    assert state == {}


@pytest.mark.parametrize("field", ["laterId", "organizationId", "connector", "payload"])
def test_an_event_that_is_no_delivery_is_refused(world: Harness, field: str) -> None:
    event = {k: v for k, v in load("admission-delivery").items() if k != field}
    with pytest.raises(InvalidRequestError, match=field):
        admission(event, Context())
