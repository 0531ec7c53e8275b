"""Posts on TikTok: videos in parts that can break anywhere, photos, and what the account allows."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.tiktok.client import TikTokClient
from connectors.tiktok.inputs import CheckConnection, GetReport
from connectors.tiktok.post_inputs import GetPost, PublishPhotos, PublishVideo
from connectors.tiktok.sandbox import TikTokTwin
from connectors.tiktok.upload import CHUNK, MAX_BYTES, plan_of
from hub.connector_kit.client import ClientContext
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.media import Media, OpenMedia, SandboxMedia
from hub.connector_kit.spec import NoInput
from hub.domain.model import Json
from hub.domain.outcome import Outcome, OutcomeKind, Reconciliation
from tests.contract.oracles import tiktok as oracle
from tests.support import START, FrozenClock
from tests.unit.connectors.samples_tiktok import PHOTO, PHOTO_POST, VIDEO, VIDEO_POST

GIVEN = PublishVideo.model_validate({"media": VIDEO, "caption": "Tea"})
PHOTOS = PublishPhotos.model_validate({"images": [PHOTO], "description": "Tea"})
PUBLIC = {"privacyLevel": "PUBLIC_TO_EVERYONE"}
PARTS = 3
SIZE = PARTS * CHUNK + 123
POST = {
    "publishId": VIDEO_POST,
    "postId": "7500000000000000001",
    "url": "https://www.tiktok.com/@neonhub/video/7500000000000000001",
}

CREATOR, INIT, STATUS = "creator_info/query/", "video/init/", "status/fetch/"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)


class BigMedia(SandboxMedia):
    """A video of `size` bytes behind every name."""

    def __init__(self, size: int, content_type: str = "video/mp4") -> None:
        self.size = size
        self.content_type = content_type

    def open(self, media: Media) -> OpenMedia:
        del media

        def read(start: int, end: int) -> Iterator[bytes]:
            yield bytes(end - start)

        return OpenMedia("tea.mp4", self.content_type, self.size, read)


class Wire:
    """TikTok's twin behind a wire that can break.

    `faults` are by the number of the request, from 0: `before` it arrives, `after` it did, or
    another answer instead. `slow` is the seconds that each request takes. Every request that goes
    out must be one of TikTok's contract.
    """

    def __init__(self, faults: dict[int, Any] | None = None, slow: float = 0) -> None:
        self.faults = faults or {}
        self.sent: list[httpx.Request] = []
        self.state: dict[str, Json] = {}
        self.notes = MemoryNotes()
        self.clock = FrozenClock()
        self.media: SandboxMedia = BigMedia(SIZE)
        self.slow = slow
        self.settings: dict[str, Json] = dict(PUBLIC)
        self._twin = TikTokTwin()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        oracle.check(request)
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

    def client(self, **more: Any) -> TikTokClient:
        """The client of another invocation of the same call."""
        context: dict[str, Any] = {
            "transport": httpx.MockTransport(self),
            "credentials": {"userToken": "act.user"},
            "clock": self.clock,
            "settings": self.settings,
            "call_key": "run_1.step_1",
            "notes": self.notes,
            "media": self.media,
            **more,
        }
        return TikTokClient(ClientContext(**context))

    def until_done(self, given: PublishVideo | PublishPhotos = GIVEN) -> tuple[Outcome, list[str]]:
        """Call again, as the state machine would, until the call has ended."""
        kinds: list[str] = []
        for _ in range(30):
            client = self.client()
            act = client.publish_video if isinstance(given, PublishVideo) else client.publish_photos
            outcome: Outcome = act(given)  # type: ignore[arg-type]
            kinds.append(outcome.kind)
            if outcome.kind in (OutcomeKind.OK, OutcomeKind.INVALID_REQUEST, OutcomeKind.UNKNOWN):
                return outcome, kinds
            self.clock.advance((outcome.retry_after or 0) + 1)
        raise AssertionError(f"the call does not end: {kinds}")

    @property
    def paths(self) -> list[str]:
        return [request.url.path.removeprefix("/v2/post/publish/") for request in self.sent]

    @property
    def ranges(self) -> list[str]:
        return [r.headers["content-range"] for r in self.sent if "content-range" in r.headers]

    @property
    def posted(self) -> list[str]:
        """The posts that TikTok has all of."""
        posts = self.state.get("post", [])
        return [post["publishId"] for post in posts if post["has"] == post["size"]]


# ---------------------------------------------------------------------- videos


def test_a_video_is_asked_for_started_sent_in_parts_and_waited_for() -> None:
    wire = Wire()
    outcome, kinds = wire.until_done()
    assert outcome.data == POST
    assert kinds == ["in_progress", "ok"]
    assert wire.paths == [CREATOR, INIT, *["/video/"] * PARTS, STATUS, STATUS]
    assert wire.ranges == [
        f"bytes 0-{CHUNK - 1}/{SIZE}",
        f"bytes {CHUNK}-{2 * CHUNK - 1}/{SIZE}",
        f"bytes {2 * CHUNK}-{SIZE - 1}/{SIZE}",
    ]


def test_the_address_to_upload_to_is_not_in_the_answer() -> None:
    wire = Wire()
    outcome, _ = wire.until_done()
    assert "upload_token" not in str(outcome)
    assert "act.user" not in str(outcome)


def test_an_upload_stops_when_the_time_is_up_and_goes_on() -> None:
    wire = Wire(slow=5)
    outcome, kinds = wire.until_done()
    assert outcome.data == POST
    assert kinds.count("in_progress") >= 2
    assert len(wire.ranges) == PARTS, "no part went twice"
    assert wire.paths.count(INIT) == 1


@pytest.mark.parametrize("fault", ["before", "after"])
@pytest.mark.parametrize("number", range(7))
def test_a_break_at_any_request_makes_one_post(number: int, fault: str) -> None:
    wire = Wire({number: fault})
    outcome, kinds = wire.until_done()
    assert outcome.kind == "ok", outcome
    assert outcome.data["postId"]
    assert len(wire.posted) == 1, "one post, whatever broke"
    assert "unknown_outcome" not in kinds


def test_a_lost_answer_of_the_last_part_is_found_by_asking() -> None:
    wire = Wire({4: "after"})
    outcome, kinds = wire.until_done()
    assert outcome.data == POST
    assert kinds[0] == "transient"
    assert wire.ranges[-1] == wire.ranges[-2], "sent again, and refused as already there"
    assert wire.posted == [VIDEO_POST]


@pytest.mark.parametrize("status", [403, 404])
def test_an_address_that_ended_begins_anew(status: int) -> None:
    wire = Wire({3: httpx.Response(status)})
    outcome, kinds = wire.until_done()
    assert kinds[0] == "transient"
    assert outcome.data["publishId"] == "v_pub_file~v2-1.2"
    assert wire.paths.count(INIT) == 2
    assert len(wire.posted) == 1


def test_an_address_that_ended_after_the_last_part_posts_nothing_twice() -> None:
    wire = Wire({4: "after", 5: httpx.Response(404)})
    outcome, _ = wire.until_done()
    assert outcome.data == POST
    assert wire.paths.count(INIT) == 1


def test_media_that_changed_on_the_way_is_refused() -> None:
    wire = Wire({3: "before"})
    assert wire.client().publish_video(GIVEN).kind == "transient"
    wire.media = BigMedia(SIZE + 1)
    assert wire.client().publish_video(GIVEN).code == "MEDIA_CHANGED"


@pytest.mark.parametrize(
    "url", [None, "http://open-upload.tiktokapis.com/video/", "https://tiktokapis.com.example.com/"]
)
def test_the_video_goes_to_tiktoks_own_hosts_only(url: str | None) -> None:
    data = {"publish_id": "v_pub_file~v2-1.9", "upload_url": url}
    answer = httpx.Response(200, json={"data": data, "error": {"code": "ok"}})
    wire = Wire({1: answer})
    assert wire.client().publish_video(GIVEN).code == "BAD_UPLOAD_URL"
    assert len(wire.sent) == 2


@pytest.mark.parametrize(
    ("size", "content_type", "code"),
    [
        (SIZE, "image/png", "NOT_A_VIDEO"),
        (SIZE, "application/octet-stream", "NOT_A_VIDEO"),
        (0, "video/mp4", "BAD_SIZE"),
        (MAX_BYTES + 1, "video/webm", "BAD_SIZE"),
    ],
)
def test_what_is_no_video_for_tiktok_is_refused_unasked(
    size: int, content_type: str, code: str
) -> None:
    wire = Wire()
    wire.media = BigMedia(size, content_type)
    outcome = wire.client().publish_video(GIVEN)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert wire.sent == []


@suppose(st.integers(min_value=1, max_value=MAX_BYTES))
def test_every_size_is_cut_as_tiktok_wants_it(size: int) -> None:
    plan = plan_of(size)
    chunk, count = plan["chunk_size"], plan["total_chunk_count"]
    last = size - (count - 1) * chunk
    assert count == size // chunk
    assert 1 <= count <= 1000
    assert chunk <= last < 2 * CHUNK
    assert chunk == size if count == 1 else chunk == CHUNK


# ---------------------------------------------------------------------- the end of a post


def status(state: str, reason: str | None = None) -> httpx.Response:
    data = {"status": state, "fail_reason": reason, "publicaly_available_post_id": []}
    return httpx.Response(200, json={"data": data, "error": {"code": "ok", "message": ""}})


@pytest.mark.parametrize(
    ("reason", "kind", "says"),
    [
        ("file_format_check_failed", "invalid_request", "MP4"),
        ("duration_check_failed", "invalid_request", "too long"),
        ("spam_risk_text", "invalid_request", "change it"),
        ("something_new", "invalid_request", "something_new"),
        ("auth_removed", "needs_reauth", "access"),
        ("internal", "transient", "nothing"),
        ("spam_risk_too_many_posts", "rate_limited", "24 hours"),
    ],
)
def test_a_post_that_tiktok_gave_up_says_why(reason: str, kind: str, says: str) -> None:
    wire = Wire({2 + PARTS: status("FAILED", reason)})
    outcome = wire.client().publish_video(GIVEN)
    assert (outcome.kind, outcome.code) == (kind, reason)
    assert says in (outcome.message or "")
    assert bool(outcome.retry_after) == (kind == "rate_limited")


@pytest.mark.parametrize("reason", ["internal", "spam_risk_too_many_posts"])
def test_what_tiktok_would_take_later_begins_anew(reason: str) -> None:
    wire = Wire({2 + PARTS: status("FAILED", reason)})
    outcome, _ = wire.until_done()
    assert outcome.data["publishId"] == "v_pub_file~v2-1.2"
    assert wire.paths.count(INIT) == 2


def test_a_post_that_only_friends_see_has_no_id() -> None:
    wire = Wire()
    wire.settings = {"privacyLevel": "MUTUAL_FOLLOW_FRIENDS"}
    outcome, _ = wire.until_done()
    assert outcome.data == {"publishId": VIDEO_POST, "postId": None, "url": None}


# ---------------------------------------------------------------------- what the account allows


def test_a_level_that_the_account_does_not_offer_is_refused_before_the_start() -> None:
    wire = Wire()
    given = GIVEN.model_copy(update={"privacy_level": "FOLLOWER_OF_CREATOR"})
    outcome = wire.client().publish_video(given)
    assert (outcome.kind, outcome.code) == ("invalid_request", "privacy_level_option_mismatch")
    assert "MUTUAL_FOLLOW_FRIENDS" in (outcome.message or "")
    assert wire.paths == [CREATOR]


def test_without_a_level_nothing_is_asked() -> None:
    wire = Wire()
    wire.settings = {}
    assert wire.client().publish_video(GIVEN).code == "NO_PRIVACY_LEVEL"
    assert wire.sent == []


def test_a_used_up_day_inside_http_200_is_waited_for_before_the_start() -> None:
    body = {"data": {}, "error": {"code": "spam_risk_too_many_posts", "message": "cap"}}
    wire = Wire({0: httpx.Response(200, json=body)})
    outcome = wire.client().publish_video(GIVEN)
    assert (outcome.kind, outcome.retry_after) == ("rate_limited", 3600)
    assert wire.paths == [CREATOR]
    assert wire.until_done()[0].data == POST


def test_an_account_that_posts_only_is_tested_by_its_name() -> None:
    outcome = Wire().client().test_connection(CheckConnection())
    assert outcome.data == {"advertiserId": None, "name": "NeonHub Sandbox", "username": "neonhub"}


@pytest.mark.parametrize("action", ["publish_video", "publish_photos", "get_post", "get_creator"])
def test_posts_without_a_users_token_say_what_to_do(action: str) -> None:
    given: dict[str, Any] = {
        "publish_video": GIVEN,
        "publish_photos": PHOTOS,
        "get_post": GetPost(publish_id=VIDEO_POST),
        "get_creator": NoInput(),
    }
    wire = Wire()
    client = wire.client(credentials={"accessToken": "ads"})
    outcome = getattr(client, action)(given[action])
    assert (outcome.kind, outcome.code) == ("invalid_request", "NO_USER_TOKEN")
    assert wire.sent == []


def test_ads_without_their_token_say_what_to_do() -> None:
    wire = Wire()
    given = GetReport.model_validate({"startDate": "2026-02-01", "endDate": "2026-02-07"})
    assert wire.client().get_report(given).code == "NO_ACCESS_TOKEN"
    assert wire.sent == []


# ---------------------------------------------------------------------- photos


def test_photos_are_started_once_and_waited_for() -> None:
    wire = Wire()
    outcome, kinds = wire.until_done(PHOTOS)
    assert kinds == ["in_progress", "ok"]
    assert outcome.data == {
        "publishId": PHOTO_POST.replace(".2", ".1"),
        "postId": "7500000000000000001",
        "url": "https://www.tiktok.com/@neonhub/photo/7500000000000000001",
    }
    assert wire.paths == [CREATOR, "content/init/", STATUS, STATUS]


def test_a_lost_start_of_photos_is_not_repeated_and_not_known() -> None:
    wire = Wire({1: "after"})
    outcome, _ = wire.until_done(PHOTOS)
    assert outcome.kind == "unknown_outcome"
    seen = wire.client().reconcile("publish_photos", PHOTOS, START)
    assert seen.verdict is Reconciliation.UNKNOWN
    assert wire.paths.count("content/init/") == 1


# ---------------------------------------------------------------------- looking up


@pytest.mark.parametrize(
    ("looks", "verdict"), [(1, Reconciliation.NOT_DONE), (2, Reconciliation.DONE)]
)
def test_a_kept_start_tells_what_became_of_a_post(looks: int, verdict: Reconciliation) -> None:
    wire = Wire({2 + PARTS: "before"})
    assert wire.client().publish_video(GIVEN).kind == "transient"
    for _ in range(looks):
        seen = wire.client().reconcile("publish_video", GIVEN, START)
    assert seen.verdict is verdict
    assert seen.data == (POST if verdict is Reconciliation.DONE else None)


def test_a_video_that_was_never_started_was_not_posted() -> None:
    seen = Wire().client().reconcile("publish_video", GIVEN, START)
    assert seen.verdict is Reconciliation.NOT_DONE


def test_a_look_that_fails_proves_nothing() -> None:
    wire = Wire()
    wire.client().publish_video(GIVEN)
    wire.faults = {len(wire.sent): httpx.Response(500)}
    seen = wire.client().reconcile("publish_video", GIVEN, START)
    assert seen.verdict is Reconciliation.UNKNOWN


# ---------------------------------------------------------------------- inputs


@pytest.mark.parametrize(
    ("model", "given", "says"),
    [
        (PublishVideo, {"media": VIDEO, "caption": "😀" * 1101}, "2202 UTF-16"),
        (PublishPhotos, {"images": [PHOTO], "title": "😀" * 46}, "92 UTF-16"),
        (PublishPhotos, {"images": []}, "at least 1"),
        (PublishPhotos, {"images": [PHOTO] * 36}, "at most 35"),
        (PublishPhotos, {"images": [PHOTO], "coverIndex": 1}, "coverIndex"),
        (
            PublishVideo,
            {"media": VIDEO, "brandContent": True, "privacyLevel": "SELF_ONLY"},
            "cannot be SELF_ONLY",
        ),
        (PublishVideo, {"media": VIDEO, "privacyLevel": "PUBLIC"}, "PUBLIC_TO_EVERYONE"),
    ],
)
def test_what_tiktok_would_refuse_is_refused_with_words(
    model: Any, given: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        model.model_validate(given)


def test_a_paid_partnership_is_not_private_by_the_settings_either() -> None:
    wire = Wire()
    wire.settings = {"privacyLevel": "SELF_ONLY"}
    given = GIVEN.model_copy(update={"brand_content": True})
    assert wire.client().publish_video(given).code == "AD_IS_PRIVATE"
    assert wire.sent == []


def test_a_dry_run_shows_the_post_and_not_the_look_before_it() -> None:
    wire = Wire()
    wire.client(dry_run=True).publish_video(GIVEN)
    assert wire.paths[0] == INIT
