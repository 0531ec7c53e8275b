"""The API keys function: admins over HTTP, the operator by invoking it."""

import copy
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hub import wiring
from hub.adapters.memory_keys import MemoryKeyStore
from hub.domain.errors import InvalidRequestError
from hub.domain.principal import Role
from operations.api_keys import issue, verify
from operations.keys import handler
from tests.support import START, FrozenClock
from tests.unit.operations.logs import unmasked_log

EVENTS = Path(__file__).parents[3] / "events"
CONTEXT = SimpleNamespace(
    function_name="keys",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:keys",
    aws_request_id="request-1",
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    made = FrozenClock()
    monkeypatch.setattr(wiring, "clock", lambda: made)
    return made


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch, clock: FrozenClock) -> MemoryKeyStore:
    made = MemoryKeyStore()
    monkeypatch.setattr(wiring, "keys", lambda: made)
    return made


def event(
    name: str, body: Any = None, organization: str = "acme", role: str = "admin"
) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    caller = loaded["requestContext"]["authorizer"]["lambda"]
    caller |= {"organizationId": organization, "role": role}
    if body is not None:
        loaded["body"] = json.dumps(body)
    return loaded


def ask(given: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = handler(copy.deepcopy(given), CONTEXT)
    return answer["statusCode"], json.loads(answer["body"])


def stored(store: MemoryKeyStore, organization: str = "acme", key_id: str = "samplekey2") -> str:
    """A stored key of that id; the key itself."""
    key, token = issue(organization, Role.VIEWER, "Report", START)
    store.put(key.model_copy(update={"id": key_id}))
    return f"nh_{key_id}_{token[14:]}"


def test_a_created_key_is_answered_once_and_works(
    store: MemoryKeyStore, clock: FrozenClock
) -> None:
    status, body = ask(event("keys-create"))
    assert (status, body["success"]) == (201, True)
    data = body["data"]
    token = data.pop("key")
    key_id = token[3:13]
    assert data == {
        "id": key_id,
        "organizationId": "acme",
        "name": "Nightly reports",
        "role": "operator",
        "createdAt": "2026-03-02T09:00:00.000Z",
        "expiresAt": "2026-04-01T09:00:00.000Z",
    }
    assert verify(store, token, clock.now()).role is Role.OPERATOR


def test_the_answer_with_a_key_must_not_be_cached(store: MemoryKeyStore) -> None:
    answer = handler(event("keys-create"), CONTEXT)
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_a_key_without_expiry_stays(store: MemoryKeyStore, clock: FrozenClock) -> None:
    _, body = ask(event("keys-create", {"name": " CI ", "role": "viewer"}))
    assert "expiresAt" not in body["data"]
    assert body["data"]["name"] == "CI"
    clock.advance(timedelta(days=5000).total_seconds())
    assert verify(store, body["data"]["key"], clock.now()).role is Role.VIEWER


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "   "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": None}, "name"),
        ({"role": "owner"}, "role"),
        ({"role": None}, "role"),
        ({"expiresInDays": 0}, "expiresInDays"),
        ({"expiresInDays": -1}, "expiresInDays"),
        ({"expiresInDays": 3651}, "expiresInDays"),
        ({"expiresInDays": "soon"}, "expiresInDays"),
        ({"organizationId": "globex"}, "organizationId"),
    ],
)
def test_a_bad_body_is_refused_by_field_and_nothing_is_stored(
    store: MemoryKeyStore, changes: dict[str, Any], field: str
) -> None:
    body = {"name": "Report", "role": "viewer", **changes}
    status, answer = ask(event("keys-create", body))
    assert (status, answer["error"]["code"]) == (400, "INVALID_INPUT")
    assert field in json.dumps(answer["error"]["details"]["fields"])
    assert list(store.list("acme")) == []
    assert list(store.list("globex")) == []


def test_a_list_shows_own_keys_and_never_a_secret_or_hash(store: MemoryKeyStore) -> None:
    mine = stored(store)
    stored(store, "globex", "otherskey2")
    store.revoke("acme", "samplekey2", START + timedelta(hours=1))
    answer = handler(event("keys-list"), CONTEXT)
    assert json.loads(answer["body"])["data"] == {
        "keys": [
            {
                "id": "samplekey2",
                "organizationId": "acme",
                "name": "Report",
                "role": "viewer",
                "createdAt": "2026-03-02T09:00:00.000Z",
                "revokedAt": "2026-03-02T10:00:00.000Z",
            }
        ]
    }
    key = store.get("samplekey2")
    assert key is not None
    assert key.secret_sha256 not in answer["body"]
    assert mine[14:] not in answer["body"]


