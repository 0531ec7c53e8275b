"""Reddit's contract: praw's own requests for posts and comments; schemas for ads.

Posts and comments: the same call is made with praw, and what it would send must be what was sent.
Ads: Reddit's OpenAPI document of the Ads API v3 is on no package index; the schemas here have its
field names, types, enums, limits and required fields, as of October 2026.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

type Schema = Mapping[str, Any]

ADS = "https://ads-api.reddit.com/api/v3"
ORGANIC = "https://oauth.reddit.com"

TEXT: Schema = {"type": "string", "minLength": 1}
INTEGER: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
HOUR: Schema = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:00:00Z$"}


def one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def record(required: str, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


CREATE: dict[str, Schema] = {
    "name": {"type": "string", "minLength": 3, "maxLength": 500},
    "configured_status": one_of("ACTIVE", "ARCHIVED", "DELETED", "PAUSED"),
    "funding_instrument_id": TEXT,
    "goal_value": INTEGER,
    "special_ad_categories": {
        "type": "array",
        "items": one_of("HOUSING_EMPLOYMENT_CREDIT", "NONE"),
    },
    "goal_type": one_of("LIFETIME_SPEND", "DAILY_SPEND"),
    "start_time": TIME,
    "end_time": TIME,
    "bid_value": INTEGER,
    "bid_strategy": one_of("BIDLESS", "MAXIMIZE_VOLUME", "TARGET_CPX"),
    "bid_type": one_of("CPC", "CPM", "CPV6", "CPV15"),
    "optimization_goal": one_of(
        *("ADD_TO_CART", "CLICKS", "LEAD", "PAGE_VISIT", "PURCHASE", "SIGN_UP"),
        *("MOBILE_CONVERSION_INSTALL", "LANDING_PAGE_VISIT", "VIDEO_VIEW_6S", "VIDEO_VIEW_15S"),
    ),
    "spend_cap": INTEGER,
    "app_id": TEXT,
    "view_through_conversion_type": one_of("SEVEN_DAY_CLICKS", "SEVEN_DAY_CLICKS_ONE_DAY_VIEW"),
    "invoice_label": {"type": "string", "maxLength": 80},
    "conversion_pixel_id": TEXT,
}
MANUAL = record(
    "name configured_status objective",
    **CREATE,
    objective=one_of(
        *("APP_INSTALLS", "BRAND_AWARENESS", "CATALOG_SALES", "CLICKS", "CONVERSIONS"),
        *("IMPRESSIONS", "LEAD_GENERATION", "SALES", "VIDEO_VIEWABLE_IMPRESSIONS"),
    ),
    use_catalog=YES_NO,
    is_campaign_budget_optimization=YES_NO,
)
AUTOMATED = record(
    "type name configured_status objective",
    **CREATE,
    type={"const": "AUTOMATED"},
    objective=one_of("APP_INSTALLS", "CLICKS", "CONVERSIONS"),
)
AD_GROUP_PATCH = record("", name=TEXT, goal_value={"type": "integer", "minimum": 0})
CAMPAIGN_PATCH = record("", name=TEXT, goal_value=INTEGER, spend_cap=INTEGER)
REPORT = record(
    "starts_at ends_at fields",
    starts_at=HOUR,
    ends_at=HOUR,
    fields={"type": "array", "items": {"type": "string", "pattern": "^[A-Z0-9_]+$"}},
    breakdowns={
        "type": "array",
        "maxItems": 4,
        "items": one_of(
            *("AD_ACCOUNT_ID", "AD_GROUP_ID", "AD_ID", "CAMPAIGN_ID", "COUNTRY", "DATE", "HOUR"),
            *("DMA", "METRO", "CAROUSEL_CARD", "GALLERY_ITEM_ID", "GENDER", "INTEREST"),
            *("KEYWORD", "PLACEMENT", "OS_TYPE", "ASSET_ID", "REGION", "COMMUNITY", "LANGUAGE"),
        ),
    },
    filter=TEXT,
    time_zone_id=TEXT,
)
PAGES: Mapping[str, Schema] = {
    "page.size": {"type": "string", "pattern": "^([1-9][0-9]{0,2}|1000)$"},
    "page.token": TEXT,
}
LIST = {**PAGES, "id": {"type": "string", "pattern": "^[0-9]+(,[0-9]+){0,199}$"}}

ACCOUNT = "/ad_accounts/*"
OPERATIONS: Mapping[tuple[str, str], tuple[Schema | None, Mapping[str, Schema]]] = {
    ("POST", f"{ACCOUNT}/campaigns"): ({"oneOf": [MANUAL, AUTOMATED]}, {}),
    ("GET", f"{ACCOUNT}/campaigns"): (None, LIST),
    ("POST", f"{ACCOUNT}/reports"): (REPORT, PAGES),
    ("PATCH", "/campaigns/*"): (CAMPAIGN_PATCH, {}),
    ("PATCH", "/ad_groups/*"): (AD_GROUP_PATCH, {}),
    ("GET", "/me"): (None, {}),
}


def check(request: httpx.Request) -> None:
    """A request as the Ads API's document has it, or as praw would send it."""
    assert request.headers["authorization"].startswith("Bearer ")
    agent = request.headers.get("user-agent", "")
    assert "(by /u/" in agent and agent.count(":") >= 2, f"not Reddit's form: {agent}"
    url = str(request.url)
    if url.startswith(f"{ADS}/"):
        check_ads(request, url.partition("?")[0].removeprefix(ADS))
    else:
        assert url.startswith(f"{ORGANIC}/"), f"not an API of Reddit: {url}"
        check_organic(request)


