"""State machines on the embedded AWS behave as on Step Functions."""

import uuid
from collections import Counter

import pytest
from botocore.exceptions import ClientError

from tests.local.cloud import Cloud, run_inside


def test_the_longest_delay_bounds_the_backoff(patched: Cloud, bare: Cloud) -> None:
    slow = bare.start("Retrying", {})

    # Two delays of a tenth of a second; the backoff would be a hundred times the first.
    assert patched.result(patched.start("Retrying", {}), 5)["error"] == "RateLimited"
    assert bare.client("stepfunctions").describe_execution(executionArn=slow)["status"] == "RUNNING"


def test_jitter_draws_the_delay_from_zero_to_the_whole() -> None:
    assert run_inside("retry_jitter.py") == {"patched": [0.0, 8.0], "bare": [2, 2]}


def test_starting_a_running_execution_again_answers_it(patched: Cloud, bare: Cloud) -> None:
    name, data = uuid.uuid4().hex, {"seconds": 600}

    first = patched.start("Waiting", data, name)

    assert patched.start("Waiting", data, name) == first
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        patched.start("Waiting", {"seconds": 601}, name)
    bare.start("Waiting", data, name)
    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        bare.start("Waiting", data, name)


def test_a_closed_execution_cannot_be_started_again(patched: Cloud) -> None:
    name, data = uuid.uuid4().hex, {"seconds": 0}
    patched.result(patched.start("Waiting", data, name))

    with pytest.raises(ClientError, match="ExecutionAlreadyExists"):
        patched.start("Waiting", data, name)


def test_an_execution_starts_at_once(patched: Cloud, bare: Cloud) -> None:
    assert min(_delay(patched) for _ in range(5)) < 0.14
    assert _delay(bare) > 0.14


def _delay(cloud: Cloud) -> float:
    arn = cloud.start("Waiting", {"seconds": 0})
    cloud.result(arn)
    started, entered = cloud.history(arn)[:2]
    return float((entered["timestamp"] - started["timestamp"]).total_seconds())


def test_the_history_counts_the_states_inside_a_map(patched: Cloud, bare: Cloud) -> None:
    items = ["one", "two"]

    assert _entered(patched, items) == {
        "MapStateEntered": 1,
        "TaskStateEntered": 2,
        "ChoiceStateEntered": 2,
        "SucceedStateEntered": 2,
    }
    assert _entered(bare, items) == {"MapStateEntered": 1}


def _entered(cloud: Cloud, items: list[str]) -> Counter[str]:
    arn = cloud.start("Mapped", {"items": items, "width": 2})
    assert cloud.result(arn)["status"] == "SUCCEEDED"
    events = cloud.history(arn)
    assert len({event["id"] for event in events}) == len(events)
    return Counter(event["type"] for event in events if event["type"].endswith("StateEntered"))


def test_no_iteration_starts_after_one_failed(patched: Cloud, bare: Cloud) -> None:
    assert _started(patched) == ["a", "b-bad"]
    assert _started(bare) == ["a", "b-bad", "c", "d"]


def test_a_map_fails_with_the_first_failure(patched: Cloud) -> None:
    arn = patched.start("Mapped", {"items": ["slow", "bad"], "width": 2})

    assert patched.result(arn)["error"] == "BadItem"
    # The slow iteration was under way, and went no further.
    assert "SucceedStateEntered" not in [event["type"] for event in patched.history(arn)]


def test_a_time_limit_may_be_an_expression(patched: Cloud, bare: Cloud) -> None:
    assert patched.result(patched.start("Asking", {"seconds": 1}), 5)["error"] == "States.Timeout"
    assert bare.result(bare.start("Asking", {"seconds": 1}), 5)["error"] != "States.Timeout"


def _started(cloud: Cloud) -> list[str]:
    items = ["stop-a", "stop-b-bad", "stop-c", "stop-d"]
    arn = cloud.start("Mapped", {"items": items, "width": 1})
    assert cloud.result(arn)["error"] == "BadItem"
    items = cloud.client("dynamodb").scan(TableName=cloud.outputs["Items"])["Items"]
    keys = sorted(item["pk"]["S"] for item in items)
    return [key.removeprefix("stop-") for key in keys if key.startswith("stop-")]
