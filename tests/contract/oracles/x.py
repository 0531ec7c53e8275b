"""X's contract: the request models and client methods of its own SDK, from OpenAPI 2.167.

The SDK's models take any further field, where the OpenAPI document says `additionalProperties:
false`; so names are held against the models' own fields here, at every depth.
"""

import inspect
import json
import re
import types
import typing
import warnings
from functools import cache
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import xdk.media.client
    import xdk.posts.client
    import xdk.users.client
    from xdk import schemas

_POSTS, _MEDIA, _USERS = (
    xdk.posts.client.PostsClient,
    xdk.media.client.MediaClient,
    xdk.users.client.UsersClient,
)
_ID = r"[0-9]{1,19}"
_CALLS: list[tuple[str, str, Any, type[BaseModel] | None]] = [
    ("POST", "/2/tweets", _POSTS.create, schemas.CreatePostsRequest),
    ("GET", "/2/tweets", _POSTS.get_by_ids, None),
    ("DELETE", f"/2/tweets/{_ID}", _POSTS.delete, None),
    ("GET", "/2/tweets/analytics", _POSTS.get_analytics, None),
    ("GET", "/2/tweets/search/recent", _POSTS.search_recent, None),
    ("GET", "/2/users/me", _USERS.get_me, None),
    ("GET", f"/2/users/{_ID}/tweets", _USERS.get_posts, None),
    ("GET", "/2/media/upload", _MEDIA.get_upload_status, None),
    (
        "POST",
        "/2/media/upload/initialize",
        _MEDIA.initialize_upload,
        schemas.InitializeMediaUploadRequest,
    ),
    (
        "POST",
        f"/2/media/upload/{_ID}/append",
        _MEDIA.append_upload,
        schemas.AppendMediaUploadRequest,
    ),
    ("POST", f"/2/media/upload/{_ID}/finalize", _MEDIA.finalize_upload, None),
    ("POST", "/2/media/metadata", _MEDIA.create_metadata, schemas.CreateMediaMetadataRequest),
]
_IN_PATH = {"id", "self", "body"}
# Limits that the OpenAPI document has and the SDK's models have not.
_IDS = {"media_ids", "tagged_user_ids", "additional_owners"}
_ONE_ID = {"in_reply_to_tweet_id", "quote_tweet_id", "community_id"}


def check(request: httpx.Request) -> None:
    """A call that the SDK has, with its parameters and body."""
    request.read()
    assert request.url.scheme == "https"
    assert request.url.host == "api.x.com"
    assert request.headers["authorization"].startswith("Bearer ")
    for method, path, function, model in _CALLS:
        if method == request.method and re.fullmatch(path, request.url.path):
            _query(dict(request.url.params), function)
            _body(request, model)
            return
    raise AssertionError(f"X has no {request.method} {request.url.path}")


@cache
def _hints(function: Any) -> dict[str, Any]:
    # The SDK's modules name Literal in annotations without importing it.
    return typing.get_type_hints(function, localns={"Literal": typing.Literal})


def _query(given: dict[str, str], function: Any) -> None:
    known = inspect.signature(function).parameters
    names = {name.replace(".fields", "_fields"): value for name, value in given.items()}
    assert names.keys() <= known.keys() - _IN_PATH, names.keys() - known.keys()
    required = {name for name, parameter in known.items() if parameter.default is parameter.empty}
    assert required - _IN_PATH <= names.keys(), required - names.keys()
    for name, value in names.items():
        _value(name, value, _hints(function)[name])
        assert value, f"{name} is empty"


def _value(name: str, value: str, hint: Any) -> None:
    """A value of the query against its annotation: numbers, lists and enumerations."""
    for kind in _options(hint):
        if kind is int:
            low = 10 if "search" in name else 5
            assert low <= int(value) <= 100, f"{name}={value}"
        elif typing.get_origin(kind) is list:
            allowed = {item for one in typing.get_args(kind) for item in typing.get_args(one)}
            parts = value.split(",")
            assert len(parts) == len(set(parts)) <= 100, f"{name} repeats itself"
            assert not allowed or set(parts) <= allowed, set(parts) - allowed
        elif typing.get_origin(kind) is typing.Literal:
            assert value in typing.get_args(kind), f"{name}={value}"
    if name.endswith("_time"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value), f"{name}={value}"


def _options(hint: Any) -> list[Any]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [kind for kind in typing.get_args(hint) if kind is not type(None)]
    return [hint]


