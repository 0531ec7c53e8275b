"""What LinkedIn's actions take, with the limits of its documentation."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hub.connector_kit.fence import PublicUrl
from hub.connector_kit.media import Media
from hub.connector_kit.spec import ActionInput
from hub.domain.model import Instant, Json

MAX_TEXT = 3000
"""Letters of a post as its readers see it, before LinkedIn's escapes."""

STATISTICS_KEPT = timedelta(days=366)

Author = Annotated[
    str,
    Field(
        pattern=r"^urn:li:(person|organization):[A-Za-z0-9_-]{1,64}$",
        description="Who publishes. Without it the connection's author, else the member.",
    ),
]
ImageUrn = Annotated[
    str, Field(pattern=r"^urn:li:image:[A-Za-z0-9_-]{1,128}$", description="Of an upload.")
]
PostUrn = Annotated[str, Field(pattern=r"^urn:li:(share|ugcPost):\d{1,20}$")]
OrganizationUrn = Annotated[str, Field(pattern=r"^urn:li:organization:\d{1,20}$")]
Number = Annotated[str, Field(pattern=r"^\d{1,20}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217, like EUR.")]


class PostImage(ActionInput):
    """An image of a post: `media` to upload with it, or the `id` that `upload_image` gave."""

    media: Media | None = Field(
        default=None, description="A JPEG, PNG or GIF; it is uploaded, then the post is published."
    )
    id: ImageUrn | None = None
    alt_text: str | None = Field(default=None, min_length=1, max_length=4086)
    title: str | None = Field(
        default=None, min_length=1, max_length=400, description="Only of a single image."
    )

    @model_validator(mode="after")
    def _one_source(self) -> "PostImage":
        if (self.media is None) == (self.id is None):
            raise ValueError("give either media or id")
        return self


class PostVideo(ActionInput):
    """The video of a post; it is uploaded, then the post is published."""

    media: Media = Field(description="An MP4 of 3 seconds to 30 minutes, 75 KB to 500 MB.")
    title: str | None = Field(default=None, min_length=1, max_length=400)


class Article(ActionInput):
    """A link shown as a card. LinkedIn reads nothing from the page itself."""

    source: PublicUrl
    title: str = Field(min_length=1, max_length=400)
    description: str | None = Field(default=None, min_length=1, max_length=4086)
    thumbnail: ImageUrn | None = None
    thumbnail_alt_text: str | None = Field(default=None, min_length=1, max_length=4086)

    @model_validator(mode="after")
    def _alt_of_something(self) -> "Article":
        if self.thumbnail_alt_text and not self.thumbnail:
            raise ValueError("thumbnailAltText describes a thumbnail: give one")
        return self


class PublishPost(ActionInput):
    """Input of `publish_post`: a text, or images, a video, an article or a repost, or both."""

    text: str = Field(
        default="",
        max_length=MAX_TEXT,
        description="Plain text; #words become hashtags, @[Name](urn:li:organization:1) a mention.",
    )
    author: Author | None = None
    visibility: Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN"] = "PUBLIC"
    images: list[PostImage] | None = Field(default=None, min_length=1, max_length=20)
    video: PostVideo | None = None
    article: Article | None = None
    reshare_of: PostUrn | None = Field(default=None, description="A post to share again.")
    reshare_disabled: bool = Field(default=False, description="Others cannot share it again.")

    @model_validator(mode="after")
    def _fits_together(self) -> "PublishPost":
        attached = [self.images, self.video, self.article, self.reshare_of]
        if sum(part is not None for part in attached) > 1:
            raise ValueError("give only one of images, video, article and reshareOf")
        if not self.text.strip() and not any(attached):
            raise ValueError("give a text, images, a video, an article or reshareOf")
        if self.images and len(self.images) > 1 and any(image.title for image in self.images):
            raise ValueError("only a single image can have a title")
        return self

    @property
    def own_media(self) -> list[Media]:
        """The media to upload with the post."""
        images = [image.media for image in self.images or () if image.media]
        return [*images, self.video.media] if self.video else images


class SchedulePost(PublishPost):
    """Input of `schedule_post`: a post, and when to publish it: within a year."""

    publish_at: Instant


class CancelScheduled(ActionInput):
    """Input of `cancel_scheduled`: the id that `schedule_post` answered."""

    scheduled_id: str = Field(pattern=r"^[0-9A-Za-z_.-]{1,100}$")


class UploadImage(ActionInput):
    """Input of `upload_image`: a JPEG, PNG or GIF for posts of `owner`."""

    media: Media
    owner: Author | None = None


