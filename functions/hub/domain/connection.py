"""A connection: one organization's account on one platform."""

from enum import StrEnum

from pydantic import Field

from hub.domain.model import Instant, Json, Record


class Mode(StrEnum):
    """Where a connection's calls go: the built-in twin, nowhere (shown only), or the platform."""

    SANDBOX = "sandbox"
    DRY_RUN = "dry_run"
    LIVE = "live"


class ConnectionStatus(StrEnum):
    """Whether a connection can be used."""

    ACTIVE = "active"
    NEEDS_REAUTH = "needs_reauth"


class Injection(StrEnum):
    """A failure a sandbox connection can be asked to show."""

    RATE_LIMIT = "rate_limit"
    SERVER_ERROR = "server_error"
    TIMEOUT_AFTER_WRITE = "timeout_after_write"
    REAUTH = "reauth"
    BUSINESS_ERROR = "business_error"


class SandboxFailure(Record):
    """A failure to show on the next `times` calls. `retry_after` is in seconds (rate_limit)."""

    kind: Injection
    times: int = Field(default=1, ge=1, le=100)
    retry_after: int = Field(default=2, ge=1, le=3600)
    action: str | None = None


class Connection(Record):
    """What NeonHub knows of a connection. Credentials are not part of it: the vault has them."""

    id: str
    organization_id: str
    kind: str
    name: str
    mode: Mode
    status: ConnectionStatus = ConnectionStatus.ACTIVE
    settings: dict[str, Json] = Field(default_factory=dict)
    sandbox: tuple[SandboxFailure, ...] = ()
    has_credentials: bool = False
    created_at: Instant
    updated_at: Instant
