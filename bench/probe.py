"""Runs one handler and tells where its time goes: `python -m bench.probe HANDLER`.

Runs in the functions' interpreter, with the built code and layers on its path. Each line of its
input is an event, each line of its output what came of it (see `Recorder.call`).
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.units import item_bytes, read_units, write_units

type Json = Any
type Handler = Callable[[Json, Any], Json]


class Context:
    """What the runtime tells a handler about its invocation."""

    memory_limit_in_mb = 512
    invoked_function_version = "$LATEST"

    def __init__(self) -> None:
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.invoked_function_arn = (
            f"arn:aws:lambda:{os.environ['AWS_REGION']}:000000000000:function:{self.function_name}"
        )
        self.aws_request_id = f"bench-{time.monotonic_ns()}"

    def get_remaining_time_in_millis(self) -> int:
        """Enough."""
        return 10_000


class Recorder:
    """Times a handler, the AWS calls within it, and the round trips within those."""

    def __init__(self) -> None:
        self._wire = 0.0
        self._calls: list[tuple[str, str, Json, Json]] = []
        self._in_calls = 0.0

    def install(self) -> None:
        """Wrap botocore: each API call, and each HTTP round trip."""
        from botocore.client import BaseClient
        from botocore.httpsession import URLLib3Session

        send, make = URLLib3Session.send, BaseClient._make_api_call  # type: ignore[attr-defined]

        def timed_send(session: Any, request: Any) -> Any:
            started = time.perf_counter()
            try:
                return send(session, request)
            finally:
                self._wire += time.perf_counter() - started

        def timed_call(client: Any, operation: str, params: Json) -> Any:
            started = time.perf_counter()
            answer: Json = {}
            try:
                answer = make(client, operation, params)
                return answer
            finally:
                self._in_calls += time.perf_counter() - started
                service = client.meta.service_model.service_name
                self._calls.append((service, operation, params, answer))

        URLLib3Session.send = timed_send  # type: ignore[method-assign, assignment]
        BaseClient._make_api_call = timed_call  # type: ignore[attr-defined]

    def call(self, handler: Handler, event: Json) -> dict[str, Json]:
        """Answer, milliseconds (`total`, `wire`, `sdk`), and the AWS calls with their units."""
        self._wire = self._in_calls = 0.0
        self._calls = []
        context = Context()
        started = time.perf_counter()
        answer = handler(event, context)
        total = time.perf_counter() - started
        return {
            "answer": answer,
            "total": total * 1000,
            "wire": self._wire * 1000,
            "sdk": (self._in_calls - self._wire) * 1000,
            "calls": [describe(*call) for call in self._calls],
        }


def describe(service: str, operation: str, params: Json, answer: Json) -> dict[str, Json]:
    """An AWS call by name, with the DynamoDB units that can be told from it.

    The size of an item that is updated is not in the call: updates count one unit here.
    """
    told = {"service": service, "operation": operation, "writes": 0.0, "reads": 0.0, "table": ""}
    if service != "dynamodb":
        return told
    told["table"] = params.get("TableName", "")
    consistent = bool(params.get("ConsistentRead"))
    match operation:
        case "GetItem":
            size = item_bytes(answer.get("Item") or {})
            told["reads"] = read_units(size, consistent=consistent)
        case "Query":
            size = sum(item_bytes(item) for item in answer.get("Items") or ())
            told["reads"] = read_units(size, consistent=consistent)
        case "PutItem":
            told["writes"] = write_units(item_bytes(params["Item"]))
        case "TransactWriteItems":
            parts = [next(iter(part.values())) for part in params["TransactItems"]]
            told["table"] = parts[0]["TableName"]
            told["writes"] = sum(2 * write_units(item_bytes(p.get("Item", {}))) for p in parts)
        case _:
            told["writes"] = 1
    return told


def main(name: str) -> None:
    """Answer each event on the input with one line."""
    # What the handler logs must not get between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    recorder = Recorder()
    recorder.install()
    module, _, attribute = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), attribute)
    for line in sys.stdin:
        answers.write(json.dumps(recorder.call(handler, json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1])
