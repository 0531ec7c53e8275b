"""YouTube as data: what it can do, what it takes, and how it fails."""

from connectors.youtube.inputs import (
    GetAnalytics,
    GetVideoStats,
    ScheduleVideo,
    UpdateVideo,
    UploadVideo,
)
from hub.connector_kit.google import google_auth
from hub.connector_kit.spec import Action, ConnectorSpec, NoInput, Setting
from hub.domain.outcome import Effect

ANALYTICS_URL = "https://youtubeanalytics.googleapis.com"

CHUNK_UNIT = 256 * 1024
"""Pieces of an upload are a multiple of this many bytes, but for the last."""

SPEC = ConnectorSpec(
    kind="youtube",
    display_name="YouTube",
    description="Upload, schedule and change videos, and read how they and the channel do.",
    category="social",
    base_url="https://youtube.googleapis.com",
    auth=google_auth(
        "https://www.googleapis.com/auth/youtube",
        "https://www.googleapis.com/auth/yt-analytics.readonly",
    ),
    actions=(
        Action(
            id="upload_video",
            name="Upload a video",
            description="Uploads a video of any size, in pieces; private unless told otherwise.",
            input=UploadVideo,
            effect=Effect.WRITE,
            output={
                "videoId": "id",
                "url": "where it can be watched",
                "uploadStatus": "uploaded: being processed; processed, failed or rejected",
                "privacyStatus": "private, unlisted or public",
                "publishAt": "when it becomes public, or null",
            },
        ),
        Action(
            id="schedule_video",
            name="Schedule a video",
            description="Sets when a private video becomes public.",
            input=ScheduleVideo,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"videoId": "id", "privacyStatus": "private", "publishAt": "when"},
        ),
        Action(
            id="update_video",
            name="Change a video",
            description="Changes a video's title, description, tags, category or status.",
            input=UpdateVideo,
            effect=Effect.IDEMPOTENT_WRITE,
            output={"videoId": "id", "title": "as it is now", "privacyStatus": "as it is now"},
        ),
        Action(
            id="get_video_stats",
            name="Get a video's numbers",
            description="Tells views, likes, comments and status of up to 50 videos.",
            input=GetVideoStats,
            effect=Effect.READ,
            output={
                "videos": "id, title, views, likes, comments, privacyStatus, uploadStatus, …",
                "missing": "ids that YouTube does not show us",
            },
        ),
        Action(
            id="get_analytics",
            name="Get analytics",
            description="A report of YouTube Analytics for the channel.",
            input=GetAnalytics,
            effect=Effect.READ,
            output={"rows": "objects by column", "columns": "names", "cursor": "next or null"},
        ),
        Action(
            id="test_connection",
            name="Test the connection",
            description="Asks YouTube which channel the token is of; changes nothing.",
            input=NoInput,
            effect=Effect.READ,
            output={"channelId": "id", "title": "name of the channel"},
        ),
    ),
    limits="100 uploads a day and project; other calls share 10,000 units a day, until midnight "
    "Pacific time: a read costs 1, a change 50. A channel has an upload limit of its own.",
    reference="https://developers.google.com/youtube/v3/docs",
    contract="Google's discovery documents youtube v3 and youtubeAnalytics v2",
    settings=(
        Setting("apiVersion", "version of the YouTube Data API", "v3"),
        Setting("analyticsVersion", "version of the YouTube Analytics API", "v2"),
        Setting(
            "chunkSize", "bytes of a piece of an upload, a multiple of 262144", 8 * 1024 * 1024
        ),
    ),
)
