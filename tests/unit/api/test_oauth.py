"""Connecting an account over HTTP: start, the page, the callback, and what nobody may do."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

import api.oauth
from hub import settings, wiring
from hub.adapters.memory_connections import MemoryConnectionStore
from hub.adapters.memory_oauth_states import MemoryOAuthStates
from hub.adapters.memory_vault import MemoryVault
from hub.connector_kit.token_twin import TokenTwin, sandbox_code
from hub.domain.connection import Connection, ConnectionEvent, ConnectionStatus, Mode
from tests.http_events import Context, request
from tests.support import START, CountingIds, FrozenClock

CALLER = {"organizationId": "acme", "role": "admin", "subject": "key:a"}
APP = {"clientId": "the-client-id", "clientSecret": "the-client-secret-of-acme"}
LIVE = {"name": "Brand", "mode": "live", **APP}


class World:
    """The stack behind the API. Only sandbox connections get anywhere without a `live` answer."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.ids = CountingIds()
        self.store = MemoryConnectionStore(self.clock)
        self.states = MemoryOAuthStates(self.clock)
        self.vault = MemoryVault()
        self.live: Any = None

    def start(self, kind: str = "x", body: Any = None, **more: Any) -> tuple[int, dict[str, Any]]:
        """Ask where to send the user."""
        event = request("oauth-start", body, path=f"/api/oauth/{kind}/start", **more)
        return answered(event)

    def restart(self, connection: str, body: Any = None, **more: Any) -> tuple[int, dict[str, Any]]:
        """Ask where to send the user to connect again."""
        path = f"/api/connections/{connection}/oauth/start"
        return answered(request("oauth-restart", body or {}, path=path, **more))

    def callback(self, **query: str) -> tuple[int, str, dict[str, str]]:
        """Come back from the platform; the page and its headers."""
        event = request("oauth-callback", query=query)
        event["queryStringParameters"] = query
        return page(event)

    def through(self, body: dict[str, Any] | None = None, kind: str = "x") -> Connection:
        """A new connection, all the way through the sandbox's page."""
        _, started = self.start(kind, body)
        status, _, _ = self.callback(**allowed(started["data"]["authorizeUrl"]))
        assert status == 200
        found = self.store.get("acme", started["data"]["connectionId"])
        assert found is not None
        return found

    def credentials(self, connection: str) -> dict[str, str]:
        sealed = self.store.sealed("acme", connection)
        assert sealed is not None
        return self.vault.open("acme", connection, sealed)


