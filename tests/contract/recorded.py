"""A transport that keeps what goes through it."""

import httpx


class Recorded(httpx.BaseTransport):
    """Keeps each request, read, in `sent`, and lets another transport answer it."""

    def __init__(self, inner: httpx.BaseTransport, sent: list[httpx.Request]) -> None:
        self._inner = inner
        self._sent = sent

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self._sent.append(request)
        return self._inner.handle_request(request)
