"""What limits need of the template: a table nobody listens to, and the rights to use it."""

from typing import Any

import pytest

from tests.template.test_template import FUNCTIONS, RESOURCES, TEMPLATE, as_list, statements

COUNTS = {"Fn::GetAtt": "IdempotencyTable.Arn"}
STARTERS = {"RunsFunction", *(name for name in FUNCTIONS if name.endswith("AgentFunction"))}


def granted(name: str, resource: Any) -> set[str]:
    """What a function may do with a resource."""
    mine = [s for s in statements(FUNCTIONS[name]) if resource in as_list(s["Resource"])]
    return {action for statement in mine for action in as_list(statement["Action"])}


def test_the_limit_is_a_parameter_that_can_be_switched_off() -> None:
    parameter = TEMPLATE["Parameters"]["RunsPerMinute"]
    assert (parameter["Default"], parameter["MinValue"]) == (60, 0)


@pytest.mark.parametrize("name", sorted(STARTERS))
def test_who_starts_runs_over_http_counts_them(name: str) -> None:
    variables = FUNCTIONS[name]["Environment"]["Variables"]
    assert variables["RUNS_PER_MINUTE"] == {"Ref": "RunsPerMinute"}
    assert variables["IDEMPOTENCY_TABLE"] == {"Ref": "IdempotencyTable"}
    assert granted(name, COUNTS) == {"dynamodb:GetItem", "dynamodb:UpdateItem"}


def test_the_publisher_keeps_how_agents_do_and_reads_nothing_of_it() -> None:
    variables = FUNCTIONS["PublisherFunction"]["Environment"]["Variables"]
    assert variables["IDEMPOTENCY_TABLE"] == {"Ref": "IdempotencyTable"}
    assert granted("PublisherFunction", COUNTS) == {"dynamodb:UpdateItem"}


def test_counting_disturbs_nobody_and_ages() -> None:
    table = RESOURCES["IdempotencyTable"]["Properties"]
    assert "StreamSpecification" not in table
    assert "GlobalSecondaryIndexes" not in table
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}


@pytest.mark.parametrize("name", sorted(n for n in FUNCTIONS if n.endswith("ConnectorFunction")))
def test_a_connector_reads_and_writes_rate_budgets(name: str) -> None:
    rights = granted(name, {"Fn::GetAtt": "ConnectionsTable.Arn"})
    assert {"dynamodb:BatchGetItem", "dynamodb:PutItem"} <= rights
