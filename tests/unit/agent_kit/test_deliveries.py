"""Deliveries: an output's texts where they are wanted, harmless for where they go."""

from datetime import timedelta
from typing import Any

import pytest

from hub.agent_kit.deliveries import Delivery, delivery_steps
from hub.domain.errors import InvalidRequestError
from tests.support import START

OUTPUT = {"title": "Tea & <!channel> more", "count": 3, "body": "Hello"}


def steps(connector: str = "slack", **given: Any) -> Any:
    delivery = {"connector": connector, "action": "post_message", **given}
    return delivery_steps((Delivery.model_validate(delivery),), OUTPUT)


def test_texts_of_the_output_are_filled_in_however_deep() -> None:
    given = {"text": "*{{ body }}*!", "blocks": [{"text": {"text": "{{body}} {{body}}"}}], "n": 1}
    (step,) = steps("discord", input=given)
    filled = {"text": "*Hello*!", "blocks": [{"text": {"text": "Hello Hello"}}], "n": 1}
    assert step.payload == filled


def test_an_output_cannot_notify_a_whole_channel() -> None:
    (step,) = steps(input={"channel": "#launch", "text": "<!here> {{title}}"})
    assert step.payload["text"] == "<!here> Tea &amp; &lt;!channel&gt; more"


def test_other_platforms_get_the_text_as_it_is() -> None:
    (step,) = steps("sms", input={"body": "{{title}}"})
    assert step.payload["body"] == OUTPUT["title"]


def test_a_field_that_is_no_text_is_named() -> None:
    with pytest.raises(InvalidRequestError, match="no text 'count'; it has body, title"):
        steps(input={"text": "{{count}}"})


def test_a_delivery_with_a_time_is_a_step_with_a_time() -> None:
    at = START + timedelta(days=1)
    (step,) = steps(input={"text": "x"}, at=at.isoformat(), connectionId="con_1")
    assert (step.not_before, step.connection_id) == (at, "con_1")
