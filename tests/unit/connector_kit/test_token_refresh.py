"""Renewing tokens beside the ten pains: after a refusal, in the sandbox, and what is told of it."""

import logging
from datetime import timedelta

import httpx
import pytest

from hub.connector_kit.refresh import COOLDOWN
from hub.domain.connection import ConnectionEvent, ConnectionStatus, Injection, Mode, SandboxFailure
from hub.domain.errors import TransientError
from hub.domain.outcome import OutcomeKind, Reconciliation
from hub.domain.token import TokenSet, without_bookkeeping
from hub.observability import logger
from tests.support import START
from tests.unit.connector_kit.token_world import APP, OAUTH, SPEC, World, refusal


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


# ---------------------------------------------------------------- after a refusal


@pytest.mark.parametrize("action", ["send", "test_connection"])
def test_a_refused_token_is_renewed_and_the_call_made_once_more(world: World, action: str) -> None:
    world.connect(minutes=None)
    world.platform.refused = {"old-token"}
    assert world.call(action).ok
    assert world.platform.used == ["old-token", "new-token-1"]
    assert world.call(action).ok
    assert world.platform.used[2:] == ["new-token-1"]


def test_a_call_is_not_made_a_third_time(world: World) -> None:
    world.connect()
    world.platform.refused = {"old-token", "new-token-1"}
    assert world.call().kind is OutcomeKind.NEEDS_REAUTH
    assert world.platform.used == ["old-token", "new-token-1"]
    # A token just obtained is not refused for its age, so the next call does not obtain another.
    assert world.call().kind is OutcomeKind.NEEDS_REAUTH
    assert world.endpoint.calls == 1
    world.clock.advance(COOLDOWN.total_seconds())
    assert world.call().ok


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(429, headers={"retry-after": "5"}),
        httpx.Response(500),
        httpx.Response(403),
        httpx.Response(400),
    ],
    ids=lambda answer: str(answer.status_code),
)
def test_what_is_no_refusal_of_the_token_repeats_nothing(
    world: World, answer: httpx.Response
) -> None:
    world.connect()
    world.platform.answers = [answer]
    assert not world.call().ok
    assert (len(world.platform.used), world.endpoint.calls) == (1, 0)


def test_a_refused_token_that_cannot_be_renewed_now_is_a_transient_outcome(world: World) -> None:
    world.connect()
    world.platform.refused = {"old-token"}
    world.endpoint.answers = [httpx.Response(503)]
    assert world.call().kind is OutcomeKind.TRANSIENT
    assert world.connection.status is ConnectionStatus.ACTIVE
    assert len(world.platform.used) == 1


def test_a_refused_token_whose_grant_has_ended_needs_its_owner(world: World) -> None:
    world.connect()
    world.platform.refused = {"old-token"}
    world.endpoint.answers = [refusal("invalid_grant")]
    assert world.call().kind is OutcomeKind.NEEDS_REAUTH
    assert world.connection.status is ConnectionStatus.NEEDS_REAUTH


def test_a_call_that_took_too_long_is_left_to_the_next_attempt(world: World) -> None:
    world.connect()
    world.platform.refused = {"old-token"}
    world.endpoint.before = lambda: world.clock.advance(8.5)
    outcome = world.call()
    assert outcome.kind is OutcomeKind.TRANSIENT
    assert world.platform.used == ["old-token"]
    assert world.call().ok


def test_a_function_that_may_end_soon_does_not_begin_a_renewal(world: World) -> None:
    world.connect()
    world.platform.refused = {"old-token"}
    world.platform.before = lambda: world.clock.advance(8.5)
    assert world.call().kind is OutcomeKind.TRANSIENT
    assert world.endpoint.calls == 0, "a rotated token that nobody writes down is lost"


def test_a_record_and_credentials_of_different_moments_are_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.connect(minutes=5)
    old, read = world.connection, world.store.get
    answers = [old]
    monkeypatch.setattr(world.store, "get", lambda *key: answers.pop() if answers else read(*key))
    newer = TokenSet(access_token="by-hand", refresh_token="r2", version=2)
    credentials = newer.written(world.credentials, OAUTH.names)
    assert old.grant is not None
    after = old.after(ConnectionEvent.CONNECTED, START, old.grant.with_token(newer))
    caller = world.caller
    seen = caller.connection("acme", "con_toy")
    used = caller._fresh(seen.model_copy(update={"mode": Mode.DRY_RUN}))
    assert world.store.update(after, world.vault.seal("acme", "con_toy", credentials), 1)
    answers.append(old)
    other = caller._tokens.after_refusal(seen, used)
    assert other is not None
    assert other["accessToken"] == "by-hand"
    assert answers == []
    assert world.endpoint.calls == 0


def test_a_token_that_another_call_renewed_meanwhile_is_simply_used(world: World) -> None:
    world.connect(minutes=60)
    caller = world.caller
    stale = caller.connection("acme", "con_toy")
    used = caller._fresh(stale)
    world.platform.refused = {"old-token"}
    assert world.call().ok
    other = caller._tokens.after_refusal(stale, used)
    assert other is not None
    assert other["accessToken"] == "new-token-1"
    assert world.endpoint.calls == 1


# ---------------------------------------------------------------- a grant that ended


def test_a_token_goes_on_until_its_end_though_its_grant_has_ended(world: World) -> None:
    world.connect(minutes=10)
    world.endpoint.answers = [refusal("invalid_grant")]
    assert world.call().ok
    assert world.connection.status is ConnectionStatus.NEEDS_REAUTH
    assert world.call().ok
    assert world.platform.used == ["old-token"] * 2
    world.clock.advance(600)
    assert world.call().kind is OutcomeKind.NEEDS_REAUTH
    assert world.endpoint.calls == 1


