"""Addresses of the embedded AWS in place of AWS's own."""

import re

_EXECUTE_API = re.compile(r"\b(http|ws)s://(\w+)\.execute-api\.[\w-]+\.amazonaws\.com")


def local_url(value: str, endpoint: str) -> str:
    """The text with AWS's execute-api hosts replaced by the gateway of the embedded AWS.

    `endpoint` is its base URL, such as "http://127.0.0.1:4566". A path-style URL of a stage
    keeps its path: "https://ID.execute-api.REGION.amazonaws.com/dev" becomes
    "http://127.0.0.1:4566/_aws/execute-api/ID/dev".
    """
    gateway = endpoint.split("://", 1)[1] + "/_aws/execute-api"
    return _EXECUTE_API.sub(rf"\1://{gateway}/\2", value)


def local_outputs(outputs: dict[str, str], endpoint: str) -> dict[str, str]:
    """A stack's outputs with their URLs made local."""
    return {name: local_url(value, endpoint) for name, value in outputs.items()}
