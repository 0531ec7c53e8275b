"""Reddit: two APIs as their contracts have them, waits in words and headers, read back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from connectors.reddit.app import CONNECTOR
from connectors.reddit.client import TABLE, RedditClient
from connectors.reddit.inputs import (
    AdjustBudget,
    CheckConnection,
    CreateCampaign,
    GetReport,
    ListCampaigns,
    SubmitComment,
    SubmitPost,
)
from connectors.reddit.sandbox import USER, RedditTwin
from connectors.reddit.spec import SPEC
from connectors.reddit.waits import seconds_in
from hub.connector_kit.client import ClientContext
from hub.connector_kit.outcomes import Answer
from hub.connector_kit.spec import ActionInput
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.outcome import Effect
from tests.contract.oracles import reddit as oracle
from tests.harness import Harness
from tests.support import START, FrozenClock
from tests.unit.connectors.samples_reddit import CAMPAIGN, VALID

ADS = "https://ads-api.reddit.com/api/v3"
ORGANIC = "https://oauth.reddit.com"
AGENT = "aws-lambda:neonhub.tests:v1 (by /u/neonhub)"
SETTINGS = {"adAccountId": "a2_1", "userAgent": AGENT}


def client(*answers: Any, sent: list[httpx.Request] | None = None, **settings: Any) -> RedditClient:
    """A client whose calls are answered in turn, the last answer again and again."""
    left = list(answers) or [{}]

    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        answer = left.pop(0) if len(left) > 1 else left[0]
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    return RedditClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"accessToken": "ey-token-of-reddit"},
            clock=FrozenClock(),
            settings={**SETTINGS, **settings},
            call_key="run_1.s",
        )
    )


def campaign(**more: Any) -> CreateCampaign:
    return CreateCampaign.model_validate({**VALID["create_campaign"], **more})


def post(**more: Any) -> SubmitPost:
    return SubmitPost.model_validate({**VALID["submit_post"], **more})


COMMENT = SubmitComment.model_validate(VALID["submit_comment"])
REPORT = GetReport.model_validate(VALID["get_report"])


# ---------------------------------------------------------------------- requests


def test_a_campaign_goes_out_wrapped_with_its_money_in_micro_units() -> None:
    sent: list[httpx.Request] = []
    made = {"data": {"id": "9", "name": "Spring", "configured_status": "PAUSED"}}
    outcome = client(httpx.Response(201, json=made), sent=sent).create_campaign(campaign())
    (request,) = sent
    assert (request.method, str(request.url)) == ("POST", f"{ADS}/ad_accounts/a2_1/campaigns")
    assert request.headers["authorization"] == "Bearer ey-token-of-reddit"
    assert request.headers["user-agent"] == AGENT
    assert json.loads(request.content) == {
        "data": {
            "name": "Spring",
            "configured_status": "PAUSED",
            "objective": "CLICKS",
            "is_campaign_budget_optimization": True,
            "goal_type": "DAILY_SPEND",
            "goal_value": 50_000_000,
            "start_time": "2026-03-09T23:00:00Z",
            "bid_strategy": "MAXIMIZE_VOLUME",
            "bid_type": "CPC",
            "bid_value": 350_000,
            "conversion_pixel_id": "a2_sandbox1",
        }
    }
    assert outcome.data == {"campaignId": "9", "name": "Spring", "status": "PAUSED"}


@pytest.mark.parametrize(
    ("level", "path"), [("ad_group", "/ad_groups/7"), ("campaign", "/campaigns/7")]
)
def test_a_budget_is_patched_at_a_bare_path_without_its_type(level: str, path: str) -> None:
    sent: list[httpx.Request] = []
    given = AdjustBudget.model_validate({"level": level, "id": "7", "goalValueMicros": 5_000_000})
    outcome = client({"data": {"id": "7", "name": "x"}}, sent=sent).adjust_budget(given)
    (request,) = sent
    assert (request.method, str(request.url)) == ("PATCH", ADS + path)
    assert json.loads(request.content) == {"data": {"goal_value": 5_000_000}}
    assert outcome.data == {"level": level, "id": "7", "goalValueMicros": 5_000_000, "name": "x"}


def test_a_post_goes_out_as_a_form_to_the_other_api() -> None:
    sent: list[httpx.Request] = []
    made = {"json": {"errors": [], "data": {"name": "t3_1a", "url": "https://reddit.com/1a"}}}
    outcome = client(made, sent=sent).submit_post(post(url="https://example.com/", text=None))
    (request,) = sent
    assert str(request.url) == f"{ORGANIC}/api/submit"
    assert request.headers["user-agent"] == AGENT
    assert dict(parse_qsl(request.content.decode())) == {
        "api_type": "json",
        "kind": "link",
        "nsfw": "false",
        "resubmit": "false",
        "sendreplies": "true",
        "spoiler": "false",
        "sr": "test",
        "title": "Hello",
        "url": "https://example.com/",
        "validate_on_submit": "true",
    }
    assert outcome.data == {"id": "t3_1a", "url": "https://reddit.com/1a"}


def test_a_comment_answers_with_where_it_is() -> None:
    thing = {"kind": "t1", "data": {"name": "t1_2b", "permalink": "/r/test/comments/1a/x/2b/"}}
    made = {"json": {"errors": [], "data": {"things": [thing]}}}
    assert client(made).submit_comment(COMMENT).data == {
        "id": "t1_2b",
        "url": "https://www.reddit.com/r/test/comments/1a/x/2b/",
    }


@pytest.mark.parametrize(
    ("settings", "given", "path"),
    [
        ({}, {}, f"{ADS}/me"),
        ({"adAccountId": None}, {}, f"{ORGANIC}/api/v1/me?raw_json=1"),
        ({"adAccountId": None}, {"adAccountId": "a2_2"}, f"{ADS}/me"),
        ({"adAccountId": None}, {"api": "ads"}, f"{ADS}/me"),
        ({}, {"api": "organic"}, f"{ORGANIC}/api/v1/me?raw_json=1"),
    ],
)
def test_a_connection_is_tested_where_it_is_used(
    settings: dict[str, Any], given: dict[str, Any], path: str
) -> None:
    sent: list[httpx.Request] = []
    over = client({"id": "1", "name": "n", "data": {"id": "t2_1"}}, sent=sent, **settings)
    assert over.test_connection(CheckConnection.model_validate(given)).data["id"] == "t2_1"
    assert [str(request.url) for request in sent] == [path]


# ---------------------------------------------------------------------- pages


def test_the_next_page_of_a_report_is_posted_to_with_the_same_body() -> None:
    sent: list[httpx.Request] = []
    following = f"{ADS}/ad_accounts/a2_1/reports?page.token=abc%3D&page.size=100"
    first = {"data": {"metrics": [{"clicks": 1}]}, "pagination": {"next_url": following}}
    last: dict[str, Any] = {"data": {"metrics": []}, "pagination": {}}
    over = client(first, last, sent=sent)
    page = over.get_report(REPORT).data
    assert page == {"rows": [{"clicks": 1}], "updatedAt": None, "cursor": following}
    again = GetReport.model_validate({**VALID["get_report"], "cursor": page["cursor"]})
    assert over.get_report(again).data["cursor"] is None
    assert [request.method for request in sent] == ["POST", "POST"]
    assert str(sent[1].url) == following
    assert sent[0].content == sent[1].content


@pytest.mark.parametrize(
    "cursor",
    [
        "https://example.com/api/v3/ad_accounts/a2_1/reports?page.token=1",
        "https://ads-api.reddit.com.example.com/api/v3/ad_accounts/a2_1/reports?page.token=1",
        "https://ads-api.reddit.com:8443/api/v3/ad_accounts/a2_1/reports?page.token=1",
        "https://oauth.reddit.com/api/v3/ad_accounts/a2_1/reports?page.token=1",
        "https://ads-api.reddit.com/api/v3/ad_accounts/a2_1/campaigns?page.token=1",
    ],
)
def test_the_token_follows_no_cursor_to_another_place(cursor: str) -> None:
    sent: list[httpx.Request] = []
    given = GetReport.model_validate({**VALID["get_report"], "cursor": cursor})
    outcome = client({}, sent=sent).get_report(given)
    assert (outcome.kind, outcome.code, sent) == ("invalid_request", "FOREIGN_CURSOR", [])


@pytest.mark.parametrize(
    ("action", "given", "what", "count"),
    [
        ("list_campaigns", {"limit": 2}, "campaigns", 5),
        ("get_report", {**VALID["get_report"], "breakdowns": ["DATE"], "limit": 3}, "rows", 7),
    ],
)
def test_pages_end(action: str, given: dict[str, Any], what: str, count: int) -> None:
    harness = Harness(CONNECTOR)
    for number in range(5):
        made = {**VALID["create_campaign"], "name": f"Spring {number}"}
        assert harness.act("create_campaign", made).ok
    seen: list[Any] = []
    cursor: dict[str, Any] = {}
    for _ in range(10):
        page = harness.act(action, {**given, **cursor}).data
        seen += page[what]
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}
    assert page["cursor"] is None
    assert len(seen) == count == len({json.dumps(one) for one in seen})


# ---------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"adsBaseUrl": "https://example.com/api/v3"}, "BAD_BASE_URL"),
        ({"adsBaseUrl": "http://ads-api.reddit.com/api/v3"}, "BAD_BASE_URL"),
        ({"organicBaseUrl": "https://oauth.reddit.com@example.com"}, "BAD_BASE_URL"),
        ({"userAgent": "a:b:c\r\nX-Evil: 1"}, "BAD_USER_AGENT"),
        ({"userAgent": "short"}, "BAD_USER_AGENT"),
    ],
)
@pytest.mark.parametrize("action", list(VALID))
def test_a_setting_that_is_wrong_sends_nothing(
    settings: dict[str, str], code: str, action: str
) -> None:
    sent: list[httpx.Request] = []
    over = client({}, sent=sent, **settings)
    given = SPEC.action(action).input.model_validate(VALID[action])
    assert getattr(over, action)(given).code == code
    assert over.reconcile(action, given, START).verdict == "unknown"
    assert not sent


@pytest.mark.parametrize("action", ["create_campaign", "list_campaigns", "get_report"])
def test_an_action_of_ads_needs_an_ad_account(action: str) -> None:
    sent: list[httpx.Request] = []
    over = client({}, sent=sent, adAccountId=None)
    given = SPEC.action(action).input.model_validate(VALID[action])
    assert getattr(over, action)(given).code == "NO_AD_ACCOUNT"
    assert not sent


def test_ads_of_a_later_version_are_a_setting_away() -> None:
    sent: list[httpx.Request] = []
    later = "https://ads-api.reddit.com/api/v4"
    client({"data": []}, sent=sent, adsBaseUrl=later).list_campaigns(ListCampaigns())
    assert str(sent[0].url).startswith(f"{later}/ad_accounts/a2_1/campaigns?")


# ---------------------------------------------------------------------- inputs


@pytest.mark.parametrize(
    ("model", "bad", "words"),
    [
        (CreateCampaign, {"name": "ab", "objective": "CLICKS"}, "at least 3"),
        (
            CreateCampaign,
            {"name": "abc", "objective": "CLICKS", "goalType": "DAILY_SPEND"},
            "only with",
        ),
        (
            CreateCampaign,
            {"name": "abc", "objective": "CLICKS", "isCampaignBudgetOptimization": True},
            "conversion_pixel_id",
        ),
        (CreateCampaign, {**VALID["create_campaign"], "goalType": "LIFETIME_SPEND"}, "endTime"),
        (CreateCampaign, {**VALID["create_campaign"], "endTime": "2026-03-01T00:00:00Z"}, "after"),
        (CreateCampaign, {**VALID["create_campaign"], "useCatalog": True}, "SALES"),
        (CreateCampaign, {**VALID["create_campaign"], "type": "AUTOMATED"}, "neither"),
        (
            CreateCampaign,
            {"name": "abc", "objective": "SALES", "type": "AUTOMATED"},
            "APP_INSTALLS",
        ),
        (CreateCampaign, {**VALID["create_campaign"], "adAccountId": "a2_1/../x"}, "pattern"),
        (AdjustBudget, {"id": "7", "goalValueMicros": 50}, "1000000"),
        (AdjustBudget, {"id": "7", "goalValueMicros": 5_000_000.5}, "integer"),
        (AdjustBudget, {"id": "7/x", "goalValueMicros": 5_000_000}, "pattern"),
        (GetReport, {**VALID["get_report"], "startsAt": "2026-02-01T00:30:00Z"}, "whole hours"),
        (GetReport, {**VALID["get_report"], "endsAt": "2026-01-01T00:00:00Z"}, "after"),
        (GetReport, {**VALID["get_report"], "startsAt": "2026-02-01T00:00:00"}, "zone"),
        (GetReport, {**VALID["get_report"], "fields": ["spend"]}, "pattern"),
        (
            GetReport,
            {**VALID["get_report"], "breakdowns": ["DATE", "AD_ID", "COUNTRY", "HOUR"]},
            "three breakdowns",
        ),
        (SubmitPost, {"subreddit": "r/test", "title": "x"}, "pattern"),
        (SubmitPost, {"subreddit": "test", "title": "  "}, "blank"),
        (SubmitPost, {"subreddit": "test", "title": "x" * 301}, "at most 300"),
        (SubmitPost, {"subreddit": "test", "title": "x", "flairText": "News"}, "flairId"),
        (SubmitPost, {"subreddit": "test", "title": "x", "url": "http://example.com"}, "https"),
        (SubmitComment, {"parentId": "1a2b3c", "text": "x"}, "pattern"),
        (SubmitComment, {"parentId": "t3_1a2b3c", "text": " \n"}, "blank"),
    ],
)
def test_what_reddit_would_refuse_is_refused_with_words(
    model: type[ActionInput], bad: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        model.model_validate(bad)


# ---------------------------------------------------------------------- waits and words

UNITS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86_400}


@suppose(
    amount=st.integers(0, 999_999),
    unit=st.sampled_from(sorted(UNITS)),
    plural=st.booleans(),
    before=st.text(st.characters(exclude_categories=["N"]), max_size=30),
)
def test_a_wait_in_words_is_read_wherever_it_stands(
    amount: int, unit: str, plural: bool, before: str
) -> None:
    words = f"{before} in {amount} {unit}{'s' if plural else ''}."
    assert seconds_in(words) == pytest.approx(amount * UNITS[unit])


@suppose(st.text())
def test_words_without_an_amount_tell_no_wait(words: str) -> None:
    told = seconds_in(words)
    assert told is None or told >= 0
    assert seconds_in("".join(letter for letter in words if not letter.isdigit())) is None


def test_amounts_of_two_units_are_added() -> None:
    assert seconds_in("Try again in 1 hour and 5 minutes") == 3900


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"ratelimit": '"a";r=0;t=42,"b";r=0;t=5', "x-ratelimit-reset": "99"}, 42),
        ({"ratelimit": '"a";r=1;t=42', "x-ratelimit-reset": "99"}, 99),
        ({"retry-after": "3", "x-ratelimit-reset": "99"}, 3),
        ({"x-ratelimit-reset": "12.5"}, 12.5),
        ({"x-ratelimit-reset": "soon"}, 30),
    ],
)
def test_the_header_of_this_call_goes_before_that_of_the_window(
    headers: dict[str, str], seconds: float
) -> None:
    outcome = TABLE.outcome(Answer(429, headers, None), Effect.READ, START)
    assert outcome.retry_after == seconds


def test_every_field_that_is_wrong_is_named() -> None:
    fields = [
        {"field": "data.name", "message": "is too short"},
        {"field": "data.objective", "message": f"must be one of {'X' * 5000}"},
    ]
    body = {"error": {"code": 400, "message": "Invalid request", "fields": fields}}
    outcome = client(httpx.Response(400, json=body)).create_campaign(campaign())
    assert (outcome.kind, outcome.code) == ("invalid_request", "HTTP_400")
    assert "data.name: is too short" in (outcome.message or "")
    assert "data.objective: must be one of" in (outcome.message or "")
    assert len(outcome.message or "") < 500


def test_every_error_inside_a_success_is_named() -> None:
    errors = [["NO_TEXT", "we need something here", "title"], ["BAD_SR_NAME", None, "sr"], []]
    outcome = client({"json": {"errors": errors}}).submit_post(post())
    assert (outcome.kind, outcome.code) == ("invalid_request", "NO_TEXT")
    assert outcome.message == "NO_TEXT: we need something here: title; BAD_SR_NAME: sr"


# ---------------------------------------------------------------------- read back

ME = {"id": "1", "name": "neonhub_user"}
NOW, BEFORE = START.timestamp(), START.timestamp() - 1


def listing(*children: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    return {"data": {"children": [{"kind": "t3", "data": one} for one in children], "after": after}}


def seen_post(**more: Any) -> dict[str, Any]:
    fields = {
        "name": "t3_1a",
        "subreddit": "Test",
        "title": "Hello",
        "selftext": "Hello, **world**",
        "url": "https://www.reddit.com/r/test/comments/1a/",
        "permalink": "/r/test/comments/1a/",
        "created_utc": NOW,
    }
    return {**fields, **more}


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (listing(), "not_done"),
        (listing(seen_post()), "done"),
        (listing(seen_post(selftext="Hello, **world**  \r\n")), "done"),
        (listing(seen_post(created_utc=None)), "done"),
        (listing(seen_post(created_utc=BEFORE)), "not_done"),
        (listing(seen_post(title="Hello 2")), "not_done"),
        (listing(seen_post(subreddit="tests")), "not_done"),
        (listing(seen_post(selftext="altered")), "unknown"),
        (listing(seen_post(selftext="altered"), seen_post()), "done"),
        (listing(seen_post(title="x"), after="t3_1"), "unknown"),
        (listing(seen_post(title="x"), seen_post(created_utc=BEFORE), after="t3_1"), "not_done"),
        ({"data": {}}, "unknown"),
        ([], "unknown"),
        (httpx.Response(403, json={"message": "Forbidden", "error": 403}), "unknown"),
    ],
)
def test_a_lost_post_is_looked_up_among_the_users_own(answer: Any, verdict: str) -> None:
    sent: list[httpx.Request] = []
    over = client(ME, answer, sent=sent)
    found = over.reconcile("submit_post", post(), START + timedelta(microseconds=7))
    assert found.verdict == verdict
    if verdict == "done":
        url = "https://www.reddit.com/r/test/comments/1a/"
        assert found.data == {"id": "t3_1a", "url": url}
    assert [request.url.path for request in sent] == ["/api/v1/me", "/user/neonhub_user/submitted"]
    for request in sent:
        oracle.check(request)


@pytest.mark.parametrize(
    ("url", "verdict"), [("https://example.com/", "done"), ("https://example.com/x", "unknown")]
)
def test_a_lost_link_is_known_by_where_it_leads(url: str, verdict: str) -> None:
    given = post(url="https://example.com/", text=None)
    over = client(ME, listing(seen_post(url=url, selftext="")))
    assert over.reconcile("submit_post", given, START).verdict == verdict


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        ({}, "done"),
        ({"parent_id": "t3_other"}, "not_done"),
        ({"body": "Thanks!"}, "unknown"),
        ({"created_utc": BEFORE}, "not_done"),
    ],
)
def test_a_lost_comment_is_looked_up_by_its_parent(seen: dict[str, Any], verdict: str) -> None:
    sent: list[httpx.Request] = []
    known = {"name": "t1_2b", "parent_id": "t3_1a2b3c", "body": "Thanks", "created_utc": NOW}
    over = client(ME, listing({**known, **seen}), sent=sent)
    assert over.reconcile("submit_comment", COMMENT, START).verdict == verdict
    assert sent[1].url.path == "/user/neonhub_user/comments"
    oracle.check(sent[1])


@pytest.mark.parametrize(
    "me", [{"name": "a/../b", "id": "1"}, {"ok": True}, httpx.Response(401, json={"message": "x"})]
)
def test_a_user_that_is_not_known_leaves_it_open(me: Any) -> None:
    sent: list[httpx.Request] = []
    found = client(me, sent=sent).reconcile("submit_comment", COMMENT, START)
    assert (found.verdict, len(sent)) == ("unknown", 1)


def campaigns(*created: Any, name: str = "Spring", next_url: str | None = None) -> dict[str, Any]:
    entries = [
        {"id": str(index), "name": name, "configured_status": "PAUSED", "created_at": at}
        for index, at in enumerate(created, 1)
    ]
    return {"data": entries, "pagination": {"next_url": next_url} if next_url else {}}


NEXT = f"{ADS}/ad_accounts/a2_1/campaigns?page.token=2"


@pytest.mark.parametrize(
    ("answers", "verdict", "calls"),
    [
        ([campaigns()], "not_done", 1),
        ([campaigns("2026-03-02T09:00:00Z")], "done", 1),
        ([campaigns("2026-03-02T10:00:00.5+01:00")], "done", 1),
        ([campaigns("2026-03-02T08:59:59Z")], "not_done", 1),
        ([campaigns("2026-03-02T09:00:00Z", name="Autumn")], "not_done", 1),
        ([campaigns("lately")], "unknown", 1),
        ([campaigns(None)], "unknown", 1),
        ([campaigns("2026-03-02T09:00:00")], "unknown", 1),
        ([campaigns(next_url=NEXT), campaigns("2026-03-02T09:00:00Z")], "done", 2),
        ([campaigns(next_url=NEXT), campaigns()], "not_done", 2),
        ([campaigns(next_url=NEXT)], "unknown", 3),
        ([campaigns(next_url="https://example.com/campaigns?x=1")], "unknown", 1),
        ([httpx.Response(403, json={"error": {"code": 403, "message": "no"}})], "unknown", 1),
        ([{"ok": True}], "unknown", 1),
    ],
)
def test_a_lost_campaign_is_looked_up_by_name_on_every_page(
    answers: list[Any], verdict: str, calls: int
) -> None:
    sent: list[httpx.Request] = []
    found = client(*answers, sent=sent).reconcile("create_campaign", campaign(), START)
    assert (found.verdict, len(sent)) == (verdict, calls)
    for request in sent:
        oracle.check(request)
    if verdict == "done":
        assert found.data == {"campaignId": "1", "name": "Spring", "status": "PAUSED"}


def test_what_creates_nothing_is_not_looked_up() -> None:
    sent: list[httpx.Request] = []
    given = AdjustBudget(id="1", goal_value_micros=5_000_000)
    assert client(ME, sent=sent).reconcile("adjust_budget", given, START).verdict == "unknown"
    assert not sent


# ---------------------------------------------------------------------- the twin


@pytest.mark.parametrize(
    ("action", "given", "code"),
    [
        ("submit_post", {"subreddit": "missing", "title": "x"}, "SUBREDDIT_NOEXIST"),
        ("submit_comment", {"parentId": "t3_gone", "text": "x"}, "DELETED_LINK"),
        ("adjust_budget", {"id": "5", "goalValueMicros": 5_000_000}, "HTTP_404"),
        ("create_campaign", {**VALID["create_campaign"], "adAccountId": "a2_other"}, "HTTP_403"),
        ("list_campaigns", {"adAccountId": "a2_other"}, "HTTP_403"),
    ],
)
def test_the_twin_refuses_what_reddit_refuses(
    action: str, given: dict[str, Any], code: str
) -> None:
    outcome = Harness(CONNECTOR).act(action, given)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)


def test_a_link_goes_in_once_unless_it_may_go_in_again() -> None:
    harness = Harness(CONNECTOR)
    link = {"subreddit": "test", "title": "x", "url": "https://example.com/"}
    assert harness.act("submit_post", link).ok
    assert harness.act("submit_post", link).code == "ALREADY_SUB"
    assert harness.act("submit_post", {**link, "resubmit": True}).ok


def test_only_a_campaign_with_budget_optimization_takes_a_budget() -> None:
    harness = Harness(CONNECTOR)
    harness.act("create_campaign", {"name": "Plain", "objective": "CLICKS"})
    given = {"level": "campaign", "id": CAMPAIGN, "goalValueMicros": 5_000_000}
    outcome = harness.act("adjust_budget", given)
    assert "goal_value: only with CBO" in (outcome.message or "")


@pytest.mark.parametrize(
    ("action", "code"), [("submit_post", "RATELIMIT"), ("create_campaign", "HTTP_429")]
)
def test_each_api_limits_in_its_own_way(action: str, code: str) -> None:
    harness = Harness(CONNECTOR)
    limited = harness.connect(SandboxFailure(kind=Injection.RATE_LIMIT, retry_after=90))
    outcome = harness.act(action, VALID[action], limited)
    assert (outcome.code, outcome.retry_after) == (code, 90)


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("PUT", f"{ADS}/ad_groups/2100000000000000001", 404),
        ("GET", f"{ORGANIC}/user/someone_else/submitted", 404),
        ("GET", f"{ORGANIC}/user/{USER}/upvoted", 404),
        ("GET", f"{ORGANIC}/api/v1/me", 200),
    ],
)
def test_the_twin_answers_a_wrong_verb_or_path_with_404(method: str, url: str, status: int) -> None:
    headers = {"authorization": f"Bearer {RedditTwin.credentials['accessToken']}"}
    request = httpx.Request(method, url, headers={**headers, "user-agent": AGENT})
    assert RedditTwin().answer(request, {}, START).status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"user-agent": AGENT},
        {"authorization": "Basic ey", "user-agent": AGENT},
        {"authorization": "Bearer ey1", "user-agent": "python-httpx/0.28"},
    ],
)
def test_the_twin_wants_a_bearer_token_and_a_name(headers: dict[str, str]) -> None:
    request = httpx.Request("GET", f"{ORGANIC}/api/v1/me", headers=headers)
    answer = RedditTwin().answer(request, {}, datetime(2026, 3, 2, tzinfo=UTC))
    assert answer.status_code == 401
