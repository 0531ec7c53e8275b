"""Instagram, played: containers that take a moment, posts, a conversation, a quota that fills."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from hub.connector_kit.meta_sandbox import MetaTwin, missing, ok, only, page, parsed, refused
from hub.connector_kit.meta_sandbox import required as lacking
from hub.connector_kit.sandbox import TwinRequest, route

USER = "17841400000000001"
MEDIA = "17900000000000001"
"""A post that the account has from the beginning."""

HIDDEN = "666"
"""Sending a message here is refused as Meta refuses one outside the 24 hours."""

_QUOTA = 100
_PATH = "/{version}/{user}"
_TIME = "%Y-%m-%dT%H:%M:%S+0000"
_FIRST = {
    "id": MEDIA,
    "caption": "Hello from the sandbox",
    "media_type": "IMAGE",
    "media_product_type": "FEED",
    "timestamp": "2026-01-01T09:00:00+0000",
    "permalink": "https://www.instagram.com/p/DSandbox000/",
}


class InstagramTwin(MetaTwin):
    """Images are ready at once, videos at the second look; URLs with `broken` in them never."""

    credentials = {
        "accessToken": "EAAG-sandbox-instagram-token",
        "appSecret": "sandbox-app-secret",
    }
    settings = {"igUserId": USER}
    # It tells whole minutes.
    tells_wait = False

    @route("POST", _PATH + "/media")
    def create(self, request: TwinRequest) -> httpx.Response:
        """Makes a container."""
        form = request.form()
        if request.path["user"] != USER:
            return missing(request.path["user"])
        wrong = _wrong(form, request)
        if wrong:
            return wrong
        container = {
            "id": f"1788945{request.next_number():010d}",
            "form": form,
            "made": request.now.isoformat(),
            "looks": 0,
            "published": False,
        }
        request.remember("containers", container)
        return ok({"id": container["id"]})

    @route("POST", _PATH + "/media_publish")
    def publish(self, request: TwinRequest) -> httpx.Response:
        """Makes a post of a container that is ready."""
        creation_id = request.form().get("creation_id")
        if not creation_id:
            return lacking("creation_id")
        container = _kept(request, "containers", creation_id)
        if container is None:
            words = f"The media builder with creation id = {creation_id} does not exist"
            return refused(24, words, 2207008)
        if container["published"]:
            return refused(-1, "Media has been published already", 2207032)
        if _status(container, request) != "FINISHED":
            return refused(9007, "Media ID is not available", 2207027)
        if len(request.state.get("media", [])) >= _QUOTA:
            return refused(9, "Application request limit reached", 2207042)
        container["published"] = True
        return ok({"id": _posted(container, request)["id"]})

    @route("GET", _PATH + "/media")
    def list_media(self, request: TwinRequest) -> httpx.Response:
        """The account's posts and reels, newest first."""
        return self._listed(request, "FEED", "REELS")

    @route("GET", _PATH + "/stories")
    def list_stories(self, request: TwinRequest) -> httpx.Response:
        """The account's stories."""
        return self._listed(request, "STORY")

    def _listed(self, request: TwinRequest, *kinds: str) -> httpx.Response:
        every = [*request.state.get("media", []), _FIRST]
        items = [media for media in every if media["media_product_type"] in kinds]
        return page(request, [only(item, request) for item in items])

    @route("GET", _PATH + "/content_publishing_limit")
    def limit(self, request: TwinRequest) -> httpx.Response:
        """How much of the quota is used."""
        used = len(request.state.get("media", []))
        config = {"quota_total": _QUOTA, "quota_duration": 86400}
        return ok({"data": [{"config": config, "quota_usage": used}]})

    @route("POST", _PATH + "/messages")
    def send(self, request: TwinRequest) -> httpx.Response:
        """Adds a message to the conversation with its recipient."""
        form = request.form()
        recipient, message = parsed(form, "recipient", {}), parsed(form, "message", {})
        if not recipient.get("id") or not message.get("text"):
            return lacking("recipient" if not recipient.get("id") else "message")
        if recipient["id"] == HIDDEN and form.get("tag") != "HUMAN_AGENT":
            words = "This message is sent outside of allowed window."
            return refused(10, words, 2534022)
        kept = {
            "id": f"aWdfZAG1faXRlbToxO{request.next_number():06d}",
            "created_time": request.now.strftime(_TIME),
            "from": {"id": USER, "username": "neonhub.sandbox"},
            "message": message["text"],
        }
        request.remember(f"messages.{recipient['id']}", kept)
        return ok({"recipient_id": recipient["id"], "message_id": kept["id"]})

    @route("GET", _PATH + "/conversations")
    def conversations(self, request: TwinRequest) -> httpx.Response:
        """The one conversation with somebody."""
        who = request.request.url.params.get("user_id", "")
        return ok({"data": [{"id": f"aWdGGiblWZ{who}"}] if who else []})

    @route("GET", _PATH + "/insights")
    def insights(self, request: TwinRequest) -> httpx.Response:
        """Figures that grow with the clock's day, of the account or of a post."""
        params, owner = request.request.url.params, request.path["user"]
        if owner != USER and not _media(request, owner):
            return missing(owner)
        names = [name for name in params.get("metric", "").split(",") if name]
        if not names:
            return lacking("metric")
        period = params.get("period", "lifetime")
        return ok({"data": [_figure(name, period, owner, request) for name in names]})

    @route("GET", "/{version}/{id}")
    def node(self, request: TwinRequest) -> httpx.Response:
        """The account, a container, a post or a conversation."""
        id_ = request.path["id"]
        if id_ == USER:
            count = len(request.state.get("media", [])) + 1
            account = {"id": USER, "username": "neonhub.sandbox", "media_count": count}
            return ok(only(account, request))
        container = _kept(request, "containers", id_)
        if container:
            return ok(_looked_at(container, request))
        media = _media(request, id_)
        if media:
            return ok(only(media, request))
        if id_.startswith("aWdGGiblWZ"):
            kept = request.state.get(f"messages.{id_.removeprefix('aWdGGiblWZ')}", [])[:20]
            return ok({"id": id_, "messages": {"data": kept}})
        return missing(id_)


