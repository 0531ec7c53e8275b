"""Google Ads: bodies as its messages have them, failures in its own words, creates read back."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from connectors.google_ads.app import CONNECTOR
from connectors.google_ads.client import GoogleAdsClient
from connectors.google_ads.inputs import (
    CreateBudget,
    CreateCampaign,
    GetCampaignMetrics,
    Search,
    UpdateBidStrategy,
)
from connectors.google_ads.queries import text
from connectors.google_ads.sandbox import refused
from connectors.google_ads.spec import SPEC
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind
from tests.harness import Harness
from tests.support import START, FrozenClock

CUSTOMER = "1234567890"
ROOT = f"https://googleads.googleapis.com/v26/customers/{CUSTOMER}"
LOST = httpx.ReadTimeout("lost")
BUDGET = CreateBudget(name="Spring", amount_micros=5_000_000)
CAMPAIGN = CreateCampaign.model_validate(
    {"name": "Spring", "dailyBudgetMicros": 5_000_000, "bidding": {"type": "manualCpc"}}
)


class Google:
    """Answers in turn; keeps what was sent."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        answer = self.answers.pop(0) if self.answers else {}
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(request.content) for request in self.sent]


def client(
    google: Callable[[httpx.Request], httpx.Response],
    notes: MemoryNotes | None = None,
    settings: dict[str, Json] | None = None,
    **more: Any,
) -> GoogleAdsClient:
    known = {"customerId": "123-456-7890"} if settings is None else settings
    return GoogleAdsClient(
        ClientContext(
            transport=httpx.MockTransport(google),
            credentials={"accessToken": "ya29.token"},
            clock=FrozenClock(),
            settings={**SPEC.default_settings(), **known},
            call_key="run_1.step_1",
            notes=notes or MemoryNotes(),
            **more,
        )
    )


def budget_row(number: int = 11) -> dict[str, Any]:
    name = f"customers/{CUSTOMER}/campaignBudgets/{number}"
    return {"campaignBudget": {"resourceName": name, "id": str(number)}}


def campaign_row(number: int = 22) -> dict[str, Any]:
    name = f"customers/{CUSTOMER}/campaigns/{number}"
    own = {"campaignBudget": f"customers/{CUSTOMER}/campaignBudgets/11"}
    return {"campaign": {"resourceName": name, "id": str(number), **own}}


def made_budget(number: int = 11) -> dict[str, Any]:
    return {"results": [{"resourceName": budget_row(number)["campaignBudget"]["resourceName"]}]}


MADE_CAMPAIGN = {
    "mutateOperationResponses": [
        {"campaignBudgetResult": {"resourceName": f"customers/{CUSTOMER}/campaignBudgets/11"}},
        {"campaignResult": {"resourceName": f"customers/{CUSTOMER}/campaigns/22"}},
    ]
}


def test_a_budget_goes_out_in_micros_as_text() -> None:
    google = Google({}, made_budget())
    outcome = client(google).create_budget(BUDGET)
    assert outcome.data == {
        "resourceName": f"customers/{CUSTOMER}/campaignBudgets/11",
        "budgetId": "11",
    }
    _, request = google.sent
    assert str(request.url) == f"{ROOT}/campaignBudgets:mutate"
    assert request.headers["authorization"] == "Bearer ya29.token"
    assert "developer-token" not in request.headers
    assert "login-customer-id" not in request.headers
    assert google.bodies[1] == {
        "operations": [
            {
                "create": {
                    "name": "Spring",
                    "amountMicros": "5000000",
                    "deliveryMethod": "STANDARD",
                    "explicitlyShared": False,
                }
            }
        ]
    }


def test_a_total_budget_is_of_a_custom_period() -> None:
    google = Google({}, made_budget())
    client(google).create_budget(CreateBudget(name="B", total_amount_micros=7))
    created = google.bodies[1]["operations"][0]["create"]
    assert (created["period"], created["totalAmountMicros"]) == ("CUSTOM_PERIOD", "7")
    assert "amountMicros" not in created


