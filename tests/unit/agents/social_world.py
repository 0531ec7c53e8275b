"""A run of the social agent in memory: its plan, with or without a model that writes as told."""

from dataclasses import dataclass, field
from typing import Any

from agents.social.plan import AGENT
from hub.adapters.memory_knowledge import MemoryKnowledge
from hub.adapters.offline_model import OfflineModel
from hub.agent_kit.guard import check_calls
from hub.agent_kit.normalize import normalize_input, normalize_output
from hub.agent_kit.spec import Plan, PlanContext
from hub.domain.knowledge import Dataset, Passage
from hub.domain.run import AgentRun, ModelUsage
from hub.ports import ModelClient, ModelRequest
from tests.support import START, FrozenClock

TOPIC = "Our new green tea is here. It was harvested in May. We tasted 12 samples and kept one."


class ToldModel:
    """A model that answers what it was told to, and remembers what it was asked."""

    engine = "told"

    def __init__(self, answer: dict[str, Any]) -> None:
        self._answer = answer
        self.asked: list[ModelRequest[Any]] = []

    def generate(self, request: ModelRequest[Any]) -> tuple[Any, ModelUsage]:
        self.asked.append(request)
        return request.output.model_validate(self._answer), ModelUsage(engine=self.engine)


@dataclass
class World:
    """Plans runs of one organization."""

    model: ModelClient = field(default_factory=OfflineModel)
    knowledge: MemoryKnowledge = field(default_factory=MemoryKnowledge)
    reports: list[tuple[int, str]] = field(default_factory=list)

    def know(self, *texts: str, dataset: Dataset = Dataset.SOCIAL) -> None:
        """Put passages into the organization's knowledge."""
        for number, text in enumerate(texts, 1):
            name = f"{dataset}{number}"
            self.knowledge.put(
                "acme",
                Passage(
                    chunk_id=name, document_id=name, dataset=dataset, title=name, text=text, score=0
                ),
            )

    def plan(self, intent: str, **given: Any) -> Plan:
        """The plan of a run, checked as the planner checks it."""
        found = AGENT.intent(intent)
        normal = normalize_input(found, given)
        run = AgentRun(
            id="run_1",
            agent_id="social",
            organization_id="acme",
            intent=intent,
            objective="test",
            created_at=START,
        )
        context = PlanContext(
            run,
            self.model,
            FrozenClock(),
            lambda progress, message: self.reports.append((progress, message)),
            knowledge=lambda: self.knowledge,
        )
        plan = found.plan(normal, context)
        check_calls(normal, plan.steps)
        normalize_output(found, plan.output)
        return plan

    def output(self, intent: str, **given: Any) -> dict[str, Any]:
        """The output of a run as clients get it."""
        return self.plan(intent, **given).output.to_json()
