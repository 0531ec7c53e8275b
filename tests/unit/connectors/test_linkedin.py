"""LinkedIn: posts in little text, ids in headers, schedules of ours, lookups by what a post is."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from connectors.linkedin.app import CONNECTOR
from connectors.linkedin.client import LinkedinClient
from connectors.linkedin.inputs import (
    CancelScheduled,
    CreateAdCampaign,
    GetShareStatistics,
    PublishPost,
    SchedulePost,
    UploadImage,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.later import MemoryLater
from hub.connector_kit.media import Media, OpenMedia
from hub.connector_kit.spec import NoInput
from hub.domain.connection import Injection, Mode, SandboxFailure
from tests.contract.oracles import linkedin as oracle
from tests.harness import Harness
from tests.support import START, FrozenClock

MEMBER = {"sub": "782bbtaQ", "name": "A Member"}
PERSON = "urn:li:person:782bbtaQ"
PAGE = "urn:li:organization:2414183"
SETTINGS = {"apiVersion": "202607"}
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


class Platform:
    """Answers in order; the last answer again and again. Keeps what was sent."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        oracle.check(request)
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def body(self) -> Any:
        return json.loads(self.sent[-1].content)


class Files:
    """Media of a type."""

    def __init__(self, content_type: str = "image/png", size: int = 600_000) -> None:
        self.content_type, self.size = content_type, size

    def open(self, _media: Media) -> OpenMedia:
        return OpenMedia("file", self.content_type, self.size, self._read)

    def link(self, _media: Media) -> str:
        raise AssertionError("LinkedIn fetches nothing")

    def _read(self, start: int, end: int) -> Iterator[bytes]:
        for _ in range(start, end, 100_000):
            yield b"\x00" * 100_000


def client(platform: Callable[[httpx.Request], httpx.Response], **more: Any) -> LinkedinClient:
    fields: dict[str, Any] = {
        "transport": httpx.MockTransport(platform),
        "credentials": {"accessToken": "member-token"},
        "clock": FrozenClock(),
        "call_key": "run_1.step_1",
        "settings": SETTINGS,
        **more,
    }
    return LinkedinClient(ClientContext(**fields))


def created(urn: str = "urn:li:share:7") -> httpx.Response:
    return httpx.Response(201, headers={"x-restli-id": urn})


def post(**fields: Any) -> PublishPost:
    return PublishPost.model_validate({"text": "Hello", "author": PAGE, **fields})


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


# ------------------------------------------------------------------ schedules


def schedule(at: datetime, **fields: Any) -> SchedulePost:
    return SchedulePost.model_validate({"text": "Later", "publishAt": at, **fields})


def test_a_scheduled_post_is_kept_for_later_as_publish_post() -> None:
    platform, later = Platform(MEMBER), MemoryLater()
    at = START + timedelta(days=3)
    given = schedule(at, author=PAGE, images=[{"id": "urn:li:image:a", "altText": "A"}])
    outcome = client(platform, later=later).schedule_post(given)
    assert outcome.data == {"scheduledId": "later_run_1.step_1", "at": "2026-03-05T09:00:00.000Z"}
    ((action, payload, when),) = later.calls.values()
    assert (action, when) == ("publish_post", at)
    assert PublishPost.model_validate(payload) == PublishPost.model_validate(
        given.model_dump(exclude={"publish_at"})
    )
    assert [request.url.path for request in platform.sent] == ["/v2/userinfo"]


def test_the_same_call_schedules_once() -> None:
    later, given = MemoryLater(), schedule(START + timedelta(days=3))
    first = client(Platform(MEMBER), later=later).schedule_post(given)
    again = client(Platform(MEMBER), later=later).schedule_post(given)
    assert first.data == again.data
    assert len(later.calls) == 1


@pytest.mark.parametrize(
    ("after", "code"),
    [
        (timedelta(0), "PUBLISH_AT_PAST"),
        (timedelta(seconds=-1), "PUBLISH_AT_PAST"),
        (timedelta(days=365, seconds=1), "PUBLISH_AT_TOO_FAR"),
    ],
)
def test_a_post_is_scheduled_within_a_year(after: timedelta, code: str) -> None:
    later = MemoryLater()
    outcome = client(Platform(MEMBER), later=later).schedule_post(schedule(START + after))
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert not later.calls


def test_the_last_moment_of_the_year_is_taken() -> None:
    later = MemoryLater()
    given = schedule(START + timedelta(days=365))
    assert client(Platform(MEMBER), later=later).schedule_post(given).ok


