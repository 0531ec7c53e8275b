"""Tokens: what a platform gave, when it ends, and what is known of it without opening it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import ConfigDict, Field

from hub.domain.model import Instant, Record, iso

MARGIN = timedelta(minutes=15)
"""A token is renewed this long before its end; one with a short life, in its second half."""

_BOOKKEEPING = ("expiresAt", "refreshExpiresAt", "obtainedAt", "scope", "tokenVersion")


class GrantKind(StrEnum):
    """How a token is obtained. One path renews them all."""

    AUTHORIZATION_CODE = "authorization_code"
    CLIENT_CREDENTIALS = "client_credentials"


@dataclass(frozen=True)
class TokenNames:
    """Under which names a connection's credentials hold the token and the app's own identity."""

    access: str = "accessToken"
    refresh: str = "refreshToken"
    client_id: str = "clientId"
    client_secret: str = "clientSecret"  # noqa: S105 -- a name


class TokenSet(Record):
    """A token with all that came with it; sealed with the connection's other credentials.

    `version` counts: it is 0 for what a user typed in, and one more with every token that a
    platform gave. Without `expires_at` nobody said when the token ends.
    """

    # Only a connection whose token may be renewed needs it: it is built at first use.
    model_config = ConfigDict(defer_build=True)

    access_token: str = Field(default="", repr=False)
    refresh_token: str = Field(default="", repr=False)
    expires_at: Instant | None = None
    refresh_expires_at: Instant | None = None
    obtained_at: Instant | None = None
    scopes: tuple[str, ...] = ()
    version: int = 0

    @classmethod
    def read(cls, credentials: Mapping[str, str], names: TokenNames) -> Self:
        """The token among opened credentials."""
        told: dict[str, Any] = {
            "access_token": credentials.get(names.access, ""),
            "refresh_token": credentials.get(names.refresh, ""),
            "expires_at": credentials.get("expiresAt"),
            "refresh_expires_at": credentials.get("refreshExpiresAt"),
            "obtained_at": credentials.get("obtainedAt"),
            "scopes": tuple(credentials.get("scope", "").split()),
            "version": int(credentials.get("tokenVersion", 0)),
        }
        return cls.model_validate(told)

    def written(self, credentials: Mapping[str, str], names: TokenNames) -> dict[str, str]:
        """The credentials with this token in the place of the one they had."""
        told = {
            names.access: self.access_token,
            names.refresh: self.refresh_token,
            "expiresAt": iso(self.expires_at) if self.expires_at else "",
            "refreshExpiresAt": iso(self.refresh_expires_at) if self.refresh_expires_at else "",
            "obtainedAt": iso(self.obtained_at) if self.obtained_at else "",
            "scope": " ".join(self.scopes),
            "tokenVersion": str(self.version),
        }
        kept = {name: value for name, value in credentials.items() if name not in told}
        return {**kept, **{name: value for name, value in told.items() if value}}

    def merged(self, newer: "TokenSet") -> "TokenSet":
        """The newer token. What it does not bring stays: a refresh token above all."""
        brought = bool(newer.refresh_token)
        update = {
            "refresh_token": newer.refresh_token or self.refresh_token,
            "refresh_expires_at": newer.refresh_expires_at
            or (None if brought else self.refresh_expires_at),
            "scopes": newer.scopes or self.scopes,
            "version": self.version + 1,
        }
        return newer.model_copy(update=update)

    def due(self, now: datetime) -> bool:
        """Whether it is time for another token."""
        if not self.access_token:
            return True
        return self.expires_at is not None and now >= self.expires_at - self._margin

    def alive(self, now: datetime) -> bool:
        """Whether the token can still be used, as far as anybody said."""
        return bool(self.access_token) and (self.expires_at is None or now < self.expires_at)

    @property
    def _margin(self) -> timedelta:
        if self.expires_at is None or self.obtained_at is None:
            return MARGIN
        return min(MARGIN, (self.expires_at - self.obtained_at) / 2)


class Grant(Record):
    """What everybody may know of a connection's token.

    `flow` names which of a platform's several OAuth flows gave it, empty for the main one.
    `granted_at` is when a person agreed, `obtained_at` when the present token came. `renewable`:
    there is something to get the next token with.
    """

    kind: GrantKind
    flow: str = ""
    client_id: str = ""
    scopes: tuple[str, ...] = ()
    granted_at: Instant
    obtained_at: Instant | None = None
    expires_at: Instant | None = None
    refresh_expires_at: Instant | None = None
    renewable: bool = False
    token_version: int = 0

    def with_token(self, token: TokenSet) -> "Grant":
        """The grant as it is with a new token."""
        update = {
            "scopes": token.scopes or self.scopes,
            "obtained_at": token.obtained_at,
            "expires_at": token.expires_at,
            "refresh_expires_at": token.refresh_expires_at,
            "token_version": token.version,
        }
        return self.model_copy(update=update)


def without_bookkeeping(credentials: Mapping[str, str]) -> dict[str, str]:
    """Credentials as clients use them: only what a platform is shown."""
    return {name: value for name, value in credentials.items() if name not in _BOOKKEEPING}
