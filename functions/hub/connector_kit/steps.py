"""One step of a run: decide whether it may call, call, and record what became of it.

Each decision is a change of the run's record, made before the next thing happens:

    pending ─► waiting_approval, if the run needs one ─► calling │ skipped
    pending ─► calling ─► succeeded │ failed
                       ├► waiting_rate_limit │ in_progress ─► calling
                       └► unknown ─► reconcile

`calling` is written before the platform is reached and its result before anything else runs. So a
function that dies in between leaves `calling` behind, and a `write` found there is never sent
again: it is looked up on the platform first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hub.connector_kit.budget import RATE_BUDGET_SPENT
from hub.connector_kit.connector import Caller, ReadBack
from hub.connector_kit.outcomes import MAX_WAIT_SECONDS
from hub.connector_kit.permission import awaits_approval, why_not
from hub.connector_kit.step_view import FINAL, Next, message_of, next_of, progress_of
from hub.domain import events
from hub.domain.errors import HubError, TransientError
from hub.domain.model import Record
from hub.domain.outcome import Outcome, OutcomeKind, Reconciliation
from hub.domain.run import AgentRun, Failure, RunStatus, Step, StepStatus
from hub.observability import logger
from hub.ports import Change, Clock, RunStore

MAX_WAITS = 5
"""A platform may tell a step to wait this often; then the step fails."""

MAX_IDLE_POLLS = 60
"""How often in a row a platform may say the same of work in progress; then the step fails.

So often it may also be held back in a row for waits that other calls were told.
"""

MAX_POLLS = 1000
"""How often it is asked in all: an execution's history holds 25,000 events."""

MAX_SENDS = 3
"""How often a write is sent that the platform, when asked, says it never got."""


class StepTask(Record):
    """What the state machine hands to a connector's function."""

    task: str
    organization_id: str
    run_id: str
    step_index: int
    attempt: int = 0
    last_attempt: bool = False


