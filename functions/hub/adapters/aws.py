"""AWS clients: made once a process, with short timeouts and bounded retries."""

from functools import cache
from typing import Any


@cache
def client(
    service: str, endpoint_url: str | None = None, *, read_timeout: float = 10, attempts: int = 4
) -> Any:
    """A botocore client, as boto3 makes them too. `read_timeout` in seconds is of one attempt.

    Imported here, so functions that need no AWS call never load it.
    """
    from botocore.config import Config

    config = Config(
        connect_timeout=2,
        read_timeout=read_timeout,
        retries={"mode": "standard", "total_max_attempts": attempts},
        # Links to objects must be signed for their region, which S3's older way cannot do.
        signature_version="s3v4" if service == "s3" else None,
    )
    return _session().create_client(service, endpoint_url=endpoint_url, config=config)


@cache
def _session() -> Any:
    """The session of all clients. boto3's own would add 10 ms to a cold start, and nothing else."""
    from botocore.session import get_session

    from hub.adapters.aws_data import DataLoader

    session = get_session()
    session.register_component("data_loader", DataLoader())
    return session


def error_code(error: Exception) -> str:
    """The AWS error code of a botocore ClientError."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))
