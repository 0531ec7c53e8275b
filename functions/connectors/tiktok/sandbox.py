"""TikTok's ads, played: keeps campaigns, ad groups and ads of both routes, makes up reports.

Posts are played by `posting_twin`.
"""

import json
from datetime import date, timedelta
from typing import Any

import httpx

from connectors.tiktok.posting_twin import PostingTwin
from hub.connector_kit.sandbox import TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

ADVERTISER = "7000000000000000001"
SMART_CAMPAIGN, SMART_AD_GROUP, SMART_AD = (f"179000000000000{n}" for n in (1, 2, 3))
_FIRST_ID = 1800000000000000
_BASE = "/open_api/v1.3"
_PARENTS = {"campaign": None, "adgroup": "campaign", "ad": "adgroup"}
_BEFORE = "2026-01-05 08:00:00"
_METRICS = {"spend": "12.50", "impressions": "1500", "clicks": "45", "ctr": "3.00", "cpc": "0.28"}

_REQUIRED = {
    "campaign": ("campaign_name", "objective_type"),
    "adgroup": (
        *("campaign_id", "adgroup_name", "billing_event", "optimization_goal"),
        *("schedule_type", "schedule_start_time"),
    ),
    "ad": ("adgroup_id",),
}
_REQUIRED_BY_ROUTE = {
    ("adgroup", False): ("budget", "budget_mode", "pacing"),
    ("ad", False): ("creatives",),
    ("campaign", True): ("request_id",),
    ("adgroup", True): ("request_id", "promotion_type", "targeting_spec"),
    ("ad", True): ("ad_name",),
}


def _said(code: int, message: str, data: Json = None) -> httpx.Response:
    """TikTok's envelope: HTTP 200 whatever it says."""
    body = {"code": code, "message": message, "request_id": "202603020900000102030405060708"}
    return httpx.Response(200, json={**body, "data": data if data is not None else {}})


def _ok(data: Json) -> httpx.Response:
    return _said(0, "OK", data)


