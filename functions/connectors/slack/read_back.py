"""Looking on Slack for messages whose sending got no answer."""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.slack.spec import PostMessage, ScheduleMessage
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.domain.model import Json
from hub.domain.outcome import Effect, Reconciliation

EVENT_TYPE = "neonhub_call"
"""The type of the metadata that carries a call's key."""

_PAGE = 999
_PAGES = 5

UNKNOWN = ReadBack(Reconciliation.UNKNOWN)
NOT_DONE = ReadBack(Reconciliation.NOT_DONE)


class IncompleteError(Exception):
    """Slack did not show everything, so what was not found may still be there."""


class SlackReadBack:
    """Reads a channel's messages, posted or scheduled, and says whether a call's is among them.

    Needs the scopes channels:read and channels:history (groups: for private channels) and, as
    Slack shows a history to members only, the bot in the channel. Else the outcome stays unknown.
    """

    def __init__(self, slack: PlatformClient, context: ClientContext) -> None:
        self._slack = slack
        self._context = context

    def message(self, given: PostMessage, since: datetime) -> ReadBack:
        """The message that carries the call's key, in the channel or thread."""
        params = {"oldest": f"{since.timestamp():.6f}", "include_all_metadata": True}
        path = "/conversations.history"
        if given.thread_ts:
            path, params = "/conversations.replies", {**params, "ts": given.thread_ts}
        try:
            channel = self._channel_id(given.channel)
            for message in self._all(path, "messages", {**params, "channel": channel}):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("key") == self._context.call_key:
                    found = {"ts": message["ts"], "channel": channel}
                    return ReadBack(Reconciliation.DONE, found)
        except IncompleteError:
            return UNKNOWN
        return NOT_DONE

    def scheduled(self, given: ScheduleMessage, since: datetime) -> ReadBack:
        """A message scheduled since then for this channel, time and text.

        Slack may alter a text (links, mentions) and shows none of blocks, so another text proves
        nothing. One whose time has come has left the list.
        """
        if given.post_at <= self._context.clock.now():
            return UNKNOWN
        post_at = int(given.post_at.timestamp())
        try:
            channel = self._channel_id(given.channel)
            params = {"channel": channel}
            every = list(self._all("/chat.scheduledMessages.list", "scheduled_messages", params))
        except IncompleteError:
            return UNKNOWN
        recent = [
            seen
            for seen in every
            if seen.get("channel_id") == channel
            and seen.get("post_at") == post_at
            and seen.get("date_created", post_at) >= int(since.timestamp())
        ]
        for seen in recent:
            if _plain(seen.get("text")) == _plain(given.text or given.markdown_text):
                found = {"scheduledMessageId": seen["id"], "channel": channel, "postAt": post_at}
                return ReadBack(Reconciliation.DONE, found)
        return UNKNOWN if recent else NOT_DONE

    def _channel_id(self, channel: str) -> str:
        """The id of a channel named in words: Slack posts to names but reads ids only."""
        if re.fullmatch(r"[CDG][A-Z0-9]+", channel):
            return channel
        name = channel.removeprefix("#")
        params = {"types": "public_channel,private_channel"}
        for seen in self._all("/conversations.list", "channels", params):
            if seen.get("name") == name:
                return str(seen["id"])
        raise IncompleteError(channel)

    def _all(self, path: str, field: str, params: Json) -> Iterator[dict[str, Any]]:
        """Every entry of a list, page after page. IncompleteError if there are too many."""
        cursor: dict[str, str] = {}
        for _ in range(_PAGES):
            page = {**params, "limit": _PAGE, **cursor}
            outcome = self._slack.call("GET", path, Effect.READ, params=page)
            if not outcome.ok or not isinstance(outcome.data.get(field), list):
                raise IncompleteError(outcome.code)
            yield from outcome.data[field]
            following = next_cursor(outcome.data)
            if not following:
                break
            cursor = {"cursor": following}
        if following or outcome.data.get("has_more"):
            raise IncompleteError(path)


def next_cursor(body: Json) -> str | None:
    """Where the next page begins; Slack ends a list with an empty cursor."""
    return (body.get("response_metadata") or {}).get("next_cursor") or None


def _plain(text: str | None) -> str:
    """A text without Slack's escapes: it keeps `&` as `&amp;`."""
    return html.unescape(text or "").strip()
