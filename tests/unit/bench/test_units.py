"""DynamoDB's request units, told from items."""

from typing import Any

import pytest

from bench.stream import event_numbers, in_transaction, indexes
from bench.units import Index, item_bytes, read_units, record_units, write_units

INDEX = Index("byOrganization", frozenset({"pk", "sk", "byOrganization", "status"}))


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"id": {"S": "abc"}}, 5),
        ({"ü": {"S": "ü"}}, 4),
        ({"n": {"N": "1234"}}, 5),
        ({"n": {"N": "-12.5"}}, 4),
        ({"t": {"BOOL": True}, "u": {"NULL": True}}, 4),
        ({"b": {"B": b"12345"}}, 6),
        ({"m": {"M": {"a": {"S": "xy"}}}}, 8),
        ({"l": {"L": [{"S": "xy"}, {"S": "z"}]}}, 9),
    ],
)
def test_the_size_of_an_item_is_its_names_and_values(item: dict[str, Any], size: int) -> None:
    assert item_bytes(item) == size


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1024, 1), (1025, 2), (10_000, 10)])
def test_a_write_takes_a_unit_for_each_kilobyte(size: int, units: int) -> None:
    assert write_units(size) == units


@pytest.mark.parametrize(
    ("size", "consistent", "units"),
    [(0, True, 1), (4096, True, 1), (4097, True, 2), (0, False, 0.5), (9000, False, 1.5)],
)
def test_a_read_takes_a_unit_for_four_kilobytes(size: int, consistent: bool, units: float) -> None:
    assert read_units(size, consistent=consistent) == units


def image(status: str, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "byOrganization": {"S": "o"}, "status": {"S": status}, **more}


def test_a_change_is_paid_by_its_larger_image_and_twice_in_a_transaction() -> None:
    record = {"OldImage": image("a", text={"S": "x" * 3000}), "NewImage": image("a")}
    assert record_units(record, [], doubled=False) == 3
    assert record_units(record, [], doubled=True) == 6


def test_an_index_is_paid_when_an_attribute_changed_that_it_copies() -> None:
    moved = {"OldImage": image("queued"), "NewImage": image("running")}
    untouched = {"OldImage": image("queued"), "NewImage": image("queued", text={"S": "new"})}
    new = {"NewImage": image("queued")}
    assert record_units(moved, [INDEX], doubled=False) == 2
    assert record_units(moved, [INDEX], doubled=True) == 3
    assert record_units(untouched, [INDEX], doubled=False) == 1
    assert record_units(new, [INDEX], doubled=False) == 2


def test_an_item_without_the_indexs_key_is_not_in_it() -> None:
    event = {"NewImage": {"pk": {"S": "p"}, "sk": {"S": "EVENT#1"}}}
    assert record_units(event, [INDEX], doubled=True) == 2


def test_an_index_copies_its_keys_the_tables_keys_and_what_it_names() -> None:
    table = {
        "KeySchema": [{"AttributeName": "pk"}, {"AttributeName": "sk"}],
        "GlobalSecondaryIndexes": [
            {
                "KeySchema": [{"AttributeName": "byAgent"}, {"AttributeName": "listKey"}],
                "Projection": {"NonKeyAttributes": ["status"]},
            }
        ],
    }
    (found,) = indexes(table)
    assert found == Index("byAgent", frozenset({"pk", "sk", "byAgent", "listKey", "status"}))


def change(sort_key: str, sequence: int = 0) -> dict[str, Any]:
    keys = {"sk": {"S": sort_key}}
    return {"Keys": keys, "NewImage": {"sequence": {"N": str(sequence)}}}


def test_a_runs_change_with_an_event_of_its_number_was_a_transaction() -> None:
    created, planned, ended = change("RUN"), change("RUN", 1), change("RUN", 2)
    event = change("EVENT#000000001")
    numbers = event_numbers([created, planned, event, ended])
    told = [in_transaction(each, numbers) for each in (created, planned, event, ended)]
    assert told == [False, True, True, False]
