"""Patches of API Gateway's HTTP APIs."""

import json
from collections.abc import Iterator
from typing import Any

from ministack.services import apigateway, lambda_svc
from ministack.services.cloudformation import provisioners

type Json = dict[str, Any]

_ANY = "x-amazon-apigateway-any-method"
_METHODS = {"get", "post", "put", "patch", "delete", "head", "options", _ANY}


def openapi_body() -> None:
    """`AWS::ApiGatewayV2::Api` imports its `Body`.

    ministack 1.5.33 drops it, and SAM compiles the HttpApi events of functions to nothing else:
    the API would have no routes.
    """
    handlers = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"]
    create, update = handlers["create"], handlers["update"]

    def create_with_body(logical_id: str, properties: Json, stack: str) -> Any:
        created = create(logical_id, properties, stack)
        if properties.get("Body"):
            import_openapi(created[0], properties["Body"])
        return created

    def update_with_body(
        physical_id: str, old: Json, new: Json, stack: str, logical_id: str | None = None
    ) -> Any:
        updated = update(physical_id, old, new, stack, logical_id)
        if new.get("Body"):
            import_openapi(updated[0], new["Body"])
        return updated

    handlers.update(create=create_with_body, update=update_with_body)


def payload_format() -> None:
    """Events of payload format 2.0 carry `cookies` and the stage in their paths.

    ministack 1.5.33 leaves the cookies in the headers, and the stage out of `rawPath` and
    `requestContext.http.path`.
    """
    execute = lambda_svc._execute_function_with_config_scope

    def execute_with_format(function: Json, event: Any) -> Any:
        if isinstance(event, dict) and event.get("version") == "2.0" and "routeKey" in event:
            _complete_event(event)
        return execute(function, event)

    lambda_svc._execute_function_with_config_scope = execute_with_format


def _complete_event(event: Json) -> None:
    context = event["requestContext"]
    if context.get("stage") not in (None, "$default"):
        event["rawPath"] = context["http"]["path"] = f"/{context['stage']}{event['rawPath']}"
    if cookies := event["headers"].pop("cookie", None):
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]


def import_openapi(api_id: str, body: Json) -> None:
    """Replace the API's authorizers, integrations and routes by those of the OpenAPI document."""
    for store in (apigateway._routes, apigateway._integrations, apigateway._authorizers):
        store[api_id] = {}
    schemes = body.get("components", {}).get("securitySchemes") or {}
    authorizers = {
        name: _created(apigateway._create_authorizer(api_id, _authorizer(name, scheme)))
        for name, scheme in schemes.items()
        if "x-amazon-apigateway-authorizer" in scheme
    }
    for key, operation in _operations(body):
        integration = _created(apigateway._create_integration(api_id, _integration(operation)))
        security = operation.get("security", body.get("security")) or []
        target = "integrations/" + integration["integrationId"]
        authorization = _authorization(security, authorizers)
        route = {"routeKey": key, "target": target, **authorization}
        _created(apigateway._create_route(api_id, route))
    if cors := body.get("x-amazon-apigateway-cors"):
        _created(apigateway._update_api(api_id, {"corsConfiguration": cors}))


def _operations(body: Json) -> Iterator[tuple[str, Json]]:
    for path, item in (body.get("paths") or {}).items():
        for verb, operation in item.items():
            if verb in _METHODS:
                method = "ANY" if verb == _ANY else verb.upper()
                yield "$default" if path == "/$default" else f"{method} {path}", operation


def _authorizer(name: str, scheme: Json) -> Json:
    settings = scheme["x-amazon-apigateway-authorizer"]
    kind = settings.get("type", "request").upper()
    # Without an identity source AWS asks a Lambda authorizer for every request; only a JWT
    # authorizer cannot do without one.
    source = settings.get("identitySource") or (
        [] if kind == "REQUEST" else ["$request.header.Authorization"]
    )
    if isinstance(source, str):
        source = [part.strip() for part in source.split(",") if part.strip()]
    return {
        "name": name,
        "authorizerType": kind,
        "identitySource": source,
        "jwtConfiguration": settings.get("jwtConfiguration") or {},
        "authorizerUri": settings.get("authorizerUri", ""),
        "authorizerPayloadFormatVersion": str(
            settings.get("authorizerPayloadFormatVersion", "2.0")
        ),
        "authorizerResultTtlInSeconds": int(settings.get("authorizerResultTtlInSeconds", 300)),
        "enableSimpleResponses": bool(settings.get("enableSimpleResponses")),
    }


def _integration(operation: Json) -> Json:
    settings = operation.get("x-amazon-apigateway-integration") or {}
    return {
        "integrationType": settings.get("type", "aws_proxy").upper(),
        "integrationUri": settings.get("uri", ""),
        "integrationMethod": settings.get("httpMethod", "POST"),
        "timeoutInMillis": int(settings.get("timeoutInMillis", 30_000)),
        "payloadFormatVersion": str(settings.get("payloadFormatVersion", "2.0")),
    }


def _authorization(security: list[Json], authorizers: dict[str, Json]) -> Json:
    required = next(filter(None, security), {})
    name = next((name for name in required if name in authorizers), None)
    if name is None:
        return {"authorizationType": "AWS_IAM" if "AWS_IAM" in required else "NONE"}
    kind = authorizers[name]["authorizerType"]
    return {
        "authorizationType": "CUSTOM" if kind == "REQUEST" else kind,
        "authorizerId": authorizers[name]["authorizerId"],
        "authorizationScopes": required[name],
    }


def _created(response: tuple[int, Json, bytes]) -> Json:
    if response[0] >= 400:
        raise ValueError(response[2])
    answer: Json = json.loads(response[2])
    return answer
