"""A run of the support agent in memory: its plan, with or without a model that writes as told."""

from dataclasses import dataclass, field
from typing import Any

from agents.support.plan import AGENT
from hub.adapters.memory_knowledge import MemoryKnowledge
from hub.adapters.offline_model import OfflineModel
from hub.agent_kit.guard import check_calls
from hub.agent_kit.normalize import normalize_input, normalize_output
from hub.agent_kit.spec import Plan, PlanContext
from hub.domain.knowledge import Dataset, Passage
from hub.domain.run import AgentRun, ModelUsage
from hub.ports import ModelClient, ModelRequest
from tests.support import START, FrozenClock

HELP = "https://help.shop.example"


def passage(
    number: int, title: str, text: str, dataset: Dataset = Dataset.SUPPORT, url: str | None = None
) -> Passage:
    """A passage of the organization's knowledge."""
    name = f"{dataset}{number}"
    return Passage(
        chunk_id=name,
        document_id=f"doc-{name}",
        dataset=dataset,
        title=title,
        text=text,
        score=0,
        url=url,
    )


KNOWN = (
    passage(
        1,
        "Returns and refunds",
        "You can return items within 30 days of delivery. Refunds are paid within 14 days to the "
        "original payment method.",
        url=f"{HELP}/returns",
    ),
    passage(
        2,
        "Shipping",
        "We ship to Germany, Austria and France. Delivery takes 3 to 5 days and costs 4.90 EUR.\n\n"
        "## Express\nExpress delivery takes one day and costs 12 EUR.",
    ),
    passage(
        3,
        "Sign-in",
        "# Passwords\nHow do I reset my password?\nOpen the sign-in page and choose "
        '"Forgot password". The link in the e-mail is valid for 60 minutes.',
    ),
    passage(4, "Versand", "Der Versand nach Österreich kostet 4,90 Euro und dauert 3 bis 5 Tage."),
    passage(
        5, "Voice", "We say parcel, never package. Delivery is our pride.", Dataset.BRAND_VOICE
    ),
)


class ToldModel:
    """A model that writes what it was told to, validated or not, and keeps what it was asked."""

    engine = "told"

    def __init__(self, *, unchecked: bool = False, **answer: Any) -> None:
        self._answer = answer
        self._unchecked = unchecked
        self.asked: list[ModelRequest[Any]] = []

    def generate(self, request: ModelRequest[Any]) -> tuple[Any, ModelUsage]:
        self.asked.append(request)
        make = request.output.model_construct if self._unchecked else request.output
        return make(**self._answer), ModelUsage(engine=self.engine, input_tokens=7)


@dataclass
class World:
    """Plans runs of one organization."""

    model: ModelClient = field(default_factory=OfflineModel)
    known: tuple[Passage, ...] = KNOWN
    reports: list[tuple[int, str]] = field(default_factory=list)

    def plan(self, intent: str, **given: Any) -> Plan:
        """The plan of a run, checked as the planner checks it."""
        found = AGENT.intent(intent)
        normal = normalize_input(found, given)
        run = AgentRun(
            id="run_1",
            agent_id="support",
            organization_id="acme",
            intent=intent,
            objective="test",
            created_at=START,
        )
        knowledge = MemoryKnowledge()
        knowledge.put("acme", *self.known)
        context = PlanContext(
            run,
            self.model,
            FrozenClock(),
            lambda progress, message: self.reports.append((progress, message)),
            knowledge=lambda: knowledge,
        )
        plan = found.plan(normal, context)
        check_calls(normal, plan.steps)
        normalize_output(found, plan.output)
        return plan

    def reply(self, message: str, channel: str = "chat", **given: Any) -> dict[str, Any]:
        """The output of `support` as clients get it."""
        return self.plan("support", message=message, channel=channel, **given).output.to_json()

    def triage(self, *texts: str, **given: Any) -> list[dict[str, Any]]:
        """The results of `triage` as clients get them."""
        messages = [{"text": text} for text in texts]
        output = self.plan("triage", messages=messages, **given).output.to_json()
        results: list[dict[str, Any]] = output["results"]
        return results
