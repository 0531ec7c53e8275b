"""Slack, played: keeps messages, schedule and files; fails on demand as Slack does."""

import json
from collections.abc import Sequence

import httpx

from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

_CHANNELS = {"C0LAUNCH01": "launch", "C0GENERAL1": "general", "C0MARKETNG": "marketing"}
_ARCHIVED = {"C0ARCHIVED": "archive"}
_UPLOADS = "files.slack.com"
_FURTHEST = 120 * 24 * 3600


def _refused(error: str, **more: Json) -> httpx.Response:
    return httpx.Response(200, json={"ok": False, "error": error, **more})


def _ok(**more: Json) -> httpx.Response:
    return httpx.Response(200, json={"ok": True, **more})


class SlackTwin(Twin):
    """Any channel may be posted to but `#missing`, which does not exist, and `#archive`."""

    credentials = {"botToken": "xoxb-sandbox-token", "signingSecret": "sandbox-signing-secret"}

    def authorized(self, request: httpx.Request) -> bool:
        """Slack takes bearer tokens that begin with xox; its upload host takes none."""
        sent = str(request.headers.get("authorization", ""))
        return not sent if request.url.host == _UPLOADS else sent.startswith("Bearer xox")

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

    # ------------------------------------------------------------------ messages

    @route("POST", "/api/chat.postMessage")
    def post_message(self, request: TwinRequest) -> httpx.Response:
        """Stores the message under its channel."""
        given = request.json()
        channel = _posted_to(request, given.get("channel", ""))
        error = _wrong_message(given, channel)
        if error:
            return _refused(error)
        ts = f"{request.now.timestamp():.0f}.{request.next_number():06d}"
        message = {
            "type": "message",
            "ts": ts,
            "text": given.get("text") or given.get("markdown_text") or "",
            "blocks": given.get("blocks", []),
            "thread_ts": given.get("thread_ts"),
            "username": given.get("username"),
            "metadata": given.get("metadata"),
            "bot_id": "B0SANDBOX1",
        }
        message = {name: value for name, value in message.items() if value is not None}
        request.remember(f"messages.{channel}", message)
        return _ok(channel=channel, ts=ts, message=message)

    @route("GET", "/api/conversations.history")
    def history(self, request: TwinRequest) -> httpx.Response:
        """The channel's messages, newest first; replies are in their threads only."""
        kept = _kept(request)
        if kept is None:
            return _refused("channel_not_found")
        return _page_of_messages(
            request, [message for message in kept if "thread_ts" not in message]
        )

    @route("GET", "/api/conversations.replies")
    def replies(self, request: TwinRequest) -> httpx.Response:
        """One thread's messages."""
        kept = _kept(request)
        if kept is None:
            return _refused("channel_not_found")
        parent = request.request.url.params.get("ts")
        thread = [
            message for message in kept if parent in (message["ts"], message.get("thread_ts"))
        ]
        return _page_of_messages(request, thread)

    # ------------------------------------------------------------------ schedule

    @route("POST", "/api/chat.scheduleMessage")
    def schedule_message(self, request: TwinRequest) -> httpx.Response:
        """Keeps a message for later."""
        given = request.json()
        channel = _posted_to(request, given.get("channel", ""))
        ahead = int(given.get("post_at", 0)) - request.now.timestamp()
        error = _wrong_message(given, channel) or _wrong_time(ahead)
        if error:
            return _refused(error)
        scheduled = {
            "id": f"Q{request.next_number():010d}",
            "channel_id": channel,
            "post_at": int(given["post_at"]),
            "date_created": int(request.now.timestamp()),
            "text": given.get("text") or given.get("markdown_text") or "",
        }
        request.remember("scheduled", scheduled)
        return _ok(
            channel=channel,
            scheduled_message_id=scheduled["id"],
            post_at=scheduled["post_at"],
            message={"text": scheduled["text"], "type": "delayed_message"},
        )

    @route("GET", "/api/chat.scheduledMessages.list")
    def list_scheduled(self, request: TwinRequest) -> httpx.Response:
        """The messages whose time has not come."""
        channel = request.request.url.params.get("channel")
        now = request.now.timestamp()
        kept = [
            message
            for message in request.state.get("scheduled", [])
            if message["post_at"] > now and channel in (None, message["channel_id"])
        ]
        return _ok(scheduled_messages=kept, response_metadata={"next_cursor": ""})

    @route("POST", "/api/chat.deleteScheduledMessage")
    def delete_scheduled(self, request: TwinRequest) -> httpx.Response:
        """Forgets a scheduled message."""
        form = request.form()
        kept = request.state.get("scheduled", [])
        left = [
            message
            for message in kept
            if (message["id"], message["channel_id"])
            != (form.get("scheduled_message_id"), form.get("channel"))
        ]
        if len(left) == len(kept):
            return _refused("invalid_scheduled_message_id")
        request.state["scheduled"] = left
        return _ok()

    # ------------------------------------------------------------------ files

    @route("POST", "/api/files.getUploadURLExternal")
    def upload_place(self, request: TwinRequest) -> httpx.Response:
        """An address that takes one file of the length told."""
        form = request.form()
        if not form.get("filename") or not form.get("length", "").isdigit():
            return _refused("invalid_arguments")
        file_id = f"F{request.next_number():010d}"
        place = {"id": file_id, "name": form["filename"], "size": int(form["length"])}
        request.remember("places", place)
        return _ok(upload_url=f"https://{_UPLOADS}/upload/v1/{file_id}", file_id=file_id)

    @route("POST", "/upload/v1/{file}")
    def upload(self, request: TwinRequest) -> httpx.Response:
        """Takes the bytes."""
        places = request.state.get("places", [])
        place = next((place for place in places if place["id"] == request.path["file"]), None)
        size = len(request.request.read())
        if place is None or place["size"] != size:
            return httpx.Response(400, text="Invalid upload")
        place["uploaded"] = True
        return httpx.Response(200, text=f"OK - {size}")

    @route("POST", "/api/files.completeUploadExternal")
    def complete_upload(self, request: TwinRequest) -> httpx.Response:
        """Shares uploaded files in a channel."""
        form = request.form()
        wanted = {file["id"]: file.get("title") for file in json.loads(form.get("files", "[]"))}
        channel = form.get("channel_id")
        found = [place for place in request.state.get("places", []) if place["id"] in wanted]
        if not found or not all(place.get("uploaded") for place in found):
            return _refused("file_not_found")
        if channel is not None and channel not in _ids(request):
            return _refused("channel_not_found")
        for place in found:
            place["channels"] = [channel] if channel else []
            place["title"] = wanted[place["id"]] or place["name"]
            place["permalink"] = f"https://sandbox.slack.com/files/{place['id']}"
        return _ok(files=found)

    @route("GET", "/api/files.info")
    def file_info(self, request: TwinRequest) -> httpx.Response:
        """A file that was shared; one that was only uploaded is not known yet."""
        wanted = request.request.url.params.get("file")
        for place in request.state.get("places", []):
            if place["id"] == wanted and "channels" in place:
                return _ok(file=place)
        return _refused("file_not_found")

    # ------------------------------------------------------------------ workspace

    @route("GET", "/api/conversations.list")
    def list_channels(self, request: TwinRequest) -> httpx.Response:
        """Pages of channels; the cursor is the number of those already given."""
        params = request.request.url.params
        archived = {} if params.get("exclude_archived") == "true" else _ARCHIVED
        every = [*_open(request).items(), *archived.items()]
        page, following = _page(every, params)
        channels = [
            {"id": id_, "name": name, "is_archived": id_ in _ARCHIVED, "is_member": True}
            for id_, name in page
        ]
        return _ok(channels=channels, response_metadata={"next_cursor": following})

    @route("POST", "/api/auth.test")
    def auth_test(self, _request: TwinRequest) -> httpx.Response:
        """Who the token belongs to."""
        return _ok(team="NeonHub Sandbox", user="neonhub", team_id="T0SANDBOX1")


