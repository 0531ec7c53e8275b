"""Posting on TikTok: what the account may do, the start, the media, and the wait for the post.

Contract: https://developers.tiktok.com/doc/content-posting-api-reference-direct-post, …-photo-post,
…-query-creator-info and …-get-video-status, read 2026-11. A video is posted once all of its bytes
are there, photos once TikTok has fetched them; one publishId never makes two posts.
"""

from typing import Any

from connectors.tiktok.post_inputs import GetPost, PostInput, PublishPhotos, PublishVideo
from connectors.tiktok.spec import POSTING_URL
from connectors.tiktok.table import POSTING_TABLE, QUOTA_SECONDS, QUOTAS
from connectors.tiktok.upload import STARTED, Upload, plan_of, refused_video
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, in_progress, invalid

LOOK_SECONDS = 10
"""How long until a post is looked at again: 30 looks a minute are allowed, videos take minutes."""

_PATH = "/v2/post/publish"

_FAILED = {
    "file_format_check_failed": "TikTok does not take this format: videos are MP4, WebM or "
    "QuickTime with H.264, H.265, VP8 or VP9, photos are JPEG or WebP",
    "duration_check_failed": "the video is too short or too long; get_creator shows the longest",
    "frame_rate_check_failed": "the video must have 23 to 60 frames a second",
    "picture_size_check_failed": "videos have 360 to 4,096 pixels a side, photos at most 1080p",
    "video_pull_failed": "TikTok could not fetch the video",
    "photo_pull_failed": "TikTok could not fetch the photos: the addresses must be public, answer "
    "without a redirect, and stay for an hour",
    "publish_cancelled": "the publishing was cancelled",
    "spam_risk_user_banned_from_posting": "TikTok has banned the account from posting",
    "spam_risk_text": "TikTok takes the text for spam; change it",
    "spam_risk": "TikTok takes the post for a risk; look at the account in TikTok's app",
}
"""TikTok's fail_reason in words."""


