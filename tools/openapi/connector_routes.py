"""The operations of connectors' functions: a path for each action, and their webhooks."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

from pydantic.alias_generators import to_camel

from hub.connector_kit.registry import kinds, load_spec
from hub.connector_kit.routes import connector_api
from hub.connector_kit.spec import Action, ConnectorSpec
from hub.domain.model import Json
from hub.domain.outcome import Effect
from hub.http import Route
from tools.openapi import responses
from tools.openapi.answers import ACTED
from tools.openapi.operations import body_of, operation, path_parameters, secured, shown_path
from tools.openapi.schemas import Schemas

ANY_ACTION = "/api/connectors/{kind}/actions/{actionId}"

_ACTION = "/actions/<action_id>"
_RAISES = frozenset({404, 409, 502})
"""A connection that is not there, a key used twice or a token at its end, an unknown outcome."""

_EFFECTS = {
    Effect.READ: "It changes nothing.",
    Effect.IDEMPOTENT_WRITE: "It may be repeated: twice is the same as once.",
    Effect.WRITE: "It is never repeated when its outcome is unknown: send an Idempotency-Key.",
}


def operations(kind: str, schemas: Schemas) -> Iterator[tuple[str, str, Json]]:
    """Path, method and operation of each route. The catalog's routes describe connectors."""
    spec = load_spec(kind)
    for route in _routes(kind):
        path, method = shown_path(route.path), route.method.lower()
        if route.path.endswith(_ACTION):
            for action in spec.actions:
                one = route._replace(path=route.path.replace("<action_id>", action.id))
                yield one.path, method, _act(spec, action, one, schemas)
        elif route.path.startswith("/api/webhooks/"):
            yield path, method, _webhook(spec, route)
        elif route.path != f"/api/connectors/{kind}":
            raise ValueError(f"{method} {path} is a route that this tool has no words for")


def any_action(route: Route, tag: str, schemas: Schemas) -> Json:
    """The route by which an action is run whose connector is a variable of the client's."""
    acting = next(known for known in _routes(kinds()[0]) if known.path.endswith(_ACTION))
    return operation(
        route._replace(handler=acting.handler),
        schemas,
        tag=tag,
        name="runAction",
        told=(
            "Run an action of any connector.",
            "Every action has a path of its own, which says what it takes and answers.",
        ),
        answers=ACTED,
        raises=_RAISES,
    )


def _routes(kind: str) -> list[Route]:
    connector = import_module(f"connectors.{kind}.app").CONNECTOR
    # Routes are only looked at, so nothing is there that could make calls.
    nobody: Any = None
    return connector_api(connector, nobody).routes


def _act(spec: ConnectorSpec, action: Action, route: Route, schemas: Schemas) -> Json:
    model, _ = body_of(route.handler)
    schemas.taken(model)
    whole = schemas.components[model.__name__ if model else ""]
    given = schemas.taken(action.input, spec.kind)
    needed = bool(action.input.model_json_schema(by_alias=True).get("required"))
    body = {**whole, "properties": {**whole["properties"], "input": given}}
    body = {name: value for name, value in body.items() if name != "description"}
    made = operation(
        route,
        schemas,
        tag=spec.kind,
        name=to_camel(f"{spec.kind}_{action.id}"),
        told=(action.name, f"{action.description} {_EFFECTS[action.effect]}"),
        answers=ACTED,
        raises=_RAISES,
        body={**body, "required": ["input"]} if needed else body,
    )
    made["responses"]["200"] = responses.succeeded(_result(action, schemas), 200)
    made["responses"]["202"] = {"$ref": "#/components/responses/InProgress"}
    return made


def _result(action: Action, schemas: Schemas) -> Json:
    """What an action answers, described where its spec describes it."""
    result = schemas.answered(ACTED[200])
    if not action.output:
        return result
    fields = {name: {"description": about} for name, about in action.output.items()}
    # In mode dry_run the data is another: so no field is required.
    data = {"type": "object", "properties": fields}
    whole = schemas.components[result["$ref"].rpartition("/")[2]]
    return {**whole, "properties": {**whole["properties"], "data": data}}


def _webhook(spec: ConnectorSpec, route: Route) -> Json:
    """A webhook's routes take and answer what the platform wants, without the envelope."""
    post = route.method == "POST"
    signed = f" Signed: {spec.webhook.scheme} in `{spec.webhook.header}`." if spec.webhook else ""
    told = (
        f"Take what {spec.display_name} tells."
        if post
        else f"Confirm to {spec.display_name} that this is our address."
    )
    anything = responses.content("What the platform expects.", "*/*", {})
    statuses = responses.EVERYWHERE | ({400, 401, 404, 409, 413} if post else {404})
    made: dict[str, Json] = {
        "operationId": to_camel(f"{'receive' if post else 'confirm'}_{spec.kind}_webhook"),
        "tags": [spec.kind],
        "summary": told,
        "description": f"For the platform, not for clients.{signed}",
        "parameters": path_parameters(route.path),
        "responses": {"2XX": anything, **responses.failed(statuses)},
        "security": secured(route.role),
    }
    if post:
        made["requestBody"] = {"content": {"*/*": {}}}
    return made
