"""The whole document: every function's routes, with what all of them share."""

import json
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from api.catalog import VERSION
from hub.agent_kit.catalog import agents
from hub.connector_kit.registry import kinds, load_spec
from hub.domain.model import Json
from hub.http import Api
from tools.openapi import agent_routes, connector_routes, responses
from tools.openapi.answers_catalog import InProgress
from tools.openapi.function_routes import function_operation
from tools.openapi.operations import IDEMPOTENCY_KEY, SECURITY, shown_path, words
from tools.openapi.schemas import Schemas

PACKAGES = ("api", "operations")
"""Where functions have an `api` of their own."""

_ABOUT = """NeonHub over HTTP: agents, runs, schedules, connectors, connections, knowledge, budgets.

Every answer is an envelope: `{"success": true, "data": …}` or
`{"success": false, "error": {"code", "message", "requestId", "details"?}}`. Names are camelCase,
times ISO 8601 in UTC. Lists that may be long answer a `cursor`: send it back for what follows.
A request body has at most 256 KB. The organization is that of the credential."""

_BEARER = (
    "An API key (`nh_…`) or a token of your OpenID provider. It has the role viewer, operator or "
    "admin, each of which may do what those before it may; an operation names the one it needs."
)

type Found = tuple[str, str, Json]
"""Path, method and operation."""


def document() -> Json:
    """The document, made from the code on the path. The same code makes the same document."""
    schemas = Schemas()
    schemas.add("Refusal", responses.FAILURE)
    paths: dict[str, dict[str, Json]] = {}
    for path, method, operation in _found(schemas):
        known = paths.setdefault(path, {})
        if method in known:
            raise ValueError(f"{method} {path} is registered twice")
        known[method] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "NeonHub", "version": VERSION, "description": _ABOUT},
        # Relative to where the document is served: the stage, and so the stack that serves it.
        "servers": [{"url": ".."}],
        "tags": [{"name": name, "description": about} for name, about in _tags()],
        "paths": dict(sorted(paths.items())),
        "components": {
            "securitySchemes": {
                SECURITY: {"type": "http", "scheme": "bearer", "description": _BEARER}
            },
            "parameters": {"IdempotencyKey": IDEMPOTENCY_KEY},
            "responses": {
                "InProgress": responses.succeeded(schemas.answered(InProgress), 202),
                **responses.failures(),
            },
            "schemas": dict(sorted(schemas.components.items())),
        },
    }


def written(made: Json) -> str:
    """The document as a file: a line for each path and component, so that changes can be read."""
    text = json.dumps({**made, "paths": None, "components": None}, ensure_ascii=False, indent=1)
    parts = {name: _lines(part) for name, part in made["components"].items()}
    components = ",\n".join(f'"{name}": {lines}' for name, lines in parts.items())
    text = text.replace('"paths": null', f'"paths": {_lines(made["paths"])}')
    return text.replace('"components": null', f'"components": {{\n{components}}}') + "\n"


def _lines(items: dict[str, Json]) -> str:
    shown = (
        f"{json.dumps(name)}: {json.dumps(item, ensure_ascii=False, separators=(',', ':'))}"
        for name, item in items.items()
    )
    return "{\n" + ",\n".join(shown) + "\n}"


def _modules() -> Iterator[tuple[ModuleType, Api]]:
    """The modules of functions that have routes of their own."""
    for package in PACKAGES:
        for found in iter_modules(import_module(package).__path__, f"{package}."):
            module = import_module(found.name)
            if isinstance(getattr(module, "api", None), Api):
                yield module, module.api


def _found(schemas: Schemas) -> Iterator[Found]:
    for module, api in _modules():
        for route in api.routes:
            operation = function_operation(route, module, schemas)
            yield shown_path(route.path), route.method.lower(), operation
    for agent in agents():
        yield from agent_routes.operations(agent, schemas)
    for kind in kinds():
        yield from connector_routes.operations(kind, schemas)


def _tags() -> Iterator[tuple[str, str]]:
    for module, _ in _modules():
        yield module.__name__.rpartition(".")[2], words(module)[0]
    yield agent_routes.TAG, "Starting the agents' runs: one path for each agent."
    for kind in kinds():
        spec = load_spec(kind)
        yield kind, f"{spec.display_name}. {spec.description}"
