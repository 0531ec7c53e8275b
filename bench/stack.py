"""The template on an embedded AWS, as the benchmarks use it. Nothing but 127.0.0.1 is called."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from websockets.sync.client import ClientConnection, connect

from bench.cpu import CpuTime
from bench.results import BenchError
from local.aws import deploy, tools
from local.aws.process import EmbeddedAws
from local.aws.urls import local_url
from local.client import ApiClient, NeonHubError

NAME = "neonhub-bench"
ORGANIZATION = "acme"
"""The organization that the payloads in events/ speak of."""

# Its own build: whoever builds in this checkout meanwhile does not change what is measured.
BUILD = tools.ROOT / ".aws-sam/bench/build"

_ENDED = {"completed", "failed", "cancelled", "timed_out", "skipped", "needs_review"}
_DEADLINE = 60.0


class Stack:
    """A deployed stack with one organization and its admin's key."""

    def __init__(self, endpoint: str, outputs: Mapping[str, str], pid: int = 0) -> None:
        self.endpoint = endpoint
        self._pid = pid
        self.outputs = outputs
        self.socket_url = local_url(outputs["SocketUrl"], endpoint)
        self._clients: dict[str, Any] = {}
        self.key = self._new_key()
        url = local_url(outputs["ApiUrl"], endpoint)
        self._api = ApiClient(url, self.key, timeout=_DEADLINE)

    def aws(self, service: str) -> Any:
        """A boto3 client, made once."""
        if service not in self._clients:
            self._clients[service] = boto3.client(  # type: ignore[call-overload]
                service,
                endpoint_url=self.endpoint,
                region_name=tools.REGION,
                aws_access_key_id="test",
                aws_secret_access_key="test",
                config=Config(proxies={}, max_pool_connections=32),
            )
        return self._clients[service]

    def close(self) -> None:
        """Close every connection."""
        self._api.close()
        for client in self._clients.values():
            client.close()

    def cpu_time(self) -> CpuTime:
        """What the embedded AWS and the functions have used so far."""
        return CpuTime.of_group(self._pid)

    def data(self, method: str, path: str, body: Any = None) -> Any:
        """The data of a request that must succeed."""
        try:
            return self._api.request(method, path, body=body)
        except NeonHubError as error:
            raise BenchError(f"{method} {path}: {error}") from error

    def connection(self, kind: str = "slack") -> str:
        """A new sandbox connection; its id."""
        body = {"kind": kind, "mode": "sandbox", "name": "bench"}
        made: str = self.data("POST", "/api/connections", body)["id"]
        return made

    def start(self, *deliver: Mapping[str, Any], agent: str = "content", **given: Any) -> str:
        """Start a run, by default a draft for the deliveries; its id."""
        order = given or draft(*deliver)
        run: str = self.data("POST", f"/api/agents/{agent}/runs", order)["runId"]
        return run

    def wait(self, run_id: str) -> dict[str, Any]:
        """The run once it has completed."""
        until = time.monotonic() + _DEADLINE
        while time.monotonic() < until:
            run: dict[str, Any] = self.data("GET", f"/api/runs/{run_id}")
            if run["status"] == "completed":
                return run
            if run["status"] in _ENDED:
                raise BenchError(f"{run_id} ended as {run['status']}: {run.get('errorMessage')}")
            time.sleep(0.05)
        raise BenchError(f"{run_id} did not complete in {_DEADLINE:.0f} s")

    def history(self, run_id: str) -> list[dict[str, Any]]:
        """The events of a run's execution."""
        arn = self.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
        pages = self.aws("stepfunctions").get_paginator("get_execution_history")
        found = pages.paginate(executionArn=f"{arn}:{run_id}")
        return [event for page in found for event in page["events"]]

    @contextmanager
    def subscription(self, agent: str = "content") -> Iterator[ClientConnection]:
        """A socket that listens to an agent."""
        headers = {"authorization": f"Bearer {self.key}"}
        with connect(
            self.socket_url, additional_headers=headers, open_timeout=_DEADLINE, proxy=None
        ) as socket:
            socket.send(json.dumps({"action": "agent:subscribe", "agentId": agent}))
            answer = json.loads(socket.recv(timeout=_DEADLINE))
            if answer["event"] != "subscribed":
                raise BenchError(f"the subscription was refused: {answer}")
            yield socket

    @cached_property
    def idle_machine(self) -> str:
        """The ARN of a state machine that does nothing.

        A measured start is a real one then, and yet nothing else runs because of it.
        """
        definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
        made = self.aws("stepfunctions").create_state_machine(
            name=f"{NAME}-idle",
            definition=json.dumps(definition),
            roleArn=f"arn:aws:iam::{tools.ACCOUNT_ID}:role/idle",
        )
        arn: str = made["stateMachineArn"]
        return arn

    @contextmanager
    def quiet_stream(self, *but: str) -> Iterator[None]:
        """For as long as it lasts, no function of the stack gets stream records, but those named.

        Names are short ones, such as `publisher`.
        """
        client = self.aws("lambda")
        kept = {f"{NAME}-{name}" for name in but}
        mappings = client.list_event_source_mappings()["EventSourceMappings"]
        quiet = [m["UUID"] for m in mappings if m["FunctionArn"].split(":")[6] not in kept]
        for mapping in quiet:
            client.update_event_source_mapping(UUID=mapping, Enabled=False)
        try:
            yield
        finally:
            for mapping in quiet:
                client.update_event_source_mapping(UUID=mapping, Enabled=True)

    def _new_key(self) -> str:
        order = {
            "task": "create_key",
            "organizationId": ORGANIZATION,
            "role": "admin",
            "name": "bench",
        }
        answer = self.aws("lambda").invoke(
            FunctionName=self.outputs["KeysFunctionName"], Payload=json.dumps(order)
        )
        made = json.loads(answer["Payload"].read())
        if "key" not in made:
            raise BenchError(f"no API key could be made: {made}")
        key: str = made["key"]
        return key


def draft(*deliver: Mapping[str, Any]) -> dict[str, Any]:
    """The body that starts a draft for the deliveries."""
    given = {"brief": "NeonHub is here. It runs agents in your account.", "deliver": list(deliver)}
    return {"intent": "generate-draft", "input": given}


def to_slack(connection: str) -> dict[str, Any]:
    """A delivery to Slack: the one step of a plain run."""
    given = {"channel": "#launch", "text": "*{{title}}*\n{{summary}}"}
    return {
        "connector": "slack",
        "action": "post_message",
        "connectionId": connection,
        "input": given,
    }


def build() -> Path:
    """Build the template for the benchmarks; returns the built template."""
    return deploy.build(build_folder=BUILD)


@contextmanager
def deployed(template: Path) -> Iterator[Stack]:
    """The built template on an embedded AWS of its own."""
    with EmbeddedAws() as aws:
        # More than anybody may by default. Not 0: what is measured counts them, as it does on AWS.
        parameters = {"RunsPerMinute": "1000000"}
        outputs = deploy.deploy(NAME, aws.endpoint, parameters, template=template)
        stack = Stack(aws.endpoint, outputs, aws.pid or 0)
        try:
            yield stack
        finally:
            stack.close()
