"""LinkedIn, played: keeps posts and campaigns, and cuts texts off as LinkedIn does."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx

from connectors.linkedin.platform import milliseconds
from connectors.linkedin.sandbox_answers import error, input_error
from connectors.linkedin.sandbox_media import MediaTwin, media_status, takes_no_token
from hub.connector_kit.sandbox import TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

MEMBER = "urn:li:person:sAndb0x_Mm"
PAGE = "urn:li:organization:2414183"
AD_ACCOUNT = "506289162"

_FIRST_ID = 7_300_000_000_000_000_000
_LIVES_MONTHS = 13
_REQUIRED = ("author", "commentary", "visibility", "distribution", "lifecycleState")
_CAMPAIGN = (
    "account",
    "campaignGroup",
    "name",
    "type",
    "status",
    "costType",
    "unitCost",
    "locale",
    "targetingCriteria",
    "politicalIntent",
    "offsiteDeliveryEnabled",
)
# What LinkedIn reads of a commentary: up to the first reserved character that is not escaped.
_READ = re.compile(
    r"(?:\\.|[^\\|{}@\[\]()<>#*_~]|#\w+|\{hashtag\|\\?[#＃]\|[^{}|]+\}"
    r"|@\[(?:\\.|[^\\\[\]])+\]\(urn:li:\w+:[\w-]+\))*",
    re.DOTALL,
)


class LinkedinTwin(MediaTwin):
    """Its member may publish as themselves and as one page."""

    credentials = {"accessToken": "AQXsandboxLinkedInMemberAccessToken"}
    settings = {"author": PAGE, "adAccountId": AD_ACCOUNT}
    tells_wait = False

    def authorized(self, request: httpx.Request) -> bool:
        """LinkedIn takes a member's token as bearer, and none where a video's parts go."""
        if takes_no_token(request):
            return "authorization" not in request.headers
        scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
        return scheme == "Bearer" and len(token) > 10

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """LinkedIn's 404."""
        return error(404, "RESOURCE_NOT_FOUND", f"No virtual resource found at {request.url.path}")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status and body that LinkedIn uses for it. It says no time to wait."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                limit = "Resource level throttle APPLICATION DAY limit for calls is reached."
                return error(429, None, limit, serviceErrorCode=101)
            case Injection.REAUTH:
                return error(
                    401,
                    "REVOKED_ACCESS_TOKEN",
                    "The token used in the request has been revoked by the user",
                    serviceErrorCode=65601,
                )
            case Injection.BUSINESS_ERROR:
                return error(
                    403,
                    "ACCESS_DENIED",
                    "Not enough permissions to access this resource",
                    serviceErrorCode=100,
                )
            case _:
                return error(500, None, "Internal Server Error", serviceErrorCode=0)

    def answer(
        self, request: httpx.Request, state: dict[str, Json], now: datetime
    ) -> httpx.Response:
        """The answer; versioned calls need their headers first."""
        versioned = request.url.path.startswith("/rest/")
        refused = _version_refused(request, now) if versioned else None
        return refused or super().answer(request, state, now)

    @route("GET", "/v2/userinfo")
    def userinfo(self, _request: TwinRequest) -> httpx.Response:
        """Whose token it is."""
        who = {"sub": MEMBER.rpartition(":")[2], "name": "NeonHub Sandbox", "locale": "en_US"}
        return httpx.Response(200, json=who)

    # ------------------------------------------------------------------ posts

    @route("POST", "/rest/posts")
    def create_post(self, request: TwinRequest) -> httpx.Response:
        """Publishes a post; its id is in a header."""
        given = request.json()
        refused = _post_refused(given, request.state)
        if refused:
            return refused
        read = _READ.match(given["commentary"])
        post = {
            **given,
            "id": f"urn:li:share:{_FIRST_ID + request.next_number()}",
            "commentary": read.group() if read else "",
            "createdAt": milliseconds(request.now),
            "publishedAt": milliseconds(request.now),
        }
        request.remember("posts", post)
        return httpx.Response(201, headers={"x-restli-id": post["id"]})

    @route("GET", "/rest/posts")
    def find_posts(self, request: TwinRequest) -> httpx.Response:
        """An author's posts, newest first."""
        params = _query(request)
        if params.get("q") != "author" or "author" not in params:
            return error(400, "ILLEGAL_ARGUMENT", "the finder needs q=author and an author")
        start, count = int(params.get("start", 0)), int(params.get("count", 10))
        kept = request.state.get("posts", [])
        found = [post for post in kept if post["author"] == params["author"]]
        paging = {"start": start, "count": count, "links": []}
        return httpx.Response(
            200, json={"elements": found[start : start + count], "paging": paging}
        )

    @route("GET", "/rest/organizationalEntityShareStatistics")
    def statistics(self, request: TwinRequest) -> httpx.Response:
        """Statistics of a page; of its posts only those that it has."""
        params = _query(request)
        page = params.get("organizationalEntity", "")
        if params.get("q") != "organizationalEntity" or not page.startswith("urn:li:organization:"):
            return error(400, "ILLEGAL_ARGUMENT", "organizationalEntity is needed")
        kept = {post["id"] for post in request.state.get("posts", [])}
        asked = [("share", urn) for urn in _list(params.get("shares", ""))]
        asked += [("ugcPost", urn) for urn in _list(params.get("ugcPosts", ""))]
        if asked:
            found = [{kind: urn} for kind, urn in asked if urn in kept]
        else:
            found = [_time_range(params.get("timeIntervals", ""))]
        elements = [
            {"organizationalEntity": page, "totalShareStatistics": _numbers(), **one}
            for one in found
        ]
        return httpx.Response(200, json={"elements": elements, "paging": {"start": 0, "count": 10}})

    # ------------------------------------------------------------------ campaigns

    @route("POST", "/rest/adAccounts/{account}/adCampaigns")
    def create_campaign(self, request: TwinRequest) -> httpx.Response:
        """Creates a campaign; its id is in a header."""
        given = request.json()
        missing = [name for name in _CAMPAIGN if name not in given]
        if missing or not {"dailyBudget", "totalBudget"} & given.keys():
            what = missing[0] if missing else "dailyBudget"
            return input_error(400, "MISSING_FIELD", f"/{what} :: field is required")
        if given["account"] != f"urn:li:sponsoredAccount:{request.path['account']}":
            return input_error(400, "INVALID_VALUE_FOR_FIELD", "/account is of another account")
        number = 141_000_000 + request.next_number()
        stamp = {"time": milliseconds(request.now)}
        stamps = {"changeAuditStamps": {"created": stamp, "lastModified": stamp}}
        request.remember("campaigns", {**given, "id": number, **stamps})
        return httpx.Response(201, headers={"x-restli-id": str(number)})

    @route("GET", "/rest/adAccounts/{account}/adCampaigns")
    def find_campaigns(self, request: TwinRequest) -> httpx.Response:
        """Campaigns by name and group."""
        search = _query(request).get("search", "")
        account = f"urn:li:sponsoredAccount:{request.path['account']}"
        found = [
            campaign
            for campaign in request.state.get("campaigns", [])
            if campaign["account"] == account
            and f"name:(values:List({campaign['name']}))" in search
            and f"campaignGroup:(values:List({campaign['campaignGroup']}))" in search
        ]
        return httpx.Response(200, json={"elements": found, "metadata": {}})


