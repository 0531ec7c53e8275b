"""What clients send to set a schedule, and how it becomes one."""

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from hub.agent_kit.catalog import resolve
from hub.agent_kit.deliveries import check_deliveries
from hub.agent_kit.routes import ApprovalBody
from hub.agent_kit.spec import AgentSpec
from hub.domain.cron import CronFieldError
from hub.domain.errors import InvalidRequestError
from hub.domain.model import Instant, Json, iso
from hub.domain.run import Priority
from hub.domain.schedule import MAX_FLEXIBLE_MINUTES, Overlap, Schedule
from hub.domain.schedule_expression import ScheduleExpression, parse_expression
from hub.domain.schedule_times import next_times
from hub.http import Body
from hub.validation import parse

_MAX_FAILURES = 100

# EventBridge Scheduler keeps dates to the second.
_Second = Annotated[Instant, AfterValidator(lambda moment: moment.replace(microsecond=0))]


class ScheduleBody(Body):
    """The body of a schedule. Without intent or input, those it has, or else the agent's own."""

    cron_expression: str = Field(description="Five fields, or cron(…), rate(…) or at(…).")
    priority: Priority = Priority.NORMAL
    enabled: bool = True
    timezone: str = Field(default="UTC", description="IANA name, for example Europe/Berlin.")
    intent: str | None = None
    input: dict[str, Any] | None = None
    approval: ApprovalBody | None = Field(default=None, description="Its runs wait for approval.")
    overlap: Overlap = Field(
        default=Overlap.SKIP, description="While a run of it is under way: skip, queue_one, allow."
    )
    start_at: _Second | None = Field(default=None, description="Fires from then on.")
    end_at: _Second | None = Field(default=None, description="Fires before then.")
    flexible_minutes: int = Field(
        default=0, ge=0, le=MAX_FLEXIBLE_MINUTES, description="May start so much later than due."
    )
    pause_after_failures: int = Field(
        default=0, ge=0, le=_MAX_FAILURES, description="Failed runs in a row; 0 never pauses."
    )


def schedule_of(
    body: ScheduleBody,
    agent: AgentSpec,
    organization_id: str,
    known: Schedule | None,
    now: datetime,
) -> Schedule:
    """The schedule a body asks for, not stored. InvalidRequestError names what is wrong with it."""
    expression = _expression(body.cron_expression)
    intent, given = _work(agent, body, known)
    schedule = Schedule(
        organization_id=organization_id,
        agent_id=agent.id,
        expression=expression.text,
        timezone=_zone(body.timezone).key,
        priority=body.priority,
        enabled=body.enabled,
        intent=intent,
        input=given,
        approval_seconds=body.approval.timeout_seconds if body.approval else 0,
        overlap=body.overlap,
        start_at=body.start_at,
        end_at=body.end_at,
        flexible_minutes=body.flexible_minutes,
        pause_after_failures=body.pause_after_failures,
        created_at=known.created_at if known else now,
        updated_at=now,
    )
    _check_dates(schedule, expression, now)
    check_fires(schedule, now)
    return schedule


def check_fires(schedule: Schedule, now: datetime) -> None:
    """InvalidRequestError if the schedule is enabled and would never fire."""
    if schedule.enabled and not next_times(schedule, now, 1):
        reason = "never fires again"
        if schedule.end_at:
            reason += f" before endAt, {iso(schedule.end_at)}"
        raise _bad_expression("expression", reason)


def _check_dates(schedule: Schedule, expression: ScheduleExpression, now: datetime) -> None:
    start, end = schedule.start_at, schedule.end_at
    if expression.kind == "at":
        for name, date in (("startAt", start), ("endAt", end)):
            if date:
                raise _bad_date(name, "is not for at(…), which fires once; leave it out")
        if not expression.next_firings(now, ZoneInfo(schedule.timezone), 1):
            raise _bad_expression("expression", "is in the past, or a time the clocks skip")
    if end and end <= now:
        raise _bad_date("endAt", "lies in the past")
    if start and end and end <= start:
        raise _bad_date("endAt", "is not later than startAt")


def _work(agent: AgentSpec, body: ScheduleBody, known: Schedule | None) -> tuple[str, Json]:
    """The intent and input to run; InvalidRequestError names what is wrong, as `input.brief`."""
    name = body.intent or (known.intent if known else agent.default_intent)
    intent = resolve(agent.id, name).intent(name)
    given: Json = body.input
    if given is None and known and known.intent == name:
        given = known.input
    if given is None:
        given = dict(agent.default_input) if name == agent.default_intent else {}
    work = parse(intent.input, given, "input")
    check_deliveries(work)
    return name, work.to_json()


def _expression(text: str) -> ScheduleExpression:
    try:
        return parse_expression(text)
    except CronFieldError as error:
        raise _bad_expression(error.field, error.reason, str(error)) from None


def _bad_expression(field: str, reason: str, message: str | None = None) -> InvalidRequestError:
    details = {"field": "cronExpression", "cronField": field, "reason": reason}
    return InvalidRequestError(message or f"cronExpression: {reason}", details=details)


def _bad_date(field: str, reason: str) -> InvalidRequestError:
    return InvalidRequestError(f"{field}: {reason}", details={"field": field, "reason": reason})


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found; no name at all; a folder of names
        reason = "is not an IANA time zone, such as Europe/Berlin or UTC"
        raise InvalidRequestError(
            f"timezone: {name[:60]!r} {reason}", details={"field": "timezone", "reason": reason}
        ) from None