def _kept(request: TwinRequest, kind: str, id_: str) -> dict[str, Any] | None:
    kept = request.state.get(kind, [])
    return next((item for item in kept if item["id"] == id_), None)


def _media(request: TwinRequest, id_: str) -> dict[str, Any] | None:
    return _FIRST if id_ == MEDIA else _kept(request, "media", id_)


def _wrong(form: dict[str, str], request: TwinRequest) -> httpx.Response | None:
    """What Instagram would refuse in a container's fields."""
    kind = form.get("media_type", "IMAGE")
    if kind == "CAROUSEL":
        children = parsed(form, "children", [])
        if not 2 <= len(children) <= 10:
            return refused(36003, "Invalid number of attachments in an album", 2207009)
        states = [_status(_kept(request, "containers", child), request) for child in children]
        return None if set(states) == {"FINISHED"} else refused(9007, "Not available", 2207027)
    url = form.get("image_url") or form.get("video_url")
    if not url:
        return lacking("image_url" if kind in {"IMAGE", "STORIES"} else "video_url")
    if kind == "REELS" and "video_url" not in form:
        return lacking("video_url")
    if not url.startswith("https://"):
        return refused(9004, "Only photo or video can be accepted as media type.", 2207052)
    if len(form.get("caption", "")) > 2200:
        return refused(36004, "The caption was too long.", 2207010)
    return None


def _status(container: dict[str, Any] | None, request: TwinRequest) -> str:
    if container is None:
        return "EXPIRED"
    if container["published"]:
        return "PUBLISHED"
    if request.now.isoformat() > _after_a_day(container):
        return "EXPIRED"
    url = container["form"].get("image_url") or container["form"].get("video_url") or ""
    if "broken" in url:
        return "ERROR"
    waiting = "video_url" in container["form"] and container["looks"] < 2
    return "IN_PROGRESS" if waiting else "FINISHED"


def _after_a_day(container: dict[str, Any]) -> str:
    return (datetime.fromisoformat(container["made"]) + timedelta(days=1)).isoformat()


def _looked_at(container: dict[str, Any], request: TwinRequest) -> dict[str, Any]:
    container["looks"] += 1
    status = _status(container, request)
    words = {
        "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
        "ERROR": "Error: Media upload has failed with error code 2207026",
    }.get(status, status.replace("_", " ").capitalize())
    return {"id": container["id"], "status_code": status, "status": words}


def _posted(container: dict[str, Any], request: TwinRequest) -> dict[str, Any]:
    number = request.next_number()
    kind = container["form"].get("media_type", "IMAGE")
    media = {
        "id": f"1790545{number:010d}",
        "caption": container["form"].get("caption"),
        "media_type": "VIDEO" if "video_url" in container["form"] else "IMAGE",
        "media_product_type": {"STORIES": "STORY", "REELS": "REELS"}.get(kind, "FEED"),
        "timestamp": request.now.strftime(_TIME),
        "permalink": f"https://www.instagram.com/p/DSandbox{number:03d}/",
    }
    request.remember("media", {key: value for key, value in media.items() if value is not None})
    return media


def _figure(name: str, period: str, owner: str, request: TwinRequest) -> dict[str, Any]:
    figure: dict[str, Any] = {
        "name": name,
        "period": period,
        "title": name.replace("_", " ").capitalize(),
        "description": f"Sandbox figure of {name}",
        "id": f"{owner}/insights/{name}/{period}",
    }
    value = 100 + 7 * len(name) + request.now.timetuple().tm_yday
    if request.request.url.params.get("metric_type") == "total_value":
        return {**figure, "total_value": {"value": value}}
    return {
        **figure,
        "values": [{"value": value, "end_time": request.now.strftime(_TIME)}],
    }
