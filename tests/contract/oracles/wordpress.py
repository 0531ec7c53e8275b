"""WordPress's contract: the facts of its own route schema as JSON Schema.

From the arguments that a WordPress 6.1.9 server lists for each route (an OPTIONS request of wp/v2),
with what its upload code reads of the headers. WordPress ignores what it does not know, so here an
unknown argument is refused.
"""

import base64
import json
import re
from functools import cache
from typing import Any

import httpx
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]

# WordPress's rest_parse_date(); without a zone it takes a date_gmt for UTC.
_DATE = {
    "type": "string",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$",
}
_GMT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$"}
_TEXT = {"type": "string"}
_ID = {"type": "integer", "minimum": 1}
_IDS = {"type": "array", "items": _ID}
_OPEN = {"enum": ["open", "closed"]}
_STATUSES = ["publish", "future", "draft", "pending", "private"]
_FORMATS = [
    "standard",
    "aside",
    "chat",
    "gallery",
    "link",
    "image",
    "quote",
    "status",
    "video",
    "audio",
]


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


POST = _object(
    date=_DATE,
    date_gmt=_GMT,
    slug=_TEXT,
    status={"enum": _STATUSES},
    password=_TEXT,
    title=_TEXT,
    content=_TEXT,
    author=_ID,
    excerpt=_TEXT,
    featured_media={"type": "integer", "minimum": 0},
    comment_status=_OPEN,
    ping_status=_OPEN,
    format={"enum": _FORMATS},
    meta={"type": "object"},
    sticky={"type": "boolean"},
    template=_TEXT,
    categories=_IDS,
    tags=_IDS,
)

# In a query everything is text: lists with commas, numbers in digits.
_NUMBER = {"type": "string", "pattern": "^[1-9][0-9]*$"}
_NUMBERS = {"type": "string", "pattern": "^[1-9][0-9]*(,[1-9][0-9]*)*$"}
_BOOLEAN = {"enum": ["true", "false", "1", "0"]}
_ONE = "|".join(_STATUSES)
_LIST = {
    "_fields": {"type": "string", "pattern": "^[a-z_]+(,[a-z_]+)*$"},
    "context": {"enum": ["view", "embed", "edit"]},
    "page": _NUMBER,
    "per_page": {"type": "string", "pattern": "^([1-9][0-9]?|100)$"},
    "search": _TEXT,
    "after": _DATE,
    "before": _DATE,
    "modified_after": _DATE,
    "modified_before": _DATE,
    "author": _NUMBERS,
    "exclude": _NUMBERS,
    "include": _NUMBERS,
    "offset": _NUMBER,
    "order": {"enum": ["asc", "desc"]},
    "orderby": {
        "enum": [
            "author",
            "date",
            "id",
            "include",
            "modified",
            "parent",
            "relevance",
            "slug",
            "include_slugs",
            "title",
        ]
    },
    "slug": _TEXT,
}
_POSTS = _object(
    **_LIST,
    status={"type": "string", "pattern": f"^({_ONE})(,({_ONE}))*$"},
    categories=_NUMBERS,
    tags=_NUMBERS,
    sticky=_BOOLEAN,
)
_UPLOAD = _object(
    slug=_TEXT,
    title=_TEXT,
    author=_NUMBER,
    alt_text=_TEXT,
    caption=_TEXT,
    description=_TEXT,
    post=_NUMBER,
    comment_status=_OPEN,
)

ROUTES: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any] | None]] = {
    ("GET", "/posts"): (_POSTS, None),
    ("POST", "/posts"): (_object(), POST),
    ("POST", r"/posts/[1-9]\d*"): (_object(), POST),
    ("GET", "/media"): (_object(**_LIST), None),
    ("POST", "/media"): (_UPLOAD, None),
    ("GET", "/users/me"): (_object(context=_LIST["context"]), None),
}


def check(request: httpx.Request) -> None:
    """A route of wp/v2, in the path or in `rest_route`, with arguments that it has."""
    assert request.url.scheme == "https" or request.url.host == "127.0.0.1"
    scheme, _, value = request.headers["authorization"].partition(" ")
    assert scheme == "Basic"
    assert b":" in base64.b64decode(value)
    query = dict(request.url.params)
    path = query.pop("rest_route", request.url.path)
    _, found, route = path.partition("/wp/v2")
    assert found
    known = [
        schemas
        for (method, pattern), schemas in ROUTES.items()
        if method == request.method and re.fullmatch(pattern, route)
    ]
    assert known, f"WordPress has no {request.method} {route}"
    arguments, body = known[0]
    holds(query, arguments)
    if (request.method, route) == ("POST", "/media"):
        check_upload(request)
    elif body is None:
        assert not request.content
    else:
        check_post(request, body, creating=route == "/posts")


def check_post(request: httpx.Request, schema: dict[str, Any], creating: bool) -> None:
    """A post's body; a new one has some text, a scheduled one its time."""
    assert request.headers["content-type"] == "application/json"
    given = json.loads(request.content)
    holds(given, schema)
    assert given
    if creating:
        assert any(given.get(name) for name in ("title", "content", "excerpt")), "empty_content"
    if given.get("status") == "future":
        assert {"date", "date_gmt"} & given.keys()


def check_upload(request: httpx.Request) -> None:
    """Raw bytes with a type, their length, and a name that WordPress's parser understands."""
    assert re.fullmatch(r"[\w.+-]+/[\w.+-]+", request.headers["content-type"])
    assert "transfer-encoding" not in request.headers
    assert int(request.headers["content-length"]) == len(request.content) > 0
    sent = request.headers["content-disposition"]
    kind, *parts = sent.split(";")
    named = dict(part.strip().split("=", 1) for part in parts)
    assert kind == "attachment"
    assert re.fullmatch(r'"[A-Za-z0-9._-]+\.[A-Za-z0-9]+"', named["filename"]), sent
    assert named.keys() <= {"filename", "filename*"}
    assert re.fullmatch(r"UTF-8''[\w.~%-]+", named.get("filename*", "UTF-8''a"))


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


def _request(method: str, route: str, **more: Any) -> httpx.Request:
    headers = {"authorization": "Basic dTpw", **more.pop("headers", {})}
    url = f"https://blog.example.com/wp-json/wp/v2{route}"
    return httpx.Request(method, url, headers=headers, **more)


_FILE = {"content-type": "image/png", "content-disposition": 'attachment; filename="a.png"'}

WRONG = [
    _request("POST", "/posts", json={"body": "x"}),
    _request("POST", "/posts", json={"status": "publish"}),
    _request("POST", "/posts", json={"title": "x", "status": "published"}),
    _request("POST", "/posts", json={"title": "x", "categories": "1,2"}),
    _request("POST", "/posts", json={"title": "x", "status": "future"}),
    _request("POST", "/posts", json={"title": "x", "date_gmt": "2026-03-03T09:00:00Z"}),
    _request("POST", "/posts", json={"title": "x"}, headers={"authorization": "Bearer x"}),
    _request("POST", "/post", json={"title": "x"}),
    _request("GET", "/posts?per_page=101"),
    _request("GET", "/posts?status=published"),
    _request("POST", "/media", content=b"abc", headers={**_FILE, "content-disposition": "a"}),
    _request("POST", "/media", content=b"", headers=_FILE),
    _request("POST", "/media?colour=red", content=b"abc", headers=_FILE),
]