def test_without_a_scheduler_nothing_is_promised() -> None:
    outcome = client(Platform(MEMBER)).schedule_post(schedule(START + timedelta(days=1)))
    assert (outcome.kind, outcome.code) == ("invalid_request", "NO_SCHEDULER")


def test_with_a_bad_token_nothing_is_scheduled() -> None:
    later = MemoryLater()
    platform = Platform(httpx.Response(401, json={"message": "Expired", "status": 401}))
    outcome = client(platform, later=later).schedule_post(schedule(START + timedelta(days=1)))
    assert outcome.kind == "needs_reauth"
    assert not later.calls


def test_a_dry_run_shows_the_post_that_will_be_published() -> None:
    harness = Harness(CONNECTOR)
    given = {"text": "Later (on)", "publishAt": "2026-04-02T09:00:00Z"}
    shown = harness.act("schedule_post", given, harness.connect(mode=Mode.DRY_RUN)).data["request"]
    assert shown["url"] == "https://api.linkedin.com/rest/posts"
    assert json.loads(shown["body"])["commentary"] == r"Later \(on\)"
    assert not harness.later.calls


# ------------------------------------------------------------------ lookups

NOW = round(START.timestamp() * 1000)


def shown(number: int, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"urn:li:share:{number}",
        "commentary": text,
        "createdAt": NOW,
        "lifecycleState": "PUBLISHED",
        **more,
    }


def found(*posts: Any) -> dict[str, Any]:
    return {"elements": list(posts), "paging": {"start": 0, "count": 50, "links": []}}


IMAGE = {"content": {"media": {"id": "urn:li:image:a"}}}


