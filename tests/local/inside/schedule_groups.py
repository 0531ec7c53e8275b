"""Prints which schedule a role's permission is checked on, patched unless told to skip it."""

import json
import sys

from ministack.core import iam_actions

from local.aws.patches import iam

if "schedule_groups" not in sys.argv:
    iam.schedule_groups()


def checked(method: str, path: str, body: bytes = b"", **query: str) -> str:
    """The resource of a request to EventBridge Scheduler."""
    lists = {name: [value] for name, value in query.items()}
    arn: str = iam_actions.extract_resource_arn(
        "scheduler", method, path, {}, body, lists, "us-east-1", "123456789012"
    )
    return arn.rsplit(":", 1)[1]


print(
    json.dumps(
        {
            "in the body": checked("POST", "/schedules/a", b'{"GroupName": "mine"}'),
            "in the query": checked("DELETE", "/schedules/a", groupName="mine"),
            "none": checked("GET", "/schedules/a"),
            "a group": checked("GET", "/schedule-groups/mine"),
        }
    )
)
