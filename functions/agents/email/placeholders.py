"""Placeholders for what differs from recipient to recipient: `{{firstName}}`.

The input declares their names. In an agent's output they stand as they are; in an email that is
sent to somebody, that recipient's values stand in their place.
"""

import re
from collections.abc import Callable, Collection, Mapping

from hub.domain.errors import InvalidOutputError

PLACEHOLDER = re.compile(r"\{\{\s*([^{}\n]*?)\s*\}\}")
_BROKEN = re.compile(r"\{\{[^}]*\}?$")


def used(text: str) -> list[str]:
    """The names of a text's placeholders, in order, each once."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def undeclared(text: str, declared: Collection[str]) -> list[str]:
    """The names of a text's placeholders that were not declared."""
    return [name for name in used(text) if name not in declared]


def check_written(field: str, text: str, declared: Collection[str]) -> None:
    """InvalidOutputError, naming the field, for a placeholder that was not declared."""
    unknown = undeclared(text, declared)
    if unknown:
        names = ", ".join(f"{{{{{name}}}}}" for name in unknown)
        raise InvalidOutputError(
            f"{field} has {names}, which the input does not declare in personalization; "
            "run again, or declare it"
        )


def filled(text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """The text with values in place of its placeholders; what has no value stays.

    A value is put in as it is, so that placeholders in a value are not filled again.
    """
    return PLACEHOLDER.sub(
        lambda found: escape(values[found[1]]) if found[1] in values else found[0], text
    )


def without_broken(text: str) -> str:
    """A text that was cut off, without a placeholder that was cut in two."""
    return _BROKEN.sub("", text).rstrip()
