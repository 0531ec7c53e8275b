"""One case of the evals: an input, what the organization knows, and what the output must be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hub.domain.knowledge import Passage

type Check = Callable[[dict[str, Any]], str | None]
"""Takes an output as clients get it; None when it holds, else a sentence on what is wrong."""


@dataclass(frozen=True)
class Case:
    """`expect_error` is the code of a run that must fail, for inputs no good output exists for."""

    id: str
    agent: str
    intent: str
    input: dict[str, Any]
    checks: tuple[Check, ...]
    knowledge: tuple[Passage, ...] = ()
    expect_error: str | None = None
