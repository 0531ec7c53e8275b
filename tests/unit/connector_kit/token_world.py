"""A toy platform with OAuth: its API, its token endpoint, and connections to it."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from hub.adapters.memory_connections import MemoryConnectionStore
from hub.adapters.memory_vault import MemoryVault
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import Caller, Connector, ReadBack
from hub.connector_kit.outcomes import OutcomeTable, Reason
from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.connector_kit.spec import (
    Action,
    ActionInput,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    OAuth,
    app_credentials,
)
from hub.connector_kit.token_twin import TokenTwin
from hub.connector_kit.transports import token_transport, transport_for
from hub.domain.connection import Connection, Mode, SandboxFailure
from hub.domain.outcome import Effect, Outcome, Reconciliation
from hub.domain.token import Grant, GrantKind, TokenSet
from tests.support import START, FrozenClock

OAUTH = OAuth(
    authorize_url="https://toy.example.com/authorize",
    token_url="https://toy.example.com/token",
    grants=(GrantKind.AUTHORIZATION_CODE, GrantKind.CLIENT_CREDENTIALS),
)
SPEC = ConnectorSpec(
    kind="toy",
    display_name="Toy",
    description="A toy.",
    category="social",
    base_url="https://toy.example.com",
    auth=Auth(
        AuthType.OAUTH2, (Credential("accessToken", "token"), *app_credentials()), oauth=OAUTH
    ),
    actions=(
        Action("send", "Send", "Sends.", NoInput, Effect.WRITE),
        Action("test_connection", "Test", "Tests.", NoInput, Effect.READ),
    ),
    limits="none",
    reference="none",
    contract="none",
)
TABLE = OutcomeTable(rows=(), reason=lambda _answer: Reason())
APP = {"clientId": "the-app", "clientSecret": "the-secret-of-the-app"}


class ToyClient:
    """Sends with the token as bearer."""

    def __init__(self, context: ClientContext) -> None:
        token = {"Authorization": f"Bearer {context.credentials['accessToken']}"}
        self._platform = PlatformClient(context, SPEC.base_url, TABLE, token)

    def send(self, _given: NoInput) -> Outcome:
        return self._platform.call("POST", "/send", Effect.WRITE)

    def test_connection(self, _given: NoInput) -> Outcome:
        return self._platform.call("GET", "/me", Effect.READ)

    def reconcile(self, _action: str, _given: ActionInput, _since: datetime) -> ReadBack:
        self._platform.call("GET", "/me", Effect.READ)
        return ReadBack(Reconciliation.NOT_DONE)


class ToyTwin(Twin):
    """Takes any token that looks like one of its own."""

    credentials = {"accessToken": "toy-token"}

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        del failure
        return httpx.Response(401)

    def unknown(self, request: httpx.Request) -> httpx.Response:
        del request
        return httpx.Response(404)

    def authorized(self, request: httpx.Request) -> bool:
        return str(request.headers["authorization"]).startswith("Bearer toy-token")

    @route("POST", "/send")
    def send(self, seen: TwinRequest) -> httpx.Response:
        return httpx.Response(200, json={"token": seen.request.headers["authorization"]})


@dataclass
class Platform(httpx.BaseTransport):
    """The platform's API: it takes every token but the refused, and remembers what it was sent."""

    refused: set[str] = field(default_factory=set)
    answers: list[httpx.Response] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    before: Callable[[], None] | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self.before:
            self.before()
        token = request.headers["authorization"].removeprefix("Bearer ")
        self.used.append(token)
        if token in self.refused:
            return httpx.Response(401)
        return self.answers.pop(0) if self.answers else httpx.Response(200, json={"did": "it"})


