"""Every connector with OAuth, from the authorize page to a renewed token, in its own dialect."""

import base64
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from hub.adapters.memory_oauth_states import MemoryOAuthStates
from hub.connector_kit.connector import Caller
from hub.connector_kit.flow import ConnectFlow, Wish, flow_of
from hub.connector_kit.oauth import App, TokenEndpoint
from hub.connector_kit.spec import OAuth
from hub.connector_kit.token_twin import TokenTwin, sandbox_code
from hub.domain.connection import Connection, ConnectionEvent, ConnectionStatus, Mode
from hub.domain.errors import InvalidRequestError, NeedsReauthError
from hub.domain.token import Grant, GrantKind, TokenSet
from tests.contract.samples import EVERY, connector
from tests.harness import ORGANIZATION, Harness
from tests.support import START

CALLBACK = "https://api.example.com/api/oauth/callback"
PAGE = "https://api.example.com/api/oauth/sandbox"
APP = App("the-client-id", "the-client-secret")
EACH = [
    (kind, flow)
    for kind in EVERY
    for flow in ("", *connector(kind).spec.auth.flows)
    if connector(kind).spec.auth.flow(flow)
]


@dataclass
class Account:
    """One connection of a kind, and the platform's token endpoint."""

    kind: str
    flow: str
    twin: TokenTwin = field(init=False)
    harness: Harness = field(init=False)
    states: MemoryOAuthStates = field(init=False)

    def __post_init__(self) -> None:
        self.harness = Harness(connector(self.kind))
        self.states = MemoryOAuthStates(self.harness.clock)
        self.meet()

    @property
    def oauth(self) -> OAuth:
        return flow_of(self.harness.connector.spec, self.flow)

    def meet(self, **how: Any) -> None:
        """A token endpoint that behaves like this."""
        names = self.oauth.names
        access = self.harness.connector.twin.credentials.get(names.access, "sandbox-token")
        self.twin = TokenTwin(self.oauth, access, **how)

    @property
    def connect_flow(self) -> ConnectFlow:
        store, vault, clock = self.harness.connections, self.harness.vault, self.harness.clock
        return ConnectFlow(self.states, store, vault, clock, lambda _c, _o: self.twin)

    def connect(self, app: App = APP, secrets: dict[str, str] | None = None) -> Connection:
        """Through the sandbox's page, as a new connection or again."""
        known = self.harness.connections.get(ORGANIZATION, "con_1")
        fresh = Connection(
            id="con_1",
            organization_id=ORGANIZATION,
            kind=self.kind,
            name="mine",
            mode=Mode.SANDBOX,
            created_at=START,
            updated_at=START,
        )
        spec, again = self.harness.connector.spec, known is not None
        wish = Wish(spec, known or fresh, app, secrets or {}, CALLBACK, self.flow, reconnects=again)
        started = self.connect_flow.start(wish, PAGE)
        query = dict(parse_qsl(urlsplit(started.authorize_url).query))
        code = sandbox_code(query.get("code_challenge", ""), CALLBACK)
        pending, sealed = self.connect_flow.take(started.state)
        return self.connect_flow.finish(spec, pending, sealed, {"code": code})

    @property
    def credentials(self) -> dict[str, str]:
        sealed = self.harness.connections.sealed(ORGANIZATION, "con_1")
        assert sealed is not None
        return self.harness.vault.open(ORGANIZATION, "con_1", sealed)

    @property
    def connection(self) -> Connection:
        found = self.harness.connections.get(ORGANIZATION, "con_1")
        assert found is not None
        return found

    def call(self, caller: Caller | None = None) -> Any:
        """The connector's harmless call, over its sandbox."""
        spec = self.harness.connector.spec
        action = spec.action(spec.test_action)
        used = caller or self.harness.caller
        return used.perform(self.connection, action, action.input(), "key-1")


@pytest.fixture(params=EACH, ids=lambda each: "-".join(filter(None, each)))
def account(request: pytest.FixtureRequest) -> Account:
    return Account(*request.param)


def test_a_stranger_gets_from_the_page_to_a_call_that_works(account: Account) -> None:
    made = account.connect()
    assert made.status is ConnectionStatus.ACTIVE
    assert made.has_credentials
    assert made.grant is not None
    assert made.grant.kind is GrantKind.AUTHORIZATION_CODE
    assert bool(made.grant.expires_at) == (account.oauth.renews or bool(account.oauth.lengthen))
    assert made.grant.renewable == account.oauth.renews
    assert made == account.connection
    assert account.call().kind in ("ok", "invalid_request"), account.call()
    assert account.call().code != "NEEDS_REAUTH"


