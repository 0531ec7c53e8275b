"""A finished run's output as a document, whatever its agent: what it wrote, not what it counted.

Texts stand under headings made of their fields' names. Numbers, identifiers, citations and
structured data for machines are left out.
"""

import re
from collections.abc import Iterator

from hub.domain.model import Json

_LEFT_OUT = frozenset(
    {"engine", "jsonLd", "citations", "sources", "id", "documentId", "connectionId", "wordCount"}
)
_PLAIN = ("title", "body", "text", "summary", "reply", "message", "caption")
"""Fields that need no heading: what they are is plain to see."""

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


def run_text(output: Json) -> str:
    """The Markdown text of an output; empty if it has none."""
    return "\n\n".join(_parts(output, 2))


def _parts(value: Json, level: int) -> Iterator[str]:
    if isinstance(value, str):
        yield from [value.strip()] if value.strip() else []
    elif isinstance(value, list) and all(isinstance(item, str) for item in value):
        lines = [f"- {item.strip()}" for item in value if item.strip()]
        yield from ["\n".join(lines)] if lines else []
    elif isinstance(value, list):
        for item in value:
            yield from _parts(item, level)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _field(name, item, level)


def _field(name: str, value: Json, level: int) -> Iterator[str]:
    if name in _LEFT_OUT:
        return
    if name == "title" and isinstance(value, str) and value.strip():
        yield f"{'#' * min(level - 1, 6)} {' '.join(value.split())}"
        return
    inner = list(_parts(value, min(level + 1, 6)))
    if inner and name not in _PLAIN:
        yield f"{'#' * level} {_CAPITAL.sub(' ', name).capitalize()}"
    yield from inner
