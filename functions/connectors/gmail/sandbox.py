"""Gmail, played: a mailbox with one question in it; what is sent or drafted can be read again."""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import httpx

from connectors.gmail import sandbox_mail as mail
from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

_ME = "/gmail/v1/users/me"
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}


def _refused(status: int, reason: str, message: str, **headers: str) -> httpx.Response:
    """Google's error."""
    first = {"message": message, "domain": "global", "reason": reason}
    error = {
        "code": status,
        "message": message,
        "errors": [first],
        "status": _STATUS[status],
    }
    return httpx.Response(status, headers=headers, json={"error": error})


_MISSING = (404, "notFound", "Requested entity was not found.")


class GmailTwin(Twin):
    """Any address is reached but those at `refused.example`."""

    credentials = {"accessToken": "ya29.sandbox-access-token", "refreshToken": "1//sandbox-refresh"}

    def authorized(self, request: httpx.Request) -> bool:
        """Google takes bearer tokens."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and bool(token.strip())

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Google answers unknown paths with a page."""
        page = f"<title>Error 404 (Not Found)!!1</title><p>{request.url.path} was not found"
        return httpx.Response(404, html=page)

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status and body that Gmail uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                moment = self.now.astimezone(UTC) + timedelta(seconds=failure.retry_after)
                told = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
                words = f"User-rate limit exceeded.  Retry after {told}"
                return _refused(429, "rateLimitExceeded", words)
            case Injection.REAUTH:
                realm = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
                return _refused(
                    401, "authError", "Invalid Credentials", **{"WWW-Authenticate": realm}
                )
            case Injection.BUSINESS_ERROR:
                return _refused(400, "invalidArgument", "Invalid To header")
            case _:
                return _refused(503, "backendError", "The service is currently unavailable.")

    @route("POST", _ME + "/messages/send")
    @route("POST", "/upload" + _ME + "/messages/send")
    def send(self, request: TwinRequest) -> httpx.Response:
        """Keeps the message in SENT."""
        return _checked(lambda: self._sent(request))

    @route("POST", _ME + "/drafts")
    @route("POST", "/upload" + _ME + "/drafts")
    def create_draft(self, request: TwinRequest) -> httpx.Response:
        """Keeps the message in DRAFT."""
        return _checked(lambda: self._drafted(request))

    @route("POST", _ME + "/drafts/send")
    def send_draft(self, request: TwinRequest) -> httpx.Response:
        """The draft becomes a message with an id of its own."""
        draft = _draft(request, request.json().get("id", ""))
        if draft is None:
            return _refused(*_MISSING)
        if not any(mail.header(draft["message"], name) for name in ("To", "Cc", "Bcc")):
            return _refused(400, "invalidArgument", "Recipient address required")
        kept = request.state["drafts"]
        request.state["drafts"] = [each for each in kept if each["id"] != draft["id"]]
        own = f"19a8{request.next_number():012x}"
        message = {
            **draft["message"],
            "id": own,
            "labelIds": ["SENT"],
            "internalDate": mail.stamp(request.now),
        }
        request.remember("messages", message)
        return _answer(_short(message))

    @route("GET", _ME + "/messages")
    def list_messages(self, request: TwinRequest) -> httpx.Response:
        """Messages by label and query, newest first."""
        return _page(
            request,
            "messages",
            lambda: [_named(each) for each in _found(request, mail.messages(request.state))],
        )

    @route("GET", _ME + "/messages/{id}")
    def get_message(self, request: TwinRequest) -> httpx.Response:
        """A message, a draft's too."""
        every = [each["message"] for each in request.state.get("drafts", [])]
        every += mail.messages(request.state)
        found = next((each for each in every if each["id"] == request.path["id"]), None)
        return _answer(_shown(request, found)) if found else _refused(*_MISSING)

    @route("GET", _ME + "/drafts")
    def list_drafts(self, request: TwinRequest) -> httpx.Response:
        """Drafts by query, newest first."""

        def shown() -> list[Any]:
            drafts = request.state.get("drafts", [])
            found = {each["id"] for each in _found(request, [d["message"] for d in drafts])}
            return [
                {"id": draft["id"], "message": _named(draft["message"])}
                for draft in drafts
                if draft["message"]["id"] in found
            ]

        return _page(request, "drafts", shown)

    @route("GET", _ME + "/drafts/{id}")
    def get_draft(self, request: TwinRequest) -> httpx.Response:
        """A draft, until it is sent."""
        draft = _draft(request, request.path["id"])
        if draft is None:
            return _refused(*_MISSING)
        return _answer({"id": draft["id"], "message": _shown(request, draft["message"])})

    @route("GET", _ME + "/threads")
    def list_threads(self, request: TwinRequest) -> httpx.Response:
        """Threads with a message that fits, the newest first."""

        def shown() -> list[Any]:
            found: dict[str, dict[str, Json]] = {}
            for message in _found(request, mail.messages(request.state)):
                entry = {key: message[key] for key in ("snippet", "historyId")}
                found.setdefault(message["threadId"], {"id": message["threadId"], **entry})
            return list(found.values())

        return _page(request, "threads", shown)

    @route("GET", _ME + "/threads/{id}")
    def get_thread(self, request: TwinRequest) -> httpx.Response:
        """A thread's messages, oldest first."""
        drafts = [draft["message"] for draft in request.state.get("drafts", [])]
        every = [*drafts, *mail.messages(request.state)]
        inside = [each for each in every if each["threadId"] == request.path["id"]]
        if not inside:
            return _refused(*_MISSING)
        inside.sort(key=lambda each: int(each["internalDate"]))
        shown = [_shown(request, each) for each in inside]
        return _answer(
            {"id": request.path["id"], "historyId": inside[-1]["historyId"], "messages": shown}
        )

    @route("GET", _ME + "/profile")
    def profile(self, request: TwinRequest) -> httpx.Response:
        """The account."""
        every = mail.messages(request.state)
        return _answer(
            {
                "emailAddress": mail.ACCOUNT,
                "messagesTotal": len(every),
                "threadsTotal": len({each["threadId"] for each in every}),
                "historyId": str(1000 + request.state.get("counter", 0)),
            }
        )

    def _sent(self, request: TwinRequest) -> httpx.Response:
        about, raw = mail.incoming(request)
        message = mail.taken(request, raw, about.get("threadId"), "SENT")
        to = [mail.header(message, name) for name in ("To", "Cc", "Bcc")]
        if any("@refused.example" in each for each in to):
            raise mail.Refused(400, "invalidArgument", "Invalid To header")
        request.remember("messages", message)
        return _answer(_short(message))

    def _drafted(self, request: TwinRequest) -> httpx.Response:
        about, raw = mail.incoming(request)
        inner = about.get("message", {})
        message = mail.taken(request, raw, inner.get("threadId"), "DRAFT")
        draft = {"id": f"r{request.next_number()}", "message": message}
        request.remember("drafts", draft)
        return _answer({"id": draft["id"], "message": _short(message)})


