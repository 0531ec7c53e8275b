"""Starts runs: validate, write the record as queued, start its execution, answer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from hub.agent_kit.deliveries import check_deliveries
from hub.agent_kit.normalize import normalize_input
from hub.agent_kit.spec import AgentSpec
from hub.domain.approval import Approval
from hub.domain.errors import ConflictError
from hub.domain.model import Json, digest
from hub.domain.run import AgentRun, Priority, Trigger
from hub.observability import logger
from hub.ports import Clock, Executions, Ids, RunStore


@dataclass(frozen=True)
class RunOrder:
    """A run somebody wants. `run_id` makes the order repeatable: the same id is the same run."""

    agent: AgentSpec
    organization_id: str
    intent: str
    input: Json
    trigger: Trigger = Trigger.API
    run_id: str | None = None
    objective: str | None = None
    priority: Priority = Priority.NORMAL
    schedule_id: str | None = None
    parent_run_id: str | None = None
    approval: Approval | None = None
    simulate: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RunStarter:
    """Writes runs and starts their executions."""

    runs: RunStore
    executions: Executions
    clock: Clock
    ids: Ids

    def start(
        self, order: RunOrder, admit: Callable[[], None] | None = None
    ) -> tuple[AgentRun, bool]:
        """The run of an order, and whether it is new.

        A repeated order (same `run_id`) answers the first run. Its execution is started again,
        which changes nothing if it was started before, and heals a crash in between. `admit` is
        asked before a new run is written, and may raise: not for bad input, nor a repeated order.
        Raises InvalidRequestError with field paths, or ConflictError when the id was used for
        something else.
        """
        run = self.draft(order)
        stored = self._earlier(order) if admit else None
        if admit and stored is None:
            admit()
        return self.launch(run, stored)

    def launch(self, run: AgentRun, stored: AgentRun | None = None) -> tuple[AgentRun, bool]:
        """The stored form of a drafted run, its execution started, and whether it is new.

        `stored` is what is known to be there already under its id. ConflictError if that is of
        another request.
        """
        stored = stored or self.runs.create(run)
        if stored.input_digest != run.input_digest:
            raise ConflictError(
                "this Idempotency-Key was used before with another request; use a new key",
                code="IDEMPOTENCY_KEY_REUSED",
            )
        if not stored.status.terminal:
            self.executions.start(stored)
        new = stored is run
        logger.info("run started", extra={"runId": stored.id, "new": new, "intent": run.intent})
        return stored, new

    def _earlier(self, order: RunOrder) -> AgentRun | None:
        """The run that a repeated order has already. Only an order with an id can be repeated."""
        return self.runs.get(order.organization_id, order.run_id) if order.run_id else None

    def draft(self, order: RunOrder) -> AgentRun:
        """The queued run of an order, not stored yet. InvalidRequestError if it cannot be."""
        intent = order.agent.intent(order.intent)
        given = normalize_input(intent, order.input)
        check_deliveries(given)
        return AgentRun(
            id=order.run_id or self.ids.new("run"),
            agent_id=order.agent.id,
            organization_id=order.organization_id,
            intent=intent.name,
            objective=order.objective or intent.objective(given),
            priority=order.priority,
            trigger=order.trigger,
            schedule_id=order.schedule_id,
            parent_run_id=order.parent_run_id,
            input=given.to_json(),
            input_digest=digest(_asked(order)),
            approval=order.approval,
            simulate=order.simulate,
            created_at=self.clock.now(),
        )


def _asked(order: RunOrder) -> list[Json]:
    """What makes an order another one."""
    asked = [order.agent.id, order.intent, order.input, order.simulate]
    return [*asked, order.approval.timeout_seconds] if order.approval else asked


def keyed_run_id(organization_id: str, idempotency_key: str) -> str:
    """The run id an Idempotency-Key stands for in an organization."""
    text = f"{organization_id}\n{idempotency_key}"
    return "run_" + hashlib.sha256(text.encode()).hexdigest()[:24]
