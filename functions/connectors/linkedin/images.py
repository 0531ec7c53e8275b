"""Uploading an image: initialize, PUT the bytes, wait until LinkedIn has processed it.

After https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api,
read 2026-11: JPEG, PNG or GIF, less than 36,152,320 pixels, and a GIF of up to 250 frames.
"""

from dataclasses import dataclass
from functools import partial

from connectors.linkedin.inputs import UploadImage
from connectors.linkedin.uploads import begun, done, ready
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.media import Media, OpenMedia
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, invalid

_TYPES = ("image/jpeg", "image/png", "image/gif")
_ASK_AGAIN_SECONDS = 2


@dataclass(frozen=True)
class ImageUpload:
    """One image's way to LinkedIn. `part` names it in the journal: a post may have several."""

    linkedin: PlatformClient
    context: ClientContext
    owner: str
    part: str = "image"

    @property
    def sent(self) -> bool:
        """Whether LinkedIn has all of it."""
        return f"{self.part}.sent" in self.context.journal

    @property
    def shown(self) -> bool:
        """Whether LinkedIn can show it."""
        return f"{self.part}.ready" in self.context.journal

    def send(self, media: Media) -> Outcome:
        """Bring the bytes to LinkedIn, once; ok holds its `id`."""
        if self.sent:
            return done({"id": urn_of(self.context, self.part)})
        opened = self.context.media.open(media)
        refused = unfit(opened)
        if refused:
            return refused
        begin = begun(self.context, f"{self.part}.begun", "image", self._begin)
        if not begin.ok or "image" not in begin.data:
            return begin
        sent = self.context.journal.once(
            f"{self.part}.sent", partial(self._send, begin.data["uploadUrl"], opened)
        )
        return done({"id": begin.data["image"]}) if sent.ok else sent

    def ready(self) -> Outcome:
        """Ok, with `id`, once LinkedIn can show it."""
        return self.context.journal.once(
            f"{self.part}.ready",
            lambda: ready(
                self.linkedin, "image", str(urn_of(self.context, self.part)), _ASK_AGAIN_SECONDS
            ),
        )

    def _begin(self) -> Outcome:
        return self.linkedin.call(
            "POST",
            "/rest/images",
            Effect.IDEMPOTENT_WRITE,
            read=lambda body: {
                "uploadUrl": body["value"]["uploadUrl"],
                "image": body["value"]["image"],
                "expiresAt": body["value"].get("uploadUrlExpiresAt"),
            },
            params={"action": "initializeUpload"},
            json={"initializeUploadRequest": {"owner": self.owner}},
        )

    def _send(self, url: str, opened: OpenMedia) -> Outcome:
        """LinkedIn says nothing about a body; whether the image arrived, its status tells."""
        headers = {"Content-Type": opened.content_type, "Content-Length": str(opened.size)}
        return self.linkedin.call(
            "PUT",
            url,
            Effect.IDEMPOTENT_WRITE,
            read=lambda _answer: {"bytes": opened.size},
            whole=True,
            content=opened.pieces(),
            headers=headers,
        )


def upload(
    linkedin: PlatformClient, context: ClientContext, given: UploadImage, owner: str
) -> Outcome:
    """What is left of the upload to do. `in_progress` while LinkedIn is at work."""
    image = ImageUpload(linkedin, context, owner)
    sent = image.send(given.media)
    if not sent.ok or "id" not in sent.data:
        return sent
    outcome = image.ready()
    if not outcome.ok:
        return outcome
    data: Json = {"id": sent.data["id"], "owner": owner}
    return Outcome(kind=OutcomeKind.OK, data=data)


def urn_of(context: ClientContext, part: str) -> str | None:
    """The id of an image whose upload has begun."""
    known = context.journal.get(f"{part}.begun")
    return known["image"] if known else None


def unfit(opened: OpenMedia) -> Outcome | None:
    """The refusal of an image that LinkedIn does not take."""
    if opened.content_type in _TYPES:
        return None
    return invalid(
        "MEDIA_TYPE_UNSUPPORTED",
        f"LinkedIn does not take {opened.content_type}; give one of {', '.join(_TYPES)}",
    )
