"""Keeps tokens alive: one renewal at a time for each connection, and nothing lost when it fails.

    token due ─► lease ─► read again ─► ask the platform ─► write if nobody else did ─► go on
                  │ taken: wait up to 2 s for its owner's token
                  └► still taken, or cooling down: the old token while it lives, else transient

Only an answer of `invalid_grant`'s kind makes a connection `needs_reauth`. After anything else
nothing is changed, and nobody asks again for a minute. All of it is in the store: a process that
dies in the middle leaves a lease that ends by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import httpx

from hub.clock import entropy
from hub.connector_kit.oauth import App, TokenEndpoint, settings_of
from hub.connector_kit.spec import ConnectorSpec, OAuth
from hub.domain.connection import Connection, ConnectionEvent, ConnectionStatus, Mode
from hub.domain.errors import HubError, MisconfiguredError, NeedsReauthError, TransientError
from hub.domain.token import Grant, TokenSet
from hub.observability import count, logger
from hub.ports import Clock, ConnectionStore, Vault

LEASE = timedelta(seconds=30)
"""Longer than a renewal can take, so that it is never taken from a process that is still at it."""

COOLDOWN = timedelta(seconds=60)
"""How long nobody asks again after a renewal that failed, or for a token just obtained."""

PAUSES = 10
PAUSE_SECONDS = 0.2
"""Whoever comes while another renews looks again so often, so long apart: 2 seconds in all."""

_COOLING = "token#cooldown"
_READS = 3


@dataclass(frozen=True)
class Known:
    """A connection with its opened credentials, as they are in the store now."""

    connection: Connection
    credentials: Mapping[str, str]
    token: TokenSet


@dataclass(frozen=True)
class TokenKeeper:
    """Renews the tokens of one kind of connection. `pause` waits for so many seconds."""

    spec: ConnectorSpec
    store: ConnectionStore
    vault: Vault
    clock: Clock
    transport: Callable[[Connection, OAuth], httpx.BaseTransport]
    pause: Callable[[float], None]

    def opened(self, connection: Connection) -> dict[str, str]:
        """The credentials of a connection as they are. MisconfiguredError if they are gone."""
        sealed = self.store.sealed(connection.organization_id, connection.id)
        if sealed is None:
            raise MisconfiguredError(f"the credentials of {connection.id} are gone; connect again")
        return self.vault.open(connection.organization_id, connection.id, sealed)

    def fresh(self, connection: Connection) -> Mapping[str, str]:
        """Credentials whose token lives, renewed if it is due.

        Raises TransientError if the token is over and cannot be renewed now, NeedsReauthError if
        it is over and the platform ended the grant.
        """
        credentials = self.opened(connection)
        oauth = self._renewable(connection, credentials)
        if oauth is None:
            return credentials
        token = TokenSet.read(credentials, oauth.names)
        if not token.due(self.clock.now()):
            return credentials
        return self._renewed(Known(connection, credentials, token), oauth)

    def after_refusal(
        self, connection: Connection, used: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """Other credentials than those a platform refused; None if there are none to be had.

        Raises as `fresh` does. A token that has just been obtained is not refused for its age.
        """
        oauth = self._renewable(connection, used)
        if oauth is None:
            return None
        token = TokenSet.read(used, oauth.names)
        if token.obtained_at and self.clock.now() - token.obtained_at < COOLDOWN:
            return None
        return self._renewed(Known(connection, used, token), oauth, refused=True)

    def _renewable(self, connection: Connection, credentials: Mapping[str, str]) -> OAuth | None:
        """The flow to renew a token by, if the connection has what that takes."""
        grant = connection.grant
        oauth = self.spec.auth.flow(grant.flow) if grant else None
        if grant is None or oauth is None or connection.mode is Mode.DRY_RUN:
            return None
        return oauth if oauth.can_renew(grant.kind, credentials) else None

    def _renewed(self, seen: Known, oauth: OAuth, refused: bool = False) -> Mapping[str, str]:
        """Credentials with another token than the one seen, or with it while it still lives."""
        try:
            return self._in_turn(seen, oauth)
        except (TransientError, NeedsReauthError):
            # A refused token may not be dead, but it is of no use.
            if refused or not seen.token.alive(self.clock.now()):
                raise
            return seen.credentials

    def _in_turn(self, seen: Known, oauth: OAuth) -> Mapping[str, str]:
        """Renew the token, or wait for whoever is at it."""
        lease = (seen.connection.organization_id, seen.connection.id, entropy(8).hex())
        for left in reversed(range(PAUSES + 1)):
            if self.store.take_lease(*lease, self.clock.now() + LEASE):
                try:
                    return self._under_lease(seen, oauth)
                finally:
                    self.store.release_lease(*lease)
            if left:
                self.pause(PAUSE_SECONDS)
                now = self._load(seen.connection, oauth)
                if now.token.version != seen.token.version:
                    return now.credentials
        raise TransientError("the token is being renewed by another call; try again")

    def _under_lease(self, seen: Known, oauth: OAuth) -> Mapping[str, str]:
        known = self._load(seen.connection, oauth)
        if known.token.version != seen.token.version:
            return known.credentials
        if known.connection.status is ConnectionStatus.NEEDS_REAUTH:
            raise NeedsReauthError(known.connection.status_reason or "the grant has ended")
        self._refuse_while_cooling(known.connection)
        try:
            newer = self._ask(known, oauth)
        except NeedsReauthError as ended:
            return self._ended(known, oauth, ended)
        except HubError as error:
            raise self._cooled(known.connection, error) from error
        return self._written(known, oauth, known.token.merged(newer))

    def _ask(self, known: Known, oauth: OAuth) -> TokenSet:
        transport = self.transport(known.connection, oauth)
        settings = settings_of(self.spec, known.connection)
        app = app_of(known.credentials, oauth)
        try:
            endpoint = TokenEndpoint(oauth, settings, app, transport, self.clock.now())
            return endpoint.renewed(_grant(known.connection).kind, known.token)
        finally:
            transport.close()

    def _written(self, known: Known, oauth: OAuth, token: TokenSet) -> Mapping[str, str]:
        """Store the token; if somebody else was faster, theirs is the one to use."""
        connection, credentials = known.connection, token.written(known.credentials, oauth.names)
        grant = _grant(connection).with_token(token)
        after = connection.after(ConnectionEvent.RENEWED, self.clock.now(), grant)
        sealed = self.vault.seal(connection.organization_id, connection.id, credentials)
        if not self.store.update(after, sealed, known.token.version):
            return self._load(connection, oauth).credentials
        count("TokensRenewed", kind=connection.kind)
        logger.info("token renewed", extra={"connectionId": connection.id, "kind": connection.kind})
        return credentials

    def _ended(self, known: Known, oauth: OAuth, ended: NeedsReauthError) -> Mapping[str, str]:
        """Mark the connection, unless another token has come meanwhile: then that one is used."""
        at, why = self.clock.now(), ended.message
        after = known.connection.after(ConnectionEvent.GRANT_ENDED, at, reason=why)
        if not self.store.update(after, None, known.token.version):
            return self._load(known.connection, oauth).credentials
        shown = {"connectionId": known.connection.id, "reason": why}
        count("GrantsEnded", kind=known.connection.kind)
        logger.warning("the platform ended a grant", extra=shown)
        raise ended

    def _cooled(self, connection: Connection, error: HubError) -> TransientError:
        """Let nobody ask for a while; what to tell those who need a token now."""
        organization, until = connection.organization_id, self.clock.now() + COOLDOWN
        self.store.save_note(organization, connection.id, _COOLING, error.message, until)
        shown = {"connectionId": connection.id, "reason": error.message}
        count("TokenRenewalsFailed", kind=connection.kind)
        logger.warning("a token could not be renewed", extra=shown)
        return TransientError(f"the token could not be renewed: {error.message}")

    def _refuse_while_cooling(self, connection: Connection) -> None:
        why = self.store.load_note(connection.organization_id, connection.id, _COOLING)
        if why:
            raise TransientError(f"the token could not be renewed a moment ago: {why}")

    def _load(self, connection: Connection, oauth: OAuth) -> Known:
        """The record and its credentials, of one and the same moment."""
        for _ in range(_READS):
            stored = self.store.get(connection.organization_id, connection.id)
            if stored is None:
                raise MisconfiguredError(f"the connection {connection.id} is gone; connect again")
            credentials = self.opened(stored)
            token = TokenSet.read(credentials, oauth.names)
            # Two reads: somebody may have written between them.
            if token.version == stored.token_version:
                return Known(stored, credentials, token)
        raise TransientError("the connection is being changed by others; try again")


def app_of(credentials: Mapping[str, str], oauth: OAuth) -> App:
    """The OAuth app among opened credentials."""
    names = oauth.names
    return App(credentials.get(names.client_id, ""), credentials.get(names.client_secret, ""))


def _grant(connection: Connection) -> Grant:
    if connection.grant is None:
        raise MisconfiguredError(f"the connection {connection.id} has no grant; connect again")
    return connection.grant
