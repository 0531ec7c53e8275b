"""Slack: requests as its contract has them, failures inside HTTP 200, lost calls looked up."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.slack.client import SlackClient
from connectors.slack.spec import (
    SPEC,
    DeleteScheduled,
    GetHistory,
    ListChannels,
    PostMessage,
    ScheduleMessage,
    UploadFile,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.media import SANDBOX_SIZE
from hub.domain.outcome import Reconciliation
from tests.contract.oracles.slack import check
from tests.support import START, FrozenClock

KEY = "run_1.step_1"
CHANNEL = "C0LAUNCH01"
TOMORROW = START + timedelta(days=1)

Answers = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)


def client(
    answer: Any, sent: list[httpx.Request] | None = None, notes: MemoryNotes | None = None
) -> SlackClient:
    """A client whose platform gives one answer, or one for each API method it names."""

    def transport(request: httpx.Request) -> httpx.Response:
        request.read()
        check(request)
        if sent is not None:
            sent.append(request)
        given = answer
        if callable(answer):
            given = answer(request)
        elif isinstance(answer, dict) and "ok" not in answer:
            given = answer[request.url.path.rsplit("/", 1)[-1]]
        return given if isinstance(given, httpx.Response) else httpx.Response(200, json=given)

    return SlackClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"botToken": "xoxb-1"},
            clock=FrozenClock(),
            call_key=KEY,
            notes=notes or MemoryNotes(),
        )
    )


def form(request: httpx.Request) -> dict[str, list[str]]:
    return parse_qs(request.content.decode())


# ---------------------------------------------------------------------- requests


def test_a_message_goes_out_as_slack_wants_it() -> None:
    sent: list[httpx.Request] = []
    given = PostMessage(channel="#launch", text="Grüße", thread_ts="1.2", icon_emoji=":mega:")
    outcome = client({"ok": True, "ts": "3.4", "channel": "C1"}, sent).post_message(given)
    assert outcome.data == {"ts": "3.4", "channel": "C1"}
    (request,) = sent
    assert (request.method, str(request.url)) == ("POST", "https://slack.com/api/chat.postMessage")
    assert request.headers["authorization"] == "Bearer xoxb-1"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(request.content) == {
        "channel": "#launch",
        "text": "Grüße",
        "thread_ts": "1.2",
        "icon_emoji": ":mega:",
        "metadata": {"event_type": "neonhub_call", "event_payload": {"key": KEY}},
    }


def test_a_scheduled_message_never_carries_metadata() -> None:
    """Slack's page: a message scheduled with metadata is never posted."""
    sent: list[httpx.Request] = []
    answer = {"ok": True, "scheduled_message_id": "Q1", "channel": "C1", "post_at": 1772528400}
    given = ScheduleMessage(channel="#launch", text="Hi", post_at=TOMORROW)
    outcome = client(answer, sent).schedule_message(given)
    assert outcome.data == {"scheduledMessageId": "Q1", "channel": "C1", "postAt": 1772528400}
    assert json.loads(sent[0].content) == {
        "channel": "#launch",
        "text": "Hi",
        "post_at": int(TOMORROW.timestamp()),
    }


@pytest.mark.parametrize(
    ("ahead", "code"),
    [
        (timedelta(0), "time_in_past"),
        (timedelta(days=-1), "time_in_past"),
        (timedelta(days=120, seconds=1), "time_too_far"),
    ],
)
def test_a_time_slack_would_refuse_is_not_sent(ahead: timedelta, code: str) -> None:
    sent: list[httpx.Request] = []
    given = ScheduleMessage(channel="C1", text="x", post_at=START + ahead)
    outcome = client({"ok": True}, sent).schedule_message(given)
    assert (outcome.kind, outcome.code, sent) == ("invalid_request", code, [])


def test_the_last_day_can_be_scheduled() -> None:
    answer = {"ok": True, "scheduled_message_id": "Q1", "channel": "C1", "post_at": 1}
    given = ScheduleMessage(channel="C1", text="x", post_at=START + timedelta(days=120))
    assert client(answer).schedule_message(given).ok


def test_a_scheduled_message_is_taken_back_by_its_id() -> None:
    sent: list[httpx.Request] = []
    given = DeleteScheduled(channel=CHANNEL, scheduled_message_id="Q1")
    assert client({"ok": True}, sent).delete_scheduled(given).data == {"deleted": True}
    assert form(sent[0]) == {"channel": [CHANNEL], "scheduled_message_id": ["Q1"]}


