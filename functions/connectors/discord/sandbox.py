"""Discord, played: one server with a few channels, a bot and a webhook."""

from datetime import UTC, datetime, timedelta

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

GUILD = "1100000000000000000"
_CHANNELS = {
    "1100000000000000001": ("Marketing", 4),
    "1100000000000000002": ("launch", 0),
    "1100000000000000003": ("news", 5),
    "1100000000000000004": ("ideas", 15),
}
_CATEGORY, _LAUNCH, _, _FORUM = _CHANNELS
_BOT = {"id": "1100000000000000900", "username": "neonhub", "discriminator": "0000", "bot": True}
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_NONCE_HOLDS = timedelta(minutes=5)
_V = "/api/v10"


def _refused(status: int, code: int, message: str, **more: Json) -> httpx.Response:
    return httpx.Response(status, json={"message": message, "code": code, **more})


def _invalid(field: str, code: str, message: str) -> httpx.Response:
    errors = {field: {"_errors": [{"code": code, "message": message}]}}
    return _refused(400, 50035, "Invalid Form Body", errors=errors)


class DiscordTwin(Twin):
    """Discord's answers, ids that tell the time, and nonces that hold for five minutes."""

    credentials = {
        "botToken": "sandbox-bot-token",
        "webhookId": "1100000000000000800",
        "webhookToken": "sandbox-webhook-token",
    }
    settings = {"guildId": GUILD}

    def authorized(self, request: httpx.Request) -> bool:
        """Discord takes `Bot <token>`, or a webhook's token in the path, and a name."""
        agent = str(request.headers.get("user-agent", ""))
        bot = str(request.headers.get("authorization", "")).startswith("Bot ")
        return agent.startswith("DiscordBot (https://") and (
            bot or "/webhooks/" in request.url.path
        )

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Discord's 404 for a path it does not have."""
        del request
        return _refused(404, 0, "404: Not Found")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status, headers and body that Discord uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                wait = failure.retry_after
                headers = {
                    "Retry-After": str(wait),
                    "X-RateLimit-Limit": "5",
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset-After": f"{wait:.3f}",
                    "X-RateLimit-Bucket": "sandbox",
                    "X-RateLimit-Scope": "user",
                }
                body = {"retry_after": float(wait), "global": False}
                told = {"message": "You are being rate limited.", **body}
                return httpx.Response(429, headers=headers, json=told)
            case Injection.REAUTH:
                return _refused(401, 0, "401: Unauthorized")
            case Injection.BUSINESS_ERROR:
                return _refused(403, 50013, "Missing Permissions")
            case _:
                return httpx.Response(
                    500, json={"message": "500: Internal Server Error", "code": 0}
                )

    @route("POST", _V + "/channels/{channel}/messages")
    def create_message(self, request: TwinRequest) -> httpx.Response:
        """Keeps the bot's message; a nonce seen lately gets the first message again."""
        given = request.json()
        channel = request.path["channel"]
        refusal = _wrong_channel(channel) or _wrong_message(given) or self._wrong_reply(request)
        if refusal:
            return refusal
        nonce = given.get("nonce")
        if given.get("enforce_nonce") and nonce:
            for message in request.state.get(f"messages.{channel}", []):
                age = request.now - _made_at(message["id"])
                if message.get("nonce") == nonce and age <= _NONCE_HOLDS:
                    return httpx.Response(200, json=message)
        return _kept(request, channel, {**given, "author": _BOT, "nonce": nonce})

    def _wrong_reply(self, request: TwinRequest) -> httpx.Response | None:
        reference = request.json().get("message_reference")
        if not reference or reference.get("fail_if_not_exists") is False:
            return None
        kept = request.state.get(f"messages.{request.path['channel']}", [])
        if any(message["id"] == reference.get("message_id") for message in kept):
            return None
        unknown = "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"
        return _invalid("message_reference", unknown, "Unknown message")

    @route("GET", _V + "/channels/{channel}/messages")
    def list_messages(self, request: TwinRequest) -> httpx.Response:
        """A channel's messages, newest first. Who reads them is not told their nonces."""
        channel = request.path["channel"]
        params = request.request.url.params
        kept: list[dict[str, Json]] = request.state.get(f"messages.{channel}", [])
        before = int(params.get("before", 2**64))
        shown = [
            {name: value for name, value in message.items() if name != "nonce"}
            for message in kept
            if int(message["id"]) < before
        ]
        refusal = None if kept else _wrong_channel(channel)
        return refusal or httpx.Response(200, json=shown[: int(params.get("limit", 50))])

    @route("POST", _V + "/webhooks/{webhook}/{token}")
    def execute_webhook(self, request: TwinRequest) -> httpx.Response:
        """Keeps the webhook's message in its channel or a thread."""
        given, params = request.json(), request.request.url.params
        refusal = _wrong_webhook(request) or _wrong_message(given)
        if refusal:
            return refusal
        if given.get("thread_name"):
            return _refused(400, 220003, "Webhooks can only create threads in forum channels")
        webhook = request.path["webhook"]
        author = {"id": webhook, "username": given.get("username", "Herald"), "bot": True}
        made = {**given, "author": author, "webhook_id": webhook}
        answer = _kept(request, params.get("thread_id", _LAUNCH), made)
        return answer if params.get("wait") == "true" else httpx.Response(204)

    @route("GET", _V + "/webhooks/{webhook}/{token}")
    def webhook(self, request: TwinRequest) -> httpx.Response:
        """The webhook, without its user."""
        about = {"type": 1, "name": "Herald", "channel_id": _LAUNCH, "guild_id": GUILD}
        found = {"id": request.path["webhook"], **about}
        return _wrong_webhook(request) or httpx.Response(200, json=found)

    @route("GET", _V + "/guilds/{guild}/channels")
    def list_channels(self, request: TwinRequest) -> httpx.Response:
        """The server's channels, all at once."""
        if request.path["guild"] != GUILD:
            return _refused(404, 10004, "Unknown Guild")
        channels = [
            {
                "id": id_,
                "guild_id": GUILD,
                "name": name,
                "type": kind,
                "position": position,
                "parent_id": None if id_ == _CATEGORY else _CATEGORY,
            }
            for position, (id_, (name, kind)) in enumerate(_CHANNELS.items())
        ]
        return httpx.Response(200, json=channels)

    @route("GET", _V + "/users/@me")
    def me(self, _request: TwinRequest) -> httpx.Response:
        """The bot's user."""
        return httpx.Response(200, json=_BOT)


