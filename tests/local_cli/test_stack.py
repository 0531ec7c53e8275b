"""`neonhub up` and `neonhub down`, with the tools they drive replaced."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local import stackfile
from local.aws import deploy, process, tools
from local.aws.process import EmulatorError
from local.aws.tools import ToolError
from local.stackfile import LocalStack
from tests.local_cli.conftest import Run
from tests.local_cli.fakes import FakeAws

OUTPUTS = {
    "ApiUrl": "https://abc.execute-api.us-east-1.amazonaws.com/dev",
    "SocketUrl": "wss://def.execute-api.us-east-1.amazonaws.com/dev",
}


class World:
    """What would be started, built and deployed."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = {}
        self.calls: list[Any] = []
        self.healthy = True
        self.fails: dict[str, Exception] = {}

    def did(self, what: str, *details: Any) -> None:
        self.calls.append((what, *details) if details else what)
        if what in self.fails:
            raise self.fails[what]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made = World()

    class Emulator:
        def __init__(self, **options: Any) -> None:
            made.options = options
            self.port = options["port"] or 5555
            self.endpoint = f"http://127.0.0.1:{self.port}"
            self.pid = 4242

        def start(self) -> None:
            made.did("start")

        def stop(self) -> None:
            made.did("stop")

    def deployed(name: str, endpoint: str, parameters: Any) -> dict[str, str]:
        made.did("deploy", name, endpoint, parameters)
        return OUTPUTS

    monkeypatch.setattr(process, "EmbeddedAws", Emulator)
    monkeypatch.setattr(process, "is_healthy", lambda _endpoint: made.healthy)
    monkeypatch.setattr(process, "stop_process", lambda pid: made.did("stop process", pid))
    monkeypatch.setattr(deploy, "build", lambda: made.did("build"))
    monkeypatch.setattr(deploy, "deploy", deployed)
    monkeypatch.setattr(tools, "port_is_taken", lambda _port: False)
    before = signal.getsignal(signal.SIGTERM)
    yield made
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A process that looks like the emulator in a list of processes."""
    code = "import time; time.sleep(60)"
    command = [sys.executable, "-c", code, "local.aws.emulator"]
    with subprocess.Popen(command, start_new_session=True) as started:
        yield started.pid
        started.kill()


def running(pid: int) -> LocalStack:
    """A stack file for the process."""
    made = LocalStack("http://a/dev", "ws://a/dev", "nh_old", "http://127.0.0.1:4566", pid, "mine")
    stackfile.write(made)
    return made


def test_up_starts_builds_deploys_and_says_how_to_use_it(
    run: Run, world: World, aws: FakeAws
) -> None:
    result = run("up")
    assert result.exit_code == 0
    architecture = {"Architecture": tools.host_architecture(), "Stage": "dev"}
    name, endpoint = "neonhub-local", "http://127.0.0.1:4566"
    assert sorted(world.calls[:2], key=str) == ["build", "start"]
    assert world.calls[2:] == [("deploy", name, endpoint, architecture)]
    key_task = {"organizationId": "demo", "role": "admin", "name": "neonhub up"}
    assert aws.invoked == [("neonhub-local-keys", {"task": "create_key", **key_task})]
    api = f"{endpoint}/_aws/execute-api/abc/dev"
    assert stackfile.read() == LocalStack(
        api, "ws://127.0.0.1:4566/_aws/execute-api/def/dev", "nh_k1_secret", endpoint, 4242, name
    )
    curls = [line for line in result.stdout.splitlines() if line.startswith("curl ")]
    assert curls[0] == f"curl {api}/api/health"
    assert curls[1].startswith(f"curl -X POST {api}/api/agents/content/runs -H 'authorization: ")
    assert curls[2] == f"curl {api}/api/runs -H 'authorization: Bearer nh_k1_secret'"


def test_up_detaches_and_enforces_nothing_unless_told(run: Run, world: World) -> None:
    run("up")
    assert (world.options["detached"], world.options["enforce_iam"]) == (True, False)
    stackfile.remove()
    run("up", "--enforce-iam", "--port", "4700")
    assert (world.options["enforce_iam"], world.options["port"]) == (True, 4700)


def test_up_takes_another_port_if_the_usual_one_is_taken(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "port_is_taken", lambda _port: True)
    run("up")
    assert world.options["port"] is None


def test_a_second_up_deploys_to_the_running_stack(
    run: Run, world: World, emulator: int, aws: FakeAws
) -> None:
    before = running(emulator)
    result = run("up")
    assert result.exit_code == 0
    assert [call[0] if isinstance(call, tuple) else call for call in world.calls] == [
        *("build", "deploy")
    ]
    assert world.calls[1][1:3] == ("mine", "http://127.0.0.1:4566")
    assert "was running; the template is deployed to it again" in result.stdout
    assert "nh_old" in result.stdout
    assert stackfile.read() == before
    assert aws.invoked == []


def test_a_running_stack_is_known_in_a_narrow_terminal(
    run: Run, world: World, emulator: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    running(emulator)
    run("up")
    assert "start" not in world.calls


@pytest.mark.parametrize("option", [("--port", "5000"), ("--enforce-iam",)])
def test_a_running_stack_is_not_started_otherwise(
    run: Run, world: World, emulator: int, option: tuple[str, ...]
) -> None:
    running(emulator)
    result = run("up", *option)
    assert result.exit_code == 1
    assert "run `make down` first" in result.stderr
    assert world.calls == []


def test_up_replaces_an_emulator_that_hangs(run: Run, world: World, emulator: int) -> None:
    running(emulator)
    world.healthy = False
    assert run("up").exit_code == 0
    assert world.calls[0] == ("stop process", emulator)


@pytest.mark.parametrize(
    ("what", "failure", "lines"),
    [
        ("build", ToolError("sam build failed\nno pip"), "error: sam build failed\nno pip\n"),
        ("deploy", ToolError("sam deploy failed\nodd"), "error: sam deploy failed\nodd\n"),
        ("start", EmulatorError("port 4566 is already in use"), "error: port 4566 is already"),
    ],
)
def test_a_failed_up_leaves_nothing_behind(
    run: Run, world: World, what: str, failure: Exception, lines: str
) -> None:
    world.fails[what] = failure
    result = run("up")
    assert result.exit_code == 1
    assert result.stderr.startswith(lines)
    assert world.calls[-1] == "stop"
    assert stackfile.read() is None


def test_a_foreground_up_holds_until_the_embedded_aws_ends_and_forgets_it(
    run: Run, world: World
) -> None:
    world.healthy = False
    result = run("up", "--foreground")
    assert result.exit_code == 0
    assert world.options["detached"] is False
    assert world.calls[-1] == "stop"
    assert stackfile.read() is None


def test_a_foreground_up_ends_on_sigterm(
    run: Run, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "sleep", lambda _s: os.kill(os.getpid(), signal.SIGTERM))
    result = run("up", "--foreground")
    assert result.stdout.endswith("stopping\n")
    assert world.calls[-1] == "stop"
    assert stackfile.read() is None


def test_down_stops_the_emulator_and_forgets_the_stack(
    run: Run, world: World, emulator: int, state: Path
) -> None:
    running(emulator)
    stackfile.log_path().write_text("log")
    result = run("down")
    assert (result.exit_code, result.stdout) == (0, "stack mine is down\n")
    assert world.calls == [("stop process", emulator)]
    assert [path.name for path in state.iterdir()] == ["lock"]


def test_down_twice_is_fine(run: Run, world: World) -> None:
    assert (run("down").exit_code, run("down").stdout) == (0, "no stack is running\n")
    assert world.calls == []


def test_down_never_stops_a_process_that_is_not_the_emulator(run: Run, world: World) -> None:
    running(os.getpid())
    assert run("down").exit_code == 0
    assert world.calls == []
    assert stackfile.read() is None


def test_down_forgets_what_it_cannot_read(run: Run, world: World) -> None:
    stackfile.folder().mkdir(parents=True)
    stackfile.path().write_text("{")
    result = run("down")
    assert result.exit_code == 0
    assert "unreadable" in result.stdout
    assert not stackfile.path().exists()