def _body(request: httpx.Request, model: type[BaseModel] | None) -> None:
    if model is None:
        assert not request.content, "this call has no body"
        return
    multipart = model is schemas.AppendMediaUploadRequest
    body = _form(request) if multipart else _json(request)
    try:
        parsed = model.model_validate(body)
    except ValidationError as error:
        raise AssertionError(str(error)) from None
    _only_known(parsed)
    _limits(body)
    if model is schemas.CreatePostsRequest:
        assert isinstance(body.get("text"), str), "text is always sent"
        attached = {"media", "poll", "quote_tweet_id", "card_uri"} & body.keys()
        assert len(attached) <= 1, attached
    if multipart:
        assert 0 <= int(body["segment_index"]) <= 999


def _json(request: httpx.Request) -> dict[str, Any]:
    assert request.headers["content-type"] == "application/json"
    body: dict[str, Any] = json.loads(request.content)
    return body


def _form(request: httpx.Request) -> dict[str, Any]:
    kind, _, boundary = request.headers["content-type"].partition("; boundary=")
    assert kind == "multipart/form-data"
    fields: dict[str, Any] = {}
    for piece in request.content.split(b"--" + boundary.encode())[1:-1]:
        head, _, content = piece.partition(b"\r\n\r\n")
        named = re.search(rb'name="([^"]+)"', head)
        assert named, head
        fields[named.group(1).decode()] = f"{len(content)} bytes"
        if named.group(1) == b"segment_index":
            fields["segment_index"] = int(content)
    return fields


def _only_known(model: BaseModel) -> None:
    assert not model.model_extra, f"{type(model).__name__} has no {sorted(model.model_extra or ())}"
    for name in model.model_fields_set:
        value = getattr(model, name)
        assert value is not None, f"{name} is null"
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, BaseModel):
                _only_known(inner)


def _limits(body: Any) -> None:
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        if name in _IDS:
            assert all(re.fullmatch(_ID, one) for one in value), f"{name}={value}"
        if name in _ONE_ID:
            assert re.fullmatch(_ID, value), f"{name}={value}"
        if name == "media_ids":
            assert 1 <= len(value) <= 4, "1 to 4 media"
        if name == "poll":
            assert 5 <= value["duration_minutes"] <= 10_080
            assert 2 <= len(value["options"]) <= 4
            assert all(1 <= len(option) <= 25 for option in value["options"])
        if name == "alt_text":
            assert len(value["text"]) <= 1000
        if name == "total_bytes":
            assert 0 <= value <= 17_179_869_184
        _limits(value)


def _wrong(method: str, path: str, **more: Any) -> httpx.Request:
    headers = {"authorization": "Bearer user-token"}
    return httpx.Request(method, f"https://api.x.com/2{path}", headers=headers, **more)


WRONG = [
    _wrong("POST", "/tweets", json={"media": {"media_ids": ["1"]}}),
    _wrong("POST", "/tweets", json={"text": "x", "colour": "red"}),
    _wrong("POST", "/tweets", json={"text": "x", "media": {"media_ids": ["1"], "alt": "x"}}),
    _wrong("POST", "/tweets", json={"text": "x", "media": {"media_ids": list("12345")}}),
    _wrong("POST", "/tweets", json={"text": "x", "reply": {}}),
    _wrong("POST", "/tweets", json={"text": "x", "reply_settings": "nobody"}),
    _wrong("POST", "/media/upload", data={"command": "INIT", "total_bytes": "1"}),
    _wrong("POST", "/media/metadata", json={"metadata": {"alt_text": {"text": "x"}}}),
    _wrong("POST", "/media/metadata", json={"id": "1", "metadata": {"alt_text": "x"}}),
    _wrong(
        "POST", "/media/metadata", json={"id": "1", "metadata": {"alt_text": {"text": "x" * 1001}}}
    ),
    _wrong("POST", "/media/metadata/create", json={"media_id": "1", "alt_text": {"text": "x"}}),
    _wrong("POST", "/media/upload/1/append", files={"media": b"x"}),
    _wrong("GET", "/tweets", params={"ids": "1", "tweet.fields": "public_metrics"}),
    _wrong("GET", "/tweets", params={"ids": "1", "post.fields": "mood"}),
    _wrong("GET", "/tweets/search/recent", params={"max_results": "10"}),
    _wrong("GET", "/users/me/tweets"),
]
