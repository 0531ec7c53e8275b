"""What a model writes for the support agent: nothing else of its answer is ever used."""

from pydantic import Field

from agents.support.models import Category
from hub.agent_kit.spec import IntentModel


class WrittenReply(IntentModel):
    """A reply, the numbers of the sources it used, and whether these answer the question."""

    reply: str = Field(min_length=1, max_length=6000)
    used: tuple[int, ...] = Field(default=(), max_length=20)
    answered: bool = True


class Recategorized(IntentModel):
    """A message, by its number, that belongs into another category."""

    number: int
    category: Category
    reason: str = Field(min_length=1, max_length=300)


class WrittenTriage(IntentModel):
    """The messages whose category is wrong; none is fine."""

    changes: tuple[Recategorized, ...] = Field(default=(), max_length=50)
