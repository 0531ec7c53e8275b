"""The embedded AWS starts, stops and restarts as a process."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.aws import tools
from local.aws.process import EmbeddedAws, EmulatorError, is_healthy, stop_process
from tests.local.cloud import Cloud, eventually

OWNER = """
import sys, time
from local.aws.process import EmbeddedAws
aws = EmbeddedAws(detached={detached}).start()
print(aws.pid, aws.port, aws.folder, flush=True)
if not {detached}:
    time.sleep(600)
"""


def test_a_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(EmulatorError, match="already in use"):
            EmbeddedAws(port=taken.getsockname()[1]).start()


def test_the_end_of_the_log_explains_a_failed_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such module\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(tools, "EMULATOR_PYTHON", broken)

    with pytest.raises(EmulatorError, match="no such module"):
        EmbeddedAws().start()


def test_a_missing_tool_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "EMULATOR_PYTHON", tools.TOOLS / "missing/python")

    with pytest.raises(tools.ToolError, match="make setup"):
        EmbeddedAws().start()


def test_the_environment_carries_no_credential_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "SLACK_TOKEN"):
        monkeypatch.setenv(name, "the user's")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")

    environment = tools.base_environment()

    assert "the user's" not in environment.values()
    assert environment["NO_PROXY"].endswith("127.0.0.1,localhost")


def test_the_stop_keeps_the_state_though_a_client_stays_connected(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = EmbeddedAws(state_dir=state).start()
    cloud = Cloud.with_stack(first)
    with cloud.connect("TokenUrl", "?token=ann"):
        started = time.monotonic()
        first.stop()
        assert time.monotonic() - started < 3

    with EmbeddedAws(state_dir=state) as second:
        tables = Cloud(second, {}).client("dynamodb").list_tables()["TableNames"]
        assert cloud.outputs["Items"] in tables
    assert not first.folder.exists()


def test_the_function_workers_end_with_the_emulator(tmp_path: Path) -> None:
    with EmbeddedAws() as aws:
        Cloud.with_stack(aws).invoke(marker="worker")
        group = aws.pid
        assert len(_members(group)) == 2
    assert _members(group) == []


def test_a_killed_owner_leaves_nothing_behind() -> None:
    owner, group, port, folder = _run_owner(detached=False)
    with owner:
        Cloud.with_stack(EmbeddedAws(port=port)).invoke(marker="worker")
        assert len(_members(group)) == 2
        owner.send_signal(signal.SIGKILL)

    eventually(lambda: not _members(group))
    assert not is_healthy(f"http://127.0.0.1:{port}")
    assert not folder.exists()


def test_a_detached_emulator_outlives_its_owner() -> None:
    owner, group, port, folder = _run_owner(detached=True)
    with owner:
        assert owner.wait(10) == 0

    assert is_healthy(f"http://127.0.0.1:{port}")
    stop_process(group)
    assert _members(group) == []
    assert not folder.exists()


def _run_owner(*, detached: bool) -> tuple[subprocess.Popen[str], int, int, Path]:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER.format(detached=detached)],
        cwd=tools.ROOT,
        env={**os.environ, "PYTHONPATH": str(tools.ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout
    pid, port, folder = owner.stdout.readline().split()
    return owner, int(pid), int(port), Path(folder)


def _members(group: int | None) -> list[str]:
    listing = subprocess.run(
        ["ps", "-ww", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(maxsplit=2) for line in listing.splitlines()]
    return [row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]
