"""YouTube: uploads that go on wherever they broke off, parts sent whole, numbers read."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from connectors.youtube.app import CONNECTOR
from connectors.youtube.client import YoutubeClient
from connectors.youtube.inputs import (
    GetAnalytics,
    GetVideoStats,
    ScheduleVideo,
    UpdateVideo,
    UploadVideo,
)
from connectors.youtube.sandbox import YoutubeTwin, refused
from connectors.youtube.spec import CHUNK_UNIT, SPEC
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.media import SANDBOX_SIZE, Media, OpenMedia, SandboxMedia
from hub.connector_kit.spec import ActionInput, NoInput
from hub.domain.model import Json
from hub.domain.outcome import Effect, Outcome
from tests.harness import Harness
from tests.support import START, FrozenClock

VIDEO = "sbx00000001"
MEDIA = {"url": "https://media.example.com/launch.mp4"}
GIVEN = UploadVideo.model_validate({"media": MEDIA, "title": "Launch"})
RANGES = [
    "bytes 0-262143/600000",
    "bytes 262144-524287/600000",
    "bytes 524288-599999/600000",
]
ASK = "bytes */600000"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)


class Wire:
    """YouTube's twin behind a wire that can break.

    `faults` are by the number of the request, from 0: `before` it arrives, `after` it did, or
    another answer instead. `slow` is the seconds that each request takes.
    """

    def __init__(self, faults: dict[int, Any] | None = None, slow: float = 0) -> None:
        self.faults = faults or {}
        self.sent: list[httpx.Request] = []
        self.state: dict[str, Json] = {}
        self.notes = MemoryNotes()
        self.clock = FrozenClock()
        self.media = SandboxMedia()
        self.slow = slow
        self._twin = YoutubeTwin()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        fault = self.faults.get(len(self.sent))
        self.sent.append(request)
        self.clock.advance(self.slow)
        if isinstance(fault, httpx.Response):
            return fault
        if fault == "before":
            raise httpx.ReadTimeout("lost")
        answer = self._twin.answer(request, self.state, self.clock.now())
        if fault == "after":
            raise httpx.ReadTimeout("lost")
        return answer

    def client(self, settings: dict[str, Json] | None = None, **more: Any) -> YoutubeClient:
        """The client of another invocation of the same call."""
        return YoutubeClient(
            ClientContext(
                transport=httpx.MockTransport(self),
                credentials={"accessToken": "ya29.token"},
                clock=self.clock,
                settings={**SPEC.default_settings(), "chunkSize": CHUNK_UNIT, **(settings or {})},
                call_key="run_1.step_1",
                notes=self.notes,
                media=self.media,
                **more,
            )
        )

    def upload(self) -> Outcome:
        return self.client().upload_video(GIVEN)

    @property
    def ranges(self) -> list[str]:
        return [r.headers["content-range"] for r in self.sent if "content-range" in r.headers]

    @property
    def videos(self) -> list[str]:
        return [video["id"] for video in self.state.get("videos", [])]


# ---------------------------------------------------------------------- uploads


def test_an_upload_is_a_session_and_pieces() -> None:
    wire = Wire()
    outcome = wire.upload()
    assert outcome.data == {
        "videoId": VIDEO,
        "url": f"https://www.youtube.com/watch?v={VIDEO}",
        "uploadStatus": "uploaded",
        "privacyStatus": "private",
        "publishAt": None,
    }
    start, *pieces = wire.sent
    assert (start.method, start.url.path) == ("POST", "/upload/youtube/v3/videos")
    assert dict(start.url.params) == {
        "uploadType": "resumable",
        "part": "snippet,status",
        "notifySubscribers": "true",
    }
    assert start.headers["x-upload-content-length"] == str(SANDBOX_SIZE)
    assert start.headers["x-upload-content-type"] == "video/mp4"
    assert json.loads(start.content) == {
        "snippet": {"title": "Launch", "categoryId": "22"},
        "status": {"privacyStatus": "private"},
    }
    assert wire.ranges == RANGES
    assert {len(piece.content) % CHUNK_UNIT for piece in pieces[:-1]} == {0}
    whole = b"".join(piece.content for piece in pieces)
    assert whole == SandboxMedia().open(GIVEN.media).part(0, SANDBOX_SIZE)


def test_a_scheduled_upload_is_private_until_then() -> None:
    wire = Wire()
    given = {"media": MEDIA, "title": "x", "publishAt": "2026-12-01T10:00:00+01:00"}
    outcome = wire.client().upload_video(UploadVideo.model_validate(given))
    assert json.loads(wire.sent[0].content)["status"] == {
        "privacyStatus": "private",
        "publishAt": "2026-12-01T09:00:00Z",
    }
    assert outcome.data["publishAt"] == "2026-12-01T09:00:00Z"


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("fault", ["after", httpx.Response(503, text="busy"), "before"])
def test_a_piece_that_breaks_off_is_asked_about_and_the_call_goes_on(
    number: int, fault: Any
) -> None:
    wire = Wire({number: fault})
    outcome = wire.upload()
    if fault == "after":
        assert outcome.ok, outcome
        assert wire.ranges == [*RANGES[:number], ASK, *RANGES[number:]]
    else:
        # Nothing of it arrived; it is not sent again before the state machine's pause.
        assert (outcome.kind, outcome.code) == ("transient", "NO_PROGRESS")
        assert wire.upload().ok
        assert wire.ranges == [*RANGES[:number], ASK, ASK, *RANGES[number - 1 :]]
    assert wire.videos == [VIDEO]


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("fault", ["before", "after"])
def test_a_call_made_again_goes_on_where_the_wire_broke(number: int, fault: str) -> None:
    wire = Wire({number: fault, number + 1: "before"})
    kind = "unknown_outcome" if number == 3 else "transient"
    assert wire.upload().kind == kind
    assert wire.upload().ok
    gone_on = RANGES[number:] if fault == "after" else RANGES[number - 1 :]
    assert wire.ranges == [*RANGES[:number], ASK, ASK, *gone_on]
    assert wire.videos == [VIDEO]
    assert wire.upload().data["videoId"] == VIDEO
    assert wire.videos == [VIDEO], "a finished upload is not made again"


@pytest.mark.parametrize(
    ("fault", "now", "verdict"),
    [
        ("after", None, "done"),
        ("before", None, "not_done"),
        ("after", "before", "unknown"),
        ("after", httpx.Response(401, text="no"), "unknown"),
        ("after", httpx.Response(404, text="Not Found"), "unknown"),
        ("after", httpx.Response(500), "unknown"),
    ],
)
def test_a_lost_last_piece_is_looked_up_in_its_session(fault: str, now: Any, verdict: str) -> None:
    wire = Wire({3: fault, 4: "before", 5: now})
    assert wire.upload().kind == "unknown_outcome"
    seen = wire.client().reconcile("upload_video", GIVEN, START)
    assert seen.verdict == verdict
    assert (seen.data or {}).get("videoId") == (VIDEO if verdict == "done" else None)
    assert wire.ranges[-1] == ASK
    if verdict == "done":
        again = wire.client().reconcile("upload_video", GIVEN, START)
        assert (again.verdict, len(wire.ranges)) == ("done", 5)


def test_an_upload_without_a_session_was_not_done() -> None:
    wire = Wire({0: "after"})
    assert wire.upload().kind == "transient"
    assert wire.client().reconcile("upload_video", GIVEN, START).verdict == "not_done"
    assert len(wire.sent) == 1


def test_a_session_that_ended_before_its_last_piece_was_not_done() -> None:
    wire = Wire({2: "before", 3: "before", 4: httpx.Response(404, text="Not Found")})
    wire.upload()
    assert wire.client().reconcile("upload_video", GIVEN, START).verdict == "not_done"


def test_a_long_upload_stops_in_time_and_tells_how_far_it_is() -> None:
    wire = Wire(slow=5)
    said = []
    for _ in range(5):
        outcome = wire.upload()
        said.append((outcome.kind, outcome.message, outcome.retry_after))
        if outcome.ok:
            break
    assert said == [
        ("in_progress", "43 % of the video is uploaded", 1),
        ("in_progress", "87 % of the video is uploaded", 1),
        ("ok", None, None),
    ]
    assert wire.ranges == [RANGES[0], ASK, RANGES[1], ASK, RANGES[2]]
    assert wire.videos == [VIDEO]


def test_a_later_address_replaces_the_sessions() -> None:
    other = "https://youtube.googleapis.com/upload/youtube/v3/videos?upload_id=elsewhere"
    moved = httpx.Response(308, headers={"range": "bytes=0-262143", "location": other})
    wire = Wire({1: moved, 2: httpx.Response(308, headers={"range": "bytes=0-524287"})})
    wire.upload()
    assert [str(request.url) for request in wire.sent[2:]] == [other, other]


def test_what_youtube_took_less_of_is_sent_again() -> None:
    short = httpx.Response(308, headers={"range": "bytes=0-262143"})
    wire = Wire({1: short})
    wire.client({"chunkSize": 2 * CHUNK_UNIT}).upload_video(GIVEN)
    assert wire.ranges == ["bytes 0-524287/600000", "bytes 262144-599999/600000"]


def test_an_upload_of_which_nothing_is_taken_does_not_go_round_for_ever() -> None:
    wire = Wire({1: httpx.Response(308)})
    assert wire.upload().code == "NO_PROGRESS"
    assert len(wire.sent) == 2


def test_a_whole_upload_that_is_not_yet_a_video_is_waited_for() -> None:
    all_there = httpx.Response(308, headers={"range": "bytes=0-599999"})
    wire = Wire({3: all_there, 4: all_there})
    assert wire.upload().kind == "in_progress"
    assert wire.upload().kind == "in_progress"
    wire.faults = {5: httpx.Response(200, json={"id": VIDEO, "status": {}})}
    assert wire.upload().data["videoId"] == VIDEO
    assert wire.ranges == [*RANGES, ASK, ASK]


@pytest.mark.parametrize("faults", [{2: "before", 3: "before", 4: 404}, {2: 404}, {2: 410}])
def test_a_session_that_ended_early_is_begun_anew(faults: dict[int, Any]) -> None:
    answers = {n: httpx.Response(f) if isinstance(f, int) else f for n, f in faults.items()}
    wire = Wire(answers)
    assert wire.upload().kind == "transient"
    assert wire.upload().ok
    assert [request.method for request in wire.sent].count("POST") == 2
    assert wire.videos == ["sbx00000002"]


@pytest.mark.parametrize(
    "faults",
    [
        {3: "after", 4: "before", 5: httpx.Response(404)},
        {3: "before", 4: "before", 6: httpx.Response(404)},
    ],
)
def test_a_session_that_ended_after_its_last_piece_is_not_begun_anew(faults: Any) -> None:
    """A second session would make a second video."""
    wire = Wire(faults)
    assert wire.upload().kind == "unknown_outcome"
    outcome = wire.upload()
    assert (outcome.kind, outcome.code) == ("unknown_outcome", "SESSION_ENDED")
    assert [request.method for request in wire.sent].count("POST") == 1


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_quota_is_waited_for_and_the_upload_goes_on(number: int) -> None:
    wire = Wire({number: refused(403, "quotaExceeded", "no")})
    outcome = wire.upload()
    # 01:00 in California: 23 hours to midnight.
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", 23 * 3600)
    assert wire.upload().ok
    assert wire.videos == [VIDEO]


class OtherMedia(SandboxMedia):
    """Media of another size or type."""

    def __init__(self, **changes: Any) -> None:
        self._changes = changes

    def open(self, media: Media) -> OpenMedia:
        found = super().open(media)
        return OpenMedia(**{**vars(found), **self._changes})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"content_type": "image/png"}, "NOT_A_VIDEO"),
        ({"size": 0}, "BAD_SIZE"),
        ({"size": 274_877_906_945}, "BAD_SIZE"),
    ],
)
def test_media_that_youtube_does_not_take_is_not_sent(changes: Any, code: str) -> None:
    wire = Wire()
    wire.media = OtherMedia(**changes)
    outcome = wire.upload()
    assert (outcome.kind, outcome.code, wire.sent) == ("invalid_request", code, [])


def test_media_that_changed_between_two_pieces_is_not_mixed() -> None:
    wire = Wire({2: "before", 3: "before"})
    wire.upload()
    wire.media = OtherMedia(size=SANDBOX_SIZE - 1)
    assert wire.upload().code == "MEDIA_CHANGED"


@pytest.mark.parametrize("chunk", ["0", "1000", "262145", "-262144", "8 MiB"])
def test_a_piece_must_be_a_multiple_of_256_kib(chunk: str) -> None:
    wire = Wire()
    outcome = wire.client({"chunkSize": chunk}).upload_video(GIVEN)
    assert (outcome.code, wire.sent) == ("BAD_CHUNK_SIZE", [])


def test_without_a_setting_pieces_are_of_8_mib() -> None:
    wire = Wire()
    wire.client(dict(SPEC.default_settings())).upload_video(GIVEN)
    assert wire.ranges == ["bytes 0-599999/600000"]
    assert SPEC.default_settings()["chunkSize"] == 8 * 1024 * 1024


# ---------------------------------------------------------------------- changes


def uploaded(**more: Any) -> Wire:
    """A wire behind which there is a video."""
    wire = Wire()
    given = {"media": MEDIA, "title": "Launch", "tags": ["a"], "description": "Words", **more}
    assert wire.client().upload_video(UploadVideo.model_validate(given)).ok
    wire.sent.clear()
    return wire


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_scheduling_keeps_the_rest_of_the_status() -> None:
    wire = uploaded(embeddable=False, selfDeclaredMadeForKids=True, license="creativeCommon")
    given = ScheduleVideo(video_id=VIDEO, publish_at=at("2026-12-01T10:00:00+01:00"))
    assert wire.client().schedule_video(given).data == {
        "videoId": VIDEO,
        "privacyStatus": "private",
        "publishAt": "2026-12-01T09:00:00Z",
    }
    read, change = wire.sent
    assert (read.method, dict(read.url.params)) == ("GET", {"part": "status", "id": VIDEO})
    assert (change.method, dict(change.url.params)) == ("PUT", {"part": "status"})
    assert json.loads(change.content) == {
        "id": VIDEO,
        "status": {
            "privacyStatus": "private",
            "publishAt": "2026-12-01T09:00:00Z",
            "embeddable": False,
            "license": "creativeCommon",
            "selfDeclaredMadeForKids": True,
        },
    }


def test_a_public_video_is_not_taken_away_by_scheduling_it() -> None:
    wire = uploaded(privacyStatus="public")
    given = ScheduleVideo(video_id=VIDEO, publish_at=at("2026-12-01T09:00:00Z"))
    assert wire.client().schedule_video(given).code == "ALREADY_PUBLIC"
    assert [request.method for request in wire.sent] == ["GET"]


@pytest.mark.parametrize("when", [START, at("2026-03-01T00:00:00Z")])
def test_a_time_that_is_past_is_refused(when: datetime) -> None:
    wire = Wire()
    given = ScheduleVideo(video_id=VIDEO, publish_at=when)
    video = UploadVideo(media=Media.model_validate(MEDIA), title="x", publish_at=when)
    assert wire.client().schedule_video(given).code == "PUBLISH_AT_PAST"
    assert wire.client().upload_video(video).code == "PUBLISH_AT_PAST"
    assert wire.sent == []


def test_a_change_sends_the_snippet_whole() -> None:
    wire = uploaded()
    given = UpdateVideo(video_id=VIDEO, title="New")
    assert wire.client().update_video(given).data["title"] == "New"
    assert json.loads(wire.sent[1].content) == {
        "id": VIDEO,
        "snippet": {"title": "New", "description": "Words", "tags": ["a"], "categoryId": "22"},
    }


def test_a_change_of_both_parts_is_one_call() -> None:
    wire = uploaded(publishAt="2026-12-01T09:00:00Z")
    given = UpdateVideo.model_validate(
        {"videoId": VIDEO, "description": "", "privacyStatus": "public"}
    )
    assert wire.client().update_video(given).data["privacyStatus"] == "public"
    body = json.loads(wire.sent[1].content)
    assert wire.sent[1].url.params["part"] == "snippet,status"
    assert body["snippet"]["description"] == ""
    assert "publishAt" not in body["status"], "only a private video can have one"


def test_a_change_of_a_scheduled_video_keeps_it_scheduled() -> None:
    wire = uploaded(publishAt="2026-12-01T09:00:00Z")
    wire.client().update_video(UpdateVideo(video_id=VIDEO, embeddable=False))
    assert json.loads(wire.sent[1].content)["status"]["publishAt"] == "2026-12-01T09:00:00Z"


@pytest.mark.parametrize("action", ["schedule_video", "update_video"])
def test_a_video_that_is_not_there_is_not_changed(action: str) -> None:
    wire = Wire()
    given: dict[str, ActionInput] = {
        "schedule_video": ScheduleVideo(video_id=VIDEO, publish_at=at("2026-12-01T09:00:00Z")),
        "update_video": UpdateVideo(video_id=VIDEO, title="x"),
    }
    outcome = getattr(wire.client(), action)(given[action])
    assert (outcome.kind, outcome.code) == ("invalid_request", "videoNotFound")
    assert len(wire.sent) == 1


def test_a_read_that_failed_changes_nothing() -> None:
    wire = uploaded()
    wire.faults = {0: refused(403, "rateLimitExceeded", "no")}
    outcome = wire.client().update_video(UpdateVideo(video_id=VIDEO, title="x"))
    assert outcome.kind == "rate_limited"
    assert len(wire.sent) == 1


def test_a_dry_run_shows_the_change() -> None:
    wire = Wire()
    wire.client(dry_run=True).update_video(UpdateVideo(video_id=VIDEO, title="x"))
    assert [request.method for request in wire.sent] == ["PUT"]


# ---------------------------------------------------------------------- reads


def answering(answer: Any) -> Wire:
    return Wire({0: httpx.Response(200, json=answer)})


def test_numbers_are_numbers_and_hidden_ones_none() -> None:
    video = {
        "id": VIDEO,
        "snippet": {"title": "Launch"},
        "statistics": {"viewCount": "123456789012", "commentCount": "0"},
        "status": {"uploadStatus": "rejected", "rejectionReason": "copyright"},
    }
    wire = answering({"items": [video]})
    data = wire.client().get_video_stats(GetVideoStats(video_ids=(VIDEO, "dQw4w9WgXcQ"))).data
    (shown,) = data["videos"]
    assert (shown["views"], shown["likes"], shown["comments"]) == (123456789012, None, 0)
    assert (shown["uploadStatus"], shown["rejectionReason"]) == ("rejected", "copyright")
    assert data["missing"] == ["dQw4w9WgXcQ"]
    assert dict(wire.sent[0].url.params) == {
        "part": "snippet,statistics,status",
        "id": f"{VIDEO},dQw4w9WgXcQ",
    }


def test_a_video_is_processed_after_a_while() -> None:
    wire = uploaded()
    given = GetVideoStats(video_ids=(VIDEO,))
    first, second = (wire.client().get_video_stats(given).data["videos"][0] for _ in range(2))
    assert (first["uploadStatus"], second["uploadStatus"]) == ("uploaded", "processed")


def test_a_report_goes_to_analytics_and_its_pages_end() -> None:
    wire = Wire()
    given = {
        "startDate": "2026-11-01",
        "endDate": "2026-11-07",
        "metrics": ["views", "likes"],
        "dimensions": ["day"],
        "filters": ["country==DE", "video==a,b"],
        "sort": ["-views"],
        "limit": 2,
    }
    pages, cursor = [], None
    for _ in range(9):
        page = wire.client().get_analytics(GetAnalytics.model_validate({**given, "cursor": cursor}))
        pages.append(len(page.data["rows"]))
        cursor = page.data["cursor"]
        if cursor is None:
            break
    assert pages == [2, 2, 1]
    first = wire.sent[0].url
    assert (first.host, first.path) == ("youtubeanalytics.googleapis.com", "/v2/reports")
    assert dict(first.params) == {
        "ids": "channel==MINE",
        "startDate": "2026-11-01",
        "endDate": "2026-11-07",
        "metrics": "views,likes",
        "dimensions": "day",
        "filters": "country==DE;video==a,b",
        "sort": "-views",
        "maxResults": "2",
        "startIndex": "1",
    }
    assert [request.url.params["startIndex"] for request in wire.sent] == ["1", "3", "5"]
    assert page.data["columns"] == ["day", "views", "likes"]
    assert page.data["rows"] == [{"day": "day-5", "views": 50, "likes": 50}]


def test_a_report_without_rows_is_empty() -> None:
    wire = answering({"columnHeaders": [{"name": "views"}]})
    given = {"startDate": "2026-11-01", "endDate": "2026-11-01"}
    data = wire.client().get_analytics(GetAnalytics.model_validate(given)).data
    assert data == {"columns": ["views"], "rows": [], "cursor": None}


def test_the_channel_is_named() -> None:
    wire = Wire()
    assert wire.client().test_connection(NoInput()).data["title"] == "NeonHub Sandbox"
    assert dict(wire.sent[0].url.params) == {"part": "snippet", "mine": "true"}


def test_an_account_without_a_channel_is_told() -> None:
    wire = answering({"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}})
    outcome = wire.client().test_connection(NoInput())
    assert (outcome.kind, outcome.code) == ("invalid_request", "NO_CHANNEL")


def test_versions_are_settings() -> None:
    wire = Wire()
    wire.client({"apiVersion": "v4"}).test_connection(NoInput())
    given = {"startDate": "2026-11-01", "endDate": "2026-11-01"}
    wire.client({"analyticsVersion": "v3"}).get_analytics(GetAnalytics.model_validate(given))
    assert [request.url.path for request in wire.sent] == ["/youtube/v4/channels", "/v3/reports"]


# ---------------------------------------------------------------------- inputs


@pytest.mark.parametrize(
    ("model", "given", "words"),
    [
        (UploadVideo, {"title": "x" * 101}, "at most 100"),
        (UploadVideo, {"title": "a <b>"}, "must not contain"),
        (UploadVideo, {"title": ""}, "at least 1"),
        (UploadVideo, {"title": "x", "description": "é" * 2501}, "5000 bytes"),
        (UploadVideo, {"title": "x", "description": "1 > 0"}, "must not contain"),
        (UploadVideo, {"title": "x", "tags": ["a" * 100] * 5}, "these have 504"),
        (UploadVideo, {"title": "x", "tags": ["a b" * 83] * 2}, "these have 503"),
        (UploadVideo, {"title": "x", "privacyStatus": "scheduled"}, "privacyStatus"),
        (
            UploadVideo,
            {"title": "x", "privacyStatus": "public", "publishAt": "2026-12-01T00:00:00Z"},
            "must have the privacyStatus private",
        ),
        (UploadVideo, {"title": "x", "publishAt": "2026-12-01T00:00:00"}, "timezone"),
        (ScheduleVideo, {"videoId": "short", "publishAt": "2026-12-01T00:00:00Z"}, "videoId"),
        (UpdateVideo, {"videoId": VIDEO}, "at least one field"),
        (GetVideoStats, {"videoIds": []}, "videoIds"),
        (GetVideoStats, {"videoIds": [VIDEO] * 51}, "videoIds"),
        (GetAnalytics, {"startDate": "2026-11-02", "endDate": "2026-11-01"}, "before startDate"),
        (
            GetAnalytics,
            {"startDate": "2026-11-01", "endDate": "2026-11-01", "filters": ["a==b;c==d"]},
            "filters",
        ),
        (
            GetAnalytics,
            {"startDate": "2026-11-01", "endDate": "2026-11-01", "cursor": "0"},
            "cursor",
        ),
    ],
)
def test_what_youtube_would_refuse_is_refused_before_the_call(
    model: type[ActionInput], given: dict[str, Any], words: str
) -> None:
    media = {"media": MEDIA} if model is UploadVideo else {}
    with pytest.raises(ValueError, match=words):
        model.model_validate({**media, **given})


def test_tags_may_fill_500_letters() -> None:
    tags = ["a" * 99] * 5
    assert UploadVideo.model_validate({"media": MEDIA, "title": "x", "tags": tags}).tags


def test_only_uploads_are_writes_that_must_be_read_back() -> None:
    writes = {action.id for action in SPEC.actions if action.effect is Effect.WRITE}
    assert writes == {"upload_video"}
    seen = Wire().client().reconcile("update_video", UpdateVideo(video_id=VIDEO, title="x"), START)
    assert seen.verdict == "unknown"


# ---------------------------------------------------------------------- the twin


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("POST", "/upload/youtube/v3/videos", {}, 400),
        ("POST", "/upload/youtube/v3/videos?uploadType=resumable&part=snippet", {}, 400),
        (
            "POST",
            "/upload/youtube/v3/videos?uploadType=resumable&part=snippet",
            {"json": {"snippet": {}}, "headers": {"X-Upload-Content-Length": "9"}},
            400,
        ),
        ("PUT", "/upload/youtube/v3/videos?upload_id=none", {}, 404),
        ("PUT", "/youtube/v3/videos?part=snippet", {"json": {"id": "none"}}, 404),
        ("GET", "/youtube/v3/channels?part=snippet", {}, 400),
        ("GET", "/v2/reports?metrics=views", {}, 400),
        ("GET", "/youtube/v3/clips", {}, 404),
    ],
)
def test_the_twin_refuses_what_youtube_refuses(
    method: str, path: str, more: dict[str, Any], status: int
) -> None:
    headers = {"authorization": "Bearer ya29.x", **more.pop("headers", {})}
    url = f"https://youtube.googleapis.com{path}"
    request = httpx.Request(method, url, headers=headers, **more)
    request.read()
    assert YoutubeTwin().answer(request, {}, START).status_code == status


@pytest.mark.parametrize(
    ("part", "body", "reason"),
    [
        ("snippet", {"snippet": {"title": "no category"}}, "invalidVideoMetadata"),
        ("status", {"status": {"privacyStatus": "scheduled"}}, "invalidVideoMetadata"),
        (
            "status",
            {"status": {"privacyStatus": "public", "publishAt": "2026-12-01T00:00:00Z"}},
            "invalidPublishAt",
        ),
    ],
)
def test_the_twin_refuses_half_a_part(part: str, body: dict[str, Any], reason: str) -> None:
    wire = uploaded()
    headers = {"authorization": "Bearer ya29.x"}
    url = f"https://youtube.googleapis.com/youtube/v3/videos?part={part}"
    answer = wire(httpx.Request("PUT", url, json={"id": VIDEO, **body}, headers=headers))
    assert answer.json()["error"]["errors"][0]["reason"] == reason


@pytest.mark.parametrize(
    ("range_", "size"),
    [
        ("bytes 262144-524287/600000", 262144),
        ("bytes 0-99/600000", 100),
        ("bytes 0-262143/600001", 262144),
        ("bytes 0-9/600000", 9),
        ("bytes */600000", 5),
        ("0-9", 10),
    ],
)
def test_the_twin_takes_only_the_next_piece(range_: str, size: int) -> None:
    wire = Wire({1: "before", 2: "before"})
    wire.upload()
    session = wire.sent[1].url
    headers = {"authorization": "Bearer ya29.x", "content-range": range_}
    wire.faults = {}
    answer = wire(httpx.Request("PUT", session, content=b"x" * size, headers=headers))
    assert answer.status_code == 400


def test_a_run_uploads_and_then_schedules() -> None:
    harness = Harness(CONNECTOR)
    video = harness.act("upload_video", {"media": MEDIA, "title": "Launch"}).data["videoId"]
    given = {"videoId": video, "publishAt": "2026-12-01T09:00:00Z"}
    assert harness.act("schedule_video", given).ok
    stats = harness.act("get_video_stats", {"videoIds": [video]}).data["videos"][0]
    assert stats["publishAt"] == "2026-12-01T09:00:00Z"
    assert datetime.fromisoformat(stats["publishAt"]).astimezone(UTC) > START
