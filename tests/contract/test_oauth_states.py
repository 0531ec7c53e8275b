"""What every store of OAuth states must do: DynamoDB and its twin in memory."""

from datetime import timedelta
from typing import Any

import pytest

from hub.adapters.dynamo_oauth_states import DynamoOAuthStates
from hub.adapters.memory_oauth_states import MemoryOAuthStates
from hub.domain.connection import Mode
from hub.token_ports import OAuthStates, PendingGrant
from tests.contract.conftest import TABLE
from tests.support import START, FrozenClock

PENDING = PendingGrant(
    organization_id="acme",
    connection_id="con_1",
    kind="x",
    name="Märkte ✓",
    mode=Mode.LIVE,
    settings={"limit": 3, "ratio": 0.25, "shop": "acme"},
    scopes=("read", "write"),
    client_id="app",
    redirect_uri="https://api.example.com/api/oauth/callback",
    reconnects=False,
    started_at=START,
    expires_at=START + timedelta(minutes=10),
)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(params=["dynamo", "memory"])
def states(request: pytest.FixtureRequest, clock: FrozenClock) -> OAuthStates:
    if request.param == "memory":
        return MemoryOAuthStates(clock)
    return DynamoOAuthStates(request.getfixturevalue("dynamodb"), TABLE, clock)


def test_a_state_is_good_once(states: OAuthStates) -> None:
    states.put("hash", PENDING, bytes(range(256)))
    assert states.take("other") is None
    assert states.take("hash") == (PENDING, bytes(range(256)))
    assert states.take("hash") is None


def test_a_state_is_good_for_ten_minutes(states: OAuthStates, clock: FrozenClock) -> None:
    states.put("early", PENDING, b"s")
    states.put("late", PENDING, b"s")
    clock.advance(599.9)
    assert states.take("early") is not None
    clock.advance(0.1)
    assert states.take("late") is None


def test_states_are_told_apart(states: OAuthStates) -> None:
    other = PENDING.model_copy(update={"organization_id": "globex"})
    states.put("a", PENDING, b"a")
    states.put("b", other, b"b")
    assert states.take("b") == (other, b"b")
    assert states.take("a") == (PENDING, b"a")


def test_a_state_leaves_the_table_some_time_after_its_end(dynamodb: Any) -> None:
    DynamoOAuthStates(dynamodb, TABLE, FrozenClock()).put("hash", PENDING, b"s")
    (item,) = dynamodb.scan(TableName=TABLE)["Items"]
    assert item["expiresAt"] == {"N": str(int(PENDING.expires_at.timestamp()))}
