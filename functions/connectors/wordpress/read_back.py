"""Looking on a WordPress site for posts and media whose creation got no answer.

WordPress gives new things growing ids, so what a call made is among the newest. It does not tell
when a scheduled post was made, only when it will appear; one with a lower id than a post known to
be older than the call is older too.
"""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from connectors.wordpress.spec import CreatePost, NewPost, SchedulePost, UploadMedia
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.outcomes import Answer
from hub.domain.model import Json
from hub.domain.outcome import Reconciliation

_PAGE = 100
_STATUSES = "publish,future,draft,pending,private"
_POST_FIELDS = "id,title,content,excerpt,status,slug,link,date_gmt,meta"
_MEDIA_FIELDS = "id,title,date_gmt,source_url,mime_type,link"

UNKNOWN = ReadBack(Reconciliation.UNKNOWN)
NOT_DONE = ReadBack(Reconciliation.NOT_DONE)

type Newest = Callable[[str, dict[str, Json]], Answer | None]
"""Reads the newest entries of a route; None if the site does not show them."""


class WordpressReadBack:
    """What was made on a site since a time, by that site's own clock."""

    def __init__(self, newest: Newest, now: datetime, since: datetime) -> None:
        self._newest = newest
        self._now = now
        self._since = since

    def post(self, given: CreatePost) -> ReadBack:
        """The new post with the same texts."""
        made = self._made("/posts", {"status": _STATUSES, "_fields": _POST_FIELDS})
        return _verdict(made, lambda post: _alike(post, given))

    def scheduled(self, given: SchedulePost) -> ReadBack:
        """The post for the same time with the same texts."""
        wanted = given.date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        made = self._made("/posts", {"status": _STATUSES, "_fields": _POST_FIELDS})
        if made is not None:
            made = [post for post in made if post["date_gmt"] == wanted]
        return _verdict(made, lambda post: _alike(post, given))

    def media(self, given: UploadMedia, filename: str) -> ReadBack:
        """The new media with the file's name, which WordPress may have given a number."""
        made = self._made("/media", {"_fields": _MEDIA_FIELDS})
        stem = re.escape(_letters(filename.rpartition(".")[0] or filename))

        def alike(media: dict[str, Any]) -> bool | None:
            path = urlsplit(media["source_url"]).path.rpartition("/")[2]
            name = _letters(path.rpartition(".")[0])
            titled = given.title is None or plain(media["title"]["raw"]) == plain(given.title)
            return bool(re.fullmatch(rf"{stem}\d*(scaled|rotated)?", name)) and titled

        return _verdict(made, alike)

    def _made(self, route: str, params: dict[str, Json]) -> list[dict[str, Any]] | None:
        """What may have been made since the call; None if the site does not show all of it."""
        answer = self._newest(route, {"per_page": _PAGE, **params})
        if answer is None:
            return None
        # WordPress's dates have no fractions.
        since = (self._since + self._ahead(answer)).replace(microsecond=0)
        shown: list[dict[str, Any]] = answer.body
        older = max((entry["id"] for entry in shown if _dated(entry) < since), default=0)
        if len(shown) >= _PAGE and not older:
            return None
        return [
            entry
            for entry in shown
            if (entry["id"] > older if entry.get("status") == "future" else _dated(entry) >= since)
        ]

    def _ahead(self, answer: Answer) -> timedelta:
        """How far the site's clock is ahead of ours: hosts' clocks may be minutes off."""
        try:
            told = parsedate_to_datetime(answer.headers["date"])
        except (KeyError, ValueError):
            return timedelta(0)
        ahead = (told if told.tzinfo else told.replace(tzinfo=UTC)) - self._now
        # HTTP dates have no fractions: less than two seconds is no difference.
        return ahead if abs(ahead) >= timedelta(seconds=2) else timedelta(0)


def _verdict(
    made: list[dict[str, Any]] | None, alike: Callable[[dict[str, Any]], bool | None]
) -> ReadBack:
    """Done if one is alike; unknown if all is not shown, or one may be (None)."""
    if made is None:
        return UNKNOWN
    seen = [(alike(entry), entry) for entry in made]
    for same, entry in seen:
        if same:
            return ReadBack(Reconciliation.DONE, _found(entry))
    return UNKNOWN if any(same is None for same, _ in seen) else NOT_DONE


def _alike(post: dict[str, Any], given: NewPost) -> bool | None:
    """Whether a post has the given texts. None: the title is the same and another text is not,
    as after a plugin or a filter changed it.
    """
    shown = {name: plain(post[name]["raw"]) for name in ("title", "content", "excerpt")}
    wanted = {name: plain(getattr(given, name) or "") for name in shown}
    if given.excerpt is None:
        wanted["excerpt"] = shown["excerpt"]
    if shown == wanted:
        return True
    return None if shown["title"] == wanted["title"] else False


def _found(entry: dict[str, Any]) -> Json:
    names = {"id": "id", "link": "link", "status": "status", "slug": "slug"}
    names |= {"date_gmt": "dateGmt", "source_url": "sourceUrl", "mime_type": "mimeType"}
    return {names[name]: value for name, value in entry.items() if name in names}


def _dated(entry: dict[str, Any]) -> datetime:
    """A thing's date: when it was made, but of a scheduled post when it will appear.

    By its schema WordPress may show none (null); such a thing may be new.
    """
    shown = entry.get("date_gmt")
    return datetime.fromisoformat(f"{shown}Z") if shown else datetime.max.replace(tzinfo=UTC)


def plain(text: str) -> str:
    """A text without tags and spacing: WordPress changes those, by the rights of the user."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
