"""What Reddit's actions take, with Reddit's own limits.

Fields and enums of ads are those of Reddit's own OpenAPI document of the Ads API v3; those of posts
are those of /api/submit. Money of ads is in micro-units of the ad account's currency: 5000000 is 5.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.spec import ActionInput
from hub.domain.model import Instant

AccountId = Annotated[
    str, Field(pattern=r"^(t2|a2)_[A-Za-z0-9]{1,40}$", description="Ad account: t2_… or a2_….")
]
Id = Annotated[str, Field(pattern=r"^[0-9]{1,25}$", description="Reddit's id: digits, as text.")]
Micros = Annotated[
    int,
    # Whoever means 50 and writes 50 means micro-units of nothing.
    Field(ge=1_000_000, description="Micro-units of the account's currency: 5000000 is 5."),
]
Subreddit = Annotated[
    str,
    Field(
        pattern=r"^(u_)?[A-Za-z0-9][A-Za-z0-9_-]{1,20}$",
        description="Name without r/; u_name posts to a profile.",
    ),
]

_BUDGET_FIELDS = (
    "goal_type",
    "goal_value_micros",
    "start_time",
    "end_time",
    "bid_strategy",
    "bid_type",
    "bid_value_micros",
    "optimization_goal",
    "view_through_conversion_type",
    "conversion_pixel_id",
)
_CBO_REQUIRED = (
    "goal_type",
    "goal_value_micros",
    "start_time",
    "bid_strategy",
    "bid_type",
    "conversion_pixel_id",
)


class AdsInput(ActionInput):
    """What every action of ads takes: the ad account, where not the connection's."""

    ad_account_id: AccountId | None = Field(
        default=None, description="Ad account; otherwise the connection's adAccountId."
    )


class CreateCampaign(AdsInput):
    """Input of `create_campaign`.

    The budget lives on the ad groups, unless the campaign has budget optimization (CBO) or is an
    AUTOMATED one (Reddit Max): only those take the fields of budget, bids and time.
    """

    name: str = Field(min_length=3, max_length=500)
    configured_status: Literal["ACTIVE", "PAUSED"] = "PAUSED"
    objective: Literal[
        "APP_INSTALLS",
        "BRAND_AWARENESS",
        "CATALOG_SALES",
        "CLICKS",
        "CONVERSIONS",
        "IMPRESSIONS",
        "LEAD_GENERATION",
        "SALES",
        "VIDEO_VIEWABLE_IMPRESSIONS",
    ]
    type: Literal["AUTOMATED"] | None = Field(default=None, description="A Reddit Max campaign.")
    funding_instrument_id: Id | None = None
    spend_cap_micros: Micros | None = None
    special_ad_categories: list[Literal["HOUSING_EMPLOYMENT_CREDIT", "NONE"]] | None = None
    invoice_label: str | None = Field(default=None, min_length=1, max_length=80)
    app_id: str | None = Field(default=None, min_length=1, max_length=200)
    use_catalog: bool | None = None
    is_campaign_budget_optimization: bool | None = None
    goal_type: Literal["DAILY_SPEND", "LIFETIME_SPEND"] | None = None
    goal_value_micros: Micros | None = None
    start_time: Instant | None = None
    end_time: Instant | None = None
    bid_strategy: Literal["BIDLESS", "MAXIMIZE_VOLUME", "TARGET_CPX"] | None = None
    bid_type: Literal["CPC", "CPM", "CPV6", "CPV15"] | None = None
    bid_value_micros: int | None = Field(default=None, gt=0)
    optimization_goal: (
        Literal[
            "ADD_TO_CART",
            "CLICKS",
            "LANDING_PAGE_VISIT",
            "LEAD",
            "MOBILE_CONVERSION_INSTALL",
            "PAGE_VISIT",
            "PURCHASE",
            "SIGN_UP",
            "VIDEO_VIEW_15S",
            "VIDEO_VIEW_6S",
        ]
        | None
    ) = None
    view_through_conversion_type: (
        Literal["SEVEN_DAY_CLICKS", "SEVEN_DAY_CLICKS_ONE_DAY_VIEW"] | None
    ) = None
    conversion_pixel_id: str | None = Field(default=None, pattern=r"^(t2|a2|p2)_[A-Za-z0-9]{1,40}$")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> "CreateCampaign":
        own_budget = self.is_campaign_budget_optimization or self.type
        given = [name for name in _BUDGET_FIELDS if getattr(self, name) is not None]
        if given and not own_budget:
            raise ValueError(
                f"{', '.join(given)}: only with isCampaignBudgetOptimization; without it the "
                "budget is the ad groups'"
            )
        missing = [name for name in _CBO_REQUIRED if getattr(self, name) is None]
        if self.is_campaign_budget_optimization and missing:
            raise ValueError(f"campaign budget optimization needs {', '.join(missing)}")
        if self.goal_type == "LIFETIME_SPEND" and self.end_time is None:
            raise ValueError("LIFETIME_SPEND needs an endTime")
        if self.start_time and self.end_time and self.end_time <= self.start_time:
            raise ValueError("endTime must be after startTime")
        return self

    @model_validator(mode="after")
    def _fits_its_objective(self) -> "CreateCampaign":
        if self.use_catalog and self.objective != "SALES":
            raise ValueError("useCatalog is for the objective SALES only")
        if self.type and self.objective not in ("APP_INSTALLS", "CLICKS", "CONVERSIONS"):
            raise ValueError("an AUTOMATED campaign is for APP_INSTALLS, CLICKS or CONVERSIONS")
        if self.type and (self.is_campaign_budget_optimization or self.use_catalog) is not None:
            raise ValueError(
                "an AUTOMATED campaign takes neither isCampaignBudgetOptimization nor useCatalog"
            )
        return self


