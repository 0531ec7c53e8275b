"""One run, end to end, on the deployed template."""

import pytest

from tests.e2e.stack import Stack, entered, hear, say, slack, sms

pytestmark = pytest.mark.e2e

LIMITED = {"kind": "rate_limit", "times": 1, "retryAfter": 2}


def test_a_run_waits_as_told_publishes_once_and_is_followed_live(stack: Stack) -> None:
    to_slack = stack.connection("slack", LIMITED)
    to_sms = stack.connection("sms")
    with stack.socket() as socket:
        assert say(socket, action="agent:subscribe", agentId="content")["event"] == "subscribed"
        run_id = stack.start(slack(to_slack), sms(to_sms))
        heard = hear(socket, {"agent:completed", "agent:failed"})

    assert heard[0]["event"] == "agent:started"
    assert heard[-1]["event"] == "agent:completed"
    assert {event["data"]["sessionId"] for event in heard} == {run_id}
    ids = [event["id"] for event in heard]
    assert ids == sorted(set(ids))
    waiting = [e for e in heard if e["data"].get("step", {}).get("status") == "waiting_rate_limit"]
    assert len(waiting) == 1
    assert waiting[0]["data"]["step"]["retryAfter"] == 2
    assert "waiting 2 s as told" in waiting[0]["data"]["message"]

    run = stack.wait(run_id, "completed")
    assert [step["status"] for step in run["steps"]] == ["succeeded", "succeeded"]
    assert run["steps"][0]["waits"] == 1
    assert run["steps"][1]["result"]["sid"].startswith("SM")
    assert run["metrics"]["waits"] == 1
    assert run["metrics"]["waitedMs"] == 2000
    assert run["metrics"]["transitions"] == len(entered(stack.history(run_id)))
    assert run["metrics"]["costUsd"] > 0
    assert run["output"]["engine"] == "offline"

    polled = stack.data("GET", f"/api/runs/{run_id}/events")["events"]
    assert polled == heard
    resumed = stack.data("GET", f"/api/runs/{run_id}/events?since={ids[2]}")["events"]
    assert resumed == heard[3:]


def test_a_plain_run_with_one_step_takes_seven_transitions(stack: Stack) -> None:
    run_id = stack.start(slack(stack.connection("slack")))
    run = stack.wait(run_id, "completed")
    states = entered(stack.history(run_id))
    assert states == ["Plan", "Steps", "Execute", "Outcome", "Settled", "AllDone", "Finish"]
    assert run["metrics"]["transitions"] == 7


def test_a_run_without_steps_completes(stack: Stack) -> None:
    run = stack.wait(stack.start(), "completed")
    assert run["steps"] == []
    assert run["output"]["title"]


def test_an_agent_that_fails_twice_and_then_succeeds_is_retried(stack: Stack) -> None:
    run_id = stack.start(simulate={"modelFailures": 2})
    run = stack.wait(run_id, "completed")
    failed = [e for e in stack.history(run_id) if e["type"] == "TaskFailed"]
    assert [e["taskFailedEventDetails"]["error"] for e in failed] == ["TransientError"] * 2
    assert run["metrics"]["retries"] == 2


def test_an_agent_that_keeps_failing_fails_the_run_with_the_reason(stack: Stack) -> None:
    run_id = stack.start(simulate={"modelFailures": 9})
    run = stack.wait(run_id, "failed")
    assert run["errorCode"] == "AGENT_EXECUTION_FAILED"
    assert "asked to fail on attempt 4" in run["errorMessage"]
    failed = [e for e in stack.history(run_id) if e["type"] == "TaskFailed"]
    assert len(failed) == 4


def test_a_connector_that_refuses_fails_the_run_with_the_platforms_reason(stack: Stack) -> None:
    refusing = stack.connection("slack", {"kind": "business_error", "times": 1})
    with stack.socket() as socket:
        say(socket, action="monitoring:subscribe", room="agents")
        run_id = stack.start(slack(refusing), sms(stack.connection("sms")))
        heard = hear(socket, {"agent:completed", "agent:failed"})
    run = stack.wait(run_id, "failed")
    assert run["errorCode"] == "channel_not_found"
    assert [step["status"] for step in run["steps"]] == ["failed", "skipped"]
    assert heard[-1]["event"] == "agent:failed"
    assert "channel_not_found" in heard[-1]["data"]["error"]
    assert heard[-1]["data"]["errorCode"] == "channel_not_found"


