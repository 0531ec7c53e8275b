"""The HTTP side of an agent: start a run, describe the agent."""

from http import HTTPStatus
from typing import Any

from pydantic import Field

from hub import wiring
from hub.agent_kit.catalog import resolve
from hub.agent_kit.spec import AgentSpec
from hub.agent_kit.start import RunOrder, RunStarter, keyed_run_id
from hub.domain.approval import DEFAULT_SECONDS, MAX_SECONDS, Approval
from hub.domain.errors import InvalidRequestError
from hub.domain.model import Json
from hub.domain.principal import Principal, Role
from hub.domain.run import AgentRun, Priority
from hub.http import Api, Body, reply

MAX_KEY = 255
SIMULATIONS = frozenset({"modelFailures"})


class ApprovalBody(Body):
    """That a run shall wait for approval before it acts, and how long at most."""

    timeout_seconds: int = Field(default=DEFAULT_SECONDS, ge=1, le=MAX_SECONDS)

    def to_approval(self) -> Approval:
        """The approval that a run starts with."""
        return Approval(timeout_seconds=self.timeout_seconds)


class StartBody(Body):
    """The body of a start. `simulate` asks the offline engine for failures, to rehearse them.

    With an `approval`, even an empty one, the run is planned and then waits for somebody's yes.
    """

    intent: str
    input: dict[str, Any] = Field(default_factory=dict)
    objective: str | None = Field(default=None, max_length=500)
    priority: Priority = Priority.NORMAL
    approval: ApprovalBody | None = None
    simulate: dict[str, int] = Field(default_factory=dict)


def agent_api(agent: AgentSpec) -> Api:
    """The routes of one agent's function."""
    api = Api()

    @api.post(f"/api/agents/{agent.id}/runs", role=Role.OPERATOR)
    def start(body: StartBody) -> Any:
        return start_run(api, agent.id, body)

    @api.get(f"/api/agents/{agent.id}", role=Role.VIEWER)
    def describe() -> Any:
        return reply(agent.describe())

    return api


def start_run(api: Api, agent_id: str | None, body: StartBody) -> Any:
    """Start the run of a request; 202 with where to follow it.

    429 or 503 if the gate lets no new run through. A repeated request is let through always.
    """
    _check_simulation(body.simulate)
    caller: Principal = api.principal
    key = given_key(api)
    order = RunOrder(
        agent=resolve(agent_id, body.intent),
        organization_id=caller.organization_id,
        intent=body.intent,
        input=body.input,
        run_id=keyed_run_id(caller.organization_id, key) if key else None,
        objective=body.objective,
        priority=body.priority,
        approval=body.approval.to_approval() if body.approval else None,
        simulate=body.simulate,
    )
    gate, agent = wiring.gate(), order.agent.id
    run, new = run_starter().start(
        order, lambda: gate.admit(caller.organization_id, agent, caller.subject)
    )
    headers = {} if new else {"Idempotent_Replayed": "true"}
    return reply(started(run), HTTPStatus.ACCEPTED, **headers)


def run_starter() -> RunStarter:
    """What starts the runs of this stack."""
    return RunStarter(wiring.runs(), wiring.executions(), wiring.clock(), wiring.ids())


def given_key(api: Api) -> str | None:
    """The request's Idempotency-Key, if it has one."""
    key: str | None = api.header("Idempotency-Key")
    if key is not None and not 1 <= len(key) <= MAX_KEY:
        raise InvalidRequestError(f"Idempotency-Key must have 1 to {MAX_KEY} characters")
    return key


def started(run: AgentRun) -> dict[str, Json]:
    """What a start answers: the run and where to follow it."""
    return {
        "id": run.id,
        "runId": run.id,
        "agentId": run.agent_id,
        "intent": run.intent,
        "status": run.status,
        "links": {"self": f"/api/runs/{run.id}", "events": f"/api/runs/{run.id}/events"},
    }


def _check_simulation(simulate: dict[str, int]) -> None:
    unknown = sorted(set(simulate) - SIMULATIONS)
    if unknown:
        raise InvalidRequestError(
            f"simulate knows {', '.join(sorted(SIMULATIONS))}, not {', '.join(unknown)}",
            details={"field": "simulate"},
        )
