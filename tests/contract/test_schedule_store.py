"""Both schedule stores keep the same promises."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hub.adapters.dynamo_schedules import DynamoScheduleStore
from hub.adapters.memory_schedules import MemoryScheduleStore
from hub.domain.run import Priority
from hub.domain.schedule import Overlap, Pause, Schedule
from hub.domain.schedule_firings import Firings
from hub.ports import ScheduleStore
from tests.support import START


def create_table(client: Any) -> None:
    names = ("pk", "sk", "byOrganization", "listKey")
    client.create_table(
        TableName="runs",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "byOrganization",
                "KeySchema": [
                    {"AttributeName": "byOrganization", "KeyType": "HASH"},
                    {"AttributeName": "listKey", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client)
        yield client


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> ScheduleStore:
    if request.param == "memory":
        return MemoryScheduleStore()
    return DynamoScheduleStore(request.getfixturevalue("dynamodb"), "runs")


def schedule(agent: str = "content", organization: str = "acme", **more: Any) -> Schedule:
    fields: dict[str, object] = {
        "organization_id": organization,
        "agent_id": agent,
        "expression": "0 9 * * *",
        "timezone": "Europe/Berlin",
        "priority": Priority.HIGH,
        "intent": "generate-draft",
        "input": {"brief": "Hello", "count": 2, "ratio": 0.5, "none": None, "list": []},
        "created_at": START,
        "updated_at": START,
        **more,
    }
    return Schedule.model_validate(fields)


def test_a_schedule_comes_back_as_it_was_put(store: ScheduleStore) -> None:
    store.put(schedule())
    assert store.get("acme", "content") == schedule()


def test_there_is_one_schedule_an_agent_and_the_last_put_counts(store: ScheduleStore) -> None:
    later = START + timedelta(hours=1)
    changed = schedule(expression="rate(5 minutes)", enabled=False, input=None, updated_at=later)
    store.put(schedule())
    store.put(changed)
    assert store.get("acme", "content") == changed
    assert store.list("acme") == [changed]


def test_schedules_are_listed_by_agent_with_their_input(store: ScheduleStore) -> None:
    for agent in ("social", "content", "email"):
        store.put(schedule(agent))
    assert store.list("acme") == [schedule("content"), schedule("email"), schedule("social")]


def test_another_organization_sees_none_of_it(store: ScheduleStore) -> None:
    store.put(schedule())
    assert store.get("globex", "content") is None
    assert store.list("globex") == []
    assert store.delete("globex", "content") is False
    store.record_firing("globex", "content", "run_1", START)
    assert store.list("globex") == []
    assert store.get("acme", "content") == schedule()


def test_a_deleted_schedule_is_gone_and_the_second_delete_says_so(store: ScheduleStore) -> None:
    store.put(schedule())
    assert store.delete("acme", "content") is True
    assert store.delete("acme", "content") is False
    assert store.get("acme", "content") is None
    assert store.list("acme") == []


def test_a_firing_is_remembered_and_is_no_change_of_the_schedule(store: ScheduleStore) -> None:
    store.put(schedule())
    store.record_firing("acme", "content", "run_1", START)
    assert store.get("acme", "content") == schedule(last_run_id="run_1", last_run_at=START)


def test_a_change_does_not_undo_a_firing_since_it_was_read(store: ScheduleStore) -> None:
    store.put(schedule())
    read = store.get("acme", "content")
    assert read
    store.record_firing("acme", "content", "run_1", START)
    store.put(read.model_copy(update={"enabled": False}))
    wanted = schedule(enabled=False, last_run_id="run_1", last_run_at=START)
    assert store.get("acme", "content") == wanted


def test_a_put_does_not_invent_a_firing(store: ScheduleStore) -> None:
    store.put(schedule(last_run_id="run_1", last_run_at=START))
    assert store.get("acme", "content") == schedule()


@pytest.mark.parametrize(
    ("first", "second", "known"),
    [(0, 60, "run_2"), (60, 0, "run_1"), (60, 60, "run_2")],
    ids=["newer", "older", "same time"],
)
def test_the_newest_firing_wins_whatever_the_order(
    store: ScheduleStore, first: int, second: int, known: str
) -> None:
    store.put(schedule())
    for number, seconds in enumerate((first, second), 1):
        at = START + timedelta(seconds=seconds)
        store.record_firing("acme", "content", f"run_{number}", at)
    found = store.get("acme", "content")
    assert found
    assert found.last_run_id == known


def test_a_firing_does_not_bring_back_a_deleted_schedule(store: ScheduleStore) -> None:
    store.put(schedule())
    store.delete("acme", "content")
    store.record_firing("acme", "content", "run_1", START)
    assert store.get("acme", "content") is None
    assert store.list("acme") == []


def test_the_item_keeps_its_input_out_of_the_attributes_that_runs_project(dynamodb: Any) -> None:
    DynamoScheduleStore(dynamodb, "runs").put(schedule())
    (item,) = dynamodb.scan(TableName="runs")["Items"]
    assert item["pk"] == {"S": "ORG#acme#SCHEDULE#content"}
    assert item["sk"] == {"S": "SCHEDULE"}
    assert item["byOrganization"] == {"S": "ORG#acme#SCHEDULES"}
    assert item["listKey"] == {"S": "content"}
    assert "scheduleInput" in item
    assert "input" not in item
    assert "byAgent" not in item


EVERYTHING: dict[str, Any] = {
    "overlap": Overlap.QUEUE_ONE,
    "start_at": START,
    "end_at": START + timedelta(days=30),
    "flexible_minutes": 15,
    "pause_after_failures": 3,
    "pause": Pause(at=START, by="failures", reason="3 runs in a row failed"),
}
FIRINGS = Firings(
    active_run_id="run_1",
    active_since=START,
    waiting=(START, START + timedelta(hours=1)),
    last_due_at=START,
    last_missed_at=START,
    missed=2,
    failures=1,
    counted_to="2026-03-02T09:00:00.000Z run_1",
)


def test_dates_and_policies_come_back_and_what_is_taken_away_is_gone(store: ScheduleStore) -> None:
    store.put(schedule(**EVERYTHING))
    assert store.get("acme", "content") == schedule(**EVERYTHING)
    store.put(schedule())
    assert store.get("acme", "content") == schedule()


def test_what_became_of_the_firings_comes_back_and_grows_its_version(store: ScheduleStore) -> None:
    store.put(schedule())
    assert store.save_firings(schedule(), FIRINGS) is True
    first = FIRINGS.model_copy(update={"version": 1})
    assert store.get("acme", "content") == schedule(firings=first)
    assert store.save_firings(schedule(firings=first), Firings()) is True
    assert store.get("acme", "content") == schedule(firings=Firings(version=2))


def test_firings_that_changed_since_are_not_overwritten(store: ScheduleStore) -> None:
    store.put(schedule())
    assert store.save_firings(schedule(), FIRINGS) is True
    assert store.save_firings(schedule(), Firings()) is False
    stale = schedule(firings=Firings(version=3))
    assert store.save_firings(stale, Firings()) is False
    found = store.get("acme", "content")
    assert found
    assert found.firings.active_run_id == "run_1"


def test_firings_do_not_bring_back_a_deleted_schedule(store: ScheduleStore) -> None:
    store.put(schedule())
    store.delete("acme", "content")
    assert store.save_firings(schedule(), FIRINGS) is False
    assert store.get("acme", "content") is None


def test_a_change_of_the_schedule_leaves_what_became_of_its_firings(store: ScheduleStore) -> None:
    store.put(schedule())
    store.save_firings(schedule(), FIRINGS)
    store.put(schedule(enabled=False))
    found = store.get("acme", "content")
    assert found
    assert (found.enabled, found.firings.missed) == (False, 2)


def test_a_schedule_is_replaced_only_as_it_was_known(store: ScheduleStore) -> None:
    store.put(schedule())
    paused = schedule().paused(START + timedelta(minutes=1), "failures", "it failed")
    assert store.replace(paused, schedule()) is True
    assert store.get("acme", "content") == paused
    later = schedule(updated_at=START + timedelta(minutes=2))
    assert store.replace(later, schedule()) is False
    assert store.get("acme", "content") == paused
    store.delete("acme", "content")
    assert store.replace(later, paused) is False
    assert store.get("acme", "content") is None
