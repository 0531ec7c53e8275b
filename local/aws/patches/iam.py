"""Patches of the enforcement of IAM policies."""

import json
import re
from typing import Any

from ministack.core import iam_actions

_SCHEDULE = re.compile(r"/schedules/([^/]+)")


def schedule_groups() -> None:
    """A role's permission is checked on the schedule in its own group.

    ministack 1.5.33 takes every schedule for one of the group `default`:
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html
    """
    extract = iam_actions.extract_resource_arn

    def in_group(service: str, method: str, path: str, *rest: Any, **named: Any) -> str:
        arn: str = extract(service, method, path, *rest, **named)
        name = _SCHEDULE.search(path) if service == "scheduler" else None
        if name is None:
            return arn
        _headers, body, query = rest[:3]
        return arn.replace(":schedule/default/", f":schedule/{_group(body, query)}/")

    iam_actions.extract_resource_arn = in_group


def _group(body: bytes, query: dict[str, Any]) -> str:
    """The group a request names, in its body or its query string; `default` if none."""
    given = query.get("groupName") or (json.loads(body).get("GroupName") if body else None)
    if isinstance(given, list):
        given = given[0]
    return str(given or "default")
