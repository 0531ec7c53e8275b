"""A stranger connects an account on the deployed template: start, page, callback, a call."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from tests.e2e.stack import Stack

pytestmark = pytest.mark.e2e


def visit(stack: Stack, url: str) -> httpx.Response:
    """Open an address of the stack like a browser, to which every `.localhost` is this machine."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.hostname.endswith(".localhost")
    here = f"{stack.endpoint}{parts.path}?{parts.query}"
    return httpx.get(here, headers={"host": parts.netloc})


def offered(page: httpx.Response) -> dict[str, str]:
    """The links of the sandbox's page by their words."""
    assert page.status_code == 200, page.text
    assert page.headers["content-type"].startswith("text/html")
    return {word: unescape(href) for href, word in re.findall(r'href="([^"]+)">(\w+)<', page.text)}


def connected(stack: Stack, started: dict[str, str]) -> httpx.Response:
    """What the browser sees after a click on Allow."""
    return visit(stack, offered(visit(stack, started["authorizeUrl"]))["Allow"])


def walk(stack: Stack) -> None:
    app = {"clientId": "the-client-id", "clientSecret": "e2e-very-secret-of-the-app"}
    started = stack.data("POST", "/api/oauth/x/start", {"mode": "sandbox", "name": "Brand", **app})
    assert stack.data("GET", "/api/connections")["connections"] == []
    seen = connected(stack, started)
    assert (seen.status_code, "Brand" in seen.text) == (200, True), seen.text
    (shown,) = stack.data("GET", "/api/connections")["connections"]
    assert (shown["id"], shown["status"]) == (started["connectionId"], "active")
    assert shown["grant"]["renewable"] is True
    assert shown["grant"]["expiresAt"]
    body = {"connectionId": shown["id"], "input": {"text": "Hello"}}
    posted = stack.data("POST", "/api/connectors/x/actions/post_tweet", body)
    assert posted["outcome"] == "ok"
    assert stack.data("POST", f"/api/connections/{shown['id']}/test")["ok"] is True
    assert connected(stack, started).status_code == 404, "good once"

    path = f"/api/connections/{shown['id']}/oauth/start"
    restarted = stack.data("POST", path, {})
    assert dict(parse_qsl(urlsplit(restarted["authorizeUrl"]).query))["client_id"] == (
        "the-client-id"
    )
    assert "connected again" in connected(stack, restarted).text
    (healed,) = stack.data("GET", "/api/connections")["connections"]
    assert healed["grant"]["tokenVersion"] == 2
    denied = stack.data("POST", path, {})
    page = offered(visit(stack, denied["authorizeUrl"]))
    assert "did not allow" in visit(stack, page["Deny"]).text

    table = next(t for t in stack.aws("dynamodb").list_tables()["TableNames"] if "Connections" in t)
    everything = str(stack.aws("dynamodb").scan(TableName=table))
    shown_text = stack.request("GET", "/api/connections").text + seen.text
    for secret in (app["clientSecret"], "sandbox-refresh", started["state"]):
        assert secret not in everything + shown_text


def test_a_stranger_connects_an_account_and_uses_it(stack: Stack) -> None:
    walk(stack)


def test_nobody_without_a_key_starts_and_nobody_without_a_state_finishes(stack: Stack) -> None:
    url = stack.api_url + "/api/oauth/x/start"
    assert httpx.post(url, json={"mode": "sandbox"}).status_code == 401
    assert httpx.get(stack.api_url + "/api/oauth/callback?state=guessed&code=c").status_code == 404


@pytest.mark.slow
def test_a_refused_token_is_renewed_with_no_more_rights_than_the_template_gives(
    strict: Stack,
) -> None:
    walk(strict)
    credentials = {
        "accessToken": "e2e-token-of-somebody",
        "refreshToken": "sandbox-refresh-0",
        "clientId": "the-client-id",
        "clientSecret": "e2e-very-secret",
    }
    refusing = [{"kind": "reauth", "times": 1}]
    body = {"kind": "x", "mode": "sandbox", "credentials": credentials, "sandbox": refusing}
    made = strict.data("POST", "/api/connections", body)["id"]
    assert strict.data("POST", f"/api/connections/{made}/test")["ok"] is True
    shown = strict.data("GET", f"/api/connections/{made}")
    assert (shown["status"], shown["grant"]["tokenVersion"]) == ("active", 1)
