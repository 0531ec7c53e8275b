"""Patches of EventBridge Scheduler."""

import re
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ministack.core import responses
from ministack.services import eventbridge, lambda_svc, stepfunctions
from ministack.services import scheduler as service

type Key = tuple[str, str, str]
type Schedule = dict[str, Any]

_AT = re.compile(r"\s*at\((.+)\)\s*")
_ATTRIBUTE = re.compile(r"<aws\.scheduler\.([\w-]+)>")
# A rate that fell behind by more than this (a suspended machine) starts anew from now.
_CATCH_UP_SECONDS = 60


def schedules() -> None:
    """Schedules follow their time zone and their dates to the second.

    ministack 1.5.33 looks every 10 s, ignores `ScheduleExpressionTimezone`, leaves
    `<aws.scheduler.*>` in the input, and drops the event of a missing target in place of
    sending it to the dead-letter queue. It begins a rate wherever it last was and not at the
    `StartDate`, and makes good what fell due before a schedule was changed or enabled again.

    With a flexible time window a target may be invoked at any moment of it; here it is always the
    first one.
    """
    service._SCHEDULE_TICK_INTERVAL = 1
    service._tick_schedules = _tick


def _tick() -> None:
    now = time.time()
    for key, schedule in list(service._schedules._data.items()):
        if not _is_active(schedule, now):
            continue
        try:
            due = due_at(key, schedule, now)
        except (ValueError, ZoneInfoNotFoundError) as error:
            service.logger.error("schedule %s: %s", schedule.get("Name"), error)
            schedule["State"] = "DISABLED"
            continue
        if due is not None and due <= now:
            _complete(key, schedule, due, now)
            _fire(key, schedule, due)


def _is_active(schedule: Schedule, now: float) -> bool:
    if schedule.get("State") != "ENABLED":
        return False
    start = _date(schedule, "StartDate")
    return start is None or start <= now


def _date(schedule: Schedule, name: str) -> float | None:
    """A start or end as epoch seconds; a schedule that fires once has none."""
    if _AT.fullmatch(schedule.get("ScheduleExpression", "")):
        return None
    moment: float | None = service._to_epoch(schedule.get(name))
    return moment


def due_at(key: Key, schedule: Schedule, now: float) -> float | None:
    """The epoch seconds of the next firing, or None when there is none to come.

    Raises `ValueError` or `ZoneInfoNotFoundError` when the expression cannot be read.
    """
    due = _due_by_expression(key, schedule, now)
    end = _date(schedule, "EndDate")
    return None if due is None or (end is not None and due > end) else due


def _due_by_expression(key: Key, schedule: Schedule, now: float) -> float | None:
    fired = service._schedule_last_fired
    expression = schedule.get("ScheduleExpression", "")
    zone = ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC")
    start = _date(schedule, "StartDate")
    if once := _AT.fullmatch(expression):
        due = datetime.fromisoformat(once[1].strip()).replace(tzinfo=zone).timestamp()
        return due if fired.get(key, -1.0) < due else None
    if (seconds := eventbridge._parse_rate_seconds(expression)) is not None:
        last: float = fired.setdefault(key, schedule.get("CreationDate", now))
        return start if start is not None and last < start else last + float(seconds)
    # A cron may fire at the very start, which has passed when it is looked at for the first time.
    first = now if start is None or now - start > _CATCH_UP_SECONDS else start - 1
    changed: float = schedule.get("LastModificationDate") or 0.0
    base = max(fired.setdefault(key, first), changed)
    fields = eventbridge._parse_cron_fields(expression)
    following = fields and eventbridge._cron_next_fire(fields, datetime.fromtimestamp(base, zone))
    return float(following.timestamp()) if following else None


def _complete(key: Key, schedule: Schedule, due: float, now: float) -> None:
    expression = schedule["ScheduleExpression"]
    behind = now - due
    keeps_pace = expression.startswith("rate") and behind < _CATCH_UP_SECONDS
    service._schedule_last_fired[key] = due if keeps_pace else now
    if _AT.fullmatch(expression) and schedule.get("ActionAfterCompletion") == "DELETE":
        service._schedules._data.pop(key, None)
        service._schedule_last_fired.pop(key, None)


def _fire(key: Key, schedule: Schedule, due: float) -> None:
    account, region, _ = key
    responses.set_request_account_id(account)
    responses.set_request_region(region)
    event = {
        "EventId": responses.new_uuid(),
        "Source": "aws.scheduler",
        "DetailType": "Scheduled Event",
        "Detail": "{}",
        "Time": due,
        "Resources": [schedule["Arn"]],
        "Account": account,
        "Region": region,
    }
    eventbridge._invoke_target(_target(schedule, due), event, schedule)


def _target(schedule: Schedule, due: float) -> dict[str, Any]:
    target = dict(schedule.get("Target") or {})
    attributes = {
        "schedule-arn": schedule["Arn"],
        "scheduled-time": datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "execution-id": responses.new_uuid(),
        "attempt-number": "1",
    }
    text = target.get("Input") or "{}"
    target["Input"] = _ATTRIBUTE.sub(lambda match: attributes.get(match[1], match[0]), text)
    dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
    if dead_letters and not _exists(target.get("Arn", "")):
        return {"Arn": dead_letters, "Input": target["Input"]}
    return target


def _exists(arn: str) -> bool:
    if ":states:" in arn and ":stateMachine:" in arn:
        return stepfunctions._resolve_state_machine_arn(arn) is not None
    if ":lambda:" in arn:
        return lambda_svc._get_func_record_for_ref(arn)[0] is not None
    return True
