"""Finds connectors and agents by their folders, importing none of them."""

from importlib import import_module
from pathlib import Path


def folders(package: str, module: str) -> list[str]:
    """The sub-packages of a package that have a certain module, sorted."""
    roots = [Path(root) for root in import_module(package).__path__]
    return sorted({found.parent.name for root in roots for found in root.glob(f"*/{module}.py")})
