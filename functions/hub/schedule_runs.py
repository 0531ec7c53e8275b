"""From firings to runs: which one is started, which one waits, and which one is skipped.

A firing's run has an id that follows from when the firing was due. So whoever starts it, a firing,
a second delivery of it, the end of the run before, or a backfill, starts the same run.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub import wiring
from hub.agent_kit.catalog import load_agent
from hub.agent_kit.start import RunOrder, RunStarter
from hub.domain.errors import ConflictError, InvalidRequestError, NotFoundError, TransientError
from hub.domain.run import AgentRun, Failure, RunStatus, Trigger
from hub.domain.schedule import Overlap, Schedule
from hub.domain.schedule_firings import Firings
from hub.domain.schedule_times import missed_before
from hub.observability import count, logger

MAX_WAITING = 100
"""Firings of one schedule that may wait to be started."""

_ATTEMPTS = 10
_CLAIM = timedelta(minutes=10)
"""So long a run that was about to be written may take to appear: Lambda's retries take three."""

_OVERLAP = "SCHEDULE_OVERLAP"
_PAUSED = "SCHEDULE_PAUSED"


def change_firings(
    organization_id: str, agent_id: str, decide: Callable[[Schedule], Firings | None]
) -> Schedule | None:
    """Apply a decision on what has become of a schedule's firings; the schedule as it is then.

    `decide` may be called again on a newer schedule, so it changes nothing itself; None means no
    change. Returns None if there is no schedule. Raises TransientError if others keep changing it.
    """
    for _ in range(_ATTEMPTS):
        schedule = wiring.schedules().get(organization_id, agent_id)
        if schedule is None:
            return None
        firings = decide(schedule)
        if firings is None or firings == schedule.firings:
            return schedule
        if wiring.schedules().save_firings(schedule, firings):
            return schedule.model_copy(update={"firings": firings})
    raise TransientError(f"the schedule of {agent_id} is being changed by others; try again")


def take(schedule: Schedule, due: datetime) -> AgentRun | None:
    """The run of a firing, started or skipped; None if it waits for the run before.

    Repeatable after a crash at any point.
    """
    if schedule.firings.waiting:
        start_waiting(schedule.organization_id, schedule.agent_id)
    run = drafted(schedule, due)

    def place(schedule: Schedule) -> Firings | None:
        firings = schedule.firings
        if firings.active_run_id == run.id or due in firings.waiting:
            return None
        told = firings.fired(due, missed_before(schedule, due, wiring.clock().now()))
        if run.status.terminal or not schedule.enabled:
            return told
        if schedule.overlap is Overlap.ALLOW or not _is_busy(schedule):
            return told.started(run.id, wiring.clock().now())
        may_wait = schedule.overlap is Overlap.QUEUE_ONE and not firings.waiting
        return told.queued([due]) if may_wait else told

    placed = change_firings(schedule.organization_id, schedule.agent_id, place)
    if placed:
        _tell_missed(schedule, placed)
    if run.status.terminal:
        return wiring.runs().create(run)
    if placed and placed.firings.active_run_id == run.id:
        return start(run)
    if placed and due in placed.firings.waiting:
        # The run before may have ended in between, and then nobody else would start this one.
        start_waiting(schedule.organization_id, schedule.agent_id)
        return wiring.runs().get(run.organization_id, run.id)
    return wiring.runs().create(skipped(schedule, due, _not_taken(placed)))


def start(run: AgentRun) -> AgentRun:
    """The stored run, its execution started unless it has ended. Repeatable."""
    return begin(wiring.runs().create(run))


def begin(stored: AgentRun) -> AgentRun:
    """A stored run, its execution started unless it has ended. Repeatable."""
    if not stored.status.terminal:
        wiring.executions().start(stored)
        wiring.schedules().record_firing(
            stored.organization_id, stored.agent_id, stored.id, stored.created_at
        )
    return stored


def start_waiting(organization_id: str, agent_id: str) -> None:
    """Start the first firing that waits, unless a run of the schedule is under way.

    Those that wait while the schedule was paused are skipped. Repeatable after a crash.
    """
    for _ in range(MAX_WAITING + 1):
        schedule = wiring.schedules().get(organization_id, agent_id)
        if schedule is None or not schedule.firings.waiting or _is_under_way(schedule):
            return
        due = schedule.firings.waiting[0]
        stored = wiring.runs().create(_waited(schedule, due))
        _take_off(schedule, due, stored)
        if not stored.status.terminal:
            begin(stored)
            logger.info("waiting firing started", extra={"runId": stored.id})
            return


@dataclass(frozen=True)
class Backfilled:
    """A past firing and its run: whether it existed before; no run yet if the firing waits."""

    due: datetime
    run: AgentRun | None
    existed: bool


def backfill(schedule: Schedule, times: Sequence[datetime]) -> list[Backfilled]:
    """Start the runs of past firings that have none.

    All at once if runs of the schedule may overlap, else one after the other. Raises
    InvalidRequestError if the schedule cannot work any more, ConflictError if too many would wait.
    """
    known = {due: _run(schedule, due) for due in times}
    new = {due: queued(schedule, due) for due, run in known.items() if run is None}
    if schedule.overlap is Overlap.ALLOW:
        runs: dict[datetime, AgentRun | None] = {due: start(run) for due, run in new.items()}
    else:
        organization, agent = schedule.organization_id, schedule.agent_id
        change_firings(organization, agent, lambda schedule: _waiting(schedule, list(new)))
        start_waiting(organization, agent)
        runs = {due: _run(schedule, due) for due in new}
    return [
        Backfilled(due, runs[due], existed=False) if due in new else Backfilled(due, run, True)
        for due, run in known.items()
    ]


