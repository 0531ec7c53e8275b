"""A Lambda worker that runs AWS's own runtime client on the emulator's Runtime API.

Imported in the emulator's venv only.
"""

import copy
import functools
import hashlib
import io
import os
import shlex
import sys
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from local.aws.tools import FUNCTION_PYTHON
from local.aws.urls import local_url

_layers_lock = threading.Lock()


def unpack_layers(archives: list[bytes]) -> list[str]:
    """The import paths of the layers, unpacked in order over one /opt as on AWS."""
    if not archives:
        return []
    with _layers_lock:
        opt = _unpacked(tuple(archives))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return [f"{opt}/python/lib/{version}/site-packages", f"{opt}/python"]


@functools.cache
def _unpacked(archives: tuple[bytes, ...]) -> Path:
    digest = hashlib.sha256(b"".join(archives)).hexdigest()[:24]
    folder = Path(tempfile.gettempdir(), "opt", digest)
    for archive in archives:
        zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
    return folder


def bootstrap_script(name: str, config: dict[str, Any], layer_paths: list[str]) -> str:
    """The shell script that becomes the runtime client, with what Lambda puts in its environment.

    `name` is the function's name, `config` its Lambda configuration; the working directory is
    the unpacked code (`LAMBDA_TASK_ROOT`), which comes before the layers in the import path.
    """
    logging = config.get("LoggingConfig") or {}
    handler = config.get("Handler", "")
    environment = {
        "_HANDLER": handler,
        "AWS_EXECUTION_ENV": "AWS_Lambda_" + config.get("Runtime", ""),
        "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup") or f"/aws/lambda/{name}",
        "AWS_LAMBDA_LOG_FORMAT": logging.get("LogFormat", "Text"),
        "AWS_LAMBDA_LOG_LEVEL": logging.get("ApplicationLogLevel", ""),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "TZ": ":UTC",
    }
    exports = [f"export {key}={shlex.quote(value)}" for key, value in environment.items()]
    paths = "".join(":" + shlex.quote(path) for path in layer_paths)
    python = shlex.quote(os.environ[FUNCTION_PYTHON])
    return "\n".join(
        [
            "#!/bin/sh",
            *exports,
            f'export PYTHONPATH="$LAMBDA_TASK_ROOT"{paths}',
            f"exec {python} -m awslambdaric {shlex.quote(handler)}",
            "",
        ]
    )


def with_bootstrap(code: bytes, script: str) -> bytes:
    """The code archive with the script added as the `bootstrap` of a custom runtime."""
    archive = io.BytesIO(code)
    with zipfile.ZipFile(archive, "a") as writer:
        writer.writestr("bootstrap", script)
    return archive.getvalue()


class RuntimeClientWorker(lambda_runtime.ProvidedWorker):  # type: ignore[misc]
    """One execution environment of a Python function, in the shape of a custom runtime's."""

    def __init__(self, name: str, config: dict[str, Any], code: bytes) -> None:
        config = copy.deepcopy(config)
        variables = (config.get("Environment") or {}).get("Variables") or {}
        endpoint = os.environ["AWS_ENDPOINT_URL"]
        variables.update({key: local_url(value, endpoint) for key, value in variables.items()})
        archives = [lambda_svc._resolve_layer_zip(layer) for layer in config.get("Layers") or []]
        paths = unpack_layers([archive for archive in archives if archive])
        super().__init__(name, config, with_bootstrap(code, bootstrap_script(name, config, paths)))

    def _build_handler_class(self, generation: int, pending: Any) -> Any:
        handler = super()._build_handler_class(generation, pending)
        # Nagle's algorithm and the delayed acknowledgement cost 40 ms per invocation.
        handler.disable_nagle_algorithm = True
        handler.wbufsize = -1
        return handler

    def _drain_stderr_bounded(
        self,
        first_line_wait: float = 0.003,
        idle_confirm: float = 0.002,
        hard_cap: float = 0.05,
    ) -> str:
        # The defaults of the emulator cost 45 ms per invocation that prints nothing.
        lines: str = super()._drain_stderr_bounded(first_line_wait, idle_confirm, hard_cap)
        return lines
