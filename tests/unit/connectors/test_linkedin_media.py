"""Posts of LinkedIn that bring their own images: uploaded on the way, published once."""

import json
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from hub.connector_kit.journal import Journal, MemoryNotes
from hub.domain.outcome import Outcome
from tests.support import START
from tests.unit.connectors.linkedin_stub import (
    FORBIDDEN,
    IMAGE_PUT,
    MEMBER,
    NOW,
    PAGE,
    PERSON,
    Files,
    Platform,
    Ticking,
    client,
    created,
    found,
    image_begun,
    post,
    shown,
    status,
)

PHOTO = {"media": {"url": "https://example.com/a.png"}}
TEAM = {"media": {"objectKey": "uploads/abc/team.jpg"}, "altText": "The team"}
READY = status("AVAILABLE")
UPLOADED = [image_begun(), IMAGE_PUT, READY]
WAITING = httpx.Response(
    400, json={"status": 400, "code": "MEDIA_ASSET_WAITING_UPLOAD", "message": "waiting upload"}
)


def publish(platform: Platform, notes: MemoryNotes | None = None, **more: Any) -> Outcome:
    fields = {"images": [PHOTO], **more.pop("given", {})}
    with_media = {"media": Files(), "notes": notes or MemoryNotes(), **more}
    return client(platform, **with_media).publish_post(post(**fields))


def reconcile(platform: Platform, notes: MemoryNotes, **given: Any) -> Any:
    return client(platform, notes=notes).reconcile(
        "publish_post", post(**{"images": [PHOTO], **given}), START
    )


def test_a_post_uploads_its_image_and_shows_it() -> None:
    platform = Platform(*UPLOADED, created())
    image = {**PHOTO, "altText": "A rocket", "title": "Launch"}
    outcome = publish(platform, given={"images": [image]})
    assert outcome.data == {"id": "urn:li:share:7"}
    assert platform.paths() == [
        ("POST", "/rest/images"),
        ("PUT", "/dms-uploads/a/uploaded-image/0"),
        ("GET", "/rest/images"),
        ("POST", "/rest/posts"),
    ]
    owner = json.loads(platform.sent[0].content)["initializeUploadRequest"]["owner"]
    assert owner == PAGE == platform.body()["author"]
    assert platform.body()["content"] == {
        "media": {"id": "urn:li:image:a", "altText": "A rocket", "title": "Launch"}
    }


def test_several_images_keep_their_order_and_are_processed_side_by_side() -> None:
    second = [image_begun("b"), IMAGE_PUT]
    platform = Platform(image_begun(), IMAGE_PUT, *second, READY, READY, created())
    files = Files()
    given = {"images": [PHOTO, {"id": "urn:li:image:known"}, TEAM]}
    assert publish(platform, given=given, media=files).ok
    assert [method for method, _ in platform.paths()] == [
        *["POST", "PUT"] * 2,
        "GET",
        "GET",
        "POST",
    ]
    assert platform.body()["content"] == {
        "multiImage": {
            "images": [
                {"id": "urn:li:image:a"},
                {"id": "urn:li:image:known"},
                {"id": "urn:li:image:b", "altText": "The team"},
            ]
        }
    }
    assert files.opened == ["https://example.com/a.png", "uploads/abc/team.jpg"]


@pytest.mark.parametrize("done", range(4))
def test_a_post_goes_on_after_the_part_it_broke_at(done: int) -> None:
    answers, notes = [*UPLOADED, created()], MemoryNotes()
    broken = Platform(*answers[:done], httpx.ConnectError("x"))
    assert publish(broken, notes).kind == "transient"
    rest = Platform(*answers[done:])
    assert publish(rest, notes).data == {"id": "urn:li:share:7"}
    assert len(rest.sent) == 4 - done


def test_a_published_post_is_not_sent_again() -> None:
    notes = MemoryNotes()
    assert publish(Platform(*UPLOADED, created()), notes).ok
    again = Platform(created("urn:li:share:8"))
    assert publish(again, notes).data == {"id": "urn:li:share:7"}
    assert not again.sent


