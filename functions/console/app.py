"""The web console under `/console`: the page, its files, and what it must know of the stack.

`GET /console` is the page; `/console/<version>/<file>` its files, which may be kept for ever;
`/console/config.json` where the live events come from; `/console/session` who a credential stands
for. All but the last are public and the same for everybody.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field

from console.assets import INDEX, Asset, assets, version
from hub.domain.model import Json
from hub.entrypoint import Event, entrypoint
from hub.settings import Settings, load

ROOT = "/console"
CONFIG = f"{ROOT}/config.json"
SESSION = f"{ROOT}/session"

_VERSIONED = re.compile(r"/console/([0-9a-f]{12})/([\w.]+)", re.ASCII)

FOR_EVER = "public, max-age=31536000, immutable"
ASK_FIRST = "no-cache"
"""May be kept, but not used before its tag was compared."""


class ConsoleSettings(Settings):
    """For the console. `socket_url` is the WebSocket API's address as browsers reach it."""

    socket_url: str = Field(alias="SOCKET_URL")


def serve(event: Event, context: Any) -> Json:
    """Answer one request of a browser (API Gateway's payload format 2.0)."""
    path = _path(event)
    if path == SESSION:
        from console.session import api

        return api(event, context)
    if path == CONFIG:
        return _config()
    if path == f"{ROOT}/":
        # The page's addresses are relative to its own without the slash.
        return _answer(HTTPStatus.PERMANENT_REDIRECT, "", {"Location": f"..{ROOT}"})
    if path == ROOT:
        return _file(event, assets()[INDEX], ASK_FIRST)
    return _versioned(event, path)


def _versioned(event: Event, path: str) -> Json:
    """A file by `<version>/<name>`.

    While a new version is deployed, its page may ask a function of the old one, and the other way
    round: what there is, is better than nothing, but nobody may keep it under that address.
    """
    named = _VERSIONED.fullmatch(path)
    found = assets().get(named[2]) if named else None
    if named is None or found is None or found.name == INDEX:
        return _answer(HTTPStatus.NOT_FOUND, f"the console has no such file; see {ROOT}\n")
    return _file(event, found, FOR_EVER if named[1] == version() else ASK_FIRST)


def _file(event: Event, asset: Asset, keep: str) -> Json:
    headers = {
        "Content-Type": asset.type,
        "Cache-Control": keep,
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
    }
    if _has_it(event, asset):
        return _answer(HTTPStatus.NOT_MODIFIED, "", headers)
    if not _takes_gzip(event):
        return _answer(HTTPStatus.OK, asset.text, headers)
    headers["Content-Encoding"] = "gzip"
    return {**_answer(HTTPStatus.OK, asset.zipped, headers), "isBase64Encoded": True}


def _config() -> Json:
    import json

    told = {"socketUrl": load(ConsoleSettings).socket_url, "version": version()}
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return _answer(HTTPStatus.OK, json.dumps(told), headers)


def _answer(status: int, body: str, headers: Mapping[str, str] | None = None) -> Json:
    plain = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    shown = {**plain, **_fences(), **(headers or {})}
    return {"statusCode": int(status), "headers": shown, "body": body}


def _fences() -> dict[str, str]:
    """What a browser must not do with the page, whatever may ever come to stand on it."""
    socket = urlsplit(load(ConsoleSettings).socket_url)
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": f"'self' {socket.scheme}://{socket.netloc}",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def _path(event: Event) -> str:
    path: str = event["rawPath"]
    stage = event["requestContext"].get("stage", "$default")
    return path.removeprefix(f"/{stage}") if path.startswith(f"/{stage}/") else path


def _has_it(event: Event, asset: Asset) -> bool:
    # Weakly compared, as RFC 9110 wants it here: W/ does not count.
    tags = [tag.strip().removeprefix("W/") for tag in _header(event, "if-none-match").split(",")]
    return asset.etag.removeprefix("W/") in tags or tags == ["*"]


def _takes_gzip(event: Event) -> bool:
    for offer in _header(event, "accept-encoding").lower().split(","):
        name, _, weight = offer.partition(";")
        if name.strip() in ("gzip", "*"):
            return weight.strip().replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _header(event: Event, name: str) -> str:
    """A header of the request, or nothing. API Gateway gives their names in lower case."""
    return str((event.get("headers") or {}).get(name, ""))


handler = entrypoint(http=serve)
