"""A run of the content agent in memory: its plan, with or without a model that writes as told."""

from dataclasses import dataclass, field
from typing import Any

from agents.content.plan import AGENT
from hub.adapters.memory_knowledge import MemoryKnowledge
from hub.adapters.offline_model import OfflineModel
from hub.agent_kit.guard import check_calls
from hub.agent_kit.normalize import normalize_input, normalize_output
from hub.agent_kit.spec import Plan, PlanContext
from hub.domain.knowledge import Dataset, Passage
from hub.domain.run import AgentRun, ModelUsage
from hub.ports import FetchedPage, ModelClient, ModelRequest
from tests.support import START, FrozenClock


class ToldModel:
    """A model that answers what it was told to, and remembers what it was asked.

    `unchecked` lets an answer through that a model client would have refused.
    """

    engine = "told"

    def __init__(self, *, unchecked: bool = False, **answer: Any) -> None:
        self._answer = answer
        self._unchecked = unchecked
        self.asked: list[ModelRequest[Any]] = []

    def generate(self, request: ModelRequest[Any]) -> tuple[Any, ModelUsage]:
        self.asked.append(request)
        model: Any = request.output.__base__ if self._unchecked else request.output
        return model.model_validate(self._answer), ModelUsage(engine=self.engine, input_tokens=7)


class OnePage:
    """A web of one page."""

    def __init__(self, html: str, kind: str = "text/html; charset=utf-8", status: int = 200):
        self._page = FetchedPage(
            "https://example.com/a", status, html, {"content-type": kind}, len(html), 0.1
        )

    def fetch(self, url: str) -> FetchedPage:
        return self._page


@dataclass
class World:
    """Plans runs of one organization."""

    model: ModelClient = field(default_factory=OfflineModel)
    knowledge: MemoryKnowledge = field(default_factory=MemoryKnowledge)
    pages: OnePage | None = None
    reports: list[tuple[int, str]] = field(default_factory=list)

    def know(self, *texts: str, dataset: Dataset = Dataset.CONTENT, url: str | None = None) -> None:
        """Put passages into the organization's knowledge."""
        for number, text in enumerate(texts, 1):
            name = f"{dataset}{number}"
            self.knowledge.put(
                "acme",
                Passage(
                    chunk_id=name,
                    document_id=name,
                    dataset=dataset,
                    title=f"About {name}",
                    text=text,
                    score=0,
                    url=url,
                ),
            )

    def plan(self, intent: str, **given: Any) -> Plan:
        """The plan of a run, checked as the planner checks it."""
        found = AGENT.intent(intent)
        normal = normalize_input(found, given)
        run = AgentRun(
            id="run_1",
            agent_id="content",
            organization_id="acme",
            intent=intent,
            objective=found.objective(normal),
            created_at=START,
        )
        pages = self.pages or OnePage("")
        context = PlanContext(
            run,
            self.model,
            FrozenClock(),
            lambda progress, message: self.reports.append((progress, message)),
            knowledge=lambda: self.knowledge,
            pages=lambda: pages,
        )
        plan = found.plan(normal, context)
        check_calls(normal, plan.steps)
        normalize_output(found, plan.output)
        return plan

    def output(self, intent: str, **given: Any) -> dict[str, Any]:
        """The output of a run as clients get it."""
        return self.plan(intent, **given).output.to_json()
