"""Schedules over HTTP: their dates and policies, pause and resume."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.domain.run import RunStatus
from hub.domain.schedule import Overlap
from tests.support import START, FrozenClock
from tests.unit.api.schedules_world import ID, World, call, data, refused, showing

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


# ---------------------------------------------------------------- dates and policies


def test_what_was_not_asked_for_has_its_default(world: World) -> None:
    answer = data("put", DAILY)
    wanted: dict[str, object] = {
        "overlap": "skip",
        "startAt": None,
        "endAt": None,
        "flexibleMinutes": 0,
        "pauseAfterFailures": 0,
        "pausedAt": None,
        "pausedBy": None,
        "pausedReason": None,
        "consecutiveFailures": 0,
        "waitingFirings": [],
        "missedFirings": 0,
        "lastMissedAt": None,
        "overdueSince": None,
    }
    assert {name: answer[name] for name in wanted} == wanted
    assert set(data("get", agent="social")) == set(data("get"))


def test_dates_and_policies_are_kept_and_shown(world: World) -> None:
    given = {
        "startAt": "2026-03-10T00:00:00Z",
        "endAt": "2026-03-12T10:00:00+02:00",
        "flexibleMinutes": 15,
        "overlap": "queue_one",
        "pauseAfterFailures": 3,
    }
    shown = data("put", {**DAILY, **given})
    assert shown["startAt"] == "2026-03-10T00:00:00.000Z"
    assert shown["endAt"] == "2026-03-12T08:00:00.000Z"
    assert (shown["flexibleMinutes"], shown["pauseAfterFailures"]) == (15, 3)
    assert shown["nextRuns"] == ["2026-03-10T09:00:00.000Z", "2026-03-11T09:00:00.000Z"]
    assert world.schedule.overlap is Overlap.QUEUE_ONE
    without = data("put", DAILY)
    assert (without["startAt"], without["endAt"], without["overlap"]) == (None, None, "skip")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**DAILY, "endAt": "2026-03-02T08:59:59Z"}, "endAt"),
        ({**DAILY, "startAt": "2026-04-01T00:00:00Z", "endAt": "2026-04-01T00:00:00Z"}, "endAt"),
        ({**DAILY, "endAt": "2026-03-03T09:00:00Z"}, "cronExpression"),
        ({"cronExpression": "at(2026-03-02T08:59:00)", "enabled": False}, "cronExpression"),
        ({"cronExpression": "at(2026-03-09T09:00:00)", "endAt": "2026-04-01T00:00:00Z"}, "endAt"),
        (
            {"cronExpression": "at(2026-03-09T09:00:00)", "startAt": "2026-03-03T00:00:00Z"},
            "startAt",
        ),
    ],
)
def test_dates_that_make_no_sense_are_refused_by_name(
    world: World, body: dict[str, Any], field: str
) -> None:
    status, error = refused("put", body)
    assert (status, error["details"]["field"]) == (400, field)
    assert world.writes == []


@pytest.mark.parametrize(
    "more",
    [
        {"flexibleMinutes": 1441},
        {"flexibleMinutes": -1},
        {"overlap": "cancel"},
        {"pauseAfterFailures": -1},
        {"startAt": "2026-04-01T00:00:00"},
    ],
)
def test_what_is_off_the_schema_is_refused_by_name(world: World, more: dict[str, Any]) -> None:
    (named,) = more
    status, error = refused("put", {**DAILY, **more})
    assert status == 400
    assert [item["field"].split(".")[-1] for item in error["details"]["fields"]] == [named]


def test_what_became_of_its_firings_shows(world: World) -> None:
    data("put", {"cronExpression": "0 * * * *"})
    at = START + timedelta(hours=1)
    told(world, failures=2, missed=3, last_missed_at=at, waiting=(at,), last_due_at=at)
    world.clock.advance(2 * 3600 + 301)
    shown = data("get")
    assert (shown["consecutiveFailures"], shown["missedFirings"]) == (2, 3)
    assert shown["lastMissedAt"] == "2026-03-02T10:00:00.000Z"
    assert shown["waitingFirings"] == ["2026-03-02T10:00:00.000Z"]
    assert shown["overdueSince"] == "2026-03-02T11:00:00.000Z"


def test_a_schedule_that_stopped_silently_shows_since_when(world: World) -> None:
    """Pain: a schedule silently stops until somebody toggles it."""
    data("put", {"cronExpression": "0 * * * *", "flexibleMinutes": 10})
    world.clock.advance(3600 + 15 * 60)
    assert data("get")["overdueSince"] is None
    world.clock.advance(1)
    assert data("get")["overdueSince"] == "2026-03-02T10:00:00.000Z"
    assert data("pause")["overdueSince"] is None


def test_to_set_a_schedule_anew_forgets_its_failures(world: World) -> None:
    data("put", DAILY)
    told(world, failures=2)
    assert data("put", DAILY)["consecutiveFailures"] == 0


def test_a_rate_begins_at_its_start(world: World) -> None:
    given = {"cronExpression": "rate(2 hours)", "startAt": "2026-03-03T00:00:00Z"}
    assert data("put", given)["nextRuns"][:2] == [
        "2026-03-03T00:00:00.000Z",
        "2026-03-03T02:00:00.000Z",
    ]
    world.clock = FrozenClock(datetime(2026, 3, 3, 3, 30, tzinfo=UTC))
    assert data("get")["nextRunAt"] == "2026-03-03T04:00:00.000Z"


# ---------------------------------------------------------------- pause and resume


def test_a_paused_schedule_says_why_and_since_when_and_does_not_fire(world: World) -> None:
    data("put", DAILY)
    world.clock.advance(60)
    shown = data("pause")
    assert shown["scheduleEnabled"] is False
    assert shown["pausedAt"] == "2026-03-02T09:01:00.000Z"
    assert (shown["pausedBy"], shown["pausedReason"]) == ("key:example", "Holidays until Monday")
    assert world.timetable.firing(ID) == ()
    assert data("get")["status"] == "paused"


def test_a_second_pause_keeps_the_first_reason(world: World) -> None:
    data("put", DAILY)
    first = data("pause")
    world.clock.advance(60)
    assert data("pause", {"reason": "Something else"}) == first


def test_a_pause_needs_no_reason(world: World) -> None:
    data("put", DAILY)
    assert data("pause", {})["pausedReason"] is None


def test_a_resumed_schedule_fires_and_has_forgotten_its_failures(world: World) -> None:
    data("put", {**DAILY, "pauseAfterFailures": 2})
    told(world, failures=2)
    data("pause")
    shown = data("resume")
    assert (shown["scheduleEnabled"], shown["consecutiveFailures"]) == (True, 0)
    assert (shown["pausedAt"], shown["pausedReason"]) == (None, None)
    assert world.timetable.firing(ID) == ("cron(0 9 * * ? *)",)
    assert shown["pauseAfterFailures"] == 2


def test_who_paused_and_resumed_and_why_is_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    data("put", DAILY)
    data("pause")
    data("resume", {"reason": "Back again"})
    records = [vars(record) for record in caplog.records]
    logged = [(told["message"], told["by"], told["reason"]) for told in records if "by" in told]
    assert logged == [
        ("schedule paused", "key:example", "Holidays until Monday"),
        ("schedule resumed", "key:example", "Back again"),
    ]


def test_firings_that_wait_count_as_queued(world: World) -> None:
    data("put", DAILY)
    world.run("run_1", RunStatus.QUEUED)
    told(world, waiting=(START, START + timedelta(days=1)))
    assert data("status")["queuedTasksCount"] == 3


def test_a_resumed_rate_counts_from_then(world: World) -> None:
    data("put", {"cronExpression": "rate(2 hours)"})
    data("pause")
    world.clock.advance(5 * 3600)
    assert data("resume")["nextRunAt"] == "2026-03-02T16:00:00.000Z"


def test_what_a_pause_left_out_is_not_missed(world: World) -> None:
    data("put", {"cronExpression": "0 * * * *"})
    data("pause")
    world.clock.advance(5 * 3600)
    assert data("resume")["overdueSince"] is None


@pytest.mark.parametrize("sample", ["pause", "resume", "backfill"])
def test_without_a_schedule_there_is_nothing_to_do(world: World, sample: str) -> None:
    status, error = refused(sample)
    assert (status, error["code"]) == (404, "NOT_FOUND")
    assert "'content'" in error["message"]


def test_one_that_would_never_fire_again_is_not_resumed(world: World) -> None:
    data("put", {**DAILY, "endAt": "2026-03-04T00:00:00Z"})
    data("pause")
    world.clock.advance(86400 * 7)
    status, error = refused("resume")
    assert (status, error["details"]["field"]) == (400, "cronExpression")
    assert "endAt" in error["message"]


def test_a_paused_schedule_that_fires_once_leaves_nothing_in_the_timetable(world: World) -> None:
    """EventBridge Scheduler takes no time that has passed, not even switched off."""
    data("put", {"cronExpression": "at(2026-03-09T09:00:00)"})
    data("pause")
    assert world.timetable.entries == {}
    data("resume")
    assert world.timetable.firing(ID) == ("at(2026-03-09T09:00:00)",)


@pytest.mark.parametrize("sample", ["pause", "resume"])
@pytest.mark.parametrize("before", ["put", "pause"])
@pytest.mark.parametrize("place", ["store.put", "timetable.put"])
def test_a_crash_never_leaves_a_schedule_firing_that_does_not_show_as_enabled(
    world: World, sample: str, before: str, place: str
) -> None:
    data("put", DAILY)
    if before == "pause":
        data("pause")
    world.crash_at = place
    call(sample)
    assert showing(world) or not world.timetable.firing(ID)
    world.crash_at = None
    data(sample)
    assert showing(world) is bool(world.timetable.firing(ID)) is (sample == "resume")


@pytest.mark.parametrize("sample", ["pause", "resume", "backfill"])
def test_a_viewer_changes_nothing(world: World, sample: str) -> None:
    data("put", DAILY)
    assert refused(sample, role="viewer")[0] == 403
    assert refused(sample, organizationId="globex")[0] == 404
