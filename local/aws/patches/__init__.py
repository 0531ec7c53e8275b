"""The gaps of the emulator this project closes; each patch is one function that names its gap.

The patches replace private functions of one pinned version: run `tests/local` at each upgrade.
Imported in the emulator's venv only.
"""

from collections.abc import Callable, Collection

from local.aws.patches import (
    cloudformation,
    functions,
    http_api,
    iam,
    scheduler,
    server,
    stepfunctions,
    streams,
    websocket,
)

ALL: tuple[Callable[[], None], ...] = (
    server.prompt_stop,
    functions.runtime_client,
    http_api.openapi_body,
    http_api.payload_format,
    websocket.optional_identity_source,
    websocket.unauthorized_error,
    websocket.central_invocation,
    websocket.route_responses,
    cloudformation.unsupported_types,
    cloudformation.yaml_definitions,
    stepfunctions.retry_delays,
    stepfunctions.idempotent_start,
    stepfunctions.immediate_start,
    stepfunctions.nested_history,
    stepfunctions.map_stops_at_failure,
    stepfunctions.timeout_expressions,
    scheduler.schedules,
    iam.schedule_groups,
    streams.stream_failures,
    streams.stream_positions,
)


def apply(skip: Collection[str] = ()) -> None:
    """Apply every patch but those named in `skip`."""
    for patch in ALL:
        if patch.__name__ not in skip:
            patch()
