"""LinkedIn's ad campaigns, and the statistics of a page."""

from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from connectors.linkedin.inputs import CreateAdCampaign, GetShareStatistics
from tests.support import START
from tests.unit.connectors.linkedin_stub import (
    NOW,
    PAGE,
    PERSON,
    SETTINGS,
    Platform,
    client,
    created,
)

TARGETING = {
    "include": {"and": [{"or": {"urn:li:adTargetingFacet:locations": ["urn:li:geo:103644278"]}}]}
}
CAMPAIGN: dict[str, Any] = {
    "name": "Launch (spring, EU): phase 1",
    "campaignGroupId": "602277684",
    "type": "SPONSORED_UPDATES",
    "costType": "CPC",
    "unitCost": {"amount": "5.00", "currencyCode": "EUR"},
    "dailyBudget": {"amount": "50", "currencyCode": "EUR"},
    "locale": {"country": "DE", "language": "de"},
    "targetingCriteria": TARGETING,
    "politicalIntent": "NOT_POLITICAL",
}


def campaign(**fields: Any) -> CreateAdCampaign:
    return CreateAdCampaign.model_validate({**CAMPAIGN, "accountId": "12345", **fields})


def test_a_campaign_goes_out_as_linkedin_wants_it() -> None:
    platform = Platform(created("141049524"))
    outcome = client(platform).create_ad_campaign(
        campaign(startAt="2026-04-01T00:00:00+02:00", endAt="2026-04-30T00:00:00Z")
    )
    assert outcome.data == {"id": "141049524", "urn": "urn:li:sponsoredCampaign:141049524"}
    assert platform.sent[0].url.path == "/rest/adAccounts/12345/adCampaigns"
    assert platform.body() == {
        "account": "urn:li:sponsoredAccount:12345",
        "campaignGroup": "urn:li:sponsoredCampaignGroup:602277684",
        "name": CAMPAIGN["name"],
        "type": "SPONSORED_UPDATES",
        "status": "PAUSED",
        "costType": "CPC",
        "unitCost": {"amount": "5.00", "currencyCode": "EUR"},
        "dailyBudget": {"amount": "50", "currencyCode": "EUR"},
        "locale": {"country": "DE", "language": "de"},
        "targetingCriteria": CAMPAIGN["targetingCriteria"],
        "politicalIntent": "NOT_POLITICAL",
        "offsiteDeliveryEnabled": False,
        "audienceExpansionEnabled": False,
        "runSchedule": {"start": 1774994400000, "end": 1777507200000},
    }


