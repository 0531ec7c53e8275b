"""Facebook's contract: the parameter tables of Meta's SDK, and rules of its reference."""

import json

import httpx

from tests.contract.oracles.meta_business import Edge, check_edge

HOSTS = frozenset({"graph.facebook.com"})

_ADS = r"act_\d+"
_POST_ID = r"\d+_\d+"
_EDGES = [
    Edge(
        "POST",
        f"{_ADS}/campaigns",
        "AdAccount",
        "create_campaign",
        frozenset({"name", "objective", "status", "special_ad_categories"}),
    ),
    Edge("GET", f"{_ADS}/campaigns", "AdAccount", "get_campaigns"),
    Edge("POST", f"{_ADS}/adcreatives", "AdAccount", "create_ad_creative", frozenset({"name"})),
    Edge("GET", f"{_ADS}/adcreatives", "AdAccount", "get_ad_creatives"),
    Edge("GET", f"{_ADS}/insights", "AdAccount", "get_insights", frozenset({"fields"})),
    Edge("POST", r"\d+/feed", "Page", "create_feed"),
    Edge("GET", r"\d+/feed", "Page", "get_feed"),
    Edge("GET", r"\d+/scheduled_posts", "Page", "get_scheduled_posts"),
    Edge("POST", r"\d+/photos", "Page", "create_photo", frozenset({"url"})),
    Edge("POST", r"\d+/videos", "Page", "create_video", frozenset({"file_url"})),
    Edge("GET", r"\d+/videos", "Page", "get_videos"),
    Edge("GET", r"\d+/insights", "Page", "get_insights", frozenset({"metric"})),
    Edge("GET", f"{_POST_ID}/insights", "PagePost", "get_insights", frozenset({"metric"})),
    Edge("GET", "me", "User", "api_get"),
    # Nodes have no name in their address. The sandbox's ad set ends in 1, its ad in 2.
    Edge("POST", r"\d+1", "AdSet", "api_update", frozenset({"status"})),
    Edge("POST", r"\d+2", "Ad", "api_update", frozenset({"creative"})),
    Edge("GET", r"120\d+2", "Ad", "api_get"),
    Edge("GET", r"\d+", "AdVideo", "api_get"),
]
_UNITS = frozenset({"daily_budget", "lifetime_budget"})


def check(request: httpx.Request) -> None:
    """A call of an edge with parameters that it has, and together as Meta's reference wants."""
    given = check_edge(request, _EDGES, HOSTS)
    edge = request.url.path.rpartition("/")[2]
    if request.method != "POST":
        return
    if edge == "campaigns":
        assert len(_UNITS & given.keys()) <= 1, "one budget"
        budget = bool(_UNITS & given.keys())
        assert budget or "is_adset_budget_sharing_enabled" in given, "true or false must be said"
        assert given["objective"].startswith("OUTCOME_"), "the others cannot be created any more"
        assert "lifetime_budget" not in given or "stop_time" in given
    elif edge == "adcreatives":
        assert ("object_story_id" in given) != ("object_story_spec" in given)
        story = json.loads(given.get("object_story_spec", '{"page_id": "1", "x_data": 1}'))
        assert story.get("page_id"), "a story is a Page's"
        assert len([name for name in story if name.endswith("_data")]) == 1
    elif edge in {"feed", "photos", "videos"}:
        scheduled = "scheduled_publish_time" in given
        assert not scheduled or given.get("published") == "false", "scheduled is not published"
        attached = json.loads(given.get("attached_media", "[]"))
        assert isinstance(attached, list)
        assert all(isinstance(media, dict) and set(media) == {"media_fbid"} for media in attached)
        assert edge != "feed" or {"message", "link", "attached_media"} & given.keys()


def _wrong(path: str, method: str = "POST", **fields: str) -> httpx.Request:
    body = {"data": fields} if method == "POST" else {"params": fields}
    return httpx.Request(
        method,
        f"https://graph.facebook.com/v26.0/{path}",
        headers={"authorization": "Bearer EAAB"},
        **body,  # type: ignore[arg-type]
    )


_CAMPAIGN = {
    "name": "x",
    "objective": "OUTCOME_SALES",
    "status": "PAUSED",
    "special_ad_categories": "[]",
    "is_adset_budget_sharing_enabled": "false",
}


def _campaign(**fields: str) -> httpx.Request:
    every = {**_CAMPAIGN, **fields}
    return _wrong("act_1/campaigns", **{name: value for name, value in every.items() if value})


WRONG = [
    _campaign(special_ad_categories=""),
    _campaign(objective="CONVERSIONS"),
    _campaign(status="LIVE"),
    _campaign(daily_budget="12.50"),
    _campaign(special_ad_categories='["TOBACCO"]'),
    _campaign(is_adset_budget_sharing_enabled=""),
    _campaign(daily_budget="1000", lifetime_budget="5000"),
    _campaign(colour="red"),
    _wrong("act_1/adcreatives", name="x", object_story_spec='{"page_id":"1","link_data":{"u":1}}'),
    _wrong("act_1/adcreatives", name="x"),
    _wrong("1201", status="PAUSED", mood="good"),
    _wrong("1202", creative='{"id_of_creative":"1"}'),
    _wrong("1/feed", text="hello"),
    _wrong("1/feed", message="x", scheduled_publish_time="1772442000"),
    _wrong("1/feed", message="x", attached_media="1"),
    _wrong("1/photos", caption="x"),
    _wrong("1/insights", "GET", period="day"),
    _wrong("1/insights", "GET", metric="page_follows", period="fortnight"),
    _wrong("act_1/insights", "GET", fields="applause"),
    _wrong("act_1/insights", "GET", fields="spend", level="country"),
    _wrong("1/feed", "GET", fields="colour"),
]
_GOOD = _campaign()
WRONG.append(httpx.Request("POST", _GOOD.url, data=_CAMPAIGN))
WRONG.append(
    httpx.Request(
        "POST",
        f"{_GOOD.url}?access_token=EAAB",
        headers={"authorization": "Bearer EAAB"},
        data=_CAMPAIGN,
    )
)
