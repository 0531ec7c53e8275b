"""Publishing on Instagram: containers, the wait until they are ready, and the publish.

A container is made of media that Meta fetches, and shown to nobody before it is published. It may
be published once its `status_code` is FINISHED, and is dead after 24 hours.
https://developers.facebook.com/docs/instagram-platform/content-publishing, read 2026-11.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.meta_client import UNREADABLE, GraphClient, made_since
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, in_progress, invalid

IMAGE_SECONDS = 3
VIDEO_SECONDS = 10
"""How long until a container is looked at again. Meta asks for restraint; videos take minutes."""

_READ_BACK_PAGE = 25
_UNPUBLISHED = frozenset({"IN_PROGRESS", "FINISHED", "ERROR", "EXPIRED"})

type Fields = dict[str, Json]
type Matches = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True)
class Publisher:
    """Publishes one post or story. Parts that are done are in the journal under `action`."""

    context: ClientContext
    graph: GraphClient
    user: str
    action: str

    def publish(self, fields: Fields, slides: list[Fields]) -> Outcome:
        """Publish a container of these fields; with slides, a carousel of containers of theirs."""
        children: list[str] = []
        for number, slide in enumerate(slides):
            if self.context.time_is_up:
                return in_progress(f"{number} of {len(slides)} slides are uploaded", 1)
            made = self._container(f"slide{number}", slide)
            if not _made(made):
                return made
            children.append(made.data["id"])
        for number, child in enumerate(children):
            look = partial(self._ready, child, _seconds(slides[number]))
            ready = self._once(f"ready{number}", look)
            if not ready.ok:
                return ready
        made = self._container("container", {**fields, "children": children or None})
        if not _made(made):
            return made
        return self._publish(made.data["id"], _seconds(fields))

    def _publish(self, container: str, seconds: float) -> Outcome:
        ready = self._ready(container, seconds)
        if not ready.ok:
            return ready
        if ready.data == "PUBLISHED" and self._part("published") not in self.context.journal:
            # Another call of ours did it, and its answer was lost.
            return Outcome(kind=OutcomeKind.OK, data=_result(container))
        published = self._once("published", lambda: self._media_publish(container))
        if not published.ok or "mediaId" not in published.data:
            return published
        media = published.data["mediaId"]
        return published.model_copy(
            update={"data": _result(container, media, self._permalink(media))}
        )

    def look(self, since: datetime, edge: str, fits: Matches) -> ReadBack:
        """What became of a lost publish. The media is looked for on `edge`, since then."""
        container = (self.context.journal.get(self._part("container")) or {}).get("id")
        if not container:
            return ReadBack(Reconciliation.NOT_DONE)
        if self._part("published") in self.context.journal:
            media = self.context.journal.get(self._part("published")).get("mediaId")
            return ReadBack(Reconciliation.DONE, _result(container, media))
        status = self._status(container)
        code = status.data.get("status_code") if status.ok else None
        if code == "PUBLISHED":
            media = self._published_media(since, edge, fits)
            self.context.journal.put(self._part("published"), {"mediaId": media})
            return ReadBack(Reconciliation.DONE, _result(container, media))
        verdict = Reconciliation.NOT_DONE if code in _UNPUBLISHED else Reconciliation.UNKNOWN
        return ReadBack(verdict)

    # ------------------------------------------------------------------ parts

    def _container(self, part: str, fields: Fields) -> Outcome:
        # A second container does no harm: nobody sees it, and it dies by itself.
        return self._once(
            part,
            lambda: self.graph.post(
                f"/{self.user}/media",
                Effect.IDEMPOTENT_WRITE,
                fields,
                read=lambda body: {"id": str(body["id"])},
            ),
        )

    def _media_publish(self, container: str) -> Outcome:
        return self.graph.post(
            f"/{self.user}/media_publish",
            Effect.WRITE,
            {"creation_id": container},
            read=lambda body: {"mediaId": str(body["id"])},
        )

    def _status(self, container: str) -> Outcome:
        return self.graph.get(f"/{container}", fields="status_code,status")

    def _ready(self, container: str, seconds: float) -> Outcome:
        status = self._status(container)
        if not status.ok:
            return status
        code, words = status.data.get("status_code"), status.data.get("status") or "no reason given"
        match code:
            case "FINISHED" | "PUBLISHED":
                return status.model_copy(update={"data": code})
            case "ERROR":
                return invalid("CONTAINER_ERROR", f"Instagram could not use the media: {words}")
            case "EXPIRED":
                return invalid(
                    "CONTAINER_EXPIRED",
                    "the media was uploaded more than 24 hours ago and never published; publish "
                    "it anew",
                )
            case _:
                return in_progress("Instagram is processing the media", seconds)

    def _permalink(self, media: str | None) -> str | None:
        """The address of what was published; its absence spoils nothing."""
        if media is None:
            return None
        seen = self.graph.get(f"/{media}", read=lambda body: body["permalink"], fields="permalink")
        return seen.data if seen.ok and isinstance(seen.data, str) else None

    def _published_media(self, since: datetime, edge: str, fits: Matches) -> str | None:
        """The id of the one media that fits; None if none or several do."""
        seen = self.graph.listing(
            f"/{self.user}/{edge}",
            1,
            fields="id,caption,timestamp,media_product_type",
            since=int(since.timestamp()) if edge == "media" else None,
            limit=_READ_BACK_PAGE,
        )
        found = [m for m in seen.items if made_since(m, since, "timestamp") and fits(m)]
        return str(found[0]["id"]) if len(found) == 1 else None

    def _once(self, part: str, call: Callable[[], Outcome]) -> Outcome:
        return self.context.journal.once(self._part(part), call)

    def _part(self, part: str) -> str:
        return f"{self.action}.{part}"


def _made(outcome: Outcome) -> bool:
    return outcome.ok and UNREADABLE not in outcome.data


def _seconds(fields: Fields) -> float:
    return VIDEO_SECONDS if fields.get("video_url") else IMAGE_SECONDS


def _result(container: str, media: str | None = None, permalink: str | None = None) -> Json:
    return {"mediaId": media, "containerId": container, "permalink": permalink}
