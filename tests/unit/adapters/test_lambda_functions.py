"""Asking another function: its answer, its errors, and what must not be shown of them."""

import io
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from hub.adapters.lambda_functions import LambdaFunctions
from hub.domain.errors import (
    HubError,
    InternalError,
    InvalidRequestError,
    MisconfiguredError,
    NotFoundError,
    RateLimitedError,
    TransientError,
)

NAME = "neonhub-dev-connector-slack"
PAYLOAD = {"task": "test", "organizationId": "acme"}


@pytest.fixture
def lambda_stub() -> Iterator[Stubber]:
    """A Lambda client that checks requests and answers against the service model."""
    client = boto3.client(
        "lambda", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def answered(stubber: Stubber, body: Any, **more: Any) -> None:
    raw = json.dumps(body).encode()
    stubber.add_response(
        "invoke",
        {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(raw), len(raw)), **more},
        {
            "FunctionName": NAME,
            "InvocationType": "RequestResponse",
            "Payload": json.dumps(PAYLOAD).encode(),
        },
    )


def raised(stubber: Stubber, error_type: str, message: str) -> None:
    body = {"errorType": error_type, "errorMessage": message, "stackTrace": ["/var/task/x.py"]}
    metadata = {"RequestId": "req-7", "HTTPStatusCode": 200}
    answered(stubber, body, FunctionError="Unhandled", ResponseMetadata=metadata)


def ask(stubber: Stubber) -> Any:
    return LambdaFunctions(lambda: stubber.client).ask(NAME, PAYLOAD)


@pytest.mark.parametrize("body", [{"kind": "ok"}, None, [], "text", {"errorType": "shown"}])
def test_the_answer_is_what_the_function_returned(lambda_stub: Stubber, body: Any) -> None:
    answered(lambda_stub, body)
    assert ask(lambda_stub) == body


@pytest.mark.parametrize(
    ("error_type", "expected"),
    [
        ("NotFoundError", NotFoundError),
        ("InvalidRequestError", InvalidRequestError),
        ("MisconfiguredError", MisconfiguredError),
        ("TransientError", TransientError),
        ("RateLimitedError", RateLimitedError),
        ("InternalError", InternalError),
    ],
)
def test_an_error_of_ours_arrives_as_the_same_error(
    lambda_stub: Stubber, error_type: str, expected: type[HubError]
) -> None:
    raised(lambda_stub, error_type, "what happened and what to do")
    with pytest.raises(expected) as caught:
        ask(lambda_stub)
    assert type(caught.value) is expected
    assert caught.value.message == "what happened and what to do"


@pytest.mark.parametrize(
    "error_type",
    ["KeyError", "Sandbox.Timedout", "Runtime.ExitError", "Any", "ClassVar", "Mapping", "None"],
)
def test_any_other_error_shows_nothing_of_itself(lambda_stub: Stubber, error_type: str) -> None:
    raised(lambda_stub, error_type, "password is hunter2")
    with pytest.raises(InternalError) as caught:
        ask(lambda_stub)
    assert "hunter2" not in caught.value.message
    assert "req-7" in caught.value.message
    assert NAME in caught.value.message


def test_an_error_without_a_shape_is_an_internal_error(lambda_stub: Stubber) -> None:
    answered(lambda_stub, "killed", FunctionError="Unhandled", ResponseMetadata={})
    with pytest.raises(InternalError, match=NAME):
        ask(lambda_stub)


@pytest.mark.parametrize(
    ("code", "expected", "words"),
    [
        ("ResourceNotFoundException", MisconfiguredError, "not deployed"),
        ("TooManyRequestsException", TransientError, "busy"),
        ("ServiceException", TransientError, "busy"),
        ("AccessDeniedException", ClientError, "AccessDenied"),
    ],
)
def test_what_lambda_refuses_becomes_what_its_receiver_must_do(
    lambda_stub: Stubber, code: str, expected: type[Exception], words: str
) -> None:
    lambda_stub.add_client_error("invoke", service_error_code=code)
    with pytest.raises(expected, match=words):
        ask(lambda_stub)


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://lambda"),
        EndpointConnectionError(endpoint_url="https://lambda"),
    ],
)
def test_no_answer_in_time_may_be_asked_again(error: Exception) -> None:
    class Silent:
        def invoke(self, **_given: Any) -> Any:
            raise error

    with pytest.raises(TransientError, match=NAME):
        LambdaFunctions(Silent).ask(NAME, PAYLOAD)
