"""Sockets over API Gateway's connection management.

Contract: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
A message of a WebSocket API is 128 KB at most.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError

from hub.adapters.aws import error_code
from hub.domain.errors import TransientError
from hub.domain.model import Json

MAX_MESSAGE_BYTES = 128 * 1024


class ApiSockets:
    """Sends to the sockets of one WebSocket API."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def send(self, connection_id: str, message: Json) -> bool:
        """Push a JSON message; False if the socket is gone. TransientError if it is throttled.

        A message over 128 KB is replaced by its event name, its id and `data.truncated`: the
        client reads the whole of it from `GET /api/runs/{id}/events`.
        """
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=_encode(message))
        except ClientError as error:
            if _is_gone(error):
                return False
            if error_code(error) == "LimitExceededException":
                raise TransientError(
                    f"the socket {connection_id} takes no more messages just now; send it again"
                ) from error
            raise
        return True


def _encode(message: Json) -> bytes:
    data = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
    if len(data) <= MAX_MESSAGE_BYTES:
        return data
    return json.dumps(_truncated(message), separators=(",", ":")).encode()


def _truncated(message: Json) -> Json:
    data = message.get("data")
    run_id = data.get("runId") if isinstance(data, Mapping) else None
    return {
        "event": message.get("event"),
        "id": message.get("id"),
        "data": {"truncated": True, "runId": run_id},
    }


def _is_gone(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return error_code(error) == "GoneException" or status == HTTPStatus.GONE
