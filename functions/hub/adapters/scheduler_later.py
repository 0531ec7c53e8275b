"""Later over EventBridge Scheduler: a schedule that fires once, and is gone then.

It calls the admission function, which makes a run of the call.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-delete.html
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.domain.connection import Connection
from hub.domain.errors import InvalidRequestError
from hub.domain.model import Json
from hub.ports import Clock
from hub.settings import TimetableSettings

AT_MOST = timedelta(days=365)

_RETRY_POLICY = {"MaximumRetryAttempts": 10, "MaximumEventAgeInSeconds": 3600}


class SchedulerLater:
    """Makes calls of one connection at another time."""

    def __init__(
        self, client: Any, settings: TimetableSettings, clock: Clock, connection: Connection
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._connection = connection

    def put(self, action: str, payload: Json, at: datetime, call_key: str) -> str:
        """Schedule the call; the same call key schedules it once. Returns its id."""
        now = self._clock.now()
        if not now < at <= now + AT_MOST:
            raise InvalidRequestError(
                f"{at.isoformat()} is not within the next {AT_MOST.days} days; name a time that is",
                code="TIME_OUT_OF_RANGE",
            )
        later_id = hashlib.sha256(call_key.encode()).hexdigest()[:24]
        try:
            self._client.create_schedule(**self._entry(later_id, action, payload, at))
        except ClientError as error:
            if error_code(error) != "ConflictException":
                raise
        return later_id

    def cancel(self, later_id: str) -> bool:
        """Make the call no more; False if there is none, or its time has come."""
        group = self._settings.schedule_group
        try:
            self._client.delete_schedule(Name=self._name(later_id), GroupName=group)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return False
        return True

    def _name(self, later_id: str) -> str:
        # The organization and connection are part of the name, so nobody can cancel another's.
        own = f"{self._connection.organization_id}\n{self._connection.id}\n{later_id}"
        return f"later-{hashlib.sha256(own.encode()).hexdigest()[:32]}"

    def _entry(self, later_id: str, action: str, payload: Json, at: datetime) -> dict[str, Any]:
        task = {
            "task": "deliver",
            "laterId": later_id,
            "organizationId": self._connection.organization_id,
            "connectionId": self._connection.id,
            "connector": self._connection.kind,
            "action": action,
            "payload": payload,
        }
        return {
            "Name": self._name(later_id),
            "GroupName": self._settings.schedule_group,
            "Description": f"NeonHub: {self._connection.kind}.{action}",
            "ScheduleExpression": f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
            "ScheduleExpressionTimezone": "UTC",
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            "Target": {
                "Arn": self._settings.schedule_target_arn,
                "RoleArn": self._settings.schedule_role_arn,
                "Input": json.dumps(task),
                "RetryPolicy": dict(_RETRY_POLICY),
                "DeadLetterConfig": {"Arn": self._settings.schedule_dlq_arn},
            },
        }
