"""What the social agent takes and gives."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from agents.social.publishing import Media, Publication, SocialPlatform, check_publications
from hub.agent_kit.deliveries import WithDeliveries
from hub.agent_kit.grounding import Citation, WithGrounding
from hub.agent_kit.platforms import fits, limits
from hub.agent_kit.spec import Call, IntentModel
from hub.connector_kit.fence import PublicUrl

Tone = Literal["neutral", "friendly", "professional", "playful", "bold"]
Keyword = Annotated[str, Field(min_length=1, max_length=80)]
Link = Annotated[PublicUrl, Field(max_length=500, description="Public https page to lead to.")]
CallToAction = Annotated[
    str, Field(min_length=2, max_length=120, description="What readers shall do, in your words.")
]
Platforms = Annotated[tuple[SocialPlatform, ...], Field(min_length=1, max_length=8)]


def _unlike(platforms: tuple[SocialPlatform, ...]) -> tuple[SocialPlatform, ...]:
    if len(set(platforms)) < len(platforms):
        raise ValueError("name each platform once")
    return platforms


class GeneratePostInput(WithGrounding, WithDeliveries, Media):
    """Input of `generate-post`.

    In texts of `deliver`, `{{text}}` is the first post, and `{{x}}`, `{{linkedin}}`, … those of the
    platforms. Steps of `publish` and of `deliver` do not wait for each other; without `publish`,
    those of `deliver` are done in order.
    """

    topic: str = Field(min_length=3, max_length=4000, description="Topic or brief of the post.")
    platforms: Platforms
    tone: Tone = "neutral"
    audience: str | None = Field(default=None, max_length=200, description="Who shall read it.")
    keywords: tuple[Keyword, ...] = Field(default=(), max_length=20)
    link: Link | None = None
    call_to_action: CallToAction | None = None
    hashtags: bool = Field(default=True, description="Whether to add hashtags where they help.")
    publish: tuple[Publication, ...] = Field(
        default=(), max_length=8, description="Where to publish, at once or at a time."
    )

    _once = field_validator("platforms")(_unlike)

    @model_validator(mode="after")
    def _fits_together(self) -> "GeneratePostInput":
        self.check_sources()
        needing = [p for p in self.platforms if limits(p).media == "needed"]
        if needing and not self.has_media:
            raise ValueError(
                f"mediaUrl: give it or objectKey, because {needing[0]} posts nothing without "
                f"media; or leave {needing[0]} out of platforms"
            )
        check_publications(self.publish, self.platforms, self)
        return self

    def allowed_calls(self) -> frozenset[Call]:
        """The calls of `publish` and of `deliver`; a plan may make no other."""
        return super().allowed_calls() | {place.call(self) for place in self.publish}


class WrittenPost(IntentModel):
    """What a writer writes for one platform. Links and hashtags are added to it."""

    platform: SocialPlatform
    title: str | None = Field(default=None, max_length=300, description="Of a Reddit post only.")
    text: str = Field(min_length=1, description="The post, without hashtags at its end.")
    hashtags: tuple[str, ...] = Field(default=(), max_length=10, description="Without #.")
    sources: tuple[int, ...] = Field(
        default=(), max_length=20, description="Numbers of the sources that its facts are from."
    )

    @model_validator(mode="after")
    def _fits(self) -> "WrittenPost":
        wrong = fits(self.platform, self.text)
        if self.title:
            wrong += fits("reddit_title", self.title)
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class WrittenPosts(IntentModel):
    """What a writer writes for `generate-post`: one post for each platform."""

    posts: tuple[WrittenPost, ...] = Field(min_length=1, max_length=8)


class Post(IntentModel):
    """A post, ready to be published. `characters` are counted as the platform counts."""

    platform: SocialPlatform
    title: str | None = None
    text: str
    characters: int
    limit: int
    hashtags: tuple[str, ...] = Field(description="As they stand in the text, without #.")
    alt_text: str | None = None
    sources: tuple[int, ...] = Field(default=(), description="Numbers of the citations.")
    warnings: tuple[str, ...] = ()


class GeneratePostOutput(IntentModel):
    """Output of `generate-post`: a post for each platform, in the order that was asked for."""

    engine: str
    posts: tuple[Post, ...]
    citations: tuple[Citation, ...] = ()


class OptimizeCaptionInput(WithGrounding, WithDeliveries):
    """Input of `optimize-caption`. In texts of `deliver`, `{{caption}}` is the improved one."""

    caption: str = Field(min_length=1, max_length=10_000, description="The caption as it is.")
    platform: SocialPlatform
    keywords: tuple[Keyword, ...] = Field(default=(), max_length=20)
    call_to_action: CallToAction | None = None


class WrittenCaption(IntentModel):
    """What a writer writes for `optimize-caption`."""

    platform: SocialPlatform = Field(description="The platform that was asked for.")
    caption: str = Field(min_length=1, description="The whole improved caption.")
    sources: tuple[int, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _fits(self) -> "WrittenCaption":
        if wrong := fits(self.platform, self.caption):
            raise ValueError("; ".join(wrong))
        return self


class Criterion(IntentModel):
    """One part of a score: its points of at most `maximum`, and why."""

    name: str
    points: int = Field(ge=0)
    maximum: int
    reason: str


class OptimizeCaptionOutput(IntentModel):
    """Output of `optimize-caption`. Scores are 0 to 100, by the formula of `scoring.py`.

    `caption` is the improved one; it is the old one, with no changes, if nothing made it better.
    """

    engine: str
    platform: SocialPlatform
    score: int = Field(ge=0, le=100)
    reasons: tuple[Criterion, ...]
    caption: str
    characters: int
    limit: int
    improved_score: int = Field(ge=0, le=100)
    changes: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


class HashtagRow(IntentModel):
    """How posts of yours with a hashtag did: numbers from a platform's own insights."""

    hashtag: str = Field(min_length=1, max_length=101)
    impressions: int = Field(ge=1, le=10**12)
    engagements: int = Field(ge=0, le=10**12, description="Likes, comments, shares, clicks, saves.")


