"""Every way a platform says no, and what becomes of it."""

from importlib import import_module

import pytest

from hub.connector_kit.outcomes import Answer, OutcomeTable
from tests.contract.failed import Failed
from tests.contract.samples import EVERY, FAILURES, of
from tests.support import START


@pytest.mark.parametrize(
    ("kind", "failed"), FAILURES, ids=[f"{kind}-{failed.name}" for kind, failed in FAILURES]
)
def test_a_failure_has_its_outcome(kind: str, failed: Failed) -> None:
    table: OutcomeTable = getattr(import_module(f"connectors.{kind}.client"), failed.table)
    headers = {name.lower(): value for name, value in failed.headers.items()}
    outcome = table.outcome(Answer(failed.status, headers, failed.body), failed.effect, START)
    assert outcome.kind == failed.kind, outcome
    assert outcome.message
    if failed.code is not None:
        assert outcome.code == failed.code
    if failed.retry_after is not None:
        assert outcome.retry_after == pytest.approx(failed.retry_after)
    assert (outcome.retry_after is not None) == (failed.kind == "rate_limited")


@pytest.mark.parametrize("kind", EVERY)
def test_each_class_of_failure_has_a_sample(kind: str) -> None:
    known = {failed.kind for failed in of(kind, "FAILURES")}
    assert {"rate_limited", "needs_reauth", "invalid_request", "unknown_outcome"} <= known