def _run(schedule: Schedule, due: datetime) -> AgentRun | None:
    return wiring.runs().get(schedule.organization_id, schedule.run_id(due))


def drafted(schedule: Schedule, due: datetime) -> AgentRun:
    """The run of a firing, not stored yet: queued, or skipped if its schedule cannot work."""
    try:
        return queued(schedule, due)
    except (InvalidRequestError, NotFoundError) as error:
        message = f"{error.message}. Correct the schedule of this agent."
        return skipped(schedule, due, Failure(code=error.error_code, message=message))


def queued(schedule: Schedule, due: datetime) -> AgentRun:
    """The queued run of a firing, not stored yet. Raises InvalidRequestError, NotFoundError."""
    order = RunOrder(
        agent=load_agent(schedule.agent_id),
        organization_id=schedule.organization_id,
        intent=schedule.intent,
        input=schedule.input,
        trigger=Trigger.SCHEDULE,
        run_id=schedule.run_id(due),
        priority=schedule.priority,
        schedule_id=schedule.id,
        approval=schedule.approval,
    )
    starter = RunStarter(wiring.runs(), wiring.executions(), wiring.clock(), wiring.ids())
    return starter.draft(order)


def skipped(schedule: Schedule, due: datetime, why: Failure) -> AgentRun:
    """A record of a firing that was not run. Its only change, number 1, is its ending."""
    now = wiring.clock().now()
    run = AgentRun(
        id=schedule.run_id(due),
        agent_id=schedule.agent_id,
        organization_id=schedule.organization_id,
        intent=schedule.intent,
        objective=f"Scheduled {schedule.intent}",
        priority=schedule.priority,
        trigger=Trigger.SCHEDULE,
        schedule_id=schedule.id,
        input=schedule.input,
        sequence=1,
        created_at=now,
    )
    reason = f"the scheduled run was skipped: {why.message}"
    return run.ended(RunStatus.SKIPPED, 1, now, Failure(code=why.code, message=reason))


def _is_busy(schedule: Schedule) -> bool:
    return bool(schedule.firings.waiting) or _is_under_way(schedule)


def _is_under_way(schedule: Schedule) -> bool:
    firings = schedule.firings
    if firings.active_run_id is None or firings.active_since is None:
        return False
    run = wiring.runs().get(schedule.organization_id, firings.active_run_id)
    if run is None:
        return wiring.clock().now() - firings.active_since < _CLAIM
    return not run.status.terminal


def _waited(schedule: Schedule, due: datetime) -> AgentRun:
    """The run of a firing that waited, now that its turn has come."""
    if schedule.enabled:
        return drafted(schedule, due)
    message = "it waited for the run before, and meanwhile the schedule was paused"
    return skipped(schedule, due, Failure(code=_PAUSED, message=message))


def _take_off(schedule: Schedule, due: datetime, run: AgentRun) -> None:
    """The first firing waits no more. Somebody else may have taken it off before."""

    def decide(schedule: Schedule) -> Firings | None:
        if schedule.firings.waiting[:1] != (due,):
            return None
        taken = schedule.firings.next_taken()
        return taken if run.status.terminal else taken.started(run.id, wiring.clock().now())

    change_firings(schedule.organization_id, schedule.agent_id, decide)
    if run.status is RunStatus.SKIPPED:
        count("ScheduledFirings", outcome="skipped")


def _waiting(schedule: Schedule, times: Sequence[datetime]) -> Firings:
    firings = schedule.firings
    more = [due for due in times if due not in firings.waiting]
    if len(firings.waiting) + len(more) > MAX_WAITING:
        raise ConflictError(
            f"{len(firings.waiting)} firings of this schedule wait to be started, and at most "
            f"{MAX_WAITING} may; backfill fewer, or wait until some have run",
            code="TOO_MANY_WAITING",
            details={"waiting": len(firings.waiting), "limit": MAX_WAITING},
        )
    return firings.queued(more)


def _not_taken(schedule: Schedule | None) -> Failure:
    if schedule is None or not schedule.enabled:
        message = "the schedule was paused or removed in the moment it fired"
        return Failure(code=_PAUSED, message=message)
    firings = schedule.firings
    what = f"the run {firings.active_run_id} of this schedule is still under way"
    if firings.waiting:
        what += f", and {len(firings.waiting)} of its firings wait"
    message = f"{what} (its overlap policy is {schedule.overlap})"
    return Failure(code=_OVERLAP, message=message)


def _tell_missed(before: Schedule, after: Schedule) -> None:
    missed = after.firings.missed - before.firings.missed
    if missed > 0:
        last = after.firings.last_missed_at
        told = {"missed": missed, "lastMissedAt": last, "scheduleId": after.id}
        logger.warning("scheduled firings did not come", extra=told)
        count("SchedulesMissed", missed)
