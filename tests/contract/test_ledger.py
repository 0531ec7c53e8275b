"""What every AttemptLedger must do: DynamoDB and its twin in memory."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hub.adapters.dynamo_ledger import DynamoLedger
from hub.adapters.memory_ledger import MemoryLedger
from hub.domain.model import Json
from hub.observability import logger
from hub.ports import Attempt, AttemptLedger
from tests.support import START, FrozenClock

TABLE = "idempotency"
KEY = "ORG#acme#CALL#k-1"
DEADLINE = START + timedelta(seconds=20)
FOURTEEN_DAYS = 14 * 24 * 3600


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


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
def ledger(request: pytest.FixtureRequest, clock: FrozenClock) -> AttemptLedger:
    if request.param == "memory":
        return MemoryLedger(clock)
    return DynamoLedger(request.getfixturevalue("dynamodb"), TABLE, clock)


def test_a_new_key_is_a_fresh_attempt(ledger: AttemptLedger) -> None:
    assert ledger.begin(KEY, "digest", DEADLINE) == Attempt(True, "digest", DEADLINE)


def test_a_second_begin_shows_the_first_attempt_and_its_deadline(ledger: AttemptLedger) -> None:
    ledger.begin(KEY, "first", DEADLINE)
    for _ in range(2):
        again = ledger.begin(KEY, "second", DEADLINE + timedelta(hours=1))
        assert again == Attempt(False, "first", DEADLINE)


def test_keys_do_not_know_of_each_other(ledger: AttemptLedger) -> None:
    ledger.begin(KEY, "digest", DEADLINE)
    ledger.settle(KEY, {"kind": "ok"})
    other = ledger.begin("ORG#globex#CALL#k-1", "digest", DEADLINE)
    assert other == Attempt(True, "digest", DEADLINE)


@pytest.mark.parametrize(
    "answer", [{"kind": "ok", "data": {"ts": "1.5", "n": 1.25, "none": None}}, {}, {"t": "é✓"}]
)
def test_a_settled_attempt_shows_its_answer(ledger: AttemptLedger, answer: Json) -> None:
    ledger.begin(KEY, "digest", DEADLINE)
    ledger.settle(KEY, answer)
    assert ledger.begin(KEY, "digest", DEADLINE) == Attempt(False, "digest", DEADLINE, answer)


def test_an_attempt_past_its_deadline_is_shown_not_given_away(
    ledger: AttemptLedger, clock: FrozenClock
) -> None:
    ledger.begin(KEY, "digest", DEADLINE)
    clock.advance(3600)
    later = clock.now() + timedelta(seconds=20)
    for _ in range(2):
        seen = ledger.begin(KEY, "digest", later)
        assert seen == Attempt(False, "digest", DEADLINE)
        assert seen.deadline < clock.now()


def test_a_forgotten_key_may_be_used_again(ledger: AttemptLedger) -> None:
    ledger.begin(KEY, "first", DEADLINE)
    ledger.forget(KEY)
    assert ledger.begin(KEY, "second", DEADLINE) == Attempt(True, "second", DEADLINE)


def test_forgetting_what_is_not_there_changes_nothing(ledger: AttemptLedger) -> None:
    ledger.forget(KEY)
    assert ledger.begin(KEY, "digest", DEADLINE).fresh


def test_an_answer_is_not_forgotten(ledger: AttemptLedger) -> None:
    ledger.begin(KEY, "digest", DEADLINE)
    ledger.settle(KEY, {"kind": "ok"})
    ledger.forget(KEY)
    assert ledger.begin(KEY, "digest", DEADLINE).answer == {"kind": "ok"}


def test_an_answer_to_a_forgotten_attempt_does_not_fail_and_is_not_kept(
    ledger: AttemptLedger,
) -> None:
    ledger.begin(KEY, "digest", DEADLINE)
    ledger.forget(KEY)
    ledger.settle(KEY, {"kind": "ok"})
    assert ledger.begin(KEY, "digest", DEADLINE) == Attempt(True, "digest", DEADLINE)


@pytest.mark.parametrize(("seconds", "fresh"), [(FOURTEEN_DAYS - 1, False), (FOURTEEN_DAYS, True)])
@pytest.mark.parametrize("settled", [False, True])
def test_an_attempt_is_remembered_for_fourteen_days(
    ledger: AttemptLedger, clock: FrozenClock, seconds: int, fresh: bool, settled: bool
) -> None:
    ledger.begin(KEY, "first", DEADLINE)
    if settled:
        ledger.settle(KEY, {"kind": "ok"})
    clock.advance(seconds)
    seen = ledger.begin(KEY, "second", clock.now())
    assert seen.fresh is fresh
    assert (seen.answer is not None) is (settled and not fresh)


def test_an_attempt_made_after_the_old_one_expired_is_remembered_itself(
    ledger: AttemptLedger, clock: FrozenClock
) -> None:
    ledger.begin(KEY, "first", DEADLINE)
    clock.advance(FOURTEEN_DAYS)
    assert ledger.begin(KEY, "second", clock.now()).fresh
    assert not ledger.begin(KEY, "third", clock.now()).fresh


def test_the_item_is_keyed_by_the_key_and_expires_by_ttl(dynamodb: Any, clock: FrozenClock) -> None:
    DynamoLedger(dynamodb, TABLE, clock).begin(KEY, "digest", DEADLINE)
    (item,) = dynamodb.scan(TableName=TABLE)["Items"]
    expires = int((START + timedelta(days=14)).timestamp())
    assert item["key"] == {"S": KEY}
    assert item["expiresAt"] == {"N": str(expires)}


def test_the_log_tells_of_an_answer_that_could_not_be_kept(
    dynamodb: Any, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(logger, "warning", lambda message, extra: told.append((message, extra)))
    DynamoLedger(dynamodb, TABLE, clock).settle(KEY, {"kind": "ok"})
    assert told == [("the attempt was forgotten before its answer came", {"key": KEY})]


def test_a_table_that_does_not_exist_is_not_taken_for_a_known_key(
    dynamodb: Any, clock: FrozenClock
) -> None:
    ledger = DynamoLedger(dynamodb, "elsewhere", clock)
    missing = dynamodb.exceptions.ResourceNotFoundException
    with pytest.raises(missing):
        ledger.begin(KEY, "digest", DEADLINE)
    with pytest.raises(missing):
        ledger.settle(KEY, {})
    with pytest.raises(missing):
        ledger.forget(KEY)