class TikTokTwin(PostingTwin):
    """One ad account, with a Smart+ campaign that was there before, and one account that posts.

    No headers tell of limits.
    """

    credentials = {
        "accessToken": "sandbox0access0token0of0tiktok0000000001",
        "userToken": "act.sandbox0user0token0of0tiktok00000001",
    }
    settings = {"advertiserId": ADVERTISER, "privacyLevel": "PUBLIC_TO_EVERYONE"}
    tells_wait = False

    def authorized(self, request: httpx.Request) -> bool:
        """Of ads TikTok takes the bare token in a header of its own."""
        if self.posts:
            return self.may_post(request)
        token = request.headers.get("access-token", "")
        return bool(token) and not token.startswith("Bearer") and " " not in token

    def unknown(self, request: httpx.Request) -> httpx.Response:  # noqa: ARG002 -- all alike
        """A path TikTok does not have, one without its last slash among them."""
        return httpx.Response(404, text="404 page not found")

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure as TikTok says it: of ads inside HTTP 200, without a wait."""
        if self.posts:
            return self.posting_failure(failure)
        match failure.kind:
            case Injection.RATE_LIMIT:
                return _said(40100, "Too many requests. Please retry in some time.")
            case Injection.REAUTH:
                return _said(40105, "Access token is incorrect or has been revoked.")
            case Injection.BUSINESS_ERROR:
                return _said(40002, "budget: the budget is below the minimum")
            case _:
                return httpx.Response(502, text="<html><h1>502 Bad Gateway</h1></html>")

    @route("POST", _BASE + "/{level}/create/")
    def create(self, request: TwinRequest) -> httpx.Response:
        """Creates over the manual route."""
        return _create(request, smart=False)

    @route("POST", _BASE + "/smart_plus/{level}/create/")
    def smart_create(self, request: TwinRequest) -> httpx.Response:
        """Creates over the Smart+ route."""
        return _create(request, smart=True)

    @route("POST", _BASE + "/{level}/update/")
    def update(self, request: TwinRequest) -> httpx.Response:
        """Changes what was created over the manual route."""
        return _update(request, smart=False)

    @route("POST", _BASE + "/smart_plus/{level}/update/")
    def smart_update(self, request: TwinRequest) -> httpx.Response:
        """Changes what was created over the Smart+ route."""
        return _update(request, smart=True)

    @route("POST", _BASE + "/{level}/status/update/")
    def status(self, request: TwinRequest) -> httpx.Response:
        """Turns on or off, or deletes, over the manual route."""
        return _set_status(request, smart=False)

    @route("POST", _BASE + "/smart_plus/{level}/status/update/")
    def smart_status(self, request: TwinRequest) -> httpx.Response:
        """Turns on or off, or deletes, over the Smart+ route."""
        return _set_status(request, smart=True)

    @route("GET", _BASE + "/{level}/get/")
    def listed(self, request: TwinRequest) -> httpx.Response:
        """Lists the manual route's."""
        return _list(request, smart=False)

    @route("GET", _BASE + "/smart_plus/{level}/get/")
    def smart_listed(self, request: TwinRequest) -> httpx.Response:
        """Lists the Smart+ route's."""
        return _list(request, smart=True)

    @route("GET", _BASE + "/report/integrated/get/")
    def report(self, request: TwinRequest) -> httpx.Response:
        """A row for each campaign, and each day if that is asked for; numbers made up."""
        params = request.request.url.params
        asked, metrics = _json(params.get("dimensions")), _json(params.get("metrics"))
        if not params.get("report_type") or not isinstance(asked, list):
            return _said(40002, "report_type and dimensions: missing or not valid")
        days: list[dict[str, str]] = [{}]
        if "stat_time_day" in asked and params.get("start_date"):
            days = _days(params["start_date"], params["end_date"])
        rows = [
            {
                "dimensions": {**day, **_named(asked, campaign)},
                "metrics": {name: _METRICS.get(name, "0") for name in metrics or ()},
            }
            for day in days
            for campaign in _kept(request, "campaign")
        ]
        return _ok(_page(rows, params))

    @route("GET", _BASE + "/advertiser/info/")
    def advertiser(self, request: TwinRequest) -> httpx.Response:
        """The ad account; others may not be looked at."""
        if _json(request.request.url.params.get("advertiser_ids")) != [ADVERTISER]:
            return _said(40001, "No permission to operate advertiser")
        account = {
            "advertiser_id": ADVERTISER,
            "name": "NeonHub Sandbox",
            "currency": "USD",
            "timezone": "Etc/UTC",
            "status": "STATUS_ENABLE",
        }
        return _ok({"list": [account]})

    @route("GET", _BASE + "/user/info/")
    def user(self, _request: TwinRequest) -> httpx.Response:
        """Who the token belongs to."""
        return _ok({"display_name": "neonhub", "email": "n***b@example.com"})


def _create(request: TwinRequest, smart: bool) -> httpx.Response:
    level, given = request.path["level"], request.json()
    refused = _why_not(request, level, given, smart)
    if refused:
        return refused
    sent = given if smart or level != "ad" else {**given, **given["creatives"][0]}
    names = [one[f"{level}_name"] for one in _kept(request, level)]
    if level == "campaign" and sent["campaign_name"] in names:
        return _said(40050, "Campaign name already exists. Please try another one.")
    entry = {
        **{name: value for name, value in sent.items() if name not in ("request_id", "creatives")},
        f"{level}_id": str(_FIRST_ID + request.next_number()),
        "create_time": request.now.strftime("%Y-%m-%d %H:%M:%S"),
        "operation_status": sent.get("operation_status", "ENABLE"),
        "smart": smart,
    }
    request.remember(level, entry)
    if level == "ad" and not smart:
        return _ok({"ad_ids": [entry["ad_id"]], "need_audit": True, "creatives": [_shown(entry)]})
    return _ok(_shown(entry))


def _why_not(request: TwinRequest, level: str, given: Any, smart: bool) -> httpx.Response | None:
    if level not in _PARENTS:
        return httpx.Response(404, text="404 page not found")
    if given.get("advertiser_id") != ADVERTISER:
        return _said(40001, "No permission to operate advertiser")
    for name in (*_REQUIRED[level], *_REQUIRED_BY_ROUTE.get((level, smart), ())):
        if given.get(name) is None:
            return _said(40002, f"{name}: Missing data for required field.")
    parent = _PARENTS[level]
    if parent and not _one(request, parent, given[f"{parent}_id"], smart):
        return _said(40007, f"{parent} {given[f'{parent}_id']} does not exist")
    return None


