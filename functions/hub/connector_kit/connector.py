"""A connector as a whole: its spec, its client, its twin; and one call of one action."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import httpx

from hub.connector_kit.budget import Heard, RateBudget
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes, Notes
from hub.connector_kit.later import Later
from hub.connector_kit.media import MediaSource, SandboxMedia
from hub.connector_kit.redact import redact
from hub.connector_kit.sandbox import Twin
from hub.connector_kit.schemes import Scheme
from hub.connector_kit.signatures import Inbound
from hub.connector_kit.spec import Action, ActionInput, ConnectorSpec, OAuth
from hub.connector_kit.transports import (
    DryRunRequest,
    live_transport,
    token_transport,
    transport_for,
)
from hub.domain.connection import Connection, Mode
from hub.domain.errors import HubError, MisconfiguredError, NeedsReauthError, TransientError
from hub.domain.model import Json
from hub.domain.outcome import Outcome, OutcomeKind, Reconciliation
from hub.domain.token import without_bookkeeping
from hub.observability import logger
from hub.ports import BlobStore, Clock, ConnectionStore, Vault

if TYPE_CHECKING:
    from hub.connector_kit.refresh import TokenKeeper


@dataclass(frozen=True)
class ReadBack:
    """What the platform shows of a call whose outcome was lost, and its result if done."""

    verdict: Reconciliation
    data: Json = None


class Client(Protocol):
    """A connector's client also has one method for each action, named after it."""

    def reconcile(self, action: str, given: ActionInput, since: datetime, /) -> ReadBack:
        """Look on the platform for what a call since then may have done."""
        ...


@dataclass(frozen=True)
class Connector:
    """What a connector's `app.py` puts together.

    With a `scheme` it takes webhooks; `on_event` is told of each, before it goes on the bus.
    """

    spec: ConnectorSpec
    client: Callable[[ClientContext], Client]
    twin: type[Twin]
    scheme: Scheme | None = None
    on_event: Callable[[Notes, Inbound, datetime], None] | None = None


