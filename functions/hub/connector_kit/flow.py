"""Connecting an account with OAuth: what is started, what comes back, what becomes of it.

The state that travels through the platform is the permission to finish: random, kept as a hash,
good once and for ten minutes, and bound to one organization and connection. The app's secret and
the PKCE verifier are sealed beside it for that very connection.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import httpx

from hub.clock import entropy
from hub.connector_kit.oauth import (
    App,
    TokenEndpoint,
    authorize_url,
    challenge_of,
    settings_of,
)
from hub.connector_kit.refresh import app_of
from hub.connector_kit.spec import ConnectorSpec, OAuth
from hub.domain.connection import Connection, ConnectionEvent, Mode
from hub.domain.errors import (
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    UnauthenticatedError,
)
from hub.domain.token import Grant, GrantKind, TokenSet
from hub.ports import Clock, ConnectionStore, Vault
from hub.token_ports import OAuthStates, PendingGrant

STATE_LIFETIME = timedelta(minutes=10)

_ATTEMPTS = 5

type WayOut = Callable[[Connection, OAuth], httpx.BaseTransport]


@dataclass(frozen=True)
class Wish:
    """What somebody wants to connect. `secrets` are credentials beside the token's own."""

    spec: ConnectorSpec
    connection: Connection
    app: App
    secrets: Mapping[str, str]
    redirect_uri: str
    flow: str = ""
    scopes: tuple[str, ...] = ()
    reconnects: bool = False


@dataclass(frozen=True)
class Started:
    """Where to send the user, with what, until when."""

    authorize_url: str
    state: str
    expires_at: datetime


@dataclass(frozen=True)
class Back:
    """Who came back from the platform: to what, and with what."""

    spec: ConnectorSpec
    pending: PendingGrant
    query: Mapping[str, str]
    verifier: str

    @property
    def oauth(self) -> OAuth:
        """The flow that was started."""
        return flow_of(self.spec, self.pending.flow)

    @property
    def code(self) -> str:
        """The code, by the platform's name for it; InvalidRequestError if it sent none."""
        name = self.oauth.token_names.get("code", "code")
        code = self.query.get(name) or self.query.get("code")
        if not code:
            raise InvalidRequestError("the platform sent no code")
        return code