@pytest.mark.parametrize(
    ("given", "path", "expected"),
    [
        ({}, "/api/conversations.history", {"channel": CHANNEL, "limit": "100"}),
        (
            {"oldest": START, "latest": TOMORROW, "limit": 15, "cursor": "abc"},
            "/api/conversations.history",
            {
                "channel": CHANNEL,
                "limit": "15",
                "cursor": "abc",
                "oldest": f"{START.timestamp():.6f}",
                "latest": f"{TOMORROW.timestamp():.6f}",
            },
        ),
        (
            {"thread_ts": "1.2"},
            "/api/conversations.replies",
            {"channel": CHANNEL, "limit": "100", "ts": "1.2"},
        ),
    ],
)
def test_a_history_is_read(given: dict[str, Any], path: str, expected: dict[str, str]) -> None:
    sent: list[httpx.Request] = []
    answer = {"ok": True, "messages": [{"ts": "1.2", "text": "a", "user": "U1"}]}
    outcome = client(answer, sent).get_history(GetHistory(channel=CHANNEL, **given))
    assert (sent[0].method, sent[0].url.path) == ("GET", path)
    assert dict(sent[0].url.params) == expected
    assert outcome.data == {
        "messages": [{"ts": "1.2", "text": "a", "user": "U1", "botId": None, "threadTs": None}],
        "cursor": None,
    }


@pytest.mark.parametrize(("told", "cursor"), [("bmV4dA==", "bmV4dA=="), ("", None)])
def test_an_empty_cursor_ends_a_list(told: str, cursor: str | None) -> None:
    answer = {"ok": True, "channels": [], "response_metadata": {"next_cursor": told}}
    assert client(answer).list_channels(ListChannels()).data == {"channels": [], "cursor": cursor}


def test_a_missing_scope_is_named() -> None:
    body = {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "x"}
    outcome = client(body).post_message(PostMessage(channel="C1", text="x"))
    assert "chat:write" in (outcome.message or "")


# ---------------------------------------------------------------------- lost messages


def with_key(key: str) -> dict[str, Any]:
    return {"ts": "9.2", "metadata": {"event_payload": {"key": key}}}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"ok": True, "messages": [], "has_more": False}, "not_done"),
        ({"ok": True, "messages": [{"ts": "9.1"}, with_key("another")]}, "not_done"),
        ({"ok": True, "messages": [], "has_more": True}, "unknown"),
        ({"ok": True}, "unknown"),
        ({"ok": False, "error": "not_in_channel"}, "unknown"),
        (httpx.Response(503), "unknown"),
        ({"ok": True, "messages": [{"ts": "9.1", "text": "other"}, with_key(KEY)]}, "done"),
    ],
)
def test_a_lost_message_is_looked_up_by_its_key(answer: Any, verdict: str) -> None:
    sent: list[httpx.Request] = []
    given = PostMessage(channel="C1", text="x")
    seen = client({"conversations.history": answer}, sent).reconcile("post_message", given, START)
    assert seen.verdict == verdict
    assert seen.data == ({"ts": "9.2", "channel": "C1"} if verdict == "done" else None)
    assert sent[0].url.params["include_all_metadata"] == "true"
    assert float(sent[0].url.params["oldest"]) == START.timestamp()


def test_a_lost_message_is_looked_up_on_every_page() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        last = request.url.params.get("cursor") == "2"
        messages = [with_key(KEY)] if last else [{"ts": "9.9"}]
        more = {"next_cursor": "" if last else "2"}
        page = {"messages": messages, "has_more": not last, "response_metadata": more}
        return httpx.Response(200, json={"ok": True, **page})

    given = PostMessage(channel="C1", text="x")
    assert client(answer).reconcile("post_message", given, START).verdict == "done"


def test_a_history_without_end_is_not_read_for_ever() -> None:
    sent: list[httpx.Request] = []
    page = {"ok": True, "messages": [], "response_metadata": {"next_cursor": "again"}}
    seen = client(page, sent).reconcile("post_message", PostMessage(channel="C1", text="x"), START)
    assert (seen.verdict, len(sent)) == ("unknown", 5)


def test_a_lost_reply_is_looked_up_in_its_thread() -> None:
    sent: list[httpx.Request] = []
    given = PostMessage(channel="C1", text="x", thread_ts="5.5")
    client({"ok": True, "messages": []}, sent).reconcile("post_message", given, START)
    assert sent[0].url.path == "/api/conversations.replies"
    assert sent[0].url.params["ts"] == "5.5"


