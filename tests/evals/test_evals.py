"""The floor of the evals: with the offline writer every case holds."""

from collections import Counter

import pytest

from hub.agent_kit.catalog import agents
from tests.evals.case import Case
from tests.evals.runner import cases, run_case

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_case_holds_with_the_offline_writer(case: Case) -> None:
    result = run_case(case)
    assert result.problems == ()
    assert result.checks > 0


def test_every_intent_has_cases_and_there_are_sixty() -> None:
    intents = Counter((case.agent, case.intent) for case in CASES)
    every = {(agent.id, intent.name) for agent in agents() for intent in agent.intents}
    assert set(intents) == every
    assert len(every) == 14
    assert min(intents.values()) >= 4
    assert len(CASES) >= 60
