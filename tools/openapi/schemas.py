"""Models as JSON Schemas in the document's components, each once and by its name."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue

from hub.domain.model import Json, iso

_WORTH_NO_LOOK = frozenset({"default", "examples", "const", "enum"})
"""Keywords whose values are data, not schemas."""


class Schemas:
    """The components of a document.

    A group is who owns the models: connectors may have models of the same name, so theirs stand
    under `slack.` and the like; what all share has no group.
    """

    def __init__(self) -> None:
        self.components: dict[str, JsonSchemaValue] = {}

    def taken(self, model: Any, group: str = "") -> JsonSchemaValue:
        """The schema of what a request carries."""
        return self._of(model, "validation", group)

    def answered(self, model: Any) -> JsonSchemaValue:
        """The schema of what an answer carries. Later versions may add fields, so it is open."""
        return self._of(model, "serialization", "")

    def add(self, name: str, schema: JsonSchemaValue) -> JsonSchemaValue:
        """Keep a schema under a name; returns the reference to it. ValueError: it is taken."""
        known = self.components.get(name, schema)
        if opened(known) != opened(schema):
            raise ValueError(f"two models are called {name!r}: rename one, or give it a group")
        # What a request takes is closed, and the stricter of the two.
        self.components[name] = schema if known == opened(known) else known
        return {"$ref": f"#/components/schemas/{name}"}

    def _of(
        self, model: Any, mode: Literal["validation", "serialization"], group: str
    ) -> JsonSchemaValue:
        prefix = f"{group}." if group else ""
        made, rest = TypeAdapter.json_schemas(
            [("it", mode, TypeAdapter(model))],
            ref_template=f"#/components/schemas/{prefix}{{model}}",
            schema_generator=_Generator,
        )
        for name, schema in rest.get("$defs", {}).items():
            found = _plain(schema)
            self.add(prefix + name, opened(found) if mode == "serialization" else found)
        plain: JsonSchemaValue = _plain(made["it", mode])
        return plain


class _Generator(GenerateJsonSchema):
    def ser_schema(self, schema: Any) -> JsonSchemaValue | None:
        if schema.get("function") is iso:
            return {"type": "string", "format": "date-time"}
        return super().ser_schema(schema)


def opened(schema: Json) -> Json:
    """A schema that lets further fields pass."""
    if not isinstance(schema, dict) or schema.get("additionalProperties") is not False:
        return schema
    return {name: value for name, value in schema.items() if name != "additionalProperties"}


def _plain(schema: Json) -> Json:
    """A schema without titles that repeat its name, and defaults that only say: nothing."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        name: value if name in _WORTH_NO_LOOK else _plain(value)
        for name, value in schema.items()
        if not (name == "title" and isinstance(value, str))
        and not (name == "default" and value is None)
    }
