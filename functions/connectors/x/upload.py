"""Uploading media to X: initialize, append parts, finalize, wait until it is processed.

After https://docs.x.com/x-api/media/quickstart/best-practices and OpenAPI 2.167, read 2026-11. The
guide's older form, `command=INIT` on one address, is no longer in that document.
"""

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
_MOST = {"tweet_image": 5, "tweet_gif": 15, "tweet_video": 512}
"""Megabytes of a category; for the others X's own limit of all media holds."""


class Upload:
    """One upload. Each of its parts is kept in the journal, so it goes on where it stopped."""

    def __init__(self, x: PlatformClient, context: ClientContext, given: UploadMedia) -> None:
        self._x = x
        self._context = context
        self._journal = context.journal
        self._given = given

    def go_on(self) -> Outcome:
        """What is left to do. `in_progress` while there is more, or X is at work."""
        opened = self._context.media.open(self._given.media)
        category = self._given.category or _CATEGORY.get(opened.content_type)
        refused = _unfit(opened, category)
        if refused:
            return refused
        begun = self._journal.once("upload.begun", partial(self._begin, opened, str(category)))
        if not begun.ok or "id" not in begun.data:
            return begun
        media_id = begun.data["id"]
        return (
            self._append(media_id, opened)
            or self._finalize(media_id)
            or self._wait(media_id)
            or self._describe(media_id)
            or Outcome(kind=OutcomeKind.OK, data=self._journal.get("upload.ready"))
        )

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
        count = -(-opened.size // PART)
        for index in range(self._journal.get("upload.parts") or 0, count):
            if index and self._context.time_is_up:
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
            self._journal.put("upload.parts", index + 1)
        return None

    def _finalize(self, media_id: str) -> Outcome | None:
        outcome = self._journal.once(
            "upload.finalized",
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
        if "upload.ready" in self._journal:
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
        if "upload.ready" in self._journal:
            return None
        processing = media.get("processing_info") or {}
        match processing.get("state"):
            case "failed":
                error = processing.get("error") or {}
                words = error.get("message") or "X gives no reason"
                return invalid("MEDIA_FAILED", f"X could not process the media: {words}")
            case "pending" | "in_progress":
                if first and "upload.asked" in self._journal:
                    return None
                self._journal.put("upload.asked", True)
                seconds = number(processing.get("check_after_secs")) or 1.0
                return in_progress("X is processing the media", max(1.0, seconds))
        self._journal.put("upload.ready", _uploaded(media, media_id))
        return None

    def _describe(self, media_id: str) -> Outcome | None:
        if not self._given.alt_text:
            return None
        body = {"id": media_id, "metadata": {"alt_text": {"text": self._given.alt_text}}}
        outcome = self._journal.once(
            "upload.described",
            lambda: self._x.call("POST", "/media/metadata", Effect.IDEMPOTENT_WRITE, json=body),
        )
        return None if outcome.ok else outcome


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
            f"{opened.filename} has {opened.size} bytes; X takes {most} MB as {category}",
        )
    return None


def _uploaded(media: Any, media_id: str) -> Json:
    return {
        "mediaId": media_id,
        "mediaKey": media.get("media_key"),
        "expiresAfterSecs": media.get("expires_after_secs"),
    }
