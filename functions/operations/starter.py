"""Starts new runs that nobody started.

Whoever writes a run starts its execution right after, but may die in between. This function sees
every new run a few seconds later on the table's stream, and starts those still queued. Starting is
idempotent by the run's name, so a run that is just slow cannot start twice.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from hub import wiring
from hub.domain.run import RunStatus
from hub.entrypoint import Event, entrypoint
from hub.observability import count, logger


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
        record_handler=start_if_queued,
        processor=BatchProcessor(event_type=EventType.DynamoDBStreams),
        context=context,
    )


handler = entrypoint(task=_task)
