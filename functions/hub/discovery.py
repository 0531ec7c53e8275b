"""Finds connectors and agents by their folders, importing none of them."""

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules


def folders(package: str, module: str) -> list[str]:
    """The sub-packages of a package that have a certain module, sorted."""
    roots = import_module(package).__path__
    return sorted({name for root in roots for name in _packages(root) if _has(root, name, module)})


def _packages(root: str) -> list[str]:
    return [found.name for found in iter_modules([root]) if found.ispkg]


def _has(root: str, package: str, module: str) -> bool:
    return any(found.name == module for found in iter_modules([str(Path(root) / package)]))
