"""Instagram as data: what it can do, what it takes, and its limits.

Limits: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
and …/insights, https://developers.facebook.com/docs/instagram-platform/content-publishing, read
2026-11.
"""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from hub.connector_kit.media import Media
from hub.connector_kit.meta import API_VERSION
from hub.connector_kit.meta_oauth import META_CLIENT_ID, META_OAUTH
from hub.connector_kit.spec import (
    Action,
    ActionInput,
    Auth,
    AuthType,
    ConnectorSpec,
    Credential,
    NoInput,
    Setting,
    Webhook,
)
from hub.domain.outcome import Effect

FACEBOOK_LOGIN = "https://graph.facebook.com"
INSTAGRAM_LOGIN = "https://graph.instagram.com"
HOSTS = (FACEBOOK_LOGIN, INSTAGRAM_LOGIN)
"""Where Instagram's API is, by the login that gave the token. Tokens are good for one of them."""

MAX_DM_BYTES = 1000


def _caption(text: str) -> str:
    if len(re.findall(r"#\w+", text)) > 30:
        raise ValueError("Instagram takes at most 30 hashtags in a caption")
    if len(re.findall(r"(?<!\w)@\w+", text)) > 20:
        raise ValueError("Instagram takes at most 20 @mentions in a caption")
    return text


Id = Annotated[str, Field(pattern=r"^\d{1,25}$", description="An id: digits only.")]
Username = Annotated[str, Field(pattern=r"^[A-Za-z0-9._]{1,30}$", description="Without @.")]
AltText = Annotated[str, Field(min_length=1, max_length=1000)]
Caption = Annotated[str, Field(max_length=2200), AfterValidator(_caption)]
Metric = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9_]{1,63}$", description="Like reach, views, total_interactions."),
]


class UserTag(ActionInput):
    """An account tagged in media. `x` and `y` are shares of width and height from the top left."""

    username: Username
    x: float | None = Field(default=None, ge=0, le=1)
    y: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _both(self) -> "UserTag":
        if (self.x is None) != (self.y is None):
            raise ValueError("give both x and y, or none of them")
        return self


class ProductTag(ActionInput):
    """A product of the account's shop, tagged in media."""

    product_id: Id
    x: float | None = Field(default=None, ge=0, le=1)
    y: float | None = Field(default=None, ge=0, le=1)


class Slide(ActionInput):
    """One image or video of a carousel."""

    image: Media | None = None
    video: Media | None = None
    alt_text: AltText | None = Field(default=None, description="Images only.")
    user_tags: list[UserTag] | None = Field(default=None, min_length=1, max_length=20)
    product_tags: list[ProductTag] | None = Field(default=None, min_length=1, max_length=5)

    @model_validator(mode="after")
    def _fits(self) -> "Slide":
        if (self.image is None) == (self.video is None):
            raise ValueError("a slide is either an image or a video")
        if self.video and (self.alt_text or self.user_tags or self.product_tags):
            raise ValueError("altText, userTags and productTags are for images")
        _placed(self.user_tags)
        return self


def _placed(tags: list[UserTag] | None) -> None:
    if any(tag.x is None for tag in tags or ()):
        raise ValueError("an account tagged in an image needs x and y")


class PublishPost(ActionInput):
    """Input of `publish_post`: an `image`, a `reel`, or a `carousel` of 2 to 10 slides.

    There is no single feed video any more: Instagram makes it a reel.
    """

    image: Media | None = None
    reel: Media | None = None
    carousel: list[Slide] | None = Field(default=None, min_length=2, max_length=10)
    caption: Caption | None = None
    alt_text: AltText | None = Field(default=None, description="Images only.")
    collaborators: list[Username] | None = Field(default=None, min_length=1, max_length=3)
    user_tags: list[UserTag] | None = Field(default=None, min_length=1, max_length=20)
    product_tags: list[ProductTag] | None = Field(default=None, min_length=1, max_length=5)
    location_id: Id | None = Field(default=None, description="Id of a Page that has a location.")
    share_to_feed: bool | None = Field(default=None, description="Reels: show in the feed, too.")
    cover: Media | None = Field(default=None, description="Reels: the cover image.")
    thumb_offset: int | None = Field(
        default=None, ge=0, description="Reels: milliseconds to the frame that is the cover."
    )
    audio_name: str | None = Field(default=None, min_length=1, max_length=100)
    trial: Literal["MANUAL", "SS_PERFORMANCE"] | None = Field(
        default=None,
        description="Reels: show to non-followers first; shared with all by hand or if it does "
        "well.",
    )
    is_ai_generated: bool | None = None
    is_paid_partnership: bool | None = None

    @model_validator(mode="after")
    def _fits(self) -> "PublishPost":
        if sum(what is not None for what in (self.image, self.reel, self.carousel)) != 1:
            raise ValueError("give one of image, reel and carousel")
        of_reels = (self.share_to_feed, self.cover, self.thumb_offset, self.audio_name, self.trial)
        if self.reel is None and any(field is not None for field in of_reels):
            raise ValueError(
                "shareToFeed, cover, thumbOffset, audioName and trial are fields of reels"
            )
        if self.image is None and self.alt_text:
            raise ValueError("altText is for images; slides of a carousel have their own")
        if self.carousel and (self.user_tags or self.product_tags):
            raise ValueError("tag accounts and products in the slides of a carousel")
        if self.image:
            _placed(self.user_tags)
        if self.reel and any(tag.x is not None for tag in self.user_tags or ()):
            raise ValueError("x and y are for images, not reels")
        return self


