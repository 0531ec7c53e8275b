"""Runs over HTTP: started, listed, followed, cancelled; and everything bad input gets."""

from collections.abc import Iterator
from typing import Any

import pytest

from agents.content.app import handler as content
from api.runs import handler as runs_api
from hub import wiring
from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_knowledge import MemoryKnowledge
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.offline_model import OfflineModel
from hub.domain.run import RunStatus, StepStatus
from hub.http import MAX_BODY_BYTES
from hub.ports import Change
from tests.harness import post
from tests.http_events import Context, answer, load, request
from tests.support import CountingIds, FrozenClock, gate_of

VIEWER = {"organizationId": "acme", "role": "viewer", "subject": "key:v"}
STRANGER = {"organizationId": "other", "role": "admin", "subject": "key:o"}


class World:
    """The stores behind the handlers."""

    def __init__(self) -> None:
        self.clock = FrozenClock()
        self.runs = MemoryRunStore()
        self.executions = MemoryExecutions()
        self.gate = gate_of(self.clock, per_minute=60)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made, ids = World(), CountingIds()
    monkeypatch.setattr(wiring, "runs", lambda: made.runs)
    monkeypatch.setattr(wiring, "executions", lambda: made.executions)
    monkeypatch.setattr(wiring, "clock", lambda: made.clock)
    monkeypatch.setattr(wiring, "gate", lambda: made.gate)
    monkeypatch.setattr(wiring, "ids", lambda: ids)
    monkeypatch.setattr(wiring, "model", OfflineModel)
    monkeypatch.setattr(wiring, "knowledge", MemoryKnowledge)
    return made


def start(**changes: Any) -> tuple[int, Any, dict[str, str]]:
    return answer(content, request("agent-content-start", **changes))


def test_a_start_is_queued_and_its_execution_started(world: World) -> None:
    status, body, _ = start()
    assert status == 202
    run_id = body["data"]["runId"]
    assert body["data"]["links"]["events"] == f"/api/runs/{run_id}/events"
    run = world.runs.get("acme", run_id)
    assert run is not None
    assert (run.status, run.trigger, run.intent) == ("queued", "api", "generate-draft")
    assert world.executions.started == [run_id]


def test_the_same_key_is_the_same_run(world: World) -> None:
    first, second = start(), start()
    assert first[1]["data"]["runId"] == second[1]["data"]["runId"]
    assert second[2]["Idempotent-Replayed"] == "true"
    assert len(world.executions.started) == 1


def test_the_same_key_of_another_organization_is_another_run(world: World) -> None:
    mine = start()[1]["data"]["runId"]
    theirs = start(caller=STRANGER)[1]["data"]["runId"]
    assert mine != theirs


