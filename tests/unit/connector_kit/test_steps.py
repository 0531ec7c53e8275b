"""A step of a run: waits as told, never sends a write twice, and tells what happened."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.slack.app import CONNECTOR as SLACK
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import Caller, ReadBack
from hub.connector_kit.steps import MAX_IDLE_POLLS, MAX_POLLS, MAX_WAITS
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.errors import TransientError
from hub.domain.outcome import Outcome, OutcomeKind, in_progress
from hub.domain.run import AgentRun, RunStatus, StepStatus
from hub.ports import Change
from tests.harness import ORGANIZATION, Harness, post


def failing(kind: Injection, times: int = 1, retry_after: int = 3) -> SandboxFailure:
    return SandboxFailure(kind=kind, times=times, retry_after=retry_after)


def posted(harness: Harness) -> list[Any]:
    state, _ = harness.connections.load_sandbox(ORGANIZATION, "con_slack")
    return list(state.get("messages.C0LAUNCH01", []))


def test_a_step_that_works_is_recorded_with_its_result() -> None:
    harness = Harness()
    harness.connect()
    harness.plan(post())
    assert harness.execute()["next"] == "done"
    step = harness.step()
    assert step.status is StepStatus.SUCCEEDED
    assert step.result["channel"] == "C0LAUNCH01"
    assert step.error is None
    events = harness.runs.events(ORGANIZATION, "run_1", 0, 10)
    assert [e.data["step"]["status"] for e in events] == ["calling", "succeeded"]
    assert [e.data["progress"] for e in events] == [40, 100]


def test_a_rate_limit_is_waited_for_as_told_and_the_message_posted_once() -> None:
    harness = Harness()
    harness.connect(failing(Injection.RATE_LIMIT, retry_after=7))
    harness.plan(post())
    answer = harness.execute()
    assert (answer["next"], answer["retryAfter"]) == ("wait", 7)
    assert harness.run.status is RunStatus.WAITING_RATE_LIMIT
    harness.clock.advance(7)
    assert harness.execute()["next"] == "done"
    assert harness.run.status is RunStatus.RUNNING
    assert (harness.step().waits, harness.step().waited_ms) == (1, 7000)
    assert len(posted(harness)) == 1


class AtWork:
    """A client whose platform needs a while: `polls` times it is not done."""

    def __init__(self, polls: int) -> None:
        self.polls = polls
        self.keys: list[str] = []

    def __call__(self, context: ClientContext) -> "AtWork":
        self.keys.append(context.call_key)
        return self

    def post_message(self, _given: object) -> Outcome:
        self.polls -= 1
        if self.polls >= 0:
            return in_progress("the video is being processed", 4)
        return Outcome(kind=OutcomeKind.OK, data={"id": "9"})

    def reconcile(self, *_args: object) -> ReadBack:
        raise AssertionError("nothing was lost")


def test_work_in_progress_is_looked_at_again_with_the_same_key() -> None:
    platform = AtWork(polls=2)
    harness = Harness(replace(SLACK, client=platform))
    harness.connect()
    harness.plan(post())
    answer = harness.execute()
    assert (answer["next"], answer["retryAfter"], answer["waits"]) == ("wait", 4, 1)
    assert (harness.step().status, harness.run.status) == ("in_progress", "running")
    event = harness.runs.events(ORGANIZATION, "run_1", 0, 10)[-1]
    told = "slack.post_message: the video is being processed; looking again in 4 s"
    assert event.data["message"] == told
    assert [harness.execute()["next"] for _ in range(2)] == ["wait", "done"]
    step = harness.step()
    assert (step.status, step.result, step.polls, step.retries) == ("succeeded", {"id": "9"}, 2, 0)
    assert set(platform.keys) == {"run_1.step_1"}


def test_work_that_is_never_done_fails_in_the_end() -> None:
    harness = Harness(replace(SLACK, client=AtWork(polls=10_000)))
    harness.connect()
    harness.plan(post())
    answers = [harness.execute()["next"] for _ in range(MAX_IDLE_POLLS + 1)]
    assert answers == [*["wait"] * MAX_IDLE_POLLS, "failed"]
    assert harness.step().error is not None


def test_work_that_moves_on_may_take_long_but_not_for_ever() -> None:
    platform = AtWork(polls=10_000)
    said = iter(range(10_000))
    platform.post_message = lambda _given: in_progress(  # type: ignore[method-assign]
        f"uploaded {next(said)} of 9999 MB", 1
    )
    harness = Harness(replace(SLACK, client=platform))
    harness.connect()
    harness.plan(post())
    answers = [harness.execute()["next"] for _ in range(MAX_POLLS + 1)]
    assert answers == [*["wait"] * MAX_POLLS, "failed"]


def test_looking_again_does_not_use_up_the_waits_for_rate_limits() -> None:
    platform = AtWork(polls=MAX_WAITS + 3)
    harness = Harness(replace(SLACK, client=platform))
    harness.connect()
    harness.plan(post())
    for _ in range(MAX_WAITS + 3):
        harness.execute()
    platform.post_message = lambda _given: Outcome(  # type: ignore[method-assign]
        kind=OutcomeKind.RATE_LIMITED, retry_after=1
    )
    assert harness.execute()["next"] == "wait"


def test_a_step_waits_for_its_time_and_is_called_once() -> None:
    harness = Harness()
    harness.connect()
    due = harness.clock.now() + timedelta(hours=3)
    harness.plan(post(not_before=due))
    answer = harness.execute()
    assert (answer["next"], answer["retryAfter"], answer["waits"]) == ("wait", 3 * 3600, 1)
    assert harness.step().status == "scheduled"
    event = harness.runs.events(ORGANIZATION, "run_1", 0, 10)[-1]
    told = "slack.post_message: scheduled for 2026-03-02T12:00:00.000Z"
    assert event.data["message"] == told
    harness.clock.advance(3600)
    assert harness.execute()["retryAfter"] == 2 * 3600
    assert posted(harness) == []
    harness.clock.advance(2 * 3600)
    assert harness.execute()["next"] == "done"
    assert len(posted(harness)) == 1
    assert harness.step().waits == 1


def test_waiting_has_an_end() -> None:
    harness = Harness()
    harness.connect(failing(Injection.RATE_LIMIT, times=100))
    harness.plan(post())
    answers = []
    for _ in range(MAX_WAITS + 1):
        answers.append(harness.execute()["next"])
        harness.clock.advance(3)
    assert answers == ["wait"] * MAX_WAITS + ["failed"]
    error = harness.step().error
    assert error is not None
    assert error.code == "ratelimited"


def test_a_write_whose_answer_was_lost_is_found_and_not_sent_again() -> None:
    """Pain: one Slack message posted five times after a stack change."""
    harness = Harness()
    harness.connect(failing(Injection.TIMEOUT_AFTER_WRITE))
    harness.plan(post())
    assert harness.execute()["next"] == "reconcile"
    assert harness.execute()["next"] == "reconcile", "executing again must not send"
    assert harness.reconcile()["next"] == "done"
    assert len(posted(harness)) == 1
    assert harness.step().result["ts"] == posted(harness)[0]["ts"]


def test_a_write_that_never_arrived_is_sent_again() -> None:
    harness = Harness()
    harness.connect(failing(Injection.SERVER_ERROR))
    harness.plan(post())
    assert harness.execute()["next"] == "reconcile"
    assert harness.reconcile()["next"] == "execute"
    assert harness.execute()["next"] == "done"
    assert len(posted(harness)) == 1


def test_sending_again_has_an_end() -> None:
    harness = Harness()
    failures = SandboxFailure(kind=Injection.SERVER_ERROR, times=100, action="post_message")
    harness.connect(failures)
    harness.plan(post())
    for _ in range(2):
        assert harness.execute()["next"] == "reconcile"
        assert harness.reconcile()["next"] == "execute"
    assert harness.execute()["next"] == "reconcile"
    assert harness.reconcile()["next"] == "failed"
    error = harness.step().error
    assert error is not None
    assert error.code == "NOT_DELIVERED"


def test_an_outcome_that_cannot_be_looked_up_needs_review() -> None:
    harness = Harness()
    harness.connect(
        failing(Injection.TIMEOUT_AFTER_WRITE),
        SandboxFailure(kind=Injection.REAUTH, times=10, action="reconcile"),
    )
    harness.plan(post())
    assert harness.execute()["next"] == "reconcile"
    assert harness.reconcile()["next"] == "needs_review"
    assert harness.step().status is StepStatus.NEEDS_REVIEW


def test_a_function_that_died_in_the_call_does_not_send_again() -> None:
    """The record says `calling`: the platform may have been reached."""
    harness = Harness()
    harness.connect()
    harness.plan(post())

    def die(*_args: Any) -> Outcome:
        raise MemoryError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Caller, "perform", die)
        with pytest.raises(MemoryError):
            harness.execute()
    assert harness.step().status is StepStatus.CALLING
    answer = harness.execute(attempt=1)
    assert answer["next"] == "reconcile"
    assert answer["retryAfter"] == 20, "until the first call must have ended"
    assert posted(harness) == []


def test_a_function_that_died_after_the_call_does_not_send_again() -> None:
    harness = Harness()
    harness.connect()
    harness.plan(post())
    sent = Caller.perform

    def die_after(*args: Any) -> Outcome:
        sent(*args)
        raise MemoryError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Caller, "perform", die_after)
        with pytest.raises(MemoryError):
            harness.execute()
    assert harness.execute(attempt=1)["next"] == "reconcile"
    harness.clock.advance(20)
    assert harness.reconcile()["next"] == "done"
    assert len(posted(harness)) == 1


def test_a_repeatable_step_left_open_is_simply_done_again() -> None:
    harness = Harness()
    harness.connect()
    step = post(action="list_channels", name="slack.list_channels", payload={})
    harness.plan(step.model_copy(update={"status": StepStatus.CALLING}))
    assert harness.execute(attempt=1)["next"] == "done"
    assert harness.step().retries == 1


def unreachable(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route")


def test_a_call_that_never_left_is_raised_for_retry_and_then_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Pain: a network cut must not post twice, nor hang the run."""
    harness = Harness()
    harness.connect()
    harness.plan(post())
    monkeypatch.setattr(
        "hub.connector_kit.connector.transport_for",
        lambda *_args: httpx.MockTransport(unreachable),
    )
    for attempt in range(3):
        with pytest.raises(TransientError, match="could not be reached"):
            harness.execute(attempt=attempt)
        assert harness.step().status is StepStatus.PENDING
    assert harness.execute(attempt=3, last_attempt=True)["next"] == "failed"
    assert harness.step().status is StepStatus.FAILED
    monkeypatch.undo()
    assert posted(harness) == []


