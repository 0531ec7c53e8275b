"""Which tokens count, and whom they stand for."""

from typing import Any

import httpx
import pytest

from hub.domain.errors import TransientError, UnauthenticatedError
from hub.domain.principal import Role
from operations.jwks import Jwks
from operations.jwt_verifier import JwtVerifier
from tests.support import START, FrozenClock
from tests.unit.operations.idp import (
    AUDIENCE,
    ISSUER,
    JWKS_URL,
    Provider,
    SigningKey,
    claims,
    hand_made,
)

NOW = int(START.timestamp())
KEY = SigningKey("key-1")
OTHER_KEY = SigningKey("key-2")
WEAK_KEY = SigningKey("key-weak", bits=1024)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def provider() -> Provider:
    return Provider(KEY.jwk)


@pytest.fixture
def verifier(provider: Provider, clock: FrozenClock) -> JwtVerifier:
    return verifier_of(provider, clock)


def verifier_of(
    provider: Provider, clock: FrozenClock, issuer: str = ISSUER, audience: str = AUDIENCE
) -> JwtVerifier:
    return JwtVerifier(issuer, audience, Jwks(JWKS_URL, clock, provider.transport), clock)


def test_a_valid_token_stands_for_its_organization_role_and_user(verifier: JwtVerifier) -> None:
    caller = verifier.verify(KEY.sign(claims()))
    assert caller.organization_id == "acme"
    assert caller.role is Role.OPERATOR
    assert caller.subject == "user:8c1f2a"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"token_use": "id", "aud": AUDIENCE, "client_id": None}, id="id token"),
        pytest.param({"aud": [AUDIENCE, "another"], "client_id": None}, id="several audiences"),
        pytest.param({"token_use": None}, id="no token_use: not Cognito"),
        pytest.param({"exp": NOW - 59}, id="expired within the leeway"),
        pytest.param({"nbf": NOW + 60}, id="not yet valid within the leeway"),
        pytest.param({"exp": NOW + 0.5}, id="fractional seconds"),
        pytest.param({"iat": NOW + 3000}, id="issued by a clock ahead: exp and nbf decide"),
    ],
)
def test_tokens_that_count(verifier: JwtVerifier, changes: dict[str, Any]) -> None:
    assert verifier.verify(KEY.sign(claims(**changes))).organization_id == "acme"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"exp": NOW - 60}, "has expired", id="expired"),
        pytest.param({"exp": None}, "has no expiry", id="without expiry"),
        pytest.param({"nbf": NOW + 61}, "not valid yet", id="not valid yet"),
        pytest.param({"iss": ISSUER + "/"}, "another issuer", id="issuer with a slash"),
        pytest.param({"iss": "https://evil.example.com"}, "another issuer", id="another issuer"),
        pytest.param({"iss": None}, "another issuer", id="no issuer"),
        pytest.param({"client_id": "other-app"}, "another audience", id="another client"),
        pytest.param({"client_id": None}, "another audience", id="no audience"),
        pytest.param({"aud": "other-api"}, "another audience", id="our client, another API"),
        pytest.param({"aud": []}, "another audience", id="empty audience"),
        pytest.param({"token_use": "refresh"}, "neither an access nor", id="refresh token"),
        pytest.param({"custom__organization": None}, "names no organization", id="no organization"),
        pytest.param(
            {"custom__organization": "acme#RUN"}, "no organization id", id="key injection"
        ),
        pytest.param({"custom__organization": "acme\n"}, "no organization id", id="line break"),
        pytest.param({"custom__organization": "Acme"}, "no organization id", id="capitals"),
        pytest.param({"custom__organization": "a" * 40}, "no organization id", id="too long"),
        pytest.param({"custom__organization": ["acme"]}, "no organization id", id="a list"),
    ],
)
def test_claims_that_are_refused(
    verifier: JwtVerifier, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(UnauthenticatedError, match=reason):
        verifier.verify(KEY.sign(claims(**changes)))


@pytest.mark.parametrize(("exp", "nbf"), [("tomorrow", 0), (True, 0), (NOW + 60, "now"), ([], 0)])
def test_times_that_are_no_numbers_are_refused(verifier: JwtVerifier, exp: Any, nbf: Any) -> None:
    token = KEY.sign(claims(exp=exp, nbf=nbf))
    with pytest.raises(UnauthenticatedError, match=r"has no expiry|not valid yet"):
        verifier.verify(token)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        pytest.param(
            hand_made({"alg": "none", "kid": "key-1"}, claims()), "signed with RS256", id="alg none"
        ),
        pytest.param(
            hand_made({"alg": "None", "kid": "key-1"}, claims()), "signed with RS256", id="alg None"
        ),
        pytest.param(
            hand_made({"alg": "HS256", "kid": "key-1"}, claims(), KEY.public_pem),
            "signed with RS256",
            id="HS256 with the public key",
        ),
        pytest.param(
            hand_made({"alg": "RS256", "kid": "key-1"}, claims(), KEY.public_pem),
            "signature is wrong",
            id="HS256 with the public key, called RS256",
        ),
        pytest.param(
            hand_made({"alg": "RS256", "kid": "key-1"}, claims()),
            "signature is wrong",
            id="unsigned",
        ),
        pytest.param(
            hand_made({"alg": ["RS256"], "kid": "key-1"}, claims()), "RS256|malformed", id="odd alg"
        ),
        pytest.param(
            hand_made({"alg": "RS256", "kid": 1}, claims()), "malformed|publish", id="odd kid"
        ),
        pytest.param(hand_made({"alg": "RS256"}, claims()), "does not publish", id="no kid"),
        pytest.param(hand_made([], claims()), "malformed", id="header is a list"),
        pytest.param("eyJ.eyJ.eyJ", "malformed", id="not JSON"),
        pytest.param("a.b.", "malformed", id="letters"),
        pytest.param(OTHER_KEY.sign(claims()), "does not publish", id="unknown key"),
        pytest.param(
            OTHER_KEY.sign(claims(), kid="key-1"),
            "signature is wrong",
            id="another key's signature",
        ),
        pytest.param(
            KEY.sign(claims(), crit=["exp"]), "malformed", id="critical extension not understood"
        ),
    ],
)
def test_forgeries_are_refused(verifier: JwtVerifier, token: str, reason: str) -> None:
    with pytest.raises(UnauthenticatedError, match=reason):
        verifier.verify(token)


