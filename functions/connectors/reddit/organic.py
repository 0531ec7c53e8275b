"""Forms and answers of Reddit's posts and comments, and how to know one's own again.

Contract: https://www.reddit.com/dev/api, read 2026-11; forms as praw sends them.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from connectors.reddit.inputs import SubmitComment, SubmitPost
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.waits import number
from hub.domain.model import Json
from hub.domain.outcome import Reconciliation

READ_BACK = 100
"""How many of the user's own posts or comments are read back: the most a listing gives."""

_SITE = "https://www.reddit.com"
_NAME = re.compile(r"^[A-Za-z0-9_-]{1,30}$")

type Same = Callable[[dict[str, Any]], Reconciliation]
"""Whether a post or comment is the one looked for, is not, or may be (altered on its way)."""


def is_name(text: str) -> bool:
    """Whether a text is a user's name, fit for a path."""
    return bool(_NAME.match(text))


def post(given: SubmitPost) -> dict[str, str]:
    """The form of /api/submit. A link may have a text too."""
    form = {
        "api_type": "json",
        "kind": "link" if given.url else "self",
        "nsfw": _flag(given.nsfw),
        "resubmit": _flag(given.resubmit),
        "sendreplies": _flag(given.sendreplies),
        "spoiler": _flag(given.spoiler),
        "sr": given.subreddit,
        "title": given.title,
        "validate_on_submit": "true",
    }
    more = {"flair_id": given.flair_id, "flair_text": given.flair_text, "url": given.url}
    text = given.text or (None if given.url else "")
    return form | {k: v for k, v in {**more, "text": text}.items() if v is not None}


def reply(given: SubmitComment) -> dict[str, str]:
    """The form of /api/comment."""
    return {"api_type": "json", "text": given.text, "thing_id": given.parent_id}


def submitted(answer: Any) -> Json:
    """The result of `submit_post`."""
    made = answer["json"]["data"]
    return {"id": made["name"], "url": made["url"]}


def commented(answer: Any) -> Json:
    """The result of `submit_comment`."""
    return _thing(answer["json"]["data"]["things"][0]["data"])


def user(answer: Any) -> Json:
    """The result of `test_connection` over posts and comments."""
    return {"name": answer["name"], "id": f"t2_{answer['id']}", "api": "organic"}


def same_post(given: SubmitPost) -> Same:
    """Same subreddit and title are the post, if the text or link is the same too."""

    def same(seen: dict[str, Any]) -> Reconciliation:
        where = str(seen.get("subreddit")).lower() == given.subreddit.lower()
        if not where or _plain(seen.get("title")) != _plain(given.title):
            return Reconciliation.NOT_DONE
        key, wanted = ("url", given.url) if given.url else ("selftext", given.text)
        alike = _plain(seen.get(key)) == _plain(wanted)
        return Reconciliation.DONE if alike else Reconciliation.UNKNOWN

    return same


def same_comment(given: SubmitComment) -> Same:
    """Same parent and text are the comment; another text under that parent may be it."""

    def same(seen: dict[str, Any]) -> Reconciliation:
        if seen.get("parent_id") != given.parent_id:
            return Reconciliation.NOT_DONE
        alike = _plain(seen.get("body")) == _plain(given.text)
        return Reconciliation.DONE if alike else Reconciliation.UNKNOWN

    return same


def find(listing: Any, same: Same, since: datetime) -> ReadBack:
    """What a listing of the user's own, newest first, says of a post or comment since then."""
    data = listing.get("data") if isinstance(listing, dict) else None
    children = data.get("children") if isinstance(data, dict) else None
    if not isinstance(children, list):
        return ReadBack(Reconciliation.UNKNOWN)
    seen = [child["data"] for child in children if isinstance(child, dict) and "data" in child]
    recent = [one for one in seen if _is_recent(one, since)]
    verdicts = [same(one) for one in recent]
    if Reconciliation.DONE in verdicts:
        found = recent[verdicts.index(Reconciliation.DONE)]
        return ReadBack(Reconciliation.DONE, _thing(found))
    # Where all of a full page is recent, what is looked for may be on the next.
    more = bool(data and data.get("after")) and len(recent) == len(seen)
    open_ = more or Reconciliation.UNKNOWN in verdicts
    return ReadBack(Reconciliation.UNKNOWN if open_ else Reconciliation.NOT_DONE)


def _is_recent(seen: dict[str, Any], since: datetime) -> bool:
    created = number(seen.get("created_utc"))
    # Without a time it may be the one.
    return created is None or datetime.fromtimestamp(created, UTC) >= since.replace(microsecond=0)


def _thing(seen: dict[str, Any]) -> Json:
    path = seen.get("permalink")
    return {"id": seen["name"], "url": f"{_SITE}{path}" if path else None}


def _plain(text: object) -> str:
    """A text as far as Reddit keeps it: line ends and space around it may change."""
    return "\n".join(line.rstrip() for line in str(text or "").strip().splitlines())


def _flag(value: bool) -> str:
    return "true" if value else "false"
