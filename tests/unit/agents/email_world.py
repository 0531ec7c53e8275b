"""A run of the email agent in memory: its plan, with or without a model that writes as told."""

from dataclasses import dataclass, field
from typing import Any

from agents.email.plan import AGENT
from hub.adapters.memory_knowledge import MemoryKnowledge
from hub.adapters.offline_model import OfflineModel
from hub.agent_kit.guard import check_calls
from hub.agent_kit.normalize import normalize_input, normalize_output
from hub.agent_kit.spec import IntentModel, Plan, PlanContext
from hub.domain.knowledge import Dataset, Passage
from hub.domain.run import AgentRun, ModelUsage
from hub.ports import ModelClient, ModelRequest
from tests.support import START, FrozenClock

BRIEF = "Our spring tea is here. It is grown in Assam. The first harvest has 200 boxes."


class ToldModel:
    """A model that answers what it was told to, and remembers what it was asked."""

    engine = "told"

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer
        self.asked: list[ModelRequest[Any]] = []

    def generate(self, request: ModelRequest[Any]) -> tuple[Any, ModelUsage]:
        self.asked.append(request)
        return request.output.model_validate(self._answer), ModelUsage(engine=self.engine)


def mail(**changes: Any) -> dict[str, Any]:
    """A mail as a model writes it."""
    return {
        "subject": "Spring tea",
        "preview": "From the first garden of the year",
        "greeting": "Hello,",
        "body": "Our spring tea is here.",
        "closing": "Best regards,",
        **changes,
    }


def passage(text: str, number: int = 1, dataset: Dataset = Dataset.EMAIL, **more: Any) -> Passage:
    """A passage of the organization's knowledge."""
    name = f"{dataset}{number}"
    return Passage(
        chunk_id=name, document_id=name, dataset=dataset, title=name, text=text, score=0, **more
    )


def normal(intent: str, **given: Any) -> Any:
    """The input of an intent as its agent gets it."""
    return normalize_input(AGENT.intent(intent), given)


@dataclass
class World:
    """Plans runs of one organization."""

    model: ModelClient = field(default_factory=OfflineModel)
    knowledge: MemoryKnowledge = field(default_factory=MemoryKnowledge)
    reports: list[tuple[int, str]] = field(default_factory=list)
    clock: FrozenClock = field(default_factory=FrozenClock)

    def know(self, *passages: Passage) -> None:
        """Put passages into the organization's knowledge."""
        self.knowledge.put("acme", *passages)

    def plan(self, intent: str, **given: Any) -> Plan:
        """The plan of a run, checked as the planner checks it."""
        found = AGENT.intent(intent)
        normal_input = normalize_input(found, given)
        run = AgentRun(
            id="run_1",
            agent_id="email",
            organization_id="acme",
            intent=intent,
            objective=found.objective(normal_input),
            created_at=START,
        )
        context = PlanContext(
            run,
            self.model,
            self.clock,
            lambda progress, message: self.reports.append((progress, message)),
            knowledge=lambda: self.knowledge,
        )
        # As it is stored and read again between start and plan.
        again = normalize_input(found, normal_input.to_json())
        plan = found.plan(again, context)
        check_calls(again, plan.steps)
        assert normalize_output(found, plan.output) == plan.output
        return plan

    def write(self, intent: str, **given: Any) -> Any:
        """The output of a run."""
        output: IntentModel = self.plan(intent, **given).output
        return output
