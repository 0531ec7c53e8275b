"""Search Console, played: two verified properties with made-up numbers, and their sitemaps."""

import itertools
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import httpx

from connectors.google_search_console.client import PACIFIC, belongs
from hub.connector_kit.sandbox import Twin, TwinRequest, route
from hub.domain.connection import Injection, SandboxFailure
from hub.domain.model import Json

_SITES = {
    "sc-domain:example.com": "siteOwner",
    "https://www.example.com/": "siteFullUser",
    "https://old.example.com/": "siteUnverifiedUser",
}
_VALUES = {
    "QUERY": ("example shop", "buy example", "example review", "cheap example", "example sale"),
    "PAGE": (
        "https://www.example.com/",
        "https://www.example.com/shop",
        "https://example.com/blog",
    ),
    "COUNTRY": ("deu", "usa", "gbr"),
    "DEVICE": ("MOBILE", "DESKTOP", "TABLET"),
    "SEARCH_APPEARANCE": ("PRODUCT_SNIPPETS",),
}
_SITE = "/webmasters/v3/sites/(?P<site>.+)"
_HELP = "See also: https://support.google.com/webmasters/answer/2451999."
_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    503: "UNAVAILABLE",
}


def _refused(status: int, reason: str, message: str, *details: Json) -> httpx.Response:
    """Google's error."""
    first = {"message": message, "domain": "global", "reason": reason}
    error = {
        "code": status,
        "message": message,
        "errors": [first],
        "status": _STATUS[status],
        **({"details": list(details)} if details else {}),
    }
    return httpx.Response(status, json={"error": error})


class GoogleSearchConsoleTwin(Twin):
    """Any page below `/missing` is unknown to Google; a sitemap is read within a minute."""

    credentials = {"accessToken": "ya29.sandbox-access-token", "refreshToken": "1//sandbox-refresh"}
    settings = {"siteUrl": "sc-domain:example.com"}

    def authorized(self, request: httpx.Request) -> bool:
        """Google takes bearer tokens."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme == "Bearer" and bool(token.strip())

    def unknown(self, request: httpx.Request) -> httpx.Response:
        """Google answers unknown paths with a page."""
        page = f"<title>Error 404 (Not Found)!!1</title><p>{request.url.path} was not found"
        return httpx.Response(404, html=page)

    def failure(self, failure: SandboxFailure) -> httpx.Response:
        """A failure with the status and body that Google uses for it."""
        match failure.kind:
            case Injection.RATE_LIMIT:
                words = "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'"
                wait = {
                    "@type": "type.googleapis.com/google.rpc.RetryInfo",
                    "retryDelay": f"{failure.retry_after}s",
                }
                return _refused(429, "rateLimitExceeded", words, wait)
            case Injection.REAUTH:
                return _refused(401, "authError", "Invalid Credentials")
            case Injection.BUSINESS_ERROR:
                return _forbidden("https://www.example.com/")
            case _:
                return _refused(503, "backendError", "The service is currently unavailable.")

    @route("POST", _SITE + "/searchAnalytics/query")
    def query(self, request: TwinRequest) -> httpx.Response:
        """Rows that are the same whenever they are asked for, best first."""
        site = _site(request, 3)
        if site is None:
            return self.unknown(request.request)
        if not _readable(site):
            return _forbidden(site)
        given = request.json()
        wrong = _wrong(given)
        if wrong:
            return _refused(400, "invalidParameter", wrong)
        found = sorted(
            _rows(given, request.now), key=lambda row: (_by_time(given, row), -row["clicks"])
        )
        start = given.get("startRow", 0)
        page = found[start : start + given.get("rowLimit", 1000)]
        aggregation = given.get("aggregationType", "AUTO")
        body = {"responseAggregationType": "BY_PROPERTY" if aggregation == "AUTO" else aggregation}
        return httpx.Response(200, json={**body, **({"rows": page} if page else {})})

    @route("POST", "/v1/urlInspection/index:inspect")
    def inspect(self, request: TwinRequest) -> httpx.Response:
        """A page in the index, or one that Google never saw."""
        given = request.json()
        site, url = given.get("siteUrl", ""), given.get("inspectionUrl", "")
        if not _readable(site) or not belongs(url, site):
            words = "You do not own this site, or the inspected URL is not part of this property."
            return _refused(403, "forbidden", words)
        known = "/missing" not in url
        index: dict[str, Json] = {"verdict": "NEUTRAL", "coverageState": "URL is unknown to Google"}
        if known:
            index = {
                "verdict": "PASS",
                "coverageState": "Submitted and indexed",
                "robotsTxtState": "ALLOWED",
                "indexingState": "INDEXING_ALLOWED",
                "lastCrawlTime": (request.now - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "pageFetchState": "SUCCESSFUL",
                "googleCanonical": url,
                "userCanonical": url,
                "crawledAs": "MOBILE",
                "sitemap": [each["path"] for each in request.state.get(f"sitemaps.{site}", [])],
            }
        result = {
            "inspectionResultLink": "https://search.google.com/search-console/inspect",
            "indexStatusResult": index,
        }
        return httpx.Response(200, json={"inspectionResult": result})

    @route("PUT", _SITE + "/sitemaps/(?P<feed>.+)")
    def submit(self, request: TwinRequest) -> httpx.Response:
        """Keeps the sitemap; answers without a body."""
        site = _site(request, 3)
        if site is None:
            return self.unknown(request.request)
        if not _readable(site):
            return _forbidden(site)
        path = _segments(request)[5]
        kept = request.state.get(f"sitemaps.{site}", [])
        others = [each for each in kept if each["path"] != path]
        submitted = request.now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        request.state[f"sitemaps.{site}"] = [{"path": path, "lastSubmitted": submitted}, *others]
        return httpx.Response(204)

    @route("GET", _SITE + "/sitemaps")
    def sitemaps(self, request: TwinRequest) -> httpx.Response:
        """The property's sitemaps; without any, Google leaves the list out."""
        site = _site(request, 2)
        if site is None:
            return self.unknown(request.request)
        if not _readable(site):
            return _forbidden(site)
        shown = [_sitemap(each, request.now) for each in request.state.get(f"sitemaps.{site}", [])]
        index = request.request.url.params.get("sitemapIndex")
        if index:
            shown = [each for each in shown if each["path"] != index]
        return httpx.Response(200, json={"sitemap": shown} if shown else {})

    @route("GET", "/webmasters/v3/sites")
    def sites(self, _request: TwinRequest) -> httpx.Response:
        """All properties."""
        entries = [{"siteUrl": url, "permissionLevel": level} for url, level in _SITES.items()]
        return httpx.Response(200, json={"siteEntry": entries})


