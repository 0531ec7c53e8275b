"""The operations of functions that have their routes in a module of `api` or `operations`."""

from collections.abc import Mapping
from types import ModuleType

from pydantic.alias_generators import to_camel

from hub.domain.model import Json
from hub.http import Route
from tools.openapi import connector_routes, responses
from tools.openapi.answers import ANSWERS, UNSAID
from tools.openapi.operations import operation, shown_path, words
from tools.openapi.schemas import Schemas

_NAMES: Mapping[str, str] = {
    "POST /api/oauth/{kind}/start": "startOAuth",
    "POST /api/connections/{connectionId}/oauth/start": "restartOAuth",
    "GET /api/oauth/callback": "finishOAuth",
    "GET /api/oauth/sandbox": "showSandboxConsent",
    "POST /api/knowledge/search": "searchKnowledge",
    "POST /api/agents/{agentId}/runs": "startRun",
    "POST /api/connections/{connectionId}/test": "testConnection",
    "POST /api/agents/{agentId}/schedule/pause": "pauseSchedule",
    "POST /api/agents/{agentId}/schedule/resume": "resumeSchedule",
}
"""Operation ids where the handler's name says too little outside its module."""

_RAISES: Mapping[str, frozenset[int]] = {
    "POST /api/runs/{runId}/approve": frozenset({409}),
    "POST /api/runs/{runId}/reject": frozenset({409}),
    "POST /api/runs/{runId}/cancel": frozenset({409}),
    "POST /api/agents/{agentId}/schedule/backfill": frozenset({409}),
    "POST /api/orchestrate": frozenset({404}),
    "POST /api/connections": frozenset({404}),
    "GET /api/connections": frozenset({404}),
    "POST /api/knowledge/documents": frozenset({404, 409}),
}
"""Failures that come of what a route looks up, which no signature tells."""

_TOLD: Mapping[str, tuple[str, str]] = {
    "POST /api/agents/{agentId}/runs": (
        "Start a run of any agent.",
        "Every agent has a path of its own, which says what each of its intents takes.",
    ),
}
"""What to tell of routes whose docstring is about the code."""

_PAGES: Mapping[str, Mapping[str, str]] = {
    "GET /api/oauth/callback": {
        "state": "What the start answered; good once.",
        "code": "The platform's code. Some platforms call it otherwise.",
        "error": "The platform's error, if the user did not allow it.",
        "error_description": "The platform's words for it.",
    },
    "GET /api/oauth/sandbox": {
        "state": "What the start answered.",
        "code_challenge": "Of PKCE, where the platform has it.",
        "scope": "What is asked for.",
    },
    "GET /api/docs": {},
}
"""Routes that answer a page for a person, with the parameters they read from the query."""

_DOCUMENT = "GET /api/openapi.json"


def function_operation(route: Route, module: ModuleType, schemas: Schemas) -> Json:
    """A route of a function's module."""
    key = f"{route.method} {shown_path(route.path)}"
    tag = module.__name__.rpartition(".")[2]
    if key == f"POST {connector_routes.ANY_ACTION}":
        return connector_routes.any_action(route, tag, schemas)
    made = operation(
        route,
        schemas,
        tag=tag,
        name=_NAMES.get(key) or to_camel(route.handler.__name__),
        told=_TOLD.get(key) or words(route.handler),
        answers=ANSWERS.get(key, UNSAID),
        raises=_RAISES.get(key, frozenset()),
    )
    if key in _PAGES:
        return _page(made, _PAGES[key])
    return _raw(made) if key == _DOCUMENT else made


def _page(made: Json, query: Mapping[str, str]) -> Json:
    page = {"type": "string"}
    shown = {"200": responses.content("A page.", "text/html", page)}
    if query:
        shown["4XX"] = responses.content("A page that says why not.", "text/html", page)
        made["parameters"] = [
            {"name": name, "in": "query", "description": about, "schema": {"type": "string"}}
            for name, about in query.items()
        ]
    rest = {s: r for s, r in made["responses"].items() if s != "200"}
    return {**made, "responses": {**shown, **rest}}


def _raw(made: Json) -> Json:
    """The document is answered as it is, without the envelope."""
    schema = {"type": "object", "required": ["openapi", "info", "paths"]}
    shown = responses.content("The document.", "application/json", schema)
    return {**made, "responses": {**made["responses"], "200": shown}}
