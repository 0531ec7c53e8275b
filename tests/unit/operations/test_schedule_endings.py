"""The end of a scheduled run counts, and too many failures in a row pause its schedule."""

from datetime import timedelta
from typing import Any

import pytest

from hub.domain.run import AgentRun, RunStatus, Trigger
from operations.starter import handler
from tests.http_events import Context, load
from tests.support import START
from tests.unit.operations.schedule_world import World, metrics

ID = "acme:content"
FAILED, COMPLETED = RunStatus.FAILED, RunStatus.COMPLETED


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World().wire(monkeypatch)
    schedule = made.put(expression="0 * * * *", overlap="allow", pause_after_failures=3)
    made.timetable.put(schedule, ["cron(0 * * * ? *)"])
    return made


def ending(world: World, number: int, status: RunStatus) -> dict[str, Any]:
    """A scheduled run that ended; the stream's record of it."""
    due = START + timedelta(hours=number)
    world.fire(due)
    world.clock.advance(60)
    return world.end(world.schedule.run_id(due), status)


@pytest.mark.parametrize(
    ("endings", "failures"),
    [
        ([FAILED], 1),
        ([FAILED, RunStatus.TIMED_OUT], 2),
        ([FAILED, RunStatus.NEEDS_REVIEW], 2),
        ([FAILED, COMPLETED], 0),
        ([COMPLETED, FAILED], 1),
        ([FAILED, RunStatus.CANCELLED], 1),
        ([FAILED, COMPLETED, FAILED], 1),
    ],
)
def test_failures_in_a_row_are_counted(
    world: World, endings: list[RunStatus], failures: int
) -> None:
    for number, status in enumerate(endings):
        world.tell(ending(world, number, status))
    assert world.firings.failures == failures


def test_an_ending_told_twice_counts_once(world: World) -> None:
    first, second = ending(world, 0, FAILED), ending(world, 1, FAILED)
    for record in (first, first, second, first, second):
        world.tell(record)
    assert world.firings.failures == 2


def test_too_many_failures_pause_the_schedule_and_say_why(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(3):
        assert world.schedule.enabled
        world.tell(ending(world, number, FAILED))
    schedule = world.schedule
    assert schedule.enabled is False
    assert schedule.pause
    assert (schedule.pause.by, schedule.pause.at) == ("failures", world.clock.now())
    assert "3 runs in a row failed" in (schedule.pause.reason or "")
    assert schedule.run_id(START + timedelta(hours=2)) in (schedule.pause.reason or "")
    assert world.timetable.firing(ID) == ()
    assert ("SchedulesPaused", None, 1) in metrics(capsys.readouterr().out)


def test_without_a_limit_failures_pause_nothing(world: World) -> None:
    world.put(overlap="allow")
    for number in range(5):
        world.tell(ending(world, number, FAILED))
    assert (world.schedule.enabled, world.firings.failures) == (True, 5)


@pytest.mark.parametrize(
    "place", ["timetable.put", "schedules.replace"], ids=["before both", "in between"]
)
def test_a_crash_while_pausing_is_made_good_and_never_leaves_it_firing_unseen(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    for number in range(2):
        world.tell(ending(world, number, FAILED))
    last = ending(world, 2, FAILED)

    def crash(*_: object) -> None:
        raise ConnectionError("the function died here")

    port, method = place.split(".")
    with monkeypatch.context() as dying:
        dying.setattr(getattr(world, port), method, crash)
        with pytest.raises(Exception, match="internal error"):
            world.tell(last)
    assert world.schedule.enabled or not world.timetable.firing(ID)
    world.tell(last)
    assert world.schedule.enabled is False
    assert world.timetable.firing(ID) == ()
    assert world.firings.failures == 3


def test_a_schedule_changed_in_the_moment_it_is_paused_fires_as_it_was_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        world.tell(ending(world, number, FAILED))
    last = ending(world, 2, FAILED)
    replace = world.schedules.replace

    def changed_before(*arguments: object) -> bool:
        world.put(expression="0 7 * * *", updated_at=world.clock.now())
        return replace(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(world.schedules, "replace", changed_before)
    world.tell(last)
    assert world.schedule.enabled
    assert world.timetable.firing(ID) == ("cron(0 7 * * ? *)",)


def test_a_schedule_deleted_in_the_moment_it_is_paused_does_not_fire(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        world.tell(ending(world, number, FAILED))
    last = ending(world, 2, FAILED)

    def gone(*_: object) -> bool:
        return not world.schedules.delete("acme", "content")

    monkeypatch.setattr(world.schedules, "replace", gone)
    world.tell(last)
    assert world.timetable.entries == {}


def test_what_waits_is_skipped_when_the_run_before_it_paused_the_schedule(world: World) -> None:
    schedule = world.put(overlap="queue_one", pause_after_failures=1)
    first = world.fire(START)["runId"]
    world.fire(START + timedelta(days=1))
    world.tell(world.end(first, FAILED))
    waited = world.run(schedule.run_id(START + timedelta(days=1)))
    assert (waited.status, waited.error_code) == (RunStatus.SKIPPED, "SCHEDULE_PAUSED")


@pytest.mark.parametrize(("agent", "schedule_id"), [("content", "acme:social"), ("oracle", ID)])
def test_the_end_of_another_schedules_run_changes_nothing(
    world: World, agent: str, schedule_id: str
) -> None:
    world.runs.create(
        AgentRun(
            id="run_1",
            agent_id=agent,
            organization_id="acme",
            intent="generate-draft",
            objective="Draft",
            trigger=Trigger.SCHEDULE,
            schedule_id=schedule_id,
            created_at=START,
        )
    )
    assert world.tell(world.end("run_1", FAILED)) == {"batchItemFailures": []}
    assert world.firings.failures == 0


def test_the_starter_takes_the_record_that_the_stream_sends(world: World) -> None:
    world.put(pause_after_failures=1)
    event = load("starter-ended-run")
    assert handler(event, Context()) == {"batchItemFailures": []}
    assert world.firings.counted_to.endswith("run_1")
