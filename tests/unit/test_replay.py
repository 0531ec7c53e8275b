"""Replays: what succeeded is kept, what did not is done again, as a run of its own."""

from datetime import timedelta
from typing import Any

import pytest

from hub.domain.approval import Approval, Decision
from hub.domain.errors import ConflictError
from hub.domain.run import DELIVERY, AgentRun, RunMetrics, RunStatus, StepStatus, Trigger
from hub.replay import Start, replay_of
from tests.harness import post
from tests.support import START

LATER = START + timedelta(hours=1)
DONE = post(1, status=StepStatus.SUCCEEDED, result={"ts": "1"}, waits=2)
LOST = post(2, status=StepStatus.NEEDS_REVIEW, waits=3, retries=2, approval_token="t")
SKIPPED = post(3, status=StepStatus.SKIPPED)


def run(**more: Any) -> AgentRun:
    fields: dict[str, Any] = {
        "id": "run_1",
        "agent_id": "content",
        "organization_id": "acme",
        "intent": "generate-draft",
        "objective": "test",
        "status": RunStatus.NEEDS_REVIEW,
        "planned": True,
        "input": {"brief": "Tea"},
        "output": {"title": "Tea"},
        "steps": (DONE, LOST, SKIPPED),
        "metrics": RunMetrics(items=1, grounding=2, input_tokens=100, cost_usd=0.5, waits=5),
        "created_at": START,
        **more,
    }
    return AgentRun(**fields)


def test_a_replay_keeps_what_succeeded_and_does_the_rest_again() -> None:
    again = replay_of(run(), "run_2", LATER, None)
    assert (again.id, again.parent_run_id, again.trigger) == ("run_2", "run_1", Trigger.REPLAY)
    assert (again.status, again.created_at) == (RunStatus.QUEUED, LATER)
    assert again.steps == (DONE, post(2), post(3))
    assert again.planned
    assert again.output == {"title": "Tea"}


def test_the_models_work_is_not_counted_twice() -> None:
    again = replay_of(run(), "run_2", LATER, None)
    assert again.metrics == RunMetrics(items=1, grounding=2)


def test_a_replay_from_the_start_plans_anew() -> None:
    again = replay_of(run(), "run_2", LATER, Start.TOP)
    assert (again.planned, again.steps, again.output) == (False, (), None)
    assert again.input == {"brief": "Tea"}


@pytest.mark.parametrize("changes", [{"planned": False, "steps": ()}, {"steps": (DONE,)}])
def test_a_run_with_nothing_left_begins_at_the_top(changes: dict[str, Any]) -> None:
    assert replay_of(run(**changes), "run_2", LATER, None).planned is False
    with pytest.raises(ConflictError) as refused:
        replay_of(run(**changes), "run_2", LATER, Start.FAILED)
    assert refused.value.error_code == "NOTHING_TO_REPLAY"


def test_a_run_under_way_is_not_replayed() -> None:
    with pytest.raises(ConflictError) as refused:
        replay_of(run(status=RunStatus.RUNNING), "run_2", LATER, None)
    assert refused.value.error_code == "RUN_NOT_ENDED"


def test_what_needed_an_approval_needs_one_again() -> None:
    approval = Approval(timeout_seconds=60).asked(START)
    rejected = approval.decided(Decision.REJECTED, START, "key:anna", "no")
    again = replay_of(run(approval=rejected), "run_2", LATER, None)
    assert again.approval == Approval(timeout_seconds=60)


def test_a_call_made_for_later_keeps_its_step() -> None:
    again = replay_of(run(agent_id=DELIVERY, steps=(LOST,)), "run_2", LATER, Start.TOP)
    assert again.steps == (post(2),)
    assert again.planner == "connector-slack"


def test_the_two_kinds_of_replay_are_two_requests() -> None:
    kinds = {replay_of(run(), "run_2", LATER, start).input_digest for start in Start}
    assert len(kinds) == 2
