"""OpenID Connect tokens: who signed them, whether they still count, and whom they stand for.

The organization is the claim `custom:organization` or `organization`, the role `custom:role`,
`role` or the highest of `cognito:groups`. Users must not be able to write these claims themselves:
in Cognito, leave the attributes out of the app client's write attributes.
Contract: RFC 7519, and RFC 8725 for what to distrust.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from hub.domain.errors import UnauthenticatedError
from hub.domain.model import Json
from hub.domain.principal import Principal, Role
from hub.ports import Clock
from operations.api_keys import ORGANIZATION_ID
from operations.jwks import Jwks

LEEWAY_SECONDS = 60
"""How far the identity provider's clock may be off."""

type Claims = Mapping[str, Json]


class JwtVerifier:
    """Checks tokens of one issuer. Without an issuer it refuses them all."""

    def __init__(self, issuer: str, audience: str, keys: Jwks, clock: Clock) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = keys
        self._clock = clock

    def verify(self, token: str) -> Principal:
        """Whom a token stands for.

        UnauthenticatedError says why it is refused; TransientError if it cannot be checked now.
        """
        if not self._issuer:
            raise UnauthenticatedError("this stack accepts API keys only; send one of those")
        claims = self._signed_claims(token)
        for accepted, reason in self._checks(claims):
            if not accepted:
                raise UnauthenticatedError(f"the token {reason}")
        return Principal(
            organization_id=_organization_of(claims),
            role=_role_of(claims),
            subject=f"user:{claims.get('sub') or claims.get('client_id') or 'unknown'}",
        )

    def _signed_claims(self, token: str) -> Claims:
        """The claims, if a key of the issuer signed them. The token's own `alg` decides nothing."""
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != "RS256":
                raise UnauthenticatedError("the token must be signed with RS256")
            key = self._keys.find(str(header.get("kid")))
            if key is None:
                raise UnauthenticatedError(
                    "the token is signed with a key its issuer does not publish; sign in again"
                )
            # The time claims are checked below, against the injected clock.
            options = {
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
                "enforce_minimum_key_length": True,
            }
            return jwt.decode(token, key, algorithms=["RS256"], options=cast(Any, options))
        except jwt.PyJWTError:
            raise UnauthenticatedError(
                "the token is malformed or its signature is wrong; sign in again"
            ) from None

    def _checks(self, claims: Claims) -> list[tuple[bool, str]]:
        now = self._clock.now().timestamp()
        expires: Json = claims.get("exp")
        begins: Json = claims.get("nbf", 0)
        return [
            (claims.get("iss") == self._issuer, "is from another issuer; sign in at this stack's"),
            (_is_number(expires), "has no expiry; only tokens that expire are accepted"),
            (_is_number(expires) and now < expires + LEEWAY_SECONDS, "has expired; sign in again"),
            (_is_number(begins) and now >= begins - LEEWAY_SECONDS, "is not valid yet"),
            (self._is_for_us(claims), "is for another audience; sign in to this application"),
            (
                claims.get("token_use", "access") in ("access", "id"),
                "is neither an access nor an id token",
            ),
        ]

    def _is_for_us(self, claims: Claims) -> bool:
        """Cognito's access tokens carry `client_id` and usually no `aud`; id tokens carry `aud`."""
        audience = claims.get("aud", claims.get("client_id"))
        audiences = audience if isinstance(audience, list) else [audience]
        return not self._audience or self._audience in audiences


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _organization_of(claims: Claims) -> str:
    organization = claims.get("custom:organization") or claims.get("organization")
    if not organization:
        raise UnauthenticatedError(
            "the token names no organization; have its user given the claim custom:organization"
        )
    if not isinstance(organization, str) or not re.fullmatch(ORGANIZATION_ID, organization):
        raise UnauthenticatedError(
            "the organization in the token is no organization id; one has 2 to 39 lower-case "
            "letters, digits and dashes"
        )
    return organization


def _role_of(claims: Claims) -> Role:
    """The first claim that names a role of ours; viewer if none does."""
    roles = list(Role)
    groups = claims.get("cognito:groups")
    highest = [role for role in reversed(roles) if isinstance(groups, list) and role in groups]
    named = [claims.get("custom:role"), claims.get("role"), *highest]
    return next((Role(name) for name in named if name in roles), Role.VIEWER)