@pytest.mark.parametrize(
    ("channel", "verdict"), [("#launch", "not_done"), ("launch", "not_done"), ("#gone", "unknown")]
)
def test_a_channels_name_is_looked_up_first(channel: str, verdict: str) -> None:
    """Slack posts to names, and reads by id only."""
    sent: list[httpx.Request] = []
    answers = {
        "conversations.list": {"ok": True, "channels": [{"id": CHANNEL, "name": "launch"}]},
        "conversations.history": {"ok": True, "messages": []},
    }
    given = PostMessage(channel=channel, text="x")
    assert client(answers, sent).reconcile("post_message", given, START).verdict == verdict
    if verdict == "not_done":
        assert sent[-1].url.params["channel"] == CHANNEL


# ---------------------------------------------------------------------- lost schedules


def pending(**more: Any) -> dict[str, Any]:
    return {
        "id": "Q1",
        "channel_id": CHANNEL,
        "post_at": int(TOMORROW.timestamp()),
        "date_created": int(START.timestamp()) + 2,
        "text": "Fish &amp; chips",
        **more,
    }


@pytest.mark.parametrize(
    ("kept", "verdict"),
    [
        ([], "not_done"),
        ([pending()], "done"),
        ([pending(text="Fish and chips")], "unknown"),
        ([pending(text="Fish and chips"), pending()], "done"),
        ([pending(channel_id="C0OTHER")], "not_done"),
        ([pending(post_at=int(TOMORROW.timestamp()) + 60)], "not_done"),
        ([pending(date_created=int(START.timestamp()) - 60)], "not_done"),
    ],
)
def test_a_lost_schedule_is_looked_up_by_channel_time_and_text(
    kept: list[dict[str, Any]], verdict: str
) -> None:
    given = ScheduleMessage(channel=CHANNEL, text="Fish & chips", post_at=TOMORROW)
    answer = {"ok": True, "scheduled_messages": kept, "response_metadata": {"next_cursor": ""}}
    seen = client({"chat.scheduledMessages.list": answer}).reconcile(
        "schedule_message", given, START
    )
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data["scheduledMessageId"] == "Q1"


def test_a_scheduled_message_whose_time_has_come_is_not_looked_for() -> None:
    sent: list[httpx.Request] = []
    given = ScheduleMessage(channel=CHANNEL, text="x", post_at=START)
    seen = client({"ok": True, "scheduled_messages": []}, sent)
    assert seen.reconcile("schedule_message", given, START).verdict == "unknown"
    assert sent == []


# ---------------------------------------------------------------------- files

PLACE = {"ok": True, "upload_url": "https://files.slack.com/upload/v1/abc", "file_id": "F1"}
STORED = httpx.Response(200, text=f"OK - {SANDBOX_SIZE}")
SHARED = {"ok": True, "files": [{"id": "F1", "permalink": "https://acme.slack.com/files/F1"}]}
UPLOAD = UploadFile.model_validate(
    {
        "media": {"url": "https://example.com/a.png"},
        "channel": CHANNEL,
        "title": "A",
        "altText": "A picture",
        "initialComment": "Look",
        "threadTs": "1.2",
    }
)


def answers(**changed: Any) -> dict[str, Any]:
    """What Slack answers to each part of an upload."""
    return {
        "files.getUploadURLExternal": changed.get("place", PLACE),
        "abc": changed.get("stored", STORED),
        "files.completeUploadExternal": changed.get("shared", SHARED),
        "files.info": changed.get("info"),
    }


def names(sent: list[httpx.Request]) -> list[str]:
    return [request.url.path.rsplit("/", 1)[-1] for request in sent]


