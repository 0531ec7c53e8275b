"""Takes secrets out of what is shown: dry runs, results, errors."""

from collections.abc import Iterable

import httpx

from hub.domain.model import Json
from hub.observability import MASK, mask

_HIDDEN_HEADERS = frozenset({"authorization", "cookie", "access-token", "x-shopify-access-token"})
_MIN_SECRET = 6


def redact(value: Json, secrets: Iterable[str]) -> Json:
    """JSON with every given secret, and everything shaped like one, replaced."""
    known = sorted((s for s in secrets if len(s) >= _MIN_SECRET), key=len, reverse=True)
    return _redact(value, known)


def _redact(value: Json, secrets: list[str]) -> Json:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, MASK)
        return mask(value)
    if isinstance(value, dict):
        return {key: _redact(item, secrets) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_redact(item, secrets) for item in value]
    return value


def _body(request: httpx.Request) -> str:
    """The body as text; of media only how much it is."""
    size = request.headers.get("content-length", "unknown")
    if not isinstance(request.stream, httpx.ByteStream):
        return f"({size} bytes, streamed)"
    try:
        return request.read().decode()
    except UnicodeDecodeError:
        return f"({size} bytes)"


def shown_request(request: httpx.Request, secrets: Iterable[str]) -> dict[str, Json]:
    """A request as a dry run shows it: method, URL, headers and body, without secrets."""
    headers = {
        name: MASK if name in _HIDDEN_HEADERS else text for name, text in request.headers.items()
    }
    body = _body(request)
    shown: dict[str, Json] = redact(
        {"method": request.method, "url": str(request.url), "headers": headers, "body": body},
        secrets,
    )
    return shown