def test_a_campaign_and_its_budget_are_made_in_one_call() -> None:
    google = Google({}, MADE_CAMPAIGN)
    outcome = client(google).create_campaign(CAMPAIGN)
    assert outcome.data == {
        "resourceName": f"customers/{CUSTOMER}/campaigns/22",
        "campaignId": "22",
        "budgetId": "11",
    }
    assert str(google.sent[1].url) == f"{ROOT}/googleAds:mutate"
    first, second = google.bodies[1]["mutateOperations"]
    own = first["campaignBudgetOperation"]["create"]
    created = second["campaignOperation"]["create"]
    assert own["resourceName"] == f"customers/{CUSTOMER}/campaignBudgets/-1"
    assert own["resourceName"] == created["campaignBudget"]
    assert own["name"].startswith("Spring ")
    assert own["explicitlyShared"] is False
    assert created["status"] == "PAUSED"
    assert created["manualCpc"] == {}
    assert created["networkSettings"]["targetGoogleSearch"] is True
    assert created["containsEuPoliticalAdvertising"] == "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING"


def test_a_campaign_may_use_a_budget_that_there_is() -> None:
    google = Google({}, MADE_CAMPAIGN)
    given = {"name": "C", "budgetId": "5", "biddingStrategyId": "7"}
    client(google).create_campaign(CreateCampaign.model_validate(given))
    (operation,) = google.bodies[1]["mutateOperations"]
    created = operation["campaignOperation"]["create"]
    assert created["campaignBudget"] == f"customers/{CUSTOMER}/campaignBudgets/5"
    assert created["biddingStrategy"] == f"customers/{CUSTOMER}/biddingStrategies/7"


@pytest.mark.parametrize(
    ("bidding", "mask", "update"),
    [
        ({"type": "manualCpc"}, "manualCpc.enhancedCpcEnabled", {"manualCpc": {}}),
        ({"type": "manualCpm"}, "manualCpm", {"manualCpm": {}}),
        (
            {"type": "maximizeConversions"},
            "maximizeConversions.targetCpaMicros",
            {"maximizeConversions": {}},
        ),
        (
            {"type": "maximizeConversions", "targetCpaMicros": 1_000_000},
            "maximizeConversions.targetCpaMicros",
            {"maximizeConversions": {"targetCpaMicros": "1000000"}},
        ),
        (
            {"type": "targetRoas", "targetRoas": 3.5},
            "targetRoas.targetRoas",
            {"targetRoas": {"targetRoas": 3.5}},
        ),
        ({"type": "targetSpend"}, "targetSpend.cpcBidCeilingMicros", {"targetSpend": {}}),
    ],
)
def test_a_campaigns_bidding_is_changed_through_a_mask_of_leaves(
    bidding: dict[str, Any], mask: str, update: dict[str, Any]
) -> None:
    google = Google({"results": [{"resourceName": "r"}]})
    given = UpdateBidStrategy.model_validate({"campaignId": "22", "bidding": bidding})
    assert client(google).update_bid_strategy(given).data == {"resourceName": "r"}
    assert str(google.sent[0].url) == f"{ROOT}/campaigns:mutate"
    name = {"resourceName": f"customers/{CUSTOMER}/campaigns/22"}
    assert google.bodies == [{"operations": [{"updateMask": mask, "update": {**name, **update}}]}]


def test_a_portfolio_keeps_the_targets_that_are_not_given() -> None:
    google = Google({"results": [{"resourceName": "r"}]})
    given = {"biddingStrategyId": "7", "bidding": {"type": "targetSpend", "cpcBidCeilingMicros": 9}}
    client(google).update_bid_strategy(UpdateBidStrategy.model_validate(given))
    assert str(google.sent[0].url) == f"{ROOT}/biddingStrategies:mutate"
    (operation,) = google.bodies[0]["operations"]
    assert operation["updateMask"] == "targetSpend.cpcBidCeilingMicros"


