"""Changing a schedule in both places: the store, which shows it, and the timetable, which fires it.

What fires must show as enabled, even if this crashes between the two writes. So an enabled schedule
is stored before it fires, and one that is switched off stops firing before it is stored. Either way
the call can be repeated, and admission refuses what the store does not show as enabled.
"""

from hub import wiring
from hub.domain.errors import InvalidRequestError
from hub.domain.schedule import Schedule
from hub.domain.schedule_expression import parse_expression


def write_schedule(schedule: Schedule, known: Schedule | None) -> None:
    """Store a schedule, and make it fire or not.

    Raises InvalidRequestError if the timetable refuses it; then all is as it was.
    """
    if not schedule.enabled:
        _arrange(schedule)
        wiring.schedules().put(schedule)
        return
    wiring.schedules().put(schedule)
    try:
        _arrange(schedule)
    except InvalidRequestError:
        # Refused, so it will never fire like this: show again what was there before.
        _restore(schedule, known)
        raise


def pause_known(known: Schedule, paused: Schedule) -> bool:
    """Pause a schedule unless somebody changed it meanwhile; then it fires as they wanted it to."""
    _arrange(paused)
    if wiring.schedules().replace(paused, known):
        return True
    newest = wiring.schedules().get(known.organization_id, known.agent_id)
    if newest:
        _arrange(newest)
    else:
        wiring.timetable().delete(known.id)
    return False


def _arrange(schedule: Schedule) -> None:
    """Make the timetable fire as the schedule says."""
    expression = parse_expression(schedule.expression)
    if expression.kind == "at" and not schedule.enabled:
        # Its time may have passed, and EventBridge Scheduler takes none that has.
        wiring.timetable().delete(schedule.id)
        return
    wiring.timetable().put(schedule, expression.scheduler_expressions)


def _restore(refused: Schedule, known: Schedule | None) -> None:
    if known:
        wiring.schedules().put(known)
        return
    wiring.timetable().delete(refused.id)
    wiring.schedules().delete(refused.organization_id, refused.agent_id)
