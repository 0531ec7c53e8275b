"""Sizes of what is deployed."""

from pathlib import Path

from bench.functions import functions, layer_sizes
from bench.results import Artifact
from bench.stack import BUILD, Stack


def measure(stack: Stack) -> tuple[Artifact, ...]:
    """The functions' code, once where several have the same, and the layers."""
    found = functions(stack).values()
    code = {_size(function.code): function for function in found}
    names = {size: [f.name for f in found if _size(f.code) == size] for size in code}
    artifacts = [
        Artifact(_label(names[size], len(found)), function.zipped, size)
        for size, function in code.items()
    ]
    layers = [
        Artifact(f"layer {name}", zipped, _size(BUILD / name))
        for name, zipped in sorted(layer_sizes(stack).items())
    ]
    return (*artifacts, *layers)


def _label(names: list[str], total: int) -> str:
    if len(names) == total:
        return f"code of each of the {total} functions (the same for all)"
    if len(names) > total // 2:
        return f"code of each of {len(names)} functions (the same for all of them)"
    return f"code of {', '.join(names)}"


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
