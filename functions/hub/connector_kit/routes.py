"""The HTTP side of a connector: describe it, and run one of its actions now."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from pydantic import Field

from hub import wiring
from hub.connector_kit.connector import Caller, Connector
from hub.connector_kit.spec import Action, ActionInput
from hub.domain.connection import Connection, Mode
from hub.domain.errors import (
    ConflictError,
    HubError,
    InvalidRequestError,
    NeedsReauthError,
    RateLimitedError,
    TransientError,
    UnknownOutcomeError,
)
from hub.domain.model import Json, digest
from hub.domain.outcome import Outcome, OutcomeKind
from hub.domain.principal import Role
from hub.http import Api, Body, reply
from hub.settings import ConnectorSettings, load
from hub.validation import parse


class ActionBody(Body):
    """The body of an action call. `mode` may make one call a dry run."""

    connection_id: str | None = None
    input: dict[str, Any] = Field(default_factory=dict)
    mode: Mode | None = None


def connector_api(connector: Connector, caller: Caller) -> Api:
    """The routes of one connector's function."""
    api = Api()
    spec = connector.spec

    @api.get(f"/api/connectors/{spec.kind}", role=Role.VIEWER)
    def describe() -> Any:
        return reply(spec.describe())

    @api.post(f"/api/connectors/{spec.kind}/actions/<action_id>", role=Role.OPERATOR)
    def act(action_id: str, body: ActionBody) -> Any:
        action = spec.action(action_id)
        given = parse(action.input, body.input, "input")
        organization = api.principal.organization_id
        connection = in_mode(caller.connection(organization, body.connection_id), body.mode)
        call = Call(caller, connection, action, given)
        given_key = api.header("Idempotency-Key")
        key = given_key or wiring.ids().new("call")
        outcome = call.once(key) if given_key else call.now(key)
        if outcome.kind is OutcomeKind.IN_PROGRESS:
            return _accepted(outcome, key)
        return reply(result_of(outcome, spec.kind), HTTPStatus.OK)

    if connector.scheme:
        from hub.connector_kit.webhooks import webhook_routes

        webhook_routes(api, connector, caller)
    return api


def in_mode(connection: Connection, mode: Mode | None) -> Connection:
    """The connection in another mode for one call. Only a dry run may be asked for.

    A caller must not turn a sandbox connection live, nor believe it did.
    """
    if mode is None or mode is connection.mode:
        return connection
    if mode is not Mode.DRY_RUN:
        raise InvalidRequestError(
            f"this connection is in mode {connection.mode}; only mode dry_run can be asked for a "
            "single call",
            details={"field": "mode"},
        )
    return connection.model_copy(update={"mode": mode})


class Call:
    """One action call over HTTP."""

    def __init__(
        self, caller: Caller, connection: Connection, action: Action, given: ActionInput
    ) -> None:
        self._caller = caller
        self._connection = connection
        self._action = action
        self._given = given

    def now(self, key: str) -> Outcome:
        """Call the platform."""
        call_key = self._call_key(key)
        return self._caller.perform(self._connection, self._action, self._given, call_key)

    def _call_key(self, key: str) -> str:
        return f"ORG#{self._connection.organization_id}#CALL#{key}"

    def once(self, key: str) -> Outcome:
        """Call the platform once for an Idempotency-Key; a repeated request gets the first answer.

        A first request that never ended is not repeated when that could do harm: its outcome is
        unknown, and the caller must look at the platform.
        """
        ledger = wiring.ledger()
        full = self._call_key(key)
        over = [self._connection.id, self._connection.mode, self._action.id]
        asked = digest([*over, self._given.model_dump(mode="json")])
        deadline = wiring.clock().now() + timedelta(
            seconds=load(ConnectorSettings).function_timeout
        )
        attempt = ledger.begin(full, asked, deadline)
        if attempt.digest != asked:
            raise ConflictError(
                "this Idempotency-Key was used before with another request; use a new key",
                code="IDEMPOTENCY_KEY_REUSED",
            )
        if attempt.answer is not None:
            return Outcome.model_validate(attempt.answer)
        if not attempt.fresh:
            self._refuse_open(attempt.deadline > wiring.clock().now())
        outcome = self.now(key)
        if outcome.kind in (OutcomeKind.OK, OutcomeKind.UNKNOWN, OutcomeKind.INVALID_REQUEST):
            ledger.settle(full, outcome.to_json())
        else:
            ledger.forget(full)
        return outcome

    def _refuse_open(self, running: bool) -> None:
        if running:
            raise ConflictError("the first request with this Idempotency-Key is still running")
        if not self._action.effect.repeatable:
            raise UnknownOutcomeError(
                "the first request with this Idempotency-Key never ended; look at the platform "
                "whether it was carried out before you send it with a new key"
            )


def _accepted(outcome: Outcome, key: str) -> Any:
    """The platform took the work; the same request with this key asks what became of it."""
    wait = outcome.retry_after or 0
    told = {"outcome": outcome.kind, "message": outcome.message, "retryAfter": wait}
    return reply(
        {**told, "idempotencyKey": key}, HTTPStatus.ACCEPTED, **{"Retry-After": f"{wait:g}"}
    )


def result_of(outcome: Outcome, kind: str) -> dict[str, Json]:
    """The data of an ok outcome; every other outcome as its error."""
    if outcome.ok:
        return {"outcome": outcome.kind, "data": outcome.data}
    raise error_of(outcome, kind)


def error_of(outcome: Outcome, kind: str) -> HubError:
    """The error a caller gets for an outcome that is not ok."""
    message = f"{kind}: {outcome.message} ({outcome.code})"
    details = {"outcome": outcome.kind, "providerCode": outcome.code}
    if outcome.provider_request_id:
        details["providerRequestId"] = outcome.provider_request_id
    match outcome.kind:
        case OutcomeKind.RATE_LIMITED:
            wait = outcome.retry_after or 0
            return RateLimitedError(f"{message}; wait {wait:g} s", retry_after=wait)
        case OutcomeKind.NEEDS_REAUTH:
            return NeedsReauthError(f"{message}; connect this account again", details=details)
        case OutcomeKind.TRANSIENT:
            return TransientError(f"{message}; try again later", details=details)
        case OutcomeKind.UNKNOWN:
            hint = "it may have been carried out; look there before you send it again"
            return UnknownOutcomeError(f"{message}; {hint}", details=details)
        case _:
            return InvalidRequestError(message, code="PLATFORM_REFUSED", details=details)
