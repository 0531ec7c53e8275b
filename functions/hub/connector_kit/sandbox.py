"""Sandbox twins: a platform played behind httpx, so that a connector's real client runs unchanged.

A twin's state is kept per connection, so what one call wrote the next can read, and a failure asked
for through the connection's `sandbox` field is shown exactly `times` times, with the platform's own
headers and body.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import httpx

from hub.domain.connection import Connection, Injection, SandboxFailure
from hub.domain.errors import TransientError
from hub.domain.model import Json
from hub.ports import Clock, ConnectionStore

_SAVE_ATTEMPTS = 8
MAX_KEPT = 200
"""How many records of each kind a twin remembers; older ones are forgotten."""

type Route = Callable[[Any, "TwinRequest"], httpx.Response]


@dataclass(frozen=True)
class TwinRequest:
    """A request as a twin sees it. `path` holds what the route's pattern captured."""

    request: httpx.Request
    state: dict[str, Json]
    now: datetime
    path: Mapping[str, str]

    def form(self) -> dict[str, str]:
        """The body's form fields."""
        from urllib.parse import parse_qsl

        return dict(parse_qsl(self.request.read().decode(), keep_blank_values=True))

    def json(self) -> Any:
        """The body's JSON."""
        import json

        return json.loads(self.request.read() or b"{}")

    def next_number(self) -> int:
        """A number that grows with every call of the twin: ids are made of it."""
        self.state["counter"] = self.state.get("counter", 0) + 1
        return int(self.state["counter"])

    def remember(self, kind: str, record: Json) -> None:
        """Add a record, newest first."""
        self.state[kind] = [record, *self.state.get(kind, [])][:MAX_KEPT]


def route(method: str, pattern: str) -> Callable[[Route], Route]:
    """Mark a twin's method as answering a method and path; `{name}` captures one segment."""
    compiled = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern) + r"\Z")

    def mark(function: Route) -> Route:
        function.__dict__.setdefault("routes", []).append((method, compiled))
        return function

    return mark


class Twin(ABC):
    """The base of sandbox twins. Subclasses mark their answers with `route`.

    `credentials` and `settings` are those a sandbox connection uses for what it has not itself.
    `tells_wait`: whether the platform says how long to wait when it is asked too often.
    `now` is the time of the request that is being answered, for failures that name a moment, and
    `host` where it goes, for platforms with several that say no in different ways. Routes of base
    classes count too.
    """

    now: datetime
    host: str = ""
    credentials: ClassVar[Mapping[str, str]]
    settings: ClassVar[Mapping[str, Json]] = {}
    tells_wait: ClassVar[bool] = True

    @abstractmethod
    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """The platform's own answer for a failure: its status, headers and body."""

    @abstractmethod
    def unknown(self, request: httpx.Request) -> httpx.Response:
        """The platform's own answer to a path it does not have."""

    @abstractmethod
    def authorized(self, request: httpx.Request) -> bool:
        """Whether the request carries credentials where the platform wants them."""

    def answer(
        self, request: httpx.Request, state: dict[str, Json], now: datetime
    ) -> httpx.Response:
        """The twin's answer; it may change the state."""
        self.now, self.host = now, request.url.host
        if not self.authorized(request):
            return self.failure(SandboxFailure(kind=Injection.REAUTH))
        members = [one for kind in type(self).__mro__ for one in vars(kind).values()]
        for function in members:
            for method, pattern in getattr(function, "routes", ()):
                match = pattern.match(request.url.path) if method == request.method else None
                if match:
                    seen = TwinRequest(request, state, now, match.groupdict())
                    answer: httpx.Response = function(self, seen)
                    return answer
        return self.unknown(request)


class SandboxTransport(httpx.BaseTransport):
    """Plays the platform for one connection's call."""

    def __init__(
        self, twin: Twin, connection: Connection, store: ConnectionStore, clock: Clock, action: str
    ) -> None:
        self._twin = twin
        self._connection = connection
        self._store = store
        self._clock = clock
        self._action = action

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the platform would, keeping the twin's state."""
        request.read()
        owner, key = self._connection.organization_id, self._connection.id
        for _ in range(_SAVE_ATTEMPTS):
            state, version = self._store.load_sandbox(owner, key)
            failure = self._due_failure(state)
            response = self._answer(request, state, failure)
            if self._store.save_sandbox(owner, key, state, version):
                if failure and failure.kind is Injection.TIMEOUT_AFTER_WRITE:
                    raise httpx.ReadTimeout("sandbox: timed out after the write", request=request)
                response.request = request
                return response
        raise TransientError("the sandbox connection is busy; try again in a second")

    def _answer(
        self, request: httpx.Request, state: dict[str, Json], failure: SandboxFailure | None
    ) -> httpx.Response:
        if failure and failure.kind is not Injection.TIMEOUT_AFTER_WRITE:
            self._twin.now, self._twin.host = self._clock.now(), request.url.host
            return self._twin.failure(failure)
        return self._twin.answer(request, state, self._clock.now())

    def _due_failure(self, state: dict[str, Json]) -> SandboxFailure | None:
        shown = state.setdefault("injected", {})
        for index, failure in enumerate(self._connection.sandbox):
            fits = failure.action in (None, self._action)
            count = shown.get(str(index), 0)
            if fits and count < failure.times:
                shown[str(index)] = count + 1
                return failure
        return None
