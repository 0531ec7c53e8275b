"""Facebook, played: a Page with its posts, an ad account with campaigns, an ad set and an ad."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from hub.connector_kit.meta_sandbox import MetaTwin, missing, ok, only, page, parsed, refused
from hub.connector_kit.meta_sandbox import required as lacking
from hub.connector_kit.sandbox import TwinRequest, route

PAGE = "100000000000001"
ACCOUNT = "act_200000000000001"
AD_SET = "120210000000000001"
AD = "120210000000000002"
POST = f"{PAGE}_122100000000000001"
"""A post that the Page has from the beginning."""

_TIME = "%Y-%m-%dT%H:%M:%S+0000"
_POSTS = "/{version}/" + PAGE
_ADS = "/{version}/" + ACCOUNT


class FacebookTwin(MetaTwin):
    """URLs with `broken` in them cannot be fetched; videos are ready at the second look."""

    credentials = {
        "accessToken": "EAAG-sandbox-facebook-token",
        "pageAccessToken": "EAAG-sandbox-page-token",
        "appSecret": "sandbox-app-secret",
    }
    settings = {"pageId": PAGE, "adAccountId": ACCOUNT}

    def throttled(self, seconds: int) -> httpx.Response:
        """Too many calls of the ad account, whose wait is told in seconds."""
        usage = {
            "acc_id_util_pct": 100,
            "reset_time_duration": seconds,
            "ads_api_access_tier": "standard_access",
        }
        words = "User request limit reached"
        return refused(17, words, 2446079, x_ad_account_usage=json.dumps(usage))

    # ------------------------------------------------------------------ ads

    @route("POST", _ADS + "/campaigns")
    def create_campaign(self, request: TwinRequest) -> httpx.Response:
        """Makes a campaign, or only looks whether it could."""
        form = request.form()
        wrong = _wrong_campaign(form)
        if wrong:
            return wrong
        if "validate_only" in parsed(form, "execution_options", []):
            return ok({"success": True})
        campaign = {
            "id": f"1202100001{request.next_number():08d}",
            "name": form["name"],
            "objective": form["objective"],
            "status": form.get("status", "ACTIVE"),
            "created_time": request.now.strftime(_TIME),
        }
        request.remember("campaigns", campaign)
        return ok({"id": campaign["id"]})

    @route("GET", _ADS + "/campaigns")
    def list_campaigns(self, request: TwinRequest) -> httpx.Response:
        """The account's campaigns."""
        return page(request, [only(c, request) for c in request.state.get("campaigns", [])])

    @route("POST", _ADS + "/adcreatives")
    def create_creative(self, request: TwinRequest) -> httpx.Response:
        """Makes a creative of a story or of a post."""
        form = request.form()
        story = parsed(form, "object_story_spec", {})
        if not story and "object_story_id" not in form:
            return lacking("object_story_spec")
        if story and story.get("page_id") != PAGE:
            return refused(100, "Invalid parameter", 1487390)
        creative = {"id": f"1202100002{request.next_number():08d}", "name": form.get("name", "")}
        request.remember("creatives", creative)
        return ok({"id": creative["id"]})

    @route("GET", _ADS + "/adcreatives")
    def list_creatives(self, request: TwinRequest) -> httpx.Response:
        """The account's creatives."""
        return page(request, [only(c, request) for c in request.state.get("creatives", [])])

    @route("GET", _ADS + "/insights")
    def ad_insights(self, request: TwinRequest) -> httpx.Response:
        """A row for each of three days."""
        fields = request.request.url.params.get("fields", "").split(",")
        days = [(request.now - timedelta(days=n)).date().isoformat() for n in (3, 2, 1)]
        rows = [
            {**{name: str(100 * len(name)) for name in fields}, "date_start": d, "date_stop": d}
            for d in days
        ]
        return page(request, rows)

    # ------------------------------------------------------------------ posts

    @route("POST", _POSTS + "/feed")
    def create_post(self, request: TwinRequest) -> httpx.Response:
        """Posts words, a link, or photos that were uploaded before."""
        form = request.form()
        photos = [photo.get("media_fbid") for photo in parsed(form, "attached_media", [])]
        if not form.get("message") and not form.get("link") and not photos:
            return refused(100, "Invalid parameter. Nothing to publish", 1349125)
        known = {photo["id"] for photo in request.state.get("photos", [])}
        if not set(photos) <= known:
            return refused(100, "Invalid parameter: media_fbid", 2490085)
        wrong = _wrong_time(form, request.now)
        return wrong or ok({"id": _posted(form, request)["id"]})

    @route("POST", _POSTS + "/photos")
    def create_photo(self, request: TwinRequest) -> httpx.Response:
        """Uploads a photo, with a post of its own unless it stays unpublished."""
        form = request.form()
        wrong = _wrong_url(form, "url")
        if wrong:
            return wrong
        photo = {"id": f"1221000001{request.next_number():08d}"}
        request.remember("photos", photo)
        if form.get("published") == "false":
            return ok(photo)
        post = _posted({"message": form.get("caption", "")}, request)
        return ok({**photo, "post_id": post["id"]})

    @route("POST", _POSTS + "/videos")
    def create_video(self, request: TwinRequest) -> httpx.Response:
        """Takes a video to fetch and process."""
        form = request.form()
        wrong = _wrong_url(form, "file_url") or _wrong_time(form, request.now)
        if wrong:
            return wrong
        post = _posted({**form, "message": form.get("description", "")}, request)
        video = {
            "id": f"1221000002{request.next_number():08d}",
            "title": form.get("title", ""),
            "description": form.get("description", ""),
            "created_time": request.now.strftime(_TIME),
            "post_id": post["id"].partition("_")[2],
            "looks": 0,
            "broken": "unplayable" in form["file_url"],
        }
        request.remember("videos", video)
        return ok({"id": video["id"]})

    @route("GET", _POSTS + "/feed")
    def feed(self, request: TwinRequest) -> httpx.Response:
        """What the Page has published, since a time."""
        return page(request, [only(p, request) for p in _posts(request, scheduled=False)])

    @route("GET", _POSTS + "/scheduled_posts")
    def scheduled(self, request: TwinRequest) -> httpx.Response:
        """What the Page will publish."""
        return page(request, [only(p, request) for p in _posts(request, scheduled=True)])

    @route("GET", _POSTS + "/videos")
    def videos(self, request: TwinRequest) -> httpx.Response:
        """The Page's videos that are ready."""
        ready = [video for video in request.state.get("videos", []) if video["looks"] > 1]
        return page(request, [only(video, request) for video in ready])

    @route("GET", "/{version}/{owner}/insights")
    def insights(self, request: TwinRequest) -> httpx.Response:
        """Figures of the Page or of a post."""
        params, owner = request.request.url.params, request.path["owner"]
        posts = {POST, *(post["id"] for post in request.state.get("posts", []))}
        if owner not in {PAGE, *posts}:
            return missing(owner)
        names = [name for name in params.get("metric", "").split(",") if name]
        if not names:
            return refused(3001, "No metric was specified to be fetched.", 1504028)
        period = params.get("period", "lifetime")
        point = {"value": 42, "end_time": request.now.strftime(_TIME)}
        return ok(
            {
                "data": [
                    {"name": name, "period": period, "values": [point], "title": name}
                    for name in names
                ]
            }
        )

    # ------------------------------------------------------------------ nodes

    @route("GET", "/{version}/me")
    def me(self, _request: TwinRequest) -> httpx.Response:
        """Whose the token is."""
        return ok({"id": "61550000000001", "name": "NeonHub Sandbox"})

    @route("POST", "/{version}/{id}")
    def change(self, request: TwinRequest) -> httpx.Response:
        """Changes the ad set's status or what the ad shows."""
        form, id_ = request.form(), request.path["id"]
        if id_ == AD_SET and form.get("status") in {"ACTIVE", "PAUSED", "ARCHIVED", "DELETED"}:
            request.state["ad_set"] = form["status"]
            return ok({"success": True})
        if id_ != AD:
            return missing(id_) if id_ != AD_SET else lacking("status")
        creative = parsed(form, "creative", {}).get("creative_id")
        if creative not in [made["id"] for made in request.state.get("creatives", [])]:
            return missing(str(creative))
        request.state["ad"] = creative
        return ok({"success": True})

    @route("GET", "/{version}/{id}")
    def node(self, request: TwinRequest) -> httpx.Response:
        """The ad, the ad set or a video."""
        id_ = request.path["id"]
        if id_ == AD:
            creative = request.state.get("ad", "120210000200000000")
            return ok(only({"id": AD, "creative": {"id": creative}}, request))
        if id_ == AD_SET:
            return ok(only({"id": AD_SET, "status": request.state.get("ad_set")}, request))
        video = next((v for v in request.state.get("videos", []) if v["id"] == id_), None)
        if video is None:
            return missing(id_)
        video["looks"] += 1
        done = "error" if video["broken"] else "ready"
        status = {"video_status": done if video["looks"] > 1 else "processing"}
        return ok(only({**video, "status": status}, request))


