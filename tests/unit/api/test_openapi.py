"""The OpenAPI document has every route and no other, is valid, and is what the stack serves."""

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import openapi
from api.catalog import handler
from hub.agent_kit.catalog import agents
from hub.connector_kit.registry import kinds, load_spec, specs
from hub.domain.principal import Role
from hub.http import Api, Body, reply
from tests.http_events import Context, load
from tools.openapi import __main__ as tool
from tools.openapi import function_routes
from tools.openapi.document import document, written
from tools.openapi.operations import reads_key
from tools.openapi.schemas import Schemas

ROOT = Path(__file__).parents[3]
MADE = document()

OPERATIONS = {
    (method, path): operation
    for path, methods in MADE["paths"].items()
    for method, operation in methods.items()
}


class Loader(yaml.SafeLoader):
    """Reads the template's tags as their values: only routes are looked at."""


Loader.add_multi_constructor("!", lambda loader, _suffix, node: getattr(node, "value", None))


def template_routes() -> set[tuple[str, str]]:
    """The routes below /api that the template sends to a function, one for each path of ours."""
    template = yaml.load((ROOT / "template.yaml").read_text(), Loader)
    found = {
        (event["Properties"]["Method"].lower(), event["Properties"]["Path"])
        for resource in template["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "HttpApi"
    }
    return {
        one
        for route in found
        for one in expanded(*route)
        if one[1].startswith("/api/") and not one[1].endswith("{proxy+}")
    }


def expanded(method: str, path: str) -> set[tuple[str, str]]:
    """A route of the template as the document has it: webhooks by method, actions by id."""
    if method == "any":
        return {("get", path), ("post", path)}
    kind = re.fullmatch(r"/api/connectors/(\w+)/actions/\{actionId\}", path)
    if kind is None:
        return {(method, path)}
    actions = load_spec(kind[1]).actions
    return {(method, path.replace("{actionId}", action.id)) for action in actions}


def test_the_document_has_the_routes_of_the_template_and_no_others() -> None:
    assert set(OPERATIONS) == template_routes()


def test_the_document_is_valid() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(MADE).iter_errors()] == []


def test_no_schema_is_there_that_nothing_leads_to() -> None:
    text = written(MADE)
    unused = [n for n in MADE["components"]["schemas"] if f'"#/components/schemas/{n}"' not in text]
    assert unused == []


def test_the_file_is_what_the_code_says() -> None:
    assert tool.FILE.read_text() == written(document()), "run `make docs`"


def test_a_file_out_of_date_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tool, "FILE", tmp_path / "openapi.json")
    assert tool.main(["--check"]) == 1
    assert "make docs" in capsys.readouterr().err
    assert tool.main([]) == 0
    assert tool.main(["--check"]) == 0
    assert json.loads(tool.FILE.read_text()) == MADE


def test_a_change_of_one_route_is_one_line_of_the_file() -> None:
    changed = json.loads(json.dumps(MADE))
    changed["paths"]["/api/runs"]["get"]["summary"] = "Otherwise."
    lines = zip(written(MADE).splitlines(), written(changed).splitlines(), strict=True)
    assert len([1 for one, other in lines if one != other]) == 1


def test_operation_ids_are_names_that_code_can_be_made_of() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9]+", name) for name in ids)


@pytest.mark.parametrize("agent", agents(), ids=lambda agent: agent.id)
def test_an_agents_path_takes_what_each_of_its_intents_takes(agent: Any) -> None:
    body = OPERATIONS[("post", f"/api/agents/{agent.id}/runs")]["requestBody"]
    mapping = body["content"]["application/json"]["schema"]["discriminator"]["mapping"]
    assert set(mapping) == {intent.name for intent in agent.intents}
    for intent in agent.intents:
        schema = MADE["components"]["schemas"][f"{agent.id}.{intent.name}"]
        assert schema["properties"]["intent"] == {"const": intent.name}
        given = schema["properties"]["input"]["$ref"].rpartition("/")[2]
        properties = intent.input.model_json_schema(by_alias=True)["properties"]
        assert set(MADE["components"]["schemas"][given]["properties"]) == set(properties)


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.kind)
def test_an_actions_path_takes_its_own_input(spec: Any) -> None:
    for action in spec.actions:
        operation = OPERATIONS[("post", f"/api/connectors/{spec.kind}/actions/{action.id}")]
        body = operation["requestBody"]["content"]["application/json"]["schema"]
        given = body["properties"]["input"]["$ref"].rpartition("/")[2]
        properties = action.input.model_json_schema(by_alias=True).get("properties", {})
        shown = MADE["components"]["schemas"][given].get("properties", {})
        assert set(shown) == set(properties)
        assert {"$ref": "#/components/parameters/IdempotencyKey"} in operation["parameters"]


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("get", "/api/health", None),
        ("get", "/api/runs", "viewer"),
        ("post", "/api/runs/{runId}/approve", "operator"),
        ("post", "/api/keys", "admin"),
        ("post", "/api/connectors/slack/actions/post_message", "operator"),
        ("post", "/api/webhooks/slack/{connectionId}", None),
    ],
)
def test_an_operation_names_the_role_it_needs(method: str, path: str, role: str | None) -> None:
    operation = OPERATIONS[(method, path)]
    assert operation["security"] == ([{"bearer": [role]}] if role else [])
    assert ("401" in operation["responses"]) == (role is not None or "webhooks" in path)
    assert ("403" in operation["responses"]) == (role in ("operator", "admin"))


