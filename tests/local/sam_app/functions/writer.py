"""A function that writes to its table, or reads from it, which its role does not allow."""

import os
from typing import Any

import boto3


def handler(event: dict[str, str], context: object) -> Any:
    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    if event["do"] == "read":
        return table.get_item(Key={"id": "one"})["Item"]
    table.put_item(Item={"id": "one"})
    return os.environ["GREETING"]
