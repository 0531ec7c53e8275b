"""What the content agent publishes is what the connectors take, when and where it was asked for."""

from datetime import timedelta
from typing import Any

import pytest

from agents.content.app import handler
from agents.content.plan import AGENT
from connectors.linkedin.spec import SPEC as LINKEDIN
from connectors.wordpress.spec import SPEC as WORDPRESS
from connectors.x.spec import SPEC as X
from hub import wiring
from hub.adapters.memory_executions import MemoryExecutions
from hub.adapters.memory_knowledge import MemoryKnowledge
from hub.adapters.memory_runs import MemoryRunStore
from hub.adapters.offline_model import OfflineModel
from hub.agent_kit.guard import check_calls
from hub.agent_kit.normalize import normalize_input
from hub.connector_kit.spec import ActionInput
from hub.domain.errors import InvalidOutputError
from hub.domain.run import Step
from tests.http_events import Context, answer, load, request
from tests.support import START, CountingIds, FrozenClock, gate_of
from tests.unit.agents.content_world import World

SPECS = {spec.kind: spec for spec in (LINKEDIN, WORDPRESS, X)}
SLACK = {
    "connector": "slack",
    "action": "post_message",
    "input": {"channel": "#a", "text": "{{title}} {{slug}}"},
}
TEXT = "NeonHub opened its Berlin office in 2026. " + "It is a nice place for all of us. " * 9


def taken(step: Step) -> ActionInput:
    """The step's payload as the connector's action reads it."""
    action = SPECS[step.connector].action(step.action)
    assert step.name == f"{step.connector}.{step.action}"
    return action.input.model_validate(step.payload)


def test_a_draft_becomes_a_wordpress_post() -> None:
    at = START + timedelta(days=2)
    plan = World().plan(
        "generate-draft",
        brief='Tea & "biscuits" are <b>here</b>.',
        publish={
            "platform": "wordpress",
            "connectionId": "con_w",
            "status": "publish",
            "at": at.isoformat(),
        },
    )
    (step,) = plan.steps
    post: Any = taken(step)
    assert (step.connection_id, step.not_before) == ("con_w", at)
    assert post.title == 'Tea &amp; "biscuits" are &lt;b&gt;here&lt;/b&gt;'
    assert "<h1>" not in post.content
    assert "are &lt;b&gt;here&lt;/b&gt;." in post.content
    assert post.excerpt == 'Tea &amp; "biscuits" are &lt;b&gt;here&lt;/b&gt;.'
    assert (post.slug, post.status) == ("tea-biscuits-are-b-here-b", "publish")


def test_a_post_is_a_draft_of_the_sandbox_unless_said_otherwise() -> None:
    (step,) = (
        World()
        .plan("generate-draft", brief="Tea is here.", publish={"platform": "wordpress"})
        .steps
    )
    assert taken(step).model_dump()["status"] == "draft"
    assert (step.connection_id, step.not_before) == (None, None)


def test_what_is_published_first_comes_first_and_deliveries_after_it() -> None:
    later = {"platform": "wordpress", "at": (START + timedelta(days=1)).isoformat()}
    plan = World().plan(
        "generate-draft",
        brief="Tea is here.",
        publish=[later, {"platform": "wordpress", "connectionId": "con_w"}],
        deliver=[SLACK],
    )
    assert [(step.id, step.connector, step.connection_id) for step in plan.steps] == [
        ("publish_1", "wordpress", "con_w"),
        ("publish_2", "wordpress", None),
        ("step_1", "slack", None),
    ]
    assert plan.ordered
    assert plan.steps[2].payload["text"] == "Tea is here tea-is-here"


