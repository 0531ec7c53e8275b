"""Approvals: a run that needs one does nothing before somebody said yes, and never after a no."""

from datetime import timedelta
from typing import Any

import pytest

from hub.adapters.memory_executions import MemoryExecutions
from hub.approvals import Approvals, ApprovalTask
from hub.domain.approval import Approval, Decision
from hub.domain.errors import ConflictError
from hub.domain.run import Failure, RunStatus, StepStatus
from hub.ports import Change
from tests.harness import ORGANIZATION, Harness, post
from tests.support import START

HOUR = 3600


class World(Harness):
    """A run of two Slack messages that needs an approval within an hour."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.connect()
        self.executions = MemoryExecutions()
        approval = Approval(timeout_seconds=HOUR).asked(START)
        self.plan(post(1), post(2), approval=approval)

    @property
    def approvals(self) -> Approvals:
        return Approvals(self.runs, self.executions, self.clock)

    def wait(self, index: int = 0, token: str = "token-1") -> None:
        self.approvals.wait(
            ApprovalTask(
                task="await-approval",
                organization_id=ORGANIZATION,
                run_id="run_1",
                step_index=index,
                token=token,
            )
        )

    def decide(self, decision: Decision, comment: str | None = None) -> Any:
        return self.approvals.decide(ORGANIZATION, "run_1", decision, "key:anna", comment)

    @property
    def messages(self) -> list[Any]:
        state, _ = self.connections.load_sandbox(ORGANIZATION, "con_slack")
        return list(state.get("messages.C0LAUNCH01", []))


def test_a_step_waits_for_its_approval_and_calls_nobody() -> None:
    world = World()
    answer = world.execute()
    assert (answer["next"], answer["retryAfter"]) == ("approve", HOUR)
    assert world.step().status is StepStatus.WAITING_APPROVAL
    assert world.run.status is RunStatus.WAITING_APPROVAL
    assert world.messages == []
    events = world.runs.events(ORGANIZATION, "run_1", 0, 10)
    assert events[-1].data["message"] == "slack.post_message: waiting for approval"


def test_an_approved_run_goes_on_and_every_step_is_done_once() -> None:
    world = World()
    world.execute()
    world.wait()
    run = world.decide(Decision.APPROVED, "Go.")
    assert world.executions.resumed == ["token-1"]
    assert run.status is RunStatus.RUNNING
    assert run.approval.decided_by == "key:anna"
    assert [world.execute(index)["next"] for index in (0, 1)] == ["done", "done"]
    assert len(world.messages) == 2
    assert world.step().approval_token is None


def test_a_rejected_run_does_nothing_and_says_who_and_why() -> None:
    world = World()
    world.execute()
    world.wait()
    world.decide(Decision.REJECTED, "Too loud.")
    assert world.executions.resumed == ["token-1"]
    answers = [world.execute(index) for index in (0, 1)]
    assert [(a["next"], a["code"]) for a in answers] == [("failed", "REJECTED")] * 2
    assert "key:anna: Too loud." in answers[0]["message"]
    assert world.messages == []


def test_an_approval_that_nobody_gave_expires() -> None:
    world = World()
    world.execute()
    world.wait()
    world.clock.advance(HOUR)
    answer = world.execute()
    assert (answer["next"], answer["code"]) == ("failed", "APPROVAL_EXPIRED")
    assert "replay" in answer["message"]
    with pytest.raises(ConflictError) as refused:
        world.decide(Decision.APPROVED)
    assert refused.value.error_code == "RUN_ENDED"
    assert world.messages == []


def test_an_approval_just_before_its_end_counts() -> None:
    world = World()
    world.execute()
    world.clock.advance(HOUR - 1)
    world.decide(Decision.APPROVED)
    world.clock.advance(10 * HOUR)
    assert world.execute()["next"] == "done"


def test_a_token_that_comes_after_the_decision_is_used_at_once() -> None:
    """Pain: an approval given in the second in which the step begins to wait is lost."""
    world = World()
    world.execute()
    world.decide(Decision.APPROVED)
    assert world.executions.resumed == []
    world.wait()
    assert world.executions.resumed == ["token-1"]


def test_a_token_that_comes_twice_replaces_the_first() -> None:
    world = World()
    world.execute()
    world.wait(token="token-1")
    world.wait(token="token-2")
    world.decide(Decision.APPROVED)
    assert world.executions.resumed == ["token-2"]


def test_one_decision_lets_every_waiting_step_go_on() -> None:
    world = World()
    world.runs.update(
        ORGANIZATION, "run_1", lambda run, _: Change(run.model_copy(update={"ordered": False}))
    )
    for index in (0, 1):
        world.execute(index)
        world.wait(index, f"token-{index}")
    world.decide(Decision.APPROVED)
    assert world.executions.resumed == ["token-0", "token-1"]


def test_a_decision_can_be_repeated_and_not_turned() -> None:
    """Repeated it heals a crash between the record and the execution."""
    world = World()
    world.execute()
    world.wait()
    first = world.decide(Decision.APPROVED, "Go.")
    world.clock.advance(5)
    again = world.decide(Decision.APPROVED)
    assert again.approval == first.approval
    assert world.executions.resumed == ["token-1", "token-1"]
    with pytest.raises(ConflictError) as refused:
        world.decide(Decision.REJECTED)
    assert refused.value.error_code == "ALREADY_DECIDED"
    assert "approved by key:anna" in refused.value.message


def test_a_plan_is_looked_at_before_it_is_approved() -> None:
    world = World()
    world.runs.update(
        ORGANIZATION, "run_1", lambda run, _: Change(run.model_copy(update={"planned": False}))
    )
    with pytest.raises(ConflictError) as refused:
        world.decide(Decision.APPROVED)
    assert refused.value.error_code == "NOT_PLANNED"
    assert world.decide(Decision.REJECTED).approval.decision is Decision.REJECTED


def test_a_run_without_approval_cannot_be_decided() -> None:
    world = Harness()
    world.plan(post())
    approvals = Approvals(world.runs, MemoryExecutions(), world.clock)
    with pytest.raises(ConflictError) as refused:
        approvals.decide(ORGANIZATION, "run_1", Decision.APPROVED, "key:anna", None)
    assert refused.value.error_code == "NO_APPROVAL"


def test_a_cancelled_run_is_not_approved_any_more() -> None:
    world = World()
    world.execute()
    failure = Failure(code="CANCELLED", message="the run was cancelled")
    ended = world.run.ended(RunStatus.CANCELLED, 9, START, failure)
    world.runs.update(ORGANIZATION, "run_1", lambda _run, _: Change(ended))
    assert world.step().status is StepStatus.SKIPPED
    with pytest.raises(ConflictError) as refused:
        world.decide(Decision.APPROVED)
    assert refused.value.error_code == "RUN_ENDED"


def test_a_scheduled_step_asks_before_it_waits_for_its_time() -> None:
    world = World()
    later = START + timedelta(hours=5)
    world.runs.update(
        ORGANIZATION, "run_1", lambda run, _: Change(run.with_step(0, post(1, not_before=later)))
    )
    assert world.execute()["next"] == "approve"
    world.decide(Decision.APPROVED)
    answer = world.execute()
    assert (answer["next"], answer["retryAfter"]) == ("wait", 5 * HOUR)


def test_a_step_under_way_is_not_asked_about_again() -> None:
    """Pain: an approval that is asked for again after a wait."""
    world = World()
    world.execute()
    world.decide(Decision.APPROVED)
    world.execute()
    world.clock.advance(2 * HOUR)
    assert world.execute()["next"] == "done"
    assert len(world.messages) == 1
