"""What the ending of a run says of its agent."""

import copy
from datetime import timedelta
from typing import Any

import pytest

from hub.domain.errors import TransientError
from hub.domain.limits import AgentFailure, Circuit
from realtime.publisher import handler
from tests.support import START
from tests.unit.realtime.world import CONTEXT, World, load

ENDED = START + timedelta(seconds=7)
GOOD = Circuit(succeeded_at=ENDED)
BAD = Circuit(failures=frozenset({AgentFailure("run_1", ENDED)}))
NOTHING = Circuit()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    made.wire(monkeypatch)
    return made


def ending(
    status: str, code: str | None = None, planned: bool = True, **more: str
) -> dict[str, Any]:
    """The stream's record of a run that ended so."""
    given = load("publisher-ended")
    image = given["Records"][0]["dynamodb"]["NewImage"]
    image |= {"status": {"S": status}, "planned": {"BOOL": planned}}
    image |= {name: {"S": value} for name, value in more.items()}
    if code:
        image |= {"errorCode": {"S": code}, "errorMessage": {"S": "why"}}
    return given


def publish(given: dict[str, Any]) -> list[Any]:
    failures: list[Any] = handler(copy.deepcopy(given), CONTEXT)["batchItemFailures"]
    return failures


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (ending("completed"), GOOD),
        (ending("failed", "AGENT_EXECUTION_FAILED", planned=False), BAD),
        # A platform refused, or nobody approved: the agent had done its work.
        (ending("failed", "channel_not_found"), GOOD),
        (ending("needs_review", "UNKNOWN_OUTCOME"), GOOD),
        (ending("timed_out", "APPROVAL_EXPIRED"), GOOD),
        # Nothing is known of an agent that was asked nothing, or nonsense.
        (ending("failed", "INVALID_INPUT", planned=False), NOTHING),
        (ending("cancelled", "CANCELLED", planned=False), NOTHING),
        (ending("skipped", "INVALID_INPUT", planned=False), NOTHING),
        # It had its plan from the run before.
        (ending("completed", trigger="replay"), NOTHING),
        (ending("failed", "AGENT_EXECUTION_FAILED", planned=False, trigger="replay"), BAD),
        (ending("failed", "AGENT_EXECUTION_FAILED", planned=False, trigger="schedule"), BAD),
        # A call for later has no agent.
        (ending("completed", agentId="delivery"), NOTHING),
    ],
)
def test_an_ending_says_how_the_agent_did(
    world: World, record: dict[str, Any], expected: Circuit
) -> None:
    assert publish(record) == []
    agent = record["Records"][0]["dynamodb"]["NewImage"]["agentId"]["S"]
    assert world.circuits.load("acme", agent) == expected
    assert world.circuits.load("globex", agent) == NOTHING


def test_an_ending_that_is_sent_again_counts_once(world: World) -> None:
    record = ending("failed", "AGENT_EXECUTION_FAILED", planned=False)
    world.listen("a=", "ORG#acme#RUN#run_1")
    world.sockets.failing["a="] = TransientError("throttled")
    assert len(publish(record)) == 1
    del world.sockets.failing["a="]
    assert publish(record) == []
    assert world.circuits.load("acme", "content") == BAD


def test_three_failing_runs_open_the_circuit_of_their_agent(world: World) -> None:
    for number in range(3):
        more = {"id": f"run_{number}", "completedAt": f"2026-03-02T09:00:0{number}.000Z"}
        publish(ending("failed", "AGENT_EXECUTION_FAILED", planned=False, **more))
    circuit = world.circuits.load("acme", "content")
    assert circuit.closed_again_at(ENDED) == START + timedelta(seconds=12)
