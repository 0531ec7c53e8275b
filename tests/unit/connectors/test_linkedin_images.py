"""Images for LinkedIn, uploaded by themselves."""

import json

import httpx
import pytest

from connectors.linkedin.inputs import UploadImage
from hub.connector_kit.journal import MemoryNotes
from hub.connector_kit.media import Media
from tests.support import FrozenClock
from tests.unit.connectors.linkedin_stub import (
    DAY,
    FORBIDDEN,
    IMAGE_PUT,
    PAGE,
    Files,
    Platform,
    client,
    image_begun,
    status,
)


def image(owner: str | None = PAGE) -> UploadImage:
    return UploadImage(media=Media(url="https://example.com/a.png"), owner=owner)


def test_an_image_is_sent_in_pieces_with_its_length() -> None:
    platform = Platform(image_begun(), IMAGE_PUT, status("AVAILABLE"))
    outcome = client(platform, media=Files()).upload_image(image())
    assert outcome.data == {"id": "urn:li:image:a", "owner": PAGE}
    begin, put, asked = platform.sent
    assert begin.url.params["action"] == "initializeUpload"
    assert json.loads(begin.content) == {"initializeUploadRequest": {"owner": PAGE}}
    assert (put.method, str(put.url)) == ("PUT", image_begun()["value"]["uploadUrl"])
    assert put.headers["content-length"] == "600000"
    assert put.headers["content-type"] == "image/png"
    assert put.headers["authorization"] == "Bearer member-token"
    assert len(put.content) == 600_000
    assert asked.url.raw_path == b"/rest/images/urn%3Ali%3Aimage%3Aa"


@pytest.mark.parametrize("done", [0, 1, 2])
def test_an_upload_goes_on_after_the_part_it_broke_at(done: int) -> None:
    answers, notes = [image_begun(), IMAGE_PUT, status("AVAILABLE")], MemoryNotes()
    broken = Platform(*answers[:done], httpx.ConnectError("x"))
    assert client(broken, media=Files(), notes=notes).upload_image(image()).kind == "transient"
    rest = Platform(*answers[done:])
    assert client(rest, media=Files(), notes=notes).upload_image(image()).ok
    assert len(rest.sent) == 3 - done


def test_an_image_is_waited_for_until_it_is_available() -> None:
    notes = MemoryNotes()
    for answers, kind in [
        ([image_begun(), IMAGE_PUT, status("WAITING_UPLOAD")], "in_progress"),
        ([status("PROCESSING")], "in_progress"),
        ([status("AVAILABLE")], "ok"),
    ]:
        outcome = client(Platform(*answers), media=Files(), notes=notes).upload_image(image())
        assert outcome.kind == kind
        assert outcome.retry_after == (2 if kind == "in_progress" else None)


def test_an_image_that_linkedin_cannot_process_is_refused() -> None:
    platform = Platform(image_begun(), IMAGE_PUT, status("PROCESSING_FAILED"))
    outcome = client(platform, media=Files()).upload_image(image())
    assert (outcome.kind, outcome.code) == ("invalid_request", "MEDIA_FAILED")


@pytest.mark.parametrize("content_type", ["image/webp", "video/mp4", "application/octet-stream"])
def test_media_that_linkedin_does_not_take_is_not_sent(content_type: str) -> None:
    platform = Platform(image_begun())
    outcome = client(platform, media=Files(content_type)).upload_image(image())
    assert outcome.code == "MEDIA_TYPE_UNSUPPORTED"
    assert not platform.sent


def test_an_image_that_the_token_may_not_look_at_is_taken_as_it_was_sent() -> None:
    platform = Platform(image_begun(), IMAGE_PUT, FORBIDDEN)
    outcome = client(platform, media=Files()).upload_image(image())
    assert outcome.data == {"id": "urn:li:image:a", "owner": PAGE}


def test_an_address_that_expired_is_asked_for_anew() -> None:
    notes, clock = MemoryNotes(), FrozenClock()
    broken = Platform(image_begun(), httpx.ConnectError("x"))
    client(broken, media=Files(), notes=notes, clock=clock).upload_image(image())
    clock.advance(DAY / 1000)
    again = Platform(image_begun("b"), IMAGE_PUT, status("AVAILABLE"))
    outcome = client(again, media=Files(), notes=notes, clock=clock).upload_image(image())
    assert outcome.data == {"id": "urn:li:image:b", "owner": PAGE}
    assert again.sent[1].url.path == "/dms-uploads/b/uploaded-image/0"


def test_an_image_that_is_sent_is_not_read_again() -> None:
    notes, files = MemoryNotes(), Files()
    for answers in ([image_begun(), IMAGE_PUT, status("PROCESSING")], [status("AVAILABLE")]):
        client(Platform(*answers), media=files, notes=notes).upload_image(image())
    assert files.opened == ["https://example.com/a.png"]
