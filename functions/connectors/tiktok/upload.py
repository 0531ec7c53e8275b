"""A video's way to TikTok in parts, which can stop at any of them and go on later.

Protocol: https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide, read 2026-11.
Parts go in order to the address that the start gave, good for an hour: 206 after each, 201 after
the last. A part has 5 to 64 MB, the last one up to 128; what is smaller goes as a whole. TikTok
knows what arrived (416 for a part it has), so a part that is sent again makes no second post.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from connectors.tiktok.spec import POSTING_URL
from connectors.tiktok.table import UPLOAD_TABLE
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.media import OpenMedia
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, in_progress, invalid

CHUNK = 10_000_000
"""Bytes of a part; the last one has up to twice as many, and all are held in memory."""

MAX_BYTES = 4_000_000_000
TYPES = ("video/mp4", "video/quicktime", "video/webm")

STARTED = "started"
"""The part of the journal that holds the publishId, the address, the size, and the parts sent."""

_UPLOADS = ".tiktokapis.com"
_ENDED = ("HTTP_403", "HTTP_404", "HTTP_410")
_OTHER_PART = "HTTP_416"


def plan_of(size: int) -> dict[str, Json]:
    """How a video of so many bytes is cut, as TikTok wants to be told."""
    count = max(1, size // CHUNK)
    chunk = CHUNK if count > 1 else size
    return {"video_size": size, "chunk_size": chunk, "total_chunk_count": count}


def refused_video(media: OpenMedia) -> Outcome | None:
    """Why TikTok would not take this media."""
    if media.content_type not in TYPES:
        types = ", ".join(TYPES)
        return invalid(
            "NOT_A_VIDEO",
            f"{media.filename} is {media.content_type}; TikTok takes {types}. Give contentType if "
            "it is one of them",
        )
    if not 0 < media.size <= MAX_BYTES:
        return invalid("BAD_SIZE", f"{media.filename} has {media.size} bytes; 1 to {MAX_BYTES}")
    return None


class Upload:
    """One call's upload. `status` asks how far a publishId is."""

    def __init__(self, context: ClientContext, status: Callable[[str], Outcome]) -> None:
        self._context = context
        self._journal = context.journal
        self._status = status
        # The address is the permission: the account's token does not go there.
        self._client = PlatformClient(context, POSTING_URL, UPLOAD_TABLE)

    def send(self, media: OpenMedia) -> Outcome:
        """Send the parts that TikTok does not have; ok when it has all."""
        plan = plan_of(media.size)
        if self._kept["size"] != media.size:
            return invalid("MEDIA_CHANGED", "the media changed while it was being uploaded")
        if not _is_tiktoks(self._kept["uploadUrl"]):
            return invalid("BAD_UPLOAD_URL", "TikTok named an address to upload to that is not its")
        first = self._kept["sent"]
        while self._kept["sent"] < plan["total_chunk_count"]:
            number = self._kept["sent"]
            if number > first and self._context.time_is_up:
                percent = 100 * number // plan["total_chunk_count"]
                return in_progress(f"{percent} % of the video is uploaded", 1)
            outcome = self._part(media, plan, number)
            if not outcome.ok:
                return outcome
        return Outcome(kind=OutcomeKind.OK)

    @property
    def _kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = self._journal.get(STARTED)
        return kept

    def _part(self, media: OpenMedia, plan: dict[str, Any], number: int) -> Outcome:
        """Send one part; ok moves `sent` on."""
        start = number * plan["chunk_size"]
        last = number + 1 == plan["total_chunk_count"]
        piece = media.part(start, media.size - start if last else plan["chunk_size"])
        range_ = f"bytes {start}-{start + len(piece) - 1}/{media.size}"
        outcome = self._client.call(
            "PUT",
            self._kept["uploadUrl"],
            Effect.IDEMPOTENT_WRITE,
            content=piece,
            headers={"Content-Type": media.content_type, "Content-Range": range_},
        )
        if outcome.ok:
            return self._moved(number + 1)
        if outcome.code in (*_ENDED, _OTHER_PART):
            return self._asked(outcome, plan, number)
        return outcome

    def _asked(self, refusal: Outcome, plan: dict[str, Any], number: int) -> Outcome:
        """TikTok would not take a part: go by what it says that it has."""
        seen = self._status(self._kept["publishId"])
        if not seen.ok:
            return seen
        arrived = seen.data.get("uploadedBytes") or 0
        over = seen.data.get("status") in ("PUBLISH_COMPLETE", "FAILED")
        if over or arrived >= plan["video_size"]:
            return self._moved(plan["total_chunk_count"])
        if refusal.code == _OTHER_PART and arrived // plan["chunk_size"] != number:
            return self._moved(arrived // plan["chunk_size"])
        # Without its last part it left nothing behind: the next call begins anew.
        self._journal.put(STARTED, None)
        return refusal.model_copy(
            update={
                "kind": OutcomeKind.TRANSIENT,
                "code": "UPLOAD_ENDED",
                "message": "TikTok takes no more of this upload; the upload begins anew",
            }
        )

    def _moved(self, sent: int) -> Outcome:
        self._journal.put(STARTED, {**self._kept, "sent": sent})
        return Outcome(kind=OutcomeKind.OK)


def _is_tiktoks(url: str | None) -> bool:
    parts = urlsplit(url or "")
    return parts.scheme == "https" and (parts.hostname or "").endswith(_UPLOADS)
