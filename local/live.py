"""Live events of runs: over a WebSocket, and by polling when no socket can be had.

The events are the same either way: `{"event", "id", "data"}`, ids ordered per run. A lost socket is
opened again and resumed with `since`; API Gateway ends them after two hours and ten idle minutes.
"""

import contextlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

from websockets.exceptions import InvalidHandshake, WebSocketException
from websockets.sync.client import ClientConnection, connect

from local.client import (
    ApiClient,
    ApiError,
    Json,
    NeonHubError,
    UnreachableError,
    is_loopback,
)

ENDINGS = frozenset({"agent:completed", "agent:failed"})
ENDED_STATUSES = frozenset(
    {"completed", "failed", "cancelled", "timed_out", "skipped", "needs_review"}
)
_PAGE = 200
_SERVER_ERROR = 500
# A wrong key is refused by the handshake: on an open socket this means that it was forgotten.
_ANOTHER_SOCKET_HELPS = frozenset({"UNAUTHENTICATED", "TEMPORARILY_UNAVAILABLE", "INTERNAL_ERROR"})

type Event = dict[str, Any]


@dataclass(frozen=True)
class Timing:
    """Seconds. After `idle` without a message the events route is asked once, for certainty."""

    open: float = 10.0
    heartbeat: float = 240.0
    idle: float = 15.0
    poll: float = 1.0
    retry: float = 0.5
    attempts: int = 3


class SocketLostError(Exception):
    """The socket answered what no NeonHub answers; another one may do better."""


class LiveEvents:
    """Follows runs of one stack. `notice` is told, in words, when the way of following changes."""

    def __init__(
        self,
        client: ApiClient,
        socket_url: str | None,
        *,
        timing: Timing | None = None,
        notice: Callable[[str], None] = lambda _text: None,
    ) -> None:
        self._client = client
        self._url = socket_url
        self._timing = timing or Timing()
        self._notice = notice
        self._resources = contextlib.ExitStack()
        self._socket: ClientConnection | None = None
        self._pinged = 0.0
        self._failures = 0
        self._deadline: float | None = None
        self._told = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    @property
    def transport(self) -> str:
        """How events arrive now: "socket" or "polling"."""
        return "socket" if self._socket else "polling"

    def subscribe(self, action: str, **fields: Json) -> bool:
        """Subscribe at once, for example before a run starts: `agent:subscribe`, `agentId=…`.

        False if no socket can be had; following works all the same. `ApiError` if it is refused.
        """
        if self._url is None:
            return False
        try:
            socket = self._open()
            socket.send(json.dumps({"action": action, **fields}))
            while _answered(message := self._receive(socket)) != action:
                if message is None:
                    raise SocketLostError("no answer to a subscription")
        except (OSError, WebSocketException, SocketLostError) as error:
            self._lose(error)
            return False
        return True

    def follow(self, run_id: str, since: int = 0, *, limit: float | None = None) -> Iterator[Event]:
        """The run's events after `since`, each once, up to the one that ends the run.

        `NeonHubError` if that takes longer than `limit` seconds.
        """
        self._deadline = None if limit is None else time.monotonic() + limit
        feed = _Feed(run_id, since)
        failures = 0
        while self._url and not feed.ended and failures < self._timing.attempts:
            seen = feed.last
            try:
                yield from self._over_socket(feed)
            except InvalidHandshake as error:
                self._lose(error)
                break
            except (OSError, WebSocketException, SocketLostError) as error:
                self._lose(error)
                failures = 1 if feed.last > seen else failures + 1
                time.sleep(self._timing.retry * failures)
        if not feed.ended:
            yield from self._by_polling(feed)

    def _check_deadline(self, feed: "_Feed") -> None:
        if self._deadline is not None and time.monotonic() > self._deadline:
            raise NeonHubError(f"the run {feed.run_id} has not ended in the time it was given")

    # ------------------------------------------------------------------ socket

    def _over_socket(self, feed: "_Feed") -> Iterator[Event]:
        socket = self._open()
        feed.hold()
        _ask(socket, feed)
        while not feed.ended:
            self._check_deadline(feed)
            message = self._receive(socket)
            if message is None and feed.holding:
                raise SocketLostError("no answer to a subscription")
            if message is None:
                yield from feed.take(self._missed(feed))
            elif _answered(message) == "run:subscribe":
                yield from self._resumed(socket, feed, message["data"])
            else:
                yield from feed.take([message])

    def _resumed(self, socket: ClientConnection, feed: "_Feed", answer: Json) -> Iterator[Event]:
        """Everything up to the subscription has been sent; now new events come in order."""
        yield from feed.release()
        if answer.get("more"):
            feed.hold()
            _ask(socket, feed)
        elif answer.get("status") in ENDED_STATUSES:
            yield from feed.take(self._missed(feed))
            feed.ended = True

    def _open(self) -> ClientConnection:
        if self._socket is None:
            assert self._url is not None
            # A browser cannot send this header and uses ?token= instead.
            headers = {"Authorization": f"Bearer {self._client.key}"}
            self._socket = self._resources.enter_context(
                connect(
                    self._url,
                    additional_headers=headers,
                    open_timeout=self._timing.open,
                    close_timeout=1,
                    proxy=None if is_loopback(self._url) else True,
                )
            )
            self._pinged = time.monotonic()
        return self._socket

    def _receive(self, socket: ClientConnection) -> Event | None:
        """The next message; None after an idle time."""
        if time.monotonic() - self._pinged > self._timing.heartbeat:
            socket.send(json.dumps({"action": "ping"}))
            self._pinged = time.monotonic()
        try:
            message = json.loads(socket.recv(timeout=self._timing.idle))
        except TimeoutError:
            return None
        except ValueError as error:
            raise SocketLostError("a message is not JSON") from error
        if not isinstance(message, dict) or "event" not in message:
            raise SocketLostError(f"the socket API says {message}")
        if message["event"] == "error":
            data = message["data"]
            if data["code"] in _ANOTHER_SOCKET_HELPS:
                raise SocketLostError(data["message"])
            raise ApiError(data["code"], data["message"], request_id=data.get("requestId"))
        return message

    def _lose(self, error: Exception) -> None:
        self._close()
        self._tell(f"no live socket at {self._url} ({error or type(error).__name__})")

    def _tell(self, text: str) -> None:
        """Give notice, once however often the same thing happens in a row."""
        if text != self._told:
            self._notice(text)
        self._told = text

    def _close(self) -> None:
        self._socket = None
        self._resources.close()

    # ------------------------------------------------------------------ polling

    def _by_polling(self, feed: "_Feed") -> Iterator[Event]:
        feed.release()
        if self._url:
            self._tell("asking for events every second instead")
        while not feed.ended:
            self._check_deadline(feed)
            # The ending may lie before `since`: then no event will ever come, but the record tells.
            run = self._patiently(lambda: self._client.run(feed.run_id)) or {}
            events = self._missed(feed)
            yield from feed.take(events)
            if not events and run.get("status") in ENDED_STATUSES:
                return
            if not events:
                time.sleep(self._timing.poll)

    def _missed(self, feed: "_Feed") -> list[Event]:
        return self._patiently(lambda: self._client.events(feed.run_id, feed.last, _PAGE)) or []

    def _patiently[T](self, call: Callable[[], T]) -> T | None:
        """What the API answers; None for a failure that may pass, a few times in a row."""
        try:
            answer = call()
        except NeonHubError as error:
            self._failures += 1
            if not _may_pass(error) or self._failures > self._timing.attempts:
                raise
            return None
        self._failures = 0
        return answer


