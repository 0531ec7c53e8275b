"""The outcome table and the waits it reads."""

import math
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.connector_kit.outcomes import (
    DEFAULT_WAIT_SECONDS,
    MAX_WAIT_SECONDS,
    Answer,
    OutcomeTable,
    Reason,
    Row,
    Verdict,
    capped,
    parse_retry_after,
    rows,
)
from hub.domain.outcome import Effect
from tests.support import START

PLAIN = OutcomeTable(rows=(), reason=lambda _answer: Reason())


@pytest.mark.parametrize(
    ("status", "effect", "kind"),
    [
        (200, Effect.WRITE, "ok"),
        (204, Effect.READ, "ok"),
        (302, Effect.WRITE, "invalid_request"),
        (400, Effect.WRITE, "invalid_request"),
        (401, Effect.READ, "needs_reauth"),
        (404, Effect.READ, "invalid_request"),
        (408, Effect.WRITE, "unknown_outcome"),
        (408, Effect.READ, "transient"),
        (429, Effect.WRITE, "rate_limited"),
        (500, Effect.WRITE, "unknown_outcome"),
        (503, Effect.IDEMPOTENT_WRITE, "transient"),
        (503, Effect.READ, "transient"),
        (700, Effect.WRITE, "unknown_outcome"),
    ],
)
def test_http_as_it_should_be(status: int, effect: Effect, kind: str) -> None:
    assert PLAIN.outcome(Answer(status, {}, None), effect, START).kind == kind


def test_the_first_row_that_matches_decides() -> None:
    table = OutcomeTable(
        rows=(
            *rows(Verdict.RATE_LIMITED, "slow"),
            Row(Verdict.INVALID, status=(200, 299), code="*"),
        ),
        reason=lambda answer: Reason(answer.body),
    )
    kinds = [
        table.outcome(Answer(200, {}, body), Effect.WRITE, START).kind
        for body in ("slow", "other", None)
    ]
    assert kinds == ["rate_limited", "invalid_request", "ok"]


def test_a_rate_limit_without_a_time_waits_the_default() -> None:
    outcome = PLAIN.outcome(Answer(429, {}, None), Effect.READ, START)
    assert outcome.retry_after == DEFAULT_WAIT_SECONDS


def test_a_platform_may_tell_the_wait_in_its_own_way() -> None:
    table = OutcomeTable(
        rows=(), reason=lambda _answer: Reason(), wait=lambda answer, _now: answer.body["minutes"]
    )
    outcome = table.outcome(Answer(429, {"retry-after": "9"}, {"minutes": 60}), Effect.READ, START)
    assert outcome.retry_after == 60


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5),
        (" 0.5 ", 0.5),
        ("-3", 0),
        ("999999999", MAX_WAIT_SECONDS),
        ("inf", MAX_WAIT_SECONDS),
        ("nan", DEFAULT_WAIT_SECONDS),
        (format_datetime(START + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(START - timedelta(days=1), usegmt=True), 0),
        ("Mon, 02 Mar 2026 09:00:30", 30),
        (None, None),
        ("", None),
        ("soon", None),
    ],
)
def test_retry_after_takes_seconds_and_dates(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, START) == seconds


@given(st.text(max_size=60))
def test_any_header_gives_a_bounded_wait_or_none(value: str) -> None:
    seconds = parse_retry_after(value, START)
    assert seconds is None or 0 <= seconds <= MAX_WAIT_SECONDS


@given(st.floats())
def test_every_number_is_capped(seconds: float) -> None:
    assert 0 <= capped(seconds) <= MAX_WAIT_SECONDS
    assert not math.isnan(capped(seconds))
