"""Firings that overlap: they are skipped, wait, or run side by side."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.run import AgentRun, RunStatus
from hub.ports import Change
from hub.schedule_runs import start_waiting
from tests.support import START
from tests.unit.operations.schedule_world import World, metrics

HOUR = timedelta(hours=1)
HOURLY = {"expression": "0 * * * *"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World().wire(monkeypatch)


def due(number: int) -> datetime:
    return START + HOUR * number


def reach(world: World, run_id: str, status: RunStatus) -> None:
    world.runs.update("acme", run_id, lambda run, _: Change(run.with_status(status)))


@pytest.mark.parametrize(
    "status",
    [
        RunStatus.QUEUED,
        RunStatus.RUNNING,
        RunStatus.WAITING_APPROVAL,
        RunStatus.WAITING_RATE_LIMIT,
    ],
)
def test_a_firing_while_a_run_is_under_way_is_a_skipped_run_with_its_reason(
    world: World, capsys: pytest.CaptureFixture[str], status: RunStatus
) -> None:
    """Pain: the cadence changed silently when a run outlasted its interval."""
    world.put(**HOURLY)
    first = world.fire(due(0))["runId"]
    reach(world, first, status)
    world.clock.advance(3600)
    answer = world.fire(due(1))
    skipped = world.run(answer["runId"])
    assert (answer["status"], skipped.error_code) == ("skipped", "SCHEDULE_OVERLAP")
    assert first in (skipped.error_message or "")
    assert world.executions.started == [first]
    assert ("ScheduledFirings", "skipped", 1) in metrics(capsys.readouterr().out)


def test_whoever_follows_the_agent_hears_of_a_skip(world: World) -> None:
    """Pain: no way to alarm on skipped scheduled runs."""
    world.put(**HOURLY)
    world.fire(due(0))
    skipped = world.fire(due(1))["runId"]
    (event,) = world.runs.events("acme", skipped, since=0, limit=10)
    assert (event.event, event.data["errorCode"]) == ("agent:failed", "SCHEDULE_OVERLAP")


def test_a_skip_is_not_the_last_run(world: World) -> None:
    world.put(**HOURLY)
    first = world.fire(due(0))["runId"]
    world.fire(due(1))
    assert (world.schedule.last_run_id, world.firings.active_run_id) == (first, first)


@pytest.mark.parametrize("ending", [RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED])
def test_when_the_run_before_has_ended_the_next_firing_runs(
    world: World, ending: RunStatus
) -> None:
    world.put(**HOURLY)
    first = world.fire(due(0))["runId"]
    world.end(first, ending)
    second = world.fire(due(1))["runId"]
    assert world.executions.started == [first, second]


def test_runs_that_somebody_started_by_hand_do_not_count(world: World) -> None:
    schedule = world.put(**HOURLY)
    first = world.fire(due(0))["runId"]
    world.end(first)
    by_hand = world.run(first).model_copy(
        update={"id": "run_1", "status": RunStatus.RUNNING, "schedule_id": None}
    )
    world.runs.create(by_hand)
    assert world.fire(due(1))["runId"] == schedule.run_id(due(1))
    assert len(world.executions.started) == 2


def test_with_allow_runs_may_overlap(world: World) -> None:
    world.put(**HOURLY, overlap="allow")
    started = [world.fire(due(number))["runId"] for number in range(3)]
    assert world.executions.started == started


def test_with_queue_one_one_firing_waits_and_the_next_is_skipped(world: World) -> None:
    schedule = world.put(**HOURLY, overlap="queue_one")
    first = world.fire(due(0))["runId"]
    assert world.fire(due(1)) == {"runId": schedule.run_id(due(1)), "status": None}
    assert world.fire(due(2))["status"] == "skipped"
    assert world.firings.waiting == (due(1),)
    assert world.executions.started == [first]


def test_a_waiting_firing_starts_when_the_run_before_ends_however_often_that_is_told(
    world: World,
) -> None:
    schedule = world.put(**HOURLY, overlap="queue_one")
    first = world.fire(due(0))["runId"]
    world.fire(due(1))
    record = world.end(first)
    for _ in range(3):
        assert world.tell(record) == {"batchItemFailures": []}
    second = schedule.run_id(due(1))
    assert world.executions.started == [first, second]
    assert (world.firings.waiting, world.firings.active_run_id) == ((), second)
    assert world.schedule.last_run_id == second
    world.tell(world.end(second))
    assert world.executions.started == [first, second]


def test_a_waiting_firing_delivered_again_still_waits_once(world: World) -> None:
    world.put(**HOURLY, overlap="queue_one")
    world.fire(due(0))
    assert world.fire(due(1)) == world.fire(due(1))
    assert world.firings.waiting == (due(1),)


def test_a_run_that_ends_just_before_the_firing_waits_does_not_leave_it_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its end was told before there was anything to start."""
    schedule = world.put(**HOURLY, overlap="queue_one")
    first = world.fire(due(0))["runId"]
    save = world.schedules.save_firings

    def end_first(*arguments: object) -> bool:
        monkeypatch.setattr(world.schedules, "save_firings", save)
        world.tell(world.end(first))
        world.schedules.get("acme", "content")
        return save(world.schedule, arguments[1])  # type: ignore[arg-type]

    monkeypatch.setattr(world.schedules, "save_firings", end_first)
    answer = world.fire(due(1))
    assert answer == {"runId": schedule.run_id(due(1)), "status": "queued"}
    assert world.executions.started == [first, answer["runId"]]


