"""Stripe's contract: the paths of its own SDK's services and the types of their parameters."""

import importlib
import pkgutil
import re
import sys
import typing
import warnings
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any

import httpx
import typing_extensions

VERSION = "2026-10-28.endive"
_CALL = re.compile(
    r"""params:\s*(?:Optional\[)?"(?P<params>\w+)"(?:(?!\bdef\b).)*?"""
    r"""self\._request\(\s*"(?P<method>\w+)",\s*"(?P<path>/v1/[^"]*)\"""",
    re.DOTALL,
)


@cache
def contract() -> list[tuple[str, re.Pattern[str], str, str]]:
    """Every v1 call of the SDK: method, path, module of its parameters, their class."""
    import stripe

    found = []
    for module in pkgutil.walk_packages(stripe.__path__, "stripe."):
        if not module.name.endswith("_service") or "v2" in module.name:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = importlib.import_module(module.name)
        with open(str(loaded.__file__), encoding="utf-8") as source:
            text = source.read()
        imported = dict(_imports(text))
        for call in _CALL.finditer(text):
            pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", call["path"]))
            where = imported[call["params"]]
            found.append((call["method"].upper(), pattern, where, call["params"]))
    return found


def _imports(text: str) -> typing.Iterator[tuple[str, str]]:
    for module, names in re.findall(
        r"from (stripe\.params\S+) import \(?\s*([\w,\s]+?)\s*\)?\n", text
    ):
        for name in names.replace(",", " ").split():
            yield name, module


def parameters(method: str, path: str) -> Any:
    """The TypedDict of a call's parameters; AssertionError if there is no such call."""
    fitting = [
        (pattern.pattern.count("[^/]+"), module, name)
        for known, pattern, module, name in contract()
        if known == method and pattern.fullmatch(path)
    ]
    assert fitting, f"Stripe has no {method} {path}"
    _, module, name = min(fitting)
    return getattr(importlib.import_module(module), name)


def check(request: httpx.Request) -> None:
    """A v1 call with its headers, whose bracketed parameters are as the SDK types them."""
    assert request.url.scheme == "https"
    assert request.url.host == "api.stripe.com"
    assert request.headers["authorization"].startswith(("Bearer sk_", "Bearer rk_"))
    assert request.headers.get("stripe-version") == VERSION
    typed = parameters(request.method, request.url.path)
    if request.method == "POST":
        assert not request.url.query
        assert 1 <= len(request.headers.get("idempotency-key", "")) <= 255
        if request.content:
            assert request.headers["content-type"] == "application/x-www-form-urlencoded"
        pairs = list(httpx.QueryParams(request.content.decode()).multi_items())
    else:
        assert not request.content
        assert "idempotency-key" not in request.headers
        pairs = list(request.url.params.multi_items())
    assert len(pairs) == len({name for name, _ in pairs}), "a parameter twice"
    fits(nested(pairs), typed, "")


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Bracketed names as dictionaries of dictionaries."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        assert re.fullmatch(r"\w+(\[[^\[\]]+\])*", name), name
        steps = re.findall(r"[^\[\]]+", name)
        at = root
        for step in steps[:-1]:
            at = at.setdefault(step, {})
            assert isinstance(at, dict), name
        at[steps[-1]] = value
    return root


@cache
def hints(typed: Any) -> dict[str, Any]:
    """The fields of a TypedDict with their types; request options are none of them."""
    from stripe import _request_options

    module = vars(sys.modules[typed.__module__])
    # The request options name a type that the SDK imports for type checkers only.
    others = {**vars(_request_options), "StripeContext": Any}
    every = typing_extensions.get_type_hints(typed, module, others)
    options = _request_options.RequestOptions
    mixed = options in getattr(typed, "__orig_bases__", ())
    return {n: t for n, t in every.items() if not (mixed and n in options.__annotations__)}


