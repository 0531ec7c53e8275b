"""Input and output of intents, made regular and held to their models.

Off-schema input never reaches an agent, off-schema output never leaves it.
"""

import unicodedata
from typing import Any

from pydantic import ValidationError

from hub.agent_kit.spec import Intent, IntentModel
from hub.domain.errors import InvalidOutputError, InvalidRequestError
from hub.domain.model import Json
from hub.validation import field_errors, parse, summary

MAX_DEPTH = 20


def normalize_input(intent: Intent, raw: Json) -> IntentModel:
    """The input of an intent: text in Unicode NFC without invisible controls, trimmed, validated.

    InvalidRequestError names each bad field.
    """
    return parse(intent.input, _clean(raw, 0), "input")


def normalize_output(intent: Intent, output: IntentModel) -> IntentModel:
    """The output as its model has it; InvalidOutputError names each bad field.

    Also for output that was built without validation, or of another model.
    """
    try:
        return intent.output.model_validate(output.model_dump(mode="json", by_alias=True))
    except ValidationError as error:
        details = field_errors(list(error.errors()), "output")
        raise InvalidOutputError(
            f"the result of {intent.name} is not as it must be: {summary(details)}",
            details={"fields": details},
        ) from None


def validate_context(organization_id: str, agent_id: str, run_id: str) -> None:
    """InvalidRequestError for a run that lacks what every agent needs to know of it."""
    present = {"organizationId": organization_id, "agentId": agent_id, "runId": run_id}
    missing = [name for name, value in present.items() if not value]
    if missing:
        raise InvalidRequestError(f"the run has no {', '.join(missing)}")


def _clean(value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise InvalidRequestError(f"input is nested deeper than {MAX_DEPTH} levels; make it flat")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {key: _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    return value


def _text(text: str) -> str:
    """NFC, one kind of line end, no control characters but tab and newline, trimmed."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    normal = unicodedata.normalize("NFC", lines)
    kept = (c for c in normal if c in "\n\t" or unicodedata.category(c) != "Cc")
    return "".join(kept).strip()
