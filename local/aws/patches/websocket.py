"""Patches of API Gateway's WebSocket APIs."""

import contextvars
from typing import Any

from ministack.services import apigateway, lambda_svc
from ministack.services.cloudformation import provisioners

from local.aws.patches.code import replace_constant

type Json = dict[str, Any]

# The status the emulator gives a proxy answer when the function raised or timed out.
INVOCATION_FAILED = 502


def optional_identity_source() -> None:
    """A Lambda authorizer without `IdentitySource` is asked for every request.

    ministack 1.5.33 defaults it to the Authorization header, which a browser cannot send with a
    WebSocket handshake, and refuses the handshake.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Authorizer"]
    create, update = handlers["create"], handlers["update"]

    def create_authorizer(logical_id: str, properties: Json, stack: str) -> Any:
        return create(logical_id, _with_identity_source(properties), stack)

    def update_authorizer(physical_id: str, old: Json, new: Json, stack: str) -> Any:
        return update(physical_id, old, _with_identity_source(new), stack)

    handlers.update(create=create_authorizer, update=update_authorizer)


def _with_identity_source(properties: Json) -> Json:
    if properties.get("AuthorizerType") != "REQUEST":
        return properties
    return {**properties, "IdentitySource": properties.get("IdentitySource") or []}


def unauthorized_error() -> None:
    """A WebSocket authorizer that raises "Unauthorized" refuses the handshake with 401.

    ministack 1.5.33 answers 500, as it does for any other exception:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
    """
    authorize = apigateway._authorize_ws_connect
    execute = lambda_svc._execute_function_with_config_scope
    errors: contextvars.ContextVar[list[str] | None] = contextvars.ContextVar("errors")

    def execute_noting_errors(function: Json, event: Any) -> Any:
        result = execute(function, event)
        noted = errors.get(None)
        if noted is not None and result.get("error") and isinstance(result.get("body"), dict):
            noted.append(result["body"].get("errorMessage", ""))
        return result

    async def authorize_or_refuse(*arguments: Any) -> Any:
        noted: list[str] = []
        token = errors.set(noted)
        try:
            refusal, context = await authorize(*arguments)
        finally:
            errors.reset(token)
        return ((401, "Unauthorized") if "Unauthorized" in noted else refusal), context

    lambda_svc._execute_function_with_config_scope = execute_noting_errors
    apigateway._authorize_ws_connect = authorize_or_refuse


def central_invocation() -> None:
    """Routes invoke their functions as every other service does.

    ministack 1.5.33 goes to the Python worker directly: no logs, no concurrency limit, and one
    message at a time for a function.
    """
    # The shortcut is for these two runtimes; other ones take the general way below it.
    replace_constant(apigateway._invoke_ws_lambda, ("python", "nodejs"), ())


def route_responses() -> None:
    """A function's answer reaches the client only over a route that has a route response.

    ministack 1.5.33 sends it always, and sends the error itself when the function failed:
    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html
    """
    invoke = apigateway._invoke_ws_lambda

    async def invoke_route(
        api_id: str, account: str, region: str, route: Json, *rest: Any, **more: Any
    ) -> Any:
        answer = await invoke(api_id, account, region, route, *rest, **more)
        connection_id, event_type, message_id = rest[1:4]
        if event_type != "MESSAGE" or answer is None:
            return answer
        if answer.get("statusCode") == INVOCATION_FAILED:
            failure = {
                "message": "Internal server error",
                "connectionId": connection_id,
                "requestId": message_id,
            }
            return {"statusCode": INVOCATION_FAILED, "body": failure}
        return answer if route.get("routeResponseSelectionExpression") else None

    apigateway._invoke_ws_lambda = invoke_route
