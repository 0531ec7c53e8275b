"""What TikTok's actions take, with TikTok's own limits.

Field names and enums are those of TikTok's own SDK (0.1.8 and its yml_files). Money is in major
units of the ad account's currency; times are UTC.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.spec import ActionInput
from hub.domain.model import Instant

Id = Annotated[str, Field(pattern=r"^[0-9]{1,20}$", description="TikTok's id: digits, as text.")]
Name = Annotated[str, Field(min_length=1, max_length=512)]
Money = Annotated[
    Decimal,
    Field(gt=0, max_digits=15, decimal_places=2, description="Major units, 19.99 for $19.99."),
]
Route = Literal["manual", "smart_plus"]
Status = Literal["ENABLE", "DISABLE"]
Level = Literal["campaign", "adgroup", "ad"]

MAX_DAYS_BY_DAY = 30
MAX_DAYS_BY_HOUR = 1


class AccountInput(ActionInput):
    """What every action takes: the ad account and the route, where not those of the connection."""

    advertiser_id: Id | None = Field(
        default=None, description="Ad account; otherwise the connection's advertiserId."
    )
    route: Route | None = Field(
        default=None, description="manual or smart_plus; otherwise the connection's route."
    )


class CreateCampaign(AccountInput):
    """Input of `create_campaign`.

    The smart_plus route takes three objectives (APP_PROMOTION, LEAD_GENERATION, WEB_CONVERSIONS)
    and two budget modes (BUDGET_MODE_DYNAMIC_DAILY_BUDGET, BUDGET_MODE_TOTAL).
    """

    name: Name
    objective_type: Literal[
        "REACH",
        "TRAFFIC",
        "VIDEO_VIEWS",
        "ENGAGEMENT",
        "LEAD_GENERATION",
        "APP_PROMOTION",
        "WEB_CONVERSIONS",
        "PRODUCT_SALES",
    ]
    budget_mode: (
        Literal[
            "BUDGET_MODE_INFINITE",
            "BUDGET_MODE_DAY",
            "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
            "BUDGET_MODE_TOTAL",
        ]
        | None
    ) = None
    budget: Money | None = None
    budget_optimize_on: bool | None = Field(
        default=None, description="Campaign budget optimization: the budget is the campaign's."
    )
    operation_status: Status | None = None
    app_id: Id | None = None
    app_promotion_type: Literal["APP_INSTALL", "APP_RETARGETING"] | None = None
    campaign_type: Literal["REGULAR_CAMPAIGN", "IOS14_CAMPAIGN"] | None = None
    catalog_enabled: bool | None = None
    sales_destination: Literal["WEBSITE", "APP", "WEB_AND_APP"] | None = None
    special_industries: list[Literal["HOUSING", "EMPLOYMENT", "CREDIT"]] | None = None
    po_number: str | None = Field(default=None, min_length=1, max_length=255)

    @model_validator(mode="after")
    def _budget_fits_its_mode(self) -> "CreateCampaign":
        limited = self.budget_mode not in (None, "BUDGET_MODE_INFINITE")
        if limited != (self.budget is not None):
            raise ValueError("give a budget with a budgetMode of a day or in total, and only then")
        return self


class Targeting(ActionInput):
    """Who shall see an ad group's ads."""

    location_ids: list[Id] | None = Field(default=None, min_length=1, max_length=3000)
    age_groups: (
        list[Literal["AGE_13_17", "AGE_18_24", "AGE_25_34", "AGE_35_44", "AGE_45_54", "AGE_55_100"]]
        | None
    ) = None
    gender: Literal["GENDER_FEMALE", "GENDER_MALE", "GENDER_UNLIMITED"] | None = None
    languages: list[str] | None = None
    operating_systems: list[Literal["ANDROID", "IOS"]] | None = None
    network_types: list[Literal["WIFI", "2G", "3G", "4G", "5G"]] | None = None
    interest_category_ids: list[Id] | None = None
    audience_ids: list[Id] | None = None
    excluded_audience_ids: list[Id] | None = None


