"""A platform's answer that is a failure, and the outcome it must be."""

from dataclasses import dataclass, field
from typing import Any

from hub.domain.outcome import Effect


@dataclass(frozen=True)
class Failed:
    """An answer that is a failure: as it comes, and the outcome it must be.

    `table` names the outcome table in the connector's client, for those with two. `effect` is that
    of the call. `retry_after` is in seconds; None where it is not looked at.
    """

    name: str
    status: int
    kind: str
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    effect: Effect = Effect.WRITE
    code: str | None = None
    retry_after: float | None = None
    table: str = "TABLE"
