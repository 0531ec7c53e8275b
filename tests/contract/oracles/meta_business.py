"""Meta's contract: the parameter tables inside its own SDK, facebook_business.

Every edge is a method of an SDK object. Called with `pending=True` it sends nothing and hands out
its request, which knows the edge's path, its parameters with their types and enums, and the fields
of what it answers. Types are checked here, because the SDK only warns.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import httpx

PAGING = frozenset({"limit", "after", "before", "since", "until"})
"""Parameters that every edge takes: https://developers.facebook.com/docs/graph-api/results."""

IN_REQUESTS = {"AdCreative": {"creative_id": "string"}}
"""Fields that an object has in requests only: an ad names its creative so, says the reference."""

_DATE = re.compile(r"\d{9,11}|\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}([+-]\d{4}|Z)?)?")
_PATTERNS = {
    "unsigned int": re.compile(r"\d+"),
    "int": re.compile(r"-?\d+"),
    "bool": re.compile(r"true|false"),
    "float": re.compile(r"-?\d+(\.\d+)?"),
    "datetime": _DATE,
}


@dataclass(frozen=True)
class Edge:
    """One route of the Graph API: which SDK method it is, and what the SDK does not say.

    `path` is a pattern without the version. `required` are the parameters that Meta's reference
    marks so. `fields` are fields of answers that its reference has and the SDK has not; `metrics`
    likewise values of an enum.
    """

    verb: str
    path: str
    node: str
    method: str
    required: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    metrics: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Table:
    """What the SDK knows of one edge."""

    verb: str
    edge: str
    types: Mapping[str, str]
    enums: Mapping[str, frozenset[str]]
    fields: frozenset[str]


@cache
def table(node: str, method: str) -> Table:
    """The parameter table of an SDK method."""
    request = getattr(sdk_class(node), method)
    pending = request(sdk_class(node)("1"), pending=True)
    checker, target = pending._param_checker, pending._target_class
    return Table(
        pending._method,
        pending._endpoint,
        checker._type_check_info,
        {name: texts(values) for name, values in checker._enum_data.items()},
        texts(vars(target.Field).values()) | edges(target) if target else frozenset(),
    )


@cache
def sdk_class(name: str) -> Any:
    """A class of the SDK by its name, as in a parameter's type."""
    module = import_module(f"facebook_business.adobjects.{name.lower()}")
    return getattr(module, name)


def texts(values: Any) -> frozenset[str]:
    """The enum values among the members of an SDK class."""
    return frozenset(v for v in values if isinstance(v, str) and not v.startswith("facebook_"))


def edges(target: Any) -> frozenset[str]:
    """The edges of an object, which may be asked for as fields."""
    return frozenset(name.removeprefix("get_") for name in vars(target) if name.startswith("get_"))


def check_edge(request: httpx.Request, every: list[Edge], hosts: frozenset[str]) -> dict[str, str]:
    """Hold a request against the edges of a connector; returns its parameters."""
    assert request.url.scheme == "https" and request.url.host in hosts, request.url
    assert request.headers.get("authorization", "").startswith("Bearer "), "the token in a header"
    version, _, path = request.url.path.lstrip("/").partition("/")
    assert re.fullmatch(r"v\d\d\.0", version), version
    edge = next((e for e in every if (e.verb, True) == (request.method, fits(e, path))), None)
    assert edge, f"Meta has no {request.method} /{path}"
    known = table(edge.node, edge.method)
    assert known.verb == request.method
    assert known.edge == "" or path.endswith(f"/{known.edge}"), (known.edge, path)
    given = parameters(request)
    assert "access_token" not in given, "the token must not be in the address or the body"
    proof = given.pop("appsecret_proof", None)
    assert proof is None or re.fullmatch(r"[0-9a-f]{64}", proof)
    assert edge.required <= given.keys(), edge.required - given.keys()
    for name, value in given.items():
        check_parameter(edge, known, name, value)
    return given


def fits(edge: Edge, path: str) -> bool:
    """Whether a path is that of an edge."""
    return re.fullmatch(edge.path, path) is not None


def check_parameter(edge: Edge, known: Table, name: str, value: str) -> None:
    """One parameter: its name, its type, its enum."""
    if name == "fields" and edge.verb == "GET":
        allowed = known.fields | edge.fields
        for asked in top_level(value):
            assert asked in allowed, f"{edge.node}.{edge.method} answers no field {asked}"
    elif name in known.types:
        kind = known.types[name]
        assert of_type(value, kind, known.enums, edge.metrics), (name, kind, value)
    else:
        assert edge.verb == "GET" and name in PAGING, f"{edge.path} takes no {name}"
        assert name != "limit" or value.isdigit()


def parameters(request: httpx.Request) -> dict[str, str]:
    """Query and form parameters. Meta takes a name once."""
    pairs = request.url.params.multi_items()
    if request.content:
        kind = request.headers["content-type"]
        assert kind.startswith("application/x-www-form-urlencoded"), kind
        pairs += httpx.QueryParams(request.content.decode()).multi_items()
    assert len(dict(pairs)) == len(pairs), "a parameter was given twice"
    return dict(pairs)


def of_type(
    value: Any,
    kind: str,
    enums: Mapping[str, frozenset[str]],
    more: frozenset[str] = frozenset(),
) -> bool:
    """Whether a value, as text or as JSON, is of one of the SDK's types."""
    if kind in enums:
        return value in enums[kind] | more
    inner = re.fullmatch(r"list(?:<(.+)>)?", kind)
    if inner:
        items = as_list(value)
        of = inner.group(1) or "Object"
        return items is not None and all(of_type(item, of, enums, more) for item in items)
    if kind in _PATTERNS:
        return _PATTERNS[kind].fullmatch(scalar(value)) is not None
    if kind == "string":
        return isinstance(value, str)
    if kind.startswith("map"):
        return isinstance(as_object(value), dict)
    if kind == "Object":
        return True
    return kind != "file" and of_class(as_object(value), kind)


def of_class(value: Any, name: str) -> bool:
    """Whether an object has only the fields of an SDK class, of their types."""
    if not isinstance(value, dict):
        return False
    found = sdk_class(name)
    types = {**found._field_types, **IN_REQUESTS.get(name, {})}
    enums = found._get_field_enum_info()
    known = {kind: texts(values) for kind, values in enums.items()}
    return all(key in types and of_type(item, types[key], known) for key, item in value.items())


def scalar(value: Any) -> str:
    """A JSON scalar as it is written in a form."""
    return value if isinstance(value, str) else json.dumps(value)


def as_list(value: Any) -> list[Any] | None:
    """A list, given as JSON or separated by commas."""
    if isinstance(value, str):
        value = json.loads(value) if value.startswith("[") else value.split(",")
    return value if isinstance(value, list) else None


def as_object(value: Any) -> Any:
    """An object, given as JSON text or already parsed."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return None


def top_level(fields: str) -> list[str]:
    """The names in `a,b{c,d},e.limit(5){f}` that are not inside braces."""
    outside = re.sub(r"\{[^{}]*\}", "", fields)
    return [name.partition(".")[0] for name in outside.split(",")]
