"""The console's files: those of one folder, read once, with their types, tags and compressed form.

Nothing else can be served: a request names a file, and names are looked up, never joined to a path.
"""

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
INDEX = "index.html"

_VERSION_MARK = b"{{version}}"
"""Stands in the index for the version, which is part of every other file's address."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """One file as browsers get it."""

    name: str
    content: bytes

    @property
    def type(self) -> str:
        """Its media type."""
        return _TYPES[Path(self.name).suffix]

    @cached_property
    def etag(self) -> str:
        """A tag of the content. It is weak, because the compressed form has the same one."""
        return f'W/"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    @cached_property
    def text(self) -> str:
        """The content as it travels uncompressed."""
        return self.content.decode()

    @cached_property
    def zipped(self) -> str:
        """The content in gzip, in the base64 that API Gateway turns into bytes."""
        return base64.b64encode(gzip.compress(self.content, mtime=0)).decode()


@cache
def assets() -> dict[str, Asset]:
    """Every file of the folder by its name, the index with the version in it."""
    contents = {path.name: path.read_bytes() for path in FOLDER.iterdir() if path.is_file()}
    shown = contents[INDEX].replace(_VERSION_MARK, version().encode())
    contents[INDEX] = shown
    return {name: Asset(name, content) for name, content in contents.items()}


@cache
def version() -> str:
    """Twelve hexadecimal digits of all the files: another file, another version."""
    digest = hashlib.sha256()
    for path in sorted(FOLDER.iterdir()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