@pytest.mark.parametrize(
    ("injection", "code"),
    [(Injection.REAUTH, "invalid_auth"), (Injection.BUSINESS_ERROR, "channel_not_found")],
)
def test_a_refusal_fails_the_step_with_the_platforms_reason(
    injection: Injection, code: str
) -> None:
    harness = Harness()
    harness.connect(failing(injection))
    harness.plan(post())
    answer = harness.execute()
    assert (answer["next"], answer["code"]) == ("failed", code)
    assert harness.execute()["next"] == "failed", "a final step stays final"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"payload": {"channel": "#x"}}, "INVALID_INPUT"),
        ({"action": "dance"}, "UNKNOWN_ACTION"),
        ({"connection_id": "con_nobody"}, "NOT_FOUND"),
    ],
)
def test_a_step_that_cannot_be_called_fails_with_the_reason(
    change: dict[str, Any], code: str
) -> None:
    harness = Harness()
    harness.connect()
    harness.plan(post(**change))
    assert harness.execute()["code"] == code


def test_an_ordered_plan_stops_at_the_first_failure() -> None:
    harness = Harness()
    harness.connect(failing(Injection.BUSINESS_ERROR))
    harness.plan(post(1), post(2))
    harness.execute(0)
    assert harness.execute(1)["next"] == "failed"
    assert harness.step(1).status is StepStatus.SKIPPED
    assert posted(harness) == []


