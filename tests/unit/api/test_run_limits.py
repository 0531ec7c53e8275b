"""Starting runs over HTTP within limits: how many a minute, and not of an agent that is down."""

from collections.abc import Iterator
from typing import Any

import pytest

from agents.content.app import handler as content
from api.runs import handler as runs_api
from hub import wiring
from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_runs import MemoryRunStore
from hub.domain.limits import AgentFailure
from hub.run_gate import RunGate
from tests.http_events import answer, request
from tests.support import CountingIds, FrozenClock, gate_of

COLLEAGUE = {"organizationId": "acme", "role": "operator", "subject": "key:colleague"}


class World:
    """The stores behind the handlers."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.runs = MemoryRunStore()
        self.executions = MemoryExecutions()
        self.gate: RunGate = gate_of(self.clock, per_minute=2)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made, ids = World(), CountingIds()
    for name in ("runs", "executions", "clock", "gate"):
        monkeypatch.setattr(wiring, name, lambda name=name: getattr(made, name))
    monkeypatch.setattr(wiring, "ids", lambda: ids)
    return made


def start(key: str | None = None, **changes: Any) -> tuple[int, Any, dict[str, str]]:
    event = request("agent-content-start", **changes)
    del event["headers"]["idempotency-key"]
    if key:
        event["headers"]["idempotency-key"] = key
    return answer(content, event)


def orchestrate() -> tuple[int, Any, dict[str, str]]:
    return answer(runs_api, request("runs-orchestrate"))


def test_a_start_above_the_limit_is_refused_with_the_time_to_wait(world: World) -> None:
    world.clock.advance(18)
    assert [start()[0] for _ in range(2)] == [202, 202]
    status, body, headers = start()
    assert (status, headers["Retry-After"]) == (429, "42")
    error = body["error"]
    assert error["code"] == "RATE_LIMITED"
    assert error["details"]["limit"] == 2
    assert "2 runs of the agent content this minute" in error["message"]
    assert len(world.executions.started) == 2
    assert start(caller=COLLEAGUE)[0] == 202
    world.clock.advance(42)
    assert start()[0] == 202


def test_both_ways_to_start_count_together(world: World) -> None:
    mine = request("runs-orchestrate")["requestContext"]["authorizer"]["lambda"]
    assert start(caller=mine)[0] == 202
    assert orchestrate()[0] == 202
    assert orchestrate()[0] == 429
    assert start(caller=mine)[0] == 429


def test_a_repeated_request_is_neither_refused_nor_counted_twice(world: World) -> None:
    first = start("once")[1]["data"]["runId"]
    for _ in range(5):
        status, body, headers = start("once")
        assert (status, body["data"]["runId"]) == (202, first)
        assert headers["Idempotent-Replayed"] == "true"
    assert start("twice")[0] == 202
    assert start("a third time")[0] == 429
    assert start("once")[0] == 202


def test_what_was_refused_may_be_sent_again_with_its_key(world: World) -> None:
    start()
    start()
    assert start("late")[0] == 429
    world.clock.advance(60)
    status, _, headers = start("late")
    assert status == 202
    assert "Idempotent-Replayed" not in headers


def test_a_key_used_for_something_else_is_told_so_even_above_the_limit(world: World) -> None:
    start("once")
    start()
    other = {"intent": "generate-draft", "input": {"brief": "Something else."}}
    assert start("once", body=other)[0] == 409


def test_bad_input_is_not_counted(world: World) -> None:
    for _ in range(5):
        assert start(body={"intent": "generate-draft", "input": {}})[0] == 400
    assert start()[0] == 202


def test_an_agent_that_is_down_is_not_started(world: World) -> None:
    kept = start("before")[1]["data"]["runId"]
    for number in range(3):
        failure = AgentFailure(f"run_{number}", world.clock.now())
        world.gate.circuits.failed("acme", "content", failure)
    world.clock.advance(4)
    for refusal in (start, orchestrate):
        status, body, headers = refusal()
        assert (status, headers["Retry-After"]) == (503, "6")
        assert body["error"]["code"] == "CIRCUIT_OPEN"
    assert start("before")[1]["data"]["runId"] == kept, "it has its run already"
    world.clock.advance(6)
    assert start()[0] == 202
    assert start()[0] == 503
