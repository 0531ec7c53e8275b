"""Discord: versioned calls, nonces that hold for minutes, lost messages looked up."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.discord.client import DiscordClient
from connectors.discord.spec import SPEC, Embed, ExecuteWebhook, ListChannels, SendMessage
from hub.connector_kit.client import ClientContext
from hub.connector_kit.spec import NoInput
from tests.contract.oracles.discord import check
from tests.support import START, FrozenClock

CHANNEL = "1100000000000000002"
BOT = "900"
WEBHOOK = {"webhookId": "800", "webhookToken": "w3bhook-t0ken"}
MADE = {"id": "42", "channel_id": CHANNEL}
HELLO = SendMessage(channel_id=CHANNEL, content="Hello")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)


def client(
    answer: Any,
    sent: list[httpx.Request] | None = None,
    credentials: dict[str, str] | None = None,
    after: timedelta = timedelta(0),
    **settings: str,
) -> DiscordClient:
    """A client whose platform gives one answer, or one for each path's end that a dict names."""

    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        if "apiVersion" not in settings:
            check(request)
        given = answer
        if callable(answer):
            given = answer(request)
        elif isinstance(answer, dict) and "id" not in answer:
            given = answer[request.url.path.rsplit("/", 1)[-1]]
        return given if isinstance(given, httpx.Response) else httpx.Response(200, json=given)

    return DiscordClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"botToken": "b0t-t0ken", **WEBHOOK}
            if credentials is None
            else credentials,
            clock=FrozenClock(START + after),
            settings={**SPEC.default_settings(), **settings},
            call_key="run_1.step_1",
        )
    )


# ---------------------------------------------------------------------- requests


def test_a_message_goes_out_as_discord_wants_it() -> None:
    sent: list[httpx.Request] = []
    outcome = client(MADE, sent).send_message(HELLO)
    assert outcome.data == {"id": "42", "channelId": CHANNEL}
    (request,) = sent
    assert request.method == "POST"
    assert str(request.url) == f"https://discord.com/api/v10/channels/{CHANNEL}/messages"
    assert request.headers["authorization"] == "Bot b0t-t0ken"
    assert re.fullmatch(r"DiscordBot \(https://\S+, [\d.]+\)", request.headers["user-agent"])
    assert request.headers["content-type"] == "application/json"
    body = json.loads(request.content)
    assert re.fullmatch("[0-9a-f]{25}", body.pop("nonce"))
    assert body == {
        "content": "Hello",
        "enforce_nonce": True,
        "allowed_mentions": {"parse": ["users", "roles"]},
    }


def test_the_same_call_always_carries_the_same_nonce() -> None:
    sent: list[httpx.Request] = []
    client(MADE, sent).send_message(HELLO)
    client(MADE, sent, after=timedelta(minutes=1)).send_message(HELLO)
    first, second = (json.loads(request.content)["nonce"] for request in sent)
    assert first == second


def test_the_version_and_the_bots_page_are_settings() -> None:
    sent: list[httpx.Request] = []
    client(MADE, sent, apiVersion="v11", botUrl="https://acme.example").send_message(HELLO)
    assert sent[0].url.path.startswith("/api/v11/")
    assert sent[0].headers["user-agent"].startswith("DiscordBot (https://acme.example, ")


def test_a_webhook_is_waited_for_and_gets_no_bots_token() -> None:
    """Without `wait` a message that is not saved gives no error."""
    sent: list[httpx.Request] = []
    given = ExecuteWebhook(content="Hi", username="Herald", thread_id="7")
    assert client(MADE, sent).execute_webhook(given).data == {"id": "42", "channelId": CHANNEL}
    (request,) = sent
    assert request.url.path == "/api/v10/webhooks/800/w3bhook-t0ken"
    assert dict(request.url.params) == {"wait": "true", "thread_id": "7"}
    assert "authorization" not in request.headers
    assert json.loads(request.content) == {
        "content": "Hi",
        "username": "Herald",
        "allowed_mentions": {"parse": ["users", "roles"]},
    }


