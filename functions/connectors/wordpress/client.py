"""A WordPress site's REST API, wp/v2.

Contract: https://developer.wordpress.org/rest-api/reference/, read 2026-11, and observed on a
WordPress 6.1.9 server. Looking up posts and media whose creation got no answer is in `read_back`.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from connectors.wordpress.read_back import WordpressReadBack, plain
from connectors.wordpress.spec import (
    CreatePost,
    ListPosts,
    PostFields,
    SchedulePost,
    UpdatePost,
    UploadMedia,
)
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.fence import site_url
from hub.connector_kit.media import OpenMedia
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.waits import number
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, invalid

NAMESPACE = "/wp/v2"
PAST_THE_END = "rest_post_invalid_page_number"
LEAST_WAIT = timedelta(minutes=1)

_SHOWN = "id,title,status,slug,link,date_gmt,modified_gmt,author,categories,tags,featured_media"


def _reason(answer: Answer) -> Reason:
    """WordPress's code and words, with the parameters it names; else what the host says."""
    if isinstance(answer.body, dict) and isinstance(answer.body.get("code"), str):
        words = [plain(str(answer.body.get("message") or ""))]
        data = answer.body.get("data")
        params = data.get("params") if isinstance(data, dict) else None
        if isinstance(params, dict):
            words += [f"{name}: {why}" for name, why in params.items()]
        return Reason(answer.body["code"], "; ".join(words))
    if 300 <= answer.status < 400:
        where = answer.headers.get("location", "elsewhere")
        return Reason(message=f"the site redirects to {where}; set siteUrl to where it really is")
    if isinstance(answer.body, dict | list):
        return Reason()
    hint = "the site's answer is not JSON; is the REST API there, and permalinks set right?"
    if answer.status < 300:
        return Reason("NOT_JSON", hint)
    return Reason(message=hint if answer.status == 404 else None)


TABLE = OutcomeTable(
    rows=(
        # WordPress says HTTP 500 of a file that it does not want.
        *rows(Verdict.INVALID, "rest_upload_sideload_error", "rest_upload_unknown_error"),
        # A site that prints a warning before its JSON has done the work all the same.
        Row(Verdict.AMBIGUOUS, status=(200, 299), code="NOT_JSON"),
    ),
    reason=_reason,
)


class WordpressClient:
    """Calls one site. Credentials: `username`, `applicationPassword`. Settings: `siteUrl`."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._plain_links = context.setting("permalinks").lower() == "false"
        self._site, self._refusal = _checked_site(context)
        known = context.credentials
        user = (known["username"], known["applicationPassword"])
        self._http = PlatformClient(context, self._site, TABLE, auth=user)

    def create_post(self, given: CreatePost) -> Outcome:
        """POST /posts. WordPress has no idempotency key: see `reconcile`."""
        return self._save("/posts", _body(given), Effect.WRITE, given)

    def schedule_post(self, given: SchedulePost) -> Outcome:
        """POST /posts with status `future`."""
        return self._too_soon(given.date) or self._save(
            "/posts", {**_body(given), "status": "future"}, Effect.WRITE, given
        )

    def update_post(self, given: UpdatePost) -> Outcome:
        """POST /posts/{id}. Saying the same again changes nothing."""
        too_soon = self._too_soon(given.date) if given.status == "future" and given.date else None
        return too_soon or self._save(
            f"/posts/{given.id}", _body(given), Effect.IDEMPOTENT_WRITE, given
        )

    def _too_soon(self, date: datetime) -> Outcome | None:
        """WordPress publishes at once what is to wait for less than a minute (wp_insert_post)."""
        if date - self._context.clock.now() >= LEAST_WAIT:
            return None
        return invalid(
            "TIME_TOO_SOON", "date must be at least a minute away, or it is not waited for"
        )

    def upload_media(self, given: UploadMedia) -> Outcome:
        """POST /media with the raw bytes; what else is told of them stands in the query."""
        opened = self._context.media.open(given.media)
        return self._call(
            "POST",
            "/media",
            Effect.WRITE,
            _media,
            params=given.model_dump(exclude_none=True, exclude={"media"}),
            content=opened.pieces(),
            headers={
                "Content-Type": opened.content_type,
                "Content-Length": str(opened.size),
                "Content-Disposition": disposition(full_name(opened)),
            },
        )

    def list_posts(self, given: ListPosts) -> Outcome:
        """GET /posts, one page; the cursor is the next page's number."""
        page = int(given.cursor or 1)
        fields = given.model_dump(mode="json", exclude_none=True, exclude={"limit", "cursor"})
        lists = {name: ",".join(map(str, v)) for name, v in fields.items() if isinstance(v, list)}
        params = {**fields, **lists, "per_page": given.limit, "page": page, "_fields": _SHOWN}
        outcome = self._call(
            "GET",
            "/posts",
            Effect.READ,
            lambda answer: _page(answer, page),
            whole=True,
            params=params,
        )
        if page > 1 and outcome.code == PAST_THE_END:
            # Posts went away since the page before.
            return Outcome(kind=OutcomeKind.OK, data={"posts": [], "total": None, "cursor": None})
        return outcome

    def test_connection(self, _given: NoInput) -> Outcome:
        """GET /users/me in the context that only the user himself may read."""
        return self._call("GET", "/users/me", Effect.READ, _user, params={"context": "edit"})

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks among the newest posts or media for the one of this call."""
        del action
        look = WordpressReadBack(self._newest, self._context.clock.now(), since)
        match given:
            case CreatePost():
                return look.post(given)
            case SchedulePost():
                return look.scheduled(given)
            case UploadMedia():
                name = full_name(self._context.media.open(given.media))
                return look.media(given, ascii_name(name))
            case _:
                return ReadBack(Reconciliation.UNKNOWN)

    def _newest(self, route: str, params: dict[str, Json]) -> Answer | None:
        page = {"context": "edit", "orderby": "id", "order": "desc", **params}
        outcome = self._call("GET", route, Effect.READ, whole=True, params=page)
        answer: Answer = outcome.data
        return answer if outcome.ok and isinstance(answer.body, list) else None

    def _save(self, route: str, body: Json, effect: Effect, given: PostFields) -> Outcome:
        return self._call("POST", route, effect, lambda post: _saved(post, given), json=body)

    def _call(
        self,
        method: str,
        route: str,
        effect: Effect,
        read: Callable[[Any], Json] = lambda answer: answer,
        *,
        whole: bool = False,
        params: dict[str, Json] | None = None,
        **request: Any,
    ) -> Outcome:
        if self._refusal:
            return self._refusal
        path, query = f"/wp-json{NAMESPACE}{route}", params or {}
        if self._plain_links:
            path, query = "/", {"rest_route": f"{NAMESPACE}{route}", **query}
        return self._http.call(
            method, path, effect, read, whole=whole, params=query or None, **request
        )


def _checked_site(context: ClientContext) -> tuple[str, Outcome | None]:
    """The site's address; why it cannot be called, if so."""
    address = context.setting("siteUrl").rstrip("/")
    if not address:
        return "", invalid("NO_SITE", "set siteUrl in the connection's settings")
    try:
        site_url(address, context.private_hosts)
        if urlsplit(address).query or urlsplit(address).fragment:
            raise ValueError("must end before ? and #")
    except ValueError as error:
        return "", invalid("SITE_FORBIDDEN", f"siteUrl {error}")
    return address, None