@dataclass
class StepRunner:
    """Executes and reconciles steps of runs with one connector."""

    runs: RunStore
    caller: Caller
    clock: Clock
    call_window: timedelta = field(default=timedelta(seconds=20))

    def execute(self, task: StepTask) -> dict[str, Any]:
        """Call the platform if the record allows it; answer what to do next.

        Raises TransientError when the call did nothing and may be repeated (Step Functions does).
        """
        run = self._record(task, lambda run, at: self._begin(run, task, at))
        step = run.steps[task.step_index]
        if step.status is not StepStatus.CALLING or step.call_deadline is None:
            return self._answer(run, step)
        outcome = self._call(run, step)
        _log("call held back" if _told_to_others(outcome) else "platform called", step, outcome)
        run = self._record(task, lambda run, at: self._ended(run, task, outcome, at), known=run)
        step = run.steps[task.step_index]
        if outcome.kind is OutcomeKind.TRANSIENT and step.status is StepStatus.PENDING:
            raise TransientError(f"{step.name}: {outcome.message}", code=outcome.code)
        return self._answer(run, step, outcome.retry_after)

    def reconcile(self, task: StepTask) -> dict[str, Any]:
        """Read back from the platform whether a lost call was carried out."""
        run = self._load(task)
        step = run.steps[task.step_index]
        if step.status in FINAL:
            return self._answer(run, step)
        held = self._held(run, step)
        if held:
            return self._answer(run, step, held.retry_after)
        seen = self._read_back(run, step)
        run = self._record(task, lambda run, at: self._reconciled(run, task, seen, at), known=run)
        return self._answer(run, run.steps[task.step_index])

    # ------------------------------------------------------------------ decisions

    def _begin(self, run: AgentRun, task: StepTask, at: datetime) -> Step | None:
        step = run.steps[task.step_index]
        if step.status in FINAL:
            return None
        reason = why_not(run, task.step_index, at)
        if reason:
            return step.model_copy(update={"status": StepStatus.SKIPPED, "error": reason})
        if step.status in (StepStatus.CALLING, StepStatus.UNKNOWN) and not self._repeatable(step):
            return step.model_copy(update={"status": StepStatus.UNKNOWN})
        if awaits_approval(run, step, at):
            return step.model_copy(update={"status": StepStatus.WAITING_APPROVAL})
        if step.not_before and at < step.not_before:
            return _scheduled(step, at)
        return step.model_copy(
            update={
                "status": StepStatus.CALLING,
                "started_at": step.started_at or at,
                "call_deadline": at + self.call_window,
                "approval_token": None,
                "retry_after": None,
                "retries": step.retries + (1 if task.attempt else 0),
            }
        )

    def _ended(self, run: AgentRun, task: StepTask, outcome: Outcome, at: datetime) -> Step | None:
        step = run.steps[task.step_index]
        if step.status in FINAL:
            return None
        failure = Failure(
            code=outcome.code or outcome.kind.upper(), message=outcome.message or outcome.kind
        )
        update: dict[str, Any] = {"provider_request_id": outcome.provider_request_id}
        match outcome.kind:
            case OutcomeKind.OK:
                update |= {"result": outcome.data, "error": None, **_final(step, at)}
                update["status"] = StepStatus.SUCCEEDED
            case OutcomeKind.RATE_LIMITED if _may_wait(step, outcome):
                update |= {"status": StepStatus.WAITING_RATE_LIMIT, **_waiting(step, outcome)}
            case OutcomeKind.IN_PROGRESS if _may_look_again(step, outcome):
                update |= {"status": StepStatus.IN_PROGRESS, **_waiting(step, outcome)}
            case OutcomeKind.UNKNOWN:
                update |= {"status": StepStatus.UNKNOWN, "error": failure}
            case OutcomeKind.TRANSIENT if not task.last_attempt:
                update |= {"status": StepStatus.PENDING, "error": failure}
            case _:
                update |= {"status": StepStatus.FAILED, "error": failure, **_final(step, at)}
        return step.model_copy(update=update)

    def _reconciled(
        self, run: AgentRun, task: StepTask, seen: ReadBack, at: datetime
    ) -> Step | None:
        step = run.steps[task.step_index]
        if step.status in FINAL:
            return None
        match seen.verdict:
            case Reconciliation.DONE:
                update = {"status": StepStatus.SUCCEEDED, "result": seen.data, "error": None}
            case Reconciliation.NOT_DONE if step.retries < MAX_SENDS - 1:
                again = {"status": StepStatus.PENDING, "retries": step.retries + 1}
                return step.model_copy(update=again)
            case Reconciliation.NOT_DONE:
                lost = Failure(
                    code="NOT_DELIVERED",
                    message=f"sent {MAX_SENDS} times and {step.connector} shows none of them",
                )
                update = {"status": StepStatus.FAILED, "error": lost}
            case Reconciliation.UNKNOWN:
                review = Failure(
                    code="UNKNOWN_OUTCOME",
                    message=f"{step.name} may have been carried out and {step.connector} does not "
                    "tell; look there, then replay the run if it was not",
                )
                update = {"status": StepStatus.NEEDS_REVIEW, "error": review}
        return step.model_copy(update={**update, **_final(step, at)})

    # ------------------------------------------------------------------ calls

    def _call(self, run: AgentRun, step: Step) -> Outcome:
        try:
            connection = self.caller.connection(run.organization_id, step.connection_id)
            action, given = self._request(step)
            return self.caller.perform(connection, action, given, call_key(run, step))
        except HubError as error:
            transient = isinstance(error, TransientError)
            kind = OutcomeKind.TRANSIENT if transient else OutcomeKind.INVALID_REQUEST
            return Outcome(kind=kind, code=error.error_code, message=error.message)

    def _read_back(self, run: AgentRun, step: Step) -> ReadBack:
        action, given = self._request(step)
        connection = self.caller.connection(run.organization_id, step.connection_id)
        since = (step.started_at or run.created_at) - timedelta(seconds=5)
        return self.caller.read_back(connection, action, given, call_key(run, step), since)

    def _held(self, run: AgentRun, step: Step) -> Outcome | None:
        """Why to read back later: a refused question would not tell what became of the call.

        After a day of that the platform is asked all the same.
        """
        began = step.started_at or run.created_at
        if (self.clock.now() - began).total_seconds() > MAX_WAIT_SECONDS:
            return None
        connection = self.caller.connection(run.organization_id, step.connection_id)
        return self.caller.held(connection, "reconcile", call_key(run, step))

    def _request(self, step: Step) -> Any:
        from hub.validation import parse

        action = self.caller.connector.spec.action(step.action)
        return action, parse(action.input, step.payload, "payload")

    def _repeatable(self, step: Step) -> bool:
        return self.caller.connector.spec.action(step.action).effect.repeatable

    # ------------------------------------------------------------------ record

    def _record(
        self,
        task: StepTask,
        decide: Callable[[AgentRun, datetime], Step | None],
        known: AgentRun | None = None,
    ) -> AgentRun:
        def change(run: AgentRun, sequence: int) -> Change | None:
            at = self.clock.now()
            step = decide(run, at)
            if step is None or step == run.steps[task.step_index]:
                return None
            new = run.with_step(task.step_index, step).with_status(_run_status(step))
            new = new.model_copy(update={"progress": progress_of(new)})
            event = events.progressed(new, sequence, at, new.progress, message_of(step), step)
            return Change(new, event)

        return self.runs.update(task.organization_id, task.run_id, change, known)

    def _load(self, task: StepTask) -> AgentRun:
        return self.runs.update(task.organization_id, task.run_id, lambda _run, _next: None)

    def _answer(
        self, run: AgentRun, step: Step, retry_after: float | None = None
    ) -> dict[str, Any]:
        following, wait = next_of(step)
        if following is Next.APPROVE and run.approval:
            # At least a second: the execution must still be able to wait.
            wait = max(1.0, run.approval.seconds_left(self.clock.now()))
        if step.status is StepStatus.SCHEDULED and step.not_before:
            wait = max(0.0, (step.not_before - self.clock.now()).total_seconds())
        if following is Next.RECONCILE and step.call_deadline:
            left = (step.call_deadline - self.clock.now()).total_seconds()
            # Another invocation may still be inside the call; reading back before it ended would
            # see "not done" and send again.
            wait = max(wait, left if step.error is None else 0)
        return {
            "next": following,
            "retryAfter": round(retry_after if retry_after is not None else wait, 3),
            "status": step.status,
            "retries": step.retries,
            "waits": step.waits,
            "waitedMs": step.waited_ms,
            "code": step.error.code if step.error else None,
            "message": f"{step.name}: {step.error.message}" if step.error else None,
        }