def test_a_webhook_begins_a_thread_in_a_forum() -> None:
    sent: list[httpx.Request] = []
    given = ExecuteWebhook(content="Hi", thread_name="Ideas", applied_tags=["5"])
    assert client(MADE, sent).execute_webhook(given).ok
    body = json.loads(sent[0].content)
    assert (body["thread_name"], body["applied_tags"]) == ("Ideas", ["5"])
    assert dict(sent[0].url.params) == {"wait": "true"}


def test_channels_have_types_in_words() -> None:
    found = [
        {"id": "1", "name": "launch", "type": 0, "parent_id": "9", "position": 2},
        {"id": "2", "name": "new kind", "type": 99},
    ]
    outcome = client({"channels": found}).list_channels(ListChannels(guild_id="5"))
    assert outcome.data == {
        "channels": [
            {"id": "1", "name": "launch", "type": "text", "parentId": "9", "position": 2},
            {"id": "2", "name": "new kind", "type": "99", "parentId": None, "position": None},
        ],
        "cursor": None,
    }


def test_the_server_comes_from_the_input_or_else_the_settings() -> None:
    sent: list[httpx.Request] = []
    platform = client({"channels": []}, sent, guildId="6")
    platform.list_channels(ListChannels(guild_id="5"))
    platform.list_channels(ListChannels())
    assert [r.url.path.split("/")[4] for r in sent] == ["5", "6"]


@pytest.mark.parametrize(
    ("action", "given", "credentials", "code"),
    [
        ("send_message", HELLO, WEBHOOK, "NO_BOT_TOKEN"),
        ("list_channels", ListChannels(guild_id="5"), WEBHOOK, "NO_BOT_TOKEN"),
        ("execute_webhook", ExecuteWebhook(content="x"), {"botToken": "b"}, "NO_WEBHOOK"),
        ("list_channels", ListChannels(), {"botToken": "b"}, "NO_GUILD"),
        ("test_connection", NoInput(), {}, "NO_CREDENTIALS"),
    ],
)
def test_what_a_connection_lacks_is_named(
    action: str, given: Any, credentials: dict[str, str], code: str
) -> None:
    sent: list[httpx.Request] = []
    outcome = getattr(client(MADE, sent, credentials), action)(given)
    assert (outcome.kind, outcome.code, sent) == ("invalid_request", code, [])


def test_a_connection_of_a_webhook_alone_can_be_tested() -> None:
    sent: list[httpx.Request] = []
    outcome = client({"id": "800", "name": "Herald"}, sent, WEBHOOK).test_connection(NoInput())
    assert outcome.data == {"id": "800", "name": "Herald", "type": "webhook"}
    assert (sent[0].method, sent[0].url.path) == ("GET", "/api/v10/webhooks/800/w3bhook-t0ken")