class HashtagPackInput(WithGrounding, WithDeliveries):
    """Input of `hashtag-pack`. In texts of `deliver`, `{{text}}` is the best few in one line."""

    topic: str = Field(min_length=3, max_length=4000, description="A topic, or a whole caption.")
    platforms: Platforms = ("instagram",)
    keywords: tuple[Keyword, ...] = Field(default=(), max_length=20)
    brands: tuple[Keyword, ...] = Field(
        default=(), max_length=5, description="Names of brands, products and campaigns of yours."
    )
    performance: tuple[HashtagRow, ...] = Field(
        default=(), max_length=500, description="How your posts with hashtags did."
    )
    per_group: int = Field(default=10, ge=1, le=30)

    _once = field_validator("platforms")(_unlike)


class WrittenHashtags(IntentModel):
    """What a writer writes for `hashtag-pack`: ideas, which code makes regular and ranks."""

    hashtags: tuple[str, ...] = Field(default=(), max_length=30, description="Without #.")


class Performance(IntentModel):
    """How your own posts with a hashtag did. `rate` is engagements by impressions."""

    impressions: int
    engagements: int
    rate: float


class RankedHashtag(IntentModel):
    """A hashtag with #, its score of 0 to 100 by the formula of `ranking.py`, and where it is from.

    It has no popularity: nobody but the platforms knows that. `performance` is your own.
    """

    hashtag: str
    score: int = Field(ge=0, le=100)
    source: Literal["keyword", "brand", "caption", "topic", "knowledge", "writer", "performance"]
    performance: Performance | None = None


class HashtagGroups(IntentModel):
    """Ranked hashtags: single words, terms of several words, and your own names."""

    broad: tuple[RankedHashtag, ...] = ()
    niche: tuple[RankedHashtag, ...] = ()
    branded: tuple[RankedHashtag, ...] = ()


class PlatformPack(IntentModel):
    """The hashtags to use on a platform. `maximum` is None where the platform has none."""

    platform: SocialPlatform
    hashtags: tuple[str, ...]
    recommended: int
    maximum: int | None
    note: str | None = None


class DroppedHashtag(IntentModel):
    """A hashtag that was not taken, and why."""

    hashtag: str
    reason: str


class HashtagPackOutput(IntentModel):
    """Output of `hashtag-pack`. `text` is the pack of the first platform, in one line."""

    engine: str
    text: str
    groups: HashtagGroups
    platforms: tuple[PlatformPack, ...]
    dropped: tuple[DroppedHashtag, ...] = ()
    citations: tuple[Citation, ...] = ()
