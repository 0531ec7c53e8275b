"""X, played: keeps a connection's posts and media, and refuses what X refuses."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx

from connectors.x.sandbox_answers import PROBLEMS, invalid, problem
from connectors.x.sandbox_media import FIRST_ID, MediaTwin, keys_of, may_be_shown
from hub.connector_kit.sandbox import TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json, iso

USER = {"id": "2244994945", "name": "NeonHub Sandbox", "username": "neonhub_sandbox"}
SOMEONES_POST = "1346889436626259968"
"""A post of another user, which can be replied to and quoted."""

_FIELDS = frozenset(
    [
        "text",
        "media",
        "reply",
        "quote_tweet_id",
        "poll",
        "reply_settings",
        "community_id",
        "made_with_ai",
        "paid_partnership",
        "edit_options",
        "geo",
        "nullcast",
        "card_uri",
        "direct_message_deep_link",
        "for_super_followers_only",
        "share_with_followers",
    ]
)
_PUBLIC = ("repost", "reply", "like", "quote", "bookmark", "impression")
_PRIVATE = {"non_public_metrics": {"engagements": 4}, "organic_metrics": {"url_link_clicks": 1}}


class XTwin(MediaTwin):
    """Any text can be posted, but no text twice; media and posts are known by their ids."""

    credentials = {"accessToken": "c2FuZGJveC11c2VyLWNvbnRleHQtYWNjZXNzLXRva2Vu"}

    def authorized(self, request: httpx.Request) -> bool:
        """X takes a user's OAuth 2 token as bearer."""
        scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
        return scheme == "Bearer" and len(token) > 10

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """X's 404."""
        return problem(404, "", "Not Found", f"There is nothing at {request.url.path}.")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status, headers and body that X uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                reset = self.now + timedelta(seconds=failure.retry_after)
                limits = {
                    "x-rate-limit-limit": "100",
                    "x-rate-limit-remaining": "0",
                    "x-rate-limit-reset": f"{reset.timestamp():.0f}",
                }
                return problem(429, "", "Too Many Requests", "Too Many Requests", **limits)
            case Injection.REAUTH:
                return problem(401, "", "Unauthorized", "Unauthorized")
            case Injection.BUSINESS_ERROR:
                detail = "You are not allowed to create a Tweet with duplicate content."
                return problem(403, "", "Forbidden", detail)
            case _:
                detail = "Service Unavailable"
                return problem(503, "", "Service Unavailable", detail)

    @route("GET", "/2/users/me")
    def me(self, _request: TwinRequest) -> httpx.Response:
        """Whose token it is."""
        return httpx.Response(200, json={"data": USER})

    # ------------------------------------------------------------------ posts

    @route("POST", "/2/tweets")
    def create(self, request: TwinRequest) -> httpx.Response:
        """Publishes a post."""
        given = request.json()
        refused = _refused(given, request.state)
        if refused:
            return refused
        post = {
            "id": str(FIRST_ID + request.next_number()),
            "text": given["text"],
            "author_id": USER["id"],
            "created_at": iso(request.now),
            "lang": "en",
            **_attached(given, request.state),
        }
        request.remember("posts", post)
        shown = {"id": post["id"], "text": post["text"], "edit_history_post_ids": [post["id"]]}
        return httpx.Response(201, json={"data": shown})

    @route("DELETE", "/2/tweets/{id}")
    def delete(self, request: TwinRequest) -> httpx.Response:
        """Deletes one of the user's posts."""
        posts = request.state.get("posts", [])
        left = [post for post in posts if post["id"] != request.path["id"]]
        if len(left) == len(posts):
            detail = f"Could not find tweet with id: [{request.path['id']}]."
            return problem(404, "resource-not-found", "Not Found Error", detail)
        request.state["posts"] = left
        return httpx.Response(200, json={"data": {"deleted": True}})

    @route("GET", "/2/users/{id}/tweets")
    def timeline(self, request: TwinRequest) -> httpx.Response:
        """The user's posts since `start_time`, newest first."""
        since = request.request.url.params.get("start_time", "")
        found = [p for p in request.state.get("posts", []) if p["created_at"] >= since[:-1]]
        return _page(request, found, "pagination_token")

    @route("GET", "/2/tweets/search/recent")
    def search(self, request: TwinRequest) -> httpx.Response:
        """Posts with all plain words of the query, newest first."""
        words = request.request.url.params.get("query", "").lower().split()
        plain = [word for word in words if ":" not in word]
        found = [
            post
            for post in request.state.get("posts", [])
            if all(word in post["text"].lower() for word in plain)
        ]
        return _page(request, found, "next_token")

    @route("GET", "/2/tweets")
    def lookup(self, request: TwinRequest) -> httpx.Response:
        """Posts by id with their metrics; of unknown ids, problems beside them."""
        fields = request.request.url.params.get("post.fields", "")
        found, errors = _by_ids(request)
        data = [{**_public(post), **_private(fields)} for post in found]
        return httpx.Response(200, json=_partial(data, errors))

    @route("GET", "/2/tweets/analytics")
    def analytics(self, request: TwinRequest) -> httpx.Response:
        """Metrics in one bucket that begins at `start_time`."""
        begun = request.request.url.params.get("start_time")
        found, errors = _by_ids(request)
        bucket = {"timestamp": begun, "metrics": {"impressions": 120, "likes": 3}}
        data = [{"id": post["id"], "timestamped_metrics": [bucket]} for post in found]
        return httpx.Response(200, json=_partial(data, errors))