def check_ads(request: httpx.Request, path: str) -> None:
    """Against the schemas of the Ads API."""
    parts = path.split("/")
    if len(parts) > 2:
        assert parts[2]
        parts[2] = "*"
    operation = (request.method, "/".join(parts))
    assert operation in OPERATIONS, f"the Ads API has no {operation}"
    schema, query = OPERATIONS[operation]
    problems = list(Draft202012Validator(record("", **query)).iter_errors(dict(request.url.params)))
    if schema is None:
        assert not request.content
    else:
        assert request.headers["content-type"] == "application/json"
        wrapped = record("data", data=schema)
        problems += Draft202012Validator(wrapped).iter_errors(json.loads(request.content))
    assert not problems, [problem.message for problem in problems]


def check_organic(request: httpx.Request) -> None:
    """Against what praw sends for the same."""
    form = dict(parse_qsl(request.content.decode(), keep_blank_values=True))
    params, path = dict(request.url.params), request.url.path
    if path == "/api/submit":
        assert form.get("sr") and form.get("title"), "a subreddit and a title"
        theirs = praw_submits(form)
    elif path == "/api/comment":
        assert form.get("thing_id") and form.get("text"), "a parent and a text"
        theirs = praw_replies(form)
    else:
        theirs = praw_reads(path)
    assert request.method == theirs[0]
    assert path.strip("/") == theirs[1].strip("/")
    if request.method == "POST":
        assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        # prawcore adds it to every form.
        assert form == {**theirs[2], "api_type": "json"}
    else:
        # prawcore adds raw_json to every query.
        assert params.pop("raw_json") == "1"
        assert params.items() <= theirs[2].items() | {("limit", "100")}


type Sent = tuple[str, str, dict[str, str]]


def as_text(data: Mapping[str, Any] | None) -> dict[str, str]:
    """A form or query as it is on the wire; Reddit reads booleans in lower case too."""
    known = {True: "true", False: "false"}
    return {
        name: known[value] if isinstance(value, bool) else str(value)
        for name, value in (data or {}).items()
    }


