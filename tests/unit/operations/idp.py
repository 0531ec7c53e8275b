"""An identity provider for tests: it signs tokens and publishes its keys."""

import base64
import hashlib
import hmac
import json
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support import START

ISSUER = "https://idp.example.com/pool"
JWKS_URL = f"{ISSUER}/.well-known/jwks.json"
AUDIENCE = "neonhub-console"


class SigningKey:
    """An RSA key pair."""

    def __init__(self, kid: str, bits: int = 2048) -> None:
        self.kid = kid
        self.private = rsa.generate_private_key(public_exponent=65537, key_size=bits)

    @property
    def jwk(self) -> dict[str, Any]:
        """The public key as the provider publishes it."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "alg": "RS256"}

    @property
    def public_pem(self) -> bytes:
        """The public key as PEM."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, claims: Any, **headers: Any) -> str:
        """A token of these claims, signed with RS256."""
        return jwt.encode(
            claims, self.private, algorithm="RS256", headers={"kid": self.kid, **headers}
        )


class Provider:
    """Serves a JWKS over a mock transport and counts how often it is asked."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.keys = list(keys)
        self.asked: list[str] = []
        self.answer: httpx.Response | Exception | None = None

    @property
    def transport(self) -> httpx.MockTransport:
        """What to give to the client."""
        return httpx.MockTransport(self._serve)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer or httpx.Response(200, json={"keys": self.keys})


def claims(**changes: Any) -> dict[str, Any]:
    """Claims of a valid access token of Cognito; a change to None leaves the claim out."""
    now = int(START.timestamp())
    made = {
        "iss": ISSUER,
        "sub": "8c1f2a",
        "client_id": AUDIENCE,
        "token_use": "access",
        "iat": now,
        "exp": now + 3600,
        "custom:organization": "acme",
        "custom:role": "operator",
        **{name.replace("__", ":"): value for name, value in changes.items()},
    }
    return {name: value for name, value in made.items() if value is not None}


def hand_made(header: Any, payload: Any, secret: bytes | None = None) -> str:
    """A token put together by hand, as an attacker would; HMAC-signed if there is a secret."""
    parts = [_encoded(json.dumps(part).encode()) for part in (header, payload)]
    signed = ".".join(parts)
    signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest() if secret else b""
    return f"{signed}.{_encoded(signature)}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
