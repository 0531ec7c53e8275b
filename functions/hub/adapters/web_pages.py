"""Pages over HTTP, behind the fence."""

import time
from collections.abc import Collection

import httpx

from hub.connector_kit.fence import site_url
from hub.connector_kit.transports import live_transport
from hub.domain.errors import InvalidRequestError
from hub.ports import FetchedPage

MAX_BYTES = 5 * 1024 * 1024
TIMEOUT_SECONDS = 10.0
MAX_REDIRECTS = 3
_HEADERS = {"User-Agent": "NeonHub/0.1 (+page reader)", "Accept": "text/html,*/*;q=0.5"}


class WebPages:
    """Fetches pages of public hosts, and of the hosts named in `allowed`."""

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self._allowed = frozenset(allowed)

    def fetch(self, url: str) -> FetchedPage:
        """The page, after at most three redirects, each looked at like the first URL."""
        began = time.monotonic()
        with httpx.Client(
            transport=live_transport(self._allowed), headers=_HEADERS, timeout=TIMEOUT_SECONDS
        ) as client:
            for _ in range(MAX_REDIRECTS + 1):
                response, body = self._get(client, url)
                following = response.next_request
                if following is None:
                    seconds = time.monotonic() - began
                    return _page(response, body, seconds)
                url = str(following.url)
        raise _unfetched(url, f"redirects more than {MAX_REDIRECTS} times")

    def _get(self, client: httpx.Client, url: str) -> tuple[httpx.Response, bytes]:
        try:
            checked = site_url(url, self._allowed)
        except ValueError as error:
            raise _unfetched(url, str(error)) from None
        try:
            with client.stream("GET", checked) as response:
                return response, _read(response, url)
        except httpx.TransportError as error:
            raise _unfetched(url, f"did not answer ({type(error).__name__})") from None


def _read(response: httpx.Response, url: str) -> bytes:
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MAX_BYTES:
            raise _unfetched(url, f"is larger than {MAX_BYTES // 1024**2} MB")
    return bytes(body)


def _page(response: httpx.Response, body: bytes, seconds: float) -> FetchedPage:
    encoding = response.charset_encoding or "utf-8"
    try:
        html = body.decode(encoding, errors="replace")
    except LookupError:
        html = body.decode(errors="replace")
    return FetchedPage(
        url=str(response.url),
        status=response.status_code,
        html=html,
        headers={name.lower(): value for name, value in response.headers.items()},
        size=len(body),
        seconds=seconds,
    )


def _unfetched(url: str, why: str) -> InvalidRequestError:
    return InvalidRequestError(
        f"the page {url[:200]} {why}; give another URL, or the HTML itself",
        code="PAGE_NOT_AVAILABLE",
        details={"field": "input.url"},
    )
