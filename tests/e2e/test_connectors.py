"""Every connector on the deployed template: over HTTP, as a step of a run, by webhook, later."""

import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.contract.samples import EVERY, connector, valid
from tests.e2e.stack import Stack, slack
from tests.support import START

pytestmark = pytest.mark.e2e

TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")


def act(stack: Stack, kind: str, action: str, given: dict[str, Any], over: str) -> Any:
    """An action over HTTP, asked again while the platform is at work."""
    path = f"/api/connectors/{kind}/actions/{action}"
    body, key = {"connectionId": over, "input": given}, f"{kind}-{action}-{over}"
    for _ in range(10):
        answer = stack.request("POST", path, body, **{"idempotency-key": key})
        assert answer.status_code < 400, f"{kind}.{action}: {answer.text}"
        if answer.status_code == 200:
            return answer.json()["data"]["data"]
        assert (answer.status_code, answer.json()["data"]["idempotencyKey"]) == (202, key)
        time.sleep(min(float(answer.headers["retry-after"]), 1.0))
    raise AssertionError(f"{kind}.{action} never ended")


@pytest.mark.parametrize("kind", EVERY)
def test_every_action_of_a_connector_answers_over_http(stack: Stack, kind: str) -> None:
    over = stack.connection(kind)
    for action, given in due(valid(kind)).items():
        answer = act(stack, kind, action, given, over)
        assert answer is not None
        assert "unrecognizedAnswer" not in answer
    assert stack.data("POST", f"/api/connections/{over}/test")["ok"] is True


def due(samples: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The samples, their times as far from now as they are from the frozen clock's."""
    passed = timedelta(days=(datetime.now(UTC) - START).days + 1)

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: moved(inner) for name, inner in value.items()}
        if isinstance(value, int) and abs(value - START.timestamp()) < 366 * 86400:
            return value + int(passed.total_seconds())
        if isinstance(value, str) and TIME.fullmatch(value):
            return (datetime.fromisoformat(value) + passed).isoformat(timespec="seconds")
        return value

    return {action: moved(given) for action, given in samples.items()}


def test_the_catalog_has_all_seventeen(stack: Stack) -> None:
    listed = stack.data("GET", "/api/connectors")["connectors"]
    assert len(listed) == 17
    assert [spec["kind"] for spec in listed] == EVERY
    for spec in listed:
        actions = {action["id"] for action in spec["actions"]}
        assert actions == {action.id for action in connector(spec["kind"]).spec.actions}


def test_work_in_progress_is_waited_for_by_the_state_machine(stack: Stack) -> None:
    given = {"reel": {"url": "https://example.com/tea.mp4"}, "caption": "Tea"}
    run_id = stack.start(
        {
            "connector": "instagram",
            "action": "publish_post",
            "connectionId": stack.connection("instagram"),
            "input": given,
        }
    )
    run = stack.wait(run_id, "completed")
    (step,) = run["steps"]
    assert step["status"] == "succeeded"
    assert step["polls"] >= 1
    assert step["retries"] == 0


def test_a_step_with_a_time_is_not_done_before_it(stack: Stack) -> None:
    at = datetime.now(UTC) + timedelta(seconds=4)
    delivery = {**slack(stack.connection("slack")), "at": at.isoformat()}
    run = stack.wait(stack.start(delivery), "completed")
    (step,) = run["steps"]
    assert datetime.fromisoformat(step["startedAt"]) >= at - timedelta(milliseconds=1)


def test_a_post_made_for_later_becomes_a_run_at_its_time(stack: Stack) -> None:
    over = stack.connection("linkedin")
    at = datetime.now(UTC) + timedelta(seconds=3)
    given = {**valid("linkedin")["schedule_post"], "publishAt": at.isoformat()}
    made = act(stack, "linkedin", "schedule_post", given, over)
    assert made["scheduledId"]
    until = time.monotonic() + 75
    found: list[Any] = []
    while not found and time.monotonic() < until:
        found = stack.data("GET", "/api/runs?agent=delivery")["runs"]
        time.sleep(0.2)
    run = stack.wait(found[0]["id"], "completed")
    assert (run["intent"], run["trigger"]) == ("linkedin.publish_post", "schedule")
    assert run["steps"][0]["result"]


def test_media_that_was_uploaded_is_sent_on(stack: Stack) -> None:
    content = b"\x89PNG\r\n" + bytes(300_000)
    asked = {"filename": "tea.png", "contentType": "image/png", "size": len(content)}
    made = stack.data("POST", "/api/uploads", asked)
    upload = made["upload"]
    put = httpx.put(upload["url"], content=content, headers=upload["headers"], timeout=30)
    assert put.status_code == 200, put.text
    given = {"media": {"objectKey": made["objectKey"]}, "altText": "Tea"}
    answer = act(stack, "wordpress", "upload_media", given, stack.connection("wordpress"))
    assert answer["id"]


def test_who_texts_stop_gets_no_more_messages_until_start(stack: Stack) -> None:
    twin = connector("sms").twin
    over = stack.connection("sms")
    number = "+4915112345678"

    def texted(word: str, sid: str) -> httpx.Response:
        fields = {"MessageSid": sid, "From": number, "Body": word}
        path = f"/api/webhooks/sms/{over}"
        signed = called_url(stack, path)
        signature = RequestValidator(twin.credentials["authToken"]).compute_signature(
            signed, fields
        )
        headers = {
            "x-twilio-signature": signature,
            "content-type": "application/x-www-form-urlencoded",
        }
        return stack.http.post(stack.api_url + path, content=urlencode(fields), headers=headers)

    answer = texted("STOP", "SM1")
    assert (answer.status_code, answer.text) == (200, "<Response/>")
    seen = act(stack, "sms", "check_opt_out", {"number": number}, over)
    assert seen["optedOut"] is True
    refused = stack.request(
        "POST",
        "/api/connectors/sms/actions/send_sms",
        {"connectionId": over, "input": {"to": number, "body": "Hello"}},
    )
    assert refused.status_code == 400
    assert "OPTED_OUT" in refused.text
    assert texted("start", "SM2").status_code == 200
    sent = {"to": number, "body": "Hello"}
    assert act(stack, "sms", "send_sms", sent, over)["sid"]


def test_a_forged_webhook_is_refused(stack: Stack) -> None:
    over = stack.connection("sms")
    headers = {"x-twilio-signature": "AAAA", "content-type": "application/x-www-form-urlencoded"}
    url = f"{stack.api_url}/api/webhooks/sms/{over}"
    answer = stack.http.post(url, content="From=%2B491&Body=STOP", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "BAD_SIGNATURE")


def called_url(stack: Stack, path: str) -> str:
    """The URL as the function sees that it was called."""
    parts = urlsplit(stack.outputs["ApiUrl"])
    api = parts.netloc.partition(".")[0]
    # The embedded AWS names itself as the host.
    return f"https://{api}.execute-api.localhost{parts.path}{path}"


def test_an_action_can_be_tried_dry(stack: Stack) -> None:
    body = {"input": valid("stripe")["create_customer"], "mode": "dry_run"}
    answer = stack.data("POST", "/api/connectors/stripe/actions/create_customer", body)
    shown = answer["data"]["request"]
    assert shown["url"] == "https://api.stripe.com/v1/customers"
    assert "sk_" not in json.dumps(shown)