class PublishStory(ActionInput):
    """Input of `publish_story`: an `image` or a `video`. Stories have no caption."""

    image: Media | None = None
    video: Media | None = None
    user_tags: list[UserTag] | None = Field(default=None, min_length=1, max_length=20)

    @model_validator(mode="after")
    def _one(self) -> "PublishStory":
        if (self.image is None) == (self.video is None):
            raise ValueError("give either an image or a video")
        return self


class RespondDm(ActionInput):
    """Input of `respond_dm`. Only to who wrote to the account within the last 24 hours.

    With `humanAgent` within 7 days, and only if a person wrote the answer: the app needs Meta's
    approval of the feature.
    """

    recipient_id: Id = Field(description="The Instagram-scoped id of who wrote.")
    text: str = Field(min_length=1, max_length=MAX_DM_BYTES)
    reply_to: str | None = Field(
        default=None, min_length=1, max_length=400, description="Id of the message to reply to."
    )
    human_agent: bool = False

    @model_validator(mode="after")
    def _short(self) -> "RespondDm":
        size = len(self.text.encode())
        if size > MAX_DM_BYTES:
            raise ValueError(f"text is {size} bytes; Instagram takes {MAX_DM_BYTES}")
        return self


class GetInsights(ActionInput):
    """Input of `get_insights`: of the account, or of one of its media with `mediaId`."""

    media_id: Id | None = None
    metrics: list[Metric] = Field(min_length=1, max_length=20)
    period: Literal["day", "week", "days_28", "month", "lifetime", "total_over_range"] | None = None
    metric_type: Literal["time_series", "total_value"] | None = None
    breakdown: list[Metric] | None = Field(default=None, min_length=1, max_length=4)
    timeframe: (
        Literal[
            "last_14_days", "last_30_days", "last_90_days", "prev_month", "this_month", "this_week"
        ]
        | None
    ) = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _fits(self) -> "GetInsights":
        if "impressions" in self.metrics:
            raise ValueError("Instagram has no metric impressions any more; use views")
        of_account = (self.metric_type, self.timeframe, self.since, self.until)
        if self.media_id and any(field is not None for field in of_account):
            raise ValueError("metricType, timeframe, since and until are for the account")
        if not self.media_id and self.period is None:
            raise ValueError("insights of the account need a period")
        if self.since and self.until and self.since >= self.until:
            raise ValueError("since must be before until")
        return self


_PUBLISHED = {
    "mediaId": "id of the published media; null if Instagram does not show which it is",
    "containerId": "id of the container it was published from",
    "permalink": "its address, or null",
}

SPEC = ConnectorSpec(
    kind="instagram",
    display_name="Instagram",
    description="Publish posts, reels, carousels and stories, answer messages, read insights.",
    category="social",
    base_url=FACEBOOK_LOGIN,
    auth=Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential("accessToken", "Access token of the login; good for about 60 days."),
            Credential(
                "appSecret",
                "The app's secret: proves that calls are the app's, and signs its webhooks.",
                required=False,
            ),
            Credential("verifyToken", "The token you chose for webhooks.", required=False),
            META_CLIENT_ID,
        ),
        scopes=(
            "instagram_basic",
            "instagram_content_publish",
            "instagram_manage_insights",
            "instagram_manage_messages",
            "pages_read_engagement",
            "pages_show_list",
        ),
        oauth=META_OAUTH,
    ),
    actions=(
        Action(
            id="publish_post",
            name="Publish a post",
            description="Publishes an image, a reel or a carousel. Meta fetches the media, so this "
            "takes seconds to minutes.",
            input=PublishPost,
            effect=Effect.WRITE,
            output=_PUBLISHED,
        ),
        Action(
            id="publish_story",
            name="Publish a story",
            description="Publishes an image or a video that is shown for 24 hours.",
            input=PublishStory,
            effect=Effect.WRITE,
            output=_PUBLISHED,
        ),
        Action(
            id="respond_dm",
            name="Answer a direct message",
            description="Sends a text to somebody who wrote to the account.",
            input=RespondDm,
            effect=Effect.WRITE,
            output={"messageId": "id of the message", "recipientId": "whom it went to"},
        ),
        Action(
            id="get_insights",
            name="Read insights",
            description="Figures of the account, or of one of its posts, reels or stories.",
            input=GetInsights,
            effect=Effect.READ,
            output={"metrics": "name, title, period, values (value, endTime), totalValue"},
        ),
        Action(
            id="quota",
            name="Read the publishing quota",
            description="How many posts the account has published through the API, and may.",
            input=NoInput,
            effect=Effect.READ,
            output={
                "used": "posts published within the window",
                "total": "posts allowed within it",
                "left": "posts that may still be published",
                "windowSeconds": "length of the window, which moves along",
            },
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Reads the account's name; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"id": "the account's id", "username": "its name", "mediaCount": "its posts"},
        ),
    ),
    settings=(
        Setting("igUserId", "Id of the Instagram professional account, like 17841400000000000."),
        Setting("apiVersion", "Version of the Graph API.", API_VERSION),
        Setting(
            "baseUrl",
            f"{FACEBOOK_LOGIN} for tokens of Facebook Login, {INSTAGRAM_LOGIN} for those of "
            "Instagram Login.",
            FACEBOOK_LOGIN,
        ),
    ),
    limits="Posts a day: what the action quota says (50 to 100); 400 containers a day; calls a "
    "day: 4,800 times the account's impressions; carousels 2 to 10; captions 2,200 characters.",
    reference="https://developers.facebook.com/docs/instagram-platform",
    contract="Parameter tables of Meta's own SDK (facebook_business 26, Graph API v26.0)",
    webhook=Webhook("HMAC-SHA256 of the body with the app secret", "X-Hub-Signature-256"),
)
