"""From posts to platform calls: the shorthand `publish`, and the step that each becomes.

Names and shapes of inputs are those of the connectors' actions; a test holds them together, because
agents do not import connectors.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Literal, Protocol
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field

from hub.agent_kit.platforms import slack_text
from hub.agent_kit.spec import Call, IntentModel
from hub.connector_kit.fence import PublicUrl
from hub.domain.model import Json
from hub.domain.run import Step

SocialPlatform = Literal[
    "x", "linkedin", "instagram", "facebook", "reddit", "tiktok", "slack", "discord"
]

ACTIONS = {
    "x": "post_tweet",
    "linkedin": "publish_post",
    "instagram": "publish_post",
    "facebook": "create_post",
    "reddit": "submit_post",
    "tiktok": "publish_photos",
    "slack": "post_message",
    "discord": "send_message",
}
"""What publishes on each platform, but for what `action_of` says of media."""

_FIELDS = {
    "x": {"media_ids"},
    "linkedin": {"author", "images"},
    "instagram": set[str](),
    "facebook": set[str](),
    "reddit": {"subreddit", "flair_id"},
    "tiktok": {"privacy_level"},
    "slack": {"channel"},
    "discord": {"channel"},
}
_REQUIRED = {"reddit": "subreddit", "slack": "channel", "discord": "channel"}
_BY_KIND = ("linkedin", "instagram", "facebook", "tiktok")
"""Where images and videos are published in different ways."""

SLACK_ID = re.compile(r"[CDG][A-Z0-9]{1,20}")
"""A Slack channel's id: files are shared in channels that are named so."""

_KINDS = {
    "image": (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic"),
    "video": (".mp4", ".mov", ".m4v", ".webm", ".mpeg", ".avi"),
}


# Classes of ASCII letters: with \w the pattern has all of Unicode in it, and takes 20 ms to build.
ImageUrn = Annotated[str, Field(pattern=r"^urn:li:image:[A-Za-z0-9_-]{1,128}$")]
MediaId = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]


class Media(IntentModel):
    """The media of a post: `mediaUrl`, or `objectKey` as `POST /api/uploads` gave it."""

    media_url: PublicUrl | None = None
    object_key: str | None = Field(
        default=None, pattern=r"^uploads/[A-Za-z0-9_-]{1,64}/[^/\\\x00-\x1f]{1,200}$"
    )
    media_type: Literal["image", "video"] | None = Field(
        default=None, description="What the media is, if its name does not end in .jpg, .mp4, …"
    )
    alt_text: str | None = Field(
        default=None, min_length=1, max_length=1000, description="What the image shows."
    )

    def check_sources(self) -> None:
        """ValueError if the media is named twice."""
        if self.media_url and self.object_key:
            raise ValueError("mediaUrl: give either mediaUrl or objectKey")

    @property
    def has_media(self) -> bool:
        """Whether there is any."""
        return bool(self.media_url or self.object_key)

    @property
    def kind(self) -> Literal["image", "video"] | None:
        """What the media is, by `mediaType` or the end of its name; None if that says nothing."""
        name = urlsplit(self.media_url).path if self.media_url else self.object_key or ""
        suffix = PurePosixPath(name).suffix.lower()
        if self.media_type is None and suffix in _KINDS["image"]:
            return "image"
        if self.media_type is None and suffix in _KINDS["video"]:
            return "video"
        return self.media_type

    def to_media(self) -> dict[str, Json]:
        """The media as actions take it."""
        return {"url": self.media_url} if self.media_url else {"objectKey": self.object_key}


class Target(IntentModel):
    """Where on a platform. A Facebook Page and an Instagram account belong to the connection."""

    channel: str | None = Field(
        default=None,
        min_length=1,
        max_length=80,
        description="Slack: channel id or #name. Discord: channel id, digits.",
    )
    subreddit: str | None = Field(
        default=None,
        pattern=r"^(u_)?[A-Za-z0-9][A-Za-z0-9_-]{1,20}$",
        description="Reddit: name without r/.",
    )
    flair_id: str | None = Field(default=None, pattern=r"^[0-9a-fA-F-]{36}$", description="Reddit.")
    privacy_level: (
        Literal["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"]
        | None
    ) = Field(
        default=None,
        description="TikTok: who sees the post; without it the connection's privacyLevel.",
    )
    author: str | None = Field(
        default=None,
        pattern=r"^urn:li:(person|organization):[A-Za-z0-9_-]{1,64}$",
        description="LinkedIn: who publishes; without it the connection's author.",
    )
    media_ids: tuple[MediaId, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=4,
        description="X: of upload_media, instead of the post's own media.",
    )
    images: tuple[ImageUrn, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=20,
        description="LinkedIn: of upload_image, instead of the post's own media.",
    )


class Publication(IntentModel):
    """One place to publish a post."""

    platform: SocialPlatform
    connection_id: str | None = Field(
        default=None, description="Connection to use; without one, the built-in sandbox."
    )
    at: AwareDatetime | None = Field(
        default=None, description="When, at the earliest; within a year. Default: at once."
    )
    target: Target = Field(default_factory=Target)

    def call(self, media: Media) -> Call:
        """The platform call that this is."""
        return Call(self.platform, action_of(self, media), self.connection_id)


def action_of(publication: Publication, media: Media) -> str:
    """What publishes a post with this media on its platform."""
    match publication.platform:
        case "tiktok" if media.kind == "video":
            return "publish_video"
        case "slack" if media.has_media and SLACK_ID.fullmatch(publication.target.channel or ""):
            return "upload_file"
    return ACTIONS[publication.platform]