def test_nothing_is_posted_while_linkedin_processes_the_image() -> None:
    notes = MemoryNotes()
    for answers in ([image_begun(), IMAGE_PUT, status("WAITING_UPLOAD")], [status("PROCESSING")]):
        outcome = publish(Platform(*answers), notes)
        assert (outcome.kind, outcome.retry_after) == ("in_progress", 2)
    last = Platform(READY, created())
    assert publish(last, notes).ok
    assert len(last.sent) == 2


@pytest.mark.parametrize(
    ("answers", "media", "code"),
    [
        ([image_begun(), IMAGE_PUT, status("PROCESSING_FAILED")], Files(), "MEDIA_FAILED"),
        ([FORBIDDEN], Files("image/webp"), "MEDIA_TYPE_UNSUPPORTED"),
        ([FORBIDDEN], Files(), "HTTP_403"),
    ],
)
def test_a_post_is_not_published_without_its_image(answers: Any, media: Files, code: str) -> None:
    platform = Platform(*answers)
    outcome = publish(platform, media=media)
    assert (outcome.kind, outcome.code) == ("invalid_request", code)
    assert ("POST", "/rest/posts") not in platform.paths()


def test_a_token_that_may_not_look_at_media_publishes_all_the_same() -> None:
    """LinkedIn refuses a post of media that it does not have, and the same call tries again."""
    notes = MemoryNotes()
    first = publish(Platform(image_begun(), IMAGE_PUT, FORBIDDEN, WAITING), notes)
    assert (first.kind, first.retry_after) == ("in_progress", 10)
    again = Platform(created())
    assert publish(again, notes).data == {"id": "urn:li:share:7"}
    assert again.paths() == [("POST", "/rest/posts")]


@pytest.mark.parametrize("answer", [{"ok": True}, {"value": {"image": "urn:li:image:a"}}])
def test_an_upload_that_cannot_be_read_is_begun_again(answer: Any) -> None:
    notes = MemoryNotes()
    outcome = publish(Platform(answer), notes)
    assert (outcome.kind, outcome.code) == ("transient", "UNREADABLE_ANSWER")
    assert publish(Platform(*UPLOADED, created()), notes).ok


def test_a_member_that_cannot_be_read_is_no_published_post() -> None:
    outcome = client(Platform({"strange": True})).publish_post(post(author=None))
    assert (outcome.kind, outcome.code) == ("transient", "UNREADABLE_ANSWER")


def test_who_publishes_is_asked_once() -> None:
    notes, nobody = MemoryNotes(), {"author": None}
    started = [MEMBER, image_begun(), IMAGE_PUT, status("PROCESSING")]
    publish(Platform(*started), notes, given=nobody)
    last = Platform(READY, created())
    assert publish(last, notes, given=nobody).ok
    assert last.body()["author"] == PERSON


def test_images_are_uploaded_as_long_as_there_is_time() -> None:
    notes = MemoryNotes()
    answers = [image_begun(), IMAGE_PUT, image_begun("b"), IMAGE_PUT, READY, READY, created()]
    platform = Platform(*answers)
    said = []
    for _ in range(10):
        outcome = publish(platform, notes, given={"images": [PHOTO, TEAM]}, clock=Ticking(9))
        said.append((outcome.kind, outcome.message, outcome.retry_after))
        if outcome.ok:
            break
    assert said == [
        ("in_progress", "images are uploaded; steps left: 3", 1),
        ("in_progress", "images are uploaded; steps left: 2", 1),
        ("in_progress", "images are uploaded; steps left: 1", 1),
        ("ok", None, None),
    ]
    assert len(platform.sent) == len(answers)


# ------------------------------------------------------------------ lost answers


def lost() -> MemoryNotes:
    """What is known of a post whose answer was lost."""
    notes = MemoryNotes()
    assert publish(Platform(*UPLOADED, httpx.ReadTimeout("x")), notes).kind == "unknown_outcome"
    return notes


OURS = {"content": {"media": {"id": "urn:li:image:a"}}}
OTHER = {"content": {"media": {"id": "urn:li:image:other"}}}


