"""What uploads of images and videos share: how they begin, and how LinkedIn is waited for.

After https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api
and .../videos-api, read 2026-11. Media that no post shows is seen by nobody, so every part of an
upload may be done again.
"""

from collections.abc import Callable

from connectors.linkedin.platform import encoded, milliseconds
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.outcomes import Answer
from hub.connector_kit.waits import number
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, in_progress, invalid

_FORBIDDEN = ("ACCESS_DENIED", "100", "HTTP_403")


def begun(context: ClientContext, part: str, urn: str, begin: Callable[[], Outcome]) -> Outcome:
    """What initializeUpload answered and the journal kept, until the addresses in it expire.

    `urn` names what an answer must have to be kept: `image` or `video`.
    """
    known = context.journal.get(part)
    if known and not _expired(context, known):
        return done(known)
    outcome = begin()
    if outcome.ok and urn in outcome.data:
        context.journal.put(part, outcome.data)
    return outcome


def status(linkedin: PlatformClient, kind: str, urn: str) -> Outcome:
    """What LinkedIn says of media: ok holds `status` and `reason`, or None. `kind`: image, video"""
    return linkedin.call(
        "GET", f"/rest/{kind}s/{encoded(urn)}", Effect.READ, read=_status, whole=True
    )


def ready(linkedin: PlatformClient, kind: str, urn: str, ask_again: float) -> Outcome:
    """Ok, with `id`, once LinkedIn can show the media; it is asked again after so many seconds."""
    outcome = status(linkedin, kind, urn)
    if not outcome.ok:
        # A token with w_member_social alone may upload media and not look at it (403). A post of
        # media that LinkedIn does not have yet is refused, so nothing is lost by going on.
        return done({"id": urn}) if outcome.code in _FORBIDDEN else outcome
    match outcome.data["status"]:
        case "WAITING_UPLOAD" | "PROCESSING":
            return in_progress(f"LinkedIn is processing the {kind}", ask_again)
        case "PROCESSING_FAILED":
            why = outcome.data["reason"] or "it names no reason"
            return invalid("MEDIA_FAILED", f"LinkedIn could not process the {kind} {urn}: {why}")
    return done({"id": urn})


def done(data: Json) -> Outcome:
    """A part that is done, with its answer."""
    return Outcome(kind=OutcomeKind.OK, data=data)


def _expired(context: ClientContext, known: dict[str, Json]) -> bool:
    expires = number(known.get("expiresAt"))
    return expires is not None and milliseconds(context.clock.now()) >= expires


def _status(answer: Answer) -> Json:
    body = answer.body if isinstance(answer.body, dict) else {}
    return {"status": body.get("status"), "reason": body.get("processingFailureReason")}
