"""Google's contracts: the discovery documents that google-api-python-client carries.

`check(request, "gmail.v1")` finds the method that a request calls and holds its host, path, query
and body against it, uploads too. The format of the documents:
https://developers.google.com/discovery/v1/reference/apis, read 2026-11.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

_BOUNDS = {
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
}
_MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$"
_PATTERNS = {
    "int64": r"^-?\d{1,19}$",
    "uint64": r"^\d{1,20}$",
    "byte": r"^([A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$",
    "date": r"^\d{4}-\d\d-\d\d$",
    "date-time": _MOMENT,
    "google-datetime": _MOMENT,
    "google-duration": r"^\d+(\.\d{1,9})?s$",
}


@dataclass(frozen=True)
class Called:
    """The method that a request calls. `protocol` is None, `simple` or `resumable` (an upload)."""

    method: dict[str, Any]
    path: dict[str, str]
    protocol: str | None

    @property
    def id(self) -> str:
        """The method's id, like `gmail.users.messages.send`."""
        return str(self.method["id"])

    def parameters(self, location: str) -> dict[str, dict[str, Any]]:
        """Its parameters in the query or in the path."""
        every = self.method.get("parameters", {})
        return {name: known for name, known in every.items() if known["location"] == location}


def check(request: httpx.Request, document: str) -> Called:
    """A call that the document allows; AssertionError says what is wrong with any other.

    `document` is a file's name without its ending: `gmail.v1`, `youtube.v3`.
    """
    host = urlsplit(load(document)["rootUrl"]).hostname
    assert request.url.scheme == "https"
    assert request.url.host == host, f"{request.url.host} is not {host}"
    assert request.headers.get("authorization", "").startswith("Bearer "), "no bearer token"
    called = find(request, document)
    for name, known in called.parameters("path").items():
        _value(name, known, called.path[name])
    _query(request, called, document)
    _body(request, called, document)
    return called


@cache
def load(document: str) -> dict[str, Any]:
    """A discovery document."""
    folder = files("googleapiclient").joinpath("discovery_cache", "documents")
    found: dict[str, Any] = json.loads(folder.joinpath(f"{document}.json").read_text("utf-8"))
    return found


def find(request: httpx.Request, document: str) -> Called:
    """The method by HTTP method and path as it goes out, percent signs and all."""
    path = request.url.raw_path.partition(b"?")[0].decode()
    goes_on = request.method == "PUT" and "upload_id" in request.url.params
    for http_method, pattern, method, protocol in _routes(document):
        match = pattern.match(path)
        # The pieces of a resumable upload are put to the session's URL, whatever the method was.
        if match and (http_method == request.method or (goes_on and protocol)):
            captured = {name: unquote(value) for name, value in match.groupdict().items()}
            return Called(method, captured, protocol)
    raise AssertionError(f"{document} has no {request.method} {path}")


@cache
def _routes(
    document: str,
) -> tuple[tuple[str, re.Pattern[str], dict[str, Any], str | None], ...]:
    """Every method of the document, at its own path and at those of its uploads.

    Paths without a parameter come first: `drafts/send` is not a draft with the id `send`.
    """
    base = "/" + load(document)["servicePath"]
    found = []
    for method in _methods(load(document)):
        paths = {base + method["path"]: None}
        for protocol, upload in method.get("mediaUpload", {}).get("protocols", {}).items():
            paths[upload["path"]] = protocol
        for path, protocol in paths.items():
            found.append((path, method["httpMethod"], method, protocol))
    found.sort(key=lambda route: (route[0].count("{"), -len(route[0])))
    return tuple(
        (http_method, _compiled(path), method, protocol)
        for path, http_method, method, protocol in found
    )


