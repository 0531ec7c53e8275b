"""Finds connectors and agents by their folders, importing only the one that is asked for."""

import pkgutil
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def folders(package: str, module: str) -> list[str]:
    """The sub-packages of a package that have a certain module, sorted."""
    paths = import_module(package).__path__
    names = (found.name for found in pkgutil.iter_modules(paths) if found.ispkg)
    return sorted(name for name in names if find_spec(f"{package}.{name}.{module}"))


@cache
def attribute(module: str, name: str) -> Any:
    """One attribute of a module, imported now."""
    return getattr(import_module(module), name)
