"""X's media, played: uploads in parts, processing, and alternative texts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx

from connectors.x.sandbox_answers import invalid
from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.model import Json

FIRST_ID = 1_900_000_000_000_000_000
"""Ids of what the twin makes come after it."""
_KEYS = {"tweet_video": "7", "amplify_video": "13", "tweet_gif": "16"}
"""What begins the key of a media of a category; 3 for images."""


class MediaTwin(Twin):
    """Media are known by their ids, and can be shown when they are processed."""

    @route("POST", "/2/media/upload/initialize")
    def initialize(self, request: TwinRequest) -> httpx.Response:
        """Begins an upload."""
        given = request.json()
        if not isinstance(given.get("total_bytes"), int) or "media_type" not in given:
            return invalid("media_type and total_bytes are needed")
        media_id = str(FIRST_ID + request.next_number())
        category = given.get("media_category", "tweet_image")
        key = f"{_KEYS.get(category, '3')}_{media_id}"
        request.state.setdefault("media", {})[media_id] = {
            "total": given["total_bytes"],
            "category": category,
            "key": key,
            "parts": {},
            "asked": 0,
            "ready": False,
        }
        data = {"id": media_id, "media_key": key, "expires_after_secs": 86_400}
        return httpx.Response(200, json={"data": data})

    @route("POST", "/2/media/upload/{id}/append")
    def append(self, request: TwinRequest) -> httpx.Response:
        """Takes a part."""
        media = request.state.get("media", {}).get(request.path["id"])
        index, size = segment_of(request.request)
        if media is None or index is None or not size:
            return invalid("media and segment_index of a known upload are needed")
        # By its index: a part that is sent again takes its own place.
        media["parts"][str(index)] = size
        expires = int((request.now + timedelta(days=1)).timestamp())
        return httpx.Response(200, json={"data": {"expires_at": expires}})

    @route("POST", "/2/media/upload/{id}/finalize")
    def finalize(self, request: TwinRequest) -> httpx.Response:
        """Ends an upload; videos and GIFs are processed first."""
        media = request.state.get("media", {}).get(request.path["id"])
        if media is None or _received(media) != media["total"]:
            return invalid("the parts are not as many bytes as were announced")
        later = media["category"] in ("tweet_video", "tweet_gif", "amplify_video")
        media["ready"] = not later
        return _media(request.path["id"], media, "pending" if later else None)

    @route("GET", "/2/media/upload")
    def status(self, request: TwinRequest) -> httpx.Response:
        """Says `in_progress` once, then `succeeded`."""
        params = request.request.url.params
        media = request.state.get("media", {}).get(params.get("media_id"))
        if media is None or params.get("command") != "STATUS":
            return invalid("media_id of an upload and command=STATUS are needed")
        media["asked"] += 1
        media["ready"] = media["ready"] or media["asked"] > 1
        state = "succeeded" if media["ready"] else "in_progress"
        return _media(params["media_id"], media, state)

    @route("POST", "/2/media/metadata")
    def describe(self, request: TwinRequest) -> httpx.Response:
        """Keeps the alternative text."""
        given = request.json()
        media = request.state.get("media", {}).get(given.get("id"))
        text = ((given.get("metadata") or {}).get("alt_text") or {}).get("text")
        if media is None or not text:
            return invalid("id of an upload and metadata.alt_text.text are needed")
        media["alt_text"] = text
        data = {"id": given["id"], "associated_metadata": given["metadata"]}
        return httpx.Response(200, json={"data": data})


def may_be_shown(ids: Sequence[str], state: dict[str, Json]) -> bool:
    """Whether a post can have these media: all of them ready, and images if they are several."""
    found = [state.get("media", {}).get(one, {}) for one in ids]
    images = all(media.get("category") == "tweet_image" for media in found)
    return all(media.get("ready") for media in found) and (images or len(ids) == 1)


def keys_of(ids: Sequence[str], state: dict[str, Json]) -> list[str]:
    """The media's keys, as posts name them."""
    return [state["media"][one]["key"] for one in ids]


def segment_of(request: httpx.Request) -> tuple[int | None, int]:
    """Index and size in bytes of the part in a multipart form; None and 0 for what is missing."""
    kind, _, boundary = request.headers.get("content-type", "").partition("; boundary=")
    if kind != "multipart/form-data" or not boundary:
        return None, 0
    fields: dict[str, bytes] = {}
    for piece in request.read().split(b"--" + boundary.encode())[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        _, _, name = head.partition(b'name="')
        fields[name.partition(b'"')[0].decode()] = content[:-2]
    index = fields.get("segment_index", b"").decode()
    return (int(index) if index.isdigit() else None), len(fields.get("media", b""))


def _received(media: dict[str, Any]) -> int:
    return sum(media["parts"].values())


def _media(media_id: str, media: dict[str, Any], state: str | None) -> httpx.Response:
    waits = {} if state == "succeeded" else {"check_after_secs": 1}
    processing = {"processing_info": {"state": state, **waits}} if state else {}
    data = {
        "id": media_id,
        "media_key": media["key"],
        "size": _received(media),
        "expires_after_secs": 86_400,
        **processing,
    }
    return httpx.Response(200, json={"data": data})