def answered(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = api.oauth.handler(event, Context())
    return answer["statusCode"], json.loads(answer["body"])


def page(event: dict[str, Any]) -> tuple[int, str, dict[str, str]]:
    answer = api.oauth.handler(event, Context())
    return answer["statusCode"], answer["body"], answer["headers"]


def links(authorize_url: str) -> dict[str, str]:
    """What the sandbox's page offers, by its words."""
    url = urlsplit(authorize_url)
    assert url.path == "/api/oauth/sandbox"
    query = dict(parse_qsl(url.query))
    status, body, _ = page(request("oauth-sandbox", query=query))
    assert status == 200
    return {word: unescape(href) for href, word in re.findall(r'href="([^"]+)">(\w+)<', body)}


def allowed(authorize_url: str) -> dict[str, str]:
    """What the browser brings back after a click on Allow."""
    return dict(parse_qsl(urlsplit(links(authorize_url)["Allow"]).query))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()
    for name in ("CONNECTIONS_TABLE", "CREDENTIALS_KEY"):
        monkeypatch.setenv(name, "unused")
    for port, value in (
        ("connections", made.store),
        ("oauth_states", made.states),
        ("vault", made.vault),
        ("clock", made.clock),
        ("ids", made.ids),
    ):
        monkeypatch.setattr(wiring, port, lambda value=value: value)

    def out(_hosts: Any) -> httpx.BaseTransport:
        assert made.live is not None, "a network would have been used"
        transport: httpx.BaseTransport = made.live
        return transport

    monkeypatch.setattr("hub.connector_kit.transports.live_transport", out)
    settings.load.cache_clear()
    yield made
    settings.load.cache_clear()


# ---------------------------------------------------------------- the whole way


@pytest.mark.parametrize("kind", ["x", "slack", "gmail", "tiktok", "shopify", "facebook", "reddit"])
def test_a_stranger_walks_through_the_flow_in_the_sandbox(world: World, kind: str) -> None:
    made = world.through({"mode": "sandbox"}, kind)
    assert (made.kind, made.mode, made.status) == (kind, Mode.SANDBOX, ConnectionStatus.ACTIVE)
    assert made.grant is not None
    assert made.grant.token_version == 1
    assert made.created_at == START


def test_the_sample_request_starts_a_connection(world: World) -> None:
    status, body = answered(request("oauth-start"))
    assert status == 201
    data = body["data"]
    assert data["redirectUri"] == "https://api.example.com/api/oauth/callback"
    assert data["expiresAt"] == "2026-03-02T09:10:00.000Z"
    assert data["state"] in data["authorizeUrl"]
    assert world.store.list("acme") == [], "it is made when the user comes back"


def test_a_live_connection_goes_to_the_platforms_own_page_and_gets_its_token(
    world: World,
) -> None:
    status, body = world.start("x", {**LIVE, "scopes": ["tweet.read", "offline.access"]})
    assert status == 201
    url = urlsplit(body["data"]["authorizeUrl"])
    query = dict(parse_qsl(url.query))
    assert url.netloc == "x.com"
    assert query["client_id"] == APP["clientId"]
    assert query["scope"] == "tweet.read offline.access"
    assert "the-client-secret" not in json.dumps(body)
    from connectors.x.spec import SPEC

    assert SPEC.auth.oauth is not None
    world.live = TokenTwin(SPEC.auth.oauth, "live-token")
    code = sandbox_code(query["code_challenge"], query["redirect_uri"])
    status, shown, _ = world.callback(code=code, state=body["data"]["state"])
    assert status == 200
    (made,) = world.store.list("acme")
    assert (made.name, made.mode) == ("Brand", Mode.LIVE)
    kept = world.credentials(made.id)
    assert kept["accessToken"] == "live-token-0"
    assert kept["clientSecret"] == APP["clientSecret"]
    assert "verifier" not in kept
    for secret in (*kept.values(), code):
        assert secret not in shown or secret in ("x", "1")


def test_other_credentials_and_settings_are_kept_with_the_token(world: World) -> None:
    body = {"mode": "sandbox", "credentials": {"signingSecret": "sign-with-this"}}
    made = world.through(body, "slack")
    assert world.credentials(made.id)["signingSecret"] == "sign-with-this"
    shop = world.through({"mode": "sandbox", "settings": {"shop": "acme"}}, "shopify")
    assert shop.settings == {"shop": "acme"}


# ---------------------------------------------------------------- the state


def test_a_state_is_good_once(world: World) -> None:
    _, body = world.start()
    back = allowed(body["data"]["authorizeUrl"])
    assert world.callback(**back)[0] == 200
    status, shown, _ = world.callback(**back)
    assert status == 404
    assert "used before" in shown
    assert len(world.store.list("acme")) == 1


def test_a_state_is_good_for_ten_minutes(world: World) -> None:
    _, body = world.start()
    world.clock.advance(600)
    assert world.callback(**allowed(body["data"]["authorizeUrl"]))[0] == 404
    assert world.store.list("acme") == []


@pytest.mark.parametrize("query", [{}, {"state": ""}, {"state": "guessed", "code": "c"}])
def test_who_has_no_state_gets_nowhere(world: World, query: dict[str, str]) -> None:
    world.start()
    assert world.callback(**query)[0] == 404
    assert world.store.list("acme") == []


def test_a_state_is_kept_as_a_hash_and_its_secrets_sealed_for_its_connection(world: World) -> None:
    _, body = world.start("x", LIVE)
    (key,) = world.states._kept
    pending, sealed = world.states._kept[key]
    assert body["data"]["state"] not in key
    assert "the-client-secret" not in str(pending)
    assert b"the-client-secret" not in sealed
    secret = world.vault.open("acme", body["data"]["connectionId"], sealed)
    assert len(secret["verifier"]) == 43


def test_a_state_of_one_organization_makes_nothing_in_another(world: World) -> None:
    other = {**CALLER, "organizationId": "globex"}
    _, body = world.start(caller=other)
    assert world.callback(**allowed(body["data"]["authorizeUrl"]))[0] == 200
    assert world.store.list("acme") == []
    assert len(world.store.list("globex")) == 1


def test_a_code_for_another_state_is_refused(world: World) -> None:
    _, mine = world.start()
    _, theirs = world.start()
    stolen = allowed(theirs["data"]["authorizeUrl"])
    status, shown, _ = world.callback(**{**stolen, "state": mine["data"]["state"]})
    assert status == 409, "the verifier does not fit the code"
    assert "invalid_grant" in shown
    assert world.store.list("acme") == []


# ---------------------------------------------------------------- what goes wrong


def test_who_denies_reads_that_nothing_changed_and_the_state_is_over(world: World) -> None:
    _, body = world.start()
    denied = dict(parse_qsl(urlsplit(links(body["data"]["authorizeUrl"])["Deny"]).query))
    assert denied["error"] == "access_denied"
    status, shown, _ = world.callback(**denied)
    assert status == 200
    assert "You did not allow it" in shown
    assert world.callback(**allowed(body["data"]["authorizeUrl"]))[0] == 404
    assert world.store.list("acme") == []


def test_what_a_platform_or_a_stranger_says_is_escaped(world: World) -> None:
    _, body = world.start("x", {"mode": "sandbox", "name": "<b>me</b>"})
    evil = "<script>alert(1)</script>"
    state = body["data"]["state"]
    status, shown, headers = world.callback(state=state, error=evil, error_description=evil)
    assert status == 400
    assert "<script" not in shown
    assert "&lt;script" in shown
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    made = {"mode": "sandbox", "name": "<b>me</b>"}
    _, again = world.start("x", made)
    _, shown, _ = world.callback(**allowed(again["data"]["authorizeUrl"]))
    assert "<b>" not in shown


def test_the_sandboxes_page_leads_to_our_own_callback_only(world: World) -> None:
    del world
    query = {"state": '"><script>', "redirect_uri": "https://evil.example", "scope": "<i>"}
    status, body, _ = page(request("oauth-sandbox", query=query))
    assert status == 200
    hrefs = re.findall(r'href="([^"]+)"', body)
    assert len(hrefs) == 2
    assert all(h.startswith("https://api.example.com/api/oauth/callback?") for h in hrefs)
    assert "evil" not in body
    assert "<script" not in body
    assert "<i>" not in body


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), 409, "invalid_grant"),
        (httpx.Response(401, json={"error": "invalid_client"}), 500, "client id or secret"),
        (httpx.Response(503), 503, "no token"),
        (httpx.Response(200, json={"ok": False, "error": "bad_client_secret"}), 500, "secret"),
    ],
)
def test_a_failed_exchange_is_told_and_makes_nothing(
    world: World, answer: httpx.Response, status: int, words: str
) -> None:
    _, body = world.start("x", LIVE)
    world.live = httpx.MockTransport(lambda _request: answer)
    got, shown, _ = world.callback(code="the-code-of-somebody", state=body["data"]["state"])
    assert (got, words in shown) == (status, True)
    assert "the-code-of-somebody" not in shown
    assert world.store.list("acme") == []


