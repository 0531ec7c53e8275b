"""The calls of Meta's Graph API: a bearer token, form-encoded parameters, lists by cursor.

Parameters that are lists or objects travel as JSON text, as Meta's own SDK sends them. The page
address that Meta gives for the next page carries the token, so lists go on by cursor instead.
https://developers.facebook.com/docs/graph-api/results, read 2026-11.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.meta import API_VERSION, appsecret_proof
from hub.connector_kit.outcomes import OutcomeTable
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome

UNREADABLE = "unrecognizedAnswer"


def _same(body: Any) -> Json:
    return body


@dataclass
class Listing:
    """The objects of an edge, and whether those are all of them."""

    items: list[dict[str, Any]] = field(default_factory=list)
    complete: bool = False


class GraphClient:
    """Calls the Graph API with one token. Setting: `apiVersion`; credential: `appSecret`."""

    def __init__(
        self, context: ClientContext, base_url: str, table: OutcomeTable, token: str
    ) -> None:
        self._context = context
        version = context.setting("apiVersion") or API_VERSION
        secret = context.credentials.get("appSecret")
        self._proof = {"appsecret_proof": appsecret_proof(secret, token)} if secret else {}
        headers = {"Authorization": f"Bearer {token}"}
        self._platform = PlatformClient(context, f"{base_url}/{version}", table, headers)

    def get(self, path: str, read: Callable[[Any], Json] = _same, **params: Json) -> Outcome:
        """Read a node or an edge; parameters that are None are left out."""
        asked = {**_wire(params), **self._proof}
        return self._platform.call("GET", path, Effect.READ, read, params=asked)

    def post(
        self,
        path: str,
        effect: Effect,
        fields: dict[str, Json],
        read: Callable[[Any], Json] = _same,
    ) -> Outcome:
        """Write to a node or an edge; fields that are None are left out."""
        return self._platform.call(
            "POST", path, effect, read, data=_wire(fields), params=self._proof
        )

    def listing(self, path: str, pages: int, **params: Json) -> Listing:
        """The objects of an edge over up to `pages` pages, as long as there is time."""
        found = Listing()
        for answer in self._pages(path, pages, params):
            found.items += [item for item in answer.get("data", []) if isinstance(item, dict)]
            found.complete = next_cursor(answer) is None
        return found

    def _pages(self, path: str, pages: int, params: dict[str, Json]) -> Iterator[dict[str, Any]]:
        after: str | None = None
        for _ in range(pages):
            outcome = self.get(path, **{**params, "after": after})
            if not outcome.ok or not isinstance(outcome.data, dict) or "data" not in outcome.data:
                # What was read before stays true, but it is not all.
                yield {"data": [], "paging": {"next": "unread"}}
                return
            yield outcome.data
            after = next_cursor(outcome.data)
            if not after or self._context.time_is_up:
                return


def next_cursor(body: Any) -> str | None:
    """Where the next page begins: None on the last one, empty if Meta does not tell."""
    paging = body.get("paging") if isinstance(body, dict) else None
    if not isinstance(paging, dict) or not paging.get("next"):
        return None
    cursors = paging.get("cursors") or {}
    return str(cursors.get("after") or httpx.URL(str(paging["next"])).params.get("after", ""))


def moment(text: Any) -> datetime | None:
    """A time as Meta writes it, `2026-03-02T09:00:00+0000`; None for anything else."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%dT%H:%M:%S%z")
    except ValueError:
        return None


def made_since(item: dict[str, Any], since: datetime, key: str = "created_time") -> bool:
    """Whether an object was made at or after a time. Meta's times have no fractions."""
    made = moment(item.get(key))
    return made is not None and made >= since.replace(microsecond=0)


def same_text(one: Any, other: Any) -> bool:
    """Whether two texts are one, but for white space, which Meta trims."""
    return " ".join(str(one or "").split()) == " ".join(str(other or "").split())


def _wire(fields: dict[str, Json]) -> dict[str, str]:
    return {name: _text(value) for name, value in fields.items() if value is not None}


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
