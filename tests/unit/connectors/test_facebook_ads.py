"""Facebook ads: made as Meta wants them, and found again when their answer was lost."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.facebook.inputs import (
    PauseAdSet,
    UpdateCreative,
)
from hub.connector_kit.journal import MemoryNotes
from tests.support import START
from tests.unit.connectors.facebook_stub import PAGE, campaign, client, creative, graph
from tests.unit.connectors.meta_stub import IMAGE, LOST, MORE, REFUSED, Answer, Answers, form, stamp


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"is_adset_budget_sharing_enabled": "false"}),
        ({"shareAdsetBudgets": True}, {"is_adset_budget_sharing_enabled": "true"}),
        ({"dailyBudget": 2500}, {"daily_budget": "2500"}),
        (
            {
                "lifetimeBudget": 9900,
                "startTime": "2026-03-03T00:00:00+01:00",
                "stopTime": "2026-03-09T00:00:00Z",
            },
            {
                "lifetime_budget": "9900",
                "start_time": "2026-03-03T00:00:00+0100",
                "stop_time": "2026-03-09T00:00:00+0000",
            },
        ),
    ],
)
def test_a_campaign_goes_out_paused_with_its_budget(
    more: dict[str, Any], expected: dict[str, str]
) -> None:
    meta = graph({"POST campaigns": {"id": "1201"}})
    outcome = client(meta).create_campaign(campaign(**more))
    assert outcome.data == {"campaignId": "1201", "valid": True}
    (request,) = meta.sent
    assert str(request.url) == "https://graph.facebook.com/v26.0/act_200/campaigns"
    assert form(request) == {
        "name": "Summer",
        "objective": "OUTCOME_TRAFFIC",
        "status": "PAUSED",
        "special_ad_categories": [],
        **expected,
    }


def test_validating_creates_nothing_and_may_be_repeated() -> None:
    meta = graph({"POST campaigns": [{"success": True}, LOST]})
    given = campaign(validateOnly=True)
    assert client(meta).create_campaign(given).data == {"campaignId": None, "valid": True}
    assert form(meta.sent[0])["execution_options"] == ["validate_only"]
    assert client(meta).create_campaign(given).kind == "transient"
    seen = client(graph({})).reconcile("create_campaign", given, START)
    assert seen.verdict == "not_done"


def made(id_: str, name: str, seconds: int, objective: str = "OUTCOME_TRAFFIC") -> dict[str, Any]:
    return {"id": id_, "name": name, "objective": objective, "created_time": stamp(seconds)}


@pytest.mark.parametrize(
    ("pages", "verdict"),
    [
        ([{"data": []}], "not_done"),
        ([{"data": [made("1", "Summer", 2)]}], "done"),
        ([{"data": [made("1", "Summer", 0)]}], "done"),
        ([{"data": [made("1", "Summer", -60)]}], "not_done"),
        ([{"data": [made("1", "Winter", 2)]}], "not_done"),
        ([{"data": [made("1", "Summer", 2, "OUTCOME_SALES")]}], "not_done"),
        # Two since then: which one is ours?
        ([{"data": [made("1", "Summer", 2), made("2", "Summer", 3)]}], "unknown"),
        (
            [{"data": [made("1", "a", 2)], "paging": MORE}, {"data": [made("2", "Summer", 2)]}],
            "done",
        ),
        ([{"data": [made("1", "a", 2)], "paging": MORE}, REFUSED], "unknown"),
        ([{"data": [], "paging": MORE}] * 10, "unknown"),
        ([REFUSED], "unknown"),
    ],
)
def test_a_lost_campaign_is_looked_up_by_name_and_time(pages: list[Answer], verdict: str) -> None:
    meta = graph({"GET campaigns": pages})
    seen = client(meta).reconcile(
        "create_campaign", campaign(), START + timedelta(microseconds=400_000)
    )
    assert seen.verdict == verdict
    assert (seen.data is not None) == (verdict == "done")
    assert len(meta.sent) == len(pages)


def test_an_ad_set_is_paused() -> None:
    meta = graph({"POST 120771": [{"success": True}, {"success": False}]})
    outcome = client(meta).pause_ad_set(PauseAdSet(ad_set_id="120771"))
    assert outcome.data == {"adSetId": "120771", "status": "PAUSED"}
    assert form(meta.sent[0]) == {"status": "PAUSED"}
    assert client(meta).pause_ad_set(PauseAdSet(ad_set_id="120771")).kind == "invalid_request"


def creative_name() -> str:
    meta = graph({"POST adcreatives": {"id": "90"}, "POST 120552": {"success": True}})
    client(meta).update_creative(creative())
    return str(form(meta.sent[0])["name"])


def test_a_new_creative_is_made_and_the_ad_pointed_to_it() -> None:
    meta = graph({"POST adcreatives": {"id": "90"}, "POST 120552": {"success": True}})
    given = creative(instagramUserId="178", urlTags="utm_source=fb")
    outcome = client(meta).update_creative(given)
    assert outcome.data == {"adId": "120552", "creativeId": "90"}
    create, point = meta.sent
    body = form(create)
    assert body.pop("name").startswith("Linen [")
    assert body == {
        "object_story_spec": {
            "page_id": PAGE,
            "instagram_user_id": "178",
            "link_data": {
                "link": "https://example.com/shop",
                "message": "New",
                "call_to_action": {
                    "type": "SHOP_NOW",
                    "value": {"link": "https://example.com/shop"},
                },
            },
        },
        "url_tags": "utm_source=fb",
    }
    assert form(point) == {"creative": {"creative_id": "90"}}


def test_a_video_ad_has_its_thumbnail() -> None:
    meta = graph({"POST adcreatives": {"id": "90"}, "POST 120552": {"success": True}})
    video = {"videoId": "7", "thumbnail": IMAGE, "title": "See"}
    given = UpdateCreative.model_validate({"adId": "120552", "videoAd": video})
    assert client(meta).update_creative(given).ok
    assert form(meta.sent[0])["object_story_spec"]["video_data"] == {
        "video_id": "7",
        "image_url": IMAGE["url"],
        "title": "See",
    }


def test_an_ad_can_show_a_post() -> None:
    meta = graph({"POST adcreatives": {"id": "90"}, "POST 120552": {"success": True}})
    given = UpdateCreative.model_validate({"adId": "120552", "postId": "100_5"})
    assert client(meta, settings={"pageId": None}).update_creative(given).ok
    body = form(meta.sent[0])
    assert body.pop("name").startswith("NeonHub [")
    assert body == {"object_story_id": "100_5"}


def test_an_ad_whose_pointing_failed_keeps_its_one_new_creative() -> None:
    notes = MemoryNotes()
    meta = graph({"POST adcreatives": [{"id": "90"}], "POST 120552": [LOST, {"success": True}]})
    assert client(meta, notes).update_creative(creative()).kind == "transient"
    assert client(meta, notes).update_creative(creative()).ok
    assert meta.calls == ["POST adcreatives", "POST 120552", "POST 120552"]


@pytest.mark.parametrize(
    ("listed", "shown", "verdict"),
    [
        ([], None, "not_done"),
        (["other"], None, "not_done"),
        (["same"], "12", "not_done"),
        (["other", "same"], "90", "done"),
    ],
)
def test_a_lost_creative_is_looked_up_by_its_key(
    listed: list[str], shown: str | None, verdict: str
) -> None:
    notes = MemoryNotes()
    names = {"same": creative_name(), "other": "Linen"}
    found = [{"id": "90" if name == "same" else "80", "name": names[name]} for name in listed]
    meta = graph(
        {
            "GET adcreatives": {"data": found},
            "GET 120552": {"creative": {"id": shown}, "id": "120552"},
            "POST 120552": {"success": True},
            "POST adcreatives": {"id": "91"},
        }
    )
    seen = client(meta, notes).reconcile("update_creative", creative(), START)
    assert seen.verdict == verdict
    if shown == "12":
        # The creative was made: executed again, only the ad is pointed to it.
        assert client(meta, notes).update_creative(creative()).data["creativeId"] == "90"
        assert "POST adcreatives" not in meta.calls
    if verdict == "done":
        assert seen.data == {"adId": "120552", "creativeId": "90"}


@pytest.mark.parametrize(
    "answers",
    [
        {"GET adcreatives": REFUSED},
        {"GET adcreatives": [{"data": [], "paging": MORE}] * 10},
    ],
)
def test_a_creative_that_cannot_be_looked_up_stays_unknown(answers: Answers) -> None:
    seen = client(graph(answers)).reconcile("update_creative", creative(), START)
    assert seen.verdict == "unknown"


def test_an_ad_that_cannot_be_read_leaves_its_creative_unknown() -> None:
    notes = MemoryNotes()
    notes.put("call#run_1.step_1", {"creative.made": {"id": "90"}})
    seen = client(graph({"GET 120552": REFUSED}), notes).reconcile(
        "update_creative", creative(), START
    )
    assert seen.verdict == "unknown"
