"""What an agent is: its intents, each with input, output and a way to plan."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from hub.domain.errors import InvalidRequestError
from hub.domain.events import agent_name
from hub.domain.model import Json
from hub.domain.run import AgentRun, ModelUsage, Step
from hub.ports import Clock, Knowledge, ModelClient, Pages


class Call(NamedTuple):
    """A platform call that a run was allowed by who started it."""

    connector: str
    action: str
    connection_id: str | None


class IntentModel(BaseModel):
    """The base of every intent's input and output: camelCase on the wire, nothing unknown."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        # Built at first use: a function has many models, and a call needs few.
        defer_build=True,
    )

    def allowed_calls(self) -> frozenset[Call]:
        """For inputs: the platform calls that a plan of it may make. None unless it says so."""
        return frozenset()

    def to_json(self) -> dict[str, Json]:
        """The value as JSON-ready data; absent values are left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _absent() -> NoReturn:
    raise LookupError("this plan context was made without it")


@dataclass(frozen=True)
class PlanContext:
    """What an intent plans with. `report` tells a real step of the work, progress 0–40.

    `knowledge` and `pages` are asked for when they are needed: most runs need neither.
    """

    run: AgentRun
    model: ModelClient
    clock: Clock
    report: Callable[[int, str], None]
    attempt: int = 0
    knowledge: Callable[[], Knowledge] = _absent
    pages: Callable[[], Pages] = _absent


@dataclass(frozen=True)
class Plan:
    """What an agent decided: its output, and the platform calls that act on it.

    `ordered` steps stop at the first that fails; unordered ones run side by side. `items` counts
    what was made, `grounding` the passages it was made from.
    """

    output: IntentModel
    steps: tuple[Step, ...] = ()
    usage: ModelUsage | None = None
    ordered: bool = True
    items: int = 1
    grounding: int = 0


@dataclass(frozen=True)
class Intent:
    """One thing an agent can be asked for."""

    name: str
    description: str
    input: type[IntentModel]
    output: type[IntentModel]
    plan: Callable[[IntentModel, PlanContext], Plan]
    objective: Callable[[IntentModel], str]

    def describe(self) -> dict[str, Json]:
        """The intent as clients see it."""
        return {
            "name": self.name,
            "description": self.description,
            "inputSchema": self.input.model_json_schema(by_alias=True),
            "outputSchema": self.output.model_json_schema(by_alias=True, mode="serialization"),
        }


@dataclass(frozen=True)
class AgentSpec:
    """An agent. `default_intent` and `default_input` serve a schedule that names neither."""

    id: str
    description: str
    intents: tuple[Intent, ...]
    default_intent: str
    default_input: Mapping[str, Json] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The display name."""
        return agent_name(self.id)

    def intent(self, name: str) -> Intent:
        """An intent by name; InvalidRequestError names the ones this agent has."""
        for intent in self.intents:
            if intent.name == name:
                return intent
        known = [intent.name for intent in self.intents]
        raise InvalidRequestError(
            f"{self.name} has no intent {name!r}; it has {', '.join(known)}",
            code="UNSUPPORTED_INTENT",
            details={"intents": known},
        )

    def describe(self) -> dict[str, Json]:
        """The agent as clients see it."""
        return {
            "id": self.id,
            "name": self.name,
            "agentType": self.id,
            "description": self.description,
            "defaultIntent": self.default_intent,
            "intents": [intent.describe() for intent in self.intents],
        }
