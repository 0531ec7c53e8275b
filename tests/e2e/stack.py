"""A deployed stack as the tests use it: over HTTP and sockets, as any client would."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import boto3
import httpx
from websockets.sync.client import ClientConnection, connect

DEADLINE = 60.0
ENDED = {"completed", "failed", "cancelled", "timed_out", "skipped", "needs_review"}


@dataclass
class Stack:
    """One organization's view of a stack."""

    api_url: str
    socket_url: str
    endpoint: str
    outputs: dict[str, str]
    name: str
    key: str
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    clients: dict[str, Any] = field(default_factory=dict)

    def aws(self, service: str) -> Any:
        """A boto3 client for the AWS the stack is on, made once."""
        if service not in self.clients:
            self.clients[service] = boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.endpoint,
                region_name="us-east-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
            )
        return self.clients[service]

    def close(self) -> None:
        """Close every connection."""
        self.http.close()
        for client in self.clients.values():
            client.close()

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request with the organization's key."""
        shown = {"authorization": f"Bearer {self.key}", **headers}
        return self.http.request(method, self.api_url + path, json=body, headers=shown)

    def data(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The data of a request that must succeed."""
        response = self.request(method, path, body, **headers)
        assert response.status_code < 400, (
            f"{method} {path}: {response.status_code} {response.text}"
        )
        return response.json()["data"]

    def organization(self, name: str, role: str = "admin") -> "Stack":
        """The same stack with a new key for an organization."""
        payload = {"task": "create_key", "organizationId": name, "role": role, "name": "test"}
        answer = self.aws("lambda").invoke(
            FunctionName=self.outputs["KeysFunctionName"], Payload=json.dumps(payload)
        )
        made = json.loads(answer["Payload"].read())
        assert "key" in made, made
        return replace(self, key=made["key"])

    def connection(self, kind: str, *failures: dict[str, Any]) -> str:
        """A new sandbox connection; its id."""
        body = {"kind": kind, "mode": "sandbox", "name": "test", "sandbox": list(failures)}
        made: str = self.data("POST", "/api/connections", body)["id"]
        return made

    def start(self, *deliver: dict[str, Any], **more: Any) -> str:
        """Start a content run; its id."""
        given = {"brief": "NeonHub is here. It runs agents.", "deliver": list(deliver)}
        body = {"intent": "generate-draft", "input": given, **more}
        started: str = self.data("POST", "/api/agents/content/runs", body)["runId"]
        return started

    def wait(self, run_id: str, *statuses: str) -> dict[str, Any]:
        """The run once it has one of these statuses, or has ended."""
        wanted = set(statuses) or ENDED
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            run: dict[str, Any] = self.data("GET", f"/api/runs/{run_id}")
            if run["status"] in wanted:
                return run
            assert run["status"] not in ENDED, run
            time.sleep(0.05)
        raise AssertionError(f"{run_id} did not become {wanted}: {run}")

    def history(self, run_id: str) -> list[dict[str, Any]]:
        """The events of a run's execution."""
        machine = self.outputs["StateMachineArn"]
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{run_id}"
        pages = self.aws("stepfunctions").get_paginator("get_execution_history")
        found = pages.paginate(executionArn=arn)
        return [event for page in found for event in page["events"]]

    @contextmanager
    def socket(self, key: str | None = None) -> Iterator[ClientConnection]:
        """An open socket."""
        headers = {"authorization": f"Bearer {key or self.key}"}
        with connect(self.socket_url, additional_headers=headers, open_timeout=15) as socket:
            yield socket


def say(socket: ClientConnection, **message: Any) -> dict[str, Any]:
    """Send a message and return its answer."""
    socket.send(json.dumps(message))
    answer: dict[str, Any] = json.loads(socket.recv(timeout=15))
    return answer


def hear(socket: ClientConnection, until: set[str]) -> list[dict[str, Any]]:
    """Events up to and with the first whose name is in `until`."""
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]["event"] not in until:
        heard.append(json.loads(socket.recv(timeout=DEADLINE)))
    return heard


def entered(history: list[dict[str, Any]]) -> list[str]:
    """The names of the states entered, in order: what a run pays for."""
    return [
        event["stateEnteredEventDetails"]["name"]
        for event in history
        if event["type"].endswith("StateEntered")
    ]


def slack(connection: str, text: str = "*{{title}}*") -> dict[str, Any]:
    """A delivery to Slack."""
    given = {"channel": "#launch", "text": text}
    return {
        "connector": "slack",
        "action": "post_message",
        "connectionId": connection,
        "input": given,
    }


def sms(connection: str) -> dict[str, Any]:
    """A delivery by SMS."""
    given = {"to": "+4915112345678", "body": "{{title}}"}
    return {"connector": "sms", "action": "send_sms", "connectionId": connection, "input": given}