def test_an_ended_grant_does_not_mark_a_connection_that_was_connected_again_meanwhile(
    world: World,
) -> None:
    world.connect(minutes=-5)

    def reconnected() -> None:
        known = world.connection
        assert known.grant is not None
        newer = TokenSet(access_token="by-hand", refresh_token="r2", version=2)
        credentials = newer.written(world.credentials, OAUTH.names)
        after = known.after(ConnectionEvent.CONNECTED, START, known.grant.with_token(newer))
        assert world.store.update(after, world.vault.seal("acme", "con_toy", credentials), 1)

    world.endpoint.before = reconnected
    world.endpoint.answers = [refusal("invalid_grant")]
    assert world.call().ok
    assert world.platform.used == ["by-hand"]
    assert world.connection.status is ConnectionStatus.ACTIVE


def test_a_read_back_without_a_grant_proves_nothing(world: World) -> None:
    world.connect(minutes=-5)
    world.endpoint.answers = [refusal("invalid_grant")]
    caller, action = world.caller, SPEC.action("send")
    connection = caller.connection("acme", "con_toy")
    seen = caller.read_back(connection, action, action.input(), "key-1", START)
    assert seen.verdict is Reconciliation.UNKNOWN


def test_a_read_back_that_has_no_token_now_is_made_again(world: World) -> None:
    world.connect(minutes=-5)
    world.endpoint.answers = [httpx.Response(503)]
    caller, action = world.caller, SPEC.action("send")
    connection = caller.connection("acme", "con_toy")
    with pytest.raises(TransientError):
        caller.read_back(connection, action, action.input(), "key-1", START)


# ---------------------------------------------------------------- what is not renewed


@pytest.mark.parametrize(
    ("app", "refresh"), [({}, "sandbox-refresh-0"), (APP, ""), ({"clientSecret": "s3cret"}, "r")]
)
def test_a_static_token_is_used_as_it_is(world: World, app: dict[str, str], refresh: str) -> None:
    world.connect(minutes=-60, app=app, refresh=refresh)
    assert world.call().ok
    assert world.platform.used == ["old-token"]
    world.platform.refused = {"old-token"}
    assert world.call().kind is OutcomeKind.NEEDS_REAUTH
    assert world.endpoint.calls == 0


def test_credentials_stored_before_there_were_grants_work_as_ever(world: World) -> None:
    world.connect()
    old = world.connection.model_copy(update={"grant": None})
    world.store.delete("acme", "con_toy")
    sealed = world.vault.seal("acme", "con_toy", {"accessToken": "typed-in", **APP})
    world.store.create(old, sealed)
    assert world.call().ok
    assert world.platform.used == ["typed-in"]


def test_a_sandbox_connection_is_renewed_by_the_twin_and_not_over_a_network(world: World) -> None:
    world.connect(minutes=-5, mode=Mode.SANDBOX, access="toy-token")
    outcome = world.call()
    assert outcome.ok
    assert world.endpoint.calls == 0
    assert world.credentials["accessToken"] == "toy-token-1"
    assert world.connection.token_version == 2


def test_a_sandbox_connection_rehearses_a_refused_token(world: World) -> None:
    failure = SandboxFailure(kind=Injection.REAUTH)
    world.connect(mode=Mode.SANDBOX, access="toy-token", sandbox=(failure,))
    assert world.call().ok
    assert world.credentials["accessToken"] == "toy-token-1"


# ---------------------------------------------------------------- what is told


class Everything(logging.Handler):
    """All that is logged, with what is attached to it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.heard += repr(vars(record))


@pytest.mark.parametrize("code", ["invalid_grant", "server_error"])
def test_no_token_and_no_secret_is_in_an_outcome_a_reason_or_the_log(
    world: World, code: str
) -> None:
    heard = Everything()
    logging.getLogger(logger.name).addHandler(heard)
    world.connect(minutes=-5, refresh="a-refresh-token-of-somebody")
    words = "no: a-refresh-token-of-somebody for the-secret-of-the-app"
    world.endpoint.answers = [refusal(code, words=words)]
    outcome = world.call()
    world.clock.advance(COOLDOWN.total_seconds())
    again = world.call()
    logging.getLogger(logger.name).removeHandler(heard)
    note = world.store.load_note("acme", "con_toy", "token#cooldown")
    everything = f"{outcome} {again} {world.connection.to_json()} {note} {heard.heard}"
    assert code in everything
    for secret in ("a-refresh-token", "the-secret-of-the-app", "old-token", "new-token"):
        assert secret not in everything


def test_what_a_client_is_given_is_the_token_and_not_its_bookkeeping(world: World) -> None:
    world.connect()
    caller = world.caller
    shown = caller.credentials(world.connection)
    assert set(shown) == {"accessToken", "refreshToken", "clientId", "clientSecret"}
    assert without_bookkeeping(world.credentials) == shown


def test_a_token_comes_back_as_it_was_written() -> None:
    token = TokenSet(
        access_token="a",
        refresh_token="r",
        expires_at=START,
        refresh_expires_at=START + timedelta(days=90),
        obtained_at=START - timedelta(hours=1),
        scopes=("read", "write"),
        version=7,
    )
    written = token.written({"appSecret": "s", "expiresAt": "stale"}, OAUTH.names)
    assert TokenSet.read(written, OAUTH.names) == token
    assert written["appSecret"] == "s"
    assert repr(token).count("'a'") == 0
