"""Slack: requests as its contract has them, failures inside HTTP 200, read back by metadata."""

import inspect
import json
from typing import Any

import httpx
import pytest
import slack_sdk

from connectors.slack.client import SlackClient
from connectors.slack.spec import SPEC, PostMessage
from hub.connector_kit.client import ClientContext
from tests.support import START, FrozenClock


def client(answer: Any, sent: list[httpx.Request] | None = None) -> SlackClient:
    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    return SlackClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"botToken": "xoxb-1"},
            clock=FrozenClock(),
            call_key="run_1.step_1",
        )
    )


def test_a_message_goes_out_as_slack_wants_it() -> None:
    sent: list[httpx.Request] = []
    given = PostMessage(channel="#launch", text="Hi", thread_ts="1.2")
    client({"ok": True, "ts": "3.4", "channel": "C1"}, sent).post_message(given)
    (request,) = sent
    assert str(request.url) == "https://slack.com/api/chat.postMessage"
    assert request.headers["authorization"] == "Bearer xoxb-1"
    assert request.headers["content-type"] == "application/json"
    body = json.loads(request.content)
    assert body.pop("metadata")["event_payload"] == {"key": "run_1.step_1"}
    assert body == {"channel": "#launch", "text": "Hi", "thread_ts": "1.2"}
    known = inspect.signature(slack_sdk.WebClient.chat_postMessage).parameters
    assert body.keys() <= known.keys()


def test_a_missing_scope_is_named() -> None:
    body = {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "x"}
    outcome = client(body).post_message(PostMessage(channel="C1", text="x"))
    assert "chat:write" in (outcome.message or "")


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"ok": True, "messages": [], "has_more": False}, "not_done"),
        ({"ok": True, "messages": [], "has_more": True}, "unknown"),
        ({"ok": False, "error": "missing_scope"}, "unknown"),
        (
            {
                "ok": True,
                "messages": [
                    {"ts": "9.1", "text": "other"},
                    {"ts": "9.2", "metadata": {"event_payload": {"key": "run_1.step_1"}}},
                ],
            },
            "done",
        ),
    ],
)
def test_a_lost_message_is_looked_up_by_its_key(answer: dict[str, Any], verdict: str) -> None:
    sent: list[httpx.Request] = []
    given = PostMessage(channel="C1", text="x")
    seen = client(answer, sent).reconcile("post_message", given, START)
    assert seen.verdict == verdict
    assert sent[0].url.path == "/api/conversations.history"
    assert sent[0].url.params["include_all_metadata"] == "true"
    assert float(sent[0].url.params["oldest"]) == START.timestamp()


def test_a_lost_reply_is_looked_up_in_its_thread() -> None:
    sent: list[httpx.Request] = []
    given = PostMessage(channel="C1", text="x", thread_ts="5.5")
    client({"ok": True, "messages": []}, sent).reconcile("post_message", given, START)
    assert sent[0].url.path == "/api/conversations.replies"
    assert sent[0].url.params["ts"] == "5.5"


@pytest.mark.parametrize("texts", [{}, {"text": "a", "markdown_text": "b"}])
def test_a_message_has_exactly_one_text(texts: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either text or markdownText"):
        PostMessage(channel="C1", **texts)


def test_the_spec_names_the_scopes_its_actions_need() -> None:
    assert {"chat:write", "channels:read", "channels:history"} <= set(SPEC.auth.scopes)