def test_a_campaign_needs_an_ad_account() -> None:
    platform = Platform(created("1"))
    outcome = client(platform).create_ad_campaign(campaign(accountId=None))
    assert outcome.code == "NO_AD_ACCOUNT"
    known = client(platform, settings={**SETTINGS, "adAccountId": 777})
    assert known.create_ad_campaign(campaign(accountId=None)).ok
    assert platform.sent[0].url.path == "/rest/adAccounts/777/adCampaigns"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dailyBudget": None}, "dailyBudget or totalBudget"),
        ({"totalBudget": {"amount": "1", "currencyCode": "USD"}}, "one currency"),
        ({"unitCost": {"amount": "1,5", "currencyCode": "EUR"}}, "should match"),
        ({"endAt": "2026-04-01T00:00:00Z"}, "needs a startAt"),
        (
            {"startAt": "2026-04-02T00:00:00Z", "endAt": "2026-04-01T00:00:00Z"},
            "endAt must be after",
        ),
        ({"connectedTelevisionOnly": True}, "needs offsiteDeliveryEnabled"),
        ({"targetingCriteria": {}}, "at least 1"),
        ({"politicalIntent": None}, "politicalIntent"),
    ],
)
def test_a_campaign_that_linkedin_would_refuse_is_refused_before(given: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        campaign(**given)


def test_nobody_is_declared_unpolitical_by_default() -> None:
    left_out = {name: value for name, value in CAMPAIGN.items() if name != "politicalIntent"}
    with pytest.raises(ValidationError, match="politicalIntent"):
        CreateAdCampaign.model_validate(left_out)


def kept(number: int, name: str = CAMPAIGN["name"], at: int = NOW) -> dict[str, Any]:
    return {"id": number, "name": name, "changeAuditStamps": {"created": {"time": at}}}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"elements": [], "metadata": {}}, "not_done"),
        ({"elements": []}, "not_done"),
        ({"elements": [kept(1, "Launch (spring, EU): phase 10"), kept(2)]}, "done"),
        ({"elements": [kept(1, at=NOW - 1)]}, "not_done"),
        ({"elements": [kept(1, at=NOW - 1)], "metadata": {"nextPageToken": "x"}}, "unknown"),
        ({"strange": True}, "unknown"),
        (httpx.Response(403, json={"message": "No", "status": 403}), "unknown"),
    ],
)
def test_a_lost_campaign_is_looked_up_by_its_name_in_its_group(answer: Any, verdict: str) -> None:
    platform = Platform(answer)
    seen = client(platform).reconcile("create_ad_campaign", campaign(), START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data == {"id": "2", "urn": "urn:li:sponsoredCampaign:2"}
    # The brackets and commas of the name are the name's, not the query's.
    assert platform.sent[0].url.raw_path == (
        b"/rest/adAccounts/12345/adCampaigns?q=search&search=(name:(values:List("
        b"Launch%20%28spring%2C%20EU%29%3A%20phase%201)),campaignGroup:(values:List("
        b"urn%3Ali%3AsponsoredCampaignGroup%3A602277684)))&pageSize=100"
    )


# ------------------------------------------------------------------ statistics

COUNTS = {"impressionCount": 5, "likeCount": 1}


@pytest.mark.parametrize(
    ("given", "query"),
    [
        ({}, b""),
        (
            {"posts": ["urn:li:share:1", "urn:li:ugcPost:2", "urn:li:share:3"]},
            b"&shares=List(urn%3Ali%3Ashare%3A1,urn%3Ali%3Ashare%3A3)"
            b"&ugcPosts=List(urn%3Ali%3AugcPost%3A2)",
        ),
        (
            {"startTime": "2026-02-01T00:00:00Z", "endTime": "2026-03-01T01:00:00+01:00"},
            b"&timeIntervals=(timeRange:(start:1769904000000,end:1772323200000),"
            b"timeGranularityType:DAY)",
        ),
    ],
)
def test_statistics_are_asked_for_in_restli(given: Any, query: bytes) -> None:
    platform = Platform({"elements": []})
    asked = GetShareStatistics.model_validate({"organization": PAGE, **given})
    assert client(platform).get_share_statistics(asked).data == {"statistics": []}
    assert platform.sent[0].url.raw_path == (
        b"/rest/organizationalEntityShareStatistics?q=organizationalEntity"
        b"&organizationalEntity=urn%3Ali%3Aorganization%3A2414183" + query
    )


def test_statistics_say_what_they_are_of() -> None:
    of_post = {"organizationalEntity": PAGE, "share": "urn:li:share:1"}
    of_time = {"organizationalEntity": PAGE, "timeRange": {"start": 1, "end": 2}}
    elements = [{**one, "totalShareStatistics": COUNTS} for one in (of_post, of_time)]
    outcome = client(Platform({"elements": elements})).get_share_statistics(
        GetShareStatistics(organization=PAGE)
    )
    assert outcome.data["statistics"] == [
        {**COUNTS, "organization": PAGE, "post": "urn:li:share:1", "timeRange": None},
        {**COUNTS, "organization": PAGE, "post": None, "timeRange": {"start": 1, "end": 2}},
    ]


@pytest.mark.parametrize("author", ["", PERSON])
def test_a_member_has_no_statistics(author: str) -> None:
    platform = Platform({"elements": []})
    settings = {**SETTINGS, "author": author}
    outcome = client(platform, settings=settings).get_share_statistics(GetShareStatistics())
    assert outcome.code == "NO_ORGANIZATION"
    assert not platform.sent


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"startTime": "2026-01-01T00:00:00Z"}, "both startTime and endTime"),
        (
            {"startTime": "2026-02-01T00:00:00Z", "endTime": "2026-01-01T00:00:00Z"},
            "endTime must be after",
        ),
        (
            {"startTime": "2024-02-01T00:00:00Z", "endTime": "2026-01-01T00:00:00Z"},
            "last 12 months",
        ),
        (
            {
                "startTime": "2026-01-01T00:00:00Z",
                "endTime": "2026-02-01T00:00:00Z",
                "posts": ["urn:li:share:1"],
            },
            "leave out posts",
        ),
    ],
)
def test_statistics_that_linkedin_does_not_have_are_not_asked_for(given: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        GetShareStatistics.model_validate(given)