def test_a_file_is_placed_sent_and_shared() -> None:
    sent: list[httpx.Request] = []
    outcome = client(answers(), sent).upload_file(UPLOAD)
    assert outcome.data == {"fileId": "F1", "permalink": "https://acme.slack.com/files/F1"}
    place, upload, share = sent
    assert form(place) == {
        "filename": ["a.png"],
        "length": [str(SANDBOX_SIZE)],
        "alt_txt": ["A picture"],
    }
    assert str(upload.url) == PLACE["upload_url"]
    assert "authorization" not in upload.headers
    assert "transfer-encoding" not in upload.headers
    assert int(upload.headers["content-length"]) == len(upload.content) == SANDBOX_SIZE
    assert form(share) == {
        "files": ['[{"id": "F1", "title": "A"}]'],
        "channel_id": [CHANNEL],
        "initial_comment": ["Look"],
        "thread_ts": ["1.2"],
    }


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/upload/v1/abc",
        "https://169.254.169.254/abc",
        "http://files.slack.com/upload/v1/abc",
        "https://intranet/abc",
        "https://files.slack.com@localhost/abc",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_public(address: str) -> None:
    sent: list[httpx.Request] = []
    outcome = client(answers(place={**PLACE, "upload_url": address}), sent).upload_file(UPLOAD)
    assert (outcome.kind, outcome.code) == ("invalid_request", "UPLOAD_ADDRESS")
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("broken", "kind", "again"),
    [
        ({"place": httpx.Response(500)}, "transient", 3),
        ({"place": {"ok": False, "error": "ratelimited"}}, "rate_limited", 3),
        # The address was used: the next try begins with a new one.
        ({"stored": httpx.Response(502)}, "transient", 3),
        ({"stored": httpx.Response(400, text="bad")}, "invalid_request", 3),
        ({"shared": {"ok": False, "error": "ratelimited"}}, "rate_limited", 1),
        ({"shared": httpx.Response(500)}, "unknown_outcome", 1),
    ],
)
def test_an_upload_goes_on_where_it_stopped(broken: dict[str, Any], kind: str, again: int) -> None:
    notes = MemoryNotes()
    assert client(answers(**broken), notes=notes).upload_file(UPLOAD).kind == kind
    sent: list[httpx.Request] = []
    assert client(answers(), sent, notes).upload_file(UPLOAD).data["fileId"] == "F1"
    assert (
        names(sent)
        == ["files.getUploadURLExternal", "abc", "files.completeUploadExternal"][-again:]
    )
    sent.clear()
    assert client(answers(), sent, notes).upload_file(UPLOAD).ok
    assert sent == []


@pytest.mark.parametrize(
    ("info", "verdict"),
    [
        ({"ok": False, "error": "file_not_found"}, "not_done"),
        ({"ok": True, "file": {"id": "F1", "channels": [CHANNEL]}}, "done"),
        ({"ok": True, "file": {"id": "F1", "shares": {"private": {CHANNEL: [{}]}}}}, "done"),
        ({"ok": True, "file": {"id": "F1", "channels": []}}, "unknown"),
        ({"ok": True, "file": {"id": "F1", "channels": ["C0OTHER"]}}, "unknown"),
        ({"ok": False, "error": "missing_scope"}, "unknown"),
        (httpx.Response(500), "unknown"),
    ],
)
def test_a_lost_sharing_is_looked_up_at_the_file(info: Any, verdict: str) -> None:
    notes, sent = MemoryNotes(), list[httpx.Request]()
    lost = client(answers(shared=httpx.Response(500), info=info), sent, notes)
    assert lost.upload_file(UPLOAD).kind == "unknown_outcome"
    again = client(answers(info=info), sent, notes)
    assert again.reconcile("upload_file", UPLOAD, START).verdict == verdict
    assert sent[-1].url.params["file"] == "F1"
    sent.clear()
    if verdict == "done":
        assert client(answers(), sent, notes).upload_file(UPLOAD).data["fileId"] == "F1"
        assert sent == [], "what was found done is not done again"


def test_an_upload_that_never_got_to_sharing_was_not_done() -> None:
    sent: list[httpx.Request] = []
    seen = client(answers(), sent).reconcile("upload_file", UPLOAD, START)
    assert (seen.verdict, sent) == (Reconciliation.NOT_DONE, [])


# ---------------------------------------------------------------------- inputs


@pytest.mark.parametrize(
    "texts",
    [
        {},
        {"text": "a", "markdown_text": "b"},
        {"blocks": [{"type": "divider"}], "markdown_text": "b"},
    ],
)
def test_a_message_has_exactly_one_text(texts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="either text or markdownText"):
        PostMessage(channel="C1", **texts)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", "x" * 40_001),
        ("blocks", [{"type": "divider"}] * 51),
        ("blocks", []),
        ("iconEmoji", "mega"),
        ("iconUrl", "http://example.com/i.png"),
        ("replyBroadcast", True),
        ("threadTs", "yesterday"),
    ],
)
def test_what_slack_would_refuse_is_not_taken(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        PostMessage.model_validate({"channel": "C1", "text": "x", field: value})


@pytest.mark.parametrize("size", [("text", 40_000), ("markdownText", 12_000)])
def test_the_longest_texts_are_taken(size: tuple[str, int]) -> None:
    assert PostMessage.model_validate({"channel": "C1", size[0]: "x" * size[1]})


def test_the_spec_names_the_scopes_its_actions_need() -> None:
    needed = {"chat:write", "chat:write.customize", "channels:read", "channels:history"}
    assert needed | {"files:write", "files:read"} <= set(SPEC.auth.scopes)