def test_a_manager_and_a_version_come_from_the_settings() -> None:
    google = Google({"results": [], "nextPageToken": ""})
    settings: dict[str, Json] = {
        "customerId": CUSTOMER,
        "loginCustomerId": "999-888-7777",
        "apiVersion": "v25",
    }
    client(google, settings=settings).search(Search(query="SELECT campaign.id FROM campaign"))
    assert google.sent[0].headers["login-customer-id"] == "9998887777"
    assert google.sent[0].url.path == f"/v25/customers/{CUSTOMER}/googleAds:search"


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("create_budget", BUDGET),
        ("create_campaign", CAMPAIGN),
        ("search", Search(query="SELECT campaign.id FROM campaign")),
        (
            "update_bid_strategy",
            UpdateBidStrategy.model_validate({"campaignId": "1", "biddingStrategyId": "2"}),
        ),
    ],
)
def test_without_an_account_nothing_is_sent(action: str, given: ActionInput) -> None:
    google = Google()
    outcome: Outcome = getattr(client(google, settings={}), action)(given)
    assert (outcome.kind, outcome.code) == ("invalid_request", "NO_CUSTOMER")
    assert google.sent == []


def test_pages_end_and_are_never_sized() -> None:
    google = Google({"results": [{"a": 1}], "nextPageToken": "next"}, {"results": [{"a": 2}]})
    ads = client(google)
    first = ads.search(Search(query="SELECT campaign.id FROM campaign"))
    last = ads.search(Search(query="SELECT campaign.id FROM campaign", cursor=first.data["cursor"]))
    assert (first.data["cursor"], last.data["cursor"]) == ("next", None)
    assert google.bodies[1] == {
        "query": "SELECT campaign.id FROM campaign",
        "pageToken": "next",
    }


def test_a_search_can_count_and_sum() -> None:
    body = {"results": [], "totalResultsCount": "12000", "summaryRow": {"metrics": {"clicks": "4"}}}
    google = Google(body)
    given = Search(query="SELECT metrics.clicks FROM campaign", total=True, summary=True)
    data = client(google).search(given).data
    assert (data["total"], data["summary"]) == (12000, {"metrics": {"clicks": "4"}})
    settings = {"returnTotalResultsCount": True, "returnSummaryRow": True}
    assert google.bodies[0]["searchSettings"] == settings


def test_metrics_are_asked_for_by_dates_and_ids_and_come_flat() -> None:
    row = {
        "campaign": {"id": "22", "name": "Spring", "status": "ENABLED"},
        "customer": {"currencyCode": "EUR"},
        "segments": {"date": "2026-11-02"},
        "metrics": {"costMicros": "23400000", "ctr": 0.031},
    }
    google = Google({"results": [row]})
    given = GetCampaignMetrics.model_validate(
        {
            "startDate": "2026-11-01",
            "endDate": "2026-11-07",
            "campaignIds": ["22", "23"],
            "metrics": ["costMicros", "ctr", "conversions"],
            "segments": ["date"],
            "limit": 5,
        }
    )
    assert client(google).get_campaign_metrics(given).data == {
        "rows": [
            {
                "campaignId": "22",
                "name": "Spring",
                "status": "ENABLED",
                "currency": "EUR",
                "date": "2026-11-02",
                "costMicros": 23_400_000,
                "ctr": 0.031,
                "conversions": None,
            }
        ],
        "cursor": None,
    }
    assert google.bodies[0]["query"] == (
        "SELECT campaign.id, campaign.name, campaign.status, customer.currency_code, "
        "segments.date, metrics.cost_micros, metrics.ctr, metrics.conversions FROM campaign "
        "WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-07' "
        "AND campaign.id IN (22, 23) ORDER BY campaign.id, segments.date LIMIT 5"
    )


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("Bob's", r"'Bob\'s'"),
        ("a\\", r"'a\\'"),
        ("a\\' OR campaign.id > '0", r"'a\\\' OR campaign.id > \'0'"),
        ("tab\there", r"'tab\there'"),
    ],
)
def test_a_value_in_a_query_stays_a_value(value: str, literal: str) -> None:
    assert text(value) == literal


