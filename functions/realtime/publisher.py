"""The run table's stream: pushes what happened to sockets, and endings to the event bus too.

Stored events are pushed as they are, an ending is derived from the record that ended, a changed
schedule is told to the scheduler's room. Records are handled in order; the first that fails is
reported together with all after it, and Lambda sends them again from there. So a socket or the bus
can get an event more than once (its id tells), but never out of order and never not at all.
Contract: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from hub import wiring
from hub.adapters.dynamo import from_item
from hub.adapters.dynamo_runs import event_of
from hub.domain import events
from hub.domain.errors import TransientError
from hub.domain.limits import AgentFailure
from hub.domain.model import Json, iso
from hub.domain.run import DELIVERY, AgentRun, RunEvent, RunStatus, Trigger
from hub.entrypoint import entrypoint
from hub.observability import count, logger
from hub.scheduler_counts import scheduler_counts
from realtime.topics import Room, room_topic, topics_of

RUN_ENDED = "AgentRun Ended"
"""The detail type of what the event bus is told."""

AGENT_FAILED = "AGENT_EXECUTION_FAILED"
"""What the state machine writes when an agent or its model did not work, four times in a row."""


# An ending needs no payloads, and some lie in S3: they are neither fetched nor parsed.
_PAYLOADS = frozenset({"input", "output", "steps"})
_FIELDS = {field.alias or name for name, field in AgentRun.model_fields.items()} - _PAYLOADS


def publish(event: dict[str, Any], _context: Any) -> Json:
    """Publish a batch of stream records; the answer names those to send again."""
    push = Push()
    processor = _InOrder(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)
    with processor(records=event["Records"], handler=Publication(push).publish):
        processor.process()
    failures = processor.response()["batchItemFailures"]
    for name, number in (
        ("EventsPushed", push.pushed),
        ("SocketsDead", push.dead),
        ("RecordsToRetry", len(failures)),
    ):
        if number:
            count(name, number)
    return {"batchItemFailures": failures}


class _InOrder(BatchProcessor):
    """Handles no record after one that failed: Lambda sends all from there again anyway."""

    def _process_record(self, record: dict[str, Any]) -> Any:
        if not self.fail_messages:
            return super()._process_record(record)
        held = TransientError("held back, because a record before it failed")
        return super().failure_handler(DynamoDBRecord(record), (TransientError, held, None))

    def failure_handler(self, record: Any, exception: Any) -> Any:
        logger.warning("record not published; it is sent again", exc_info=exception)
        return super().failure_handler(record, exception)


class Push:
    """Sends to whoever listens, during one batch, and counts.

    A topic's listeners are read once a batch. Who subscribes meanwhile misses nothing: all records
    of the batch were in the table before, where a `since` finds them.
    """

    def __init__(self) -> None:
        self.pushed = 0
        self.dead = 0
        self._listening: dict[str, set[str]] = {}

    def listeners(self, topics: Sequence[str]) -> list[str]:
        """The sockets that listen to any of the topics, each once."""
        for topic in topics:
            if topic not in self._listening:
                self._listening[topic] = wiring.socket_store().listeners([topic])
        return sorted(set[str]().union(*(self._listening[topic] for topic in topics)))

    def send(self, topics: Sequence[str], message: Json) -> None:
        """Send a message once to each listener, and forget sockets that are gone.

        TransientError if one could not take it; the others have got it all the same.
        """
        throttled: TransientError | None = None
        for connection in self.listeners(topics):
            try:
                alive = wiring.sockets().send(connection, message)
            except TransientError as error:
                throttled = error
                continue
            if alive:
                self.pushed += 1
            else:
                self._forget(connection)
        if throttled:
            raise throttled

    def _forget(self, connection: str) -> None:
        self.dead += 1
        wiring.socket_store().disconnect(connection)
        for listening in self._listening.values():
            listening.discard(connection)


class Publication:
    """Decides what a stream record means, and to whom."""

    def __init__(self, push: Push) -> None:
        self._push = push

    def publish(self, record: DynamoDBRecord) -> None:
        """Publish one record; records that mean nothing to anybody are passed over."""
        change: Mapping[str, Any] = record.raw_event["dynamodb"]
        sort_key = change["Keys"]["sk"]["S"]
        kind = record.raw_event["eventName"]
        if sort_key == "SCHEDULE":
            self._schedule_changed(change)
        elif sort_key.startswith("EVENT#") and kind == "INSERT":
            item = from_item(change["NewImage"])
            self._tell(item["organizationId"], event_of(item))
        elif sort_key == "RUN" and kind != "REMOVE" and _has_ended(change):
            self._run_ended(_run_of(change["NewImage"]))

    def _run_ended(self, run: AgentRun) -> None:
        # The bus comes first: a socket that takes nothing must not keep the ending from it.
        wiring.bus().publish(RUN_ENDED, [_ending_detail(run)])
        _judge_agent(run)
        self._tell(run.organization_id, events.ended(run))

    def _tell(self, organization_id: str, event: RunEvent) -> None:
        self._push.send(topics_of(organization_id, event), event.to_json())

    def _schedule_changed(self, change: Mapping[str, Any]) -> None:
        schedule = from_item(change.get("NewImage") or change["OldImage"])
        organization = schedule["organizationId"]
        topics = [room_topic(organization, Room.SCHEDULER)]
        if not self._push.listeners(topics):
            return
        enabled = "NewImage" in change and schedule["enabled"]
        at = datetime.fromtimestamp(float(change["ApproximateCreationDateTime"]), UTC)
        schedules = wiring.schedules().list(organization)
        data = {
            "agentId": schedule["agentId"],
            "scheduleEnabled": enabled,
            **scheduler_counts(wiring.runs(), schedules, organization, at),
            "timestamp": iso(at),
        }
        # A schedule has no sequence of its own; the stream's is unique and stays when sent again.
        message = {"event": "scheduler:status", "id": change["SequenceNumber"], "data": data}
        self._push.send(topics, message)


def _judge_agent(run: AgentRun) -> None:
    """Keep how a run's agent did, for the gate before its next run.

    It failed, or it planned. Any other ending says nothing of it: a cancel, bad input, a replay
    that had its plan already. Told again, the same ending changes nothing.
    """
    if run.agent_id == DELIVERY or run.completed_at is None:
        return
    whose = (run.organization_id, run.agent_id)
    if run.error_code == AGENT_FAILED:
        wiring.circuits().failed(*whose, AgentFailure(run.id, run.completed_at))
    elif run.planned and run.trigger is not Trigger.REPLAY:
        wiring.circuits().succeeded(*whose, run.completed_at)


def _has_ended(change: Mapping[str, Any]) -> bool:
    """Whether this very change ended the run."""
    old = change.get("OldImage")
    return _terminal(change["NewImage"]) and not (old and _terminal(old))


def _terminal(image: Mapping[str, Any]) -> bool:
    return RunStatus(image["status"]["S"]).terminal


def _run_of(image: Mapping[str, Any]) -> AgentRun:
    document = from_item({name: value for name, value in image.items() if name in _FIELDS})
    return AgentRun.model_validate(document)


def _ending_detail(run: AgentRun) -> dict[str, Json]:
    error = {"errorCode": run.error_code} if run.error_code else {}
    return {
        "organizationId": run.organization_id,
        "runId": run.id,
        "agentId": run.agent_id,
        "intent": run.intent,
        "status": run.status,
        **error,
        "metrics": run.metrics.to_json() if run.metrics else {},
    }


handler = entrypoint(task=publish)
