"""Budgets over HTTP: divide one among channels, and simulate what may come of it.

Nothing is kept or changed, so a viewer may ask; the same request has the same answer.
"""

from typing import Any

from hub.domain.budget import allocate
from hub.domain.budget_advice import recommend
from hub.domain.budget_plan import BudgetPlan
from hub.domain.budget_simulation import SimulationOrder, simulate
from hub.domain.principal import Role
from hub.entrypoint import entrypoint
from hub.http import Api, reply

api = Api()


@api.post("/api/budgets/allocate", role=Role.VIEWER)
def allocate_budget(body: BudgetPlan) -> Any:
    """What each channel gets, to the exact total, with every step of the reasoning."""
    return reply(allocate(body))


@api.post("/api/budgets/simulate", role=Role.VIEWER)
def simulate_budget(body: SimulationOrder) -> Any:
    """What the allocated budget may bring, and what follows from it."""
    simulation = simulate(body)
    outcomes = [outcome.to_json() for outcome in simulation.outcomes]
    advice = [recommendation.to_json() for recommendation in recommend(body.plan, simulation)]
    return reply(
        {
            "seed": body.seed,
            "iterations": body.iterations,
            "variance": body.variance.to_json(),
            "allocation": simulation.allocation.to_json(),
            "summary": simulation.summary.to_json(),
            "channels": outcomes,
            "recommendations": advice,
        }
    )


handler = entrypoint(http=api)
