"""YouTube's Data API and Analytics.

Contract: https://developers.google.com/youtube/v3/docs and the discovery documents youtube v3 (of
2026-11-04) and youtubeAnalytics v2. They say what older texts have otherwise: an update replaces
all of a part's fields, so the part is read first; `publishAt` needs the privacy status `private`;
uploads of projects that were not audited are no longer locked as private.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from connectors.youtube.inputs import (
    GetAnalytics,
    GetVideoStats,
    Privacy,
    ScheduleVideo,
    UpdateVideo,
    UploadVideo,
    moment,
)
from connectors.youtube.spec import ANALYTICS_URL, CHUNK_UNIT, SPEC
from connectors.youtube.table import TABLE, UPLOAD_TABLE
from connectors.youtube.upload import Started, Upload
from hub.connector_kit.client import ClientContext, PlatformClient
from hub.connector_kit.connector import ReadBack
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome, OutcomeKind, Reconciliation, invalid

MAX_BYTES = 274_877_906_944
"""The largest video that YouTube takes."""

_SNIPPET = (
    "title",
    "description",
    "tags",
    "categoryId",
    "defaultLanguage",
    "defaultAudioLanguage",
)
_STATUS = (
    "privacyStatus",
    "publishAt",
    "selfDeclaredMadeForKids",
    "embeddable",
    "license",
    "publicStatsViewable",
    "containsSyntheticMedia",
)
_PARTS = {"snippet": _SNIPPET, "status": _STATUS}
"""The fields of each part that can be set; an update that leaves one away clears it."""


class YoutubeClient:
    """Calls YouTube for one connection. Credentials: `accessToken`. Settings: `apiVersion`,
    `analyticsVersion`, `chunkSize`.
    """

    def __init__(self, context: ClientContext) -> None:
        self._context = context
        headers = {"Authorization": f"Bearer {context.credentials['accessToken']}"}
        defaults = SPEC.default_settings()
        self._youtube = PlatformClient(context, SPEC.base_url, TABLE, headers=headers)
        self._uploads = PlatformClient(context, SPEC.base_url, UPLOAD_TABLE, headers=headers)
        version = context.setting("analyticsVersion") or defaults["analyticsVersion"]
        self._reports = f"{ANALYTICS_URL}/{version}/reports"
        self._path = f"/youtube/{context.setting('apiVersion') or defaults['apiVersion']}"
        self._chunk = context.setting("chunkSize") or str(defaults["chunkSize"])

    def upload_video(self, given: UploadVideo) -> Outcome:
        """videos.insert by a resumable upload; called again until it is through."""
        chunk = int(self._chunk) if self._chunk.isdigit() else 0
        if not chunk or chunk % CHUNK_UNIT:
            return invalid("BAD_CHUNK_SIZE", f"chunkSize must be a multiple of {CHUNK_UNIT} bytes")
        if given.publish_at and given.publish_at <= self._context.clock.now():
            return _PAST
        media = self._context.media.open(given.media)
        if not (media.content_type.startswith("video/") or media.content_type == _ANY_BYTES):
            return invalid("NOT_A_VIDEO", f"{media.filename} is {media.content_type}, not a video")
        if not 0 < media.size <= MAX_BYTES:
            return invalid("BAD_SIZE", f"{media.filename} has {media.size} bytes; 1 to {MAX_BYTES}")
        params = {
            "uploadType": "resumable",
            "part": "snippet,status",
            "notifySubscribers": given.notify_subscribers,
        }
        start = Started(f"/upload{self._path}/videos", params, _wanted(given))
        return Upload(self._context, self._uploads, chunk).send(media, start)

    def schedule_video(self, given: ScheduleVideo) -> Outcome:
        """videos.update of the status: private, with a publishAt."""
        if given.publish_at <= self._context.clock.now():
            return _PAST
        wanted = {"privacyStatus": Privacy.PRIVATE.value, "publishAt": moment(given.publish_at)}

        def may(parts: dict[str, dict[str, Json]]) -> Outcome | None:
            if parts["status"].get("privacyStatus") == Privacy.PUBLIC:
                return invalid(
                    "ALREADY_PUBLIC",
                    f"{given.video_id} is public; scheduling it would take it away. Make it "
                    "private first (update_video) if that is wanted",
                )
            return None

        return self._update(given.video_id, {"status": wanted}, may, _scheduled)

    def update_video(self, given: UpdateVideo) -> Outcome:
        """videos.update of the snippet, the status or both, each read first and sent whole."""
        fields = given.model_dump(mode="json", by_alias=True, exclude_none=True)
        parts = {
            part: {name: fields[name] for name in names if name in fields}
            for part, names in _PARTS.items()
        }
        return self._update(
            given.video_id, {part: own for part, own in parts.items() if own}, None, _changed
        )

    def get_video_stats(self, given: GetVideoStats) -> Outcome:
        """videos.list by id."""

        def read(body: Any) -> Json:
            videos = [_stats(video) for video in body["items"]]
            shown = {video["id"] for video in videos}
            return {"videos": videos, "missing": [i for i in given.video_ids if i not in shown]}

        params = {"part": "snippet,statistics,status", "id": ",".join(given.video_ids)}
        path = f"{self._path}/videos"
        return self._youtube.call("GET", path, Effect.READ, read=read, params=params)

    def get_analytics(self, given: GetAnalytics) -> Outcome:
        """reports.query; `cursor` is the number of the first row."""
        start = int(given.cursor or 1)
        history = given.include_historical_channel_data
        params = {
            "ids": given.ids,
            "startDate": given.start_date.isoformat(),
            "endDate": given.end_date.isoformat(),
            "metrics": ",".join(given.metrics),
            "dimensions": ",".join(given.dimensions),
            "filters": ";".join(given.filters),
            "sort": ",".join(given.sort),
            "currency": given.currency,
            "includeHistoricalChannelData": history,
            "maxResults": given.limit,
            "startIndex": start,
        }

        def read(body: Any) -> Json:
            columns = [header["name"] for header in body["columnHeaders"]]
            found = body.get("rows") or []
            full = len(found) >= given.limit
            return {
                "columns": columns,
                "rows": [dict(zip(columns, row, strict=False)) for row in found],
                "cursor": str(start + len(found)) if full else None,
            }

        sent = {name: value for name, value in params.items() if value not in (None, "")}
        return self._youtube.call("GET", self._reports, Effect.READ, read=read, params=sent)

    def test_connection(self, _given: NoInput) -> Outcome:
        """channels.list of the token's own channel."""

        def read(body: Any) -> Json:
            if not body.get("items") and "pageInfo" in body:
                return None
            channel = body["items"][0]
            return {"channelId": channel["id"], "title": channel["snippet"]["title"]}

        params = {"part": "snippet", "mine": True}
        path = f"{self._path}/channels"
        outcome = self._youtube.call("GET", path, Effect.READ, read=read, params=params)
        return _NO_CHANNEL if outcome.ok and outcome.data is None else outcome

    def reconcile(self, action: str, given: ActionInput, since: datetime) -> ReadBack:
        """Asks the upload's session: it knows its video, and makes no second one."""
        del since
        if action != "upload_video" or not isinstance(given, UploadVideo):
            return ReadBack(Reconciliation.UNKNOWN)
        return ReadBack(*Upload(self._context, self._uploads, CHUNK_UNIT).look())

    # ------------------------------------------------------------------ parts

    def _update(
        self,
        video_id: str,
        wanted: dict[str, dict[str, Json]],
        may: Callable[[dict[str, dict[str, Json]]], Outcome | None] | None,
        read: Callable[[Any], Json],
    ) -> Outcome:
        """Read the parts, change them, send them whole. `may` can refuse for what was read."""
        parts: dict[str, dict[str, Json]] = {part: {} for part in wanted}
        # A dry run shows the change, not the look before it.
        if not self._context.dry_run:
            found = self._parts(video_id, tuple(wanted))
            if not found.ok or "unrecognizedAnswer" in found.data:
                return found
            if not found.data:
                return invalid("videoNotFound", f"there is no video {video_id} that we may change")
            parts = found.data
            refused = may(parts) if may else None
            if refused:
                return refused
        body = {part: _merged(part, parts[part], own) for part, own in wanted.items()}
        return self._youtube.call(
            "PUT",
            f"{self._path}/videos",
            Effect.IDEMPOTENT_WRITE,
            read=read,
            params={"part": ",".join(wanted)},
            json={"id": video_id, **body},
        )

    def _parts(self, video_id: str, names: tuple[str, ...]) -> Outcome:
        """Parts of a video; empty if there is no such video."""

        def read(body: Any) -> Json:
            return next(({n: video[n] for n in names} for video in body["items"]), {})

        params = {"part": ",".join(names), "id": video_id}
        path = f"{self._path}/videos"
        return self._youtube.call("GET", path, Effect.READ, read=read, params=params)


