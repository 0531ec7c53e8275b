"""Slack's contract: the signatures of its own SDK's methods, and what the SDK does with files."""

import inspect
import json
import typing
from functools import cache
from typing import Any

import httpx
import slack_sdk

# What the SDK sends to the upload address: the bytes, and no header of its own.
_UPLOADS = "files.slack.com"


def check(request: httpx.Request) -> None:
    """A Web API call with parameters that its method has, or bytes for Slack's upload host."""
    if request.url.host == _UPLOADS:
        check_upload(request)
        return
    assert request.url.host == "slack.com"
    assert request.url.scheme == "https"
    assert request.headers["authorization"].startswith("Bearer xox")
    assert request.url.path.startswith("/api/")
    name = request.url.path.removeprefix("/api/")
    method = getattr(slack_sdk.WebClient, name.replace(".", "_"), None)
    assert method, f"Slack has no method {name}"
    source = inspect.getsource(method)
    as_json = request.headers.get("content-type", "").startswith("application/json")
    # The SDK sends JSON only to the methods that take nested values.
    assert not as_json or "json=kwargs" in source, f"{name} takes a form"
    assert request.method == "POST" or 'http_verb="GET"' in source or name.endswith(".list")
    given = parameters(request)
    known = types_of(method)
    assert given.keys() <= known.keys(), given.keys() - known.keys()
    required = {n for n, (_, needed) in known.items() if needed}
    assert required <= given.keys(), required - given.keys()
    for parameter, value in given.items():
        kind = known[parameter][0]
        assert fits(value, kind, as_text=not as_json), f"{parameter}={value!r} is not {kind}"
    check_message(name, given)


def check_upload(request: httpx.Request) -> None:
    """Raw bytes of the length told, without the token."""
    assert request.method == "POST"
    assert request.url.path.startswith("/upload/v1/")
    assert "authorization" not in request.headers
    assert "transfer-encoding" not in request.headers
    assert int(request.headers["content-length"]) == len(request.content) > 0


def check_message(name: str, given: dict[str, Any]) -> None:
    """What the method pages say of fields together."""
    if name in ("chat.postMessage", "chat.scheduleMessage"):
        assert {"text", "blocks", "markdown_text"} & given.keys()
        assert not ("markdown_text" in given and {"text", "blocks"} & given.keys())
    if name == "chat.scheduleMessage":
        assert "metadata" not in given, "a scheduled message with metadata is never posted"
    if name == "files.completeUploadExternal":
        for file in json.loads(given["files"]):
            assert "id" in file
            assert file.keys() <= {"id", "title", "highlight_type"}


@cache
def types_of(method: Any) -> dict[str, tuple[Any, bool]]:
    """Each parameter's type, and whether it is required."""
    hints = typing.get_type_hints(method)
    return {
        name: (hints[name], parameter.default is parameter.empty)
        for name, parameter in inspect.signature(method).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def fits(value: Any, kind: Any, as_text: bool) -> bool:
    """Whether a value is of a type; in a query or form every value is text."""
    options = typing.get_args(kind) if typing.get_origin(kind) is typing.Union else (kind,)
    plain = {typing.get_origin(option) or option for option in options}
    if as_text:
        return (
            str in plain
            or (bool in plain and value in ("true", "false"))
            or (int in plain and value.isdigit())
            or (list in plain and value.startswith("["))
        )
    if isinstance(value, list):
        return any(issubclass(option, typing.Sequence) for option in plain if option is not str)
    # bool is an int in Python, not in JSON.
    return any(type(value) is option for option in plain)


def parameters(request: httpx.Request) -> dict[str, Any]:
    """The parameters of a call, from the query and a JSON or form body."""
    given: dict[str, Any] = dict(request.url.params)
    if request.headers.get("content-type", "").startswith("application/json"):
        given |= json.loads(request.content)
    elif request.content:
        given |= dict(httpx.QueryParams(request.content.decode()))
    return given


def _wrong(method: str, form: dict[str, Any] | None = None, **body: Any) -> httpx.Request:
    headers = {"authorization": "Bearer xoxb-1"}
    sent: dict[str, Any] = {"data": form} if form else {"json": body}
    return httpx.Request("POST", f"https://slack.com/api/{method}", headers=headers, **sent)


WRONG = [
    _wrong("chat.postMessage", text="no channel"),
    _wrong("chat.postMessage", channel="C1", text="x", colour="red"),
    _wrong("chat.postMessage", channel="C1", text="x", unfurl_links="yes"),
    _wrong("chat.postMessage", channel="C1", text="x", blocks=5),
    _wrong("chat.scheduleMessage", channel="C1", text="x", post_at=1, metadata={"event_type": "a"}),
    _wrong("chat.shout", channel="C1"),
    _wrong("files.getUploadURLExternal", filename="a", length=3),
    _wrong("files.getUploadURLExternal", {"filename": "a", "length": "long"}),
    _wrong("files.completeUploadExternal", {"files": "F1", "channel_id": "C1"}),
    httpx.Request(
        "POST",
        "https://files.slack.com/upload/v1/a",
        content=b"abc",
        headers={"authorization": "Bearer xoxb-1"},
    ),
]
