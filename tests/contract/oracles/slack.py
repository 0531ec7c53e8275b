"""Slack's contract: the method signatures of its own SDK."""

import inspect
import json
from typing import Any

import httpx
import slack_sdk


def check(request: httpx.Request) -> None:
    """A Web API call with parameters that its method has."""
    assert request.url.host == "slack.com"
    assert request.headers["authorization"].startswith("Bearer xox")
    name = request.url.path.removeprefix("/api/")
    method = getattr(slack_sdk.WebClient, name.replace(".", "_").lower(), None) or camel(name)
    known = inspect.signature(method).parameters
    given = parameters(request)
    assert given.keys() <= known.keys(), given.keys() - known.keys()
    required = {n for n, p in known.items() if p.default is p.empty and p.kind is p.KEYWORD_ONLY}
    assert required <= given.keys(), required - given.keys()


def camel(name: str) -> Any:
    """The SDK's method of an API method: `chat.postMessage` is `chat_postMessage`."""
    method = getattr(slack_sdk.WebClient, name.replace(".", "_"), None)
    assert method, f"Slack has no method {name}"
    return method


def parameters(request: httpx.Request) -> dict[str, Any]:
    """The parameters of a call, from the query and a JSON or form body."""
    given: dict[str, Any] = dict(request.url.params)
    if request.headers.get("content-type", "").startswith("application/json"):
        given |= json.loads(request.content)
    elif request.content:
        given |= dict(httpx.QueryParams(request.content.decode()))
    return given


def _wrong(method: str, **body: Any) -> httpx.Request:
    headers = {"authorization": "Bearer xoxb-1"}
    return httpx.Request("POST", f"https://slack.com/api/{method}", json=body, headers=headers)


WRONG = [
    _wrong("chat.postMessage", text="no channel"),
    _wrong("chat.postMessage", channel="C1", text="x", colour="red"),
    _wrong("chat.shout", channel="C1"),
]
