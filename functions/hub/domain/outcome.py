"""What became of one call to a platform. Every connector call ends in exactly one Outcome."""

from enum import StrEnum

from hub.domain.model import Json, Record


class OutcomeKind(StrEnum):
    """What the caller must do next.

    `in_progress`: the platform took the work and is not done; make the same call again after
    `retry_after` seconds, and it goes on from there.
    """

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    NEEDS_REAUTH = "needs_reauth"
    INVALID_REQUEST = "invalid_request"
    TRANSIENT = "transient"
    UNKNOWN = "unknown_outcome"
    IN_PROGRESS = "in_progress"


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

    `data` is the action's result (kind ok). `retry_after` is in seconds (kinds rate_limited and
    in_progress).
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


def invalid(code: str, message: str) -> Outcome:
    """A refusal of ours: the platform was not asked. The message says what to change."""
    return Outcome(kind=OutcomeKind.INVALID_REQUEST, code=code, message=message)


def in_progress(message: str, retry_after: float) -> Outcome:
    """The platform is at work; look again after `retry_after` seconds."""
    return Outcome(
        kind=OutcomeKind.IN_PROGRESS, code="IN_PROGRESS", message=message, retry_after=retry_after
    )


class Reconciliation(StrEnum):
    """What reading back from the platform says of a call whose outcome was unknown."""

    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"
