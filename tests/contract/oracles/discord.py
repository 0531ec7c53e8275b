"""Discord's contract: the facts of its OpenAPI description as JSON Schema.

From discord/discord-api-spec (specs/openapi.json, version 10): the operations that the connector
uses, their parameters and bodies. Narrower where the method pages are: content up to 2000
characters (the description says 4000), all embeds together up to 6000.
"""

import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]

_BASE = "/api/v10"
_SNOWFLAKE = {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}
_URL = {"type": "string", "maxLength": 2048, "pattern": "^https?://"}


def _text(longest: int, shortest: int = 0) -> dict[str, Any]:
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def _object(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    # Discord ignores what it does not know, so an unknown field is a mistake of ours.
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Any, most: int) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most}


_PICTURE = _object(("url",), url=_URL)
_EMBED = _object(
    title=_text(256),
    description=_text(4096),
    url=_URL,
    color={"type": "integer", "minimum": 0, "maximum": 16777215},
    timestamp={
        "type": "string",
        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$",
    },
    author=_object(name=_text(256), url=_URL, icon_url=_URL),
    image=_PICTURE,
    thumbnail=_PICTURE,
    footer=_object(text=_text(2048), icon_url=_URL),
    fields=_list(
        _object(("name", "value"), name=_text(256), value=_text(1024), inline={"type": "boolean"}),
        25,
    ),
)
_MENTIONS = _object(
    parse={**_list({"enum": ["users", "roles", "everyone"]}, 3), "uniqueItems": True},
    users={**_list(_SNOWFLAKE, 100), "uniqueItems": True},
    roles={**_list(_SNOWFLAKE, 100), "uniqueItems": True},
    replied_user={"type": "boolean"},
)
_COMMON = {
    "content": _text(2000),
    "embeds": _list(_EMBED, 10),
    "allowed_mentions": _MENTIONS,
    "flags": {"type": "integer"},
}
_MESSAGE = _object(
    **_COMMON,
    nonce=_text(25),
    enforce_nonce={"type": "boolean"},
    message_reference=_object(
        ("message_id",),
        message_id=_SNOWFLAKE,
        channel_id=_SNOWFLAKE,
        guild_id=_SNOWFLAKE,
        fail_if_not_exists={"type": "boolean"},
        type={"const": 0},
    ),
)
_WEBHOOK_MESSAGE = _object(
    **_COMMON,
    username=_text(80, 1),
    avatar_url=_URL,
    thread_name=_text(100),
    applied_tags=_list(_SNOWFLAKE, 5),
)
_BOOLEAN = {"enum": ["true", "false"]}

_ID = r"(0|[1-9][0-9]*)"
OPERATIONS: dict[tuple[str, str], tuple[str, dict[str, Any], dict[str, Any] | None]] = {
    ("POST", rf"/channels/{_ID}/messages"): ("bot", _object(), _MESSAGE),
    ("GET", rf"/channels/{_ID}/messages"): (
        "bot",
        _object(
            around=_SNOWFLAKE,
            before=_SNOWFLAKE,
            after=_SNOWFLAKE,
            limit={"type": "string", "pattern": "^([1-9][0-9]?|100)$"},
        ),
        None,
    ),
    ("POST", rf"/webhooks/{_ID}/[\w-]+"): (
        "none",
        _object(wait=_BOOLEAN, thread_id=_SNOWFLAKE, with_components=_BOOLEAN),
        _WEBHOOK_MESSAGE,
    ),
    ("GET", rf"/webhooks/{_ID}/[\w-]+"): ("any", _object(), None),
    ("GET", rf"/guilds/{_ID}/channels"): ("bot", _object(), None),
    ("GET", "/users/@me"): ("bot", _object(), None),
}


def check(request: httpx.Request) -> None:
    """An operation of version 10 with its parameters, its body and its permission."""
    assert (request.url.scheme, request.url.host) == ("https", "discord.com")
    assert request.url.path.startswith(f"{_BASE}/"), "without a version Discord answers as v6"
    assert re.match(r"DiscordBot \(https://\S+, [\w.]+\)", request.headers["user-agent"])
    path = request.url.path.removeprefix(_BASE)
    found = [
        known
        for (method, pattern), known in OPERATIONS.items()
        if method == request.method and re.fullmatch(pattern, path)
    ]
    assert found, f"Discord has no {request.method} {path}"
    permission, query, body = found[0]
    authorization = request.headers.get("authorization", "")
    assert permission != "bot" or re.fullmatch(r"Bot \S+", authorization)
    assert permission != "none" or not authorization
    holds(dict(request.url.params), query)
    if body is None:
        assert not request.content
        return
    assert request.headers["content-type"] == "application/json"
    check_message(json.loads(request.content), body)


def check_message(given: Any, schema: dict[str, Any]) -> None:
    """A body, and what the pages say of fields together."""
    holds(given, schema)
    assert given.get("content") or given.get("embeds"), "50006: an empty message"
    assert sum(map(characters, given.get("embeds", []))) <= 6000
    mentions = given.get("allowed_mentions", {})
    for kind in ("users", "roles"):
        assert not (kind in mentions.get("parse", []) and mentions.get(kind)), "mutually exclusive"
    assert given.get("flags", 0) & ~(1 << 2 | 1 << 12 | 1 << 15) == 0
    assert not given.get("enforce_nonce") or given.get("nonce")


def characters(embed: dict[str, Any]) -> int:
    """What of an embed counts towards the 6000."""
    texts = [embed.get("title", ""), embed.get("description", "")]
    texts += [embed.get("footer", {}).get("text", ""), embed.get("author", {}).get("name", "")]
    texts += [field["name"] + field["value"] for field in embed.get("fields", [])]
    return sum(map(len, texts))


def holds(value: Any, schema: dict[str, Any]) -> None:
    """Raises AssertionError where a value breaks a schema."""
    try:
        validator(json.dumps(schema)).validate(value)
    except ValidationError as error:
        raise AssertionError(f"{error.json_path}: {error.message}") from None


@cache
def validator(schema: str) -> Any:
    """A validator of a schema, made once."""
    parsed = json.loads(schema)
    Draft202012Validator.check_schema(parsed)
    return Draft202012Validator(parsed)


def _request(path: str, body: Any, version: str = "/api/v10", **headers: str) -> httpx.Request:
    sent = {
        "user-agent": "DiscordBot (https://example.com, 1)",
        "authorization": "Bot t",
        **headers,
    }
    return httpx.Request("POST", f"https://discord.com{version}{path}", json=body, headers=sent)


WRONG = [
    _request("/channels/1/messages", {"content": "x"}, version="/api"),
    _request("/channels/launch/messages", {"content": "x"}),
    _request("/channels/1/messages", {"content": "x" * 2001}),
    _request("/channels/1/messages", {"text": "x"}),
    _request("/channels/1/messages", {}),
    _request("/channels/1/messages", {"content": "x", "nonce": "n" * 26}),
    _request("/channels/1/messages", {"content": "x", "flags": 1}),
    _request("/channels/1/messages", {"embeds": [{"description": "x" * 3001}] * 2}),
    _request("/channels/1/messages", {"content": "x"}, authorization="Bearer t"),
    _request("/channels/1/messages", {"content": "x"}, **{"user-agent": "NeonHub/0.1"}),
    _request("/webhooks/1/abc?wait=true", {"content": "x"}),
    _request("/webhooks/1/abc?wait=maybe", {"content": "x"}, authorization=""),
]