def test_pieces_become_posts_side_by_side() -> None:
    plan = World().plan(
        "repurpose",
        text=TEXT,
        targets=["linkedin", "x_thread"],
        publish=[
            {"platform": "linkedin", "connectionId": "con_l"},
            {"platform": "x", "connectionId": "con_x"},
        ],
    )
    output = plan.output.to_json()
    linkedin, thread = (taken(step).model_dump() for step in plan.steps)
    assert [step.action for step in plan.steps] == ["publish_post", "post_tweet"]
    assert linkedin["text"] == output["linkedin"]["text"]
    assert thread["text"] == output["xThread"][0]["text"]
    assert not plan.ordered
    assert plan.items == 2


def test_a_thread_of_several_posts_is_posted_as_one() -> None:
    text = " ".join(f"Place {n} has {n} people and they are our friends." for n in range(20))
    plan = World().plan(
        "repurpose", text=text, targets=["x_thread"], publish={"platform": "x"}, deliver=[
            {**SLACK, "input": {"channel": "#a", "text": "{{xThread}}"}}
        ],
    )  # fmt: skip
    assert plan.ordered
    assert [step.action for step in plan.steps] == ["post_thread", "post_message"]
    tweets = taken(plan.steps[0]).model_dump()["tweets"]
    assert [t["text"] for t in tweets] == [p["text"] for p in plan.output.to_json()["xThread"]]
    assert plan.steps[1].payload["text"] == "\n\n".join(t["text"] for t in tweets)


@pytest.mark.parametrize(
    ("intent", "given", "connector", "action", "connection"),
    [
        ("generate-draft", {"brief": "Tea is here."}, "wordpress", "create_post", None),
        ("generate-draft", {"brief": "Tea"}, "wordpress", "update_post", "con_w"),
        ("generate-draft", {"brief": "Tea"}, "stripe", "create_refund", None),
        ("repurpose", {"text": TEXT, "targets": ["x_thread"]}, "x", "delete_tweet", "con_w"),
        ("repurpose", {"text": TEXT, "targets": ["x_thread"]}, "x", "post_thread", "con_other"),
    ],
)
def test_no_other_call_may_be_planned(
    intent: str, given: dict[str, Any], connector: str, action: str, connection: str | None
) -> None:
    platform = "wordpress" if intent == "generate-draft" else "x"
    publish = {"platform": platform, "connectionId": "con_w"}
    asked = normalize_input(AGENT.intent(intent), {**given, "publish": publish})
    step = Step(id="s", name="n", connector=connector, action=action, connection_id=connection)
    with pytest.raises(InvalidOutputError, match="nothing was called"):
        check_calls(asked, (step,))


@pytest.mark.parametrize(
    ("event", "intent", "steps"),
    [
        ("agent-content-start", "generate-draft", ["slack"]),
        ("agent-content-draft", "generate-draft", ["wordpress"]),
        ("agent-content-summarize", "summarize", ["slack"]),
        ("agent-content-repurpose", "repurpose", ["linkedin", "x"]),
    ],
)
def test_each_intent_runs_through_the_function(
    monkeypatch: pytest.MonkeyPatch, event: str, intent: str, steps: list[str]
) -> None:
    runs, ids, clock = MemoryRunStore(), CountingIds(), FrozenClock()
    executions = MemoryExecutions()
    monkeypatch.setattr(wiring, "runs", lambda: runs)
    monkeypatch.setattr(wiring, "executions", lambda: executions)
    monkeypatch.setattr(wiring, "clock", lambda: clock)
    monkeypatch.setattr(wiring, "gate", lambda: gate_of(clock))
    monkeypatch.setattr(wiring, "ids", lambda: ids)
    monkeypatch.setattr(wiring, "model", OfflineModel)
    monkeypatch.setattr(wiring, "knowledge", MemoryKnowledge)
    status, body, _ = answer(handler, request(event))
    assert status == 202, body
    run_id = body["data"]["runId"]
    assert body["data"]["intent"] == intent
    planned = handler({**load("agent-content-plan"), "runId": run_id}, Context())
    assert sorted(step["connector"] for step in planned["steps"]) == steps
    run = runs.get("acme", run_id)
    assert run is not None
    assert run.output["engine"] == "offline"
    assert run.progress == 40
