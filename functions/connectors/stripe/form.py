"""Stripe's form encoding: nested data as bracketed names.

`{"items": [{"price": "p"}]}` is `items[0][price]=p`. True and false are words, moments are unix
seconds, and what is None is left out. After the encoder of Stripe's own SDK (stripe._encode).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from hub.domain.model import Json


def encode(data: Mapping[str, Any]) -> dict[str, str]:
    """Nested data as the flat fields of a form or query, in order."""
    return dict(_flat(data, ""))


def _flat(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name}[{key}]" if name else str(key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{name}[{index}]")
    elif value is not None:
        yield name, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return str(int(value.timestamp()))
    return str(value)


def decode(fields: Iterable[tuple[str, str]]) -> dict[str, Json]:
    """Flat bracketed fields as nested data: what the platform understands. All values are text.

    Names that are only 0, 1, 2, … make a list; `name[]` adds to one.
    """
    root: dict[str, Any] = {}
    for name, value in fields:
        first, *rest = name.replace("]", "").split("[")
        at = root
        for here, following in zip([first, *rest], [*rest, None], strict=True):
            key = here if here else str(len(at))
            if following is None:
                at[key] = value
            else:
                at = at.setdefault(key, {})
    found: dict[str, Json] = {key: _lists(value) for key, value in root.items()}
    return found


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(item) for key, item in value.items()}
    numbered = list(inner) == [str(index) for index in range(len(inner))]
    return list(inner.values()) if inner and numbered else inner
