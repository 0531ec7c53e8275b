"""AWS clients: made once a process, with short timeouts and bounded retries."""

from functools import cache
from typing import Any


@cache
def client(
    service: str, endpoint_url: str | None = None, *, read_timeout: float = 10, attempts: int = 4
) -> Any:
    """A boto3 client. boto3 is imported here, so functions that need no AWS call never load it.

    `read_timeout` in seconds is of one attempt.
    """
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return boto3.client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]


def error_code(error: Exception) -> str:
    """The AWS error code of a botocore ClientError."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
