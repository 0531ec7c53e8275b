"""What the probe tells of a handler's AWS calls."""

from typing import Any

import boto3
import pytest
from moto import mock_aws

from bench.probe import Recorder, describe


@pytest.mark.parametrize(
    ("operation", "params", "answer", "reads", "writes"),
    [
        ("GetItem", {"ConsistentRead": True}, {"Item": {"a": {"S": "x" * 5000}}}, 2, 0),
        ("GetItem", {}, {}, 0.5, 0),
        ("Query", {"ConsistentRead": True}, {"Items": [{"a": {"S": "x"}}] * 3}, 1, 0),
        ("PutItem", {"Item": {"a": {"S": "x" * 1500}}}, {}, 0, 2),
        ("UpdateItem", {}, {}, 0, 1),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Update": {"TableName": "runs"}},
                    {"Put": {"TableName": "runs", "Item": {"a": {"S": "x"}}}},
                ]
            },
            {},
            0,
            4,
        ),
    ],
)
def test_calls_of_dynamodb_are_told_with_their_units(
    operation: str, params: dict[str, Any], answer: dict[str, Any], reads: float, writes: float
) -> None:
    told = describe("dynamodb", operation, {"TableName": "runs", **params}, answer)
    assert told == {
        "service": "dynamodb",
        "operation": operation,
        "table": "runs",
        "reads": reads,
        "writes": writes,
    }


def test_other_services_have_no_units() -> None:
    told = describe("events", "PutEvents", {"Entries": []}, {})
    assert (told["reads"], told["writes"], told["table"]) == (0, 0, "")


def test_a_handlers_time_is_cut_into_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.client import BaseClient
    from botocore.httpsession import URLLib3Session

    # Put back after the test what the recorder replaces.
    monkeypatch.setattr(BaseClient, "_make_api_call", BaseClient._make_api_call)
    monkeypatch.setattr(URLLib3Session, "send", URLLib3Session.send)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_LAMBDA_FUNCTION_NAME": "demo",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        recorder = Recorder()
        recorder.install()

        def handler(event: Any, context: Any) -> Any:
            tables = client.list_tables()["TableNames"]
            return {"name": context.function_name, "tables": tables, "given": event}

        told = recorder.call(handler, {"a": 1})
        again = recorder.call(lambda event, context: None, {})
    assert told["answer"] == {"name": "demo", "tables": [], "given": {"a": 1}}
    assert [call["operation"] for call in told["calls"]] == ["ListTables"]
    assert 0 < told["sdk"] <= told["total"]
    assert again["calls"] == []
    assert (again["wire"], again["sdk"]) == (0, 0)