def _methods(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _methods(inner)


def _compiled(template: str) -> re.Pattern[str]:
    """`{name}` is one segment, `{+name}` may be several."""
    parts = re.split(r"\{(\+?\w+)\}", template)
    literals = [re.escape(part) for part in parts[::2]]
    names = [
        f"(?P<{name[1:]}>.+)" if name.startswith("+") else f"(?P<{name}>[^/]+)"
        for name in parts[1::2]
    ]
    woven = "".join(x + y for x, y in zip(literals, [*names, ""], strict=True))
    return re.compile(woven + r"\Z")


def _query(request: httpx.Request, called: Called, document: str) -> None:
    own = called.parameters("query")
    known = {**load(document)["parameters"], **own}
    given = request.url.params
    if called.protocol:
        known = {**known, "upload_id": {"type": "string"}}
        allowed = {"resumable"} if called.protocol == "resumable" else _UPLOAD_TYPES
        assert given.get("uploadType") in allowed, f"uploadType={given.get('uploadType')}"
    for name in given:
        assert name in known, f"{called.id} has no parameter {name}"
        values = given.get_list(name)
        assert len(values) == 1 or known[name].get("repeated"), f"{name} is given more than once"
        for value in values:
            _value(name, known[name], value)
    missing = {name for name, parameter in own.items() if parameter.get("required")} - given.keys()
    assert not missing, f"{called.id} wants {sorted(missing)}"


_UPLOAD_TYPES = {"media", "multipart", "resumable"}


def _value(name: str, known: dict[str, Any], value: str) -> None:
    """One value of a parameter, as text. Repeated ones may also be joined by commas."""
    assert value or not known.get("required"), f"{name} is empty"
    if known["type"] == "boolean":
        assert value in {"true", "false"}, f"{name}={value} is not a boolean"
    if known["type"] in {"integer", "number"} or known.get("format") in _BOUNDS:
        whole = known["type"] != "number"
        assert re.fullmatch(r"-?\d+" if whole else r"-?\d+(\.\d+)?", value), f"{name}={value}"
        low, high = _BOUNDS.get(known.get("format", ""), (float("-inf"), float("inf")))
        low, high = float(known.get("minimum", low)), float(known.get("maximum", high))
        assert low <= float(value) <= high, f"{name}={value} is not within {low} and {high}"
    if "pattern" in known:
        assert re.search(known["pattern"], value), f"{name}={value} is not {known['pattern']}"
    if "format" in known and known["format"] in _PATTERNS:
        assert re.search(_PATTERNS[known["format"]], value), f"{name} is no {known['format']}"
    for each in value.split(",") if known.get("repeated") else [value]:
        assert each in known.get("enum", [each]), f"{name}={each} is none of {known['enum']}"


def _body(request: httpx.Request, called: Called, document: str) -> None:
    content = request.read()
    kind = request.headers.get("content-type", "")
    upload = request.url.params.get("uploadType") if called.protocol else None
    if "upload_id" in request.url.params:
        _range(request, content)
    elif upload == "media":
        _media(called, kind, len(content))
    elif upload == "multipart":
        described, media = related(request)
        _json(described[1], described[0], called, document)
        _media(called, media[0], len(media[1]))
    else:
        if upload == "resumable":
            size = request.headers.get("x-upload-content-length", "0")
            _media(called, request.headers.get("x-upload-content-type", ""), int(size))
        _json(content, kind, called, document)


def _range(request: httpx.Request, content: bytes) -> None:
    """A piece of a resumable upload: where it belongs, and as long as it says.

    Without a Content-Range it is the whole; `bytes */…` asks how far the upload is.
    """
    said = request.headers.get("content-range")
    if said is None:
        return
    match = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)", said)
    assert match, f"Content-Range: {said}"
    first, last, total = match.groups()
    length = int(last) - int(first) + 1 if first else 0
    assert length == len(content), f"{said} but {len(content)} bytes"
    whole = total == "*" or (last and int(last) + 1 == int(total))
    # https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
    assert whole or length % (256 * 1024) == 0, f"a piece of {length} bytes"


def _media(called: Called, kind: str, size: int) -> None:
    accepted = called.method["mediaUpload"].get("accept", ["*/*"])
    plain = kind.partition(";")[0].strip()
    fits = [re.escape(pattern).replace(r"\*", "[^/]+") for pattern in accepted]
    assert any(re.fullmatch(pattern, plain) for pattern in fits), f"{plain!r} is not {accepted}"
    limit = int(called.method["mediaUpload"].get("maxSize", 2**63))
    assert size <= limit, f"{size} bytes are more than {limit}"


