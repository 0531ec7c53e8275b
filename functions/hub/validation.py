"""Checks data against pydantic models and names each bad field to the user."""

from typing import Any

from pydantic import BaseModel, ValidationError

from hub.domain.errors import InvalidRequestError, NotFoundError
from hub.domain.model import Json
from hub.observability import mask


def field_errors(errors: list[Any], prefix: str = "") -> list[dict[str, str]]:
    """Pydantic's errors as `[{"field": "input.brief", "reason": …}]`."""
    return [
        {
            # A caller may have sent a token where a name belongs.
            "field": mask(".".join([*([prefix] if prefix else []), *map(str, error["loc"])])),
            "reason": error["msg"],
        }
        for error in errors
    ]


def parse[M: BaseModel](model: type[M], data: Json, prefix: str) -> M:
    """Validate data by a model; InvalidRequestError names each bad field under the prefix."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        details = field_errors(list(error.errors()), prefix)
        raise InvalidRequestError(
            f"not as it must be: {summary(details)}", details={"fields": details}
        ) from None


def summary(details: list[dict[str, str]]) -> str:
    """Field errors in one line."""
    return "; ".join(f"{item['field']}: {item['reason']}" for item in details)


def found[T](thing: T | None, what: str, name: str) -> T:
    """The thing, or NotFoundError that names what was looked for."""
    if thing is None:
        raise NotFoundError(f"there is no {what} {name!r} in your organization")
    return thing
