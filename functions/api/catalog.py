"""What this stack has: agents, connectors, and whether it is well."""

from typing import Any

from hub.agent_kit.catalog import agents, load_agent
from hub.connector_kit.registry import load_spec, specs
from hub.domain.principal import Role
from hub.entrypoint import entrypoint
from hub.http import Api, reply
from hub.settings import Settings, load

VERSION = "0.1.0"

api = Api()


@api.get("/api/health", role=None)
def health() -> Any:
    """Public: the stack answers."""
    return reply({"status": "ok", "stage": load(Settings).stage, "version": VERSION})


@api.get("/api/agents")
def list_agents() -> Any:
    """Every agent with its intents and their JSON Schemas."""
    return reply({"agents": [agent.describe() for agent in agents()]})


@api.get("/api/agents/<agent_id>")
def show_agent(agent_id: str) -> Any:
    """One agent; an unknown one names those there are."""
    return reply(load_agent(agent_id).describe())


@api.get("/api/connectors")
def list_connectors() -> Any:
    """Every connector with its actions and their JSON Schemas."""
    return reply({"connectors": [spec.describe() for spec in specs()]})


@api.get("/api/connectors/<kind>")
def show_connector(kind: str) -> Any:
    """One connector; an unknown one names those there are."""
    return reply(load_spec(kind).describe())


@api.post("/api/connectors/<kind>/actions/<action_id>", role=Role.OPERATOR)
def act(kind: str, action_id: str) -> Any:
    """Connectors answer this route themselves; what arrives here names one that is not."""
    return reply(load_spec(kind).action(action_id).describe())


handler = entrypoint(http=api)
