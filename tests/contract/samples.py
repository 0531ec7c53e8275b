"""What each connector's tests say of its platform, for the tests that hold all of them.

`tests/unit/connectors/samples_<kind>.py` has:

- `VALID`: a valid input of each action, in an order in which each works in one sandbox.
- `MORE`: further (action, input) pairs, so that every field an action can send is sent once.
- `FAILURES`: what the platform answers when it says no, and what must become of it.
- `UNREADABLE`: write actions whose lost answer the platform cannot tell us about, with the reason.

`tests/contract/oracles/<kind>.py` has `check(request)`, which raises AssertionError for a request
that the vendor's own contract does not allow, and `WRONG`, requests that it must refuse.

`KINDS="slack sms" pytest tests/contract` holds only these.
"""

import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from hub.connector_kit.connector import Connector
from hub.connector_kit.registry import kinds

ONLY = os.environ.get("KINDS", "").split()
EVERY = [kind for kind in kinds() if not ONLY or kind in ONLY]


def connector(kind: str) -> Connector:
    """A connector as its app puts it together."""
    found: Connector = import_module(f"connectors.{kind}.app").CONNECTOR
    return found


def of(kind: str, what: str, default: Any = ...) -> Any:
    """One of the lists of a connector's samples; one without a default must be there."""
    module = import_module(f"tests.unit.connectors.samples_{kind}")
    return getattr(module, what) if default is ... else getattr(module, what, default)


def valid(kind: str) -> dict[str, dict[str, Any]]:
    """A valid input of each action."""
    found: dict[str, dict[str, Any]] = of(kind, "VALID")
    return found


def inputs() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every sample input of every action: kind, action, input."""
    for kind in EVERY:
        for action, given in [*valid(kind).items(), *of(kind, "MORE", [])]:
            yield kind, action, given


ACTIONS = [(kind, action) for kind in EVERY for action in valid(kind)]
FAILURES = [(kind, failed) for kind in EVERY for failed in of(kind, "FAILURES")]
