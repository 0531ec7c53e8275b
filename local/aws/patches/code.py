"""A change of one constant inside a function of the emulator."""

from typing import Any


def replace_constant(function: Any, old: object, new: object) -> None:
    """Replace a constant in the function's code; raises `LookupError` when it has none such.

    Unlike a rewritten copy, the function keeps its namespace and so sees the other patches.
    """
    code = function.__code__
    if old not in code.co_consts:
        message = f"{function.__qualname__} has no constant {old!r} any more"
        raise LookupError(message)
    constants = tuple(new if constant == old else constant for constant in code.co_consts)
    function.__code__ = code.replace(co_consts=constants)