class Publishable(Protocol):
    """A post as this module needs it."""

    @property
    def text(self) -> str: ...

    @property
    def title(self) -> str | None: ...


def check_publications(
    publications: Sequence[Publication], platforms: Sequence[str], media: Media
) -> None:
    """Refuse what can never be published, before anything is written: ValueError with the field."""
    for index, publication in enumerate(publications):
        field, platform = f"publish.{index}", publication.platform
        if platform not in platforms:
            raise ValueError(f"{field}.platform: {platform} is not in platforms; add it there")
        if platform in _BY_KIND and media.has_media and media.kind is None:
            raise ValueError(
                "mediaType: say image or video; the name of the media does not tell, and "
                f"{platform} publishes them differently"
            )
        _check_target(publication, f"{field}.target")


def _check_target(publication: Publication, field: str) -> None:
    platform, target = publication.platform, publication.target
    required = _REQUIRED.get(platform)
    if required and getattr(target, required) is None:
        raise ValueError(f"{field}.{required}: {platform} needs it")
    given = {name for name in Target.model_fields if getattr(target, name) is not None}
    wrong = sorted(given - _FIELDS[platform])
    if wrong:
        raise ValueError(f"{field}: {platform} takes no {_camel(wrong[0])}")
    if platform == "discord" and not re.fullmatch(r"0|[1-9][0-9]{0,19}", target.channel or ""):
        raise ValueError(f"{field}.channel: a channel of discord is named by its id, digits only")


def _camel(name: str) -> str:
    alias = Target.model_fields[name].alias
    return alias or name


def publishing_steps(
    publications: Sequence[Publication],
    posts: dict[str, Publishable],
    media: Media,
    link: str | None,
) -> tuple[Step, ...]:
    """A step for each place to publish at, with the input of the platform's own action."""
    return tuple(
        _step(f"step_{index}", publication, posts[publication.platform], media, link)
        for index, publication in enumerate(publications, 1)
    )


def _step(
    step_id: str, publication: Publication, post: Publishable, media: Media, link: str | None
) -> Step:
    call = publication.call(media)
    return Step(
        id=step_id,
        name=f"{call.connector}.{call.action}",
        connector=call.connector,
        action=call.action,
        connection_id=call.connection_id,
        not_before=publication.at,
        payload=_BODIES[publication.platform](post, publication.target, media, link),
    )


type Body = Callable[[Publishable, Target, Media, str | None], dict[str, Json]]


def _given(**fields: Json) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}


def _x(post: Publishable, target: Target, media: Media, _link: str | None) -> dict[str, Json]:
    if target.media_ids:
        return {"text": post.text, "mediaIds": list(target.media_ids)}
    own = [_given(media=media.to_media(), altText=media.alt_text)] if media.has_media else None
    return _given(text=post.text, media=own)


def _linkedin(post: Publishable, target: Target, media: Media, _: str | None) -> dict[str, Json]:
    images = [_given(id=image, altText=media.alt_text) for image in target.images or ()]
    if not images and media.kind == "video":
        return _given(text=post.text, author=target.author, video={"media": media.to_media()})
    if not images and media.has_media:
        images = [_given(media=media.to_media(), altText=media.alt_text)]
    return _given(text=post.text, author=target.author, images=images or None)


def _instagram(post: Publishable, _: Target, media: Media, _link: str | None) -> dict[str, Json]:
    if media.kind == "video":
        return {"reel": media.to_media(), "caption": post.text}
    return _given(image=media.to_media(), caption=post.text, altText=media.alt_text)


def _facebook(post: Publishable, _: Target, media: Media, link: str | None) -> dict[str, Json]:
    if media.kind == "video":
        return {"message": post.text, "video": {"media": media.to_media()}}
    if media.has_media:
        photo = _given(media=media.to_media(), altText=media.alt_text)
        return {"message": post.text, "photos": [photo]}
    return _given(message=post.text, link=link)


def _reddit(post: Publishable, target: Target, _: Media, _link: str | None) -> dict[str, Json]:
    return _given(
        subreddit=target.subreddit, title=post.title, text=post.text, flairId=target.flair_id
    )


def _tiktok(post: Publishable, target: Target, media: Media, _: str | None) -> dict[str, Json]:
    if media.kind == "video":
        body: dict[str, Json] = {"media": media.to_media(), "caption": post.text}
    else:
        body = {"images": [media.to_media()], "description": post.text}
    return _given(**body, privacyLevel=target.privacy_level)


def _slack(post: Publishable, target: Target, media: Media, _: str | None) -> dict[str, Json]:
    text = slack_text(post.text)
    if media.has_media and SLACK_ID.fullmatch(target.channel or ""):
        shared = {"media": media.to_media(), "initialComment": text, "altText": media.alt_text}
        return _given(channel=target.channel, **shared)
    return {"channel": target.channel, "text": text}


def _discord(post: Publishable, target: Target, media: Media, _: str | None) -> dict[str, Json]:
    shown = media.media_url and media.kind == "image"
    embeds = [{"image": {"url": media.media_url}}] if shown else None
    return _given(channelId=target.channel, content=post.text, embeds=embeds)


_BODIES: dict[str, Body] = {
    "x": _x,
    "linkedin": _linkedin,
    "instagram": _instagram,
    "facebook": _facebook,
    "reddit": _reddit,
    "tiktok": _tiktok,
    "slack": _slack,
    "discord": _discord,
}