def _refused(given: dict[str, Any], state: dict[str, Json]) -> httpx.Response | None:
    posts = state.get("posts", [])
    known = {SOMEONES_POST, *(post["id"] for post in posts)}
    extra = given.keys() - _FIELDS
    if extra:
        return invalid(f"$.{min(extra)}: is not defined in the schema")
    if "text" not in given:
        return problem(400, "invalid-request", "Invalid Request", "text is required")
    ids = (given.get("media") or {}).get("media_ids", [])
    if not may_be_shown(ids, state):
        return invalid("Your media IDs are invalid.")
    referred = (given.get("reply") or {}).get("in_reply_to_tweet_id"), given.get("quote_tweet_id")
    if any(one is not None and one not in known for one in referred):
        detail = "You attempted to reply to a Tweet that is deleted or not visible to you."
        return problem(403, "", "Forbidden", detail)
    if given["text"] and any(post["text"] == given["text"] for post in posts):
        detail = "You are not allowed to create a Tweet with duplicate content."
        return problem(403, "", "Forbidden", detail)
    return None


def _attached(given: dict[str, Any], state: dict[str, Json]) -> dict[str, Json]:
    reply, quoted = given.get("reply"), given.get("quote_tweet_id")
    references = [
        *([{"type": "replied_to", "id": reply["in_reply_to_tweet_id"]}] if reply else []),
        *([{"type": "quoted", "id": quoted}] if quoted else []),
    ]
    keys = keys_of((given.get("media") or {}).get("media_ids", []), state)
    return {
        **({"referenced_posts": references} if references else {}),
        **({"attachments": {"media_keys": keys}} if keys else {}),
    }


def _public(post: dict[str, Any]) -> dict[str, Any]:
    return {**post, "public_metrics": {f"{name}_count": 0 for name in _PUBLIC}}


def _private(fields: str) -> dict[str, Json]:
    return {name: metrics for name, metrics in _PRIVATE.items() if name in fields.split(",")}


def _page(request: TwinRequest, found: list[dict[str, Any]], token: str) -> httpx.Response:
    params = request.request.url.params
    cursor, most = params.get(token) or "0", int(params.get("max_results", 10))
    if not cursor.isdigit():
        return invalid(f"{token} is not one that this search gave")
    start = int(cursor)
    page = [_public(post) for post in found[start : start + most]]
    meta: dict[str, Json] = {"result_count": len(page)}
    if start + most < len(found):
        meta["next_token"] = str(start + most)
    includes = {"includes": {"users": [USER]}} if page else {}
    return httpx.Response(200, json={**({"data": page} if page else {}), **includes, "meta": meta})


def _by_ids(request: TwinRequest) -> tuple[list[dict[str, Any]], list[Json]]:
    ids = request.request.url.params.get("ids", "").split(",")
    posts = {post["id"]: post for post in request.state.get("posts", [])}
    return [posts[one] for one in ids if one in posts], list(_missing(ids, posts))


def _missing(ids: list[str], posts: dict[str, Any]) -> Iterator[Json]:
    for one in ids:
        if one not in posts:
            yield {
                "value": one,
                "resource_id": one,
                "resource_type": "tweet",
                "parameter": "ids",
                "title": "Not Found Error",
                "detail": f"Could not find tweet with ids: [{one}].",
                "type": PROBLEMS + "resource-not-found",
            }


def _partial(data: list[dict[str, Any]], errors: list[Json]) -> dict[str, Json]:
    return {**({"data": data} if data else {}), **({"errors": errors} if errors else {})}
