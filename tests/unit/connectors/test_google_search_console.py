"""Search Console: properties as one segment of the path, days of California, pages that end."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from connectors.google_search_console.app import CONNECTOR
from connectors.google_search_console.client import GoogleSearchConsoleClient, belongs
from connectors.google_search_console.spec import (
    SPEC,
    InspectUrl,
    ListSitemaps,
    QuerySearchAnalytics,
    SubmitSitemap,
)
from hub.connector_kit.client import ClientContext
from hub.connector_kit.spec import NoInput
from tests.contract.oracles import google_search_console as oracle
from tests.harness import Harness
from tests.support import START, FrozenClock

ROOT = "https://searchconsole.googleapis.com"
DOMAIN = "sc-domain:example.com"
PREFIX = "https://example.com/"


def client(
    answer: Any = None,
    sent: list[httpx.Request] | None = None,
    now: datetime = START,
    **settings: str,
) -> GoogleSearchConsoleClient:
    def transport(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        found = answer(request) if callable(answer) else answer
        return httpx.Response(200, json={} if found is None else found)

    return GoogleSearchConsoleClient(
        ClientContext(
            transport=httpx.MockTransport(transport),
            credentials={"accessToken": "ya29.1"},
            clock=FrozenClock(now),
            settings={**SPEC.default_settings(), **settings},
            call_key="run_1.step_1",
        )
    )


def query(**fields: Any) -> QuerySearchAnalytics:
    return QuerySearchAnalytics.model_validate({"siteUrl": DOMAIN, **fields})


def path_of(request: httpx.Request) -> str:
    """The path as it goes over the wire."""
    return request.url.raw_path.decode()


def body_of(given: QuerySearchAnalytics, now: datetime = START) -> dict[str, Any]:
    sent: list[httpx.Request] = []
    client(sent=sent, now=now).query_search_analytics(given)
    (request,) = sent
    oracle.check(request)
    body: dict[str, Any] = json.loads(request.content)
    return body


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize(
    ("site", "segment"),
    [
        (DOMAIN, "sc-domain%3Aexample.com"),
        (PREFIX, "https%3A%2F%2Fexample.com%2F"),
        ("http://www.example.com/de/", "http%3A%2F%2Fwww.example.com%2Fde%2F"),
        ("https://example.com/a%20b/", "https%3A%2F%2Fexample.com%2Fa%2520b%2F"),
        ("https://example.com/ü/", "https%3A%2F%2Fexample.com%2F%C3%BC%2F"),
    ],
)
def test_a_property_is_one_segment_of_the_path_and_nobody_decodes_it(
    site: str, segment: str
) -> None:
    sent: list[httpx.Request] = []
    google = client(sent=sent)
    google.query_search_analytics(query(siteUrl=site))
    google.list_sitemaps(ListSitemaps(site_url=site))
    google.submit_sitemap(SubmitSitemap(site_url=site, sitemap_url="https://example.com/s.xml"))
    root = f"/webmasters/v3/sites/{segment}"
    assert [(request.method, path_of(request)) for request in sent] == [
        ("POST", f"{root}/searchAnalytics/query"),
        ("GET", f"{root}/sitemaps"),
        ("PUT", f"{root}/sitemaps/https%3A%2F%2Fexample.com%2Fs.xml"),
    ]
    assert {request.headers["authorization"] for request in sent} == {"Bearer ya29.1"}


def test_a_sitemaps_own_query_does_not_become_the_requests() -> None:
    sent: list[httpx.Request] = []
    url = "https://example.com/a%20b.xml?page=1&lang=de"
    done = client(sent=sent).submit_sitemap(SubmitSitemap(site_url=PREFIX, sitemap_url=url))
    assert path_of(sent[0]).endswith(
        "/sitemaps/https%3A%2F%2Fexample.com%2Fa%2520b.xml%3Fpage%3D1%26lang%3Dde"
    )
    assert sent[0].content == b""
    assert sent[0].headers["content-length"] == "0"
    assert done.data == {"siteUrl": PREFIX, "sitemapUrl": url, "submitted": True}


def test_versions_are_settings() -> None:
    sent: list[httpx.Request] = []
    google = client({"x": 1}, sent, apiVersion="v4", inspectionVersion="v2", siteUrl=DOMAIN)
    google.list_sites(NoInput())
    google.inspect_url(InspectUrl(inspection_url="https://example.com/"))
    assert [path_of(request) for request in sent] == [
        "/webmasters/v4/sites",
        "/v2/urlInspection/index:inspect",
    ]


# ---------------------------------------------------------------- properties


CALLS: list[Callable[[GoogleSearchConsoleClient], Any]] = [
    lambda google: google.query_search_analytics(QuerySearchAnalytics()),
    lambda google: google.inspect_url(InspectUrl(inspection_url="https://example.com/")),
    lambda google: google.submit_sitemap(SubmitSitemap(sitemap_url="https://example.com/s.xml")),
    lambda google: google.list_sitemaps(ListSitemaps()),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("settings", [{}, {"siteUrl": "https://example.com"}, {"siteUrl": "x"}])
def test_without_a_property_nothing_goes_out(
    call: Callable[[GoogleSearchConsoleClient], Any], settings: dict[str, str]
) -> None:
    sent: list[httpx.Request] = []
    outcome = call(client(None, sent, START, **settings))
    assert (outcome.kind, outcome.code, sent) == ("invalid_request", "NO_SITE", [])


@pytest.mark.parametrize("call", CALLS)
def test_the_settings_property_stands_in(call: Callable[[GoogleSearchConsoleClient], Any]) -> None:
    sent: list[httpx.Request] = []
    call(client(sent=sent, siteUrl=DOMAIN))
    assert "sc-domain" in path_of(sent[0]) + sent[0].content.decode()


@pytest.mark.parametrize(
    "site",
    [
        "example.com",
        "https://example.com",
        "https://example.com/page",
        "https://example.com/?q=1/",
        "https://example.com/#a/",
        "https:///",
        "sc-domain:example.com/",
        "sc-domain:https://example.com",
        "sc-domain:localhost",
        "android-app://com.example/",
        "https://exa mple.com/",
    ],
)
def test_what_is_no_property_is_refused(site: str) -> None:
    with pytest.raises(ValueError, match="should match pattern"):
        query(siteUrl=site)


@pytest.mark.parametrize(
    ("url", "site", "inside"),
    [
        ("https://example.com/a", DOMAIN, True),
        ("http://shop.example.com/", DOMAIN, True),
        ("https://example.com.evil.org/", DOMAIN, False),
        ("https://notexample.com/", DOMAIN, False),
        ("https://example.com/de/a", "https://example.com/de/", True),
        ("https://example.com/de", "https://example.com/de/", True),
        ("https://example.com/en/", "https://example.com/de/", False),
        ("http://example.com/", PREFIX, False),
        ("https://www.example.com/", PREFIX, False),
    ],
)
def test_a_page_is_inspected_only_within_its_property(url: str, site: str, inside: bool) -> None:
    sent: list[httpx.Request] = []
    outcome = client(sent=sent).inspect_url(InspectUrl(inspection_url=url, site_url=site))
    assert belongs(url, site) is inside
    assert len(sent) == inside
    if inside:
        assert json.loads(sent[0].content) == {"inspectionUrl": url, "siteUrl": site}
    else:
        assert outcome.code == "URL_NOT_IN_PROPERTY"
        assert site in (outcome.message or "")


# ---------------------------------------------------------------- queries


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "2026-02-27"),
        # Still the evening of the first in California.
        (datetime(2026, 3, 2, 7, 59, tzinfo=UTC), "2026-02-26"),
        (datetime(2026, 3, 2, 8, 0, tzinfo=UTC), "2026-02-27"),
        # In summer the day begins an hour earlier.
        (datetime(2026, 7, 2, 6, 59, tzinfo=UTC), "2026-06-28"),
        (datetime(2026, 7, 2, 7, 0, tzinfo=UTC), "2026-06-29"),
    ],
)
def test_a_query_ends_three_days_ago_in_california(now: datetime, last: str) -> None:
    body = body_of(query(), now)
    assert body["endDate"] == last
    assert (date.fromisoformat(last) - date.fromisoformat(body["startDate"])).days == 27


@pytest.mark.parametrize(
    ("fields", "days"),
    [
        ({"startDate": "2026-02-01"}, ("2026-02-01", "2026-02-27")),
        ({"endDate": "2026-01-31"}, ("2026-01-04", "2026-01-31")),
        ({"startDate": "2026-01-05", "endDate": "2026-01-05"}, ("2026-01-05", "2026-01-05")),
    ],
)
def test_given_days_are_kept(fields: dict[str, str], days: tuple[str, str]) -> None:
    body = body_of(query(**fields))
    assert (body["startDate"], body["endDate"]) == days


def test_days_without_final_data_are_refused_with_the_reason() -> None:
    sent: list[httpx.Request] = []
    outcome = client(sent=sent).query_search_analytics(query(startDate="2026-03-01"))
    assert (outcome.code, sent) == ("DATES_REVERSED", [])
    assert "2026-02-27" in (outcome.message or "")


def test_a_query_goes_out_as_google_wants_it() -> None:
    group = {"filters": [{"dimension": "query", "operator": "contains", "expression": "shop"}]}
    given = query(
        startDate="2026-01-01",
        endDate="2026-01-31",
        dimensions=["page", "DEVICE"],
        type="image",
        aggregationType="by_page",
        dataState="all",
        dimensionFilterGroups=[group],
        limit=50,
        cursor="100",
    )
    condition = {"dimension": "QUERY", "operator": "CONTAINS", "expression": "shop"}
    assert body_of(given) == {
        "startDate": "2026-01-01",
        "endDate": "2026-01-31",
        "dimensions": ["PAGE", "DEVICE"],
        "type": "IMAGE",
        "aggregationType": "BY_PAGE",
        "dataState": "ALL",
        "dimensionFilterGroups": [{"groupType": "AND", "filters": [condition]}],
        "rowLimit": 50,
        "startRow": 100,
    }


def test_what_is_not_chosen_is_not_sent() -> None:
    assert body_of(query()).keys() == {"startDate", "endDate", "type", "rowLimit", "startRow"}


BY_PAGE = {"filters": [{"dimension": "PAGE", "expression": "x"}]}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"startDate": "2026-02-02", "endDate": "2026-02-01"}, "startDate is after endDate"),
        ({"startDate": "02/01/2026"}, "valid date"),
        ({"dimensions": ["QUERY", "query"]}, "given twice"),
        ({"dimensions": ["HOUR"]}, "needs dataState HOURLY_ALL"),
        ({"dimensions": ["WEEK"]}, "Input should be 'DATE'"),
        ({"dimensions": ["PAGE"], "aggregationType": "BY_PROPERTY"}, "BY_PROPERTY"),
        ({"dimensionFilterGroups": [BY_PAGE], "aggregationType": "BY_PROPERTY"}, "BY_PROPERTY"),
        ({"limit": 0}, "greater than or equal to 1"),
        ({"limit": 10_001}, "less than or equal to 10000"),
        ({"cursor": "next"}, "should match pattern"),
        ({"searchType": "WEB"}, "Extra inputs"),
    ],
)
def test_what_google_would_not_take_is_refused_at_once(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        query(**fields)


def row(number: int) -> dict[str, Any]:
    return {"keys": [f"q{number}"], "clicks": 1, "impressions": 9, "ctr": 0.1, "position": 2.5}


@pytest.mark.parametrize(
    ("cursor", "rows", "following"),
    [(None, 3, "3"), ("3", 3, "6"), ("6", 2, None), ("9", 0, None), (None, 0, None)],
)
def test_pages_are_counted_in_rows_and_end(
    cursor: str | None, rows: int, following: str | None
) -> None:
    sent: list[httpx.Request] = []
    answer = {"rows": [row(n) for n in range(rows)]} if rows else {}
    outcome = client(answer, sent).query_search_analytics(query(limit=3, cursor=cursor))
    assert json.loads(sent[0].content)["startRow"] == int(cursor or 0)
    assert outcome.data["cursor"] == following
    assert outcome.data["rows"] == answer.get("rows", [])


@pytest.mark.parametrize(
    "metadata",
    [
        {
            "first_incomplete_date": "2026-02-28",
            "first_incomplete_hour": "2026-02-28T01:00:00-08:00",
        },
        {"firstIncompleteDate": "2026-02-28", "firstIncompleteHour": "2026-02-28T01:00:00-08:00"},
    ],
)
def test_it_is_told_from_when_on_numbers_change(metadata: dict[str, str]) -> None:
    answer = {"rows": [], "responseAggregationType": "BY_PAGE", "metadata": metadata}
    outcome = client(answer).query_search_analytics(query())
    assert outcome.data == {
        "rows": [],
        "cursor": None,
        "startDate": "2026-01-31",
        "endDate": "2026-02-27",
        "aggregationType": "BY_PAGE",
        "firstIncompleteDate": "2026-02-28",
        "firstIncompleteHour": "2026-02-28T01:00:00-08:00",
    }


# ---------------------------------------------------------------- other answers


def test_an_inspection_is_told_in_short() -> None:
    index = {
        "verdict": "PASS",
        "coverageState": "Submitted and indexed",
        "sitemap": ["https://example.com/s.xml"],
        "googleCanonical": "https://example.com/a",
    }
    rich = {"verdict": "FAIL", "detectedItems": [{"richResultType": "FAQ"}]}
    result = {"indexStatusResult": index, "richResultsResult": rich, "inspectionResultLink": "l"}
    given = InspectUrl(inspection_url="https://example.com/a", site_url=DOMAIN)
    outcome = client({"inspectionResult": result}).inspect_url(given)
    assert outcome.data == {
        "verdict": "PASS",
        "coverageState": "Submitted and indexed",
        "indexingState": None,
        "robotsTxtState": None,
        "pageFetchState": None,
        "lastCrawlTime": None,
        "crawledAs": None,
        "googleCanonical": "https://example.com/a",
        "userCanonical": None,
        "sitemaps": ["https://example.com/s.xml"],
        "referringUrls": [],
        "richResults": {"verdict": "FAIL", "items": [{"richResultType": "FAQ"}]},
        "link": "l",
    }


def test_the_counts_of_a_sitemap_are_numbers() -> None:
    sitemap = {
        "path": "https://example.com/s.xml",
        "errors": "3",
        "warnings": "0",
        "contents": [{"type": "web", "submitted": "120"}],
    }
    outcome = client({"sitemap": [sitemap]}).list_sitemaps(ListSitemaps(site_url=DOMAIN))
    (found,) = outcome.data["sitemaps"]
    assert (found["errors"], found["warnings"]) == (3, 0)
    assert found["contents"] == [{"type": "web", "submitted": 120}]


@pytest.mark.parametrize("level", ["SITE_UNVERIFIED_USER", "siteUnverifiedUser"])
def test_the_test_names_the_properties_that_can_be_read(level: str) -> None:
    entries = [
        {"siteUrl": DOMAIN, "permissionLevel": "siteOwner"},
        {"siteUrl": PREFIX, "permissionLevel": level},
    ]
    outcome = client({"siteEntry": entries}).test_connection(NoInput())
    assert outcome.data == {"sites": 2, "usable": [DOMAIN]}


@pytest.mark.parametrize("action", ["list_sites", "test_connection"])
def test_an_account_without_properties_is_no_failure(action: str) -> None:
    outcome = getattr(client({}), action)(NoInput())
    assert outcome.ok
    assert outcome.data["sites"] in ([], 0)


# ---------------------------------------------------------------- the twin


@pytest.fixture
def twin() -> Harness:
    return Harness(CONNECTOR)


def test_the_pages_of_the_twin_end_and_have_every_row_once(twin: Harness) -> None:
    given: dict[str, Any] = {"dimensions": ["QUERY", "DEVICE"], "limit": 4}
    seen: list[Any] = []
    for _ in range(10):
        data = twin.act("query_search_analytics", given).data
        seen += data["rows"]
        if data["cursor"] is None:
            break
        given["cursor"] = data["cursor"]
    assert len(seen) == 15
    assert len({tuple(each["keys"]) for each in seen}) == 15
    clicks = [each["clicks"] for each in seen]
    assert clicks == sorted(clicks, reverse=True)


def test_the_twin_has_no_numbers_for_days_to_come(twin: Harness) -> None:
    given = {"dimensions": ["DATE"], "startDate": "2026-02-27", "endDate": "2026-03-09"}
    final = twin.act("query_search_analytics", given).data
    assert [each["keys"] for each in final["rows"]] == [["2026-02-27"], ["2026-02-28"]]
    fresh = twin.act("query_search_analytics", {**given, "dataState": "ALL"}).data
    assert fresh["rows"][-1]["keys"] == ["2026-03-02"]
    later = {**given, "startDate": "2026-03-05"}
    assert twin.act("query_search_analytics", later).data["rows"] == []


@pytest.mark.parametrize(
    ("operator", "expression", "left"),
    [
        ("EQUALS", "mobile", {"MOBILE"}),
        ("NOT_EQUALS", "mobile", {"DESKTOP", "TABLET"}),
        ("CONTAINS", "top", {"DESKTOP"}),
        ("NOT_CONTAINS", "top", {"MOBILE", "TABLET"}),
        ("INCLUDING_REGEX", "^(mob|tab)", {"MOBILE", "TABLET"}),
        ("EXCLUDING_REGEX", "^(mob|tab)", {"DESKTOP"}),
    ],
)
def test_the_twin_filters(twin: Harness, operator: str, expression: str, left: set[str]) -> None:
    condition = {"dimension": "DEVICE", "operator": operator, "expression": expression}
    given = {"dimensions": ["DEVICE"], "dimensionFilterGroups": [{"filters": [condition]}]}
    rows = twin.act("query_search_analytics", given).data["rows"]
    assert {each["keys"][0] for each in rows} == left


def test_a_submitted_sitemap_is_listed_and_soon_read(twin: Harness) -> None:
    url = "https://www.example.com/maps/a.xml?x=1"
    for _ in range(2):
        assert twin.act("submit_sitemap", {"sitemapUrl": url}).ok
    (pending,) = twin.act("list_sitemaps", {}).data["sitemaps"]
    assert (pending["sitemapUrl"], pending["isPending"]) == (url, True)
    twin.clock.advance(90)
    (read,) = twin.act("list_sitemaps", {}).data["sitemaps"]
    assert (read["isPending"], read["contents"]) == (False, [{"type": "web", "submitted": 12}])
    elsewhere = twin.act("list_sitemaps", {"siteUrl": "https://www.example.com/"})
    assert elsewhere.data == {"sitemaps": []}


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("query_search_analytics", {}),
        ("list_sitemaps", {}),
        ("submit_sitemap", {"sitemapUrl": "https://old.example.com/s.xml"}),
        ("inspect_url", {"inspectionUrl": "https://old.example.com/"}),
    ],
)
@pytest.mark.parametrize("site", ["https://old.example.com/", "https://old.example.com/unknown/"])
def test_the_twin_shows_nothing_of_what_is_not_verified(
    twin: Harness, action: str, given: dict[str, str], site: str
) -> None:
    given = {name: value.replace("https://old.example.com/", site) for name, value in given.items()}
    outcome = twin.act(action, {**given, "siteUrl": site})
    assert (outcome.kind, outcome.code) == ("invalid_request", "forbidden")


def test_a_page_google_never_saw_is_neutral(twin: Harness) -> None:
    seen = twin.act("inspect_url", {"inspectionUrl": "https://example.com/missing/a"}).data
    assert (seen["verdict"], seen["lastCrawlTime"]) == ("NEUTRAL", None)
    assert seen["coverageState"] == "URL is unknown to Google"


QUERY_PATH = "/webmasters/v3/sites/sc-domain%3Aexample.com/searchAnalytics/query"
DAYS = {"startDate": "2026-02-01", "endDate": "2026-02-02"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", QUERY_PATH, {}, 400),
        ("POST", QUERY_PATH, {"startDate": "2026-02-01"}, 400),
        ("POST", QUERY_PATH, {"startDate": "2026-02-02", "endDate": "2026-02-01"}, 400),
        ("POST", QUERY_PATH, {**DAYS, "rowLimit": 25_001}, 400),
        ("POST", QUERY_PATH, {**DAYS, "dimensions": ["query"]}, 400),
        ("POST", "/webmasters/v3/sites/https://www.example.com//searchAnalytics/query", DAYS, 404),
        ("PUT", "/webmasters/v3/sites/https://www.example.com//sitemaps/x", None, 404),
        ("GET", "/webmasters/v3/sites/https://www.example.com//sitemaps", None, 404),
        ("DELETE", "/webmasters/v3/sites/x", None, 404),
        ("POST", QUERY_PATH, DAYS, 200),
    ],
)
def test_the_twin_is_not_content_with_anything(
    method: str, path: str, body: Any, status: int
) -> None:
    headers = {"authorization": "Bearer ya29.x"}
    request = httpx.Request(method, ROOT + path, json=body, headers=headers)
    assert CONNECTOR.twin().answer(request, {}, START).status_code == status


def test_the_twin_wants_a_token() -> None:
    request = httpx.Request("GET", ROOT + "/webmasters/v3/sites")
    assert CONNECTOR.twin().answer(request, {}, START).status_code == 401
