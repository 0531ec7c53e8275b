"""YouTube's contract: Google's discovery documents, and the protocol of resumable uploads.

https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol, read 2026-11.
"""

import json
import re
from typing import Any

import httpx

from tests.contract.oracles import google_discovery

_UNIT = 256 * 1024
_SETTABLE = {
    "snippet": {
        "title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage",
    },
    "status": {
        "privacyStatus", "publishAt", "selfDeclaredMadeForKids", "embeddable", "license",
        "publicStatsViewable", "containsSyntheticMedia",
    },
}  # fmt: skip


def check(request: httpx.Request) -> None:
    """A call of the Data API or of Analytics, or a piece of an upload."""
    if request.url.host == "youtubeanalytics.googleapis.com":
        google_discovery.check(request, "youtubeAnalytics.v2")
        _report(request)
        return
    called = google_discovery.check(request, "youtube.v3")
    if "upload_id" in request.url.params:
        _piece(request)
    elif request.method in ("POST", "PUT"):
        if called.protocol:
            assert request.headers["x-upload-content-length"].isdigit()
        _resource(request, update=request.method == "PUT")


def _piece(request: httpx.Request) -> None:
    """`bytes a-b/total` with just these bytes, or `bytes */total` with none."""
    assert request.method == "PUT"
    said = request.headers.get("content-range", "")
    match = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)", said)
    assert match, f"Content-Range: {said}"
    size = len(request.content)
    assert int(request.headers["content-length"]) == size
    if match[1] is None:
        assert size == 0, "a question carries nothing"
        return
    first, last, total = int(match[1]), int(match[2]), int(match[3])
    assert 0 <= first <= last < total
    assert last - first + 1 == size
    assert first % _UNIT == 0
    assert last + 1 == total or size % _UNIT == 0, f"{size} is no multiple of {_UNIT}"


def _resource(request: httpx.Request, *, update: bool) -> None:
    """The parts that are named are those that are sent, with fields that can be set."""
    body = json.loads(request.content)
    parts = set(request.url.params["part"].split(","))
    assert body.keys() - {"id"} == parts, f"part={parts}, sent {body.keys()}"
    assert ("id" in body) == update
    for part in parts:
        assert body[part].keys() <= _SETTABLE[part], f"{part}: {body[part].keys()}"
    if "snippet" in parts:
        assert body["snippet"].get("title")
        assert body["snippet"].get("categoryId")
    status = body.get("status", {})
    assert "publishAt" not in status or status.get("privacyStatus") == "private"
    if "status" in parts:
        assert status.get("privacyStatus"), "without it the video becomes public"


def _report(request: httpx.Request) -> None:
    """What the document says in words: required parameters and patterns."""
    given: dict[str, Any] = dict(request.url.params)
    patterns = {
        "ids": r"[a-zA-Z]+==[a-zA-Z0-9_+-]+",
        "startDate": r"\d{4}-\d{2}-\d{2}",
        "endDate": r"\d{4}-\d{2}-\d{2}",
        "metrics": r"[0-9a-zA-Z,]+",
        "dimensions": r"[0-9a-zA-Z,]+",
        "sort": r"[-0-9a-zA-Z,]+",
        "currency": r"[A-Z]{3}",
        "filters": r"[^;=]+==[^;=]+(;[^;=]+==[^;=]+)*",
    }
    for name in ("ids", "startDate", "endDate", "metrics"):
        assert given.get(name), f"required: {name}"
    for name, pattern in patterns.items():
        assert name not in given or re.fullmatch(pattern, given[name]), f"{name}={given[name]}"
    names = {*given["metrics"].split(","), *given.get("dimensions", "").split(",")}
    sorts = [name.removeprefix("-") for name in given.get("sort", "").split(",") if name]
    assert set(sorts) <= names, f"sorted by what is not in the report: {sorts}"


def _wrong(method: str, url: str, **more: Any) -> httpx.Request:
    headers = {"authorization": "Bearer ya29.x", **more.pop("headers", {})}
    return httpx.Request(method, url, headers=headers, **more)


_API = "https://youtube.googleapis.com/youtube/v3"
_SESSION = (
    "https://youtube.googleapis.com/upload/youtube/v3/videos"
    "?uploadType=resumable&part=snippet,status&upload_id=x"
)
_REPORT = "https://youtubeanalytics.googleapis.com/v2/reports"

WRONG = [
    _wrong("GET", f"{_API}/videos?id=x"),
    _wrong("GET", f"{_API}/videos?part=status&video=x"),
    _wrong("GET", f"{_API}/clips?part=status"),
    _wrong(
        "PUT",
        f"{_API}/videos?part=status",
        json={"id": "x", "status": {"privacyStatus": "scheduled"}},
    ),
    _wrong(
        "PUT",
        f"{_API}/videos?part=status",
        json={
            "id": "x",
            "status": {"privacyStatus": "public", "publishAt": "2026-12-01T00:00:00Z"},
        },
    ),
    _wrong("PUT", f"{_API}/videos?part=snippet", json={"id": "x", "snippet": {"title": "x"}}),
    _wrong(
        "PUT",
        f"{_API}/videos?part=status",
        json={"id": "x", "status": {"privacyStatus": "private", "uploadStatus": "processed"}},
    ),
    _wrong("PUT", _SESSION, headers={"content-range": "bytes 0-99/600000"}, content=b"x" * 100),
    _wrong("PUT", _SESSION, headers={"content-range": "bytes 0-9/10"}, content=b"x" * 9),
    _wrong("PUT", _SESSION, headers={"content-range": "bytes 5-2/10"}, content=b""),
    _wrong("PUT", _SESSION, headers={"content-range": "bytes */10"}, content=b"x"),
    _wrong("PUT", _SESSION, content=b"x"),
    _wrong("GET", f"{_REPORT}?ids=channel==MINE&startDate=2026-11-01&endDate=2026-11-02"),
    _wrong(
        "GET",
        f"{_REPORT}?ids=channel==MINE&startDate=1.11.2026&endDate=2026-11-02&metrics=views",
    ),
]
