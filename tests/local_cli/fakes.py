"""A stack as the command line sees it: its API, its sockets, and the AWS behind it."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from local.live import Timing

API = "https://api.example.com/dev"
QUICK = Timing(open=2, heartbeat=60, idle=2, poll=0, retry=0, attempts=3)

type Event = dict[str, Any]
type Answer = tuple[int, Any]


def event(number: int, name: str = "agent:progress", run: str = "run_1", **data: Any) -> Event:
    """An event as it is on the wire."""
    known = {"runId": run, "sessionId": run, "agentId": "content", "status": "running"}
    stamp = "2026-03-02T09:00:00.000Z"
    return {"id": number, "event": name, "data": {**known, **data, "timestamp": stamp}}


STORY = [
    event(1, "agent:started", agentName="ContentAgent", intent="generate-draft"),
    event(2, progress=40, message="planned: 1 step(s)"),
    event(
        3,
        progress=40,
        message="slack.post_message: rate limited, waiting as told",
        status="waiting_rate_limit",
        step={"name": "slack.post_message", "status": "waiting_rate_limit", "waits": 1},
    ),
    event(5, progress=100, message="slack.post_message: done"),
    event(6, "agent:completed", status="completed", duration=3050),
]

RUN = {
    "id": "run_1",
    "agentId": "content",
    "intent": "generate-draft",
    "objective": "Draft: news",
    "trigger": "api",
    "status": "completed",
    "output": {"engine": "offline", "title": "News"},
    "steps": [
        {
            "id": "step_1",
            "name": "slack.post_message",
            "status": "succeeded",
            "waits": 1,
            "waitedMs": 3000,
            "durationMs": 3050,
            "result": {"ts": "17.01", "channel": "C1"},
        }
    ],
    "metrics": {
        "transitions": 10,
        "costUsd": 0.00025,
        "retries": 0,
        "waits": 1,
        "waitedMs": 3000,
    },
    "createdAt": "2026-03-02T09:00:00.000Z",
    "completedAt": "2026-03-02T09:00:03.050Z",
    "durationMs": 3050,
}


class FakeApi:
    """Answers like the API. `answers` replaces the answer of a `METHOD path`, `seen` keeps all."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.run: dict[str, Any] = dict(RUN)
        self.events: list[Event] = list(STORY)

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self._handle)

    def body(self, number: int = -1) -> Any:
        """The JSON body of a request."""
        return json.loads(self.seen[number].content)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        path = request.url.path.removeprefix("/dev")
        key = f"{request.method} {path}"
        if key in self.answers:
            status, content = self._replaced(key)
            return httpx.Response(status, json=content)
        status, data = self._answer(key, request)
        return httpx.Response(status, json={"success": True, "data": data})

    def _replaced(self, key: str) -> Answer:
        answer = self.answers[key]
        if isinstance(answer, tuple):
            return answer
        if len(answer) == 1:
            self.answers[key] = answer[0]
        return answer.pop(0)

    def _answer(self, key: str, request: httpx.Request) -> Answer:
        match key:
            case "POST /api/agents/content/runs":
                return 202, {"runId": "run_1", "status": "queued"}
            case "GET /api/runs":
                return 200, {"runs": [self.run], "cursor": "next-page"}
            case "GET /api/runs/run_1":
                return 200, self.run
            case "GET /api/runs/run_1/events":
                since = int(request.url.params["since"])
                return 200, {"events": [e for e in self.events if e["id"] > since], "since": 0}
            case "POST /api/runs/run_1/cancel":
                return 200, {"runId": "run_1", "cancelled": True, "status": "cancelled"}
            case "POST /api/connections":
                given = json.loads(request.content)
                made = {"mode": "sandbox", "name": given["kind"], "status": "active", **given}
                return 201, {"id": f"con_{given['kind']}", **made}
        raise AssertionError(f"the command asked for {key}")


def refusal(status: int, code: str, message: str = "no", **more: Any) -> Answer:
    """An error in the envelope."""
    error = {"code": code, "message": message, "requestId": "req-1", **more}
    return status, {"success": False, "error": error}


type Act = Callable[[ServerConnection], None]


class FakeSockets:
    """A WebSocket API whose connections, one after the other, play the given acts."""

    def __init__(self, acts: tuple[Act, ...]) -> None:
        self.url = ""
        self.headers: list[Any] = []
        self._acts = list(acts)
        self.refuse: int | None = None

    def serve_one(self, connection: ServerConnection) -> None:
        self.headers.append(connection.request.headers if connection.request else None)
        self._acts.pop(0)(connection)

    def check(self, connection: ServerConnection, _request: Request) -> Response | None:
        if self.refuse or not self._acts:
            return connection.respond(self.refuse or 503, "no")
        return None


@contextmanager
def sockets(*acts: Act) -> Iterator[FakeSockets]:
    """A WebSocket API on a free port of this machine."""
    fake = FakeSockets(acts)
    with serve(fake.serve_one, "127.0.0.1", 0, process_request=fake.check) as server:
        fake.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/dev"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield fake
        server.shutdown()
    thread.join()


def heard(connection: ServerConnection) -> dict[str, Any]:
    """What the client says next."""
    message: dict[str, Any] = json.loads(connection.recv(timeout=5))
    return message


def tell(connection: ServerConnection, *messages: Any) -> None:
    """Send messages to the client."""
    for message in messages:
        connection.send(json.dumps(message))


def subscribed(**data: Any) -> dict[str, Any]:
    """The answer to `run:subscribe`."""
    known = {"action": "run:subscribe", "runId": "run_1", "status": "running"}
    return {"event": "subscribed", "data": {**known, **data}}


class FakeAws:
    """boto3's clients, as far as the commands use them."""

    def __init__(self) -> None:
        self.invoked: list[tuple[str, Any]] = []
        self.answer: Any = {"id": "k1", "key": "nh_k1_secret", "role": "admin"}
        self.failed = False
        self.log_events: list[list[dict[str, Any]]] = [[]]
        self.filtered: list[dict[str, Any]] = []
        self.outputs = [{"OutputKey": "LogGroupName", "OutputValue": "/neonhub/local"}]
        self.asked: list[tuple[Any, str]] = []

    def client(self, account: Any, service: str) -> "FakeAws":
        self.asked.append((account, service))
        return self

    def invoke(self, **given: str) -> Any:
        self.invoked.append((given["FunctionName"], json.loads(given["Payload"])))
        body = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        meta = {"ResponseMetadata": {"RequestId": "req-9"}}
        return {**body, **meta, **({"FunctionError": "Unhandled"} if self.failed else {})}

    def describe_stacks(self, **given: str) -> Any:
        return {"Stacks": [{**given, "Outputs": self.outputs}]}

    def get_paginator(self, name: str) -> "FakeAws":
        assert name == "filter_log_events"
        return self

    def paginate(self, **given: Any) -> Any:
        self.filtered.append(given)
        events = self.log_events.pop(0) if len(self.log_events) > 1 else self.log_events[0]
        return [{"events": events[:1]}, {"events": events[1:]}]
