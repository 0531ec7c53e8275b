"""Where a connector's requests go: the platform, its sandbox twin, or nowhere."""

import ssl
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache

import httpx

from hub.connector_kit.redact import shown_request
from hub.connector_kit.sandbox import SandboxTransport, Twin
from hub.connector_kit.spec import OAuth
from hub.domain.connection import Connection, Mode
from hub.domain.model import Json
from hub.ports import Clock, ConnectionStore


class DryRunRequest(Exception):  # noqa: N818 -- it is the result of a dry run, not a failure
    """Carries the request that would have gone out, redacted."""

    def __init__(self, shown: dict[str, Json]) -> None:
        super().__init__("dry run")
        self.shown = shown


class DryRunTransport(httpx.BaseTransport):
    """Sends nothing: raises DryRunRequest with what would have been sent."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = secrets

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Show the request instead of sending it."""
        raise DryRunRequest(shown_request(request, self._secrets))


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates to trust, read once a process: reading them takes longer than a call."""
    return httpx.create_ssl_context()


def live_transport(private_hosts: Collection[str] = ()) -> httpx.BaseTransport:
    """The way out: to public addresses, and to the hosts named."""
    from hub.connector_kit.fenced_transport import FencedTransport

    return FencedTransport(_trusted(), private_hosts)


def transport_for(  # noqa: PLR0917 -- everything a transport may depend on
    connection: Connection,
    secrets: Sequence[str],
    twin: Callable[[], Twin],
    store: ConnectionStore,
    clock: Clock,
    action: str,
    private_hosts: Collection[str] = (),
) -> httpx.BaseTransport:
    """The transport of a connection's mode."""
    match connection.mode:
        case Mode.LIVE:
            return live_transport(private_hosts)
        case Mode.DRY_RUN:
            return DryRunTransport(secrets)
        case Mode.SANDBOX:
            return SandboxTransport(twin(), connection, store, clock, action)


def token_transport(
    connection: Connection,
    oauth: OAuth,
    twin: Mapping[str, str],
    private_hosts: Collection[str] = (),
) -> httpx.BaseTransport:
    """The way to a token endpoint: behind the fence for live connections, else to the twin.

    `twin` are the credentials of the connector's sandbox, which its tokens must look like. A dry
    run sends nothing, and so obtains none: DryRunTransport refuses.
    """
    match connection.mode:
        case Mode.LIVE:
            return live_transport(private_hosts)
        case Mode.DRY_RUN:
            return DryRunTransport(())
        case Mode.SANDBOX:
            from hub.connector_kit.token_twin import TokenTwin

            scopes = connection.grant.scopes if connection.grant else ()
            return TokenTwin(oauth, twin.get(oauth.names.access, "sandbox-token"), scopes=scopes)