class AdjustBudget(AdsInput):
    """Input of `adjust_budget`: sets the budget of an ad group, or of a CBO campaign, to a value.

    What the value is a budget of (a day or the lifetime) was settled at creation.
    """

    level: Literal["ad_group", "campaign"] = "ad_group"
    id: Id
    goal_value_micros: Micros


class ListCampaigns(AdsInput):
    """Input of `list_campaigns`. `cursor` continues a list."""

    ids: list[Id] | None = Field(default=None, min_length=1, max_length=200)
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: PublicUrl | None = None


class GetReport(AdsInput):
    """Input of `get_report`. Times are whole hours. `cursor` continues a report of the same input.

    Fields are Reddit's metric names in upper case. From 2026-12-08 Reddit refuses HOUR for more
    than 7 days, and more than one of KEYWORD, COMMUNITY, INTEREST and LANGUAGE.
    """

    starts_at: Instant
    ends_at: Instant
    fields: list[Annotated[str, Field(pattern=r"^[A-Z0-9_]{2,100}$")]] = Field(
        default=["IMPRESSIONS", "CLICKS", "SPEND", "CTR", "CPC", "ECPM"],
        min_length=1,
        max_length=400,
    )
    breakdowns: (
        list[
            Literal[
                "AD_ACCOUNT_ID",
                "AD_GROUP_ID",
                "AD_ID",
                "ASSET_ID",
                "CAMPAIGN_ID",
                "CAROUSEL_CARD",
                "COMMUNITY",
                "COUNTRY",
                "DATE",
                "DMA",
                "GALLERY_ITEM_ID",
                "GENDER",
                "HOUR",
                "INTEREST",
                "KEYWORD",
                "LANGUAGE",
                "METRO",
                "OS_TYPE",
                "PLACEMENT",
                "REGION",
            ]
        ]
        | None
    ) = Field(default=None, max_length=4)
    filter: str | None = Field(
        default=None, min_length=1, max_length=2000, description="As campaign:id==123."
    )
    time_zone_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_+/-]{2,50}$")
    limit: int = Field(default=100, ge=1, le=1000)
    cursor: PublicUrl | None = None

    @model_validator(mode="after")
    def _is_one_that_reddit_makes(self) -> "GetReport":
        for moment in (self.starts_at, self.ends_at):
            if moment.minute or moment.second or moment.microsecond:
                raise ValueError("startsAt and endsAt must be whole hours")
        if self.ends_at <= self.starts_at:
            raise ValueError("endsAt must be after startsAt")
        by = set(self.breakdowns or ())
        if len(by) == 4 and not {"COUNTRY", "REGION"} <= by:
            raise ValueError("three breakdowns at most, four with COUNTRY and REGION")
        return self


class SubmitPost(ActionInput):
    """Input of `submit_post`: a text post, or a link post if `url` is given."""

    subreddit: Subreddit
    title: str = Field(min_length=1, max_length=300)
    text: str | None = Field(default=None, max_length=40_000, description="Markdown.")
    url: PublicUrl | None = None
    flair_id: str | None = Field(default=None, pattern=r"^[0-9a-fA-F-]{36}$")
    flair_text: str | None = Field(default=None, min_length=1, max_length=64)
    nsfw: bool = False
    spoiler: bool = False
    sendreplies: bool = Field(default=True, description="Send replies to the account's inbox.")
    resubmit: bool = Field(
        default=False, description="Post a link though the subreddit has it already."
    )

    @model_validator(mode="after")
    def _says_something(self) -> "SubmitPost":
        if not self.title.strip():
            raise ValueError("the title must not be blank")
        if self.flair_text and not self.flair_id:
            raise ValueError("flairText needs a flairId")
        return self


class SubmitComment(ActionInput):
    """Input of `submit_comment`: on a post (t3_…) or under a comment (t1_…)."""

    parent_id: str = Field(pattern=r"^t[13]_[a-z0-9]{1,13}$")
    text: str = Field(min_length=1, max_length=10_000, description="Markdown.")

    @model_validator(mode="after")
    def _says_something(self) -> "SubmitComment":
        if not self.text.strip():
            raise ValueError("the text must not be blank")
        return self


class CheckConnection(AdsInput):
    """Input of `test_connection`: which API to ask; ads where there is an ad account."""

    api: Literal["ads", "organic"] | None = None
