"""The outer shell of every function: logging context, and the one place that catches everything."""

from collections.abc import Callable
from typing import Any

from hub.domain.errors import HubError, InternalError
from hub.observability import logger

type Event = dict[str, Any]
type LambdaHandler = Callable[[Event, Any], Any]


def is_http(event: Event) -> bool:
    """Whether the event is a request of the HTTP API (payload format 2.0)."""
    return event.get("version") == "2.0" and "routeKey" in event


def entrypoint(
    *, http: LambdaHandler | None = None, task: LambdaHandler | None = None
) -> LambdaHandler:
    """A Lambda handler over an HTTP side and a task side.

    Task side: errors of ours pass through, because Step Functions matches on their names; anything
    else is logged and becomes InternalError, whose message has the request id and nothing internal.
    HTTP side: anything unforeseen becomes a 500 in the envelope.
    """

    @logger.inject_lambda_context(clear_state=True)
    def handler(event: Event, context: Any) -> Any:
        try:
            if http and is_http(event):
                return http(event, context)
            if task:
                _log_keys(event)
                return task(event, context)
            raise InternalError("this function was called in a way it does not know")
        except HubError as error:
            logger.warning("task failed", extra={"code": error.error_code, "error": error.message})
            raise
        except Exception:  # noqa: BLE001 -- the outermost shell: nothing may pass it unseen
            logger.exception("unforeseen error")
            return _crashed(event, context, bool(http))

    return handler


def _log_keys(event: Event) -> None:
    known = ("runId", "organizationId", "task", "stepIndex")
    if isinstance(event, dict):
        logger.append_keys(**{key: event[key] for key in known if key in event})


def _crashed(event: Event, context: Any, answers_http: bool) -> Any:
    request_id = getattr(context, "aws_request_id", "unknown")
    if answers_http and is_http(event):
        from hub.http import failure, request_id_of

        shown = request_id_of(event, context)
        message = f"something went wrong on our side; quote request id {shown} to your operator"
        return failure(500, "INTERNAL_ERROR", message, shown)
    raise InternalError(f"internal error; see the function's log for request id {request_id}")