def fits(value: Any, typed: Any, at: str) -> None:
    """Assert that a decoded value is of a type."""
    if typing_extensions.is_typeddict(typed):
        assert isinstance(value, dict), f"{at} must be an object"
        known = hints(typed)
        assert value.keys() <= known.keys(), f"{at}: no {value.keys() - known.keys()}"
        missing = (typed.__required_keys__ & known.keys()) - value.keys()
        assert not missing, f"{at} lacks {missing}"
        for name, inner in value.items():
            fits(inner, known[name], f"{at}[{name}]" if at else name)
        return
    origin, arguments = typing.get_origin(typed), typing.get_args(typed)
    if origin in (typing.Union, UnionType):
        any_of(value, arguments, at)
    elif origin is typing.Literal:
        assert value in arguments, f"{at}: {value!r} is none of {arguments}"
    elif origin is list:
        assert isinstance(value, dict), f"{at} must be a list"
        assert list(value) == [str(index) for index in range(len(value))], f"{at}: {list(value)}"
        for index, inner in value.items():
            fits(inner, arguments[0], f"{at}[{index}]")
    elif origin is dict:
        assert isinstance(value, dict), f"{at} must be an object"
        for name, inner in value.items():
            fits(inner, arguments[1], f"{at}[{name}]")
    else:
        assert isinstance(value, str), f"{at} must be one value"
        assert PLAIN[typed](value), f"{at}: {value!r} is no {typed}"


def any_of(value: Any, types: tuple[Any, ...], at: str) -> None:
    """Assert that a value is of one of some types.

    The SDK writes an enumeration as its values or `str`, so that later values type-check; only the
    values are the contract. `''` clears a field and says nothing of what else it may be.
    """
    enumerated = any(typing.get_origin(t) is typing.Literal and typing.get_args(t) != ("",)
                     for t in types)  # fmt: skip
    refusals = []
    for typed in types:
        if typed is NoneType or (typed is str and enumerated) or "StripeObject" in str(typed):
            continue
        try:
            return fits(value, typed, at)
        except AssertionError as refusal:
            refusals.append(str(refusal))
    raise AssertionError("; ".join(refusals))


PLAIN: dict[Any, Any] = {
    str: lambda _text: True,
    bool: lambda text: text in ("true", "false"),
    int: lambda text: re.fullmatch(r"-?\d+", text),
    float: lambda text: re.fullmatch(r"-?\d+(\.\d+)?", text),
    Decimal: lambda text: re.fullmatch(r"-?\d+(\.\d{1,12})?", text),
}


def _wrong(path: str, *, method: str = "POST", key: str = "k", **more: Any) -> httpx.Request:
    headers = {"authorization": "Bearer sk_test_1", "stripe-version": VERSION}
    if key:
        headers["idempotency-key"] = key
    return httpx.Request(method, f"https://api.stripe.com/v1{path}", headers=headers, **more)


WRONG = [
    _wrong("/subscriptions", data={"customer": "cus_1", "coupon": "c"}),
    _wrong("/invoiceitems", data={"customer": "cus_1", "price": "price_1"}),
    _wrong("/customers", json={"email": "a@example.com"}),
    _wrong("/customers", key="", data={"email": "a@example.com"}),
    _wrong("/customers", key="k" * 256),
    _wrong("/refunds", data={"charge": "ch_1", "amount": "19.99"}),
    _wrong("/refunds", data={"charge": "ch_1", "reason": "regret"}),
    _wrong("/payment_links", data={"metadata[a]": "b"}),
    _wrong("/payment_links", data={"line_items[price]": "price_1"}),
    _wrong(
        "/payment_links", data={"line_items[1][price]": "price_1", "line_items[1][quantity]": "1"}
    ),
    _wrong("/payment_links", data={"line_items[0][price]": "price_1"}),
    _wrong("/customers", data={"api_key": "sk_test_2"}),
    _wrong("/charges?limit=ten", method="GET", key=""),
    _wrong("/gifts"),
]
