"""One cold start in AWS's runtime interface emulator, which comes with aws-sam-cli."""

import http.client
import json
import os
import platform
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.functions import runtime_variables
from bench.results import BenchError
from local.aws import tools

_PATH = "/2015-03-31/functions/function/invocations"
_START_SECONDS = 30.0
_STOP_SECONDS = 3.0
_POLL_SECONDS = 0.001


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Candidate:
    """Something to start: a handler with its code, and the event it answers first.

    `prepare` is called before each start and is no part of the time.
    """

    label: str
    handler: str
    code: Path
    environment: Mapping[str, str]
    event: Any
    prepare: Callable[[], None] = _nothing


def simple(label: str, handler: str, code: Path, layers: tuple[Path, ...]) -> Candidate:
    """A candidate that needs no AWS."""
    variables = runtime_variables("bench", handler, code, layers)
    # Credentials that are good for nothing: a client can be made, and nothing is called.
    aws = tools.client_environment("http://127.0.0.1:9")
    return Candidate(label, handler, code, {**tools.base_environment(), **aws, **variables}, {})


def emulator() -> Path:
    """The runtime interface emulator for this machine; BenchError if there is none."""
    if platform.system() != "Linux":
        raise BenchError("AWS's runtime interface emulator is a Linux program: run this on Linux")
    name = f"aws-lambda-rie-{tools.host_architecture()}"
    found = sorted(tools.TOOLS.glob(f"sam/lib/python3*/site-packages/samcli/local/rapid/{name}"))
    if not found:
        raise BenchError(f"{name} was not found under .tools/sam: run `make setup`")
    return found[0]


def cold_start(candidate: Candidate) -> float:
    """Milliseconds from the start of the process to the first answer, which must be a success."""
    candidate.prepare()
    port = tools.free_port()
    body = json.dumps(candidate.event).encode()
    started = time.perf_counter()
    with _running(candidate, port):
        connection = _connected(port, started)
        connection.request("POST", _PATH, body=body)
        answer = connection.getresponse()
        text = answer.read()
        taken = (time.perf_counter() - started) * 1000
        connection.close()
    check(candidate.label, answer.status, text)
    return taken


def check(label: str, status: int, text: bytes) -> None:
    """Raise BenchError if an answer of the emulator is a failure."""
    try:
        answer = json.loads(text or b"null")
    except ValueError:
        answer = text.decode(errors="replace")
    failed = status != http.HTTPStatus.OK or isinstance(answer, str)
    if isinstance(answer, dict):
        code = answer.get("statusCode", http.HTTPStatus.OK)
        failed = failed or "errorType" in answer or code >= http.HTTPStatus.BAD_REQUEST
    if failed:
        raise BenchError(f"{label} answered its first call with {status}: {answer}")


@contextmanager
def _running(candidate: Candidate, port: int) -> Iterator[None]:
    addresses = (
        *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
        *("--runtime-api-address", f"127.0.0.1:{tools.free_port()}"),
    )
    command = (tools.RUNTIME_PYTHON, "-m", "awslambdaric", candidate.handler)
    process = subprocess.Popen(
        [emulator(), *addresses, "--log-level", "error", *command],
        cwd=candidate.code,
        env=candidate.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    runtimes = _children(process.pid)
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in runtimes:
        # The emulator puts the runtime in a group of its own and may leave it behind.
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _connected(port: int, started: float) -> http.client.HTTPConnection:
    while time.perf_counter() - started < _START_SECONDS:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_START_SECONDS)
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(_POLL_SECONDS)
        else:
            return connection
    raise BenchError(f"the runtime interface emulator did not listen in {_START_SECONDS:.0f} s")
