"""YouTube, played: takes uploads in pieces, keeps videos, and reports made-up numbers."""

import re
from typing import Any

import httpx

from connectors.youtube.spec import CHUNK_UNIT
from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

CHANNEL = "UCsandbox0000000000000000"
_UPLOADS = "/upload/youtube/v3/videos"
_SNIPPET = ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")
_STATUS = (
    "privacyStatus",
    "publishAt",
    "selfDeclaredMadeForKids",
    "embeddable",
    "license",
    "publicStatsViewable",
    "containsSyntheticMedia",
)


def refused(
    status: int, reason: str, message: str, domain: str = "youtube.video"
) -> httpx.Response:
    """An error as YouTube has it."""
    error = {"message": message, "domain": domain, "reason": reason}
    body = {"error": {"code": status, "message": message, "errors": [error]}}
    return httpx.Response(status, json=body)


class YoutubeTwin(Twin):
    """One channel. A video is `uploaded` when it is first looked at, then `processed`."""

    credentials = {"accessToken": "ya29.sandbox-token"}
    settings = {"chunkSize": CHUNK_UNIT}
    tells_wait = False

    def authorized(self, request: httpx.Request) -> bool:
        """Google takes OAuth access tokens as bearer tokens."""
        return str(request.headers.get("authorization", "")).startswith("Bearer ya29.")

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Google's page for a path it does not have."""
        words = f"The requested URL {request.url.path} was not found on this server."
        return httpx.Response(404, text=f"<!DOCTYPE html><title>Error 404</title><p>{words}")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status and body that YouTube uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                return refused(403, "rateLimitExceeded", "Rate Limit Exceeded", "usageLimits")
            case Injection.REAUTH:
                return refused(401, "authError", "Invalid Credentials", "global")
            case Injection.BUSINESS_ERROR:
                return refused(403, "forbidden", "Access forbidden.", "youtube.common")
            case _:
                return refused(503, "backendError", "Backend Error", "global")

    @route("POST", _UPLOADS)
    def start(self, request: TwinRequest) -> httpx.Response:
        """Starts an upload's session."""
        headers, params = request.request.headers, request.request.url.params
        if params.get("uploadType") != "resumable" or not params.get("part"):
            return refused(400, "missingRequiredParameter", "No filter or part was given.")
        size = headers.get("x-upload-content-length", "")
        given = request.json()
        title = given.get("snippet", {}).get("title")
        if not size.isdigit() or int(size) == 0:
            return refused(400, "mediaBodyRequired", "The request does not include the video.")
        if not title or len(title) > 100:
            return refused(400, "invalidTitle", "The video title is empty or too long.")
        wrong = _bad_status(given.get("status", {}))
        if wrong:
            return wrong
        number = request.next_number()
        upload = f"sandbox{number:08d}"
        request.state.setdefault("uploads", {})[upload] = {
            "size": int(size),
            "got": 0,
            "given": given,
            "id": f"sbx{number:08d}",
        }
        asked = {"uploadType": "resumable", "upload_id": upload, "part": params["part"]}
        session = request.request.url.copy_with(params=asked)
        return httpx.Response(
            200, headers={"location": str(session), "x-guploader-uploadid": upload}
        )

    @route("PUT", _UPLOADS)
    def piece(self, request: TwinRequest) -> httpx.Response:
        """Takes a piece, or tells how far the session is."""
        upload = request.state.get("uploads", {}).get(request.request.url.params.get("upload_id"))
        if upload is None:
            return httpx.Response(404, text="Not Found")
        said = request.request.headers.get("content-range", "")
        asks = re.fullmatch(r"bytes \*/(\d+)", said)
        match = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", said)
        content = request.request.read()
        if match:
            first, last, size = map(int, match.groups())
            whole = last + 1 == size or len(content) % CHUNK_UNIT == 0
            fits = last - first + 1 == len(content) and size == upload["size"]
            if not (whole and fits) or first != upload["got"]:
                return httpx.Response(400, text="Failed to parse Content-Range header.")
            upload["got"] = last + 1
        elif not asks or content:
            return httpx.Response(400, text="Failed to parse Content-Range header.")
        if upload["got"] == upload["size"]:
            return httpx.Response(200, json=_finished(request, upload))
        headers = {"range": f"bytes=0-{upload['got'] - 1}"} if upload["got"] else {}
        return httpx.Response(308, headers=headers)

    @route("GET", "/youtube/v3/videos")
    def videos(self, request: TwinRequest) -> httpx.Response:
        """Videos by id; those that do not exist are left away."""
        params = request.request.url.params
        wanted = params.get("id", "").split(",")
        kept = {video["id"]: video for video in request.state.get("videos", [])}
        items = []
        for video in (kept[id_] for id_ in wanted if id_ in kept):
            items.append(_shown(video, params.get("part", "")))
            video["status"]["uploadStatus"] = "processed"
        page = {"totalResults": len(items), "resultsPerPage": len(items)}
        body = {"kind": "youtube#videoListResponse", "items": items, "pageInfo": page}
        return httpx.Response(200, json=body)

    @route("PUT", "/youtube/v3/videos")
    def update(self, request: TwinRequest) -> httpx.Response:
        """Replaces all that can be set of the parts named."""
        given = request.json()
        part = request.request.url.params.get("part", "")
        found = next(
            (v for v in request.state.get("videos", []) if v["id"] == given.get("id")), None
        )
        if found is None:
            return refused(404, "videoNotFound", "The video cannot be found.")
        parts = part.split(",")
        snippet, status = given.get("snippet", {}), given.get("status", {})
        if "snippet" in parts and not (snippet.get("title") and snippet.get("categoryId")):
            return refused(400, "invalidVideoMetadata", "The request metadata is invalid.")
        wrong = _bad_status(status) if "status" in parts else None
        if wrong:
            return wrong
        if "snippet" in parts:
            found["snippet"] = _replaced(found["snippet"], snippet, _SNIPPET)
        if "status" in parts:
            # What is not given goes back to what it is by default.
            new = {"privacyStatus": "public", **status}
            found["status"] = _replaced(found["status"], new, _STATUS)
        return httpx.Response(200, json=_shown(found, part))

    @route("GET", "/youtube/v3/channels")
    def channels(self, request: TwinRequest) -> httpx.Response:
        """The token's channel."""
        if request.request.url.params.get("mine") != "true":
            return refused(
                400, "missingRequiredParameter", "No filter selected.", "youtube.parameter"
            )
        channel = {
            "kind": "youtube#channel",
            "id": CHANNEL,
            "snippet": {"title": "NeonHub Sandbox"},
        }
        return httpx.Response(200, json={"items": [channel], "pageInfo": {"totalResults": 1}})

    @route("GET", "/v2/reports")
    def reports(self, request: TwinRequest) -> httpx.Response:
        """Five rows, or one without dimensions."""
        params = request.request.url.params
        if not all(params.get(name) for name in ("ids", "startDate", "endDate", "metrics")):
            return refused(400, "required", "Required parameter: metrics", "global")
        dimensions = [name for name in params.get("dimensions", "").split(",") if name]
        metrics = params["metrics"].split(",")
        headers = [{"name": n, "columnType": "DIMENSION", "dataType": "STRING"} for n in dimensions]
        headers += [{"name": n, "columnType": "METRIC", "dataType": "INTEGER"} for n in metrics]
        every: list[Json] = [
            [*(f"{name}-{row}" for name in dimensions), *(row * 10 for _ in metrics)]
            for row in range(1, 6 if dimensions else 2)
        ]
        start, limit = int(params.get("startIndex", 1)) - 1, int(params.get("maxResults", 200))
        body = {
            "kind": "youtubeAnalytics#resultTable",
            "columnHeaders": headers,
            "rows": every[start : start + limit],
        }
        return httpx.Response(200, json=body)


