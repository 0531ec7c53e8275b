"""Finds the connectors there are, and loads the spec of those that are asked for.

A connector is a sub-package of `connectors` with a module `spec` that has its `SPEC`. Looking for
them reads directories and imports none, so a function that needs one connector loads one.
"""

from importlib import import_module

from hub.connector_kit.spec import ConnectorSpec
from hub.discovery import folders
from hub.domain.errors import NotFoundError

ALIASES = {"email": "gmail"}
"""Names of the original system that are not a folder's name."""


def kinds() -> list[str]:
    """The kinds of connectors there are, sorted."""
    return folders("connectors", "spec")


def canonical(kind: str) -> str:
    """The folder name of a kind, whatever its case: `EMAIL` → `gmail`, `SLACK` → `slack`.

    NotFoundError (UNKNOWN_CONNECTOR) names the kinds there are.
    """
    wanted = kind.lower()
    name = ALIASES.get(wanted, wanted)
    known = kinds()
    if name not in known:
        raise NotFoundError(
            f"there is no connector {kind!r}; there are {', '.join(known)}",
            code="UNKNOWN_CONNECTOR",
            details={"connectors": known},
        )
    return name


def load_spec(kind: str) -> ConnectorSpec:
    """The spec of a kind; NotFoundError (UNKNOWN_CONNECTOR) names the kinds there are."""
    spec: ConnectorSpec = import_module(f"connectors.{canonical(kind)}.spec").SPEC
    return spec


def specs() -> list[ConnectorSpec]:
    """The spec of every connector, by kind."""
    return [load_spec(kind) for kind in kinds()]
