"""Connections over HTTP: create with credentials, list, show, test, delete.

Credentials go in and never come out: no answer, error or log line has their values.
"""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError

from hub import wiring
from hub.connector_kit.registry import canonical, load_spec
from hub.connector_kit.spec import ConnectorSpec
from hub.domain.connection import Connection, Mode, SandboxFailure
from hub.domain.errors import InternalError, InvalidRequestError
from hub.domain.model import Json
from hub.domain.outcome import Outcome
from hub.domain.principal import Role
from hub.entrypoint import entrypoint
from hub.http import Api, Body, reply
from hub.observability import mask
from hub.settings import ConnectionApiSettings, load
from hub.validation import found, summary

api = Api()

MAX_SETTING = 2000
"""Characters of a setting's text; a number is at most 10^15, which JSON carries exactly."""

type Problem = dict[str, str]


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
    _refuse([*_credential_problems(body, mode, spec), *_option_problems(body, mode, spec)])
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
        created_at=now,
        updated_at=now,
    )
    wiring.connections().create(connection, _sealed(connection, body))
    return reply(connection, HTTPStatus.CREATED)


@api.get("/api/connections")
def list_connections(kind: str | None = None) -> Any:
    """The organization's connections, oldest first; of one kind if asked."""
    wanted = canonical(kind) if kind else None
    known = wiring.connections().list(api.principal.organization_id)
    shown = [c.to_json() for c in known if wanted in (None, c.kind)]
    return reply({"connections": shown})


@api.get("/api/connections/<connection_id>")
def show_connection(connection_id: str) -> Any:
    """One connection."""
    return reply(_load(connection_id))


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


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InvalidRequestError(
            f"not as it must be: {summary(problems)}", details={"fields": problems}
        )


def _credential_problems(
    body: CreateConnection, mode: Mode, spec: ConnectorSpec
) -> Iterator[Problem]:
    """Unknown credentials, and missing ones of a connection that uses credentials of its own."""
    known = [credential.name for credential in spec.auth.credentials]
    for name in body.credentials:
        if name not in known:
            yield _unknown("credentials", name, spec, "credential", known)
    # Given in part they are useless in any mode: the connector's client asks for all of them.
    if mode is not Mode.LIVE and not body.credentials:
        return
    for credential in spec.auth.credentials:
        if credential.required and credential.name not in body.credentials:
            reason = f"{spec.kind} needs it: {credential.description}"
            yield {"field": f"credentials.{credential.name}", "reason": reason}


def _option_problems(body: CreateConnection, mode: Mode, spec: ConnectorSpec) -> Iterator[Problem]:
    """Settings and sandbox failures that this connector or mode does not have."""
    known = [setting.name for setting in spec.settings]
    for name, value in body.settings.items():
        if name not in known:
            yield _unknown("settings", name, spec, "setting", known)
        elif not _plain(value):
            reason = f"must be a line of text of at most {MAX_SETTING} characters, a number, or a"
            yield {"field": f"settings.{name}", "reason": f"{reason} truth value"}
    if body.sandbox and mode is not Mode.SANDBOX:
        reason = f"a connection in mode {mode} cannot show failures; leave it out or use sandbox"
        yield {"field": "sandbox", "reason": reason}
    actions = [action.id for action in spec.actions]
    for index, failure in enumerate(body.sandbox):
        if failure.action is not None and failure.action not in actions:
            reason = f"{spec.kind} has no such action; it has {', '.join(actions)}"
            yield {"field": f"sandbox.{index}.action", "reason": reason}


def _unknown(
    where: str, name: str, spec: ConnectorSpec, what: str, known: list[str]
) -> dict[str, str]:
    has = f"it has {', '.join(known)}" if known else "it has none"
    # Whoever swaps a name and its value must not see the value in an error.
    shown = mask(name)[:60]
    return {"field": f"{where}.{shown}", "reason": f"{spec.kind} has no such {what}; {has}"}


def _plain(value: Json) -> bool:
    if isinstance(value, str):
        return len(value) <= MAX_SETTING and value.isprintable()
    return isinstance(value, int | float) and abs(value) <= 10**15


handler = entrypoint(http=api)