@dataclass(frozen=True)
class Caller:
    """Makes calls over connections: opens credentials, picks the transport, runs the action."""

    connector: Connector
    connections: ConnectionStore
    vault: Vault
    clock: Clock
    default_mode: Mode
    call_timeout: float
    blobs: Callable[[], BlobStore] | None = None
    later: Callable[[Connection], Later] | None = None
    private_hosts: frozenset[str] = frozenset()
    pause: Callable[[float], None] = time.sleep

    def connection(self, organization_id: str, connection_id: str | None) -> Connection:
        """The connection named, or the built-in sandbox one if none is named."""
        kind = self.connector.spec.kind
        if connection_id:
            return usable(self.connections.get(organization_id, connection_id), connection_id, kind)
        if self.default_mode is Mode.LIVE:
            raise MisconfiguredError(
                f"this stack's default mode is live: name a connectionId for {kind}"
            )
        now = self.clock.now()
        return Connection(
            id=f"sandbox-{kind}",
            organization_id=organization_id,
            kind=kind,
            name=f"built-in {self.default_mode} {kind}",
            mode=self.default_mode,
            created_at=now,
            updated_at=now,
        )

    def perform(
        self, connection: Connection, action: Action, given: ActionInput, call_key: str
    ) -> Outcome:
        """Call the platform once, unless its rate limit is known to be used up.

        No secret of the connection is in the outcome.
        """
        budget = self._budget(connection, action.id)

        def once(used: Mapping[str, str]) -> Outcome:
            return self._once(connection, used, action, given, call_key, heard=budget.heard)

        return budget.held(call_key) or budget.learned(self._attempt(connection, once), call_key)

    def held(self, connection: Connection, action: str, call_key: str) -> Outcome | None:
        """The outcome of a call that would be refused now for a rate limit; None if it may go."""
        return self._budget(connection, action).held(call_key)

    def _budget(self, connection: Connection, action: str) -> RateBudget:
        return RateBudget(self.connections, self.clock, connection, action)

    def _attempt(
        self, connection: Connection, once: Callable[[Mapping[str, str]], Outcome]
    ) -> Outcome:
        """Call the platform, a second time with other credentials if it refuses the first."""
        began = self.clock.now()
        try:
            used = self._fresh(connection)
        except (NeedsReauthError, TransientError) as error:
            return _no_token(error)
        outcome = once(used)
        if outcome.kind is not OutcomeKind.NEEDS_REAUTH or not used:
            return outcome
        try:
            self._refuse_late(began)
            other = self._tokens.after_refusal(connection, used)
            if other is None:
                return outcome
            self._refuse_late(began)
        except (NeedsReauthError, TransientError) as error:
            return _no_token(error)
        # Who was refused for the token has done nothing, so the call may be made again.
        return once(other)

    def _refuse_late(self, began: datetime) -> None:
        """Leave the rest to another attempt, lest the function ends in the middle of it."""
        if self.clock.now() - began > timedelta(seconds=self.call_timeout * 0.8):
            raise TransientError("the platform refused the token; make the call again")

    def _once(
        self,
        connection: Connection,
        used: Mapping[str, str],
        action: Action,
        given: ActionInput,
        call_key: str,
        *,
        heard: Heard,
    ) -> Outcome:
        credentials = self._shown(used)
        with self._client(connection, credentials, action.id, call_key, heard) as client:
            try:
                outcome: Outcome = getattr(client, action.id)(given)
            except DryRunRequest as dry:
                return Outcome(kind=OutcomeKind.OK, data={"dryRun": True, "request": dry.shown})
        return _without_secrets(outcome, self._secrets(credentials))

    def read_back(
        self,
        connection: Connection,
        action: Action,
        given: ActionInput,
        call_key: str,
        since: datetime,
    ) -> ReadBack:
        """Ask the platform what became of a call.

        Raises TransientError if there is no token to ask with now.
        """
        try:
            credentials = self._shown(self._fresh(connection))
        except NeedsReauthError as error:
            logger.warning("no read-back without a grant", extra={"reason": error.message})
            return ReadBack(Reconciliation.UNKNOWN)
        with self._client(connection, credentials, "reconcile", call_key) as client:
            try:
                seen = client.reconcile(action.id, given, since)
            except (KeyError, TypeError, IndexError, AttributeError) as error:
                # An answer of another shape proves nothing, and must not look like "not done".
                logger.warning("unreadable read-back", extra={"error": repr(error)})
                seen = ReadBack(Reconciliation.UNKNOWN)
        return ReadBack(seen.verdict, redact(seen.data, self._secrets(credentials)))

    @contextmanager
    def _client(
        self,
        connection: Connection,
        credentials: Mapping[str, str],
        action: str,
        call_key: str,
        heard: Heard | None = None,
    ) -> Iterator[Client]:
        """A client with connections of its own, closed after the call.

        They are not kept for the next: one that the platform closed while the function was frozen
        would make the outcome of a write unknown.
        """
        twin = self.connector.twin
        store, clock = self.connections, self.clock
        defaults = {} if connection.mode is Mode.LIVE else twin.settings
        secrets = self._secrets(credentials)
        hosts = self.private_hosts
        transport = transport_for(connection, secrets, twin, store, clock, action, hosts)
        context = ClientContext(
            transport=transport,
            credentials=credentials,
            clock=clock,
            settings={
                **self.connector.spec.default_settings(),
                **defaults,
                **connection.settings,
            },
            call_key=call_key,
            timeout=self.call_timeout,
            media=self._media(connection),
            notes=self._notes(connection),
            later=self.later(connection) if self.later else None,
            dry_run=connection.mode is Mode.DRY_RUN,
            private_hosts=hosts,
            heard=heard or Heard(),
        )
        try:
            yield self.connector.client(context)
        finally:
            transport.close()

    def _media(self, connection: Connection) -> MediaSource:
        if connection.mode is not Mode.LIVE or self.blobs is None:
            return SandboxMedia()
        from hub.connector_kit.live_media import LiveMedia

        # Media has a way out of its own: what is fetched is not the platform's.
        way_out = partial(live_transport, self.private_hosts)
        return LiveMedia(way_out, self.blobs, connection.organization_id)

    def _notes(self, connection: Connection) -> Notes:
        if connection.mode is Mode.DRY_RUN:
            return MemoryNotes()
        return ConnectionNotes(self.connections, connection, self.clock)

    def _secrets(self, credentials: Mapping[str, str]) -> list[str]:
        public = {field.name for field in self.connector.spec.auth.credentials if not field.secret}
        return [value for name, value in credentials.items() if name not in public]

    def credentials(self, connection: Connection) -> Mapping[str, str]:
        """The opened credentials of a connection as they are; the twin's for one without."""
        return self._shown(self._tokens.opened(connection) if connection.has_credentials else {})

    def _fresh(self, connection: Connection) -> Mapping[str, str]:
        """A connection's credentials, its token renewed if that is due; empty for one without."""
        return self._tokens.fresh(connection) if connection.has_credentials else {}

    def _shown(self, opened: Mapping[str, str]) -> Mapping[str, str]:
        return without_bookkeeping(opened) if opened else self.connector.twin.credentials

    @property
    def _tokens(self) -> "TokenKeeper":
        from hub.connector_kit.refresh import TokenKeeper

        def way_out(connection: Connection, oauth: OAuth) -> httpx.BaseTransport:
            twin = self.connector.twin.credentials
            return token_transport(connection, oauth, twin, self.private_hosts)

        spec, store = self.connector.spec, self.connections
        return TokenKeeper(spec, store, self.vault, self.clock, way_out, self.pause)


