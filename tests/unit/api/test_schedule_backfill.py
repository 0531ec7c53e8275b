"""Schedules over HTTP: what one would do, and what one would have done."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.domain.run import RunStatus
from hub.domain.schedule import Schedule
from hub.domain.schedule_firings import Firings
from tests.support import START, FrozenClock
from tests.unit.api.schedules_world import World, data, refused

DAILY = {"cronExpression": "0 9 * * *"}
BERLIN = {"cronExpression": "30 2 * * *", "timezone": "Europe/Berlin"}
SPAN = {"from": "2026-02-26T00:00:00Z", "to": "2026-03-02T00:00:00Z"}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World().wire(monkeypatch)


def told(world: World, **firings: object) -> None:
    """Record what has become of the firings."""
    new = world.schedule.firings.model_copy(update=firings)
    assert world.schedules.save_firings(world.schedule, new)


# ---------------------------------------------------------------- preview


def test_a_preview_shows_both_clocks_and_what_is_skipped_and_stores_nothing(world: World) -> None:
    """Pain: times inside a clock change run zero, one or two times, and nobody says which."""
    world.clock = FrozenClock(datetime(2026, 3, 28, 0, tzinfo=UTC))
    answer = data("preview", {**BERLIN, "count": 2})
    assert answer["firings"] == [
        {
            "at": "2026-03-28T01:30:00.000Z",
            "local": "2026-03-28T02:30:00+01:00",
            "fires": True,
            "notes": [],
        },
        {
            "at": None,
            "local": "2026-03-29T02:30:00",
            "fires": False,
            "notes": ["skipped: in the gap of a clock change, the clocks never show this time"],
        },
        {
            "at": "2026-03-30T00:30:00.000Z",
            "local": "2026-03-30T02:30:00+02:00",
            "fires": True,
            "notes": [],
        },
    ]
    assert answer["schedulerExpressions"] == ["cron(30 2 * * ? *)"]
    assert world.writes == []


def test_a_preview_says_that_a_repeated_time_fires_once(world: World) -> None:
    world.clock = FrozenClock(datetime(2026, 10, 24, 12, tzinfo=UTC))
    first, second = data("preview", {**BERLIN, "count": 2})["firings"]
    assert (first["at"], first["local"]) == (
        "2026-10-25T00:30:00.000Z",
        "2026-10-25T02:30:00+02:00",
    )
    assert "the clocks show this time twice" in first["notes"][0]
    assert (second["at"], second["notes"]) == ("2026-10-26T01:30:00.000Z", [])


def test_a_preview_obeys_dates_and_tells_of_the_window(world: World) -> None:
    given = {**DAILY, "endAt": "2026-03-05T00:00:00Z", "flexibleMinutes": 20, "count": 50}
    firings = data("preview", given)["firings"]
    assert [time["at"][:10] for time in firings] == ["2026-03-03", "2026-03-04"]
    assert firings[0]["notes"] == ["may start up to 20 minutes later"]


def test_a_preview_of_one_that_is_switched_off_shows_when_it_would_fire(world: World) -> None:
    assert len(data("preview", {**DAILY, "enabled": False})["firings"]) == 10


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"cronExpression": "61 * * * *"}, "cronExpression"),
        ({**DAILY, "timezone": "Mars/Olympus"}, "timezone"),
    ],
)
def test_a_preview_refuses_what_a_put_refuses(
    world: World, body: dict[str, Any], field: str
) -> None:
    status, error = refused("preview", body)
    assert (status, error["details"]["field"]) == (400, field)
    assert refused("preview", {**DAILY, "count": 51})[0] == 400


# ---------------------------------------------------------------- backfill


def test_a_backfill_starts_each_firing_that_has_no_run(world: World) -> None:
    data("put", {**DAILY, "overlap": "allow"})
    run_ids = [world.schedule.run_id(START - timedelta(days=back)) for back in (4, 3, 2, 1)]
    world.run(run_ids[1], RunStatus.COMPLETED, agent_id="content")
    answer = data("backfill")
    assert answer["started"] == [run_ids[0], *run_ids[2:]]
    assert answer["existed"] == [run_ids[1]]
    assert [firing["at"][:10] for firing in answer["firings"]] == [
        *("2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01")
    ]
    assert answer["firings"][1]["status"] == "completed"
    assert answer["nextFrom"] is None
    assert world.executions.started == answer["started"]


def test_a_second_backfill_starts_nothing(world: World) -> None:
    """Pain: a restart multiplies queued tasks."""
    data("put", {**DAILY, "overlap": "allow"})
    first = data("backfill")
    again = data("backfill")
    assert (again["started"], again["existed"]) == ([], first["started"])
    assert world.executions.started == first["started"]


@pytest.mark.parametrize("overlap", ["skip", "queue_one"])
def test_where_runs_must_not_overlap_a_backfill_goes_one_after_the_other(
    world: World, overlap: str
) -> None:
    data("put", {**DAILY, "overlap": overlap})
    answer = data("backfill")
    assert len(answer["started"]) == 1
    assert len(answer["waiting"]) == 3
    assert world.executions.started == answer["started"]
    assert len(data("get")["waitingFirings"]) == 3
    again = data("backfill")
    assert (again["existed"], again["waiting"]) == (answer["started"], answer["waiting"])
    assert len(data("get")["waitingFirings"]) == 3


def test_a_backfill_waits_for_the_run_under_way(world: World) -> None:
    data("put", DAILY)
    world.run("run_1", RunStatus.WAITING_APPROVAL)
    told(world, active_run_id="run_1", active_since=START)
    answer = data("backfill")
    assert (answer["started"], len(answer["waiting"])) == ([], 4)


def test_a_backfill_is_bounded_and_says_where_to_go_on(world: World) -> None:
    data("put", {**DAILY, "overlap": "allow"})
    answer = data("backfill", {**SPAN, "limit": 2})
    assert len(answer["started"]) == 2
    assert answer["nextFrom"] == "2026-02-28T09:00:00.000Z"
    rest = data("backfill", {**SPAN, "from": answer["nextFrom"], "limit": 2})
    assert (len(rest["started"]), rest["nextFrom"]) == (2, None)


def test_more_firings_than_may_wait_are_refused_as_a_whole(world: World) -> None:
    data("put", {"cronExpression": "0 * * * *"})
    waiting = tuple(START - timedelta(days=30, hours=n) for n in range(60))
    told(world, waiting=waiting, active_run_id="run_1", active_since=START)
    world.run("run_1", RunStatus.RUNNING)
    status, error = refused("backfill", {**SPAN, "limit": 41})
    assert (status, error["code"]) == (409, "TOO_MANY_WAITING")
    assert error["details"] == {"waiting": 60, "limit": 100}
    assert world.schedule.firings.waiting == waiting
    assert len(data("backfill", {**SPAN, "limit": 40})["waiting"]) == 40


def test_a_backfill_obeys_the_schedules_dates(world: World) -> None:
    data("put", {**DAILY, "overlap": "allow", "startAt": "2026-02-28T09:00:00Z"})
    assert [firing["at"][:10] for firing in data("backfill")["firings"]] == [
        *("2026-02-28", "2026-03-01")
    ]


def test_a_rate_has_no_firings_before_it_was_set(world: World) -> None:
    data("put", {"cronExpression": "rate(1 hour)", "overlap": "allow"})
    assert data("backfill")["firings"] == []
    world.clock.advance(3 * 3600)
    given = {"from": "2026-03-02T00:00:00Z", "to": "2026-03-02T12:00:00Z"}
    assert [firing["at"][11:16] for firing in data("backfill", given)["firings"]] == [
        *("10:00", "11:00")
    ]


def test_a_paused_schedule_is_not_backfilled(world: World) -> None:
    data("put", DAILY)
    data("pause")
    status, error = refused("backfill")
    assert (status, error["code"]) == (409, "SCHEDULE_PAUSED")
    assert world.executions.started == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({**SPAN, "to": "2026-03-02T09:00:01Z"}, "to"),
        ({**SPAN, "to": SPAN["from"]}, "to"),
    ],
)
def test_a_span_that_is_not_past_is_refused(world: World, body: dict[str, Any], named: str) -> None:
    data("put", DAILY)
    status, error = refused("backfill", body)
    assert (status, error["details"]["field"]) == (400, named)


@pytest.mark.parametrize("more", [{"limit": 101}, {"limit": 0}, {"from": "yesterday"}])
def test_a_backfill_off_the_schema_is_refused(world: World, more: dict[str, Any]) -> None:
    data("put", DAILY)
    assert refused("backfill", {**SPAN, **more})[0] == 400


def test_a_schedule_that_cannot_work_any_more_is_not_backfilled(world: World) -> None:
    data("put", DAILY)
    broken: Schedule = world.schedule.model_copy(update={"input": {}})
    world.schedules.put(broken)
    status, error = refused("backfill")
    assert (status, error["code"]) == (400, "INVALID_INPUT")
    assert world.schedule.firings == Firings()
