"""Facebook posts: now or at a time, and found again when their answer was lost."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.facebook.inputs import (
    CreatePost,
)
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.meta import appsecret_proof
from tests.support import START, FrozenClock
from tests.unit.connectors.facebook_stub import AT, client, graph, later, post
from tests.unit.connectors.meta_stub import IMAGE, LOST, MORE, REFUSED, VIDEO, Answer, form, stamp


def test_words_and_a_link_go_to_the_feed_with_the_pages_token() -> None:
    meta = graph({"POST feed": {"id": "100_5"}})
    over = client(meta, pageAccessToken="EAAB-page", appSecret="app-secret")
    given = post(message="Read", link="https://example.com/a", countries=["DE", "AT"])
    assert over.create_post(given).data == {"postId": "100_5", "photoIds": [], "videoId": None}
    (request,) = meta.sent
    assert request.url.path == "/v26.0/100/feed"
    assert form(request) == {
        "message": "Read",
        "link": "https://example.com/a",
        "targeting": {"geo_locations": {"countries": ["DE", "AT"]}},
    }
    assert request.headers["authorization"] == "Bearer EAAB-page"
    assert request.url.params["appsecret_proof"] == appsecret_proof("app-secret", "EAAB-page")


def test_without_a_page_token_the_access_token_is_used() -> None:
    meta = graph({"POST feed": {"id": "100_5"}})
    assert client(meta).create_post(post()).ok
    assert meta.sent[0].headers["authorization"] == "Bearer EAAB-user"
    assert "appsecret_proof" not in meta.sent[0].url.params


def test_one_photo_is_a_post_of_its_own() -> None:
    meta = graph({"POST photos": {"id": "31", "post_id": "100_6"}})
    photo = {"media": IMAGE, "altText": "A shirt"}
    outcome = client(meta).create_post(post(message="Look", photos=[photo]))
    assert outcome.data == {"postId": "100_6", "photoIds": ["31"], "videoId": None}
    assert form(meta.sent[0]) == {
        "url": IMAGE["url"],
        "alt_text_custom": "A shirt",
        "caption": "Look",
    }


def test_several_photos_are_uploaded_unseen_and_posted_together() -> None:
    notes = MemoryNotes()
    meta = graph({"POST photos": [{"id": "31"}, LOST, {"id": "32"}], "POST feed": {"id": "100_7"}})
    given = post(message="Look", photos=[{"media": IMAGE}, {"media": IMAGE}])
    assert client(meta, notes).create_post(given).kind == "transient"
    outcome = client(meta, notes).create_post(given)
    assert outcome.data == {"postId": "100_7", "photoIds": ["31", "32"], "videoId": None}
    assert meta.calls == ["POST photos", "POST photos", "POST photos", "POST feed"]
    assert form(meta.sent[0]) == {"url": IMAGE["url"], "published": "false"}
    assert form(meta.sent[3]) == {
        "message": "Look",
        "attached_media": [{"media_fbid": "31"}, {"media_fbid": "32"}],
    }


def test_photos_are_uploaded_over_several_invocations_when_time_is_up() -> None:
    notes, clock = MemoryNotes(), FrozenClock()

    def meta(_request: httpx.Request) -> httpx.Response:
        clock.advance(5)
        return httpx.Response(200, json={"id": "31"})

    given = post(photos=[{"media": IMAGE}] * 3)
    first = client(meta, notes, clock=clock).create_post(given)
    assert (first.kind, first.retry_after) == ("in_progress", 1)
    assert client(meta, notes, clock=clock).create_post(given).ok


def test_a_video_is_waited_for() -> None:
    notes = MemoryNotes()
    meta = graph(
        {
            "POST videos": [{"id": "41"}],
            "GET 41": [
                {"status": {"video_status": "processing"}},
                {"status": {"video_status": "ready"}, "post_id": "8"},
            ],
        }
    )
    given = post(message="It moves", video={"media": VIDEO, "title": "Linen"})
    waiting = client(meta, notes).create_post(given)
    assert (waiting.kind, waiting.retry_after) == ("in_progress", 10)
    outcome = client(meta, notes).create_post(given)
    assert outcome.data == {"postId": "100_8", "photoIds": [], "videoId": "41"}
    assert form(meta.sent[0]) == {
        "file_url": VIDEO["url"],
        "title": "Linen",
        "description": "It moves",
    }


@pytest.mark.parametrize("status", ["error", "expired", "upload_failed"])
def test_a_video_that_cannot_be_processed_is_refused(status: str) -> None:
    meta = graph({"POST videos": {"id": "41"}, "GET 41": {"status": {"video_status": status}}})
    outcome = client(meta).create_post(post(video={"media": VIDEO}))
    assert (outcome.kind, outcome.code) == ("invalid_request", "VIDEO_FAILED")


def test_a_scheduled_post_is_unpublished_and_has_a_time() -> None:
    meta = graph({"POST feed": {"id": "100_9"}})
    outcome = client(meta).schedule_post(later())
    assert outcome.data == {
        "postId": "100_9",
        "photoIds": [],
        "videoId": None,
        "publishAt": "2026-03-02T10:00:00.000Z",
    }
    assert form(meta.sent[0]) == {
        "message": "Doors open",
        "published": "false",
        "scheduled_publish_time": str(int(AT.timestamp())),
    }


def test_photos_of_a_scheduled_post_are_temporary() -> None:
    meta = graph({"POST photos": {"id": "31"}, "POST feed": {"id": "100_9"}})
    outcome = client(meta).schedule_post(later(message="Look", photos=[{"media": IMAGE}]))
    assert outcome.data["photoIds"] == ["31"]
    assert form(meta.sent[0]) == {
        "url": IMAGE["url"],
        "published": "false",
        "temporary": "true",
    }
    assert form(meta.sent[1])["attached_media"] == [{"media_fbid": "31"}]


@pytest.mark.parametrize(("minutes", "refused"), [(9.99, True), (10, False), (-5, True)])
def test_a_time_less_than_ten_minutes_ahead_is_refused(minutes: float, refused: bool) -> None:
    meta = graph({"POST feed": {"id": "100_9"}})
    outcome = client(meta).schedule_post(later(START + timedelta(minutes=minutes)))
    assert (outcome.code == "TOO_SOON") is refused
    assert bool(meta.sent) is not refused


def test_a_scheduled_video_goes_on_though_its_time_has_come_near() -> None:
    notes, clock = MemoryNotes(), FrozenClock()
    working: Answer = {"status": {"video_status": "processing"}}
    ready: Answer = {"status": {"video_status": "ready"}}
    meta = graph({"POST videos": [{"id": "41"}], "GET 41": [working, ready]})
    given = later(video={"media": VIDEO})
    assert client(meta, notes, clock=clock).schedule_post(given).kind == "in_progress"
    clock.advance(55 * 60)
    assert client(meta, notes, clock=clock).schedule_post(given).ok
    assert form(meta.sent[0])["published"] == "false"


def shown(id_: str, message: str | None, seconds: int, **more: Any) -> dict[str, Any]:
    words = {"message": message} if message else {}
    return {"id": id_, "created_time": stamp(seconds), **words, **more}


LINKED = {"attachments": {"data": [{"unshimmed_url": "https://example.com/a"}]}}


@pytest.mark.parametrize(
    ("given", "listed", "verdict"),
    [
        (post(), [], "not_done"),
        (post(), [shown("100_5", "Doors open", 3)], "done"),
        (post(message="Doors\r\nopen "), [shown("100_5", "Doors\nopen", 3)], "done"),
        (post(), [shown("100_5", "Doors open", -60)], "not_done"),
        (post(), [shown("100_5", "Doors closed", 3)], "not_done"),
        (post(), [shown("100_5", None, 3)], "not_done"),
        (post(), [shown("100_5", "Doors open", 3), shown("100_6", "Doors open", 4)], "unknown"),
        (post(link="https://example.com/a"), [shown("100_5", None, 3, **LINKED)], "done"),
        (post(link="https://example.com/b"), [shown("100_5", None, 3, **LINKED)], "unknown"),
        (post(link="https://example.com/a"), [shown("100_5", "Hm", 3, **LINKED)], "not_done"),
        (post(photos=[{"media": IMAGE}]), [shown("100_5", None, 3)], "unknown"),
        (post(photos=[{"media": IMAGE}]), [shown("100_5", None, -60)], "not_done"),
    ],
)
def test_a_lost_post_is_looked_up_in_the_feed(
    given: CreatePost, listed: list[Any], verdict: str
) -> None:
    meta = graph({"GET feed": {"data": listed}})
    seen = client(meta).reconcile("create_post", given, START)
    assert seen.verdict == verdict
    assert meta.sent[0].url.params["since"] == str(int(START.timestamp()))
    if verdict == "done":
        assert seen.data == {"postId": "100_5", "photoIds": [], "videoId": None}


@pytest.mark.parametrize(
    "pages", [[REFUSED], [{"data": [], "paging": MORE}] * 3, [{"data": [], "paging": MORE}, LOST]]
)
def test_a_feed_that_was_not_read_to_its_end_leaves_the_post_unknown(
    pages: list[Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    meta = graph({"GET feed": pages})
    assert client(meta).reconcile("create_post", post(), START).verdict == "unknown"


UNIX = int(AT.timestamp())


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        ([], "not_done"),
        ([shown("100_9", "Doors open", 3, scheduled_publish_time=UNIX)], "done"),
        ([shown("100_9", "Doors open", 3, scheduled_publish_time=str(UNIX))], "done"),
        ([shown("100_9", "Doors open", 3, scheduled_publish_time=UNIX + 60)], "not_done"),
        ([shown("100_9", "Doors open", -60, scheduled_publish_time=UNIX)], "not_done"),
        ([shown("100_9", "Other", 3, scheduled_publish_time=UNIX)], "not_done"),
    ],
)
def test_a_lost_scheduled_post_is_looked_up_by_words_and_time(
    listed: list[Any], verdict: str
) -> None:
    meta = graph({"GET scheduled_posts": {"data": listed}})
    seen = client(meta).reconcile("schedule_post", later(), START)
    assert seen.verdict == verdict
    if verdict == "done":
        assert seen.data["publishAt"] == "2026-03-02T10:00:00.000Z"


def test_a_scheduled_post_whose_time_has_come_is_looked_up_in_the_feed() -> None:
    clock = FrozenClock()
    clock.advance(2 * 3600)
    meta = graph({"GET feed": {"data": [shown("100_9", "Doors open", 3600)]}})
    seen = client(meta, clock=clock).reconcile("schedule_post", later(), START)
    assert (seen.verdict, meta.calls) == ("done", ["GET feed"])


def video(id_: str, words: str, seconds: int, title: str = "Linen") -> dict[str, Any]:
    return {"id": id_, "description": words, "title": title, "created_time": stamp(seconds)}


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        ([video("41", "It moves", 3)], "not_done"),
        # It may still be processed: absence proves nothing.
        ([], "unknown"),
        ([video("41", "It moves", -60)], "unknown"),
        ([video("41", "It moves", 3, "Silk")], "unknown"),
        ([video("41", "It moves", 3), video("42", "It moves", 4)], "unknown"),
    ],
)
def test_a_lost_video_is_found_and_then_waited_for(listed: list[Any], verdict: str) -> None:
    notes = MemoryNotes()
    ready = {"status": {"video_status": "ready"}, "post_id": "100_8"}
    meta = graph({"GET videos": {"data": listed}, "GET 41": ready})
    given = post(message="It moves", video={"media": VIDEO, "title": "Linen"})
    assert client(meta, notes).reconcile("create_post", given, START).verdict == verdict
    if verdict == "not_done":
        outcome = client(meta, notes).create_post(given)
        assert outcome.data == {"postId": "100_8", "photoIds": [], "videoId": "41"}
        assert "POST videos" not in meta.calls


def test_a_post_that_is_known_to_be_done_is_not_looked_up() -> None:
    notes = MemoryNotes()
    meta = graph({"POST feed": {"id": "100_5"}})
    assert client(meta, notes).create_post(post()).ok
    seen = client(graph({}), notes).reconcile("create_post", post(), START)
    assert (seen.verdict, seen.data["postId"]) == ("done", "100_5")
