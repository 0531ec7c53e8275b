"""A WordPress site, played: posts, media and one user, in UTC, at any address."""

import base64
import html
import re
from datetime import datetime, timedelta
from email.utils import format_datetime

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

_V = "/wp-json/wp/v2"
_USER = {"id": 1, "name": "Herald", "slug": "herald", "roles": ["editor"]}
_FIRST_ID = 100
_STATUSES = ("publish", "future", "draft", "pending", "private")
_TYPES = {"png", "jpg", "jpeg", "gif", "webp", "pdf", "csv", "txt", "mp3", "mp4", "mov", "docx"}
_TEXTS = ("title", "content", "excerpt")
_REGISTERED_META = {"footnotes"}


def _refused(status: int, code: str, message: str, **data: Json) -> httpx.Response:
    body = {"code": code, "message": message, "data": {"status": status, **data}}
    return httpx.Response(status, json=body)


def _invalid(name: str, why: str) -> httpx.Response:
    message = f"Invalid parameter(s): {name}"
    return _refused(400, "rest_invalid_param", message, params={name: why})


class WordpressTwin(Twin):
    """Every site knows every user whose application password is not empty."""

    credentials = {"username": "herald", "applicationPassword": "abcd EFGH 1234 ijkl MNOP 6789"}
    settings = {"siteUrl": "https://blog.example.com"}
    # A host that refuses says nothing of when to come back.
    tells_wait = False

    def authorized(self, request: httpx.Request) -> bool:
        """WordPress takes Basic authentication with an application password."""
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme != "Basic":
            return False
        user, _, password = base64.b64decode(value).decode(errors="replace").partition(":")
        return bool(user and password)

    def answer(
        self, request: httpx.Request, state: dict[str, Json], now: datetime
    ) -> httpx.Response:
        """Routes come in the path, or with plain links in `rest_route`."""
        route_ = request.url.params.get("rest_route")
        if route_ is not None and request.url.path == "/":
            url = request.url.copy_with(path=f"/wp-json{route_}")
            request = httpx.Request(
                request.method, url, headers=request.headers, content=request.read()
            )
        answer = super().answer(request, state, now)
        answer.headers["Date"] = format_datetime(now, usegmt=True)
        return answer

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """WordPress's 404 for a route that it does not have."""
        del request
        why = "No route was found matching the URL and request method."
        return _refused(404, "rest_no_route", why)

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure as WordPress, or the host before it, shows it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                return httpx.Response(429, text="<html><body>Too Many Requests</body></html>")
            case Injection.REAUTH:
                why = "Sorry, you are not allowed to create posts as this user."
                return _refused(401, "rest_cannot_create", why)
            case Injection.BUSINESS_ERROR:
                return _invalid("status", "status is not one of publish, future, draft.")
            case _:
                why = "There has been a critical error on this website."
                return _refused(500, "internal_server_error", why)

    # ------------------------------------------------------------------ posts

    @route("POST", _V + "/posts")
    def create_post(self, request: TwinRequest) -> httpx.Response:
        """Keeps a post; one without any text is refused."""
        given = request.json()
        if not any(given.get(name) for name in _TEXTS):
            return _refused(400, "empty_content", "Content, title, and excerpt are empty.")
        made: dict[str, Json] = {
            "id": _FIRST_ID + request.next_number(),
            "date_gmt": _stamp(request.now),
            "modified_gmt": _stamp(request.now),
            "status": "draft",
            "type": "post",
            "author": _USER["id"],
            "featured_media": 0,
            "categories": [1],
            "tags": [],
            "format": "standard",
            "sticky": False,
            "comment_status": "open",
            "slug": "",
            "meta": dict.fromkeys(_REGISTERED_META, ""),
            **{name: {"raw": "", "rendered": ""} for name in _TEXTS},
        }
        refusal = _change(request, made, given)
        if refusal:
            return refusal
        request.remember("posts", made)
        return httpx.Response(201, json=made, headers={"Location": _address(request, made["id"])})

    @route("POST", _V + "/posts/{id}")
    def update_post(self, request: TwinRequest) -> httpx.Response:
        """Changes a post."""
        for post in _posts(request):
            if str(post["id"]) == request.path["id"]:
                post["modified_gmt"] = _stamp(request.now)
                return _change(request, post, request.json()) or httpx.Response(200, json=post)
        return _refused(404, "rest_post_invalid_id", "Invalid post ID.")

    @route("GET", _V + "/posts")
    def list_posts(self, request: TwinRequest) -> httpx.Response:
        """A page of posts; one past the end is refused."""
        params = request.request.url.params
        statuses = params.get("status", "publish").split(",")
        if not set(statuses) <= set(_STATUSES):
            return _invalid("status[0]", f"status[0] is not one of {', '.join(_STATUSES)}.")
        found = [post for post in _posts(request) if _wanted(post, params, statuses)]
        return _page(request, found, "post")

    # ------------------------------------------------------------------ media

    @route("POST", _V + "/media")
    def upload_media(self, request: TwinRequest) -> httpx.Response:
        """Keeps what a file is called and how large it is."""
        sent, params = request.request, request.request.url.params
        named = re.search(r'filename="([^";]+)"', sent.headers.get("content-disposition", ""))
        if not sent.read():
            return _refused(400, "rest_upload_no_data", "No data supplied.")
        if not named:
            why = "Invalid Content-Disposition supplied."
            return _refused(400, "rest_upload_invalid_disposition", why)
        stem, _, extension = named.group(1).rpartition(".")
        if extension.lower() not in _TYPES:
            why = "Sorry, you are not allowed to upload this file type."
            return _refused(500, "rest_upload_sideload_error", why)
        kept = request.state.get("media", [])
        number = sum(media["stem"] == stem for media in kept)
        name = f"{stem}-{number}.{extension}" if number else f"{stem}.{extension}"
        id_ = _FIRST_ID + request.next_number()
        media = {
            "id": id_,
            "stem": stem,
            "date_gmt": _stamp(request.now),
            "status": "inherit",
            "type": "attachment",
            "mime_type": sent.headers["content-type"],
            "media_details": {"filesize": len(sent.content)},
            "source_url": _site(request) + f"/wp-content/uploads/{request.now:%Y/%m}/{name}",
            "link": _site(request) + f"/{stem}/",
            "alt_text": params.get("alt_text", ""),
            "post": int(params["post"]) if "post" in params else None,
            **{name: _text(params.get(name, "")) for name in ("caption", "description")},
            "title": _text(params.get("title", stem)),
        }
        request.remember("media", media)
        return httpx.Response(201, json=media, headers={"Location": _address(request, id_)})

    @route("GET", _V + "/media")
    def list_media(self, request: TwinRequest) -> httpx.Response:
        """A page of media."""
        return _page(request, list(request.state.get("media", [])), "post")

    @route("GET", _V + "/users/me")
    def me(self, _request: TwinRequest) -> httpx.Response:
        """The user of the application password."""
        return httpx.Response(200, json=_USER)


