"""What the tests do with an embedded AWS."""

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import websockets.exceptions
from websockets.sync.client import ClientConnection, connect

from local.aws import tools
from local.aws.process import EmbeddedAws
from local.aws.urls import local_outputs

HERE = Path(__file__).parent
TEMPLATE = HERE / "app/template.yaml"
_NAME_IN_LIST = re.compile(r"^    \w+\.(\w+),$", re.MULTILINE)


def patch_names() -> tuple[str, ...]:
    """The names of all patches; read from the source, for the emulator is not importable here."""
    source = (tools.ROOT / "local/aws/patches/__init__.py").read_text()
    return tuple(_NAME_IN_LIST.findall(source))


def run_inside(script: str, *skip: str) -> Any:
    """The JSON a script of `inside/` prints, run by the emulator's interpreter."""
    result = subprocess.run(
        [tools.EMULATOR_PYTHON, HERE / "inside" / script, *skip],
        env={**tools.base_environment(), "PYTHONPATH": str(tools.ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def eventually[T](probe: Callable[[], T], seconds: float = 15.0) -> T:
    """The probe's first truthy answer; an `AssertionError` when it has none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        assert time.monotonic() < deadline, f"nothing in {seconds} s"
        time.sleep(0.02)
    return answer


class Cloud:
    """One embedded AWS, its stack's outputs, and short ways to use them."""

    def __init__(self, aws: EmbeddedAws, outputs: dict[str, str]) -> None:
        self.aws = aws
        self.outputs = outputs

    @classmethod
    def with_stack(cls, aws: EmbeddedAws) -> "Cloud":
        """Deploy the test's template under the name "app"."""
        cloud = cls(aws, {})
        status = cloud.create_stack("app", TEMPLATE.read_text())
        assert status == "CREATE_COMPLETE", status
        stack = cloud.client("cloudformation").describe_stacks(StackName="app")["Stacks"][0]
        outputs = {item["OutputKey"]: item["OutputValue"] for item in stack["Outputs"]}
        return cls(aws, local_outputs(outputs, aws.endpoint))

    def client(self, service: str) -> Any:
        """A boto3 client of the service."""
        # Untyped: the stubs know a service by its literal name only.
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.aws.endpoint,
            region_name=tools.REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def create_stack(self, name: str, template: str) -> str:
        """Create a stack and return its final status."""
        formation = self.client("cloudformation")
        formation.create_stack(
            StackName=name, TemplateBody=template, Capabilities=["CAPABILITY_IAM"]
        )

        def finished() -> str:
            status = formation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
            return "" if status.endswith("IN_PROGRESS") else status

        return eventually(finished)

    def invoke(self, **event: Any) -> Any:
        """The answer of the test's function, an error object when it failed."""
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs["Function"], Payload=json.dumps(event)
        )
        return json.loads(answer["Payload"].read())

    def get(self, output: str, path: str, **headers: str) -> tuple[int, Any]:
        """Status and JSON body of a GET under the URL in the output."""
        request = urllib.request.Request(self.outputs[output] + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")

    def connect(self, output: str, query: str = "") -> ClientConnection:
        """An open WebSocket to the URL in the output; raises `InvalidStatus` when refused."""
        return connect(self.outputs[output] + query, proxy=None)

    def refusal(self, output: str, query: str = "") -> int:
        """The HTTP status a WebSocket handshake is refused with, 101 when it is not."""
        try:
            with self.connect(output, query):
                return 101
        except websockets.exceptions.InvalidStatus as error:
            return error.response.status_code

    def start(self, output: str, data: Any, name: str = "") -> str:
        """Start the state machine in the output; returns the execution's ARN."""
        named = {"name": name} if name else {}
        arn: str = self.client("stepfunctions").start_execution(
            stateMachineArn=self.outputs[output], input=json.dumps(data), **named
        )["executionArn"]
        return arn

    def result(self, arn: str, seconds: float = 15.0) -> Any:
        """The closed execution, as DescribeExecution tells."""
        states = self.client("stepfunctions")

        def closed() -> Any:
            execution = states.describe_execution(executionArn=arn)
            return execution if execution["status"] != "RUNNING" else None

        return eventually(closed, seconds)

    def history(self, arn: str) -> list[Any]:
        """The execution's events."""
        events: list[Any] = self.client("stepfunctions").get_execution_history(
            executionArn=arn, maxResults=1000
        )["events"]
        return events

    def message(self, output: str) -> str:
        """The body of one message taken from the queue in the output, or an empty text."""
        messages = self.client("sqs").receive_message(QueueUrl=self.outputs[output])
        return next((item["Body"] for item in messages.get("Messages", [])), "")

    def logs(self, function: str) -> str:
        """All the function's log lines."""
        events = self.client("logs").filter_log_events(
            logGroupName=f"/aws/lambda/{self.outputs[function]}"
        )["events"]
        return "\n".join(event["message"] for event in events)