def test_the_accounts_are_listed() -> None:
    google = Google({"resourceNames": ["customers/1", "customers/2"]})
    assert client(google).test_connection(NoInput()).data == {"customerIds": ["1", "2"]}
    assert google.sent[0].url.path == "/v26/customers:listAccessibleCustomers"


# ---------------------------------------------------------------------- lost answers


def test_a_name_that_is_taken_is_known_before_the_create_is_sent() -> None:
    google = Google({"results": [campaign_row(9)]}, MADE_CAMPAIGN)
    client(google).create_campaign(CAMPAIGN)
    assert google.bodies[0]["query"] == (
        "SELECT campaign.resource_name, campaign.id, campaign.campaign_budget FROM campaign "
        "WHERE campaign.name = 'Spring' AND campaign.status != 'REMOVED'"
    )
    assert google.sent[1].url.path.endswith("googleAds:mutate")


@pytest.mark.parametrize(
    ("before", "now", "verdict", "number"),
    [
        ([], [campaign_row(22)], "done", "22"),
        ([campaign_row(9)], [campaign_row(22), campaign_row(9)], "done", "22"),
        ([campaign_row(9)], [campaign_row(9)], "not_done", None),
        ([], [], "not_done", None),
        ([], [campaign_row(22), campaign_row(23)], "unknown", None),
    ],
)
def test_a_lost_campaign_is_the_one_that_was_not_there_before(
    before: list[Any], now: list[Any], verdict: str, number: str | None
) -> None:
    notes = MemoryNotes()
    lost = client(Google({"results": before}, LOST), notes).create_campaign(CAMPAIGN)
    assert lost.kind == "unknown_outcome"
    seen = client(Google({"results": now}), notes).reconcile("create_campaign", CAMPAIGN, START)
    assert seen.verdict == verdict
    assert (seen.data or {}).get("campaignId") == number


@pytest.mark.parametrize(
    "answer",
    [
        refused(403, "authorizationError", "USER_PERMISSION_DENIED", "no"),
        {"results": [], "nextPageToken": "more"},
        httpx.Response(200, text="not JSON"),
    ],
)
def test_a_read_back_that_is_not_whole_proves_nothing(answer: Any) -> None:
    notes = MemoryNotes()
    client(Google({"results": []}, LOST), notes).create_budget(BUDGET)
    seen = client(Google(answer), notes).reconcile("create_budget", BUDGET, START)
    assert seen.verdict == "unknown"


def test_a_create_that_was_never_sent_was_not_done() -> None:
    notes, google = MemoryNotes(), Google()
    limited = refused(429, "quotaError", "RESOURCE_EXHAUSTED", "no")
    assert client(Google(limited), notes).create_budget(BUDGET).kind == "rate_limited"
    assert client(google, notes).reconcile("create_budget", BUDGET, START).verdict == "not_done"
    assert google.sent == []


@pytest.mark.parametrize(
    ("first", "found", "kind"),
    [
        (LOST, [budget_row()], OutcomeKind.OK),
        (LOST, [], OutcomeKind.INVALID_REQUEST),
    ],
)
def test_a_second_send_that_meets_the_first_is_done(
    first: Any, found: list[Any], kind: OutcomeKind
) -> None:
    """The read-back may have come too early to see what the lost call made."""
    notes = MemoryNotes()
    taken = refused(400, "campaignBudgetError", "DUPLICATE_NAME", "no")
    client(Google({"results": []}, first), notes).create_budget(BUDGET)
    again = client(Google(taken, {"results": found}), notes).create_budget(BUDGET)
    assert again.kind is kind
    assert (again.data or {}).get("budgetId") == ("11" if found else None)


def test_a_name_that_somebody_else_took_is_refused_at_once() -> None:
    taken = refused(400, "campaignError", "DUPLICATE_CAMPAIGN_NAME", "no")
    google = Google({"results": [campaign_row()]}, taken)
    outcome = client(google).create_campaign(CAMPAIGN)
    assert (outcome.kind, outcome.code) == ("invalid_request", "DUPLICATE_CAMPAIGN_NAME")
    assert len(google.sent) == 2


