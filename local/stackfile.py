"""The stack on this machine, remembered in `.neonhub/stack.json`: where it is and its admin key."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from local.aws import tools

FOLDER_VARIABLE = "NEONHUB_STATE_DIR"
"""Names another folder than `.neonhub`, so that a second stack can stand beside the first."""


@dataclass(frozen=True)
class LocalStack:
    """A stack on the embedded AWS. `pid` is the emulator's; URLs have no slash at their end."""

    api_url: str
    socket_url: str
    api_key: str
    endpoint_url: str
    pid: int
    stack_name: str


class StackFileError(Exception):
    """The file is there but is not a stack; the message says what to do."""


def folder() -> Path:
    """Where the local stack's state is kept."""
    return Path(os.environ.get(FOLDER_VARIABLE) or tools.ROOT / ".neonhub")


def path() -> Path:
    """The stack file."""
    return folder() / "stack.json"


def read() -> LocalStack | None:
    """The local stack, or None if there is none. Raises `StackFileError`."""
    try:
        text = path().read_text()
    except FileNotFoundError:
        return None
    try:
        data = json.loads(text)
        return LocalStack(**{name: kind(data[_camel(name)]) for name, kind in _fields()})
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path()} is not a stack file: run `neonhub down`, then `neonhub up`"
        raise StackFileError(message) from error


def write(stack: LocalStack) -> None:
    """Keep the stack for the next commands; only its owner may read the file, for the key in it."""
    folder().mkdir(parents=True, exist_ok=True)
    text = json.dumps({_camel(name): value for name, value in asdict(stack).items()}, indent=2)
    draft = path().with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text + "\n")
    draft.replace(path())


def log_path() -> Path:
    """Where the local stack's embedded AWS writes its log."""
    return folder() / "emulator.log"


def remove() -> None:
    """Forget the stack and its log; harmless when there is none."""
    for file in (path(), log_path()):
        file.unlink(missing_ok=True)


@contextlib.contextmanager
def exclusive() -> Iterator[None]:
    """One process at a time starts or stops the local stack."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fields() -> list[tuple[str, type]]:
    return [(name, int if name == "pid" else str) for name in LocalStack.__dataclass_fields__]


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