def test_the_key_that_makes_a_request_safe_to_repeat_is_told_where_it_is_read() -> None:
    key = {"$ref": "#/components/parameters/IdempotencyKey"}
    told = {
        path
        for (_, path), operation in OPERATIONS.items()
        if key in operation.get("parameters", ()) and not re.search(r"/actions/[a-z]", path)
    }
    starts = {f"/api/agents/{agent.id}/runs" for agent in agents()}
    again = {"/api/orchestrate", "/api/runs/{runId}/replay", "/api/agents/{agentId}/runs"}
    assert told == starts | again | {"/api/connectors/{kind}/actions/{actionId}"}
    assert all("409" in OPERATIONS[("post", path)]["responses"] for path in told)


# ---------------------------------------------------------------- how routes are read


class Given(Body):
    """A body."""

    name: str


def made_of(handler_: Any, path: str = "/api/things/<thing_id>", role: Any = Role.VIEWER) -> Any:
    """The operation of a handler of an Api of its own."""
    api = Api()
    api.post(path, role=role)(handler_)
    return function_routes.function_operation(api.routes[0], import_module("api.runs"), Schemas())


def test_a_handlers_signature_and_docstring_are_the_operation() -> None:
    def try_thing(thing_id: str, body: Given | None = None, limit: int = 5) -> Any:
        """Try a thing.

        It may break.
        """
        return reply({"id": thing_id, "name": body and body.name, "limit": limit})

    made = made_of(try_thing)
    assert (made["operationId"], made["tags"]) == ("tryThing", ["runs"])
    assert (made["summary"], made["description"]) == ("Try a thing.", "It may break.")
    assert made["parameters"] == [
        {"name": "thingId", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 5}},
    ]
    assert made["requestBody"]["required"] is False
    assert set(made["responses"]) == {"200", "400", "401", "404", "413", "429", "500", "503"}
    assert not reads_key(try_thing)


def test_two_models_of_one_name_are_not_taken_for_one() -> None:
    schemas = Schemas()
    schemas.add("Thing", {"type": "object", "properties": {"a": {}}, "additionalProperties": False})
    # An answer is open where a request is closed, and otherwise the same.
    schemas.add("Thing", {"type": "object", "properties": {"a": {}}})
    assert schemas.components["Thing"]["additionalProperties"] is False
    with pytest.raises(ValueError, match="two models are called 'Thing'"):
        schemas.add("Thing", {"type": "object", "properties": {"b": {}}})


# ---------------------------------------------------------------- served


def served(name: str) -> Any:
    event = load(name)
    del event["headers"]["authorization"]
    return handler(event, Context())


def test_the_stack_serves_the_document_to_everybody() -> None:
    answer = served("catalog-openapi")
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "application/json"
    assert answer["body"] == tool.FILE.read_text()


def test_the_page_shows_the_document_and_loads_nothing_from_elsewhere() -> None:
    answer = served("catalog-docs")
    assert answer["statusCode"] == 200
    page, policy = answer["body"], answer["headers"]["Content-Security-Policy"]
    assert 'url: "openapi.json"' in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    # Lambda's answers have at most 6 MB.
    assert len(json.dumps(answer)) < 3_000_000


def test_the_page_may_run_its_own_scripts_and_no_others() -> None:
    answer = served("catalog-docs")
    scripts = re.findall(r"<script>(.*?)</script>", answer["body"], re.DOTALL)
    allowed = re.search(r"script-src ([^;]+)", answer["headers"]["Content-Security-Policy"])
    assert allowed is not None
    assert [openapi._hash(script) for script in scripts] == allowed[1].split()


def test_every_tag_is_told_of() -> None:
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in MADE["tags"]}
    assert set(kinds()) < used
