"""Models of what clients see, made from the domain's records."""

from typing import Any

from pydantic import BaseModel, create_model

from hub.domain.model import Record

type JsonObject = dict[str, Any]


def shown(
    model: type[BaseModel], name: str, about: str, hidden: frozenset[str], **more: Any
) -> Any:
    """A record as clients see it: without its internal fields, with what is told beside it."""
    kept = {n: (f.annotation, f) for n, f in model.model_fields.items() if n not in hidden}
    fields: dict[str, Any] = {**kept, **more}
    return create_model(name, __base__=Record, __doc__=about, **fields)
