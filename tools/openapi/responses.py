"""The envelope, and the errors that every route may answer."""

import inspect
from http import HTTPStatus
from typing import Any

from hub.domain import errors
from hub.domain.errors import HubError
from hub.domain.model import Json

FAILURE: Json = {
    "type": "object",
    "description": "What every failure answers. `message` is for the user; `code` is stable.",
    "required": ["success", "error"],
    "properties": {
        "success": {"const": False},
        "error": {
            "type": "object",
            "required": ["code", "message", "requestId"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "requestId": {"type": "string"},
                "details": {
                    "type": "object",
                    "description": "What the code needs to be acted on, such as `fields`, the bad "
                    "fields with their reasons, or `retryAfter` in seconds.",
                    "additionalProperties": True,
                },
            },
        },
    },
}

EVERYWHERE = frozenset({429, 500, 503})
"""API Gateway may throttle, and AWS be busy, at every route."""

_GATEWAY = " API Gateway's own answers of this status are `{message}`, without the envelope."
_RETRY_AFTER: Json = {
    "description": "Seconds to wait.",
    "schema": {"type": "integer", "minimum": 0},
}


def failures() -> dict[str, Json]:
    """A response for each status of the errors there are, by its name."""
    by_status: dict[int, list[type[HubError]]] = {}
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, HubError) and kind is not HubError:
            by_status.setdefault(kind.status, []).append(kind)
    return {name_of(status): _failure(status, kinds) for status, kinds in sorted(by_status.items())}


def name_of(status: int) -> str:
    """A status as a component's name: 404 → `NotFound`."""
    return HTTPStatus(status).phrase.title().replace(" ", "")


def failed(statuses: frozenset[int]) -> dict[str, Json]:
    """References to the responses of statuses."""
    return {
        str(status): {"$ref": f"#/components/responses/{name_of(status)}"}
        for status in sorted(statuses)
    }


def succeeded(schema: Json, status: int) -> Json:
    """An answer in the envelope."""
    envelope = {
        "type": "object",
        "required": ["success", "data"],
        "properties": {"success": {"const": True}, "data": schema},
    }
    return content(HTTPStatus(status).phrase, "application/json", envelope)


def content(description: str, media_type: str, schema: Json) -> Json:
    """A response of one media type."""
    return {"description": description, "content": {media_type: {"schema": schema}}}


def _failure(status: int, kinds: list[type[HubError]]) -> Json:
    told = " ".join(f"`{kind.code}`: {_first_line(kind)}" for kind in kinds)
    told += _GATEWAY if status in EVERYWHERE else ""
    shown = content(told, "application/json", {"$ref": "#/components/schemas/Refusal"})
    return {**shown, "headers": {"Retry-After": _RETRY_AFTER}} if status == 429 else shown


def _first_line(documented: Any) -> str:
    return (inspect.getdoc(documented) or "").split("\n\n")[0].replace("\n", " ")
