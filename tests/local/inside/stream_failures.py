"""Prints which batches reach a function whose stream mapping has settings for failures."""

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.services import lambda_svc

from local.aws.patches import streams

delivered: list[list[str]] = []
given_up: list[list[str]] = []


def numbers(batch: list[Any]) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in batch]


def note_given_up(mapping: Any, function: Any, batch: list[Any], *_: Any) -> None:
    given_up.append(numbers(batch))


def deliver(
    batch: list[str], answer: Callable[[list[str]], Any], **mapping: Any
) -> list[list[str]]:
    def run(function: Any, event: Any) -> Any:
        delivered.append(numbers(event["Records"]))
        return answer(delivered[-1])

    delivered.clear()
    records = [{"eventSourceARN": "arn", "dynamodb": {"SequenceNumber": n}} for n in batch]
    streams._Delivery(run, {}, mapping).attempt(records, 0)
    return list(delivered)


def fail(batch: list[str]) -> Any:
    return {"error": True, "body": {}}


def fail_with_four(batch: list[str]) -> Any:
    return {"error": "4" in batch, "body": {}}


def report_two_once(batch: list[str]) -> Any:
    failures = [{"itemIdentifier": "2"}] if "1" in batch else []
    return {"body": {"batchItemFailures": failures}}


time.sleep = lambda seconds: None
lambda_svc._send_ddb_stream_failure_record = note_given_up
print(
    json.dumps(
        {
            "retries": deliver(["1", "2"], fail, MaximumRetryAttempts=2),
            "bisects": deliver(
                ["1", "2", "3", "4"],
                fail_with_four,
                MaximumRetryAttempts=2,
                BisectBatchOnFunctionError=True,
            ),
            "checkpoints": deliver(
                ["1", "2", "3"],
                report_two_once,
                MaximumRetryAttempts=2,
                FunctionResponseTypes=["ReportBatchItemFailures"],
            ),
            "given up": given_up,
        }
    )
)
