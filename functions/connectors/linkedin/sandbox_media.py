"""LinkedIn's images and videos, played: uploads, and the time that their processing takes."""

import re
from typing import Any

import httpx

from connectors.linkedin.platform import milliseconds
from connectors.linkedin.sandbox_answers import error, input_error
from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.model import Json

_PART = 4 * 1024 * 1024
_DAY = 86_400_000
_VIDEO_BYTES = range(75_000, 5 * 1024**3)
_PARTS = re.compile(r"/dms-uploads/[^/]+/uploadedVideo/\d+")


class MediaTwin(Twin):
    """The Images and the Videos API, and the addresses that they have the bytes sent to."""

    @route("POST", "/rest/images")
    def begin_image(self, request: TwinRequest) -> httpx.Response:
        """Begins the upload of an image."""
        owner = (request.json().get("initializeUploadRequest") or {}).get("owner")
        if request.request.url.params.get("action") != "initializeUpload" or not owner:
            return error(400, "ILLEGAL_ARGUMENT", "initializeUpload needs an owner")
        name = f"C4E10AQ{request.next_number():08d}"
        image = f"urn:li:image:{name}"
        kept = {"owner": owner, "asked": 0, "complete": False}
        request.state.setdefault("images", {})[image] = kept
        value = {
            "uploadUrlExpiresAt": milliseconds(request.now) + _DAY,
            "uploadUrl": f"https://www.linkedin.com/dms-uploads/{name}/uploaded-image/0",
            "image": image,
        }
        return httpx.Response(200, json={"value": value})

    @route("PUT", "/dms-uploads/{name}/uploaded-image/0")
    def put_image(self, request: TwinRequest) -> httpx.Response:
        """Takes the image's bytes."""
        image = request.state.get("images", {}).get(f"urn:li:image:{request.path['name']}")
        size = len(request.request.read())
        if image is None or not size or request.request.headers.get("content-length") != str(size):
            return httpx.Response(400, text="Bad Request")
        image["complete"] = True
        return httpx.Response(201)

    @route("GET", "/rest/images/{urn}")
    def image(self, request: TwinRequest) -> httpx.Response:
        """An image; it is being processed when it is first asked for."""
        return _shown(request, "images")

    @route("POST", "/rest/videos")
    def begin_or_finalize_video(self, request: TwinRequest) -> httpx.Response:
        """Begins the upload of a video, or puts its parts together."""
        match request.request.url.params.get("action"):
            case "initializeUpload":
                return _begin_video(request, request.json().get("initializeUploadRequest") or {})
            case "finalizeUpload":
                return _finalize_video(request, request.json().get("finalizeUploadRequest") or {})
        return error(400, "ILLEGAL_ARGUMENT", "videos are uploaded by an action")

    @route("PUT", "/dms-uploads/{name}/uploadedVideo/{part}")
    def put_part(self, request: TwinRequest) -> httpx.Response:
        """Takes a part of a video; its receipt is the ETag."""
        name, part = request.path["name"], int(request.path["part"])
        video = request.state.get("videos", {}).get(f"urn:li:video:{name}")
        size = len(request.request.read())
        wanted = min(_PART, video["size"] - part * _PART) if video else 0
        if video is None or size != wanted or size <= 0:
            return httpx.Response(400, text="Bad Request")
        video["etags"][str(part)] = f"/ambry-video/signedId/{name}-{part}.bin"
        return httpx.Response(200, headers={"etag": f'"{video["etags"][str(part)]}"'})

    @route("GET", "/rest/videos/{urn}")
    def video(self, request: TwinRequest) -> httpx.Response:
        """A video; it is being processed when it is first asked for."""
        return _shown(request, "videos")


def media_status(state: dict[str, Json], urn: str) -> str | None:
    """What has become of an image or a video; None if there is no such."""
    media = state.get("images", {}).get(urn) or state.get("videos", {}).get(urn)
    return _status(media) if media else None


def takes_no_token(request: httpx.Request) -> bool:
    """Whether the request brings a part of a video: LinkedIn refuses one with a token."""
    return _PARTS.fullmatch(request.url.path) is not None


def _begin_video(request: TwinRequest, given: dict[str, Any]) -> httpx.Response:
    size = given.get("fileSizeBytes")
    if not given.get("owner"):
        return input_error(400, "MISSING_FIELD", "/initializeUploadRequest/owner :: is required")
    if not isinstance(size, int) or size not in _VIDEO_BYTES:
        return input_error(400, "INVALID_VALUE_FOR_FIELD", f"/fileSizeBytes :: {size} is not valid")
    name = f"C5F10AQ{request.next_number():08d}"
    kept = {"owner": given["owner"], "asked": 0, "complete": False, "size": size, "etags": {}}
    request.state.setdefault("videos", {})[f"urn:li:video:{name}"] = kept
    parts = [
        {
            "uploadUrl": f"https://www.linkedin.com/dms-uploads/{name}/uploadedVideo/{number}",
            "firstByte": first,
            "lastByte": min(first + _PART, size) - 1,
        }
        for number, first in enumerate(range(0, size, _PART))
    ]
    value = {
        "uploadUrlsExpireAt": milliseconds(request.now) + 30 * _DAY,
        "video": f"urn:li:video:{name}",
        "uploadInstructions": parts,
        "uploadToken": "",
    }
    return httpx.Response(200, json={"value": value})


def _finalize_video(request: TwinRequest, given: dict[str, Any]) -> httpx.Response:
    video = request.state.get("videos", {}).get(given.get("video"))
    if video is None:
        return input_error(400, "INVALID_VIDEO_ID", "This Video ID is invalid")
    count = -(-video["size"] // _PART)
    receipts = [video["etags"].get(str(number)) for number in range(count)]
    if None in receipts:
        return input_error(400, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload")
    if given.get("uploadToken") != "" or given.get("uploadedPartIds") != receipts:
        return input_error(400, "INVALID_VALUE_FOR_FIELD", "/uploadedPartIds :: are not its parts")
    video["complete"] = True
    return httpx.Response(200)


def _shown(request: TwinRequest, kind: str) -> httpx.Response:
    urn = request.path["urn"]
    media = request.state.get(kind, {}).get(urn)
    if media is None:
        return error(404, "NOT_FOUND", f"{urn} does not exist")
    media["asked"] += 1 if media["complete"] else 0
    body = {"id": urn, "owner": media["owner"], "status": _status(media)}
    return httpx.Response(200, json=body)


def _status(media: dict[str, Any]) -> str:
    if not media["complete"]:
        return "WAITING_UPLOAD"
    return "AVAILABLE" if media["asked"] > 1 else "PROCESSING"
