"""The HTTP API: routes with a required role, pydantic validation, one envelope, one error shape.

Success is `{"success": true, "data": …}`, failure
`{"success": false, "error": {"code", "message", "requestId", "details"?}}`.

API Gateway's own 401 and 403 answers cannot carry this envelope, so the authorizer only says who
is calling, and this module refuses: a route without a caller of the required role never runs.
"""

import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from hub.domain.errors import HubError, UnauthenticatedError
from hub.domain.model import Json, Record
from hub.domain.principal import Principal, Role
from hub.observability import logger
from hub.validation import field_errors, summary

MAX_BODY_BYTES = 256 * 1024
"""A larger request body is refused with 413; larger documents and media travel by reference."""

Handler = Callable[..., Any]


class Body(BaseModel):
    """The base of request bodies: camelCase, unknown fields refused by name."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        defer_build=True,
    )


def reply(data: Json, status: int = HTTPStatus.OK, **headers: str) -> Response[Any]:
    """A success in the envelope."""
    content = data.to_json() if isinstance(data, Record) else data
    return _respond(status, {"success": True, "data": content}, headers)


def failure(status: int, code: str, message: str, request_id: str, details: Json = None) -> Json:
    """A failure in the envelope, as an API Gateway answer."""
    error = {"code": code, "message": message, "requestId": request_id}
    if details:
        error["details"] = details
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", "x-request-id": request_id},
        "body": json.dumps({"success": False, "error": error}),
    }


class Route(NamedTuple):
    """A route as it was registered; its path names parameters as `<name>`."""

    method: str
    path: str
    role: Role | None
    handler: Handler
    pattern: re.Pattern[str]


class Api:
    """A function's routes. Every route names the role it needs; `role=None` makes it public."""

    def __init__(self) -> None:
        self.routes: list[Route] = []
        self.resolver = APIGatewayHttpResolver(enable_validation=True)
        self.resolver.exception_handler(HubError)(self._hub_error)
        self.resolver.exception_handler(RequestValidationError)(self._validation_error)
        self.resolver.not_found(self._no_route)

    def get(self, path: str, role: Role | None = Role.VIEWER) -> Callable[[Handler], Handler]:
        """A route that only reads."""
        return self._route("GET", path, role)

    def post(self, path: str, role: Role | None = Role.OPERATOR) -> Callable[[Handler], Handler]:
        """A route that acts."""
        return self._route("POST", path, role)

    def delete(self, path: str, role: Role | None = Role.OPERATOR) -> Callable[[Handler], Handler]:
        """A route that removes."""
        return self._route("DELETE", path, role)

    @property
    def principal(self) -> Principal:
        """The caller of the current request. UnauthenticatedError if there is none."""
        return principal_of(self.resolver.current_event.raw_event)

    def header(self, name: str) -> str | None:
        """A header of the current request, whatever its case."""
        return self.resolver.current_event.headers.get(name.lower())

    def __call__(self, event: dict[str, Any], context: Any) -> Json:
        """Answer one API Gateway event (payload format 2.0)."""
        request_id = request_id_of(event, context)
        logger.append_keys(requestId=request_id, route=event.get("routeKey"))
        if len(event.get("body") or "") > MAX_BODY_BYTES:
            message = f"the body is larger than {MAX_BODY_BYTES // 1024} KB; send large data by URL"
            return failure(413, "PAYLOAD_TOO_LARGE", message, request_id)
        try:
            self._guard(event)
        except HubError as refusal:
            return failure(refusal.status, refusal.error_code, refusal.message, request_id)
        return self.resolver.resolve(event, context)

    def _route(self, method: str, path: str, role: Role | None) -> Callable[[Handler], Handler]:
        pattern = re.compile(re.sub(r"<\w+>", "[^/]+", path))

        def register(handler: Handler) -> Handler:
            self.routes.append(Route(method, path, role, handler, pattern))
            registered: Handler = self.resolver.route(path, method=method)(handler)
            return registered

        return register

    def _guard(self, event: Mapping[str, Any]) -> None:
        """Check the caller before the resolver looks at anything the caller sent."""
        context = event["requestContext"]
        method, stage = context["http"]["method"], context.get("stage", "$default")
        path = event["rawPath"].removeprefix(f"/{stage}")
        for known in self.routes:
            if known.role and known.method == method and known.pattern.fullmatch(path):
                caller = principal_of(event)
                caller.require(known.role)
                logger.append_keys(organizationId=caller.organization_id)
                return

    def _hub_error(self, error: HubError) -> Response[Any]:
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            logger.exception("request failed", exc_info=error)
        body = {"code": error.error_code, "message": error.message}
        return self._failed(error.status, body, error.details)

    def _validation_error(self, error: RequestValidationError) -> Response[Any]:
        details = field_errors(list(error.errors()))
        message = f"not as it must be: {summary(details)}"
        return self._failed(400, {"code": "INVALID_INPUT", "message": message}, {"fields": details})

    def _no_route(self, _error: NoRouteError) -> Response[Any]:
        event = self.resolver.current_event
        message = f"there is no route {event.http_method} {event.path}. See GET /api/health."
        return self._failed(404, {"code": "NOT_FOUND", "message": message})

    def _failed(self, status: int, error: dict[str, Any], details: Json = None) -> Response[Any]:
        raw = self.resolver.current_event.raw_event
        error["requestId"] = request_id_of(raw, self.resolver.lambda_context)
        if details:
            error["details"] = details
        extra = {}
        if isinstance(details, Mapping) and "retryAfter" in details:
            extra["Retry-After"] = str(round(details["retryAfter"]))
        return _respond(status, {"success": False, "error": error}, extra)


def _respond(status: int, body: Json, headers: Mapping[str, str]) -> Response[Any]:
    shown: dict[str, Any] = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(int(status), "application/json", json.dumps(body), headers=shown)


def principal_of(event: Mapping[str, Any]) -> Principal:
    """The caller that the authorizer found, or UnauthenticatedError with its reason."""
    authorizer = (event.get("requestContext") or {}).get("authorizer") or {}
    found = authorizer.get("lambda") or authorizer
    if not found.get("organizationId"):
        reason = found.get("reason") or "send an API key or token in the Authorization header"
        raise UnauthenticatedError(reason)
    try:
        return Principal(
            organization_id=found["organizationId"], role=found["role"], subject=found["subject"]
        )
    except (KeyError, ValidationError):
        raise UnauthenticatedError("the credential has no valid role") from None


def request_id_of(event: Mapping[str, Any], context: Any) -> str:
    """The id a user quotes when asking why: API Gateway's, or else Lambda's."""
    given = (event.get("requestContext") or {}).get("requestId")
    return str(given or getattr(context, "aws_request_id", "unknown"))
