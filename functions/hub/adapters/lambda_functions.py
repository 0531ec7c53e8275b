"""Asks other functions of the stack, over Lambda's Invoke.

Contract: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. A function that raised
answers with `FunctionError` and the error's class name and message as its payload.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from hub.adapters.aws import error_code
from hub.domain import errors
from hub.domain.errors import (
    HubError,
    InternalError,
    MisconfiguredError,
    RateLimitedError,
    TransientError,
)
from hub.domain.model import Json
from hub.observability import logger

_WAIT_SECONDS = 30
"""An error crosses Invoke as its name and message only: how long to wait is lost on the way."""

_BUSY = frozenset({"TooManyRequestsException", "ServiceException", "EC2ThrottledException"})


class LambdaFunctions:
    """Other functions of the stack. The client is asked for at first use."""

    def __init__(self, client: Callable[[], Any]) -> None:
        self._client = client

    def ask(self, name: str, payload: Mapping[str, Json]) -> Json:
        """Ask a function something that changes nothing, and wait for its answer.

        A HubError raised there is raised here, with its message. TransientError: it is busy or did
        not answer in time. MisconfiguredError: there is no such function. InternalError: it failed
        in any other way, which its log tells.
        """
        try:
            answer = self._client().invoke(
                FunctionName=name,
                InvocationType="RequestResponse",
                Payload=json.dumps(payload).encode(),
            )
        except (ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError) as error:
            raise TransientError(f"the function {name} did not answer; try again") from error
        except ClientError as error:
            known = _refused(name, error)
            if known is None:
                raise
            raise known from error
        body = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise _raised(name, body, answer["ResponseMetadata"].get("RequestId", "unknown"))
        return body


def _refused(name: str, error: ClientError) -> HubError | None:
    code = error_code(error)
    if code == "ResourceNotFoundException":
        return MisconfiguredError(
            f"the function {name} is not deployed; deploy the stack with it, then try again"
        )
    if code in _BUSY:
        return TransientError(f"the function {name} is busy; try again in a few seconds")
    return None


def _raised(name: str, body: Json, request_id: str) -> HubError:
    """The error the function raised, if it is one of ours: only their messages may be shown."""
    shown = body if isinstance(body, dict) else {}
    kind = getattr(errors, str(shown.get("errorType")), None)
    message = str(shown.get("errorMessage"))
    if kind is RateLimitedError:
        return RateLimitedError(message, retry_after=_WAIT_SECONDS)
    if isinstance(kind, type) and issubclass(kind, HubError):
        return kind(message)
    error_type = shown.get("errorType")
    logger.error("another function failed", extra={"function": name, "errorType": error_type})
    return InternalError(
        f"the function {name} failed; its log has the cause under request id {request_id}"
    )