@dataclass(frozen=True)
class ConnectionNotes:
    """What a connection remembers, kept beside it."""

    store: ConnectionStore
    connection: Connection
    clock: Clock

    def get(self, key: str) -> Json:
        """What was kept, or None."""
        return self.store.load_note(*self._owner, key)

    def put(self, key: str, value: Json, kept: timedelta | None = None) -> None:
        """Keep a value, for ever or for a time."""
        expires_at = self.clock.now() + kept if kept else None
        self.store.save_note(*self._owner, key, value, expires_at)

    def delete(self, key: str) -> None:
        """Forget a value."""
        self.store.delete_note(*self._owner, key)

    @property
    def _owner(self) -> tuple[str, str]:
        return self.connection.organization_id, self.connection.id


def usable(connection: Connection | None, connection_id: str, kind: str) -> Connection:
    """A connection of this kind that can make calls, or an error that says what to do."""
    from hub.domain.errors import InvalidRequestError
    from hub.validation import found

    known = found(connection, "connection", connection_id)
    if known.kind != kind:
        raise InvalidRequestError(
            f"the connection {connection_id} is of kind {known.kind}, not {kind}; "
            f"name a {kind} connection",
            details={"field": "connectionId"},
        )
    if known.mode is Mode.LIVE and not known.has_credentials:
        raise InvalidRequestError(
            f"the connection {connection_id} is live but has no credentials; create it with them"
        )
    return known


def _no_token(error: HubError) -> Outcome:
    """The outcome of a call that was not made for want of a token."""
    ended = isinstance(error, NeedsReauthError)
    kind = OutcomeKind.NEEDS_REAUTH if ended else OutcomeKind.TRANSIENT
    return Outcome(kind=kind, code=error.error_code, message=error.message)


def _without_secrets(outcome: Outcome, secrets: list[str]) -> Outcome:
    shown: dict[str, Any] = {
        "data": redact(outcome.data, secrets),
        "message": redact(outcome.message, secrets),
    }
    return outcome.model_copy(update=shown)
