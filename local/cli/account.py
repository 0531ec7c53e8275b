"""The AWS a stack is deployed to, and its errors in one line."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.aws import tools
from local.client import ApiError, NeonHubError


@dataclass(frozen=True)
class Account:
    """A stack and its AWS: the embedded one at `endpoint`, or that of the user's credentials."""

    stack_name: str
    endpoint: str | None = None


def make_client(account: Account, service: str) -> Any:
    """A boto3 client of a service. Raises `NeonHubError`."""
    import boto3
    from botocore.config import Config

    # Untyped: the stubs know a service by its literal name only.
    make: Any = boto3.client
    with aws_errors():
        if account.endpoint is None:
            return make(service)
        return make(
            service,
            endpoint_url=account.endpoint,
            region_name=tools.REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 (the emulator's)
            # It is on this machine: whatever proxy there is must not come between.
            config=Config(proxies={}, retries={"total_max_attempts": 2}),
        )


@contextlib.contextmanager
def aws_errors() -> Iterator[None]:
    """Turn boto3's errors into `NeonHubError`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        request_id = error.response.get("ResponseMetadata", {}).get("RequestId")
        raise ApiError(
            told.get("Code", "AWS"), told.get("Message", str(error)), request_id=request_id
        ) from error
    except BotoCoreError as error:
        message = f"AWS: {error}"
        raise NeonHubError(message) from error
