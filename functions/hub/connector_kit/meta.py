"""What Meta's Graph API shares between Instagram, Facebook and WhatsApp.

Errors are `{"error": {"message", "type", "code", "error_subcode", "is_transient", "fbtrace_id"}}`.
Rate limits come as HTTP 400 or 403 with a code of their own; how long they last is in usage
headers: in minutes for a business use case, in seconds for an ad account.
https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/graph-api/overview/rate-limiting, read 2026-11.
"""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.waits import number
from hub.domain.limits import LimitScope

API_VERSION = "v26.0"
"""Released 2026-07-29; a setting of each connection."""

# 4 and 341 are the app's own limits.
_APP_CODES = (4, 341)
# 80000 and up are business use cases: insights, pages, Instagram, custom audiences, ads, leads,
# Messenger, WhatsApp, catalogs.
_RATE_CODES = (17, 32, 613, *range(80000, 80010), 80014)
_USE_CASES = "x-business-use-case-usage"
_AD_ACCOUNT = "x-ad-account-usage"
_USAGE_HEADERS = (_USE_CASES, _AD_ACCOUNT, "x-app-usage")

META_ROWS = (
    # A code with these subcodes is not what it is without: a wrong parameter, not a bad moment.
    *rows(Verdict.INVALID, "1/99", "1/2207057", "4/2207051"),
    *rows(Verdict.RATE_LIMITED, *_APP_CODES, scope=LimitScope.APP),
    *rows(Verdict.RATE_LIMITED, *_RATE_CODES),
    *rows(Verdict.NEEDS_REAUTH, 190, 102),
    # Of these Meta says to try again later, not whether the work was done.
    *rows(Verdict.AMBIGUOUS, 1, 2, "transient"),
    Row(Verdict.RATE_LIMITED, status=429),
    # An error is one inside HTTP 200 too.
    Row(Verdict.INVALID, status=(200, 499), code="*"),
)


def meta_table(*own: Row) -> OutcomeTable:
    """Meta's outcome table with a connector's own rows before it.

    A row's code may be `code/subcode`; it then speaks of that subcode only.
    """
    every = (*own, *META_ROWS)
    known = frozenset(row.code for row in every if row.code)
    reason = partial(meta_reason, known=known)
    return OutcomeTable(rows=every, reason=reason, wait=usage_wait, spent=usage_wait)


def meta_reason(answer: Answer, known: Collection[str] = frozenset()) -> Reason:
    """Meta's code: with its subcode where the two are `known` together, `transient` for an error
    not known that only says it will pass.
    """
    trace = answer.headers.get("x-fb-trace-id")
    body = answer.body if isinstance(answer.body, dict) else {}
    error = body.get("error")
    if body.get("success") is False:
        return Reason("unsuccessful", "Meta says that it did not do it, and not why", trace)
    if not isinstance(error, dict):
        return Reason(request_id=trace)
    told, sub = str(error.get("code", "unknown")), error.get("error_subcode")
    pair = f"{told}/{sub}"
    known = known or {row.code for row in META_ROWS if row.code}
    code = pair if pair in known else told
    if error.get("is_transient") is True and code not in known:
        code = "transient"
    words = error.get("error_user_msg") or error.get("message")
    numbers = [f"code {told}"] if code == "transient" else []
    numbers += [f"subcode {sub}"] if sub else []
    shown = f"{words} ({', '.join(numbers)})" if numbers else words
    return Reason(code, shown, error.get("fbtrace_id") or trace)


def usage_wait(answer: Answer, _now: datetime) -> float | None:
    """Seconds until access is regained: the longest that the usage headers tell.

    `estimated_time_to_regain_access` is in minutes, and 0 while there is access. The seconds of an
    ad account's `reset_time_duration` count only when it is used up: they are told before, too.
    """
    usages = {name: _parsed(answer.headers.get(name)) for name in _USAGE_HEADERS}
    minutes = [told for usage in usages.values() for told in _minutes(usage) if told > 0]
    account = usages[_AD_ACCOUNT] if isinstance(usages[_AD_ACCOUNT], dict) else {}
    used, reset = number(account.get("acc_id_util_pct")), number(account.get("reset_time_duration"))
    seconds = [reset] if reset and used is not None and used >= 100 else []
    return max([*(told * 60 for told in minutes), *seconds], default=None)


def appsecret_proof(app_secret: str, access_token: str) -> str:
    """The proof that a call comes from the app: hex HMAC-SHA256 of the token, keyed by the secret.

    https://developers.facebook.com/docs/graph-api/guides/secure-requests
    """
    return hmac.new(app_secret.encode(), access_token.encode(), hashlib.sha256).hexdigest()


def _parsed(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _minutes(usage: Any) -> Iterator[float]:
    """Every `estimated_time_to_regain_access` in a usage header, however deep."""
    if isinstance(usage, dict):
        told = number(usage.get("estimated_time_to_regain_access"))
        if told is not None:
            yield told
        for inner in usage.values():
            yield from _minutes(inner)
    elif isinstance(usage, list):
        for inner in usage:
            yield from _minutes(inner)
