"""What Instagram would refuse is refused before anything is sent."""

from typing import Any

import pytest

from connectors.instagram.spec import (
    GetInsights,
    PublishPost,
    RespondDm,
    Slide,
)
from tests.unit.connectors.instagram_stub import post
from tests.unit.connectors.meta_stub import IMAGE, VIDEO

TAG = {"username": "a"}
PLACED = {"username": "a", "x": 0.1, "y": 0.2}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"caption": "x"}, "one of image, reel and carousel"),
        ({"image": IMAGE, "reel": VIDEO}, "one of image, reel and carousel"),
        ({"carousel": [{"image": IMAGE}]}, "at least 2"),
        ({"carousel": [{"image": IMAGE}] * 11}, "at most 10"),
        ({"carousel": [{"image": IMAGE}, {}]}, "either an image or a video"),
        ({"carousel": [{"image": IMAGE}] * 2, "altText": "x"}, "altText is for images"),
        ({"carousel": [{"image": IMAGE}] * 2, "userTags": [PLACED]}, "slides of a carousel"),
        ({"carousel": [{"image": IMAGE}, {"video": VIDEO, "altText": "x"}]}, "are for images"),
        ({"reel": VIDEO, "altText": "x"}, "altText is for images"),
        ({"reel": VIDEO, "userTags": [PLACED]}, "not reels"),
        ({"image": IMAGE, "userTags": [TAG]}, "needs x and y"),
        ({"image": IMAGE, "userTags": [{"username": "a", "x": 0.5}]}, "both x and y"),
        ({"image": IMAGE, "userTags": [{**PLACED, "x": 1.1}]}, "less than or equal to 1"),
        ({"image": IMAGE, "shareToFeed": True}, "fields of reels"),
        ({"image": IMAGE, "thumbOffset": 0}, "fields of reels"),
        ({"image": IMAGE, "caption": "x" * 2201}, "at most 2200"),
        ({"image": IMAGE, "caption": "#a " * 31}, "30 hashtags"),
        ({"image": IMAGE, "caption": "@a " * 21}, "20 @mentions"),
        ({"image": IMAGE, "collaborators": ["a", "b", "c", "d"]}, "at most 3"),
        ({"image": {"url": "http://example.com/a.jpg"}}, "https"),
        ({"image": {"url": "https://localhost/a.jpg"}}, "public host"),
    ],
)
def test_what_instagram_would_refuse_is_refused_first(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        PublishPost.model_validate(given)


def test_limits_are_inclusive() -> None:
    caption = ("#a @b " * 20 + "#c " * 10).ljust(2200)
    assert PublishPost.model_validate({"image": IMAGE, "caption": caption}).caption == caption
    mail = "write to shop@example.com " * 30
    assert PublishPost.model_validate({"image": IMAGE, "caption": mail}).caption == mail
    assert len(post(carousel=[{"image": IMAGE}] * 10).carousel or []) == 10
    assert Slide.model_validate({"image": IMAGE, "userTags": [PLACED]}).user_tags


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"metrics": ["impressions"], "period": "day"}, "use views"),
        ({"metrics": ["reach"]}, "need a period"),
        ({"metrics": [], "period": "day"}, "at least 1"),
        ({"metrics": ["reach"], "mediaId": "1", "since": "2026-01-01T00:00:00Z"}, "account"),
        ({"metrics": ["reach"], "mediaId": "1", "metricType": "total_value"}, "account"),
        (
            {
                "metrics": ["reach"],
                "period": "day",
                "since": "2026-01-02T00:00:00Z",
                "until": "2026-01-02T00:00:00Z",
            },
            "before until",
        ),
    ],
)
def test_insights_that_do_not_exist_are_refused(given: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        GetInsights.model_validate(given)


@pytest.mark.parametrize(("text", "fits"), [("ü" * 500, True), ("ü" * 501, False)])
def test_a_message_is_measured_in_bytes(text: str, fits: bool) -> None:
    if fits:
        assert RespondDm(recipient_id="1", text=text).text == text
    else:
        with pytest.raises(ValueError, match="1002 bytes"):
            RespondDm(recipient_id="1", text=text)