def _kept(request: TwinRequest, channel: str, made: Json) -> httpx.Response:
    since = round((request.now - _EPOCH).total_seconds() * 1000)
    message = {
        "id": str((since << 22) + request.next_number()),
        "type": 0,
        "channel_id": channel,
        "author": made["author"],
        "content": made.get("content", ""),
        "embeds": [{"type": "rich", **embed} for embed in made.get("embeds", [])],
        "attachments": [],
        "mentions": [],
        "flags": made.get("flags", 0),
        "timestamp": request.now.isoformat(),
        "pinned": False,
        "tts": False,
    }
    more = {name: made[name] for name in ("nonce", "webhook_id") if made.get(name)}
    request.remember(f"messages.{channel}", {**message, **more})
    return httpx.Response(200, json={**message, **more})


def _made_at(id_: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(id_) >> 22)


def _wrong_channel(channel: str) -> httpx.Response | None:
    if channel not in _CHANNELS:
        return _refused(404, 10003, "Unknown Channel")
    if channel in (_CATEGORY, _FORUM):
        return _refused(400, 50008, "Cannot send messages in a non-text channel")
    return None


def _wrong_webhook(request: TwinRequest) -> httpx.Response | None:
    if request.path["webhook"].isdigit():
        return None
    value = request.path["webhook"]
    return _invalid("webhook_id", "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def _wrong_message(given: Json) -> httpx.Response | None:
    if not given.get("content") and not given.get("embeds"):
        return _refused(400, 50006, "Cannot send an empty message")
    if len(given.get("content") or "") > 2000:
        return _invalid("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
    if len(given.get("embeds") or ()) > 10:
        return _invalid("embeds", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    return None
