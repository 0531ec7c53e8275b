"""Uploading media to X: initialize, append parts, finalize, wait until it is processed.

After https://docs.x.com/x-api/media/quickstart/best-practices and OpenAPI 2.167, read 2026-11. The
guide's older form, `command=INIT` on one address, is no longer in that document, and its media's
metadata are at /media/metadata, no longer at /media/metadata/create.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from connectors.x.inputs import UploadMedia
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.media import OpenMedia
from hub.connector_kit.waits import number
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, in_progress, invalid

PART = 4 * 1024 * 1024
"""Bytes sent at a time, held in memory. X takes 1,000 parts."""

_MEGABYTE = 1024 * 1024
_CATEGORY = {
    "image/gif": "tweet_gif",
    "text/srt": "subtitles",
    "text/vtt": "subtitles",
    **dict.fromkeys(
        ("image/jpeg", "image/png", "image/webp", "image/bmp", "image/tiff", "image/pjpeg"),
        "tweet_image",
    ),
    **dict.fromkeys(
        ("video/mp4", "video/webm", "video/mp2t", "video/quicktime"),
        "tweet_video",
    ),
}
_MOST = {"tweet_image": 5, "tweet_gif": 15, "tweet_video": 4000, "amplify_video": 4000}
"""Megabytes of a category. X takes videos of 8 GB, of 16 GB from Premium accounts; 4,000 MB is what
1,000 parts hold."""


class Upload:
    """One upload. Each of its parts is kept in the journal, so it goes on where it stopped.

    `part` leads the names of its parts. `of` is how many media the post has that it is for, 0 if it
    is for no post yet.
    """

    def __init__(
        self,
        x: PlatformClient,
        context: ClientContext,
        given: UploadMedia,
        part: str = "upload",
        of: int = 0,
    ) -> None:
        self._x = x
        self._context = context
        self._journal = context.journal
        self._given = given
        self._name = part
        self._of = of

    def go_on(self) -> Outcome:
        """What is left to do. `in_progress` while there is more, or X is at work."""
        sent = self._send()
        if not sent.ok or "id" not in sent.data:
            return sent
        media_id = sent.data["id"]
        return (
            self._finalize(media_id)
            or self._wait(media_id)
            or self._describe(media_id)
            or Outcome(kind=OutcomeKind.OK, data=self._journal.get(self._part("ready")))
        )

    def _send(self) -> Outcome:
        """Begin, and send the parts that are missing; ok holds the media's id."""
        if self._part("sent") in self._journal:
            # The media is asked after often, and not opened for that.
            return Outcome(kind=OutcomeKind.OK, data=self._journal.get(self._part("begun")))
        opened = self._context.media.open(self._given.media)
        category = self._given.category or _CATEGORY.get(opened.content_type)
        refused = _unfit(opened, category) or _unfit_for_post(opened, category, self._of)
        if refused:
            return refused
        begun = self._once("begun", partial(self._begin, opened, str(category)))
        if not begun.ok or "id" not in begun.data:
            return begun
        left = self._append(begun.data["id"], opened)
        if not left:
            self._journal.put(self._part("sent"), True)
        return left or begun

    def _begin(self, opened: OpenMedia, category: str) -> Outcome:
        body: dict[str, Json] = {
            "media_type": opened.content_type,
            "total_bytes": opened.size,
            "media_category": category,
        }
        if self._given.additional_owners:
            body["additional_owners"] = self._given.additional_owners
        return self._x.call(
            "POST",
            "/media/upload/initialize",
            Effect.IDEMPOTENT_WRITE,
            read=lambda answer: {"id": answer["data"]["id"]},
            json=body,
        )

    def _append(self, media_id: str, opened: OpenMedia) -> Outcome | None:
        count, sent = -(-opened.size // PART), False
        for index in range(self._journal.get(self._part("parts")) or 0, count):
            if sent and self._context.time_is_up:
                return in_progress(f"{index} of {count} parts of the media are sent", 1)
            outcome = self._x.call(
                "POST",
                f"/media/upload/{media_id}/append",
                Effect.IDEMPOTENT_WRITE,
                data={"segment_index": str(index)},
                files={
                    "media": (
                        opened.filename,
                        opened.part(index * PART, PART),
                        "application/octet-stream",
                    )
                },
            )
            if not outcome.ok:
                return outcome
            self._journal.put(self._part("parts"), index + 1)
            sent = True
        return None

    def _finalize(self, media_id: str) -> Outcome | None:
        if self._late("finalized"):
            return in_progress("all parts of the media are sent", 1)
        outcome = self._once(
            "finalized",
            lambda: self._x.call(
                "POST",
                f"/media/upload/{media_id}/finalize",
                Effect.IDEMPOTENT_WRITE,
                read=lambda answer: {**answer["data"]},
            ),
        )
        if not outcome.ok:
            return outcome
        return self._ready_or(media_id, outcome.data, first=True)

    def _wait(self, media_id: str) -> Outcome | None:
        if self._part("ready") in self._journal:
            return None
        outcome = self._x.call(
            "GET",
            "/media/upload",
            Effect.READ,
            read=lambda answer: {**answer["data"]},
            params={"command": "STATUS", "media_id": media_id},
        )
        return self._ready_or(media_id, outcome.data, first=False) if outcome.ok else outcome

    def _ready_or(self, media_id: str, media: Any, *, first: bool) -> Outcome | None:
        """None when X is done with the media, or shall be asked; else what became of it."""
        if self._part("ready") in self._journal:
            return None
        processing = media.get("processing_info") or {}
        match processing.get("state"):
            case "failed":
                error = processing.get("error") or {}
                words = error.get("message") or "X gives no reason"
                return invalid("MEDIA_FAILED", f"X could not process the media: {words}")
            case "pending" | "in_progress":
                if first and self._part("asked") in self._journal:
                    return None
                self._journal.put(self._part("asked"), True)
                seconds = number(processing.get("check_after_secs")) or 1.0
                return in_progress("X is processing the media", max(1.0, seconds))
        self._journal.put(self._part("ready"), _uploaded(media, media_id))
        return None

    def _describe(self, media_id: str) -> Outcome | None:
        if not self._given.alt_text:
            return None
        body = {"id": media_id, "metadata": {"alt_text": {"text": self._given.alt_text}}}
        if self._late("described"):
            return in_progress("X has the media, and its alternative text is not set yet", 1)
        outcome = self._once(
            "described",
            lambda: self._x.call("POST", "/media/metadata", Effect.IDEMPOTENT_WRITE, json=body),
        )
        return None if outcome.ok else outcome

    def _late(self, part: str) -> bool:
        """Whether a part must wait for the next invocation."""
        return self._context.time_is_up and self._part(part) not in self._journal

    def _once(self, part: str, call: Callable[[], Outcome]) -> Outcome:
        return self._journal.once(self._part(part), call)

    def _part(self, part: str) -> str:
        return f"{self._name}.{part}"


def _unfit(opened: OpenMedia, category: str | None) -> Outcome | None:
    if opened.content_type not in _CATEGORY or category is None:
        return invalid(
            "MEDIA_TYPE_UNSUPPORTED",
            f"X does not take {opened.content_type}; give one of {', '.join(sorted(_CATEGORY))}",
        )
    most = _MOST.get(category)
    if most and opened.size > most * _MEGABYTE:
        return invalid(
            "MEDIA_TOO_LARGE",
            f"{opened.filename} has {opened.size} bytes; as {category} it may have {most} MB",
        )
    return None


def _unfit_for_post(opened: OpenMedia, category: str | None, of: int) -> Outcome | None:
    """A post has up to 4 images, or 1 GIF, or 1 video. `of`: how many media the post has."""
    if of and category == "subtitles":
        return invalid(
            "MEDIA_TYPE_UNSUPPORTED",
            f"a post shows images, a GIF or a video, and {opened.filename} is "
            f"{opened.content_type}; leave it out",
        )
    if of > 1 and category != "tweet_image":
        return invalid(
            "MEDIA_DO_NOT_FIT",
            f"a post has up to 4 images, or 1 GIF, or 1 video, and {opened.filename} is "
            f"{opened.content_type}; give it a post of its own",
        )
    return None


def _uploaded(media: Any, media_id: str) -> Json:
    return {
        "mediaId": media_id,
        "mediaKey": media.get("media_key"),
        "expiresAfterSecs": media.get("expires_after_secs"),
    }
