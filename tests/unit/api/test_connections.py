"""The connections API: who may do what, what is refused and why, and what is answered."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub import settings
from hub.domain.connection import ConnectionEvent
from hub.domain.errors import MisconfiguredError, NotFoundError
from tests.unit.api.connections_world import World, about, as_caller, event, running

CREDENTIALS = {"user": "ann", "apiKey": "the-key-of-ann"}  # pragma: allowlist secret


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    with running(monkeypatch, tmp_path) as found:
        yield found


def refused(answer: tuple[int, dict[str, Any]]) -> dict[str, str]:
    """The refused fields of a 400, with their reasons."""
    status, body = answer
    assert (status, body["error"]["code"]) == (400, "INVALID_INPUT")
    return {each["field"]: each["reason"] for each in body["error"]["details"]["fields"]}


# ---------------------------------------------------------------- create


def test_the_sample_request_makes_a_sandbox_connection(world: World) -> None:
    status, body = world.call(event("connections-create"))
    assert status == 201
    assert body == {
        "success": True,
        "data": {
            "id": "con_1",
            "organizationId": "acme",
            "kind": "slack",
            "name": "Marketing workspace",
            "mode": "sandbox",
            "status": "active",
            "settings": {},
            "sandbox": [
                {"kind": "rate_limit", "times": 1, "retryAfter": 3, "action": "post_message"}
            ],
            "hasCredentials": False,
            "createdAt": "2026-03-02T09:00:00.000Z",
            "updatedAt": "2026-03-02T09:00:00.000Z",
        },
    }
    assert world.store.sealed("acme", "con_1") is None


def test_a_live_connections_credentials_are_sealed_for_it_and_not_answered(world: World) -> None:
    status, body = world.create(mode="live", credentials=CREDENTIALS)
    assert status == 201
    assert body["data"]["hasCredentials"] is True
    assert "credentials" not in body["data"]
    sealed = world.store.sealed("acme", "con_1")
    assert sealed is not None
    assert world.vault.open("acme", "con_1", sealed) == CREDENTIALS


def test_the_sample_live_request_is_complete(world: World) -> None:
    status, body = world.call(event("connections-create-live"))
    assert (status, body["data"]["mode"], body["data"]["hasCredentials"]) == (201, "live", True)


def test_without_name_and_mode_the_connectors_name_and_the_stacks_mode_hold(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, body = world.create(kind="TOY")
    assert [body["data"][key] for key in ("kind", "name", "mode")] == ["toy", "Toy Shop", "sandbox"]
    monkeypatch.setenv("DEFAULT_CONNECTOR_MODE", "dry_run")
    settings.load.cache_clear()
    _, body = world.create()
    assert body["data"]["mode"] == "dry_run"


def test_a_stack_that_is_live_by_default_asks_for_credentials(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEFAULT_CONNECTOR_MODE", "live")
    settings.load.cache_clear()
    assert set(refused(world.create())) == {"credentials.user", "credentials.apiKey"}


def test_an_unknown_kind_names_the_kinds_there_are(world: World) -> None:
    status, body = world.create(kind="carrier_pigeon")
    assert (status, body["error"]["code"]) == (404, "UNKNOWN_CONNECTOR")
    assert "toy" in body["error"]["message"]
    assert "toy" in body["error"]["details"]["connectors"]


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"credentials": {**CREDENTIALS, "token": "x"}}, "credentials.token", "user, apiKey"),
        ({"mode": "live"}, "credentials.apiKey", "the account's key"),
        ({"mode": "live", "credentials": {"user": "a"}}, "credentials.apiKey", "the account's key"),
        ({"credentials": {"apiKey": "k"}}, "credentials.user", "the account's name"),
        ({"mode": "dry_run", "credentials": {"proxy": "p"}}, "credentials.user", "needs it"),
        ({"settings": {"colour": "red"}}, "settings.colour", "baseUrl, limit"),
        ({"settings": {"baseUrl": {"a": 1}}}, "settings.baseUrl", "a line of text"),
        ({"settings": {"baseUrl": "x" * 2001}}, "settings.baseUrl", "2000"),
        ({"settings": {"baseUrl": "a\nb"}}, "settings.baseUrl", "a line of text"),
        ({"settings": {"limit": float("nan")}}, "settings.limit", "a number"),
        ({"settings": {"limit": 10**400}}, "settings.limit", "a number"),
        ({"settings": {"limit": None}}, "settings.limit", "a number"),
        (
            {"mode": "dry_run", "sandbox": [{"kind": "reauth"}]},
            "sandbox",
            "mode dry_run cannot show failures",
        ),
        (
            {"sandbox": [{"kind": "reauth"}, {"kind": "reauth", "action": "fly"}]},
            "sandbox.1.action",
            "send, test_connection",
        ),
    ],
)
def test_what_the_connector_does_not_have_is_named(
    world: World, body: dict[str, Any], field: str, words: str
) -> None:
    fields = refused(world.create(**body))
    assert words in fields[field]
    assert world.store.list("acme") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": ""}, "body.kind"),
        ({"name": ""}, "body.name"),
        ({"mode": "loud"}, "body.mode"),
        ({"token": "x"}, "body.token"),
        ({"credentials": {"apiKey": 5}}, "body.credentials.apiKey"),
        ({"credentials": {"apiKey": ""}}, "body.credentials.apiKey"),
        ({"credentials": "x"}, "body.credentials"),
        ({"sandbox": [{"kind": "reauth", "times": 0}]}, "body.sandbox.0.times"),
        ({"sandbox": [{"kind": "meteor"}]}, "body.sandbox.0.kind"),
        ({"sandbox": [{"kind": "reauth"}] * 21}, "body.sandbox"),
    ],
)
def test_a_malformed_body_is_refused_by_field(
    world: World, body: dict[str, Any], field: str
) -> None:
    assert field in refused(world.create(**body))
    assert world.store.list("acme") == []


def test_every_problem_is_named_at_once(world: World) -> None:
    fields = refused(
        world.create(
            mode="live", credentials={"token": "x"}, settings={"a": 1}, sandbox=[{"kind": "reauth"}]
        )
    )
    expected = {"credentials.token", "credentials.user", "credentials.apiKey"}
    assert set(fields) == expected | {"settings.a", "sandbox"}


def test_settings_of_the_connector_are_kept(world: World) -> None:
    chosen = {"baseUrl": "https://proxy.example.com", "limit": 5}
    status, body = world.create(settings=chosen)
    assert (status, body["data"]["settings"]) == (201, chosen)


# ---------------------------------------------------------------- read and delete


def test_a_list_has_the_organizations_own_connections_of_the_kind_asked_for(world: World) -> None:
    world.create()
    world.create(kind="slack")
    world.create(organization="globex", kind="slack")
    of_slack = event("connections-list")
    assert of_slack["queryStringParameters"] == {"kind": "slack"}
    assert ids(world.call(of_slack)) == ["con_2"]
    every = {**of_slack, "rawQueryString": "", "queryStringParameters": {}}
    assert ids(world.call(every)) == ["con_1", "con_2"]
    assert ids(world.call(as_caller(every, organization="initech"))) == []


def ids(answer: tuple[int, dict[str, Any]]) -> list[str]:
    assert answer[0] == 200
    return [each["id"] for each in answer[1]["data"]["connections"]]


def test_a_list_of_an_unknown_kind_names_the_kinds_there_are(world: World) -> None:
    asked = {**event("connections-list"), "queryStringParameters": {"kind": "slak"}}
    status, body = world.call(asked)
    assert (status, body["error"]["code"]) == (404, "UNKNOWN_CONNECTOR")


def test_a_connection_is_shown_as_it_was_created(world: World) -> None:
    _, created = world.create(mode="live", credentials=CREDENTIALS)
    assert world.call(about(event("connections-get"), "con_1")) == (200, created)


def test_a_deleted_connection_is_gone(world: World) -> None:
    world.create(mode="live", credentials=CREDENTIALS)
    delete = about(event("connections-delete"), "con_1")
    assert world.call(delete) == (200, {"success": True, "data": {"deleted": True}})
    assert world.store.sealed("acme", "con_1") is None
    assert world.call(delete)[0] == 404
    assert world.call(about(event("connections-get"), "con_1"))[0] == 404


@pytest.mark.parametrize("name", ["connections-get", "connections-delete", "connections-test"])
def test_another_organizations_connection_is_not_there(world: World, name: str) -> None:
    world.create(organization="globex")
    asked = about(event(name), "con_1")
    status, body = world.call(asked)
    assert (status, body["error"]["code"]) == (404, "NOT_FOUND")
    assert "'con_1'" in body["error"]["message"]
    assert world.functions.asked == []
    assert world.call(as_caller(asked, organization="globex"))[0] == 200


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("connections-create", "admin"),
        ("connections-list", "viewer"),
        ("connections-get", "viewer"),
        ("connections-delete", "admin"),
        ("connections-test", "operator"),
    ],
)
def test_a_route_runs_for_its_role_and_not_below(world: World, name: str, least: str) -> None:
    world.create()
    asked = about(event(name), "con_1")
    roles = ["viewer", "operator", "admin"]
    for role in roles:
        status, _ = world.call(as_caller(asked, role=role))
        allowed = roles.index(role) >= roles.index(least)
        assert (status == 403) is not allowed
    nobody = as_caller(asked, organization="")
    assert world.call(nobody)[0] == 401


# ---------------------------------------------------------------- test


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (
            {"kind": "ok", "data": {"team": "Acme", "user": "bot"}, "providerRequestId": "r1"},
            {"ok": True, "outcome": "ok", "account": {"team": "Acme", "user": "bot"}},
        ),
        (
            {
                "kind": "needs_reauth",
                "data": {"a": 1},
                "code": "token_revoked",
                "message": "revoked",
            },
            {
                "ok": False,
                "outcome": "needs_reauth",
                "code": "token_revoked",
                "message": "revoked",
            },
        ),
        (
            {"kind": "rate_limited", "retryAfter": 7.5, "code": "HTTP_429", "message": "slow"},
            {
                "ok": False,
                "outcome": "rate_limited",
                "code": "HTTP_429",
                "message": "slow",
                "retryAfter": 7.5,
            },
        ),
    ],
)
def test_a_test_answers_what_the_connectors_function_found(
    world: World, outcome: dict[str, Any], expected: dict[str, Any]
) -> None:
    world.create()
    world.functions.answer = outcome
    status, body = world.call(about(event("connections-test"), "con_1"))
    assert (status, body["data"]) == (200, expected)
    asked = {"task": "test", "organizationId": "acme", "connectionId": "con_1"}
    assert world.functions.asked == [("neonhub-test-connector-toy", asked)]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (MisconfiguredError("cannot be opened; create it again"), 500, "MISCONFIGURED"),
        (NotFoundError("there is no connection"), 404, "NOT_FOUND"),
    ],
)
def test_an_error_of_the_connectors_function_is_answered_with_its_message(
    world: World, error: Exception, status: int, code: str
) -> None:
    world.create()
    world.functions.answer = error
    found, body = world.call(about(event("connections-test"), "con_1"))
    assert (found, body["error"]["code"], body["error"]["message"]) == (status, code, str(error))


@pytest.mark.parametrize("answer", [None, [], "ok", {}, {"kind": "fine"}, {"kind": "ok", "x": 1}])
def test_an_answer_that_is_no_outcome_is_an_internal_error(world: World, answer: Any) -> None:
    world.create()
    world.functions.answer = answer
    status, body = world.call(about(event("connections-test"), "con_1"))
    assert (status, body["error"]["code"]) == (500, "INTERNAL_ERROR")


# ---------------------------------------------------------------- tokens

OAUTH_APP = {
    "accessToken": "the-access-token",
    "refreshToken": "the-refresh-token",
    "clientId": "the-client-id",
    "clientSecret": "the-client-secret",
}


def test_a_token_that_can_be_renewed_is_shown_by_all_but_itself(world: World) -> None:
    status, body = world.create(kind="x", mode="live", credentials=OAUTH_APP)
    assert status == 201
    assert body["data"]["grant"] == {
        "kind": "authorization_code",
        "flow": "",
        "clientId": "the-client-id",
        "scopes": [],
        "grantedAt": "2026-03-02T09:00:00.000Z",
        "renewable": True,
        "tokenVersion": 0,
    }
    assert body["data"]["grantAgeDays"] == 0
    for secret in ("the-access-token", "the-refresh-token", "the-client-secret"):
        assert secret not in str(body)


def test_a_token_of_its_own_has_no_grant(world: World) -> None:
    _, body = world.create(kind="x", mode="live", credentials={"accessToken": "static"})
    assert "grant" not in body["data"]
    assert "statusDetail" not in body["data"]


def test_pain_7_an_app_of_ones_own_shop_is_enough(world: World) -> None:
    app = {"clientId": "a", "clientSecret": "b"}
    status, body = world.create(
        kind="shopify", mode="live", credentials=app, settings={"shop": "acme"}
    )
    assert status == 201
    assert body["data"]["grant"]["kind"] == "client_credentials"
    assert body["data"]["grant"]["renewable"] is True
    assert set(refused(world.create(kind="linkedin", mode="live", credentials=app))) == {
        "credentials.accessToken"
    }


def test_pain_6_and_8_are_told_where_connections_are_shown(world: World) -> None:
    world.create(kind="gmail", mode="live", credentials=OAUTH_APP)
    known = world.store.list("acme")[0]
    assert known.grant is not None
    end = world.clock.now() + timedelta(minutes=50)
    update = {"renewable": False, "expires_at": end, "token_version": 1}
    grant = known.grant.model_copy(update=update)
    event_ = ConnectionEvent.CONNECTED
    world.store.update(known.after(event_, world.clock.now(), grant), None, 0)
    _, body = world.call({**event("connections-list"), "queryStringParameters": {}})
    (shown,) = body["data"]["connections"]
    assert shown["statusDetail"] == "expiring"
    assert "cannot be renewed" in shown["statusMessage"]
    known = world.store.list("acme")[0]
    ended = known.after(ConnectionEvent.GRANT_ENDED, world.clock.now(), reason="invalid_grant")
    world.store.update(ended, None, 1)
    world.clock.advance(7 * 86400)
    _, body = world.call(about(event("connections-get"), known.id))
    assert body["data"]["status"] == "needs_reauth"
    assert body["data"]["grantAgeDays"] == 7
    assert "invalid_grant" in body["data"]["statusMessage"]
    assert "in testing" in body["data"]["statusMessage"]


def test_a_token_of_another_flow_is_renewed_by_that_flow(world: World) -> None:
    app = {"clientId": "key", "clientSecret": "s"}
    posts = {"userToken": "u", "refreshToken": "r", **app}
    _, body = world.create(kind="tiktok", mode="live", credentials=posts)
    assert (body["data"]["grant"]["flow"], body["data"]["grant"]["renewable"]) == ("posts", True)
    ads = {"accessToken": "a", **app}
    _, body = world.create(kind="tiktok", mode="live", credentials=ads)
    assert (body["data"]["grant"]["flow"], body["data"]["grant"]["renewable"]) == ("", False)
