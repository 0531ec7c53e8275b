"""Media of any size: named by URL or by the key of an uploaded object, read in pieces.

An action's input holds a `Media`; its client opens it with `context.media` and sends the pieces on,
so that a video is never held whole in memory.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from pydantic import Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.spec import ActionInput

PIECE = 256 * 1024
"""Bytes read at a time."""

SANDBOX_SIZE = 600_000
"""Bytes of the media that a sandbox finds behind any URL."""


class Media(ActionInput):
    """Media of an action: `url`, or `objectKey` as `POST /api/uploads` gave it."""

    url: PublicUrl | None = None
    object_key: str | None = Field(
        default=None, pattern=r"^uploads/[A-Za-z0-9_-]{1,64}/[^/\\\x00-\x1f]{1,200}$"
    )
    content_type: str | None = Field(
        default=None, pattern=r"^[\w.+-]+/[\w.+-]+$", description="Like image/png; else as found."
    )
    filename: str | None = Field(default=None, pattern=r"^[^/\\\x00-\x1f\"]{1,200}$")

    @model_validator(mode="after")
    def _one_source(self) -> "Media":
        if (self.url is None) == (self.object_key is None):
            raise ValueError("give either url or objectKey")
        return self


class Reader(Protocol):
    """Reads bytes `start` to `end` (not included), in pieces."""

    def __call__(self, start: int, end: int) -> Iterator[bytes]: ...


@dataclass(frozen=True)
class OpenMedia:
    """Media ready to be sent. `size` is in bytes."""

    filename: str
    content_type: str
    size: int
    read: Reader

    def pieces(self) -> Iterator[bytes]:
        """All of it, in pieces."""
        return self.read(0, self.size)

    def part(self, start: int, length: int) -> bytes:
        """One part in memory, shorter at the end: for chunked uploads."""
        return b"".join(self.read(start, min(start + length, self.size)))


class MediaSource(Protocol):
    """Where media comes from. Both raise InvalidRequestError for media that is not there."""

    def open(self, media: Media) -> OpenMedia:
        """The media, to be read."""
        ...

    def link(self, media: Media) -> str:
        """A URL at which a platform can fetch the media itself."""
        ...


class SandboxMedia:
    """Finds the same made-up bytes behind every name: a sandbox reaches nothing outside."""

    def open(self, media: Media) -> OpenMedia:
        """Media of `SANDBOX_SIZE` bytes, of the type given or that its name has."""
        import mimetypes

        name = media.filename or name_of(media.url or media.object_key or "")
        found = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return OpenMedia(
            filename=name,
            content_type=media.content_type or found,
            size=SANDBOX_SIZE,
            read=_made_up,
        )

    def link(self, media: Media) -> str:
        """The media's own URL, or one that leads nowhere."""
        return media.url or f"https://media.example.com/{media.object_key}"


def object_key(organization_id: str, key: str) -> str:
    """Where an uploaded object is kept: the caller's key under its organization."""
    return f"{key.partition('/')[0]}/{organization_id}/{key.partition('/')[2]}"


def _made_up(start: int, end: int) -> Iterator[bytes]:
    pattern = hashlib.sha256(b"neonhub sandbox media").digest()
    for at in range(start, end, PIECE):
        stop = min(at + PIECE, end)
        offset = at % len(pattern)
        yield (pattern * ((stop - at) // len(pattern) + 2))[offset : offset + stop - at]


def name_of(path: str) -> str:
    """The file's name at the end of a path or URL."""
    return path.partition("?")[0].rstrip("/").rpartition("/")[2][:200] or "media"
