"""LinkedIn's contract, as JSON Schemas written after its documentation: it publishes none.

Posts, little text, images, videos, share statistics and campaigns of
https://learn.microsoft.com/en-us/linkedin/marketing/, version 202607, read 2026-11.
"""

import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.contract.oracles.linkedin_schema import (
    CAMPAIGN,
    IMAGE_UPLOAD,
    POST,
    VIDEO_FINALIZED,
    VIDEO_UPLOAD,
)

_ENCODED = r"(?:[\w.~-]|%[0-9A-F]{2})+"
_LIST = rf"List\({_ENCODED}(?:,{_ENCODED})*\)"
# Method, raw path, raw query (Rest.li 2.0: its own punctuation plain, values encoded), body.
_CALLS: list[tuple[str, str, str, dict[str, Any] | None]] = [
    ("GET", "/v2/userinfo", "", None),
    ("POST", "/rest/posts", "", POST),
    (
        "GET",
        "/rest/posts",
        rf"q=author&author={_ENCODED}&count=\d+&sortBy=(LAST_MODIFIED|CREATED)",
        None,
    ),
    ("POST", "/rest/images", "action=initializeUpload", IMAGE_UPLOAD),
    ("GET", r"/rest/images/urn%3Ali%3Aimage%3A[\w-]+", "", None),
    ("POST", "/rest/videos", "action=initializeUpload", VIDEO_UPLOAD),
    ("POST", "/rest/videos", "action=finalizeUpload", VIDEO_FINALIZED),
    ("GET", r"/rest/videos/urn%3Ali%3Avideo%3A[\w-]+", "", None),
    ("POST", r"/rest/adAccounts/\d+/adCampaigns", "", CAMPAIGN),
    (
        "GET",
        r"/rest/adAccounts/\d+/adCampaigns",
        rf"q=search&search=\(name:\(values:{_LIST}\),campaignGroup:\(values:{_LIST}\)\)"
        r"&pageSize=\d+",
        None,
    ),
    (
        "GET",
        "/rest/organizationalEntityShareStatistics",
        rf"q=organizationalEntity&organizationalEntity=urn%3Ali%3Aorganization%3A\d+"
        rf"(&shares={_LIST})?(&ugcPosts={_LIST})?"
        r"(&timeIntervals=\(timeRange:\(start:\d{13},end:\d{13}\),"
        r"timeGranularityType:(DAY|MONTH)\))?",
        None,
    ),
]
# The grammar of little text: no reserved character without a backslash, but in its elements.
_LITTLE_TEXT = re.compile(
    r"(?:[^\\|{}@\[\]()<>#*_~]"
    r"|\\[\\|{}@\[\]()<>#*_~]"
    r"|\{hashtag\|(?:\\#|＃)\|[^\W_]+\}"
    r"|@\[(?:[^\\|{}@\[\]()<>#*_~]|\\[\\|{}@\[\]()<>#*_~])+\]"
    r"\(urn:li:(?:person|organization):[\w-]+\))*"
)


def check(request: httpx.Request) -> None:
    """A call that LinkedIn documents, with its headers, query and body."""
    request.read()
    assert request.url.scheme == "https"
    if request.url.host == "www.linkedin.com":
        _bytes(request)
        return
    assert request.headers["authorization"].startswith("Bearer ")
    assert request.url.host == "api.linkedin.com"
    path, _, query = request.url.raw_path.decode().partition("?")
    for method, wanted, wanted_query, body in _CALLS:
        fits = method == request.method and re.fullmatch(wanted, path)
        if fits and re.fullmatch(wanted_query, query):
            _headers(request, path)
            _body(request, body)
            return
    raise AssertionError(f"LinkedIn documents no {request.method} {path}?{query}")


def _bytes(request: httpx.Request) -> None:
    """Images go up with a token, the parts of a video without one, which are 4 MB at most."""
    if "/uploadedVideo" in request.url.path:
        assert "authorization" not in request.headers
        assert request.headers["content-type"] == "application/octet-stream"
        assert len(request.content) <= 4 * 1024 * 1024
    else:
        assert request.headers["authorization"].startswith("Bearer ")
    assert request.method == "PUT"
    assert "transfer-encoding" not in request.headers
    assert int(request.headers["content-length"]) == len(request.content) > 0


