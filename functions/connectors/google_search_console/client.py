"""Google's Search Console API.

Contract: Google's discovery document searchconsole.v1, revision 20260805, which also has the
limit of 25,000 rows; https://developers.google.com/webmaster-tools/limits, read 2026-11.
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from connectors.google_search_console.spec import (
    SITE_PATTERN,
    SPEC,
    InspectUrl,
    ListSitemaps,
    QuerySearchAnalytics,
    SubmitSitemap,
)
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.google import error_of, google_reason, google_table, retry_delay
from hub.connector_kit.outcomes import Answer, Verdict, rows
from hub.connector_kit.spec import ActionInput, NoInput
from hub.connector_kit.waits import first, until_midnight
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, Reconciliation, invalid

PACIFIC = "America/Los_Angeles"
"""Google's days begin and end there, in reports and in quotas."""

_FINAL_AFTER = timedelta(days=3)
_USUAL_RANGE = timedelta(days=27)
_LOAD_SECONDS = 15 * 60


def quota_wait(answer: Answer, now: datetime) -> float | None:
    """A daily quota lasts until midnight, the load of queries is forgotten in 15 minutes.

    The load is documented under `limits` ("wait 15 minutes") and comes as `quotaExceeded`, or as
    429 with "Search Analytics load quota exceeded". A quota of a day is named in the words, as in
    "… and limit 'Queries per day' of service …".
    """
    words = str(error_of(answer).get("message", "")).lower()
    if "per day" in words or "daily" in words:
        return until_midnight(PACIFIC, now)
    loaded = google_reason(answer).code == "quotaExceeded" or "load quota" in words
    return _LOAD_SECONDS if loaded else None


TABLE = replace(
    google_table(*rows(Verdict.RATE_LIMITED, "quotaExceeded")), wait=first(retry_delay, quota_wait)
)


class GoogleSearchConsoleClient:
    """Calls Search Console. Credentials: `accessToken`. Settings: `siteUrl`, versions."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._sites = f"/webmasters/{context.setting('apiVersion')}/sites"
        self._google = PlatformClient(
            context,
            SPEC.base_url,
            TABLE,
            headers={"Authorization": f"Bearer {context.credentials['accessToken']}"},
        )

    def query_search_analytics(self, given: QuerySearchAnalytics) -> Outcome:
        """searchanalytics.query, one page. There is no page token: rows are counted."""
        site = self._site(given)
        if site is None:
            return _no_site()
        end = given.end_date or self._final_day()
        start = given.start_date or end - _USUAL_RANGE
        if start > end:
            return invalid(
                "DATES_REVERSED", f"startDate is after {end}, the last day with final data"
            )
        body = {
            "startDate": start.isoformat(),
            "endDate": end.isoformat(),
            "type": given.type,
            "rowLimit": given.limit,
            "startRow": int(given.cursor or 0),
            **_chosen(given),
        }
        read = partial(_rows, given, start, end)
        path = f"{self._sites}/{_segment(site)}/searchAnalytics/query"
        return self._google.call("POST", path, Effect.READ, read=read, json=body)

    def inspect_url(self, given: InspectUrl) -> Outcome:
        """urlInspection.index.inspect."""
        site = self._site(given)
        if site is None:
            return _no_site()
        if not belongs(given.inspection_url, site):
            told = f"{given.inspection_url} is not part of the property {site}"
            return invalid("URL_NOT_IN_PROPERTY", told)
        body = {"inspectionUrl": given.inspection_url, "siteUrl": site}
        if given.language_code:
            body["languageCode"] = given.language_code
        path = f"/{self._context.setting('inspectionVersion')}/urlInspection/index:inspect"
        return self._google.call("POST", path, Effect.READ, read=_inspection, json=body)

    def submit_sitemap(self, given: SubmitSitemap) -> Outcome:
        """sitemaps.submit: a PUT without a body, answered without one."""
        site = self._site(given)
        if site is None:
            return _no_site()
        done = {"siteUrl": site, "sitemapUrl": given.sitemap_url, "submitted": True}
        path = f"{self._sites}/{_segment(site)}/sitemaps/{_segment(given.sitemap_url)}"
        return self._google.call("PUT", path, Effect.IDEMPOTENT_WRITE, read=lambda _body: done)

    def list_sitemaps(self, given: ListSitemaps) -> Outcome:
        """sitemaps.list; Google gives all at once."""
        site = self._site(given)
        if site is None:
            return _no_site()
        params = {"sitemapIndex": given.sitemap_index} if given.sitemap_index else {}
        path = f"{self._sites}/{_segment(site)}/sitemaps"
        return self._google.call("GET", path, Effect.READ, read=_sitemaps, params=params)

    def list_sites(self, _given: NoInput) -> Outcome:
        """sites.list; Google gives all at once."""
        return self._google.call("GET", self._sites, Effect.READ, read=_sites)

    def test_connection(self, _given: NoInput) -> Outcome:
        """sites.list."""
        return self._google.call("GET", self._sites, Effect.READ, read=_usable)

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Nothing to look up: reads, and a PUT that may be repeated."""
        del action, given, since
        return ReadBack(Reconciliation.UNKNOWN)

    def _site(
        self, given: QuerySearchAnalytics | InspectUrl | SubmitSitemap | ListSitemaps
    ) -> str | None:
        site = given.site_url or self._context.setting("siteUrl")
        return site if re.fullmatch(SITE_PATTERN, site) else None

    def _final_day(self) -> date:
        """The last day whose numbers no longer change: about two to three days ago."""
        return self._context.clock.now().astimezone(ZoneInfo(PACIFIC)).date() - _FINAL_AFTER