def test_a_token_is_renewed_in_the_platforms_own_dialect(account: Account) -> None:
    account.connect()
    access, before = account.oauth.names.access, account.credentials
    account.harness.clock.advance(3600)
    account.call()
    assert (account.credentials[access] != before[access]) == account.oauth.renews
    assert account.connection.token_version == (2 if account.oauth.renews else 1)
    assert account.connection.status is ConnectionStatus.ACTIVE


def test_pain_4_connecting_again_keeps_a_refresh_token_that_did_not_come_again(
    account: Account,
) -> None:
    account.connect()
    known = account.credentials.get("refreshToken")
    account.meet(renewable=False)
    account.connect()
    assert account.credentials.get("refreshToken") == known
    assert account.connection.token_version == 2


def test_pain_4_connecting_again_replaces_a_refresh_token_that_did(account: Account) -> None:
    account.connect()
    names = account.oauth.names
    stale = TokenSet.read(account.credentials, names)
    older = stale.model_copy(update={"refresh_token": "old-refresh", "version": 2})
    connection = account.connection
    assert connection.grant is not None
    after = connection.after(ConnectionEvent.RENEWED, START, connection.grant.with_token(older))
    sealed = account.harness.vault.seal(
        ORGANIZATION, "con_1", older.written(account.credentials, names)
    )
    assert account.harness.connections.update(after, sealed, 1)
    account.connect()
    expected = "sandbox-refresh-0" if account.oauth.renews else "old-refresh"
    assert account.credentials["refreshToken"] == expected


def test_pain_4_another_apps_refresh_token_is_not_kept(account: Account) -> None:
    account.connect()
    account.meet(renewable=False)
    account.connect(App("another-app", "another-secret"))
    assert "refreshToken" not in account.credentials


def test_pain_8_connecting_again_keeps_the_apps_configuration(account: Account) -> None:
    spec, names = account.harness.connector.spec, account.oauth.names
    tokens = {names.access, names.refresh, names.client_id, names.client_secret}
    others = {c.name: f"kept-{c.name}" for c in spec.auth.credentials if c.name not in tokens}
    account.connect(secrets=others)
    account.connect(App(APP.client_id))
    kept = account.credentials
    assert (kept[names.client_id], kept[names.client_secret]) == (
        APP.client_id,
        APP.client_secret,
    )
    assert others.items() <= kept.items()
    assert account.connection.grant is not None
    assert account.connection.grant.client_id == APP.client_id, "a form is not empty"
    assert account.connection.name == "mine"


def test_pain_8_connecting_again_heals_a_connection_and_its_grant_is_young_again(
    account: Account,
) -> None:
    account.connect()
    ended = account.connection.after(ConnectionEvent.GRANT_ENDED, START, reason="invalid_grant")
    assert account.harness.connections.update(ended, None, 1)
    account.harness.clock.advance(8 * 86400)
    account.connect()
    healed = account.connection
    assert (healed.status, healed.status_reason) == (ConnectionStatus.ACTIVE, None)
    assert healed.health(account.harness.clock.now()).grant_age_days == 0


def test_pain_9_a_failed_exchange_changes_nothing(account: Account) -> None:
    account.connect()
    before = (account.connection, account.credentials)
    spec = account.harness.connector.spec
    wish = Wish(spec, account.connection, APP, {}, CALLBACK, account.flow, reconnects=True)
    started = account.connect_flow.start(wish, PAGE)
    pending, sealed = account.connect_flow.take(started.state)
    with pytest.raises(NeedsReauthError):
        account.connect_flow.finish(spec, pending, sealed, {"code": "not-a-code"})
    assert (account.connection, account.credentials) == before


# ---------------------------------------------------------------- each platform's own way

SETTINGS = {"shop": "acme", "apiVersion": "v26.0"}


def authorize(kind: str, flow: str = "") -> tuple[str, dict[str, str]]:
    """The address and parameters of a live connection's authorize page."""
    account = Account(kind, flow)
    spec = account.harness.connector.spec
    known = {setting.name for setting in spec.settings}
    connection = Connection(
        id="con_1",
        organization_id=ORGANIZATION,
        kind=kind,
        name="mine",
        mode=Mode.LIVE,
        settings={name: value for name, value in SETTINGS.items() if name in known},
        created_at=START,
        updated_at=START,
    )
    wish = Wish(spec, connection, APP, {}, CALLBACK, flow)
    url = urlsplit(account.connect_flow.start(wish, PAGE).authorize_url)
    query = {name: value for name, (value,) in parse_qs(url.query).items()}
    assert len(query.pop("state")) == 43
    assert query.pop("redirect_uri") == CALLBACK
    return f"{url.scheme}://{url.netloc}{url.path}", query


