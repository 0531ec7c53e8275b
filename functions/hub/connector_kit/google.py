"""What Google's APIs share: OAuth, and how they say no.

Errors are `{"error": {"code", "message", "status", "errors": [{"reason"}], "details": []}}`; the
reason, where there is one, tells a rate limit inside a 403 from a refusal. After the retry rules of
Google's own client (googleapiclient.http) and https://cloud.google.com/apis/design/errors.
"""

from datetime import datetime, timedelta
from typing import Any

from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.spec import Auth, AuthType, Credential, OAuth, ShortGrant, app_credentials

OAUTH = OAuth(
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    token_url="https://oauth2.googleapis.com/token",  # noqa: S106 -- an address, not a token
    pkce=True,
    # Without both, Google gives no refresh token the second time.
    extra={"access_type": "offline", "prompt": "consent"},
    # https://developers.google.com/identity/protocols/oauth2#expiration
    short_grant=ShortGrant(
        timedelta(days=7),
        "If the consent screen of your Google app is in testing, its grants end after 7 days: "
        "publish the app, then connect again.",
    ),
)

GOOGLE_ROWS = (
    *rows(Verdict.RATE_LIMITED, "rateLimitExceeded", "userRateLimitExceeded"),
    *rows(Verdict.RATE_LIMITED, "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED"),
    *rows(Verdict.NEEDS_REAUTH, "authError", "UNAUTHENTICATED"),
    # Google stopped before it began: nothing was done.
    Row(Verdict.INVALID, status=400, code="FAILED_PRECONDITION"),
)


def google_auth(*scopes: str) -> Auth:
    """The OAuth of a Google API with these scopes."""
    return Auth(
        type=AuthType.OAUTH2,
        credentials=(
            Credential("accessToken", "OAuth access token; good for about an hour."),
            *app_credentials(),
        ),
        scopes=scopes,
        oauth=OAUTH,
    )


def google_table(*own: Row) -> OutcomeTable:
    """Google's outcome table with an API's own rows before it."""
    return OutcomeTable(rows=(*own, *GOOGLE_ROWS), reason=google_reason, wait=retry_delay)


def google_reason(answer: Answer) -> Reason:
    """The first error's reason, else the status' name."""
    error = error_of(answer)
    if not error:
        return Reason()
    first: dict[str, Any] = next(iter(error.get("errors") or ()), {})
    named = [detail.get("reason") for detail in _details(error) if detail.get("reason")]
    code = first.get("reason") or next(iter(named), None) or error.get("status")
    return Reason(code and str(code), error.get("message"))


def retry_delay(answer: Answer, _now: datetime) -> float | None:
    """Seconds of a RetryInfo or quotaErrorDetails, as in `"retryDelay": "3.5s"`."""
    for detail in _details(error_of(answer)):
        delay = _find_delay(detail)
        if delay is not None:
            return delay
    return None


def error_of(answer: Answer) -> dict[str, Any]:
    """The error object of an answer; empty if there is none."""
    # The stream methods of Google Ads answer with a list of one.
    body = answer.body[0] if isinstance(answer.body, list) and answer.body else answer.body
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _details(error: dict[str, Any]) -> list[dict[str, Any]]:
    found = error.get("details")
    return [detail for detail in found if isinstance(detail, dict)] if found else []


def _find_delay(detail: Any) -> float | None:
    if isinstance(detail, list):
        return next((d for d in map(_find_delay, detail) if d is not None), None)
    if not isinstance(detail, dict):
        return None
    delay = detail.get("retryDelay")
    if isinstance(delay, str) and delay.endswith("s"):
        try:
            return float(delay[:-1])
        except ValueError:
            return None
    return next((d for d in map(_find_delay, detail.values()) if d is not None), None)