@dataclass(frozen=True)
class ConnectFlow:
    """Starts and finishes. `sandbox_page` is the authorize page of sandbox connections."""

    states: OAuthStates
    connections: ConnectionStore
    vault: Vault
    clock: Clock
    way_out: WayOut

    def start(self, wish: Wish, sandbox_page: str) -> Started:
        """Remember what shall be connected, and where the user goes to allow it."""
        oauth, connection = flow_of(wish.spec, wish.flow), wish.connection
        state, verifier = _random(), _random() if oauth.pkce else ""
        scopes = wish.scopes or oauth.scopes or wish.spec.auth.scopes
        asked = {
            "client_id": wish.app.client_id,
            "redirect_uri": wish.redirect_uri,
            "state": state,
            **({"code_challenge": challenge_of(verifier)} if verifier else {}),
        }
        settings = settings_of(wish.spec, connection)
        page = sandbox_page if connection.mode is Mode.SANDBOX else None
        url = authorize_url(oauth, settings, asked, scopes, page)
        names = oauth.names
        secret = {
            **wish.secrets,
            names.client_id: wish.app.client_id,
            names.client_secret: wish.app.client_secret,
            "verifier": verifier,
        }
        owner = (connection.organization_id, connection.id)
        sealed = self.vault.seal(*owner, {name: value for name, value in secret.items() if value})
        pending = self._pending(wish, scopes)
        self.states.put(_hash(state), pending, sealed)
        return Started(url, state, pending.expires_at)

    def take(self, state: str) -> tuple[PendingGrant, bytes]:
        """What a state stands for; NotFoundError if it was used, is over, or never was."""
        found = self.states.take(_hash(state))
        if found is None:
            raise NotFoundError(
                "this link was used before, is older than ten minutes, or is not ours; "
                "start again where you started"
            )
        return found

    def finish(
        self, spec: ConnectorSpec, pending: PendingGrant, sealed: bytes, query: Mapping[str, str]
    ) -> Connection:
        """Exchange the code, then create the connection, or give it its new token.

        `query` is what the platform sent along. Raises what `TokenEndpoint` raises, and
        UnauthenticatedError if the platform signs and this is not its signature; then nothing is
        changed.
        """
        given = self.vault.open(pending.organization_id, pending.connection_id, sealed)
        back = Back(spec, pending, query, given.pop("verifier", ""))
        return self._reconnect(back, given) if pending.reconnects else self._create(back, given)

    def _create(self, back: Back, given: dict[str, str]) -> Connection:
        now, pending = self.clock.now(), back.pending
        connection = Connection(
            id=pending.connection_id,
            organization_id=pending.organization_id,
            kind=pending.kind,
            name=pending.name,
            mode=pending.mode,
            settings=pending.settings,
            created_at=now,
            updated_at=now,
        )
        newer = self._exchange(back, connection, given)
        made, sealed = self._granted(back, connection, given, TokenSet().merged(newer))
        self.connections.create(made, sealed)
        return made

    def _reconnect(self, back: Back, given: dict[str, str]) -> Connection:
        connection, kept = self._known(back.pending)
        newer = self._exchange(back, connection, {**kept, **given})
        names = back.oauth.names
        for _ in range(_ATTEMPTS):
            credentials = {**kept, **given}
            known = TokenSet.read(kept, names)
            if kept.get(names.client_id) not in (None, credentials.get(names.client_id)):
                # Another app's refresh token would be refused.
                known = known.model_copy(update={"refresh_token": ""})
            made, sealed = self._granted(back, connection, credentials, known.merged(newer))
            if self.connections.update(made, sealed, connection.token_version):
                return made
            # Renewed by a call meanwhile. The user's consent is what counts.
            connection, kept = self._known(back.pending)
        raise ConflictError("this connection is being changed by others; connect it again")

    def _known(self, pending: PendingGrant) -> tuple[Connection, dict[str, str]]:
        owner = (pending.organization_id, pending.connection_id)
        connection, sealed = self.connections.get(*owner), self.connections.sealed(*owner)
        if connection is None:
            raise NotFoundError("this connection was deleted meanwhile; connect the account anew")
        return connection, self.vault.open(*owner, sealed) if sealed is not None else {}

    def _exchange(
        self, back: Back, connection: Connection, credentials: Mapping[str, str]
    ) -> TokenSet:
        oauth, now = back.oauth, self.clock.now()
        app = app_of(credentials, oauth)
        signed = oauth.signed if connection.mode is Mode.LIVE else None
        if signed and not signed(back.query, app.client_secret, now):
            raise UnauthenticatedError("this does not come from the platform: its signature is bad")
        transport = self.way_out(connection, oauth)
        try:
            settings = settings_of(back.spec, connection)
            endpoint = TokenEndpoint(oauth, settings, app, transport, now)
            return endpoint.exchange(back.code, back.pending.redirect_uri, back.verifier)
        finally:
            transport.close()

    def _granted(
        self,
        back: Back,
        connection: Connection,
        credentials: Mapping[str, str],
        token: TokenSet,
    ) -> tuple[Connection, bytes]:
        """The connection with its token, and its credentials sealed."""
        oauth, now, kind = back.oauth, self.clock.now(), GrantKind.AUTHORIZATION_CODE
        written = token.written(credentials, oauth.names)
        grant = Grant(
            kind=kind,
            flow=back.pending.flow,
            client_id=credentials.get(oauth.names.client_id, ""),
            scopes=back.pending.scopes,
            granted_at=now,
            renewable=oauth.can_renew(kind, written),
        ).with_token(token)
        made = connection.after(ConnectionEvent.CONNECTED, now, grant)
        return made, self.vault.seal(made.organization_id, made.id, written)

    def _pending(self, wish: Wish, scopes: tuple[str, ...]) -> PendingGrant:
        now, connection = self.clock.now(), wish.connection
        return PendingGrant(
            organization_id=connection.organization_id,
            connection_id=connection.id,
            kind=connection.kind,
            name=connection.name,
            mode=connection.mode,
            flow=wish.flow,
            settings=connection.settings,
            scopes=scopes,
            client_id=wish.app.client_id,
            redirect_uri=wish.redirect_uri,
            reconnects=wish.reconnects,
            started_at=now,
            expires_at=now + STATE_LIFETIME,
        )


def flow_of(spec: ConnectorSpec, name: str) -> OAuth:
    """A connector's OAuth flow; InvalidRequestError if it has none of that name."""
    oauth = spec.auth.flow(name)
    if oauth is None or GrantKind.AUTHORIZATION_CODE not in oauth.grants:
        known = [repr(flow) for flow in spec.auth.flows]
        has = f"it has the flows {', '.join(known)}" if known else "create it with its credentials"
        raise InvalidRequestError(
            f"{spec.kind} cannot be connected with OAuth this way; {has}",
            code="NO_OAUTH",
            details={"field": "flow"},
        )
    return oauth


def _random() -> str:
    """256 bits, as text of 43 characters that URLs and PKCE take."""
    return base64.urlsafe_b64encode(entropy(32)).decode().rstrip("=")


def _hash(state: str) -> str:
    return sha256(state.encode()).hexdigest()
