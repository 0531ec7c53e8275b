"""Discord's HTTP API, version 10.

Contract: https://docs.discord.com/developers/reference and discord/discord-api-spec, read 2026-11.
Looking up messages whose sending got no answer is in `read_back`.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connectors.discord.read_back import DiscordReadBack
from connectors.discord.spec import SPEC, ExecuteWebhook, ListChannels, Message, SendMessage
from hub.connector_kit.client import USER_AGENT, ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.waits import body_seconds, first, header_seconds
from hub.domain.limits import LimitScope
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

NONCE_LENGTH = 25

_CHANNEL_TYPES = {
    0: "text",
    2: "voice",
    4: "category",
    5: "announcement",
    13: "stage",
    14: "directory",
    15: "forum",
    16: "media",
}


def _reason(answer: Answer) -> Reason:
    """Discord's code and words; of a rate limit also whose it is, of a form also which field."""
    if answer.status < 300 or not isinstance(answer.body, dict):
        return Reason()
    code = answer.body.get("code")
    words = [
        str(answer.body.get("message") or "Discord refused"),
        *_errors(answer.body.get("errors")),
    ]
    scope = "global" if answer.body.get("global") else answer.headers.get("x-ratelimit-scope")
    if answer.status == 429 and scope:
        words.append(f"{scope} limit")
    return Reason(str(code) if code else None, "; ".join(words))


def _scope(answer: Answer) -> LimitScope:
    """Discord counts for each route, and over all of them for the bot."""
    told = answer.headers.get("x-ratelimit-scope"), answer.headers.get("x-ratelimit-global")
    return LimitScope.ACCOUNT if told[0] == "global" or told[1] else LimitScope.ACTION


def _errors(found: Any, path: str = "") -> Iterator[str]:
    """Discord's nested `errors` as "embeds.0.title: why"."""
    for name, inner in found.items() if isinstance(found, dict) else ():
        if name != "_errors":
            yield from _errors(inner, f"{path}.{name}".lstrip("."))
        elif isinstance(inner, list):
            yield from (f"{path}: {e.get('message')}" for e in inner if isinstance(e, dict))


TABLE = OutcomeTable(
    rows=(
        # Limits of a channel and of slow mode; a resource's limit.
        *rows(Verdict.RATE_LIMITED, 20016, 20028, 40062),
        *rows(Verdict.NEEDS_REAUTH, 40001, 50014, 50027),
        # "Currently overloaded, try again a little later": not whether the work was done.
        *rows(Verdict.AMBIGUOUS, 130000),
    ),
    reason=_reason,
    # Reset-After may speak of a bucket that is not the one exhausted, so it comes last.
    wait=first(
        body_seconds("retry_after"),
        header_seconds("retry-after"),
        header_seconds("x-ratelimit-reset-after"),
    ),
    scope=_scope,
)


class DiscordClient:
    """Calls Discord for one connection. Credentials: `botToken`, or `webhookId`, `webhookToken`."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._bot_token = context.credentials.get("botToken")
        base = f"{SPEC.base_url}/{context.setting('apiVersion')}"
        agent = f"DiscordBot ({context.setting('botUrl')}, {USER_AGENT.rpartition('/')[2]})"
        # A webhook's URL is its permission; the bot's token has no business there.
        self._anybody = PlatformClient(context, base, TABLE, headers={"User-Agent": agent})
        token = {"User-Agent": agent, "Authorization": f"Bot {self._bot_token}"}
        self._bot = PlatformClient(context, base, TABLE, headers=token)

    def send_message(self, given: SendMessage) -> Outcome:
        """Create Message, with the call's key as enforced nonce.

        Discord answers a repeated nonce with the first message, but only for "a few minutes", and
        a step may come back after hours: so this is a write that is looked up, not one that is
        simply repeated.
        """
        if not self._bot_token:
            return _no_bot()
        body = {
            **_body(given, "channel_id"),
            "nonce": self._context.token(NONCE_LENGTH),
            "enforce_nonce": True,
        }
        path = f"/channels/{given.channel_id}/messages"
        return self._bot.call("POST", path, Effect.WRITE, read=_message, json=body)

    def execute_webhook(self, given: ExecuteWebhook) -> Outcome:
        """Execute Webhook, waiting: without `wait` a message that is not saved gives no error."""
        path = self._webhook_path()
        if path is None:
            return _no_webhook()
        params = {"wait": "true"}
        if given.thread_id:
            params["thread_id"] = given.thread_id
        body = _body(given, "thread_id")
        return self._anybody.call(
            "POST", path, Effect.WRITE, read=_message, params=params, json=body
        )

    def list_channels(self, given: ListChannels) -> Outcome:
        """Get Guild Channels: all of them at once."""
        guild = given.guild_id or self._context.setting("guildId")
        if not self._bot_token:
            return _no_bot()
        if not guild:
            return invalid(
                "NO_GUILD", "name a guildId in the input or in the connection's settings"
            )
        return self._bot.call("GET", f"/guilds/{guild}/channels", Effect.READ, read=_channels)

    def test_connection(self, _given: NoInput) -> Outcome:
        """Get Current User, or Get Webhook with Token."""
        if self._bot_token:
            return self._bot.call("GET", "/users/@me", Effect.READ, read=_bot)
        path = self._webhook_path()
        if path is None:
            return invalid("NO_CREDENTIALS", "give a botToken, or a webhookId and a webhookToken")
        return self._anybody.call("GET", path, Effect.READ, read=_webhook)

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Looks for the message in its channel, as the bot sees it. Without a bot a webhook's
        message stays unknown: a webhook reads its messages by their ids only.
        """
        del action
        webhook = self._webhook_path()
        look = DiscordReadBack(self._bot, self._context.clock.now(), since)
        match given:
            case SendMessage():
                return look.of_bot(given)
            case ExecuteWebhook() if self._bot_token and webhook and not given.thread_name:
                return look.of_webhook(given, webhook, self._context.credentials["webhookId"])
            case _:
                return ReadBack(Reconciliation.UNKNOWN)

    def _webhook_path(self) -> str | None:
        credentials = self._context.credentials
        known = (credentials.get("webhookId"), credentials.get("webhookToken"))
        return f"/webhooks/{known[0]}/{known[1]}" if all(known) else None


def _body(given: Message, *elsewhere: str) -> dict[str, Json]:
    """A message as Discord takes it; `elsewhere` names what does not go into the body."""
    return given.model_dump(mode="json", exclude_none=True, exclude=set(elsewhere))


def _no_bot() -> Outcome:
    return invalid("NO_BOT_TOKEN", "this connection has no botToken; connect again with one")


def _no_webhook() -> Outcome:
    return invalid("NO_WEBHOOK", "this connection has no webhookId and webhookToken; add them")


def _message(body: Any) -> Json:
    return {"id": body["id"], "channelId": body["channel_id"]}


def _channels(body: Any) -> Json:
    channels = [
        {
            "id": channel["id"],
            "name": channel["name"],
            "type": _CHANNEL_TYPES.get(channel["type"], str(channel["type"])),
            "parentId": channel.get("parent_id"),
            "position": channel.get("position"),
        }
        for channel in body
    ]
    return {"channels": channels, "cursor": None}


def _bot(body: Any) -> Json:
    return {"id": body["id"], "name": body["username"], "type": "bot"}


def _webhook(body: Any) -> Json:
    return {"id": body["id"], "name": body.get("name"), "type": "webhook"}
