"""Webhooks: verified, told once, answered as each platform wants it."""

import base64
import hmac
import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

from connectors.slack.app import CONNECTOR as SLACK
from hub import wiring
from hub.adapters.memory_bus import MemoryBus
from hub.adapters.memory_ledger import MemoryLedger
from hub.connector_kit import schemes
from hub.connector_kit.routes import connector_api
from hub.connector_kit.schemes import Scheme
from hub.connector_kit.webhooks import EVENT
from hub.domain.errors import TransientError
from tests.harness import ORGANIZATION, Harness, connection
from tests.http_events import Context

SECRETS = {
    "signingSecret": "slack-secret",
    "webhookSecret": "whsec_stripe",
    "authToken": "twilio-token",
    "appSecret": "meta-secret",
    "verifyToken": "meta-verify",
    "consumerSecret": "x-secret",
    "clientSecret": "client-secret",
}


class World:
    """One connection of a connector with a scheme, in memory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.harness = Harness()
        self.bus = MemoryBus()
        self.ledger = MemoryLedger(self.harness.clock)
        self.seen: list[Any] = []
        monkeypatch.setattr(wiring, "bus", lambda: self.bus)
        monkeypatch.setattr(wiring, "ledger", lambda: self.ledger)
        monkeypatch.setattr(wiring, "clock", lambda: self.harness.clock)
        self.connect(SECRETS)
        self.take(schemes.SLACK)

    def connect(self, secrets: dict[str, str]) -> None:
        made = connection("slack", has_credentials=True)
        self.harness.connections.delete(ORGANIZATION, made.id)
        sealed = self.harness.vault.seal(ORGANIZATION, made.id, secrets)
        self.harness.connections.create(made, sealed)

    def take(self, scheme: Scheme | None) -> None:
        on_event = lambda notes, inbound, now: self.seen.append(inbound)  # noqa: E731
        self.harness.connector = replace(SLACK, scheme=scheme, on_event=on_event)
        self.api = connector_api(self.harness.connector, self.harness.caller)

    def call(
        self, body: bytes = b"", headers: dict[str, str] | None = None, **more: Any
    ) -> tuple[int, str, str]:
        query = more.get("query", {})
        connection_id = more.get("connection_id", "con_slack")
        path = f"/dev/api/webhooks/slack/{connection_id}"
        method = more.get("method", "POST")
        event = {
            "version": "2.0",
            "routeKey": f"ANY {path}",
            "rawPath": path,
            "rawQueryString": urlencode(query),
            "queryStringParameters": query,
            "headers": headers or {},
            "requestContext": {
                "domainName": "api.example.com",
                "http": {"method": method, "path": path, "sourceIp": "203.0.113.7"},
                "requestId": "req-1",
                "stage": "dev",
            },
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
        answer = self.api(event, Context())
        kind = (answer.get("headers") or answer["multiValueHeaders"])["Content-Type"]
        return answer["statusCode"], answer["body"], kind if isinstance(kind, str) else kind[0]

    def by_slack(self, body: dict[str, Any]) -> tuple[int, str, str]:
        raw, stamp = json.dumps(body).encode(), str(int(self.harness.clock.now().timestamp()))
        signature = SignatureVerifier("slack-secret").generate_signature(timestamp=stamp, body=raw)
        named = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}
        return self.call(raw, named)

    def told(self) -> list[Any]:
        return [detail for kind, detail in self.bus.published if kind == EVENT]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


MESSAGE = {"type": "event_callback", "event_id": "Ev1", "event": {"type": "message", "text": "Hi"}}


def test_a_verified_delivery_goes_on_the_bus_with_its_organization(world: World) -> None:
    assert world.by_slack(MESSAGE)[0] == 200
    (told,) = world.told()
    assert told == {
        "organizationId": "acme",
        "connectionId": "con_slack",
        "kind": "slack",
        "eventId": "Ev1",
        "type": "message",
        "receivedAt": "2026-03-02T09:00:00.000Z",
        "data": MESSAGE,
    }
    assert len(world.seen) == 1


def test_a_delivery_that_comes_again_is_told_once(world: World) -> None:
    assert [world.by_slack(MESSAGE)[0] for _ in range(3)] == [200, 200, 200]
    assert len(world.told()) == 1
    assert world.by_slack({**MESSAGE, "event_id": "Ev2"})[0] == 200
    assert len(world.told()) == 2


def test_a_delivery_whose_telling_failed_is_told_when_it_comes_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise TransientError("the bus is away")

    with monkeypatch.context() as patched:
        patched.setattr(world.bus, "publish", broken)
        assert world.by_slack(MESSAGE)[0] == 503
    assert world.by_slack(MESSAGE)[0] == 409
    world.harness.clock.advance(21)
    assert world.by_slack(MESSAGE)[0] == 200
    assert len(world.told()) == 1


@pytest.mark.parametrize("headers", [{}, {"X-Slack-Signature": "v0=00"}])
def test_a_forged_delivery_is_refused_and_told_to_nobody(
    world: World, headers: dict[str, str]
) -> None:
    status, body, _ = world.call(json.dumps(MESSAGE).encode(), headers)
    assert (status, json.loads(body)["error"]["code"]) == (401, "BAD_SIGNATURE")
    assert world.told() == world.seen == []


def test_a_connection_without_the_secret_takes_none(world: World) -> None:
    world.connect({"botToken": "xoxb-1"})
    status, body, _ = world.by_slack(MESSAGE)
    assert status == 500
    assert "signingSecret" in body
    assert world.told() == []


def test_an_unknown_connection_takes_none(world: World) -> None:
    assert world.call(b"{}", connection_id="con_none")[0] == 404


def test_a_connector_without_a_scheme_has_no_such_route(world: World) -> None:
    world.take(None)
    assert world.by_slack(MESSAGE)[0] == 404


def test_slacks_challenge_is_answered_and_is_no_event(world: World) -> None:
    answer = world.by_slack({"type": "url_verification", "challenge": "abc"})
    assert answer == (200, "abc", "text/plain")
    assert world.told() == []


def test_metas_challenge_is_answered_for_the_right_token_only(world: World) -> None:
    world.take(schemes.META)
    asked = {"hub.mode": "subscribe", "hub.verify_token": "meta-verify", "hub.challenge": "77"}
    assert world.call(method="GET", query=asked) == (200, "77", "text/plain")
    assert world.call(method="GET", query={**asked, "hub.verify_token": "guess"})[0] == 404
    assert world.call(method="GET", query={**asked, "hub.mode": "x"})[0] == 404
    assert world.call(method="GET", query={})[0] == 404


def test_xs_challenge_is_answered(world: World) -> None:
    world.take(schemes.X)
    status, body, kind = world.call(method="GET", query={"crc_token": "tok"})
    expected = base64.b64encode(hmac.new(b"x-secret", b"tok", "sha256").digest()).decode()
    assert (status, kind) == (200, "application/json")
    assert json.loads(body) == {"response_token": f"sha256={expected}"}


def test_twilio_is_answered_with_nothing_to_say(world: World) -> None:
    world.take(schemes.TWILIO)
    fields = {"MessageSid": "SM1", "From": "+4915112345678", "Body": "STOP"}
    url = "https://api.example.com/dev/api/webhooks/slack/con_slack"
    signature = RequestValidator("twilio-token").compute_signature(url, fields)
    named = {
        "X-Twilio-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    assert world.call(urlencode(fields).encode(), named) == (200, "<Response/>", "text/xml")
    (told,) = world.told()
    assert (told["type"], told["eventId"]) == ("message", "SM1.received")


@pytest.mark.parametrize(
    ("scheme", "body", "kind", "event_id"),
    [
        (schemes.STRIPE, {"id": "evt_1", "type": "charge.refunded"}, "charge.refunded", "evt_1"),
        (schemes.META, {"object": "instagram", "entry": []}, "instagram", None),
        (schemes.X, {"for_user_id": "1", "tweet_create_events": []}, "tweet_create_events", None),
        (schemes.DISCORD, {"type": 1, "event": {"type": "A"}}, "A", None),
        (schemes.DISCORD, {"type": 2, "id": "9"}, "interaction", "9"),
        (schemes.TIKTOK, {"event": "ad.update"}, "ad.update", None),
    ],
)
def test_each_platforms_events_have_a_type_and_an_id(
    scheme: Scheme, body: dict[str, Any], kind: str, event_id: str | None
) -> None:
    from hub.connector_kit.signatures import Inbound

    received = scheme.read(Inbound("POST", "https://x", {}, {}, json.dumps(body).encode()))
    assert (received.type, received.event_id, received.told) == (kind, event_id, True)


@pytest.mark.parametrize(
    ("body", "status", "answer"),
    [({"type": 1}, 200, {"type": 1}), ({"type": 0, "application_id": "1"}, 204, None)],
)
def test_discords_pings_are_answered_and_are_no_events(
    body: dict[str, Any], status: int, answer: dict[str, Any] | None
) -> None:
    from hub.connector_kit.signatures import Inbound

    received = schemes.DISCORD.read(Inbound("POST", "https://x", {}, {}, json.dumps(body).encode()))
    assert (received.status, received.told) == (status, False)
    assert (json.loads(received.answer[0]) if received.answer[0] else None) == answer


def test_a_delivery_that_names_a_key_is_verified_with_that_key() -> None:
    from hub.connector_kit.signatures import Inbound

    named = {"x-twilio-webhooks-signature-settings": "key=k1,algorithm=HMAC_SHA256"}
    assert schemes.TWILIO.other_secret(Inbound("POST", "https://x", named, {}, b"")) == "webhookKey"