def belongs(url: str, site: str) -> bool:
    """Whether a URL is part of a property."""
    if not site.startswith("sc-domain:"):
        return url.startswith(site) or f"{url}/" == site
    domain, host = site.removeprefix("sc-domain:"), urlsplit(url).hostname or ""
    return host == domain or host.endswith(f".{domain}")


def _segment(value: str) -> str:
    """A URL as one segment of a path, its slashes encoded."""
    return quote(value, safe="")


def _no_site() -> Outcome:
    return invalid(
        "NO_SITE",
        "name a property: siteUrl in the input or in the connection's settings, like "
        "sc-domain:example.com or https://example.com/ with its final slash",
    )


def _chosen(given: QuerySearchAnalytics) -> dict[str, Json]:
    """What was chosen of the rest."""
    chosen = {"dimensions", "dimension_filter_groups", "aggregation_type", "data_state"}
    found = given.model_dump(mode="json", by_alias=True, include=chosen)
    return {name: value for name, value in found.items() if value}


def _rows(given: QuerySearchAnalytics, start: date, end: date, body: Any) -> Json:
    """A page of rows. Google leaves `rows` out when there are none."""
    found = body.get("rows", [])
    after = int(given.cursor or 0) + len(found)
    metadata = body.get("metadata") or {}
    return {
        "rows": [
            {
                "keys": row.get("keys", []),
                "clicks": row["clicks"],
                "impressions": row["impressions"],
                "ctr": row["ctr"],
                "position": row["position"],
            }
            for row in found
        ],
        "cursor": str(after) if len(found) >= given.limit else None,
        "startDate": start.isoformat(),
        "endDate": end.isoformat(),
        "aggregationType": body.get("responseAggregationType"),
        # The API answers in snake case, the document has camel case.
        "firstIncompleteDate": metadata.get("first_incomplete_date")
        or metadata.get("firstIncompleteDate"),
        "firstIncompleteHour": metadata.get("first_incomplete_hour")
        or metadata.get("firstIncompleteHour"),
    }


_INDEX_FIELDS = (
    "verdict",
    "coverageState",
    "indexingState",
    "robotsTxtState",
    "pageFetchState",
    "lastCrawlTime",
    "crawledAs",
    "googleCanonical",
    "userCanonical",
)


def _inspection(body: Any) -> Json:
    result = body["inspectionResult"]
    index = result["indexStatusResult"]
    rich = result.get("richResultsResult")
    return {
        **{name: index.get(name) for name in _INDEX_FIELDS},
        "sitemaps": index.get("sitemap", []),
        "referringUrls": index.get("referringUrls", []),
        "richResults": rich
        and {"verdict": rich.get("verdict"), "items": rich.get("detectedItems", [])},
        "link": result.get("inspectionResultLink"),
    }


def _sitemaps(body: Any) -> Json:
    """Counts come as text, being 64-bit numbers."""
    return {
        "sitemaps": [
            {
                "sitemapUrl": each["path"],
                "type": each.get("type"),
                "isPending": each.get("isPending", False),
                "isSitemapsIndex": each.get("isSitemapsIndex", False),
                "lastSubmitted": each.get("lastSubmitted"),
                "lastDownloaded": each.get("lastDownloaded"),
                "errors": int(each.get("errors", 0)),
                "warnings": int(each.get("warnings", 0)),
                "contents": [
                    {"type": part.get("type"), "submitted": int(part.get("submitted", 0))}
                    for part in each.get("contents", [])
                ],
            }
            for each in body.get("sitemap", [])
        ]
    }


def _sites(body: Any) -> Json:
    return {
        "sites": [
            {"siteUrl": site["siteUrl"], "permissionLevel": site.get("permissionLevel")}
            for site in body.get("siteEntry", [])
        ]
    }


def _usable(body: Any) -> Json:
    every = _sites(body)["sites"]
    # The document has capitals, the API has long answered siteUnverifiedUser.
    unverified = {"SITE_UNVERIFIED_USER", "siteUnverifiedUser"}
    usable = [each["siteUrl"] for each in every if each["permissionLevel"] not in unverified]
    return {"sites": len(every), "usable": usable}