def test_a_refused_field_is_named() -> None:
    wrong = {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer."}]}
    body = {
        "code": 50035,
        "message": "Invalid Form Body",
        "errors": {"embeds": {"0": {"title": wrong}}},
    }
    outcome = client(httpx.Response(400, json=body)).send_message(HELLO)
    assert outcome.message == "Invalid Form Body; embeds.0.title: Must be 256 or fewer."


@pytest.mark.parametrize("errors", ["x", ["x"], {"_errors": "x"}, {"a": {"_errors": ["x"]}}, 1])
def test_errors_of_another_shape_do_no_harm(errors: Any) -> None:
    body = {"code": 50035, "message": "Invalid Form Body", "errors": errors}
    outcome = client(httpx.Response(400, json=body)).send_message(HELLO)
    assert (outcome.kind, outcome.message) == ("invalid_request", "Invalid Form Body")


@pytest.mark.parametrize(
    ("body", "headers", "word"),
    [
        ({"global": True}, {"X-RateLimit-Scope": "global"}, "global limit"),
        ({"global": False}, {"X-RateLimit-Scope": "shared"}, "shared limit"),
    ],
)
def test_whose_limit_it_is_stands_in_the_message(
    body: dict[str, Any], headers: dict[str, str], word: str
) -> None:
    told = {"message": "You are being rate limited.", "retry_after": 1.5, **body}
    outcome = client(httpx.Response(429, headers=headers, json=told)).send_message(HELLO)
    assert outcome.retry_after == 1.5
    assert word in (outcome.message or "")


# ---------------------------------------------------------------------- lost messages


def snowflake(seconds: float, number: int = 0) -> str:
    since = START + timedelta(seconds=seconds) - datetime(2015, 1, 1, tzinfo=UTC)
    return str((round(since.total_seconds() * 1000) << 22) + number)


def message(content: str, seconds: float = 3, author: str = BOT, **more: Any) -> dict[str, Any]:
    known = {"id": snowflake(seconds), "channel_id": CHANNEL, "content": content, "embeds": []}
    return {**known, "author": {"id": author}, **more}


OLD = message("long ago", -3600, "1")
SOON, LATE = timedelta(seconds=30), timedelta(seconds=61)


@pytest.mark.parametrize(
    ("messages", "after", "verdict"),
    [
        ([message("Hello"), OLD], LATE, "done"),
        ([message(" Hello\n"), OLD], LATE, "done"),
        ([OLD], LATE, "not_done"),
        ([message("Hello", author="2"), OLD], LATE, "not_done"),
        ([message("Hello", -60), OLD], LATE, "not_done"),
        # Another message of the bot may be this one, altered by Discord.
        ([message("Hell"), OLD], LATE, "unknown"),
        ([message("Hello", embeds=[]), message("x"), OLD], LATE, "done"),
        # A channel that shows nothing may be one that the bot may not read.
        ([], LATE, "unknown"),
        # While the nonce holds, sending again gives the first message.
        ([], SOON, "not_done"),
        ([message("Hell"), OLD], SOON, "not_done"),
    ],
)
def test_a_lost_message_is_looked_up_by_author_time_and_text(
    messages: list[Any], after: timedelta, verdict: str
) -> None:
    answers = {"messages": messages, "@me": {"id": BOT}}
    seen = client(answers, after=after).reconcile("send_message", HELLO, START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data == {"id": snowflake(3), "channelId": CHANNEL}


@pytest.mark.parametrize(
    ("embeds", "verdict"),
    [
        ([{"type": "rich", "title": "One", "description": "Two"}], "done"),
        ([{"title": "One", "description": "Two"}, {"type": "link", "title": "Page"}], "done"),
        ([{"title": "One"}], "unknown"),
        ([], "unknown"),
    ],
)
def test_a_lost_card_is_known_by_its_title(embeds: list[Any], verdict: str) -> None:
    given = SendMessage(channel_id=CHANNEL, embeds=[Embed(title="One", description="Two")])
    answers = {"messages": [message("", embeds=embeds), OLD], "@me": {"id": BOT}}
    assert client(answers, after=LATE).reconcile("send_message", given, START).verdict == verdict


def test_a_busy_channel_is_read_back_to_the_time_of_the_call() -> None:
    sent: list[httpx.Request] = []
    others = [message("x", 9, "2", id=snowflake(9, n)) for n in range(100, 0, -1)]

    def answer(request: httpx.Request) -> Any:
        if request.url.path.endswith("@me"):
            return {"id": BOT}
        return [message("Hello"), OLD] if "before" in request.url.params else others

    seen = client(answer, sent, after=LATE).reconcile("send_message", HELLO, START)
    assert seen.verdict == "done"
    assert dict(sent[1].url.params) == {"limit": "100", "before": others[-1]["id"]}


def test_a_channel_too_busy_to_read_proves_nothing() -> None:
    sent: list[httpx.Request] = []
    others = [message("x", 9, "2")] * 100
    seen = client({"messages": others}, sent, after=SOON).reconcile("send_message", HELLO, START)
    assert (seen.verdict, len(sent)) == ("unknown", 5)


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_a_channel_that_cannot_be_read_proves_nothing(status: int) -> None:
    answers = {"messages": httpx.Response(status, json={"message": "x", "code": 50001})}
    assert client(answers).reconcile("send_message", HELLO, START).verdict == "unknown"


def by_webhook(content: str, seconds: float = 3, webhook: str = "800") -> dict[str, Any]:
    return message(content, seconds, webhook, webhook_id=webhook)


@pytest.mark.parametrize(
    ("messages", "verdict"),
    [
        ([by_webhook("Hi"), OLD], "done"),
        ([OLD], "not_done"),
        ([by_webhook("Hi", webhook="801"), OLD], "not_done"),
        ([by_webhook("Hi", -60), OLD], "not_done"),
        # A bot without the intent MESSAGE_CONTENT sees others' messages without their texts.
        ([by_webhook(""), OLD], "unknown"),
        ([], "unknown"),
    ],
)
def test_a_lost_message_of_a_webhook_is_looked_up_by_the_bot(
    messages: list[Any], verdict: str
) -> None:
    sent: list[httpx.Request] = []
    answers = {"messages": messages, "w3bhook-t0ken": {"id": "800", "channel_id": CHANNEL}}
    given = ExecuteWebhook(content="Hi")
    assert client(answers, sent).reconcile("execute_webhook", given, START).verdict == verdict
    assert sent[-1].url.path == f"/api/v10/channels/{CHANNEL}/messages"


def test_a_lost_message_in_a_thread_is_looked_up_there() -> None:
    sent: list[httpx.Request] = []
    given = ExecuteWebhook(content="Hi", thread_id="7")
    client({"messages": [by_webhook("Hi"), OLD]}, sent).reconcile("execute_webhook", given, START)
    assert [request.url.path for request in sent] == ["/api/v10/channels/7/messages"]


@pytest.mark.parametrize(
    ("credentials", "given"),
    [
        (WEBHOOK, ExecuteWebhook(content="Hi")),
        (None, ExecuteWebhook(content="Hi", thread_name="New")),
    ],
)
def test_where_nobody_can_look_the_outcome_stays_unknown(
    credentials: dict[str, str] | None, given: ExecuteWebhook
) -> None:
    sent: list[httpx.Request] = []
    seen = client(MADE, sent, credentials).reconcile("execute_webhook", given, START)
    assert (seen.verdict, sent) == ("unknown", [])


# ---------------------------------------------------------------------- inputs


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({}, "content or embeds"),
        ({"content": "  "}, "content or embeds"),
        ({"content": "x" * 2001}, "content"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "6000 characters"),
        (
            {"embeds": [{"description": "x" * 4096, "footer": {"text": "y" * 1905}}]},
            "6000 characters",
        ),
        ({"embeds": [{"title": "x" * 257}]}, "title"),
        ({"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]}, "fields"),
        ({"content": "x", "flags": 1}, "flags"),
        (
            {"content": "x", "allowedMentions": {"parse": ["users"], "users": ["1"]}},
            "either users in parse",
        ),
        ({"content": "x", "channelId": "launch"}, "channelId"),
        ({"content": "x", "messageReference": {}}, "messageId"),
    ],
)
def test_what_discord_would_refuse_is_not_taken(given: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        SendMessage.model_validate({"channelId": CHANNEL, **given})


def test_six_thousand_characters_of_embeds_are_taken() -> None:
    embeds = [{"description": "x" * 3000}, {"description": "x" * 3000}]
    assert SendMessage.model_validate({"channelId": CHANNEL, "embeds": embeds})


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"threadId": "1", "threadName": "x"}, "either threadId or threadName"),
        ({"appliedTags": ["1"]}, "threadName begins"),
        ({"username": "Discord News"}, "discord"),
        ({"username": "x" * 81}, "username"),
        ({"avatarUrl": "http://example.com/a.png"}, "avatarUrl"),
    ],
)
def test_what_a_webhook_would_refuse_is_not_taken(given: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        ExecuteWebhook.model_validate({"content": "x", **given})
