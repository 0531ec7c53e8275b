"""What users write in options."""

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from typer import BadParameter

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_AGO = re.compile(r"(\d{1,6})([smhd])")
_INJECTIONS = ("rate_limit", "server_error", "timeout_after_write", "reauth", "business_error")


def moment(text: str, now: datetime) -> datetime:
    """A time: `10m` (ago; s, m, h, d), or ISO 8601, in this machine's zone if it names none."""
    if match := _AGO.fullmatch(text):
        return now - timedelta(**{_UNITS[match[2]]: int(match[1])})
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise BadParameter(f"{text!r} is no time: use 10m, 2h, 3d or 2026-01-31T09:00Z") from None


def iso(when: datetime) -> str:
    """A moment as the API takes it."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def json_object(source: str) -> dict[str, Any]:
    """The JSON object in a file, or on stdin if the name is `-`."""
    try:
        value = json.loads(_read(source))
    except ValueError as error:
        raise BadParameter(f"{source} is not JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadParameter(f"{source} must hold a JSON object")
    return value


def pairs(given: list[str]) -> dict[str, str]:
    """`name=value` options; `name=@file` and `name=@-` read the value, to keep it off screens."""
    found: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not name or not equals:
            raise BadParameter("write name=value")
        found[name] = _read(value[1:]).strip() if value.startswith("@") else value
    return found


def injection(text: str) -> dict[str, Any]:
    """A failure for a sandbox to show: `kind[:times[:retryAfter]]`."""
    kind, *numbers = text.split(":")
    if kind not in _INJECTIONS:
        raise BadParameter(f"{kind!r} is none of {', '.join(_INJECTIONS)}")
    if len(numbers) > 2 or not all(number.isdigit() for number in numbers):
        raise BadParameter("write kind, kind:times or kind:times:seconds, like rate_limit:1:3")
    names = ("times", "retryAfter")
    return {"kind": kind, **dict(zip(names, map(int, numbers), strict=False))}


def _read(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    try:
        return Path(source).read_text()
    except OSError as error:
        raise BadParameter(f"cannot read {source}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadParameter(f"{source} is not text") from None
