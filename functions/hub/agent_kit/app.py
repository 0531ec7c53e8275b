"""Builds an agent's Lambda handler: its HTTP side and its task side."""

from functools import cache
from typing import Any

from hub.agent_kit.spec import AgentSpec
from hub.entrypoint import Event, LambdaHandler, entrypoint


def agent_handler(agent: AgentSpec) -> LambdaHandler:
    """The handler of an agent's function.

    Each side loads what it needs at its first call: the state machine's side never imports the
    HTTP resolver.
    """

    @cache
    def http_side() -> LambdaHandler:
        from hub.agent_kit.routes import agent_api

        return agent_api(agent)

    def http(event: Event, context: Any) -> Any:
        return http_side()(event, context)

    def task(event: Event, _context: Any) -> Any:
        from hub import wiring
        from hub.agent_kit.planner import Planner, PlanTask

        planner = Planner(
            agent,
            wiring.runs(),
            wiring.model(),
            wiring.clock(),
            wiring.knowledge,
            wiring.pages,
        )
        return planner.plan(PlanTask.model_validate(event))

    return entrypoint(http=http, task=task)
