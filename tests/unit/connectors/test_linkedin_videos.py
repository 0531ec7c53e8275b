"""Posts of LinkedIn that bring a video: sent in LinkedIn's parts, published once."""

import json
from typing import Any

import httpx
import pytest

from hub.connector_kit.journal import MemoryNotes
from hub.domain.outcome import Outcome
from tests.support import START, FrozenClock
from tests.unit.connectors.linkedin_stub import (
    DAY,
    FORBIDDEN,
    NOW,
    PAGE,
    Files,
    Platform,
    Ticking,
    client,
    content,
    created,
    found,
    post,
    shown,
    status,
)

MIB = 1024 * 1024
SIZE = 9 * MIB
URN = "urn:li:video:v"
FILM = {"media": {"url": "https://example.com/launch.mp4"}}
READY = status("AVAILABLE")
FINALIZED = httpx.Response(200)
NO = httpx.Response(400, json={"status": 400, "message": "No"})


def begun(name: str = "v", size: int = SIZE, expires: int = NOW + 30 * DAY) -> dict[str, Any]:
    part = 4 * MIB
    return {
        "value": {
            "uploadUrlsExpireAt": expires,
            "video": f"urn:li:video:{name}",
            "uploadInstructions": [
                {
                    "uploadUrl": f"https://www.linkedin.com/dms-uploads/{name}/uploadedVideo/{at}",
                    "firstByte": at,
                    "lastByte": min(at + part, size) - 1,
                }
                for at in range(0, size, part)
            ],
            "uploadToken": "token-1",
        }
    }


def put(number: int) -> httpx.Response:
    return httpx.Response(200, headers={"etag": f'"/ambry-video/{number}.bin"'})


PARTS = [put(1), put(2), put(3)]
WHOLE = [begun(), *PARTS, FINALIZED, READY, created()]


def publish(platform: Platform, notes: MemoryNotes | None = None, **more: Any) -> Outcome:
    fields = {"video": FILM, **more.pop("given", {})}
    files = Files("video/mp4", SIZE)
    with_media = {"media": files, "notes": notes or MemoryNotes(), **more}
    return client(platform, **with_media).publish_post(post(**fields))


def test_a_video_is_sent_in_linkedins_parts_and_shown_by_its_post() -> None:
    platform = Platform(*WHOLE)
    outcome = publish(platform, given={"video": {**FILM, "title": "Launch"}})
    assert outcome.data == {"id": "urn:li:share:7"}
    begin, *parts, finalize, asked, posted = platform.sent
    assert json.loads(begin.content) == {
        "initializeUploadRequest": {
            "owner": PAGE,
            "fileSizeBytes": SIZE,
            "uploadCaptions": False,
            "uploadThumbnail": False,
        }
    }
    assert [len(part.content) for part in parts] == [4 * MIB, 4 * MIB, MIB]
    assert b"".join(part.content for part in parts) == b"".join(content(0, SIZE))
    assert not any("authorization" in part.headers for part in parts)
    assert json.loads(finalize.content) == {
        "finalizeUploadRequest": {
            "video": URN,
            "uploadToken": "token-1",
            "uploadedPartIds": [f"/ambry-video/{number}.bin" for number in (1, 2, 3)],
        }
    }
    assert asked.url.raw_path == b"/rest/videos/urn%3Ali%3Avideo%3Av"
    assert json.loads(posted.content)["content"] == {"media": {"id": URN, "title": "Launch"}}


def test_a_video_of_one_part_may_come_without_a_range_and_a_token() -> None:
    url = "https://www.linkedin.com/dms-uploads/v/uploadedVideo/0"
    value = {"video": URN, "uploadInstructions": [{"uploadUrl": url}]}
    platform = Platform({"value": value}, put(1), FINALIZED, READY, created())
    assert publish(platform, media=Files("video/mp4", MIB)).ok
    assert len(platform.sent[1].content) == MIB
    request = json.loads(platform.sent[2].content)["finalizeUploadRequest"]
    assert request["uploadToken"] == ""


@pytest.mark.parametrize("done", range(len(WHOLE)))
def test_a_video_goes_on_after_the_part_it_broke_at(done: int) -> None:
    notes = MemoryNotes()
    broken = Platform(*WHOLE[:done], httpx.ConnectError("x"))
    assert publish(broken, notes).kind == "transient"
    rest = Platform(*WHOLE[done:])
    assert publish(rest, notes).data == {"id": "urn:li:share:7"}
    assert len(rest.sent) == len(WHOLE) - done


def test_parts_are_sent_as_long_as_there_is_time_and_at_least_one() -> None:
    notes, platform, said = MemoryNotes(), Platform(*WHOLE), []
    for _ in range(10):
        outcome = publish(platform, notes, clock=Ticking(9))
        if outcome.ok:
            break
        said.append((outcome.kind, outcome.message, outcome.retry_after))
    assert said == [
        ("in_progress", "1 of 3 parts of the video are uploaded", 1),
        ("in_progress", "2 of 3 parts of the video are uploaded", 1),
    ]
    assert len(platform.sent) == len(WHOLE)


def test_processing_is_waited_for_longer_and_longer() -> None:
    notes, clock = MemoryNotes(), FrozenClock()
    platform = Platform(*WHOLE[:-2], status("PROCESSING"))
    waits = [publish(platform, notes, clock=clock).retry_after for _ in range(14)]
    assert waits == [*range(5, 61, 5), 60, 60]
    last = Platform(READY, created())
    assert publish(last, notes, clock=clock).ok
    assert len(last.sent) == 2


