"""What every connector must do, whatever its platform. New connectors are found by discovery."""

import copy
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import ValidationError

from hub.connector_kit import transports
from hub.domain.connection import Injection, Mode, SandboxFailure
from hub.domain.errors import TransientError
from hub.domain.outcome import Effect, Outcome
from hub.domain.run import Step
from hub.observability import logger
from tests.contract.recorded import Recorded
from tests.contract.samples import ACTIONS, EVERY, connector, inputs, of, valid
from tests.harness import ORGANIZATION, Harness

SECRET = "a-very-secret-value-0123456789"


@pytest.mark.parametrize("kind", EVERY)
def test_the_spec_is_complete(kind: str) -> None:
    spec = connector(kind).spec
    assert spec.kind == kind
    for text in (spec.display_name, spec.description, spec.limits, spec.reference, spec.contract):
        assert text.strip()
    assert spec.base_url.startswith("https://")
    assert spec.auth.credentials
    ids = [action.id for action in spec.actions]
    assert len(ids) == len(set(ids))
    assert spec.test_action in ids
    assert spec.action(spec.test_action).effect is Effect.READ, "a test changes nothing"
    assert set(valid(kind)) == set(ids), "every action has a sample"


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_each_action_has_a_sound_schema_and_a_method(kind: str, action_id: str) -> None:
    action = connector(kind).spec.action(action_id)
    schema = action.input.model_json_schema(by_alias=True)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(valid(kind)[action_id])
    assert schema["additionalProperties"] is False
    assert callable(getattr(connector(kind).client, action_id))


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_each_action_works_in_the_sandbox_with_no_credentials(kind: str, action_id: str) -> None:
    harness = Harness(connector(kind))
    for earlier, given in valid(kind).items():
        outcome = harness.act(earlier, given)
        if earlier == action_id:
            break
    for _ in range(5):
        if outcome.kind == "in_progress":
            outcome = harness.act(action_id, valid(kind)[action_id])
    assert outcome.ok, outcome
    assert outcome.data is not None
    assert "unrecognizedAnswer" not in outcome.data


