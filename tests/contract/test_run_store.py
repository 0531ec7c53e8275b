"""Both run stores keep the same promises."""

import os
from collections.abc import Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from hub.adapters.dynamo_runs import DynamoRunStore
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.s3_blobs import MemoryBlobStore
from hub.domain import events
from hub.domain.errors import InvalidRequestError, NotFoundError, TransientError
from hub.domain.run import AgentRun, Failure, RunStatus, Step, StepStatus
from hub.ports import Change, RunFilter, RunStore
from tests.support import START, FrozenClock

_SUMMARY = [
    "id",
    "agentId",
    "organizationId",
    "intent",
    "objective",
    "status",
    "priority",
    "trigger",
    "createdAt",
    "sequence",
]


def table(client: object) -> None:
    def index(name: str) -> dict[str, object]:
        return {
            "IndexName": name,
            "KeySchema": [
                {"AttributeName": name, "KeyType": "HASH"},
                {"AttributeName": "listKey", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": _SUMMARY},
        }

    names = ("pk", "sk", "byOrganization", "byAgent", "listKey")
    client.create_table(  # type: ignore[attr-defined]
        TableName="runs",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[index("byOrganization"), index("byAgent")],
    )


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunStore]:
    if request.param == "memory":
        yield MemoryRunStore()
        return
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    assert os.environ.get("AWS_ENDPOINT_URL") is None
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        table(client)
        yield DynamoRunStore(
            client, "runs", MemoryBlobStore(), FrozenClock(), sleep=lambda _seconds: None
        )


def run(run_id: str = "run_1", organization: str = "acme", **more: object) -> AgentRun:
    fields: dict[str, object] = {
        "id": run_id,
        "agent_id": "content",
        "organization_id": organization,
        "intent": "generate-draft",
        "objective": "Draft",
        "input": {"brief": "Hello", "count": 2, "ratio": 0.5, "none": None, "list": []},
        "created_at": START,
        **more,
    }
    return AgentRun.model_validate(fields)


def start(run: AgentRun, sequence: int) -> Change:
    new = run.model_copy(update={"status": RunStatus.RUNNING, "started_at": START})
    return Change(new, events.started(new, sequence, START))


def finish(run: AgentRun, sequence: int) -> Change | None:
    if run.status.terminal:
        return None
    at = START + timedelta(seconds=3)
    return Change(run.ended(RunStatus.FAILED, sequence, at, Failure(code="X", message="why")))


def test_a_created_run_comes_back_as_it_was(store: RunStore) -> None:
    store.create(run())
    assert store.get("acme", "run_1") == run()


def test_creating_twice_answers_the_first(store: RunStore) -> None:
    store.create(run(objective="first"))
    assert store.create(run(objective="second")).objective == "first"


def test_another_organization_does_not_see_it(store: RunStore) -> None:
    store.create(run())
    assert store.get("other", "run_1") is None
    assert store.list("other", RunFilter(), 10).items == []
    with pytest.raises(NotFoundError):
        store.events("other", "run_1", 0, 10)
    with pytest.raises(NotFoundError):
        store.update("other", "run_1", start)


def test_a_change_and_its_event_are_kept_together(store: RunStore) -> None:
    store.create(run())
    new = store.update("acme", "run_1", start)
    assert new.status is RunStatus.RUNNING
    assert store.get("acme", "run_1") == new
    (event,) = store.events("acme", "run_1", 0, 10)
    assert (event.id, event.event) == (1, "agent:started")
    assert event.data["sessionId"] == "run_1"


def test_no_change_writes_nothing(store: RunStore) -> None:
    store.create(run())
    assert store.update("acme", "run_1", lambda _run, _next: None).sequence == 0
    assert store.events("acme", "run_1", 0, 10) == []


def test_a_stale_read_is_decided_again_on_the_newest_run(store: RunStore) -> None:
    stale = store.create(run())
    store.update("acme", "run_1", start)
    seen: list[int] = []

    def progress(run: AgentRun, sequence: int) -> Change:
        seen.append(sequence)
        return Change(run.model_copy(update={"progress": 30}))

    new = store.update("acme", "run_1", progress, known=stale)
    assert new.status is RunStatus.RUNNING
    assert new.progress == 30
    assert seen[-1] == 2


def test_a_run_that_always_changes_gives_up_instead_of_looping(store: RunStore) -> None:
    store.create(run())
    if isinstance(store, MemoryRunStore):
        pytest.skip("nobody else can change a run in the middle of a memory update")

    def meddle(run: AgentRun, _sequence: int) -> Change:
        store.update("acme", "run_1", lambda r, _n: Change(r.model_copy(update={"progress": 1})))
        return Change(run.model_copy(update={"progress": 2}))

    with pytest.raises(TransientError):
        store.update("acme", "run_1", meddle)


def test_the_ending_is_an_event_in_its_place(store: RunStore) -> None:
    store.create(run())
    store.update("acme", "run_1", start)
    store.update("acme", "run_1", finish)
    late = Step(id="s", name="n", connector="slack", action="a", status=StepStatus.SUCCEEDED)

    def afterwards(run: AgentRun, sequence: int) -> Change:
        return Change(run, events.progressed(run, sequence, START, 50, "late", late))

    store.update("acme", "run_1", afterwards)
    shown = store.events("acme", "run_1", 0, 10)
    assert [(e.id, e.event) for e in shown] == [
        (1, "agent:started"),
        (2, "agent:failed"),
        (3, "agent:progress"),
    ]
    assert shown[1].data["error"] == "why"
    assert [e.id for e in store.events("acme", "run_1", 2, 10)] == [3]


def test_one_step_changes_without_touching_the_others(store: RunStore) -> None:
    steps = tuple(Step(id=f"s{i}", name="n", connector="c", action="a") for i in range(3))
    store.create(run(steps=steps))

    def second(run: AgentRun, _sequence: int) -> Change:
        done = run.steps[1].model_copy(update={"status": StepStatus.SUCCEEDED, "result": {"a": 1}})
        return Change(run.with_step(1, done))

    store.update("acme", "run_1", second)
    stored = store.get("acme", "run_1")
    assert stored is not None
    assert [step.status for step in stored.steps] == ["pending", "succeeded", "pending"]
    assert stored.steps[1].result == {"a": 1}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (RunFilter(), ["run_3", "run_2", "run_1"]),
        (RunFilter(agent_id="seo"), ["run_2"]),
        (RunFilter(status=RunStatus.RUNNING), ["run_3"]),
        (RunFilter(since=START + timedelta(seconds=15)), ["run_3", "run_2"]),
    ],
)
def test_lists_are_filtered_and_newest_first(
    store: RunStore, where: RunFilter, expected: list[str]
) -> None:
    for number, agent in ((1, "content"), (2, "seo"), (3, "content")):
        at = START + timedelta(seconds=10 * number)
        store.create(run(f"run_{number}", agent_id=agent, created_at=at))
    store.update("acme", "run_3", start)
    assert [item.id for item in store.list("acme", where, 10).items] == expected


