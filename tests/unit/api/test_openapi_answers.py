"""Real requests and answers are as the OpenAPI document says, with no field that it leaves out."""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from agents.content.app import handler as content
from api.budgets import handler as budgets
from api.catalog import handler as catalog
from api.connections import handler as connections
from api.knowledge import handler as knowledge
from api.oauth import handler as oauth
from api.runs import handler as runs
from api.schedules import handler as schedules
from api.uploads import handler as uploads
from connectors.slack.app import handler as slack
from hub import settings, wiring
from hub.adapters.exact_index import ExactIndex
from hub.adapters.memory_documents import MemoryKnowledgeStore
from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_keys import MemoryKeyStore
from hub.adapters.memory_ledger import MemoryLedger
from hub.adapters.memory_oauth_states import MemoryOAuthStates
from hub.adapters.memory_schedules import MemoryScheduleStore
from hub.adapters.memory_timetable import MemoryTimetable
from hub.adapters.s3_blobs import MemoryBlobStore
from hub.domain.approval import Approval
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import iso
from hub.domain.run import RunStatus
from hub.knowledge.documents import Library
from operations.keys import handler as keys
from tests.harness import Harness, post
from tests.http_events import answer, request
from tests.support import START, CountingIds
from tests.unit.connector_kit.test_app import ENVIRONMENT, fresh
from tests.unit.knowledge.toy import ToyEmbedder
from tools.openapi.answers import ANSWERS
from tools.openapi.document import document

ADMIN = {"organizationId": "acme", "role": "admin", "subject": "key:a"}
VIEWER = {**ADMIN, "role": "viewer"}


