"""Firings that did not come, came late, or outside of their schedule's dates."""

from datetime import datetime, timedelta

import pytest

from tests.support import START
from tests.unit.operations.schedule_world import World, metrics

HOUR = timedelta(hours=1)
HOURLY = {"expression": "0 * * * *"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World().wire(monkeypatch)


def due(number: int) -> datetime:
    return START + HOUR * number


def test_firings_that_did_not_come_are_counted_when_one_comes_again(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Pain: a schedule silently stops until somebody toggles it."""
    world.put(**HOURLY, overlap="allow")
    world.clock.advance(3600)
    world.fire(due(1))
    world.clock.advance(3 * 3600)
    world.fire(due(4))
    assert (world.firings.missed, world.firings.last_missed_at) == (2, due(3))
    assert ("SchedulesMissed", None, 2) in metrics(capsys.readouterr().out)


def test_nothing_is_missed_when_every_firing_comes(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.put(**HOURLY, overlap="allow")
    for number in range(1, 4):
        world.clock.advance(3600)
        world.fire(due(number))
        world.fire(due(number))
    assert (world.firings.missed, world.firings.last_missed_at) == (0, None)
    assert "SchedulesMissed" not in capsys.readouterr().out


def test_what_lies_before_the_last_change_is_not_missed(world: World) -> None:
    world.put(**HOURLY, overlap="allow")
    world.fire(due(0))
    world.put(**HOURLY, overlap="allow", updated_at=due(3) + timedelta(minutes=1))
    world.clock.advance(4 * 3600)
    world.fire(due(4))
    assert world.firings.missed == 0


def test_a_firing_that_may_come_yet_is_not_missed(world: World) -> None:
    """With a window of 90 minutes, the firing of 10:00 may come after that of 11:00."""
    world.put(**HOURLY, overlap="allow", flexible_minutes=90)
    world.clock.advance(2 * 3600 + 60)
    world.fire(due(2))
    assert world.firings.missed == 0
    world.fire(due(1))
    assert len(world.all_runs()) == 2


def test_the_run_of_a_flexible_schedule_is_that_of_the_time_it_was_due(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    schedule = world.put(**HOURLY, flexible_minutes=30)
    world.clock.advance(29 * 60)
    assert world.fire(due(0))["runId"] == schedule.run_id(due(0))
    assert ("ScheduleDelay", None, 0) in metrics(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("dates", "runs"),
    [
        ({"start_at": START}, True),
        ({"start_at": START + timedelta(seconds=1)}, False),
        ({"end_at": START + timedelta(seconds=1)}, True),
        ({"end_at": START}, False),
    ],
)
def test_a_firing_outside_of_its_schedules_dates_is_ignored(
    world: World, dates: dict[str, datetime], runs: bool
) -> None:
    world.put(**HOURLY, **dates)
    assert (world.fire(START)["runId"] is not None) is runs
    assert bool(world.executions.started) is runs
