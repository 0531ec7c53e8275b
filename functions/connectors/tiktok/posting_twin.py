"""TikTok for Developers, played: one account that posts videos and photos."""

import re
from typing import Any

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

POSTING_HOST = "open.tiktokapis.com"
UPLOAD_HOST = "open-upload.tiktokapis.com"
USERNAME = "neonhub"
LEVELS = ("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY")

_FIRST_POST = 7500000000000000000
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_LEAST, _MOST, _MOST_LAST = 5_000_000, 64_000_000, 128_000_000


def _said(status: int, code: str, message: str = "", data: Json = None) -> httpx.Response:
    """TikTok's envelope; `ok` is its word for success."""
    error = {"code": code, "message": message, "log_id": "202603020900000102030405060708"}
    body = {"error": error} if data is None else {"data": data, "error": error}
    return httpx.Response(status, json=body)


def _ok(data: Json) -> httpx.Response:
    return _said(200, "ok", data=data)


class PostingTwin(Twin):
    """A public account. Its posts are processed at the first look and there at the second."""

    @property
    def posts(self) -> bool:
        """Whether the request that is being answered went to TikTok for Developers."""
        return self.host in (POSTING_HOST, UPLOAD_HOST)

    def may_post(self, request: httpx.Request) -> bool:
        """A bearer token; at the address to upload to, the address itself is the permission."""
        if request.url.host == UPLOAD_HOST:
            return "authorization" not in request.headers
        return bool(re.match("Bearer act[.]", request.headers.get("authorization", "")))

    def posting_failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure as TikTok for Developers says it: without a wait."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                return _said(429, "rate_limit_exceeded", "The API rate limit was exceeded.")
            case Injection.REAUTH:
                return _said(401, "access_token_invalid", "The access token is invalid or expired.")
            case Injection.BUSINESS_ERROR:
                return _said(403, "spam_risk_user_banned_from_posting", "The user is banned.")
            case _:
                return _said(500, "internal_error", "Something went wrong. Please try again later.")

    @route("POST", "/v2/post/publish/creator_info/query/")
    def creator(self, _request: TwinRequest) -> httpx.Response:
        """What the account may post."""
        return _ok(
            {
                "creator_avatar_url": "https://example.com/avatar.jpeg",
                "creator_username": USERNAME,
                "creator_nickname": "NeonHub Sandbox",
                "privacy_level_options": list(LEVELS),
                "comment_disabled": False,
                "duet_disabled": False,
                "stitch_disabled": False,
                "max_video_post_duration_sec": 600,
            }
        )

    @route("POST", "/v2/post/publish/video/init/")
    def start_video(self, request: TwinRequest) -> httpx.Response:
        """A start, and the address for the video."""
        given = request.json()
        source = given.get("source_info") or {}
        refused = _refused(given) or _refused_parts(source)
        if refused:
            return refused
        post = _begun(request, "v_pub_file~v2-1", given, source["video_size"])
        address = f"https://{UPLOAD_HOST}/video/?upload_id={post['number']}&upload_token=sandbox"
        return _ok({"publish_id": post["publishId"], "upload_url": address})

    @route("POST", "/v2/post/publish/content/init/")
    def start_photos(self, request: TwinRequest) -> httpx.Response:
        """A start: TikTok fetches the photos."""
        given = request.json()
        source = given.get("source_info") or {}
        refused = _refused(given) or _refused_photos(given, source)
        if refused:
            return refused
        return _ok({"publish_id": _begun(request, "p_pub_url~v2", given, 0)["publishId"]})

    @route("PUT", "/video/")
    def part(self, request: TwinRequest) -> httpx.Response:
        """A part of a video, which must be the next one."""
        number = request.request.url.params.get("upload_id")
        post = _find(request, number=number)
        parts = _RANGE.fullmatch(request.request.headers.get("content-range", ""))
        if post is None:
            return httpx.Response(404)
        if not parts or request.request.headers.get("content-type", "")[:6] != "video/":
            return httpx.Response(400)
        start, end, total = (int(part) for part in parts.groups())
        if total != post["size"] or end - start + 1 != len(request.request.content):
            return httpx.Response(400)
        has = f"bytes 0-{post['has'] - 1}/{total}"
        if start != post["has"]:
            return httpx.Response(416, headers={"Content-Range": has})
        _replace(request, {**post, "has": end + 1})
        status = 201 if end + 1 == total else 206
        return httpx.Response(status, headers={"Content-Range": f"bytes 0-{end}/{total}"})

    @route("POST", "/v2/post/publish/status/fetch/")
    def look(self, request: TwinRequest) -> httpx.Response:
        """How far a post is."""
        post = _find(request, publishId=request.json().get("publish_id"))
        if post is None:
            return _said(400, "invalid_publish_id", "The publish_id does not exist.")
        looked = post["looks"] + (post["has"] == post["size"])
        _replace(request, {**post, "looks": looked})
        done, is_video = looked > 1, post["size"] > 0
        seen: dict[str, Json] = {"status": "PUBLISH_COMPLETE"}
        if not done:
            seen = {"status": "PROCESSING_UPLOAD" if is_video else "PROCESSING_DOWNLOAD"}
        shown = done and post["level"] == "PUBLIC_TO_EVERYONE"
        ids = [_FIRST_POST + int(post["number"])] if shown else []
        return _ok({**seen, "publicaly_available_post_id": ids, "uploaded_bytes": post["has"]})