def test_revoking_takes_effect_at_once_and_can_be_repeated(
    store: MemoryKeyStore, clock: FrozenClock
) -> None:
    stored(store)
    for _ in range(2):
        status, body = ask(event("keys-revoke"))
        assert (status, body["data"]) == (200, {"id": "samplekey2", "revoked": True})
        clock.advance(60)
    key = store.get("samplekey2")
    assert key is not None
    assert key.revoked_at == START


@pytest.mark.parametrize("owner", ["globex", None], ids=["another organization's", "unknown"])
def test_a_key_that_is_not_the_organizations_is_not_found(
    store: MemoryKeyStore, owner: str | None
) -> None:
    if owner:
        stored(store, owner)
    status, body = ask(event("keys-revoke"))
    assert (status, body["error"]["code"]) == (404, "NOT_FOUND")
    assert "samplekey2" in body["error"]["message"]
    key = store.get("samplekey2")
    assert key is None or key.revoked_at is None


@pytest.mark.parametrize("name", ["keys-create", "keys-list", "keys-revoke"])
@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_only_admins_manage_keys(store: MemoryKeyStore, name: str, role: str) -> None:
    stored(store)
    status, body = ask(event(name, role=role))
    assert (status, body["error"]["code"]) == (403, "FORBIDDEN")
    keys = store.list("acme")
    assert [(key.id, key.revoked_at) for key in keys] == [("samplekey2", None)]


@pytest.mark.parametrize("name", ["keys-create", "keys-list", "keys-revoke"])
def test_without_a_caller_nothing_happens(store: MemoryKeyStore, name: str) -> None:
    stored(store)
    given = event(name)
    given["requestContext"]["authorizer"]["lambda"] = {"reason": "the API key was revoked"}
    status, body = ask(given)
    assert (status, body["error"]["code"]) == (401, "UNAUTHENTICATED")
    assert body["error"]["message"] == "the API key was revoked"
    assert len(store.list("acme")) == 1


def test_the_operator_creates_the_first_key_by_invoking_the_function(
    store: MemoryKeyStore, clock: FrozenClock
) -> None:
    task = json.loads((EVENTS / "keys-bootstrap.json").read_text())
    made = handler(task, CONTEXT)
    assert made["id"] == made["key"][3:13]
    assert (made["organizationId"], made["role"], made["name"]) == ("acme", "admin", "First admin")
    caller = verify(store, made["key"], clock.now())
    assert (caller.organization_id, caller.role) == ("acme", Role.ADMIN)


@pytest.mark.parametrize("organization", ["a1", "acme-labs-2", "a" * 39, "0-"])
def test_organization_ids_that_are_accepted(store: MemoryKeyStore, organization: str) -> None:
    task = {"task": "create_key", "organizationId": organization, "role": "viewer", "name": "x"}
    assert handler(task, CONTEXT)["organizationId"] == organization


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"organizationId": "a"}, "organizationId"),
        ({"organizationId": "a" * 40}, "organizationId"),
        ({"organizationId": "-acme"}, "organizationId"),
        ({"organizationId": "Acme"}, "organizationId"),
        ({"organizationId": "acme#RUN"}, "organizationId"),
        ({"organizationId": "acme\n"}, "organizationId"),
        ({"organizationId": None}, "organizationId"),
        ({"role": "root"}, "role"),
        ({"task": "delete_everything"}, "task"),
        ({"name": ""}, "name"),
    ],
)
def test_a_bad_task_is_refused_by_field(
    store: MemoryKeyStore, changes: dict[str, Any], field: str
) -> None:
    task = {"task": "create_key", "organizationId": "acme", "role": "admin", "name": "x", **changes}
    with pytest.raises(InvalidRequestError) as refused:
        handler(task, CONTEXT)
    assert [item["field"] for item in refused.value.details["fields"]] == [field]


@pytest.mark.parametrize("name", ["keys-create", "keys-bootstrap"])
def test_a_new_key_is_never_logged(
    store: MemoryKeyStore, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = unmasked_log(monkeypatch)
    answer = handler(json.loads((EVENTS / f"{name}.json").read_text()), CONTEXT)
    key = answer["key"] if "key" in answer else json.loads(answer["body"])["data"]["key"]
    assert "API key created" in log.getvalue()
    assert key[3:13] in log.getvalue()
    assert key[14:] not in log.getvalue()
