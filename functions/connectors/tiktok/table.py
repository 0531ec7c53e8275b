"""How TikTok says no, over its two APIs.

The API for Business answers HTTP 200 with a code of its own, and tells no seconds. TikTok for
Developers answers with HTTP's statuses and words as codes; of creator_info/query it says that some
refusals come inside HTTP 200, intentionally.
https://developers.tiktok.com/doc/content-posting-api-reference-direct-post, read 2026-11.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hub.connector_kit.outcomes import Answer, OutcomeTable, Reason, Row, Verdict, rows
from hub.connector_kit.waits import until_midnight

_PARTIAL = "20001"
_WAITS: tuple[tuple[re.Pattern[str], Callable[[datetime], float]], ...] = (
    (re.compile(r"\b(qpd|day|daily)\b"), lambda now: until_midnight("UTC", now)),
    (re.compile(r"\b(qpm|minute)\b"), lambda _now: 300.0),
    (re.compile(r"\b(qps|second)\b"), lambda _now: 1.0),
)


def _reason(answer: Answer) -> Reason:
    """TikTok's code, words and request id. A list of errors makes any success a partial one."""
    if not isinstance(answer.body, dict):
        return Reason()
    request_id = answer.body.get("request_id")
    code = str(answer.body.get("code") or "")
    refused = _refused(answer.body.get("data"))
    if code in ("", "0") and not refused:
        return Reason(request_id=request_id)
    words = answer.body.get("message") if code not in ("", "0") else None
    said = "; ".join([str(words or "TikTok did only a part of it"), *refused])
    return Reason(code if code not in ("", "0") else _PARTIAL, said, request_id)


def _refused(data: Any) -> list[str]:
    """Each entry of `error_list` in words: which id, and why."""
    errors = data.get("error_list") if isinstance(data, dict) else None
    if not isinstance(errors, list):
        return []
    return [
        " ".join(str(value) for value in error.values()) if isinstance(error, dict) else str(error)
        for error in errors
    ]


def _wait(answer: Answer, now: datetime) -> float | None:
    """TikTok tells no seconds, but which limit was reached: of a second, a minute or a day.

    A minute's limit is lifted after five, a day's at midnight UTC.
    """
    said = answer.body.get("message") if isinstance(answer.body, dict) else None
    words = str(said or "").lower()
    return next((wait(now) for pattern, wait in _WAITS if pattern.search(words)), None)


TABLE = OutcomeTable(
    rows=(
        *rows(Verdict.RATE_LIMITED, 40100, 40016, 40132, 40133),
        *rows(Verdict.NEEDS_REAUTH, 40102, 40103, 40104, 40105, 40107, 40110),
        # Another change is being written, or what is asked for is not ready: nothing was done.
        *rows(Verdict.TRANSIENT, 40202, 40201, 40901),
        # TikTok's own failures: it does not say whether the work was done.
        *rows(Verdict.AMBIGUOUS, 50000, 50002, 51305, 60001),
        # Any other code is a refusal, whatever its number; 20001 is one in part.
        Row(Verdict.INVALID, status=(200, 299), code="*"),
    ),
    reason=_reason,
    wait=_wait,
)

MINUTE_SECONDS = 60
"""TikTok's limits on posting are of a minute, and it tells no time."""

QUOTA_SECONDS = 3600
"""The wait when the posts of 24 hours are used up: the window moves along."""

QUOTAS = ("spam_risk_too_many_posts", "reached_active_user_cap")
"""An account's posts of a day, and the accounts an app may post for in a day."""

_HINTS = {
    "unaudited_client_can_only_post_to_private_accounts": "until TikTok has audited your app, the "
    "account must be set to private in TikTok's app",
    "url_ownership_unverified": "verify the domain of the photos in your app's URL properties at "
    "developers.tiktok.com, or give addresses below one that is verified",
    "privacy_level_option_mismatch": "choose one of the privacyLevels that get_creator shows",
}


def _posting_reason(answer: Answer) -> Reason:
    """The word in `error.code`, with what to do about it where TikTok does not say that."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict) or error.get("code") in (None, "", "ok"):
        return Reason()
    code = str(error["code"])
    said = [str(error.get("message") or code), _HINTS.get(code, "")]
    return Reason(code, "; ".join(filter(None, said)), error.get("log_id"))


def _posting_wait(answer: Answer, _now: datetime) -> float | None:
    if "retry-after" in answer.headers:
        return None
    return QUOTA_SECONDS if _posting_reason(answer).code in QUOTAS else MINUTE_SECONDS


POSTING_TABLE = OutcomeTable(
    rows=(
        *rows(Verdict.RATE_LIMITED, "rate_limit_exceeded", *QUOTAS),
        *rows(Verdict.NEEDS_REAUTH, "access_token_invalid", "scope_not_authorized"),
        *rows(Verdict.AMBIGUOUS, "internal_error"),
        Row(Verdict.RATE_LIMITED, status=429),
        Row(Verdict.NEEDS_REAUTH, status=401),
        # Any other word is a refusal, inside HTTP 200 too.
        Row(Verdict.INVALID, status=(200, 499), code="*"),
    ),
    reason=_posting_reason,
    wait=_posting_wait,
)

UPLOAD_TABLE = OutcomeTable(rows=(), reason=lambda _answer: Reason())
"""Of the address that a video is sent to: HTTP's statuses say it all."""
