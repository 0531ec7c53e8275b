"""Where callers put their credential: a header, or the query string of a browser's WebSocket."""

from collections.abc import Mapping
from typing import Any

from hub.domain.errors import UnauthenticatedError


def is_websocket(event: Mapping[str, Any]) -> bool:
    """Whether an authorizer event is about a WebSocket's $connect (HTTP APIs send `routeArn`)."""
    return "methodArn" in event


def presented(event: Mapping[str, Any]) -> str:
    """The credential of an authorizer event; UnauthenticatedError says how to send one.

    `Authorization: Bearer …` comes before `x-api-key`. Browsers cannot set headers on a WebSocket,
    so there, and only there, the query parameter `token` counts: URLs end up in logs.
    """
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if authorization := headers.get("authorization", "").strip():
        scheme, _, credential = authorization.partition(" ")
        if scheme.lower() != "bearer" or not credential.strip():
            raise UnauthenticatedError(
                "the Authorization header must read: Bearer <API key or token>"
            )
        return str(credential.strip())
    query = (event.get("queryStringParameters") or {}) if is_websocket(event) else {}
    credential = headers.get("x-api-key", "").strip() or query.get("token", "").strip()
    if not credential:
        raise UnauthenticatedError(
            "no credential was sent: send the header Authorization: Bearer <API key or token>"
        )
    return str(credential)