def _version_refused(request: httpx.Request, now: datetime) -> httpx.Response | None:
    version = request.headers.get("linkedin-version", "")
    if not re.fullmatch(r"20\d\d(0[1-9]|1[0-2])", version):
        return error(400, "VERSION_MISSING", "A version must be present. Please specify a version")
    months = (now.year - int(version[:4])) * 12 + now.month - int(version[4:])
    if months > _LIVES_MONTHS:
        message = f"Requested version {version}01 is not active"
        return error(426, "NONEXISTENT_VERSION", message)
    if request.headers.get("x-restli-protocol-version") != "2.0.0":
        return error(400, "ILLEGAL_ARGUMENT", "X-Restli-Protocol-Version must be 2.0.0")
    return None


def _post_refused(given: dict[str, Any], state: dict[str, Json]) -> httpx.Response | None:
    for name in _REQUIRED:
        if name not in given:
            return input_error(400, "MISSING_FIELD", f"/{name} :: field is required")
    if given["author"] not in (MEMBER, PAGE):
        return error(403, "ACCESS_DENIED", f"no permission to publish as {given['author']}")
    for urn in _media(given.get("content") or {}):
        if media_status(state, urn) in (None, "WAITING_UPLOAD"):
            return input_error(400, "MEDIA_ASSET_WAITING_UPLOAD", f"{urn} is not available")
    for post in state.get("posts", []):
        if all(post.get(name) == given.get(name) for name in ("author", "commentary", "content")):
            return input_error(422, "DUPLICATE_POST", f"Content is a duplicate of {post['id']}")
    return None


def _media(content: dict[str, Any]) -> list[str]:
    several = (content.get("multiImage") or {}).get("images") or []
    single = content.get("media")
    return [media["id"] for media in [*several, *([single] if single else [])]]


def _query(request: TwinRequest) -> dict[str, str]:
    return dict(parse_qsl(request.request.url.query.decode(), keep_blank_values=True))


def _list(text: str) -> list[str]:
    inner = text.removeprefix("List(").removesuffix(")")
    return inner.split(",") if inner else []


def _time_range(text: str) -> dict[str, Json]:
    found = re.search(r"start:(\d+),end:(\d+)", text)
    return (
        {"timeRange": {"start": int(found.group(1)), "end": int(found.group(2))}} if found else {}
    )


def _numbers() -> dict[str, Json]:
    return {
        "impressionCount": 1200,
        "uniqueImpressionsCount": 800,
        "clickCount": 60,
        "likeCount": 25,
        "commentCount": 4,
        "shareCount": 3,
        "engagement": 0.0767,
    }