def _wrong_campaign(form: dict[str, str]) -> httpx.Response | None:
    for name in ("name", "objective", "special_ad_categories"):
        if name not in form:
            return lacking(name)
    budget = form.get("daily_budget") or form.get("lifetime_budget")
    if not budget and "is_adset_budget_sharing_enabled" not in form:
        words = "Must specify True or False in is_adset_budget_sharing_enabled field"
        return refused(100, words, 4834011)
    if budget and int(budget) < 100:
        return refused(100, "Your budget is too low", 1885272)
    return None


def _wrong_url(form: dict[str, str], name: str) -> httpx.Response | None:
    if not form.get(name):
        return lacking(name)
    if "broken" in form[name]:
        return refused(324, "Missing or invalid image file", 2069019)
    return None


def _wrong_time(form: dict[str, str], now: datetime) -> httpx.Response | None:
    told = form.get("scheduled_publish_time")
    if told is None:
        return None
    if form.get("published") != "false":
        return refused(100, "A scheduled post must not be published", 1363041)
    ahead = datetime.fromtimestamp(int(told), UTC) - now
    if not timedelta(minutes=10) <= ahead <= timedelta(days=75):
        words = "The specified scheduled publish time is invalid."
        return refused(100, words, 1363041)
    return None


def _posted(form: dict[str, str], request: TwinRequest) -> dict[str, Any]:
    post: dict[str, Any] = {
        "id": f"{PAGE}_1221000000{request.next_number():08d}",
        "created_time": request.now.strftime(_TIME),
    }
    if form.get("message"):
        post["message"] = form["message"]
    if form.get("link"):
        post["attachments"] = {"data": [{"unshimmed_url": form["link"]}]}
    if form.get("scheduled_publish_time"):
        post["scheduled_publish_time"] = int(form["scheduled_publish_time"])
    request.remember("posts", post)
    return post


def _posts(request: TwinRequest, scheduled: bool) -> list[dict[str, Any]]:
    since = int(request.request.url.params.get("since", 0))
    now = int(request.now.timestamp())
    return [
        post
        for post in request.state.get("posts", [])
        if (post.get("scheduled_publish_time", 0) > now) is scheduled
        and datetime.strptime(post["created_time"], "%Y-%m-%dT%H:%M:%S%z").timestamp() >= since
    ]
