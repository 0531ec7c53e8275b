"""Search Console's contract: its discovery document, and what its words say beyond the schema."""

import json
import re
from typing import Any

import httpx

from tests.contract.oracles import google_discovery

DOCUMENT = "searchconsole.v1"
_PROPERTY = re.compile(r"sc-domain:[a-z0-9.-]+|https?://[^/?#]+/([^?#]*/)?")


def check(request: httpx.Request) -> None:
    """A call that Google's document allows, on a property as it is defined there."""
    called = google_discovery.check(request, DOCUMENT)
    if "siteUrl" in called.path:
        assert _PROPERTY.fullmatch(called.path["siteUrl"]), called.path["siteUrl"]
    if called.id == "webmasters.searchanalytics.query":
        _query(json.loads(request.content))
    if called.id == "searchconsole.urlInspection.index.inspect":
        body = json.loads(request.content)
        assert {"inspectionUrl", "siteUrl"} <= body.keys(), "both are marked Required."
        assert _PROPERTY.fullmatch(body["siteUrl"]), body["siteUrl"]
    if request.method == "PUT":
        assert request.headers["content-length"] == "0", "Google answers 411 without"


def _query(body: dict[str, Any]) -> None:
    """What the document says in the descriptions of SearchAnalyticsQueryRequest."""
    for name in ("startDate", "endDate"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", body.get(name, "")), f"{name} is marked [Required]"
    assert body["startDate"] <= body["endDate"]
    assert 1 <= body.get("rowLimit", 1000) <= 25_000
    assert body.get("startRow", 0) >= 0
    if "HOUR" in body.get("dimensions", []):
        assert body.get("dataState") == "HOURLY_ALL"


_HEADERS = {"authorization": "Bearer ya29.x"}
_ROOT = "https://searchconsole.googleapis.com"
_SITE = f"{_ROOT}/webmasters/v3/sites/https%3A%2F%2Fexample.com%2F"
_DAYS = {"startDate": "2026-01-01", "endDate": "2026-01-31"}


def _query_of(**body: Any) -> httpx.Request:
    return httpx.Request("POST", f"{_SITE}/searchAnalytics/query", json=body, headers=_HEADERS)


WRONG = [
    _query_of(startDate="2026-01-01"),
    _query_of(**_DAYS, dimensions=["query"]),
    _query_of(**_DAYS, rowLimit="10"),
    _query_of(**_DAYS, rowLimit=25_001),
    _query_of(**_DAYS, dimensions=["HOUR"]),
    _query_of(**_DAYS, dimensionFilterGroups=[{"filters": [{"dimension": "DATE"}]}]),
    _query_of(**_DAYS, filters=[]),
    httpx.Request(
        "POST",
        f"{_ROOT}/webmasters/v3/sites/https://example.com//searchAnalytics/query",
        json=_DAYS,
        headers=_HEADERS,
    ),
    httpx.Request(
        "POST",
        f"{_ROOT}/webmasters/v3/sites/example.com/searchAnalytics/query",
        json=_DAYS,
        headers=_HEADERS,
    ),
    httpx.Request("PUT", f"{_SITE}/sitemaps/x", json={}, headers=_HEADERS),
    httpx.Request("GET", f"{_SITE}/sitemaps?page=2", headers=_HEADERS),
    httpx.Request(
        "POST",
        f"{_ROOT}/v1/urlInspection/index:inspect",
        json={"inspectionUrl": "https://example.com/"},
        headers=_HEADERS,
    ),
]
