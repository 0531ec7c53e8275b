"""Ten pains of users of other products with connections, each with its thread. None is ours.

Pains 4 and 8, of connecting again, are in tests/contract/test_oauth_flows.py as well.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connector_kit.refresh import COOLDOWN, LEASE
from hub.connector_kit.registry import load_spec
from hub.domain.connection import (
    NEXT_STATUS,
    ConnectionEvent,
    ConnectionStatus,
    Mode,
    StatusDetail,
)
from hub.domain.outcome import OutcomeKind
from hub.domain.token import MARGIN, GrantKind, TokenSet
from tests.support import START
from tests.unit.connector_kit.token_world import SPEC, World, refusal

DAY = 24 * 60


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


# ---- 1: several items refresh one token in the same second (n8n-io/n8n#12742)


def test_pain_1_twenty_calls_in_one_second_renew_once_and_all_get_the_new_token(
    world: World,
) -> None:
    world.connect(minutes=5)
    world.endpoint.twin.current = "sandbox-refresh-0"  # used twice, it is dead
    together = threading.Barrier(20)

    def until_all_are_there() -> None:
        world.store.crowded.wait(10)

    world.endpoint.before = until_all_are_there

    def until_written(_seconds: float) -> None:
        world.store.written.wait(10)

    world.pause = until_written

    def call(_number: int) -> OutcomeKind:
        together.wait(10)
        return world.call().kind

    with ThreadPoolExecutor(20) as threads:
        kinds = list(threads.map(call, range(20)))
    assert kinds == [OutcomeKind.OK] * 20
    assert world.endpoint.calls == 1
    assert set(world.platform.used) == {"new-token-1"}
    assert world.connection.status is ConnectionStatus.ACTIVE


def test_pain_1_who_comes_second_reads_again_and_does_not_burn_the_rotated_token(
    world: World,
) -> None:
    world.connect(minutes=5)
    caller = world.caller
    stale = caller.connection("acme", "con_toy")
    world.call()
    assert world.endpoint.calls == 1
    # This one has looked at the store before the first one wrote.
    assert caller.perform(stale, SPEC.action("send"), SPEC.action("send").input(), "k").ok
    assert world.endpoint.calls == 1


def test_pain_1_a_token_somebody_else_wrote_meanwhile_is_not_overwritten(world: World) -> None:
    world.connect(minutes=5)

    def reconnected() -> None:
        connection, credentials = world.connection, world.credentials
        assert connection.grant is not None
        newer = {**credentials, "accessToken": "by-hand", "tokenVersion": "2"}
        newer["expiresAt"] = "2026-03-02T12:00:00.000Z"
        grant = connection.grant.model_copy(update={"token_version": 2})
        after = connection.after(ConnectionEvent.CONNECTED, world.clock.now(), grant)
        assert world.store.update(after, world.vault.seal("acme", "con_toy", newer), 1)

    world.endpoint.before = reconnected
    assert world.call().ok
    assert world.platform.used == ["by-hand"]
    assert world.credentials["accessToken"] == "by-hand"


# ---- 2: an in-memory marker wedges one connection until a restart (NangoHQ/nango#1005)


def test_pain_2_a_lease_whose_owner_died_ends_by_itself(world: World) -> None:
    world.connect(minutes=-1)
    world.store.take_lease("acme", "con_toy", "a dead process", world.clock.now() + LEASE)
    outcome = world.call()
    assert outcome.kind is OutcomeKind.TRANSIENT
    assert world.endpoint.calls == 0
    world.clock.advance(LEASE.total_seconds())
    assert world.call().ok
    assert world.platform.used == ["new-token-1"]


def test_pain_2_a_wait_for_a_lease_is_short_and_the_old_token_goes_on_while_it_lives(
    world: World,
) -> None:
    world.connect(minutes=5)
    world.store.take_lease("acme", "con_toy", "a slow process", world.clock.now() + LEASE)
    assert world.call().ok
    assert world.platform.used == ["old-token"]
    assert sum(world.paused) == pytest.approx(2)


@pytest.mark.parametrize("answer", [None, httpx.ReadTimeout("slow"), refusal("invalid_grant")])
def test_pain_2_a_lease_is_given_back_however_the_renewal_ended(
    world: World, answer: httpx.Response | Exception | None
) -> None:
    world.connect(minutes=5)
    world.endpoint.answers = [answer] if answer else []
    world.call()
    assert world.endpoint.calls == 1
    assert world.store.take_lease("acme", "con_toy", "next", world.clock.now() + LEASE)


# ---- 3: an answer without a refresh token erases the stored one (NangoHQ/nango#298)


@pytest.mark.parametrize("sent", [{}, {"refresh_token": ""}, {"refresh_token": None}])
def test_pain_3_an_absent_or_empty_refresh_token_erases_nothing(
    world: World, sent: dict[str, str | None]
) -> None:
    world.connect(minutes=5)
    answer = {"access_token": "short", "expires_in": 3600, **sent}
    world.endpoint.answers = [httpx.Response(200, json=answer)]
    world.call()
    assert world.credentials["accessToken"] == "short"
    assert world.credentials["refreshToken"] == "sandbox-refresh-0"
    world.clock.advance(3600)
    assert world.call().ok
    assert world.endpoint.twin.asked[-1]["refresh_token"] == "sandbox-refresh-0"


def test_pain_3_a_rotated_refresh_token_replaces_the_stored_one(world: World) -> None:
    world.connect(minutes=5)
    world.call()
    assert world.credentials["refreshToken"] == "sandbox-refresh-1"


# ---- 4: connecting again overwrites the refresh token with nothing (gitroomhq/postiz-app#1884)


tokens = st.builds(
    TokenSet,
    access_token=st.text(min_size=1, max_size=5),
    refresh_token=st.text(max_size=5),
    scopes=st.tuples() | st.tuples(st.just("read")),
    version=st.integers(0, 9),
)


@given(known=tokens, newer=tokens)
def test_pain_4_no_merge_of_any_two_tokens_loses_the_refresh_token(
    known: TokenSet, newer: TokenSet
) -> None:
    merged = known.merged(newer)
    assert merged.refresh_token == (newer.refresh_token or known.refresh_token)
    assert merged.access_token == newer.access_token
    assert merged.version == known.version + 1


# ---- 5: any refresh error is taken for a dead grant (gitroomhq/postiz-app#1822)

HARMLESS = [
    httpx.ConnectError("no route"),
    httpx.ReadTimeout("slow"),
    httpx.Response(500, json={"error": "invalid_grant"}),
    httpx.Response(503, text="<html>busy</html>"),
    httpx.Response(429, json={"error": "invalid_grant"}),
    httpx.Response(200, text="<html>maintenance</html>"),
    httpx.Response(200, json=["not", "an", "object"]),
    httpx.Response(302, headers={"location": "https://toy.example.com/login"}),
    refusal("invalid_request"),
    refusal("invalid_client", 401),
    refusal("temporarily_unavailable"),
]


@pytest.mark.parametrize("answer", HARMLESS, ids=lambda a: getattr(a, "status_code", type(a)))
def test_pain_5_a_failure_of_another_kind_changes_nothing_and_cools_down(
    world: World, answer: httpx.Response | Exception
) -> None:
    world.connect(minutes=5)
    before = (world.connection, world.credentials)
    world.endpoint.answers = [answer]
    assert world.call().ok
    assert world.call().ok
    assert world.platform.used == ["old-token"] * 2, "it still lives"
    assert world.endpoint.calls == 1, "nobody asks again for a minute"
    assert (world.connection, world.credentials) == before
    world.clock.advance(COOLDOWN.total_seconds())
    world.call()
    assert world.platform.used[-1] == "new-token-1"


def test_pain_5_a_dead_token_that_cannot_be_renewed_now_is_a_transient_outcome(
    world: World,
) -> None:
    world.connect(minutes=-5)
    world.endpoint.answers = [httpx.Response(503)]
    outcome = world.call()
    assert (outcome.kind, outcome.code) == (OutcomeKind.TRANSIENT, "TEMPORARILY_UNAVAILABLE")
    assert world.platform.used == []
    assert world.connection.status is ConnectionStatus.ACTIVE


def test_pain_5_only_invalid_grant_marks_the_connection(world: World) -> None:
    world.connect(minutes=-5)
    world.endpoint.answers = [refusal("invalid_grant", words="Token has been revoked.")]
    outcome = world.call()
    assert outcome.kind is OutcomeKind.NEEDS_REAUTH
    assert world.connection.status is ConnectionStatus.NEEDS_REAUTH
    assert "Token has been revoked" in str(world.connection.status_reason)
    assert world.call().kind is OutcomeKind.NEEDS_REAUTH
    assert world.endpoint.calls == 1, "a dead grant is not asked again"


@pytest.mark.parametrize(
    ("kind", "answer", "ended"),
    [
        ("reddit", {"message": "Bad Request", "error": 400}, True),
        ("slack", {"ok": False, "error": "invalid_refresh_token"}, True),
        ("slack", {"ok": False, "error": "internal_error"}, False),
        ("x", {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}, True),  # noqa: E501
        ("x", {"error": "invalid_request", "error_description": "Missing parameter."}, False),
        ("gmail", {"error": "invalid_grant"}, True),
        ("gmail", {"error": "invalid_request"}, False),
        ("facebook", {"error": {"message": "no", "type": "OAuthException", "code": 100}}, False),
    ],
)  # fmt: skip
def test_pain_5_a_platforms_own_word_for_invalid_grant_is_known(
    world: World, kind: str, answer: dict[str, object], ended: bool
) -> None:
    from hub.connector_kit.oauth import App, TokenEndpoint
    from hub.domain.errors import NeedsReauthError, TransientError

    oauth = load_spec(kind).auth.oauth
    assert oauth is not None
    transport = httpx.MockTransport(lambda _request: httpx.Response(400, json=answer))
    settings = load_spec(kind).default_settings()
    endpoint = TokenEndpoint(oauth, settings, App("id", "secret"), transport, START)
    with pytest.raises(NeedsReauthError if ended else TransientError):
        endpoint.renewed(GrantKind.AUTHORIZATION_CODE, TokenSet(refresh_token="r"))


# ---- 6: no refresh token, and "never expires" (activepieces/activepieces#14680)


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("reddit", {"duration": "permanent"}),
        ("gmail", {"access_type": "offline", "prompt": "consent"}),
        ("youtube", {"access_type": "offline", "prompt": "consent"}),
        ("google_ads", {"access_type": "offline", "prompt": "consent"}),
        ("google_search_console", {"access_type": "offline", "prompt": "consent"}),
    ],
)
def test_pain_6_what_brings_a_refresh_token_is_asked_for(kind: str, asked: dict[str, str]) -> None:
    oauth = load_spec(kind).auth.oauth
    assert oauth is not None
    assert asked.items() <= oauth.extra.items()
    assert "offline.access" in load_spec("x").auth.scopes


@pytest.mark.parametrize(
    ("minutes", "refresh", "detail"),
    [
        (60, "", StatusDetail.EXPIRING),
        (90 * DAY, "", StatusDetail.EXPIRING),
        (-1, "", StatusDetail.EXPIRED),
        (60, "r", None),
        (None, "", None),
    ],
)
def test_pain_6_a_token_that_ends_and_cannot_be_renewed_is_called_expiring(
    world: World, minutes: float | None, refresh: str, detail: StatusDetail | None
) -> None:
    world.connect(minutes, refresh=refresh)
    health = world.connection.health(world.clock.now())
    assert health.detail is detail
    assert ("connect it again" in (health.message or "")) == (detail is not None)


def test_pain_6_a_refresh_token_that_ends_is_told_a_week_before(world: World) -> None:
    world.connect()
    assert world.connection.grant is not None
    end = world.clock.now() + timedelta(days=8)
    grant = world.connection.grant.model_copy(update={"refresh_expires_at": end})
    connection = world.connection.model_copy(update={"grant": grant})
    assert connection.health(world.clock.now()).detail is None
    assert connection.health(end - timedelta(days=7)).detail is StatusDetail.EXPIRING


# ---- 7: a client_credentials token is never renewed (activepieces/activepieces#7850)


def test_pain_7_a_client_credentials_token_is_renewed_like_any_other(world: World) -> None:
    world.connect(minutes=5, refresh="", kind=GrantKind.CLIENT_CREDENTIALS)
    assert world.call().ok
    assert world.endpoint.twin.asked[-1]["grant_type"] == "client_credentials"
    assert world.platform.used == ["new-token-1"]
    world.clock.advance(3600)
    assert world.call().ok
    assert world.platform.used[-1] == "new-token-2"


def test_pain_7_an_app_without_a_token_obtains_its_first(world: World) -> None:
    world.connect(None, refresh="", access="", kind=GrantKind.CLIENT_CREDENTIALS)
    assert world.call().ok
    assert world.platform.used == ["new-token-1"]


def test_pain_7_a_refused_client_credentials_token_is_renewed_too(world: World) -> None:
    world.connect(minutes=60, refresh="", kind=GrantKind.CLIENT_CREDENTIALS)
    world.platform.refused = {"old-token"}
    assert world.call().ok
    assert world.platform.used == ["old-token", "new-token-1"]


# ---- 8: a grant of Google's test mode dies after 7 days (activepieces/activepieces#3067)


@pytest.mark.parametrize(
    ("days", "ended", "hinted"),
    [
        (0, False, False),
        (4.9, False, False),
        (5, False, True),
        (6.9, False, True),
        (7, False, False),
        (7.1, True, True),
        (90, True, True),
    ],
)
def test_pain_8_the_age_of_a_grant_is_told_with_what_test_mode_means(
    world: World, days: float, ended: bool, hinted: bool
) -> None:
    oauth = load_spec("gmail").auth.oauth
    assert oauth is not None
    assert oauth.short_grant is not None
    short = oauth.short_grant
    assert short.lifetime == timedelta(days=7)
    world.connect()
    now = START + timedelta(days=days)
    connection = world.connection
    if ended:
        connection = connection.after(ConnectionEvent.GRANT_ENDED, now, reason="invalid_grant")
    health = connection.health(now, short.lifetime, short.why)
    assert health.grant_age_days == int(days)
    assert ("in testing" in (health.message or "")) == hinted


# ---- 9: refreshing an active account breaks it (ComposioHQ/composio#1914)

BAD = {ConnectionEvent.RENEWAL_FAILED, ConnectionEvent.CALL_REFUSED}


def test_pain_9_every_status_after_every_event_is_decided() -> None:
    every = {(s, e) for s in ConnectionStatus for e in ConnectionEvent}
    assert set(NEXT_STATUS) == every
    for (status, event), following in NEXT_STATUS.items():
        if event in BAD:
            assert following is status, "a failure that may pass changes no status"
        elif event is ConnectionEvent.GRANT_ENDED:
            assert following is ConnectionStatus.NEEDS_REAUTH
        else:
            assert following is ConnectionStatus.ACTIVE


def test_pain_9_while_a_renewal_is_under_way_the_connection_is_as_before(world: World) -> None:
    world.connect(minutes=5)
    before = (world.connection, world.credentials)
    seen: list[object] = []
    world.endpoint.before = lambda: seen.append((world.connection, world.credentials))
    assert world.call().ok
    assert seen == [before]
    assert world.connection.status is ConnectionStatus.ACTIVE
    assert world.connection.token_version == 2


def test_pain_9_a_refused_call_does_not_mark_a_connection(world: World) -> None:
    world.connect(refresh="")
    world.platform.refused = {"old-token"}
    assert world.call().kind is OutcomeKind.NEEDS_REAUTH
    assert world.connection.status is ConnectionStatus.ACTIVE


# ---- 10: a token ends inside a rate-limit wait (airbytehq/airbyte#13660, #60240)


def test_pain_10_each_attempt_of_a_call_has_a_living_token(world: World) -> None:
    world.connect(minutes=20)
    world.platform.answers = [httpx.Response(429, headers={"retry-after": "1800"})]
    assert world.call().retry_after == 1800
    world.clock.advance(1800)
    assert world.call().ok
    assert world.platform.used == ["old-token", "new-token-1"]


def test_pain_10_a_read_back_has_a_living_token_too(world: World) -> None:
    world.connect(minutes=-1)
    caller = world.caller
    connection = caller.connection("acme", "con_toy")
    action = SPEC.action("send")
    caller.read_back(connection, action, action.input(), "key-1", START)
    assert world.platform.used == ["new-token-1"]


@given(life=st.integers(1, 10**6), left=st.integers(-100, 10**6))
def test_pain_10_a_token_is_due_a_quarter_of_an_hour_before_its_end(life: int, left: int) -> None:
    end = START + timedelta(seconds=left)
    began = end - timedelta(seconds=life)
    token = TokenSet(access_token="t", expires_at=end, obtained_at=began)
    margin = min(MARGIN.total_seconds(), life / 2)
    assert token.due(START) == (left <= margin)
    assert token.alive(START) == (left > 0)
    assert TokenSet(access_token="t", expires_at=end).due(START) == (left <= 900)
    assert not TokenSet(access_token="t").due(START)


def test_a_dry_run_renews_nothing(world: World) -> None:
    world.connect(minutes=-5)
    assert world.call(mode=Mode.DRY_RUN).data["dryRun"] is True
    assert world.endpoint.calls == 0