ID = {"client_id": "the-client-id", "response_type": "code"}
GOOGLE = {**ID, "access_type": "offline", "prompt": "consent", "code_challenge_method": "S256"}
PAGES = [
    ("gmail", "", "https://accounts.google.com/o/oauth2/v2/auth", GOOGLE, " "),
    ("youtube", "", "https://accounts.google.com/o/oauth2/v2/auth", GOOGLE, " "),
    ("google_ads", "", "https://accounts.google.com/o/oauth2/v2/auth", GOOGLE, " "),
    ("google_search_console", "", "https://accounts.google.com/o/oauth2/v2/auth", GOOGLE, " "),
    ("facebook", "", "https://www.facebook.com/v26.0/dialog/oauth", ID, ","),
    ("instagram", "", "https://www.facebook.com/v26.0/dialog/oauth", ID, ","),
    ("linkedin", "", "https://www.linkedin.com/oauth/v2/authorization", ID, " "),
    ("reddit", "", "https://www.reddit.com/api/v1/authorize", {**ID, "duration": "permanent"}, " "),
    ("slack", "", "https://slack.com/oauth/v2/authorize", ID, ","),
    (
        "shopify",
        "",
        "https://acme.myshopify.com/admin/oauth/authorize",
        {"client_id": "the-client-id"},
        ",",
    ),
    (
        "x",
        "",
        "https://x.com/i/oauth2/authorize",
        {**ID, "code_challenge_method": "S256"},
        " ",
    ),
    (
        "tiktok",
        "",
        "https://business-api.tiktok.com/portal/auth",
        {"app_id": "the-client-id"},
        None,
    ),
    (
        "tiktok",
        "posts",
        "https://www.tiktok.com/v2/auth/authorize/",
        {"client_key": "the-client-id", "response_type": "code"},
        ",",
    ),
]


def test_every_flow_is_in_the_table() -> None:
    assert {(kind, flow) for kind, flow, *_ in PAGES} >= set(EACH)


@pytest.mark.parametrize(("kind", "flow", "address", "asked", "separator"), PAGES)
def test_the_authorize_page_is_asked_as_the_platform_wants_it(
    kind: str, flow: str, address: str, asked: dict[str, str], separator: str | None
) -> None:
    got, query = authorize(kind, flow)
    assert got == address
    spec = connector(kind).spec
    scopes = flow_of(spec, flow).scopes or spec.auth.scopes
    if separator is not None:
        assert query.pop("scope").split(separator) == list(scopes)
    assert ("code_challenge" in query) == flow_of(spec, flow).pkce
    query.pop("code_challenge", None)
    assert query == asked


CODE = {"grant_type": "authorization_code", "code": "the-code", "redirect_uri": CALLBACK}
BODY = {"client_id": "the-client-id", "client_secret": "the-client-secret"}
GOOGLE_URL = "https://oauth2.googleapis.com/token"
META_URL = "https://graph.facebook.com/v26.0/oauth/access_token"
CALLS = [
    ("gmail", "", GOOGLE_URL, {**CODE, **BODY, "code_verifier": "the-verifier"}, {}),
    ("facebook", "", META_URL, {**CODE, **BODY}, {}),
    ("linkedin", "", "https://www.linkedin.com/oauth/v2/accessToken", {**CODE, **BODY}, {}),
    ("reddit", "", "https://www.reddit.com/api/v1/access_token", CODE, {"basic": True}),
    (
        "x",
        "",
        "https://api.x.com/2/oauth2/token",
        {**CODE, "code_verifier": "the-verifier"},
        {"basic": True},
    ),
    ("slack", "", "https://slack.com/api/oauth.v2.access", {**CODE, **BODY}, {}),
    (
        "shopify",
        "",
        "https://acme.myshopify.com/admin/oauth/access_token",
        {"grant_type": "authorization_code", "code": "the-code", "expiring": "1", **BODY},
        {"json": True},
    ),
    (
        "tiktok",
        "",
        "https://business-api.tiktok.com/open_api/v1.3/oauth2/access_token/",
        {"app_id": "the-client-id", "secret": "the-client-secret", "auth_code": "the-code"},
        {"json": True},
    ),
    (
        "tiktok",
        "posts",
        "https://open.tiktokapis.com/v2/oauth/token/",
        {**CODE, "client_key": "the-client-id", "client_secret": "the-client-secret"},
        {},
    ),
]


@pytest.mark.parametrize(("kind", "flow", "url", "fields", "how"), CALLS)
def test_the_token_endpoint_is_asked_as_the_platform_wants_it(
    kind: str, flow: str, url: str, fields: dict[str, str], how: dict[str, bool]
) -> None:
    sent: list[httpx.Request] = []
    spec = connector(kind).spec
    oauth = flow_of(spec, flow)

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        told: dict[str, Any] = {"access_token": "t", "expires_in": "3600"}
        return httpx.Response(200, json={oauth.answer: told} if oauth.answer else told)

    settings = {**spec.default_settings(), **SETTINGS}
    endpoint = TokenEndpoint(oauth, settings, APP, httpx.MockTransport(answer), START)
    endpoint.exchange("the-code", CALLBACK, "the-verifier" if oauth.pkce else "")
    first = sent[0]
    assert (first.method, str(first.url)) == ("POST", url)
    text = first.read().decode()
    assert (json.loads(text) if how.get("json") else dict(parse_qsl(text))) == fields
    basic = base64.b64encode(b"the-client-id:the-client-secret").decode()
    assert first.headers.get("authorization") == (f"Basic {basic}" if how.get("basic") else None)
    assert not first.headers["user-agent"].startswith("python-httpx")