def test_a_video_that_linkedin_cannot_process_is_refused_with_its_reason() -> None:
    failed = status("PROCESSING_FAILED", processingFailureReason="INVALID_ASPECT_RATIO")
    platform = Platform(*WHOLE[:-2], failed)
    outcome = publish(platform)
    assert (outcome.kind, outcome.code) == ("invalid_request", "MEDIA_FAILED")
    assert "INVALID_ASPECT_RATIO" in (outcome.message or "")
    assert ("POST", "/rest/posts") not in platform.paths()


def test_a_token_that_may_not_look_at_videos_publishes_all_the_same() -> None:
    assert publish(Platform(*WHOLE[:-2], FORBIDDEN, created())).ok


@pytest.mark.parametrize(
    ("kind", "size", "code"),
    [
        ("video/mp4", 74_999, "MEDIA_SIZE_UNSUPPORTED"),
        ("video/mp4", 75_000, None),
        ("video/mp4", 500 * MIB, None),
        ("video/mp4", 500 * MIB + 1, "MEDIA_SIZE_UNSUPPORTED"),
        ("video/quicktime", SIZE, "MEDIA_TYPE_UNSUPPORTED"),
        ("image/gif", SIZE, "MEDIA_TYPE_UNSUPPORTED"),
    ],
)
def test_only_videos_that_linkedin_takes_are_begun(kind: str, size: int, code: str | None) -> None:
    platform = Platform(FORBIDDEN)
    outcome = publish(platform, media=Files(kind, size))
    assert (outcome.kind, outcome.code) == ("invalid_request", code or "HTTP_403")
    assert len(platform.sent) == (1 if code is None else 0)


def test_a_video_that_changed_meanwhile_is_not_mixed() -> None:
    notes = MemoryNotes()
    publish(Platform(begun(), put(1), httpx.ConnectError("x")), notes)
    platform = Platform(put(2))
    outcome = publish(platform, notes, media=Files("video/mp4", SIZE + 1))
    assert outcome.code == "MEDIA_CHANGED"
    assert not platform.sent


def test_addresses_that_expired_are_asked_for_anew() -> None:
    notes, clock = MemoryNotes(), FrozenClock()
    early = begun(expires=NOW + DAY)
    publish(Platform(early, put(1), httpx.ConnectError("x")), notes, clock=clock)
    clock.advance(DAY / 1000)
    again = Platform(begun("w", expires=NOW + 30 * DAY), *WHOLE[1:])
    assert publish(again, notes, clock=clock).ok
    assert len(again.sent) == len(WHOLE)
    assert again.body()["content"] == {"media": {"id": "urn:li:video:w"}}


def test_a_part_that_is_refused_for_its_address_begins_the_upload_anew() -> None:
    """No token was sent, so a 401 says nothing about the connection's."""
    notes = MemoryNotes()
    outcome = publish(Platform(begun(), put(1), httpx.Response(401)), notes)
    assert (outcome.kind, outcome.code) == ("transient", "EXPIRED_UPLOAD_URL")
    again = Platform(*WHOLE)
    assert publish(again, notes).ok
    assert len(again.sent) == len(WHOLE)


def test_a_part_without_a_receipt_is_sent_again() -> None:
    notes = MemoryNotes()
    outcome = publish(Platform(begun(), httpx.Response(200)), notes)
    assert (outcome.kind, outcome.code) == ("transient", "UNREADABLE_ANSWER")
    again = Platform(*WHOLE[1:])
    assert publish(again, notes).ok
    assert again.sent[0].url.path.endswith("/uploadedVideo/0")


@pytest.mark.parametrize("seen", ["PROCESSING", "AVAILABLE"])
def test_a_lost_finalize_that_was_taken_is_not_a_failure(seen: str) -> None:
    notes = MemoryNotes()
    broken = Platform(*WHOLE[:4], httpx.ReadTimeout("x"))
    assert publish(broken, notes).kind == "transient"
    platform = Platform(NO, status(seen), READY, created())
    assert publish(platform, notes).ok


@pytest.mark.parametrize("seen", [status("WAITING_UPLOAD"), FORBIDDEN])
def test_a_finalize_that_is_refused_stays_refused(seen: Any) -> None:
    platform = Platform(*WHOLE[:4], NO, seen)
    outcome = publish(platform)
    assert (outcome.kind, outcome.message) == ("invalid_request", "LinkedIn refused: No")
    assert ("POST", "/rest/posts") not in platform.paths()


@pytest.mark.parametrize(
    ("posts", "verdict"),
    [
        (found(shown(2, "changed", content={"media": {"id": URN, "title": "T"}})), "done"),
        (found(shown(2, "Other", content={"media": {"id": "urn:li:video:w"}})), "not_done"),
    ],
)
def test_a_lost_post_is_known_by_its_video(posts: Any, verdict: str) -> None:
    notes = MemoryNotes()
    lost = publish(Platform(*WHOLE[:-1], httpx.ReadTimeout("x")), notes)
    assert lost.kind == "unknown_outcome"
    seen = client(Platform(posts), notes=notes).reconcile("publish_post", post(video=FILM), START)
    assert seen.verdict == verdict
