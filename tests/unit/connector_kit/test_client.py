"""The client on a real connection: what a cut network means for a read and for a write."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from hub.connector_kit import client as kit
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.outcomes import OutcomeTable, Reason
from hub.connector_kit.redact import redact, shown_request
from hub.connector_kit.sandbox import SandboxTransport
from hub.connector_kit.transports import DryRunTransport, transport_for
from hub.domain.connection import Mode
from hub.domain.outcome import Effect, Outcome
from tests.harness import Harness, connection
from tests.support import FrozenClock

TABLE = OutcomeTable(rows=(), reason=lambda _answer: Reason())

type Behaviour = Callable[[socket.socket], None]


@contextmanager
def platform(behave: Behaviour) -> Iterator[str]:
    """A server on loopback that reads each request whole and then behaves as told."""
    server = socket.create_server(("127.0.0.1", 0))
    seen: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                conversation, _ = server.accept()
            except OSError:
                return
            with conversation:
                seen.append(conversation.recv(65536))
                behave(conversation)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)


def cut(_conversation: socket.socket) -> None:
    """The request arrived, and the line went dead."""


def half(conversation: socket.socket) -> None:
    """The answer broke off."""
    conversation.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")


def garbage(conversation: socket.socket) -> None:
    """The answer was no HTTP."""
    conversation.sendall(b"hello\r\n\r\n")


def hang(conversation: socket.socket) -> None:
    """No answer came in time."""
    conversation.settimeout(5)
    conversation.recv(1)


def fine(conversation: socket.socket) -> None:
    conversation.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"id": 123}')


def call(url: str, effect: Effect) -> Outcome:
    with httpx.HTTPTransport() as transport:
        context = ClientContext(transport, {}, FrozenClock(), timeout=0.3)
        return PlatformClient(context, url, TABLE).call("POST", "/x", effect, json={"a": 1})


@pytest.mark.parametrize("behave", [cut, half, garbage, hang])
@pytest.mark.parametrize(
    ("effect", "kind"),
    [
        (Effect.WRITE, "unknown_outcome"),
        (Effect.IDEMPOTENT_WRITE, "transient"),
    ],
)
def test_after_the_request_arrived_only_a_repeatable_call_may_be_repeated(
    behave: Behaviour, effect: Effect, kind: str
) -> None:
    with platform(behave) as url:
        assert call(url, effect).kind == kind


@pytest.mark.parametrize("effect", [Effect.WRITE, Effect.IDEMPOTENT_WRITE])
def test_a_platform_that_cannot_be_reached_was_not_reached(effect: Effect) -> None:
    with platform(fine) as url:
        gone = url
    assert call(gone, effect).kind == "transient"


def test_a_read_is_tried_again_for_a_moment() -> None:
    behaviours = iter([cut, cut, fine])

    def in_turn(conversation: socket.socket) -> None:
        next(behaviours)(conversation)

    with platform(in_turn) as url:
        outcome = call(url, Effect.READ)
    assert (outcome.kind, outcome.data) == ("ok", {"id": 123})


def test_a_read_that_stays_broken_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kit, "READ_RETRY_SECONDS", 0.2)
    with platform(cut) as url:
        assert call(url, Effect.READ).kind == "transient"


def test_a_write_is_sent_once() -> None:
    count = 0

    def counting(conversation: socket.socket) -> None:
        nonlocal count
        count += 1
        cut(conversation)

    with platform(counting) as url:
        call(url, Effect.WRITE)
    assert count == 1


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (Mode.LIVE, httpx.HTTPTransport),
        (Mode.DRY_RUN, DryRunTransport),
        (Mode.SANDBOX, SandboxTransport),
    ],
)
def test_each_mode_has_its_transport(mode: Mode, kind: type) -> None:
    harness = Harness()
    used = connection("slack", mode=mode)
    twin = harness.connector.twin
    made = transport_for(used, [], twin, harness.connections, harness.clock, "post_message")
    assert isinstance(made, kind)
    made.close()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"a": ["my-secret-1 and my-secret-1"]}, {"a": ["[redacted] and [redacted]"]}),
        ("Bearer abcdefgh12345678", "Bearer [redacted]"),
        ("token xoxb-1234567890-abc", "token [redacted]"),
        ({"n": 1, "t": True, "x": None}, {"n": 1, "t": True, "x": None}),
        ("short", "short"),
    ],
)
def test_secrets_are_taken_out_of_what_is_shown(value: Any, shown: Any) -> None:
    assert redact(value, ["my-secret-1", "short"[:3]]) == shown


def test_a_shown_request_has_no_credentials_in_headers_url_or_body() -> None:
    request = httpx.Request(
        "POST",
        "https://api.example.com/x?key=my-secret-1",
        headers={"Authorization": "Basic abc", "Access-Token": "t"},
        json={"secret": "my-secret-1"},
    )
    shown = shown_request(request, ["my-secret-1"])
    assert "my-secret-1" not in str(shown)
    assert shown["headers"]["authorization"] == shown["headers"]["access-token"] == "[redacted]"