def test_a_changed_payload_breaks_the_signature(verifier: JwtVerifier) -> None:
    head, _, signature = KEY.sign(claims()).split(".")
    payload = hand_made({}, claims(custom__role="admin")).split(".")[1]
    with pytest.raises(UnauthenticatedError, match="signature is wrong"):
        verifier.verify(f"{head}.{payload}.{signature}")


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_key_of_1024_bits_is_refused(clock: FrozenClock) -> None:
    verifier = verifier_of(Provider(WEAK_KEY.jwk), clock)
    with pytest.raises(UnauthenticatedError, match="malformed or its signature"):
        verifier.verify(WEAK_KEY.sign(claims()))


def test_a_token_expires_by_the_injected_clock(verifier: JwtVerifier, clock: FrozenClock) -> None:
    token = KEY.sign(claims())
    clock.advance(3659)
    assert verifier.verify(token).organization_id == "acme"
    clock.advance(1)
    with pytest.raises(UnauthenticatedError, match="has expired"):
        verifier.verify(token)


def test_without_an_audience_any_of_the_issuers_is_accepted(
    provider: Provider, clock: FrozenClock
) -> None:
    verifier = verifier_of(provider, clock, audience="")
    assert verifier.verify(KEY.sign(claims(client_id="other-app"))).organization_id == "acme"


def test_without_an_issuer_no_token_counts(provider: Provider, clock: FrozenClock) -> None:
    verifier = verifier_of(provider, clock, issuer="")
    with pytest.raises(UnauthenticatedError, match="API keys only"):
        verifier.verify(KEY.sign(claims(iss="")))
    assert provider.asked == []


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({}, Role.OPERATOR),
        ({"custom__role": "admin", "role": "viewer"}, Role.ADMIN),
        ({"custom__role": None, "role": "admin"}, Role.ADMIN),
        ({"custom__role": None, "cognito__groups": ["viewer", "admin", "staff"]}, Role.ADMIN),
        ({"custom__role": None, "cognito__groups": ["operator", "viewer"]}, Role.OPERATOR),
        ({"custom__role": None, "cognito__groups": ["staff"]}, Role.VIEWER),
        ({"custom__role": None, "cognito__groups": "administrators"}, Role.VIEWER),
        ({"custom__role": None}, Role.VIEWER),
        ({"custom__role": "root", "cognito__groups": ["operator"]}, Role.OPERATOR),
        ({"custom__role": ["admin"]}, Role.VIEWER),
        ({"custom__role": "ADMIN"}, Role.VIEWER),
        ({"custom__role": "viewer", "cognito__groups": ["admin"]}, Role.VIEWER),
    ],
)
def test_the_role_comes_from_the_first_claim_that_names_one(
    verifier: JwtVerifier, changes: dict[str, Any], role: Role
) -> None:
    assert verifier.verify(KEY.sign(claims(**changes))).role is role


@pytest.mark.parametrize(
    ("changes", "organization"),
    [
        ({"organization": "globex"}, "acme"),
        ({"custom__organization": None, "organization": "globex"}, "globex"),
        ({"custom__organization": "a1"}, "a1"),
        ({"custom__organization": "a" * 39}, "a" * 39),
    ],
)
def test_the_organization_comes_from_the_token(
    verifier: JwtVerifier, changes: dict[str, Any], organization: str
) -> None:
    assert verifier.verify(KEY.sign(claims(**changes))).organization_id == organization