def test_an_unordered_plan_goes_on() -> None:
    harness = Harness()
    harness.connect(failing(Injection.BUSINESS_ERROR))
    harness.plan(post(1), post(2), ordered=False)
    assert harness.execute(0)["next"] == "failed"
    assert harness.execute(1)["next"] == "done"


def cancelled(run: AgentRun, _sequence: int) -> Change:
    return Change(run.model_copy(update={"cancel_requested_at": run.created_at}))


def ended(run: AgentRun, sequence: int) -> Change:
    return Change(run.ended(RunStatus.CANCELLED, sequence, run.created_at))


@pytest.mark.parametrize("stop", [cancelled, ended])
def test_no_step_starts_after_a_cancel(stop: Callable[[AgentRun, int], Change]) -> None:
    """Pain: a cancelled run keeps going and keeps spending."""
    harness = Harness()
    harness.connect()
    harness.plan(post())
    harness.runs.update(ORGANIZATION, "run_1", stop)
    answer = harness.execute()
    assert (answer["next"], answer["code"]) == ("failed", "CANCELLED")
    assert posted(harness) == []


def test_a_result_that_arrives_after_the_end_is_kept_but_reopens_nothing() -> None:
    harness = Harness()
    harness.connect()
    harness.plan(post())
    sent = Caller.perform

    def cancel_meanwhile(*args: Any) -> Outcome:
        harness.runs.update(ORGANIZATION, "run_1", ended)
        return sent(*args)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Caller, "perform", cancel_meanwhile)
        assert harness.execute()["next"] == "done"
    assert harness.run.status is RunStatus.CANCELLED
    assert harness.step().status is StepStatus.SUCCEEDED


def test_an_outcome_without_words_still_gets_a_code() -> None:
    harness = Harness()
    harness.connect()
    harness.plan(post())
    bare = Outcome(kind=OutcomeKind.INVALID_REQUEST)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Caller, "perform", lambda *_args: bare)
        assert harness.execute()["code"] == "INVALID_REQUEST"
