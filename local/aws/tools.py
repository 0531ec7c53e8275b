"""Where the tools are installed, and the environment they run in."""

import os
import platform
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".tools"
EMULATOR_PYTHON = TOOLS / "emulator/bin/python"
RUNTIME_PYTHON = TOOLS / "runtime/bin/python"
BUILD_PYTHON = TOOLS / "uv/bin/python3.13"
SAM = TOOLS / "sam/bin/sam"

# The variable that tells the emulator which interpreter runs the functions.
FUNCTION_PYTHON = "NEONHUB_FUNCTION_PYTHON"

REGION = "us-east-1"
ACCOUNT_ID = "000000000000"

_KEPT = ("HOME", "PATH", "LANG", "LC_ALL", "TMPDIR")
_NETWORK = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "PIP_CERT", "PIP_INDEX_URL")
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
_LOOPBACK = "127.0.0.1,localhost"


class ToolError(RuntimeError):
    """A tool is missing or failed; the message says what to do or ends with the tool's output."""


def require(*programs: Path) -> None:
    """Raise `ToolError` when one of the programs has not been installed."""
    for program in programs:
        if not program.exists():
            message = f"{program.relative_to(ROOT)} is missing: run `make setup`"
            raise ToolError(message)


def base_environment() -> dict[str, str]:
    """What a tool may see of the user's environment: never a credential, a profile or a region.

    The network settings are kept, because pip and the functions reach out from behind the same
    proxy and certificate authority as the user does.
    """
    kept = {name: os.environ[name] for name in (*_KEPT, *_NETWORK) if name in os.environ}
    proxies = {name: os.environ[name] for name in _PROXIES if name in os.environ}
    if proxies:
        bypass = ",".join(filter(None, (os.environ.get("NO_PROXY"), _LOOPBACK)))
        proxies |= {"NO_PROXY": bypass, "no_proxy": bypass}
    return {
        **kept,
        **proxies,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def client_environment(endpoint: str) -> dict[str, str]:
    """The AWS_* variables that point any SDK or CLI at the embedded AWS and at nothing else."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        # Otherwise the SDK puts a prefix such as "sync-" before 127.0.0.1, which no DNS knows.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }


def host_architecture() -> str:
    """This machine in Lambda's words: "arm64" or "x86_64"."""
    return "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"


def free_port() -> int:
    """A TCP port of 127.0.0.1 nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def port_is_taken(port: int) -> bool:
    """Whether something answers on the port of 127.0.0.1."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