class CreateAdGroup(AccountInput):
    """Input of `create_ad_group`. `pacing` is of the manual route only."""

    campaign_id: Id
    name: Name
    promotion_type: Literal["WEBSITE", "APP_ANDROID", "APP_IOS", "LEAD_GENERATION"] | None = None
    optimization_goal: Literal[
        "CLICK",
        "CONVERT",
        "INSTALL",
        "IN_APP_EVENT",
        "LEAD_GENERATION",
        "REACH",
        "TRAFFIC_LANDING_PAGE_VIEW",
        "VALUE",
        "VIDEO_VIEW",
    ]
    billing_event: Literal["CPC", "CPM", "CPV", "OCPM"]
    budget_mode: (
        Literal[
            "BUDGET_MODE_DAY",
            "BUDGET_MODE_DYNAMIC_DAILY_BUDGET",
            "BUDGET_MODE_INFINITE",
            "BUDGET_MODE_TOTAL",
        ]
        | None
    ) = None
    budget: Money | None = None
    schedule_start: Instant = Field(description="With a zone; sent to TikTok in UTC.")
    schedule_end: Instant | None = None
    pacing: Literal["PACING_MODE_SMOOTH", "PACING_MODE_FAST"] = "PACING_MODE_SMOOTH"
    targeting: Targeting = Targeting()
    bid_type: Literal["BID_TYPE_NO_BID", "BID_TYPE_CUSTOM"] | None = None
    bid_price: Money | None = None
    conversion_bid_price: Money | None = None
    pixel_id: Id | None = None
    optimization_event: str | None = Field(default=None, min_length=1, max_length=100)
    app_id: Id | None = None
    placement_type: Literal["PLACEMENT_TYPE_AUTOMATIC", "PLACEMENT_TYPE_NORMAL"] | None = None
    placements: (
        list[Literal["PLACEMENT_TIKTOK", "PLACEMENT_PANGLE", "PLACEMENT_GLOBAL_APP_BUNDLE"]] | None
    ) = None
    dayparting: str | None = Field(
        default=None, pattern=r"^[01]{336}$", description="48 half hours of each of 7 days."
    )
    comment_disabled: bool | None = None
    share_disabled: bool | None = None
    video_download_disabled: bool | None = None
    operation_status: Status | None = None

    @model_validator(mode="after")
    def _fits(self) -> "CreateAdGroup":
        if self.schedule_end and self.schedule_end <= self.schedule_start:
            raise ValueError("scheduleEnd must be after scheduleStart")
        if self.budget_mode == "BUDGET_MODE_TOTAL" and not self.schedule_end:
            raise ValueError("a budget in total needs a scheduleEnd")
        if (self.budget is None) != (self.budget_mode in (None, "BUDGET_MODE_INFINITE")):
            raise ValueError("give a budget with a budgetMode of a day or in total, and only then")
        return self


class Creative(ActionInput):
    """One video, image set or post of an ad. The media is in TikTok's library already."""

    ad_format: Literal["SINGLE_VIDEO", "SINGLE_IMAGE", "CAROUSEL_ADS", "CATALOG_CAROUSEL"]
    identity_type: Literal["AUTH_CODE", "BC_AUTH_TT", "CUSTOMIZED_USER", "TT_USER"]
    identity_id: str = Field(min_length=1, max_length=64)
    identity_authorized_bc_id: Id | None = None
    video_id: str | None = Field(default=None, min_length=1, max_length=64)
    image_ids: list[str] | None = Field(default=None, min_length=1, max_length=35)
    music_id: str | None = Field(default=None, min_length=1, max_length=64)
    tiktok_item_id: Id | None = Field(default=None, description="A post, for a Spark Ad.")
    aigc_disclosure_type: Literal["NOT_DECLARED", "SELF_DISCLOSURE"] | None = None

    @model_validator(mode="after")
    def _shows_something(self) -> "Creative":
        if not (self.video_id or self.image_ids or self.tiktok_item_id):
            raise ValueError("give a videoId, imageIds or a tiktokItemId")
        return self


