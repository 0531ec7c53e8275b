"""Deliveries: what shall be done with an agent's output, on which platform.

A delivery names a connector's action and the input for it. Texts in that input may use the agent's
output: `{{title}}` is replaced by its field `title`. Nothing else is evaluated.
"""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, Field

from hub.agent_kit.spec import Call, IntentModel
from hub.domain.errors import InvalidRequestError
from hub.domain.model import Json
from hub.domain.run import Step

MAX_DELIVERIES = 20
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Delivery(IntentModel):
    """One platform call with the agent's output."""

    connector: str = Field(description="Kind of the connector, for example slack.")
    action: str = Field(description="Id of its action, for example post_message.")
    connection_id: str | None = Field(
        default=None, description="Connection to use; without one, the built-in sandbox."
    )
    at: AwareDatetime | None = Field(
        default=None, description="When to do it, at the earliest; within a year. Default: at once."
    )
    input: dict[str, Any] = Field(
        description="Input of the action. {{field}} stands for a field of the output."
    )


class WithDeliveries(IntentModel):
    """The base of inputs that may act on platforms."""

    deliver: tuple[Delivery, ...] = Field(
        default=(), max_length=MAX_DELIVERIES, description="What to do with the output, in order."
    )

    def allowed_calls(self) -> frozenset[Call]:
        """The calls that the caller asked for; a plan may make no other."""
        return frozenset(Call(d.connector, d.action, d.connection_id) for d in self.deliver)


def check_deliveries(given: IntentModel) -> None:
    """Refuse deliveries that can never work, before anything is written.

    The connectors' specs are loaded for this only when there are deliveries.
    """
    if not isinstance(given, WithDeliveries) or not given.deliver:
        return
    from hub.connector_kit.registry import load_spec

    for index, delivery in enumerate(given.deliver):
        action = load_spec(delivery.connector).action(delivery.action)
        known = {field.alias or name for name, field in action.input.model_fields.items()}
        unknown = sorted(set(delivery.input) - known)
        if unknown:
            raise InvalidRequestError(
                f"input.deliver.{index}.input: {delivery.connector}.{delivery.action} takes "
                f"{', '.join(sorted(known))}, not {', '.join(unknown)}",
                details={"field": f"input.deliver.{index}.input"},
            )


def delivery_steps(
    deliveries: tuple[Delivery, ...], output: Mapping[str, Json]
) -> tuple[Step, ...]:
    """A step for each delivery, its texts filled from the output."""
    return tuple(
        Step(
            id=f"step_{index + 1}",
            name=f"{delivery.connector}.{delivery.action}",
            connector=delivery.connector,
            action=delivery.action,
            connection_id=delivery.connection_id,
            not_before=delivery.at,
            payload=_filled(delivery.input, _texts(delivery.connector, output), index),
        )
        for index, delivery in enumerate(deliveries)
    )


def _texts(connector: str, output: Mapping[str, Json]) -> dict[str, str]:
    """The texts of an output, made harmless for where they go.

    In Slack `<!channel>` notifies everybody; an output may carry it from a brief or a document.
    """
    texts = {key: value for key, value in output.items() if isinstance(value, str)}
    if connector != "slack":
        return texts
    from hub.agent_kit.platforms import slack_text

    return {key: slack_text(value) for key, value in texts.items()}


def _filled(value: Json, texts: Mapping[str, str], index: int) -> Json:
    if isinstance(value, str):
        return _PLACEHOLDER.sub(lambda match: _text(match.group(1), texts, index), value)
    if isinstance(value, dict):
        return {key: _filled(item, texts, index) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, texts, index) for item in value]
    return value


def _text(name: str, texts: Mapping[str, str], index: int) -> str:
    if name not in texts:
        raise InvalidRequestError(
            f"input.deliver.{index}: the output has no text {name!r}; "
            f"it has {', '.join(sorted(texts))}",
            details={"field": f"input.deliver.{index}.input"},
        )
    return texts[name]
