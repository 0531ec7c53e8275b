"""Connections over HTTP: create with credentials, list, show, test, delete.

Credentials go in and never come out: no answer, error or log line has their values.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError

from api.connection_checks import (
    app_only,
    missing_credentials,
    refuse,
    sandbox_problems,
    setting_problems,
    unknown_credentials,
)
from api.connection_view import shown_connection
from hub import wiring
from hub.connector_kit.registry import canonical, load_spec
from hub.connector_kit.spec import ConnectorSpec
from hub.domain.connection import Connection, Mode, SandboxFailure
from hub.domain.errors import InternalError
from hub.domain.model import Json
from hub.domain.outcome import Outcome
from hub.domain.principal import Role
from hub.domain.token import Grant, GrantKind
from hub.entrypoint import entrypoint
from hub.http import Api, Body, reply
from hub.settings import ConnectionApiSettings, load
from hub.validation import found

api = Api()


class CreateConnection(Body):
    """The body of `POST /api/connections`. Without a mode it is the stack's default one."""

    kind: str = Field(min_length=1, max_length=40)
    name: str | None = Field(default=None, min_length=1, max_length=100)
    mode: Mode | None = None
    credentials: dict[str, Annotated[SecretStr, Field(min_length=1)]] = Field(default_factory=dict)
    settings: dict[str, Any] = Field(default_factory=dict)
    sandbox: tuple[SandboxFailure, ...] = Field(default=(), max_length=20)


@api.post("/api/connections", role=Role.ADMIN)
def create_connection(body: CreateConnection) -> Any:
    """Connect an account. The answer has everything but the credentials."""
    spec = load_spec(body.kind)
    mode = body.mode or load(ConnectionApiSettings).default_mode
    refuse(
        [
            *unknown_credentials(body.credentials, spec),
            *missing_credentials(body.credentials, mode, spec),
            *setting_problems(body.settings, spec),
            *sandbox_problems(body.sandbox, mode, spec),
        ]
    )
    now = wiring.clock().now()
    connection = Connection(
        id=wiring.ids().new("con"),
        organization_id=api.principal.organization_id,
        kind=spec.kind,
        name=body.name or spec.display_name,
        mode=mode,
        settings=body.settings,
        sandbox=body.sandbox,
        has_credentials=bool(body.credentials),
        grant=_grant(body, spec, now),
        created_at=now,
        updated_at=now,
    )
    wiring.connections().create(connection, _sealed(connection, body))
    return reply(shown_connection(connection), HTTPStatus.CREATED)


@api.get("/api/connections")
def list_connections(kind: str | None = None) -> Any:
    """The organization's connections, oldest first; of one kind if asked."""
    wanted = canonical(kind) if kind else None
    known = wiring.connections().list(api.principal.organization_id)
    shown = [shown_connection(c) for c in known if wanted in (None, c.kind)]
    return reply({"connections": shown})


@api.get("/api/connections/<connection_id>")
def show_connection(connection_id: str) -> Any:
    """One connection."""
    return reply(shown_connection(_load(connection_id)))


@api.delete("/api/connections/<connection_id>", role=Role.ADMIN)
def delete_connection(connection_id: str) -> Any:
    """Forget a connection and its credentials."""
    deleted = wiring.connections().delete(api.principal.organization_id, connection_id)
    found(deleted or None, "connection", connection_id)
    return reply({"deleted": True})


@api.post("/api/connections/<connection_id>/test", role=Role.OPERATOR)
def try_connection(connection_id: str) -> Any:
    """Ask the connector's own function for the platform's harmless call with this connection."""
    connection = _load(connection_id)
    function = f"{load(ConnectionApiSettings).function_prefix}-connector-{connection.kind}"
    payload = {
        "task": "test",
        "organizationId": connection.organization_id,
        "connectionId": connection.id,
    }
    return reply(_verdict(wiring.functions().ask(function, payload), function))


def _load(connection_id: str) -> Connection:
    connection = wiring.connections().get(api.principal.organization_id, connection_id)
    return found(connection, "connection", connection_id)


def _grant(body: CreateConnection, spec: ConnectorSpec, now: datetime) -> Grant | None:
    """What is known of a token that can be renewed; None for one that cannot.

    When it ends nobody said: it is renewed when the platform refuses it.
    """
    given = {name: value.get_secret_value() for name, value in body.credentials.items()}
    kind, token = GrantKind.AUTHORIZATION_CODE, set(given)
    if obtained := app_only(given, spec):
        kind, token = GrantKind.CLIENT_CREDENTIALS, obtained
    flow = next((f for f in ("", *spec.auth.flows) if _access(spec, f) in token), "")
    oauth = spec.auth.flow(flow)
    if oauth is None or not given.get(oauth.names.client_id):
        return None
    return Grant(
        kind=kind,
        flow=flow,
        client_id=given[oauth.names.client_id],
        granted_at=now,
        renewable=oauth.can_renew(kind, given),
    )


def _access(spec: ConnectorSpec, flow: str) -> str | None:
    """The credential that is a flow's token."""
    oauth = spec.auth.flow(flow)
    return oauth.names.access if oauth else None


def _sealed(connection: Connection, body: CreateConnection) -> bytes | None:
    if not body.credentials:
        return None
    secret = {name: value.get_secret_value() for name, value in body.credentials.items()}
    return wiring.vault().seal(connection.organization_id, connection.id, secret)


def _verdict(answer: Json, function: str) -> dict[str, Json]:
    """A connector's outcome as the answer of a test; what is absent is left out."""
    try:
        outcome = Outcome.model_validate(answer)
    except ValidationError:
        raise InternalError(f"the function {function} answered a test with no outcome") from None
    told = {
        "code": outcome.code,
        "message": outcome.message,
        "retryAfter": outcome.retry_after,
        "account": outcome.data if outcome.ok else None,
    }
    present = {name: value for name, value in told.items() if value is not None}
    return {"ok": outcome.ok, "outcome": outcome.kind, **present}


handler = entrypoint(http=api)
