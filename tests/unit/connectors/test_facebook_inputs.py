"""What Facebook would refuse is refused before anything is sent."""

from typing import Any

import pytest

from connectors.facebook.inputs import (
    CreatePost,
    GetInsights,
)
from tests.unit.connectors.facebook_stub import AT, campaign, creative
from tests.unit.connectors.meta_stub import IMAGE, VIDEO


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"dailyBudget": 1, "lifetimeBudget": 1}, "either dailyBudget or lifetimeBudget"),
        ({"lifetimeBudget": 100}, "needs a stopTime"),
        ({"dailyBudget": 0}, "greater than or equal to 1"),
        ({"dailyBudget": 12.5}, "integer"),
        ({"bidStrategy": "COST_CAP"}, "budget of the campaign"),
        ({"dailyBudget": 100, "shareAdsetBudgets": True}, "without a budget"),
        ({"objective": "CONVERSIONS"}, "OUTCOME_"),
        ({"specialAdCategories": ["NONE"]}, "CREDIT"),
        ({"specialAdCategoryCountry": ["Germany"]}, "pattern"),
        ({"startTime": "2026-03-03T00:00:00"}, "timezone"),
        (
            {"startTime": "2026-03-03T00:00:00Z", "stopTime": "2026-03-03T00:00:00Z"},
            "before stopTime",
        ),
    ],
)
def test_a_campaign_that_meta_would_refuse_is_refused_first(more: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        campaign(**more)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "a message, a link, photos or a video"),
        ({"countries": ["DE"]}, "a message, a link, photos or a video"),
        ({"link": "https://example.com", "photos": [{"media": IMAGE}]}, "at most one"),
        ({"photos": [{"media": IMAGE}], "video": {"media": VIDEO}}, "at most one"),
        ({"photos": []}, "at least 1"),
        ({"photos": [{"media": IMAGE}] * 11}, "at most 10"),
        ({"message": "x" * 63_207}, "at most 63206"),
        ({"link": "http://example.com"}, "https"),
        ({"message": "x", "publishAt": AT.isoformat()}, "Extra inputs"),
    ],
)
def test_a_post_that_facebook_would_refuse_is_refused_first(
    given: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        CreatePost.model_validate(given)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"linkAd": None}, "one of linkAd, videoAd and postId"),
        ({"postId": "100_5"}, "one of linkAd, videoAd and postId"),
        (
            {"linkAd": {"link": "https://example.com", "image": IMAGE, "imageHash": "0" * 32}},
            "either",
        ),
        ({"linkAd": None, "videoAd": {"videoId": "1"}}, "either thumbnail or imageHash"),
        (
            {
                "linkAd": None,
                "videoAd": {"videoId": "1", "imageHash": "0" * 32, "button": "SHOP_NOW"},
            },
            "both link and button",
        ),
        ({"name": "x" * 71}, "at most 70"),
    ],
)
def test_a_creative_that_is_not_one_is_refused(more: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        creative(**more)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"of": "ad_account", "metrics": ["x1"]}, "no metrics and period"),
        ({"of": "ad_account"}, "name the fields"),
        ({"of": "page", "fields": ["x1"]}, "no fields"),
        ({"of": "page", "metrics": ["x1"], "limit": 5}, "no fields"),
        ({"of": "page"}, "name the metrics"),
        ({"of": "post", "metrics": ["x1"]}, "postId"),
        ({"of": "page", "metrics": ["x1"], "postId": "1_2"}, "postId"),
        ({"of": "page", "metrics": ["x1"], "since": "2026-01-01"}, "both since and until"),
        (
            {
                "of": "page",
                "metrics": ["x1"],
                "since": "2026-01-01",
                "until": "2026-01-02",
                "datePreset": "today",
            },
            "either datePreset",
        ),
        (
            {"of": "page", "metrics": ["x1"], "since": "2026-01-02", "until": "2026-01-01"},
            "must not be after",
        ),
    ],
)
def test_insights_that_do_not_exist_are_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        GetInsights.model_validate(given)
