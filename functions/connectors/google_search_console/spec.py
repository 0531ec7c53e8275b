"""Google Search Console as data."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from hub.connector_kit.google import google_auth
from hub.connector_kit.spec import Action, ActionInput, ConnectorSpec, NoInput, Setting
from hub.domain.outcome import Effect

SITE_PATTERN = r"^(sc-domain:([a-z0-9-]+\.)+[a-z0-9-]+|https?://[^\s/?#]+/([^\s?#]*/)?)$"
"""A property: a domain, or a URL prefix with its final slash."""

MAX_ROWS = 10_000
"""Rows of one page. Google would give 25,000, which can be more than an answer of ours may hold."""


def _upper(value: Any) -> Any:
    # The contract's values are in capitals; the older documentation has them in lower case.
    return value.upper() if isinstance(value, str) else value


SiteUrl = Annotated[
    str,
    Field(
        pattern=SITE_PATTERN,
        max_length=2048,
        description="https://example.com/ (with the final slash) or sc-domain:example.com, as "
        "list_sites gives it; else the connection's setting.",
    ),
]
WebUrl = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+(/[^\s#]*)?$", max_length=2048)]
Dimension = Annotated[
    Literal["DATE", "QUERY", "PAGE", "COUNTRY", "DEVICE", "SEARCH_APPEARANCE", "HOUR"],
    BeforeValidator(_upper),
]


class DimensionFilter(ActionInput):
    """One condition on a row. Countries are three letters (`deu`), devices DESKTOP, MOBILE…"""

    dimension: Annotated[
        Literal["QUERY", "PAGE", "COUNTRY", "DEVICE", "SEARCH_APPEARANCE"], BeforeValidator(_upper)
    ]
    operator: Annotated[
        Literal[
            "EQUALS",
            "NOT_EQUALS",
            "CONTAINS",
            "NOT_CONTAINS",
            "INCLUDING_REGEX",
            "EXCLUDING_REGEX",
        ],
        BeforeValidator(_upper),
    ] = "EQUALS"
    expression: str = Field(min_length=1, max_length=4096)


class DimensionFilterGroup(ActionInput):
    """Conditions that all must hold."""

    group_type: Literal["AND"] = "AND"
    filters: list[DimensionFilter] = Field(min_length=1, max_length=100)


class QuerySearchAnalytics(ActionInput):
    """Input of `query_search_analytics`. Days are Google's, in Pacific time, both included.

    Without `endDate` it is three days ago, when the data is final; without `startDate` 28 days are
    read. `cursor` continues a list.
    """

    site_url: SiteUrl | None = None
    start_date: date | None = None
    end_date: date | None = None
    dimensions: list[Dimension] = Field(default=[], max_length=7)
    type: Annotated[
        Literal["WEB", "IMAGE", "VIDEO", "NEWS", "DISCOVER", "GOOGLE_NEWS"],
        BeforeValidator(_upper),
    ] = "WEB"
    dimension_filter_groups: list[DimensionFilterGroup] = Field(default=[], max_length=20)
    aggregation_type: (
        Annotated[
            Literal["AUTO", "BY_PROPERTY", "BY_PAGE", "BY_NEWS_SHOWCASE_PANEL"],
            BeforeValidator(_upper),
        ]
        | None
    ) = None
    data_state: Annotated[Literal["FINAL", "ALL", "HOURLY_ALL"], BeforeValidator(_upper)] | None = (
        Field(default=None, description="ALL has the last days too, which still change.")
    )
    limit: int = Field(default=1000, ge=1, le=MAX_ROWS)
    cursor: str | None = Field(default=None, pattern=r"^\d{1,9}$")

    @model_validator(mode="after")
    def _query(self) -> "QuerySearchAnalytics":
        if self.start_date and self.end_date and self.start_date > self.end_date:
            raise ValueError("startDate is after endDate")
        if len(set(self.dimensions)) < len(self.dimensions):
            raise ValueError("a dimension is given twice")
        if "HOUR" in self.dimensions and self.data_state != "HOURLY_ALL":
            raise ValueError("the dimension HOUR needs dataState HOURLY_ALL")
        filters = [each for group in self.dimension_filter_groups for each in group.filters]
        by_page = "PAGE" in self.dimensions or any(each.dimension == "PAGE" for each in filters)
        if by_page and self.aggregation_type == "BY_PROPERTY":
            raise ValueError("what is grouped or filtered by PAGE cannot be added up BY_PROPERTY")
        return self


class InspectUrl(ActionInput):
    """Input of `inspect_url`: a page of the property."""

    inspection_url: WebUrl
    site_url: SiteUrl | None = None
    language_code: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="Language of the issues' texts, like en-US.",
    )


class SubmitSitemap(ActionInput):
    """Input of `submit_sitemap`."""

    sitemap_url: WebUrl
    site_url: SiteUrl | None = None


class ListSitemaps(ActionInput):
    """Input of `list_sitemaps`. With `sitemapIndex`, those in that index."""

    site_url: SiteUrl | None = None
    sitemap_index: WebUrl | None = None


SPEC = ConnectorSpec(
    kind="google_search_console",
    display_name="Google Search Console",
    description="Search performance, indexing and sitemaps of your sites on Google Search.",
    category="search",
    base_url="https://searchconsole.googleapis.com",
    auth=google_auth("https://www.googleapis.com/auth/webmasters"),
    actions=(
        Action(
            id="query_search_analytics",
            name="Query search analytics",
            description="Clicks, impressions and positions by query, page, country, device or day.",
            input=QuerySearchAnalytics,
            effect=Effect.READ,
            output={
                "rows": "keys (in the order of dimensions), clicks, impressions, ctr, position",
                "cursor": "next page or null",
                "startDate": "first day",
                "endDate": "last day",
                "aggregationType": "how rows were added up",
                "firstIncompleteDate": "from this day on numbers still change, or null",
                "firstIncompleteHour": "from this hour on numbers still change, or null",
            },
        ),
        Action(
            id="inspect_url",
            name="Inspect a URL",
            description="Whether and how a page is in Google's index.",
            input=InspectUrl,
            effect=Effect.READ,
            output={
                "verdict": "PASS, NEUTRAL, FAIL",
                "coverageState": "in words",
                "indexingState": "allowed or what blocks it",
                "robotsTxtState": "ALLOWED or DISALLOWED",
                "pageFetchState": "SUCCESSFUL or why not",
                "lastCrawlTime": "time or null",
                "googleCanonical": "the URL that Google chose",
                "richResults": "verdict and items",
            },
        ),
        Action(
            id="submit_sitemap",
            name="Submit a sitemap",
            description="Tells Google of a sitemap; submitting it again is harmless.",
            input=SubmitSitemap,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"siteUrl": "property", "sitemapUrl": "sitemap", "submitted": "true"},
        ),
        Action(
            id="list_sitemaps",
            name="List sitemaps",
            description="The sitemaps of a property and what Google found in them.",
            input=ListSitemaps,
            effect=Effect.READ,
            output={"sitemaps": "sitemapUrl, type, isPending, errors, warnings, contents, …"},
        ),
        Action(
            id="list_sites",
            name="List sites",
            description="The properties that the account can see.",
            input=NoInput,
            effect=Effect.READ,
            output={"sites": "siteUrl, permissionLevel"},
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Lists the properties; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"sites": "how many", "usable": "siteUrl of those that can be read"},
        ),
    ),
    limits="Search analytics 1,200 queries a minute for each site and user; URL inspection 600 a "
    "minute and 2,000 a day for each site; other calls 200 a minute for each user. Queries by page "
    "and query text over long times have a load limit of their own: wait 15 minutes.",
    reference="https://developers.google.com/webmaster-tools/v1/api_reference_index",
    contract="Google's discovery document searchconsole.v1 (google-api-python-client)",
    settings=(
        Setting("siteUrl", "property when an action names none"),
        Setting("apiVersion", "version of the webmasters API in its paths", default="v3"),
        Setting("inspectionVersion", "version of URL inspection in its path", default="v1"),
    ),
)
