"""What posting takes, with TikTok's own limits.

Fields and enums are those of
https://developers.tiktok.com/doc/content-posting-api-reference-direct-post and …-photo-post, read
2026-11; lengths are in UTF-16 code units there.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from hub.connector_kit.media import Media
from hub.connector_kit.spec import ActionInput
from hub.domain.utf16 import utf16_length

MAX_PHOTOS = 35

PrivacyLevel = Literal[
    "PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"
]

PublishId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~]+$")]


def _at_most(maximum: int) -> AfterValidator:
    def check(text: str) -> str:
        length = utf16_length(text)
        if length > maximum:
            raise ValueError(f"has {length} UTF-16 code units; TikTok takes {maximum}")
        return text

    return AfterValidator(check)


class PostInput(ActionInput):
    """What posts have in common. What is left out is as the account has it."""

    privacy_level: PrivacyLevel | None = Field(
        default=None, description="Who sees it; otherwise the connection's privacyLevel."
    )
    disable_comment: bool | None = None
    brand_content: bool = Field(
        default=False, description="A paid partnership that promotes somebody else's business."
    )
    brand_organic: bool = Field(default=False, description="Promotes your own business.")

    @model_validator(mode="after")
    def _ads_are_seen(self) -> "PostInput":
        if self.brand_content and self.privacy_level == "SELF_ONLY":
            raise ValueError("brandContent: a paid partnership cannot be SELF_ONLY")
        return self


class PublishVideo(PostInput):
    """Input of `publish_video`. The video is MP4, WebM or QuickTime, of at most 4 GB."""

    media: Media
    caption: Annotated[str, _at_most(2200)] | None = Field(
        default=None, max_length=2200, description="With its #hashtags and @mentions."
    )
    disable_duet: bool | None = None
    disable_stitch: bool | None = None
    cover_timestamp_ms: int | None = Field(
        default=None, ge=0, le=3_600_000, description="Frame that becomes the cover; else the first"
    )
    is_aigc: bool | None = Field(
        default=None, description="true has TikTok label the video as made by AI."
    )


class PublishPhotos(PostInput):
    """Input of `publish_photos`. Photos are JPEG or WebP of at most 20 MB and 1080p."""

    images: list[Media] = Field(min_length=1, max_length=MAX_PHOTOS)
    title: Annotated[str, _at_most(90)] | None = Field(default=None, max_length=90)
    description: Annotated[str, _at_most(4000)] | None = Field(
        default=None, max_length=4000, description="With its #hashtags and @mentions."
    )
    cover_index: int = Field(default=0, ge=0, description="Which photo is the cover, from 0.")
    auto_add_music: bool | None = None

    @model_validator(mode="after")
    def _cover_is_one_of_them(self) -> "PublishPhotos":
        if self.cover_index >= len(self.images):
            raise ValueError(f"coverIndex: there are {len(self.images)} images, counted from 0")
        return self


class GetPost(ActionInput):
    """Input of `get_post`."""

    publish_id: PublishId = Field(description="As publish_video and publish_photos gave it.")