@dataclass
class Endpoint(httpx.BaseTransport):
    """The token endpoint: the twin, unless it is told what to answer or do first."""

    twin: TokenTwin
    answers: list[httpx.Response | Exception] = field(default_factory=list)
    before: Callable[[], None] | None = None
    calls: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        if self.before:
            self.before()
        if not self.answers:
            return self.twin.handle_request(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


class TellingStore(MemoryConnectionStore):
    """Says when a token was written, and when 19 calls have found its lease taken."""

    def __init__(self, clock: FrozenClock) -> None:
        super().__init__(clock)
        self.written = threading.Event()
        self.crowded = threading.Event()
        self._refused: set[str] = set()

    def take_lease(
        self, organization_id: str, connection_id: str, owner: str, until: datetime
    ) -> bool:
        taken = super().take_lease(organization_id, connection_id, owner, until)
        if not taken:
            self._refused.add(owner)
        if len(self._refused) == 19:
            self.crowded.set()
        return taken

    def update(self, connection: Connection, sealed: bytes | None, version: int) -> bool:
        done = super().update(connection, sealed, version)
        self.written.set()
        return done


class World:
    """The toy platform and an organization connected to it. Nothing reaches a network."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = FrozenClock()
        self.store = TellingStore(self.clock)
        self.vault = MemoryVault()
        self.platform = Platform()
        self.endpoint = Endpoint(TokenTwin(OAUTH, "new-token", rotates=True))
        self.paused: list[float] = []
        self.pause: Callable[[float], None] = self.paused.append

        def tokens(connection: Connection, *rest: Any) -> httpx.BaseTransport:
            live = connection.mode is Mode.LIVE
            return self.endpoint if live else token_transport(connection, *rest)

        def calls(connection: Connection, *rest: Any) -> httpx.BaseTransport:
            live = connection.mode is Mode.LIVE
            return self.platform if live else transport_for(connection, *rest)

        monkeypatch.setattr("hub.connector_kit.connector.token_transport", tokens)
        monkeypatch.setattr("hub.connector_kit.connector.transport_for", calls)
        monkeypatch.setattr("hub.connector_kit.transports.live_transport", unreachable)

    @property
    def caller(self) -> Caller:
        """A new one each time, as every process has: nothing is remembered but in the store."""
        return Caller(
            Connector(SPEC, ToyClient, ToyTwin),
            self.store,
            self.vault,
            self.clock,
            Mode.SANDBOX,
            10,
            pause=self.pause,
        )

    def connect(
        self,
        minutes: float | None = 60,
        *,
        refresh: str = "sandbox-refresh-0",
        kind: GrantKind = GrantKind.AUTHORIZATION_CODE,
        mode: Mode = Mode.LIVE,
        app: Mapping[str, str] = APP,
        access: str = "old-token",
        sandbox: tuple[SandboxFailure, ...] = (),
    ) -> None:
        """The connection, with a token obtained an hour ago that ends in so many minutes."""
        now = self.clock.now()
        token = TokenSet(
            access_token=access,
            refresh_token=refresh,
            expires_at=now + timedelta(minutes=minutes) if minutes is not None else None,
            obtained_at=now - timedelta(hours=1),
            scopes=("read", "write"),
            version=1,
        )
        credentials = token.written(app, OAUTH.names)
        grant = Grant(
            kind=kind,
            client_id=app.get("clientId", ""),
            granted_at=now,
            renewable=OAUTH.can_renew(kind, credentials),
        ).with_token(token)
        made = Connection(
            id="con_toy",
            organization_id="acme",
            kind="toy",
            name="Toy",
            mode=mode,
            sandbox=sandbox,
            has_credentials=True,
            grant=grant,
            created_at=START,
            updated_at=START,
        )
        self.store.create(made, self.vault.seal("acme", "con_toy", credentials))

    @property
    def connection(self) -> Connection:
        """The connection as the store has it."""
        found = self.store.get("acme", "con_toy")
        assert found is not None
        return found

    @property
    def credentials(self) -> dict[str, str]:
        """What is sealed."""
        sealed = self.store.sealed("acme", "con_toy")
        assert sealed is not None
        return self.vault.open("acme", "con_toy", sealed)

    def call(self, action: str = "send", mode: Mode | None = None) -> Outcome:
        """Make a call, as a step or an HTTP request does."""
        caller = self.caller
        connection = caller.connection("acme", "con_toy")
        if mode:
            connection = connection.model_copy(update={"mode": mode})
        return caller.perform(connection, SPEC.action(action), NoInput(), "key-1")


def unreachable(*_hosts: Any) -> httpx.BaseTransport:
    """In the place of the way out: whoever takes it fails."""
    raise AssertionError("a network would have been used")


def refusal(code: str, status: int = 400, words: str = "") -> httpx.Response:
    """A token endpoint's refusal."""
    return httpx.Response(status, json={"error": code, "error_description": words})
