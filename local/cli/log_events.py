"""Reads a stack's log group in CloudWatch Logs, and finds out which function wrote what.

All functions of a stack share one group. On AWS a stream's name there holds its function's name,
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html; on the
embedded AWS it does not, but the structured lines in it do.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.cli.account import aws_errors
from local.client import ApiError

_PLATFORM = re.compile(r"(START|END|REPORT) RequestId: ")
_STREAM_OF = re.compile(r"\d{4}/\d{2}/\d{2}/([\w-]+)\[")


@dataclass(frozen=True)
class LogRecord:
    """One line of a log. `content` is its JSON, or `{"message"}` of a line that is none."""

    function: str
    at: datetime
    content: dict[str, Any]


class LogReader:
    """Reads what one function (`None`: every function) wrote, for one run if named.

    `client` makes a boto3 client of a service. Every method raises `NeonHubError`.
    """

    def __init__(
        self,
        client: Callable[[str], Any],
        stack_name: str,
        function: str | None = None,
        run_id: str | None = None,
    ) -> None:
        self._prefix = f"{stack_name}-"
        self._client = client
        self._stack_name = stack_name
        self._function = function.removeprefix(self._prefix) if function else None
        self._run_id = run_id
        self._group: str | None = None
        self._writers: dict[str, str] = {}
        self._printed: set[str] = set()
        self._from = 0

    def read(self, start: datetime | None) -> Iterator[LogRecord]:
        """The records since then, or those that came after the last call."""
        if start is not None:
            self._from = round(start.timestamp() * 1000)
        with aws_errors():
            found = self._events()
        for event in found:
            self._learn_writer(event)
        for event in found:
            self._from = max(self._from, event["timestamp"])
            identity = _identity(event)
            if identity in self._printed:
                continue
            self._printed.add(identity)
            record = self._record(event)
            if self._is_wanted(record, event["message"]):
                yield record

    def _events(self) -> list[dict[str, Any]]:
        logs = self._client("logs")
        given = {"logGroupName": self._group_name(), "startTime": self._from}
        # On AWS this saves reading what is not wanted; below it is looked at again.
        pattern = {"filterPattern": f'"{self._run_id}"'} if self._run_id else {}
        pages = logs.get_paginator("filter_log_events").paginate(**given, **pattern)
        return [event for page in pages for event in page["events"]]

    def _group_name(self) -> str:
        """The stack's group; each function's own where a stack has no shared one."""
        if self._group is None:
            stacks = self._client("cloudformation").describe_stacks(StackName=self._stack_name)
            outputs = stacks["Stacks"][0].get("Outputs", [])
            named = {output["OutputKey"]: output["OutputValue"] for output in outputs}
            own = f"/aws/lambda/{self._prefix}{self._function}" if self._function else None
            self._group = named.get("LogGroupName") or own
        if self._group is None:
            message = f"the stack {self._stack_name} has no output LogGroupName"
            raise ApiError("NO_LOG_GROUP", message)
        return self._group

    def _learn_writer(self, event: dict[str, Any]) -> None:
        stream = event["logStreamName"]
        if stream in self._writers:
            return
        named = _STREAM_OF.match(stream)
        name = named[1] if named else _content(event["message"]).get("function_name")
        if self._group == f"/aws/lambda/{self._prefix}{self._function}":
            name = f"{self._prefix}{self._function}"
        if name:
            self._writers[stream] = str(name)

    def _record(self, event: dict[str, Any]) -> LogRecord:
        writer = self._writers.get(event["logStreamName"], "?")
        at = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
        return LogRecord(writer.removeprefix(self._prefix), at, _content(event["message"]))

    def _is_wanted(self, record: LogRecord, message: str) -> bool:
        if "_aws" in record.content:
            return False  # a metric in the embedded metric format
        if self._run_id and self._run_id not in message:
            return False
        if record.function == "?":
            # A function that could not even start names itself nowhere: show that to everybody.
            return not _PLATFORM.match(message)
        return self._function in (None, record.function)


def _content(message: str) -> dict[str, Any]:
    try:
        content = json.loads(message)
    except ValueError:
        return {"message": message.strip()}
    return content if isinstance(content, dict) else {"message": message.strip()}


def _identity(event: dict[str, Any]) -> str:
    own = event.get("eventId")
    return str(own or (event["logStreamName"], event["timestamp"], event["message"]))
