"""Uploads to X: in parts, going on where they stopped, waiting as long as X says."""

import json
from typing import Any

import httpx
import pytest

from connectors.x.client import XClient
from connectors.x.upload import PART
from hub.connector_kit.journal import MemoryNotes
from hub.domain.outcome import Outcome
from tests.support import FrozenClock
from tests.unit.connectors.x_stub import (
    APPENDED,
    BEGUN,
    DESCRIBED,
    READY,
    Files,
    Platform,
    client,
    context,
    processed,
    upload,
)


def test_an_image_is_sent_finalized_and_described() -> None:
    platform = Platform(BEGUN, APPENDED, processed(None), DESCRIBED)
    outcome = client(platform, media=Files()).upload_media(upload("A rocket"))
    assert outcome.data == READY
    begin, append, finalize, describe = platform.sent
    assert begin.url.path == "/2/media/upload/initialize"
    assert json.loads(begin.content) == {
        "media_type": "image/png",
        "total_bytes": 10,
        "media_category": "tweet_image",
    }
    assert append.url.path == "/2/media/upload/77/append"
    assert append.headers["content-type"].startswith("multipart/form-data")
    assert b'name="segment_index"\r\n\r\n0\r\n' in append.content
    assert b"\r\n\r\n" + b"\x00" * 10 + b"\r\n" in append.content
    assert finalize.url.path == "/2/media/upload/77/finalize"
    assert not finalize.content
    assert describe.url.path == "/2/media/metadata"
    assert json.loads(describe.content) == {
        "id": "77",
        "metadata": {"alt_text": {"text": "A rocket"}},
    }


def test_a_large_video_is_sent_in_parts() -> None:
    platform = Platform(BEGUN, APPENDED, APPENDED, APPENDED, processed(None))
    video = Files(2 * PART + 5, "video/mp4")
    assert client(platform, media=video).upload_media(upload()).data == READY
    parts = platform.sent[1:-1]
    assert [b'"segment_index"\r\n\r\n%d' % n in p.content for n, p in enumerate(parts)] == [
        True
    ] * 3
    sizes = [p.content.count(b"\x00") for p in parts]
    assert sizes == [PART, PART, 5]


@pytest.mark.parametrize("done", range(6))
def test_an_upload_goes_on_after_the_part_it_broke_at(done: int) -> None:
    answers = [BEGUN, APPENDED, APPENDED, APPENDED, processed(None), DESCRIBED]
    video, notes = Files(2 * PART + 5, "video/mp4"), MemoryNotes()
    broken = Platform(*answers[:done], httpx.Response(503))
    outcome = client(broken, media=video, notes=notes).upload_media(upload("A film"))
    assert outcome.kind == "transient"
    rest = Platform(*answers[done:])
    outcome = client(rest, media=video, notes=notes).upload_media(upload("A film"))
    assert outcome.data == READY
    every = [request.url.path for request in (*broken.sent[:-1], *rest.sent)]
    assert len(every) == 6
    assert len(rest.sent) == 6 - done


def test_an_upload_begins_nothing_when_its_time_is_up() -> None:
    clock, notes, video = FrozenClock(), MemoryNotes(), Files(2 * PART + 5, "video/mp4")

    def slow(request: httpx.Request) -> httpx.Response:
        clock.advance(9)
        return platform(request)

    platform = Platform(BEGUN, APPENDED, APPENDED, APPENDED, processed(None), DESCRIBED)
    outcomes = [
        XClient(context(slow, clock=clock, notes=notes, media=video)).upload_media(upload("A film"))
        for _ in range(5)
    ]
    assert [outcome.message for outcome in outcomes] == [
        "1 of 3 parts of the media are sent",
        "2 of 3 parts of the media are sent",
        "all parts of the media are sent",
        "X has the media, and its alternative text is not set yet",
        None,
    ]
    assert {outcome.retry_after for outcome in outcomes[:4]} == {1}
    assert outcomes[4].data == READY
    assert len(platform.sent) == 6


def test_processing_is_waited_for_as_long_as_x_says() -> None:
    notes, video = MemoryNotes(), Files(10, "video/mp4")

    def call(*answers: Any) -> tuple[Outcome, Platform]:
        platform = Platform(*answers)
        return client(platform, media=video, notes=notes).upload_media(upload("x")), platform

    outcome, _ = call(BEGUN, APPENDED, processed("pending", check_after_secs=3))
    assert (outcome.kind, outcome.retry_after) == ("in_progress", 3)
    outcome, asked = call(processed("in_progress", check_after_secs=7))
    assert (outcome.kind, outcome.retry_after) == ("in_progress", 7)
    assert dict(asked.sent[0].url.params) == {"command": "STATUS", "media_id": "77"}
    outcome, done = call(processed("succeeded"), DESCRIBED)
    assert outcome.data == READY
    assert [request.method for request in done.sent] == ["GET", "POST"]
    outcome, again = call(httpx.Response(500))
    assert outcome.data == READY
    assert not again.sent


def test_media_that_x_cannot_process_is_refused_with_its_reason() -> None:
    error = {"name": "InvalidMedia", "message": "Unsupported video format"}
    platform = Platform(BEGUN, APPENDED, processed("failed", error=error))
    outcome = client(platform, media=Files(10, "video/mp4")).upload_media(upload())
    assert (outcome.kind, outcome.code) == ("invalid_request", "MEDIA_FAILED")
    assert "Unsupported video format" in (outcome.message or "")


@pytest.mark.parametrize(
    ("content_type", "size", "category", "code"),
    [
        ("application/pdf", 10, None, "MEDIA_TYPE_UNSUPPORTED"),
        ("application/pdf", 10, "tweet_image", "MEDIA_TYPE_UNSUPPORTED"),
        ("image/png", 5 * 2**20 + 1, None, "MEDIA_TOO_LARGE"),
        ("image/gif", 15 * 2**20 + 1, None, "MEDIA_TOO_LARGE"),
        ("video/mp4", 1000 * PART + 1, None, "MEDIA_TOO_LARGE"),
    ],
)
def test_media_that_x_does_not_take_is_not_sent(
    content_type: str, size: int, category: Any, code: str
) -> None:
    platform = Platform(BEGUN)
    outcome = client(platform, media=Files(size, content_type)).upload_media(
        upload(category=category)
    )
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert not platform.sent


@pytest.mark.parametrize(
    ("content_type", "category"),
    [
        ("image/gif", "tweet_gif"),
        ("image/webp", "tweet_image"),
        ("video/quicktime", "tweet_video"),
        ("text/srt", "subtitles"),
    ],
)
def test_a_category_follows_from_the_type(content_type: str, category: str) -> None:
    platform = Platform(BEGUN, APPENDED, processed(None))
    client(platform, media=Files(10, content_type)).upload_media(upload())
    assert json.loads(platform.sent[0].content)["media_category"] == category
