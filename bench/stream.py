"""The run table's stream, read as Lambda's poller reads it."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bench.results import BenchError
from bench.stack import ORGANIZATION, Stack
from bench.units import Index, record_units

type Record = Mapping[str, Any]

_READS = 50


class RunsStream:
    """Reads the stream from now on."""

    def __init__(self, stack: Stack) -> None:
        self._client = stack.aws("dynamodbstreams")
        table = stack.aws("dynamodb").describe_table(TableName=stack.outputs["RunsTableName"])
        self._indexes = indexes(table["Table"])
        self._iterator = self._latest(table["Table"]["LatestStreamArn"])
        self._kept: list[Record] = []

    def of(self, run_id: str) -> list[Record]:
        """The records of a run up to its ending, as a Lambda function gets them."""
        partition = f"ORG#{ORGANIZATION}#RUN#{run_id}"
        for _ in range(_READS):
            self._read()
            mine = [r for r in self._kept if r["dynamodb"]["Keys"]["pk"]["S"] == partition]
            if mine and "endedSequence" in mine[-1]["dynamodb"]["NewImage"]:
                self._kept = []
                return mine
        raise BenchError(f"the stream does not show the ending of {run_id}")

    def units(self, records: Sequence[Record]) -> float:
        """The write units of these changes, indexes included."""
        changes = [record["dynamodb"] for record in records]
        numbers = event_numbers(changes)
        return sum(
            record_units(change, self._indexes, doubled=in_transaction(change, numbers))
            for change in changes
        )

    def _latest(self, arn: str) -> str:
        shards = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator: str = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shards[-1]["ShardId"], ShardIteratorType="LATEST"
        )["ShardIterator"]
        return iterator

    def _read(self) -> None:
        answer = self._client.get_records(ShardIterator=self._iterator)
        self._iterator = answer["NextShardIterator"]
        self._kept += [_plain(record) for record in answer["Records"]]


def indexes(table: Mapping[str, Any]) -> list[Index]:
    """The global secondary indexes of a described table."""
    keys = {key["AttributeName"] for key in table["KeySchema"]}
    return [
        Index(
            key=index["KeySchema"][0]["AttributeName"],
            attributes=frozenset(keys)
            | {key["AttributeName"] for key in index["KeySchema"]}
            | set(index["Projection"].get("NonKeyAttributes", ())),
        )
        for index in table.get("GlobalSecondaryIndexes", ())
    ]


def event_numbers(changes: Sequence[Record]) -> set[str]:
    """The sequence numbers of the run's stored events."""
    keys = [change["Keys"]["sk"]["S"] for change in changes]
    return {str(int(key.removeprefix("EVENT#"))) for key in keys if key.startswith("EVENT#")}


def in_transaction(change: Record, numbers: set[str]) -> bool:
    """Whether the change was one half of a transaction: a run's change together with its event."""
    if change["Keys"]["sk"]["S"] != "RUN":
        return True
    return change["NewImage"]["sequence"]["N"] in numbers


def _plain(value: Any) -> Any:
    """A record as JSON, in the shape of a Lambda event."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.timestamp()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
