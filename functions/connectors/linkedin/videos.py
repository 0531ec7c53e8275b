"""Uploading a video: initialize, PUT its parts, finalize, wait until LinkedIn has processed it.

After https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/videos-api,
read 2026-11 in part, and in what others quoted of it in 2026-08 and 09: an MP4 of 3 seconds to 30
minutes and of 75 KB to 500 MB; its parts are the byte ranges that LinkedIn names (4 MB), and each
part's ETag is its receipt. Unlike those of images, the addresses of the parts refuse a token.
"""

from dataclasses import dataclass
from typing import Any

from connectors.linkedin.platform import readable, without_token
from connectors.linkedin.uploads import begun, done, ready, status
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.media import Media, OpenMedia
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, in_progress, invalid

BEGUN = "video.begun"
"""The part of the journal that holds the video's id, its byte ranges and the ETags so far."""

_SENT = "video.sent"
_FINALIZED = "video.finalized"
_READY = "video.ready"
_ASKED = "video.asked"

_TYPE = "video/mp4"
# The page does not say whether its KB and MB are 1000 or 1024: what is between, LinkedIn decides.
_SMALLEST = 75 * 1000
_LARGEST = 500 * 1024 * 1024

# A member has some 150 calls a day: short videos are seen soon, long ones asked for seldom.
_ASK_AGAIN_SECONDS = 5
_ASK_AGAIN_AT_MOST = 60


@dataclass(frozen=True)
class VideoUpload:
    """One video's way to LinkedIn. Each part that is done is in the journal."""

    linkedin: PlatformClient
    context: ClientContext
    owner: str

    def go_on(self, media: Media) -> Outcome:
        """What is left to do. Ok once LinkedIn can show it; `in_progress` while there is more."""
        sent = done(None) if _SENT in self.context.journal else self._send(media)
        if not sent.ok:
            return sent
        finalized = self.context.journal.once(_FINALIZED, self._finalize)
        if not finalized.ok:
            return finalized
        return self.context.journal.once(_READY, self._ready)

    # ------------------------------------------------------------------ parts

    def _send(self, media: Media) -> Outcome:
        """The parts that LinkedIn has no receipt for yet, one after the other."""
        opened = self.context.media.open(media)
        refused = unfit(opened)
        if refused:
            return refused
        begin = readable(begun(self.context, BEGUN, "video", lambda: self._begin(opened)), "video")
        if not begin.ok:
            return begin
        upload = begin.data
        if upload["size"] != opened.size:
            return invalid("MEDIA_CHANGED", "the video changed while it was being uploaded")
        parts, first = upload["parts"], len(upload["etags"])
        for index in range(first, len(parts)):
            if index > first and self.context.time_is_up:
                return in_progress(f"{index} of {len(parts)} parts of the video are uploaded", 1)
            outcome = self._part(parts[index], opened)
            if not outcome.ok:
                return outcome
            upload = {**upload, "etags": [*upload["etags"], outcome.data["etag"]]}
            self.context.journal.put(BEGUN, upload)
        self.context.journal.put(_SENT, True)
        return done(None)

    def _begin(self, opened: OpenMedia) -> Outcome:
        request = {
            "owner": self.owner,
            "fileSizeBytes": opened.size,
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
        return self.linkedin.call(
            "POST",
            "/rest/videos",
            Effect.IDEMPOTENT_WRITE,
            read=lambda body: _begun(body["value"], opened.size),
            params={"action": "initializeUpload"},
            json={"initializeUploadRequest": request},
        )

    def _part(self, part: dict[str, Any], opened: OpenMedia) -> Outcome:
        outcome = without_token(self.context).call(
            "PUT",
            part["url"],
            Effect.IDEMPOTENT_WRITE,
            read=lambda answer: {"etag": answer.headers["etag"].strip('"')},
            whole=True,
            content=opened.part(part["first"], part["last"] - part["first"] + 1),
            headers={"Content-Type": "application/octet-stream"},
        )
        if outcome.kind is OutcomeKind.NEEDS_REAUTH:
            return self._ended(outcome)
        return readable(outcome, "etag")

    def _ended(self, outcome: Outcome) -> Outcome:
        """No token was sent, so it is the address that LinkedIn does not know any more."""
        self.context.journal.put(BEGUN, None)
        return outcome.model_copy(
            update={
                "kind": OutcomeKind.TRANSIENT,
                "code": "EXPIRED_UPLOAD_URL",
                "message": "the addresses of the video's parts expired; the upload begins anew",
            }
        )

    def _finalize(self) -> Outcome:
        upload = self.context.journal.get(BEGUN)
        request = {
            "video": upload["video"],
            "uploadToken": upload["token"],
            "uploadedPartIds": upload["etags"],
        }
        outcome = self.linkedin.call(
            "POST",
            "/rest/videos",
            Effect.IDEMPOTENT_WRITE,
            read=lambda _answer: {"video": upload["video"]},
            whole=True,
            params={"action": "finalizeUpload"},
            json={"finalizeUploadRequest": request},
        )
        if outcome.kind is OutcomeKind.INVALID_REQUEST and self._is_finalized(upload["video"]):
            # An earlier call did it, and its answer was lost.
            return done({"video": upload["video"]})
        return outcome

    def _is_finalized(self, urn: str) -> bool:
        seen = status(self.linkedin, "video", urn)
        return seen.ok and seen.data["status"] in ("PROCESSING", "AVAILABLE")

    def _ready(self) -> Outcome:
        asked = (self.context.journal.get(_ASKED) or 0) + 1
        seconds = min(asked * _ASK_AGAIN_SECONDS, _ASK_AGAIN_AT_MOST)
        outcome = ready(self.linkedin, "video", str(urn_of(self.context)), seconds)
        if outcome.kind is OutcomeKind.IN_PROGRESS:
            self.context.journal.put(_ASKED, asked)
        return outcome


def urn_of(context: ClientContext) -> str | None:
    """The id of the call's video, once its upload has begun."""
    known = context.journal.get(BEGUN)
    return known["video"] if known else None


def unfit(opened: OpenMedia) -> Outcome | None:
    """The refusal of a video that LinkedIn does not take."""
    if opened.content_type != _TYPE:
        return invalid(
            "MEDIA_TYPE_UNSUPPORTED",
            f"LinkedIn takes videos as {_TYPE}, not as {opened.content_type}; convert it first",
        )
    if _SMALLEST <= opened.size <= _LARGEST:
        return None
    return invalid(
        "MEDIA_SIZE_UNSUPPORTED",
        f"{opened.filename} has {opened.size} bytes; LinkedIn takes videos of 75 KB to 500 MB",
    )


def _begun(value: dict[str, Any], size: int) -> Json:
    """What the upload needs later. LinkedIn may give no range for a video of one part."""
    parts = [
        {
            "url": one["uploadUrl"],
            "first": one.get("firstByte", 0),
            "last": one.get("lastByte", size - 1),
        }
        for one in value["uploadInstructions"]
    ]
    return {
        "video": value["video"],
        # Often empty, and wanted back all the same.
        "token": value.get("uploadToken") or "",
        "expiresAt": value.get("uploadUrlsExpireAt"),
        "size": size,
        "parts": parts,
        "etags": [],
    }
