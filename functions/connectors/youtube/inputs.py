"""What YouTube's actions take.

Limits: https://developers.google.com/youtube/v3/docs/videos, read 2026-11.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from hub.connector_kit.media import Media
from hub.connector_kit.spec import ActionInput

MAX_TAGS = 500


def _plain(text: str) -> str:
    if "<" in text or ">" in text:
        raise ValueError("must not contain < or >")
    return text


def _description(text: str) -> str:
    if len(text.encode()) > 5000:
        raise ValueError("must have at most 5000 bytes in UTF-8")
    return _plain(text)


def _tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """YouTube counts the commas between tags, and the quotes it puts around those with a space."""
    length = sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)
    if length > MAX_TAGS:
        raise ValueError(f"must have at most {MAX_TAGS} letters together; these have {length}")
    return tags


VideoId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{11}$", description="A video's id.")]
Title = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain)]
Description = Annotated[str, AfterValidator(_description)]
Tag = Annotated[str, Field(min_length=1, max_length=MAX_TAGS), AfterValidator(_plain)]
Tags = Annotated[tuple[Tag, ...], AfterValidator(_tags)]
Category = Annotated[
    str, Field(pattern=r"^\d{1,3}$", description="Category id; 22 is People & Blogs.")
]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class Privacy(StrEnum):
    """Who sees a video. There is no `scheduled`: that is private with a publishAt."""

    PRIVATE = "private"
    UNLISTED = "unlisted"
    PUBLIC = "public"


class License(StrEnum):
    """The licences that YouTube knows."""

    YOUTUBE = "youtube"
    CREATIVE_COMMON = "creativeCommon"


class _Status(ActionInput):
    """What of a video's status can be set."""

    self_declared_made_for_kids: bool | None = None
    embeddable: bool | None = None
    license: License | None = None
    public_stats_viewable: bool | None = None
    contains_synthetic_media: bool | None = Field(
        default=None, description="Whether it shows altered or generated things as real."
    )


class UploadVideo(_Status):
    """Input of `upload_video`. With `publishAt` it stays private until then."""

    media: Media
    title: Title
    description: Description | None = None
    tags: Tags = ()
    category_id: Category = "22"
    default_language: Language | None = None
    default_audio_language: Language | None = None
    privacy_status: Privacy = Privacy.PRIVATE
    publish_at: AwareDatetime | None = None
    notify_subscribers: bool = True

    @model_validator(mode="after")
    def _scheduled_is_private(self) -> "UploadVideo":
        if self.publish_at and self.privacy_status is not Privacy.PRIVATE:
            raise ValueError("a video with a publishAt must have the privacyStatus private")
        return self


class ScheduleVideo(ActionInput):
    """Input of `schedule_video`: when a private video becomes public."""

    video_id: VideoId
    publish_at: AwareDatetime


class UpdateVideo(_Status):
    """Input of `update_video`. What is not given stays as it is."""

    video_id: VideoId
    title: Title | None = None
    description: Description | None = None
    tags: Tags | None = None
    category_id: Category | None = None
    default_language: Language | None = None
    default_audio_language: Language | None = None
    privacy_status: Privacy | None = None

    @model_validator(mode="after")
    def _something(self) -> "UpdateVideo":
        if not self.model_dump(exclude_none=True, exclude={"video_id"}):
            raise ValueError("give at least one field to change")
        return self


class GetVideoStats(ActionInput):
    """Input of `get_video_stats`."""

    video_ids: tuple[VideoId, ...] = Field(min_length=1, max_length=50)


Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]*$", max_length=80)]


class GetAnalytics(ActionInput):
    """Input of `get_analytics`, a report of YouTube Analytics. Both dates are included.

    Which metrics go with which dimensions and filters:
    https://developers.google.com/youtube/analytics/channel_reports.
    """

    start_date: date
    end_date: date
    metrics: tuple[Name, ...] = Field(
        default=("views", "estimatedMinutesWatched", "likes", "comments", "subscribersGained"),
        min_length=1,
        max_length=40,
    )
    dimensions: tuple[Name, ...] = Field(default=(), max_length=10)
    filters: tuple[
        Annotated[str, Field(pattern=r"^[A-Za-z]+==[A-Za-z0-9_,+-]+$", max_length=8000)], ...
    ] = Field(default=(), max_length=10, description="Each like video==id1,id2 or country==DE.")
    sort: tuple[Annotated[str, Field(pattern=r"^-?[A-Za-z][A-Za-z0-9]*$")], ...] = Field(
        default=(), max_length=10, description="Names; with - before it the greatest come first."
    )
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    ids: str = Field(
        default="channel==MINE",
        pattern=r"^(channel|contentOwner)==[A-Za-z0-9_+-]+$",
        description="Whose numbers: channel==MINE, channel==id or contentOwner==name.",
    )
    include_historical_channel_data: bool | None = None
    limit: int = Field(default=100, ge=1, le=10_000)
    cursor: str | None = Field(default=None, pattern=r"^[1-9]\d{0,8}$")

    @model_validator(mode="after")
    def _dates_in_order(self) -> "GetAnalytics":
        if self.end_date < self.start_date:
            raise ValueError("endDate is before startDate")
        return self


def moment(at: datetime) -> str:
    """A moment as YouTube writes it (RFC 3339, UTC)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