def test_a_lost_answer_is_looked_up_and_nothing_is_posted_twice(stack: Stack) -> None:
    """Pain: one Slack message posted five times after a stack change."""
    lossy = stack.connection("slack", {"kind": "timeout_after_write", "times": 1})
    run_id = stack.start(slack(lossy))
    run = stack.wait(run_id, "completed")
    states = entered(stack.history(run_id))
    assert "Reconcile" in states
    assert run["metrics"]["transitions"] == len(states)
    assert run["steps"][0]["result"]["ts"].endswith("000001"), "the only message of this twin"


def test_cancel_during_a_wait_stops_the_run_and_tells_the_truth(stack: Stack) -> None:
    """Pain: cancel returns 200 and does nothing."""
    slow = stack.connection("slack", {"kind": "rate_limit", "times": 1, "retryAfter": 50})
    run_id = stack.start(slack(slow))
    stack.wait(run_id, "waiting_rate_limit")
    answer = stack.data("POST", f"/api/runs/{run_id}/cancel")
    assert answer["cancelled"] is True
    assert answer["status"] == "cancelled"
    assert [step["status"] for step in answer["steps"]] == ["skipped"]
    machine = stack.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
    execution = stack.aws("stepfunctions").describe_execution(executionArn=f"{machine}:{run_id}")
    assert execution["status"] == "ABORTED"
    again = stack.request("POST", f"/api/runs/{run_id}/cancel")
    assert again.status_code == 409
    assert again.json()["error"]["details"]["status"] == "cancelled"


def test_the_same_idempotency_key_is_the_same_run(stack: Stack) -> None:
    body = {"intent": "generate-draft", "input": {"brief": "Once only."}}
    path, key = "/api/agents/content/runs", {"idempotency-key": "once"}
    first = stack.request("POST", path, body, **key)
    second = stack.request("POST", path, body, **key)
    assert first.json()["data"]["runId"] == second.json()["data"]["runId"]
    assert second.headers["idempotent-replayed"] == "true"
    other = {**body, "input": {"brief": "Something else."}}
    assert stack.request("POST", path, other, **key).status_code == 409


def test_an_execution_stopped_from_outside_closes_its_run(stack: Stack) -> None:
    """Pain: a run stays RUNNING for ever when its worker dies."""
    slow = stack.connection("slack", {"kind": "rate_limit", "times": 1, "retryAfter": 50})
    run_id = stack.start(slack(slow))
    stack.wait(run_id, "waiting_rate_limit")
    machine = stack.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
    stack.aws("stepfunctions").stop_execution(executionArn=f"{machine}:{run_id}")
    run = stack.wait(run_id, "failed")
    assert run["errorCode"] == "ABORTED"


def test_a_run_whose_writer_died_before_starting_it_is_started(stack: Stack) -> None:
    """The crash between the record and its execution."""
    done = stack.start()
    stack.wait(done, "completed")
    dynamo = stack.aws("dynamodb")
    table = stack.outputs["RunsTableName"]
    organization = stack.data("GET", f"/api/runs/{done}")["organizationId"]
    key = {"pk": {"S": f"ORG#{organization}#RUN#{done}"}, "sk": {"S": "RUN"}}
    item = dynamo.get_item(TableName=table, Key=key)["Item"]
    orphan = {name: item[name] for name in item if name not in _ENDED}
    orphan |= {
        "pk": {"S": f"ORG#{organization}#RUN#run_orphan"},
        "id": {"S": "run_orphan"},
        "status": {"S": "queued"},
        "sequence": {"N": "0"},
        "planned": {"BOOL": False},
        "steps": {"L": []},
    }
    dynamo.put_item(TableName=table, Item=orphan)
    assert stack.wait("run_orphan", "completed")["output"]["title"]


_ENDED = {"output", "metrics", "usage", "startedAt", "completedAt", "endedSequence", "progress"}
