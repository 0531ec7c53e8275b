"""API keys: what one looks like, what is kept of it, and when it is refused."""

import hashlib
from datetime import timedelta

import pytest

from hub.adapters.memory_keys import MemoryKeyStore
from hub.domain.errors import UnauthenticatedError
from hub.domain.principal import Role
from hub.observability import MASK, mask
from operations.api_keys import issue, verify
from tests.support import START, FrozenClock

DAY = timedelta(days=1)


@pytest.fixture
def store() -> MemoryKeyStore:
    return MemoryKeyStore()


def test_a_key_reads_nh_id_secret_and_only_its_hash_is_kept() -> None:
    stored, token = issue("acme", Role.VIEWER, "Report", START)
    prefix, key_id, secret = token.split("_", 2)
    assert prefix == "nh"
    assert key_id == stored.id
    assert len(key_id) == 10
    assert key_id.islower() or key_id.isdigit()
    assert len(secret) == 43
    assert stored.secret_sha256 == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in stored.model_dump_json()


def test_no_two_keys_are_alike() -> None:
    tokens = {issue("acme", Role.VIEWER, "Report", START)[1] for _ in range(50)}
    assert len({token[:13] for token in tokens}) == 50
    assert len({token[14:] for token in tokens}) == 50


def test_every_key_is_masked_in_logs() -> None:
    tokens = [issue("acme", Role.VIEWER, "Report", START)[1] for _ in range(50)]
    assert {mask(f"got {token} here") for token in tokens} == {f"got {MASK} here"}


def test_a_key_stands_for_its_organization_and_role(store: MemoryKeyStore) -> None:
    for organization, role in (("acme", Role.ADMIN), ("globex", Role.VIEWER)):
        stored, token = issue(organization, role, "Report", START)
        store.put(stored)
        caller = verify(store, token, START)
        assert (caller.organization_id, caller.role) == (organization, role)
        assert caller.subject == f"key:{stored.id}"


@pytest.mark.parametrize(
    ("expires_after", "seconds_later", "accepted"),
    [
        (None, 10_000 * 86_400, True),
        (DAY, 86_399, True),
        (DAY, 86_400, False),
        (DAY, 200_000, False),
    ],
)
def test_a_key_expires_at_its_moment(
    store: MemoryKeyStore,
    expires_after: timedelta | None,
    seconds_later: float,
    accepted: bool,
) -> None:
    clock = FrozenClock()
    expires = START + expires_after if expires_after else None
    stored, token = issue("acme", Role.VIEWER, "Report", START, expires)
    store.put(stored)
    clock.advance(seconds_later)
    if accepted:
        assert verify(store, token, clock.now()).organization_id == "acme"
        return
    with pytest.raises(UnauthenticatedError, match="has expired"):
        verify(store, token, clock.now())


def test_a_revoked_key_is_refused(store: MemoryKeyStore) -> None:
    stored, token = issue("acme", Role.VIEWER, "Report", START)
    store.put(stored)
    assert verify(store, token, START).organization_id == "acme"
    store.revoke("acme", stored.id, START)
    with pytest.raises(UnauthenticatedError, match="was revoked"):
        verify(store, token, START)


def test_who_lacks_the_secret_cannot_tell_one_key_id_from_another(store: MemoryKeyStore) -> None:
    revoked, _ = issue("acme", Role.ADMIN, "Old", START)
    store.put(revoked)
    store.revoke("acme", revoked.id, START)
    expired, _ = issue("acme", Role.ADMIN, "Old", START, START)
    store.put(expired)
    live, _ = issue("acme", Role.ADMIN, "New", START)
    store.put(live)
    _, made_up = issue("acme", Role.ADMIN, "Never stored", START)
    secret = made_up[14:]
    reasons = set()
    for key_id in (revoked.id, expired.id, live.id, made_up[3:13]):
        with pytest.raises(UnauthenticatedError) as refused:
            verify(store, f"nh_{key_id}_{secret}", START)
        reasons.add(refused.value.message)
    assert reasons == {"the API key is not valid; check that you copied all of it"}


def _changed(token: str, index: int) -> str:
    return token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]


@pytest.mark.parametrize("index", [14, 30, -2])
def test_one_wrong_character_of_the_secret_is_enough(store: MemoryKeyStore, index: int) -> None:
    stored, token = issue("acme", Role.VIEWER, "Report", START)
    store.put(stored)
    with pytest.raises(UnauthenticatedError, match="not valid"):
        verify(store, _changed(token, index if index >= 0 else len(token) + index), START)


def test_the_secret_of_another_key_does_not_open_this_one(store: MemoryKeyStore) -> None:
    mine, my_token = issue("acme", Role.VIEWER, "Mine", START)
    other, _ = issue("globex", Role.ADMIN, "Other", START)
    store.put(mine)
    store.put(other)
    with pytest.raises(UnauthenticatedError, match="not valid"):
        verify(store, f"nh_{other.id}_{my_token[14:]}", START)


@pytest.mark.parametrize(
    "token",
    [
        "nh_",
        "nh_abcdefghij",
        "nh_abcdefghij_",
        "nh_abcdefghij_short",
        "nh_ABCDEFGHIJ_" + "a" * 43,
        "nh_abcdefghij_" + "a" * 44,
        "nh_abcdefghij_" + "a" * 42 + "!",
        "nh_abcdefghij_" + "a" * 43 + "\n",
        "nh_abc#efghij_" + "a" * 43,
        "nh_äbcdefghij_" + "a" * 43,
    ],
)
def test_what_is_no_whole_key_is_refused_without_looking_it_up(token: str) -> None:
    class NoStore(MemoryKeyStore):
        def get(self, key_id: str) -> None:
            raise AssertionError(f"looked up {key_id}")

    with pytest.raises(UnauthenticatedError, match="not whole"):
        verify(NoStore(), token, START)