def test_metas_short_token_is_swapped_for_a_long_one() -> None:
    account = Account("facebook", "")
    made = account.connect()
    swap = account.twin.asked[-1]
    assert (swap["grant_type"], swap["client_secret"]) == ("fb_exchange_token", APP.client_secret)
    assert swap["fb_exchange_token"].endswith("-0"), "the token the code bought"
    assert made.grant is not None
    assert made.grant.expires_at == START + timedelta(days=60)
    assert made.health(START).detail == "expiring"


def test_a_refresh_tokens_own_end_is_kept() -> None:
    told = {"access_token": "t", "refresh_token": "r", "expires_in": 86400}
    ends = {
        "linkedin": ("", {"refresh_token_expires_in": 31536000}),
        "tiktok": ("posts", {"refresh_expires_in": 31536000}),
    }
    for kind, (flow, end) in ends.items():
        oauth = flow_of(connector(kind).spec, flow)
        answer = httpx.MockTransport(lambda _r, end=end: httpx.Response(200, json={**told, **end}))
        endpoint = TokenEndpoint(oauth, {}, APP, answer, START)
        token = endpoint.renewed(GrantKind.AUTHORIZATION_CODE, TokenSet(refresh_token="r"))
        assert token.refresh_expires_at == START + timedelta(days=365)


def test_an_own_shop_needs_no_user() -> None:
    account = Account("shopify", "")
    names = account.oauth.names
    app = {names.client_id: APP.client_id, names.client_secret: APP.client_secret}
    grant = Grant(kind=GrantKind.CLIENT_CREDENTIALS, granted_at=START, renewable=True)
    made = Connection(
        id="con_1",
        organization_id=ORGANIZATION,
        kind="shopify",
        name="mine",
        mode=Mode.SANDBOX,
        has_credentials=True,
        grant=grant,
        created_at=START,
        updated_at=START,
    )
    sealed = account.harness.vault.seal(ORGANIZATION, "con_1", app)
    account.harness.connections.create(made, sealed)
    assert account.call().ok
    assert account.connection.token_version == 1


@pytest.mark.parametrize(
    "shop", ["", "evil.example/", "a/b", "a?b", "a#b", "a@b", "a b", "x" * 101]
)
def test_a_setting_cannot_lead_the_apps_secret_elsewhere(shop: str) -> None:
    oauth = flow_of(connector("shopify").spec, "")
    reached = httpx.MockTransport(lambda _request: httpx.Response(500))
    endpoint = TokenEndpoint(oauth, {"shop": shop}, APP, reached, START)
    with pytest.raises(InvalidRequestError, match="shop"):
        endpoint.exchange("code", CALLBACK, "")


# The example that Shopify's documentation had, with its secret.
SIGNED = {
    "code": "0907a61c0c8d55e99db179b68161bc00",
    "hmac": "4712bf92ffc2917d15a2f5a273e39f0116667419aa4b6ac0b3baaf26fa3c4d20",
    "shop": "some-shop.myshopify.com",
    "timestamp": "1337178173",
}
SIGNED_AT = datetime.fromtimestamp(1337178173, UTC)


@pytest.mark.parametrize(
    ("changed", "secret", "seconds", "good"),
    [
        ({}, "hush", 0, True),
        ({}, "hush", 300, True),
        ({"signature": "of old times"}, "hush", -300, True),
        ({}, "hush", 301, False),
        ({}, "hush", -301, False),
        ({}, "another", 0, False),
        ({}, "", 0, False),
        ({"shop": "evil-shop.myshopify.com"}, "hush", 0, False),
        ({"code": "another"}, "hush", 0, False),
        ({"more": "x"}, "hush", 0, False),
        ({"hmac": ""}, "hush", 0, False),
        ({"hmac": "\u00e4"}, "hush", 0, False),
        ({"timestamp": "soon"}, "hush", 0, False),
    ],
)
def test_shopifys_own_signature_is_told_from_any_other(
    changed: dict[str, str], secret: str, seconds: int, good: bool
) -> None:
    signed = flow_of(connector("shopify").spec, "").signed
    assert signed is not None
    now = SIGNED_AT + timedelta(seconds=seconds)
    assert signed({**SIGNED, **changed}, secret, now) is good
