"""Putting events on the bus."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from hub.adapters.event_bus import EventBridgeBus
from hub.adapters.memory_bus import MemoryBus
from hub.domain.errors import TransientError


@pytest.fixture
def stubber(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = boto3.client(
        "events",
        region_name="us-east-1",
    )
    with Stubber(client) as made:
        yield made
        made.assert_no_pending_responses()


def expect(stubber: Stubber, numbers: range, *refused: str) -> None:
    """One call with these details, of which so many are refused."""
    entries = [
        {
            "EventBusName": "neonhub",
            "Source": "neonhub",
            "DetailType": "AgentRun Ended",
            "Detail": json.dumps({"runId": f"run_{number}"}),
        }
        for number in numbers
    ]
    results: list[dict[str, Any]] = [{"EventId": str(number)} for number in numbers]
    for index, code in enumerate(refused):
        results[index] = {"ErrorCode": code, "ErrorMessage": "not now"}
    answer = {"FailedEntryCount": len(refused), "Entries": results}
    stubber.add_response("put_events", answer, {"Entries": entries})


def publish(stubber: Stubber, count: int) -> None:
    details = [{"runId": f"run_{number}"} for number in range(count)]
    EventBridgeBus(stubber.client, "neonhub").publish("AgentRun Ended", details)


@pytest.mark.parametrize("chunks", [[], [1], [10], [10, 1], [10, 10, 5]])
def test_events_go_out_ten_at_a_time(stubber: Stubber, chunks: list[int]) -> None:
    start = 0
    for size in chunks:
        expect(stubber, range(start, start + size))
        start += size
    publish(stubber, start)


def test_a_refused_event_is_an_error_that_says_how_many_and_why(stubber: Stubber) -> None:
    expect(stubber, range(10), "ThrottlingException", "InternalFailure")
    with pytest.raises(TransientError) as refused:
        publish(stubber, 12)
    assert "2 of 10 events (InternalFailure, ThrottlingException)" in refused.value.message


def test_the_twin_in_memory_remembers_each_detail() -> None:
    bus = MemoryBus()
    bus.publish("AgentRun Ended", [{"runId": "run_1"}, {"runId": "run_2"}])
    assert bus.published == [
        ("AgentRun Ended", {"runId": "run_1"}),
        ("AgentRun Ended", {"runId": "run_2"}),
    ]