def closed(schema: Any) -> Any:
    """The document with every object closed: a field that is not told of is a fault here."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(value) for name, value in schema.items()}
    if made.get("type") == "object" and "properties" in made:
        made.setdefault("additionalProperties", False)
    return made


DOCUMENT = closed(document())
REGISTRY: Registry[Any] = Registry().with_resource(
    "urn:api", Resource.from_contents(DOCUMENT, default_specification=DRAFT202012)
)


def hold(value: Any, schema: Any) -> None:
    """The value is as a schema of the document says."""
    # References are relative to the document, not to the part of it that is looked at.
    text = json.dumps(schema).replace('"#/', '"urn:api#/')
    checker = Draft202012Validator(json.loads(text), registry=REGISTRY)
    faults = [f"{error.json_path}: {error.message}" for error in checker.iter_errors(value)]
    assert faults == []


def operation_of(event: dict[str, Any]) -> Any:
    """The operation that a request is for; actions have a path of their own."""
    method, path = event["routeKey"].split(" ")
    own = DOCUMENT["paths"].get(event["rawPath"]) if "/actions/" in path else None
    return (own or DOCUMENT["paths"][path])[method.lower()]


def told(event: dict[str, Any], operation: Any, status: int) -> Any:
    """The response that an operation has for a status."""
    found = operation["responses"][str(status)]
    name = found.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["responses"][name] if name else found


HELD: set[tuple[str, int]] = set()


def asked(handler: Any, name: str, body: Any = None, *, expect: int = 200, **more: Any) -> Any:
    """Send a sample request; hold it and its answer against the document; returns the data."""
    event = request(name, body, **{"caller": ADMIN, **more})
    operation = operation_of(event)
    if event.get("body") and expect < 400:
        content_ = operation["requestBody"]["content"]["application/json"]
        hold(json.loads(event["body"]), content_["schema"])
    status, shown, _ = answer(handler, copy.deepcopy(event))
    assert status == expect, shown
    response = told(event, operation, status)
    hold(shown, response["content"]["application/json"]["schema"])
    HELD.add((event["routeKey"], status))
    return shown.get("data") or shown.get("error")


@contextmanager
def in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Harness]:
    """A whole stack in memory."""
    made, ids, documents = Harness(), CountingIds(), MemoryKnowledgeStore()
    library = Library(documents, ExactIndex(documents), ToyEmbedder(), made.clock)
    functions = type("Functions", (), {"ask": lambda *_: {"kind": "ok", "data": {"team": "T1"}}})()
    gate = type("Gate", (), {"admit": lambda *_: None})()
    everything = {
        "runs": made.runs,
        "clock": made.clock,
        "ids": ids,
        "connections": made.connections,
        "vault": made.vault,
        "executions": MemoryExecutions(),
        "ledger": MemoryLedger(made.clock),
        "keys": MemoryKeyStore(),
        "blobs": MemoryBlobStore(),
        "library": library,
        "schedules": MemoryScheduleStore(),
        "timetable": MemoryTimetable(),
        "oauth_states": MemoryOAuthStates(made.clock),
        "functions": functions,
        "gate": gate,
    }
    for port, value in everything.items():
        monkeypatch.setattr(wiring, port, lambda value=value: value, raising=False)
    for name, unused in {**ENVIRONMENT, "FUNCTION_PREFIX": "neonhub-test"}.items():
        monkeypatch.setenv(name, unused)
    settings.load.cache_clear()
    fresh(slack)
    yield made
    settings.load.cache_clear()


def waiting(harness: Harness) -> str:
    """A run that waits for approval."""
    approval = Approval().asked(START)
    run = harness.plan(post(), approval=approval)
    return run.id


def of_the_catalog(harness: Harness) -> None:
    for name in ("health", "agents", "agent", "connectors", "connector"):
        asked(catalog, f"catalog-{name}")


def of_runs(harness: Harness) -> None:
    run = asked(content, "agent-content-start", expect=202)["runId"]
    asked(runs, "runs-orchestrate", expect=202)
    asked(runs, "runs-show", path=f"/api/runs/{run}")
    asked(runs, "runs-events", path=f"/api/runs/{run}/events")
    asked(runs, "runs-list", query={"limit": "1"})
    asked(runs, "runs-cancel", path=f"/api/runs/{run}/cancel")
    asked(runs, "runs-cancel", path=f"/api/runs/{run}/cancel", expect=409)
    asked(runs, "runs-replay", {"from": "start"}, path=f"/api/runs/{run}/replay", expect=202)


def of_approval(harness: Harness) -> None:
    asked(runs, "runs-approve", path=f"/api/runs/{waiting(harness)}/approve")


def of_rejection(harness: Harness) -> None:
    asked(runs, "runs-reject", path=f"/api/runs/{waiting(harness)}/reject")


def of_a_step(harness: Harness) -> None:
    harness.connect()
    harness.plan(post())
    harness.execute()
    data = asked(runs, "runs-show", path="/api/runs/run_1")
    assert data["steps"][0]["status"] == "succeeded"
    assert data["status"] == RunStatus.RUNNING


def of_schedules(harness: Harness) -> None:
    asked(schedules, "schedules-get")
    asked(schedules, "schedules-put")
    asked(content, "agent-content-start", expect=202)
    for name in ("get", "sessions", "status", "preview", "pause", "resume"):
        asked(schedules, f"schedules-{name}")
    harness.clock.advance(2 * 86_400)
    past = {"from": iso(START), "to": iso(harness.clock.now()), "limit": 1}
    assert asked(schedules, "schedules-backfill", past)["firings"]
    asked(schedules, "schedules-delete")


def of_connections(harness: Harness) -> None:
    made = asked(connections, "connections-create", expect=201)["id"]
    asked(connections, "connections-list")
    path = f"/api/connections/{made}"
    asked(connections, "connections-get", path=path)
    assert asked(connections, "connections-test", path=f"{path}/test")["account"]
    asked(connections, "connections-delete", path=path)
    asked(connections, "connections-get", path=path, expect=404)


def of_oauth(harness: Harness) -> None:
    asked(oauth, "oauth-start", expect=201)
    made = asked(connections, "connections-create", {"kind": "x"}, expect=201)["id"]
    asked(oauth, "oauth-restart", path=f"/api/connections/{made}/oauth/start", expect=201)


def of_keys(harness: Harness) -> None:
    key = asked(keys, "keys-create", expect=201)["id"]
    asked(keys, "keys-list")
    asked(keys, "keys-revoke", path=f"/api/keys/{key}")


def of_knowledge(harness: Harness) -> None:
    document_id = asked(knowledge, "knowledge-add", expect=201)["id"]
    asked(knowledge, "knowledge-add")
    path = f"/api/knowledge/documents/{document_id}"
    asked(knowledge, "knowledge-list")
    asked(knowledge, "knowledge-show", path=path)
    assert asked(knowledge, "knowledge-search", {"query": "returns"})["passages"]
    asked(knowledge, "knowledge-delete", path=path)


def of_budgets_and_uploads(harness: Harness) -> None:
    asked(budgets, "budgets-allocate")
    asked(budgets, "budgets-simulate")
    asked(uploads, "uploads-create", expect=201)


def of_an_action(harness: Harness) -> None:
    assert asked(slack, "connector-slack-post-message")["data"]
    listed = "connector-slack-list-channels"
    assert asked(slack, listed)["data"]


def of_what_goes_wrong(harness: Harness) -> None:
    harness.connect(SandboxFailure(kind=Injection.RATE_LIMIT))
    message = {"connectionId": "con_slack", "input": {"channel": "#launch", "text": "Hi"}}
    act = "connector-slack-post-message"
    assert asked(slack, act, message, expect=429)["details"]["retryAfter"]
    assert asked(slack, act, {"input": {}}, expect=400)["details"]["fields"]
    asked(slack, act, {**message, "connectionId": "con_none"}, expect=404)
    asked(slack, act, caller=VIEWER, expect=403)
    asked(slack, act, caller={}, expect=401)
    asked(slack, act, "x" * 300_000, expect=413)


SCENARIOS: tuple[Callable[[Harness], None], ...] = (
    of_the_catalog,
    of_runs,
    of_approval,
    of_rejection,
    of_a_step,
    of_schedules,
    of_connections,
    of_oauth,
    of_keys,
    of_knowledge,
    of_budgets_and_uploads,
    of_an_action,
    of_what_goes_wrong,
)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_real_answers_are_as_described(
    monkeypatch: pytest.MonkeyPatch, scenario: Callable[[Harness], None]
) -> None:
    with in_memory(monkeypatch) as harness:
        scenario(harness)


def test_every_answer_that_is_described_is_held_against_a_real_one() -> None:
    HELD.clear()
    for scenario in SCENARIOS:
        with pytest.MonkeyPatch.context() as patch, in_memory(patch) as harness:
            scenario(harness)
    proved = {route for route, status in HELD if status < 300}
    # It answers what its agents' own routes do.
    assert set(ANSWERS) - proved == {"POST /api/agents/{agentId}/runs"}


def test_what_the_document_does_not_say_is_noticed() -> None:
    said = DOCUMENT["paths"]["/api/health"]["get"]["responses"]["200"]
    schema = said["content"]["application/json"]["schema"]
    well = {"status": "ok", "stage": "dev", "version": "1"}
    hold({"success": True, "data": well}, schema)
    for wrong in ({**well, "more": 1}, {"status": "ok"}, {**well, "stage": 1}):
        with pytest.raises(AssertionError):
            hold({"success": True, "data": wrong}, schema)
