"""How Shopify's twin answers and refuses."""

import json
from typing import Any

import httpx

from hub.domain.model import Json


def answered(body: Json, cost: int = 10) -> httpx.Response:
    """An answer with what it cost."""
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 1990, "restoreRate": 100.0}
    told = {"requestedQueryCost": cost, "actualQueryCost": cost, "throttleStatus": status}
    headers = {"x-request-id": "00000000-0000-4000-8000-000000000001"}
    return httpx.Response(200, headers=headers, json={**body, "extensions": {"cost": told}})


def done(name: str, **payload: Json) -> httpx.Response:
    """A mutation that was done."""
    return answered({"data": {name: {**payload, "userErrors": []}}})


def error(message: str, code: str | None = None, *field: str) -> dict[str, Any]:
    """A user error."""
    told = {"field": list(field) or None, "message": message}
    return {**told, "code": code} if code else told


def refused(name: str, result: str, *errors: Json) -> httpx.Response:
    """A mutation that was refused, inside HTTP 200."""
    return answered({"data": {name: {result: None, "userErrors": list(errors)}}})


def broken(message: str, code: str) -> httpx.Response:
    """A failure inside HTTP 200."""
    headers = {"x-request-id": "00000000-0000-4000-8000-000000000001"}
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    return httpx.Response(200, headers=headers, json=body)


def throttled(seconds: int) -> httpx.Response:
    """The answer to one who asks too often: so many points short that it takes these seconds."""
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": 20, "restoreRate": 100.0}
    cost = {"requestedQueryCost": 20 + 100 * seconds, "actualQueryCost": None}
    body = {
        "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
        "extensions": {"cost": {**cost, "throttleStatus": status}},
    }
    return httpx.Response(200, json=body)


def jsonl(records: list[Json]) -> str:
    """Records as JSON lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


def newest(kept: list[Json], first: int) -> Json:
    """The first page of a connection whose records are kept newest first."""
    return {"nodes": kept[:first], "pageInfo": {"hasNextPage": len(kept) > first}}
