"""What every KeyStore must do: DynamoDB and its twin in memory."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import boto3
import pytest
from moto import mock_aws

from hub.adapters.dynamo_keys import DynamoKeyStore
from hub.adapters.memory_keys import MemoryKeyStore
from hub.domain.errors import ConflictError
from hub.domain.principal import ApiKey, Role
from hub.ports import KeyStore
from tests.support import START

TABLE = "keys"


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A DynamoDB client with the keys table."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        names = ("pk", "sk", "byOrganization")
        client.create_table(
            TableName=TABLE,
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
                        {"AttributeName": "pk", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        yield client


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> KeyStore:
    if request.param == "memory":
        return MemoryKeyStore()
    return DynamoKeyStore(request.getfixturevalue("dynamodb"), TABLE)


def key(key_id: str = "abcdefghij", organization: str = "acme", **more: Any) -> ApiKey:
    fields: dict[str, Any] = {
        "id": key_id,
        "organization_id": organization,
        "role": Role.OPERATOR,
        "name": "Nightly reports",
        "secret_sha256": sha256(b"unguessable").hexdigest(),
        "created_at": START,
        **more,
    }
    return ApiKey(**fields)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"expires_at": START + timedelta(days=30)},
        {"revoked_at": START + timedelta(seconds=1.5)},
        {"name": "Büro, 2. Stock"},
    ],
)
def test_a_key_comes_back_as_it_was_put(store: KeyStore, more: dict[str, Any]) -> None:
    store.put(key(**more))
    assert store.get("abcdefghij") == key(**more)


def test_an_unknown_key_is_none(store: KeyStore) -> None:
    store.put(key())
    assert store.get("zzzzzzzzzz") is None


def test_a_key_never_replaces_another(store: KeyStore) -> None:
    store.put(key(organization="acme"))
    with pytest.raises(ConflictError, match="abcdefghij is taken"):
        store.put(key(organization="globex", role=Role.ADMIN))
    kept = store.get("abcdefghij")
    assert kept is not None
    assert (kept.organization_id, kept.role) == ("acme", Role.OPERATOR)


def test_a_list_has_the_organizations_own_keys_oldest_first(store: KeyStore) -> None:
    store.put(key("cccccccccc", created_at=START + timedelta(seconds=1)))
    store.put(key("bbbbbbbbbb", created_at=START + timedelta(seconds=2)))
    store.put(key("aaaaaaaaaa", created_at=START + timedelta(seconds=3)))
    store.put(key("dddddddddd", organization="acme-labs"))
    assert [k.id for k in store.list("acme")] == ["cccccccccc", "bbbbbbbbbb", "aaaaaaaaaa"]
    assert [k.id for k in store.list("acme-labs")] == ["dddddddddd"]
    assert list(store.list("nobody")) == []


def test_a_revoked_key_stays_listed_with_the_time_of_its_revocation(store: KeyStore) -> None:
    store.put(key())
    assert store.revoke("acme", "abcdefghij", START + timedelta(minutes=1)) is True
    revoked = key(revoked_at=START + timedelta(minutes=1))
    assert store.get("abcdefghij") == revoked
    assert list(store.list("acme")) == [revoked]


def test_revoking_again_keeps_the_first_time(store: KeyStore) -> None:
    store.put(key())
    store.revoke("acme", "abcdefghij", START + timedelta(minutes=1))
    assert store.revoke("acme", "abcdefghij", START + timedelta(minutes=9)) is True
    assert store.get("abcdefghij") == key(revoked_at=START + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("organization", "key_id"),
    [("globex", "abcdefghij"), ("acme", "zzzzzzzzzz")],
    ids=["another organization's", "unknown"],
)
def test_only_an_organizations_own_key_can_be_revoked(
    store: KeyStore, organization: str, key_id: str
) -> None:
    store.put(key())
    assert store.revoke(organization, key_id, START) is False
    assert store.get("abcdefghij") == key()
    assert store.get("zzzzzzzzzz") is None


def test_a_list_goes_on_after_the_first_page(dynamodb: Any) -> None:
    # A page of a query ends at 1 MB.
    store = DynamoKeyStore(dynamodb, TABLE)
    made = [key(f"key{number:07d}", name="x" * 300_000) for number in range(5)]
    for one in made:
        store.put(one)
    assert [k.id for k in store.list("acme")] == [k.id for k in made]
