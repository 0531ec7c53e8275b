"""Pause, resume, preview and backfill: what clients send, what is done, what they get."""

from datetime import datetime

from pydantic import Field

from api.schedule_body import ScheduleBody, check_fires
from hub import wiring
from hub.domain.errors import ConflictError, InvalidRequestError
from hub.domain.model import Instant, Json, iso
from hub.domain.schedule import Schedule
from hub.domain.schedule_expression import parse_expression
from hub.domain.schedule_times import Foreseen, preview, times_between
from hub.http import Body
from hub.observability import logger
from hub.schedule_runs import MAX_WAITING, Backfilled, backfill, change_firings
from hub.schedule_writes import write_schedule


class ReasonBody(Body):
    """The body of a pause, whose reason is shown until it ends, and of a resume; all are logged."""

    reason: str | None = Field(default=None, min_length=1, max_length=500)


class PreviewBody(ScheduleBody):
    """The body of a preview: a schedule, and how many of its firings to show."""

    count: int = Field(default=10, ge=1, le=50)


class BackfillBody(Body):
    """The body of a backfill: firings due from `from` on and before `to`, at most `limit`."""

    start: Instant = Field(alias="from")
    end: Instant = Field(alias="to")
    limit: int = Field(default=MAX_WAITING, ge=1, le=MAX_WAITING)


def set_schedule(schedule: Schedule, known: Schedule | None) -> Schedule:
    """Store a schedule that was set or resumed; its count of failures begins anew."""
    if known:
        # First the count: an old one must not pause it in the moment it is enabled.
        agent = known.agent_id
        change_firings(known.organization_id, agent, lambda known: known.firings.forgiven())
    write_schedule(schedule, known)
    return wiring.schedules().get(schedule.organization_id, schedule.agent_id) or schedule


def pause(known: Schedule, by: str, reason: str | None, now: datetime) -> Schedule:
    """Let a schedule fire no more. One that is paused keeps since when, by whom and why."""
    paused = known
    if known.enabled or known.pause is None:
        paused = known.paused(now, by, reason)
    # Also if it was paused before: that may have stopped half-way.
    write_schedule(paused, known)
    _log("schedule paused", known, by, reason)
    return paused


def resume(known: Schedule, by: str, reason: str | None, now: datetime) -> Schedule:
    """Let a schedule fire again. InvalidRequestError if it never would."""
    resumed = known.resumed(now)
    check_fires(resumed, now)
    stored = set_schedule(resumed, known)
    _log("schedule resumed", known, by, reason)
    return stored


def foreseen(schedule: Schedule, now: datetime, count: int) -> dict[str, Json]:
    """The next firings of a schedule that need not be stored."""
    expression = parse_expression(schedule.expression)
    return {
        "scheduleExpression": schedule.expression,
        "schedulerExpressions": list(expression.scheduler_expressions),
        "timezone": schedule.timezone,
        "firings": [_foreseen(time) for time in preview(schedule, now, count)],
    }


def backfill_span(schedule: Schedule, body: BackfillBody, now: datetime) -> dict[str, Json]:
    """Start the runs of a past span that there are none of, and say which those are."""
    _check_span(schedule, body, now)
    times = times_between(schedule, body.start, body.end, body.limit + 1)
    firings = [_backfilled(schedule, firing) for firing in backfill(schedule, times[: body.limit])]
    left = times[body.limit :]
    return {
        "firings": firings,
        "started": _ids(firings, "started"),
        "waiting": _ids(firings, "waiting"),
        "existed": _ids(firings, "existed"),
        "nextFrom": iso(left[0]) if left else None,
    }


def _log(done: str, schedule: Schedule, by: str, reason: str | None) -> None:
    logger.info(done, extra={"scheduleId": schedule.id, "by": by, "reason": reason})


def _foreseen(time: Foreseen) -> dict[str, Json]:
    return {
        "at": iso(time.at) if time.at else None,
        "local": time.local,
        "fires": time.at is not None,
        "notes": list(time.notes),
    }


def _check_span(schedule: Schedule, body: BackfillBody, now: datetime) -> None:
    if body.end <= body.start:
        raise InvalidRequestError("to: is not later than from", details={"field": "to"})
    if body.end > now:
        message = "to: lies in the future; a schedule fires by itself from now on"
        raise InvalidRequestError(message, details={"field": "to"})
    if not schedule.enabled:
        raise ConflictError(
            f"the schedule of {schedule.agent_id} is paused; resume it before you backfill it",
            code="SCHEDULE_PAUSED",
        )


def _backfilled(schedule: Schedule, firing: Backfilled) -> dict[str, Json]:
    outcome = "existed" if firing.existed else "started" if firing.run else "waiting"
    return {
        "at": iso(firing.due),
        "runId": schedule.run_id(firing.due),
        "outcome": outcome,
        "status": firing.run.status if firing.run else None,
    }


def _ids(firings: list[dict[str, Json]], outcome: str) -> list[str]:
    return [firing["runId"] for firing in firings if firing["outcome"] == outcome]
