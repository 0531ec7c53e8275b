"""What real language models share: structured output, one repair, what it took.

A subclass sends one conversation to its service. Here the answer is held to the output's schema; an
answer off it is sent back once with what is wrong, and the second such answer fails the run.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from hub.domain.errors import InvalidOutputError
from hub.domain.run import ModelUsage
from hub.observability import logger
from hub.ports import ModelRequest
from hub.validation import field_errors, summary

ANSWERS = 2
"""The first answer, and one that repairs it."""

_PER_MILLION = 1_000_000


@dataclass(frozen=True)
class Turn:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class Answered:
    """What a service answered. `data` is its structured part, None if it has none.

    `cut`: it stopped at the token limit. `refused`: it would not write this.
    """

    data: Any
    text: str
    input_tokens: int
    output_tokens: int
    cut: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Prices:
    """US dollars for a million tokens."""

    input: float = 0.0
    output: float = 0.0


@dataclass(frozen=True)
class Schema:
    """What the answer must look like, and how long it may be."""

    task: str
    json_schema: dict[str, Any]
    max_tokens: int

    @property
    def name(self) -> str:
        """A name that every service takes: letters, digits, underscores."""
        return "".join(c if c.isalnum() else "_" for c in self.task)[:60]


class StructuredModel(ABC):
    """ModelClient over a real model."""

    def __init__(self, engine: str, prices: Prices) -> None:
        self.engine = engine
        self._prices = prices

    @abstractmethod
    def _ask(self, system: str, turns: Sequence[Turn], schema: Schema) -> Answered:
        """One answer of the service. Raises TransientError or MisconfiguredError."""

    def generate[T: BaseModel](self, request: ModelRequest[T]) -> tuple[T, ModelUsage]:
        """The validated output and what it took, the repair included.

        Raises TransientError (throttled, unreachable), MisconfiguredError (no access),
        InvalidOutputError (off-schema twice, cut off, refused).
        """
        schema = Schema(
            request.task, request.output.model_json_schema(by_alias=True), request.max_tokens
        )
        turns = [Turn("user", request.prompt)]
        answers: list[Answered] = []
        problems = ""
        for _ in range(ANSWERS):
            answer = self._ask(request.system, turns, schema)
            answers.append(answer)
            self._check_end(answer, request)
            try:
                return request.output.model_validate(answer.data), self._usage(answers)
            except ValidationError as error:
                problems = summary(field_errors(list(error.errors()), "output"))
            logger.warning("model answered off its schema", extra={"problems": problems})
            turns += [
                Turn("assistant", answer.text or "(nothing)"),
                Turn("user", _repair(problems)),
            ]
        raise InvalidOutputError(
            f"the model {self.engine} answered {request.task} off its schema {ANSWERS} times "
            f"({problems}); run again, or ask for less"
        )

    def _check_end(self, answer: Answered, request: ModelRequest[Any]) -> None:
        if answer.refused:
            raise InvalidOutputError(
                f"the model {self.engine} would not write {request.task}; change the input",
                code="MODEL_REFUSED",
            )
        if answer.cut:
            raise InvalidOutputError(
                f"the model {self.engine} was cut off at {request.max_tokens} tokens in "
                f"{request.task}; ask for something shorter"
            )

    def _usage(self, answers: Sequence[Answered]) -> ModelUsage:
        taken = sum(answer.input_tokens for answer in answers)
        written = sum(answer.output_tokens for answer in answers)
        cost = (taken * self._prices.input + written * self._prices.output) / _PER_MILLION
        return ModelUsage(
            engine=self.engine,
            input_tokens=taken,
            output_tokens=written,
            cost_usd=round(cost, 8),
        )


def _repair(problems: str) -> str:
    return (
        f"That is not what the schema says: {problems}. Give the whole answer again, corrected, "
        "with every field of the schema and no other."
    )
