"""The base of every domain record: frozen, camelCase on the wire, times in UTC."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer
from pydantic.alias_generators import to_camel

type Json = Any
"""A JSON value: what `json.loads` returns."""


def iso(moment: datetime) -> str:
    """Write a moment as ISO 8601 UTC with milliseconds: `2026-01-31T09:00:00.000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs a zone, for example 2026-01-31T09:00:00Z")
    return moment.astimezone(UTC)


Instant = Annotated[
    datetime, AfterValidator(_aware), PlainSerializer(iso, return_type=str, when_used="json")
]


class Record(BaseModel):
    """An immutable value; `to_json` gives the wire shape."""

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        # Built at first use: a function has many models, and a call needs few.
        defer_build=True,
    )

    def to_json(self) -> dict[str, Json]:
        """The record as JSON-ready data with camelCase names; absent values are left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def digest(value: Json) -> str:
    """The SHA-256 of a JSON value, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
