"""What became of one call to a platform. Every connector call ends in exactly one Outcome."""

from enum import StrEnum

from hub.domain.model import Json, Record


class OutcomeKind(StrEnum):
    """What the caller must do next."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    NEEDS_REAUTH = "needs_reauth"
    INVALID_REQUEST = "invalid_request"
    TRANSIENT = "transient"
    UNKNOWN = "unknown_outcome"


class Effect(StrEnum):
    """What an action does to the platform, and so whether it may be repeated.

    `idempotent_write` carries a key the platform honours, or is idempotent by nature.
    """

    READ = "read"
    IDEMPOTENT_WRITE = "idempotent_write"
    WRITE = "write"

    @property
    def repeatable(self) -> bool:
        """Whether repeating the call can do no harm."""
        return self is not Effect.WRITE


class Outcome(Record):
    """The end of one platform call.

    `data` is the action's result (kind ok). `retry_after` is in seconds (kind rate_limited).
    `code` and `message` say why (all other kinds): the platform's own code where it gave one.
    """

    kind: OutcomeKind
    data: Json = None
    retry_after: float | None = None
    code: str | None = None
    message: str | None = None
    provider_request_id: str | None = None

    @property
    def ok(self) -> bool:
        """Whether the platform did what was asked."""
        return self.kind is OutcomeKind.OK


class Reconciliation(StrEnum):
    """What reading back from the platform says of a call whose outcome was unknown."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"