def test_a_callback_that_the_platform_should_have_signed_makes_nothing(world: World) -> None:
    _, body = world.start("shopify", {**LIVE, "settings": {"shop": "acme"}})
    state = body["data"]["state"]
    forged = {"hmac": "0" * 64, "timestamp": str(int(START.timestamp())), "shop": "acme"}
    status, shown, _ = world.callback(code="c", state=state, **forged)
    assert (status, "signature is bad" in shown) == (401, True)
    assert world.store.list("acme") == []


def test_a_callback_without_a_code_makes_nothing(world: World) -> None:
    _, body = world.start()
    status, shown, _ = world.callback(state=body["data"]["state"])
    assert (status, "no code" in shown) == (400, True)


# ---------------------------------------------------------------- what may be started


@pytest.mark.parametrize(
    ("kind", "body", "fields"),
    [
        ("x", {"mode": "live"}, {"clientId"}),
        ("linkedin", {"mode": "live", "clientId": "a"}, {"clientSecret"}),
        ("linkedin", {"mode": "live"}, {"clientId", "clientSecret"}),
        ("x", {"mode": "dry_run"}, {"mode"}),
        ("x", {"mode": "sandbox", "settings": {"colour": "red"}}, {"settings.colour"}),
        ("x", {"mode": "sandbox", "credentials": {"nonsense": "s"}}, {"credentials.nonsense"}),
    ],
)
def test_what_is_missing_is_named(
    world: World, kind: str, body: dict[str, Any], fields: set[str]
) -> None:
    status, answer = world.start(kind, body)
    assert (status, answer["error"]["code"]) == (400, "INVALID_INPUT")
    assert {each["field"] for each in answer["error"]["details"]["fields"]} == fields


def test_a_public_app_of_a_platform_with_pkce_needs_no_secret(world: World) -> None:
    assert world.start("x", {"mode": "live", "clientId": "public"})[0] == 201


def test_a_setting_in_the_address_is_asked_for(world: World) -> None:
    status, body = world.start("shopify", {"mode": "live", **APP})
    assert (status, body["error"]["details"]) == (400, {"field": "settings.shop"})


@pytest.mark.parametrize(
    ("kind", "body", "status", "code"),
    [
        ("stripe", {}, 400, "NO_OAUTH"),
        ("tiktok", {"flow": "dance"}, 400, "NO_OAUTH"),
        ("fax", {}, 404, "UNKNOWN_CONNECTOR"),
        ("x", {"scopes": ["with space"]}, 400, "INVALID_INPUT"),
        ("x", {"token": "t"}, 400, "INVALID_INPUT"),
    ],
)
def test_what_cannot_be_connected_is_refused(
    world: World, kind: str, body: dict[str, Any], status: int, code: str
) -> None:
    got, answer = world.start(kind, {"mode": "sandbox", **body})
    assert (got, answer["error"]["code"]) == (status, code)


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_only_an_admin_may_connect(world: World, role: str) -> None:
    caller = {**CALLER, "role": role}
    assert world.start(caller=caller)[0] == 403
    assert world.restart("con_1", caller=caller)[0] == 403


