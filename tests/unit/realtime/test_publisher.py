"""What the stream of the run table becomes on sockets and on the event bus."""

import copy
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hub import wiring
from hub.adapters.dynamo import to_item
from hub.adapters.dynamo_runs import DynamoRunStore
from hub.adapters.dynamo_schedules import DynamoScheduleStore
from hub.adapters.s3_blobs import MemoryBlobStore
from hub.domain import events
from hub.domain.errors import TransientError
from hub.domain.run import AgentRun, Failure, RunStatus
from hub.domain.schedule import Schedule
from hub.ports import Change
from realtime.publisher import handler
from tests.support import START, FrozenClock
from tests.unit.realtime.world import CONTEXT, World, load

AGENT = "ORG#acme#AGENT#content"
RUN = "ORG#acme#RUN#run_1"
AGENTS = "ORG#acme#ROOM#agents"
SCHEDULER = "ORG#acme#ROOM#scheduler"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    made.wire(monkeypatch)
    return made


def publish(given: dict[str, Any]) -> list[str]:
    """The sequence numbers of the records that were not published."""
    answer = handler(copy.deepcopy(given), CONTEXT)
    assert set(answer) == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def sequences(given: dict[str, Any]) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in given["Records"]]


# ---------------------------------------------------------------------- events of runs


@pytest.mark.parametrize("topic", [AGENT, RUN, AGENTS])
def test_events_reach_the_listeners_of_agent_run_and_room_in_order(
    world: World, topic: str
) -> None:
    world.listen("a=", topic)
    assert publish(load("publisher-events")) == []
    received = world.received("a=")
    assert [message["id"] for message in received] == [1, 2, 3, 4, 5]
    assert received[0] == {
        "event": "agent:started",
        "id": 1,
        "data": {
            "agentId": "content",
            "sessionId": "run_1",
            "runId": "run_1",
            "status": "running",
            "priority": "NORMAL",
            "agentName": "ContentAgent",
            "agentType": "content",
            "intent": "generate-draft",
            "timestamp": "2026-03-02T09:00:00.000Z",
        },
    }


def test_a_socket_that_listens_twice_gets_each_event_once(world: World) -> None:
    world.listen("a=", AGENT, RUN, AGENTS)
    world.listen("b=", RUN)
    publish(load("publisher-events"))
    assert [message["id"] for message in world.received("a=")] == [1, 2, 3, 4, 5]
    assert [message["id"] for message in world.received("b=")] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "topic",
    [
        "ORG#globex#AGENT#content",
        "ORG#globex#RUN#run_1",
        "ORG#globex#ROOM#agents",
        "ORG#acme#AGENT#social",
        "ORG#acme#RUN#run_2",
        SCHEDULER,
    ],
)
def test_nobody_else_hears_of_it(world: World, topic: str) -> None:
    world.listen("a=", topic)
    for name in ("publisher-events", "publisher-ended"):
        assert publish(load(name)) == []
    assert world.sockets.sent == []


@pytest.mark.parametrize("kind", ["MODIFY", "REMOVE"])
def test_an_event_that_changes_or_expires_is_not_pushed_again(world: World, kind: str) -> None:
    world.listen("a=", RUN)
    given = load("publisher-events")
    for record in given["Records"]:
        record["eventName"] = kind
        record["dynamodb"]["OldImage"] = record["dynamodb"]["NewImage"]
    assert publish(given) == []
    assert world.sockets.sent == []


