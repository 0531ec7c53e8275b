"""What every connector learns of its platform's limits, whatever its platform."""

import math

import pytest

from hub.connector_kit.budget import RATE_BUDGET_SPENT
from hub.domain.connection import Injection, SandboxFailure
from tests.contract.samples import ACTIONS, connector, valid
from tests.harness import Harness

TWICE = SandboxFailure(kind=Injection.RATE_LIMIT, times=2, retry_after=7)


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_who_comes_after_a_rate_limit_waits_without_asking(kind: str, action_id: str) -> None:
    harness, given = Harness(connector(kind)), valid(kind)[action_id]
    account = harness.connect(TWICE)
    told = harness.act(action_id, given, account).retry_after
    assert told is not None
    state = harness.connections.load_sandbox(account.organization_id, account.id)
    held = harness.act(action_id, given, account)
    assert (held.kind, held.code) == ("rate_limited", RATE_BUDGET_SPENT)
    assert held.retry_after is not None
    assert held.retry_after >= math.floor(told)
    assert harness.connections.load_sandbox(account.organization_id, account.id) == state
    harness.clock.advance(told)
    again = harness.act(action_id, given, account)
    assert again.kind == "rate_limited"
    assert again.code != RATE_BUDGET_SPENT, "the platform was asked"