def test_an_ending_that_was_never_told_is_made_good_by_the_next_firing(world: World) -> None:
    schedule = world.put(**HOURLY, overlap="queue_one")
    first = world.fire(due(0))["runId"]
    world.fire(due(1))
    world.end(first)
    world.fire(due(2))
    assert world.executions.started == [first, schedule.run_id(due(1))]
    assert world.firings.waiting == (due(2),)


@pytest.mark.parametrize("method", ["create", "save_firings", "start"])
def test_a_crash_while_a_waiting_firing_is_started_is_made_good(
    world: World, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    schedule = world.put(**HOURLY, overlap="queue_one")
    first = world.fire(due(0))["runId"]
    world.fire(due(1))
    record = world.end(first, RunStatus.CANCELLED)
    places = {"create": world.runs, "save_firings": world.schedules, "start": world.executions}

    def crash(*_: object) -> None:
        raise ConnectionError("the function died here")

    with monkeypatch.context() as dying:
        dying.setattr(places[method], method, crash)
        with pytest.raises(Exception, match="internal error"):
            world.tell(record)
    world.tell(record)
    if method == "start":
        # Taken off already, so the ending does not start it; as a new run it is found queued.
        assert world.run(schedule.run_id(due(1))).status is RunStatus.QUEUED
    else:
        assert world.executions.started == [first, schedule.run_id(due(1))]
    assert world.firings.waiting == ()


def test_what_waits_while_the_schedule_is_paused_is_skipped_when_its_turn_comes(
    world: World,
) -> None:
    schedule = world.put(**HOURLY, overlap="queue_one")
    first = world.fire(due(0))["runId"]
    world.fire(due(1))
    world.schedules.put(schedule.paused(world.clock.now(), "key:example"))
    world.tell(world.end(first))
    skipped = world.run(schedule.run_id(due(1)))
    assert (skipped.status, skipped.error_code) == (RunStatus.SKIPPED, "SCHEDULE_PAUSED")
    assert world.firings.waiting == ()
    assert world.executions.started == [first]


def test_two_that_start_what_waits_at_once_start_the_first_and_lose_none(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = world.put(**HOURLY)
    firings = world.firings.queued([due(0), due(1)])
    assert world.schedules.save_firings(schedule, firings)
    create = world.runs.create

    def the_other_comes_first(run: AgentRun) -> AgentRun:
        monkeypatch.setattr(world.runs, "create", create)
        start_waiting("acme", "content")
        return create(run)

    monkeypatch.setattr(world.runs, "create", the_other_comes_first)
    start_waiting("acme", "content")
    assert world.executions.started == [schedule.run_id(due(0))]
    assert world.firings.waiting == (due(1),)


def test_two_firings_at_once_start_one_run(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put(**HOURLY)
    save = world.schedules.save_firings

    def second_comes_first(*arguments: object) -> bool:
        monkeypatch.setattr(world.schedules, "save_firings", save)
        world.fire(due(1))
        return save(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(world.schedules, "save_firings", second_comes_first)
    assert world.fire(due(0))["status"] == "skipped"
    assert len(world.executions.started) == 1


def test_a_run_that_was_to_be_written_blocks_for_ten_minutes_and_not_for_ever(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(**HOURLY)

    def crash(*_: object) -> None:
        raise ConnectionError("the function died here")

    with monkeypatch.context() as dying:
        dying.setattr(world.runs, "create", crash)
        with pytest.raises(Exception, match="internal error"):
            world.fire(due(0))
    assert world.fire(due(1))["status"] == "skipped"
    world.clock.advance(601)
    assert world.fire(due(2))["status"] == "queued"


def test_a_schedule_paused_in_the_moment_it_fires_starts_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule = world.put(**HOURLY)
    save = world.schedules.save_firings

    def pause(*arguments: object) -> bool:
        monkeypatch.setattr(world.schedules, "save_firings", save)
        world.schedules.put(schedule.paused(START, "key:example"))
        world.schedules.save_firings(world.schedule, world.firings)
        return save(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(world.schedules, "save_firings", pause)
    answer = world.fire(due(0))
    assert world.run(answer["runId"]).error_code == "SCHEDULE_PAUSED"
    assert world.executions.started == []


@given(
    st.sampled_from(["skip", "queue_one"]),
    st.lists(st.sampled_from(["fire", "again", "end", "end unseen", "tell"]), max_size=25),
)
def test_whatever_happens_one_run_is_under_way_and_at_most_one_firing_waits(
    overlap: str, story: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        world = World().wire(monkeypatch)
        world.put(**HOURLY, overlap=overlap)
        fired = 0
        records: list[dict[str, Any]] = []
        for happens in story:
            if happens == "fire":
                world.fire(due(fired))
                fired += 1
            elif happens == "again" and fired:
                world.fire(due(fired - 1))
            elif happens == "tell":
                world.tell(*records) if records else None
            elif happens.startswith("end") and (under_way := open_runs(world)):
                records.append(world.end(under_way[0].id))
                world.tell(records[-1]) if happens == "end" else None
            assert len(open_runs(world)) <= 1
            assert len(world.firings.waiting) <= (1 if overlap == "queue_one" else 0)
        known = {run.id for run in world.all_runs()}
        waiting = {world.schedule.run_id(moment) for moment in world.firings.waiting}
        assert known | waiting == {world.schedule.run_id(due(n)) for n in range(fired)}
        assert not known & waiting


def open_runs(world: World) -> list[AgentRun]:
    return [run for run in world.all_runs() if not run.status.terminal]