@cache
def recorder() -> Any:
    """praw, which keeps what it would send in `sent`, and sends nothing."""
    import praw

    class Recorder(praw.Reddit):  # type: ignore[misc,unused-ignore]
        sent: Sent

        def post(self, path: str, *, data: Any = None, **_more: Any) -> Any:
            self.sent = ("POST", path, as_text(data))
            return [None]

        def get(self, path: str, *, params: Any = None, **_more: Any) -> Any:
            self.sent = ("GET", path, as_text(params))
            return [None, ()]  # of two lists it takes the second

    return Recorder(
        client_id="id",
        client_secret="secret",
        user_agent="test:neonhub.oracle:v1 (by /u/neonhub)",
        check_for_updates=False,
    )


def praw_submits(form: Mapping[str, str]) -> Sent:
    """What praw sends for a post with these fields."""
    reddit = recorder()
    reddit.subreddit(form["sr"]).submit(
        form["title"],
        selftext=form.get("text"),
        url=form.get("url"),
        flair_id=form.get("flair_id"),
        flair_text=form.get("flair_text"),
        nsfw=form.get("nsfw") == "true",
        spoiler=form.get("spoiler") == "true",
        send_replies=form.get("sendreplies") == "true",
        resubmit=form.get("resubmit") == "true",
    )
    sent: Sent = reddit.sent
    return sent


def praw_replies(form: Mapping[str, str]) -> Sent:
    """What praw sends for a comment on the same."""
    reddit, (kind, _, identity) = recorder(), form["thing_id"].partition("_")
    parent = reddit.submission(identity) if kind == "t3" else reddit.comment(identity)
    parent.reply(form["text"])
    sent: Sent = reddit.sent
    return sent


def praw_reads(path: str) -> Sent:
    """What praw asks for the user's own posts or comments, or for who the user is."""
    from praw.const import API_PATH

    if path == "/api/v1/me":
        return ("GET", API_PATH["me"], {})
    reddit, parts = recorder(), path.split("/")
    assert len(parts) == 4 and parts[1] == "user", f"praw has no {path}"
    user = reddit.redditor(parts[2])
    listings = {"submitted": user.submissions, "comments": user.comments}
    assert parts[3] in listings
    list(listings[parts[3]].new(limit=100))
    sent: Sent = reddit.sent
    return sent


_HEADERS = {"authorization": "Bearer ey", "user-agent": "a:b:v1 (by /u/c)"}
_CAMPAIGN = {"name": "Spring", "configured_status": "PAUSED", "objective": "CLICKS"}
_POST = {"api_type": "json", "sr": "test", "title": "Hi", "kind": "self", "text": "x"}


def _ads(method: str, path: str, headers: Mapping[str, str] = _HEADERS, **data: Any) -> Any:
    return httpx.Request(method, ADS + path, json={"data": data}, headers=dict(headers))


def _form(path: str, **form: str) -> httpx.Request:
    return httpx.Request("POST", ORGANIC + path, data=form, headers=_HEADERS)


WRONG = [
    _ads("POST", "/ad_accounts/a2_1/campaigns", name="No objective", configured_status="PAUSED"),
    _ads("POST", "/ad_accounts/a2_1/campaigns", **_CAMPAIGN, daily_budget=5),
    _ads("POST", "/ad_accounts/a2_1/campaigns", **{**_CAMPAIGN, "spend_cap": 5.5}),
    _ads("POST", "/ad_accounts/a2_1/campaigns", {"authorization": "Bearer ey"}, **_CAMPAIGN),
    _ads("PUT", "/ad_groups/1", goal_value=5_000_000),
    _ads("PATCH", "/ad_groups/1", goal_type="DAILY_SPEND", goal_value=5_000_000),
    _ads("PATCH", "/ad_accounts/a2_1/ad_groups/1", goal_value=5_000_000),
    httpx.Request("PATCH", f"{ADS}/ad_groups/1", json={"goal_value": 5}, headers=_HEADERS),
    _ads("POST", "/ad_accounts/a2_1/reports", starts_at="2026-03-01", ends_at="x", fields=[]),
    _form("/api/submit", **_POST),
    _form("/api/submit", **{**_POST, "colour": "red"}),
    _form("/api/comment", api_type="json", thing_id="t3_1", body="x"),
    _form("/api/vote", id="t3_1", dir="1"),
]
