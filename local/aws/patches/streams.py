"""Patches of DynamoDB streams as event sources of functions."""

import time
import types
from typing import Any

from ministack.services import lambda_svc

type Json = dict[str, Any]
type Records = list[Json]

_LONGEST_DELAY_SECONDS = 5.0


def stream_failures() -> None:
    """Stream mappings honour their settings for failures.

    ministack 1.5.33 ignores `MaximumRetryAttempts`, `BisectBatchOnFunctionError`,
    `ReportBatchItemFailures` and the OnFailure destination of exhausted retries.
    """
    poll, run = lambda_svc._poll_dynamodb_streams, lambda_svc._execute_function

    def execute(function: Json, event: Json) -> Any:
        mapping = _mapping(function, event["Records"])
        if mapping.get("MaximumRetryAttempts", -1) < 0:
            return run(function, event)
        return _Delivery(run, function, mapping).attempt(event["Records"], 0)

    # Only the poller's calls are to be replaced: it gets a namespace that sees through to the
    # module, so that it still finds what other patches replace.
    lambda_svc._poll_dynamodb_streams = types.FunctionType(
        poll.__code__, {**poll.__globals__, "_execute_function": execute}
    )


def stream_positions() -> None:
    """A restart with kept state goes on with the stream's new records.

    ministack 1.5.33 restores the position a mapping had read to, but not the stream's records,
    and so skips as many new ones.
    """

    def restore(store: Any, positions: Any) -> None:
        store._data.update(dict.fromkeys(getattr(positions, "_data", {}), 0))

    lambda_svc._restore_esm_positions = restore
    restore(lambda_svc._dynamodb_stream_positions, lambda_svc._dynamodb_stream_positions)


class _Delivery:
    """The attempts to deliver one batch of one mapping."""

    def __init__(self, run: Any, function: Json, mapping: Json) -> None:
        self._run = run
        self._function = function
        self._mapping = mapping

    def attempt(self, batch: Records, tries: int) -> Any:
        """The result of the last attempt, or an empty one when the batch was given up."""
        result = self._run(self._function, {"Records": batch})
        failed = self._failed_items(result)
        if not result.get("error") and not failed:
            return result
        if failed:
            # AWS's checkpoint: whatever precedes the lowest failed number is done.
            batch = batch[_first_index(batch, failed) :]
        if tries >= self._mapping["MaximumRetryAttempts"]:
            self._give_up(batch, result)
            return {"body": None, "log": result.get("log", "")}
        time.sleep(min(2**tries / 2, _LONGEST_DELAY_SECONDS))
        if self._mapping.get("BisectBatchOnFunctionError") and len(batch) > 1 and not failed:
            middle = len(batch) // 2
            self.attempt(batch[:middle], tries + 1)
            return self.attempt(batch[middle:], tries + 1)
        return self.attempt(batch, tries + 1)

    def _failed_items(self, result: Json) -> list[str]:
        answer = result.get("body")
        reports = "ReportBatchItemFailures" in (self._mapping.get("FunctionResponseTypes") or [])
        if not reports or result.get("error") or not isinstance(answer, dict):
            return []
        return [item.get("itemIdentifier") for item in answer.get("batchItemFailures") or []]

    def _give_up(self, batch: Records, result: Json) -> None:
        source = batch[0]["eventSourceARN"]
        lambda_svc._send_ddb_stream_failure_record(
            self._mapping, self._function, batch, source, result, "RetryAttemptsExhausted"
        )


def _first_index(batch: Records, numbers: list[str]) -> int:
    failed = (i for i, record in enumerate(batch) if _number(record) in numbers)
    return min(failed, default=0)


def _number(record: Json) -> str:
    number: str = record["dynamodb"]["SequenceNumber"]
    return number


def _mapping(function: Json, records: Records) -> Json:
    config = function.get("config") or function
    names = (config["FunctionName"], config["FunctionArn"])
    source = records[0]["eventSourceARN"]
    for _, _, mapping in lambda_svc._iter_all_esms():
        if mapping.get("EventSourceArn") == source and mapping.get("FunctionName") in names:
            found: Json = mapping
            return found
    return {}
