"""A token endpoint played behind httpx, for every platform: it checks what its `OAuth` says.

Sandbox connections get and renew their tokens here, so the flow is the real one and no network is
needed. A code carries the PKCE challenge and the address it was given for, so that the twin, which
remembers nothing between calls of different functions, can hold the exchange against them.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx

from hub.connector_kit.oauth import challenge_of
from hub.connector_kit.spec import ClientAuth, OAuth
from hub.domain.model import Json

SANDBOX_SECONDS = 3600
LENGTHENED_SECONDS = 60 * 86400

_REFRESH = "sandbox-refresh-"


def sandbox_code(challenge: str, redirect_uri: str) -> str:
    """A code as the twin takes it."""
    told = json.dumps({"challenge": challenge, "redirect": redirect_uri})
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


class TokenTwin(httpx.BaseTransport):
    """Gives out tokens that begin like `access`.

    `rotates`: each renewal brings a new refresh token, and ends the one before. `renewable`:
    whether there are refresh tokens at all. `asked` are the fields of every call.
    """

    def __init__(
        self,
        oauth: OAuth,
        access: str,
        *,
        scopes: tuple[str, ...] = (),
        seconds: int | None = SANDBOX_SECONDS,
        renewable: bool = True,
        rotates: bool = False,
    ) -> None:
        self.asked: list[dict[str, str]] = []
        self.current: str | None = None
        self._oauth = oauth
        self._access = access
        self._scopes = scopes
        self._seconds = seconds
        self._renewable = renewable
        self._rotates = rotates

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the platform's token endpoint would."""
        fields = self._fields(request)
        self.asked.append(fields)
        if not self._knows_app(request, fields):
            return _refusal(401, "invalid_client")
        match fields.get("grant_type", "authorization_code"):
            case "authorization_code":
                good = self._good_code(fields)
                return self._token(0) if good else _refusal(400, "invalid_grant")
            case "refresh_token":
                return self._renewal(fields.get("refresh_token", ""))
            case "client_credentials":
                return self._token(len(self.asked), renewable=False)
            case grant if grant == self._oauth.lengthen:
                return self._token(1, LENGTHENED_SECONDS, renewable=False)
        return _refusal(400, "unsupported_grant_type")

    def _fields(self, request: httpx.Request) -> dict[str, str]:
        """The call's fields by their standard names."""
        body = request.read()
        given: Mapping[str, str] = (
            json.loads(body)
            if self._oauth.client_auth is ClientAuth.JSON
            else dict(parse_qsl(body.decode(), keep_blank_values=True))
        )
        standard = {theirs: ours for ours, theirs in self._oauth.token_names.items() if theirs}
        return {standard.get(name, name): value for name, value in given.items()}

    def _knows_app(self, request: httpx.Request, fields: Mapping[str, str]) -> bool:
        if request.headers.get("authorization", "").startswith("Basic "):
            return self._oauth.client_auth is ClientAuth.BASIC and "client_secret" not in fields
        return bool(fields.get("client_id"))

    def _good_code(self, fields: Mapping[str, str]) -> bool:
        code = fields.get("code", "")
        try:
            told = json.loads(base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)))
        except (ValueError, binascii.Error):
            return False
        if not isinstance(told, dict) or "challenge" not in told:
            return False
        sent = fields.get("redirect_uri", told.get("redirect"))
        proved = (
            not told["challenge"]
            or challenge_of(fields.get("code_verifier", "")) == (told["challenge"])
        )
        return proved and sent == told.get("redirect")

    def _renewal(self, presented: str) -> httpx.Response:
        if not presented or (self.current is not None and presented != self.current):
            return _refusal(400, "invalid_grant", "Token has been expired or revoked.")
        number = presented.removeprefix(_REFRESH)
        return self._token(int(number) + 1 if number.isdigit() else 1, first=False)

    def _token(
        self, number: int, seconds: int | None = None, *, renewable: bool = True, first: bool = True
    ) -> httpx.Response:
        told: dict[str, Json] = {
            "access_token": f"{self._access}-{number}",
            "token_type": "bearer",
            "expires_in": seconds or (self._seconds if self._oauth.renews else None),
            "scope": self._oauth.scope_separator.join(self._scopes),
        }
        if renewable and self._oauth.renews and self._renewable and (first or self._rotates):
            told["refresh_token"] = self.current = f"{_REFRESH}{number}"
        named = {self._oauth.answer_names.get(name, name): value for name, value in told.items()}
        body: Any = {self._oauth.answer: named} if self._oauth.answer else named
        return httpx.Response(200, json=body)


def _refusal(status: int, code: str, words: str = "") -> httpx.Response:
    body = {"error": code, **({"error_description": words} if words else {})}
    return httpx.Response(status, json=body)
