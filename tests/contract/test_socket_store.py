"""What every SocketStore must do: DynamoDB and its twin in memory."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hub.adapters.dynamo_sockets import DynamoSocketStore
from hub.adapters.memory_sockets import MemorySocketStore
from hub.domain.errors import NotFoundError, TransientError
from hub.ports import SocketStore

TABLE = "sockets"
EXPIRES = 1772449800
CONTENT = "ORG#acme#AGENT#content"
RUN = "ORG#acme#RUN#run_1"


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A DynamoDB client with the sockets table."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        yield client


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> SocketStore:
    if request.param == "memory":
        return MemorySocketStore()
    return DynamoSocketStore(request.getfixturevalue("dynamodb"), TABLE)


def test_an_open_socket_belongs_to_its_organization(store: SocketStore) -> None:
    store.connect("a=", "acme", EXPIRES)
    store.connect("b=", "globex", EXPIRES)
    assert store.organization("a=") == "acme"
    assert store.organization("b=") == "globex"
    assert store.organization("c=") is None


def test_listeners_are_those_who_subscribed_and_did_not_unsubscribe(store: SocketStore) -> None:
    for socket in ("a=", "b=", "c="):
        store.connect(socket, "acme", EXPIRES)
        store.subscribe(socket, CONTENT, EXPIRES)
    store.unsubscribe("b=", CONTENT)
    assert store.listeners([CONTENT]) == {"a=", "c="}
    assert store.listeners([RUN]) == set()


def test_a_socket_that_listens_twice_is_listed_once(store: SocketStore) -> None:
    store.connect("a=", "acme", EXPIRES)
    for topic in (CONTENT, RUN, CONTENT):
        store.subscribe("a=", topic, EXPIRES)
    assert sorted(store.listeners([CONTENT, RUN])) == ["a="]


def test_unsubscribing_from_one_topic_leaves_the_others(store: SocketStore) -> None:
    store.connect("a=", "acme", EXPIRES)
    store.subscribe("a=", CONTENT, EXPIRES)
    store.subscribe("a=", RUN, EXPIRES)
    store.unsubscribe("a=", RUN)
    assert store.listeners([RUN]) == set()
    assert store.listeners([CONTENT]) == {"a="}
    store.unsubscribe("a=", RUN)
    assert store.organization("a=") == "acme"


def test_a_disconnect_removes_everything_of_the_socket_and_nothing_else(
    store: SocketStore,
) -> None:
    topics = [f"ORG#acme#RUN#run_{number}" for number in range(30)]
    for socket in ("a=", "b="):
        store.connect(socket, "acme", EXPIRES)
        for topic in topics:
            store.subscribe(socket, topic, EXPIRES)
    store.disconnect("a=")
    assert store.organization("a=") is None
    assert store.listeners(topics) == {"b="}
    assert store.organization("b=") == "acme"


def test_disconnecting_a_socket_that_is_not_known_changes_nothing(store: SocketStore) -> None:
    store.connect("a=", "acme", EXPIRES)
    store.disconnect("z=")
    assert store.organization("a=") == "acme"


@pytest.mark.parametrize("disconnected", [True, False], ids=["disconnected", "never connected"])
def test_a_socket_that_is_gone_cannot_subscribe(store: SocketStore, disconnected: bool) -> None:
    if disconnected:
        store.connect("a=", "acme", EXPIRES)
        store.disconnect("a=")
    with pytest.raises(NotFoundError, match="connect again"):
        store.subscribe("a=", CONTENT, EXPIRES)
    assert store.listeners([CONTENT]) == set()


def test_listeners_goes_on_after_the_first_page(dynamodb: Any) -> None:
    # A page of a query ends at 1 MB; rows of 300 KB fill it after three.
    store = DynamoSocketStore(dynamodb, TABLE)
    for number in range(8):
        item = {
            "pk": {"S": CONTENT},
            "sk": {"S": f"socket-{number}"},
            "filling": {"S": "x" * 300_000},
        }
        dynamodb.put_item(TableName=TABLE, Item=item)
    assert store.listeners([CONTENT]) == {f"socket-{number}" for number in range(8)}


def test_nothing_is_left_in_the_table_after_a_disconnect(dynamodb: Any) -> None:
    client = Busy(dynamodb, 0)
    store = DynamoSocketStore(client, TABLE)
    store.connect("a=", "acme", EXPIRES)
    for number in range(40):
        store.subscribe("a=", f"ORG#acme#RUN#run_{number}", EXPIRES)
    assert dynamodb.scan(TableName=TABLE, Select="COUNT")["Count"] == 81
    store.disconnect("a=")
    assert dynamodb.scan(TableName=TABLE, Select="COUNT")["Count"] == 0
    # DynamoDB takes 25 in one BatchWriteItem; moto would take more.
    assert client.largest == 25


def test_every_row_expires_by_itself(dynamodb: Any) -> None:
    store = DynamoSocketStore(dynamodb, TABLE)
    store.connect("a=", "acme", EXPIRES)
    store.subscribe("a=", CONTENT, EXPIRES)
    rows = dynamodb.scan(TableName=TABLE)["Items"]
    assert [row.get("expiresAt") for row in rows] == [{"N": str(EXPIRES)}] * 3


class Busy:
    """A DynamoDB client that leaves the first request of every batch undone, so many times."""

    def __init__(self, client: Any, times: int) -> None:
        self._client = client
        self._times = times
        self.largest = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_write_item(self, **request: Any) -> Any:
        ((table, requests),) = request["RequestItems"].items()
        self.largest = max(self.largest, len(requests))
        if self._times == 0:
            return self._client.batch_write_item(**request)
        self._times -= 1
        if requests[1:]:
            self._client.batch_write_item(RequestItems={table: requests[1:]})
        return {"UnprocessedItems": {table: requests[:1]}}


def test_what_a_busy_table_left_undone_is_done_later(dynamodb: Any) -> None:
    pauses: list[float] = []
    store = DynamoSocketStore(Busy(dynamodb, 3), TABLE, sleep=pauses.append)
    store.connect("a=", "acme", EXPIRES)
    store.subscribe("a=", CONTENT, EXPIRES)
    store.disconnect("a=")
    assert dynamodb.scan(TableName=TABLE, Select="COUNT")["Count"] == 0
    assert len(pauses) == 3


def test_a_table_that_stays_busy_is_reported(dynamodb: Any) -> None:
    pauses: list[float] = []
    store = DynamoSocketStore(Busy(dynamodb, 100), TABLE, sleep=pauses.append)
    store.connect("a=", "acme", EXPIRES)
    with pytest.raises(TransientError, match="busy"):
        store.disconnect("a=")
    assert sum(pauses) < 2


class Racing:
    """A DynamoDB client that lets the socket disconnect just before it subscribes."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def transact_write_items(self, **request: Any) -> Any:
        DynamoSocketStore(self._client, TABLE).disconnect("a=")
        return self._client.transact_write_items(**request)


def test_a_subscription_that_races_with_a_disconnect_leaves_nothing(dynamodb: Any) -> None:
    store = DynamoSocketStore(Racing(dynamodb), TABLE)
    store.connect("a=", "acme", EXPIRES)
    with pytest.raises(NotFoundError):
        store.subscribe("a=", CONTENT, EXPIRES)
    assert dynamodb.scan(TableName=TABLE, Select="COUNT")["Count"] == 0
