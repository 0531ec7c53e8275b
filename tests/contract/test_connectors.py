"""What every connector must do, whatever its platform. New connectors are found by discovery."""

from importlib import import_module
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from hub.connector_kit.connector import Connector
from hub.connector_kit.registry import kinds
from hub.domain.connection import Injection, Mode, SandboxFailure
from hub.domain.outcome import Effect, Outcome
from tests.harness import ORGANIZATION, Harness

SECRET = "a-very-secret-value-0123456789"


def connector(kind: str) -> Connector:
    found: Connector = import_module(f"connectors.{kind}.app").CONNECTOR
    return found


def samples(kind: str) -> dict[str, dict[str, Any]]:
    """A valid input of each action, from the connector's own tests."""
    found: dict[str, dict[str, Any]] = import_module(f"tests.unit.connectors.samples_{kind}").VALID
    return found


EVERY = kinds()
ACTIONS = [(kind, action) for kind in EVERY for action in samples(kind)]


@pytest.mark.parametrize("kind", EVERY)
def test_the_spec_is_complete(kind: str) -> None:
    spec = connector(kind).spec
    assert spec.kind == kind
    for text in (spec.display_name, spec.description, spec.limits, spec.reference):
        assert text.strip()
    assert spec.base_url.startswith("https://")
    assert spec.auth.credentials
    ids = [action.id for action in spec.actions]
    assert len(ids) == len(set(ids))
    assert spec.test_action in ids
    assert spec.action(spec.test_action).effect is Effect.READ, "a test changes nothing"
    assert set(samples(kind)) == set(ids), "every action has a sample"


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_each_action_has_a_sound_schema_and_a_method(kind: str, action_id: str) -> None:
    action = connector(kind).spec.action(action_id)
    schema = action.input.model_json_schema(by_alias=True)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(samples(kind)[action_id])
    assert schema["additionalProperties"] is False
    assert callable(getattr(connector(kind).client, action_id))


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_each_action_works_in_the_sandbox_with_no_credentials(kind: str, action_id: str) -> None:
    harness = Harness(connector(kind))
    for earlier, given in samples(kind).items():
        outcome = harness.act(earlier, given)
        if earlier == action_id:
            break
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
    outcome = harness.act(action_id, samples(kind)[action_id], shown)
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
    outcome = harness.act(action_id, samples(kind)[action_id], harness.connect(failure))
    effect = harness.connector.spec.action(action_id).effect
    assert outcome.kind in (kinds_read if effect.repeatable else kinds_write)
    assert outcome.code
    assert outcome.message
    assert (outcome.retry_after == 7) == (injection is Injection.RATE_LIMIT)


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")]
)
def test_a_call_that_never_left_is_always_safe_to_repeat(
    kind: str, action_id: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_request: httpx.Request) -> httpx.Response:
        raise error

    outcome: Outcome = live(kind, monkeypatch, broken).act(action_id, samples(kind)[action_id])
    assert outcome.kind == "transient"


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_an_answer_of_another_shape_is_not_taken_for_a_failure(
    kind: str, action_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform did what was asked: retrying it would do it twice."""
    harness = live(kind, monkeypatch, lambda _request: httpx.Response(200, json={"ok": True}))
    assert harness.act(action_id, samples(kind)[action_id]).ok


@pytest.mark.parametrize(("kind", "action_id"), ACTIONS)
def test_a_platform_that_echoes_the_secret_does_not_leak_it(
    kind: str, action_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        body = {"ok": False, "error": "x", "code": 1, "message": str(request.headers) + token}
        return httpx.Response(400, json=body)

    harness = live(kind, monkeypatch, echo)
    secrets = [c.name for c in harness.connector.spec.auth.credentials if c.secret]
    token = harness.connector.twin.credentials[secrets[0]]
    assert token not in str(harness.act(action_id, samples(kind)[action_id]))
