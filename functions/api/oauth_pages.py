"""The two pages a person sees while connecting an account: plain, escaped, with no script."""

from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import Response

from hub.connector_kit.token_twin import sandbox_code

_HEADERS: dict[str, Any] = {
    "Cache-Control": "no-store",
    # The address has a code in it, which nobody further needs.
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} – NeonHub</title>
<style>
body {{ font: 1rem/1.5 system-ui; max-width: 34rem; margin: 15vh auto; padding: 0 1rem }}
</style>
<h1>{title}</h1>
<p>{words}</p>
{more}</html>
"""


def result_page(status: int, title: str, words: str) -> Response[Any]:
    """What became of it."""
    return _page(status, title, words)


def allow_page(query: Mapping[str, str], callback: str) -> Response[Any]:
    """The sandbox's authorize page: both answers are links to our own callback, and no other."""
    state = query.get("state", "")
    code = sandbox_code(query.get("code_challenge", ""), callback)
    allowed = {"code": code, "auth_code": code, "state": state}
    denied = {"error": "access_denied", "state": state}
    links = "".join(
        f'<p><a href="{escape(f"{callback}?{urlencode(answer)}")}">{word}</a></p>\n'
        for word, answer in (("Allow", allowed), ("Deny", denied))
    )
    scopes = query.get("scope", "")
    words = "This is the sandbox: no platform is asked, and nobody's account is touched."
    words += f" NeonHub asks for: {scopes}." if scopes else ""
    return _page(HTTPStatus.OK, "Connect a sandbox account", words, links)


def _page(status: int, title: str, words: str, more: str = "") -> Response[Any]:
    body = _PAGE.format(title=escape(title), words=escape(words), more=more)
    return Response(int(status), "text/html; charset=utf-8", body, headers=dict(_HEADERS))
