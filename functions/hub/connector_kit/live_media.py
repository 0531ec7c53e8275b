"""Media as it really is: URLs fetched behind the fence, the organization's own uploads read."""

from collections.abc import Callable, Iterator

import httpx

from hub.connector_kit.media import PIECE, Media, OpenMedia, name_of, object_key
from hub.domain.errors import InvalidRequestError
from hub.ports import BlobStore

LINK_SECONDS = 3600
"""How long a platform may fetch an uploaded object by its link."""


class LiveMedia:
    """Fetches URLs behind the fence, and reads the organization's own uploaded objects."""

    def __init__(
        self,
        way_out: Callable[[], httpx.BaseTransport],
        blobs: Callable[[], BlobStore],
        organization_id: str,
    ) -> None:
        self._way_out = way_out
        self._blobs = blobs
        self._organization = organization_id

    def open(self, media: Media) -> OpenMedia:
        """The media; its size and type come from where it is kept."""
        return self._of_url(media, media.url) if media.url else self._of_object(media)

    def link(self, media: Media) -> str:
        """The media's own URL, or a signed one that is good for an hour."""
        return media.url or self._blobs().link(self._key(media), LINK_SECONDS)

    def _key(self, media: Media) -> str:
        # The caller's organization leads, so no key can name another's object.
        return object_key(self._organization, media.object_key or "")

    def _of_object(self, media: Media) -> OpenMedia:
        key = self._key(media)
        found = self._blobs().describe(key)
        if found is None:
            raise _missing(f"there is no uploaded object {media.object_key}; upload it again")
        return OpenMedia(
            filename=media.filename or name_of(media.object_key or ""),
            content_type=media.content_type or found.content_type,
            size=found.size,
            read=lambda start, end: self._blobs().read(key, start, end),
        )

    def _of_url(self, media: Media, url: str) -> OpenMedia:
        with self._http() as http, self._got(http, url, {}) as response:
            length = response.headers.get("content-length", "")
            kind = response.headers.get("content-type", "").partition(";")[0].strip()
            encoded = response.headers.get("content-encoding")
        if not length.isdigit() or encoded:
            raise _missing(f"the server of {url} does not tell the size; upload the media instead")
        return OpenMedia(
            filename=media.filename or name_of(url),
            content_type=media.content_type or kind or "application/octet-stream",
            size=int(length),
            read=lambda start, end: self._pieces(url, start, end),
        )

    def _pieces(self, url: str, start: int, end: int) -> Iterator[bytes]:
        """Bytes of a URL; a server that knows no ranges is read from its beginning."""
        wanted = {"Range": f"bytes={start}-{end - 1}"}
        with self._http() as http, self._got(http, url, wanted) as response:
            skip = 0 if response.status_code == httpx.codes.PARTIAL_CONTENT else start
            left = end - start
            for piece in response.iter_bytes(PIECE):
                taken = piece[skip : skip + left]
                skip = max(0, skip - len(piece))
                left -= len(taken)
                if taken:
                    yield taken
                if left <= 0:
                    return
        raise _missing(f"{url} ended {left} bytes early")

    def _http(self) -> httpx.Client:
        return httpx.Client(
            transport=self._way_out(),
            headers={"Accept-Encoding": "identity"},
            timeout=10,
        )

    def _got(self, http: httpx.Client, url: str, headers: dict[str, str]) -> "_Got":
        return _Got(http, url, headers)


class _Got:
    """An open answer to a GET, refused if it is not the media."""

    def __init__(self, http: httpx.Client, url: str, headers: dict[str, str]) -> None:
        self._url = url
        self._stream = http.stream("GET", url, headers=headers)

    def __enter__(self) -> httpx.Response:
        try:
            response = self._stream.__enter__()
        except httpx.TransportError as error:
            raise _missing(f"{self._url} could not be fetched: {error}") from None
        if response.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            self._stream.__exit__(None, None, None)
            raise _missing(f"{self._url} answered HTTP {response.status_code}")
        return response

    def __exit__(self, *error: object) -> None:
        self._stream.__exit__(None, None, None)


def _missing(message: str) -> InvalidRequestError:
    return InvalidRequestError(message, code="MEDIA_NOT_AVAILABLE")