class Posting:
    """Posts of one account. Credentials: `userToken`. Settings: `privacyLevel`."""

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        self._journal = context.journal
        self._token = context.credentials.get("userToken", "")
        headers = {"Authorization": f"Bearer {self._token}"}
        self._tiktok = PlatformClient(context, POSTING_URL, POSTING_TABLE, headers=headers)

    @property
    def connected(self) -> bool:
        """Whether the connection can post."""
        return bool(self._token)

    def publish_video(self, given: PublishVideo) -> Outcome:
        """Start, upload in parts, wait; called again until the post is there."""
        media = self._context.media.open(given.media)
        refused = self._refusal(given) or refused_video(media)
        if refused:
            return refused
        body = {
            "post_info": _given(
                **self._post_info(given),
                title=given.caption,
                disable_duet=given.disable_duet,
                disable_stitch=given.disable_stitch,
                video_cover_timestamp_ms=given.cover_timestamp_ms,
                is_aigc=given.is_aigc,
            ),
            "source_info": {"source": "FILE_UPLOAD", **plan_of(media.size)},
        }
        # A start whose video never comes is forgotten after an hour, so a second one does no harm.
        started = self._started(given, "/video/init/", body, Effect.IDEMPOTENT_WRITE)
        if not _has_begun(started):
            return started
        sent = Upload(self._context, self._status).send(media)
        return self._finished("video") if sent.ok else sent

    def publish_photos(self, given: PublishPhotos) -> Outcome:
        """Start and wait: TikTok fetches the photos itself."""
        refused = self._refusal(given)
        if refused:
            return refused
        body = {
            "media_type": "PHOTO",
            "post_mode": "DIRECT_POST",
            "post_info": _given(
                **self._post_info(given),
                title=given.title,
                description=given.description,
                auto_add_music=given.auto_add_music,
            ),
            "source_info": {
                "source": "PULL_FROM_URL",
                "photo_images": [self._context.media.link(image) for image in given.images],
                "photo_cover_index": given.cover_index,
            },
        }
        started = self._started(given, "/content/init/", body, Effect.WRITE)
        return self._finished("photo") if _has_begun(started) else started

    def get_post(self, given: GetPost) -> Outcome:
        """How far a post is."""
        return self._unconnected() or self._status(given.publish_id)

    def get_creator(self, _given: NoInput) -> Outcome:
        """What the account may post, and who may be shown it."""
        return self._unconnected() or self._creator()

    def test(self) -> Outcome:
        """Whose the token is."""
        creator = self._creator()
        if not creator.ok or "username" not in creator.data:
            return creator
        shown = {"name": creator.data["nickname"], "username": creator.data["username"]}
        return creator.model_copy(update={"data": {"advertiserId": None, **shown}})

    def look(self, given: PublishVideo | PublishPhotos) -> ReadBack:
        """What became of a call that was lost.

        Without a kept start nothing of a video is there, but photos may be: TikTok shows a post
        only by the publishId that was lost.
        """
        is_video = isinstance(given, PublishVideo)
        started = self._journal.get(STARTED)
        if not started:
            return ReadBack(Reconciliation.NOT_DONE if is_video else Reconciliation.UNKNOWN)
        seen = self._status(started["publishId"])
        if seen.ok and seen.data.get("status") == "PUBLISH_COMPLETE":
            return ReadBack(Reconciliation.DONE, self._result(seen.data, _kind(is_video)))
        # The call goes on from its kept start, so making it again posts nothing twice.
        return ReadBack(Reconciliation.NOT_DONE if seen.ok else Reconciliation.UNKNOWN)

    # ------------------------------------------------------------------ parts

    def _unconnected(self) -> Outcome | None:
        if self._token:
            return None
        return invalid(
            "NO_USER_TOKEN",
            "posts need the userToken of a TikTok account that allowed video.publish; connect "
            "TikTok with it",
        )

    def _level(self, given: PostInput) -> str:
        return given.privacy_level or self._context.setting("privacyLevel")

    def _refusal(self, given: PostInput) -> Outcome | None:
        """What is wrong before TikTok is asked."""
        unconnected = self._unconnected()
        if unconnected:
            return unconnected
        level = self._level(given)
        if not level:
            return invalid(
                "NO_PRIVACY_LEVEL",
                "say who sees the post: privacyLevel in the input or in the connection's settings",
            )
        if given.brand_content and level == "SELF_ONLY":
            return invalid("AD_IS_PRIVATE", "a paid partnership cannot be SELF_ONLY")
        return None

    def _post_info(self, given: PostInput) -> dict[str, Json]:
        return {
            "privacy_level": self._level(given),
            "disable_comment": given.disable_comment,
            "brand_content_toggle": given.brand_content,
            "brand_organic_toggle": given.brand_organic,
        }

    def _started(
        self, given: PostInput, path: str, body: dict[str, Json], effect: Effect
    ) -> Outcome:
        """The kept start of this call; otherwise a new one, if the account may post so."""
        kept = self._journal.get(STARTED)
        if kept:
            return Outcome(kind=OutcomeKind.OK, data=kept)
        refused = self._refused_by_creator(self._level(given))
        if refused:
            return refused
        started = self._call(path, effect, _start, body)
        if _has_begun(started):
            size = body["source_info"].get("video_size")
            self._journal.put(STARTED, {**started.data, "size": size, "sent": 0})
        return started

    def _refused_by_creator(self, level: str) -> Outcome | None:
        """TikTok wants to be asked before each post what the account allows."""
        # A dry run shows the post, not the look before it.
        if self._context.dry_run:
            return None
        creator = self._journal.once("creator", self._creator)
        if not creator.ok:
            return creator
        levels = creator.data.get("privacyLevels")
        if levels is None or level in levels:
            return None
        return invalid(
            "privacy_level_option_mismatch",
            f"the account does not offer the privacyLevel {level}; it has {', '.join(levels)}",
        )

    def _finished(self, kind: str) -> Outcome:
        """The post, if TikTok has made it; otherwise the wait or the reason."""
        seen = self._status(self._journal.get(STARTED)["publishId"])
        if not seen.ok:
            return seen
        match seen.data.get("status"):
            case "PUBLISH_COMPLETE":
                return seen.model_copy(update={"data": self._result(seen.data, kind)})
            case "FAILED":
                return self._failed(seen.data["failReason"] or "unknown")
            case _:
                return in_progress(f"TikTok is processing the {kind}", LOOK_SECONDS)

    def _failed(self, reason: str) -> Outcome:
        """The outcome of a publishing that ended without a post."""
        if reason == "auth_removed":
            message = "the account has removed your app's access"
            return Outcome(kind=OutcomeKind.NEEDS_REAUTH, code=reason, message=message)
        if reason != "internal" and reason not in QUOTAS:
            return invalid(reason, _FAILED.get(reason, f"TikTok gave up: {reason}"))
        # Nothing was posted and TikTok would take it later: the next call begins anew.
        self._journal.put(STARTED, None)
        if reason == "internal":
            message = "TikTok failed and posted nothing"
            return Outcome(kind=OutcomeKind.TRANSIENT, code=reason, message=message)
        message = "the account's posts of 24 hours are used up"
        wait = QUOTA_SECONDS
        return Outcome(
            kind=OutcomeKind.RATE_LIMITED, code=reason, message=message, retry_after=wait
        )

    def _creator(self) -> Outcome:
        return self._call("/creator_info/query/", Effect.READ, _creator)

    def _status(self, publish_id: str) -> Outcome:
        body = {"publish_id": publish_id}
        return self._call(
            "/status/fetch/", Effect.READ, lambda data: _status(data, publish_id), body
        )

    def _call(
        self, path: str, effect: Effect, read: Any, body: dict[str, Json] | None = None
    ) -> Outcome:
        return self._tiktok.call(
            "POST",
            _PATH + path,
            effect,
            read=lambda answer: read(answer["data"]),
            json=body or {},
            headers={"Content-Type": "application/json; charset=UTF-8"},
        )

    def _result(self, seen: dict[str, Any], kind: str) -> Json:
        post = next(iter(seen["postIds"]), None)
        user = (self._journal.get("creator") or {}).get("username")
        url = f"https://www.tiktok.com/@{user}/{kind}/{post}" if post and user else None
        return {"publishId": seen["publishId"], "postId": post, "url": url}


def _kind(is_video: bool) -> str:
    return "video" if is_video else "photo"


def _has_begun(outcome: Outcome) -> bool:
    return outcome.ok and "publishId" in outcome.data


def _given(**fields: Json) -> dict[str, Json]:
    return {name: value for name, value in fields.items() if value is not None}


def _start(data: Any) -> Json:
    return {"publishId": data["publish_id"], "uploadUrl": data.get("upload_url")}


def _status(data: Any, publish_id: str) -> Json:
    # The name of the field is misspelt in TikTok's API.
    posts = data.get("publicaly_available_post_id") or []
    return {
        "publishId": publish_id,
        "status": data["status"],
        "failReason": data.get("fail_reason") or None,
        "postIds": [str(post) for post in posts],
        "uploadedBytes": data.get("uploaded_bytes"),
    }


def _creator(data: Any) -> Json:
    return {
        "username": data["creator_username"],
        "nickname": data.get("creator_nickname"),
        "privacyLevels": data["privacy_level_options"],
        "commentDisabled": data.get("comment_disabled"),
        "duetDisabled": data.get("duet_disabled"),
        "stitchDisabled": data.get("stitch_disabled"),
        "maxVideoSeconds": data.get("max_video_post_duration_sec"),
    }