@pytest.mark.parametrize(
    ("given", "posts", "verdict"),
    [
        ({}, found(), "not_done"),
        ({}, found(shown(1, "Other"), shown(2, "Hello")), "done"),
        ({}, found(shown(2, "Hello", createdAt=NOW - 1)), "not_done"),
        ({"text": "Hi (you) #all"}, found(shown(2, r"Hi \(you\) {hashtag|\#|all}")), "done"),
        ({"text": "Hi (you) #all"}, found(shown(2, r"Hi \(you\) {hashtag|#|all}")), "done"),
        ({"text": "Two\n\nlines "}, found(shown(2, "Two\nlines")), "done"),
        ({"images": [{"id": "urn:li:image:a"}]}, found(shown(2, "Hello", **IMAGE)), "done"),
        (
            {"text": "", "images": [{"id": "urn:li:image:a"}]},
            found(shown(2, "", **IMAGE)),
            "done",
        ),
        (
            {"images": [{"id": "urn:li:image:a"}, {"id": "urn:li:image:b"}]},
            found(
                shown(
                    2,
                    "Hello",
                    content={
                        "multiImage": {
                            "images": [{"id": "urn:li:image:b"}, {"id": "urn:li:image:a"}]
                        }
                    },
                )
            ),
            "done",
        ),
        (
            {"article": {"source": "https://example.com/a", "title": "T"}},
            found(shown(2, "Hello", content={"article": {"source": "https://example.com/a"}})),
            "done",
        ),
        # The same words with something else beside them: perhaps, perhaps not.
        ({}, found(shown(2, "Hello", **IMAGE)), "unknown"),
        ({"images": [{"id": "urn:li:image:a"}]}, found(shown(2, "Hello")), "unknown"),
        # More may have been published since than one page shows.
        ({}, found(*[shown(n, f"Other {n}") for n in range(50)]), "unknown"),
        (
            {},
            found(
                *[shown(n, f"Other {n}") for n in range(49)],
                shown(49, "Other", createdAt=NOW - 1),
            ),
            "not_done",
        ),
        ({}, httpx.Response(403, json={"code": "ACCESS_DENIED", "status": 403}), "unknown"),
        ({}, httpx.Response(400, json={"message": "No", "status": 400}), "unknown"),
        ({}, {"strange": True}, "unknown"),
    ],
)
def test_a_lost_post_is_known_by_what_it_is(given: Any, posts: Any, verdict: str) -> None:
    platform = Platform(posts)
    seen = client(platform).reconcile("publish_post", post(**given), START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data == {"id": "urn:li:share:2"}
    (request,) = platform.sent
    assert request.url.raw_path == (
        b"/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A2414183&count=50&sortBy=CREATED"
    )
    assert request.headers["x-restli-method"] == "FINDER"


def test_a_lost_post_of_the_member_is_looked_up_as_theirs() -> None:
    platform = Platform(MEMBER, found(shown(2, "Hello")))
    assert client(platform).reconcile("publish_post", post(author=None), START).verdict == "done"
    assert platform.sent[1].url.params["author"] == PERSON


@pytest.mark.parametrize("action", ["schedule_post", "upload_image"])
def test_what_publishes_nothing_is_not_looked_up(action: str) -> None:
    assert client(Platform(MEMBER)).reconcile(action, NoInput(), START).verdict == "unknown"


# ------------------------------------------------------------------ images

BEGUN = {
    "value": {
        "uploadUrlExpiresAt": NOW + 86_400_000,
        "uploadUrl": "https://www.linkedin.com/dms-uploads/a/uploaded-image/0?ca=x",
        "image": "urn:li:image:a",
    }
}
PUT = httpx.Response(201)


def status(name: str) -> dict[str, Any]:
    return {"id": "urn:li:image:a", "owner": PAGE, "status": name}


def image(owner: str | None = PAGE) -> UploadImage:
    return UploadImage(media=Media(url="https://example.com/a.png"), owner=owner)


def test_an_image_is_sent_in_pieces_with_its_length() -> None:
    platform = Platform(BEGUN, PUT, status("AVAILABLE"))
    outcome = client(platform, media=Files()).upload_image(image())
    assert outcome.data == {"id": "urn:li:image:a", "owner": PAGE}
    begin, put, asked = platform.sent
    assert begin.url.params["action"] == "initializeUpload"
    assert json.loads(begin.content) == {"initializeUploadRequest": {"owner": PAGE}}
    assert (put.method, str(put.url)) == ("PUT", BEGUN["value"]["uploadUrl"])
    assert put.headers["content-length"] == "600000"
    assert put.headers["content-type"] == "image/png"
    assert put.headers["authorization"] == "Bearer member-token"
    assert len(put.content) == 600_000
    assert asked.url.raw_path == b"/rest/images/urn%3Ali%3Aimage%3Aa"


@pytest.mark.parametrize("done", [0, 1, 2])
def test_an_upload_goes_on_after_the_part_it_broke_at(done: int) -> None:
    answers, notes = [BEGUN, PUT, status("AVAILABLE")], MemoryNotes()
    broken = Platform(*answers[:done], httpx.ConnectError("x"))
    assert client(broken, media=Files(), notes=notes).upload_image(image()).kind == "transient"
    rest = Platform(*answers[done:])
    assert client(rest, media=Files(), notes=notes).upload_image(image()).ok
    assert len(rest.sent) == 3 - done


def test_an_image_is_waited_for_until_it_is_available() -> None:
    notes = MemoryNotes()
    for answers, kind in [
        ([BEGUN, PUT, status("WAITING_UPLOAD")], "in_progress"),
        ([status("PROCESSING")], "in_progress"),
        ([status("AVAILABLE")], "ok"),
    ]:
        outcome = client(Platform(*answers), media=Files(), notes=notes).upload_image(image())
        assert outcome.kind == kind
        assert outcome.retry_after == (2 if kind == "in_progress" else None)


def test_an_image_that_linkedin_cannot_process_is_refused() -> None:
    platform = Platform(BEGUN, PUT, status("PROCESSING_FAILED"))
    outcome = client(platform, media=Files()).upload_image(image())
    assert (outcome.kind, outcome.code) == ("invalid_request", "MEDIA_FAILED")


@pytest.mark.parametrize("content_type", ["image/webp", "video/mp4", "application/octet-stream"])
def test_media_that_linkedin_does_not_take_is_not_sent(content_type: str) -> None:
    platform = Platform(BEGUN)
    outcome = client(platform, media=Files(content_type)).upload_image(image())
    assert outcome.code == "MEDIA_TYPE_UNSUPPORTED"
    assert not platform.sent


# ------------------------------------------------------------------ campaigns


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


def test_a_scheduled_post_can_be_taken_back_once() -> None:
    later = MemoryLater()
    platform = Platform(MEMBER)
    scheduled = client(platform, later=later).schedule_post(schedule(START + timedelta(days=1)))
    given = CancelScheduled(scheduled_id=scheduled.data["scheduledId"])
    answers = [client(Platform(MEMBER), later=later).cancel_scheduled(given) for _ in range(2)]
    assert [answer.data for answer in answers] == [{"cancelled": True}, {"cancelled": False}]
    assert later.calls == {}