@pytest.mark.parametrize(
    ("posts", "verdict"),
    [
        (found(), "not_done"),
        (found(shown(2, "Hello", **OURS)), "done"),
        # No other call knows the image, whatever LinkedIn made of the words.
        (found(shown(1, "Hello", **OTHER), shown(2, "Hel lo, changed", **OURS)), "done"),
        (found(shown(1, "Hello", **OTHER)), "unknown"),
        (found(shown(1, "Other", **OTHER)), "not_done"),
        (found(shown(1, "Other", createdAt=NOW - 1, **OURS)), "not_done"),
        (FORBIDDEN, "unknown"),
    ],
)
def test_a_lost_post_is_known_by_the_image_of_its_own(posts: Any, verdict: str) -> None:
    platform = Platform(posts)
    seen = reconcile(platform, lost())
    assert seen.verdict == verdict
    assert seen.data == ({"id": "urn:li:share:2"} if verdict == "done" else None)
    assert len(platform.sent) == 1


def test_a_post_that_linkedin_does_not_have_is_sent_again_without_a_second_upload() -> None:
    notes = lost()
    assert reconcile(Platform(found()), notes).verdict == "not_done"
    again = Platform(created())
    assert publish(again, notes).ok
    assert again.paths() == [("POST", "/rest/posts")]
    assert again.body()["content"] == OURS["content"]


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [image_begun()],
        [image_begun(), IMAGE_PUT, status("PROCESSING")],
        [*UPLOADED, httpx.Response(429)],
        [*UPLOADED, httpx.ConnectError("x")],
        [image_begun(), IMAGE_PUT, FORBIDDEN, WAITING],
    ],
)
def test_a_post_that_never_went_out_is_not_looked_for(answers: Any) -> None:
    """Few tokens may read posts: most would have to be told to look for themselves."""
    notes = MemoryNotes()
    if answers:
        publish(Platform(*answers, httpx.ConnectError("x")), notes)
    platform = Platform(FORBIDDEN)
    assert reconcile(platform, notes).verdict == "not_done"
    assert not platform.sent


def test_a_post_whose_answer_was_kept_is_not_looked_for() -> None:
    notes, platform = MemoryNotes(), Platform(FORBIDDEN)
    publish(Platform(*UPLOADED, created()), notes)
    seen = reconcile(platform, notes)
    assert (seen.verdict, seen.data) == ("done", {"id": "urn:li:share:7"})
    assert not platform.sent


def test_a_post_is_marked_before_it_goes() -> None:
    notes, marked = MemoryNotes(), []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path != "/rest/posts":
            return platform(request)
        marked.append(Journal(notes, "run_1.step_1").get("post.tried"))
        return created()

    platform = Platform(*UPLOADED)
    assert client(answer, media=Files(), notes=notes).publish_post(post(images=[PHOTO])).ok
    assert marked == [True]


# ------------------------------------------------------------------ inputs


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"images": [{**PHOTO, "id": "urn:li:image:a"}]}, "either media or id"),
        ({"images": [{"altText": "A"}]}, "either media or id"),
        ({"images": [PHOTO], "video": PHOTO}, "only one of"),
        ({"video": PHOTO, "reshareOf": "urn:li:share:1"}, "only one of"),
        ({"images": [{**PHOTO, "title": "T"}] * 2}, "only a single image"),
        ({"images": [PHOTO] * 21}, "at most 20"),
        ({"images": [{"media": {"url": "http://example.com/a.png"}}]}, "https"),
        ({"images": [{"media": {}}]}, "either url or objectKey"),
        ({"video": {"title": "T"}}, "media"),
        ({"video": {**PHOTO, "title": ""}}, "at least 1"),
        ({"video": {**PHOTO, "altText": "A"}}, "altText"),
    ],
)
def test_media_that_does_not_fit_a_post_is_refused(given: Any, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        post(**given)


def test_media_needs_no_text() -> None:
    assert post(text="", images=[PHOTO]).own_media
    assert post(text="", video=PHOTO).own_media