def test_a_flow_beside_the_main_one_is_asked_for_by_name(world: World) -> None:
    made = world.through({"mode": "sandbox", "flow": "posts"}, "tiktok")
    assert made.grant is not None
    assert made.grant.flow == "posts"
    assert "userToken" in world.credentials(made.id)


# ---------------------------------------------------------------- connecting again


def test_pain_8_connecting_again_needs_nothing_to_be_typed_again(world: World) -> None:
    made = world.through({"mode": "sandbox", **APP, "scopes": ["tweet.read"]})
    ended = made.after(ConnectionEvent.GRANT_ENDED, START, reason="invalid_grant")
    assert world.store.update(ended, None, 1)
    world.clock.advance(timedelta(days=8).total_seconds())
    status, body = world.restart(made.id)
    assert status == 201
    assert body["data"]["connectionId"] == made.id
    query = dict(parse_qsl(urlsplit(body["data"]["authorizeUrl"]).query))
    assert (query["client_id"], query["scope"]) == (APP["clientId"], "tweet.read")
    status, shown, _ = world.callback(**allowed(body["data"]["authorizeUrl"]))
    assert status == 200
    assert "connected again" in shown
    (healed,) = world.store.list("acme")
    assert (healed.id, healed.status) == (made.id, ConnectionStatus.ACTIVE)
    assert world.credentials(made.id)["clientSecret"] == APP["clientSecret"]


def test_connecting_again_with_another_app_asks_for_its_secret(world: World) -> None:
    _, body = world.start("linkedin", LIVE)
    world.live = live_twin("linkedin")
    query = dict(parse_qsl(urlsplit(body["data"]["authorizeUrl"]).query))
    world.callback(code=sandbox_code("", query["redirect_uri"]), state=body["data"]["state"])
    (made,) = world.store.list("acme")
    assert world.restart(made.id)[0] == 201
    status, answer = world.restart(made.id, {"clientId": "another"})
    assert status == 400
    (problem,) = answer["error"]["details"]["fields"]
    assert problem["field"] == "clientSecret"


def live_twin(kind: str) -> TokenTwin:
    from hub.connector_kit.registry import load_spec

    oauth = load_spec(kind).auth.oauth
    assert oauth is not None
    return TokenTwin(oauth, "live-token")


def test_another_organizations_connection_cannot_be_connected_again(world: World) -> None:
    made = world.through()
    stranger = {**CALLER, "organizationId": "globex"}
    assert world.restart(made.id, caller=stranger)[0] == 404


def test_a_connection_deleted_meanwhile_is_not_brought_back(world: World) -> None:
    made = world.through()
    _, body = world.restart(made.id)
    world.store.delete("acme", made.id)
    status, shown, _ = world.callback(**allowed(body["data"]["authorizeUrl"]))
    assert (status, "deleted meanwhile" in shown) == (404, True)
    assert world.store.list("acme") == []


# ---------------------------------------------------------------- where we are


@pytest.mark.parametrize(
    ("domain", "stage", "own", "host", "expected"),
    [
        ("abc.execute-api.eu-west-1.amazonaws.com", "dev", "", "evil.example", "https://abc.execute-api.eu-west-1.amazonaws.com/dev"),
        ("api.acme.example", "$default", "", "evil.example", "https://api.acme.example"),
        ("abc.execute-api.eu-west-1.amazonaws.com", "dev", "https://hub.acme.example/", "x", "https://hub.acme.example"),
        ("abc.execute-api.localhost", "dev", "", "127.0.0.1:4566", "http://abc.execute-api.localhost:4566/dev"),
        ("abc.execute-api.localhost", "dev", "", "evil", "http://abc.execute-api.localhost/dev"),
    ],
)  # fmt: skip
def test_the_redirect_uri_is_the_stacks_own_and_not_the_callers_idea(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    domain: str,
    stage: str,
    own: str,
    host: str,
    expected: str,
) -> None:
    del world
    monkeypatch.setenv("PUBLIC_URL", own)
    settings.load.cache_clear()
    path = "/api/oauth/x/start" if stage == "$default" else f"/{stage}/api/oauth/x/start"
    event = request("oauth-start", path=path, headers={"host": host})
    event["requestContext"] |= {"domainName": domain, "stage": stage}
    _, body = answered(event)
    assert body["data"]["redirectUri"] == f"{expected}/api/oauth/callback"
    assert body["data"]["authorizeUrl"].startswith(f"{expected}/api/oauth/sandbox?")
