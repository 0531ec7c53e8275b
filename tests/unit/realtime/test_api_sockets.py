"""Sending over API Gateway's connection management."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from hub.adapters.api_sockets import MAX_MESSAGE_BYTES, ApiSockets
from hub.domain.errors import TransientError

MESSAGE = {"event": "agent:progress", "id": 3, "data": {"runId": "run_1", "message": "Grüße"}}


@pytest.fixture
def stubber(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    client = boto3.client(
        "apigatewaymanagementapi",
        region_name="us-east-1",
        endpoint_url="https://ws.example.com/dev",
    )
    with Stubber(client) as made:
        yield made
        made.assert_no_pending_responses()


class Recorder:
    """A management API that takes everything."""

    def __init__(self) -> None:
        self.data = b""

    def post_to_connection(self, **given: Any) -> None:
        self.data = given["Data"]


def test_a_message_goes_out_as_json_in_utf_8(stubber: Stubber) -> None:
    text = '{"event":"agent:progress","id":3,"data":{"runId":"run_1","message":"Grüße"}}'
    stubber.add_response("post_to_connection", {}, {"ConnectionId": "a=", "Data": text.encode()})
    assert ApiSockets(stubber.client).send("a=", MESSAGE) is True


@pytest.mark.parametrize("code", ["GoneException", "410", ""])
def test_a_socket_that_is_gone_is_false(stubber: Stubber, code: str) -> None:
    stubber.add_client_error("post_to_connection", code, http_status_code=410)
    assert ApiSockets(stubber.client).send("a=", MESSAGE) is False


def test_a_throttled_send_can_be_repeated(stubber: Stubber) -> None:
    stubber.add_client_error("post_to_connection", "LimitExceededException", http_status_code=429)
    with pytest.raises(TransientError, match="a= takes no more messages just now"):
        ApiSockets(stubber.client).send("a=", MESSAGE)


@pytest.mark.parametrize(
    ("code", "status"), [("ForbiddenException", 403), ("BadRequestException", 400)]
)
def test_other_refusals_are_not_taken_for_a_socket_that_is_gone(
    stubber: Stubber, code: str, status: int
) -> None:
    stubber.add_client_error("post_to_connection", code, http_status_code=status)
    with pytest.raises(ClientError, match=code):
        ApiSockets(stubber.client).send("a=", MESSAGE)


def message_of(size: int, letter: str) -> dict[str, Any]:
    """A message whose JSON is as many bytes long."""
    message = {"event": "agent:progress", "id": 3, "data": {"runId": "run_1", "message": ""}}
    overhead = len(json.dumps(message, separators=(",", ":")))
    count, rest = divmod(size - overhead, len(letter.encode()))
    return {**message, "data": {"runId": "run_1", "message": letter * count + "." * rest}}


@pytest.mark.parametrize("letter", ["x", "ü", "💡"])
def test_a_message_of_just_128_kb_goes_out_whole(letter: str) -> None:
    recorder = Recorder()
    message = message_of(MAX_MESSAGE_BYTES, letter)
    assert ApiSockets(recorder).send("a=", message) is True
    assert len(recorder.data) == 128 * 1024
    assert json.loads(recorder.data) == message


@pytest.mark.parametrize("letter", ["x", "ü", "💡"])
def test_a_longer_one_is_replaced_by_where_to_find_it(letter: str) -> None:
    recorder = Recorder()
    message = message_of(MAX_MESSAGE_BYTES + 1, letter)
    assert ApiSockets(recorder).send("a=", message) is True
    assert json.loads(recorder.data) == {
        "event": "agent:progress",
        "id": 3,
        "data": {"truncated": True, "runId": "run_1"},
    }
