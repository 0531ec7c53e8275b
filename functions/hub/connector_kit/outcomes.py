"""The outcome table: what an answer of a platform means.

One default for HTTP as it should be; each connector puts rows of its own before it. A row matches
on the HTTP status, on the platform's own code, or on both; the first match decides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from hub.domain.limits import LimitScope
from hub.domain.outcome import Effect, Outcome, OutcomeKind

MAX_WAIT_SECONDS = 24 * 3600
"""No platform-told wait is longer than a day: after that a person should look."""

DEFAULT_WAIT_SECONDS = 30
"""The wait when a platform says "too many" but not how long."""


class Verdict(StrEnum):
    """What a row says. `ambiguous` is resolved by the action's effect."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    NEEDS_REAUTH = "needs_reauth"
    INVALID = "invalid_request"
    TRANSIENT = "transient"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Row:
    """`status` is one status or a (first, last) range; `code` the platform's own, `*` for any.

    `scope` says whose limit it is (verdict rate_limited), where the platform's code does.
    """

    verdict: Verdict
    status: int | tuple[int, int] | None = None
    code: str | None = None
    scope: LimitScope | None = None

    def matches(self, status: int, code: str | None) -> bool:
        """Whether this row speaks of such an answer."""
        first, last = self.status if isinstance(self.status, tuple) else (self.status, self.status)
        status_fits = first is None or last is None or first <= status <= last
        code_fits = self.code is None or self.code == code or (self.code == "*" and code)
        return status_fits and bool(code_fits)


def rows(verdict: Verdict, *codes: str | int, scope: LimitScope | None = None) -> tuple[Row, ...]:
    """A row for each of the platform's codes, all with one verdict and scope."""
    return tuple(Row(verdict, code=str(code), scope=scope) for code in codes)


DEFAULT_ROWS = (
    Row(Verdict.RATE_LIMITED, status=429),
    Row(Verdict.NEEDS_REAUTH, status=401),
    Row(Verdict.AMBIGUOUS, status=408),
    Row(Verdict.AMBIGUOUS, status=(500, 599)),
    Row(Verdict.INVALID, status=(300, 499)),
    Row(Verdict.OK, status=(200, 299)),
)


@dataclass(frozen=True)
class Answer:
    """A platform's answer, as far as outcomes care. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Reason:
    """What a platform says in an answer: its code, its words, its id of the request."""

    code: str | None = None
    message: str | None = None
    request_id: str | None = None


@dataclass(frozen=True)
class OutcomeTable:
    """How to read one platform's answers.

    `reason` finds code and words in an answer. `wait` finds the seconds to wait, from now; the
    default reads `Retry-After`. `spent` finds the same in an answer that did what was asked, when
    it says that the next call would be one too many. `scope` says whose limit headers speak of.
    """

    rows: Sequence[Row]
    reason: Callable[[Answer], Reason]
    wait: Callable[[Answer, datetime], float | None] | None = None
    spent: Callable[[Answer, datetime], float | None] | None = None
    scope: Callable[[Answer], LimitScope | None] | None = None

    def outcome(self, answer: Answer, effect: Effect, now: datetime) -> Outcome:
        """The outcome of an answered call. On ok, `data` is the parsed body."""
        reason = self.reason(answer)
        row = self._row(answer, reason)
        kind = resolve(row.verdict if row else Verdict.AMBIGUOUS, effect)
        if kind is OutcomeKind.OK:
            return Outcome(kind=kind, data=answer.body, provider_request_id=reason.request_id)
        wait = self._seconds(answer, now) if kind is OutcomeKind.RATE_LIMITED else None
        return Outcome(
            kind=kind,
            retry_after=wait,
            code=reason.code or f"HTTP_{answer.status}",
            message=reason.message or f"the platform answered HTTP {answer.status}",
            provider_request_id=reason.request_id,
        )

    def scope_of(self, answer: Answer) -> LimitScope | None:
        """Whose limit an answer speaks of; None if it does not say."""
        told = self.scope(answer) if self.scope else None
        row = self._row(answer, self.reason(answer))
        return told or (row.scope if row else None)

    def _row(self, answer: Answer, reason: Reason) -> Row | None:
        every = (*self.rows, *DEFAULT_ROWS)
        return next((row for row in every if row.matches(answer.status, reason.code)), None)

    def _seconds(self, answer: Answer, now: datetime) -> float:
        told = self.wait(answer, now) if self.wait else None
        if told is None:
            told = parse_retry_after(answer.headers.get("retry-after"), now)
        return capped(told if told is not None else DEFAULT_WAIT_SECONDS)


def resolve(verdict: Verdict, effect: Effect) -> OutcomeKind:
    """The outcome of a verdict: an ambiguous end is harmless only where repeating is."""
    if verdict is Verdict.AMBIGUOUS:
        return OutcomeKind.TRANSIENT if effect.repeatable else OutcomeKind.UNKNOWN
    return OutcomeKind(verdict.value)


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait from a `Retry-After` header: delay seconds or an HTTP date (RFC 9110 10.2.3).

    None for an absent or unreadable header; never negative; capped at a day.
    """
    text = (value or "").strip()
    if not text:
        return None
    try:
        return capped(float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return capped((zoned - now).total_seconds())


def capped(seconds: float) -> float:
    """A wait within its bounds; what is not a number counts as the default."""
    if seconds != seconds:  # noqa: PLR0124 -- NaN is the only value unequal to itself
        return DEFAULT_WAIT_SECONDS
    return min(max(seconds, 0.0), MAX_WAIT_SECONDS)
