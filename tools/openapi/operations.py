"""One route as an operation: what its handler's signature, docstring and role say."""

import inspect
import re
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from hub.agent_kit.routes import MAX_KEY
from hub.domain.model import Json
from hub.domain.principal import Role
from hub.http import Route
from tools.openapi import responses
from tools.openapi.answers import Answers
from tools.openapi.schemas import Schemas

SECURITY = "bearer"

IDEMPOTENCY_KEY: Json = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A request sent again with its key is carried out once; the key with another "
    "request is refused with 409.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
}

_READS_KEY = frozenset({"given_key", "start_run"})
"""What handlers call that heed the header."""


def shown_path(path: str) -> str:
    """A registered path as clients and the template write it: `<run_id>` → `{runId}`."""
    return re.sub(r"<(\w+)>", lambda found: f"{{{to_camel(found[1])}}}", path)


def words(documented: Any) -> tuple[str, str]:
    """A docstring's first paragraph, and the rest."""
    first, _, rest = (inspect.getdoc(documented) or "").partition("\n\n")
    return first.replace("\n", " "), rest


def reads_key(handler: Callable[..., Any]) -> bool:
    """Whether a handler heeds the Idempotency-Key."""
    code = handler.__code__
    return bool(_READS_KEY & set(code.co_names)) or "Idempotency-Key" in code.co_consts


def body_of(handler: Callable[..., Any]) -> tuple[type[BaseModel] | None, bool]:
    """The model of a handler's body, if it takes one, and whether it has to be sent."""
    for parameter in _parameters(handler):
        for kind in _members(parameter.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                return kind, parameter.default is parameter.empty
    return None, False


def operation(
    route: Route,
    schemas: Schemas,
    *,
    tag: str,
    name: str,
    told: tuple[str, str],
    answers: Answers,
    raises: frozenset[int] = frozenset(),
    body: Json = None,
) -> Json:
    """A route as an operation. `body` is the schema of its body, where the handler's model is less.

    `raises` are statuses of failures that its signature does not tell of.
    """
    model, required = body_of(route.handler)
    keyed = reads_key(route.handler)
    query = _query_parameters(route.handler, schemas)
    parameters = [*path_parameters(route.path), *query]
    statuses = raises | _statuses(route, bool(model), bool(query) or keyed)
    summary, description = told
    made: dict[str, Json] = {"operationId": name, "tags": [tag], "summary": summary}
    if description:
        made["description"] = description
    if parameters or keyed:
        key = [{"$ref": "#/components/parameters/IdempotencyKey"}] if keyed else []
        made["parameters"] = [*parameters, *key]
    if model:
        schema = body or schemas.taken(model)
        made["requestBody"] = {
            "required": required,
            "content": {"application/json": {"schema": schema}},
        }
    made["responses"] = {
        **{str(s): responses.succeeded(schemas.answered(m), s) for s, m in answers.items()},
        **responses.failed(statuses),
    }
    return {**made, "security": secured(route.role)}


def secured(role: Role | None) -> list[Mapping[str, list[str]]]:
    """Who may call: OpenAPI 3.1 names the role that a bearer needs to have."""
    return [] if role is None else [{SECURITY: [str(role)]}]


def _statuses(route: Route, has_body: bool, has_choices: bool) -> frozenset[int]:
    told = {
        400: has_body or has_choices,
        401: route.role is not None,
        403: route.role not in (None, Role.VIEWER),
        404: "<" in route.path,
        409: reads_key(route.handler),
        413: has_body,
    }
    return responses.EVERYWHERE | {status for status, possible in told.items() if possible}


def _parameters(handler: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(handler, eval_str=True).parameters.values())


def path_parameters(path: str) -> list[Json]:
    """The parameters in a registered path."""
    return [
        {"name": to_camel(name), "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"<(\w+)>", path)
    ]


def _query_parameters(handler: Callable[..., Any], schemas: Schemas) -> list[Json]:
    """Those with a default: path parameters have none, and bodies are models."""
    body, _ = body_of(handler)
    return [
        _query_parameter(parameter, schemas)
        for parameter in _parameters(handler)
        if parameter.default is not parameter.empty and body not in _members(parameter.annotation)
    ]


def _query_parameter(parameter: inspect.Parameter, schemas: Schemas) -> Json:
    schema = schemas.taken(parameter.annotation)
    # A query cannot carry null: what is optional is left out.
    choices = [choice for choice in schema.get("anyOf", ()) if choice != {"type": "null"}]
    schema = choices[0] if len(choices) == 1 else schema
    if parameter.default is not None:
        schema = {**schema, "default": parameter.default}
    return {"name": parameter.name, "in": "query", "schema": schema}


def _members(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) is UnionType else (annotation,)