def _segments(request: TwinRequest) -> list[str]:
    """The path's segments as they went out: a slash within one is percent-encoded."""
    path = request.request.url.raw_path.partition(b"?")[0].decode()
    return [unquote(segment) for segment in path.split("/")[1:]]


def _site(request: TwinRequest, after: int) -> str | None:
    """The property of a path that has so many segments from it on; None for any other path."""
    segments = _segments(request)
    return segments[3] if len(segments) == 3 + after else None


def _readable(site: str) -> bool:
    return _SITES.get(site, "siteUnverifiedUser") != "siteUnverifiedUser"


def _forbidden(site: str) -> httpx.Response:
    words = f"User does not have sufficient permission for site '{site}'. {_HELP}"
    return _refused(403, "forbidden", words)


def _wrong(given: dict[str, Any]) -> str | None:
    """What Google would say against a query."""
    days = [given.get("startDate", ""), given.get("endDate", "")]
    if not all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days):
        return "Invalid date format"
    if days[0] > days[1]:
        return "Start date should be before the end date"
    if not 1 <= given.get("rowLimit", 1000) <= 25_000:
        return "rowLimit must be between 1 and 25000"
    try:
        for condition in _filters(given):
            re.compile(condition["expression"] if "REGEX" in condition.get("operator", "") else "")
    except re.error:
        return "Invalid regular expression"
    unknown = set(given.get("dimensions", [])) - {*_VALUES, "DATE", "HOUR"}
    return f"Invalid dimension {sorted(unknown)}" if unknown else None


def _by_time(given: dict[str, Any], row: dict[str, Any]) -> str:
    """Rows by day are in the order of days, all others by clicks."""
    first = (given.get("dimensions") or [""])[0]
    return row["keys"][0] if first in ("DATE", "HOUR") else ""


def _rows(given: dict[str, Any], now: datetime) -> Iterator[dict[str, Any]]:
    """A row for each combination of the dimensions' values; none for days still to come."""
    days = _days(given, now)
    if not days:
        return
    values = {"DATE": days, "HOUR": [f"{day}T12:00:00-08:00" for day in days], **_VALUES}
    dimensions = given.get("dimensions", [])
    for keys in itertools.product(*(values[name] for name in dimensions)):
        row = dict(zip(dimensions, keys, strict=True))
        if all(_holds(row, each) for each in _filters(given)):
            clicks = 5 + sum(json.dumps(keys).encode()) % 90
            yield {
                "keys": list(keys),
                "clicks": clicks,
                "impressions": clicks * 20,
                "ctr": 0.05,
                "position": 1 + clicks % 10,
            }


def _days(given: dict[str, Any], now: datetime) -> list[str]:
    """The days asked for that have numbers: final ones are two days old."""
    today = now.astimezone(ZoneInfo(PACIFIC)).date()
    final = given.get("dataState", "FINAL") == "FINAL"
    last = min(date.fromisoformat(given["endDate"]), today - timedelta(days=2 if final else 0))
    first = max(date.fromisoformat(given["startDate"]), today - timedelta(days=490))
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def _filters(given: dict[str, Any]) -> list[dict[str, str]]:
    return [each for group in given.get("dimensionFilterGroups", []) for each in group["filters"]]


def _holds(row: dict[str, str], condition: dict[str, str]) -> bool:
    """Whether a row passes; a dimension that rows are not grouped by lets them pass."""
    value = row.get(condition["dimension"])
    if value is None:
        return True
    value, wanted = value.lower(), condition["expression"].lower()
    match condition.get("operator", "EQUALS"):
        case "EQUALS":
            return value == wanted
        case "NOT_EQUALS":
            return value != wanted
        case "CONTAINS":
            return wanted in value
        case "NOT_CONTAINS":
            return wanted not in value
        case "INCLUDING_REGEX":
            return bool(re.search(wanted, value))
        case _:
            return not re.search(wanted, value)


def _sitemap(kept: dict[str, str], now: datetime) -> dict[str, Json]:
    age = now - datetime.fromisoformat(kept["lastSubmitted"])
    if age < timedelta(minutes=1):
        return {**kept, "isPending": True, "isSitemapsIndex": False}
    return {
        **kept,
        "isPending": False,
        "isSitemapsIndex": False,
        "type": "sitemap",
        "lastDownloaded": kept["lastSubmitted"],
        "warnings": "0",
        "errors": "0",
        "contents": [{"type": "web", "submitted": "12", "indexed": "0"}],
    }
