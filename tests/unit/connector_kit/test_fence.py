"""The fence: no URL a user gives leads to a private address."""

import socket
from typing import Any

import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connector_kit import fenced_transport
from hub.connector_kit.fence import host_is_public, public_url, site_url
from hub.connector_kit.fenced_transport import FencedBackend
from hub.connector_kit.transports import live_transport
from hub.domain.errors import InvalidRequestError


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/a.png",
        "https://example.com:8443/a?b=c#d",
        "https://8.8.8.8/a",
        "https://[2606:4700::1111]/",
        "https://xn--bcher-kva.example.com/",
        "https://EXAMPLE.com./x",
    ],
)
def test_a_public_url_passes_unchanged(url: str) -> None:
    assert public_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https:///nothing",
        "example.com",
        "https://user:word@example.com/",
        "https://example.com@10.0.0.1/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://db.internal/",
        "https://printer.local/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[fec0::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[2002:a9fe:a9fe::]/",
        "https://example.com\\@10.0.0.1/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: x",
        "https://[bad/",
        "https://example.com:port/",
    ],
)
def test_any_other_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"must|is not a URL"):
        public_url(url)


@given(st.integers(0, 2**32 - 1))
def test_an_address_passes_only_if_it_is_public_however_it_is_written(value: int) -> None:
    import ipaddress

    address = ipaddress.IPv4Address(value)
    expected = address.is_global and not address.is_multicast
    assert host_is_public(str(address)) == expected
    assert host_is_public(f"::ffff:{address}") == expected
    assert not host_is_public(str(value))
    assert not host_is_public(hex(value))


def test_a_host_that_is_allowed_may_be_anywhere() -> None:
    assert site_url("http://localhost:8080/blog", {"localhost"}) == "http://localhost:8080/blog"
    with pytest.raises(ValueError, match="https"):
        site_url("http://localhost:8080/blog", set())


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 443)) for text in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)


@pytest.mark.parametrize("hidden", ["10.0.0.7", "169.254.169.254", "127.0.0.1", "::1"])
def test_a_name_that_leads_to_a_private_address_is_not_called(
    hidden: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, "8.8.8.8", hidden)
    with (
        httpx.Client(transport=live_transport()) as client,
        pytest.raises(InvalidRequestError, match="not at a public address") as refused,
    ):
        client.get("https://rebound.example.com/")
    assert refused.value.error_code == "ADDRESS_FORBIDDEN"


class Dialled(httpcore.NetworkBackend):
    """Says where a connection would go; the first addresses may be dead."""

    def __init__(self, dead: set[str]) -> None:
        self.to: list[str] = []
        self._dead = dead

    def connect_tcp(self, host: str, *rest: Any, **named: Any) -> httpcore.NetworkStream:
        self.to.append(host)
        if host in self._dead:
            raise httpcore.ConnectError("dead")
        return httpcore.MockStream([])


def dial(backend: FencedBackend, dead: set[str], host: str) -> list[str]:
    dialled = Dialled(dead)
    backend._inner = dialled  # type: ignore[assignment]
    backend.connect_tcp(host, 443)
    return dialled.to


def test_the_connection_goes_to_the_very_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolving(monkeypatch, "8.8.8.8", "8.8.4.4")
    assert dial(FencedBackend(), set(), "dns.example.com") == ["8.8.8.8"]
    assert dial(FencedBackend(), {"8.8.8.8"}, "dns.example.com") == ["8.8.8.8", "8.8.4.4"]
    with pytest.raises(httpcore.ConnectError):
        dial(FencedBackend(), {"8.8.8.8", "8.8.4.4"}, "dns.example.com")


def test_a_name_that_does_not_resolve_cannot_be_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(*_args: object, **_named: object) -> None:
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", none)
    with pytest.raises(httpcore.ConnectError, match="cannot be resolved"):
        fenced_transport.addresses("nowhere.example.com", 443)


def test_an_allowed_host_is_dialled_by_its_name() -> None:
    assert dial(FencedBackend({"Intranet"}), set(), "intranet") == ["intranet"]
