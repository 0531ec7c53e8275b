"""The OpenAPI document of the HTTP API, and the page that shows it.

`openapi.json` is a link to docs/openapi.json, which `make docs` writes from the code and `make
lint` compares with it. Every build follows the link, so what is served is what was compared.

The page is Swagger UI, whose files are in Powertools' package: nothing comes from elsewhere, and
nothing goes elsewhere, least of all a key that somebody tries a call with.
"""

import base64
import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Response

FILE = Path(__file__).with_name("openapi.json")

_ASSETS = "aws_lambda_powertools.event_handler.openapi.swagger_ui"
_HEADERS = {"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"}

# The document's address is relative to the page's: both are below the stage.
_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null,
});"""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>NeonHub API</title>
<style>{style}</style>
<div id="page"></div>
<script>{library}</script>
<script>{start}</script>
</html>
"""


def document() -> Response[Any]:
    """The document as it is, without the envelope: what reads OpenAPI wants nothing around it."""
    return _answer("application/json", FILE.read_text(), {})


def page() -> Response[Any]:
    """Swagger UI in one page of 1.7 MB, which a browser keeps for five minutes."""
    from importlib.resources import files

    assets = files(_ASSETS)
    library = (assets / "swagger-ui-bundle.min.js").read_text()
    style = (assets / "swagger-ui.min.css").read_text()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_hash(library)} {_hash(_START)}",
            "style-src 'unsafe-inline'",
            "img-src data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    body = _PAGE.format(style=style, library=library, start=_START)
    return _answer("text/html; charset=utf-8", body, {"Content-Security-Policy": policy})


def _hash(script: str) -> str:
    """How a policy names a script that it allows."""
    found = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(found).decode()}'"


def _answer(media_type: str, body: str, headers: dict[str, str]) -> Response[Any]:
    return Response(int(HTTPStatus.OK), media_type, body, headers={**_HEADERS, **headers})
