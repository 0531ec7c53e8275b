"""The authorizer: what both APIs are told of a caller, and what is never told to a log."""

import copy
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from hub import settings, wiring
from hub.adapters.memory_keys import MemoryKeyStore
from hub.domain.errors import InternalError, UnauthenticatedError
from hub.domain.principal import Role
from hub.http import principal_of
from operations import authorizer
from operations.api_keys import issue
from operations.jwks import Jwks
from operations.jwt_verifier import JwtVerifier
from tests.support import START, FrozenClock
from tests.unit.operations.idp import AUDIENCE, ISSUER, JWKS_URL, Provider, SigningKey, claims
from tests.unit.operations.logs import unmasked_log

ROOT = Path(__file__).parents[3]
EVENTS = ROOT / "events"
CONTEXT = SimpleNamespace(
    function_name="authorizer",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:us-east-1:123456789012:function:authorizer",
    aws_request_id="request-1",
)
KEY = SigningKey("key-1")
APIS = ["authorizer-http", "authorizer-websocket"]


class World:
    """The stack behind the authorizer."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.keys = MemoryKeyStore()
        self.provider = Provider(KEY.jwk)
        jwks = Jwks(JWKS_URL, self.clock, self.provider.transport)
        self.verifier = JwtVerifier(ISSUER, AUDIENCE, jwks, self.clock)

    def key(self, role: Role = Role.OPERATOR, **more: Any) -> str:
        """A stored API key."""
        stored, token = issue("acme", role, "Test", START, **more)
        self.keys.put(stored)
        return token


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    monkeypatch.setattr(wiring, "keys", lambda: made.keys)
    monkeypatch.setattr(wiring, "clock", lambda: made.clock)
    monkeypatch.setattr(authorizer, "jwt_verifier", lambda: made.verifier)
    return made


def event(
    name: str, headers: dict[str, str] | None = None, query: dict[str, str] | None = None
) -> dict[str, Any]:
    """A sample event with these credentials in it and no others."""
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    kept = {k: v for k, v in loaded["headers"].items() if k.lower() != "authorization"}
    loaded["headers"] = kept | (headers or {})
    loaded["queryStringParameters"] = query
    return loaded


def bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def ask(given: dict[str, Any]) -> Any:
    return authorizer.handler(copy.deepcopy(given), CONTEXT)


def reason_of(given: dict[str, Any]) -> str:
    """Why a request over HTTP is refused."""
    answer = ask(given)
    assert answer["isAuthorized"] is True
    assert set(answer["context"]) == {"reason"}
    return str(answer["context"]["reason"])


@pytest.mark.parametrize("role", list(Role))
def test_http_is_told_who_calls_in_strings(world: World, role: Role) -> None:
    token = world.key(role)
    context = {"organizationId": "acme", "role": role.value, "subject": f"key:{token[3:13]}"}
    answer = ask(event("authorizer-http", bearer(token)))
    assert answer == {"isAuthorized": True, "context": context}
    # Lambda's JSON must carry the very strings, and not something that only compares like them.
    assert {type(value) for value in answer["context"].values()} == {str}


def test_the_http_api_takes_the_callers_organization_from_the_context(world: World) -> None:
    context = ask(event("authorizer-http", bearer(world.key(Role.ADMIN))))["context"]
    caller = principal_of({"requestContext": {"authorizer": {"lambda": context}}})
    assert (caller.organization_id, caller.role) == ("acme", Role.ADMIN)


def test_a_refusal_reaches_the_http_api_as_its_reason(world: World) -> None:
    context = ask(event("authorizer-http", {"Authorization": "Basic abc"}))["context"]
    with pytest.raises(UnauthenticatedError, match="must read: Bearer"):
        principal_of({"requestContext": {"authorizer": {"lambda": context}}})


def test_a_socket_is_allowed_to_connect_and_to_nothing_else(world: World) -> None:
    token = world.key(Role.VIEWER)
    given = event("authorizer-websocket", bearer(token))
    answer = ask(given)
    subject = f"key:{token[3:13]}"
    assert answer["principalId"] == subject
    assert answer["context"] == {"organizationId": "acme", "role": "viewer", "subject": subject}
    assert answer["policyDocument"] == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Action": "execute-api:Invoke",
                "Effect": "Allow",
                "Resource": given["methodArn"],
            }
        ],
    }


def expired(world: World) -> str:
    return world.key(expires_at=START)


def revoked(world: World) -> str:
    token = world.key()
    world.keys.revoke("acme", token[3:13], START)
    return token


def wrong_secret(world: World) -> str:
    """The id of one key with the secret of another."""
    return world.key()[:14] + world.key()[14:]


def unknown_key(world: World) -> str:
    return issue("acme", Role.ADMIN, "Never stored", START)[1]


def expired_token(world: World) -> str:
    return KEY.sign(claims(exp=int(START.timestamp()) - 61))


def token_without_organization(world: World) -> str:
    return KEY.sign(claims(custom__organization=None))


def provider_down(world: World) -> str:
    world.provider.answer = httpx.ConnectError("no route")
    return KEY.sign(claims())


REFUSED = [
    (expired, "has expired"),
    (revoked, "was revoked"),
    (wrong_secret, "is not valid"),
    (unknown_key, "is not valid"),
    (expired_token, "has expired"),
    (token_without_organization, "names no organization"),
    (provider_down, "cannot be fetched"),
    (lambda world: "something-else", "neither an API key"),
    (lambda world: "a.b", "neither an API key"),
    (lambda world: "nh_short", "not whole"),
]


@pytest.mark.parametrize(("credential", "reason"), REFUSED)
def test_http_is_told_why_a_credential_is_refused(
    world: World, credential: Any, reason: str
) -> None:
    assert reason in reason_of(event("authorizer-http", bearer(credential(world))))


@pytest.mark.parametrize(("credential", "reason"), REFUSED)
def test_a_sockets_handshake_is_refused_with_the_one_word_that_means_401(
    world: World, credential: Any, reason: str
) -> None:
    with pytest.raises(UnauthenticatedError) as refused:
        ask(event("authorizer-websocket", bearer(credential(world))))
    assert str(refused.value) == "Unauthorized"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({}, "no credential was sent"),
        ({"authorization": ""}, "no credential was sent"),
        ({"authorization": "   "}, "no credential was sent"),
        ({"authorization": "Bearer"}, "must read: Bearer"),
        ({"authorization": "Bearer  "}, "must read: Bearer"),
        ({"authorization": "Basic dXNlcg=="}, "must read: Bearer"),
        ({"authorization": "nh_abcdefghij_x"}, "must read: Bearer"),
        ({"x-api-key": " "}, "no credential was sent"),
        ({"x-api-key": "what"}, "neither an API key"),
    ],
)
@pytest.mark.parametrize("api", APIS)
def test_a_missing_or_misplaced_credential_is_refused(
    world: World, api: str, headers: dict[str, str], reason: str
) -> None:
    if api == "authorizer-http":
        assert reason in reason_of(event(api, headers))
        return
    with pytest.raises(UnauthenticatedError, match=r"^Unauthorized$"):
        ask(event(api, headers))


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    ("header", "scheme"),
    [
        ("authorization", "Bearer "),
        ("Authorization", "bearer "),
        ("AUTHORIZATION", "BEARER   "),
        ("x-api-key", ""),
        ("X-Api-Key", ""),
    ],
)
@pytest.mark.parametrize("kind", ["key", "token"])
def test_a_credential_counts_in_either_header_whatever_its_case(
    world: World, api: str, header: str, scheme: str, kind: str
) -> None:
    credential = world.key() if kind == "key" else KEY.sign(claims())
    answer = ask(event(api, {header: scheme + credential}))
    assert answer["context"]["organizationId"] == "acme"


def test_the_authorization_header_comes_before_the_others(world: World) -> None:
    headers = {**bearer(world.key(Role.VIEWER)), "x-api-key": world.key(Role.ADMIN)}
    query = {"token": world.key(Role.ADMIN)}
    answer = ask(event("authorizer-websocket", headers, query))
    assert answer["context"]["role"] == "viewer"


def test_a_browsers_socket_may_carry_its_token_in_the_query_string(world: World) -> None:
    for token in (world.key(), KEY.sign(claims())):
        answer = ask(event("authorizer-websocket", query={"token": token}))
        assert answer["context"]["organizationId"] == "acme"


def test_over_http_a_token_in_the_query_string_does_not_count(world: World) -> None:
    given = event("authorizer-http", query={"token": world.key()})
    assert "no credential was sent" in reason_of(given)


def test_a_revoked_key_is_refused_at_the_very_next_request(world: World) -> None:
    token = world.key()
    given = event("authorizer-http", bearer(token))
    assert "organizationId" in ask(given)["context"]
    world.keys.revoke("acme", token[3:13], START)
    assert "was revoked" in reason_of(given)


def test_a_key_expires_by_the_injected_clock(world: World) -> None:
    given = event("authorizer-http", bearer(world.key(expires_at=START + timedelta(hours=1))))
    assert "organizationId" in ask(given)["context"]
    world.clock.advance(3600)
    assert "has expired" in reason_of(given)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("kind", ["key", "token"])
@pytest.mark.parametrize("accepted", [True, False])
def test_no_credential_is_ever_logged(
    world: World, api: str, kind: str, accepted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = unmasked_log(monkeypatch)
    token = world.key() if kind == "key" else KEY.sign(claims())
    if not accepted:
        world.keys.revoke("acme", token[3:13], START)
        world.clock.advance(100_000)
    secret = token.rpartition("." if kind == "token" else token[:14])[2]
    for given in (event(api, bearer(token)), event(api, query={"token": token})):
        try:
            ask(given)
        except UnauthenticatedError:
            assert not accepted
    assert secret not in log.getvalue()
    assert accepted or "refused" in log.getvalue()


def test_a_keys_table_that_cannot_be_read_is_not_called_a_bad_credential(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable() -> None:
        raise RuntimeError("the table is gone")

    monkeypatch.setattr(wiring, "keys", unreadable)
    # API Gateway answers 500 to an authorizer that raises this, and not 401.
    for api in ("authorizer-websocket", "authorizer-http"):
        with pytest.raises(InternalError):
            ask(event(api, bearer(world.key())))


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("KEYS_TABLE", "keys")
    settings.load.cache_clear()
    authorizer.jwt_verifier.cache_clear()
    yield monkeypatch
    settings.load.cache_clear()
    authorizer.jwt_verifier.cache_clear()


@pytest.mark.parametrize(
    ("issuer", "jwks_url", "fetched"),
    [
        (ISSUER, "", JWKS_URL),
        (ISSUER + "/", "", JWKS_URL),
        (ISSUER, "https://keys.example.com/set", "https://keys.example.com/set"),
    ],
)
def test_the_keys_come_from_the_configured_url_or_the_issuers_well_known_one(
    configured: pytest.MonkeyPatch, issuer: str, jwks_url: str, fetched: str
) -> None:
    configured.setenv("OIDC_ISSUER", issuer)
    configured.setenv("OIDC_JWKS_URL", jwks_url)
    provider = Provider()
    made = httpx.Client
    configured.setattr(
        httpx, "Client", lambda **more: made(**{**more, "transport": provider.transport})
    )
    with pytest.raises(UnauthenticatedError, match="does not publish"):
        authorizer.jwt_verifier().verify(KEY.sign(claims()))
    assert provider.asked == [fetched]


def test_an_api_key_is_checked_without_loading_what_only_tokens_need() -> None:
    heavy = ("jwt", "httpx", "cryptography", "boto3", "aws_lambda_powertools.event_handler")
    code = f"import sys, operations.authorizer; print([m for m in {heavy!r} if m in sys.modules])"
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "functions",
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"
