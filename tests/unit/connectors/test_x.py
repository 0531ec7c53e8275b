"""X: posts as its contract has them, reads, and the sandbox."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.x.app import CONNECTOR
from connectors.x.inputs import GetMetrics, PostTweet, SearchTweets
from connectors.x.spec import SPEC
from hub.domain.connection import Injection, SandboxFailure
from tests.harness import Harness
from tests.unit.connectors.x_stub import NOW, Platform, client, created, page


def test_a_post_goes_out_as_x_wants_it() -> None:
    platform = Platform(created(7))
    outcome = client(platform).post_tweet(
        PostTweet(
            media_ids=["1", "2"],
            tagged_user_ids=["3"],
            reply_to="4",
            exclude_reply_user_ids=["5"],
            reply_settings="subscribers",
            community_id="6",
            made_with_ai=True,
            paid_partnership=False,
        )
    )
    assert outcome.data == {"id": "7", "text": "t7"}
    (request,) = platform.sent
    assert (request.method, str(request.url)) == ("POST", "https://api.x.com/2/tweets")
    assert request.headers["authorization"] == "Bearer user-token"
    assert platform.bodies() == [
        {
            "text": "",
            "media": {"media_ids": ["1", "2"], "tagged_user_ids": ["3"]},
            "reply": {"in_reply_to_tweet_id": "4", "exclude_reply_user_ids": ["5"]},
            "reply_settings": "subscribers",
            "community_id": "6",
            "made_with_ai": True,
            "paid_partnership": False,
        }
    ]


def test_text_is_sent_even_with_media_alone() -> None:
    platform = Platform(created(1))
    client(platform).post_tweet(PostTweet(media_ids=["1"]))
    assert platform.bodies() == [{"text": "", "media": {"media_ids": ["1"]}}]


@pytest.mark.parametrize(
    ("text", "settings", "taken"),
    [
        ("a" * 280, {}, True),
        ("a" * 281, {}, False),
        ("漢" * 140, {}, True),
        ("漢" * 141, {}, False),
        ("https://example.com/" + "a" * 300, {}, True),
        ("a" * 25_000, {"longPosts": True}, True),
        ("a" * 281, {"longPosts": "true"}, True),
        ("a" * 281, {"longPosts": False}, False),
        ("a" * 281, {"longPosts": "false"}, False),
    ],
)
def test_a_post_is_as_long_as_its_account_may(
    text: str, settings: dict[str, Any], taken: bool
) -> None:
    platform = Platform(created(1))
    outcome = client(platform, settings=settings).post_tweet(PostTweet(text=text))
    assert outcome.ok is taken
    assert len(platform.sent) == taken
    assert taken or outcome.code == "TEXT_TOO_LONG"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "give a text"),
        ({"text": "  "}, "give a text"),
        ({"text": "x", "media_ids": list("12345")}, "at most 4"),
        ({"text": "x", "media_ids": ["abc"]}, "should match"),
        ({"media_ids": ["1"], "quote_tweet_id": "2"}, "only one of"),
        ({"text": "x", "tagged_user_ids": ["1"]}, "mediaIds too"),
        ({"text": "x", "exclude_reply_user_ids": ["1"]}, "replyTo too"),
        ({"text": "x", "poll": {"options": ["a"], "duration_minutes": 5}}, "at least 2"),
        ({"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 4}}, "greater"),
        ({"text": "x", "poll": {"options": ["a", "b" * 26], "duration_minutes": 5}}, "at most 25"),
        ({"text": "a" * 25_001}, "at most 25000"),
    ],
)
def test_a_post_that_x_would_refuse_is_refused_before(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        PostTweet.model_validate(given)


# ------------------------------------------------------------------ reads


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ids": ["1"], "startTime": "2026-03-01T00:00:00Z"}, "both startTime and endTime"),
        ({"ids": ["1"], "granularity": "daily"}, "granularity is of a time"),
        (
            {
                "ids": ["1"],
                "startTime": "2026-03-01T00:00:00Z",
                "endTime": "2026-03-01T00:00:00Z",
            },
            "endTime must be after",
        ),
        (
            {
                "ids": ["1"],
                "privateMetrics": True,
                "startTime": "2026-03-01T00:00:00Z",
                "endTime": "2026-03-02T00:00:00Z",
            },
            "privateMetrics are of now",
        ),
        ({"ids": [str(n) for n in range(101)]}, "at most 100"),
    ],
)
def test_metrics_are_of_now_or_of_a_whole_time(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        GetMetrics.model_validate(given)


def test_partial_errors_do_not_hide_the_data() -> None:
    gone = {"type": "https://api.x.com/2/problems/resource-not-found", "detail": "Gone."}
    answer = {"data": [{"id": "1", "public_metrics": {"repost_count": 3}}], "errors": [gone]}
    outcome = client(Platform(answer)).get_metrics(GetMetrics(ids=["1", "2"]))
    assert outcome.data == {
        "metrics": [{"id": "1", "createdAt": None, "publicMetrics": {"repostCount": 3}}],
        "errors": [gone],
    }


def test_private_metrics_are_asked_for_only_when_wanted() -> None:
    platform = Platform({"data": []})
    client(platform).get_metrics(GetMetrics(ids=["1"]))
    client(platform).get_metrics(GetMetrics(ids=["1"], private_metrics=True))
    public, private = (request.url.params["post.fields"] for request in platform.sent)
    assert public == "created_at,public_metrics"
    assert private == "created_at,public_metrics,non_public_metrics,organic_metrics"


def test_metrics_over_a_time_come_in_buckets() -> None:
    bucket = {"timestamp": "2026-03-01T00:00:00Z", "metrics": {"url_clicks": 2}}
    platform = Platform({"data": [{"id": "1", "timestamped_metrics": [bucket]}]})
    given = GetMetrics.model_validate(
        {"ids": ["1"], "startTime": "2026-03-01T01:00:00+01:00", "endTime": "2026-03-02T00:00:00Z"}
    )
    outcome = client(platform).get_metrics(given)
    assert outcome.data["metrics"] == [
        {"id": "1", "buckets": [{"timestamp": "2026-03-01T00:00:00Z", "urlClicks": 2}]}
    ]
    assert platform.sent[0].url.params["start_time"] == "2026-03-01T00:00:00Z"


def test_a_search_without_results_is_an_empty_page() -> None:
    outcome = client(Platform(page())).search_tweets(SearchTweets(query="x"))
    assert outcome.data == {"tweets": [], "cursor": None, "errors": []}


def test_a_search_ends() -> None:
    harness = Harness(CONNECTOR)
    for number in range(25):
        assert harness.act("post_tweet", {"text": f"launch {number}"}).ok
    found: list[str] = []
    cursor, pages = None, 0
    while True:
        given = {"query": "launch", **({"cursor": cursor} if cursor else {})}
        data = harness.act("search_tweets", given).data
        found += [tweet["text"] for tweet in data["tweets"]]
        cursor, pages = data["cursor"], pages + 1
        if cursor is None:
            break
    assert pages == 3
    assert sorted(found) == sorted(f"launch {number}" for number in range(25))


def test_a_found_post_has_its_author() -> None:
    harness = Harness(CONNECTOR)
    harness.act("post_tweet", {"text": "launch"})
    (tweet,) = harness.act("search_tweets", {"query": "launch"}).data["tweets"]
    assert (tweet["authorUsername"], tweet["createdAt"]) == ("neonhub_sandbox", NOW)
    assert tweet["metrics"]["likeCount"] == 0


# ------------------------------------------------------------------ the sandbox


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("post_tweet", {"text": "Hi", "mediaIds": ["5"]}, "invalid-request"),
        ("post_tweet", {"text": "Hi", "replyTo": "5"}, "HTTP_403"),
        ("delete_tweet", {"id": "5"}, "resource-not-found"),
        ("get_metrics", {"ids": ["5"]}, "resource-not-found"),
        ("search_tweets", {"query": "x", "cursor": "nonsense"}, "invalid-request"),
    ],
)
def test_the_sandbox_refuses_what_x_refuses(action: str, given: Any, code: str) -> None:
    outcome = Harness(CONNECTOR).act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


def test_the_sandbox_takes_no_text_twice() -> None:
    harness = Harness(CONNECTOR)
    assert harness.act("post_tweet", {"text": "Hi"}).ok
    assert harness.act("post_tweet", {"text": "Hi"}).code == "duplicate-content"


def test_a_deleted_post_is_gone() -> None:
    harness = Harness(CONNECTOR)
    posted = harness.act("post_tweet", {"text": "Hi"}).data["id"]
    assert harness.act("delete_tweet", {"id": posted}).data == {"deleted": True}
    assert harness.act("get_metrics", {"ids": [posted]}).kind == "invalid_request"


def test_the_reset_header_of_the_sandbox_is_of_its_own_time() -> None:
    harness = Harness(CONNECTOR)
    harness.clock.advance(12_345)
    failure = SandboxFailure(kind=Injection.RATE_LIMIT, retry_after=60)
    outcome = harness.act("test_connection", {}, harness.connect(failure))
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", 60)


def test_the_spec_names_the_scopes_its_actions_need() -> None:
    assert {"tweet.write", "media.write", "offline.access"} <= set(SPEC.auth.scopes)
    assert SPEC.auth.oauth is not None
    assert SPEC.auth.oauth.pkce
