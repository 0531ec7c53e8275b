"""Bytecode for what is deployed, so that a cold start compiles nothing.

The bytecode is of the unchecked-hash kind: it stays valid when the archive changes the files'
times (https://docs.python.org/3/reference/import.html#cached-bytecode-invalidation).
"""

import hashlib
import importlib.util
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

from local.aws import tools


def compile_tree(folder: Path, cache: Path) -> int:
    """Put bytecode beside each source file under `folder`; returns how many were compiled.

    `cache` keeps the bytecode by the source's content, because each build copies the sources
    anew, and every function has the same ones: of equal files one is compiled. A file that is no
    valid Python 3.13 is left without.
    """
    cache.mkdir(parents=True, exist_ok=True)
    kept = {source: cache / f"{_digest(source)}.pyc" for source in sorted(folder.rglob("*.py"))}
    stale = {source: copy for source, copy in kept.items() if not _link(copy, _beside(source))}
    first = {copy: source for source, copy in reversed(stale.items())}
    if first:
        _compile(first.values())
    for copy, source in first.items():
        _link(_beside(source), copy)
    for source, copy in stale.items():
        if source is not first[copy]:
            _link(copy, _beside(source))
    return len(first)


def _digest(source: Path) -> str:
    return hashlib.sha256(source.read_bytes()).hexdigest()


def _beside(source: Path) -> Path:
    return Path(importlib.util.cache_from_source(str(source)))


def _link(existing: Path, new: Path) -> bool:
    """Whether there is something to link. The usual case is one system call: there are many."""
    try:
        os.link(existing, new)
    except FileExistsError:
        new.unlink()
        os.link(existing, new)
    except FileNotFoundError:
        if not existing.exists():
            return False
        new.parent.mkdir(exist_ok=True)
        os.link(existing, new)
    return True


def _compile(sources: Iterable[Path]) -> None:
    # Its exit status is no error: packages ship templates and tests that do not compile.
    subprocess.run(
        [
            *(tools.BUILD_PYTHON, "-m", "compileall", "-q", "-j", "2", "-i", "-"),
            *("--invalidation-mode", "unchecked-hash"),
        ],
        input="\n".join(map(str, sources)),
        text=True,
        env=tools.base_environment(),
        capture_output=True,
        check=False,
    )
