"""The embedded AWS as a child process of this one."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from local.aws import tools

START_SECONDS = 30.0
STOP_SECONDS = 8.0
_POLL_SECONDS = 0.02
_LOG_TAIL_LINES = 30


class EmulatorError(RuntimeError):
    """The embedded AWS did not start; the message ends with the last lines of its log."""


class EmbeddedAws:
    """Starts, checks and stops one embedded AWS; several run side by side.

    `port` of 127.0.0.1 (a free one when None); `enforce_iam` checks the functions' roles;
    `wait_scale` multiplies the waits and retry delays of Step Functions (0 skips them);
    `log_file` takes the emulator's output (a temporary file when None); `state_dir` keeps
    the state over restarts; `skip_patches` names patches to leave out; a `detached` emulator
    outlives this process, until `stop_process(pid)`.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        enforce_iam: bool = False,
        wait_scale: float = 1.0,
        log_file: Path | None = None,
        state_dir: Path | None = None,
        skip_patches: tuple[str, ...] = (),
        detached: bool = False,
    ) -> None:
        self.port = port or tools.free_port()
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.folder = Path(tempfile.gettempdir(), f"neonhub-aws-{secrets.token_hex(6)}")
        self.log_file = log_file or self.folder / "emulator.log"
        self._state_dir = state_dir
        self._detached = detached
        self._options = {
            "AUTH": str(enforce_iam).lower(),
            "SFN_WAIT_SCALE": str(wait_scale),
            "NEONHUB_EMULATOR_SKIP": ",".join(skip_patches),
            "NEONHUB_EMULATOR_TETHERED": "0" if detached else "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The emulator's process id, which is its process group's too; None when stopped."""
        return self._process.pid if self._process else None

    def client_environment(self) -> dict[str, str]:
        """The AWS_* variables that point an SDK at this instance."""
        return tools.client_environment(self.endpoint)

    def start(self) -> Self:
        """Start and wait until it answers; raises `EmulatorError` or `ToolError`."""
        tools.require(tools.EMULATOR_PYTHON, tools.RUNTIME_PYTHON)
        if tools.port_is_taken(self.port):
            message = f"port {self.port} is already in use"
            raise EmulatorError(message)
        (self.folder / "tmp").mkdir(parents=True, mode=0o700)
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [tools.EMULATOR_PYTHON, "-m", "local.aws.emulator"],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL if self._detached else subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A group of its own: Ctrl-C reaches this process only, which then stops it.
                start_new_session=True,
            )
        try:
            self._await_health()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the emulator and its function workers; harmless when it is stopped."""
        process, self._process = self._process, None
        if process is not None:
            _end_group(process.pid, lambda: process.poll() is None)
            process.wait()
            if process.stdin:
                process.stdin.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log_tail(self) -> str:
        """The last lines of the emulator's log."""
        lines = self.log_file.read_text(errors="replace").splitlines()
        return "\n".join(lines[-_LOG_TAIL_LINES:])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _environment(self) -> dict[str, str]:
        persistence = {}
        if self._state_dir:
            self._state_dir.mkdir(parents=True, exist_ok=True)
            state = self._state_dir.resolve()
            persistence = {
                "PERSIST_STATE": "1",
                "STATE_DIR": str(state),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(state / "s3"),
            }
        return {
            **tools.base_environment(),
            **self.client_environment(),
            "S3_DATA_DIR": str(self.folder / "s3"),
            **persistence,
            **self._options,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PYTHONPATH": str(tools.ROOT),
            "PYTHONUNBUFFERED": "1",
            "TMPDIR": str(self.folder / "tmp"),
            "NEONHUB_EMULATOR_FOLDER": str(self.folder),
            tools.FUNCTION_PYTHON: str(tools.RUNTIME_PYTHON),
        }

    def _await_health(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_healthy(self.endpoint):
            if self._process is None or self._process.poll() is not None:
                message = f"the embedded AWS ended during its start\n{self.log_tail()}"
                raise EmulatorError(message)
            if time.monotonic() > deadline:
                message = (
                    f"the embedded AWS did not answer in {START_SECONDS:.0f} s\n{self.log_tail()}"
                )
                raise EmulatorError(message)
            time.sleep(_POLL_SECONDS)


def is_healthy(endpoint: str) -> bool:
    """Whether an embedded AWS answers at the endpoint."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{endpoint}/_ministack/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def stop_process(pid: int) -> None:
    """Stop a detached emulator and its workers by the pid `EmbeddedAws.pid` gave."""
    _end_group(pid, lambda: _is_running(pid))


def _end_group(leader: int, is_running: Callable[[], bool]) -> None:
    """End the process group of the emulator, which is given time to save its state."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while is_running() and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        # What is left of the group cannot refuse this; it need not be waited for.
        os.killpg(leader, signal.SIGKILL)


def _is_running(pid: int) -> bool:
    # Not os.kill(pid, 0), which succeeds for a dead process its parent has not reaped yet.
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")