def _change(request: TwinRequest, post: dict[str, Json], given: Json) -> httpx.Response | None:
    """Put what is given into a post; what WordPress does not know it ignores."""
    status = given.get("status", post["status"])
    if status not in _STATUSES:
        return _invalid("status", f"status is not one of {', '.join(_STATUSES)}.")
    meta = given.get("meta", {})
    post["meta"] = post["meta"] | {k: v for k, v in meta.items() if k in _REGISTERED_META}
    post |= {k: v for k, v in given.items() if k in post and k not in (*_TEXTS, "meta", "slug")}
    post |= {name: _text(given[name]) for name in _TEXTS if name in given}
    # A future date makes a published post wait; one less than a minute away publishes it.
    ahead = post["date_gmt"] >= _stamp(request.now + timedelta(minutes=1))
    if status in ("publish", "future"):
        status = "future" if ahead else "publish"
    post["status"] = status
    slug = given.get("slug") or post["slug"]
    if not slug and status not in ("draft", "pending"):
        slug = re.sub(r"[^a-z0-9]+", "-", post["title"]["raw"].lower()).strip("-")
    post["slug"] = _free_slug(request, slug, post["id"])
    post["link"] = (
        f"{_site(request)}/{post['slug']}/" if slug else f"{_site(request)}/?p={post['id']}"
    )
    return None


def _free_slug(request: TwinRequest, slug: str, id_: int) -> str:
    taken = {post["slug"] for post in _posts(request) if post["id"] != id_}
    numbered = (f"{slug}-{number}" for number in range(2, 1000))
    return slug if not slug or slug not in taken else next(s for s in numbered if s not in taken)


def _posts(request: TwinRequest) -> list[dict[str, Json]]:
    """The site's posts; a scheduled one whose time has come is published."""
    kept: list[dict[str, Json]] = request.state.get("posts", [])
    for post in kept:
        if post["status"] == "future" and post["date_gmt"] <= _stamp(request.now):
            post["status"] = "publish"
    return kept


def _wanted(post: dict[str, Json], params: httpx.QueryParams, statuses: list[str]) -> bool:
    searched = params.get("search", "").lower()
    lists = {name: params[name].split(",") for name in ("categories", "tags") if name in params}
    return (
        post["status"] in statuses
        and params.get("slug", post["slug"]) == post["slug"]
        and params.get("author", str(post["author"])) == str(post["author"])
        and (searched in post["title"]["raw"].lower() or searched in post["content"]["raw"].lower())
        and all({*map(str, post[name])} & {*wanted} for name, wanted in lists.items())
        and params.get("after", "")[:19] <= post["date_gmt"]
        and post["date_gmt"] <= params.get("before", "9")[:19]
    )


def _page(request: TwinRequest, found: list[dict[str, Json]], kind: str) -> httpx.Response:
    params = request.request.url.params
    key = {"id": "id", "modified": "modified_gmt", "slug": "slug"}.get(
        params.get("orderby", "date"), "date_gmt"
    )
    found.sort(key=lambda entry: entry[key], reverse=params.get("order", "desc") == "desc")
    page, size = int(params.get("page", 1)), int(params.get("per_page", 10))
    pages = -(-len(found) // size)
    if page > max(pages, 1):
        why = "The page number requested is larger than the number of pages available."
        return _refused(400, f"rest_{kind}_invalid_page_number", why)
    headers = {"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)}
    return httpx.Response(200, json=found[(page - 1) * size : page * size], headers=headers)


def _text(raw: str) -> dict[str, str]:
    return {"raw": raw, "rendered": html.escape(html.unescape(raw), quote=False)}


def _stamp(moment: datetime) -> str:
    """A moment as WordPress writes it: UTC without a zone, to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def _site(request: TwinRequest) -> str:
    return f"{request.request.url.scheme}://{request.request.url.host}"


def _address(request: TwinRequest, id_: int) -> str:
    return f"{_site(request)}{_V}/posts/{id_}"
