"""The real adapters stand behind their ports, and each is made once."""

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from hub import settings, wiring
from hub.adapters import aws
from hub.adapters.s3_blobs import S3BlobStore
from hub.adapters.sfn_executions import SfnExecutions
from hub.domain.errors import MisconfiguredError
from hub.domain.run import AgentRun
from tests.support import START

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "RUNS_TABLE": "runs",
    "PAYLOAD_BUCKET": "payloads",
    "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:runs",
    "CONNECTIONS_TABLE": "connections",
    "CREDENTIALS_KEY": "key",
    "IDEMPOTENCY_TABLE": "idempotency",
    "KEYS_TABLE": "keys",
    "SCHEDULE_GROUP": "neonhub",
    "SCHEDULE_TARGET_ARN": "arn:aws:lambda:us-east-1:123456789012:function:admission",
    "SCHEDULE_ROLE_ARN": "arn:aws:iam::123456789012:role/scheduler",
    "SCHEDULE_DLQ_ARN": "arn:aws:sqs:us-east-1:123456789012:dead",
    "SOCKETS_TABLE": "sockets",
    "SOCKET_ENDPOINT": "https://abc.execute-api.us-east-1.amazonaws.com/dev",
    "EVENT_BUS": "bus",
}
PORTS = [
    "clock", "ids", "blobs", "runs", "executions", "connections", "vault", "functions", "ledger",
    "circuits", "gate",
    "oauth_states", "keys", "schedules", "timetable", "socket_store", "sockets", "bus", "model",
]  # fmt: skip


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    clear()
    yield
    clear()


def clear() -> None:
    settings.load.cache_clear()
    aws.client.cache_clear()
    for name in PORTS:
        getattr(wiring, name).cache_clear()


@pytest.mark.parametrize("port", PORTS)
def test_a_port_has_its_adapter_once(port: str) -> None:
    with mock_aws():
        made = getattr(wiring, port)()
        assert made is getattr(wiring, port)()


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STATE_MACHINE_ARN")
    with pytest.raises(MisconfiguredError, match="STATE_MACHINE_ARN"):
        wiring.executions()


def test_a_malformed_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUN_RETENTION_DAYS", "soon")
    with pytest.raises(MisconfiguredError, match="RUN_RETENTION_DAYS"):
        wiring.runs()


def test_payloads_go_to_the_bucket_and_back() -> None:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="payloads")
        store = S3BlobStore(lambda: s3, "payloads")
        store.put("acme/run_1/a.json", b"{}")
        assert store.get("acme/run_1/a.json") == b"{}"


def run() -> AgentRun:
    return AgentRun(
        id="run_1",
        agent_id="content",
        organization_id="acme",
        intent="generate-draft",
        objective="Draft",
        created_at=START,
    )


def test_executions_are_started_once_by_name_and_stopped() -> None:
    with mock_aws():
        sfn = boto3.client("stepfunctions", region_name="us-east-1")
        role = "arn:aws:iam::123456789012:role/x"
        definition = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
        machine = sfn.create_state_machine(name="runs", definition=definition, roleArn=role)
        executions = SfnExecutions(sfn, machine["stateMachineArn"])
        assert executions.stop("run_1", "why") is False
        executions.start(run())
        executions.start(run())
        (found,) = sfn.list_executions(stateMachineArn=machine["stateMachineArn"])["executions"]
        assert found["name"] == "run_1"
        given = sfn.describe_execution(executionArn=found["executionArn"])["input"]
        assert json.loads(given) == {
            "runId": "run_1",
            "organizationId": "acme",
            "agentId": "content",
            "planner": "agent-content",
            "createdAt": "2026-03-02T09:00:00.000Z",
        }
        assert executions.stop("run_1", "why") is True
        assert executions.stop("run_1", "why") is False
