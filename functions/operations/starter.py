"""Starts runs whose time has come: new ones that nobody started, and those that had to wait.

Whoever writes a run starts its execution right after, but may die in between. This function sees
every new run a few seconds later on the table's stream, and starts those still queued. Starting is
idempotent by the run's name, so a run that is just slow cannot start twice. It also sees every end
of a scheduled run, for which another firing of the same schedule may be waiting.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBRecord,
    DynamoDBRecordEventName,
)

from hub import wiring
from hub.domain.run import RunStatus
from hub.entrypoint import Event, entrypoint
from hub.observability import count, logger


def handle(record: DynamoDBRecord) -> None:
    """Look after a run that is new, or that a schedule started and that has ended."""
    if record.event_name is DynamoDBRecordEventName.INSERT:
        start_if_queued(record)
        return
    # Only schedules need it: new runs shall not wait for it to be loaded.
    from operations.schedule_endings import EndedRun, scheduled_run_ended

    assert record.dynamodb is not None
    scheduled_run_ended(EndedRun.from_image(record.dynamodb.new_image))


def start_if_queued(record: DynamoDBRecord) -> None:
    """Start the execution of a new run that is still queued."""
    assert record.dynamodb is not None
    image = record.dynamodb.new_image
    organization_id, run_id = image["organizationId"], image["id"]
    run = wiring.runs().get(organization_id, run_id)
    if run is None or run.status is not RunStatus.QUEUED:
        return
    logger.warning("run was still queued; starting it", extra={"runId": run_id})
    wiring.executions().start(run)
    count("RunsStartedLate")


def _task(event: Event, context: Any) -> Any:
    return process_partial_response(
        event=event,
        record_handler=handle,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams),
        context=context,
    )


handler = entrypoint(task=_task)
