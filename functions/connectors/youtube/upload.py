"""A video's way to YouTube in pieces, which can stop at any of them and go on later.

Protocol: https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol, read
2026-11, and googleapiclient.http. A session is started; each piece is put to its URI with a
Content-Range; 308 and a Range header tell what arrived; an empty PUT with `bytes */total` asks.
Nothing is a video before the last piece, so only that one can be in doubt, and the session itself
tells what became of it.
"""

from dataclasses import dataclass
from typing import Any

from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.media import OpenMedia
from hub.connector_kit.outcomes import Answer
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, in_progress, invalid

SESSION = "session"
"""The part of the journal that holds the session's URI and the media's size."""

LAST = "last"
"""The part of the journal that says that the last piece was on its way."""

VIDEO = "video"
"""The part of the journal that holds the finished video."""

_GONE = ("HTTP_404", "HTTP_410", "notFound", "NOT_FOUND")


@dataclass(frozen=True)
class Started:
    """What starts a session: where, with what, and how the finished video is read."""

    path: str
    params: dict[str, Any]
    body: dict[str, Json]


class Upload:
    """One call's upload. `chunk` is in bytes."""

    def __init__(self, context: ClientContext, client: PlatformClient, chunk: int) -> None:
        self._context = context
        self._journal = context.journal
        self._client = client
        self._chunk = chunk

    def send(self, media: OpenMedia, start: Started) -> Outcome:
        """Start or go on; ok holds the finished video."""
        if VIDEO in self._journal:
            return Outcome(kind=OutcomeKind.OK, data=self._journal.get(VIDEO))
        session = self._journal.get(SESSION)
        if session is None:
            return self._begin(media, start)
        if session["size"] != media.size:
            return invalid("MEDIA_CHANGED", "the media changed while it was being uploaded")
        asked = self._ask()
        if not _gone(asked):
            return self._from(asked, media)
        return self._lost(asked) if self._journal.get(LAST) else self._begin(media, start)

    def look(self) -> tuple[Reconciliation, Json]:
        """What became of an upload whose answer was lost."""
        if VIDEO in self._journal:
            return Reconciliation.DONE, self._journal.get(VIDEO)
        if self._journal.get(SESSION) is None:
            return Reconciliation.NOT_DONE, None
        asked = self._ask()
        if asked.ok and VIDEO in self._journal:
            return Reconciliation.DONE, self._journal.get(VIDEO)
        sure = asked.ok or (_gone(asked) and not self._journal.get(LAST))
        return (Reconciliation.NOT_DONE if sure else Reconciliation.UNKNOWN), None

    # ------------------------------------------------------------------ parts

    def _begin(self, media: OpenMedia, start: Started) -> Outcome:
        outcome = self._client.call(
            "POST",
            start.path,
            # A session that nobody uses is never seen, so a second one does no harm.
            Effect.IDEMPOTENT_WRITE,
            read=lambda answer: {"uri": answer.headers["location"], "size": media.size},
            whole=True,
            params=start.params,
            json=start.body,
            headers={
                "X-Upload-Content-Type": media.content_type,
                "X-Upload-Content-Length": str(media.size),
            },
        )
        if not outcome.ok or "uri" not in outcome.data:
            return outcome
        self._journal.put(SESSION, outcome.data)
        return self._from(Outcome(kind=OutcomeKind.OK, data={"next": 0}), media)

    def _from(self, known: Outcome, media: OpenMedia) -> Outcome:
        """Send piece after piece, from what is known to have arrived."""
        sent = False
        while known.ok and "next" in known.data:
            at = known.data["next"]
            if at >= media.size:
                return in_progress("YouTube has all of the video and is putting it together", 5)
            if sent and self._context.time_is_up:
                return in_progress(f"{100 * at // media.size} % of the video is uploaded", 1)
            known, sent = self._piece(media, at), True
        return known

    def _piece(self, media: OpenMedia, at: int) -> Outcome:
        """Send one piece; ok tells a later `next`, or is the video."""
        piece = media.part(at, self._chunk)
        end = at + len(piece)
        again = self._journal.get(LAST)
        last = end >= media.size
        if last:
            self._journal.put(LAST, True)
        range_ = f"bytes {at}-{end - 1}/{media.size}"
        outcome = self._put(range_, piece, Effect.WRITE if last else Effect.IDEMPOTENT_WRITE)
        if _gone(outcome):
            return self._lost(outcome) if again else self._ended(outcome)
        if outcome.kind in (OutcomeKind.TRANSIENT, OutcomeKind.UNKNOWN):
            # It broke off: what arrived of it, the session knows.
            asked = self._ask()
            outcome = asked if asked.ok else outcome
        if outcome.ok and outcome.data.get("next", end) <= at:
            return Outcome(
                kind=OutcomeKind.TRANSIENT,
                code="NO_PROGRESS",
                message=f"YouTube has nothing yet of the piece that begins at byte {at}",
            )
        return outcome

    def _ask(self) -> Outcome:
        """How far the session is: the `next` byte, or the video."""
        return self._put(f"bytes */{self._journal.get(SESSION)['size']}", b"", Effect.READ)

    def _put(self, range_: str, piece: bytes, effect: Effect) -> Outcome:
        session = self._journal.get(SESSION)
        outcome = self._client.call(
            "PUT",
            session["uri"],
            effect,
            read=_read,
            whole=True,
            content=piece,
            headers={"Content-Range": range_},
        )
        if outcome.ok and "next" not in outcome.data:
            self._journal.put(VIDEO, outcome.data)
        elif outcome.ok and outcome.data["uri"]:
            self._journal.put(SESSION, {**session, "uri": outcome.data["uri"]})
        return outcome

    def _ended(self, outcome: Outcome) -> Outcome:
        """Sessions end after some days. Without its last piece it left nothing behind."""
        self._journal.put(SESSION, None)
        self._journal.put(LAST, False)
        return outcome.model_copy(
            update={
                "kind": OutcomeKind.TRANSIENT,
                "code": "SESSION_ENDED",
                "message": "the upload's session ended; the upload begins anew",
            }
        )

    def _lost(self, outcome: Outcome) -> Outcome:
        """The session is gone, and its last piece may have made the video."""
        return outcome.model_copy(
            update={
                "kind": OutcomeKind.UNKNOWN,
                "code": "SESSION_ENDED",
                "message": "the upload's session ended and its end is not known; look on YouTube",
            }
        )


def uploaded(video: Any) -> Json:
    """A video resource as the result of an upload."""
    status = video.get("status", {})
    return {
        "videoId": video["id"],
        "url": f"https://www.youtube.com/watch?v={video['id']}",
        "uploadStatus": status.get("uploadStatus"),
        "privacyStatus": status.get("privacyStatus"),
        "publishAt": status.get("publishAt"),
    }


def _read(answer: Answer) -> Json:
    if answer.status != 308:
        return uploaded(answer.body)
    arrived = answer.headers.get("range")
    after = int(arrived.rpartition("-")[2]) + 1 if arrived else 0
    return {"next": after, "uri": answer.headers.get("location")}


def _gone(outcome: Outcome) -> bool:
    return outcome.kind is OutcomeKind.INVALID_REQUEST and outcome.code in _GONE
