"""Runs: listed, shown, followed, approved or rejected, replayed, cancelled; any agent started.

Its task side keeps the tokens of executions that wait for a decision.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime, Field

from hub import wiring
from hub.agent_kit.catalog import load_agent
from hub.agent_kit.routes import ApprovalBody, StartBody, given_key, run_starter, start_run, started
from hub.agent_kit.start import keyed_run_id
from hub.approvals import Approvals, ApprovalTask
from hub.domain.approval import Decision
from hub.domain.errors import ConflictError
from hub.domain.model import Json
from hub.domain.principal import Role
from hub.domain.run import AgentRun, Failure, RunStatus
from hub.entrypoint import Event, entrypoint
from hub.http import Api, Body, reply
from hub.ports import Change, RunFilter
from hub.replay import Start, replay_of
from hub.validation import found, parse

api = Api()
_MAX_EVENTS = 200


class OrchestrateBody(Body):
    """The body of `POST /api/orchestrate`: the intent alone finds its agent."""

    intent: str
    payload: dict[str, Any]
    agent: str | None = None
    approval: ApprovalBody | None = None


class ReplayBody(Body):
    """The body of a replay. Without `start`, the step that failed, if the run got so far."""

    start: Start | None = Field(default=None, alias="from")


class DecisionBody(Body):
    """The body of a decision. The comment is kept with the run."""

    comment: str | None = Field(default=None, min_length=1, max_length=500)


@api.get("/api/runs")
def list_runs(
    agent: str | None = None,
    status: RunStatus | None = None,
    since: AwareDatetime | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: str | None = None,
) -> Any:
    """Runs of the organization, newest first."""
    where = RunFilter(agent_id=agent, status=status, since=since)
    page = wiring.runs().list(api.principal.organization_id, where, limit, cursor)
    return reply({"runs": [shown(run) for run in page.items], "cursor": page.cursor})


@api.get("/api/runs/<run_id>")
def show_run(run_id: str) -> Any:
    """One run with its steps."""
    run = wiring.runs().get(api.principal.organization_id, run_id)
    return reply(shown(found(run, "run", run_id)))


@api.get("/api/runs/<run_id>/events")
def run_events(
    run_id: str,
    since: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=_MAX_EVENTS)] = 100,
) -> Any:
    """The events of a run after `since`: the same a socket receives."""
    events = wiring.runs().events(api.principal.organization_id, run_id, since, limit)
    last = events[-1].id if events else since
    return reply({"events": [event.to_json() for event in events], "since": last})


@api.post("/api/runs/<run_id>/approve", role=Role.OPERATOR)
def approve_run(run_id: str, body: DecisionBody | None = None) -> Any:
    """Let a planned run act. 409 if it needs no approval, or was decided otherwise before."""
    return _decide(run_id, Decision.APPROVED, body)


@api.post("/api/runs/<run_id>/reject", role=Role.OPERATOR)
def reject_run(run_id: str, body: DecisionBody | None = None) -> Any:
    """End a run before it acts. 409 if it is too late for that."""
    return _decide(run_id, Decision.REJECTED, body)


@api.post("/api/runs/<run_id>/cancel", role=Role.OPERATOR)
def cancel_run(run_id: str) -> Any:
    """Stop a run. 409 with its true status if it had ended before."""
    organization = api.principal.organization_id
    marked = wiring.runs().update(organization, run_id, _mark_cancelled)
    if marked.status.terminal:
        raise ConflictError(
            f"the run {run_id} had already ended: {marked.status}",
            code="RUN_ENDED",
            details={"status": marked.status},
        )
    wiring.executions().stop(run_id, f"cancelled by {api.principal.subject}")
    ended = wiring.runs().update(organization, run_id, _end_cancelled)
    return reply(
        {"runId": run_id, "cancelled": ended.status is RunStatus.CANCELLED, **shown(ended)}
    )


@api.post("/api/agents/<agent_id>/runs", role=Role.OPERATOR)
def start_of(agent_id: str, body: StartBody) -> Any:
    """Agents answer this route themselves; what arrives here names an agent that is not."""
    load_agent(agent_id)
    return start_run(api, agent_id, body)


@api.post("/api/orchestrate", role=Role.OPERATOR)
def orchestrate(body: OrchestrateBody) -> Any:
    """Start the run of an intent, whoever's it is."""
    start = StartBody(intent=body.intent, input=body.payload, approval=body.approval)
    return start_run(api, body.agent, start)


def shown(run: AgentRun) -> dict[str, Json]:
    """A run as clients see it: the record, with `durationMs` and each step's own."""
    data = run.to_json()
    for internal in ("inputDigest", "sequence", "endedSequence", "planned"):
        data.pop(internal, None)
    for step in data.get("steps") or ():
        step.pop("approvalToken", None)
    metrics = data.get("metrics") or {}
    return {**data, "durationMs": metrics.get("durationMs"), "lastEventId": run.sequence}


@api.post("/api/runs/<run_id>/replay", role=Role.OPERATOR)
def replay_run(run_id: str, body: ReplayBody | None = None) -> Any:
    """Start a run again, as a run of its own that names this one as its parent."""
    organization = api.principal.organization_id
    run = found(wiring.runs().get(organization, run_id), "run", run_id)
    key = given_key(api)
    new_id = keyed_run_id(organization, key) if key else wiring.ids().new("run")
    again = replay_of(run, new_id, wiring.clock().now(), body.start if body else None)
    stored, _ = run_starter().launch(again)
    return reply({**started(stored), "parentRunId": run_id}, HTTPStatus.ACCEPTED)


def _decide(run_id: str, decision: Decision, body: DecisionBody | None) -> Any:
    organization, subject = api.principal.organization_id, api.principal.subject
    comment = body.comment if body else None
    run = _approvals().decide(organization, run_id, decision, subject, comment)
    return reply(shown(run))


def _approvals() -> Approvals:
    return Approvals(wiring.runs(), wiring.executions(), wiring.clock())


def await_approval(event: Event, _context: Any = None) -> None:
    """A step of a run begins to wait: keep what lets its execution go on."""
    _approvals().wait(parse(ApprovalTask, event, "event"))


def _mark_cancelled(run: AgentRun, _sequence: int) -> Change | None:
    """From now on no step starts: the write that starts one looks at this mark."""
    if run.status.terminal or run.cancel_requested_at:
        return None
    return Change(run.model_copy(update={"cancel_requested_at": _now()}))


def _end_cancelled(run: AgentRun, sequence: int) -> Change | None:
    if run.status.terminal:
        return None
    failure = Failure(code="CANCELLED", message="the run was cancelled")
    return Change(run.ended(RunStatus.CANCELLED, sequence, _now(), failure))


def _now() -> datetime:
    return wiring.clock().now()


handler = entrypoint(http=api, task=await_approval)
