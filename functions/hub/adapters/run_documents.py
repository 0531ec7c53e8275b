"""Runs as stored documents: large payloads are checked in to the blob store and back out.

A DynamoDB item holds 400 KB at most and a Step Functions state 256 KB, so a payload over the limit
is replaced by `{"$blob": key, "bytes": size}` (the claim check pattern).
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from hub.domain.model import Json
from hub.domain.run import AgentRun
from hub.ports import BlobStore

PAYLOAD_LIMIT = 32 * 1024
STEPS_LIMIT = 192 * 1024
"""What all step payloads and results of a run may take together before each is checked in."""

_POINTER = "$blob"


def encode(run: AgentRun, blobs: BlobStore) -> dict[str, Json]:
    """A run as a document small enough for one item."""
    prefix = f"{run.organization_id}/{run.id}"
    step_limit = min(PAYLOAD_LIMIT, STEPS_LIMIT // max(1, 2 * len(run.steps)))

    def check_in(limit: int) -> Callable[[Json], Json]:
        return lambda value: _check_in(value, limit, prefix, blobs)

    return _map_payloads(run.to_json(), check_in(PAYLOAD_LIMIT), check_in(step_limit))


def decode(document: dict[str, Json], blobs: BlobStore) -> AgentRun:
    """The run of a stored document, with its payloads."""

    def check_out(value: Json) -> Json:
        if isinstance(value, dict) and _POINTER in value:
            return json.loads(blobs.get(value[_POINTER]))
        return value

    known = {key: value for key, value in document.items() if key in _FIELDS}
    return AgentRun.model_validate(_map_payloads(known, check_out, check_out))


def _map_payloads(
    document: dict[str, Any], top: Callable[[Json], Json], step: Callable[[Json], Json]
) -> dict[str, Any]:
    shown = dict(document)
    for name in ("input", "output"):
        if name in shown:
            shown[name] = top(shown[name])
    if "steps" in shown:
        payloads = ("payload", "result")
        shown["steps"] = [
            {k: step(v) if k in payloads else v for k, v in item.items()} for item in shown["steps"]
        ]
    return shown


def _check_in(value: Json, limit: int, prefix: str, blobs: BlobStore) -> Json:
    data = json.dumps(value, separators=(",", ":")).encode()
    if len(data) <= limit:
        return value
    key = f"{prefix}/{hashlib.sha256(data).hexdigest()[:32]}.json"
    blobs.put(key, data)
    return {_POINTER: key, "bytes": len(data)}


_FIELDS = frozenset(field.alias or name for name, field in AgentRun.model_fields.items())
