"""Whether a post is in the user's timeline.

X keeps nothing of ours with a post, so it is known by what it is: its text without links (X writes
t.co links in their place), its media, the post it replies to, and that it is not older than the
call. What is only alike proves neither that it was published nor that it was not.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.x.reading import full_text, moment_of, replied_to, timestamp
from hub.connector_kit.client import PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.domain.outcome import Effect, Reconciliation
from hub.domain.x_text import comparable


@dataclass(frozen=True)
class Sought:
    """The post that a lost call may have published. `media` are ids."""

    text: str
    media: tuple[str, ...]
    reply_to: str | None

    @property
    def recognizable(self) -> bool:
        """Whether it can be told from others: a text that is only a link cannot."""
        return bool(comparable(self.text) or self.media)

    def alike(self, post: dict[str, Any]) -> bool:
        """Whether the post has this text."""
        return comparable(full_text(post)) == comparable(self.text)

    def same(self, post: dict[str, Any]) -> bool:
        """Whether the post, alike, also has this media and replies to the same post."""
        return replied_to(post) == self.reply_to and _media(post) == set(self.media)


def look(
    x: PlatformClient, sought: Sought, since: datetime, known: frozenset[str] = frozenset()
) -> ReadBack:
    """Read the timeline since then. `known`: ids of posts that are others for certain."""
    me = x.call("GET", "/users/me", Effect.READ, read=lambda body: {"id": body["data"]["id"]})
    if not me.ok or "id" not in me.data:
        return ReadBack(Reconciliation.UNKNOWN)
    params = {
        "max_results": 100,
        "start_time": timestamp(since),
        "post.fields": "created_at,note_post,attachments",
        "expansions": "referenced_posts,attachments.media_keys",
    }
    outcome = x.call("GET", f"/users/{me.data['id']}/tweets", Effect.READ, params=params)
    if not outcome.ok or not isinstance(outcome.data, dict) or "meta" not in outcome.data:
        return ReadBack(Reconciliation.UNKNOWN)
    return find(sought, outcome.data, since, known)


def find(
    sought: Sought, timeline: dict[str, Any], since: datetime, known: frozenset[str]
) -> ReadBack:
    """The verdict of a page of the timeline. `known`: ids of posts that are others for certain."""
    posts = [
        post
        for post in timeline.get("data") or []
        if post.get("id") not in known and not _older(post, since)
    ]
    alike = [post for post in posts if sought.alike(post)]
    same = [post for post in alike if sought.same(post)]
    if same and sought.recognizable:
        return ReadBack(Reconciliation.DONE, {"id": same[0]["id"], "text": same[0].get("text")})
    if alike or timeline["meta"].get("next_token"):
        return ReadBack(Reconciliation.UNKNOWN)
    return ReadBack(Reconciliation.NOT_DONE)


def _older(post: dict[str, Any], since: datetime) -> bool:
    moment = moment_of(post)
    return moment is not None and moment < since.replace(microsecond=0)


def _media(post: dict[str, Any]) -> set[str]:
    """Ids of a post's media: a media key is a kind, an underscore and the id."""
    keys = (post.get("attachments") or {}).get("media_keys") or []
    return {str(key).rpartition("_")[2] for key in keys}