def test_a_dry_run_shows_the_create_and_not_the_look_before_it() -> None:
    google = Google(made_budget())
    client(google, dry_run=True).create_budget(BUDGET)
    assert [request.url.path.rpartition("/")[2] for request in google.sent] == [
        "campaignBudgets:mutate"
    ]


# ---------------------------------------------------------------------- failures


def test_a_refusal_names_the_field_and_the_request() -> None:
    answer = refused(400, "fieldError", "REQUIRED", "Google says REQUIRED.")
    body = answer.json()
    path = [{"fieldName": "operations", "index": 0}, {"fieldName": "create"}, {"fieldName": "name"}]
    body["error"]["details"][0]["errors"][0]["location"] = {"fieldPathElements": path}
    outcome = client(Google(httpx.Response(400, json=body))).test_connection(NoInput())
    assert (outcome.code, outcome.provider_request_id) == ("REQUIRED", answer.headers["request-id"])
    assert outcome.message == "Google says REQUIRED. (at operations.create.name)"


def test_a_refusal_in_no_known_shape_is_still_one() -> None:
    for body in ({"error": {"details": [{"errors": [{}]}]}}, {"error": "no"}, [], "<html>"):
        outcome = client(Google(httpx.Response(400, json=body))).test_connection(NoInput())
        assert outcome.kind == "invalid_request", body


# ---------------------------------------------------------------------- inputs


