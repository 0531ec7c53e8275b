"""Runs that wait for a person, and runs that are replayed, on the deployed template."""

import pytest

from tests.e2e.stack import Stack, entered, hear, say, slack, sms

pytestmark = pytest.mark.e2e


def test_an_approved_run_acts_and_is_followed_live(stack: Stack) -> None:
    over = stack.connection("slack")
    with stack.socket() as socket:
        say(socket, action="agent:subscribe", agentId="content")
        run_id = stack.start(slack(over), sms(stack.connection("sms")), approval={})
        waiting = stack.wait(run_id, "waiting_approval")
        assert waiting["output"]["title"]
        assert waiting["approval"]["expiresAt"]
        assert [step["status"] for step in waiting["steps"]] == ["waiting_approval", "pending"]
        inbox = stack.data("GET", "/api/runs?status=waiting_approval")["runs"]
        assert [run["id"] for run in inbox] == [run_id]
        stack.data("POST", f"/api/runs/{run_id}/approve", {"comment": "Go."})
        heard = hear(socket, {"agent:completed", "agent:failed"})
    run = stack.wait(run_id, "completed")
    assert run["approval"]["decision"] == "approved"
    assert [step["status"] for step in run["steps"]] == ["succeeded", "succeeded"]
    messages = [event["data"].get("message", "") for event in heard]
    assert "slack.post_message: waiting for approval" in messages
    assert any(message.startswith("approved by") for message in messages)
    states = entered(stack.history(run_id))
    assert states.count("Approve") == 1, "one decision is enough for the whole run"
    assert run["metrics"]["transitions"] == len(states)


def test_a_rejected_run_never_acts(stack: Stack) -> None:
    run_id = stack.start(slack(stack.connection("slack")), approval={"timeoutSeconds": 600})
    stack.wait(run_id, "waiting_approval")
    stack.data("POST", f"/api/runs/{run_id}/reject", {"comment": "Too loud."})
    run = stack.wait(run_id, "cancelled")
    assert run["errorCode"] == "REJECTED"
    assert "Too loud." in run["errorMessage"]
    assert [step["status"] for step in run["steps"]] == ["skipped"]
    again = stack.request("POST", f"/api/runs/{run_id}/approve", {})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "RUN_ENDED")


def test_an_approval_that_nobody_gives_ends_the_run(stack: Stack) -> None:
    run_id = stack.start(slack(stack.connection("slack")), approval={"timeoutSeconds": 2})
    run = stack.wait(run_id, "timed_out")
    assert run["errorCode"] == "APPROVAL_EXPIRED"
    assert run["metrics"]["transitions"] == len(entered(stack.history(run_id)))


def test_a_run_that_waits_for_approval_can_be_cancelled(stack: Stack) -> None:
    run_id = stack.start(slack(stack.connection("slack")), approval={})
    stack.wait(run_id, "waiting_approval")
    assert stack.data("POST", f"/api/runs/{run_id}/cancel")["cancelled"] is True


def test_steps_that_do_not_wait_for_each_other_go_on_together(stack: Stack) -> None:
    given = {
        "topic": "Our new green tea is here.",
        "platforms": ["x", "linkedin"],
        "publish": [{"platform": "x"}, {"platform": "linkedin"}],
    }
    body = {"intent": "generate-post", "input": given, "approval": {}}
    run_id = stack.data("POST", "/api/agents/social/runs", body)["runId"]
    stack.wait(run_id, "waiting_approval")
    stack.data("POST", f"/api/runs/{run_id}/approve")
    run = stack.wait(run_id, "completed")
    assert [step["status"] for step in run["steps"]] == ["succeeded", "succeeded"]


def test_a_replay_does_what_is_left_and_not_what_succeeded(stack: Stack) -> None:
    refusing = stack.connection("sms", {"kind": "business_error", "times": 1})
    run_id = stack.start(slack(stack.connection("slack")), sms(refusing))
    failed = stack.wait(run_id, "failed")
    assert [step["status"] for step in failed["steps"]] == ["succeeded", "failed"]
    again = stack.data("POST", f"/api/runs/{run_id}/replay")
    run = stack.wait(again["runId"], "completed")
    assert (run["parentRunId"], run["trigger"]) == (run_id, "replay")
    assert run["output"] == failed["output"]
    assert run["steps"][0] == failed["steps"][0], "posted once, by the run before"
    assert run["steps"][1]["status"] == "succeeded"
    assert run["metrics"]["inputTokens"] == 0


def test_a_replay_from_the_start_is_planned_anew(stack: Stack) -> None:
    first = stack.wait(stack.start(simulate={}), "completed")
    again = stack.data("POST", f"/api/runs/{first['id']}/replay", {"from": "start"})
    run = stack.wait(again["runId"], "completed")
    assert run["output"] == first["output"]