def test_pages_join_to_the_whole_list(store: RunStore) -> None:
    for number in range(5):
        store.create(run(f"run_{number}", created_at=START + timedelta(seconds=number)))
    found: list[str] = []
    cursor: str | None = None
    for _ in range(5):
        page = store.list("acme", RunFilter(), 2, cursor)
        found += [item.id for item in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert found == ["run_4", "run_3", "run_2", "run_1", "run_0"]


@pytest.mark.parametrize("cursor", ["nonsense", "e30", "eyJieU9yZ2FuaXphdGlvbiI6ICJPUkcjYSJ9"])
def test_a_made_up_cursor_is_refused(store: RunStore, cursor: str) -> None:
    store.create(run())
    with pytest.raises(InvalidRequestError):
        store.list("acme", RunFilter(), 2, cursor)


def test_a_cursor_of_another_organization_is_refused(store: RunStore) -> None:
    for number in range(3):
        store.create(run(f"run_{number}"))
    cursor = store.list("acme", RunFilter(), 1).cursor
    with pytest.raises(InvalidRequestError):
        store.list("other", RunFilter(), 1, cursor)


def test_large_payloads_come_back_whole(store: RunStore) -> None:
    large = "x" * 40_000
    steps = tuple(
        Step(id=f"s{i}", name="n", connector="c", action="a", payload={"text": large})
        for i in range(30)
    )
    store.create(run(input={"brief": large}, steps=steps))
    stored = store.get("acme", "run_1")
    assert stored is not None
    assert stored.input == {"brief": large}
    assert all(step.payload == {"text": large} for step in stored.steps)
