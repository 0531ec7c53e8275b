"""Uploading an image: initialize, PUT the bytes, wait until LinkedIn has processed it.

After https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api,
read 2026-11.
"""

from functools import partial
from typing import Any

from connectors.linkedin.inputs import UploadImage
from connectors.linkedin.platform import encoded
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.media import OpenMedia
from hub.connector_kit.outcomes import Answer
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, in_progress, invalid

_TYPES = ("image/jpeg", "image/png", "image/gif")
_ASK_AGAIN_SECONDS = 2


def upload(
    linkedin: PlatformClient, context: ClientContext, given: UploadImage, owner: str
) -> Outcome:
    """What is left of the upload to do. `in_progress` while LinkedIn is at work."""
    opened = context.media.open(given.media)
    if opened.content_type not in _TYPES:
        return invalid(
            "MEDIA_TYPE_UNSUPPORTED",
            f"LinkedIn does not take {opened.content_type}; give one of {', '.join(_TYPES)}",
        )
    begun = context.journal.once("image.begun", partial(_begin, linkedin, owner))
    if not begun.ok or "image" not in begun.data:
        return begun
    sent = context.journal.once(
        "image.sent", partial(_send, linkedin, begun.data["uploadUrl"], opened)
    )
    return _ready(linkedin, begun.data["image"], owner) if sent.ok else sent


def _begin(linkedin: PlatformClient, owner: str) -> Outcome:
    return linkedin.call(
        "POST",
        "/rest/images",
        Effect.IDEMPOTENT_WRITE,
        read=lambda body: {name: body["value"][name] for name in ("uploadUrl", "image")},
        params={"action": "initializeUpload"},
        json={"initializeUploadRequest": {"owner": owner}},
    )


def _send(linkedin: PlatformClient, url: str, opened: OpenMedia) -> Outcome:
    """LinkedIn says nothing about a body; whether the image arrived, its status tells."""
    headers = {"Content-Type": opened.content_type, "Content-Length": str(opened.size)}
    return linkedin.call(
        "PUT",
        url,
        Effect.IDEMPOTENT_WRITE,
        read=lambda _answer: {"bytes": opened.size},
        whole=True,
        content=opened.pieces(),
        headers=headers,
    )


def _ready(linkedin: PlatformClient, image: str, owner: str) -> Outcome:
    outcome = linkedin.call("GET", f"/rest/images/{encoded(image)}", Effect.READ, whole=True)
    if not outcome.ok:
        return outcome
    match _status(outcome.data):
        case "WAITING_UPLOAD" | "PROCESSING":
            return in_progress("LinkedIn is processing the image", _ASK_AGAIN_SECONDS)
        case "PROCESSING_FAILED":
            return invalid("MEDIA_FAILED", f"LinkedIn could not process the image {image}")
    data: Json = {"id": image, "owner": owner}
    return Outcome(kind=OutcomeKind.OK, data=data)


def _status(answer: Answer) -> Any:
    return answer.body.get("status") if isinstance(answer.body, dict) else None
