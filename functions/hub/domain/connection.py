"""A connection: one organization's account on one platform."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import ConfigDict, Field

from hub.domain.model import Instant, Json, Record, iso
from hub.domain.token import Grant


class Mode(StrEnum):
    """Where a connection's calls go: the built-in twin, nowhere (shown only), or the platform."""

    SANDBOX = "sandbox"
    DRY_RUN = "dry_run"
    LIVE = "live"


class ConnectionStatus(StrEnum):
    """Whether a connection can be used."""

    ACTIVE = "active"
    NEEDS_REAUTH = "needs_reauth"


class ConnectionEvent(StrEnum):
    """What can happen to a connection's token."""

    CONNECTED = "connected"
    RENEWED = "renewed"
    RENEWAL_FAILED = "renewal_failed"
    CALL_REFUSED = "call_refused"
    GRANT_ENDED = "grant_ended"


NEXT_STATUS = {
    (ConnectionStatus.ACTIVE, ConnectionEvent.CONNECTED): ConnectionStatus.ACTIVE,
    (ConnectionStatus.ACTIVE, ConnectionEvent.RENEWED): ConnectionStatus.ACTIVE,
    (ConnectionStatus.ACTIVE, ConnectionEvent.RENEWAL_FAILED): ConnectionStatus.ACTIVE,
    (ConnectionStatus.ACTIVE, ConnectionEvent.CALL_REFUSED): ConnectionStatus.ACTIVE,
    (ConnectionStatus.ACTIVE, ConnectionEvent.GRANT_ENDED): ConnectionStatus.NEEDS_REAUTH,
    (ConnectionStatus.NEEDS_REAUTH, ConnectionEvent.CONNECTED): ConnectionStatus.ACTIVE,
    (ConnectionStatus.NEEDS_REAUTH, ConnectionEvent.RENEWED): ConnectionStatus.ACTIVE,
    (ConnectionStatus.NEEDS_REAUTH, ConnectionEvent.RENEWAL_FAILED): ConnectionStatus.NEEDS_REAUTH,
    (ConnectionStatus.NEEDS_REAUTH, ConnectionEvent.CALL_REFUSED): ConnectionStatus.NEEDS_REAUTH,
    (ConnectionStatus.NEEDS_REAUTH, ConnectionEvent.GRANT_ENDED): ConnectionStatus.NEEDS_REAUTH,
}
"""Every status after every event. Only an ended grant needs its owner; only success heals."""


class StatusDetail(StrEnum):
    """What an active connection's owner should know."""

    EXPIRING = "expiring"
    EXPIRED = "expired"


class Health(Record):
    """How a connection's token is doing. `grant_age_days` counts from the owner's consent."""

    model_config = ConfigDict(defer_build=True)

    detail: StatusDetail | None = None
    message: str | None = None
    grant_age_days: int | None = None


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
    status_reason: str | None = None
    settings: dict[str, Json] = Field(default_factory=dict)
    sandbox: tuple[SandboxFailure, ...] = ()
    has_credentials: bool = False
    grant: Grant | None = None
    created_at: Instant
    updated_at: Instant

    @property
    def token_version(self) -> int:
        """Which of its tokens the connection has; 0 for what a user typed in."""
        return self.grant.token_version if self.grant else 0

    def after(
        self,
        event: ConnectionEvent,
        at: datetime,
        grant: Grant | None = None,
        reason: str | None = None,
    ) -> "Connection":
        """The connection after an event, with the grant as it is then."""
        status = NEXT_STATUS[(self.status, event)]
        update = {
            "status": status,
            "status_reason": reason if status is ConnectionStatus.NEEDS_REAUTH else None,
            "grant": grant or self.grant,
            "has_credentials": True,
            "updated_at": at,
        }
        return self.model_copy(update=update)

    def health(self, now: datetime, short: timedelta | None = None, why: str = "") -> Health:
        """How its token is doing.

        `short` is how long a platform's grants live while an app is being tested, and `why` says
        so; it is shown when a grant has ended, and in the two days before one may.
        """
        if self.grant is None:
            return Health()
        age = now - self.grant.granted_at
        detail, message = self._ending(self.grant, now)
        ended = self.status is ConnectionStatus.NEEDS_REAUTH
        if short and (ended or short - timedelta(days=2) <= age < short):
            message = f"{message} {why}".strip()
        return Health(detail=detail, message=message or None, grant_age_days=age.days)

    def _ending(self, grant: Grant, now: datetime) -> tuple[StatusDetail | None, str]:
        if self.status is ConnectionStatus.NEEDS_REAUTH:
            return None, f"{self.status_reason or 'the platform ended the grant'}; connect it again"
        end = grant.refresh_expires_at if grant.renewable else grant.expires_at
        if end is None or (grant.renewable and end - now > timedelta(days=7)):
            return None, ""
        if end <= now:
            return StatusDetail.EXPIRED, f"its token ended at {iso(end)}; connect it again"
        told = f"its token ends at {iso(end)} and cannot be renewed; connect it again before then"
        return StatusDetail.EXPIRING, told
