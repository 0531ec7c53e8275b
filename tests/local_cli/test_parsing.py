"""What users write in options."""

from datetime import UTC, datetime, timedelta

import pytest
from typer import BadParameter

from local.cli import parsing

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("30s", timedelta(seconds=30)),
        ("10m", timedelta(minutes=10)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("2026-03-02T08:00Z", timedelta(hours=1)),
        ("2026-03-02T08:00+01:00", timedelta(hours=2)),
    ],
)
def test_a_time_is_a_while_ago_or_a_moment(text: str, ago: timedelta) -> None:
    assert parsing.moment(text, NOW) == NOW - ago


@pytest.mark.parametrize("text", ["", "10", "m", "-5m", "1w", "2026-13-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(BadParameter, match="is no time"):
        parsing.moment(text, NOW)


def test_a_moment_is_sent_in_utc() -> None:
    assert parsing.iso(NOW) == "2026-03-02T09:00:00.000Z"
