"""The task side of an agent: take up a run, plan it, and write the plan into its record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hub.agent_kit.guard import check_calls
from hub.agent_kit.normalize import normalize_input, normalize_output, validate_context
from hub.agent_kit.spec import AgentSpec, Plan, PlanContext
from hub.domain import events
from hub.domain.model import Record
from hub.domain.run import AgentRun, RunEvent, RunMetrics
from hub.observability import logger
from hub.plan_task import plan_answer, take_up
from hub.ports import Change, Clock, Knowledge, ModelClient, Pages, RunStore

PLANNED_PROGRESS = 40
"""How far a run is when its plan stands; the rest belongs to its steps."""


class PlanTask(Record):
    """What the state machine hands to an agent's function. `attempt` counts from 0."""

    task: str
    organization_id: str
    run_id: str
    attempt: int = 0


@dataclass(frozen=True)
class Planner:
    """Plans runs of one agent."""

    agent: AgentSpec
    runs: RunStore
    model: ModelClient
    clock: Clock
    knowledge: Callable[[], Knowledge]
    pages: Callable[[], Pages]

    def plan(self, task: PlanTask) -> dict[str, Any]:
        """Plan a run and answer its steps for the state machine.

        Planned once: after a lost answer, the plan in the record is answered again and the model
        is not asked a second time. Raises TransientError, InvalidOutputError, InvalidRequestError.
        """
        run = self._update(task, self._take_up)
        if not run.planned:
            run = self._work(task, run)
        return plan_answer(run, task.attempt)

    def _work(self, task: PlanTask, run: AgentRun) -> AgentRun:
        validate_context(run.organization_id, run.agent_id, run.id)
        intent = self.agent.intent(run.intent)
        given = normalize_input(intent, run.input)

        def report(progress: int, message: str) -> None:
            self._update(task, lambda run, number: self._progress(run, number, progress, message))

        context = PlanContext(
            run, self.model, self.clock, report, task.attempt, self.knowledge, self.pages
        )
        plan = intent.plan(given, context)
        check_calls(given, plan.steps)
        plan = replace(plan, output=normalize_output(intent, plan.output))
        logger.info("run planned", extra={"steps": len(plan.steps), "engine": self.model.engine})
        return self._update(task, lambda run, sequence: self._planned(run, sequence, plan))

    def _take_up(self, run: AgentRun, sequence: int) -> Change | None:
        return take_up(run, sequence, self.clock.now())

    def _progress(self, run: AgentRun, sequence: int, progress: int, message: str) -> Change | None:
        if run.status.terminal:
            return None
        new = run.model_copy(update={"progress": progress})
        return Change(new, self._event(new, sequence, progress, message))

    def _planned(self, run: AgentRun, sequence: int, plan: Plan) -> Change | None:
        if run.planned or run.status.terminal:
            return None
        usage = plan.usage
        metrics = RunMetrics(
            items=plan.items,
            input_tokens=usage.input_tokens if usage else 0,
            output_tokens=usage.output_tokens if usage else 0,
            grounding=plan.grounding,
            cost_usd=usage.cost_usd if usage else 0.0,
        )
        new = run.model_copy(
            update={
                "planned": True,
                "output": plan.output.to_json(),
                "steps": plan.steps,
                "ordered": plan.ordered,
                "usage": usage,
                "metrics": metrics,
                "progress": PLANNED_PROGRESS,
            }
        )
        message = f"planned: {len(plan.steps)} step(s)" if plan.steps else "written"
        return Change(new, self._event(new, sequence, PLANNED_PROGRESS, message))

    def _event(self, run: AgentRun, sequence: int, progress: int, message: str) -> RunEvent:
        at: datetime = self.clock.now()
        return events.progressed(run, sequence, at, progress, message)

    def _update(self, task: PlanTask, decide: Callable[[AgentRun, int], Change | None]) -> AgentRun:
        return self.runs.update(task.organization_id, task.run_id, decide)
