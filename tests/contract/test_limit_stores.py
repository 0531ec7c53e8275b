"""What counters and circuits must do: DynamoDB and their twins in memory."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hub.adapters.dynamo_circuits import DynamoCircuits
from hub.adapters.dynamo_counters import DynamoCounters
from hub.adapters.memory_circuits import MemoryCircuits
from hub.adapters.memory_counters import MemoryCounters
from hub.domain.limits import CIRCUIT_OPEN, AgentFailure, Circuit
from hub.limit_ports import CircuitStore, CounterStore
from tests.support import START, FrozenClock

TABLE = "idempotency"
KEY = "ORG#acme#RUNS#content#29540700#key:k1"
WHO = ("acme", "content")


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A DynamoDB client with the idempotency table."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        client = boto3.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
        )
        yield client


@pytest.fixture(params=["dynamo", "memory"])
def counters(request: pytest.FixtureRequest) -> CounterStore:
    if request.param == "memory":
        return MemoryCounters()
    return DynamoCounters(request.getfixturevalue("dynamodb"), TABLE)


@pytest.fixture(params=["dynamo", "memory"])
def circuits(request: pytest.FixtureRequest) -> CircuitStore:
    if request.param == "memory":
        return MemoryCircuits()
    return DynamoCircuits(request.getfixturevalue("dynamodb"), TABLE, FrozenClock())


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def failure(number: int, seconds: float | None = None) -> AgentFailure:
    return AgentFailure(f"run_{number}", at(number if seconds is None else seconds))


# ---------------------------------------------------------------------- counters


def test_a_counter_ends_at_its_limit(counters: CounterStore) -> None:
    assert [counters.take(KEY, 3, at(120)) for _ in range(5)] == [True] * 3 + [False] * 2


def test_what_is_refused_is_not_counted(counters: CounterStore) -> None:
    for _ in range(5):
        counters.take(KEY, 2, at(120))
    assert counters.take(KEY, 3, at(120)), "two were had, not five"


def test_counters_are_counted_apart(counters: CounterStore) -> None:
    assert counters.take(KEY, 1, at(120))
    assert counters.take(f"{KEY}2", 1, at(120))
    assert not counters.take(KEY, 1, at(120))


def test_of_many_at_once_no_more_are_let_through(counters: CounterStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: counters.take(KEY, 5, at(120)), range(20)))
    assert sum(taken) == 5


def test_a_counter_leaves_the_table(dynamodb: Any) -> None:
    DynamoCounters(dynamodb, TABLE).take(KEY, 3, at(120))
    item = dynamodb.get_item(TableName=TABLE, Key={"key": {"S": KEY}})["Item"]
    assert item["expiresAt"] == {"N": str(int(at(120).timestamp()))}


# ---------------------------------------------------------------------- circuits


def test_nothing_is_known_of_an_agent_at_first(circuits: CircuitStore) -> None:
    assert circuits.load(*WHO) == Circuit()


def test_what_is_told_comes_back(circuits: CircuitStore) -> None:
    circuits.failed(*WHO, failure(1, 1.125))
    circuits.succeeded(*WHO, at(0.5))
    assert circuits.probe(*WHO, circuits.load(*WHO), at(2))
    told = Circuit(frozenset({failure(1, 1.125)}), at(0.5), at(2))
    assert circuits.load(*WHO) == told
    assert circuits.load("acme", "social") == circuits.load("acme2", "content") == Circuit()


ORDERS = [(0, 1, 2, 3), (3, 2, 1, 0), (1, 0, 3, 2), (2, 3, 0, 1), (1, 2, 3, 0)]


@pytest.mark.parametrize("order", ORDERS, ids=str)
def test_endings_may_come_in_any_order_and_twice(
    circuits: CircuitStore, order: tuple[int, ...]
) -> None:
    """Streams deliver again what failed, and those of several shards as they like."""
    for _ in range(2):
        for number in order:
            if number == 0:
                circuits.succeeded(*WHO, at(1.5))
            else:
                circuits.failed(*WHO, failure(number))
    known = circuits.load(*WHO)
    assert (len(known.failures), known.succeeded_at) == (3, at(1.5))
    assert known.closed_again_at(at(5)) is None, "only two of them came after the success"
    circuits.failed(*WHO, failure(4))
    assert circuits.load(*WHO).closed_again_at(at(5)) == at(4) + CIRCUIT_OPEN


def test_an_older_success_does_not_hide_a_newer_one(circuits: CircuitStore) -> None:
    for seconds in (5, 3, 5):
        circuits.succeeded(*WHO, at(seconds))
    assert circuits.load(*WHO).succeeded_at == at(5)


def test_one_run_is_let_through_a_half_open_circuit(circuits: CircuitStore) -> None:
    before = circuits.load(*WHO)
    assert [circuits.probe(*WHO, before, at(20 + n)) for n in range(3)] == [True, False, False]
    seen = circuits.load(*WHO)
    assert seen.probed_at == at(20)
    assert circuits.probe(*WHO, seen, at(40.001))
    assert not circuits.probe(*WHO, seen, at(41))


def test_an_agent_that_fails_for_long_fills_nothing(dynamodb: Any) -> None:
    circuits = DynamoCircuits(dynamodb, TABLE, FrozenClock())
    for number in range(60):
        circuits.failed(*WHO, failure(number))
    circuits.failed(*WHO, failure(0))
    known = circuits.load(*WHO)
    assert len(known.failures) <= 20
    assert known.closed_again_at(at(60)) == at(59) + CIRCUIT_OPEN


def test_a_circuit_leaves_the_table_a_day_after_its_last_run(dynamodb: Any) -> None:
    circuits = DynamoCircuits(dynamodb, TABLE, FrozenClock())
    key = {"key": {"S": "ORG#acme#CIRCUIT#content"}}
    for tell in (
        lambda: circuits.failed(*WHO, failure(1)),
        lambda: circuits.succeeded(*WHO, at(1)),
        lambda: circuits.probe(*WHO, Circuit(), at(1)),
    ):
        dynamodb.delete_item(TableName=TABLE, Key=key)
        tell()
        item = dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
        assert item["expiresAt"] == {"N": str(int(at(24 * 3600).timestamp()))}
