"""The operations of agents' functions: a path for each agent, a body for each of its intents."""

from collections.abc import Iterator

from hub.agent_kit.routes import agent_api
from hub.agent_kit.spec import AgentSpec, Intent
from hub.domain.model import Json
from hub.http import Route
from tools.openapi.answers import STARTED
from tools.openapi.operations import body_of, operation, shown_path
from tools.openapi.schemas import Schemas

TAG = "agents"


def operations(agent: AgentSpec, schemas: Schemas) -> Iterator[tuple[str, str, Json]]:
    """Path, method and operation of each route. The catalog's routes describe agents."""
    for route in agent_api(agent).routes:
        if route.path != f"/api/agents/{agent.id}":
            made = _start(agent, route, schemas)
            yield shown_path(route.path), route.method.lower(), made


def _start(agent: AgentSpec, route: Route, schemas: Schemas) -> Json:
    model, _ = body_of(route.handler)
    schemas.taken(model)
    whole = schemas.components[model.__name__ if model else ""]
    bodies = {intent.name: _body(agent.id, intent, whole, schemas) for intent in agent.intents}
    mapping = {name: body["$ref"] for name, body in bodies.items()}
    choice = {
        "oneOf": list(bodies.values()),
        "discriminator": {"propertyName": "intent", "mapping": mapping},
    }
    return operation(
        route,
        schemas,
        tag=TAG,
        name=f"start{agent.id.title()}Run",
        told=(f"Start a run of the {agent.name}.", agent.description),
        answers=STARTED,
        body=choice,
    )


def _body(agent_id: str, intent: Intent, whole: Json, schemas: Schemas) -> Json:
    """The body that starts an intent: as for any run, with the intent's own input."""
    given = schemas.taken(intent.input, agent_id)
    needed = bool(intent.input.model_json_schema(by_alias=True).get("required"))
    properties = {**whole["properties"], "intent": {"const": intent.name}, "input": given}
    required = ["intent", "input"] if needed else ["intent"]
    body = {**whole, "properties": properties, "required": required}
    return schemas.add(f"{agent_id}.{intent.name}", {**body, "description": intent.description})