def full_name(opened: OpenMedia) -> str:
    """A file's name with an extension: WordPress takes no file without one."""
    if "." in opened.filename.strip("."):
        return opened.filename
    import mimetypes

    return opened.filename + (mimetypes.guess_extension(opened.content_type) or "")


def disposition(filename: str) -> str:
    """The Content-Disposition of an upload, by RFC 6266 and RFC 5987.

    WordPress reads `filename` only, takes no escapes in it and ends it at a semicolon.
    """
    safe = ascii_name(filename)
    header = f'attachment; filename="{safe}"'
    return header if safe == filename else f"{header}; filename*=UTF-8''{quote(filename, safe='')}"


def ascii_name(filename: str) -> str:
    """A file's name in letters, digits, underscores and dashes, with its extension."""
    decomposed = unicodedata.normalize("NFKD", filename.replace("ß", "ss"))
    stem, dot, extension = decomposed.encode("ascii", "ignore").decode().rpartition(".")
    name = re.sub(r"[^A-Za-z0-9_]+", "-", stem if dot else extension).strip("-") or "media"
    return f"{name}{dot}{re.sub('[^A-Za-z0-9]', '', extension)}" if dot else name


def _body(given: PostFields) -> dict[str, Json]:
    """A post as WordPress takes it; a date goes in UTC, which WordPress wants without a zone."""
    body = given.model_dump(exclude_none=True, exclude={"id", "date"})
    date: datetime | None = getattr(given, "date", None)
    if date is not None:
        body["date_gmt"] = date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return body


def _saved(post: Any, given: PostFields) -> Json:
    kept = post.get("meta")
    ignored = sorted((given.meta or {}).keys() - (kept if isinstance(kept, dict) else {}).keys())
    return {
        "id": post["id"],
        "link": post["link"],
        "status": post["status"],
        "slug": post["slug"],
        "dateGmt": post["date_gmt"],
        "ignoredMeta": ignored,
    }


def _media(media: Any) -> Json:
    return {
        "id": media["id"],
        "sourceUrl": media["source_url"],
        "mimeType": media["mime_type"],
        "link": media["link"],
    }


def _page(answer: Answer, page: int) -> Json:
    pages = number(answer.headers.get("x-wp-totalpages")) or 0
    total = number(answer.headers.get("x-wp-total"))
    posts = [
        {
            "id": post["id"],
            "title": plain(post["title"]["rendered"]),
            "status": post["status"],
            "slug": post["slug"],
            "link": post["link"],
            "dateGmt": post["date_gmt"],
            "modifiedGmt": post["modified_gmt"],
            "author": post.get("author"),
            "categories": post.get("categories", []),
            "tags": post.get("tags", []),
            "featuredMedia": post.get("featured_media"),
        }
        for post in answer.body
    ]
    following = str(page + 1) if page < pages else None
    return {"posts": posts, "total": None if total is None else int(total), "cursor": following}


def _user(user: Any) -> Json:
    return {"id": user["id"], "name": user["name"], "roles": user.get("roles", [])}
