"""What Facebook's actions take, with Meta's own limits.

https://developers.facebook.com/docs/marketing-api/reference/ad-account/campaigns,
https://developers.facebook.com/docs/pages-api/posts, read 2026-11.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.media import Media
from hub.connector_kit.spec import ActionInput

Id = Annotated[str, Field(pattern=r"^\d{1,25}$", description="An id: digits only.")]
PostId = Annotated[
    str, Field(pattern=r"^\d{1,25}_\d{1,25}$", description="Page id, underscore, post id.")
]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_:]{1,63}$")]
Minor = Annotated[
    int,
    Field(ge=1, le=10**12, description="In the account currency's smallest unit, like cents."),
]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="Two letters, like DE.")]
Objective = Literal[
    "OUTCOME_APP_PROMOTION",
    "OUTCOME_AWARENESS",
    "OUTCOME_ENGAGEMENT",
    "OUTCOME_LEADS",
    "OUTCOME_SALES",
    "OUTCOME_TRAFFIC",
]
SpecialCategory = Literal[
    "CREDIT",
    "EMPLOYMENT",
    "FINANCIAL_PRODUCTS_SERVICES",
    "HOUSING",
    "ISSUES_ELECTIONS_POLITICS",
    "ONLINE_GAMBLING_AND_GAMING",
]
BidStrategy = Literal[
    "COST_CAP",
    "LOWEST_COST_WITHOUT_CAP",
    "LOWEST_COST_WITH_BID_CAP",
    "LOWEST_COST_WITH_MIN_ROAS",
]
Button = Literal[
    "APPLY_NOW",
    "BOOK_NOW",
    "BUY_NOW",
    "CONTACT_US",
    "DONATE_NOW",
    "DOWNLOAD",
    "GET_OFFER",
    "GET_QUOTE",
    "LEARN_MORE",
    "ORDER_NOW",
    "SHOP_NOW",
    "SIGN_UP",
    "SUBSCRIBE",
    "WATCH_MORE",
]
DatePreset = Literal[
    "today",
    "yesterday",
    "last_3d",
    "last_7d",
    "last_14d",
    "last_28d",
    "last_30d",
    "last_90d",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "maximum",
]


class CreateCampaign(ActionInput):
    """Input of `create_campaign`. Without a budget here, the ad sets have their own.

    With `validateOnly` Meta checks it and creates nothing.
    """

    name: str = Field(min_length=1, max_length=400)
    objective: Objective
    status: Literal["PAUSED", "ACTIVE"] = "PAUSED"
    special_ad_categories: list[SpecialCategory] = Field(
        default=[], max_length=6, description="Empty if the ads belong to none."
    )
    special_ad_category_country: list[Country] | None = Field(default=None, min_length=1)
    daily_budget: Minor | None = None
    lifetime_budget: Minor | None = None
    bid_strategy: BidStrategy | None = None
    spend_cap: Minor | None = None
    start_time: AwareDatetime | None = None
    stop_time: AwareDatetime | None = None
    share_adset_budgets: bool = Field(
        default=False,
        description="Let ad sets with budgets of their own share up to 20 % of them.",
    )
    validate_only: bool = False

    @model_validator(mode="after")
    def _fits(self) -> "CreateCampaign":
        if self.daily_budget and self.lifetime_budget:
            raise ValueError("give either dailyBudget or lifetimeBudget")
        budget = self.daily_budget or self.lifetime_budget
        if self.lifetime_budget and not self.stop_time:
            raise ValueError("a lifetimeBudget needs a stopTime")
        if self.bid_strategy and not budget:
            raise ValueError("bidStrategy goes with a budget of the campaign")
        if self.share_adset_budgets and budget:
            raise ValueError("shareAdsetBudgets is for campaigns without a budget")
        if self.start_time and self.stop_time and self.start_time >= self.stop_time:
            raise ValueError("startTime must be before stopTime")
        return self


class PauseAdSet(ActionInput):
    """Input of `pause_ad_set`."""

    ad_set_id: Id


class LinkAd(ActionInput):
    """An ad that leads to a page of yours, with an image."""

    link: PublicUrl
    message: str | None = Field(default=None, min_length=1, max_length=5000)
    headline: str | None = Field(default=None, min_length=1, max_length=255)
    description: str | None = Field(default=None, min_length=1, max_length=255)
    display_link: str | None = Field(default=None, min_length=1, max_length=255)
    image: Media | None = None
    image_hash: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{32}$", description="Of an image in the ad account."
    )
    button: Button | None = None

    @model_validator(mode="after")
    def _one_image(self) -> "LinkAd":
        if self.image and self.image_hash:
            raise ValueError("give either image or imageHash")
        return self


class VideoAd(ActionInput):
    """An ad with a video of the ad account. Meta wants a thumbnail."""

    video_id: Id
    thumbnail: Media | None = None
    image_hash: str | None = Field(default=None, pattern=r"^[0-9a-f]{32}$")
    message: str | None = Field(default=None, min_length=1, max_length=5000)
    title: str | None = Field(default=None, min_length=1, max_length=255)
    link_description: str | None = Field(default=None, min_length=1, max_length=255)
    link: PublicUrl | None = Field(default=None, description="Where the button leads.")
    button: Button | None = None

    @model_validator(mode="after")
    def _fits(self) -> "VideoAd":
        if (self.thumbnail is None) == (self.image_hash is None):
            raise ValueError("give either thumbnail or imageHash")
        if (self.link is None) != (self.button is None):
            raise ValueError("give both link and button, or none of them")
        return self


class UpdateCreative(ActionInput):
    """Input of `update_creative`: what the ad shall show from now on.

    A creative's content cannot be changed; a new one is made and the ad is pointed to it.
    """

    ad_id: Id
    name: str | None = Field(default=None, min_length=1, max_length=70)
    link_ad: LinkAd | None = None
    video_ad: VideoAd | None = None
    post_id: PostId | None = Field(default=None, description="Show a post of the Page.")
    instagram_user_id: Id | None = Field(
        default=None, description="Show it on Instagram as this account."
    )
    url_tags: str | None = Field(
        default=None, min_length=1, max_length=1024, description="Like utm_source=facebook."
    )

    @model_validator(mode="after")
    def _one_content(self) -> "UpdateCreative":
        if sum(what is not None for what in (self.link_ad, self.video_ad, self.post_id)) != 1:
            raise ValueError("give one of linkAd, videoAd and postId")
        return self


class Photo(ActionInput):
    """A photo of a post."""

    media: Media
    alt_text: str | None = Field(default=None, min_length=1, max_length=1000)


class Video(ActionInput):
    """The video of a post."""

    media: Media
    title: str | None = Field(default=None, min_length=1, max_length=255)


class Post(ActionInput):
    """What creating and scheduling a post have in common.

    A `message`, with a `link`, with `photos` or with a `video`.
    """

    message: str | None = Field(default=None, min_length=1, max_length=63_206)
    link: PublicUrl | None = None
    photos: list[Photo] | None = Field(default=None, min_length=1, max_length=10)
    video: Video | None = None
    countries: list[Country] | None = Field(
        default=None, min_length=1, max_length=25, description="Show it in these countries only."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> "Post":
        attached = (self.link, self.photos, self.video)
        if sum(what is not None for what in attached) > 1:
            raise ValueError("give at most one of link, photos and video")
        if self.message is None and all(what is None for what in attached):
            raise ValueError("give a message, a link, photos or a video")
        return self


class CreatePost(Post):
    """Input of `create_post`."""


class SchedulePost(Post):
    """Input of `schedule_post`: from 10 minutes to about 30 days ahead."""

    publish_at: AwareDatetime


class Filter(ActionInput):
    """One condition on the objects that insights are of."""

    field: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{1,63}$")]
    operator: Literal[
        "EQUAL",
        "NOT_EQUAL",
        "GREATER_THAN",
        "GREATER_THAN_OR_EQUAL",
        "LESS_THAN",
        "LESS_THAN_OR_EQUAL",
        "IN_RANGE",
        "NOT_IN_RANGE",
        "CONTAIN",
        "NOT_CONTAIN",
        "IN",
        "NOT_IN",
    ]
    value: str | int | float | list[str | int | float]


class GetInsights(ActionInput):
    """Input of `get_insights`: `of` the ad account, the Page, or a post.

    Ads have `fields`, with level, breakdowns, filters and pages; Pages and posts have `metrics`.
    """

    of: Literal["ad_account", "page", "post"]
    post_id: PostId | None = None
    fields: list[Name] | None = Field(default=None, min_length=1, max_length=50)
    level: Literal["account", "campaign", "adset", "ad"] | None = None
    breakdowns: list[Name] | None = Field(default=None, min_length=1, max_length=4)
    time_increment: Annotated[int, Field(ge=1, le=90)] | Literal["monthly", "all_days"] | None = (
        None
    )
    filters: list[Filter] | None = Field(default=None, min_length=1, max_length=20)
    limit: int | None = Field(default=None, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)
    metrics: list[Name] | None = Field(default=None, min_length=1, max_length=20)
    period: Literal["day", "week", "days_28", "lifetime", "total_over_range"] | None = None
    date_preset: DatePreset | None = None
    since: date | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _fits(self) -> "GetInsights":
        shown = (self.fields, self.level, self.breakdowns, self.time_increment, self.filters)
        of_ads = (*shown, self.limit, self.cursor)
        of_pages = (self.metrics, self.period)
        ads = self.of == "ad_account"
        if any(field is not None for field in (of_pages if ads else of_ads)):
            wrong = "metrics and period" if ads else "fields, level, breakdowns, filters and pages"
            raise ValueError(f"insights of the {self.of} have no {wrong}")
        if not (self.fields if ads else self.metrics):
            raise ValueError(f"name the {'fields' if ads else 'metrics'}")
        if (self.post_id is not None) != (self.of == "post"):
            raise ValueError("give postId with of: post, and only then")
        return self._with_dates()

    def _with_dates(self) -> "GetInsights":
        if (self.since is None) != (self.until is None):
            raise ValueError("give both since and until, or none of them")
        if self.since and self.date_preset:
            raise ValueError("give either datePreset or since and until")
        if self.since and self.until and self.since > self.until:
            raise ValueError("since must not be after until")
        return self