def test_a_key_used_for_something_else_is_refused(world: World) -> None:
    start()
    other = {"intent": "generate-draft", "input": {"brief": "Something else."}}
    status, body, _ = start(body=other)
    assert (status, body["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_a_crash_before_the_execution_is_healed_by_repeating(world: World) -> None:
    run_id = start()[1]["data"]["runId"]
    world.executions.started.clear()
    assert start()[0] == 202
    assert world.executions.started == [run_id]


DRAFT = {"brief": "Something to say."}


@pytest.mark.parametrize(
    ("body", "status", "code", "words"),
    [
        ({"input": DRAFT}, 400, "INVALID_INPUT", "body.intent"),
        ({"intent": "generate-draft", "input": {}}, 400, "INVALID_INPUT", "input.brief"),
        (
            {"intent": "generate-draft", "input": {**DRAFT, "tone": "rude"}},
            400,
            "INVALID_INPUT",
            "input.tone",
        ),
        (
            {"intent": "generate-draft", "input": {**DRAFT, "extra": 1}},
            400,
            "INVALID_INPUT",
            "input.extra",
        ),
        ({"intent": "sing", "input": {}}, 400, "UNSUPPORTED_INTENT", "generate-draft"),
        ({"intent": "generate-draft", "input": DRAFT, "agnt": 1}, 400, "INVALID_INPUT", "agnt"),
        (
            {"intent": "generate-draft", "input": DRAFT, "simulate": {"rain": 1}},
            400,
            "INVALID_INPUT",
            "modelFailures",
        ),
        ("{not json", 400, "INVALID_INPUT", "JSON"),
        ("[]", 400, "INVALID_INPUT", "body"),
        ("x" * (MAX_BODY_BYTES + 1), 413, "PAYLOAD_TOO_LARGE", "256 KB"),
    ],
)
def test_bad_bodies_are_refused_before_anything_is_written(
    world: World, body: Any, status: int, code: str, words: str
) -> None:
    got, answered, _ = start(body=body)
    error = answered["error"]
    assert (got, error["code"]) == (status, code)
    assert words in error["message"]
    assert error["requestId"] == "req-agent-content-start"
    assert world.executions.started == []


def delivery(**changes: Any) -> dict[str, Any]:
    base = {"connector": "slack", "action": "post_message", "input": {"channel": "#a", "text": "b"}}
    return {"intent": "generate-draft", "input": {**DRAFT, "deliver": [{**base, **changes}]}}


@pytest.mark.parametrize(
    ("change", "status", "code", "words"),
    [
        ({"connector": "fax"}, 404, "UNKNOWN_CONNECTOR", "slack"),
        ({"action": "shout"}, 404, "UNKNOWN_ACTION", "post_message"),
        ({"input": {"chanel": "#a"}}, 400, "INVALID_INPUT", "chanel"),
    ],
)
def test_deliveries_that_can_never_work_are_refused(
    world: World, change: dict[str, Any], status: int, code: str, words: str
) -> None:
    got, body, _ = start(body=delivery(**change))
    assert (got, body["error"]["code"]) == (status, code)
    assert words in body["error"]["message"]


def test_no_credential_is_401_and_a_low_role_403(world: World) -> None:
    status, body, _ = start(caller={"reason": "the key is revoked; ask for a new one"})
    assert (status, body["error"]["code"]) == (401, "UNAUTHENTICATED")
    assert "revoked" in body["error"]["message"]
    status, body, _ = start(caller=VIEWER)
    assert (status, body["error"]["code"]) == (403, "FORBIDDEN")
    assert start(caller={**VIEWER, "role": "king"})[0] == 401
    assert world.executions.started == []


def test_a_role_is_checked_before_the_body(world: World) -> None:
    assert start(caller=VIEWER, body={"nonsense": 1})[0] == 403


def test_an_unknown_agent_names_the_known_ones(world: World) -> None:
    status, body, _ = answer(runs_api, request("runs-unknown-agent"))
    assert (status, body["error"]["code"]) == (404, "AGENT_NOT_REGISTERED")
    assert "content" in body["error"]["details"]["agents"]


def test_an_intent_alone_finds_its_agent(world: World) -> None:
    status, body, _ = answer(runs_api, request("runs-orchestrate"))
    assert status == 202
    assert body["data"]["agentId"] == "content"
    unknown = {"intent": "rhyme", "payload": {}}
    status, body, _ = answer(runs_api, request("runs-orchestrate", unknown))
    assert (status, body["error"]["code"]) == (400, "UNSUPPORTED_INTENT")


def show(run_id: str, **changes: Any) -> tuple[int, Any, dict[str, str]]:
    return answer(runs_api, request("runs-show", path=f"/api/runs/{run_id}", **changes))


def test_another_organizations_run_is_not_there(world: World) -> None:
    run_id = start()[1]["data"]["runId"]
    assert show(run_id)[0] == 200
    assert show(run_id, caller=STRANGER)[0] == 404
    for name in ("events", "cancel"):
        path = f"/api/runs/{run_id}/{name}"
        assert answer(runs_api, request(f"runs-{name}", path=path, caller=STRANGER))[0] == 404
    assert show("run_nobody")[1]["error"]["code"] == "NOT_FOUND"


def test_a_shown_run_hides_what_is_internal(world: World) -> None:
    shown = show(start()[1]["data"]["runId"])[1]["data"]
    assert not {"inputDigest", "sequence", "planned"} & shown.keys()
    assert shown["input"]["brief"].startswith("NeonHub")


def test_runs_are_listed_with_filters(world: World) -> None:
    start()
    _, body, _ = answer(runs_api, request("runs-list", query={"status": "queued"}))
    assert [run["status"] for run in body["data"]["runs"]] == ["queued"]
    _, body, _ = answer(runs_api, request("runs-list", query={"agent": "seo"}))
    assert body["data"] == {"runs": [], "cursor": None}


@pytest.mark.parametrize(
    "query",
    [{"status": "happy"}, {"limit": "0"}, {"limit": "x"}, {"since": "now"}, {"cursor": "!"}],
)
def test_bad_filters_are_refused(world: World, query: dict[str, str]) -> None:
    status, body, _ = answer(runs_api, request("runs-list", query=query))
    assert (status, body["error"]["code"]) == (400, "INVALID_INPUT")


def planned(world: World) -> str:
    run_id: str = start()[1]["data"]["runId"]
    content({**load("agent-content-plan"), "runId": run_id}, Context())
    return run_id


def test_the_plan_is_written_with_its_events(world: World) -> None:
    run_id = planned(world)
    path = f"/api/runs/{run_id}/events"
    _, body, _ = answer(runs_api, request("runs-events", path=path))
    events = body["data"]["events"]
    assert [event["event"] for event in events] == ["agent:started"] + ["agent:progress"] * 3
    assert events[0]["data"]["agentName"] == "ContentAgent"
    assert body["data"]["since"] == 4
    query = {"since": "3"}
    _, body, _ = answer(runs_api, request("runs-events", path=path, query=query))
    assert [event["id"] for event in body["data"]["events"]] == [4]
    run = world.runs.get("acme", run_id)
    assert run is not None
    assert run.steps[0].payload["text"].startswith("*NeonHub is here*\n")


def test_planning_again_answers_the_same_plan_without_writing(world: World) -> None:
    """Pain: a run executed again after a lost answer pays its model twice."""
    run_id = planned(world)
    before = world.runs.get("acme", run_id)
    again = content({**load("agent-content-plan"), "runId": run_id, "attempt": 1}, Context())
    assert again["steps"] == [{"index": 0, "connector": "slack"}]
    assert world.runs.get("acme", run_id) == before


def cancel(run_id: str) -> tuple[int, Any, dict[str, str]]:
    return answer(runs_api, request("runs-cancel", path=f"/api/runs/{run_id}/cancel"))


def test_cancel_stops_the_execution_and_ends_the_run(world: World) -> None:
    run_id = planned(world)
    status, body, _ = cancel(run_id)
    assert (status, body["data"]["cancelled"], body["data"]["status"]) == (200, True, "cancelled")
    assert world.executions.stopped == [run_id]
    status, body, _ = cancel(run_id)
    assert (status, body["error"]["code"]) == (409, "RUN_ENDED")


def test_cancel_tells_the_truth_when_the_run_finished_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = planned(world)

    def finished_first(_run_id: str, _cause: str) -> bool:
        world.runs.update(
            "acme",
            run_id,
            lambda run, number: Change(run.ended(RunStatus.COMPLETED, number, world.clock.now())),
        )
        return False

    monkeypatch.setattr(world.executions, "stop", finished_first)
    _, body, _ = cancel(run_id)
    assert (body["data"]["cancelled"], body["data"]["status"]) == (False, "completed")


def test_a_crash_is_a_500_with_the_request_id_and_nothing_internal(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: Any) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(world.runs, "get", crash)
    status, body, _ = show("run_1")
    assert (status, body["error"]["code"]) == (500, "INTERNAL_ERROR")
    assert "req-runs-show" in body["error"]["message"]
    assert "hunter2" not in str(body)


def test_a_route_that_is_not_there_is_404_in_the_envelope(world: World) -> None:
    status, body, _ = answer(runs_api, request("runs-list", path="/api/nothing"))
    assert (status, body["success"], body["error"]["code"]) == (404, False, "NOT_FOUND")


# ---------------------------------------------------------------------- decide and replay


def waiting(world: World, run_id: str, **more: Any) -> None:
    """The run as its agent leaves it, with a step that waits."""
    step = post(1, status=StepStatus.WAITING_APPROVAL, approval_token="token-1")
    update = {"planned": True, "steps": (step,), "status": RunStatus.WAITING_APPROVAL, **more}
    world.runs.update("acme", run_id, lambda run, _: Change(run.model_copy(update=update)))


def asked(name: str, run_id: str, body: Any = None, **more: Any) -> tuple[int, Any, dict[str, str]]:
    return answer(runs_api, request(name, body, path=f"/api/runs/{run_id}/{name[5:]}", **more))


def start_with_approval(approval: Any) -> str:
    body = {"intent": "generate-draft", "input": DRAFT, "approval": approval}
    status, answered, _ = start(body=body, headers={"idempotency-key": "approval-1"})
    assert status == 202, answered
    run_id: str = answered["data"]["runId"]
    return run_id


def test_a_run_with_an_approval_is_decided_over_http(world: World) -> None:
    run_id = start_with_approval({})
    waiting(world, run_id)
    status, body, _ = asked("runs-approve", run_id, {"comment": "Go."})
    assert status == 200, body
    assert body["data"]["approval"]["decision"] == "approved"
    assert body["data"]["approval"]["comment"] == "Go."
    assert world.executions.resumed == ["token-1"]


def test_a_decision_needs_no_body(world: World) -> None:
    run_id = start_with_approval({"timeoutSeconds": 60})
    waiting(world, run_id)
    event = request("runs-reject", path=f"/api/runs/{run_id}/reject")
    del event["body"]
    status, body, _ = answer(runs_api, event)
    assert (status, body["data"]["approval"]["decision"]) == (200, "rejected")


def test_no_answer_shows_what_lets_an_execution_go_on(world: World) -> None:
    run_id = start_with_approval({})
    waiting(world, run_id)
    event = request("runs-show", path=f"/api/runs/{run_id}")
    answers = [answer(runs_api, event)[1], asked("runs-approve", run_id)[1]]
    assert all("token-1" not in str(body) for body in answers)


def test_a_viewer_decides_nothing(world: World) -> None:
    run_id = start_with_approval({})
    waiting(world, run_id)
    assert asked("runs-approve", run_id, caller=VIEWER)[0] == 403
    assert asked("runs-approve", run_id, caller=STRANGER)[0] == 404
    assert world.executions.resumed == []


@pytest.mark.parametrize("seconds", [0, 90 * 24 * 3600 + 1, "soon"])
def test_an_approval_has_a_time(world: World, seconds: Any) -> None:
    body = {
        "intent": "generate-draft",
        "input": DRAFT,
        "approval": {"timeoutSeconds": seconds},
    }
    status, answered, _ = start(body=body)
    assert (status, answered["error"]["code"]) == (400, "INVALID_INPUT")
    assert "timeoutSeconds" in str(answered)


def test_the_token_of_a_step_comes_over_the_task_side(world: World) -> None:
    run_id = start_with_approval({})
    waiting(world, run_id)
    runs_api({**load("runs-await-approval"), "runId": run_id}, Context())
    run = world.runs.get("acme", run_id)
    assert run is not None
    assert run.steps[0].approval_token == "AQCsandbox"


def test_a_failed_run_is_replayed_as_a_run_of_its_own(world: World) -> None:
    run_id = start()[1]["data"]["runId"]
    waiting(world, run_id, status=RunStatus.FAILED)
    status, body, _ = asked("runs-replay", run_id)
    assert (status, body["data"]["parentRunId"]) == (202, run_id)
    again = world.runs.get("acme", body["data"]["runId"])
    assert again is not None
    assert (again.trigger, again.status) == ("replay", "queued")
    assert world.executions.started[-1] == again.id


def test_a_replay_with_a_key_is_made_once(world: World) -> None:
    run_id = start()[1]["data"]["runId"]
    waiting(world, run_id, status=RunStatus.FAILED)
    key = {"idempotency-key": "replay-1"}
    first, second = (asked("runs-replay", run_id, headers=key) for _ in range(2))
    assert first[1]["data"]["runId"] == second[1]["data"]["runId"]
    other = asked("runs-replay", run_id, {"from": "start"}, headers=key)
    assert (other[0], other[1]["error"]["code"]) == (409, "IDEMPOTENCY_KEY_REUSED")


def test_a_replay_begins_where_it_is_told_or_nowhere(world: World) -> None:
    run_id = start()[1]["data"]["runId"]
    assert asked("runs-replay", run_id)[1]["error"]["code"] == "RUN_NOT_ENDED"
    status, body, _ = asked("runs-replay", run_id, {"from": "middle"})
    assert (status, body["error"]["code"]) == (400, "INVALID_INPUT")
