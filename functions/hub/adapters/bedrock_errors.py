"""What Bedrock says when it does not answer, for writing and for embedding alike.

https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
"""

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from hub.adapters.aws import error_code
from hub.domain.errors import MisconfiguredError, TransientError

NO_ANSWER = (ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError)
"""The errors of a call that had no answer in time."""

_THROTTLED = frozenset({"ThrottlingException", "TooManyRequestsException"})
_BUSY = frozenset(
    {
        "ServiceUnavailableException",
        "InternalServerException",
        "ModelTimeoutException",
        "ModelNotReadyException",
        "ModelErrorException",
    }
)


def no_answer(who: str) -> TransientError:
    """The error for a call of `who` that had no answer in time."""
    return TransientError(f"{who} did not answer in time; try again", code="MODEL_TIMEOUT")


def refused(error: ClientError, who: str, advice: str) -> TransientError | MisconfiguredError:
    """The error for an answer that is none; `advice` says what to do if it will stay so."""
    code = error_code(error)
    if code in _THROTTLED:
        return TransientError(f"{who} is throttled; try again", code="MODEL_THROTTLED")
    if code in _BUSY:
        return TransientError(f"{who} cannot answer now ({code})", code="MODEL_BUSY")
    return MisconfiguredError(f"{who} refused the request ({code}); {advice}")