def _headers(request: httpx.Request, path: str) -> None:
    if path.startswith("/rest/"):
        assert re.fullmatch(r"20\d{4}", request.headers["linkedin-version"])
        assert request.headers["x-restli-protocol-version"] == "2.0.0"


@cache
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def _body(request: httpx.Request, schema: dict[str, Any] | None) -> None:
    if schema is None:
        assert not request.content, "this call has no body"
        return
    assert request.headers["content-type"] == "application/json"
    assert "content-length" in request.headers
    body = json.loads(request.content)
    errors = [
        f"{e.json_path}: {e.message}" for e in _validator(json.dumps(schema)).iter_errors(body)
    ]
    assert not errors, errors
    if schema is POST:
        _commentary(body)


def _commentary(body: dict[str, Any]) -> None:
    commentary = body["commentary"]
    assert _LITTLE_TEXT.fullmatch(commentary), f"cut off by LinkedIn: {commentary}"
    assert commentary or body.keys() & {"content", "reshareContext"}, "an empty post"
    assert len({"content", "reshareContext"} & body.keys()) <= 1


_HEADERS = {
    "authorization": "Bearer member-token",
    "linkedin-version": "202607",
    "x-restli-protocol-version": "2.0.0",
}


def _wrong(method: str, path: str, leave: str = "", **more: Any) -> httpx.Request:
    headers = {name: value for name, value in _HEADERS.items() if name != leave}
    url = path if path.startswith("https:") else f"https://api.linkedin.com{path}"
    if leave:
        headers[leave] = ""
    return httpx.Request(method, url, headers=headers, **more)


def _post(**changed: Any) -> dict[str, Any]:
    body = {
        "author": "urn:li:person:a",
        "commentary": "Hello",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        **changed,
    }
    return {name: value for name, value in body.items() if value is not None}


_IMAGES = {"multiImage": {"images": [{"id": "urn:li:image:a"}]}}
_VIDEOS = {"multiImage": {"images": [{"id": "urn:li:video:a"}, {"id": "urn:li:video:b"}]}}
_QUOTED = {"video": "urn:li:video:a", "uploadToken": "", "uploadedPartIds": ['"a"']}
_STATISTICS = "/rest/organizationalEntityShareStatistics?q=organizationalEntity"

RIGHT = _wrong("POST", "/rest/posts", json=_post())
"""What most of WRONG change: right as it is, so that each is refused for its own fault."""

WRONG = [
    _wrong("POST", "/rest/posts", json=_post(visibility=None)),
    _wrong("POST", "/rest/posts", json=_post(commentary="cut off (here)")),
    _wrong("POST", "/rest/posts", json=_post(commentary="#launch")),
    _wrong("POST", "/rest/posts", json=_post(author="a")),
    _wrong("POST", "/rest/posts", json=_post(scheduledAt=1)),
    _wrong("POST", "/rest/posts", json=_post(content=_IMAGES)),
    _wrong("POST", "/rest/posts", leave="linkedin-version", json=_post()),
    _wrong("POST", "/rest/posts", leave="x-restli-protocol-version", json=_post()),
    _wrong("POST", "/v2/ugcPosts", json=_post()),
    _wrong("POST", "/rest/adAccounts/1/adCampaigns", json={"name": "x"}),
    _wrong("GET", _STATISTICS + "&organizationalEntity=urn:li:organization:1"),
    _wrong(
        "GET", _STATISTICS + "&organizationalEntity=urn%3Ali%3Aorganization%3A1&shares=List%28a%29"
    ),
    _wrong("PUT", "https://www.linkedin.com/dms-uploads/a", content=iter([b"x"])),
    _wrong("POST", "/rest/posts", json=_post(content=_VIDEOS)),
    _wrong(
        "POST",
        "/rest/videos?action=initializeUpload",
        json={"initializeUploadRequest": {"owner": "urn:li:person:a"}},
    ),
    _wrong("POST", "/rest/videos?action=finalizeUpload", json={"finalizeUploadRequest": _QUOTED}),
    _wrong("PUT", "https://www.linkedin.com/dms-uploads/a/uploadedVideo/0", content=b"x"),
]
