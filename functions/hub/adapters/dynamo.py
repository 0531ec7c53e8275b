"""Records as DynamoDB items: JSON in, JSON out, numbers exact; list cursors."""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hub.domain.errors import InvalidRequestError
from hub.domain.model import Json


def to_attribute(value: Json) -> dict[str, Any]:
    """A JSON value as a DynamoDB attribute value."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, int | Decimal):
        return {"N": str(value)}
    if isinstance(value, float):
        return {"N": repr(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, Mapping):
        return {"M": {str(key): to_attribute(item) for key, item in value.items()}}
    return {"L": [to_attribute(item) for item in value]}


def from_attribute(attribute: Mapping[str, Any]) -> Json:
    """A DynamoDB attribute value as JSON; whole numbers become int, others float."""
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            return float(value) if "." in value or "e" in value.lower() else int(value)
        case "M":
            return from_item(value)
        case "L":
            return [from_attribute(item) for item in value]
        case _:
            return value


def to_item(record: Mapping[str, Json]) -> dict[str, Any]:
    """A JSON object as an item."""
    return {key: to_attribute(value) for key, value in record.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Json]:
    """An item as a JSON object."""
    return {key: from_attribute(value) for key, value in item.items()}


def milliseconds(moment: datetime) -> int:
    """A moment as a number that DynamoDB compares: milliseconds of unix time."""
    return round(moment.timestamp() * 1000)


def moment(milliseconds: int) -> datetime:
    """The moment of a number of milliseconds of unix time."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def encode_cursor(key: Mapping[str, Any] | None) -> str | None:
    """DynamoDB's last evaluated key as an opaque cursor; None stays None."""
    if not key:
        return None
    return base64.urlsafe_b64encode(json.dumps(from_item(key)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, **partition: str) -> dict[str, Any] | None:
    """The key a cursor stands for. A cursor of another partition, or a made-up one, is refused."""
    if not cursor:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, binascii.Error):
        key = None
    if not isinstance(key, dict) or any(key.get(k) != v for k, v in partition.items()):
        raise InvalidRequestError("the cursor is not one this list gave; start again without it")
    return to_item(key)
