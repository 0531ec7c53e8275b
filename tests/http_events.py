"""API Gateway events (payload 2.0) from `events/`, with another body, path or caller."""

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parent.parent / "events"


class Context:
    """The part of Lambda's context that functions use."""

    function_name = "test"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:test"
    aws_request_id = "lambda-request-1"


def load(name: str) -> dict[str, Any]:
    """A payload of `events/`."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def request(
    name: str,
    body: Any = None,
    *,
    path: str | None = None,
    query: dict[str, str] | None = None,
    caller: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """An HTTP payload of `events/`, changed where asked."""
    event = load(name)
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    if path is not None:
        event["rawPath"] = event["requestContext"]["http"]["path"] = path
    if query is not None:
        event["queryStringParameters"] = query
        event["rawQueryString"] = "&".join(f"{k}={v}" for k, v in query.items())
    if caller is not None:
        event["requestContext"]["authorizer"] = {"lambda": caller}
    event["headers"] = {**event["headers"], **(headers or {})}
    return event


def answer(handler: Any, event: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    """The status, body and headers of a handler's answer."""
    response = handler(event, Context())
    return response["statusCode"], json.loads(response["body"]), response.get("headers", {})