class Money(ActionInput):
    """An amount in the currency of the ad account."""

    amount: str = Field(pattern=r"^\d{1,12}(\.\d{1,2})?$", description="Like 12.50.")
    currency_code: Currency


class Locale(ActionInput):
    """Language and country of a campaign, a pair that LinkedIn supports."""

    country: str = Field(pattern=r"^[A-Z]{2}$")
    language: str = Field(pattern=r"^[a-z]{2}$")


class CreateAdCampaign(ActionInput):
    """Input of `create_ad_campaign`. A campaign begins paused if `status` is left out."""

    name: str = Field(min_length=1, max_length=255)
    campaign_group_id: Number
    account_id: Number | None = Field(
        default=None, description="Ad account; without it the connection's adAccountId."
    )
    type: Literal["TEXT_AD", "SPONSORED_UPDATES", "SPONSORED_INMAILS", "DYNAMIC"]
    cost_type: Literal["CPM", "CPC", "CPV"]
    unit_cost: Money = Field(description="Bid, target or cap, by the bidding strategy.")
    daily_budget: Money | None = None
    total_budget: Money | None = None
    locale: Locale
    targeting_criteria: dict[str, Json] = Field(
        min_length=1, description="include, with and/or of facets, and exclude, as LinkedIn has it."
    )
    political_intent: Literal["POLITICAL", "NOT_POLITICAL", "NOT_DECLARED"] = Field(
        description="The advertiser's own declaration; for the EU it must be made."
    )
    status: Literal["ACTIVE", "PAUSED", "DRAFT"] = "PAUSED"
    offsite_delivery_enabled: bool = Field(
        default=False, description="Also outside LinkedIn, in its audience network."
    )
    audience_expansion_enabled: bool = False
    start_at: Instant | None = None
    end_at: Instant | None = None
    objective_type: (
        Literal[
            "BRAND_AWARENESS",
            "ENGAGEMENT",
            "JOB_APPLICANTS",
            "LEAD_GENERATION",
            "WEBSITE_CONVERSIONS",
            "WEBSITE_VISITS",
            "VIDEO_VIEWS",
        ]
        | None
    ) = None
    format: str | None = Field(
        default=None, pattern=r"^[A-Z_]{3,64}$", description="Like STANDARD_UPDATE or CAROUSEL."
    )
    associated_entity: Author | None = Field(
        default=None, description="Who is advertised; needed for sponsored content."
    )
    creative_selection: Literal["ROUND_ROBIN", "OPTIMIZED"] | None = None
    optimization_target_type: str | None = Field(default=None, pattern=r"^[A-Z_]{3,64}$")
    pacing_strategy: Literal["LIFETIME", "ACCELERATED"] | None = None
    connected_television_only: bool | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> "CreateAdCampaign":
        if not self.daily_budget and not self.total_budget:
            raise ValueError("give dailyBudget or totalBudget")
        amounts = [self.unit_cost, self.daily_budget, self.total_budget]
        if len({money.currency_code for money in amounts if money}) > 1:
            raise ValueError("all amounts are in the ad account's one currency")
        if self.end_at and not self.start_at:
            raise ValueError("endAt needs a startAt")
        if self.start_at and self.end_at and self.start_at >= self.end_at:
            raise ValueError("endAt must be after startAt")
        if self.connected_television_only and not self.offsite_delivery_enabled:
            raise ValueError("connectedTelevisionOnly needs offsiteDeliveryEnabled")
        return self


class GetShareStatistics(ActionInput):
    """Input of `get_share_statistics`: of a page over its life, over a time, or of its posts."""

    organization: OrganizationUrn | None = Field(
        default=None, description="The page; without it the connection's author."
    )
    posts: list[PostUrn] | None = Field(default=None, min_length=1, max_length=20)
    start_time: Instant | None = None
    end_time: Instant | None = None
    granularity: Literal["DAY", "MONTH"] = "DAY"

    @model_validator(mode="after")
    def _one_question(self) -> "GetShareStatistics":
        if (self.start_time is None) != (self.end_time is None):
            raise ValueError("give both startTime and endTime")
        if self.start_time and self.end_time:
            if self.posts:
                raise ValueError("LinkedIn has no statistics of posts over a time: leave out posts")
            if self.start_time >= self.end_time:
                raise ValueError("endTime must be after startTime")
            if self.end_time - self.start_time > STATISTICS_KEPT:
                raise ValueError("LinkedIn has the statistics of the last 12 months only")
        return self
