"""TikTok: both routes as its contract has them, failures inside HTTP 200, read back by name."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from connectors.tiktok import bodies
from connectors.tiktok.app import CONNECTOR
from connectors.tiktok.client import TABLE, TikTokClient
from connectors.tiktok.inputs import (
    AdjustBudget,
    CheckConnection,
    CreateAd,
    CreateAdGroup,
    CreateCampaign,
    GetReport,
    TurnOffAd,
)
from connectors.tiktok.sandbox import ADVERTISER, SMART_CAMPAIGN, TikTokTwin
from hub.connector_kit.client import ClientContext
from hub.connector_kit.outcomes import Answer
from hub.connector_kit.spec import ActionInput
from hub.domain.outcome import Effect
from tests.contract.oracles import tiktok as oracle
from tests.harness import Harness
from tests.support import START, FrozenClock
from tests.unit.connectors.samples_tiktok import AD, AD_GROUP, CAMPAIGN, VALID

OK = {"code": 0, "message": "OK", "request_id": "r1", "data": {}}
SETTINGS = {"advertiserId": "7", "route": "manual"}


def client(
    answer: Any = None,
    sent: list[httpx.Request] | None = None,
    key: str = "run_1.s",
    **settings: Any,
) -> TikTokClient:
    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        body = {**OK, "data": answer} if isinstance(answer, dict | list) else answer
        return body if isinstance(body, httpx.Response) else httpx.Response(200, json=body or OK)

    return TikTokClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"accessToken": "t0ken-of-tiktok"},
            clock=FrozenClock(),
            settings={**SETTINGS, **settings},
            call_key=key,
        )
    )


def campaign(**more: Any) -> CreateCampaign:
    return CreateCampaign.model_validate(
        {"name": "Spring", "objectiveType": "WEB_CONVERSIONS", **more}
    )


def ad_group(**more: Any) -> CreateAdGroup:
    return CreateAdGroup.model_validate({**VALID["create_ad_group"], "campaignId": "11", **more})


def ad(**more: Any) -> CreateAd:
    return CreateAd.model_validate({**VALID["create_ad"], "adgroupId": "12", **more})


# ---------------------------------------------------------------------- requests


def test_a_manual_campaign_goes_out_as_tiktok_wants_it() -> None:
    sent: list[httpx.Request] = []
    given = campaign(budgetMode="BUDGET_MODE_DAY", budget="19.99", specialIndustries=["CREDIT"])
    outcome = client({"campaign_id": "5", "campaign_name": "Spring"}, sent).create_campaign(given)
    (request,) = sent
    assert str(request.url) == "https://business-api.tiktok.com/open_api/v1.3/campaign/create/"
    assert request.headers["access-token"] == "t0ken-of-tiktok"
    assert "authorization" not in request.headers
    body = json.loads(request.content)
    assert body.pop("request_id").isdigit()
    assert body == {
        "advertiser_id": "7",
        "campaign_name": "Spring",
        "objective_type": "WEB_CONVERSIONS",
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": 19.99,
        "special_industries": ["CREDIT"],
    }
    assert outcome.data == {"campaignId": "5", "name": "Spring"}
    assert outcome.provider_request_id == "r1"


@pytest.mark.parametrize(
    ("settings", "more", "path"),
    [
        ({}, {}, "campaign/create/"),
        ({"route": ""}, {}, "campaign/create/"),
        ({"route": "smart_plus"}, {}, "smart_plus/campaign/create/"),
        ({}, {"route": "smart_plus"}, "smart_plus/campaign/create/"),
        ({"route": "smart_plus"}, {"route": "manual"}, "campaign/create/"),
    ],
)
def test_the_route_is_the_inputs_else_the_connections(
    settings: dict[str, str], more: dict[str, str], path: str
) -> None:
    sent: list[httpx.Request] = []
    client({"campaign_id": "5"}, sent, **settings).create_campaign(campaign(**more))
    assert sent[0].url.path == f"/open_api/v1.3/{path}"


def test_targeting_is_beside_the_rest_on_one_route_and_an_object_on_the_other() -> None:
    sent: list[httpx.Request] = []
    targeting = {"locationIds": ["2950159"], "ageGroups": ["AGE_25_34"]}
    given = ad_group(targeting=targeting, promotionType="WEBSITE")
    client({"adgroup_id": "5"}, sent).create_ad_group(given)
    client({"adgroup_id": "5"}, sent, route="smart_plus").create_ad_group(given)
    manual, smart = (json.loads(request.content) for request in sent)
    flat = {"location_ids": ["2950159"], "age_groups": ["AGE_25_34"]}
    assert manual.items() >= flat.items()
    assert "targeting_spec" not in manual
    assert "request_id" not in manual, "it would let a second ad group of that name through"
    assert smart["targeting_spec"] == flat
    assert smart["request_id"].isdigit()
    assert "pacing" not in smart


def test_times_go_out_in_utc_without_a_zone() -> None:
    sent: list[httpx.Request] = []
    given = ad_group(scheduleEnd="2026-03-31T23:30:00-02:00")
    client({"adgroup_id": "5"}, sent).create_ad_group(given)
    body = json.loads(sent[0].content)
    assert body["schedule_start_time"] == "2026-03-03 09:00:00"
    assert body["schedule_end_time"] == "2026-04-01 01:30:00"
    assert body["schedule_type"] == "SCHEDULE_START_END"


def test_an_ad_group_without_a_budget_still_sends_the_two_required_fields() -> None:
    sent: list[httpx.Request] = []
    client({"adgroup_id": "5"}, sent).create_ad_group(ad_group(budget=None, budgetMode=None))
    body = json.loads(sent[0].content)
    assert (body["budget_mode"], body["budget"]) == ("BUDGET_MODE_INFINITE", 0)


def test_an_ad_is_one_creative_on_one_route_and_lists_on_the_other() -> None:
    sent: list[httpx.Request] = []
    given = ad(callsToAction=["SHOP_NOW"], landingPageUrl="https://example.com/")
    made = client({"ad_ids": ["5"]}, sent).create_ad(given)
    smart = client({"smart_plus_ad_id": "6"}, sent, route="smart_plus").create_ad(given)
    assert made.data == {"adIds": ["5"], "name": "Spring video"}
    assert smart.data == {"adIds": ["6"], "name": "Spring video"}
    one, lists = (json.loads(request.content) for request in sent)
    (creative,) = one["creatives"]
    assert creative["ad_name"] == "Spring video"
    assert creative["ad_text"] == "Hello"
    assert creative["video_id"] == "v10033g50000abc"
    assert creative["landing_page_url"] == "https://example.com/"
    assert lists["creative_list"][0]["creative_info"]["video_info"] == {
        "video_id": "v10033g50000abc"
    }
    assert lists["ad_text_list"] == [{"ad_text": "Hello"}]
    assert lists["call_to_action_list"] == [{"call_to_action": "SHOP_NOW"}]
    assert lists["landing_page_url_list"] == [{"landing_page_url": "https://example.com/"}]


def test_what_is_turned_off_is_named_as_the_level_and_route_want_it() -> None:
    sent: list[httpx.Request] = []
    for level, route in (("ad", "manual"), ("ad", "smart_plus"), ("campaign", "smart_plus")):
        given = TurnOffAd.model_validate({"level": level, "ids": ["9"], "route": route})
        assert client({}, sent).turn_off_ad(given).data == {"level": level, "ids": ["9"]}
    named = [json.loads(request.content) for request in sent]
    rest = {"advertiser_id": "7", "operation_status": "DISABLE"}
    assert named == [
        {**rest, "ad_ids": ["9"]},
        {**rest, "smart_plus_ad_ids": ["9"]},
        {**rest, "campaign_ids": ["9"]},
    ]


def test_lists_go_into_a_query_as_json() -> None:
    sent: list[httpx.Request] = []
    given = GetReport.model_validate(
        {"startDate": "2026-02-01", "endDate": "2026-02-01", "dimensions": ["ad_id"]}
    )
    client({"list": []}, sent).get_report(given)
    params = sent[0].url.params
    assert params["dimensions"] == '["ad_id"]'
    assert json.loads(params["metrics"])[0] == "spend"
    assert (params["start_date"], params["page"]) == ("2026-02-01", "1")


@suppose(st.decimals(min_value="0.01", max_value="9999999999999.99", places=2))
def test_money_reaches_tiktok_to_the_cent(amount: Decimal) -> None:
    given = AdjustBudget(id="1", budget=amount)
    text = json.dumps(bodies.number(given.budget))
    assert json.loads(text, parse_float=Decimal) == amount


@suppose(st.text(min_size=1))
def test_a_request_id_is_a_64_bit_integer_and_the_same_for_the_same_call(key: str) -> None:
    ids = []
    for _ in range(2):
        sent: list[httpx.Request] = []
        client({"campaign_id": "5"}, sent, key).create_campaign(campaign())
        ids.append(json.loads(sent[0].content)["request_id"])
    assert ids[0] == ids[1]
    assert 0 <= int(ids[0]) < 2**63


# ---------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("base", "goes_out"),
    [
        ("https://sandbox-ads.tiktok.com/open_api/v1.3", True),
        ("https://business-api.tiktok.com/open_api/v1.4", True),
        ("", True),
        ("http://business-api.tiktok.com/open_api/v1.3", False),
        ("https://business-api.tiktok.com.example.com/open_api/v1.3", False),
        ("https://business-api.tiktok.com@example.com/open_api/v1.3", False),
        ("https://example.com/open_api/v1.3", False),
    ],
)
def test_the_token_goes_to_tiktoks_own_hosts_only(base: str, goes_out: bool) -> None:
    sent: list[httpx.Request] = []
    over = client({"campaign_id": "5"}, sent, baseUrl=base)
    outcomes = [over.create_campaign(campaign()), over.test_connection(CheckConnection())]
    assert len(sent) == (2 if goes_out else 0)
    if base and goes_out:
        assert all(str(request.url).startswith(base) for request in sent)
    if not goes_out:
        assert {outcome.code for outcome in outcomes} == {"BAD_BASE_URL"}


def test_an_action_without_an_ad_account_says_so_and_sends_nothing() -> None:
    sent: list[httpx.Request] = []
    over = client({}, sent, advertiserId=None)
    assert over.create_campaign(campaign()).code == "NO_ADVERTISER"
    assert over.adjust_budget(AdjustBudget(id="1", budget=Decimal(1))).code == "NO_ADVERTISER"
    assert not sent
    over.create_campaign(campaign(advertiserId="99"))
    assert json.loads(sent[0].content)["advertiser_id"] == "99"


def test_a_route_that_is_none_is_refused() -> None:
    sent: list[httpx.Request] = []
    outcome = client({}, sent, route="spc").create_campaign(campaign())
    assert (outcome.kind, outcome.code) == ("invalid_request", "BAD_ROUTE")
    assert not sent


def test_a_connection_without_an_ad_account_is_tested_by_its_user() -> None:
    sent: list[httpx.Request] = []
    over = client({"display_name": "neonhub"}, sent, advertiserId=None)
    assert over.test_connection(CheckConnection()).data["user"] == "neonhub"
    assert sent[0].url.path == "/open_api/v1.3/user/info/"


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda c: c.create_campaign(campaign(objectiveType="REACH")), "NO_SMART_PLUS_OBJECTIVE"),
        (
            lambda c: c.create_campaign(campaign(budgetMode="BUDGET_MODE_DAY", budget=5)),
            "NO_SMART_PLUS_BUDGET_MODE",
        ),
        (lambda c: c.create_ad_group(ad_group()), "NO_PROMOTION_TYPE"),
    ],
)
def test_what_smart_plus_cannot_do_is_refused_before_it_is_sent(call: Any, code: str) -> None:
    sent: list[httpx.Request] = []
    outcome = call(client({}, sent, route="smart_plus"))
    assert (outcome.kind, outcome.code, sent) == ("invalid_request", code, [])


@pytest.mark.parametrize("more", [{"texts": ["a", "b"]}, {"callsToAction": ["SHOP_NOW"] * 2}])
def test_the_manual_route_makes_an_ad_of_one_creative(more: dict[str, Any]) -> None:
    sent: list[httpx.Request] = []
    outcome = client({}, sent).create_ad(ad(**more))
    assert (outcome.kind, outcome.code, sent) == ("invalid_request", "ONE_CREATIVE", [])


# ---------------------------------------------------------------------- inputs


@pytest.mark.parametrize(
    ("model", "bad", "words"),
    [
        (CreateCampaign, {"name": "x", "objectiveType": "REACH", "budget": 5}, "budgetMode"),
        (
            CreateCampaign,
            {"name": "x", "objectiveType": "REACH", "budgetMode": "BUDGET_MODE_DAY"},
            "budget",
        ),
        (CreateCampaign, {"name": "", "objectiveType": "REACH"}, "at least 1"),
        (CreateCampaign, {"name": "x", "objectiveType": "SALES"}, "REACH"),
        (AdjustBudget, {"id": "1", "budget": "1.999"}, "2 decimal places"),
        (AdjustBudget, {"id": "1", "budget": "0"}, "greater than 0"),
        (AdjustBudget, {"id": "x/1", "budget": "1"}, "pattern"),
        (TurnOffAd, {"ids": ["1"] * 21}, "at most 20"),
        (TurnOffAd, {"ids": []}, "at least 1"),
        (GetReport, {}, "startDate"),
        (GetReport, {"startDate": "2026-02-02", "endDate": "2026-02-01"}, "before"),
        (GetReport, {"startDate": "2026-01-01", "endDate": "2026-01-31"}, "30 days"),
        (
            GetReport,
            {
                "startDate": "2026-01-01",
                "endDate": "2026-01-02",
                "dimensions": ["stat_time_hour"],
            },
            "one day",
        ),
        (GetReport, {"queryLifetime": True, "cursor": "0"}, "pattern"),
        (
            CreateAdGroup,
            {**VALID["create_ad_group"], "scheduleEnd": "2026-03-01T00:00:00Z"},
            "after",
        ),
        (
            CreateAdGroup,
            {**VALID["create_ad_group"], "budgetMode": "BUDGET_MODE_TOTAL"},
            "scheduleEnd",
        ),
        (
            CreateAdGroup,
            {**VALID["create_ad_group"], "scheduleStart": "2026-03-03T10:00:00"},
            "zone",
        ),
        (
            CreateAd,
            {
                **VALID["create_ad"],
                "creatives": [
                    {"adFormat": "SINGLE_VIDEO", "identityType": "TT_USER", "identityId": "a"}
                ],
            },
            "videoId",
        ),
        (CreateAd, {**VALID["create_ad"], "landingPageUrl": "https://10.0.0.1/"}, "public"),
    ],
)
def test_what_tiktok_would_refuse_is_refused_with_words(
    model: type[ActionInput], bad: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        model.model_validate(bad)


# ---------------------------------------------------------------------- failures


@pytest.mark.parametrize(
    ("words", "at", "seconds"),
    [
        ("QPD limit", datetime(2026, 3, 2, 23, 59, 30, tzinfo=UTC), 30),
        ("the daily limit", datetime(2026, 3, 2, 0, 0, tzinfo=UTC), 24 * 3600),
        ("requests per second and per day", START, 15 * 3600),
        ("qpm", START, 300),
        ("try again someday or in a minutely way", START, 30),
    ],
)
def test_a_limit_is_waited_for_as_long_as_it_is_one(
    words: str, at: datetime, seconds: float
) -> None:
    body = {"code": 40100, "message": words}
    outcome = TABLE.outcome(Answer(200, {}, body), Effect.WRITE, at)
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", seconds)


def test_a_partial_success_names_what_was_refused() -> None:
    data = {
        "campaign_list": [{"campaign_id": "1", "status": "DISABLE"}],
        "error_list": [{"campaign_id": "2", "error_message": "is deleted"}],
    }
    given = TurnOffAd(level="campaign", ids=["1", "2"])
    outcome = client(data).turn_off_ad(given)
    assert (outcome.kind, outcome.code) == ("invalid_request", "20001")
    assert "2 is deleted" in (outcome.message or "")


def test_an_empty_list_of_errors_is_a_success() -> None:
    assert client({"error_list": []}).turn_off_ad(TurnOffAd(ids=["1"])).ok


# ---------------------------------------------------------------------- read back

NOW = "2026-03-02 09:00:00"
LATER = "2026-03-02 09:00:07"
BEFORE = "2026-03-02 08:59:59"
ONE_PAGE = {"page": 1, "page_size": 100, "total_number": 1, "total_page": 1}


def seen(level: str, created: Any = NOW, **more: Any) -> dict[str, Any]:
    name = {"campaign": "Spring", "adgroup": "Berlin", "ad": "Spring video"}[level]
    return {f"{level}_id": "5", f"{level}_name": name, "create_time": created, **more}


@pytest.mark.parametrize(
    ("entries", "pages", "verdict"),
    [
        ([], 1, "not_done"),
        ([], 2, "unknown"),
        ([seen("campaign")], 1, "done"),
        ([seen("campaign", LATER)], 3, "done"),
        ([seen("campaign", BEFORE)], 1, "not_done"),
        ([seen("campaign", BEFORE), seen("campaign", LATER)], 1, "done"),
        ([seen("campaign", campaign_name="Spring 2")], 1, "not_done"),
        ([seen("campaign", None)], 1, "unknown"),
        ([seen("campaign", "yesterday")], 1, "unknown"),
        ([{"campaign_name": "Spring", "create_time": NOW}], 1, "unknown"),
    ],
)
def test_a_lost_campaign_is_looked_up_by_name_and_time(
    entries: list[Any], pages: int, verdict: str
) -> None:
    sent: list[httpx.Request] = []
    answer = {"list": entries, "page_info": {**ONE_PAGE, "total_page": pages}}
    found = client(answer, sent).reconcile(
        "create_campaign", campaign(), START + timedelta(microseconds=900)
    )
    assert found.verdict == verdict
    assert found.data == ({"campaignId": "5", "name": "Spring"} if verdict == "done" else None)
    assert sent[0].url.path == "/open_api/v1.3/campaign/get/"
    assert json.loads(sent[0].url.params["filtering"]) == {"campaign_name": "Spring"}
    oracle.check(sent[0])


@pytest.mark.parametrize(
    ("action", "given", "level", "filtering", "data"),
    [
        (
            "create_ad_group",
            ad_group(),
            "adgroup",
            {"campaign_ids": ["11"], "adgroup_name": "Berlin"},
            {"adgroupId": "5", "name": "Berlin"},
        ),
        (
            "create_ad",
            ad(),
            "ad",
            {"adgroup_ids": ["12"]},
            {"adIds": ["5"], "name": "Spring video"},
        ),
    ],
)
@pytest.mark.parametrize("route", ["manual", "smart_plus"])
def test_a_lost_ad_or_ad_group_is_looked_up_where_it_belongs(
    action: str, given: ActionInput, level: str, filtering: Any, data: Any, route: str
) -> None:
    sent: list[httpx.Request] = []
    entry = seen(level)
    if (level, route) == ("ad", "smart_plus"):
        entry["smart_plus_ad_id"] = entry.pop("ad_id")
    answer = {"list": [entry], "page_info": ONE_PAGE}
    found = client(answer, sent, route=route).reconcile(action, given, START)
    assert (found.verdict, found.data) == ("done", data)
    prefix = "/smart_plus" if route == "smart_plus" else ""
    assert sent[0].url.path == f"/open_api/v1.3{prefix}/{level}/get/"
    assert json.loads(sent[0].url.params["filtering"]) == filtering
    oracle.check(sent[0])


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"code": 40105, "message": "no"}),
        httpx.Response(200, json={"code": 0, "message": "OK"}),
        httpx.Response(200, json={"code": 0, "data": {"rows": []}}),
        httpx.Response(404, text="404 page not found"),
    ],
)
def test_a_read_back_that_fails_leaves_it_open(answer: httpx.Response) -> None:
    found = client(answer).reconcile("create_campaign", campaign(), START)
    assert found.verdict == "unknown"


def test_what_creates_nothing_is_not_looked_up() -> None:
    sent: list[httpx.Request] = []
    given = AdjustBudget(id="1", budget=Decimal(1))
    assert client({}, sent).reconcile("adjust_budget", given, START).verdict == "unknown"
    assert not sent


# ---------------------------------------------------------------------- the twin


def test_a_reports_pages_end() -> None:
    harness = Harness(CONNECTOR)
    asked = {"startDate": "2026-02-01", "endDate": "2026-02-07", "limit": 3}
    seen_days, cursor = [], None
    for _ in range(10):
        page = harness.act("get_report", {**asked, **({"cursor": cursor} if cursor else {})}).data
        seen_days += [row["dimensions"]["stat_time_day"][:10] for row in page["rows"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen_days == [f"2026-02-0{day}" for day in range(1, 8)]
    assert page["total"] == 7


def test_what_was_created_can_be_changed_and_turned_off() -> None:
    harness = Harness(CONNECTOR)
    over = harness.connect()
    actions = ("create_campaign", "create_ad_group", "create_ad", "adjust_budget", "turn_off_ad")
    made = [harness.act(action, VALID[action], over).data for action in actions]
    assert made[0]["campaignId"] == CAMPAIGN
    assert made[1]["adgroupId"] == AD_GROUP
    assert made[2]["adIds"] == [AD]
    state, _ = harness.connections.load_sandbox("acme", over.id)
    by_id = {entry["adgroup_id"]: entry for entry in state["adgroup"]}
    assert by_id[AD_GROUP]["budget"] == 35.5
    assert {entry["ad_id"]: entry["operation_status"] for entry in state["ad"]}[AD] == "DISABLE"


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("create_ad_group", VALID["create_ad_group"], "40007"),
        ("create_ad", VALID["create_ad"], "40007"),
        ("adjust_budget", VALID["adjust_budget"], "40007"),
        ("adjust_budget", {"level": "campaign", "id": SMART_CAMPAIGN, "budget": 5}, "40007"),
        ("turn_off_ad", VALID["turn_off_ad"], "40007"),
        ("create_campaign", {**VALID["create_campaign"], "advertiserId": "8"}, "40001"),
        ("create_campaign", {**VALID["create_campaign"], "name": "Always on"}, "40050"),
        ("test_connection", {"advertiserId": "8"}, "40001"),
    ],
)
def test_the_twin_refuses_what_tiktok_refuses(
    action: str, given: dict[str, Any], code: str
) -> None:
    outcome = Harness(CONNECTOR).act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        ("user/info/", {"access-token": "t0ken"}, 200, 0),
        ("user/info", {"access-token": "t0ken"}, 404, None),
        ("user/info/", {"authorization": "Bearer t0ken"}, 200, 40105),
        ("user/info/", {"access-token": "Bearer t0ken"}, 200, 40105),
    ],
)
def test_the_twin_wants_the_slash_and_the_bare_token(
    path: str, headers: dict[str, str], status: int, code: int | None
) -> None:
    url = f"https://business-api.tiktok.com/open_api/v1.3/{path}"
    answer = TikTokTwin().answer(httpx.Request("GET", url, headers=headers), {}, START)
    assert answer.status_code == status
    if code is not None:
        assert answer.json()["code"] == code


def test_the_twins_account_is_the_one_its_connections_use() -> None:
    assert Harness(CONNECTOR).act("test_connection", {}).data["advertiserId"] == ADVERTISER