class _Feed:
    """What has arrived of a run: each event once, and in order around a resume."""

    def __init__(self, run_id: str, since: int) -> None:
        self.run_id = run_id
        self.last = since
        self.ended = False
        self._since = since
        self._seen: set[int] = set()
        self._held: list[Event] | None = None

    @property
    def holding(self) -> bool:
        """Whether events are kept until `release`."""
        return self._held is not None

    def hold(self) -> None:
        """Keep what arrives until `release`: missed events and new ones may come mixed."""
        self._held = self._held or []

    def release(self) -> list[Event]:
        """What was held, in order."""
        held, self._held = self._held or [], None
        return self.take(held)

    def take(self, messages: list[Event]) -> list[Event]:
        """The messages that are new events of the run, in order."""
        mine = [m for m in messages if self._is_new(m)]
        if self._held is not None:
            self._held += mine
            return []
        fresh = {event["id"]: event for event in mine}
        for number, event in sorted(fresh.items()):
            self._seen.add(number)
            self.last = max(self.last, number)
            self.ended = self.ended or event["event"] in ENDINGS
        return [fresh[number] for number in sorted(fresh)]

    def _is_new(self, message: Event) -> bool:
        data = message.get("data") or {}
        number = message.get("id")
        return (
            isinstance(number, int)
            and data.get("runId") == self.run_id
            and number > self._since
            and number not in self._seen
        )


def _may_pass(error: NeonHubError) -> bool:
    if isinstance(error, ApiError):
        return error.status == HTTPStatus.TOO_MANY_REQUESTS or error.status >= _SERVER_ERROR
    return isinstance(error, UnreachableError)


def _ask(socket: ClientConnection, feed: _Feed) -> None:
    message = {"action": "run:subscribe", "runId": feed.run_id, "since": feed.last}
    socket.send(json.dumps(message))


def _answered(message: Event | None) -> str | None:
    """The action a message confirms, if it confirms one."""
    if message is None or message.get("event") != "subscribed":
        return None
    action: str | None = message["data"].get("action")
    return action
