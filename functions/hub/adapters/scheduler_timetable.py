"""Timetable over EventBridge Scheduler.

Its target is the admission function and not the state machine: admission names the execution after
the run, and the run after the firing, so a firing that is delivered twice is still one run.
https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.domain.errors import InvalidRequestError, TransientError
from hub.domain.schedule import Schedule
from hub.domain.schedule_expression import parse_expression
from hub.domain.schedule_times import first_of_rate
from hub.settings import ScheduleSettings

MAX_EXPRESSIONS = 2
"""A cron expression with both day fields restricted needs two, no other needs more than one."""

_MAX_DESCRIPTION = 512
_RETRY_POLICY = {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600}


class SchedulerTimetable:
    """Fires schedules through EventBridge Scheduler, one or two of its entries for each."""

    def __init__(self, client: Any, settings: ScheduleSettings) -> None:
        self._client = client
        self._settings = settings

    def put(self, schedule: Schedule, expressions: Sequence[str]) -> None:
        """Fire exactly on these expressions (one or two), or on none while it is not enabled.

        Repeatable: a put that stopped half-way is completed by the next. Raises
        InvalidRequestError if EventBridge Scheduler refuses the expression or time zone,
        TransientError if the schedule is being changed by somebody else.
        """
        names = entry_names(schedule.id)
        for name, expression in zip(names[: len(expressions)], expressions, strict=True):
            self._upsert(self._entry(schedule, name, expression))
        for name in names[len(expressions) :]:
            self._remove(name)

    def delete(self, schedule_id: str) -> None:
        """Fire no more. What is gone already is fine."""
        for name in entry_names(schedule_id):
            self._remove(name)

    def _entry(self, schedule: Schedule, name: str, expression: str) -> dict[str, Any]:
        described = f"NeonHub: agent {schedule.agent_id} of {schedule.organization_id}"
        return {
            "Name": name,
            "GroupName": self._settings.schedule_group,
            "Description": described[:_MAX_DESCRIPTION],
            "ScheduleExpression": expression,
            "ScheduleExpressionTimezone": schedule.timezone,
            "FlexibleTimeWindow": _window(schedule.flexible_minutes),
            "State": "ENABLED" if schedule.enabled else "DISABLED",
            "Target": {
                "Arn": self._settings.schedule_target_arn,
                "RoleArn": self._settings.schedule_role_arn,
                "Input": target_input(schedule),
                "RetryPolicy": dict(_RETRY_POLICY),
                "DeadLetterConfig": {"Arn": self._settings.schedule_dlq_arn},
            },
            **_dates(schedule, expression),
        }

    def _upsert(self, entry: dict[str, Any]) -> None:
        try:
            try:
                self._client.update_schedule(**entry)
            except ClientError as error:
                if error_code(error) != "ResourceNotFoundException":
                    raise
                self._client.create_schedule(**entry)
        except ClientError as error:
            raise _translated(error, entry) from error

    def _remove(self, name: str) -> None:
        try:
            self._client.delete_schedule(Name=name, GroupName=self._settings.schedule_group)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise


def entry_names(schedule_id: str) -> list[str]:
    """The names a schedule of ours may have at EventBridge Scheduler."""
    stem = hashlib.sha256(schedule_id.encode()).hexdigest()[:24]
    return [f"{stem}-{n}" for n in range(MAX_EXPRESSIONS)]


def target_input(schedule: Schedule) -> str:
    """What admission is called with; EventBridge Scheduler fills in the scheduled time."""
    return json.dumps(
        {
            "task": "admit",
            "organizationId": schedule.organization_id,
            "agentId": schedule.agent_id,
            "scheduledTime": "<aws.scheduler.scheduled-time>",
        }
    )


def _window(minutes: int) -> dict[str, Any]:
    if not minutes:
        return {"Mode": "OFF"}
    return {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes}


def _dates(schedule: Schedule, expression: str) -> dict[str, Any]:
    """When it begins and ends to fire.

    Without a start date a rate fires at once; ours fires first when one period has passed. A start
    that has passed is left out, because more than five minutes ago is refused; so are all dates
    while it does not fire.
    """
    if not schedule.enabled:
        return {}
    period = parse_expression(expression).period
    start = first_of_rate(schedule, period) if period else schedule.start_at
    begins = start if start and start > schedule.updated_at else None
    dates = {"StartDate": begins, "EndDate": schedule.end_at}
    return {name: date for name, date in dates.items() if date}


def _translated(error: ClientError, entry: dict[str, Any]) -> Exception:
    match error_code(error):
        case "ValidationException":
            return InvalidRequestError(
                f"EventBridge Scheduler refused {entry['ScheduleExpression']!r} in the time zone "
                f"{entry['ScheduleExpressionTimezone']!r}; change the expression or the time zone",
                details={"field": "cronExpression"},
            )
        case "ConflictException":
            return TransientError("the schedule is being changed by somebody else; try again")
        case _:
            return error
