"""ScheduleStore in the run table.

A schedule is the item `SCHEDULE` of the partition `ORG#<organization>#SCHEDULE#<agent>`. The index
`byOrganization` lists an organization's schedules under `ORG#<organization>#SCHEDULES`, by agent.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.adapters.dynamo import from_item, to_attribute, to_item
from hub.domain.model import Json, iso
from hub.domain.schedule import Schedule
from hub.domain.schedule_firings import Firings

_INPUT = "scheduleInput"
"""The attribute for the input: the indexes project a run's attributes, and this must not be one."""

_FIELDS = frozenset(field.alias or name for name, field in Schedule.model_fields.items())
_WRITTEN_ELSEWHERE = frozenset({"input", "lastRunId", "lastRunAt", "firings"})


class DynamoScheduleStore:
    """Keeps schedules in DynamoDB."""

    def __init__(self, client: Any, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, schedule: Schedule) -> None:
        """Store a schedule, new or changed.

        What has become of its firings is not written here but by `record_firing` and
        `save_firings` alone, so that a change cannot undo what happened since it was read.
        """
        self._client.update_item(**self._put(schedule))

    def replace(self, schedule: Schedule, known: Schedule) -> bool:
        """Store a schedule in place of a known one; False if somebody changed or removed it."""
        update = self._put(schedule)
        update["ExpressionAttributeNames"]["#known"] = "updatedAt"
        update["ExpressionAttributeValues"][":known"] = to_attribute(iso(known.updated_at))
        return self._changed({**update, "ConditionExpression": "#known = :known"})

    def save_firings(self, schedule: Schedule, firings: Firings) -> bool:
        """Keep what the firings of a schedule have become.

        False if they changed since the schedule was read, or if it is gone.
        """
        seen = schedule.firings.version
        unchanged = "firings.#version = :seen" if seen else "attribute_not_exists(firings)"
        new = firings.model_copy(update={"version": seen + 1}).to_json()
        values = {":new": new, **({":seen": seen} if seen else {})}
        return self._changed(
            {
                "TableName": self._table,
                "Key": _key(schedule.organization_id, schedule.agent_id),
                "UpdateExpression": "SET firings = :new",
                "ConditionExpression": f"attribute_exists(pk) AND {unchanged}",
                "ExpressionAttributeValues": to_item(values),
                **({"ExpressionAttributeNames": {"#version": "version"}} if seen else {}),
            }
        )

    def get(self, organization_id: str, agent_id: str) -> Schedule | None:
        """The schedule of an agent as it is now."""
        answer = self._client.get_item(
            TableName=self._table, Key=_key(organization_id, agent_id), ConsistentRead=True
        )
        item = answer.get("Item")
        return _decode(from_item(item)) if item else None

    def list(self, organization_id: str) -> Sequence[Schedule]:
        """The organization's schedules by agent.

        The index says which there are (one an agent, so never more than a page) and may lag by a
        moment; each is then read from the table, because the index has no inputs.
        """
        answer = self._client.query(
            TableName=self._table,
            IndexName="byOrganization",
            KeyConditionExpression="byOrganization = :schedules",
            ExpressionAttributeValues=to_item({":schedules": _listed_under(organization_id)}),
        )
        agents = [from_item(item)["listKey"] for item in answer["Items"]]
        found = (self.get(organization_id, agent_id) for agent_id in agents)
        return [schedule for schedule in found if schedule]

    def delete(self, organization_id: str, agent_id: str) -> bool:
        """Remove a schedule. False if there was none."""
        answer = self._client.delete_item(
            TableName=self._table, Key=_key(organization_id, agent_id), ReturnValues="ALL_OLD"
        )
        return "Attributes" in answer

    def record_firing(self, organization_id: str, agent_id: str, run_id: str, at: datetime) -> None:
        """Remember the run of the newest firing. An older firing, told late, changes nothing."""
        # Deleted meanwhile (it must not come back as half an item), or a newer firing is known.
        self._changed(
            {
                "TableName": self._table,
                "Key": _key(organization_id, agent_id),
                "UpdateExpression": "SET lastRunId = :run, lastRunAt = :at",
                "ConditionExpression": "attribute_exists(pk) "
                "AND (attribute_not_exists(lastRunAt) OR lastRunAt <= :at)",
                "ExpressionAttributeValues": to_item({":run": run_id, ":at": iso(at)}),
            }
        )

    def _put(self, schedule: Schedule) -> dict[str, Any]:
        document = _encode(schedule)
        names = {f"#{i}": name for i, name in enumerate(document)}
        values = {f":{i}": to_attribute(value) for i, value in enumerate(document.values())}
        # What was taken away, such as an end, must not stay.
        absent = sorted(_FIELDS - _WRITTEN_ELSEWHERE - document.keys())
        gone = {f"#gone{i}": name for i, name in enumerate(absent)}
        update = "SET " + ", ".join(f"#{i} = :{i}" for i in range(len(document)))
        return {
            "TableName": self._table,
            "Key": _key(schedule.organization_id, schedule.agent_id),
            "UpdateExpression": update + (f" REMOVE {', '.join(gone)}" if gone else ""),
            "ExpressionAttributeNames": names | gone,
            "ExpressionAttributeValues": values,
        }

    def _changed(self, update: dict[str, Any]) -> bool:
        """Make a conditional update; False if its condition does not hold."""
        try:
            self._client.update_item(**update)
        except ClientError as error:
            if error_code(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _key(organization_id: str, agent_id: str) -> dict[str, Any]:
    return to_item({"pk": f"ORG#{organization_id}#SCHEDULE#{agent_id}", "sk": "SCHEDULE"})


def _listed_under(organization_id: str) -> str:
    return f"ORG#{organization_id}#SCHEDULES"


def _encode(schedule: Schedule) -> dict[str, Json]:
    document = schedule.to_json()
    return {
        **{name: value for name, value in document.items() if name not in _WRITTEN_ELSEWHERE},
        _INPUT: document.get("input"),
        "byOrganization": _listed_under(schedule.organization_id),
        "listKey": schedule.agent_id,
    }


def _decode(document: dict[str, Json]) -> Schedule:
    known = {name: value for name, value in document.items() if name in _FIELDS}
    return Schedule.model_validate({**known, "input": document.get(_INPUT)})
