"""A command line that talks to a fake stack, and keeps its state in a folder of the test."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local import stackfile
from local.cli.main import app
from local.cli.session import Session
from local.stackfile import LocalStack
from tests.local_cli.fakes import API, QUICK, FakeApi, FakeAws

VARIABLES = ("NEONHUB_URL", "NEONHUB_API_KEY", "NEONHUB_SOCKET_URL", "NEONHUB_STACK_NAME")

type Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "state"
    monkeypatch.setenv(stackfile.FOLDER_VARIABLE, str(folder))
    monkeypatch.setenv("TZ", "UTC")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    time.tzset()
    yield folder
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def local_stack() -> LocalStack:
    """A stack file, of a stack nobody can reach over a socket."""
    stack = LocalStack(API, "ws://127.0.0.1:9/dev", "nh_key", "http://127.0.0.1:9", 1, "local")
    stackfile.write(stack)
    return stack


@pytest.fixture
def run(api: FakeApi, aws: FakeAws) -> Run:
    """Runs `neonhub` with the arguments; the result has exit_code, stdout and stderr."""

    def invoke(*arguments: str, stdin: str = "") -> Any:
        own = Session(transport=api.transport, timing=QUICK, make_client=aws.client)
        result = CliRunner().invoke(app, list(arguments), obj=own, input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result

    return invoke