def _bad_status(status: dict[str, Any]) -> httpx.Response | None:
    if status.get("publishAt") and status.get("privacyStatus") != "private":
        words = "The request metadata specifies an invalid scheduled publishing time."
        return refused(400, "invalidPublishAt", words)
    if status.get("privacyStatus", "private") not in ("private", "unlisted", "public"):
        return refused(400, "invalidVideoMetadata", "The request metadata is invalid.")
    return None


def _finished(request: TwinRequest, upload: dict[str, Any]) -> Json:
    """The video of an upload; made once."""
    kept = request.state.get("videos", [])
    found = next((video for video in kept if video["id"] == upload["id"]), None)
    if found is None:
        given = upload["given"]
        published = request.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        found = {
            "kind": "youtube#video",
            "id": upload["id"],
            "snippet": {**given["snippet"], "channelId": CHANNEL, "publishedAt": published},
            "status": {
                "privacyStatus": "public",
                "license": "youtube",
                "embeddable": True,
                **given.get("status", {}),
                "uploadStatus": "uploaded",
            },
            "statistics": {"viewCount": "120", "likeCount": "7", "commentCount": "2"},
        }
        request.remember("videos", found)
    return _shown(found, request.request.url.params.get("part", ""))


def _shown(video: dict[str, Any], parts: str) -> dict[str, Json]:
    own = {part: dict(video[part]) for part in parts.split(",") if part in video}
    return {"kind": video["kind"], "id": video["id"], **own}


def _replaced(
    known: dict[str, Any], given: dict[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    rest = {name: value for name, value in known.items() if name not in names}
    return {**rest, **{name: given[name] for name in names if name in given}}