@pytest.mark.parametrize(
    ("changes", "subject"),
    [({}, "user:8c1f2a"), ({"sub": None}, f"user:{AUDIENCE}")],
)
def test_the_subject_is_the_user_or_else_the_client(
    verifier: JwtVerifier, changes: dict[str, Any], subject: str
) -> None:
    assert verifier.verify(KEY.sign(claims(**changes))).subject == subject


def test_the_issuers_keys_are_fetched_once_an_hour(
    verifier: JwtVerifier, provider: Provider, clock: FrozenClock
) -> None:
    for _ in range(3):
        verifier.verify(KEY.sign(claims()))
    assert provider.asked == [JWKS_URL]
    clock.advance(3599)
    verifier.verify(KEY.sign(claims(exp=NOW + 9999)))
    assert len(provider.asked) == 1
    clock.advance(1)
    verifier.verify(KEY.sign(claims(exp=NOW + 9999)))
    assert len(provider.asked) == 2


def test_a_rotated_key_is_found_within_a_minute(
    verifier: JwtVerifier, provider: Provider, clock: FrozenClock
) -> None:
    verifier.verify(KEY.sign(claims()))
    provider.keys = [OTHER_KEY.jwk]
    clock.advance(60)
    assert verifier.verify(OTHER_KEY.sign(claims())).organization_id == "acme"
    with pytest.raises(UnauthenticatedError, match="does not publish"):
        verifier.verify(KEY.sign(claims()))


def test_made_up_key_ids_cost_one_fetch_a_minute(
    verifier: JwtVerifier, provider: Provider, clock: FrozenClock
) -> None:
    verifier.verify(KEY.sign(claims()))
    fetched_at = []
    for second in range(1, 181):
        clock.advance(1)
        before = len(provider.asked)
        with pytest.raises(UnauthenticatedError, match="does not publish"):
            verifier.verify(OTHER_KEY.sign(claims(), kid=f"made-up-{second}"))
        fetched_at += [second] if len(provider.asked) > before else []
    assert fetched_at == [60, 120, 180]
    assert verifier.verify(KEY.sign(claims())).organization_id == "acme"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("no route"),
        httpx.ReadTimeout("too slow"),
        httpx.Response(500),
        httpx.Response(404, json={"message": "no such pool"}),
        httpx.Response(302, headers={"location": "https://evil.example.com"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"no": "keys"}),
        httpx.Response(200, json=[]),
    ],
)
def test_keys_that_cannot_be_fetched_are_named_as_the_reason(
    verifier: JwtVerifier, provider: Provider, answer: httpx.Response | Exception
) -> None:
    provider.answer = answer
    with pytest.raises(TransientError, match=r"idp\.example\.com.* cannot be fetched"):
        verifier.verify(KEY.sign(claims()))
    assert provider.asked == [JWKS_URL]


def test_an_outage_costs_one_attempt_in_ten_seconds_and_then_heals(
    verifier: JwtVerifier, provider: Provider, clock: FrozenClock
) -> None:
    provider.answer = httpx.ConnectError("no route")
    for _ in range(20):
        with pytest.raises(TransientError, match="cannot be fetched"):
            verifier.verify(KEY.sign(claims()))
        clock.advance(1)
    assert len(provider.asked) == 2
    provider.answer = None
    clock.advance(10)
    assert verifier.verify(KEY.sign(claims())).organization_id == "acme"


def test_known_keys_still_count_while_the_provider_is_down(
    verifier: JwtVerifier, provider: Provider, clock: FrozenClock
) -> None:
    verifier.verify(KEY.sign(claims()))
    provider.answer = httpx.ConnectError("no route")
    clock.advance(120)
    with pytest.raises(TransientError):
        verifier.verify(OTHER_KEY.sign(claims()))
    assert verifier.verify(KEY.sign(claims())).organization_id == "acme"


@pytest.mark.parametrize(
    "unusable",
    [
        {"kty": "EC", "kid": "key-1", "crv": "P-256"},
        {"kty": "oct", "kid": "key-1", "k": "c2VjcmV0"},
        {"kty": "RSA", "kid": "key-1", "n": "!", "e": "AQAB"},
        {**KEY.jwk, "use": "enc"},
        {**KEY.jwk, "alg": "RS512"},
        {**KEY.jwk, "kid": 1},
        "key-1",
    ],
)
def test_published_keys_for_other_purposes_are_passed_over(
    clock: FrozenClock, unusable: Any
) -> None:
    verifier = verifier_of(Provider(unusable, OTHER_KEY.jwk), clock)
    with pytest.raises(UnauthenticatedError, match="does not publish"):
        verifier.verify(KEY.sign(claims()))
    assert verifier.verify(OTHER_KEY.sign(claims())).organization_id == "acme"
