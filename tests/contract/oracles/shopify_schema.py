"""Shopify's Admin GraphQL schema, fetched once with npm and kept in .tools/oracles.

Shopify publishes it as the result of an introspection inside its own package. Which registry it
comes from is npm's configuration; what comes is held against the hashes below.
"""

import gzip
import hashlib
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = "@shopify/dev-mcp@1.16.0"
PACKAGE_SHA256 = (
    "4663c79229028e98f825a09d5f04ec6c3736331b740ce50260f9ffac10709474"  # pragma: allowlist secret
)
MEMBER = "package/dist/data/admin_2026-10.json.gz"
MEMBER_SHA256 = (
    "f3b522f264556925eada700e795e4a002a9cba83444ebcc6c0d724254a0c6593"  # pragma: allowlist secret
)
KEPT = Path(__file__).parents[3] / ".tools" / "oracles" / "shopify-admin-2026-10.json.gz"
SECONDS = 60
SYSTEM_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian and its kin
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora and its kin
    "/etc/ssl/cert.pem",  # macOS
)


class SchemaMissingError(Exception):
    """The schema is not here and cannot be had. No AssertionError: it refuses no request."""


@cache
def introspection() -> dict[str, Any]:
    """The introspection result; SchemaMissingError says why there is none."""
    problem = fetched()
    if problem:
        raise SchemaMissingError(problem)
    found: dict[str, Any] = json.loads(gzip.decompress(KEPT.read_bytes()))["data"]
    return found


@cache
def fetched() -> str | None:
    """Put the schema where it is kept, unless it is there. What went wrong, or None."""
    if KEPT.is_file() and sha256(KEPT) == MEMBER_SHA256:
        return None
    problems = []
    for npm in npms():
        try:
            return fetch_with(npm)
        except (OSError, subprocess.SubprocessError, tarfile.TarError, ValueError) as error:
            said = getattr(error, "stderr", None) or error
            problems.append(f"{npm}: {said}")
    tried = "; ".join(problems) or "there is no npm (install the group oracles)"
    return f"cannot get {PACKAGE}, which has Shopify's schema: {tried}"


def npms() -> list[str]:
    """npm of the Python environment, then the system's."""
    beside = Path(sys.executable).parent / "npm"
    return [str(path) for path in (beside, shutil.which("npm")) if path and Path(path).is_file()]


def fetch_with(npm: str) -> None:
    """Pack the package with npm, check it, keep the schema of it; raises if anything is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        run([npm, "pack", PACKAGE, "--silent", "--pack-destination", folder], folder)
        (package,) = Path(folder).glob("*.tgz")
        expect(package, PACKAGE_SHA256)
        with tarfile.open(package) as archive:
            archive.extract(MEMBER, folder, filter="data")
        member = Path(folder) / MEMBER
        expect(member, MEMBER_SHA256)
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        # Through a name of its own: tests may run side by side.
        with tempfile.NamedTemporaryFile(dir=KEPT.parent, delete=False) as whole:
            whole.write(member.read_bytes())
        Path(whole.name).replace(KEPT)


def run(command: list[str], folder: str) -> None:
    """Run a command; raises if it fails. All it started ends with it, also when it takes too long.

    npm of the Python environment is a process before node: ending the first alone would leave the
    other, which holds our pipe.
    """
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**trusted(), **os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as started:
        try:
            said, _ = started.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(started.pid, signal.SIGKILL)
            raise
    if started.returncode:
        raise subprocess.CalledProcessError(started.returncode, command, stderr=said)


def trusted() -> dict[str, str]:
    """The system's certificates for node, which else knows only its own: not a company's."""
    known = [ssl.get_default_verify_paths().cafile, *SYSTEM_CERTIFICATES]
    found = next((path for path in known if path and Path(path).is_file()), None)
    return {"NODE_EXTRA_CA_CERTS": found} if found else {}


def expect(path: Path, digest: str) -> None:
    """ValueError unless a file has this SHA-256."""
    found = sha256(path)
    if found != digest:
        raise ValueError(f"{path.name} has the SHA-256 {found}, not {digest}")


def sha256(path: Path) -> str:
    """The SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
