"""What is deployed is named by the functions that have it."""

import pytest

from bench.sizes import _label


@pytest.mark.parametrize(
    ("names", "total", "label"),
    [
        (["a", "b", "c"], 3, "code of each of the 3 functions (the same for all)"),
        (["a", "b"], 3, "code of each of 2 functions (the same for all of them)"),
        (["catalog"], 3, "code of catalog"),
        (["a", "b"], 4, "code of a, b"),
    ],
)
def test_code_is_named_by_who_has_it(names: list[str], total: int, label: str) -> None:
    assert _label(names, total) == label
