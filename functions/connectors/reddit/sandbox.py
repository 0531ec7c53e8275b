"""Reddit, played: campaigns and reports of ads, and the user's own posts and comments."""

import re
from datetime import datetime, timedelta
from typing import Any

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

AD_ACCOUNT = "a2_sandbox1"
AD_GROUP = "2100000000000000001"
USER = "neonhub_sandbox"

_ADS = "/api/v3"
_FIRST_ID = 2200000000000000000
_MISSING = "missing"
_METRICS = {"impressions": 1500, "clicks": 45, "spend": 12_500_000, "ctr": 0.03, "cpc": 277_778}
_CAMPAIGN_FIELDS = frozenset(
    {
        *("name", "configured_status", "objective", "type", "funding_instrument_id", "spend_cap"),
        *("special_ad_categories", "invoice_label", "app_id", "use_catalog", "goal_type"),
        *("is_campaign_budget_optimization", "goal_value", "start_time", "end_time"),
        *("bid_strategy", "bid_type", "bid_value", "optimization_goal", "schedule"),
        *("view_through_conversion_type", "conversion_pixel_id"),
    }
)
_REPORT_FIELDS = frozenset(
    {"starts_at", "ends_at", "fields", "breakdowns", "filter", "time_zone_id"}
)
_HOUR = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:00:00Z$")


def _ads_error(status: int, message: str, *fields: tuple[str, str]) -> httpx.Response:
    """How the Ads API says no."""
    error: dict[str, Json] = {"code": status, "message": message}
    if fields:
        error["fields"] = [{"field": field, "message": words} for field, words in fields]
    return httpx.Response(status, json={"error": error})


