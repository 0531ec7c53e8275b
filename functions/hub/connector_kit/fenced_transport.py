"""The transport of live calls: it connects to public addresses only."""

import socket
import ssl
from collections.abc import Collection, Iterable
from typing import Any

import httpcore
import httpx

from hub.connector_kit.fence import address_of, is_public
from hub.domain.errors import InvalidRequestError


class FencedBackend(httpcore.NetworkBackend):
    """Connects only to public addresses, and to hosts named in `allowed`."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = {host.lower() for host in allowed}
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that takes one; all must be public.

        Raises InvalidRequestError (ADDRESS_FORBIDDEN) before anything is sent.
        """
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for target in self._targets(host, port):
            try:
                return self._inner.connect_tcp(target, port, timeout, local_address, socket_options)
            except httpcore.ConnectError as error:
                failed = error
        raise failed

    def _targets(self, host: str, port: int) -> list[str]:
        if host.lower() in self._allowed:
            return [host]
        found = addresses(host, port)
        for text in found:
            address = address_of(text)
            if address is None or not is_public(address):
                raise InvalidRequestError(
                    f"{host} is not at a public address, so it is not called; name a public host, "
                    "or allow this one with the stack's parameter PrivateHosts",
                    code="ADDRESS_FORBIDDEN",
                )
        return found


def addresses(host: str, port: int) -> list[str]:
    """The addresses a name resolves to. Raises httpcore.ConnectError if it does to none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"{host} cannot be resolved") from error
    return [str(entry[4][0]) for entry in found]


class FencedTransport(httpx.HTTPTransport):
    """httpx's transport behind the fence; it uses no proxy."""

    def __init__(self, trusted: ssl.SSLContext, allowed: Collection[str] = ()) -> None:
        super().__init__(verify=trusted, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted, network_backend=FencedBackend(allowed)
        )
