"""Runs over HTTP: list, show, follow, cancel; and what is asked of agents that do not exist."""

from datetime import datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from hub import wiring
from hub.agent_kit.catalog import load_agent
from hub.agent_kit.routes import StartBody, start_run
from hub.domain.errors import ConflictError
from hub.domain.model import Json
from hub.domain.principal import Role
from hub.domain.run import AgentRun, Failure, RunStatus
from hub.entrypoint import entrypoint
from hub.http import Api, Body, reply
from hub.ports import Change, RunFilter
from hub.validation import found

api = Api()
_MAX_EVENTS = 200


class OrchestrateBody(Body):
    """The body of `POST /api/orchestrate`: the intent alone finds its agent."""

    intent: str
    payload: dict[str, Any]
    agent: str | None = None


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
    return start_run(api, body.agent, StartBody(intent=body.intent, input=body.payload))


def shown(run: AgentRun) -> dict[str, Json]:
    """A run as clients see it: the record, with `durationMs` and each step's own."""
    data = run.to_json()
    for internal in ("inputDigest", "sequence", "endedSequence", "planned"):
        data.pop(internal, None)
    metrics = data.get("metrics") or {}
    return {**data, "durationMs": metrics.get("durationMs"), "lastEventId": run.sequence}


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


handler = entrypoint(http=api)
