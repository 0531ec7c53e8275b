"""Posts of a Page: text, a link, photos, a video, now or at a time.

https://developers.facebook.com/docs/pages-api/posts and
https://developers.facebook.com/docs/graph-api/reference/page/videos, read 2026-11. The earliest
time for a scheduled post is 10 minutes ahead. The latest is 30 days on one page of Meta's and 75 on
another: Meta is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from connectors.facebook.inputs import Photo, Post, SchedulePost, Video
from hub.connector_kit.client import ClientContext
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.meta_client import (
    UNREADABLE,
    GraphClient,
    Listing,
    made_since,
    same_text,
)
from hub.connector_kit.waits import number
from hub.domain.model import Json, iso
from hub.domain.outcome import Effect, Outcome, Reconciliation, in_progress, invalid

EARLIEST = timedelta(minutes=10)
VIDEO_SECONDS = 10

_PAGES = 3
_PAGE = 100


@dataclass(frozen=True)
class Posts:
    """Posts to one Page. `page` is its id, empty if the connection has none."""

    context: ClientContext
    graph: GraphClient
    page: str

    def create(self, given: Post) -> Outcome:
        """Post now, or at the time of a SchedulePost."""
        refusal = self._no_page() or self._too_soon(given)
        if refusal:
            return refusal
        if given.video:
            return self._with_video(given, given.video)
        if given.photos and len(given.photos) == 1 and not isinstance(given, SchedulePost):
            return self._once(given, "post", partial(self._photo_post, given, given.photos[0]))
        return self._with_photos(given)

    def find(self, given: Post, since: datetime) -> ReadBack:
        """Looks for the post among the Page's, or among those that are scheduled."""
        if given.video:
            return self._find_video(given, since)
        if self._part(given, "post") in self.context.journal:
            return ReadBack(
                Reconciliation.DONE, self.context.journal.get(self._part(given, "post"))
            )
        waiting = isinstance(given, SchedulePost) and given.publish_at > self.context.clock.now()
        listing = self._scheduled() if waiting else self._feed(since)
        recent = [item for item in listing.items if made_since(item, since)]
        found = [item for item in recent if _is_post(given, item)]
        if len(found) == 1:
            return ReadBack(Reconciliation.DONE, self._result(given, str(found[0]["id"])))
        # A post without words cannot be told from another without words.
        nameless = given.message is None and any(not item.get("message") for item in recent)
        clear = listing.complete and not found and not nameless
        return ReadBack(Reconciliation.NOT_DONE if clear else Reconciliation.UNKNOWN)

    # ------------------------------------------------------------------ ways to post

    def _with_photos(self, given: Post) -> Outcome:
        """The photos unpublished, then a post of them; or a post of words and a link."""
        for index, photo in enumerate(given.photos or ()):
            if self.context.time_is_up:
                return in_progress(f"{index} of {len(given.photos or ())} photos are uploaded", 1)
            made = self._once(given, f"photo{index}", partial(self._hidden_photo, given, photo))
            if not made.ok or UNREADABLE in made.data:
                return made
        return self._once(given, "post", partial(self._feed_post, given))

    def _with_video(self, given: Post, video: Video) -> Outcome:
        """The video, then the wait until Meta has processed it."""
        made = self._once(given, "video", partial(self._video, given, video))
        if not made.ok or UNREADABLE in made.data:
            return made
        made_id = made.data["id"]
        seen = self.graph.get(f"/{made_id}", fields="status,post_id")
        if not seen.ok:
            return seen
        match (seen.data.get("status") or {}).get("video_status"):
            case "ready":
                post = seen.data.get("post_id")
                return seen.model_copy(
                    update={"data": self._result(given, self._full(post), made_id)}
                )
            case "error" | "expired" | "upload_failed":
                return invalid("VIDEO_FAILED", f"Facebook could not process the video {made_id}")
            case _:
                return in_progress("Facebook is processing the video", VIDEO_SECONDS)

    def _feed_post(self, given: Post) -> Outcome:
        attached = [{"media_fbid": photo} for photo in self._photo_ids(given)]
        fields = {
            "message": given.message,
            "link": given.link,
            "attached_media": attached or None,
            **_audience(given),
            **_timing(given),
        }
        return self.graph.post(
            f"/{self.page}/feed",
            Effect.WRITE,
            fields,
            read=lambda body: self._result(given, str(body["id"])),
        )

    def _photo_post(self, given: Post, photo: Photo) -> Outcome:
        fields = {**self._photo(photo), "caption": given.message, **_audience(given)}
        return self.graph.post(
            f"/{self.page}/photos",
            Effect.WRITE,
            fields,
            read=lambda body: {
                **self._result(given, self._full(body.get("post_id"))),
                "photoIds": [str(body["id"])],
            },
        )

    def _hidden_photo(self, given: Post, photo: Photo) -> Outcome:
        # Those of a scheduled post must be temporary. Nobody sees either kind by itself.
        fields = {
            **self._photo(photo),
            "published": False,
            "temporary": True if isinstance(given, SchedulePost) else None,
        }
        return self.graph.post(
            f"/{self.page}/photos",
            Effect.IDEMPOTENT_WRITE,
            fields,
            read=lambda body: {"id": str(body["id"])},
        )

    def _photo(self, photo: Photo) -> dict[str, Json]:
        return {"url": self.context.media.link(photo.media), "alt_text_custom": photo.alt_text}

    def _video(self, given: Post, video: Video) -> Outcome:
        fields = {
            "file_url": self.context.media.link(video.media),
            "title": video.title,
            "description": given.message,
            **_audience(given),
            **_timing(given),
        }
        return self.graph.post(
            f"/{self.page}/videos",
            Effect.WRITE,
            fields,
            read=lambda body: {"id": str(body["id"])},
        )

    # ------------------------------------------------------------------ read back

    def _find_video(self, given: Post, since: datetime) -> ReadBack:
        """A video that is not listed may still be in the works, so only its presence tells."""
        part = self._part(given, "video")
        if part not in self.context.journal:
            listing = self.graph.listing(
                f"/{self.page}/videos",
                1,
                fields="id,title,description,created_time",
                limit=_PAGE,
            )
            found = [i for i in listing.items if made_since(i, since) and _is_video(given, i)]
            if len(found) != 1:
                return ReadBack(Reconciliation.UNKNOWN)
            self.context.journal.put(part, {"id": str(found[0]["id"])})
        # The same call goes on with the wait for it.
        return ReadBack(Reconciliation.NOT_DONE)

    def _feed(self, since: datetime) -> Listing:
        return self.graph.listing(
            f"/{self.page}/feed",
            _PAGES,
            fields="id,message,created_time,attachments{unshimmed_url}",
            since=int(since.timestamp()),
            limit=_PAGE,
        )

    def _scheduled(self) -> Listing:
        fields = "id,message,created_time,scheduled_publish_time"
        return self.graph.listing(
            f"/{self.page}/scheduled_posts", _PAGES, fields=fields, limit=_PAGE
        )

    # ------------------------------------------------------------------ parts

    def _no_page(self) -> Outcome | None:
        if self.page.isdigit():
            return None
        return invalid("NO_PAGE_ID", "set pageId in the connection's settings: the Page's number")

    def _too_soon(self, given: Post) -> Outcome | None:
        if not isinstance(given, SchedulePost):
            return None
        sent = any(self._part(given, name) in self.context.journal for name in ("post", "video"))
        if sent or given.publish_at >= self.context.clock.now() + EARLIEST:
            return None
        return invalid(
            "TOO_SOON",
            f"Facebook schedules posts at least 10 minutes ahead, and {iso(given.publish_at)} is "
            "sooner; name a later time, or create the post now",
        )

    def _photo_ids(self, given: Post) -> list[str]:
        parts = (f"photo{index}" for index in range(len(given.photos or ())))
        kept = (self.context.journal.get(self._part(given, part)) for part in parts)
        return [photo["id"] for photo in kept if photo]

    def _result(self, given: Post, post: str | None, video: str | None = None) -> dict[str, Json]:
        ids = {"postId": post, "photoIds": self._photo_ids(given), "videoId": video}
        at = given.publish_at.astimezone(UTC) if isinstance(given, SchedulePost) else None
        return {**ids, "publishAt": iso(at)} if at else ids

    def _full(self, post: Any) -> str | None:
        """A post's id with its Page's, which Meta leaves out of a video's."""
        return None if not post else str(post) if "_" in str(post) else f"{self.page}_{post}"

    def _once(self, given: Post, part: str, call: Callable[[], Outcome]) -> Outcome:
        return self.context.journal.once(self._part(given, part), call)

    def _part(self, given: Post, part: str) -> str:
        return f"{'schedule' if isinstance(given, SchedulePost) else 'create'}.{part}"


def _audience(given: Post) -> dict[str, Json]:
    where = {"geo_locations": {"countries": given.countries}}
    return {"targeting": where if given.countries else None}


def _timing(given: Post) -> dict[str, Json]:
    if not isinstance(given, SchedulePost):
        return {}
    return {"published": False, "scheduled_publish_time": int(given.publish_at.timestamp())}


def _is_post(given: Post, item: dict[str, Any]) -> bool:
    if isinstance(given, SchedulePost):
        told = number(item.get("scheduled_publish_time"))
        if told is not None and int(told) != int(given.publish_at.timestamp()):
            return False
    if given.message is not None:
        return same_text(item.get("message"), given.message)
    return given.link is not None and not item.get("message") and given.link in _links(item)


def _links(item: dict[str, Any]) -> list[str]:
    attachments = (item.get("attachments") or {}).get("data", [])
    return [str(attachment.get("unshimmed_url")) for attachment in attachments]


def _is_video(given: Post, item: dict[str, Any]) -> bool:
    title = given.video.title if given.video else None
    right = title is None or same_text(item.get("title"), title)
    return right and same_text(item.get("description"), given.message)
