"""A connector's function: its routes over HTTP, its tasks from the state machine."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.slack.app import handler as slack
from connectors.sms.app import handler as sms
from hub import settings, wiring
from hub.adapters.memory_ledger import MemoryLedger
from hub.connector_kit.connector import Caller
from hub.domain.connection import Injection, Mode, SandboxFailure
from hub.domain.errors import InternalError, NotFoundError
from hub.domain.outcome import Outcome, OutcomeKind
from tests.harness import ORGANIZATION, Harness, connection, post
from tests.http_events import Context, answer, load, request
from tests.support import CountingIds

ENVIRONMENT = {
    "RUNS_TABLE": "runs",
    "PAYLOAD_BUCKET": "payloads",
    "CONNECTIONS_TABLE": "connections",
    "CREDENTIALS_KEY": "key",
    "IDEMPOTENCY_TABLE": "idempotency",
}


class World:
    def __init__(self) -> None:
        self.harness = Harness()
        self.ledger = MemoryLedger(self.harness.clock)

    def connect(self, kind: str = "slack", *failures: SandboxFailure, **more: Any) -> str:
        made = connection(kind, *failures, **more)
        self.harness.connections.create(made, None)
        return made.id

    def posted(self, key: str = "sandbox-slack") -> int:
        state, _ = self.harness.connections.load_sandbox(ORGANIZATION, key)
        return len(state.get("messages.C0LAUNCH01", []))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    made, ids = World(), CountingIds()
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(wiring, "runs", lambda: made.harness.runs)
    monkeypatch.setattr(wiring, "connections", lambda: made.harness.connections)
    monkeypatch.setattr(wiring, "vault", lambda: made.harness.vault)
    monkeypatch.setattr(wiring, "clock", lambda: made.harness.clock)
    monkeypatch.setattr(wiring, "ids", lambda: ids)
    monkeypatch.setattr(wiring, "ledger", lambda: made.ledger)
    settings.load.cache_clear()
    fresh(slack)
    fresh(sms)
    yield made
    settings.load.cache_clear()


def fresh(handler: Any) -> None:
    """Forget the HTTP side a handler made for an earlier test."""
    for cell in handler.__wrapped__.__closure__ or ():
        http = cell.cell_contents
        for inner in getattr(http, "__closure__", None) or ():
            if hasattr(inner.cell_contents, "cache_clear"):
                inner.cell_contents.cache_clear()


def act(body: Any = None, name: str = "connector-slack-post-message", **more: Any) -> Any:
    return answer(slack, request(name, body, **more))


def message(**more: Any) -> dict[str, Any]:
    return {"input": {"channel": "#launch", "text": "Hi"}, **more}


def test_an_action_works_with_no_connection_at_all(world: World) -> None:
    status, body, _ = act()
    assert status == 200
    assert body["data"]["outcome"] == "ok"
    assert body["data"]["data"]["channel"] == "C0LAUNCH01"
    assert world.posted() == 1


def test_sms_works_with_no_connection_at_all(world: World) -> None:
    status, body, _ = answer(sms, request("connector-sms-send-sms"))
    assert (status, body["data"]["data"]["status"]) == (200, "queued")


def test_pages_are_followed_to_their_end(world: World) -> None:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(5):
        given = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        _, body, _ = act({"input": given}, "connector-slack-list-channels")
        found += [channel["name"] for channel in body["data"]["data"]["channels"]]
        cursor = body["data"]["data"]["cursor"]
        if cursor is None:
            break
    assert found == ["launch", "general", "marketing"]


def test_a_connector_describes_itself(world: World) -> None:
    event = request("catalog-connector")
    _, body, _ = answer(slack, event)
    actions = {action["id"]: action for action in body["data"]["actions"]}
    assert actions["post_message"]["effect"] == "write"
    assert actions["post_message"]["inputSchema"]["properties"]["channel"]


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Injection.RATE_LIMIT, 429, "RATE_LIMITED"),
        (Injection.REAUTH, 409, "NEEDS_REAUTH"),
        (Injection.BUSINESS_ERROR, 400, "PLATFORM_REFUSED"),
        (Injection.SERVER_ERROR, 502, "UNKNOWN_OUTCOME"),
        (Injection.TIMEOUT_AFTER_WRITE, 502, "UNKNOWN_OUTCOME"),
    ],
)
def test_each_outcome_is_an_error_that_says_what_to_do(
    world: World, kind: Injection, status: int, code: str
) -> None:
    used = world.connect("slack", SandboxFailure(kind=kind, retry_after=9))
    got, body, headers = act(message(connectionId=used))
    assert (got, body["error"]["code"]) == (status, code)
    assert (headers.get("Retry-After") == "9") == (kind is Injection.RATE_LIMIT)


def test_a_read_that_fails_for_now_is_503(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    used = world.connect("slack", SandboxFailure(kind=Injection.SERVER_ERROR, times=9))
    status, body, _ = act({"connectionId": used, "input": {}}, "connector-slack-list-channels")
    assert (status, body["error"]["code"]) == (503, "TEMPORARILY_UNAVAILABLE")


def test_a_read_that_fails_once_is_tried_again_at_once(world: World) -> None:
    used = world.connect("slack", SandboxFailure(kind=Injection.SERVER_ERROR))
    assert act({"connectionId": used, "input": {}}, "connector-slack-list-channels")[0] == 200


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"input": {"channel": "#a"}}, "either text or markdownText"),
        ({"input": {"text": "b"}}, "input.channel"),
        ({"input": {"channel": "#a", "text": "b", "colour": 1}}, "input.colour"),
        (message(mode="live"), "only mode dry_run"),
        (message(mode="loud"), "mode"),
    ],
)
def test_bad_input_is_refused_by_field(world: World, body: Any, words: str) -> None:
    status, answered, _ = act(body)
    assert (status, answered["error"]["code"]) == (400, "INVALID_INPUT")
    assert words in answered["error"]["message"]
    assert world.posted() == 0


def test_a_connection_of_another_kind_or_organization_is_refused(world: World) -> None:
    assert act(message(connectionId=world.connect("sms")))[0] == 400
    stranger = {"organizationId": "other", "role": "admin", "subject": "key:o"}
    used = world.connect()
    assert act(message(connectionId=used), caller=stranger)[0] == 404


def test_a_live_connection_without_credentials_is_refused(world: World) -> None:
    status, body, _ = act(message(connectionId=world.connect(mode=Mode.LIVE)))
    assert (status, body["error"]["code"]) == (400, "INVALID_INPUT")
    assert "no credentials" in body["error"]["message"]


def test_a_dry_run_of_one_call_sends_nothing(world: World) -> None:
    _, body, _ = act(message(mode="dry_run"))
    assert body["data"]["data"]["dryRun"] is True
    assert world.posted() == 0


ONCE = {"idempotency-key": "once"}


def test_a_key_posts_once(world: World) -> None:
    first, again = act(headers=ONCE), act(headers=ONCE)
    assert first == again
    assert world.posted() == 1
    assert act(message(input={"channel": "#b", "text": "c"}), headers=ONCE)[0] == 409


def test_a_dry_run_does_not_use_up_a_key(world: World) -> None:
    act(message(mode="dry_run"), headers=ONCE)
    assert act(message(), headers=ONCE)[0] == 409, "the key belongs to the dry run"
    assert world.posted() == 0


def test_a_rate_limited_call_may_use_its_key_again(world: World) -> None:
    used = world.connect("slack", SandboxFailure(kind=Injection.RATE_LIMIT))
    assert act(message(connectionId=used), headers=ONCE)[0] == 429
    world.harness.clock.advance(2)
    assert act(message(connectionId=used), headers=ONCE)[0] == 200


@pytest.mark.parametrize(
    ("seconds", "status", "code"), [(1, 409, "CONFLICT"), (60, 502, "UNKNOWN_OUTCOME")]
)
def test_a_write_that_never_ended_is_not_sent_again(
    world: World, monkeypatch: pytest.MonkeyPatch, seconds: int, status: int, code: str
) -> None:
    """Pain: idempotency misunderstood: a second request must not post while the first may have."""

    def die(*_args: Any) -> Outcome:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Caller, "perform", die)
        assert act(headers=ONCE)[0] == 500
    world.harness.clock.advance(seconds)
    got, body, _ = act(headers=ONCE)
    assert (got, body["error"]["code"]) == (status, code)
    assert world.posted() == 0


def test_a_read_that_never_ended_is_simply_done(world: World) -> None:
    deadline = world.harness.clock.now() - timedelta(seconds=1)
    name, headers = "connector-slack-list-channels", {"idempotency-key": "r"}
    first = act(None, name, headers=headers)
    key = f"ORG#{ORGANIZATION}#CALL#r"
    kept = world.ledger.begin(key, "", deadline)
    world.ledger._attempts.clear()
    world.ledger.begin(key, kept.digest, deadline)
    assert act(None, name, headers=headers) == first


def test_the_state_machine_executes_and_reconciles(world: World) -> None:
    world.connect("slack", SandboxFailure(kind=Injection.TIMEOUT_AFTER_WRITE))
    world.harness.plan(post())
    assert slack(load("connector-slack-execute"), Context())["next"] == "reconcile"
    assert slack(load("connector-slack-reconcile"), Context())["next"] == "done"
    assert world.posted("con_slack") == 1


def test_sms_executes_a_step(world: World) -> None:
    world.connect("sms")
    given = {"to": "+4915112345678", "body": "Hi"}
    step = {"connector": "sms", "action": "send_sms", "connection_id": "con_sms", "payload": given}
    world.harness.plan(post(**step))
    assert sms(load("connector-sms-execute"), Context())["next"] == "done"


@pytest.mark.parametrize(("handler", "kind"), [(slack, "slack"), (sms, "sms")])
def test_a_connection_is_tested(world: World, handler: Any, kind: str) -> None:
    world.connect(kind)
    tested = Outcome.model_validate(handler(load(f"connector-{kind}-test"), Context()))
    assert tested.kind is OutcomeKind.OK


def test_an_unknown_run_or_a_nonsense_call_is_an_error_by_name(world: World) -> None:
    with pytest.raises(NotFoundError):
        slack(load("connector-slack-execute"), Context())
    with pytest.raises(InternalError, match="lambda-request-1"):
        slack({"task": "execute"}, Context())


def test_a_step_without_a_connection_needs_one_on_a_live_stack(world: World) -> None:
    world.harness.mode = Mode.LIVE
    world.harness.plan(post(connection_id=None))
    assert world.harness.execute()["code"] == "MISCONFIGURED"
