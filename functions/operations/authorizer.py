"""The one Lambda authorizer of the HTTP API (payload 2.0, simple responses) and the WebSocket API.

HTTP: every request is let through with what was found out about its caller. API Gateway's own 401
cannot carry our envelope, so `hub.http` refuses when there is no organization in the context.
WebSocket: an Allow policy, or an error that reads `Unauthorized`, which makes API Gateway answer
the handshake with 401.
Contracts: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
and https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
"""

import re
from functools import cache
from typing import Any

from hub import wiring
from hub.domain.errors import TransientError, UnauthenticatedError
from hub.domain.model import Json
from hub.domain.principal import Principal
from hub.entrypoint import entrypoint
from hub.observability import logger
from hub.settings import AuthorizerSettings, load
from operations import api_keys
from operations.credentials import is_websocket, presented
from operations.jwks import Jwks
from operations.jwt_verifier import JwtVerifier

_JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)


def authorize(event: dict[str, Any], _context: Any) -> Json:
    """Say who is calling. All context values are strings: API Gateway takes nothing else.

    A keys table that cannot be read is not the caller's fault: that error passes through and
    API Gateway answers 500.
    """
    try:
        caller = identify(event)
    except (UnauthenticatedError, TransientError) as refusal:
        logger.info("refused", extra={"reason": refusal.message})
        if is_websocket(event):
            raise UnauthenticatedError("Unauthorized") from None
        return {"isAuthorized": True, "context": {"reason": refusal.message}}
    context = {
        "organizationId": caller.organization_id,
        "role": caller.role.value,
        "subject": caller.subject,
    }
    if is_websocket(event):
        return _allow(event["methodArn"], context)
    return {"isAuthorized": True, "context": context}


def identify(event: dict[str, Any]) -> Principal:
    """The caller of an authorizer event, or the error that says what is wrong."""
    credential = presented(event)
    if credential.startswith(api_keys.PREFIX):
        return api_keys.verify(wiring.keys(), credential, wiring.clock().now())
    if _JWT.fullmatch(credential):
        return jwt_verifier().verify(credential)
    raise UnauthenticatedError("the credential is neither an API key (nh_…) nor a JWT")


@cache
def jwt_verifier() -> JwtVerifier:
    """The verifier of this stack's issuer; it keeps the issuer's keys between requests."""
    settings = load(AuthorizerSettings)
    issuer = settings.oidc_issuer
    url = settings.oidc_jwks_url or f"{issuer.rstrip('/')}/.well-known/jwks.json"
    clock = wiring.clock()
    return JwtVerifier(issuer, settings.oidc_audience, Jwks(url, clock), clock)


def _allow(method_arn: str, context: dict[str, str]) -> Json:
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": method_arn}
    return {
        "principalId": context["subject"],
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": context,
    }


handler = entrypoint(task=authorize)
