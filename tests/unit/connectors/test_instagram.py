"""Instagram: messages, insights, quota, settings, and the sandbox."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.instagram.app import CONNECTOR
from connectors.instagram.spec import (
    GetInsights,
    PublishStory,
    RespondDm,
)
from hub.connector_kit.meta import appsecret_proof
from hub.connector_kit.spec import NoInput
from hub.domain.model import Json
from tests.harness import Harness
from tests.support import START
from tests.unit.connectors.instagram_stub import TOKEN, USER, client, graph, post
from tests.unit.connectors.meta_stub import IMAGE, TIME, VIDEO, Answers, raw_form


def message(text: str, seconds: int, sender: str = USER) -> dict[str, Any]:
    made = (START + timedelta(seconds=seconds)).strftime(TIME)
    return {"id": f"mid{seconds}", "created_time": made, "from": {"id": sender}, "message": text}


@pytest.mark.parametrize(
    ("messages", "verdict"),
    [
        ([message("Hello", 3)], "done"),
        ([message("Hello", 0)], "done"),
        ([message("Hello", -60)], "not_done"),
        ([message("Hello", 3, sender="42")], "not_done"),
        ([message("Other", 3), message("Hello", -60)], "not_done"),
        ([], "not_done"),
        # All that Meta shows is newer than the call.
        ([message("Other", n) for n in range(20)], "unknown"),
    ],
)
def test_a_lost_message_is_looked_up_in_its_conversation(messages: list[Any], verdict: str) -> None:
    meta = graph(
        {
            "GET conversations": {"data": [{"id": "aWd1"}]},
            "GET aWd1": {"messages": {"data": messages}, "id": "aWd1"},
        }
    )
    given = RespondDm(recipient_id="42", text="Hello")
    seen = client(meta).reconcile("respond_dm", given, START + timedelta(microseconds=300))
    assert seen.verdict == verdict
    assert meta.sent[0].url.params["user_id"] == "42"


@pytest.mark.parametrize(
    "answers",
    [
        {"GET conversations": httpx.Response(403, json={"error": {"code": 10, "message": "x"}})},
        {"GET conversations": {"data": []}},
        {"GET conversations": {"data": [{"id": "aWd1"}]}, "GET aWd1": {"id": "aWd1"}},
    ],
)
def test_a_conversation_that_cannot_be_read_leaves_the_message_unknown(answers: Answers) -> None:
    given = RespondDm(recipient_id="42", text="Hello")
    assert client(graph(answers)).reconcile("respond_dm", given, START).verdict == "unknown"


@pytest.mark.parametrize(
    ("more", "extra"),
    [
        ({}, {}),
        ({"human_agent": True}, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}),
        ({"reply_to": "aWdf"}, {"reply_to": '{"mid":"aWdf"}'}),
    ],
)
def test_a_message_goes_out_as_a_form_of_json(more: dict[str, Any], extra: dict[str, str]) -> None:
    meta = graph({"POST messages": {"recipient_id": "42", "message_id": "m1"}})
    outcome = client(meta).respond_dm(RespondDm(recipient_id="42", text="Grüße", **more))
    assert outcome.data == {"messageId": "m1", "recipientId": "42"}
    assert raw_form(meta.sent[0]) == {
        "recipient": '{"id":"42"}',
        "message": '{"text":"Grüße"}',
        **extra,
    }


@pytest.mark.parametrize(
    ("settings", "token", "code"),
    [
        ({"igUserId": None}, TOKEN, "NO_IG_USER_ID"),
        ({"igUserId": "../me"}, TOKEN, "NO_IG_USER_ID"),
        ({"baseUrl": "https://graph.example.com"}, TOKEN, "BASE_URL_NOT_ALLOWED"),
        ({"baseUrl": "http://graph.facebook.com"}, TOKEN, "BASE_URL_NOT_ALLOWED"),
        ({"baseUrl": "https://graph.instagram.com"}, "EAAB123", "TOKEN_OF_OTHER_LOGIN"),
        ({}, "IGAAB123", "TOKEN_OF_OTHER_LOGIN"),
    ],
)
def test_wrong_settings_are_refused_before_anything_is_sent(
    settings: dict[str, Json], token: str, code: str
) -> None:
    meta = graph({})
    for act, given in [
        ("publish_post", post()),
        ("publish_story", PublishStory.model_validate({"video": VIDEO})),
        ("respond_dm", RespondDm(recipient_id="1", text="x")),
        ("get_insights", GetInsights(metrics=["reach"], period="day")),
        ("quota", NoInput()),
        ("test_connection", NoInput()),
    ]:
        over = client(meta, settings=settings, accessToken=token)
        outcome = getattr(over, act)(given)
        assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert (
        client(meta, settings=settings, accessToken=token)
        .reconcile("respond_dm", RespondDm(recipient_id="1", text="x"), START)
        .verdict
        == "unknown"
    )
    assert meta.sent == []


def test_the_host_and_version_are_settings_and_the_app_proves_itself() -> None:
    meta = graph({f"GET {USER}": {"id": USER, "username": "shop", "media_count": 3}})
    settings: dict[str, Json] = {"baseUrl": "https://graph.instagram.com", "apiVersion": "v27.0"}
    over = client(meta, settings=settings, accessToken="IGAA-1", appSecret="app-secret")
    assert over.test_connection(NoInput()).data == {
        "id": USER,
        "username": "shop",
        "mediaCount": 3,
    }
    (request,) = meta.sent
    assert (request.url.host, request.url.path) == ("graph.instagram.com", f"/v27.0/{USER}")
    assert request.url.params["appsecret_proof"] == appsecret_proof("app-secret", "IGAA-1")
    assert "IGAA-1" not in str(request.url)


def test_the_quota_is_read_with_its_limit() -> None:
    limit = {"config": {"quota_total": 50, "quota_duration": 86400}, "quota_usage": 52}
    meta = graph({"GET content_publishing_limit": {"data": [limit]}})
    assert client(meta).quota(NoInput()).data == {
        "used": 52,
        "total": 50,
        "left": 0,
        "windowSeconds": 86400,
    }
    assert meta.sent[0].url.params["fields"] == "config,quota_usage"


def test_insights_are_of_the_account_or_of_a_media() -> None:
    figures = [
        {"name": "reach", "period": "day", "values": [{"value": 3, "end_time": "t"}], "title": "R"},
        {"name": "views", "period": "day", "total_value": {"value": 9}},
    ]
    meta = graph(
        {"GET insights": {"data": figures, "paging": {"next": "https://x/?access_token=1"}}}
    )
    outcome = client(meta).get_insights(GetInsights(metrics=["reach", "views"], period="day"))
    assert outcome.data == {
        "metrics": [
            {
                "name": "reach",
                "title": "R",
                "period": "day",
                "values": [{"value": 3, "endTime": "t"}],
                "totalValue": None,
            },
            {
                "name": "views",
                "title": None,
                "period": "day",
                "values": [],
                "totalValue": {"value": 9},
            },
        ]
    }
    client(meta).get_insights(GetInsights(metrics=["saved"], media_id="99"))
    assert [r.url.path for r in meta.sent] == [f"/v26.0/{USER}/insights", "/v26.0/99/insights"]
    assert dict(meta.sent[0].url.params) == {"metric": "reach,views", "period": "day"}


@pytest.mark.parametrize(
    ("code", "seconds"), [(9, 3600), (80002, 120)], ids=["the day's posts", "too many calls"]
)
def test_the_daily_quota_is_waited_for_longer_than_a_rate_limit(code: int, seconds: float) -> None:
    usage = {"1": [{"estimated_time_to_regain_access": 2}]}
    headers = {"X-Business-Use-Case-Usage": json.dumps(usage)}
    body = {"error": {"message": "x", "code": code, "error_subcode": 2207042}}
    meta = graph({"POST media": httpx.Response(400, json=body, headers=headers)})
    outcome = client(meta).publish_post(post())
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", seconds)


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("publish_post", {"image": {"url": "https://example.com/broken.jpg"}}, "CONTAINER_ERROR"),
        ("respond_dm", {"recipientId": "666", "text": "x"}, "10"),
        ("get_insights", {"mediaId": "1", "metrics": ["views"]}, "100"),
    ],
)
def test_the_sandbox_refuses_what_instagram_refuses(
    action: str, given: dict[str, Any], code: str
) -> None:
    outcome = Harness(CONNECTOR).act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


def test_the_sandbox_shows_what_was_published() -> None:
    harness = Harness(CONNECTOR)
    assert harness.act("quota", {}).data["used"] == 0
    made = harness.act("publish_post", {"image": IMAGE, "caption": "One"}).data
    assert made["permalink"].startswith("https://www.instagram.com/p/")
    assert harness.act("quota", {}).data == {
        "used": 1,
        "total": 100,
        "left": 99,
        "windowSeconds": 86400,
    }
    seen = harness.act("get_insights", {"mediaId": made["mediaId"], "metrics": ["views"]})
    assert seen.data["metrics"][0]["values"][0]["value"] > 0


def test_a_container_expires_after_a_day_in_the_sandbox() -> None:
    harness = Harness(CONNECTOR)
    assert harness.act("publish_post", {"reel": VIDEO}).kind == "in_progress"
    harness.clock.advance(25 * 3600)
    assert harness.act("publish_post", {"reel": VIDEO}).code == "CONTAINER_EXPIRED"
