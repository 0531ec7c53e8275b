"""Every error NeonHub raises, named by what its receiver must do.

The message is written for the user: it says what happened, to what, and what to do now. It never
carries a secret or an internal detail, so it may be shown, stored in a run and pushed to sockets.
Step Functions matches its Retry and Catch rules on these class names.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class HubError(Exception):
    """The one base. `code` is stable and machine-readable, `status` the HTTP status it maps to."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500

    def __init__(
        self, message: str, *, code: str | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.error_code = code or self.code
        self.details = dict(details or {})


class InternalError(HubError):
    """A defect in NeonHub. The message names the request id under which the log has the cause."""


class InvalidRequestError(HubError):
    """The caller must change the request: it can never succeed unchanged."""

    code = "INVALID_INPUT"
    status = 400


class UnauthenticatedError(HubError):
    """The caller must present a valid API key or token."""

    code = "UNAUTHENTICATED"
    status = 401


class ForbiddenError(HubError):
    """The caller needs a credential with a higher role."""

    code = "FORBIDDEN"
    status = 403


class NotFoundError(HubError):
    """The caller must name something that exists in its organization."""

    code = "NOT_FOUND"
    status = 404


class ConflictError(HubError):
    """The caller must look at the present state first: it does not allow the request."""

    code = "CONFLICT"
    status = 409


class PayloadTooLargeError(HubError):
    """The caller must send less, or send it by reference."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413


class RateLimitedError(HubError):
    """The caller must wait `retry_after` seconds."""

    code = "RATE_LIMITED"
    status = 429

    def __init__(self, message: str, *, retry_after: float) -> None:
        super().__init__(message, details={"retryAfter": retry_after})
        self.retry_after = retry_after


class NeedsReauthError(HubError):
    """The owner of the connection must connect it again."""

    code = "NEEDS_REAUTH"
    status = 409


class InvalidOutputError(HubError):
    """A model answered off its schema twice. Shorten or clarify the input and run again."""

    code = "INVALID_OUTPUT"
    status = 502


class TransientError(HubError):
    """Nothing was changed; the same call is expected to succeed later."""

    code = "TEMPORARILY_UNAVAILABLE"
    status = 503


class UnknownOutcomeError(HubError):
    """The call may have been carried out. Look at the platform before sending it again."""

    code = "UNKNOWN_OUTCOME"
    status = 502


class MisconfiguredError(HubError):
    """The operator of the stack must change its configuration."""

    code = "MISCONFIGURED"
    status = 500