def related(request: httpx.Request) -> list[tuple[str, bytes]]:
    """The two parts of a multipart/related upload, each with its content type (RFC 2387)."""
    kind = request.headers.get("content-type", "")
    match = re.fullmatch(r'multipart/related; boundary="?([\w\'()+,./:=?-]{1,70})"?', kind)
    assert match, f"Content-Type: {kind}"
    content, mark = request.read(), b"--" + match[1].encode()
    length = request.headers.get("content-length")
    assert length is None or int(length) == len(content), f"{length} is not {len(content)}"
    first, *parts, last = (b"\r\n" + content).split(b"\r\n" + mark)
    assert (first, last.strip()) == (b"", b"--"), "the parts do not begin and end at the boundary"
    assert len(parts) == 2, f"{len(parts)} parts"
    found = []
    for part in parts:
        head, empty, body = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        assert empty, "a part without a head"
        fields = dict(line.lower().split(": ", 1) for line in head.decode().split("\r\n"))
        found.append((fields["content-type"], body))
    return found


def _json(content: bytes, kind: str, called: Called, document: str) -> None:
    """A JSON body as the method's schema has it; none for a method that takes none."""
    wanted = called.method.get("request")
    if wanted is None:
        assert not content or called.protocol, f"{called.id} takes no body"
        return
    if not content and called.protocol:
        return
    assert kind.partition(";")[0].strip() == "application/json", f"Content-Type: {kind}"
    value = json.loads(content)
    validator = _validator(document, wanted["$ref"], called.id, called.protocol is not None)
    wrong = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert not wrong, f"{called.id}: {wrong}"


@cache
def _validator(document: str, name: str, method_id: str, upload: bool) -> Draft202012Validator:
    """A JSON Schema of a request. What the document calls required depends on the method."""
    every = load(document)["schemas"]
    definitions = {each: _schema(known, method_id, upload) for each, known in every.items()}
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions})


def _schema(known: dict[str, Any], method_id: str, upload: bool) -> dict[str, Any]:
    """A discovery schema as a JSON Schema: no unknown fields, 64-bit numbers as text."""
    if "$ref" in known:
        return {"$ref": f"#/$defs/{known['$ref']}"}
    found: dict[str, Any] = {} if known["type"] == "any" else {"type": known["type"]}
    if "enum" in known:
        found["enum"] = known["enum"]
    if "pattern" in known:
        found["pattern"] = known["pattern"]
    format_ = known.get("format", "")
    if known["type"] == "string" and format_ in _PATTERNS:
        found["pattern"] = _PATTERNS[format_]
    if known["type"] in {"integer", "number"}:
        low, high = _BOUNDS.get(format_, (None, None))
        bounds = {"minimum": known.get("minimum", low), "maximum": known.get("maximum", high)}
        found |= {key: float(value) for key, value in bounds.items() if value is not None}
    if known["type"] == "array":
        found["items"] = _schema(known["items"], method_id, upload)
    if known["type"] == "object":
        found |= _object(known, method_id, upload)
    return found


def _required_by(property_: dict[str, Any]) -> list[str]:
    """The ids of the methods that want a field: in annotations, or in words after `@required`."""
    annotated: list[str] = property_.get("annotations", {}).get("required", [])
    return [*annotated, *property_.get("description", "").partition("@required")[2].split()]


def _object(known: dict[str, Any], method_id: str, upload: bool) -> dict[str, Any]:
    """Fields that only Google sets are unknown ones; an upload carries its bytes elsewhere."""
    own = known.get("properties", {})
    more = known.get("additionalProperties")
    required = [
        name
        for name, property_ in own.items()
        if method_id in _required_by(property_)
        and not (upload and property_.get("format") == "byte")
    ]
    return {
        "properties": {
            name: _schema(property_, method_id, upload)
            for name, property_ in own.items()
            if not property_.get("readOnly")
        },
        "required": required,
        "additionalProperties": _schema(more, method_id, upload) if more else False,
    }
