"""What Meta's Graph API shares between Instagram, Facebook and WhatsApp.

Errors are `{"error": {"message", "type", "code", "error_subcode", "is_transient", "fbtrace_id"}}`.
Rate limits come as HTTP 400 or 403 with a code of their own; how long they last is in usage
headers, in minutes. https://developers.facebook.com/docs/graph-api/guides/error-handling and
https://developers.facebook.com/docs/graph-api/overview/rate-limiting, read 2026-11.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.waits import number

API_VERSION = "v26.0"
"""Released 2026-07-29; a setting of each connection."""

_RATE_CODES = (4, 17, 32, 613, *range(80000, 80007), 80008, 80009, 80014)
_USAGE_HEADERS = ("x-business-use-case-usage", "x-ad-account-usage", "x-app-usage")

META_ROWS = (
    *rows(Verdict.RATE_LIMITED, *_RATE_CODES),
    *rows(Verdict.NEEDS_REAUTH, 190, 102),
    # Of these Meta says to try again later, not whether the work was done.
    *rows(Verdict.AMBIGUOUS, 1, 2, "transient"),
    Row(Verdict.INVALID, status=(400, 499), code="*"),
)


def meta_table(*own: Row) -> OutcomeTable:
    """Meta's outcome table with a connector's own rows before it."""
    return OutcomeTable(rows=(*own, *META_ROWS), reason=meta_reason, wait=usage_wait)


def meta_reason(answer: Answer) -> Reason:
    """Meta's code; `transient` for an error that only says it will pass."""
    trace = answer.headers.get("x-fb-trace-id")
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return Reason(request_id=trace)
    code = str(error.get("code", "unknown"))
    known = code in {row.code for row in META_ROWS}
    if error.get("is_transient") and not known:
        code = "transient"
    words = error.get("error_user_msg") or error.get("message")
    sub = error.get("error_subcode")
    shown = f"{words} (subcode {sub})" if sub else words
    return Reason(code, shown, error.get("fbtrace_id") or trace)


def usage_wait(answer: Answer, _now: datetime) -> float | None:
    """Seconds until access is regained: the longest of the usage headers' minutes."""
    minutes = [
        found
        for name in _USAGE_HEADERS
        for found in _minutes(_parsed(answer.headers.get(name)))
        if found > 0
    ]
    return max(minutes) * 60 if minutes else None


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