def _begun(request: TwinRequest, prefix: str, given: Any, size: int) -> Json:
    number = request.state.get("posts", 0) + 1
    request.state["posts"] = number
    post = {
        "number": str(number),
        "publishId": f"{prefix}.{number}",
        "level": given["post_info"]["privacy_level"],
        "info": given["post_info"],
        "size": size,
        "has": 0,
        "looks": 0,
    }
    request.remember("post", post)
    return post


def _refused(given: Any) -> httpx.Response | None:
    level = (given.get("post_info") or {}).get("privacy_level")
    if level in LEVELS:
        return None
    message = "privacy_level is not among the privacy_level_options of the creator."
    return _said(403, "privacy_level_option_mismatch", message)


def _refused_parts(source: Any) -> httpx.Response | None:
    """TikTok's rules for cutting a video."""
    sizes = [source.get(name) for name in ("video_size", "chunk_size", "total_chunk_count")]
    if source.get("source") != "FILE_UPLOAD" or not all(isinstance(size, int) for size in sizes):
        return _said(400, "invalid_param", "source_info: source or sizes missing.")
    size, chunk, count = sizes
    last = size - (count - 1) * chunk
    whole = size < _LEAST and chunk == size
    fits = whole or (_LEAST <= chunk <= _MOST and last <= _MOST_LAST)
    if not 0 < chunk <= size or count != size // chunk or not fits:
        return _said(400, "invalid_param", "The total chunk count is invalid.")
    return None


def _refused_photos(given: Any, source: Any) -> httpx.Response | None:
    photos = source.get("photo_images") or []
    mode = (given.get("media_type"), given.get("post_mode"), source.get("source"))
    if mode != ("PHOTO", "DIRECT_POST", "PULL_FROM_URL") or not 1 <= len(photos) <= 35:
        return _said(400, "invalid_param", "media_type, post_mode or source_info is invalid.")
    if not all(photo.startswith("https://") for photo in photos):
        return _said(403, "url_ownership_unverified", "The URL is not verified.")
    return None


def _find(request: TwinRequest, **wanted: Any) -> Json:
    for post in request.state.get("post", []):
        if wanted.items() <= post.items():
            return post
    return None


def _replace(request: TwinRequest, changed: Json) -> None:
    request.state["post"] = [
        changed if post["number"] == changed["number"] else post for post in request.state["post"]
    ]
