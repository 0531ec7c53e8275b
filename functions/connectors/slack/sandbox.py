"""Slack, played: keeps a connection's messages, lists channels, fails on demand as Slack does."""

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

_CHANNELS = {"C0LAUNCH01": "launch", "C0GENERAL1": "general", "C0MARKETNG": "marketing"}
_ARCHIVED = {"C0ARCHIVED": "archive"}


def _refused(error: str, **more: Json) -> httpx.Response:
    return httpx.Response(200, json={"ok": False, "error": error, **more})


class SlackTwin(Twin):
    """Any channel name is accepted but `#missing`, which does not exist."""

    credentials = {"botToken": "xoxb-sandbox-token"}

    def authorized(self, request: httpx.Request) -> bool:
        """Slack takes bearer tokens that begin with xox."""
        return str(request.headers.get("authorization", "")).startswith("Bearer xox")

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Slack answers an unknown method inside HTTP 200."""
        return _refused("unknown_method", req_method=request.url.path.rsplit("/", 1)[-1])

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status, headers and body that Slack uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                headers = {"Retry-After": str(failure.retry_after)}
                body = {"ok": False, "error": "ratelimited"}
                return httpx.Response(429, headers=headers, json=body)
            case Injection.REAUTH:
                return _refused("invalid_auth")
            case Injection.BUSINESS_ERROR:
                return _refused("channel_not_found")
            case _:
                return httpx.Response(500, text="Internal Server Error")

    @route("POST", "/api/chat.postMessage")
    def post_message(self, request: TwinRequest) -> httpx.Response:
        """Stores the message under its channel."""
        given = request.json()
        channel = _channel_id(given.get("channel", ""))
        if channel is None:
            return _refused("channel_not_found")
        if not given.get("text") and not given.get("markdown_text"):
            return _refused("no_text")
        ts = f"{request.now.timestamp():.0f}.{request.next_number():06d}"
        message = {
            "type": "message",
            "ts": ts,
            "text": given.get("text") or given.get("markdown_text"),
            "metadata": given.get("metadata"),
            "bot_id": "B0SANDBOX1",
        }
        request.remember(f"messages.{channel}", message)
        return httpx.Response(
            200, json={"ok": True, "channel": channel, "ts": ts, "message": message}
        )

    @route("GET", "/api/conversations.history")
    @route("GET", "/api/conversations.replies")
    def history(self, request: TwinRequest) -> httpx.Response:
        """The channel's messages since `oldest`, newest first."""
        params = request.request.url.params
        channel = _channel_id(params.get("channel", ""))
        kept = request.state.get(f"messages.{channel}", [])
        oldest = float(params.get("oldest", 0))
        messages = [message for message in kept if float(message["ts"]) >= oldest]
        return httpx.Response(200, json={"ok": True, "messages": messages, "has_more": False})

    @route("GET", "/api/conversations.list")
    def list_channels(self, request: TwinRequest) -> httpx.Response:
        """Pages of channels; the cursor is the number of those already given."""
        params = request.request.url.params
        archived = {} if params.get("exclude_archived") == "true" else _ARCHIVED
        every = [*_CHANNELS.items(), *archived.items()]
        start, limit = int(params.get("cursor") or 0), int(params.get("limit", 100))
        page = every[start : start + limit]
        following = str(start + limit) if start + limit < len(every) else ""
        channels = [
            {"id": id_, "name": name, "is_archived": id_ in _ARCHIVED, "is_member": True}
            for id_, name in page
        ]
        return httpx.Response(
            200,
            json={
                "ok": True,
                "channels": channels,
                "response_metadata": {"next_cursor": following},
            },
        )

    @route("POST", "/api/auth.test")
    def auth_test(self, _request: TwinRequest) -> httpx.Response:
        """Who the token belongs to."""
        who = {"team": "NeonHub Sandbox", "user": "neonhub", "team_id": "T0SANDBOX1"}
        return httpx.Response(200, json={"ok": True, **who})


def _channel_id(name: str) -> str | None:
    plain = name.removeprefix("#")
    if not plain or plain == "missing":
        return None
    by_name = {known: id_ for id_, known in _CHANNELS.items()}
    return by_name.get(plain, plain)
