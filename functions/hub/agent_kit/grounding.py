"""Grounding: what an agent writes from, and how it says so.

Passages of the organization's own knowledge go into the prompt as numbered sources; the output
cites them by number, and a citation that leads nowhere is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from hub.agent_kit.guard import fenced, without_orders
from hub.agent_kit.spec import IntentModel, PlanContext
from hub.domain.errors import InvalidOutputError
from hub.domain.knowledge import Dataset, Passage

MIN_SCORE = 0.25
"""Passages less alike than this say nothing about the question."""


class Grounding(IntentModel):
    """What to write from. Without datasets it is the agent's own, and always the brand voice."""

    enabled: bool = True
    datasets: tuple[Dataset, ...] = Field(default=(), max_length=6)
    limit: int = Field(default=5, ge=1, le=20)


class WithGrounding(IntentModel):
    """The base of inputs that may be grounded."""

    grounding: Grounding = Field(default_factory=Grounding)


class Citation(IntentModel):
    """A source that the output used. `number` is how its text names it, as in [1]."""

    number: int
    document_id: str
    title: str
    url: str | None = None
    score: float


@dataclass(frozen=True)
class Sources:
    """The passages found for one run: `facts` to write from, `voice` to write like."""

    facts: tuple[Passage, ...] = ()
    voice: tuple[Passage, ...] = ()

    @property
    def count(self) -> int:
        """How many passages there are."""
        return len(self.facts) + len(self.voice)

    def citations(self, used: Sequence[int] | None = None) -> tuple[Citation, ...]:
        """The sources by number, all or those used. InvalidOutputError for one there is not."""
        numbers = range(1, len(self.facts) + 1) if used is None else sorted(set(used))
        return tuple(self._citation(number) for number in numbers)

    def _citation(self, number: int) -> Citation:
        if not 1 <= number <= len(self.facts):
            raise InvalidOutputError(
                f"output.citations: the text cites source [{number}], and there are "
                f"{len(self.facts)} sources"
            )
        passage = self.facts[number - 1]
        return Citation(
            number=number,
            document_id=passage.document_id,
            title=passage.title,
            url=passage.url,
            score=round(passage.score, 4),
        )

    def prompt(self, run_id: str) -> str:
        """The block of a prompt: brand voice, then numbered sources with their scores, fenced."""
        parts = [fenced(run_id, f"brand voice, score {p.score:.2f}", p.text) for p in self.voice]
        parts += [
            fenced(run_id, f"source [{n}] {_plain(p.title)}, score {p.score:.2f}", p.text)
            for n, p in enumerate(self.facts, 1)
        ]
        return "\n".join(parts)


def ground(
    grounding: Grounding, query: str, own: Dataset, context: PlanContext, progress: int = 5
) -> Sources:
    """Find what to write from, and report it. Nothing is searched when grounding is off."""
    if not grounding.enabled:
        return Sources()
    datasets = grounding.datasets or (own,)
    wanted = tuple(dict.fromkeys((*datasets, Dataset.BRAND_VOICE)))
    organization = context.run.organization_id
    # Twice the limit: the voice must not push the facts out.
    found = context.knowledge().search(organization, query, wanted, grounding.limit * 2)
    fitting = [_harmless(passage) for passage in found if passage.score >= MIN_SCORE]
    fitting = [passage for passage in fitting if passage.text]
    facts = [p for p in fitting if p.dataset is not Dataset.BRAND_VOICE][: grounding.limit]
    voice = [p for p in fitting if p.dataset is Dataset.BRAND_VOICE][:2]
    sources = Sources(tuple(facts), tuple(voice))
    names = ", ".join(wanted)
    context.report(progress, f"knowledge searched in {names}: {sources.count} passages")
    return sources


def _harmless(passage: Passage) -> Passage:
    text = without_orders(passage.text)
    return passage if text == passage.text else passage.model_copy(update={"text": text})


def _plain(title: str) -> str:
    return "".join(c for c in title if c not in '<>"\n')[:80]
