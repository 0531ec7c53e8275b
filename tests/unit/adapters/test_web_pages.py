"""Pages that users name: fetched behind the fence, within limits."""

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from hub.adapters import web_pages
from hub.adapters.web_pages import WebPages
from hub.domain.errors import InvalidRequestError

PAGE = "<html><title>Grüße</title></html>"


class Site(http.server.BaseHTTPRequestHandler):
    """A site with pages, redirects and one page too many bytes."""

    def do_GET(self) -> None:
        where = {
            "/moved": "/page",
            "/loop": "/loop",
            "/out": "http://169.254.169.254/latest/meta-data/",
            "/file": "file:///etc/passwd",
        }.get(self.path)
        if where:
            self.send_response(302)
            self.send_header("Location", where)
            self.end_headers()
            return
        body = b"x" * 3000 if self.path == "/large" else PAGE.encode("latin-1")
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Type", "text/html; charset=latin-1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


LOCAL = WebPages({"127.0.0.1"})


def test_a_page_comes_with_what_is_known_of_it(site: str) -> None:
    page = LOCAL.fetch(f"{site}/page")
    assert (page.status, page.html, page.url) == (200, PAGE, f"{site}/page")
    assert page.size == len(PAGE.encode("latin-1"))
    assert page.headers["content-type"] == "text/html; charset=latin-1"
    assert page.seconds > 0


def test_a_page_that_is_missing_is_a_page_too(site: str) -> None:
    assert LOCAL.fetch(f"{site}/missing").status == 404


def test_a_redirect_is_followed(site: str) -> None:
    assert LOCAL.fetch(f"{site}/moved").url == f"{site}/page"


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/loop", "redirects more than 3 times"),
        ("/out", "must be an https"),
        ("/file", "must be an https"),
    ],
)
def test_a_redirect_that_leads_nowhere_good_is_not_followed(site: str, path: str, why: str) -> None:
    with pytest.raises(InvalidRequestError, match=why) as refused:
        LOCAL.fetch(site + path)
    assert refused.value.error_code == "PAGE_NOT_AVAILABLE"


def test_a_page_that_is_too_large_is_refused(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_pages, "MAX_BYTES", 2000)
    with pytest.raises(InvalidRequestError, match="is larger than"):
        LOCAL.fetch(f"{site}/large")


def test_a_private_host_is_not_fetched_unless_it_is_allowed(site: str) -> None:
    with pytest.raises(InvalidRequestError, match="must"):
        WebPages().fetch(site.replace("http:", "https:"))


def test_a_host_that_nobody_answers_at_is_told(site: str) -> None:
    with pytest.raises(InvalidRequestError, match="did not answer"):
        LOCAL.fetch("http://127.0.0.1:1/")
