"""A place for media: named by the caller's organization, open for a while, for one object."""

import pytest

from api.uploads import MAX_BYTES, handler
from hub import wiring
from hub.adapters.s3_blobs import MemoryBlobStore
from hub.connector_kit.live_media import LiveMedia
from hub.connector_kit.media import Media
from tests.http_events import answer, request
from tests.support import CountingIds


@pytest.fixture
def blobs(monkeypatch: pytest.MonkeyPatch) -> MemoryBlobStore:
    store, ids = MemoryBlobStore(), CountingIds()
    monkeypatch.setattr(wiring, "blobs", lambda: store)
    monkeypatch.setattr(wiring, "ids", lambda: ids)
    return store


def test_an_upload_gets_a_key_and_a_link_for_exactly_that_object(blobs: MemoryBlobStore) -> None:
    status, body, _ = answer(handler, request("uploads-create"))
    assert status == 201
    assert body["data"]["objectKey"] == "uploads/up_1/launch.mp4"
    upload = body["data"]["upload"]
    assert upload["method"] == "PUT"
    assert "uploads/acme/up_1/launch.mp4" in upload["url"]
    assert upload["headers"] == {"Content-Type": "video/mp4", "Content-Length": "52428800"}


@pytest.mark.parametrize("name", ["launch.mp4", "Grüße 1.png", "50 % off?.png", "..", "a..b"])
def test_what_was_uploaded_is_found_by_its_key(blobs: MemoryBlobStore, name: str) -> None:
    given = {"filename": name, "contentType": "image/png", "size": 3}
    _, body, _ = answer(handler, request("uploads-create", given))
    key = body["data"]["objectKey"]
    folder, _, rest = key.partition("/")
    blobs.put(f"{folder}/acme/{rest}", b"abc")
    opened = LiveMedia(lambda: None, lambda: blobs, "acme").open(Media(object_key=key))  # type: ignore[arg-type,return-value]
    assert opened.part(0, 3) == b"abc"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("filename", "a/b"),
        ("filename", "a\\b"),
        ("filename", ""),
        ("filename", "x" * 201),
        ("contentType", "movie"),
        ("contentType", "a/b\r\nx: y"),
        ("size", 0),
        ("size", MAX_BYTES + 1),
    ],
)
def test_what_cannot_be_uploaded_is_refused_by_field(
    blobs: MemoryBlobStore, field: str, value: object
) -> None:
    given = {"filename": "a.png", "contentType": "image/png", "size": 3, field: value}
    status, body, _ = answer(handler, request("uploads-create", given))
    assert status == 400
    assert field in str(body["error"])


def test_a_viewer_uploads_nothing(blobs: MemoryBlobStore) -> None:
    viewer = {"organizationId": "acme", "role": "viewer", "subject": "key:v"}
    status, body, _ = answer(handler, request("uploads-create", caller=viewer))
    assert (status, body["error"]["code"]) == (403, "FORBIDDEN")
