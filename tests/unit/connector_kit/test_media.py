"""Media in pieces, from URLs and from the organization's own uploads."""

import functools
import http.server
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hub.adapters.s3_blobs import MemoryBlobStore
from hub.connector_kit.live_media import LiveMedia
from hub.connector_kit.media import PIECE, SANDBOX_SIZE, Media, SandboxMedia
from hub.domain.errors import InvalidRequestError

CONTENT = bytes(range(256)) * 4096  # 1 MiB


class Files(http.server.BaseHTTPRequestHandler):
    """A file server that knows ranges under /ranges/ and does not under /plain/."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if "missing" in self.path:
            self._send(404, b"", {})
        elif "endless" in self.path:
            self.send_response(200)
            self.end_headers()
        elif self.path.startswith("/ranges/") and "Range" in self.headers:
            first, last = self.headers["Range"].removeprefix("bytes=").split("-")
            part = CONTENT[int(first) : int(last) + 1]
            self._send(206, part, {"Content-Range": f"bytes {first}-{last}/{len(CONTENT)}"})
        elif "redirect" in self.path:
            self._send(302, b"", {"Location": "http://169.254.169.254/"})
        else:
            self._send(200, CONTENT, {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "video/mp4; x=y", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """Readers hang up in the middle here; that is no error."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with Server(("127.0.0.1", 0), Files) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture
def blobs() -> MemoryBlobStore:
    store = MemoryBlobStore()
    store.put("uploads/acme/u1/clip.mp4", CONTENT)
    store.types["uploads/acme/u1/clip.mp4"] = "video/mp4"
    return store


@pytest.fixture
def source(blobs: MemoryBlobStore) -> LiveMedia:
    return LiveMedia(httpx.HTTPTransport, lambda: blobs, "acme")


def at(url: str, **more: Any) -> Media:
    """Media at a URL of the test's own server, which no caller could name."""
    return Media.model_construct(url=url, object_key=None, content_type=None, filename=None, **more)


@pytest.mark.parametrize("folder", ["ranges", "plain"])
@pytest.mark.parametrize(
    ("start", "end"), [(0, 10), (5, 700_000), (PIECE, PIECE + 1), (1_048_570, 1_048_576)]
)
def test_any_part_of_a_url_can_be_read(
    server: str, source: LiveMedia, folder: str, start: int, end: int
) -> None:
    opened = source.open(at(f"{server}/{folder}/clip.mp4?sig=1"))
    assert (opened.size, opened.content_type) == (len(CONTENT), "video/mp4")
    assert opened.filename == "clip.mp4"
    pieces = list(opened.read(start, end))
    assert b"".join(pieces) == CONTENT[start:end]
    assert max(map(len, pieces)) <= PIECE


def test_an_uploaded_object_is_read_in_pieces(source: LiveMedia) -> None:
    opened = source.open(Media(object_key="uploads/u1/clip.mp4"))
    assert (opened.filename, opened.content_type) == ("clip.mp4", "video/mp4")
    pieces = list(opened.pieces())
    assert b"".join(pieces) == CONTENT
    assert max(map(len, pieces)) == PIECE
    assert opened.part(opened.size - 3, 100) == CONTENT[-3:]


@pytest.mark.parametrize("path", ["missing.mp4", "endless.mp4", "redirect"])
def test_media_that_cannot_be_fetched_is_refused(server: str, source: LiveMedia, path: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        source.open(at(f"{server}/{path}"))
    assert refused.value.error_code == "MEDIA_NOT_AVAILABLE"


def test_a_url_that_nobody_answers_is_refused(blobs: MemoryBlobStore) -> None:
    def dead(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    source = LiveMedia(functools.partial(httpx.MockTransport, dead), lambda: blobs, "acme")
    with pytest.raises(InvalidRequestError, match="could not be fetched"):
        source.open(Media(url="https://example.com/a.png"))


def test_an_object_of_another_organization_is_not_there(blobs: MemoryBlobStore) -> None:
    other = LiveMedia(httpx.HTTPTransport, lambda: blobs, "other")
    with pytest.raises(InvalidRequestError, match="upload it again"):
        other.open(Media(object_key="uploads/u1/clip.mp4"))


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"url": "https://example.com/a", "objectKey": "uploads/u1/a"},
        {"objectKey": "uploads/../other/u1"},
        {"objectKey": "uploads/u1/../x"},
        {"objectKey": "runs/u1/a"},
        {"objectKey": "uploads/u1"},
        {"url": "https://10.0.0.1/a"},
        {"url": "https://example.com/a", "filename": 'a"\r\nb'},
        {"url": "https://example.com/a", "contentType": "image/png\r\nX: y"},
    ],
)
def test_media_names_one_source_that_may_be_read(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Media.model_validate(given)


def test_a_platform_gets_a_link_to_either(source: LiveMedia) -> None:
    assert source.link(Media(url="https://example.com/a.png")) == "https://example.com/a.png"
    signed = source.link(Media(object_key="uploads/u1/clip.mp4"))
    assert signed.startswith("https://")
    assert "uploads/acme/u1/clip.mp4" in signed


def test_a_sandbox_finds_the_same_bytes_every_time() -> None:
    opened = SandboxMedia().open(Media(url="https://example.com/clip.mp4"))
    assert (opened.size, opened.content_type) == (SANDBOX_SIZE, "video/mp4")
    whole = b"".join(opened.pieces())
    assert len(whole) == SANDBOX_SIZE
    assert opened.part(123_457, 300_000) == whole[123_457:423_457]
