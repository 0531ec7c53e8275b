"""Publishing a post with what it shows, and finding one whose answer was lost.

After https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api,
read 2026-11. LinkedIn has no idempotency key, and refuses a post that was published before with
422. Media of the post's own is uploaded first, so its ids are known to this call alone: a post
that shows them is this post.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from connectors.linkedin import images, videos
from connectors.linkedin.images import ImageUpload
from connectors.linkedin.inputs import PostImage, PublishPost
from connectors.linkedin.platform import encoded, milliseconds, readable, restli_id
from connectors.linkedin.uploads import done
from connectors.linkedin.videos import VideoUpload
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.waits import number
from hub.domain.linkedin_text import little_text, plain_text
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, in_progress

_POST = "post"
"""The part of the journal that holds the published post."""

_TRIED = "post.tried"
"""The part of the journal that says that the post was on its way."""

_NOT_READY = "MEDIA_ASSET_WAITING_UPLOAD"
_ASK_AGAIN_SECONDS = 10
_READ_BACK_COUNT = 50


@dataclass(frozen=True)
class Posts:
    """Posts of one connection's author."""

    context: ClientContext
    linkedin: PlatformClient

    def publish(self, given: PublishPost, author: str) -> Outcome:
        """Publish the post, after its media. `in_progress` while there is more to do for that."""
        if not given.own_media:
            return self._create(given, author)
        if _POST in self.context.journal:
            return done(self.context.journal.get(_POST))
        return (
            self._upload_images(given.images or (), author)
            or self._upload_video(given, author)
            or self._create_once(given, author)
        )

    def unfit(self, given: PublishPost) -> Outcome | None:
        """The refusal of media that LinkedIn does not take, as far as there is time to look."""
        check = videos.unfit if given.video else images.unfit
        for media in given.own_media:
            refused = check(self.context.media.open(media))
            if refused or self.context.time_is_up:
                return refused
        return None

    def known(self, given: PublishPost) -> ReadBack | None:
        """What the journal says of a lost post. None if LinkedIn must be asked."""
        if not given.own_media:
            return None
        journal = self.context.journal
        if _POST in journal:
            return ReadBack(Reconciliation.DONE, journal.get(_POST))
        # It was lost before its time: the same call goes on with the upload.
        return None if journal.get(_TRIED) else ReadBack(Reconciliation.NOT_DONE)

    def look(self, given: PublishPost, author: str, since: datetime) -> ReadBack:
        """Looks for a lost post among the author's newest."""
        query = f"q=author&author={encoded(author)}&count={_READ_BACK_COUNT}&sortBy=CREATED"
        outcome = self.linkedin.call(
            "GET",
            f"/rest/posts?{query}",
            Effect.READ,
            headers={"X-RestLi-Method": "FINDER"},
        )
        if not outcome.ok or not isinstance(outcome.data, dict) or "elements" not in outcome.data:
            return ReadBack(Reconciliation.UNKNOWN)
        return self._seen(outcome.data["elements"], given, since)

    # ------------------------------------------------------------------ parts

    def _upload_images(self, shown: Sequence[PostImage], author: str) -> Outcome | None:
        """None once LinkedIn can show all of them. It processes them side by side."""
        own = [(n, image.media) for n, image in enumerate(shown) if image.media]
        uploads = [
            (ImageUpload(self.linkedin, self.context, author, _part(n)), media) for n, media in own
        ]
        steps: list[Callable[[], Outcome]] = [
            *(partial(upload.send, media) for upload, media in uploads if not upload.sent),
            *(upload.ready for upload, _ in uploads if not upload.shown),
        ]
        for index, step in enumerate(steps):
            if index and self.context.time_is_up:
                return in_progress(f"images are uploaded; steps left: {len(steps) - index}", 1)
            outcome = readable(step(), "id")
            if not outcome.ok:
                return outcome
        return None

    def _upload_video(self, given: PublishPost, author: str) -> Outcome | None:
        if given.video is None:
            return None
        outcome = VideoUpload(self.linkedin, self.context, author).go_on(given.video.media)
        return None if outcome.ok else outcome

    def _create_once(self, given: PublishPost, author: str) -> Outcome:
        self.context.journal.put(_TRIED, True)
        outcome = self._create(given, author)
        if outcome.ok:
            self.context.journal.put(_POST, outcome.data)
        elif outcome.kind is not OutcomeKind.UNKNOWN:
            # Refused, so there is nothing to look for.
            self.context.journal.put(_TRIED, False)
        if outcome.code == _NOT_READY:
            return in_progress("LinkedIn does not have the post's media yet", _ASK_AGAIN_SECONDS)
        return outcome

    def _create(self, given: PublishPost, author: str) -> Outcome:
        return self.linkedin.call(
            "POST",
            "/rest/posts",
            Effect.WRITE,
            read=lambda answer: {"id": restli_id(answer)},
            whole=True,
            json=self._body(given, author),
        )

    # ------------------------------------------------------------------ bodies

    def _body(self, given: PublishPost, author: str) -> dict[str, Json]:
        content = self._content(given)
        return {
            "author": author,
            "commentary": little_text(given.text),
            "visibility": given.visibility,
            "distribution": {
                "feedDistribution": "MAIN_FEED",
                "targetEntities": [],
                "thirdPartyDistributionChannels": [],
            },
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": given.reshare_disabled,
            **({"content": content} if content else {}),
            **({"reshareContext": {"parent": given.reshare_of}} if given.reshare_of else {}),
        }

    def _content(self, given: PublishPost) -> dict[str, Json]:
        """One image is `media`, several are `multiImage`: LinkedIn refuses the other way round."""
        if given.article:
            return {"article": given.article.model_dump(by_alias=True, exclude_none=True)}
        if given.video:
            title = {"title": given.video.title} if given.video.title else {}
            return {"media": {"id": videos.urn_of(self.context), **title}}
        ids = self._image_ids(given)
        shown = [
            {
                "id": urn,
                **image.model_dump(by_alias=True, include={"alt_text", "title"}, exclude_none=True),
            }
            for urn, image in zip(ids, given.images or (), strict=True)
        ]
        if len(shown) == 1:
            return {"media": shown[0]}
        return {"multiImage": {"images": shown}} if shown else {}

    def _image_ids(self, given: PublishPost) -> list[str | None]:
        return [
            image.id or images.urn_of(self.context, _part(n))
            for n, image in enumerate(given.images or ())
        ]

    # ------------------------------------------------------------------ read back

    def _seen(self, posts: list[dict[str, Any]], given: PublishPost, since: datetime) -> ReadBack:
        """The verdict of the newest posts. They come newest first, as far as LinkedIn orders them.

        A post of the same words with other content is perhaps this one and perhaps not. One that
        shows media of this call is this one, whatever LinkedIn made of its words.
        """
        recent = [post for post in posts if _created(post) >= milliseconds(since)]
        alike = [post for post in recent if _words(post) == _even(given.text)]
        sought = self._sought(given)
        same = [post for post in recent if given.own_media or post in alike]
        same = [post for post in same if _shows(post) == sought]
        if same:
            return ReadBack(Reconciliation.DONE, {"id": same[0]["id"]})
        # A full page of recent posts may have had the sought one after it.
        full = len(posts) >= _READ_BACK_COUNT and len(recent) == len(posts)
        return ReadBack(Reconciliation.UNKNOWN if alike or full else Reconciliation.NOT_DONE)

    def _sought(self, given: PublishPost) -> set[str]:
        article = given.article.source if given.article else None
        video = videos.urn_of(self.context) if given.video else None
        return {one for one in (*self._image_ids(given), video, article, given.reshare_of) if one}


def _part(place: int) -> str:
    return f"image{place}"


def _created(post: dict[str, Any]) -> float:
    return number(post.get("createdAt")) or number(post.get("publishedAt")) or 0.0


def _words(post: dict[str, Any]) -> str:
    return _even(plain_text(str(post.get("commentary") or "")))


def _even(text: str) -> str:
    return " ".join(text.split())


def _shows(post: dict[str, Any]) -> set[str]:
    """What a post shows beside its words: media, an article's address, the post it shares."""
    content = post.get("content") or {}
    several = (content.get("multiImage") or {}).get("images") or []
    ids = [(content.get("media") or {}).get("id"), *(image.get("id") for image in several)]
    article = (content.get("article") or {}).get("source")
    parent = (post.get("reshareContext") or {}).get("parent")
    return {str(one) for one in (*ids, article, parent) if one}