def _log(message: str, step: Step, outcome: Outcome) -> None:
    """What support at the platform asks for, and why a step failed; never the payload."""
    shown = {
        "step": step.name,
        "connectionId": step.connection_id,
        "outcome": outcome.kind,
        "code": outcome.code,
        "reason": outcome.message,
        "providerRequestId": outcome.provider_request_id,
        "retryAfter": outcome.retry_after,
    }
    logger.info(message, extra={k: v for k, v in shown.items() if v is not None})


def call_key(run: AgentRun, step: Step) -> str:
    """What identifies a step's call for ever: clients put it where the platform can show it."""
    return f"{run.id}.{step.id}"


def _scheduled(step: Step, at: datetime) -> Step:
    """The step, waiting for its time. `polls` keeps this out of the count of rate limits."""
    assert step.not_before is not None
    if step.status is StepStatus.SCHEDULED:
        return step
    left = (step.not_before - at).total_seconds()
    update = {"status": StepStatus.SCHEDULED, "retry_after": left}
    return step.model_copy(update={**update, "waits": step.waits + 1, "polls": step.polls + 1})


def _idle(step: Step, outcome: Outcome) -> int:
    """How often in a row the platform said the same: an upload that goes on says how far it is."""
    same = step.error is not None and step.error.message == outcome.message
    return step.idle_polls + 1 if same else 1


def _may_look_again(step: Step, outcome: Outcome) -> bool:
    return step.polls < MAX_POLLS and _idle(step, outcome) <= MAX_IDLE_POLLS


def _may_wait(step: Step, outcome: Outcome) -> bool:
    """Whether it may wait once more. Waits that others were told are counted like work at hand."""
    if _told_to_others(outcome):
        return _may_look_again(step, outcome)
    return step.waits - step.polls < MAX_WAITS


def _told_to_others(outcome: Outcome) -> bool:
    return outcome.code == RATE_BUDGET_SPENT


def _waiting(step: Step, outcome: Outcome) -> dict[str, Any]:
    waited = step.waited_ms + round((outcome.retry_after or 0) * 1000)
    told = Failure(code=outcome.code or outcome.kind.upper(), message=outcome.message or "")
    update: dict[str, Any] = {"waits": step.waits + 1, "waited_ms": waited, "error": told}
    if outcome.kind is OutcomeKind.IN_PROGRESS or _told_to_others(outcome):
        update |= {"polls": step.polls + 1, "idle_polls": _idle(step, outcome)}
    return {**update, "retry_after": outcome.retry_after}


def _final(step: Step, at: datetime) -> dict[str, Any]:
    started = step.started_at or at
    return {
        "completed_at": at,
        "duration_ms": round((at - started).total_seconds() * 1000),
        "call_deadline": None,
    }


def _run_status(step: Step) -> RunStatus:
    match step.status:
        case StepStatus.WAITING_RATE_LIMIT:
            return RunStatus.WAITING_RATE_LIMIT
        case StepStatus.WAITING_APPROVAL:
            return RunStatus.WAITING_APPROVAL
    return RunStatus.RUNNING
