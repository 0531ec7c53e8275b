"""What the tests of the connections API share: a stack in memory with a toy connector."""

import copy
import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import connectors
from hub import settings, wiring
from hub.adapters.memory_connections import MemoryConnectionStore
from hub.adapters.memory_vault import MemoryVault
from tests.support import CountingIds, FrozenClock

EVENTS = Path(__file__).parents[3] / "events"

_TOY = """
from hub.connector_kit.spec import (
    Action, Auth, AuthType, ConnectorSpec, Credential, NoInput, Setting,
)
from hub.domain.outcome import Effect

SPEC = ConnectorSpec(
    kind="toy",
    display_name="Toy Shop",
    description="A toy.",
    category="messaging",
    base_url="https://toy.example.com",
    auth=Auth(
        AuthType.BASIC,
        (
            Credential("user", "the account's name", secret=False),
            Credential("apiKey", "the account's key"),
            Credential("proxy", "a proxy, if there is one", required=False),
        ),
    ),
    actions=(
        Action("send", "Send", "Sends.", NoInput, Effect.WRITE),
        Action("test_connection", "Test", "Tests.", NoInput, Effect.READ),
    ),
    limits="none",
    reference="none",
    contract="none",
    settings=(Setting("baseUrl", "where", "https://toy.example.com"), Setting("limit", "how many")),
)
"""


class LambdaContext:
    """What Lambda tells a function of its invocation."""

    function_name = "neonhub-test-connections"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:connections"
    aws_request_id = "lambda-request-1"


class FakeFunctions:
    """Remembers what other functions were asked, and answers as told."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.answer: Any = {"kind": "ok"}

    def ask(self, name: str, payload: Any) -> Any:
        self.asked.append((name, payload))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class World:
    """The stack behind the API."""

    def __init__(self) -> None:
        self.store = MemoryConnectionStore()
        self.vault: Any = MemoryVault()
        self.functions = FakeFunctions()
        self.clock = FrozenClock()
        self.ids = CountingIds()

    def call(self, event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and body of an answer."""
        from api.connections import handler

        answer = handler(event, LambdaContext())
        return answer["statusCode"], json.loads(answer["body"])

    def create(self, organization: str = "acme", **body: Any) -> tuple[int, dict[str, Any]]:
        """Ask for a connection."""
        given = event("connections-create", body={"kind": "toy", **body})
        return self.call(as_caller(given, organization=organization))


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[World]:
    """A world wired in, with a connector `toy` beside the real ones."""
    (folder / "toy").mkdir()
    (folder / "toy" / "__init__.py").touch()
    (folder / "toy" / "spec.py").write_text(_TOY)
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(folder)])
    importlib.invalidate_caches()
    world = World()
    monkeypatch.setattr(wiring, "connections", lambda: world.store)
    monkeypatch.setattr(wiring, "vault", lambda: world.vault)
    monkeypatch.setattr(wiring, "functions", lambda: world.functions)
    monkeypatch.setattr(wiring, "clock", lambda: world.clock)
    monkeypatch.setattr(wiring, "ids", lambda: world.ids)
    for name in ("CONNECTIONS_TABLE", "CREDENTIALS_KEY"):
        monkeypatch.setenv(name, "unused")
    monkeypatch.setenv("FUNCTION_PREFIX", "neonhub-test")
    settings.load.cache_clear()
    yield world
    settings.load.cache_clear()
    for name in [name for name in sys.modules if name.startswith("connectors.toy")]:
        del sys.modules[name]


def event(name: str, body: Any = None) -> dict[str, Any]:
    """A sample payload of `events/`, with another body if one is given."""
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded if body is None else {**loaded, "body": json.dumps(body)}


def as_caller(given: dict[str, Any], **caller: str) -> dict[str, Any]:
    """The event as another caller sends it: `organization`, `role`."""
    changed = copy.deepcopy(given)
    found = changed["requestContext"]["authorizer"]["lambda"]
    found["organizationId"] = caller.get("organization", found["organizationId"])
    found["role"] = caller.get("role", found["role"])
    return changed


def about(given: dict[str, Any], connection_id: str) -> dict[str, Any]:
    """The event about another connection."""
    text = json.dumps(given).replace("con_example", connection_id)
    changed: dict[str, Any] = json.loads(text)
    return changed
