"""LinkedIn: posts in little text, ids in headers, and a sandbox that refuses what LinkedIn does."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from connectors.linkedin.app import CONNECTOR
from connectors.linkedin.inputs import PublishPost
from hub.domain.connection import Injection, SandboxFailure
from tests.contract.oracles import linkedin as oracle
from tests.harness import Harness
from tests.support import START, FrozenClock
from tests.unit.connectors.linkedin_stub import (
    MEMBER,
    PAGE,
    PERSON,
    SETTINGS,
    Platform,
    client,
    created,
    post,
)


def test_a_post_goes_out_as_linkedin_wants_it() -> None:
    platform = Platform(created())
    outcome = client(platform).publish_post(post(text="Hi (you) #all", reshareDisabled=True))
    assert outcome.data == {"id": "urn:li:share:7"}
    (request,) = platform.sent
    assert (request.method, str(request.url)) == ("POST", "https://api.linkedin.com/rest/posts")
    assert request.headers["authorization"] == "Bearer member-token"
    assert request.headers["linkedin-version"] == "202607"
    assert request.headers["x-restli-protocol-version"] == "2.0.0"
    assert platform.body() == {
        "author": PAGE,
        "commentary": r"Hi \(you\) {hashtag|\#|all}",
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": True,
    }


def test_the_oracle_takes_a_right_request() -> None:
    oracle.check(oracle.RIGHT)


@pytest.mark.parametrize(
    ("given", "content"),
    [
        ({"images": [{"id": "urn:li:image:a"}]}, {"media": {"id": "urn:li:image:a"}}),
        (
            {"images": [{"id": "urn:li:image:a", "altText": "A", "title": "T"}]},
            {"media": {"id": "urn:li:image:a", "altText": "A", "title": "T"}},
        ),
        (
            {"images": [{"id": "urn:li:image:a"}, {"id": "urn:li:image:b", "altText": "B"}]},
            {
                "multiImage": {
                    "images": [{"id": "urn:li:image:a"}, {"id": "urn:li:image:b", "altText": "B"}]
                }
            },
        ),
        (
            {"article": {"source": "https://example.com/a", "title": "T"}},
            {"article": {"source": "https://example.com/a", "title": "T"}},
        ),
    ],
)
def test_one_image_several_and_an_article_each_have_their_form(given: Any, content: Any) -> None:
    platform = Platform(created())
    client(platform).publish_post(post(**given))
    assert platform.body()["content"] == content


def test_the_author_is_the_one_named_else_the_connections_else_the_member() -> None:
    platform = Platform(created())
    client(platform, settings={**SETTINGS, "author": PAGE}).publish_post(post(author=PERSON))
    assert platform.body()["author"] == PERSON
    client(platform, settings={**SETTINGS, "author": PAGE}).publish_post(post(author=None))
    assert platform.body()["author"] == PAGE
    asking = Platform(MEMBER, created())
    client(asking).publish_post(post(author=None))
    assert [request.url.path for request in asking.sent] == ["/v2/userinfo", "/rest/posts"]
    assert asking.body()["author"] == PERSON


def test_a_post_is_not_published_as_nobody() -> None:
    platform = Platform(httpx.Response(401, json={"message": "Expired", "status": 401}))
    assert client(platform).publish_post(post(author=None)).kind == "needs_reauth"
    assert len(platform.sent) == 1


def test_an_ended_version_says_which_setting_to_raise() -> None:
    body = {"status": 426, "code": "NONEXISTENT_VERSION", "message": "20250901 is not active"}
    outcome = client(Platform(httpx.Response(426, json=body))).publish_post(post())
    assert (outcome.kind, outcome.code) == ("invalid_request", "NONEXISTENT_VERSION")
    assert "raise the connection's setting apiVersion" in (outcome.message or "")
    bare = client(Platform(httpx.Response(426, json={}))).publish_post(post())
    assert "apiVersion" in (bare.message or "")


def test_a_duplicate_names_the_post_that_there_is() -> None:
    said = "Content is a duplicate of urn:li:share:9"
    outcome = client(Platform(httpx.Response(422, json={"message": said}))).publish_post(post())
    assert outcome.kind == "invalid_request"
    assert "urn:li:share:9" in (outcome.message or "")


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (START, 15 * 3600),
        (datetime(2026, 3, 2, 23, 59, 30, tzinfo=UTC), 30),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 23 * 3600),
    ],
)
def test_a_bare_429_is_waited_for_until_midnight_in_utc(now: datetime, seconds: float) -> None:
    outcome = client(Platform(httpx.Response(429)), clock=FrozenClock(now)).publish_post(post())
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", seconds)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": ""}, "give a text"),
        ({"text": "a" * 3001}, "at most 3000"),
        ({"author": "2414183"}, "should match"),
        ({"images": [{"id": "urn:li:digitalmediaAsset:a"}]}, "should match"),
        ({"images": [{"id": "urn:li:image:a"}] * 21}, "at most 20"),
        ({"images": [{"id": "urn:li:image:a", "title": "T"}] * 2}, "only a single image"),
        (
            {
                "images": [{"id": "urn:li:image:a"}],
                "article": {"source": "https://example.com", "title": "T"},
            },
            "only one of",
        ),
        ({"article": {"source": "http://example.com", "title": "T"}}, "https"),
        (
            {
                "article": {
                    "source": "https://example.com",
                    "title": "T",
                    "thumbnailAltText": "A",
                }
            },
            "describes a thumbnail",
        ),
    ],
)
def test_a_post_that_linkedin_would_refuse_is_refused_before(given: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        post(**given)


def test_three_thousand_letters_are_counted_before_they_are_escaped() -> None:
    platform = Platform(created())
    assert client(platform).publish_post(post(text="(" * 3000)).ok
    assert len(platform.body()["commentary"]) == 6000


# ------------------------------------------------------------------ the sandbox


def test_the_sandbox_cuts_off_an_unescaped_text_as_linkedin_does() -> None:
    harness = Harness(CONNECTOR)
    text = "All of it: (a) [b] {c} <d> #e *f* _g_ ~h~ | @i \\ end"
    posted = harness.act("publish_post", {"text": text}).data["id"]
    seen = harness.caller.read_back(
        harness.caller.connection("acme", None),
        CONNECTOR.spec.action("publish_post"),
        PublishPost(text=text),
        "key-1",
        START,
    )
    assert (seen.verdict, seen.data) == ("done", {"id": posted})


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"apiVersion": "202501"}, "NONEXISTENT_VERSION"),
        ({"apiVersion": ""}, "VERSION_MISSING"),
        ({"apiVersion": "2026-07"}, "VERSION_MISSING"),
    ],
)
def test_the_sandbox_wants_a_living_version(settings: dict[str, str], code: str) -> None:
    harness = Harness(CONNECTOR)
    over = harness.connect(settings=settings)
    assert harness.act("publish_post", {"text": "Hi"}, over).code == code


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": "Hi", "author": "urn:li:organization:9"}, "ACCESS_DENIED"),
        ({"images": [{"id": "urn:li:image:none"}]}, "MEDIA_ASSET_WAITING_UPLOAD"),
    ],
)
def test_the_sandbox_refuses_what_linkedin_refuses(given: Any, code: str) -> None:
    outcome = Harness(CONNECTOR).act("publish_post", given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


def test_the_sandbox_takes_no_post_twice() -> None:
    harness = Harness(CONNECTOR)
    assert harness.act("publish_post", {"text": "Hi"}).ok
    again = harness.act("publish_post", {"text": "Hi"})
    assert (again.code, "urn:li:share:" in (again.message or "")) == ("DUPLICATE_POST", True)


def test_the_sandbox_says_no_time_to_wait() -> None:
    harness = Harness(CONNECTOR)
    failure = SandboxFailure(kind=Injection.RATE_LIMIT, retry_after=7)
    outcome = harness.act("publish_post", {"text": "Hi"}, harness.connect(failure))
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", 15 * 3600)
