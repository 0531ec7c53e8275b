"""What this stack has: agents, connectors, and whether it is well."""

from typing import Any

from api import catalog_data
from hub.agent_kit.catalog import agent_ids
from hub.connector_kit.registry import kinds, load_spec
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


@api.get("/api/openapi.json", role=None)
def show_api_document() -> Any:
    """This API as an OpenAPI document. Public: it is the same for everybody and of every stack."""
    from api.openapi import document

    return document()


@api.get("/api/docs", role=None)
def show_api_page() -> Any:
    """The document as a page to read, and to try calls with a key of your own."""
    from api.openapi import page

    return page()


@api.get("/api/agents")
def list_agents() -> Any:
    """Every agent with its intents and their JSON Schemas."""
    return reply({"agents": [catalog_data.agent(agent_id) for agent_id in agent_ids()]})


@api.get("/api/agents/<agent_id>")
def show_agent(agent_id: str) -> Any:
    """One agent; an unknown one names those there are."""
    return reply(catalog_data.agent(agent_id))


@api.get("/api/connectors")
def list_connectors() -> Any:
    """Every connector with its actions and their JSON Schemas."""
    return reply({"connectors": [catalog_data.connector(kind) for kind in kinds()]})


@api.get("/api/connectors/<kind>")
def show_connector(kind: str) -> Any:
    """One connector; an unknown one names those there are."""
    return reply(catalog_data.connector(kind))


@api.post("/api/connectors/<kind>/actions/<action_id>", role=Role.OPERATOR)
def act(kind: str, action_id: str) -> Any:
    """Connectors answer this route themselves; what arrives here names one that is not."""
    return reply(load_spec(kind).action(action_id).describe())


handler = entrypoint(http=api)