def _checked(answer: Callable[[], httpx.Response]) -> httpx.Response:
    try:
        return answer()
    except mail.Refused as refused:
        return _refused(refused.status, refused.reason, refused.message)


def _answer(body: Json) -> httpx.Response:
    return httpx.Response(200, json=body)


def _draft(request: TwinRequest, draft_id: str) -> dict[str, Any] | None:
    drafts = request.state.get("drafts", [])
    return next((each for each in drafts if each["id"] == draft_id), None)


def _short(message: dict[str, Any]) -> dict[str, Json]:
    return {key: message[key] for key in ("id", "threadId", "labelIds")}


def _named(message: dict[str, Any]) -> dict[str, Json]:
    return {key: message[key] for key in ("id", "threadId")}


def _shown(request: TwinRequest, message: dict[str, Any]) -> dict[str, Json]:
    params = request.request.url.params
    return mail.shown(message, params.get("format", "full"), params.get_list("metadataHeaders"))


def _found(request: TwinRequest, every: list[dict[str, Any]]) -> list[dict[str, Any]]:
    params = request.request.url.params
    labels, query = set(params.get_list("labelIds")), params.get("q", "")
    fitting = [each for each in every if labels <= set(each["labelIds"])]
    return [each for each in fitting if mail.fits(each, query)]


def _page(request: TwinRequest, kind: str, every: Callable[[], list[Any]]) -> httpx.Response:
    """One page; the token is the number of those already given. Nothing found is no list."""
    params = request.request.url.params
    token, limit = params.get("pageToken", "0"), int(params.get("maxResults", 100))
    if not token.isdecimal():
        return _refused(400, "invalidArgument", "Invalid pageToken")

    def page() -> httpx.Response:
        found, start = every(), int(token)
        body: dict[str, Json] = {"resultSizeEstimate": len(found)}
        if found[start:]:
            body[kind] = found[start : start + limit]
        if start + limit < len(found):
            body["nextPageToken"] = str(start + limit)
        return _answer(body)

    return _checked(page)
