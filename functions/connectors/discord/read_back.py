"""Looking on Discord for messages whose sending got no answer.

Discord tells a message's nonce only to who creates it, not to who reads it later, so a message is
known by its author, its time and its text. https://docs.discord.com/developers/resources/message,
Get Channel Messages, read 2026-11.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.discord.spec import ExecuteWebhook, Message, SendMessage
from hub.connector_kit.client import PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.domain.outcome import Effect, Reconciliation

NONCE_HOLDS = timedelta(seconds=60)
"""For this long sending again is safe: Discord keeps nonces for "a few minutes"."""

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_PAGE = 100
_PAGES = 5

UNKNOWN = ReadBack(Reconciliation.UNKNOWN)
NOT_DONE = ReadBack(Reconciliation.NOT_DONE)


class UnreadableError(Exception):
    """Discord did not show everything since the call."""


class DiscordReadBack:
    """Reads a channel from its end back to the time of the call."""

    def __init__(self, bot: PlatformClient, now: datetime, since: datetime) -> None:
        self._bot = bot
        self._now = now
        self._since = since

    def of_bot(self, given: SendMessage) -> ReadBack:
        """The bot's message with the same text and embeds.

        Discord strips some characters, so another message of the bot proves nothing, unless the
        nonce still makes a second sending harmless.
        """
        try:
            recent = self._recent(given.channel_id)
            me = self._read("/users/@me")["id"] if recent else None
        except UnreadableError:
            return UNKNOWN
        mine = [message for message in recent or () if message["author"]["id"] == me]
        seen = _among(mine, given)
        sure = recent is not None and not mine
        if seen is UNKNOWN and (sure or self._now - self._since <= NONCE_HOLDS):
            return NOT_DONE
        return seen

    def of_webhook(self, given: ExecuteWebhook, path: str, webhook_id: str) -> ReadBack:
        """The webhook's message with the same text. The bot must be allowed to read the channel,
        and to see texts of others (the privileged intent MESSAGE_CONTENT).
        """
        try:
            channel = given.thread_id or self._read(path)["channel_id"]
            recent = self._recent(channel)
        except UnreadableError:
            return UNKNOWN
        theirs = [message for message in recent or () if message.get("webhook_id") == webhook_id]
        return NOT_DONE if recent is not None and not theirs else _among(theirs, given)

    def _recent(self, channel: str) -> list[dict[str, Any]] | None:
        """The channel's messages since the call; None if it shows none at all.

        A channel whose history the bot may not read looks empty, so emptiness proves nothing.
        """
        seen: list[dict[str, Any]] = []
        before: dict[str, str] = {}
        for _ in range(_PAGES):
            params = {"limit": str(_PAGE), **before}
            page = self._read(f"/channels/{channel}/messages", params)
            seen += page
            if len(page) < _PAGE or _made_at(page[-1]) < self._since:
                recent = [message for message in seen if _made_at(message) >= self._since]
                return recent if seen else None
            before = {"before": page[-1]["id"]}
        raise UnreadableError(channel)

    def _read(self, path: str, params: dict[str, str] | None = None) -> Any:
        outcome = self._bot.call("GET", path, Effect.READ, params=params)
        if not outcome.ok:
            raise UnreadableError(outcome.code)
        return outcome.data


def _among(messages: list[dict[str, Any]], given: Message) -> ReadBack:
    for message in messages:
        if _same(message, given):
            found = {"id": message["id"], "channelId": message["channel_id"]}
            return ReadBack(Reconciliation.DONE, found)
    return UNKNOWN


def _same(message: dict[str, Any], given: Message) -> bool:
    """Whether a message says what was given. Discord adds embeds of its own for links."""
    shown = [(embed.get("title"), embed.get("description")) for embed in message.get("embeds", [])]
    wanted = [(embed.title, embed.description) for embed in given.embeds or ()]
    same_text = (message.get("content") or "").strip() == (given.content or "").strip()
    return same_text and shown[: len(wanted)] == wanted


def _made_at(message: dict[str, Any]) -> datetime:
    """When a message was made: its id begins with milliseconds since 2015."""
    return _EPOCH + timedelta(milliseconds=int(message["id"]) >> 22)
