"""What every ConnectionStore must do: DynamoDB and its twin in memory."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.adapters.dynamo_connections import SANDBOX_LIMIT, DynamoConnectionStore
from hub.adapters.memory_connections import MemoryConnectionStore
from hub.domain.connection import (
    Connection,
    ConnectionStatus,
    Injection,
    Mode,
    SandboxFailure,
)
from hub.domain.errors import ConflictError, PayloadTooLargeError
from hub.domain.token import Grant, GrantKind
from hub.observability import logger
from hub.ports import ConnectionStore
from tests.contract.conftest import TABLE
from tests.support import START, FrozenClock


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=["dynamo", "memory"])
def store(request: pytest.FixtureRequest, clock: FrozenClock) -> ConnectionStore:
    if request.param == "memory":
        return MemoryConnectionStore(clock)
    client = request.getfixturevalue("dynamodb")
    return DynamoConnectionStore(client, TABLE, clock)


def connection(connection_id: str = "con_1", organization_id: str = "acme") -> Connection:
    return Connection(
        id=connection_id,
        organization_id=organization_id,
        kind="slack",
        name="Wörkspace ✓",
        mode=Mode.SANDBOX,
        status=ConnectionStatus.NEEDS_REAUTH,
        settings={"baseUrl": "https://slack.com/api", "limit": 3, "ratio": 0.25, "quiet": True},
        sandbox=(
            SandboxFailure(kind=Injection.RATE_LIMIT, times=2, retry_after=7, action="post"),
            SandboxFailure(kind=Injection.REAUTH),
        ),
        has_credentials=True,
        created_at=START,
        updated_at=START + timedelta(milliseconds=5),
    )


def test_a_connection_comes_back_as_it_was_stored(store: ConnectionStore) -> None:
    store.create(connection(), b"sealed")
    assert store.get("acme", "con_1") == connection()
    assert store.list("acme") == [connection()]


def test_sealed_credentials_come_back_byte_for_byte(store: ConnectionStore) -> None:
    sealed = bytes(range(256))
    store.create(connection(), sealed)
    assert store.sealed("acme", "con_1") == sealed


def test_a_connection_without_credentials_has_none(store: ConnectionStore) -> None:
    store.create(connection(), None)
    assert store.sealed("acme", "con_1") is None
    assert store.sealed("acme", "con_2") is None


def test_an_unknown_connection_is_none(store: ConnectionStore) -> None:
    assert store.get("acme", "con_1") is None


def test_a_taken_id_is_refused_and_the_first_connection_stays(store: ConnectionStore) -> None:
    store.create(connection(), b"first")
    with pytest.raises(ConflictError, match="con_1"):
        store.create(connection().model_copy(update={"name": "second"}), b"second")
    assert store.get("acme", "con_1") == connection()
    assert store.sealed("acme", "con_1") == b"first"


def test_another_organization_sees_and_removes_nothing(store: ConnectionStore) -> None:
    store.create(connection(), b"sealed")
    store.save_sandbox("acme", "con_1", {"messages": ["hi"]}, 0)
    for other in ("acm", "acme2", "ACME", ""):
        assert store.get(other, "con_1") is None
        assert store.sealed(other, "con_1") is None
        assert store.list(other) == []
        assert store.load_sandbox(other, "con_1") == ({}, 0)
        assert store.delete(other, "con_1") is False
    assert store.get("acme", "con_1") == connection()
    assert store.load_sandbox("acme", "con_1") == ({"messages": ["hi"]}, 1)


def test_two_organizations_may_have_the_same_id(store: ConnectionStore) -> None:
    store.create(connection(organization_id="acme"), b"a")
    store.create(connection(organization_id="globex"), b"g")
    assert store.sealed("acme", "con_1") == b"a"
    assert store.sealed("globex", "con_1") == b"g"


def test_a_list_has_every_connection_oldest_first_and_nothing_else(store: ConnectionStore) -> None:
    for number in (3, 1, 2):
        store.create(connection(f"con_{number}"), b"sealed")
    store.save_sandbox("acme", "con_1", {"a": 1}, 0)
    assert [each.id for each in store.list("acme")] == ["con_1", "con_2", "con_3"]


def test_a_deleted_connection_is_gone_with_its_credentials_and_its_twins_state(
    store: ConnectionStore,
) -> None:
    store.create(connection("con_1"), b"sealed")
    store.create(connection("con_2"), b"other")
    store.save_sandbox("acme", "con_1", {"a": 1}, 0)
    assert store.delete("acme", "con_1") is True
    assert store.get("acme", "con_1") is None
    assert store.sealed("acme", "con_1") is None
    assert store.load_sandbox("acme", "con_1") == ({}, 0)
    assert store.delete("acme", "con_1") is False
    assert [each.id for each in store.list("acme")] == ["con_2"]


def test_a_twins_state_starts_empty_and_grows_by_versions(store: ConnectionStore) -> None:
    state, version = store.load_sandbox("acme", "con_1")
    assert (state, version) == ({}, 0)
    state["messages"] = [{"text": "hé", "score": 0.1}, None]
    assert store.save_sandbox("acme", "con_1", state, version) is True
    state["later"] = "a change after saving is nobody's business"
    assert store.load_sandbox("acme", "con_1") == (
        {"messages": [{"text": "hé", "score": 0.1}, None]},
        1,
    )
    assert store.save_sandbox("acme", "con_1", {"counter": 2}, 1) is True
    assert store.load_sandbox("acme", "con_1") == ({"counter": 2}, 2)


@pytest.mark.parametrize("versions", [(0, 0), (0, 1, 1), (1,), (0, 1, 0), (0, 2)])
def test_a_state_changed_by_another_is_not_overwritten(
    store: ConnectionStore, versions: tuple[int, ...]
) -> None:
    *good, stale = versions
    for version in good:
        assert store.save_sandbox("acme", "con_1", {"by": f"call {version}"}, version)
    before = store.load_sandbox("acme", "con_1")
    assert store.save_sandbox("acme", "con_1", {"by": "stale"}, stale) is False
    assert store.load_sandbox("acme", "con_1") == before


def test_a_state_over_its_limit_forgets_the_oldest_of_its_longest_list(
    store: ConnectionStore,
) -> None:
    messages = [{"number": n, "blocks": ["x" * 4000]} for n in range(120)]  # newest first
    state = {"channels": {"C1": messages}, "users": ["ann", "bob"], "counter": 120}
    assert store.save_sandbox("acme", "con_1", state, 0) is True
    kept, _ = store.load_sandbox("acme", "con_1")
    left = kept["channels"]["C1"]
    assert 70 < len(left) < 90
    assert left == messages[: len(left)]
    assert (kept["users"], kept["counter"]) == (["ann", "bob"], 120)
    assert len(json.dumps(kept, separators=(",", ":"))) <= SANDBOX_LIMIT


def test_a_state_too_large_without_any_list_is_refused(store: ConnectionStore) -> None:
    with pytest.raises(PayloadTooLargeError, match="350 KB"):
        store.save_sandbox("acme", "con_1", {"page": "x" * SANDBOX_LIMIT, "posts": [1]}, 0)
    assert store.load_sandbox("acme", "con_1") == ({}, 0)


def test_a_list_goes_on_where_dynamodb_stops_at_a_megabyte(dynamodb: Any) -> None:
    store = DynamoConnectionStore(dynamodb, TABLE, FrozenClock())
    for number in range(8):
        store.create(connection(f"con_{number}"), b"s" * 300_000)
    pages: list[Any] = []
    dynamodb.meta.events.register("after-call.dynamodb.Query", lambda **kw: pages.append(kw))
    assert [each.id for each in store.list("acme")] == [f"con_{number}" for number in range(8)]
    assert len(pages) > 1


def test_sealed_credentials_do_not_leave_the_table_unless_asked_for(dynamodb: Any) -> None:
    store = DynamoConnectionStore(dynamodb, TABLE, FrozenClock())
    store.create(connection(), b"sealed")
    answers: list[Any] = []
    dynamodb.meta.events.register("after-call.dynamodb", lambda parsed, **_: answers.append(parsed))
    store.get("acme", "con_1")
    store.list("acme")
    assert "Item" in answers[0]
    assert answers[1]["Items"]
    assert "sealed" not in repr(answers)
    store.sealed("acme", "con_1")
    assert "sealed" in repr(answers)


def test_a_twins_state_expires_seven_days_after_its_last_call(dynamodb: Any) -> None:
    clock = FrozenClock()
    store = DynamoConnectionStore(dynamodb, TABLE, clock)
    key = {"pk": {"S": "ORG#acme"}, "sk": {"S": "SANDBOX#con_1"}}
    store.save_sandbox("acme", "con_1", {}, 0)
    clock.advance(3600)
    store.save_sandbox("acme", "con_1", {}, 1)
    item = dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    expected = START + timedelta(days=7, hours=1)
    assert item["expiresAt"] == {"N": str(int(expected.timestamp()))}


def test_a_connection_itself_never_expires(dynamodb: Any) -> None:
    DynamoConnectionStore(dynamodb, TABLE, FrozenClock()).create(connection(), b"sealed")
    items = dynamodb.scan(TableName=TABLE)["Items"]
    assert {item["sk"]["S"] for item in items} == {"CONNECTION#con_1", "OWNER"}
    assert all("expiresAt" not in item for item in items)


def test_a_note_is_kept_for_its_connection_and_organization_only(store: ConnectionStore) -> None:
    store.save_note("acme", "con_1", "optout#+49", {"source": "STOP"})
    assert store.load_note("acme", "con_1", "optout#+49") == {"source": "STOP"}
    assert store.load_note("acme", "con_1", "optout#+48") is None
    assert store.load_note("acme", "con_2", "optout#+49") is None
    assert store.load_note("other", "con_1", "optout#+49") is None
    store.save_note("acme", "con_1", "optout#+49", [1])
    assert store.load_note("acme", "con_1", "optout#+49") == [1]
    store.delete_note("acme", "con_1", "optout#+49")
    store.delete_note("acme", "con_1", "optout#+49")
    assert store.load_note("acme", "con_1", "optout#+49") is None


def test_a_note_ends_at_its_time_and_not_when_the_table_gets_to_it(store: ConnectionStore) -> None:
    store.save_note("acme", "con_1", "over", 1, START)
    store.save_note("acme", "con_1", "left", 2, START + timedelta(seconds=1))
    assert store.load_note("acme", "con_1", "over") is None
    assert store.load_note("acme", "con_1", "left") == 2


def test_notes_are_no_connections_and_outlive_theirs(store: ConnectionStore) -> None:
    store.create(connection(), None)
    store.save_note("acme", "con_1", "optout#+49", True)
    assert len(store.list("acme")) == 1
    store.delete("acme", "con_1")
    assert store.load_note("acme", "con_1", "optout#+49") is True


def test_a_connection_leads_to_its_organization_while_it_is_there(store: ConnectionStore) -> None:
    assert store.owner("con_1") is None
    store.create(connection(), None)
    assert store.owner("con_1") == "acme"
    store.delete("acme", "con_1")
    assert store.owner("con_1") is None


# ---------------------------------------------------------------- tokens


def granted(version: int, **more: Any) -> Connection:
    """The connection with a token of this version."""
    grant = Grant(
        kind=GrantKind.AUTHORIZATION_CODE,
        client_id="app",
        granted_at=START,
        expires_at=START + timedelta(hours=1),
        token_version=version,
    )
    return connection().model_copy(update={"grant": grant, **more})


def test_a_new_token_replaces_the_one_it_was_made_from(store: ConnectionStore) -> None:
    store.create(granted(1), b"one")
    after = granted(2, status=ConnectionStatus.ACTIVE, updated_at=START + timedelta(hours=1))
    assert store.update(after, b"two", 1) is True
    assert store.get("acme", "con_1") == after
    assert store.sealed("acme", "con_1") == b"two"


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_token_somebody_else_renewed_is_not_overwritten(
    store: ConnectionStore, version: int
) -> None:
    store.create(granted(2), b"two")
    assert store.update(granted(9), b"nine", version) is False
    assert store.get("acme", "con_1") == granted(2)
    assert store.sealed("acme", "con_1") == b"two"


def test_the_first_token_replaces_what_a_user_typed_in(store: ConnectionStore) -> None:
    store.create(connection(), b"typed")
    assert store.update(granted(1), b"one", 1) is False
    assert store.update(granted(1), b"one", 0) is True
    assert store.sealed("acme", "con_1") == b"one"
    assert store.update(granted(2), b"two", 0) is False


def test_a_status_changes_without_its_credentials(store: ConnectionStore) -> None:
    store.create(granted(1, status=ConnectionStatus.ACTIVE), b"one")
    ended = granted(1, status=ConnectionStatus.NEEDS_REAUTH, status_reason="invalid_grant")
    assert store.update(ended, None, 1) is True
    assert store.get("acme", "con_1") == ended
    assert store.sealed("acme", "con_1") == b"one"
    healed = granted(2, status=ConnectionStatus.ACTIVE)
    assert store.update(healed, b"two", 1) is True
    assert store.get("acme", "con_1") == healed


def test_a_token_changes_nothing_but_what_belongs_to_it(store: ConnectionStore) -> None:
    store.create(granted(1), b"one")
    other = granted(2, name="another name", settings={}, sandbox=(), kind="x", mode=Mode.LIVE)
    assert store.update(other, b"two", 1) is True
    assert store.get("acme", "con_1") == granted(2)


def test_a_deleted_connection_is_not_brought_back_by_its_token(store: ConnectionStore) -> None:
    store.create(granted(1), b"one")
    store.delete("acme", "con_1")
    assert store.update(granted(2), b"two", 1) is False
    assert store.update(granted(1), b"one", 0) is False
    assert store.get("acme", "con_1") is None
    assert store.sealed("acme", "con_1") is None


def test_a_lease_is_one_owners_until_it_is_given_back_or_ends(
    store: ConnectionStore, clock: FrozenClock
) -> None:
    until = START + timedelta(seconds=30)
    assert store.take_lease("acme", "con_1", "a", until) is True
    assert store.take_lease("acme", "con_1", "b", until) is False
    assert store.take_lease("acme", "con_1", "a", until) is False
    store.release_lease("acme", "con_1", "b")
    assert store.take_lease("acme", "con_1", "b", until) is False, "not b's to give back"
    store.release_lease("acme", "con_1", "a")
    store.release_lease("acme", "con_1", "a")
    assert store.take_lease("acme", "con_1", "b", until) is True
    clock.advance(29.999)
    assert store.take_lease("acme", "con_1", "c", until + timedelta(seconds=30)) is False
    clock.advance(0.001)
    assert store.take_lease("acme", "con_1", "c", until + timedelta(seconds=30)) is True
    store.release_lease("acme", "con_1", "b")
    assert store.take_lease("acme", "con_1", "d", until) is False, "b's ended; it is c's now"


def test_a_lease_is_of_one_connection_of_one_organization(store: ConnectionStore) -> None:
    until = START + timedelta(seconds=30)
    assert store.take_lease("acme", "con_1", "a", until)
    assert store.take_lease("acme", "con_2", "b", until)
    assert store.take_lease("globex", "con_1", "c", until)
    assert store.list("acme") == []


def test_a_lease_leaves_the_table_some_time_after_its_end(dynamodb: Any) -> None:
    store = DynamoConnectionStore(dynamodb, TABLE, FrozenClock())
    store.take_lease("acme", "con_1", "a", START + timedelta(seconds=30))
    (item,) = dynamodb.scan(TableName=TABLE)["Items"]
    assert item["pk"] == {"S": "ORG#acme"}
    assert int(item["expiresAt"]["N"]) >= int(START.timestamp()) + 30


# ---------------------------------------------------------------------- rate budgets


def later(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_nothing_is_blocked_that_never_was(store: ConnectionStore) -> None:
    assert store.blocked_until("acme", ["account#con_1", "app#slack#1"]) is None


def test_the_latest_block_of_several_keys_counts(store: ConnectionStore) -> None:
    assert store.block("acme", "account#con_1", later(30)) is None
    store.block("acme", "app#slack#1", later(60.25))
    keys = ["account#con_1", "account#con_1#post", "app#slack#1"]
    assert store.blocked_until("acme", keys) == later(60.25)
    assert store.blocked_until("acme", keys[:2]) == later(30)


def test_a_block_is_never_shortened_and_tells_what_was_before(store: ConnectionStore) -> None:
    store.block("acme", "account#con_1", later(60))
    assert store.block("acme", "account#con_1", later(5)) == later(60)
    assert store.blocked_until("acme", ["account#con_1"]) == later(60)
    assert store.block("acme", "account#con_1", later(90)) == later(60)
    assert store.blocked_until("acme", ["account#con_1"]) == later(90)


def test_a_block_is_of_one_organization_and_no_connection(store: ConnectionStore) -> None:
    store.block("acme", "account#con_1", later(60))
    assert store.blocked_until("acme2", ["account#con_1"]) is None
    assert store.blocked_until("acme", ["account#con_11", "account#con"]) is None
    assert store.list("acme") == []


def test_a_block_leaves_the_table_after_its_end(dynamodb: Any) -> None:
    store = DynamoConnectionStore(dynamodb, TABLE, FrozenClock())
    store.block("acme", "account#con_1", later(60))
    key = {"pk": {"S": "ORG#acme"}, "sk": {"S": "BUDGET#account#con_1"}}
    item = dynamodb.get_item(TableName=TABLE, Key=key)["Item"]
    assert int(item["expiresAt"]["N"]) > later(60).timestamp()


def test_a_block_that_cannot_be_written_does_not_undo_the_call(
    dynamodb: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Pain: a bookkeeping error after a good publish ran the publish again."""
    store = DynamoConnectionStore(dynamodb, "no-such-table", FrozenClock())
    with caplog.at_level("WARNING", logger=logger.name):
        assert store.block("acme", "account#con_1", later(60)) is None
    assert "could not be written down" in caplog.text