def _plain_error(status: int, message: str, **headers: str) -> httpx.Response:
    """How the API of posts says no, outside HTTP 200."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json={"message": message, "error": status}, headers=names)


def _errors(*errors: tuple[str, str, str]) -> httpx.Response:
    """How the API of posts says no, inside HTTP 200."""
    return httpx.Response(200, json={"json": {"errors": [list(error) for error in errors]}})


class RedditTwin(Twin):
    """One user with one ad account. Any subreddit is there but r/missing."""

    credentials = {
        "accessToken": "eyJhbGciOiJSUzI1NiJ9.sandbox.reddit",
        "refreshToken": "1-sandbox",
    }
    settings = {"adAccountId": AD_ACCOUNT}

    def authorized(self, request: httpx.Request) -> bool:
        """A bearer token, and a User-Agent that is not a library's."""
        agent = request.headers.get("user-agent", "")
        token = request.headers.get("authorization", "").startswith("Bearer ey")
        return token and not agent.startswith("python-httpx")

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """A path or a verb that Reddit does not have: both are 404."""
        if request.url.path.startswith(_ADS):
            return _ads_error(404, "Not Found")
        return _plain_error(404, "Not Found")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure as the API that was asked says it."""
        ads = self.host.startswith("ads")
        wait = str(failure.retry_after)
        match failure.kind:
            case Injection.RATE_LIMIT if ads:
                answer = _ads_error(429, "Too many requests")
                answer.headers["RateLimit"] = f'"campaign-management-write";r=0;t={wait}'
                answer.headers["RateLimit-Policy"] = '"campaign-management-write";q=200;w=60'
                return answer
            case Injection.RATE_LIMIT:
                words = f"You are doing that too much. Try again in {wait} seconds."
                return _errors(("RATELIMIT", words, "ratelimit"))
            case Injection.REAUTH if ads:
                return _ads_error(401, "Unauthorized")
            case Injection.REAUTH:
                told = 'Bearer realm="reddit", error="invalid_token"'
                return _plain_error(401, "Unauthorized", www_authenticate=told)
            case Injection.BUSINESS_ERROR if ads:
                return _ads_error(400, "Invalid request", ("name", "is too short"))
            case Injection.BUSINESS_ERROR:
                return _errors(("SUBREDDIT_NOEXIST", "that subreddit doesn't exist", "sr"))
            case _:
                return httpx.Response(503, text="upstream connect error")

    # ------------------------------------------------------------------ ads

    @route("GET", _ADS + "/me")
    def member(self, _request: TwinRequest) -> httpx.Response:
        """Who the token belongs to, at the Ads API."""
        return httpx.Response(200, json={"data": {"id": "t2_sandbox1", "reddit_username": USER}})

    @route("POST", _ADS + "/ad_accounts/{account}/campaigns")
    def create_campaign(self, request: TwinRequest) -> httpx.Response:
        """Keeps a campaign; answers 201."""
        if request.path["account"] != AD_ACCOUNT:
            return _ads_error(403, "You do not have permission for this ad account")
        data = request.json().get("data") or {}
        wrong = _wrong_fields(data, _CAMPAIGN_FIELDS, ("name", "configured_status", "objective"))
        if data.get("is_campaign_budget_optimization") and not data.get("conversion_pixel_id"):
            wrong.append(("conversion_pixel_id", "is required"))
        if wrong:
            return _ads_error(400, "Invalid request", *wrong)
        campaign = {
            **data,
            "id": str(_FIRST_ID + request.next_number()),
            "effective_status": data["configured_status"],
            "created_at": _iso(request.now),
        }
        request.remember("campaigns", campaign)
        return httpx.Response(201, json={"data": campaign})

    @route("GET", _ADS + "/ad_accounts/{account}/campaigns")
    def list_campaigns(self, request: TwinRequest) -> httpx.Response:
        """Pages of campaigns."""
        if request.path["account"] != AD_ACCOUNT:
            return _ads_error(403, "You do not have permission for this ad account")
        asked = request.request.url.params.get("id")
        campaigns = request.state.get("campaigns", [])
        wanted = asked.split(",") if asked else [one["id"] for one in campaigns]
        page, pagination = _page(request, [one for one in campaigns if one["id"] in wanted])
        return httpx.Response(200, json={"data": page, "pagination": pagination})

    @route("PATCH", _ADS + "/campaigns/{id}")
    def update_campaign(self, request: TwinRequest) -> httpx.Response:
        """Sets the budget of a campaign with budget optimization."""
        data, campaigns = request.json().get("data") or {}, request.state.get("campaigns", [])
        for campaign in campaigns:
            if campaign["id"] == request.path["id"]:
                own = campaign.get("is_campaign_budget_optimization") or campaign.get("type")
                if "goal_value" in data and not own:
                    return _ads_error(400, "Invalid request", ("goal_value", "only with CBO"))
                campaign.update(data)
                return httpx.Response(200, json={"data": campaign})
        return _ads_error(404, "Campaign not found")

    @route("PATCH", _ADS + "/ad_groups/{id}")
    def update_ad_group(self, request: TwinRequest) -> httpx.Response:
        """Sets the budget of the one ad group there is."""
        data = request.json().get("data") or {}
        if request.path["id"] != AD_GROUP:
            return _ads_error(404, "Ad group not found")
        if "goal_type" in data:
            return _ads_error(400, "Invalid request", ("goal_type", "is not allowed"))
        kept = {"id": AD_GROUP, "name": "Everyone", **request.state.get("ad_group", {}), **data}
        request.state["ad_group"] = kept
        return httpx.Response(200, json={"data": kept})

    @route("POST", _ADS + "/ad_accounts/{account}/reports")
    def report(self, request: TwinRequest) -> httpx.Response:
        """A row for each day; numbers made up, names in lower case."""
        data = request.json().get("data") or {}
        wrong = _wrong_fields(data, _REPORT_FIELDS, ("starts_at", "ends_at", "fields"))
        for name in ("starts_at", "ends_at"):
            if not _HOUR.match(str(data.get(name))):
                wrong.append((name, "must follow YYYY-MM-DDTHH:00:00Z"))
        if wrong:
            return _ads_error(400, "Invalid request", *wrong)
        metrics = {field.lower(): _METRICS.get(field.lower(), 0) for field in data["fields"]}
        by_day = "DATE" in (data.get("breakdowns") or ())
        days = _days(data["starts_at"], data["ends_at"]) if by_day else [{}]
        page, pagination = _page(request, [{**day, **metrics} for day in days])
        report = {"metrics": page, "metrics_updated_at": _iso(request.now)}
        return httpx.Response(200, json={"data": report, "pagination": pagination})

    # ------------------------------------------------------------------ posts and comments

    @route("GET", "/api/v1/me")
    def me(self, _request: TwinRequest) -> httpx.Response:
        """Who the token belongs to."""
        return _within_limits({"id": "sandbox1", "name": USER, "has_verified_email": True})

    @route("POST", "/api/submit")
    def submit(self, request: TwinRequest) -> httpx.Response:
        """Keeps a post, unless the subreddit is r/missing or has the link already."""
        form = request.form()
        if form.get("api_type") != "json":
            return httpx.Response(200, json={"jquery": [], "success": False})
        if form.get("sr", "").lower() in ("", _MISSING):
            return _errors(("SUBREDDIT_NOEXIST", "that subreddit doesn't exist", "sr"))
        if not form.get("title"):
            return _errors(("NO_TEXT", "we need something here", "title"))
        kind, link = form.get("kind"), form.get("url")
        if kind not in ("self", "link") or (kind == "link") != bool(link):
            return _errors(("BAD_URL", "you should check that url", "url"))
        known = [one["url"] for one in request.state.get("submitted", [])]
        if link in known and form.get("resubmit") != "true":
            return _errors(("ALREADY_SUB", "that link has already been submitted", "url"))
        identity = _base36(request.next_number())
        path = f"/r/{form['sr']}/comments/{identity}/post/"
        post = {
            "name": f"t3_{identity}",
            "subreddit": form["sr"],
            "title": form["title"],
            "selftext": form.get("text", ""),
            "url": link or f"https://www.reddit.com{path}",
            "permalink": path,
            "created_utc": request.now.timestamp(),
        }
        request.remember("submitted", post)
        data = {"id": identity, "name": post["name"], "url": f"https://www.reddit.com{path}"}
        return _within_limits({"json": {"errors": [], "data": {**data, "drafts_count": 0}}})

    @route("POST", "/api/comment")
    def comment(self, request: TwinRequest) -> httpx.Response:
        """Keeps a comment; what it is on is not looked at, but t3_gone is deleted."""
        form = request.form()
        if form.get("thing_id", "") in ("", "t3_gone"):
            return _errors(("DELETED_LINK", "the link you are commenting on is gone", "parent"))
        if not form.get("text"):
            return _errors(("NO_TEXT", "we need something here", "text"))
        identity = _base36(request.next_number())
        comment = {
            "name": f"t1_{identity}",
            "id": identity,
            "parent_id": form["thing_id"],
            "body": form["text"],
            "permalink": f"/r/sandbox/comments/1a2b3c/post/{identity}/",
            "created_utc": request.now.timestamp(),
        }
        request.remember("comments", comment)
        things = [{"kind": "t1", "data": comment}]
        return _within_limits({"json": {"errors": [], "data": {"things": things}}})

    @route("GET", "/user/{name}/{what}")
    def own(self, request: TwinRequest) -> httpx.Response:
        """The user's own posts or comments, newest first."""
        what = request.path["what"]
        if request.path["name"] != USER or what not in ("submitted", "comments"):
            return _plain_error(404, "Not Found")
        limit = int(request.request.url.params.get("limit", 25))
        kept = request.state.get(what, [])
        children = [{"kind": "t3", "data": one} for one in kept[:limit]]
        after = kept[limit - 1]["name"] if len(kept) > limit else None
        return _within_limits({"kind": "Listing", "data": {"children": children, "after": after}})