_ANY_BYTES = "application/octet-stream"
_PAST = invalid("PUBLISH_AT_PAST", "publishAt is past; give a time to come")
_NO_CHANNEL = Outcome(
    kind=OutcomeKind.INVALID_REQUEST,
    code="NO_CHANNEL",
    message="the Google account has no YouTube channel; create one or connect another account",
)


def _wanted(given: UploadVideo) -> dict[str, Json]:
    """The video resource that starts an upload."""
    fields = given.model_dump(mode="json", by_alias=True, exclude_none=True)
    if given.publish_at:
        fields["publishAt"] = moment(given.publish_at)
    if not given.tags:
        del fields["tags"]
    return {
        part: {name: fields[name] for name in names if name in fields}
        for part, names in _PARTS.items()
    }


def _merged(part: str, known: dict[str, Json], wanted: dict[str, Json]) -> dict[str, Json]:
    """All of a part that can be set, as it was but for what is wanted."""
    whole = {name: known[name] for name in _PARTS[part] if name in known} | wanted
    if whole.get("privacyStatus", Privacy.PRIVATE) != Privacy.PRIVATE:
        whole.pop("publishAt", None)
    return whole


def _scheduled(video: Any) -> Json:
    status = video["status"]
    return {
        "videoId": video["id"],
        "privacyStatus": status["privacyStatus"],
        "publishAt": status.get("publishAt"),
    }


def _changed(video: Any) -> Json:
    return {
        "videoId": video["id"],
        "title": video.get("snippet", {}).get("title"),
        "privacyStatus": video.get("status", {}).get("privacyStatus"),
    }


def _stats(video: Any) -> dict[str, Json]:
    """Counts come as text; one that the owner hides is left away."""
    numbers, status = video.get("statistics", {}), video.get("status", {})

    def count(name: str) -> int | None:
        value = numbers.get(name)
        return int(value) if isinstance(value, str) and value.isdigit() else None

    return {
        "id": video["id"],
        "title": video.get("snippet", {}).get("title"),
        "views": count("viewCount"),
        "likes": count("likeCount"),
        "comments": count("commentCount"),
        "privacyStatus": status.get("privacyStatus"),
        "publishAt": status.get("publishAt"),
        "uploadStatus": status.get("uploadStatus"),
        "failureReason": status.get("failureReason"),
        "rejectionReason": status.get("rejectionReason"),
    }
