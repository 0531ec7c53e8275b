"""The token endpoint's answers, whatever a platform makes of them."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connector_kit.oauth import App, TokenEndpoint, challenge_of, filled, read_token, reason_of
from hub.connector_kit.outcomes import Answer
from hub.connector_kit.spec import OAuth
from hub.domain.errors import (
    InvalidRequestError,
    MisconfiguredError,
    NeedsReauthError,
    TransientError,
)
from hub.domain.token import GrantKind, TokenSet
from tests.support import START

OAUTH = OAuth("https://toy.example.com/authorize", "https://toy.example.com/token")
NESTED = OAuth("https://a.example", "https://t.example", answer="data")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
bodies = st.dictionaries(
    st.sampled_from(
        ["access_token", "refresh_token", "expires_in", "scope", "error", "code", "message", "data"]
    ),
    json_values,
)


@given(status=st.integers(100, 599), body=bodies)
def test_any_answer_is_a_token_or_a_refusal_with_a_reason(
    status: int, body: dict[str, Any]
) -> None:
    answer = Answer(status, {}, body)
    for oauth in (OAUTH, NESTED):
        token = read_token(oauth, answer, START)
        if token is not None:
            assert 200 <= status < 300
            assert token.access_token
            assert token.expires_at is None or token.expires_at > START
    code, _words = reason_of(answer)
    assert code


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (3600, 3600),
        ("3600", 3600),
        (0.5, 0.5),
        (0, None),
        (-1, None),
        (None, None),
        ("soon", None),
        (1e12, None),
        (float("nan"), None),
        ([], None),
    ],
)
def test_a_lifetime_is_a_number_however_it_is_written(told: Any, seconds: float | None) -> None:
    answer = Answer(200, {}, {"access_token": "t", "expires_in": told})
    token = read_token(OAUTH, answer, START)
    assert token is not None
    expected = START + timedelta(seconds=seconds) if seconds else None
    assert token.expires_at == expected


@pytest.mark.parametrize(
    ("told", "scopes"),
    [("a b", ("a", "b")), ("a,b", ("a", "b")), (["a", 4], ("a", "4")), ("", ()), (None, ())],
)
def test_scopes_are_read_in_every_form(told: Any, scopes: tuple[str, ...]) -> None:
    answer = Answer(200, {}, {"access_token": "t", "scope": told})
    token = read_token(OAUTH, answer, START)
    assert token is not None
    assert token.scopes == scopes


def test_the_example_of_rfc_7636_holds() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_only_settings_that_stay_within_the_address_are_filled_in() -> None:
    assert filled("https://{shop}.example.com/{v}", {"shop": "a-b", "v": "v1.0"}) == (
        "https://a-b.example.com/v1.0"
    )
    with pytest.raises(InvalidRequestError, match="shop"):
        filled("https://{shop}.example.com", {"shop": "evil.example/?"})


SECRET = "a-secret-that-nobody-shall-see"


@pytest.mark.parametrize("status", [400, 401, 429, 500])
@pytest.mark.parametrize("code", ["invalid_grant", "invalid_client", "whatever"])
@pytest.mark.parametrize("place", ["refresh", "code", "verifier", "secret"])
def test_a_refusal_that_repeats_a_secret_is_told_without_it(
    status: int, code: str, place: str
) -> None:
    answer = {"error": code, "error_description": f"what is {SECRET}?"}
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, json=answer))
    app = App("id", SECRET if place == "secret" else "another")
    endpoint = TokenEndpoint(OAUTH, {}, app, transport, START)
    with pytest.raises((NeedsReauthError, TransientError, MisconfiguredError)) as told:
        if place == "refresh":
            endpoint.renewed(GrantKind.AUTHORIZATION_CODE, TokenSet(refresh_token=SECRET))
        else:
            given = SECRET if place == "code" else "code"
            endpoint.exchange(given, "https://c", SECRET if place == "verifier" else "v")
    assert code in told.value.message
    assert SECRET not in told.value.message


def test_a_huge_answer_is_no_token() -> None:
    huge = {"access_token": "t", "padding": "x" * 70_000}
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json=huge))
    endpoint = TokenEndpoint(OAUTH, {}, App("id", "secret"), transport, START)
    with pytest.raises(TransientError):
        endpoint.renewed(GrantKind.AUTHORIZATION_CODE, TokenSet(refresh_token="r"))
