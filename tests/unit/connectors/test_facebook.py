"""Facebook: insights, settings, and the sandbox."""

from typing import Any

import pytest

from connectors.facebook.app import CONNECTOR
from connectors.facebook.inputs import (
    GetInsights,
)
from hub.connector_kit.spec import NoInput
from tests.harness import Harness
from tests.unit.connectors.facebook_stub import campaign, client, creative, graph, later, post


def test_insights_of_ads_go_on_by_cursor_and_end() -> None:
    rows = [{"spend": "1.00"}, {"spend": "2.00"}]
    secret = "https://graph.facebook.com/v26.0/x?access_token=EAAB-user&after=c1"
    first = {"data": rows, "paging": {"cursors": {"after": "c1"}, "next": secret}}
    last = {"data": rows[:1], "paging": {"cursors": {"after": "c2"}}}
    meta = graph({"GET insights": [first, last]})
    given = GetInsights.model_validate(
        {
            "of": "ad_account",
            "fields": ["spend"],
            "level": "ad",
            "breakdowns": ["age"],
            "filters": [{"field": "spend", "operator": "GREATER_THAN", "value": 0}],
            "since": "2026-02-01",
            "until": "2026-02-28",
            "timeIncrement": 7,
            "limit": 2,
        }
    )
    outcome = client(meta).get_insights(given)
    assert outcome.data == {"insights": rows, "cursor": "c1"}
    following = given.model_copy(update={"cursor": outcome.data["cursor"]})
    assert client(meta).get_insights(following).data == {"insights": rows[:1], "cursor": None}
    asked = dict(meta.sent[1].url.params)
    assert asked == {
        "fields": "spend",
        "level": "ad",
        "breakdowns": '["age"]',
        "filtering": '[{"field":"spend","operator":"GREATER_THAN","value":0}]',
        "time_range": '{"since":"2026-02-01","until":"2026-02-28"}',
        "time_increment": "7",
        "limit": "2",
        "after": "c1",
    }


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"of": "page"}, "/v26.0/100/insights"),
        ({"of": "post", "postId": "100_5"}, "/v26.0/100_5/insights"),
    ],
)
def test_insights_of_a_page_or_post_have_metrics(more: dict[str, str], path: str) -> None:
    figures = [{"name": "m", "period": "day", "values": [{"value": 1, "end_time": "t"}]}]
    meta = graph({"GET insights": {"data": figures}})
    given = GetInsights.model_validate({**more, "metrics": ["page_follows"], "period": "day"})
    outcome = client(meta, pageAccessToken="EAAB-page").get_insights(given)
    assert outcome.data["insights"][0]["values"] == [{"value": 1, "endTime": "t"}]
    assert meta.sent[0].url.path == path
    assert meta.sent[0].headers["authorization"] == "Bearer EAAB-page"


def test_the_token_is_tested_by_asking_whose_it_is() -> None:
    meta = graph({"GET me": {"id": "1", "name": "Shop"}})
    over = client(meta, settings={"apiVersion": "v27.0", "pageId": None})
    assert over.test_connection(NoInput()).data == {"id": "1", "name": "Shop"}
    assert meta.sent[0].url.path == "/v27.0/me"


@pytest.mark.parametrize(
    ("action", "given", "setting", "code"),
    [
        ("create_campaign", campaign(), "adAccountId", "NO_AD_ACCOUNT_ID"),
        ("update_creative", creative(), "adAccountId", "NO_AD_ACCOUNT_ID"),
        ("update_creative", creative(), "pageId", "NO_PAGE_ID"),
        ("create_post", post(), "pageId", "NO_PAGE_ID"),
        ("schedule_post", later(), "pageId", "NO_PAGE_ID"),
        (
            "get_insights",
            GetInsights(of="ad_account", fields=["spend"]),
            "adAccountId",
            "NO_AD_ACCOUNT_ID",
        ),
        ("get_insights", GetInsights(of="page", metrics=["x1"]), "pageId", "NO_PAGE_ID"),
    ],
)
@pytest.mark.parametrize("value", [None, "../me"])
def test_a_missing_setting_is_named_before_anything_is_sent(
    action: str, given: Any, setting: str, code: str, value: str | None
) -> None:
    meta = graph({})
    outcome = getattr(client(meta, settings={setting: value}), action)(given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert setting in (outcome.message or "")
    assert meta.sent == []


def test_the_ad_account_is_taken_with_and_without_its_prefix() -> None:
    meta = graph({"POST campaigns": {"id": "1"}})
    client(meta, settings={"adAccountId": "200"}).create_campaign(campaign())
    client(meta, settings={"adAccountId": "act_200"}).create_campaign(campaign())
    assert {r.url.path for r in meta.sent} == {"/v26.0/act_200/campaigns"}


def test_the_sandbox_keeps_posts_and_shows_their_insights() -> None:
    harness = Harness(CONNECTOR)
    made_post = harness.act("create_post", {"message": "Hi"}).data
    asked = {"of": "post", "postId": made_post["postId"], "metrics": ["post_media_view"]}
    assert harness.act("get_insights", asked).ok
    asked["postId"] = "100000000000001_1"
    assert harness.act("get_insights", asked).code == "100"


def test_the_sandbox_pages_insights_to_their_end() -> None:
    harness = Harness(CONNECTOR)
    asked: dict[str, Any] = {"of": "ad_account", "fields": ["spend"], "limit": 2}
    first = harness.act("get_insights", asked).data
    last = harness.act("get_insights", {**asked, "cursor": first["cursor"]}).data
    assert (len(first["insights"]), len(last["insights"]), last["cursor"]) == (2, 1, None)


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("pause_ad_set", {"adSetId": "1"}, "100"),
        ("update_creative", {"adId": "1", "postId": "1_2"}, "100"),
        (
            "create_campaign",
            {"name": "x", "objective": "OUTCOME_SALES", "dailyBudget": 99},
            "100",
        ),
        ("create_post", {"photos": [{"media": {"url": "https://example.com/broken.jpg"}}]}, "324"),
        ("schedule_post", {"message": "x", "publishAt": "2026-12-24T18:00:00Z"}, "100"),
    ],
)
def test_the_sandbox_refuses_what_meta_refuses(
    action: str, given: dict[str, Any], code: str
) -> None:
    outcome = Harness(CONNECTOR).act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


def test_a_video_that_cannot_be_played_fails_in_the_sandbox() -> None:
    harness = Harness(CONNECTOR)
    given = {"video": {"media": {"url": "https://example.com/unplayable.mp4"}}}
    assert harness.act("create_post", given).kind == "in_progress"
    assert harness.act("create_post", given).code == "VIDEO_FAILED"