def _open(request: TwinRequest) -> dict[str, str]:
    """The channels that can be posted to: id to name."""
    return {**_CHANNELS, **request.state.get("channels", {})}


def _ids(request: TwinRequest) -> set[str]:
    return set(_open(request))


def _posted_to(request: TwinRequest, name: str) -> str | None:
    """The id of a channel; a name never heard of becomes a channel."""
    plain = name.removeprefix("#")
    if not plain or plain == "missing":
        return None
    known = {**_open(request), **_ARCHIVED}
    by_name = {known_name: id_ for id_, known_name in known.items()}
    if plain in known or plain in by_name:
        return by_name.get(plain, plain)
    made = plain if plain[:1] in "CDG" and plain.isupper() else f"C{request.next_number():09d}"
    request.state.setdefault("channels", {})[made] = plain
    return made


def _wrong_message(given: Json, channel: str | None) -> str | None:
    if channel is None:
        return "channel_not_found"
    if channel in _ARCHIVED:
        return "is_archived"
    if not any(given.get(name) for name in ("text", "markdown_text", "blocks")):
        return "no_text"
    if given.get("markdown_text") and (given.get("text") or given.get("blocks")):
        return "markdown_text_conflict"
    blocks = given.get("blocks", [])
    return None if all(isinstance(b, dict) and b.get("type") for b in blocks) else "invalid_blocks"


def _wrong_time(ahead: float) -> str | None:
    if ahead <= 0:
        return "time_in_past"
    return "time_too_far" if ahead > _FURTHEST else None


def _kept(request: TwinRequest) -> list[dict[str, Json]] | None:
    """The messages of the channel asked for by id; None if there is no such channel."""
    channel = request.request.url.params.get("channel", "")
    if channel not in _ids(request) | set(_ARCHIVED):
        return None
    kept: list[dict[str, Json]] = request.state.get(f"messages.{channel}", [])
    return kept


def _page_of_messages(request: TwinRequest, kept: list[dict[str, Json]]) -> httpx.Response:
    params = request.request.url.params
    first, last = float(params.get("oldest", 0)), float(params.get("latest", "inf"))
    wanted = [message for message in kept if first <= float(message["ts"]) <= last]
    page, following = _page(wanted, params)
    return _ok(
        messages=page,
        has_more=bool(following),
        response_metadata={"next_cursor": following},
    )


def _page[T](every: Sequence[T], params: httpx.QueryParams) -> tuple[list[T], str]:
    start, limit = int(params.get("cursor") or 0), int(params.get("limit", 100))
    following = str(start + limit) if start + limit < len(every) else ""
    return list(every[start : start + limit]), following
