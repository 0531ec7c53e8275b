"""Uploads over HTTP: a place for media that is too large for a request.

The media itself goes straight to S3 with one PUT; actions then name it by its `objectKey`.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from pydantic import Field

from hub import wiring
from hub.connector_kit.media import object_key
from hub.domain.principal import Role
from hub.entrypoint import entrypoint
from hub.http import Api, Body, reply

api = Api()

MAX_BYTES = 5 * 1024**3
"""What one PUT to S3 may carry."""

LINK_SECONDS = 900
"""How long the link takes the upload."""


class CreateUpload(Body):
    """The body of `POST /api/uploads`. `size` is in bytes."""

    filename: str = Field(pattern=r"^[^/\\\x00-\x1f\"]{1,200}$")
    content_type: str = Field(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)
    size: int = Field(ge=1, le=MAX_BYTES)


@api.post("/api/uploads", role=Role.OPERATOR)
def create_upload(body: CreateUpload) -> Any:
    """Where to PUT the media, and the key that actions know it by. It is kept for 30 days."""
    key = f"uploads/{wiring.ids().new('up')}/{quote(body.filename, safe=' ')}"
    stored = object_key(api.principal.organization_id, key)
    url = wiring.blobs().upload_link(stored, body.content_type, body.size, LINK_SECONDS)
    headers = {"Content-Type": body.content_type, "Content-Length": str(body.size)}
    upload = {"method": "PUT", "url": url, "headers": headers, "expiresInSeconds": LINK_SECONDS}
    return reply({"objectKey": key, "upload": upload}, HTTPStatus.CREATED)


handler = entrypoint(http=api)
