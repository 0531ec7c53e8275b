"""What the email agent plans is what the Gmail connector takes, and does."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.email.models import ADDRESS, SEND
from connectors.gmail.app import CONNECTOR
from connectors.gmail.spec import ADDRESS_PATTERN, SPEC, SendEmail
from hub.domain.outcome import Effect
from hub.domain.run import StepStatus
from tests.harness import Harness
from tests.unit.agents.email_world import BRIEF, World

ASKED = {
    "brief": BRIEF,
    "dayOffsets": [0, 1],
    "personalization": ["firstName"],
    "link": "https://tea.example.com/?a=1&b=2",
    "send": {
        "to": [
            {"address": "Ann <ann@example.com>", "values": {"firstName": "Änn & Co"}},
            {"address": "bob@example.com", "values": {"firstName": "Bob"}},
        ],
        "listUnsubscribe": "https://tea.example.com/out",
    },
}


def test_sending_is_an_action_of_gmail() -> None:
    kind, action = SEND
    assert SPEC.kind == kind
    assert SPEC.action(action).effect is Effect.WRITE


def test_every_field_of_a_planned_mail_is_one_that_gmail_takes() -> None:
    plan = World().plan("generate-sequence", **ASKED)
    assert len(plan.steps) == 4
    for step in plan.steps:
        taken = SendEmail.model_validate(step.payload)
        assert taken.to == step.payload["to"]
        assert taken.text == step.payload["text"]
        assert taken.html == step.payload["html"]
        assert taken.list_unsubscribe == "https://tea.example.com/out"


@given(st.from_regex(ADDRESS, fullmatch=True).filter(lambda text: len(text) <= 520))
def test_every_address_that_the_agent_takes_gmail_takes(address: str) -> None:
    assert re.fullmatch(ADDRESS_PATTERN, address)


@pytest.mark.parametrize("address", ["o'brien+tea@example.co.uk", "Ann Lee <a.b@x-y.example>"])
def test_usual_addresses_are_taken(address: str) -> None:
    assert re.fullmatch(ADDRESS, address)


def test_the_planned_mails_are_sent_at_their_times_through_the_sandbox() -> None:
    harness = Harness(connector=CONNECTOR)
    plan = World(clock=harness.clock).plan("generate-sequence", **ASKED)
    harness.plan(*plan.steps, ordered=plan.ordered)
    assert [harness.execute(index)["next"] for index in range(4)] == [
        "done",
        "done",
        "wait",
        "wait",
    ]
    assert harness.step(2).status is StepStatus.SCHEDULED
    harness.clock.advance(timedelta(days=1).total_seconds())
    assert [harness.execute(index)["next"] for index in (2, 3)] == ["done", "done"]
    assert all(harness.step(index).result["messageId"] for index in range(4))