def test_a_dead_socket_is_forgotten_and_tried_once_a_batch(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.listen("dead=", AGENT, RUN)
    world.listen("live=", AGENT)
    world.sockets.gone.add("dead=")
    assert publish(load("publisher-events")) == []
    assert world.socket_store.listeners([AGENT, RUN]) == {"live="}
    assert world.socket_store.organization("dead=") is None
    assert len(world.received("live=")) == 5
    assert metrics(capsys) == {"EventsPushed": 5, "SocketsDead": 1}


# ---------------------------------------------------------------------- batches


class Fails:
    """A `send` that cannot deliver the event of one id."""

    def __init__(self, world: World, event_id: int, error: Exception) -> None:
        self.world = world
        self.event_id = event_id
        self.error = error
        self.send_on = world.sockets.send

    def __call__(self, connection_id: str, message: Any) -> bool:
        if message["id"] == self.event_id:
            raise self.error
        return self.send_on(connection_id, message)


@pytest.mark.parametrize(
    "error",
    [TransientError("the socket takes no more just now"), ConnectionError("unforeseen")],
    ids=["throttled", "unforeseen"],
)
def test_the_record_that_fails_and_all_after_it_are_sent_again(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
) -> None:
    given = load("publisher-events")
    world.listen("a=", RUN)
    monkeypatch.setattr(world.sockets, "send", Fails(world, 3, error))
    assert publish(given) == sequences(given)[2:]
    assert [message["id"] for message in world.received("a=")] == [1, 2]
    assert metrics(capsys) == {"EventsPushed": 2, "RecordsToRetry": 3}


def test_after_a_failure_the_events_arrive_in_order_when_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = load("publisher-events")
    world.listen("a=", RUN)
    with monkeypatch.context() as failing:
        failing.setattr(world.sockets, "send", Fails(world, 3, TransientError("throttled")))
        failed = publish(given)
    # Lambda begins again at the lowest sequence number that was named.
    again = [r for r in given["Records"] if r["dynamodb"]["SequenceNumber"] >= min(failed)]
    assert publish({"Records": again}) == []
    assert [message["id"] for message in world.received("a=")] == [1, 2, 3, 4, 5]


def test_a_batch_that_fails_from_its_start_is_sent_again_whole(world: World) -> None:
    given = load("publisher-events")
    world.listen("a=", RUN)
    world.sockets.failing["a="] = TransientError("throttled")
    assert publish(given) == sequences(given)
    assert world.sockets.sent == []


def test_a_throttled_socket_does_not_keep_the_event_from_the_others(world: World) -> None:
    for socket in ("a=", "b=", "c="):
        world.listen(socket, RUN)
    world.sockets.failing["b="] = TransientError("throttled")
    given = load("publisher-events")
    assert publish(given) == sequences(given)
    assert [receiver for receiver, _ in world.sockets.sent] == ["a=", "c="]


def test_a_record_that_cannot_be_read_fails_and_is_logged(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    given = load("publisher-events")
    del given["Records"][3]["dynamodb"]["NewImage"]["data"]
    world.listen("a=", RUN)
    assert publish(given) == sequences(given)[3:]
    logged = [record for record in caplog.records if "not published" in record.message]
    assert len(logged) == 1
    assert logged[0].exc_info is not None
    assert metrics(capsys) == {"EventsPushed": 3, "RecordsToRetry": 2}


def test_a_topics_listeners_are_read_once_a_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.listen("a=", RUN)
    asked: list[str] = []
    listeners = world.socket_store.listeners

    def counted(topics: list[str]) -> set[str]:
        asked.extend(topics)
        return listeners(topics)

    monkeypatch.setattr(world.socket_store, "listeners", counted)
    publish(load("publisher-events"))
    assert sorted(asked) == sorted([AGENT, RUN, AGENTS])
    publish(load("publisher-events"))
    assert len(asked) == 6


def test_metrics_are_written_once_a_batch_and_not_at_all_when_nobody_listens(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    publish(load("publisher-events"))
    assert metrics(capsys) == {}
    world.listen("a=", RUN)
    world.listen("b=", RUN)
    publish(load("publisher-events"))
    assert metrics(capsys) == {"EventsPushed": 10}


def metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """What was written in the embedded metric format; each name may stand there once."""
    found: dict[str, float] = {}
    for line in capsys.readouterr().out.splitlines():
        written = json.loads(line)
        for group in written.get("_aws", {}).get("CloudWatchMetrics", []):
            for metric in group["Metrics"]:
                assert metric["Name"] not in found
                found[metric["Name"]] = sum(written[metric["Name"]])
    return found


# ---------------------------------------------------------------------- endings


def test_an_ending_is_pushed_and_told_to_the_event_bus(world: World) -> None:
    world.listen("a=", RUN)
    assert publish(load("publisher-ended")) == []
    (message,) = world.received("a=")
    assert message == {
        "event": "agent:completed",
        "id": 6,
        "data": {
            "agentId": "content",
            "sessionId": "run_1",
            "runId": "run_1",
            "status": "completed",
            "agentName": "ContentAgent",
            "agentType": "content",
            "duration": 7000,
            "timestamp": "2026-03-02T09:00:07.000Z",
        },
    }
    ((detail_type, detail),) = world.bus.published
    assert detail_type == "AgentRun Ended"
    metrics = detail.pop("metrics")
    assert detail == {
        "organizationId": "acme",
        "runId": "run_1",
        "agentId": "content",
        "intent": "generate-draft",
        "status": "completed",
    }
    assert (metrics["durationMs"], metrics["retries"], metrics["costUsd"]) == (7000, 1, 0.0012)


def test_the_bus_is_told_even_if_nobody_listens(world: World) -> None:
    assert publish(load("publisher-ended")) == []
    assert len(world.bus.published) == 1
    assert world.sockets.sent == []


def test_an_ending_fetches_no_payloads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Input and output of the sample lie in S3; nothing may read them, nor the run again.
    def never(*_given: Any) -> Any:
        raise AssertionError("an ending needs nothing but its record")

    monkeypatch.setattr(wiring, "blobs", never)
    monkeypatch.setattr(wiring, "runs", never)
    world.listen("a=", RUN)
    given = load("publisher-ended")
    assert "$blob" in given["Records"][0]["dynamodb"]["NewImage"]["output"]["M"]
    assert publish(given) == []
    assert len(world.received("a=")) == 1


def test_a_run_with_steps_of_an_older_shape_still_ends(world: World) -> None:
    world.listen("a=", RUN)
    given = load("publisher-ended")
    image = given["Records"][0]["dynamodb"]["NewImage"]
    image["steps"] = {"L": [{"M": {"tool": {"S": "slack"}}}]}
    assert publish(given) == []
    assert len(world.received("a=")) == 1


def changed(before: str | None, after: str) -> dict[str, Any]:
    """The sample with other statuses; without a status before, the run is new."""
    given = load("publisher-ended")
    (record,) = given["Records"]
    record["dynamodb"]["NewImage"]["status"] = {"S": after}
    if before is None:
        record["eventName"] = "INSERT"
        del record["dynamodb"]["OldImage"]
    else:
        record["dynamodb"]["OldImage"]["status"] = {"S": before}
    return given


@pytest.mark.parametrize(
    ("before", "after", "event"),
    [
        ("running", "completed", "agent:completed"),
        ("running", "failed", "agent:failed"),
        ("queued", "cancelled", "agent:failed"),
        ("waiting_approval", "timed_out", "agent:failed"),
        ("waiting_rate_limit", "needs_review", "agent:failed"),
        (None, "skipped", "agent:failed"),
        (None, "queued", None),
        ("queued", "running", None),
        ("running", "waiting_rate_limit", None),
        ("completed", "completed", None),
        ("failed", "failed", None),
    ],
)
def test_only_the_change_that_ends_a_run_is_an_ending(
    world: World, before: str | None, after: str, event: str | None
) -> None:
    world.listen("a=", RUN)
    assert publish(changed(before, after)) == []
    assert [message["event"] for message in world.received("a=")] == ([event] if event else [])
    told = [detail["status"] for _, detail in world.bus.published]
    assert told == ([after] if event else [])


def test_a_run_that_expires_is_no_ending(world: World) -> None:
    world.listen("a=", RUN)
    given = load("publisher-ended")
    (record,) = given["Records"]
    record["eventName"] = "REMOVE"
    record["dynamodb"]["OldImage"] = record["dynamodb"].pop("NewImage")
    assert publish(given) == []
    assert (world.sockets.sent, world.bus.published) == ([], [])


def test_a_failure_tells_its_error(world: World) -> None:
    world.listen("a=", RUN)
    given = changed("running", "failed")
    image = given["Records"][0]["dynamodb"]["NewImage"]
    image["errorCode"] = {"S": "NEEDS_REAUTH"}
    image["errorMessage"] = {"S": "connect Slack again"}
    assert publish(given) == []
    (message,) = world.received("a=")
    data = message["data"]
    assert (data["error"], data["errorCode"], data["retryCount"]) == (
        "connect Slack again",
        "NEEDS_REAUTH",
        1,
    )
    assert world.bus.published[0][1]["errorCode"] == "NEEDS_REAUTH"


def test_a_bus_that_refuses_makes_the_ending_be_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_given: Any) -> None:
        raise TransientError("the event bus refused 1 of 1 events")

    world.listen("a=", RUN)
    given = load("publisher-ended")
    with monkeypatch.context() as refusing:
        refusing.setattr(world.bus, "publish", refuse)
        assert publish(given) == sequences(given)
    assert world.sockets.sent == []
    assert publish(given) == []
    assert (len(world.received("a=")), len(world.bus.published)) == (1, 1)


def test_a_throttled_socket_does_not_keep_an_ending_from_the_bus(world: World) -> None:
    world.listen("a=", RUN)
    world.sockets.failing["a="] = TransientError("throttled")
    given = load("publisher-ended")
    assert publish(given) == sequences(given)
    assert len(world.bus.published) == 1


# ---------------------------------------------------------------------- schedules


def schedule(agent: str, enabled: bool = True, organization: str = "acme") -> Schedule:
    return Schedule(
        organization_id=organization,
        agent_id=agent,
        expression="0 9 * * *",
        enabled=enabled,
        intent="generate-draft",
        created_at=START,
        updated_at=START,
    )


def test_a_changed_schedule_is_told_to_the_schedulers_room(world: World) -> None:
    world.listen("a=", SCHEDULER)
    world.listen("b=", AGENT, AGENTS)
    for one in (
        schedule("content"),
        schedule("seo"),
        schedule("email", enabled=False),
        schedule("content", organization="globex"),
    ):
        world.schedules.put(one)
    world.start()
    given = load("publisher-schedule")
    assert publish(given) == []
    received = world.received("a=")
    assert [message["event"] for message in received] == ["scheduler:status"] * 3
    assert [message["id"] for message in received] == sequences(given)
    # Set, disabled, deleted.
    assert [message["data"]["scheduleEnabled"] for message in received] == [True, False, False]
    assert received[0]["data"] == {
        "agentId": "content",
        "scheduleEnabled": True,
        "isRunning": True,
        "scheduledTasksCount": 2,
        "runningAgentsCount": 1,
        "queuedTasksCount": 0,
        "maxConcurrentAgents": 1000,
        "timestamp": "2026-03-02T09:00:00.000Z",
    }
    assert world.received("b=") == []


def test_runs_under_way_are_counted_by_what_they_are_doing(world: World) -> None:
    world.listen("a=", SCHEDULER)
    statuses = [RunStatus.RUNNING, RunStatus.WAITING_RATE_LIMIT, RunStatus.QUEUED]
    statuses += [RunStatus.QUEUED, RunStatus.QUEUED, RunStatus.COMPLETED]
    for number, status in enumerate(statuses):
        run = world.start()
        update = {"id": f"run_{number + 2}", "status": status}
        world.runs.create(run.model_copy(update=update))
    old = {"id": "run_old", "status": RunStatus.QUEUED, "created_at": START - timedelta(days=2)}
    world.runs.create(world.start().model_copy(update=old))
    publish(load("publisher-schedule"))
    data = world.received("a=")[0]["data"]
    assert (data["runningAgentsCount"], data["queuedTasksCount"]) == (3, 3)


def test_a_schedule_nobody_watches_costs_no_look_into_the_store(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never() -> Any:
        raise AssertionError("nobody listens")

    monkeypatch.setattr(wiring, "schedules", never)
    monkeypatch.setattr(wiring, "runs", never)
    world.listen("a=", AGENTS)
    assert publish(load("publisher-schedule")) == []
    assert world.sockets.sent == []


# ---------------------------------------------------------------------- the stores' own records


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """A DynamoDB client with the run table, and what reads its stream."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        table = client.create_table(
            TableName="runs",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        streams = boto3.client("dynamodbstreams", region_name="us-east-1")
        arn = table["TableDescription"]["LatestStreamArn"]

        def read() -> list[dict[str, Any]]:
            (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
            iterator = streams.get_shard_iterator(
                StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
            )["ShardIterator"]
            records: list[dict[str, Any]] = streams.get_records(ShardIterator=iterator)["Records"]
            for record in records:
                # Lambda writes the time as seconds.
                at = record["dynamodb"]["ApproximateCreationDateTime"]
                record["dynamodb"]["ApproximateCreationDateTime"] = at.timestamp()
            return [record for record in records if not _keys_only(record)]

        yield client, read


def _keys_only(record: dict[str, Any]) -> bool:
    """moto tells of an UpdateItem that makes an item twice, first with nothing but its keys."""
    change = record["dynamodb"]
    return bool(change.get("NewImage") == change["Keys"])


def test_what_the_run_store_writes_is_what_clients_receive(
    world: World, stream: tuple[Any, Any]
) -> None:
    client, read = stream
    store = DynamoRunStore(client, "runs", MemoryBlobStore(), FrozenClock())
    run = world.start().model_copy(update={"input": {"brief": "x" * 50_000}})
    store.create(run)

    def begin(run: AgentRun, sequence: int) -> Change:
        return Change(run, events.started(run, sequence, START))

    def half(run: AgentRun, sequence: int) -> Change:
        return Change(run, events.progressed(run, sequence, START, 50, "half"))

    def end(run: AgentRun, sequence: int) -> Change:
        failure = Failure(code="NEEDS_REAUTH", message="connect Slack again")
        output = {"draft": "y" * 50_000}
        ended = run.ended(RunStatus.FAILED, sequence, START, failure)
        return Change(ended.model_copy(update={"output": output}))

    for decide in (begin, half, end):
        store.update("acme", "run_1", decide)
    world.listen("a=", RUN)
    assert publish({"Records": read()}) == []
    shown = [event.to_json() for event in store.events("acme", "run_1", 0, 10)]
    assert [event["event"] for event in shown] == [
        "agent:started",
        "agent:progress",
        "agent:failed",
    ]
    assert world.received("a=") == shown
    assert [detail["errorCode"] for _, detail in world.bus.published] == ["NEEDS_REAUTH"]


def test_what_the_schedule_store_writes_is_told_to_the_schedulers_room(
    world: World, stream: tuple[Any, Any]
) -> None:
    client, read = stream
    store = DynamoScheduleStore(client, "runs")
    store.put(schedule("content"))
    store.put(schedule("content", enabled=False))
    store.delete("acme", "content")
    world.listen("a=", SCHEDULER)
    assert publish({"Records": read()}) == []
    told = [message["data"]["scheduleEnabled"] for message in world.received("a=")]
    assert told == [True, False, False]


def test_items_of_other_kinds_are_passed_over(world: World) -> None:
    world.listen("a=", RUN, AGENT, AGENTS, SCHEDULER)
    given = load("publisher-events")
    for record in given["Records"]:
        record["dynamodb"]["Keys"] = to_item({"pk": "ORG#acme#RUN#run_1", "sk": "NOTE#1"})
    assert publish(given) == []
    assert world.sockets.sent == []