def _within_limits(body: Json) -> httpx.Response:
    """An answer with the headers that count down the window of ten minutes."""
    headers = {
        "x-ratelimit-used": "3",
        "x-ratelimit-remaining": "997.0",
        "x-ratelimit-reset": "421",
    }
    return httpx.Response(200, json=body, headers=headers)


def _wrong_fields(
    data: dict[str, Any], known: frozenset[str], required: tuple[str, ...]
) -> list[tuple[str, str]]:
    missing = [(name, "is required") for name in required if not data.get(name)]
    return missing + [(name, "is not allowed") for name in data if name not in known]


def _page(request: TwinRequest, entries: list[Json]) -> tuple[list[Json], Json]:
    """A page by `page.token`, the number of entries already given, with the next one's URL."""
    url = request.request.url
    size, start = int(url.params.get("page.size", 50)), int(url.params.get("page.token", 0))
    following = url.copy_set_param("page.token", str(start + size))
    more = start + size < len(entries)
    return entries[start : start + size], {"next_url": str(following) if more else None}


def _days(first: str, last: str) -> list[Json]:
    start, end = (datetime.fromisoformat(text) for text in (first, last))
    count = -(-(end - start) // timedelta(days=1))
    return [{"date": f"{start + timedelta(days=n):%Y-%m-%d}"} for n in range(count)]


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text, rest = "", 60_466_176 + number
    while rest:
        rest, digit = divmod(rest, 36)
        text = digits[digit] + text
    return text