def _update(request: TwinRequest, smart: bool) -> httpx.Response:
    level, given = request.path["level"], request.json()
    if given.get("advertiser_id") != ADVERTISER or level not in _PARENTS:
        return _said(40001, "No permission to operate advertiser")
    entry = _one(request, level, given.get(f"{level}_id"), smart)
    if entry is None:
        return _said(40007, f"{level} {given.get(f'{level}_id')} does not exist")
    changed = {**entry, **given}
    _replace(request, level, changed)
    return _ok(_shown(changed))


def _set_status(request: TwinRequest, smart: bool) -> httpx.Response:
    level, given = request.path["level"], request.json()
    ids = given.get("smart_plus_ad_ids" if smart and level == "ad" else f"{level}_ids")
    if not ids or given.get("operation_status") not in ("ENABLE", "DISABLE", "DELETE"):
        return _said(40002, "ids or operation_status: Missing data for required field.")
    found = [_one(request, level, one, smart) for one in ids]
    if None in found:
        return _said(40007, f"{level}: an id does not exist")
    for entry in found:
        _replace(request, level, {**(entry or {}), "operation_status": given["operation_status"]})
    return _ok({f"{level}_ids": ids, "status": given["operation_status"]})


def _list(request: TwinRequest, smart: bool) -> httpx.Response:
    level, params = request.path["level"], request.request.url.params
    if params.get("advertiser_id") != ADVERTISER or level not in _PARENTS:
        return _said(40001, "No permission to operate advertiser")
    wanted = _json(params.get("filtering")) or {}
    entries = [
        _shown(entry)
        for entry in _kept(request, level)
        if entry["smart"] == smart and _fits(entry, wanted)
    ]
    return _ok(_page(entries, params))


def _fits(entry: Json, wanted: dict[str, Any]) -> bool:
    return entry["operation_status"] != "DELETE" and all(
        entry.get(name.removesuffix("s")) in value
        if isinstance(value, list)
        else value in str(entry.get(name))
        for name, value in wanted.items()
    )


def _kept(request: TwinRequest, level: str) -> list[Json]:
    """What there is of a level, newest first; below it the Smart+ ones of the past."""
    before = {"create_time": _BEFORE, "operation_status": "ENABLE", "smart": True}
    past = {
        "campaign": {"campaign_id": SMART_CAMPAIGN, "campaign_name": "Always on"},
        "adgroup": {
            "adgroup_id": SMART_AD_GROUP,
            "adgroup_name": "Everyone",
            "campaign_id": SMART_CAMPAIGN,
        },
        "ad": {"ad_id": SMART_AD, "ad_name": "Hello", "adgroup_id": SMART_AD_GROUP},
    }[level]
    kept: list[Json] = request.state.get(level, [])
    known = any(entry[f"{level}_id"] == past[f"{level}_id"] for entry in kept)
    return kept if known else [*kept, {**past, **before}]


def _one(request: TwinRequest, level: str, wanted: Any, smart: bool) -> Json:
    for entry in _kept(request, level):
        if entry[f"{level}_id"] == wanted and entry["smart"] == smart:
            return entry
    return None


def _replace(request: TwinRequest, level: str, changed: Json) -> None:
    identity = f"{level}_id"
    request.state[level] = [
        changed if entry[identity] == changed[identity] else entry
        for entry in _kept(request, level)
    ]


def _shown(entry: Json) -> Json:
    """An entry as TikTok shows it: an ad of Smart+ has an id of its own kind."""
    shown = {name: value for name, value in entry.items() if name != "smart"}
    if entry["smart"] and "ad_id" in shown:
        shown["smart_plus_ad_id"] = shown.pop("ad_id")
    return shown


def _page(entries: list[Json], params: httpx.QueryParams) -> Json:
    page, size = int(params.get("page", 1)), int(params.get("page_size", 10))
    return {
        "list": entries[(page - 1) * size : page * size],
        "page_info": {
            "page": page,
            "page_size": size,
            "total_number": len(entries),
            "total_page": -(-len(entries) // size),
        },
    }


def _days(first: str, last: str) -> list[dict[str, str]]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    every = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [{"stat_time_day": f"{day} 00:00:00"} for day in every]


def _named(asked: list[str], campaign: Json) -> dict[str, str]:
    known = {"campaign_id": campaign["campaign_id"], "advertiser_id": ADVERTISER}
    return {name: known[name] for name in asked if name in known}


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None