class CreateAd(AccountInput):
    """Input of `create_ad`: one ad.

    The manual route makes it of one creative, one text and at most one call to action; smart_plus
    takes up to 31 creatives, 5 texts and 3 calls to action and finds out which do best.
    """

    adgroup_id: Id
    name: Name
    creatives: list[Creative] = Field(min_length=1, max_length=31)
    texts: list[Annotated[str, Field(min_length=1, max_length=100)]] = Field(
        default_factory=list, max_length=5
    )
    calls_to_action: list[
        Literal[
            "APPLY_NOW",
            "BOOK_NOW",
            "CONTACT_US",
            "DOWNLOAD_NOW",
            "GET_QUOTE",
            "INSTALL_NOW",
            "LEARN_MORE",
            "ORDER_NOW",
            "SHOP_NOW",
            "SIGN_UP",
            "SUBSCRIBE",
            "VIEW_NOW",
            "WATCH_NOW",
        ]
    ] = Field(default_factory=list, max_length=3)
    landing_page_url: PublicUrl | None = None
    click_tracking_url: PublicUrl | None = None
    impression_tracking_url: PublicUrl | None = None
    operation_status: Status | None = None


class AdjustBudget(AccountInput):
    """Input of `adjust_budget`: sets the budget of an ad group or a campaign to a value."""

    level: Literal["adgroup", "campaign"] = "adgroup"
    id: Id
    budget: Money


class TurnOffAd(AccountInput):
    """Input of `turn_off_ad`. `ids` are those of the level: ads, ad groups or campaigns."""

    level: Level = "ad"
    ids: list[Id] = Field(min_length=1, max_length=20)
    allow_partial_success: bool | None = Field(
        default=None, description="Manual ad groups only: turn off those that can be."
    )


class Filter(ActionInput):
    """One condition on a report's rows. `value` of IN and BETWEEN is a JSON list in a text."""

    field_name: str = Field(min_length=1, max_length=100)
    filter_type: Literal[
        "IN",
        "MATCH",
        "GREATER_EQUAL",
        "GREATER_THAN",
        "LOWER_EQUAL",
        "LOWER_THAN",
        "BETWEEN",
        "RANGE",
    ]
    filter_value: str = Field(max_length=5000)


class GetReport(AccountInput):
    """Input of `get_report`. `cursor` continues one."""

    report_type: Literal["BASIC", "AUDIENCE", "PLAYABLE_MATERIAL", "CATALOG", "BC", "TT_SHOP"] = (
        "BASIC"
    )
    service_type: Literal["AUCTION", "RESERVATION"] | None = None
    data_level: (
        Literal[
            "AUCTION_AD",
            "AUCTION_ADGROUP",
            "AUCTION_CAMPAIGN",
            "AUCTION_ADVERTISER",
            "RESERVATION_AD",
            "RESERVATION_ADGROUP",
            "RESERVATION_CAMPAIGN",
            "RESERVATION_ADVERTISER",
        ]
        | None
    ) = "AUCTION_CAMPAIGN"
    dimensions: list[str] = Field(default=["campaign_id", "stat_time_day"], max_length=6)
    metrics: list[str] = Field(
        default=["spend", "impressions", "clicks", "ctr", "cpc", "conversion"], max_length=100
    )
    start_date: date | None = None
    end_date: date | None = None
    query_lifetime: bool | None = None
    filtering: list[Filter] | None = Field(default=None, max_length=20)
    order_field: str | None = None
    order_type: Literal["ASC", "DESC"] | None = None
    enable_total_metrics: bool | None = None
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: str | None = Field(default=None, pattern=r"^[1-9][0-9]{0,5}$")

    @model_validator(mode="after")
    def _days_are_in_reach(self) -> "GetReport":
        if self.query_lifetime:
            return self
        if not self.start_date or not self.end_date:
            raise ValueError("give startDate and endDate, or queryLifetime")
        days = (self.end_date - self.start_date).days
        if days < 0:
            raise ValueError("endDate must not be before startDate")
        if "stat_time_hour" in self.dimensions and days >= MAX_DAYS_BY_HOUR:
            raise ValueError("a report by the hour is of one day")
        if "stat_time_day" in self.dimensions and days >= MAX_DAYS_BY_DAY:
            raise ValueError(f"a report by the day is of at most {MAX_DAYS_BY_DAY} days")
        return self


class CheckConnection(AccountInput):
    """Input of `test_connection`: nothing is needed."""