@pytest.mark.parametrize(
    ("model", "given", "words"),
    [
        (CreateBudget, {"name": "x"}, "either amountMicros or totalAmountMicros"),
        (CreateBudget, {"name": "x", "amountMicros": 0}, "greater than or equal to 1"),
        (CreateBudget, {"name": "é" * 128, "amountMicros": 1}, "1 to 255 bytes"),
        (CreateBudget, {"name": "a\nb", "amountMicros": 1}, "one line"),
        (
            CreateBudget,
            {"name": "x", "totalAmountMicros": 1, "explicitlyShared": True},
            "cannot be shared",
        ),
        (CreateCampaign, {"name": "x", "bidding": {"type": "manualCpc"}}, "one of dailyBudget"),
        (CreateCampaign, {"name": "x", "budgetId": "1"}, "either bidding or biddingStrategyId"),
        (
            CreateCampaign,
            {"name": "x", "totalBudgetMicros": 1, "biddingStrategyId": "1"},
            "needs an endDateTime",
        ),
        (
            CreateCampaign,
            {
                "name": "x",
                "budgetId": "1",
                "biddingStrategyId": "1",
                "startDateTime": "2026-12-02 00:00:00",
                "endDateTime": "2026-12-01 23:59:59",
            },
            "after startDateTime",
        ),
        (
            CreateCampaign,
            {"name": "x", "budgetId": "1", "biddingStrategyId": "1", "startDateTime": "2026-12-01"},
            "startDateTime",
        ),
        (
            CreateCampaign,
            {
                "name": "x",
                "budgetId": "1",
                "biddingStrategyId": "1",
                "advertisingChannelType": "SHOPPING",
            },
            "needs a shoppingSetting",
        ),
        (
            CreateCampaign,
            {
                "name": "x",
                "budgetId": "1",
                "biddingStrategyId": "1",
                "networkSettings": {"targetGoogleSearch": False},
            },
            "needs targetGoogleSearch",
        ),
        (
            CreateCampaign,
            {
                "name": "x",
                "budgetId": "1",
                "biddingStrategyId": "1",
                "brandGuidelinesEnabled": True,
            },
            "PERFORMANCE_MAX",
        ),
        (UpdateBidStrategy, {"campaignId": "1"}, "two of campaignId"),
        (UpdateBidStrategy, {"campaignId": "1 OR 1", "biddingStrategyId": "2"}, "campaignId"),
        (
            UpdateBidStrategy,
            {"campaignId": "1", "bidding": {"type": "manualCpc", "targetRoas": 1}},
            "manualCpc does not take targetRoas",
        ),
        (
            UpdateBidStrategy,
            {"campaignId": "1", "bidding": {"type": "targetCpa"}},
            "targetCpa needs targetCpaMicros",
        ),
        (
            UpdateBidStrategy,
            {"biddingStrategyId": "1", "bidding": {"type": "manualCpc"}},
            "cannot be manualCpc",
        ),
        (
            UpdateBidStrategy,
            {"biddingStrategyId": "1", "bidding": {"type": "maximizeConversions"}},
            "at least one target",
        ),
        (Search, {"query": "DROP campaign"}, "query"),
        (Search, {"query": "SELECT campaign.id FROM campaign", "pageSize": 5}, "pageSize"),
        (
            GetCampaignMetrics,
            {"startDate": "2026-11-02", "endDate": "2026-11-01"},
            "before startDate",
        ),
        (
            GetCampaignMetrics,
            {"startDate": "2026-11-01", "endDate": "2026-11-01", "campaignIds": ["1) OR (1"]},
            "campaignIds",
        ),
        (
            GetCampaignMetrics,
            {"startDate": "2026-11-01", "endDate": "2026-11-01", "metrics": ["sql"]},
            "metrics",
        ),
        (CreateBudget, {"name": "x", "amountMicros": 1, "customerId": "12"}, "customerId"),
    ],
)
def test_what_google_would_refuse_is_refused_before_the_call(
    model: type[ActionInput], given: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        model.model_validate(given)


def test_only_the_creates_are_writes_that_must_be_read_back() -> None:
    writes = {action.id for action in SPEC.actions if action.effect is Effect.WRITE}
    assert writes == {"create_budget", "create_campaign"}


# ---------------------------------------------------------------------- the twin


def test_the_twin_keeps_what_was_made_and_refuses_a_second_of_its_name() -> None:
    harness = Harness(CONNECTOR)
    given = {"name": "Once", "dailyBudgetMicros": 9, "bidding": {"type": "manualCpc"}}
    made = harness.act("create_campaign", given)
    again = harness.act("create_campaign", given)
    assert made.ok
    assert (again.kind, again.code) == ("ok", None), "the same call again is the same campaign"
    found = harness.act("search", {"query": "SELECT campaign.name FROM campaign"})
    assert [row["campaign"]["name"] for row in found.data["rows"]] == ["Once"]


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("search", {"query": "SELECT x FROM nothing"}, "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("search", {"query": "SELECT campaign.id"}, "QUERY_ERROR"),
        (
            "update_bid_strategy",
            {"campaignId": "5", "biddingStrategyId": "700"},
            "RESOURCE_NOT_FOUND",
        ),
        (
            "update_bid_strategy",
            {"biddingStrategyId": "5", "bidding": {"type": "targetCpa", "targetCpaMicros": 1}},
            "RESOURCE_NOT_FOUND",
        ),
        (
            "create_campaign",
            {"name": "x", "budgetId": "404", "biddingStrategyId": "700"},
            "RESOURCE_NOT_FOUND",
        ),
    ],
)
def test_the_twin_refuses_what_google_refuses(
    action: str, given: dict[str, Any], code: str
) -> None:
    assert Harness(CONNECTOR).act(action, given).code == code


def test_the_twin_gives_pages() -> None:
    harness = Harness(CONNECTOR)
    for number in range(60):
        action = harness.connector.spec.action("create_budget")
        given = CreateBudget(name=f"B{number}", amount_micros=1)
        over = harness.caller.connection("acme", None)
        assert harness.caller.perform(over, action, given, f"key-{number}").ok
    query = {"query": "SELECT campaign_budget.id FROM campaign_budget"}
    first = harness.act("search", query).data
    second = harness.act("search", {**query, "cursor": first["cursor"]}).data
    assert (len(first["rows"]), len(second["rows"]), second["cursor"]) == (50, 10, None)


def test_a_version_that_has_ended_is_refused() -> None:
    harness = Harness(CONNECTOR)
    over = harness.connect(settings={"apiVersion": "v22"})
    assert harness.act("test_connection", {}, over).code == "UNSUPPORTED_VERSION"
