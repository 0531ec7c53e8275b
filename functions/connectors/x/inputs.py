"""What X's actions take, with the limits of X's OpenAPI document 2.167."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from hub.connector_kit.media import Media
from hub.connector_kit.spec import ActionInput
from hub.domain.model import Instant

MAX_TEXT = 25_000
"""Letters of a long post."""

Id = Annotated[str, Field(pattern=r"^[0-9]{1,19}$", description="Number that X gave.")]
Text = Annotated[
    str,
    Field(
        max_length=MAX_TEXT,
        description="At most 280 as X counts: a link 23, an emoji or CJK letter 2. 25,000 letters "
        "with the connection's setting longPosts.",
    ),
]
MediaIds = Annotated[list[Id], Field(min_length=1, max_length=4, description="Of upload_media.")]
AltText = Annotated[
    str,
    Field(min_length=1, max_length=1000, description="What is seen, for those who cannot see it."),
]
ReplySettings = Literal["following", "mentionedUsers", "subscribers", "verified"]


class Poll(ActionInput):
    """A poll of 2 to 4 options, open for 5 minutes to 7 days."""

    options: list[Annotated[str, Field(min_length=1, max_length=25)]] = Field(
        min_length=2, max_length=4
    )
    duration_minutes: int = Field(ge=5, le=10_080)


class PostMedia(ActionInput):
    """An image, a GIF or a video of a post; X wants images and GIFs of at most 5 and 15 MB."""

    media: Media
    alt_text: AltText | None = None


class Content(ActionInput):
    """What every post can hold: a text, and media uploaded by the call or before it."""

    text: Text = ""
    media_ids: MediaIds | None = None
    media: list[PostMedia] | None = Field(
        default=None,
        min_length=1,
        max_length=4,
        description="Up to 4 images, or 1 GIF, or 1 video, instead of mediaIds.",
    )

    @property
    def has_media(self) -> bool:
        """Whether the post shows media, of either kind."""
        return bool(self.media_ids or self.media)

    @model_validator(mode="after")
    def _media_once(self) -> Self:
        if self.media_ids and self.media:
            raise ValueError("give either media or mediaIds")
        return self


class PostTweet(Content):
    """Input of `post_tweet`: a text, media, a poll or a quote, or a text with one of these."""

    tagged_user_ids: list[Id] | None = Field(default=None, min_length=1, max_length=10)
    reply_to: Id | None = Field(
        default=None,
        description="Post to reply to. Without an enterprise plan X takes replies only where its "
        "author mentioned or quoted you.",
    )
    exclude_reply_user_ids: list[Id] | None = Field(default=None, min_length=1)
    quote_tweet_id: Id | None = None
    poll: Poll | None = None
    reply_settings: ReplySettings | None = Field(
        default=None, description="Who may reply; everyone if it is left out."
    )
    community_id: Id | None = None
    made_with_ai: bool | None = Field(default=None, description="The media is made with AI.")
    paid_partnership: bool | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if sum((self.has_media, self.poll is not None, self.quote_tweet_id is not None)) > 1:
            raise ValueError("give only one of media, poll and quoteTweetId")
        if not self.text.strip() and not (self.has_media or self.quote_tweet_id):
            raise ValueError("give a text, media or quoteTweetId")
        if self.tagged_user_ids and not self.has_media:
            raise ValueError("taggedUserIds are tagged in media: give media or mediaIds too")
        if self.exclude_reply_user_ids and not self.reply_to:
            raise ValueError("excludeReplyUserIds are of a reply: give replyTo too")
        return self


class ThreadTweet(Content):
    """One post of a thread."""

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.text.strip() and not self.has_media:
            raise ValueError("give a text or media")
        return self

    @property
    def shown(self) -> tuple[str, ...]:
        """What the post shows: X refuses two posts that show the same."""
        files = [one.media.model_dump_json() for one in self.media or ()]
        return self.text.strip(), *(self.media_ids or ()), *files


class PostThread(ActionInput):
    """Input of `post_thread`: 2 to 25 posts, each a reply to the one before it."""

    tweets: list[ThreadTweet] = Field(min_length=2, max_length=25)
    reply_settings: ReplySettings | None = Field(
        default=None, description="Who may reply to the thread; everyone if it is left out."
    )
    made_with_ai: bool | None = None
    paid_partnership: bool | None = None

    @model_validator(mode="after")
    def _no_post_twice(self) -> "PostThread":
        if len({tweet.shown for tweet in self.tweets}) < len(self.tweets):
            # It would stop in the middle, with its beginning already public.
            raise ValueError("X refuses the same post twice: make the posts of the thread differ")
        return self


class UploadMedia(ActionInput):
    """Input of `upload_media`. Without a category it follows from the media's type."""

    media: Media
    category: (
        Literal["tweet_image", "tweet_gif", "tweet_video", "amplify_video", "subtitles"] | None
    ) = None
    alt_text: AltText | None = None
    additional_owners: list[Id] | None = Field(default=None, min_length=1, max_length=100)


class DeleteTweet(ActionInput):
    """Input of `delete_tweet`."""

    id: Id


class SearchTweets(ActionInput):
    """Input of `search_tweets`: the last seven days. `cursor` continues a search."""

    query: str = Field(
        min_length=1, max_length=4096, description="Like: from:XDevelopers -is:reply"
    )
    limit: int = Field(default=10, ge=10, le=100)
    cursor: str | None = Field(default=None, min_length=1)
    sort_order: Literal["recency", "relevancy"] | None = None
    start_time: Instant | None = None
    end_time: Instant | None = None
    since_id: Id | None = None
    until_id: Id | None = None


class GetMetrics(ActionInput):
    """Input of `get_metrics`: how posts do now, or with `startTime` and `endTime` over a time."""

    ids: list[Id] = Field(min_length=1, max_length=100)
    private_metrics: bool = Field(
        default=False, description="Clicks and more; only of your own posts of the last 30 days."
    )
    start_time: Instant | None = None
    end_time: Instant | None = None
    granularity: Literal["hourly", "daily", "weekly", "total"] | None = None

    @model_validator(mode="after")
    def _whole_time(self) -> "GetMetrics":
        if (self.start_time is None) != (self.end_time is None):
            raise ValueError("give both startTime and endTime")
        if self.start_time and self.end_time and self.start_time >= self.end_time:
            raise ValueError("endTime must be after startTime")
        if self.granularity and not self.start_time:
            raise ValueError("granularity is of a time: give startTime and endTime too")
        if self.private_metrics and self.start_time:
            raise ValueError("privateMetrics are of now: leave out startTime and endTime")
        return self
