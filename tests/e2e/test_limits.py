"""Limits that protect platforms, accounts and spend, on a deployed stack."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.adapters.dynamo_circuits import DynamoCircuits
from hub.clock import SystemClock
from hub.connector_kit.budget import RATE_BUDGET_SPENT
from hub.domain.limits import window_of
from tests.e2e.conftest import RUNS_PER_MINUTE
from tests.e2e.stack import Stack, slack

pytestmark = pytest.mark.e2e

LIMITED = {"kind": "rate_limit", "times": 1, "retryAfter": 5}
MESSAGE = {"channel": "#launch", "text": "Hello"}
START = "/api/agents/content/runs"
GOOD = {"intent": "generate-draft", "input": {"brief": "Once more."}}
BAD = {**GOOD, "simulate": {"modelFailures": 9}}


def until(seconds: float, found: Callable[[], Any]) -> Any:
    """The first answer that is one, within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = found()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture
def table(stack: Stack) -> Iterator[str]:
    """The table of counters and circuits."""
    resources = stack.aws("cloudformation").describe_stack_resources(StackName=stack.name)
    yield next(
        resource["PhysicalResourceId"]
        for resource in resources["StackResources"]
        if resource["LogicalResourceId"] == "IdempotencyTable"
    )


def test_a_limit_hit_by_one_run_delays_others_that_share_its_account(stack: Stack) -> None:
    """Pain: ten runs that share one account each burn a request to learn the same."""
    shared = stack.connection("slack", LIMITED)
    first = stack.start(slack(shared, "first"))
    stack.wait(first, "waiting_rate_limit")
    others = [stack.start(slack(shared, f"other {number}")) for number in range(3)]
    body = {"connectionId": shared, "input": MESSAGE}
    refused = stack.request("POST", "/api/connectors/slack/actions/post_message", body)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 8
    assert RATE_BUDGET_SPENT in refused.json()["error"]["message"]
    runs = [stack.wait(run_id, "completed") for run_id in (first, *others)]
    assert [run["metrics"]["waits"] >= 1 for run in runs] == [True] * 4
    stamps = [run["steps"][0]["result"]["ts"] for run in runs]
    assert len(set(stamps)) == 4, "each was posted once"
    events = stack.data("GET", f"/api/runs/{others[0]}/events")["events"]
    assert any("not called, waiting" in event["data"].get("message", "") for event in events)
    assert all(
        run["metrics"]["transitions"]
        == sum(1 for event in stack.history(run["id"]) if _pays(event))
        for run in runs
    )


def _pays(event: dict[str, Any]) -> bool:
    return bool(event["type"].endswith("StateEntered"))


def test_too_many_starts_are_refused_until_the_next_minute(stack: Stack, table: str) -> None:
    kept = {"idempotency-key": "first"}
    run_id = stack.data("POST", START, GOOD, **kept)["runId"]
    organization = stack.data("GET", f"/api/runs/{run_id}")["organizationId"]
    dynamodb = stack.aws("dynamodb")
    found = dynamodb.scan(TableName=table)["Items"]
    keys = [item["key"]["S"] for item in found]
    (key,) = [key for key in keys if key.startswith(f"ORG#{organization}#RUNS#content#")]
    subject = key.split("#", 5)[5]
    window, _ = window_of(datetime.now(UTC))
    for number in (window, window + 1):
        full = f"ORG#{organization}#RUNS#content#{number}#{subject}"
        item = {"key": {"S": full}, "count": {"N": str(RUNS_PER_MINUTE)}}
        dynamodb.put_item(TableName=table, Item=item)
    refused = stack.request("POST", START, GOOD)
    assert refused.status_code == 429
    error = refused.json()["error"]
    assert (error["code"], error["details"]["limit"]) == ("RATE_LIMITED", RUNS_PER_MINUTE)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    orchestrated = {"intent": "generate-draft", "payload": GOOD["input"]}
    assert stack.request("POST", "/api/orchestrate", orchestrated).status_code == 429
    assert stack.data("POST", START, GOOD, **kept)["runId"] == run_id


@pytest.mark.slow
def test_an_agent_that_fails_three_times_rests_and_recovers(stack: Stack, table: str) -> None:
    with ThreadPoolExecutor(3) as pool:
        started = list(pool.map(lambda _: stack.data("POST", START, BAD)["runId"], range(3)))
    failed = [stack.wait(run_id, "failed") for run_id in started]
    assert {run["errorCode"] for run in failed} == {"AGENT_EXECUTION_FAILED"}
    organization = failed[0]["organizationId"]
    circuits = DynamoCircuits(stack.aws("dynamodb"), table, SystemClock())

    def closed_again_at() -> datetime | None:
        return circuits.load(organization, "content").closed_again_at(datetime.now(UTC))

    opened = until(8, closed_again_at)
    assert opened > datetime.now(UTC), "the circuit was seen while it was open"
    refused = stack.request("POST", START, GOOD)
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "CIRCUIT_OPEN"
    wait = int(refused.headers["retry-after"])
    assert 1 <= wait <= 10
    time.sleep(max(0.0, (opened - datetime.now(UTC) + timedelta(seconds=0.2)).total_seconds()))
    probe = stack.data("POST", START, GOOD)["runId"]
    assert stack.wait(probe, "completed")
    until(8, lambda: closed_again_at() is None)
    assert stack.request("POST", START, GOOD).status_code == 202
