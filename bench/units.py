"""What DynamoDB bills for: item sizes and request units.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
A write unit is 1 KB, a read unit 4 KB read consistently; a transaction takes twice as many.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

type Item = Mapping[str, Mapping[str, Any]]

WRITE_UNIT_BYTES = 1024
READ_UNIT_BYTES = 4096
_NESTED_BYTES = 3
_ENTRY_BYTES = 1


def attribute_bytes(attribute: Mapping[str, Any]) -> int:
    """The size of an attribute value in DynamoDB's wire form."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S":
            return len(str(value).encode())
        case "N":
            # About one byte for two digits, and one more.
            return len(str(value).strip("-").replace(".", "")) // 2 + 2
        case "B":
            return len(value)
        case "M":
            return _NESTED_BYTES + sum(_ENTRY_BYTES for _ in value) + item_bytes(value)
        case "L":
            return _NESTED_BYTES + sum(_ENTRY_BYTES + attribute_bytes(part) for part in value)
        case _:
            return 1


def item_bytes(item: Item) -> int:
    """The size of an item: its names and its values."""
    return sum(len(name.encode()) + attribute_bytes(value) for name, value in item.items())


def write_units(size: int) -> int:
    """The units of writing an item of `size` bytes, at least one."""
    return max(1, math.ceil(size / WRITE_UNIT_BYTES))


def read_units(size: int, *, consistent: bool) -> float:
    """The units of reading `size` bytes with one request, at least one of the kind."""
    units = max(1, math.ceil(size / READ_UNIT_BYTES))
    return units if consistent else units / 2


@dataclass(frozen=True)
class Index:
    """A global secondary index: its partition key, and all attributes that it copies."""

    key: str
    attributes: frozenset[str]


def record_units(record: Mapping[str, Any], indexes: Sequence[Index], *, doubled: bool) -> float:
    """The units of the write that a stream record (with both images) tells of.

    A write costs by the larger image. An index is written when an attribute it copies changed;
    `doubled` is for a write that was part of a transaction, which doubles the table's part.
    """
    new, old = record.get("NewImage") or {}, record.get("OldImage") or {}
    table = write_units(max(item_bytes(new), item_bytes(old))) * (2 if doubled else 1)
    return table + sum(_index_units(new, old, index) for index in indexes)


def _index_units(new: Item, old: Item, index: Index) -> float:
    after = {name: value for name, value in new.items() if name in index.attributes}
    before = {name: value for name, value in old.items() if name in index.attributes}
    # An item without the index's key is not in the index.
    if after == before or (index.key not in after and index.key not in before):
        return 0
    return write_units(max(item_bytes(after), item_bytes(before)))