def live(kind: str, monkeypatch: pytest.MonkeyPatch, answer: Any) -> Any:
    """A harness over a transport that answers as told, with secret credentials."""
    harness = Harness(connector(kind))
    monkeypatch.setattr(
        "hub.connector_kit.connector.transport_for",
        lambda *_args: httpx.MockTransport(answer),
    )
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    return harness


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_a_dry_run_calls_nobody_and_shows_the_request_without_secrets(
    kind: str, action_id: str
) -> None:
    harness = Harness(connector(kind))
    public = {c.name for c in harness.connector.spec.auth.credentials if not c.secret}
    known = harness.connector.twin.credentials
    secret = {name: known[name] if name in public else SECRET for name in known}
    sealed = harness.vault.seal(ORGANIZATION, f"con_{kind}", secret)
    shown = harness.connect(mode=Mode.DRY_RUN, has_credentials=True)
    harness.connections.delete(ORGANIZATION, shown.id)
    harness.connections.create(shown, sealed)
    outcome = harness.act(action_id, valid(kind)[action_id], shown)
    assert outcome.ok
    request = outcome.data["request"]
    assert request["method"] in {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert request["url"].startswith("https://")
    assert SECRET not in str(outcome)
    assert harness.connections.load_sandbox(ORGANIZATION, shown.id) == ({}, 0)


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
@pytest.mark.parametrize(
    ("injection", "kinds_read", "kinds_write"),
    [
        (Injection.RATE_LIMIT, {"rate_limited"}, {"rate_limited"}),
        (Injection.REAUTH, {"needs_reauth"}, {"needs_reauth"}),
        (Injection.BUSINESS_ERROR, {"invalid_request"}, {"invalid_request"}),
        (Injection.SERVER_ERROR, {"transient"}, {"unknown_outcome"}),
        (Injection.TIMEOUT_AFTER_WRITE, {"transient"}, {"unknown_outcome"}),
    ],
)
def test_each_failure_the_twin_shows_maps_right(
    kind: str,
    action_id: str,
    injection: Injection,
    kinds_read: set[str],
    kinds_write: set[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    harness = Harness(connector(kind))
    failure = SandboxFailure(kind=injection, times=1, retry_after=7)
    outcome = harness.act(action_id, valid(kind)[action_id], harness.connect(failure))
    effect = harness.connector.spec.action(action_id).effect
    # A write may begin with a read, whose failure has done nothing.
    assert outcome.kind in (kinds_read if effect.repeatable else kinds_read | kinds_write)
    assert outcome.code
    assert outcome.message
    if injection is Injection.RATE_LIMIT and harness.connector.twin.tells_wait:
        assert outcome.retry_after == 7
    assert bool(outcome.retry_after) == (injection is Injection.RATE_LIMIT)


def lost(kind: str) -> list[str]:
    """The actions whose lost answer must be looked up."""
    every = connector(kind).spec.actions
    return [action.id for action in every if not action.effect.repeatable]


@pytest.mark.parametrize(
    ("kind", "action_id"), [(kind, action) for kind in EVERY for action in lost(kind)]
)
def test_a_lost_answer_is_looked_up_and_nothing_is_sent_twice(
    kind: str, action_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.connector_kit.client.READ_RETRY_SECONDS", 0.0)
    harness = Harness(connector(kind))
    failure = SandboxFailure(kind=Injection.TIMEOUT_AFTER_WRITE, action=action_id)
    over = harness.connect(failure)
    for earlier, given in valid(kind).items():
        if earlier == action_id:
            break
        assert harness.act(earlier, given, over).kind in ("ok", "in_progress")
    sent: list[httpx.Request] = []
    real = transports.transport_for
    monkeypatch.setattr(
        "hub.connector_kit.connector.transport_for",
        lambda *all_: Recorded(real(*all_), sent),
    )
    harness.plan(
        Step(
            id="step_1",
            name=f"{kind}.{action_id}",
            connector=kind,
            action=action_id,
            connection_id=over.id,
            payload=valid(kind)[action_id],
        )
    )
    for _ in range(40):
        try:
            unknown = harness.step().status == "unknown"
            answer = harness.reconcile() if unknown else harness.execute()
        except TransientError:
            continue  # nothing was done, so the state machine executes the step again
        harness.clock.advance(answer["retryAfter"] + 1)
        if harness.step().status in ("succeeded", "failed", "needs_review"):
            break
    expected = "needs_review" if action_id in of(kind, "UNREADABLE", {}) else "succeeded"
    assert harness.step().status == expected, harness.step().error
    writes = [(r.method, str(r.url), r.content) for r in sent if not oracle_says_harmless(kind, r)]
    assert len(writes) == len(set(writes)), "the same write went out twice"


def oracle_says_harmless(kind: str, request: httpx.Request) -> bool:
    """Whether a request may be repeated: a read, by its method or by what the platform calls it.

    Where every call goes to one URL, the body tells.
    """
    harmless = of(kind, "HARMLESS", ())
    told = any(request.content.startswith(body) for body in of(kind, "HARMLESS_BODIES", ()))
    return request.method == "GET" or told or any(part in str(request.url) for part in harmless)


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")]
)
def test_a_call_that_never_left_is_always_safe_to_repeat(
    kind: str, action_id: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_request: httpx.Request) -> httpx.Response:
        raise error

    outcome: Outcome = live(kind, monkeypatch, broken).act(action_id, valid(kind)[action_id])
    assert outcome.kind == "transient"


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_an_answer_of_another_shape_is_not_taken_for_a_failure(
    kind: str, action_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform did what was asked: retrying it would do it twice."""
    harness = live(kind, monkeypatch, lambda _request: httpx.Response(200, json={"ok": True}))
    assert harness.act(action_id, valid(kind)[action_id]).ok


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_a_platform_that_echoes_the_secrets_leaks_them_nowhere(
    kind: str,
    action_id: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        body = {"ok": False, "error": "x", "code": 1, "message": f"{request.headers} {tokens}"}
        return httpx.Response(400, json=body)

    harness = live(kind, monkeypatch, echo)
    names = [c.name for c in harness.connector.spec.auth.credentials if c.secret]
    known = harness.connector.twin.credentials
    tokens = [known[name] for name in names if name in known]
    outcome = harness.act(action_id, valid(kind)[action_id])
    logger.info("outcome", extra={"outcome": outcome.to_json()})
    shown = str(outcome) + "".join(capfd.readouterr())
    assert tokens
    assert not [token for token in tokens if token in shown]


PAGED = [
    (kind, action.id)
    for kind in EVERY
    for action in connector(kind).spec.actions
    if "cursor" in action.input.model_fields
]


@pytest.mark.parametrize(("kind", "action_id"), PAGED)
def test_pages_end(kind: str, action_id: str) -> None:
    harness = Harness(connector(kind))
    for earlier, given in valid(kind).items():
        if earlier == action_id:
            break
        harness.act(earlier, given)
    given, seen = dict(valid(kind)[action_id]), set()
    for _ in range(50):
        outcome = harness.act(action_id, given)
        assert outcome.ok, outcome
        cursor = outcome.data["cursor"]
        if cursor is None:
            return
        assert cursor not in seen, "the same page again"
        seen.add(cursor)
        given["cursor"] = cursor
    raise AssertionError("the pages do not end")


def media_in(value: Any) -> list[dict[str, Any]]:
    """Every media in an input, however deep."""
    if isinstance(value, list):
        return [found for item in value for found in media_in(item)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.keys() <= MEDIA and value.keys() & {"url", "objectKey"} else []
    return own + [found for item in value.values() for found in media_in(item)]


MEDIA = {"url", "objectKey", "contentType", "filename"}
WITH_MEDIA = [(kind, action) for kind, action, given in inputs() if media_in(given)]


@pytest.mark.parametrize(("kind", "action_id"), sorted(set(WITH_MEDIA)))
@pytest.mark.parametrize(
    "url", ["https://169.254.169.254/latest", "https://localhost/a", "http://example.com/a.png"]
)
def test_media_cannot_be_fetched_from_a_private_address(
    kind: str, action_id: str, url: str
) -> None:
    for of_kind, action, given in inputs():
        if (of_kind, action) != (kind, action_id) or not media_in(given):
            continue
        forged = copy.deepcopy(given)
        for media in media_in(forged):
            media.pop("objectKey", None)
            media["url"] = url
        with pytest.raises(ValidationError, match="must"):
            connector(kind).spec.action(action_id).input.model_validate(forged)


VENDORS = (
    "stripe",
    "googleapiclient",
    "google",
    "facebook_business",
    "slack_sdk",
    "xdk",
    "praw",
    "shopify",
    "graphql",
)


@pytest.mark.parametrize("kind", EVERY)
def test_a_handler_starts_without_any_vendors_sdk(kind: str) -> None:
    """Twilio's is the exception: SMS and WhatsApp load it at their first call."""
    code = f"import sys, connectors.{kind}.app; print(*sys.modules)"
    functions = Path(__file__).parent.parent.parent / "functions"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(functions)},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & set(VENDORS)
    assert "boto3" not in loaded
