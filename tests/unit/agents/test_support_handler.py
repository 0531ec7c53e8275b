"""The support agent through its function: started over HTTP, planned by the other side."""

import json
from typing import Any

import pytest

from agents.support.app import handler
from agents.support.models import SupportInput, TriageInput
from agents.support.plan import AGENT
from hub import wiring
from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_knowledge import MemoryKnowledge
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.offline_model import OfflineModel
from hub.agent_kit.normalize import normalize_input
from hub.agent_kit.spec import Call
from hub.domain.errors import InvalidRequestError
from tests.evals.cases_support import CASES
from tests.evals.runner import run_case
from tests.http_events import Context, answer, load, request
from tests.support import CountingIds, FrozenClock, gate_of
from tests.unit.agents.support_world import KNOWN


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> MemoryRunStore:
    made, ids, clock = MemoryRunStore(), CountingIds(), FrozenClock()
    executions, knowledge = MemoryExecutions(), MemoryKnowledge()
    knowledge.put("acme", *KNOWN)
    monkeypatch.setattr(wiring, "runs", lambda: made)
    monkeypatch.setattr(wiring, "executions", lambda: executions)
    monkeypatch.setattr(wiring, "clock", lambda: clock)
    monkeypatch.setattr(wiring, "gate", lambda: gate_of(clock))
    monkeypatch.setattr(wiring, "ids", lambda: ids)
    monkeypatch.setattr(wiring, "model", OfflineModel)
    monkeypatch.setattr(wiring, "knowledge", lambda: knowledge)
    return made


def planned(runs: MemoryRunStore, event: str) -> Any:
    status, body, _ = answer(handler, request(event))
    assert status == 202, body
    run_id = body["data"]["runId"]
    handler({**load("agent-support-plan"), "runId": run_id}, Context())
    run = runs.get("acme", run_id)
    assert run is not None
    assert run.planned
    return run


def test_a_reply_is_started_planned_and_delivered(runs: MemoryRunStore) -> None:
    run = planned(runs, "agent-support-start")
    assert run.objective == "Reply: How long does delivery to Austria take?"
    assert "3 to 5 days" in run.output["reply"]
    assert [(s.connector, s.connection_id) for s in run.steps] == [("slack", "con_slack")]
    assert run.steps[0].payload["text"] == run.output["reply"]
    assert run.metrics is not None
    assert run.metrics.grounding > 0


def test_messages_are_triaged(runs: MemoryRunStore) -> None:
    run = planned(runs, "agent-support-triage")
    assert [r["priority"] for r in run.output["results"]] == ["P1", "P4", "P2"]
    assert run.steps[0].payload["text"].startswith("3 messages: 1 P1, 1 P2, 1 P4")
    assert run.objective == "Triage of 3 message(s)"


def test_macros_are_suggested(runs: MemoryRunStore) -> None:
    run = planned(runs, "agent-support-macros")
    assert [s["macroId"] for s in run.output["suggestions"]] == ["tracking"]
    assert run.steps == ()


def test_the_plan_task_names_a_run() -> None:
    assert load("agent-support-plan")["task"] == "plan"


def test_the_default_input_of_a_schedule_is_valid() -> None:
    intent = AGENT.intent(AGENT.default_intent)
    assert normalize_input(intent, dict(AGENT.default_input))


def test_every_intent_describes_its_input_and_output() -> None:
    described = AGENT.describe()["intents"]
    assert [intent["name"] for intent in described] == ["support", "triage", "macro-suggest"]
    assert json.dumps(described)
    assert "holdWhenEscalated" in described[0]["inputSchema"]["properties"]


@pytest.mark.parametrize(
    ("intent", "given", "field"),
    [
        ("support", {}, "input.message"),
        ("support", {"message": "x" * 8001}, "input.message"),
        ("support", {"message": "Hi", "channel": "fax"}, "input.channel"),
        ("support", {"message": "Hi", "tone": "rude"}, "input.tone"),
        ("support", {"message": "Hi", "customer": {"locale": "german"}}, "input.customer.locale"),
        (
            "support",
            {"message": "Hi", "history": [{"author": "customer", "text": "a"}] * 21},
            "input.history",
        ),
        (
            "support",
            {"message": "Hi", "history": [{"author": "system", "text": "a"}]},
            "input.history.0.author",
        ),
        ("triage", {"messages": []}, "input.messages"),
        ("triage", {"messages": [{"text": "a"}] * 51}, "input.messages"),
        (
            "triage",
            {"messages": [{"text": "a", "receivedAt": "2026-03-02T08:00:00"}]},
            "receivedAt",
        ),
        ("macro-suggest", {"message": "Hi", "limit": 11}, "input.limit"),
        ("macro-suggest", {"message": "Hi", "customer": {"a b": "c"}}, "input.customer"),
        (
            "macro-suggest",
            {"message": "Hi", "macros": [{"id": "a", "title": "b", "body": "c"}] * 201},
            "input.macros",
        ),
    ],
)
def test_bad_input_is_refused_with_its_field(
    intent: str, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        normalize_input(AGENT.intent(intent), given)
    assert field in refused.value.message


def test_only_deliveries_that_were_asked_for_are_allowed() -> None:
    post = {"connector": "slack", "action": "post_message", "input": {}}
    asked = SupportInput.model_validate({"message": "Hi", "deliver": [post]})
    assert asked.allowed_calls() == {Call("slack", "post_message", None)}
    assert TriageInput.model_validate({"messages": [{"text": "Hi"}]}).allowed_calls() == set()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_evals_hold_and_could_fail(case: Any) -> None:
    assert run_case(case).problems == ()
    assert all(check({}) for check in case.checks)
